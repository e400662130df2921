"""Checks of exercises 7 and 8: dropout and principal axes."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...expect import array, expect, require, show
from ...spec import Check, Wrong

dropout = Check("dropout")


def units(rng: np.random.Generator, batch: int, width: int) -> np.ndarray:
    """Numbers of both signs, none near 0, so that a 0 is a dropped one."""
    values: np.ndarray = rng.uniform(0.5, 2.0, (batch, width)) * rng.choice([-1, 1], (batch, width))
    return values


def masked(student: Any, x: np.ndarray, rate: float, seed: int) -> np.ndarray:
    """What came back while training, an array of x's shape."""
    return array(student.dropout(x, rate, True, seed), x.shape)


def require_scaled(out: np.ndarray, x: np.ndarray, rate: float) -> None:
    kept = out != 0
    if np.allclose(out[kept], x[kept] / (1 - rate), rtol=1e-4):
        return
    words = "A number that stays becomes x / (1 − rate), a dropped one 0."
    if np.allclose(out[kept], x[kept], rtol=1e-4):
        words = (
            "The survivors are not scaled up: divide by 1 − rate while training, or the sums are "
            "too small there."
        )
    elif np.allclose(out[kept], x[kept] / rate, rtol=1e-4):
        words = "The survivors were divided by the rate; divide by the share that stays, 1 − rate."
    elif np.allclose(out[kept], x[kept] * (1 - rate), rtol=1e-4):
        words = "The survivors were made smaller; divide by 1 − rate, do not multiply."
    raise Wrong(words, got=show(out), expected="0 or x / (1 - rate) everywhere")


@dropout.case("off at test time")
def _(student, reference, rng):
    x, rate = units(rng, 3, 4), float(rng.uniform(0.3, 0.7))
    answer = student.dropout(x, rate, False, int(rng.integers(1000)))
    causes = [
        (
            lambda a: np.any(a == 0) and a.shape == x.shape,
            "Numbers were dropped at test time: when training is False, return x as it is.",
        ),
        (
            x / (1 - rate),
            "At test time nothing is scaled: the survivors were already, in training.",
        ),
        (x * (1 - rate), "At test time nothing is scaled: this dropout scales while training."),
    ]
    expect(answer, x, causes=causes, axes=("batch", "units"))


@dropout.case("survivors are scaled up", weight=2)
def _(student, reference, rng):
    for rate in (0.2, float(rng.uniform(0.4, 0.7))):
        x = units(rng, 20, 30)
        require_scaled(masked(student, x, rate, int(rng.integers(1000))), x, rate)


def share_dropped(student: Any, rng: np.random.Generator, rate: float) -> float:
    """The share of zeros in 60 masks of 400 numbers."""
    x, seeds = units(rng, 20, 20), rng.choice(10_000, 60, replace=False)
    return float(np.mean([masked(student, x, rate, int(seed)) == 0 for seed in seeds]))


@dropout.case("the share that is dropped")
def _(student, reference, rng):
    for rate in (0.2, 0.75):
        share = share_dropped(student, rng, rate)
        if abs(share - rate) < 0.08:  # 5 standard errors even for one mask per batch
            continue
        words = "The share of zeros should be about `rate`."
        if abs(share - (1 - rate)) < 0.08:
            words = "The rate is the share to drop; you kept that share."
        raise Wrong(words, got=f"{share:.0%} zeros", expected=f"about {rate:.0%}")


@dropout.case("every example has its own mask", weight=2)
def _(student, reference, rng):
    x, seed = units(rng, 30, 40), int(rng.integers(1000))
    zeros = masked(student, x, 0.5, seed) == 0
    require(
        not np.all(zeros == zeros[0]),
        "One mask for the whole batch: the same units are missing in every example. Draw lots of "
        "the shape of x.",
    )
    require(
        not np.all(zeros == zeros[:, :1]),
        "Whole examples were dropped: draw a lot for every number, of the shape of x.",
    )
    require(
        len({row.tobytes() for row in zeros}) == len(zeros),
        "Some examples share a mask: draw a lot for every number, of the shape of x.",
    )
    again = masked(student, x, 0.5, seed) == 0
    require(np.array_equal(zeros, again), "The same seed should give the same mask.")
    other = masked(student, x, 0.5, seed + 1) == 0
    require(not np.array_equal(zeros, other), "Another seed gave the same mask: use the seed.")


@dropout.case("averages, and rates near the ends", weight=2, hidden=True)
def _(student, reference, rng):
    x = units(rng, 4, 5)
    seeds = rng.choice(100_000, 400, replace=False)
    draws = np.array([masked(student, x, 0.5, int(seed)) for seed in seeds])
    require_scaled(draws, np.broadcast_to(x, draws.shape), 0.5)
    far = np.abs(draws.mean(axis=0) / x - 1)
    words = "Over many masks the average should be x. Is every number dropped equally often?"
    require(np.all(far < 0.35), words)  # 7 standard errors of 1/20
    expect(masked(student, x, 0.0, 0), x, causes=[(lambda a: True, "With rate 0 nothing changes.")])
    words = "The share of zeros should be about `rate`, near 1 as well."
    require(abs(share_dropped(student, rng, 0.9) - 0.9) < 0.08, words)


