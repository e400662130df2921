"""Checks of exercises 1 and 2: output size, and the zeros of padding "same"."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...expect import expect, require
from ...spec import Check
from .keras_layers import missing

output_size = Check("output_size")


def windows(size: int, kernel: int, stride: int, padding: str) -> int:
    """Counted one by one, by where they start."""
    last = size if padding == "same" else size - kernel + 1
    return len(range(0, last, stride))


def ask_size(student: Any, size: int, kernel: int, stride: int, padding: str) -> None:
    right = windows(size, kernel, stride, padding)
    valid = windows(size, kernel, stride, "valid")
    causes: list[tuple[Any, str]] = [
        (
            lambda a: isinstance(a, float) and not float(a).is_integer(),
            "A number of windows is whole: use // instead of /.",
        ),
    ]
    if padding == "valid":
        causes += [
            (right - 1, "One window is missing: the one at the very start. Add 1, and add "
             "it after dividing."),
            ((size - kernel + 1) // stride, "The + 1 comes after the division: the first window "
             "needs no step."),
            (-(-(size - kernel) // stride) + 1, "Rounded up: a window that does not fit "
             "entirely is left out by \"valid\"."),
            (size - kernel + 1, "The stride is missing: only every s-th window is kept."),
            (windows(size, kernel, stride, "same"), "That is the size for \"same\"; this was "
             "\"valid\"."),
            ((size - kernel + 2 * (kernel // 2)) // stride + 1, "Nothing is padded for \"valid\"."),
        ]  # fmt: skip
    else:
        causes += [
            (size // stride, "Rounded down: for \"same\" the last window may reach over the "
             "border, so round n / s up."),
            (valid, "That is the size for \"valid\"; this was \"same\"."),
            (size, "At stride 1 it would be as large as the input; here the stride is larger."),
            (size // stride + 1, "Where the stride divides the size, there is one window less: "
             "round n / s up, and only if there is a rest."),
        ]  # fmt: skip
    expect(student.output_size(size, kernel, stride, padding), right, causes=causes, rtol=0, atol=0)


@output_size.case("valid, stride 1")
def _(student, reference, rng):
    size, kernel = int(rng.integers(7, 20)), int(rng.integers(2, 6))
    ask_size(student, size, kernel, 1, "valid")
    answer = np.asarray(student.output_size(size, kernel, 1, "valid"))
    words = "The number is right, but it is a float. Return an int: no array can be cut at 4.0."
    require(answer.dtype.kind == "i", words, got=answer)


@output_size.case("valid, with a stride", weight=2)
def _(student, reference, rng):
    kernel, stride, steps = (int(rng.integers(low, low + 3)) for low in (4, 2, 3))
    ask_size(student, kernel + steps * stride, kernel, stride, "valid")
    ask_size(student, kernel + steps * stride + stride - 1, kernel, stride, "valid")


@output_size.case("same", weight=2)
def _(student, reference, rng):
    kernel, stride, steps = (int(rng.integers(low, low + 3)) for low in (2, 2, 3))
    ask_size(student, 3 * steps + kernel, kernel, 1, "same")
    ask_size(student, steps * stride + 1, kernel, stride, "same")
    ask_size(student, steps * stride, kernel + 3, stride, "same")


@output_size.case("every size", weight=2, hidden=True)
def _(student, reference, rng):
    for padding in ("valid", "same"):
        for _ in range(12):
            size, kernel, stride = (int(rng.integers(1, top)) for top in (30, 8, 6))
            ask_size(student, size + kernel, kernel, stride, padding)
    ask_size(student, 5, 5, 3, "valid")
    ask_size(student, 2, 5, 3, "same")


padding_amounts = Check("padding_amounts")


def ask_amounts(student: Any, size: int, kernel: int, stride: int) -> None:
    total = missing(size, kernel, stride)
    less, more = total // 2, total - total // 2
    spanned = (windows(size, kernel, stride, "same") - 1) * stride + kernel - size
    half = kernel // 2
    causes: list[tuple[Any, str]] = [
        (lambda a: len(a) == 2 and min(a) < 0, "Nothing is ever cut off: the number of zeros is "
         "at least 0."),
        ((more, less), "The odd zero is at the wrong end: the larger part goes behind."),
        ((half, half), "Half a kernel on both sides fits stride 1 and odd kernels only: count the "
         "pixels that the windows span."),
        ((more, more), "Both sides got the larger part: before and behind add up to what is "
         "missing."),
        ((less, less), "Both sides got the smaller part: before and behind add up to what is "
         "missing."),
        ((total, total), "All missing pixels were added on both sides: share them out."),
        ((0, total), "Share the missing pixels out: half before, half behind."),
        (((kernel - 1) // 2, kernel - 1 - (kernel - 1) // 2), "That is right for stride 1: with a "
         "stride, (o − 1)·s + k pixels are spanned."),
        ((spanned // 2, spanned - spanned // 2), "Nothing is ever cut off: at least 0."),
        (total, "Return two numbers: (before, behind)."),
    ]  # fmt: skip
    answer = student.padding_amounts(size, kernel, stride)
    expect(answer, (less, more), causes=causes, rtol=0, atol=0)


@padding_amounts.case("stride 1, odd kernel")
def _(student, reference, rng):
    ask_amounts(student, int(rng.integers(8, 20)), 2 * int(rng.integers(1, 4)) + 1, 1)


@padding_amounts.case("stride 1, even kernel")
def _(student, reference, rng):
    ask_amounts(student, int(rng.integers(8, 20)), 2 * int(rng.integers(1, 4)), 1)


@padding_amounts.case("with a stride", weight=2)
def _(student, reference, rng):
    ask_amounts(student, 2 * int(rng.integers(4, 9)), 5, 2)
    ask_amounts(student, 3 * int(rng.integers(3, 6)) + 2, 6, 3)


@padding_amounts.case("more pixels than needed", hidden=True)
def _(student, reference, rng):
    ask_amounts(student, 4 * int(rng.integers(3, 6)), 1, 4)
    ask_amounts(student, 5 * int(rng.integers(3, 6)) + 4, 2, 5)


@padding_amounts.case("every size", weight=2, hidden=True)
def _(student, reference, rng):
    for _ in range(20):
        size, kernel, stride = (int(rng.integers(1, top)) for top in (30, 9, 6))
        ask_amounts(student, size, kernel, stride)
    ask_amounts(student, 4 * int(rng.integers(3, 9)), 2, 4)
