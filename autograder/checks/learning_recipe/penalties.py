"""Checks of exercises 5 and 6: L2 and early stopping."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import keras
import numpy as np

from ...expect import expect
from ...spec import Check

ridge = Check("ridge")


def solved(x: Any, y: Any, strength: float, punish_bias: bool = False) -> tuple[Any, float]:
    """Ridge as least squares on a longer table: a row sqrt(n λ) for each weight, target 0."""
    n, features = x.shape
    table = np.column_stack([x, np.ones(n)])
    punished = np.eye(features + 1)[: features + punish_bias]
    rows = np.concatenate([table, np.sqrt(n * strength) * punished])
    goal = np.concatenate([y, np.zeros(len(punished))])
    found = np.linalg.lstsq(rows, goal, rcond=None)[0]
    return found[:-1], float(found[-1])


def without_bias(x: Any, y: Any, strength: float) -> tuple[Any, float]:
    n, features = x.shape
    rows = np.concatenate([x, np.sqrt(n * strength) * np.eye(features)])
    return np.linalg.lstsq(rows, np.concatenate([y, np.zeros(features)]), rcond=None)[0], 0.0


def ask_ridge(student: Any, x: Any, y: Any, strength: float) -> None:
    n = len(x)
    weights, bias = solved(x, y, strength)
    uncentred = without_bias(x, y, strength)[0]
    causes = [
        (solved(x, y, 0.0), "The weights are not punished: add λ to the diagonal of the matrix."),
        (
            solved(x, y, strength / n),
            "The strength λ is too weak by the number of examples: the squared error is a mean, "
            "so divide XᵀX and Xᵀy by n.",
        ),
        (solved(x, y, strength * n), "The strength λ is too strong by the number of examples."),
        (solved(x, y, strength / 2), "The loss is mean squared error + λ·w², without a half."),
        (solved(x, y, strength**2), "The strength λ itself goes on the diagonal, not its square."),
        (solved(x, y, strength, True), "The bias is punished too; it should go free: take the "
         "means of x and y away first."),
        ((uncentred, 0.0), "There is no bias: take the means away first, and bias = mean y − "
         "mean x · w."),
        (
            lambda a: np.allclose(a[0], uncentred),
            "The weights were computed before the means were taken away, so they had to do the "
            "bias's work.",
        ),
        (
            lambda a: np.allclose(a[0], weights) and np.allclose(a[1], y.mean()),
            "The weights are right. The bias is mean y − mean x · w, since x has a mean too.",
        ),
        (
            lambda a: np.allclose(a[0], weights) and np.ndim(a[1]) == 0,
            "The weights are right; look at the bias: mean y − mean x · w.",
        ),
        (lambda a: isinstance(a, np.ndarray), "Return both: `return weights, bias`."),
        ((bias, weights), "Weights first, then the bias."),
        (
            lambda a: np.allclose(a[0], solved(x, y, 1.0)[0]) and strength != 1,
            "The strength is always 1: use the argument.",
        ),
    ]  # fmt: skip
    answer = student.ridge(x, y, strength)
    expect(answer, (weights, bias), causes=causes, rtol=1e-3, atol=1e-5)


def regression(rng: np.random.Generator, n: int, features: int) -> tuple[Any, Any]:
    x = rng.normal(size=(n, features)) + rng.choice([-1.0, 1.0], features) * 1.5
    return x, x @ rng.uniform(0.5, 2.0, features) + rng.normal(size=n) + rng.uniform(3, 6)


@ridge.case("one feature")
def _(student, reference, rng):
    ask_ridge(student, *regression(rng, int(rng.integers(4, 8)), 1), float(rng.uniform(0.3, 0.8)))


@ridge.case("several features", weight=2)
def _(student, reference, rng):
    ask_ridge(student, *regression(rng, int(rng.integers(9, 15)), 3), float(rng.uniform(1.5, 3)))


@ridge.case("λ = 0 is least squares")
def _(student, reference, rng):
    ask_ridge(student, *regression(rng, int(rng.integers(9, 15)), 3), 0.0)


@ridge.case("more features than examples", weight=2, hidden=True)
def _(student, reference, rng):
    ask_ridge(student, *regression(rng, 5, int(rng.integers(7, 11))), float(rng.uniform(0.1, 0.5)))
    ask_ridge(student, *regression(rng, 60, 4), float(rng.uniform(0.05, 0.2)))


stopping_epoch = Check("stopping_epoch")


def by_keras(losses: Any, patience: int) -> tuple[int, int]:
    """What keras.callbacks.EarlyStopping does when it is told these losses."""
    stopper = keras.callbacks.EarlyStopping("val_loss", mode="min", patience=patience)
    model = SimpleNamespace(stop_training=False)
    stopper.set_model(model)
    stopper.on_train_begin()
    for epoch, loss in enumerate(losses):
        stopper.on_epoch_end(epoch, {"val_loss": float(loss)})
        if model.stop_training:
            break
    return int(stopper.best_epoch), epoch


def ask_stopping(student: Any, losses: Any, patience: int) -> None:
    losses = np.asarray(losses, float)
    best, last = by_keras(losses, patience)
    kind = int(np.argmin(losses)), len(losses) - 1
    causes = [
        ((best + 1, last + 1), "Epochs count from 0."),
        ((last, best), "The order is turned around: the best epoch first, then the last one run."),
        ((best, last + 1), "It stops one epoch too late: stop when the best is `patience` old."),
        ((best, last - 1), "It stops one epoch too early: the best must be `patience` epochs old."),
        ((last, last), "The weights kept are those of the best epoch, not of the last one."),
        (
            kind if kind != (best, last) else -1,
            "It looked at all losses. After the stop nothing more is seen, however small.",
        ),
        (
            lambda a: a[1] == last and a[0] > best and losses[a[0]] == losses[best],
            "An equal loss is no improvement: keep the first of the two.",
        ),
        (
            lambda a: a[1] == last and a[0] < last and losses[a[0]] > losses[best],
            "The epoch kept is not the best up to the stop.",
        ),
        (
            lambda a: a[1] > last and np.any(losses[: last + 1] == losses[best]),
            "It goes on too long. What counts is the age of the best loss: neither an equal loss "
            "nor one that is only better than the epoch before renews the patience.",
        ),
        (
            lambda a: a[1] < last,
            "It stops too early: patience counts from the last improvement, and every new best "
            "starts it anew.",
        ),
        (lambda a: np.ndim(a) == 0, "Return two numbers: `return best, last`."),
    ]
    expect(student.stopping_epoch(losses, patience), (best, last), causes=causes)


def valley(rng: np.random.Generator, down: int, up: int) -> np.ndarray:
    """Losses that fall for `down` epochs and rise for `up`."""
    falling = 1.0 - np.cumsum(rng.uniform(0.02, 0.05, down))
    return np.concatenate([falling, falling[-1] + np.cumsum(rng.uniform(0.01, 0.05, up))]).round(3)


@stopping_epoch.case("falls, then rises", weight=2)
def _(student, reference, rng):
    ask_stopping(student, valley(rng, int(rng.integers(4, 7)), 6), int(rng.integers(2, 5)))


@stopping_epoch.case("nothing stops it")
def _(student, reference, rng):
    ask_stopping(student, valley(rng, int(rng.integers(5, 8)), 2), int(rng.integers(3, 6)))
    ask_stopping(student, valley(rng, int(rng.integers(5, 8)), 0), 1)


@stopping_epoch.case("a hump, a saw, a tie")
def _(student, reference, rng):
    hump = np.concatenate([valley(rng, 4, 2), [0.5, 0.6, 0.7, 0.8, 0.1]])
    ask_stopping(student, hump, 3)
    ask_stopping(student, [0.9, 0.5, 0.8, 0.6, 0.7, 0.55, 0.4], 4)
    ask_stopping(student, [0.9, 0.4, 0.5, 0.4, 0.6, 0.7, 0.8], 3)


@stopping_epoch.case("long noisy curves", weight=2, hidden=True)
def _(student, reference, rng):
    for patience in (1, 2, 5):
        for _round in range(4):
            noise = rng.normal(scale=0.06, size=40).round(2)
            ask_stopping(student, valley(rng, 18, 22) + noise, patience)
