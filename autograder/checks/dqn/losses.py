"""Checks of exercises 5 and 6: clipped rewards and the Huber loss, against SciPy's."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.special import huber

from ...expect import expect, hint, require_unchanged
from ...spec import Check
from ...trained import ask_in_a_model

clipped_reward = Check("clipped_reward")
huber_loss = Check("huber_loss")


def ask_clip(student: Any, reward: Any, *limit: float) -> None:
    most = limit[0] if limit else 1.0
    reward = np.asarray(reward)
    right = np.median([reward, np.full(reward.shape, -most), np.full(reward.shape, most)], axis=0)
    causes = [
        (np.sign(reward) * most, "Small rewards should stay as they are: 0.3 is 0.3. The sign "
         "alone makes the limit of it."),
        (np.minimum(reward, most), "Large negative rewards are to be clipped too, at -limit."),
        (np.clip(reward, 0, most), "Negative rewards became 0: the range begins at -limit."),
        (np.maximum(reward, -most), "Large rewards are to be clipped too, at the limit."),
        (np.clip(reward, -1, 1) if most != 1 else None, "The argument `limit` is not used."),
        (most * np.tanh(reward / most), "Between the limits nothing changes: clip, no tanh."),
        (reward / np.max(np.abs(reward), initial=1e-9), "The rewards were divided by the largest; "
         "clip them instead."),
        (reward, "Nothing was clipped."),
    ]  # fmt: skip
    expect(student.clipped_reward(reward.item() if reward.ndim == 0 else reward, *limit),
           right if reward.ndim else float(right), causes=causes)  # fmt: skip


@clipped_reward.case("a batch of rewards", weight=2)
def _(student, reference, rng):
    large = rng.uniform(3, 1000, 3)
    reward = np.concatenate([large, -large, rng.uniform(-0.8, -0.1, 2), rng.uniform(0.1, 0.8, 2)])
    ask_clip(student, rng.permutation(np.append(reward, 0.0)))


@clipped_reward.case("one number")
def _(student, reference, rng):
    for reward in (rng.uniform(2, 9), -rng.uniform(2, 9), rng.uniform(-0.9, -0.2)):
        ask_clip(student, float(reward))


@clipped_reward.case("another limit")
def _(student, reference, rng):
    ask_clip(student, rng.uniform(-9, 9, 12), float(rng.uniform(2, 4)))


@clipped_reward.case("any shape, and nothing written into it", hidden=True)
def _(student, reference, rng):
    ask_clip(student, rng.uniform(-3, 3, (4, 5)), 0.5)
    before = rng.uniform(-9, 9, 8)
    lent = student.lend(before)
    student.clipped_reward(lent)
    require_unchanged("reward", "clipped_reward(reward)", before, lent, "Return a new array.")


def ask_huber(student: Any, errors: np.ndarray, *delta: float) -> None:
    d = delta[0] if delta else 1.0
    size = np.abs(errors.astype(float))
    right = huber(d, errors.astype(float))

    def pieces(inside: Any, beyond: Any) -> np.ndarray:
        found: np.ndarray = np.where(size <= d, inside, beyond)
        return found

    half, line = 0.5 * size**2, d * (size - 0.5 * d)
    causes = [
        (half, "Large errors should lie on a straight line: this is half the square everywhere."),
        (size**2, "That is the square everywhere, and without its half."),
        (size, "That is the absolute error: near 0 the loss is half the square."),
        (pieces(size**2, line), "Inside, the loss is half the square: the two pieces must meet at "
         "delta."),
        (pieces(half, d * size), "The line does not meet the parabola at delta: it begins ½ δ² "
         "lower."),
        (pieces(half, size - 0.5) if d != 1 else None, "The slope of the line is δ, and where it "
         "begins depends on δ too."),
        (pieces(half, size - 0.5 * d) if d != 1 else None, "The slope of the line should be δ."),
        (pieces(half, d * (size - 0.5)) if d != 1 else None, "Inside the bracket stands ½ δ."),
        (huber(1.0, errors) if d != 1 else None, "The argument `delta` is not used."),
        (pieces(line, half), "Line and parabola are swapped."),
        (np.where(errors <= d, half, d * (errors - 0.5 * d)), "Large negative errors are treated "
         "as small ones: compare the size of the error with delta."),
        (np.where(size <= d, half, d * (errors - 0.5 * d)), "For negative errors the line should "
         "go up: it uses the size of the error."),
        (np.mean(right), "One loss per error: the mean comes later."),
        (np.sum(right), "One loss per error: no sum."),
        (half.clip(max=0.5 * d * d), "Beyond delta the loss is flat, so a large error would not "
         "pull at all: it should go on as a line."),
        (right / d if d != 1 else None, "The whole loss was divided by δ, as the smooth L1 loss "
         "is; the Huber loss is not."),
    ]  # fmt: skip
    with hint("errors may have any shape; calculate with keras.ops."):
        answer = student.huber_loss(errors, *delta)
    expect(answer, right, causes=causes, atol=1e-5)


def drawn(rng: np.random.Generator, delta: float, *shape: int) -> np.ndarray:
    """Errors inside and beyond delta, on both sides."""
    errors = rng.uniform(0.1, 0.8, shape) * delta
    errors.flat[::2] += 1.5 * delta
    signs = rng.permutation(np.resize([1, 1, -1, -1], errors.size)).reshape(shape)
    found: np.ndarray = (errors * signs).astype("float32")
    return found


@huber_loss.case("inside a Keras model")
def _(student, reference, rng):
    errors = rng.normal(scale=2, size=(9, 3)).astype("float32")
    right = huber(1.0, errors)
    ask_in_a_model(student, "huber_loss", right, [errors])


@huber_loss.case("small errors and large ones", weight=2)
def _(student, reference, rng):
    ask_huber(student, np.array([0.5, -3, 2, -0.2, 0, 1, -1], "float32") * rng.uniform(0.9, 1))
    ask_huber(student, drawn(rng, 1.0, 8))


@huber_loss.case("another delta")
def _(student, reference, rng):
    ask_huber(student, drawn(rng, 3.0, 8), float(rng.uniform(2.8, 3.2)))


@huber_loss.case("any shape", hidden=True)
def _(student, reference, rng):
    ask_huber(student, drawn(rng, 1.0, 3, 5))
    ask_huber(student, np.array([1e6, -1e6], "float32"))
    ask_huber(student, drawn(rng, 0.2, 2, 3, 4), 0.2)
