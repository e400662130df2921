"""Points in the plane: truth tables and generated clouds."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .border import say, whole

__all__ = ["blobs", "rings", "truth_table", "two_moons"]

Points = tuple[NDArray[np.float64], NDArray[np.float64]]

TRUTH_TABLES = {"AND": (0, 0, 0, 1), "OR": (0, 1, 1, 1), "NAND": (1, 1, 1, 0), "XOR": (0, 1, 1, 0)}


def truth_table(name: str, *, quiet: bool = False) -> Points:
    """All four inputs of a logic gate and what it answers.

    Args:
        name: "AND", "OR", "NAND" or "XOR".
        quiet: print nothing.

    Returns:
        x, float64 array, (4, 2): the rows (0, 0), (0, 1), (1, 0), (1, 1).
        y, float64 array, (4,): 0.0 or 1.0.

    Raises:
        ValueError: if there is no table of that name.
    """
    if not isinstance(name, str) or name not in TRUTH_TABLES:
        raise ValueError(f"name is {name!r}; choose one of {', '.join(TRUTH_TABLES)}")
    x = np.array([(0, 0), (0, 1), (1, 0), (1, 1)], dtype=np.float64)
    say(f"The truth table of {name}: 4 points in the plane, written out here.", quiet)
    return x, np.array(TRUTH_TABLES[name], dtype=np.float64)


def two_moons(num: int = 200, noise: float = 0.1, seed: int = 0, *, quiet: bool = False) -> Points:
    """Two half circles of radius 1 that reach into each other; no line separates them.

    Class 0 is (cos a, sin a), class 1 is (1 - cos a, 1/2 - sin a), with a evenly spaced from 0
    to pi: the shape of scikit-learn's `make_moons`.

    Args:
        num: how many points, at least 2; half of them (rounded up) are of class 0.
        noise: standard deviation of the normal noise added to both coordinates, at least 0.
        seed: whole number, at least 0; the same seed gives the same points.
        quiet: print nothing.

    Returns:
        x, float64 array, (num, 2), in random order, and y, float64 array, (num,), 0.0 or 1.0.

    Raises:
        ValueError: if `num`, `noise` or `seed` is out of range.
    """
    first, second = _sizes(num, 2)
    a, b = np.linspace(0, np.pi, first), np.linspace(0, np.pi, second)
    upper = np.column_stack([np.cos(a), np.sin(a)])
    lower = np.column_stack([1 - np.cos(b), 0.5 - np.sin(b)])
    return _scattered("Two moons", [upper, lower], noise, seed, quiet)


def rings(num: int = 200, noise: float = 0.1, seed: int = 0, *, quiet: bool = False) -> Points:
    """A circle of radius 1 (class 0) around one of radius 1/2 (class 1).

    Arguments, results and errors as in `two_moons`; the shape of scikit-learn's `make_circles`.
    """
    circles = []
    for radius, size in zip((1.0, 0.5), _sizes(num, 2), strict=True):
        a = np.linspace(0, 2 * np.pi, size, endpoint=False)
        circles.append(radius * np.column_stack([np.cos(a), np.sin(a)]))
    return _scattered("Two rings", circles, noise, seed, quiet)


def blobs(
    num: int = 200,
    noise: float = 0.4,
    seed: int = 0,
    centers: ArrayLike = ((-1.0, -1.0), (1.0, 1.0)),
    *,
    quiet: bool = False,
) -> Points:
    """Normal clouds around given centers; the label of a point is the index of its center.

    Arguments, results and errors as in `two_moons`, and:

    Args:
        centers: float array, (classes, 2), two or more centers.
    """
    middle = np.asarray(centers, dtype=np.float64)
    if middle.ndim != 2 or middle.shape[1] != 2 or len(middle) < 2:
        raise ValueError(
            f"centers has shape {middle.shape}; give (classes, 2), as in [[-1, -1], [1, 1]]"
        )
    groups = [
        np.tile(c, (size, 1)) for c, size in zip(middle, _sizes(num, len(middle)), strict=True)
    ]
    return _scattered(f"{len(middle)} blobs", groups, noise, seed, quiet)


def _sizes(num: Any, classes: int) -> list[int]:
    """Share `num` points among the classes as evenly as possible, the first ones get the rest."""
    number = whole("num", num, smallest=classes)
    return [number // classes + (k < number % classes) for k in range(classes)]


def _scattered(
    name: str, groups: list[NDArray[np.float64]], noise: float, seed: int, quiet: bool
) -> Points:
    if not isinstance(noise, int | float | np.number) or not 0 <= noise < np.inf:
        raise ValueError(f"noise is {noise!r}; give a standard deviation of 0 or more, as in 0.1")
    rng = np.random.default_rng(whole("seed", seed, smallest=0))
    x = np.concatenate(groups)
    y = np.repeat(np.arange(len(groups), dtype=np.float64), [len(group) for group in groups])
    order = rng.permutation(len(x))
    x = x[order] + rng.normal(scale=noise, size=x.shape)
    say(f"{name}: {len(x)} points in the plane, made here (noise {noise}, seed {seed}).", quiet)
    return x, y[order]
