"""Checks of exercises 8 and 9: moves, and turns."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import ndimage

from ...expect import array, expect, hint, require, require_unchanged
from ...spec import Check
from .keras_layers import ATOL, conv, images

shift_gaps = Check("shift_gaps")


def shifted(x: np.ndarray, down: int, right: int) -> np.ndarray:
    """Pixel by pixel: what comes from outside is 0."""
    out = np.zeros_like(x)
    height, width = x.shape[1:3]
    for row in range(height):
        for column in range(width):
            if 0 <= row - down < height and 0 <= column - right < width:
                out[:, row, column] = x[:, row - down, column - right]
    return out


def gaps(x: Any, kernel: Any, down: int, right: int) -> dict[str, float]:
    """Both gaps, and what is often taken for them."""
    maps = conv(x, kernel, 0.0, 1, "same")
    after = conv(shifted(x, down, right), kernel, 0.0, 1, "same")
    rolled = conv(np.roll(x, (down, right), axis=(1, 2)), kernel, 0.0, 1, "same")
    apart, change = after - shifted(maps, down, right), after.max((1, 2)) - maps.max((1, 2))
    return {
        "equivariance": float(np.abs(apart).max()), "invariance": float(np.abs(change).max()),
        "signed": float(apart.max()), "mean": float(np.abs(apart).mean()),
        "still": float(np.abs(after - maps).max()),
        "not moved": float(np.abs(maps - shifted(maps, down, right)).max()),
        "other way": float(np.abs(after - shifted(maps, -down, -right)).max()),
        "swapped": float(np.abs(after - shifted(maps, right, down)).max()),
        "rolled": float(np.abs(rolled - np.roll(maps, (down, right), axis=(1, 2))).max()),
        "of pixels": float(np.abs(shifted(x, down, right).max((1, 2)) - x.max((1, 2))).max()),
        "signed change": float(change.max()), "of all": float(abs(after.max() - maps.max())),
        "mean change": float(np.abs(change).mean()),
        "averages": float(np.abs(after.mean((1, 2)) - maps.mean((1, 2))).max()),
        "minima": float(np.abs(np.abs(after).max((1, 2)) - np.abs(maps).max((1, 2))).max()),
        "channels": float(np.abs(after.max((1, 2, 3)) - maps.max((1, 2, 3))).max()),
    }  # fmt: skip


def telling(rng: np.random.Generator, size: tuple[int, ...], k: tuple[int, ...], *by: int) -> Any:
    """Images, a kernel and a move for which no common mistake gives the right numbers."""
    while True:
        x, kernel = images(rng, *size), rng.normal(size=(*k[:2], size[3], k[2]))
        found = gaps(x, kernel, *by)
        values = list(found.values())
        if all(min(abs(v - w) for w in values[:2]) > 0.01 for v in values[2:]):
            return x, kernel, *by


def ask_gaps(student: Any, x: Any, kernel: Any, down: int, right: int) -> None:
    found = gaps(x, kernel, down, right)
    wanted = found["equivariance"], found["invariance"]

    def first(name: str) -> Any:
        return lambda a: _same(a[0], found[name]) and not _same(a[0], wanted[0])

    def second(name: str) -> Any:
        return lambda a: _same(a[1], found[name]) and not _same(a[1], wanted[1])

    causes: list[tuple[Any, str]] = [
        (lambda a: _same(a[0], wanted[1]) and _same(a[1], wanted[0]) and not np.isclose(*wanted),
         "The order is turned around: first equivariance."),
        (first("signed"), "Take the absolute difference before you take the largest."),
        (first("mean"), "The largest difference is asked for, not the mean."),
        (first("still"), "The maps move along: compare with the convolved images, moved."),
        (first("not moved"), "Convolve the moved images, too: the first side is conv(moved(x))."),
        (first("other way"), "Both sides are moved in the same direction."),
        (first("swapped"), "`down` and `right` were exchanged on one side."),
        (first("rolled"), "Something was rolled round: use `moved`, where zeros come in."),
        (second("signed change"), "The change of the largest number may be negative: take its "
         "absolute value."),
        (second("of all"), "One largest number of everything: take one per image and map, "
         "max(axis=(1, 2))."),
        (second("channels"), "Every map has its own largest number: max over rows and columns "
         "only."),
        (second("mean change"), "The largest change is asked for, not the mean."),
        (second("averages"), "Pool by the maximum, not by the mean."),
        (second("minima"), "The largest number of a map is asked for, not the largest absolute "
         "value."),
        (second("of pixels"), "Pool the maps, not the images: the largest number of each map."),
        (lambda a: not isinstance(a, (tuple, list)), "Return two numbers: `return equivariance, "
         "invariance`."),
    ]  # fmt: skip
    expect(student.shift_gaps(x, kernel, down, right), wanted, causes=causes, atol=ATOL)


def _same(a: Any, b: float) -> bool:
    return bool(np.isclose(a, b, rtol=1e-3, atol=ATOL))


@shift_gaps.case("a margin: nothing is lost")
def _(student, reference, rng):
    x = np.pad(images(rng, 2, 5, 4, 2), [(0, 0), (4, 4), (4, 4), (0, 0)])
    ask_gaps(student, x, rng.normal(size=(3, 3, 2, 3)), 2, -1)


@shift_gaps.case("no margin", weight=2)
def _(student, reference, rng):
    ask_gaps(student, *telling(rng, (3, 6, 7, 2), (3, 3, 4), 1, 2))


@shift_gaps.case("up and to the left, one image", weight=2)
def _(student, reference, rng):
    x, kernel, *by = telling(rng, (1, 7, 6, 3), (3, 2, 2), -2, -1)
    ask_gaps(student, x, kernel, *by)
    ask_gaps(student, x, kernel, 0, 0)


@shift_gaps.case("maps that fall, and others that rise", weight=2, hidden=True)
def _(student, reference, rng):
    for _ in range(4):
        size = tuple(int(n) for n in rng.integers(5, 9, 2))
        down, right = (int(n) for n in rng.permutation([-2, 1, 3])[:2])
        ask_gaps(student, *telling(rng, (2, *size, 2), (3, 3, 3), down, right))


rotated = Check("rotated")


def turned(x: np.ndarray, degrees: Any, out_by: float = 0.0, rounded: bool = False) -> np.ndarray:
    """By complex numbers and SciPy's interpolation; out_by moves the centre."""
    _, height, width, channels = x.shape
    centre = complex((width - 1) / 2 + out_by, (height - 1) / 2 + out_by)
    row, column = np.mgrid[:height, :width]
    out = np.zeros(x.shape)
    for n, angle in enumerate(degrees):
        old = (column + 1j * row - centre) * np.exp(1j * np.deg2rad(angle)) + centre
        if rounded:
            old = np.rint(old.real) + 1j * np.rint(old.imag)
        for d in range(channels):
            out[n, :, :, d] = ndimage.map_coordinates(
                x[n, :, :, d].astype(float), [old.imag, old.real], order=1, mode="grid-constant"
            )
    return out


