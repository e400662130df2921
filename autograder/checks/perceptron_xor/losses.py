"""Checks of exercises 14 to 16: how far an answer is from what was wanted."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.special

from ...expect import expect
from ...spec import Check
from ...verdict import forbid
from .activations import sizes

LARGEST_LOSS = -np.log(1e-7)  # where a probability of 0 is taken for 1e-7
CLIP = "Keep the probabilities within [1e-7, 1 − 1e-7] with np.clip before taking the logarithm."
ONE_NUMBER = "A loss is a single number: average over the examples."


def infinite(answer: Any) -> bool:
    """Whether the answer holds NaN or infinity; for causes."""
    return bool(np.any(~np.isfinite(answer)))


mean_squared_error = Check(
    "mean_squared_error",
    rules=(
        forbid(
            "mean_squared_error", "MeanSquaredError", "mse", "mse_loss",
            says="write the mean squared error with NumPy",
        ),
    ),
)  # fmt: skip


def ask_squared(student: Any, targets: Any, predictions: Any) -> None:
    """Compare with the sum of squares, divided by how many there are."""
    d = (predictions - targets).ravel()
    right = float(d @ d) / d.size
    causes: list[tuple[Any, str]] = [
        (float(d @ d), "You summed; the mean divides by the number of values."),
        (right / 2, "There is no ½ in the mean squared error."),
        (np.sqrt(right), "Leave the square root away: this is the root of the mean squared error."),
        (np.abs(d).mean(), "Square the differences; you took their absolute values."),
        (d.mean() ** 2, "Square first, then average; otherwise errors of two signs cancel."),
        (d.mean(), "The square is missing: errors of two signs cancel."),
        (-d.mean(), "The square is missing: errors of two signs cancel."),
        (float(d @ d) / len(targets), "Average over everything: you summed over the last axis and "
         "averaged only over the examples."),
        (lambda a: np.ndim(a) > 0, "Average over all axes: np.mean without an axis gives one "
         "number."),
    ]  # fmt: skip
    expect(student.mean_squared_error(targets, predictions), right, causes=causes)


@mean_squared_error.case("two vectors")
def _(student, reference, rng):
    targets, predictions = rng.normal(size=(2, int(rng.integers(3, 6))))
    ask_squared(student, targets, predictions + 0.3)


@mean_squared_error.case("two matrices")
def _(student, reference, rng):
    targets, predictions = rng.normal(size=(2, *sizes(rng, 2)))
    ask_squared(student, targets, predictions)


@mean_squared_error.case("one value, three axes, no error", hidden=True)
def _(student, reference, rng):
    targets, predictions = rng.normal(size=(2, *sizes(rng, 3)))
    ask_squared(student, targets, predictions)
    ask_squared(student, *rng.normal(size=(2, 1)))
    ask_squared(student, targets, targets)


binary_cross_entropy = Check(
    "binary_cross_entropy",
    rules=(
        forbid(
            "binary_crossentropy", "BinaryCrossentropy", "log_loss", "binary_cross_entropy",
            says="write the cross-entropy with NumPy's log",
        ),
    ),
)  # fmt: skip


def ask_binary(student: Any, targets: Any, probs: Any, rtol: float = 1e-4) -> None:
    """Compare with the mean of −ln of the probability that each target was given."""
    given = np.clip(np.where(targets == 1, probs, 1 - probs), 1e-7, 1 - 1e-7)
    losses = -np.log(given)
    right, p = float(losses.mean()), np.clip(probs, 1e-7, 1 - 1e-7)
    edge = bool(np.any((probs == 0) | (probs == 1)))
    swapped = np.clip(targets, 1e-7, 1 - 1e-7)
    sure = "Values far off: was a probability of exactly 0 or 1 clipped at another place? "
    causes: list[tuple[Any, str]] = [
        (infinite, f"The logarithm of 0 is −∞, and 0 · log(0) is NaN. {CLIP}"),
        (float(losses.sum()) if len(losses) > 1 else -1.0, "You summed; take the mean of it."),
        (
            -right if right > 1e-3 else -1.0,
            "The sign is missing: the loss is −log, so never negative.",
        ),
        (
            float(-(targets * np.log(p)).mean()),
            "Only targets of 1 count so far: add (1 − t) · log(1 − p) for the targets of 0.",
        ),
        (
            float(-((1 - targets) * np.log(1 - p)).mean()),
            "Only targets of 0 count so far: add t · log(p) for the targets of 1.",
        ),
        (float(-np.log(p).mean()), "A target of 0 asks for log(1 − p), not for log(p)."),
        (
            float(-np.where(targets == 1, np.log(1 - p), np.log(p)).mean()),
            "The two terms are exchanged: t goes with log(p), 1 − t with log(1 − p).",
        ),
        (right / np.log(2), "Use the natural logarithm, np.log; yours has base 2."),
        (right / np.log(10), "Use the natural logarithm, np.log; yours has base 10."),
        (
            float(-(p * np.log(swapped) + (1 - p) * np.log(1 - swapped)).mean()),
            "Targets and probabilities are exchanged: the logarithm is of the probabilities.",
        ),
        (float((1 - given).mean()), "The logarithm is missing: −log(p), not 1 − p."),
        (
            float(((targets - probs) ** 2).mean()),
            "This is the squared error; cross-entropy is −log.",
        ),
        (lambda a: np.ndim(a) > 0, ONE_NUMBER),
    ]  # fmt: skip
    if edge:
        causes.append((lambda a: np.ndim(a) == 0 and bool(np.isfinite(a)), f"{sure}{CLIP}"))
    expect(student.binary_cross_entropy(targets, probs), right, rtol=rtol, causes=causes)


def coins(rng: np.random.Generator, batch: int) -> Any:
    """Targets 0 and 1, both there, and probabilities that are seldom right."""
    targets = np.append([0.0, 1.0], rng.integers(0, 2, batch - 2))
    return rng.permutation(targets), rng.uniform(0.05, 0.95, batch)


@binary_cross_entropy.case("a batch", weight=2)
def _(student, reference, rng):
    ask_binary(student, *coins(rng, int(rng.integers(4, 7))))


@binary_cross_entropy.case("certain and right")
def _(student, reference, rng):
    targets = rng.permutation([0.0, 1.0, 0.0, 1.0, 1.0])
    ask_binary(student, targets, targets)


# float32 keeps one digit of 1 − 1e-7: −log(1 − (1 − 1e-7)) is 15.94 there and 16.12 in float64.
@binary_cross_entropy.case("certain and wrong")
def _(student, reference, rng):
    targets, probs = coins(rng, int(rng.integers(4, 6)))
    for sure in (np.argmax(targets), np.argmin(targets)):
        probs[sure] = 1 - targets[sure]
    ask_binary(student, targets, probs, rtol=0.02)


@binary_cross_entropy.case("one example, many examples", hidden=True)
def _(student, reference, rng):
    for target in (0.0, 1.0):
        ask_binary(student, np.array([target]), rng.uniform(0.1, 0.4, 1))
    ask_binary(student, *coins(rng, int(rng.integers(30, 60))))


categorical_cross_entropy = Check(
    "categorical_cross_entropy",
    rules=(
        forbid(
            "categorical_crossentropy", "CategoricalCrossentropy", "log_loss", "cross_entropy",
            "sparse_categorical_crossentropy", "SparseCategoricalCrossentropy",
            says="write the cross-entropy with NumPy's log",
        ),
    ),
)  # fmt: skip


def ask_categorical(student: Any, targets: Any, probs: Any) -> None:
    """Compare with −ln of the probability of each example's class."""
    batch, classes = targets.shape
    p = np.clip(probs, 1e-7, 1.0)
    right = 0.0 - np.log(p[np.arange(batch), targets.argmax(axis=1)])
    binary = right - ((1 - targets) * np.log(np.clip(1 - probs, 1e-7, 1.0))).sum(axis=1)
    causes: list[tuple[Any, str]] = [
        (infinite, "The logarithm of 0 is −∞, and 0 · log(0) is NaN: keep the "
         "probabilities at 1e-7 or above with np.clip before taking the logarithm."),
        (float(right.mean()), "Return one loss per example, without the mean over the batch."),
        (float(right.sum()), "Sum over the classes only (axis=-1): one loss per example stays."),
        (right / classes, "Sum over the classes, do not average: only one of them counts anyway."),
        (-right if right.max() > 1e-3 else -1.0, "The sign is missing: the loss is −log, never "
         "negative."),
        (-(targets * np.log(p)).sum(axis=0), "You summed over the batch; sum over the classes, "
         "axis=-1."),
        (-(targets * np.log(p)), "Sum over the classes, axis=-1: one loss per example."),
        (right / np.log(2), "Use the natural logarithm, np.log; yours has base 2."),
        (right / np.log(10), "Use the natural logarithm, np.log; yours has base 10."),
        (binary, "These are binary losses added up: leave (1 − t) · log(1 − p) away, softmax "
         "already ties the classes together."),
        (
            -(probs * np.log(np.clip(targets, 1e-7, 1.0))).sum(axis=1),
            "Targets and probabilities are exchanged: the logarithm is of the probabilities.",
        ),
        (-np.log(p.max(axis=1)), "You took the largest probability; take the one of the target, "
         "whichever is largest."),
        (-np.log(p).sum(axis=1), "Multiply by the targets: only the target's class counts."),
        (1 - np.exp(-right), "The logarithm is missing: −log(p), not 1 − p."),
        (right[:, None], "One axis of length 1 is too many: sum without keepdims."),
    ]  # fmt: skip
    if np.any(probs == 0):
        causes.append((
            lambda a: a.shape == right.shape,
            "Values far off: was a probability of exactly 0 clipped at another place than 1e-7, "
            "or something else than the probabilities?",
        ))  # fmt: skip
    answer = student.categorical_cross_entropy(targets, probs)
    expect(answer, right, axes=("batch",), causes=causes)


def guesses(rng: np.random.Generator, batch: int, classes: int) -> Any:
    """One-hot targets and probabilities that are seldom right, the first one surely not."""
    probs = scipy.special.softmax(rng.normal(size=(batch, classes)), axis=1)
    labels = np.append(probs[0].argmin(), rng.integers(0, classes, batch - 1))
    return np.eye(classes)[labels], probs


@categorical_cross_entropy.case("a batch", weight=2)
def _(student, reference, rng):
    batch, classes = sizes(rng, 2, 2, 5)
    ask_categorical(student, *guesses(rng, batch, classes))


@categorical_cross_entropy.case("probabilities of exactly 0 and 1")
def _(student, reference, rng):
    classes = int(rng.integers(3, 5))
    order = rng.permutation(classes)
    targets = np.eye(classes)[order[[0, 1]]]
    ask_categorical(student, targets, np.eye(classes)[order[[0, 2]]])


@categorical_cross_entropy.case("as many examples as classes, one example", hidden=True)
def _(student, reference, rng):
    size = int(rng.integers(3, 8))
    ask_categorical(student, *guesses(rng, size, size))
    ask_categorical(student, *guesses(rng, 1, size))
