"""Rows of images."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike, NDArray

from .style import new_axes, styled

__all__ = ["images"]

GAP = 0.12  # between tiles, in widths of a tile
TITLE_ROOM = 0.26  # above each row when there are titles, in heights of a tile


@styled
def images(
    images: ArrayLike,
    titles: Sequence[Any] | None = None,
    columns: int = 8,
    ax: Axes | None = None,
    title: str = "",
) -> Axes:
    """Show images in rows, dark where the numbers are large: ink on paper.

    Args:
        images: array, (n, height, width) or (n, height, width, 1) for grey, (n, height, width, 3)
            for colours; one image (height, width) will do. Bytes are read as 0 to 255, floats
            in [0, 1] as they are; other ranges are stretched from the smallest to the largest
            number of all images.
        titles: one text or number per image, written above it.
        columns: images per row, at least 1.
        ax: axes to draw into.
        title: text above all.

    Returns:
        The axes; one unit is the width (and the height) of a tile.

    Raises:
        ValueError: if `images`, `titles` or `columns` does not fit.
    """
    tiles, low, high = _checked(images)
    if titles is not None and len(titles) != len(tiles):
        raise ValueError(f"titles has {len(titles)} entries for {len(tiles)} images; give as many")
    if not isinstance(columns, int | np.integer) or columns < 1:
        raise ValueError(f"columns is {columns}; give at least 1")
    columns = min(int(columns), len(tiles))
    rows = -(-len(tiles) // columns)
    shape = tiles.shape[1] / tiles.shape[2]
    step = shape + GAP + (TITLE_ROOM if titles is not None else 0)
    if ax is None:
        inch = min(1.1, 8.0 / columns)
        ax = new_axes(inch * columns * (1 + GAP), inch * rows * step + (0.35 if title else 0.05))
    for place, tile in enumerate(tiles):
        left, top = (place % columns) * (1 + GAP), (place // columns) * step
        _show(ax, tile, (left, left + 1, top + shape, top), low, high)
        if titles is not None:
            ax.text(left + 0.5, top - 0.05, str(titles[place]), ha="center", va="bottom", size=9)
    ax.set(xlim=(-0.03, columns * (1 + GAP) - GAP + 0.03), title=title, aspect="equal")
    ax.set_ylim((rows - 1) * step + shape + 0.03, -0.03 - (TITLE_ROOM if titles is not None else 0))
    ax.set_axis_off()
    return ax


def _show(ax: Axes, tile: NDArray[Any], extent: Any, low: float, high: float) -> None:
    left, right, bottom, top = extent
    ax.imshow(tile, cmap="gray_r", vmin=low, vmax=high, extent=extent, interpolation="nearest")
    frame = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)]
    ax.plot(*zip(*frame, strict=True), color="#888888", linewidth=0.6)


def _checked(images: ArrayLike) -> tuple[NDArray[Any], float, float]:
    tiles = np.asarray(images)
    if tiles.ndim == 2:
        tiles = tiles[None]
    if tiles.ndim == 4 and tiles.shape[-1] == 1:
        tiles = tiles[..., 0]
    if not tiles.size or not (tiles.ndim == 3 or (tiles.ndim == 4 and tiles.shape[-1] == 3)):
        raise ValueError(
            f"images has shape {np.shape(images)}; give (n, height, width) for grey images, "
            "as in x.reshape(-1, 16, 16), or (n, height, width, 3)"
        )
    if tiles.dtype == np.uint8:
        return tiles, 0, 255
    tiles = tiles.astype(np.float64)
    if not np.isfinite(tiles).all():
        raise ValueError("images holds NaN or infinity; replace them first (numpy.nan_to_num)")
    low, high = float(tiles.min()), float(tiles.max())
    if low >= 0 and high <= 1:
        low, high = 0.0, 1.0
    if tiles.ndim == 4:
        tiles = (tiles - low) / ((high - low) or 1.0)
    return tiles, low, high
