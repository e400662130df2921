"""A network drawn as circles and arrows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Circle, FancyArrowPatch
from numpy.typing import ArrayLike, NDArray

from .style import HALO, INK, new_axes, number, styled

__all__ = ["network"]

RADIUS = 0.27
COLUMN, ROW = 2.1, 1.0  # distance of layers, distance of units; 1 is about an inch
MOST_SHOWN = 6  # longer layers show their first three and their last unit
MOST_LABELLED = 4  # larger layers would cover their own numbers
LABEL_AT = 0.28  # of the way along an arrow a weight is written, unless something is there


@styled
def network(
    sizes: Sequence[int],
    weights: Sequence[Any] | None = None,
    activations: Sequence[ArrayLike] | None = None,
    ax: Axes | None = None,
    title: str = "",
) -> Axes:
    """Draw a fully connected network: a circle per unit, an arrow per weight.

    Negative weights are dashed, large ones thick, and small networks have them written on the
    arrows, biases below the circles, activations inside. Long layers are shortened with dots.

    Args:
        sizes: units of each layer, inputs first, as in [2, 2, 1].
        weights: for each pair of layers a kernel, float array (inputs, units), or a pair
            (kernel, bias (units,)).
        activations: for each layer, inputs included, float array (units,).
        ax: axes to draw into.
        title: text above.

    Returns:
        The axes.

    Raises:
        ValueError: if `sizes` are not at least two positive whole numbers or the shapes of
            `weights` or `activations` do not follow from them.
    """
    units = _checked_sizes(sizes)
    kernels, biases = _checked_weights(weights, units)
    values = _checked_activations(activations, units)
    shown = [_shown(count) for count in units]
    tallest = max(len(rows) for rows in shown)
    if ax is None:
        ax = new_axes(COLUMN * (len(units) - 1) + 1.2, ROW * tallest + 0.6)
    for layer in range(len(units) - 1):
        _arrows(ax, layer, shown, None if kernels is None else kernels[layer])
    for layer, rows in enumerate(shown):
        bias = None if biases is None or layer == 0 else biases[layer - 1]
        texts = _texts(layer, units, None if values is None else values[layer])
        _column(ax, layer, rows, texts, bias)
        _heading(ax, layer, units, tallest)
    reach = (tallest - 1) / 2 * ROW
    ax.set(xlim=(-0.6, COLUMN * (len(units) - 1) + 0.6), ylim=(-reach - 0.62, reach + 0.75))
    ax.set(title=title, aspect="equal")
    ax.set_axis_off()
    return ax


def _checked_sizes(sizes: Sequence[int]) -> list[int]:
    units = [int(size) for size in sizes]
    if len(units) < 2 or min(units) < 1 or units != list(sizes):
        raise ValueError(f"sizes is {sizes!r}; give at least two numbers of units, as in [2, 2, 1]")
    return units


def _checked_weights(weights: Any, units: list[int]) -> tuple[Any, Any]:
    if weights is None:
        return None, None
    if len(weights) != len(units) - 1:
        raise ValueError(
            f"weights has {len(weights)} entries for {len(units)} layers; give {len(units) - 1}"
        )
    kernels, biases = [], []
    for place, entry in enumerate(weights):
        pair = isinstance(entry, tuple | list) and len(entry) == 2 and np.ndim(entry[0]) == 2
        kernel = np.asarray(entry[0] if pair else entry, dtype=np.float64)
        bias = np.asarray(entry[1], dtype=np.float64) if pair else None
        expected = (units[place], units[place + 1])
        if kernel.shape != expected or (bias is not None and bias.shape != expected[1:]):
            found = kernel.shape if bias is None else (kernel.shape, bias.shape)
            raise ValueError(
                f"weights[{place}] has shape {found}; give a kernel {expected}, "
                f"or a pair of kernel and bias {expected[1:]}"
            )
        kernels.append(kernel)
        biases.append(bias)
    return kernels, biases


def _checked_activations(activations: Any, units: list[int]) -> list[NDArray[Any]] | None:
    if activations is None:
        return None
    values = [np.asarray(layer, dtype=np.float64) for layer in activations]
    shapes = [layer.shape for layer in values]
    if shapes != [(count,) for count in units]:
        raise ValueError(
            f"activations has shapes {shapes}; give one vector per layer, inputs included: "
            f"{[(count,) for count in units]}"
        )
    return values


def _shown(count: int) -> list[int | None]:
    """Which units of a layer are drawn, from the top; None stands for the dots."""
    return list(range(count)) if count <= MOST_SHOWN else [0, 1, 2, None, count - 1]


def _place(layer: int, row: int, rows: int) -> NDArray[np.float64]:
    return np.array([COLUMN * layer, ((rows - 1) / 2 - row) * ROW])


def _arrows(ax: Axes, layer: int, shown: Any, kernel: NDArray[Any] | None) -> None:
    sources, targets = shown[layer], shown[layer + 1]
    largest = 1.0 if kernel is None else max(float(np.abs(kernel).max()), 1e-12)
    ends: list[Any] = []
    weights: list[float] = []
    for row, source in enumerate(sources):
        for column, target in enumerate(targets):
            if source is None or target is None:
                continue
            start, end = _place(layer, row, len(sources)), _place(layer + 1, column, len(targets))
            weight = None if kernel is None else float(kernel[source, target])
            _arrow(ax, start, end, weight, largest)
            if weight is not None:
                ends.append((start, end))
                weights.append(weight)
    if ends and max(len(sources), len(targets)) <= MOST_LABELLED:
        for place, weight in zip(_label_places(np.array(ends)), weights, strict=True):
            box = {"facecolor": "white", "edgecolor": "none", "pad": 1.2}
            ax.text(
                place[0],
                place[1],
                number(weight),
                ha="center",
                va="center",
                size=9,
                bbox=box,
                zorder=1.5,
            )


def _label_places(arrows: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    """A place on each arrow, (arrows, 2 ends, 2), that covers no other label and few arrows."""
    shares = np.linspace(0.24, 0.76, 27)
    rows = arrows[:, :1, 1] + shares * (arrows[:, 1:, 1] - arrows[:, :1, 1])
    chosen: list[NDArray[np.float64]] = []
    for own, (start, end) in enumerate(arrows):
        spots = start + shares[:, None] * (end - start)
        cost = np.abs(shares - LABEL_AT)
        near_arrows = np.abs(np.delete(rows, own, axis=0) - rows[own]) < 0.13
        cost += near_arrows.sum(axis=0)
        for other in chosen:
            apart = np.abs(spots - other)
            cost += 10 * ((apart[:, 0] < 0.42) & (apart[:, 1] < 0.19))
        chosen.append(spots[cost.argmin()])
    return chosen


def _arrow(ax: Axes, start: Any, end: Any, weight: float | None, largest: float) -> None:
    along = (end - start) / np.linalg.norm(end - start) * RADIUS
    strength = 0.35 if weight is None else abs(weight) / largest
    ax.add_patch(
        FancyArrowPatch(
            tuple(start + along),
            tuple(end - along),
            arrowstyle="-|>",
            mutation_scale=8,
            shrinkA=0,
            shrinkB=0,
            color=INK if weight is not None else "#777777",
            linewidth=0.5 + 1.3 * strength,
            linestyle="--" if weight is not None and weight < 0 else "-",
            zorder=1,
        )
    )


def _column(ax: Axes, layer: int, rows: Any, texts: list[str], bias: Any) -> None:
    for row, unit in enumerate(rows):
        place = _place(layer, row, len(rows))
        if unit is None:
            ax.text(place[0], place[1], "⋮", ha="center", va="center", size=16)
            continue
        ax.add_patch(
            Circle(tuple(place), RADIUS, facecolor="white", edgecolor=INK, lw=1.4, zorder=2)
        )
        ax.text(place[0], place[1], texts[unit], ha="center", va="center", size=9.5, zorder=3)
        if bias is not None and len(rows) <= MOST_LABELLED:
            ax.text(
                place[0], place[1] - RADIUS - 0.04, f"b = {number(bias[unit])}",
                ha="center", va="top", size=8.5, path_effects=HALO, zorder=3,
            )  # fmt: skip


def _texts(layer: int, units: list[int], values: Any) -> list[str]:
    """What stands in the circles: the values, or the names of the units."""
    if values is not None:
        return [number(value) for value in values]
    last = len(units) - 1
    letter = "x" if layer == 0 else "y" if layer == last else "h" if last == 2 else ""
    return [f"${letter}_{{{unit + 1}}}$" if letter else "" for unit in range(units[layer])]


def _heading(ax: Axes, layer: int, units: list[int], tallest: int) -> None:
    last = len(units) - 1
    name = "input" if layer == 0 else "output" if layer == last else "hidden"
    count = f"\n{units[layer]} units" if units[layer] > MOST_SHOWN else ""
    top = (tallest - 1) / 2 * ROW + RADIUS + 0.12
    ax.text(COLUMN * layer, top, name + count, ha="center", va="bottom", size=9, color="#555555")