principal_axes = Check("principal_axes")


def ask_axes(student: Any, x: np.ndarray, num: int) -> None:
    """Compare with the eigenvectors of the covariance matrix, whatever the signs."""
    n, features = x.shape
    centre = np.array([sum(column) / n for column in x.T])
    covariance = (x - centre).T @ (x - centre) / n
    vectors = np.linalg.eigh(covariance)[1][:, ::-1].T  # most important first
    answer = student.principal_axes(x, num)
    require(
        isinstance(answer, (tuple, list)) and len(answer) == 2,
        "Return both: `return mean, axes`.",
        got=answer,
    )
    mean, axes = answer
    require(
        not (np.ndim(mean) == 2 and np.ndim(axes) == 1),
        "The order is turned around: first the mean, then the axes.",
    )
    causes = [
        (float(x.mean()), "One mean per feature: axis=0."),
        (x.mean(axis=1), "That is one mean per example; take it over the examples, axis=0."),
    ]
    expect(mean, centre, causes=causes)
    full = {
        "transposed": vectors[:num].T,
        "smallest": vectors[::-1][:num],
        "uncentred": np.linalg.svd(x, full_matrices=False)[2][:num],
    }
    fits = {name: same_up_to_signs(axes, wrong) for name, wrong in full.items()}
    require(
        np.shape(axes) != (features, num) or num == features,
        "The axes are the rows: shape (num, features). NumPy returns V already transposed, with "
        "one axis per row.",
        got=f"shape {np.shape(axes)}",
    )
    values = array(axes, (num, features), "the axes")
    if same_up_to_signs(values, vectors[:num]):
        return
    words = "The axes should be the directions of largest variance, most important first."
    lengths = np.linalg.norm(values, axis=1)
    if fits["uncentred"]:
        words = "The mean was not taken away before the decomposition: the first axis points at it."
    elif fits["smallest"]:
        words = "These are the least important axes. np.linalg.eigh sorts from small to large."
    elif same_up_to_signs(values, vectors[:num][::-1]):
        words = "The order is turned around: the most important axis comes first."
    elif fits["transposed"]:
        words = "The axes are the rows of V transposed, not its columns: no .T after svd."
    elif not np.allclose(lengths, 1, rtol=1e-3):
        words = "The axes should have length 1: no scaling by the singular values."
    elif num <= min(x.shape) and same_up_to_signs(values, scaled_axes(x)[:num]):
        words = "The features were also divided by their deviations; only the mean is taken away."
    raise Wrong(
        words, got=show(values), expected=f"{np.round(vectors[:num], 3).tolist()} up to signs"[:150]
    )


def scaled_axes(x: np.ndarray) -> np.ndarray:
    vt: np.ndarray = np.linalg.svd((x - x.mean(0)) / x.std(0), full_matrices=False)[2]
    return vt


def same_up_to_signs(axes: Any, right: np.ndarray) -> bool:
    try:
        values = array(axes, right.shape)
    except Wrong:
        return False
    signs = np.sign((values * right).sum(axis=1, keepdims=True))
    return bool(np.allclose(values * signs, right, atol=1e-3))


def cloud(rng: np.random.Generator, n: int, features: int) -> Any:
    """Examples whose directions differ clearly in importance, far from 0."""
    turn = np.linalg.qr(rng.normal(size=(features, features)))[0]
    spread = 3.0 * 0.5 ** np.arange(features)
    scores = np.linalg.qr(rng.normal(size=(n, features)))[0] * np.sqrt(n)
    return (scores * spread) @ turn.T + 8.0 * turn[:, -1] + rng.uniform(1, 2, features)


@principal_axes.case("the first axis", weight=2)
def _(student, reference, rng):
    ask_axes(student, cloud(rng, int(rng.integers(12, 20)), int(rng.integers(3, 6))), 1)


@principal_axes.case("two of several axes")
def _(student, reference, rng):
    ask_axes(student, cloud(rng, int(rng.integers(12, 20)), int(rng.integers(4, 6))), 2)


@principal_axes.case("more features than examples", weight=2, hidden=True)
def _(student, reference, rng):
    n = int(rng.integers(5, 8))
    x = cloud(rng, 30, 5)[:n] @ np.linalg.qr(rng.normal(size=(12, 5)))[0].T
    ask_axes(student, x + rng.uniform(2, 3, 12), 2)
    ask_axes(student, cloud(rng, 50, 4), 4)
