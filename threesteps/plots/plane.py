"""Pictures of the plane: where a model says which class, and how a layer bends it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike, NDArray

from .style import (
    BLUE,
    HALO,
    INK,
    ORANGE,
    checked_points,
    key,
    new_axes,
    number,
    scatter,
    styled,
)

__all__ = ["decision_regions", "warped_plane"]

PlaneFunction = Callable[[NDArray[np.float64]], Any]

SHADES = LinearSegmentedColormap.from_list("shades", ["#ffffff", "#a9bccb"])
RESOLUTION = 160  # grid points along each side
GRID_LINES = 13
MOST_NAMED = 6  # points that are labelled with their coordinates


@styled
def decision_regions(
    predict: PlaneFunction,
    x: ArrayLike,
    y: ArrayLike,
    ax: Axes | None = None,
    title: str = "",
    legend: bool = True,
) -> Axes:
    """Shade the plane by a model's score, draw where it changes its mind, and the points.

    The darker, the closer the score is to 1. The thick line is where the score is 0.5, and the
    side where it is larger is hatched; where the slope is wide, 0.1 and 0.9 are drawn as well.

    Args:
        predict: function of points, float array (n, 2), that returns scores in [0, 1], (n,) or
            (n, 1), as Keras models do.
        x: float array, (points, 2).
        y: labels 0 or 1, (points,).
        ax: axes to draw into.
        title: text above.
        legend: whether to say which marker is which class; False for small panels in a row.

    Returns:
        The axes.

    Raises:
        ValueError: if `x`, `y` or what `predict` returns has another shape or range.
    """
    points, labels = checked_points(x, y)
    side1, side2 = _sides(points)
    ax = new_axes(4.4, _height(4.4, [side1, side2])) if ax is None else ax
    scores = _scores(predict, side1, side2)
    ax.contourf(side1, side2, scores, levels=np.linspace(0, 1, 11), cmap=SHADES, zorder=0)
    _hatch(ax, [side1, side2], scores - 0.5)
    scatter(ax, points, labels)
    _frame(ax, [side1, side2])
    _label_slope(ax, [side1, side2], scores, points)
    key(ax, title, legend)
    return ax


def _height(width: float, sides: list[NDArray[np.float64]]) -> float:
    """Inches a figure of one picture needs so that both axes have the same scale."""
    ratio = float(np.ptp(sides[1]) / np.ptp(sides[0]))
    return (width - 0.7) * (ratio if 1 / 3 < ratio < 3 else 0.8) + 1.0


def _sides(points: NDArray[np.float64], count: int = RESOLUTION) -> list[NDArray[np.float64]]:
    low, high = points.min(axis=0), points.max(axis=0)
    margin = np.maximum(0.12 * (high - low), 0.05)
    if len(points) <= 10:  # the corners of a truth table need room around them
        margin = np.maximum(0.5 * (high - low), 0.5)
    return [np.linspace(a, b, count) for a, b in zip(low - margin, high + margin, strict=True)]


def _mesh(side1: NDArray[np.float64], side2: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.stack(np.meshgrid(side1, side2), axis=-1).reshape(-1, 2)


def _scores(
    predict: PlaneFunction, side1: NDArray[np.float64], side2: NDArray[np.float64]
) -> NDArray[np.float64]:
    mesh = _mesh(side1, side2)
    scores = np.asarray(predict(mesh), dtype=np.float64)
    if scores.shape not in ((len(mesh),), (len(mesh), 1)):
        raise ValueError(
            f"predict returned shape {scores.shape} for points of shape {mesh.shape}; "
            "return one score per point, (n,)"
        )
    if not (np.isfinite(scores).all() and scores.min() >= -1e-6 and scores.max() <= 1 + 1e-6):
        raise ValueError(
            f"predict returned scores from {scores.min():.3g} to {scores.max():.3g}; "
            "return numbers in [0, 1], as a sigmoid or a step does"
        )
    return scores.clip(0, 1).reshape(len(side2), len(side1))


def _label_slope(
    ax: Axes, sides: list[Any], scores: NDArray[np.float64], points: NDArray[np.float64]
) -> None:
    """Draw and label 0.1 and 0.9 where the slope between them is wide enough to be seen."""
    between = ((scores > 0.1) & (scores < 0.9)).mean()
    levels = [level for level in (0.1, 0.9) if scores.min() < level < scores.max()]
    if between < 0.12 or not levels:
        return
    lines = ax.contour(
        *sides, scores, levels, colors=INK, linewidths=0.9, linestyles="--", zorder=2
    )
    spots = [_free_spot(path.vertices, sides, points) for path in lines.get_paths()]
    for text in ax.clabel(lines, fmt="%.1f", fontsize=8, manual=spots, zorder=6):
        text.set_path_effects(HALO)


def _free_spot(track: Any, sides: list[Any], points: NDArray[np.float64]) -> tuple[float, float]:
    """The place on a line, not too near the frame, that is farthest from all points."""
    low, span = np.array([sides[0][0], sides[1][0]]), np.array([np.ptp(side) for side in sides])
    along, others = (track - low) / span, (points - low) / span
    inside = along[(np.abs(along - 0.5) < 0.42).all(axis=1)]
    along = inside if len(inside) else along
    distance = np.linalg.norm(along[:, None] - others, axis=-1).min(axis=1)
    x1, x2 = low + span * along[distance.argmax()]
    return float(x1), float(x2)


def _hatch(ax: Axes, sides: list[Any], level: NDArray[np.float64]) -> None:
    """Hatch where `level` is positive, and draw the line where it is 0."""
    if not level.min() < 0 <= level.max():
        return
    top = [0.0, max(float(level.max()), 1e-12) * 1.001]
    region = ax.contourf(*sides, level, top, colors="none", hatches=["////"], zorder=0)
    region.set(edgecolor="#8d99a5", linewidth=0)
    ax.contour(*sides, level, [0.0], colors=INK, linewidths=2.2, linestyles="-", zorder=2)


def _frame(ax: Axes, sides: list[NDArray[np.float64]]) -> None:
    side1, side2 = sides
    ax.set(xlabel="$x_1$", ylabel="$x_2$")
    ax.set(xlim=(side1[0], side1[-1]), ylim=(side2[0], side2[-1]))
    ax.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    ax.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    if 1 / 3 < np.ptp(side1) / np.ptp(side2) < 3:
        ax.set_aspect("equal", anchor="N")


@styled
def warped_plane(
    transform: PlaneFunction,
    x: ArrayLike,
    y: ArrayLike,
    ax: Any = None,
    title: str = "",
    line: tuple[ArrayLike, float] | None = None,
    limits: tuple[float, float] | None = None,
) -> Any:
    """Draw a grid with the points on it, and the same grid after a transformation of the plane.

    Solid lines keep x1, dashed lines keep x2. With few points each is labelled with where it
    stood before, so that points which fall together can be told.

    Args:
        transform: function of points, float array (n, 2), that returns points, (n, 2): two
            hidden units, for example.
        x: float array, (points, 2).
        y: labels 0 or 1, (points,).
        ax: None for two new axes side by side, a pair of axes, or one axes for the picture
            after the transformation only.
        title: text above the picture before.
        line: (weights (2,), bias) of a neuron that reads the transformed points; the side where
            weights·h + bias > 0 is hatched, after and before.
        limits: (low, high) of both axes after the transformation; None shows everything.

    Returns:
        The pair of axes (an array), or the one that was given.

    Raises:
        ValueError: if `x`, `y`, `ax`, `line` or what `transform` returns has another shape.
    """
    points, labels = checked_points(x, y)
    before, after, result = _pair(ax)
    moved = _moved(transform, points)
    sides = _sides(points)
    lines = _grid_lines(_sides(points, GRID_LINES), sides)
    warped = [[_moved(transform, track) for track in family] for family in lines]
    room = _room(np.concatenate([moved, *warped[0], *warped[1]]), named=len(points) <= MOST_NAMED)
    if limits is not None:
        room = [np.linspace(*limits, RESOLUTION)] * 2
    if line is not None:
        weights, bias = np.asarray(line[0], dtype=np.float64), float(line[1])
        if weights.shape != (2,):
            raise ValueError(f"line has weights of shape {weights.shape}; give ((2,), bias)")
        _hatch(after, room, _on_mesh(_mesh(*room) @ weights + bias))
    if before is not None:
        _draw_grid(before, lines, points, labels, points)
        _frame(before, sides)
        key(before, f"{title}, before" if title else "before")
        if line is not None:
            _hatch(before, sides, _on_mesh(_moved(transform, _mesh(*sides)) @ weights + bias))
    _draw_grid(after, warped, moved, labels, points)
    _frame(after, room)
    after.set(xlabel="$h_1$", ylabel="$h_2$")
    key(after, title if before is None else "after")
    return result


def _room(tracks: NDArray[np.float64], named: bool) -> list[NDArray[np.float64]]:
    low, high = tracks.min(axis=0), tracks.max(axis=0)
    margin = np.maximum((0.2 if named else 0.06) * (high - low), 0.02)
    return [np.linspace(a, b, RESOLUTION) for a, b in zip(low - margin, high + margin, strict=True)]


def _on_mesh(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return values.reshape(RESOLUTION, RESOLUTION)


def _pair(ax: Any) -> tuple[Axes | None, Axes, Any]:
    if ax is None:
        ax = new_axes(8.4, 4.5, columns=2)
    if isinstance(ax, Axes):
        return None, ax, ax
    if not isinstance(ax, Sequence | np.ndarray) or len(ax) != 2:
        raise ValueError(f"ax is {ax!r}; give one axes, a pair of axes, or None")
    return ax[0], ax[1], ax


def _moved(transform: PlaneFunction, points: NDArray[np.float64]) -> NDArray[np.float64]:
    moved = np.asarray(transform(points), dtype=np.float64)
    if moved.shape != points.shape:
        raise ValueError(
            f"transform returned shape {moved.shape} for points of shape {points.shape}; "
            "return one point in the plane per point, (n, 2)"
        )
    return moved


def _grid_lines(ticks: list[Any], sides: list[Any]) -> list[list[NDArray[np.float64]]]:
    """Points along the lines x1 = constant, and along the lines x2 = constant."""
    keep1 = [np.column_stack([np.full_like(sides[1], t), sides[1]]) for t in ticks[0]]
    keep2 = [np.column_stack([sides[0], np.full_like(sides[0], t)]) for t in ticks[1]]
    return [keep1, keep2]


def _draw_grid(
    ax: Axes, lines: Any, points: Any, labels: NDArray[np.int64], original: NDArray[np.float64]
) -> None:
    looks: list[dict[str, Any]] = [
        {"color": BLUE, "linestyle": "-", "linewidth": 0.9},
        {"color": ORANGE, "linestyle": (0, (4, 2)), "linewidth": 0.9},
    ]
    for family, look in zip(lines, looks, strict=True):
        for track in family:
            ax.plot(*track.T, alpha=0.75, zorder=1, **look)
    scatter(ax, points, labels)
    if len(points) <= MOST_NAMED:
        _name_points(ax, points, original)


def _name_points(ax: Axes, points: Any, original: NDArray[np.float64]) -> None:
    """Write next to each point where it stood; points that fell together share one label."""
    near = 0.12 * max(np.ptp(points, axis=0).max(), 1e-9)
    spots: list[tuple[Any, list[str]]] = []
    for place, start in zip(points, original, strict=True):
        name = f"({number(start[0])}, {number(start[1])})"
        here = next((names for spot, names in spots if np.linalg.norm(spot - place) < near), None)
        if here is None:
            spots.append((place, [name]))
        else:
            here.append(name)
    middle = points.mean(axis=0)
    for spot, here in spots:
        up = spot[1] >= middle[1]
        ax.annotate(
            "\n".join(here),
            spot,
            xytext=(0, 9 if up else -9),
            textcoords="offset points",
            ha="center",
            va="bottom" if up else "top",
            path_effects=HALO,
            zorder=6,
        )
