"""Checks of exercises 10 to 12: the backward passes, against finite differences of keras.ops.

Convolution and average pooling are linear, and max pooling is as long as no number overtakes
another, so a difference quotient has no error but rounding: steps of 1 or 1/2 will do.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...expect import array, expect, hint, require, require_unchanged
from ...spec import Check
from ...verdict import forbid
from .convolution import problem
from .keras_layers import ATOL, bordered, conv, images, integers, pool, windows_of

OWN = forbid("value_and_grad", "GradientTape", "conv_transpose", says="write the slopes yourself")
AXES = ("batch", "height", "width", "channels")
SHAPES = (
    "Look at the shapes: the gradient is (batch, rows, columns, filters), and what you add to "
    "pixels_at(...) is (batch, rows, columns, channels)."
)
ADDS_UP = (
    "Kernel and bias are right, the images are not. A pixel lies in several windows: what it gets "
    "from each adds up (+=, not =)."
)

conv_backward = Check("conv_backward", rules=(OWN,))
max_pool_backward = Check("max_pool_backward", rules=(OWN,))
average_pool_backward = Check("average_pool_backward", rules=(OWN,))


def conv_slopes(x: Any, kernel: Any, stride: int, padding: str, g: Any) -> tuple[Any, Any, Any]:
    """One pixel, and one weight, at a time: by how much the answers change."""
    pixels, weights = x[0].size, kernel[..., 0].size
    steps = np.eye(pixels).reshape(pixels, *x.shape[1:])
    changes = conv(steps, kernel, 0.0, stride, padding)  # (pixels, rows, columns, filters)
    of_x = np.einsum("prcf,nrcf->np", changes, g).reshape(x.shape)
    units = np.eye(weights).reshape(*kernel.shape[:3], weights)
    changes = conv(x, units, 0.0, stride, padding)  # (batch, rows, columns, weights)
    of_kernel = np.einsum("nrcw,nrcf->wf", changes, g).reshape(kernel.shape)
    return of_x, of_kernel, np.array([g[..., f].sum() for f in range(g.shape[3])])


def ask_conv_backward(student: Any, x: Any, kernel: Any, stride: int, padding: str, g: Any) -> None:
    of_x, of_kernel, of_bias = right = conv_slopes(x, kernel, stride, padding, g)
    batch, windows = len(x), g[..., 0].size
    flipped = conv_slopes(x, kernel[::-1, ::-1], stride, padding, g)[0]

    def fine(a: Any, b: Any) -> bool:
        return np.shape(a) == b.shape and np.allclose(a, b, rtol=1e-3, atol=1e-3)

    causes: list[tuple[Any, str]] = [
        (lambda a: not isinstance(a, (tuple, list)) or len(a) != 3, "Return three things: the "
         "gradients for x, kernel and bias."),
        (lambda a: fine(a[0], of_kernel) and fine(a[1], of_x), "The order is turned around: "
         "first x, then kernel."),
        ((of_x, of_kernel / batch, of_bias / batch), "Nothing is averaged here: the mean over the "
         "batch is already in `gradient`."),
        ((of_x / batch, of_kernel / batch, of_bias / batch), "Nothing is averaged here: the mean "
         "over the batch is already in `gradient`."),
        (lambda a: fine(a[2], of_bias / windows), "The bias's gradient is a sum over all windows "
         "of all images, not a mean."),
        (lambda a: np.shape(a[2]) != of_bias.shape, "A filter has one "
         "bias: sum the gradient over batch, rows and columns."),
        (lambda a: np.ndim(a[0]) == 4 and a[0].shape[1] > x.shape[1], "The x gradient still has "
         "its border: unpadded(...) takes it off."),
        (lambda a: fine(a[0], flipped), "The kernel is upside down on the way back: K[i, j] sends "
         "to the pixels at (i, j), from which it read."),
        (lambda a: fine(a[1], of_kernel[::-1, ::-1]), "The kernel's gradient is upside down: the "
         "pixels at (i, j) belong to K[i, j]."),
        (lambda a: fine(a[1], conv_slopes(x[:1], kernel, stride, padding, g[:1])[1]) and batch > 1,
         "The kernel's gradient is that of the first image: sum over the batch."),
        (lambda a: fine(a[0], of_x) and fine(a[2], of_bias), "Gradients for x and bias are right, "
         "the kernel's is not: sum pixel times slope over all windows of all images."),
        (lambda a: fine(a[1], of_kernel) and fine(a[2], of_bias) and padding == "same"
         and _rolled(a[0], of_x), "Kernel and bias are right, the images are moved: the border "
         "was cut off at the wrong end. Use unpadded(...)."),
        (lambda a: fine(a[1], of_kernel) and fine(a[2], of_bias), ADDS_UP),
    ]  # fmt: skip
    with hint(SHAPES):
        answer = student.conv_backward(x, kernel, stride, padding, g)
    expect(answer, right, causes=causes, rtol=1e-3, atol=1e-3)  # sums of up to 300 float32 products


def _rolled(a: Any, right: np.ndarray) -> bool:
    """Whether it is right but some rows or columns further on; those that are left are compared."""
    height, width = right.shape[1:3]
    for down, left in np.ndindex(min(4, height - 1), min(4, width - 1)):
        for one, other in ((a, right), (right, a)):
            part, whole = one[:, down:, left:], other[:, : height - down, : width - left]
            if down + left and np.allclose(part, whole, atol=1e-3):
                return True
    return False


def backward_problem(
    rng: np.random.Generator, x: tuple[int, ...], k: tuple[int, ...], stride: int, padding: str
) -> Any:
    images_, kernel, _bias = problem(rng, x, k)
    g = rng.normal(size=conv(images_, kernel, 0.0, stride, padding).shape) + 0.5
    return images_, kernel, stride, padding, g


@conv_backward.case("one row, by hand")
def _(student, reference, rng):
    row = rng.integers(1, 9, 3).astype(float).reshape(1, 1, 3, 1)
    kernel = np.array([2.0, -1.0]).reshape(1, 2, 1, 1)
    ask_conv_backward(student, row, kernel, 1, "valid", np.array([[[[10.0], [100.0]]]]))


@conv_backward.case("channels and filters", weight=2)
def _(student, reference, rng):
    ask_conv_backward(student, *backward_problem(rng, (3, 5, 6, 2), (3, 2, 4), 1, "valid"))


@conv_backward.case("with a stride")
def _(student, reference, rng):
    ask_conv_backward(student, *backward_problem(rng, (2, 8, 7, 2), (3, 3, 3), 2, "valid"))


@conv_backward.case("padding same", weight=2)
def _(student, reference, rng):
    ask_conv_backward(student, *backward_problem(rng, (2, 5, 6, 3), (2, 4, 2), 1, "same"))
    ask_conv_backward(student, *backward_problem(rng, (2, 6, 7, 2), (3, 4, 3), 2, "same"))


@conv_backward.case("all sizes, arguments left alone", weight=3, hidden=True)
def _(student, reference, rng):
    for padding in ("valid", "same"):
        for size, k, stride in [
            ((3, 7, 5, 2), (5, 4, 3), 3), ((1, 6, 8, 3), (2, 3, 1), 3),
            ((2, 6, 5, 1), (1, 1, 4), 2),
        ]:  # fmt: skip
            ask_conv_backward(student, *backward_problem(rng, size, k, stride, padding))
    x, kernel, stride, padding, g = backward_problem(rng, (2, 5, 4, 2), (3, 3, 2), 1, "same")
    lent = student.lend(x)
    student.conv_backward(lent, kernel, stride, "valid", g[:, 1:-1, 1:-1])
    require_unchanged("x", "", x, lent, "Add to zeros as large as the padded image.")


def pool_slopes(kind: str, x: Any, size: int, stride: int, padding: str, g: Any) -> np.ndarray:
    """One pixel of each image at a time, half a step up."""
    pixels = x[0].size
    steps = 0.5 * np.eye(pixels).reshape(pixels, 1, *x.shape[1:])
    many = (x[None] + steps).reshape(-1, *x.shape[1:])
    before = pool(kind, x, size, stride, padding)
    changes = pool(kind, many, size, stride, padding).reshape(pixels, *before.shape) - before
    slopes: np.ndarray = np.einsum("pnrcd,nrcd->np", changes, g).reshape(x.shape) / 0.5
    return slopes


def ask_pool_backward(student: Any, kind: str, x: Any, size: int, stride: int, padding: str,
                      g: Any) -> None:  # fmt: skip
    right = pool_slopes(kind, x, size, stride, padding, g)
    other = pool_slopes("average" if kind == "max" else "max", x, size, stride, padding, g)
    function = getattr(student, f"{kind}_pool_backward")
    causes: list[tuple[Any, str]] = [
        (lambda a: a.ndim == 4 and a.shape == g.shape != x.shape, "The slope comes back in the "
         "shape of x, not of the gradient."),
        (lambda a: a.ndim == 4 and a.shape[1] > x.shape[1], "The border is still there: "
         "unpadded(...) takes it off."),
        (other, "This is the backward pass of the other pooling."),
        (right / len(x), "Nothing is averaged here over the batch."),
        (lambda a: padding == "same" and a.shape == x.shape and _rolled(a, right),
         "The border was cut off at the wrong end: unpadded(...) knows how much is in front."),
        *(max_causes if kind == "max" else average_causes)(right, x, size, stride, padding, g),
        (lambda a: a.shape == x.shape and stride < size, "A pixel may lie in several windows: "
         "what it gets from each adds up (+=, not =)."),
    ]  # fmt: skip
    with hint(SHAPES.replace("filters", "channels")):
        answer = function(x, size, stride, padding, g)
    expect(answer, right, causes=causes, axes=AXES, atol=ATOL)


def counts_of(x: np.ndarray, size: int, stride: int, padding: str) -> np.ndarray:
    """The real pixels of each window, (batch, rows, columns, channels)."""
    ones = np.ones_like(x)
    wide = bordered(ones, (size, size), stride) if padding == "same" else ones
    total: np.ndarray = windows_of(wide, size, stride).sum(axis=(-2, -1))
    return total


def max_causes(right: Any, x: Any, size: int, stride: int, padding: str, g: Any) -> Any:
    full = counts_of(x, size, stride, padding) == size * size
    return [
        ((right != 0).astype(float), "Where the largest stood there is a 1: put the slope of its "
         "window there."),
        (pool_slopes("max", x, size, stride, padding, g * full), "The border won against negative "
         "numbers: pad with −∞, not with 0, or the slope of those windows is lost."),
        (lambda a: np.all(a[right == 0] == 0) and np.any((a == 0) & (right != 0)), "Some of the "
         "winners got nothing: a window may have its largest number at any of its places."),
    ]  # fmt: skip


def average_causes(right: Any, x: Any, size: int, stride: int, padding: str, g: Any) -> Any:
    counts = counts_of(x, size, stride, padding)
    with_border = pool_slopes("average", x, size, stride, padding, g * counts / size**2)
    return [
        (pool_slopes("average", x, size, stride, padding, g * counts), "Each pixel gets its share "
         "of the slope, not all of it: divide by the number of real pixels."),
        (pool_slopes("average", x, size, stride, padding, g * counts / size), "Divide by the "
         "number of pixels, not by the side of the window."),
        (with_border, "The windows at the border have fewer real pixels: divide by their own "
         "number, not by size²."),
    ]  # fmt: skip


def pool_problem(rng: Any, x: tuple[int, ...], size: int, stride: int, padding: str) -> Any:
    """Numbers of which no two are equal, negative beside a border; a positive slope per window."""
    values = integers(rng, *x) - (np.prod(x) if padding == "same" else 0)
    g = rng.uniform(0.5, 2.0, pool("max", values, size, stride, padding).shape)
    return values, size, stride, padding, g


def add_cases(check: Check, kind: str) -> None:
    """The cases that both backward passes have."""

    def asks(*problems: Any) -> Any:
        def case(student: Any, reference: Any, rng: Any) -> None:
            for x, size, stride, padding in problems:
                ask_pool_backward(student, kind, *pool_problem(rng, x, size, stride, padding))

        return case

    check.case("windows of 2 × 2 side by side")(asks(((2, 6, 4, 3), 2, 2, "valid")))
    check.case("windows that overlap", weight=2)(
        asks(((2, 7, 5, 2), 3, 2, "valid"), ((1, 4, 5, 3), 2, 1, "valid"))
    )
    check.case("with a border", weight=2)(
        asks(((2, 5, 7, 2), 2, 2, "same"), ((2, 6, 5, 2), 3, 2, "same"))
    )
    sizes: Any = [((3, 5, 7, 1), 5, 2), ((1, 8, 7, 3), 2, 3), ((2, 6, 5, 2), 4, 1)]
    many = [(*size, padding) for size in sizes for padding in ("valid", "same")]
    check.case("all sizes", weight=2, hidden=True)(asks(*many, ((2, 3, 2, 2), 4, 3, "same")))


add_cases(max_pool_backward, "max")
add_cases(average_pool_backward, "average")


@max_pool_backward.case("many equal numbers", weight=2)
def _(student, reference, rng):
    """As after a ReLU. Whoever takes the slope, each window's adds up to its own."""
    x = np.maximum(0.0, rng.integers(-4, 3, (2, 6, 8, 3)).astype(float))
    g = rng.uniform(0.5, 2.0, (2, 3, 4, 3))
    slopes = array(student.max_pool_backward(x, 2, 2, "valid", g), x.shape)
    tiles = slopes.reshape(2, 3, 2, 4, 2, 3)
    winners = np.repeat(np.repeat(pool("max", x, 2, 2, "valid"), 2, axis=1), 2, axis=2)
    require(
        np.all(slopes[x < winners] == 0),
        "A pixel that is not the largest of its window got a slope.",
    )
    sums = tiles.sum(axis=(2, 4))
    require(
        not np.any(sums > g + ATOL),
        "Where several numbers are equally large each of them took the whole slope. Only one may: "
        "keep account of which windows are still free.",
    )
    require(
        np.allclose(sums, g, atol=ATOL),
        "In a window of equal numbers some of the slope got lost: one of them takes all of it.",
    )


@average_pool_backward.case("the values do not matter")
def _(student, reference, rng):
    """The slope depends on the gradient alone."""
    x, size, stride, padding, g = pool_problem(rng, (2, 5, 4, 3), 2, 2, "same")
    right = pool_slopes("average", x, size, stride, padding, g)
    answer = student.average_pool_backward(np.zeros_like(x), size, stride, padding, g)
    words = "For an image of zeros another slope came back: only the shape of x matters."
    causes = [(lambda a: True, words)]
    expect(answer, right, causes=causes, axes=AXES, atol=ATOL)
    lent = student.lend(g)
    student.average_pool_backward(images(rng, 2, 5, 4, 3), size, stride, padding, lent)
    require_unchanged("gradient", "", g, lent, "Divide into a new array, no `gradient /= …`.")
