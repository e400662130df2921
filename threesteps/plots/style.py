"""What the figures share: ink, sizes, new axes, and points that are told apart without colour."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import matplotlib.patheffects as path_effects
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike, NDArray

__all__ = ["BLUE", "HALO", "INK", "MARKERS", "ORANGE", "PALE", "checked_points", "new_axes"]
__all__ += ["number", "scatter", "styled"]

P = ParamSpec("P")
R = TypeVar("R")

# Okabe and Ito (2008), "Color Universal Design"; their greys differ as well.
INK, PALE = "#222222", "#9a9a9a"
BLUE, ORANGE, GREEN, PURPLE, SKY = "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9"
HALO: list[path_effects.AbstractPathEffect] = [
    path_effects.withStroke(linewidth=3, foreground="white")
]

# Class 0 is a light disc, class 1 a dark triangle, and so on: shape and lightness both differ.
MARKERS: tuple[dict[str, Any], ...] = (
    {"marker": "o", "facecolor": "white", "edgecolor": ORANGE, "linewidth": 1.6},
    {"marker": "^", "facecolor": "#00507d", "edgecolor": "white", "linewidth": 0.6},
    {"marker": "s", "facecolor": "#cccccc", "edgecolor": INK, "linewidth": 1.0},
    {"marker": "X", "facecolor": GREEN, "edgecolor": "white", "linewidth": 0.6},
)

_RC: dict[Any, Any] = {
    "font.size": 10,
    "axes.titlesize": 11,
    "axes.titlelocation": "left",
    "axes.titlepad": 8,
    "axes.labelcolor": INK,
    "axes.edgecolor": "#666666",
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": "#666666",
    "ytick.color": "#666666",
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "text.color": INK,
    "hatch.linewidth": 0.5,
}


def styled(draw: Callable[P, R]) -> Callable[P, R]:
    """Let a function draw with the settings above, and leave the reader's own as they were."""

    @wraps(draw)
    def in_our_style(*args: P.args, **kwargs: P.kwargs) -> R:
        with plt.rc_context(_RC):
            return draw(*args, **kwargs)

    return in_our_style


def new_axes(width: float, height: float, columns: int = 1) -> Any:
    """New axes (an array of them for several columns) in a figure of its own; sizes in inches."""
    _, axes = plt.subplots(1, columns, figsize=(width, height), layout="constrained")
    return axes


def checked_points(x: ArrayLike, y: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Check that x is (n, 2) with finite numbers and y is (n,) with labels 0, 1, 2 or 3."""
    points, labels = np.asarray(x, dtype=np.float64), np.asarray(y)
    if points.ndim != 2 or points.shape[1] != 2 or not len(points):
        raise ValueError(f"x has shape {points.shape}; give points in the plane, (n, 2)")
    if labels.shape != (len(points),):
        raise ValueError(
            f"y has shape {labels.shape} for {len(points)} points; give one label per point, (n,)"
        )
    if not np.isfinite(points).all():
        raise ValueError("x holds NaN or infinity; leave those points out")
    if not np.isin(labels, range(len(MARKERS))).all():
        raise ValueError(f"y holds {np.unique(labels)[:6]}; labels must be 0 to {len(MARKERS) - 1}")
    return points, labels.astype(np.int64)


def scatter(ax: Axes, x: NDArray[np.float64], y: NDArray[np.int64]) -> None:
    """Draw the points with the marker of their class; few points are drawn large."""
    size = 150.0 if len(x) <= 10 else 60.0 if len(x) <= 60 else 34.0
    for label in np.unique(y):
        x1, x2 = x[y == label].T
        ax.scatter(x1, x2, size, zorder=5, label=f"class {label}", **MARKERS[label])


def key(ax: Axes, title: str, legend: bool = True) -> None:
    """Write the title, and below it, above the axes, which marker is which class."""
    ax.set_title(title, pad=24 if legend else 6)
    if not legend:
        return
    ax.legend(
        loc="lower left",
        bbox_to_anchor=(-0.02, 1.0),
        ncols=len(MARKERS),
        frameon=False,
        handletextpad=0.1,
        columnspacing=1.0,
        borderpad=0.2,
        markerscale=0.8,
    )


def number(value: float) -> str:
    """Print a number short: whole ones as they are, others with two decimals, a real minus."""
    value = float(value)
    text = f"{value:.0f}" if value == round(value) and abs(value) < 1e4 else f"{value:.2f}"
    if len(text) > 7:
        text = f"{value:.1e}"
    return text.replace("-", "−")
