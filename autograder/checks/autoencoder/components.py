"""Checks of exercises 1 and 2: principal components, and the way there and back."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...expect import Cause, array, expect, hint, require
from ...spec import Check

pca = Check("pca")
pca_reconstruct = Check("pca_reconstruct")

# Components of float32 images keep about four digits.
CLOSE: dict[str, Any] = {"rtol": 1e-3, "atol": 1e-4}


def spread_out(rng: np.random.Generator, n: int, features: int) -> np.ndarray:
    """Points far from 0 whose variance differs clearly from direction to direction."""
    turned = np.linalg.qr(rng.normal(size=(features, features)))[0]
    # Exactly uncorrelated columns, so that the variances are those asked for.
    columns = np.linalg.qr(rng.normal(size=(n, features)))[0]
    columns = np.linalg.qr(columns - columns.mean(axis=0))[0]
    sizes = 8.0 * 0.6 ** np.arange(columns.shape[1])
    if n <= features:
        sizes[-1] = 0  # centred points span one direction less
    points: np.ndarray = (columns * sizes) @ turned[: columns.shape[1]]
    points += rng.uniform(1, 3, features) - points.mean(axis=0)
    return points


def principal(x: np.ndarray, centre: bool = True, scale: bool = False) -> np.ndarray:
    """All eigenvectors of the covariance as rows, the largest eigenvalue first."""
    moved = x - x.mean(axis=0) if centre else x
    moved = moved / moved.std(axis=0) if scale else moved
    rows: np.ndarray = np.linalg.eigh(moved.T @ moved)[1].T[::-1]
    return rows


def same_signs(rows: np.ndarray, like: np.ndarray) -> np.ndarray:
    """`rows`, each turned to the side of the row of `like`."""
    if rows.shape != like.shape:
        return rows
    flip = np.where(np.sum(rows * like, axis=1, keepdims=True) < 0, -1.0, 1.0)
    turned: np.ndarray = rows * flip
    return turned


def up_to_signs(wrong: np.ndarray) -> Any:
    """Whether an answer's rows are those of `wrong`, whatever their signs."""
    return lambda rows: np.allclose(same_signs(rows, wrong), wrong, rtol=1e-2, atol=1e-3)


def component_causes(x: np.ndarray, units: int) -> list[Cause]:
    right = principal(x)
    lengths = np.linalg.norm((x - x.mean(axis=0)) @ right.T, axis=0)[:, None]

    def stretched(rows: Any) -> bool:
        sizes = np.linalg.norm(rows, axis=1, keepdims=True)
        return bool(up_to_signs(right[:units])(rows / sizes))

    def small(rows: Any) -> bool:
        along = x @ rows.T
        return bool(along.var(axis=0)[0] < 0.1 * (x @ right[0]).var())

    def by_rows(rows: Any) -> bool:
        columns = np.abs(right[::-1].T)
        return any(
            np.allclose(np.abs(rows), c[:units], 1e-2, 1e-3) for c in (columns, columns[::-1])
        )

    wide = units != x.shape[1]
    return [
        (up_to_signs(right[:units].T), "Components are rows here, (units, features); yours are "
         "columns."),
        (lambda a: wide and a.shape == (x.shape[1], units), "Components should be rows, (units, "
         "features): np.linalg.svd returns V transposed, so its rows are the directions."),
        (lambda a: a.shape == (len(x), units), "These belong to the images, one row each (that is "
         "U, or codes). The components are directions among the features: rows of V transposed."),
        (lambda a: a.shape == (units, len(x)), "These belong to the images. The components are "
         "directions among the features: rows of V transposed."),
        (lambda a: a.shape[1:] == x.shape[1:] and len(a) != units, "Return as many components as "
         "`units` says."),
        (up_to_signs(principal(x, centre=False)[:units]), "These are directions seen from 0: "
         "take the mean away before the decomposition."),
        (up_to_signs(principal(x, scale=True)[:units]), "You divided each feature by its standard "
         "deviation; here the features keep their sizes."),
        (up_to_signs(right[::-1][:units]), "These are the directions of the smallest variance: the "
         "largest comes first."),
        (up_to_signs(right[:units][::-1]), "The right directions in the wrong order: the largest "
         "variance comes first."),
        (up_to_signs((right * lengths)[:units]), "The directions are right, but not of length 1: "
         "leave the singular values out."),
        (stretched, "The directions are right, but not of length 1."),
        (by_rows, "The eigenvectors that np.linalg.eigh returns are columns: take columns, not "
         "rows."),
        (small, "Along your first direction the images hardly vary: the largest variance comes "
         "first."),
    ]  # fmt: skip


def ask_pca(student: Any, x: np.ndarray, units: int) -> None:
    with hint("Axes: x is (n, features); the mean is over the images, axis 0."):
        answer = student.pca(x, units)
    two = isinstance(answer, (list, tuple)) and len(answer) == 2
    require(two, "Return two things: the mean and the components.", got=answer)
    mean, rows = answer
    causes: list[Cause] = [
        (lambda a: np.shape(a) == (), "The mean of all numbers is one number; take the mean image, "
         "over axis 0."),
        (lambda a: a.shape == (len(x),), "That is a mean per image; take the mean over the images, "
         "axis 0."),
        (lambda a: not np.any(a), "The mean is 0 here: return the mean that you take away."),
    ]  # fmt: skip
    expect(mean, x.mean(axis=0), causes=causes, axes=("features",), **CLOSE)
    right = principal(x)[:units]
    given = same_signs(array(rows, what="the components"), right)
    causes = component_causes(x, units)
    expect(given, right, causes=causes, axes=("units", "features"), **CLOSE)


