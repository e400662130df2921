"""Checks of exercises 4 and 5: max and average pooling, against keras.ops."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...expect import expect, hint, require_unchanged
from ...spec import Check
from ...verdict import forbid
from .keras_layers import ATOL, bordered, images, integers, pool, windows_of

OWN = forbid(
    "max_pool", "average_pool", "MaxPooling2D", "AveragePooling2D", "MaxPool2D", "AvgPool2D",
    "maximum_filter", "uniform_filter", says="write the pooling with NumPy yourself",
)  # fmt: skip
AXES = ("batch", "rows", "columns", "channels")
SHAPES = (
    "Look at the shapes: pixels_at(...) is (batch, rows, columns, channels), where rows and "
    "columns count the windows, of the padded image."
)
SIZES = [((3, 5, 7, 1), 5, 2), ((1, 9, 8, 4), 2, 3), ((2, 6, 5, 2), 4, 1)]
MEAN = "The mean came back where the largest number was asked for."
STRIDE = "The windows move by the stride, not by their own size."
BORDER = "A border never wins: pad with −∞, not with 0, or negative numbers lose against it."

max_pool = Check("max_pool", rules=(OWN,))
average_pool = Check("average_pool", rules=(OWN,))


def shared_causes(kind: str, x: Any, size: int, stride: int, padding: str) -> list[tuple[Any, str]]:
    """What goes wrong in both kinds of pooling."""
    right = pool(kind, x, size, stride, padding)
    fill = -np.inf if kind == "max" else np.nan
    causes: list[tuple[Any, str]] = [
        (lambda a: a.shape == right.shape[:3], "The channels were pooled together: every channel "
         "is pooled by itself."),
        (lambda a: a.shape == (*right.shape[:3], 1) != right.shape, "The channels were pooled "
         "together: every channel is pooled by itself."),
        (pool(kind, x, size, size, padding), STRIDE),
        (pool(kind, x, size, 1, padding), "The stride is missing: windows start at every s-th "
         "pixel only."),
    ]  # fmt: skip
    if padding == "same":
        odd = windows_of(bordered(x, (size, size), stride, fill, before=True), size, stride)
        reduce = np.max if kind == "max" else np.nanmean
        causes.append((reduce(odd, axis=(-2, -1)), "The odd pixel of the border is at the wrong "
                       "end: the larger part goes behind. Look at padding_amounts."))  # fmt: skip
        if min(x.shape[1:3]) >= size:
            causes.append((pool(kind, x, size, stride, "valid"), "This is the answer for "
                           "\"valid\"; here the last windows reach over the border."))  # fmt: skip
    return causes


def ask_max(student: Any, x: Any, size: int, stride: int, padding: str) -> None:
    right = pool("max", x, size, stride, padding)
    causes: list[tuple[Any, str]] = [(pool("average", x, size, stride, padding), MEAN)]
    if padding == "same":
        zeros = windows_of(bordered(x, (size, size), stride), size, stride).max(axis=(-2, -1))
        causes.insert(0, (zeros, BORDER))
    causes += [
        (np.maximum(right, 0), "Negative numbers became 0: start from −∞, or from the first "
         "pixel of each window, not from 0."),
        (pool("max", np.abs(x), size, stride, padding), "The largest number is asked for, not the "
         "largest absolute value."),
        (lambda a: np.any(np.isneginf(a)), "−∞ came back: some windows were never filled."),
        *shared_causes("max", x, size, stride, padding),
    ]  # fmt: skip
    with hint(SHAPES):
        answer = student.max_pool(x, size, stride, padding)
    expect(answer, right, causes=causes, axes=AXES, atol=ATOL)


@max_pool.case("windows of 2 × 2 side by side")
def _(student, reference, rng):
    ask_max(student, integers(rng, 2, 6, 4, 3), 2, 2, "valid")


@max_pool.case("windows that overlap")
def _(student, reference, rng):
    ask_max(student, integers(rng, 2, 7, 8, 3) - 200, 3, 2, "valid")
    ask_max(student, integers(rng, 1, 4, 5, 2), 2, 1, "valid")


@max_pool.case("a border, and negative numbers", weight=2)
def _(student, reference, rng):
    ask_max(student, -1 - np.abs(integers(rng, 2, 5, 7, 3)), 2, 2, "same")
    ask_max(student, integers(rng, 2, 6, 5, 2) - 100, 3, 2, "same")


@max_pool.case("all sizes", weight=2, hidden=True)
def _(student, reference, rng):
    for padding in ("valid", "same"):
        for shape, size, stride in [
            ((3, 5, 7, 1), 5, 2),
            ((1, 9, 8, 4), 2, 3),
            ((2, 6, 5, 2), 4, 1),
        ]:
            ask_max(student, integers(rng, *shape) - 20, size, stride, padding)
    ask_max(student, integers(rng, 2, 3, 2, 2), 4, 3, "same")
    x = images(rng, 2, 6, 7, 3)
    ask_max(student, x.astype(np.float32), 2, 2, "same")
    lent = student.lend(x)
    student.max_pool(lent, 2, 1, "valid")
    require_unchanged("x", "", x, lent, "Make a new array for the largest numbers.")


def ask_average(student: Any, x: Any, size: int, stride: int, padding: str) -> None:
    asked, x = x, np.asarray(x, np.float64)
    right = pool("average", x, size, stride, padding)
    area = size * size
    causes: list[tuple[Any, str]] = [(pool("max", x, size, stride, padding), "The largest number "
                                      "came back where the mean was asked for.")]  # fmt: skip
    if padding == "same":
        wide = windows_of(bordered(x, (size, size), stride), size, stride)
        ones = windows_of(bordered(np.ones_like(x), (size, size), stride), size, stride)
        there = np.sum(wide != 0, axis=(-2, -1))
        causes += [
            (wide.mean(axis=(-2, -1)), "The border was counted: divide by the number of real "
             "pixels in each window, not by size²."),
            (wide.sum(axis=(-2, -1)) / size, "Divide by the number of pixels, not by the side of "
             "the window."),
            (wide.sum(axis=(-2, -1)), "It is a sum: divide by the number of pixels."),
            (wide.sum(axis=(-2, -1)) / np.maximum(there, 1), "Zeros that belong to the image were "
             "left out: only the border does not count."),
            (wide.sum(axis=(-2, -1)) / ones.sum(axis=(-2, -1)).max(), "All windows were divided "
             "by the same number: each has a count of its own."),
        ]  # fmt: skip
    causes += [
        (right * area, "It is a sum: divide by the number of pixels in the window."),
        (right * size, "Divide by the number of pixels, size², not by the side of the window."),
        *shared_causes("average", x, size, stride, padding),
    ]
    with hint(SHAPES):
        answer = student.average_pool(asked, size, stride, padding)
    expect(answer, right, causes=causes, axes=AXES, atol=ATOL)


def inked(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Images of which a third of the pixels is exactly 0, as after a ReLU."""
    x = rng.normal(size=shape) + 3.0
    x[rng.uniform(size=shape) < 0.33] = 0.0
    return x


