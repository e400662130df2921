"""Check of exercise 3: convolution, against keras.ops.conv."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...expect import expect, hint, require_unchanged
from ...spec import Check
from ...verdict import forbid
from .keras_layers import ATOL, bordered, conv, images

OWN = forbid(
    "conv", "depthwise_conv", "separable_conv", "Conv2D", "convolve", "convolve2d", "correlate",
    "correlate2d", "fftconvolve",
    says="write the convolution with sums and products yourself",
)  # fmt: skip
AXES = ("batch", "rows", "columns", "filters")
SHAPES = (
    "Look at the shapes: pixels_at(...) is (batch, rows, columns, channels), kernel[i, j] is "
    "(channels, filters), and rows and columns count the windows."
)

conv_forward = Check("conv_forward", rules=(OWN,))


def ask_conv(student: Any, given: Any, stride: int, padding: str) -> None:
    x, kernel, bias = given
    right = conv(x, kernel, bias, stride, padding)
    size, same = kernel.shape[:2], padding == "same"
    causes: list[tuple[Any, str]] = [
        (right - bias, "The bias is missing: one number per filter, added to every window."),
        (conv(x, kernel[::-1, ::-1], bias, stride, padding), "The kernel is upside down: Keras "
         "does not turn it, x[r·s + i, c·s + j] goes with K[i, j]."),
        (np.maximum(right, 0), "No ReLU here: return the sums as they are."),
        (right + bias * (np.prod(size) - 1), "The bias was added at every place of the window: "
         "once per window is right."),
        (conv(x[..., :1], kernel[:, :, :1], bias, stride, padding), "Only the first channel was "
         "looked at: sum over all channels."),
        (right / np.prod(kernel.shape[:3]), "It is a sum, not a mean."),
    ]  # fmt: skip
    if same:
        odd = bordered(x, size, stride, before=True)
        causes += [
            (conv(odd, kernel, bias, stride, "valid"), "The odd zero of the border is at the "
             "wrong end: the larger part goes behind. Look at padding_amounts."),
            (conv(x, kernel, bias, 1, "same")[:, ::stride, ::stride], "The border is that of "
             "stride 1: give the stride to padding_amounts too."),
        ]  # fmt: skip
        if all(n >= k for n, k in zip(x.shape[1:3], size, strict=True)):
            causes.append((conv(x, kernel, bias, stride, "valid"), "This is the answer for "
                           "\"valid\"; here the image has a border of zeros."))  # fmt: skip
    if stride > 1:
        causes.append((conv(x, kernel, bias, 1, padding), "The stride is missing: windows start "
                       "at every s-th pixel only."))  # fmt: skip
    else:
        causes.append((lambda a: a.shape == right.shape[:3], "The axis of the filters is gone: "
                       "every filter has a map of its own."))  # fmt: skip
    with hint(SHAPES):
        answer = student.conv_forward(x, kernel, bias, stride, padding)
    expect(answer, right, causes=causes, axes=AXES, atol=ATOL)


def problem(rng: np.random.Generator, x: tuple[int, ...], k: tuple[int, ...]) -> Any:
    """Images (batch, height, width, channels), a kernel of k = (height, width, filters), a bias."""
    kernel = rng.normal(size=(*k[:2], x[3], k[2]))
    return images(rng, *x), kernel, rng.uniform(0.5, 2.0, k[2])


@conv_forward.case("one row, by hand")
def _(student, reference, rng):
    row = rng.integers(1, 9, 4).astype(float)
    kernel = np.array([1.0, -2.0]).reshape(1, 2, 1, 1)
    ask_conv(student, (row.reshape(1, 1, 4, 1), kernel, np.array([0.5])), 1, "valid")


@conv_forward.case("channels and filters", weight=2)
def _(student, reference, rng):
    ask_conv(student, problem(rng, (2, 6, 7, 3), (3, 2, 4)), 1, "valid")


@conv_forward.case("with a stride")
def _(student, reference, rng):
    ask_conv(student, problem(rng, (2, 9, 8, 3), (3, 3, 2)), 2, "valid")


@conv_forward.case("padding same", weight=2)
def _(student, reference, rng):
    ask_conv(student, problem(rng, (2, 5, 6, 2), (3, 4, 3)), 1, "same")
    ask_conv(student, problem(rng, (2, 6, 9, 2), (3, 4, 3)), 2, "same")


@conv_forward.case("all sizes, arguments left alone", weight=3, hidden=True)
def _(student, reference, rng):
    for padding in ("valid", "same"):
        for size, k, stride in [
            ((3, 7, 5, 2), (7, 5, 3), 3), ((1, 8, 9, 3), (2, 3, 1), 3),
            ((2, 6, 5, 1), (1, 1, 4), 2), ((2, 4, 7, 3), (4, 5, 2), 1),
        ]:  # fmt: skip
            ask_conv(student, problem(rng, size, k), stride, padding)
    x, kernel, bias = problem(rng, (2, 6, 5, 2), (3, 3, 2))
    ask_conv(student, (x.astype(np.float32), kernel, bias), 1, "valid")
    for name, before, place in (("x", x, 0), ("kernel", kernel, 1), ("bias", bias, 2)):
        lent = student.lend(before)
        given = [x, kernel, bias]
        given[place] = lent
        student.conv_forward(*given, 1, "valid")
        require_unchanged(name, "", before, lent, "Make a new array for the sums.")