@pca.case("three points on a diagonal")
def _(student, reference, rng):
    ask_pca(student, np.array([[1.0, 1.0], [3.0, 3.0], [5.0, 5.0]]), 1)


@pca.case("a cloud far from 0", weight=2)
def _(student, reference, rng):
    ask_pca(student, spread_out(rng, int(rng.integers(20, 30)), 6), 3)


@pca.case("fewer images than features", weight=2)
def _(student, reference, rng):
    ask_pca(student, spread_out(rng, 6, int(rng.integers(8, 12))), 4)


@pca.case("other sizes, and float32", weight=2, hidden=True)
def _(student, reference, rng):
    for n, features, units in ((40, 7, 7), (15, 4, 1), (9, 5, 2)):
        ask_pca(student, spread_out(rng, n, features), units)
    ask_pca(student, spread_out(rng, 50, 8).astype(np.float32), 5)


def there_and_back(x: np.ndarray, mean: np.ndarray, rows: np.ndarray) -> tuple[Any, Any, float]:
    """Codes, images and error, one number at a time."""
    codes, images = np.zeros((len(x), len(rows))), np.zeros(x.shape)
    for i, image in enumerate(x):
        images[i] = mean
        for u, row in enumerate(rows):
            codes[i, u] = sum((image[f] - mean[f]) * row[f] for f in range(len(row)))
            images[i] += codes[i, u] * row
    return codes, images, float(np.mean((x - images) ** 2))


def ask_reconstruct(student: Any, x: np.ndarray, mean: np.ndarray, rows: np.ndarray) -> None:
    with hint("Axes: x is (n, features), the components are (units, features)."):
        answer = student.pca_reconstruct(x, mean, rows)
    three = isinstance(answer, (list, tuple)) and len(answer) == 3
    require(three, "Return three things: codes, images, error.", got=answer)
    codes, images, error = there_and_back(x, mean, rows)
    own = x.mean(axis=0)
    causes: list[Cause] = [
        (x @ rows.T, "Take the mean away before you multiply by the components."),
        ((x - own) @ rows.T, "You took the mean of these images. It is an argument: the images may "
         "be others than those it was computed from."),
    ]  # fmt: skip
    expect(answer[0], codes, causes=causes, axes=("n", "units"))
    causes = [
        (images - mean, "Add the mean again when you decode."),
        (images - mean + own, "Add the mean that was given, not the mean of these images."),
    ]
    expect(answer[1], images, causes=causes, axes=("n", "features"))
    squares = (x - images) ** 2
    causes = [
        (squares.sum(), "This is the sum of the squares; average over images and features."),
        (squares.sum(axis=1).mean(), "Average over the features as well, not only over the "
         "images."),
        (np.sqrt(error), "That is the root of it: the mean of the squares is asked for."),
        (np.mean(np.abs(x - images)), "These are absolute differences; square them."),
        (squares.mean(axis=1), "One number for all images: average over both axes."),
        (np.mean((x - mean - images) ** 2), "Compare the images with x, not with x less the "
         "mean."),
        (np.mean((x - mean) ** 2), "That is the error of the mean image alone: compare x with the "
         "decoded images."),
    ]  # fmt: skip
    expect(answer[2], error, causes=causes, rtol=1e-3)


def some_rows(rng: np.random.Generator, units: int, features: int) -> np.ndarray:
    rows: np.ndarray = np.linalg.qr(rng.normal(size=(features, features)))[0][:units]
    return rows


@pca_reconstruct.case("one point by hand")
def _(student, reference, rng):
    ask_reconstruct(student, np.array([[5.0, 0.0]]), np.zeros(2), np.array([[0.6, 0.8]]))


@pca_reconstruct.case("images other than those of the mean", weight=2)
def _(student, reference, rng):
    x, mean = rng.normal(1, 1, (int(rng.integers(3, 6)), 7)), rng.normal(size=7)
    ask_reconstruct(student, x, mean, some_rows(rng, 2, 7))


@pca_reconstruct.case("as many components as features")
def _(student, reference, rng):
    x = rng.normal(size=(6, 4))
    answer = student.pca_reconstruct(x, rng.normal(size=4), some_rows(rng, 4, 4))
    require(isinstance(answer, (list, tuple)) and len(answer) == 3, "Return three things.")
    images = array(answer[1], x.shape, "the images")
    require(
        np.allclose(images, x, atol=1e-4),
        "With all components nothing is lost: the images should come back as they are.",
        got=images,
    )


@pca_reconstruct.case("other sizes", weight=2, hidden=True)
def _(student, reference, rng):
    for n, features, units in ((1, 6, 3), (9, 5, 1), (4, 8, 5)):
        x, mean = rng.normal(2, 3, (n, features)), rng.normal(size=features)
        ask_reconstruct(student, x, mean, some_rows(rng, units, features))