def ask_rotation(student: Any, x: Any, degrees: Any) -> None:
    right, degrees = turned(x, degrees), np.asarray(degrees)
    names = "Angles of shape (batch, 1, 1) go with rows and columns of shape (height, width)."
    causes: list[tuple[Any, str]] = [
        (turned(x, -degrees), "It turned the other way, with the clock: rows count downwards. Look "
         "at the signs of the formula."),
        (turned(x, np.rad2deg(degrees)), "The angles are degrees: np.deg2rad makes radians of "
         "them."),
        (turned(x, np.full(len(x), degrees[0])), "All images were turned by the first angle: each "
         "has its own."),
        (turned(x, np.full(len(x), degrees.mean())), "All images were turned by the same angle: "
         "each has its own."),
        (turned(x, degrees, 0.5), "The centre is (n − 1)/2: the middle of 0, 1, 2 is 1."),
        (turned(x, degrees, -0.5), "The centre is (n − 1)/2: the middle of 0, 1, 2, 3 is 1.5."),
        (lambda a: np.allclose(a[:, ::-1], right, atol=1e-3), "The images are upside down."),
        (lambda a: np.allclose(a, np.swapaxes(right, 1, 2), atol=1e-3), "Rows and columns were "
         "exchanged: the images are transposed."),
        (lambda a: np.allclose(a, turned(np.swapaxes(x, 1, 2), degrees), atol=1e-3), "Rows and "
         "columns were exchanged: the images are transposed."),
        (lambda a: np.array_equal(a, x) or np.allclose(a, x, atol=1e-5), "The images came back as "
         "they were."),
        (turned(x, degrees, rounded=True), "The nearest pixel was taken: give the places to "
         "between_pixels as they are, not rounded."),
        (lambda a: np.allclose(a, x[:, ::-1, ::-1], atol=1e-5), "It was turned by half a turn."),
        (lambda a: a.shape == x.shape and _corner_only(a, x, degrees), "It turned about the upper "
         "left corner: take the centre away before, and add it again after."),
    ]  # fmt: skip
    with hint(names):
        answer = student.rotated(x, degrees)
    axes = ("batch", "height", "width", "channels")
    # Oblique turns read between pixels of float32 places: 1e-6 of 10 pixels is 1e-5.
    expect(answer, right, causes=causes, axes=axes, rtol=1e-3, atol=ATOL)


