"""Checks of exercises 10 to 13: nodes that hold arrays."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.special

from ...differences import measured
from ...expect import expect, hint
from ...spec import Check
from .measure import expect_each, shapes

sum_backward, unbroadcast = Check("sum_backward"), Check("unbroadcast")
matmul_backward = Check("matmul_backward")
cross_entropy_backward = Check("cross_entropy_backward")


def tried(function: Any) -> Any:
    """What a mistake would give, or None where it would raise."""
    try:
        return function()
    except ValueError:
        return None


def ask_sum(student: Any, a: np.ndarray, axis: int | None, gradient: Any) -> None:
    (expected,) = measured(lambda v: np.sum(v, axis=axis), [a], gradient)
    count = a.size if axis is None else a.shape[axis]
    wide = np.sum(a, axis=axis, keepdims=True)
    causes = [
        (np.ones(a.shape), "Every entry gets what arrived at its sum, not 1."),
        (expected / count, "A sum counts every entry whole; dividing belongs to the mean."),
        (expected * a, "The slope of a sum is 1 for every entry; a itself plays no part."),
        (expected * wide, "What arrives is a gradient, not the sum."),
        (
            tried(lambda: np.broadcast_to(gradient, a.shape)),
            "The gradient was copied along another axis than the one that was summed.",
        ),
        (lambda answer: np.shape(answer) == np.shape(gradient) != a.shape,
         "The result has the shape of the sum; give every entry of a its copy."),
    ]  # fmt: skip
    expect(student.sum_backward(a, axis, gradient), expected, causes=causes)


@sum_backward.case("over the rows and over the columns", weight=2)
def _(student, reference, rng):
    side = int(rng.integers(3, 5))
    a = rng.normal(size=(side, side))
    for axis in (0, 1):
        ask_sum(student, a, axis, rng.normal(size=side))


@sum_backward.case("over everything")
def _(student, reference, rng):
    ask_sum(student, rng.normal(size=shapes(rng)), None, float(rng.uniform(1.5, 3)))


@sum_backward.case("three axes, the middle one", hidden=True)
def _(student, reference, rng):
    ask_sum(student, rng.normal(size=(3, 4, 3)), 1, rng.normal(size=(3, 3)))
    ask_sum(student, rng.normal(size=(2, 3)), -1, rng.normal(size=2))


def ask_unbroadcast(student: Any, large: tuple[int, ...], shape: tuple[int, ...], rng: Any) -> None:
    gradient = rng.normal(size=large)
    (expected,) = measured(lambda v: np.broadcast_to(v, large), [np.zeros(shape)], gradient)
    in_front = tuple(range(len(large) - len(shape)))
    ones = tuple(axis for axis, length in enumerate(shape) if length == 1)
    first = gradient[(0,) * len(in_front)]
    for axis in ones:
        first = first.take([0], axis=axis)
    front_only = gradient.sum(axis=in_front)
    copies = int(np.prod(large, dtype=int)) // int(np.prod(shape, dtype=int))
    causes = [
        (tried(lambda: np.mean(gradient, axis=in_front)) if in_front else None,
         "Copies add up: sum over them, do not average."),
        (first, "You kept the first copy only; all of them count, so sum."),
        (gradient if shape != large else None, "Nothing was summed: the gradient still has the "
         "large shape."),
        (np.sum(gradient) if shape else None, "You summed over everything; only the axes that "
         "were copied go."),
        (lambda a: np.size(a) == np.prod(shape, dtype=int) and np.shape(a) != shape,
         "The numbers may be right, the shape is not: an axis of length 1 stays (keepdims=True), "
         "one that was missing in front goes."),
        (lambda a: np.size(a) == np.prod(shape, dtype=int)
         and np.allclose(np.ravel(a) * copies, np.ravel(expected)),
         "Copies add up: sum over them, do not average."),
        (
            front_only if front_only.shape != shape else None,
            "An axis of length 1 was copied too: sum over it, with keepdims=True.",
        ),
    ]  # fmt: skip
    expect(student.unbroadcast(gradient, shape), expected, causes=causes)


@unbroadcast.case("a bias and its batch", weight=2)
def _(student, reference, rng):
    batch, units = int(rng.integers(4, 7)), 3
    ask_unbroadcast(student, (batch, units), (units,), rng)


@unbroadcast.case("an axis of length 1")
def _(student, reference, rng):
    side = int(rng.integers(3, 5))
    ask_unbroadcast(student, (side, side), (side, 1), rng)
    ask_unbroadcast(student, (side, side), (1, side), rng)


@unbroadcast.case("a single number")
def _(student, reference, rng):
    ask_unbroadcast(student, shapes(rng), (), rng)


@unbroadcast.case("nothing was copied")
def _(student, reference, rng):
    size = shapes(rng)
    ask_unbroadcast(student, size, size, rng)


@unbroadcast.case("in front and within", weight=2, hidden=True)
def _(student, reference, rng):
    ask_unbroadcast(student, (2, 3, 4), (3, 1), rng)
    ask_unbroadcast(student, (4, 4, 4), (1, 4, 1), rng)
    ask_unbroadcast(student, (2, 3, 1), (3, 1), rng)


def ask_matmul(student: Any, batch: int, inputs: int, units: int, rng: Any) -> None:
    a, b = rng.normal(size=(batch, inputs)), rng.normal(size=(inputs, units))
    gradient = rng.normal(size=(batch, units))
    expected = measured(np.matmul, [a, b], gradient)
    ga, gb = expected
    causes = [
        ((gb, ga), "The two gradients are in the wrong order: first a's, then b's."),
        ((tried(lambda: gradient @ b), tried(lambda: a @ gradient)), "One factor has to be "
         "transposed: gradient @ b.T for a."),
        ((ga, gb / batch), "No mean here: the loss has divided by the batch already."),
        ((ga, tried(lambda: gradient.T @ a)), "The gradient for b is transposed: its shape is "
         "(inputs, units)."),
        ((tried(lambda: b @ gradient.T), gb), "The gradient for a is transposed: its shape is "
         "(batch, inputs)."),
        ((tried(lambda: np.ones_like(gradient) @ b.T), tried(lambda: a.T @ np.ones_like(gradient))),
         FORGOTTEN),
        ((ga, tried(lambda: a @ gradient)), "In b's gradient a is transposed: a.T @ gradient."),
        ((tried(lambda: gradient @ b), gb), "In a's gradient b is transposed: gradient @ b.T."),
    ]  # fmt: skip
    with hint("The shapes do not fit: one of the two factors has to be transposed."):
        answer = student.matmul_backward(a, b, gradient)
    expect_each(answer, expected, ("a", "b"), causes)


FORGOTTEN = "What arrives is missing: its place is where the product lost an axis."


@matmul_backward.case("any shapes", weight=2)
def _(student, reference, rng):
    ask_matmul(student, 2, int(rng.integers(3, 5)), 5, rng)


@matmul_backward.case("square matrices")
def _(student, reference, rng):
    side = int(rng.integers(2, 4))
    ask_matmul(student, side, side, side, rng)


@matmul_backward.case("a batch of one", hidden=True)
def _(student, reference, rng):
    ask_matmul(student, 1, 4, 3, rng)


def ask_cross_entropy(
    student: Any, logits: np.ndarray, labels: np.ndarray, gradient: float
) -> None:
    batch = len(labels)
    hot = np.eye(logits.shape[1])[labels]

    def loss(z: Any) -> Any:
        return np.mean(scipy.special.logsumexp(z, axis=1) - (z * hot).sum(axis=1))

    (expected,) = measured(loss, [logits], gradient)
    probs = scipy.special.softmax(logits, axis=1)
    causes = [
        (expected * batch, "The loss is a mean over the batch: divide by the number of examples."),
        (expected * batch / logits.shape[1], "Divide by the number of examples, not of classes."),
        (-expected, "The sign is turned: p − t pushes the right class up when you go downhill."),
        (expected / gradient, "Multiply by the gradient that arrives."),
        (gradient * probs / batch, "Subtract 1 at the right class."),
        (gradient * (probs - 1) / batch, "Subtract 1 at the right class only."),
        (gradient * (probs - hot) * probs * (1 - probs) / batch, "p − t is all: the slopes of the "
         "softmax are in it already."),
        (gradient * (scipy.special.softmax(logits, axis=0) - hot) / batch,
         "The softmax ran over the batch; every row has its own."),
        (gradient * (logits - hot) / batch, "p are the probabilities, softmax(logits)."),
        (lambda a: np.isnan(a).any(), "NaN: e¹⁰⁰⁰ is infinity. Subtract the largest logit of each "
         "row first."),
        (lambda a: np.ndim(a) == 1, "One gradient per logit: the shape is (batch, classes)."),
    ]  # fmt: skip
    answer = student.cross_entropy_backward(logits, labels, gradient)
    expect(answer, expected, causes=causes, axes=("batch", "classes"))


@cross_entropy_backward.case("a batch", weight=2)
def _(student, reference, rng):
    batch, classes = 2, int(rng.integers(3, 5))
    labels = rng.permutation(classes)[:batch]
    ask_cross_entropy(student, rng.normal(size=(batch, classes)) * 2, labels, 1.0)


@cross_entropy_backward.case("another gradient arrives")
def _(student, reference, rng):
    labels = rng.permutation([0, 1, 2, 1])
    ask_cross_entropy(student, rng.normal(size=(4, 3)), labels, float(rng.uniform(2, 3)))


@cross_entropy_backward.case("logits of a thousand")
def _(student, reference, rng):
    logits = rng.normal(size=(2, 3)) + np.array([[1000.0], [-1000.0]])
    ask_cross_entropy(student, logits, rng.permutation(3)[:2], 1.0)


@cross_entropy_backward.case("a larger batch", hidden=True)
def _(student, reference, rng):
    ask_cross_entropy(student, rng.normal(size=(7, 4)), rng.integers(0, 4, 7), 1.0)
