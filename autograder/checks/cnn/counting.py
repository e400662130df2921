"""Checks of exercises 6 and 7: parameters and connections."""

from __future__ import annotations

from typing import Any

from ...expect import expect
from ...spec import Check

conv_counts = Check("conv_counts")
NUMBERS = "Return two numbers: (parameters, connections)."


def ask_conv_counts(student: Any, h: int, w: int, channels: int, k: int, filters: int) -> None:
    """Compare with every window counted one by one."""
    units = sum(1 for _r in range(h - k + 1) for _c in range(w - k + 1))
    weights = k * k * channels
    right = ((weights + 1) * filters, (weights + 1) * filters * units)
    per_map = (k * k + 1) * filters
    without = weights * filters
    causes: list[tuple[Any, str]] = [
        (right[::-1], "The order is turned around: first parameters, then connections."),
        ((without, without * units), "The biases are missing in both: one parameter per filter, "
         "one connection per unit."),
        ((right[0], without * units), "A unit is connected to its bias, too: one connection more."),
        ((without, right[1]), "The bias is a parameter, too: one per filter."),
        ((per_map, per_map * units), "A window covers all channels: k · k · channels weights."),
        ((right[0], right[0] * h * w), "With \"valid\" there are fewer windows than pixels."),
        ((right[1], right[1]), "The windows of a map share their weights: the parameters do not "
         "depend on the size of the image."),
        ((right[0], right[0]), "Every parameter is used once in every window: that many "
         "connections."),
        ((weights + 1, (weights + 1) * units), "These are the numbers of one filter: times the "
         "number of filters."),
        (((weights + 1) * filters, (weights + 1) * filters * (h - k + 1) ** 2), "The image is not "
         "square: count rows and columns of windows."),
        (((k * k + 1) * channels * filters, (k * k + 1) * channels * filters * units),
         "A filter has one bias, not one per channel."),
        (((weights + 1) * filters, units * filters), "That is the number of units: each has "
         "k · k · channels + 1 connections."),
        ((without + 1, (without + 1) * units), "Every filter has a bias of its own."),
        (lambda a: isinstance(a, (int, float)), NUMBERS),
    ]  # fmt: skip
    answer = student.conv_counts(h, w, channels, k, filters)
    expect(answer, right, causes=causes, rtol=0, atol=0)


@conv_counts.case("LeNet's C1")
def _(student, reference, rng):
    ask_conv_counts(student, 32, 32, 1, 5, 6)


@conv_counts.case("colours", weight=2)
def _(student, reference, rng):
    h, w, channels, k, filters = (int(rng.integers(n, n + 3)) for n in (20, 12, 3, 6, 9))
    ask_conv_counts(student, h, w, channels, k, filters)


@conv_counts.case("one window, and many filters", hidden=True)
def _(student, reference, rng):
    k = int(rng.integers(4, 7))
    ask_conv_counts(student, k, k, 3, k, int(rng.integers(8, 12)))
    ask_conv_counts(student, 17, 40, int(rng.integers(30, 40)), 1, int(rng.integers(50, 60)))


subsampling_counts = Check("subsampling_counts")


def ask_subsampling(student: Any, h: int, w: int, maps: int, size: int) -> None:
    starts = [(r, c) for r in range(0, h - size + 1, size) for c in range(0, w - size + 1, size)]
    units, area = len(starts), size * size
    right = (2 * maps, (area + 1) * maps * units)
    causes: list[tuple[Any, str]] = [
        (right[::-1], "The order is turned around: first parameters, then connections."),
        (((area + 1) * maps, right[1]), "The pixels of a window share one weight, which multiplies "
         "their sum: 2 parameters per map, whatever the window."),
        ((2 * maps, area * maps * units), "A unit is connected to its bias, too: one more."),
        ((2 * maps, 2 * maps * units), "A unit has a connection to each of its pixels, even "
         "though they share one weight."),
        ((2, right[1]), "Every map has a weight and a bias of its own."),
        ((maps, right[1]), "A map has two parameters: a weight and a bias."),
        ((0, area * maps * units), "LeNet's subsampling has a weight and a bias per map; the "
         "pooling without parameters came later."),
        ((2 * maps, (area + 1) * maps * (h - size + 1) * (w - size + 1)), "The windows do not "
         "overlap: their stride is their size."),
        ((2 * maps, (area * maps + 1) * maps * units), "A unit reads from its own map only."),
        ((2 * maps, (area + 1) * maps * -(-h // size) * -(-w // size)), "Rows and columns that do "
         "not fill a window are left out."),
        ((2 * maps, (area + 1) * units), "These are the connections of one map."),
        ((2 * maps, (area + 1) * maps * h * w), "There is one unit per window, not per pixel."),
        (lambda a: isinstance(a, (int, float)), NUMBERS),
    ]  # fmt: skip
    answer = student.subsampling_counts(h, w, maps, size)
    expect(answer, right, causes=causes, rtol=0, atol=0)


@subsampling_counts.case("LeNet's S2")
def _(student, reference, rng):
    ask_subsampling(student, 28, 28, 6, 2)


@subsampling_counts.case("larger windows", weight=2)
def _(student, reference, rng):
    size, maps = int(rng.integers(3, 5)), int(rng.integers(5, 9))
    ask_subsampling(student, size * int(rng.integers(5, 8)), size * 4, maps, size)


@subsampling_counts.case("rows that fill no window", hidden=True)
def _(student, reference, rng):
    size, maps = int(rng.integers(3, 6)), int(rng.integers(7, 12))
    ask_subsampling(student, size * int(rng.integers(5, 8)) + 2, size * 3 + 1, maps, size)