@average_pool.case("windows of 2 × 2 side by side")
def _(student, reference, rng):
    ask_average(student, images(rng, 2, 6, 4, 3), 2, 2, "valid")


@average_pool.case("windows that overlap")
def _(student, reference, rng):
    ask_average(student, images(rng, 2, 7, 8, 3), 3, 2, "valid")
    ask_average(student, images(rng, 1, 4, 5, 2), 2, 1, "valid")


@average_pool.case("a border does not count", weight=2)
def _(student, reference, rng):
    ask_average(student, images(rng, 2, 5, 7, 3) + 2.0, 2, 2, "same")
    ask_average(student, images(rng, 2, 6, 5, 2), 3, 2, "same")


@average_pool.case("zeros in the image count")
def _(student, reference, rng):
    ask_average(student, inked(rng, 2, 5, 6, 2), 3, 1, "same")


@average_pool.case("all sizes", weight=2, hidden=True)
def _(student, reference, rng):
    for padding in ("valid", "same"):
        for shape, size, stride in [
            ((3, 5, 7, 1), 5, 2),
            ((1, 9, 8, 4), 2, 3),
            ((2, 6, 5, 2), 4, 1),
        ]:
            ask_average(student, inked(rng, *shape), size, stride, padding)
    ask_average(student, images(rng, 2, 3, 2, 2), 4, 3, "same")
    x = images(rng, 2, 6, 7, 3)
    ask_average(student, x.astype(np.float32), 2, 2, "same")
    ask_average(student, rng.integers(0, 9, (2, 5, 4, 1)), 2, 2, "same")
    lent = student.lend(x)
    student.average_pool(lent, 2, 1, "valid")
    require_unchanged("x", "", x, lent, "Make a new array for the sums.")
