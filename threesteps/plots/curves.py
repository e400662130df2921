"""Learning curves: line styles, and each curve's name at its end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike, NDArray

from .style import BLUE, GREEN, HALO, INK, ORANGE, PURPLE, new_axes, styled

__all__ = ["learning_curves"]

LOOKS: tuple[dict[str, Any], ...] = (
    {"color": INK, "linestyle": "-"},
    {"color": BLUE, "linestyle": (0, (5, 1.5))},
    {"color": ORANGE, "linestyle": (0, (1, 1.2))},
    {"color": GREEN, "linestyle": (0, (7, 1.5, 1, 1.5))},
    {"color": PURPLE, "linestyle": (0, (7, 1.5, 1, 1.5, 1, 1.5))},
    {"color": "#8a8a8a", "linestyle": "-"},
)


@styled
def learning_curves(
    curves: Mapping[str, ArrayLike],
    ax: Axes | None = None,
    ylabel: str = "",
    title: str = "",
    log: bool = False,
    xlabel: str = "epoch",
) -> Axes:
    """Draw one line per name, with the name written where the line ends.

    Args:
        curves: name -> float array, (epochs,), or (runs, epochs) for several runs of the same:
            their median is drawn in a band from smallest to largest. The first value stands at
            epoch 1. NaN and infinity are left out; a curve that ends in them ends in a cross.
        ax: axes to draw into.
        ylabel, xlabel, title: texts.
        log: logarithmic vertical axis; all values must be positive.

    Returns:
        The axes.

    Raises:
        ValueError: if there is no curve or one is empty, not finite anywhere, has more than two
            axes, or has values <= 0 with `log=True`.
    """
    if not isinstance(curves, Mapping) or not curves:
        raise ValueError(f'curves is {curves!r}; give at least one, as in {{"loss": losses}}')
    tracks = {name: _checked(name, values, log) for name, values in curves.items()}
    ax = new_axes(6.0, 3.4) if ax is None else ax
    if log:
        ax.set_yscale("log")
    ends = [
        _draw(ax, name, runs, LOOKS[place % len(LOOKS)], place // len(LOOKS))
        for place, (name, runs) in enumerate(tracks.items())
    ]
    ax.set(xlabel=xlabel, ylabel=ylabel, title=title)
    ax.xaxis.set_major_locator(MaxNLocator(8, integer=True, steps=[1, 2, 5, 10]))
    if not log and all((runs == np.round(runs)).all() for runs in tracks.values()):
        ax.yaxis.set_major_locator(MaxNLocator(8, integer=True, steps=[1, 2, 5, 10]))
    ax.grid(axis="y", color="#e6e6e6", linewidth=0.7)
    ax.set_axisbelow(True)
    ax.margins(x=0.01)
    _name_ends(ax, ends)
    return ax


def _checked(name: str, values: ArrayLike, log: bool) -> NDArray[np.float64]:
    runs = np.atleast_2d(np.asarray(values, dtype=np.float64))
    if runs.ndim != 2 or not runs.size:
        raise ValueError(
            f"curves[{name!r}] has shape {np.shape(values)}; give (epochs,) or (runs, epochs)"
        )
    finite = np.where(np.isfinite(runs), runs, np.nan)
    if np.isnan(finite).all():
        raise ValueError(f"curves[{name!r}] holds no finite number; nothing can be drawn")
    if log and np.nanmin(finite) <= 0:
        raise ValueError(
            f"curves[{name!r}] falls to {np.nanmin(finite):g}, which has no place on a "
            "logarithmic axis; use log=False"
        )
    return finite


def _draw(
    ax: Axes, name: str, runs: NDArray[np.float64], look: dict[str, Any], turn: int
) -> tuple[str, float, float, str]:
    epochs = np.arange(1, runs.shape[1] + 1)
    drawn = np.flatnonzero(np.isfinite(runs).any(axis=0))
    middle = np.full(len(epochs), np.nan)
    middle[drawn] = np.nanmedian(runs[:, drawn], axis=0)
    if len(runs) > 1:
        low, high = np.nanmin(runs[:, drawn], axis=0), np.nanmax(runs[:, drawn], axis=0)
        ax.fill_between(epochs[drawn], low, high, color=look["color"], alpha=0.15, linewidth=0)
    marker = "os^D"[turn % 4] if turn or len(drawn) == 1 else None
    ax.plot(epochs, middle, linewidth=1.8, marker=marker, markevery=0.2, **look)
    last = int(drawn[-1])
    diverged = last + 1 < len(epochs)
    if diverged:
        ax.plot(epochs[last], middle[last], marker="x", markersize=8, mew=2, color=look["color"])
    text = f"{name} (not finite after {epochs[last]})" if diverged else name
    return text, float(epochs[last]), float(middle[last]), look["color"]


def _name_ends(ax: Axes, ends: list[tuple[str, float, float, str]]) -> None:
    """Write each name at the end of its curve; right of the axes, none covers another."""
    ax.autoscale_view()
    (left, right), bottom_top = ax.get_xlim(), ax.get_ylim()
    early = [end for end in ends if (right - end[1]) / (right - left) > 0.08]
    late = [end for end in ends if end not in early]
    for text, x, y, color in early:
        ax.annotate(
            text, (x, y), (7, 0), textcoords="offset points", va="center", color=color,
            path_effects=HALO, zorder=6,
        )  # fmt: skip
    to_axes = ax.transData + ax.transAxes.inverted()
    wanted = np.array([to_axes.transform((x, y))[1] for _, x, y, _ in late])
    gap = 13 / 72 * ax.figure.dpi / ax.get_window_extent().height
    for (text, x, y, color), height, own in zip(late, _apart(wanted, gap), wanted, strict=True):
        moved = abs(height - own) > gap / 2
        leader = {"arrowstyle": "-", "color": color, "linewidth": 0.6, "shrinkB": 2}
        ax.annotate(
            text, (x, y), (1.05 if moved else 1.015, height), textcoords=ax.transAxes,
            va="center", color=color, annotation_clip=False, arrowprops=leader if moved else None,
        )  # fmt: skip
    ax.set(xlim=(left, right), ylim=bottom_top)


def _apart(wanted: NDArray[np.float64], gap: float) -> NDArray[np.float64]:
    """Move heights as little as needed until neighbours are `gap` apart, around their middle."""
    order = np.argsort(wanted, kind="stable")
    placed = wanted[order].copy()
    for _ in range(200):
        short = gap - np.diff(placed)
        if not (short > 1e-6).any():
            break
        push = np.maximum(short, 0) / 2
        placed[1:] += push
        placed[:-1] -= push
    heights = np.empty_like(placed)
    heights[order] = placed
    return heights
