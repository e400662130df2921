"""Checks of exercises 1 and 2: slopes that are measured, and how far two of them are apart."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...expect import expect
from ...spec import Check
from .measure import shapes

numerical_gradient = Check("numerical_gradient")
relative_error = Check("relative_error")


CHANGED = "The array x itself was changed. Work on a copy, or put the entry back."


def ask_gradient(
    student: Any, name: str, x: np.ndarray, expected: np.ndarray, **options: Any
) -> None:
    """Ask for the slopes of one of the notebook's given functions."""
    lent = student.lend(x)
    answer = student.numerical_gradient(student.function(name), lent, **options)
    causes = [
        (lambda a: np.ndim(a) == 0 and x.ndim, "One slope per entry, in an array of x's shape."),
        (expected / 2, "The two runs are 2h apart, so divide by 2h."),
        (expected * 2, "The two runs are 2h apart, so divide by 2h, not by h."),
        (-expected, "The sign is turned: f(x + h) minus f(x − h)."),
        (
            np.full(x.shape, expected.sum()),
            "Every entry moved at once. Change one entry at a time and leave the others alone.",
        ),
    ]  # fmt: skip
    expect(answer, expected, causes=causes, rtol=1e-5, atol=1e-7)
    after = np.asarray(lent.tolist())
    expect(
        after, x, rtol=0, atol=0, asked="x afterwards",
        causes=[(lambda a: True, CHANGED)],
    )  # fmt: skip


@numerical_gradient.case("a vector")
def _(student, reference, rng):
    x = rng.uniform(0.5, 2, 3) * rng.choice([-1, 1], 3)
    ask_gradient(student, "bowl", x, 2 * x)


def slopes_of_waves(x: np.ndarray) -> Any:
    return np.cos(x) * np.arange(1, x.size + 1).reshape(x.shape)


@numerical_gradient.case("a matrix", weight=2)
def _(student, reference, rng):
    x = rng.normal(size=shapes(rng))
    ask_gradient(student, "waves", x, slopes_of_waves(x))


@numerical_gradient.case("both sides")
def _(student, reference, rng):
    """With a large h one side is visibly off, and both sides are off by h²/6 at a sine."""
    x, h = rng.uniform(0.4, 1.2, 3), 0.1
    weights = np.arange(1, 4)
    both = weights * np.cos(x) * np.sin(h) / h
    one = weights * (np.sin(x + h) - np.sin(x)) / h
    answer = student.numerical_gradient(student.function("waves"), x, h)
    causes = [
        (2 * both, "The two runs are 2h apart, so divide by 2h, not by h."),
        (one, "This is f(x + h) − f(x), one side only; use f(x + h) − f(x − h), over 2h."),
        (slopes_of_waves(x), "The argument h was not used."),
        (weights * np.cos(x) * np.sin(1e-5) / 1e-5, "The argument h was not used."),
    ]
    expect(answer, both, causes=causes, rtol=1e-6)


@numerical_gradient.case("a single number", hidden=True)
def _(student, reference, rng):
    x = np.array(rng.uniform(1, 2))
    expect(student.numerical_gradient(student.function("bowl"), x), 2 * x, rtol=1e-5)


def error_of(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.sqrt(((a - b) ** 2).sum()) / (np.sqrt((a**2).sum()) + np.sqrt((b**2).sum())))


def ask_error(student: Any, a: np.ndarray, b: np.ndarray) -> None:
    expected = error_of(a, b)
    distance = float(np.linalg.norm(np.ravel(a - b)))
    causes = [
        (distance, "This is the distance alone; divide it by the sum of both sizes."),
        (2 * expected, "Divide by the sum of both sizes, not by their mean."),
        (distance / float(np.linalg.norm(np.ravel(a))), "Divide by the sizes of both, a and b."),
        (distance / float(np.linalg.norm(np.ravel(b))), "Divide by the sizes of both, a and b."),
        (
            distance / float(np.linalg.norm(np.ravel(a + b))),
            "Add the two sizes; the size of the sum is something else.",
        ),
        (expected**2, "The root is missing: a size is the root of the sum of squares."),
        (lambda answer: np.ndim(answer) > 0, "Return one number for the whole array."),
        (lambda answer: -float(answer) > 0, "A size is never negative."),
    ]
    expect(student.relative_error(a, b), expected, causes=causes)


@relative_error.case("two vectors")
def _(student, reference, rng):
    a = rng.normal(size=4)
    ask_error(student, a, a + rng.normal(size=4) * 0.3)


@relative_error.case("two matrices")
def _(student, reference, rng):
    size = shapes(rng)
    ask_error(student, rng.normal(size=size), rng.normal(size=size) * 3)


@relative_error.case("hardly different")
def _(student, reference, rng):
    a = rng.normal(size=5) * 1e-3
    ask_error(student, a, a * (1 + 1e-6 * rng.uniform(1, 2, 5)))


@relative_error.case("zeros")
def _(student, reference, rng):
    causes = [(lambda answer: np.isnan(answer), "NaN comes of 0/0: two arrays of zeros are "
               "equal, so return 0.0 for them.")]  # fmt: skip
    expect(student.relative_error(np.zeros(3), np.zeros(3)), 0.0, causes=causes)