def _corner_only(a: np.ndarray, x: np.ndarray, degrees: Any) -> bool:
    """Whether the images were turned about pixel (0, 0)."""
    _, height, width, _ = x.shape
    row, column = np.mgrid[:height, :width]
    for n, angle in enumerate(degrees):
        old = (column + 1j * row) * np.exp(1j * np.deg2rad(angle))
        place = [old.imag, old.real]
        one = ndimage.map_coordinates(x[n, :, :, 0], place, order=1, mode="grid-constant")
        if not np.allclose(a[n, :, :, 0], one, atol=1e-3):
            return False
    return True


@rotated.case("a quarter turn")
def _(student, reference, rng):
    x = images(rng, 2, 3, 3, 1)
    ask_rotation(student, x, [90.0, 90.0])


@rotated.case("each by its own angle", weight=2)
def _(student, reference, rng):
    x = images(rng, 3, 6, 6, 2)
    ask_rotation(student, x, rng.permutation([35.0, -20.0, 110.0]))


@rotated.case("images that are not square")
def _(student, reference, rng):
    x = images(rng, 2, 5, 8, 1)
    ask_rotation(student, x, rng.permutation([25.0, 160.0]))


@rotated.case("four quarters are a whole", weight=2, hidden=True)
def _(student, reference, rng):
    size = int(rng.integers(4, 9))
    x = rng.uniform(1.0, 2.0, size=(4, size, size, 3))
    ask_rotation(student, images(rng, 4, size, size + 3, 2), rng.uniform(-180, 180, 4))
    ask_rotation(student, images(rng, 1, 4, 4, 1), [float(rng.uniform(10, 80))])
    quarters = array(student.rotated(x, [0.0, 90.0, 180.0, -90.0]), x.shape)
    for n, times in enumerate((0, 1, 2, 3)):
        words = "Turns by 0, 90, 180 and −90 degrees should only move the pixels."
        require(np.allclose(quarters[n], np.rot90(x[n], times), atol=1e-3), words)
    lent = student.lend(x)
    student.rotated(lent, [10.0, 20.0, 30.0, 40.0])
    require_unchanged("x", "", x, lent, "Make a new array.")
