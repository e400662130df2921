"""Checks of exercises 7 and 8: Gram matrices and the style loss."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...expect import expect, require
from ...spec import Check, Wrong
from .climbing import CLOSE

CUT = (
    "No gradient comes through your function: calculate with keras.ops only, without NumPy and "
    "without float(...)."
)

gram_matrices = Check("gram_matrices")


def random_maps(
    rng: np.random.Generator, batch: int, filters: int, sizes: Any = (4, 5, 7)
) -> np.ndarray:
    """Maps of unequal height and width, none of their averages near 0."""
    height, width = (int(n) for n in rng.choice(sizes, 2, replace=False))
    return rng.normal(0.5, 1.0, (batch, height, width, filters)).astype("float32")


def grams(maps: np.ndarray) -> np.ndarray:
    """Entry by entry, from the definition."""
    batch, height, width, filters = maps.shape
    wide = maps.astype(float)
    out = np.zeros((batch, filters, filters))
    for i in range(filters):
        for j in range(filters):
            out[:, i, j] = (wide[..., i] * wide[..., j]).sum(axis=(1, 2)) / (height * width)
    return out


def gram_mistakes(maps: np.ndarray) -> list[tuple[Any, str]]:
    batch, height, width, filters = maps.shape
    right, wide = grams(maps), maps.astype(float)
    places = wide.reshape(batch, -1, filters)
    centred = places - places.mean(axis=1, keepdims=True)
    covariance = centred.transpose(0, 2, 1) @ centred / (height * width)
    mixed = wide.reshape(batch, filters, -1)
    norms = np.sqrt(np.einsum("bii->bi", right))
    cells = height * width
    between = "That compares places with each other: the product sums over the places, so that "
    return [
        (right * cells, "The average is missing: divide by height times width."),
        (right / filters, "Divide by the number of places, height times width, and by nothing "
         "else."),
        (right * cells / filters, "You divided by the number of filters; divide by that of the "
         "places."),
        (right * height, "You averaged over one of the two axes only: divide by height times "
         "width."),
        (right * width, "You averaged over one of the two axes only: divide by height times "
         "width."),
        (right / batch, "The batch has nothing to do with it: divide by height times width."),
        (right.sum(axis=0), "Every image has a matrix of its own: keep the batch."),
        (right.mean(axis=0), "Every image has a matrix of its own: keep the batch."),
        (places @ places.transpose(0, 2, 1) / cells, "The product should sum over the places and "
         "leave filters × filters. Reshape to (batch, places, filters) first."),
        (mixed @ mixed.transpose(0, 2, 1) / cells, "The numbers of different filters were mixed: "
         "the filters are the last axis, so reshape to (batch, places, filters)."),
        (lambda a: a.shape == (batch, cells, cells) and cells != filters,
         f"{between}filters × filters stay."),
        (covariance, "You took the mean of each map away first; here it stays."),
        (right / (norms[:, :, None] * norms[:, None, :]), "You scaled every filter to length 1; "
         "here the lengths count."),
    ]  # fmt: skip


def ask_gram(student: Any, maps: np.ndarray) -> None:
    answer = student.gram_matrices(maps)
    axes = ("batch", "filters", "filters")
    expect(answer, grams(maps), causes=gram_mistakes(maps), axes=axes, **CLOSE)


def ask_slope(student: Any, name: str, x: np.ndarray, right: np.ndarray, function: Any) -> None:
    """Compare the gradient that the notebook's `slope_through` gets through a function."""
    try:
        answer = student.slope_through(function, x)
    except Wrong as wrong:
        if "not depend" not in wrong.cause and "not a tensor" not in wrong.cause:
            raise
        raise Wrong(CUT) from None
    asked = f"the gradient of the sum of {name}, maps of shape {x.shape}"
    causes: list[tuple[Any, str]] = [(lambda a: not np.any(a), CUT)]
    words = (
        "The gradient is another one. First look at the cases above, which are about the values."
    )
    causes.append((lambda a: a.shape == right.shape, words))
    expect(answer, right, causes=causes, asked=asked, **CLOSE)


@gram_matrices.case("two places by hand")
def _(student, reference, rng):
    ask_gram(student, np.array([[[[1.0, 2.0], [3.0, 0.0]]]], "float32"))


@gram_matrices.case("a batch of maps", weight=2)
def _(student, reference, rng):
    ask_gram(student, random_maps(rng, 2, 3))


@gram_matrices.case("the order of the places does not matter")
def _(student, reference, rng):
    maps = random_maps(rng, 1, 3)
    flat = rng.permutation(maps.reshape(-1, 3)).reshape(maps.shape)
    ask_gram(student, maps)
    both = student.gram_matrices(maps), student.gram_matrices(flat)
    require(np.allclose(*both, rtol=1e-3, atol=1e-5), "Other places, another matrix: average "
            "over all places.")  # fmt: skip


@gram_matrices.case("a gradient comes through")
def _(student, reference, rng):
    maps = random_maps(rng, 1, 3)
    cells = maps.shape[1] * maps.shape[2]
    right = np.broadcast_to(2 * maps.astype(float).sum(axis=-1, keepdims=True), maps.shape) / cells
    ask_slope(student, "gram_matrices", maps, right, student.function("gram_matrices"))


@gram_matrices.case("other sizes", weight=2, hidden=True)
def _(student, reference, rng):
    ask_gram(student, random_maps(rng, 3, 6))
    ask_gram(student, random_maps(rng, 4, 2))


style_loss = Check("style_loss")


def layers_of(rng: np.random.Generator, num: int) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Maps of two pictures of different size, in `num` layers with different numbers of filters."""
    filters = [int(n) for n in rng.choice(np.arange(2, 7), num, replace=False)]
    targets = [1.5 * random_maps(rng, 1, n, sizes=(6, 8, 9)) for n in filters]
    return [random_maps(rng, 1, n) for n in filters], targets


def style(maps: list[np.ndarray], targets: list[np.ndarray]) -> float:
    pairs = zip(maps, targets, strict=True)
    return float(np.mean([np.mean((grams(a) - grams(b)) ** 2) for a, b in pairs]))


def style_mistakes(maps: list[np.ndarray], targets: list[np.ndarray]) -> list[tuple[Any, str]]:
    apart = [grams(a) - grams(b) for a, b in zip(maps, targets, strict=True)]
    every = np.concatenate([d.ravel() for d in apart])
    cells = [a.shape[1] * a.shape[2] for a in maps]
    others = [a.shape[1] * a.shape[2] for a in targets]
    unscaled = [
        grams(a) * m - grams(b) * n for a, b, m, n in zip(maps, targets, cells, others, strict=True)
    ]
    means = [np.mean(d**2) for d in apart]
    return [
        (sum(means), "You added the layers up; take their mean."),
        (np.mean([np.sum(d**2) for d in apart]), "You added up the squares of the entries; take "
         "their mean."),
        (sum(np.sum(d**2) for d in apart), "Sums everywhere; take means, of the entries and of "
         "the layers."),
        (np.mean(every**2), "All entries of all layers went into one mean: every layer gives one "
         "number first."),
        (np.mean([np.mean(np.abs(d)) for d in apart]), "Squares are asked, not absolute values."),
        (np.mean([np.sqrt(m) for m in means]), "No root: the mean of the squares."),
        (np.mean([np.mean(d) ** 2 for d in apart]), "Square first, then take the mean: positive "
         "and negative differences cancelled."),
        (np.mean([np.mean(d) for d in apart]), "The square is missing."),
        (means[0], "Only the first layer counts: go through all of them."),
        (means[-1], "Only the last layer counts: go through all of them."),
        (np.mean(np.array(means) / 4), "Without the factor 1/4 of the paper: plain means."),
        (np.mean([np.mean(d**2) for d in unscaled]), "These Gram matrices are not averaged over "
         "the places; use your `gram_matrices`."),
        (lambda a: np.shape(a) == (len(means),), "One number per layer came back; return their "
         "mean."),
    ]  # fmt: skip


def ask_style(student: Any, maps: list[np.ndarray], targets: list[np.ndarray]) -> None:
    try:
        answer = student.style_loss(maps, targets)
    except Wrong as wrong:
        words = "Two pictures may differ in size: compare Gram matrices, not maps."
        hidden = f"{wrong.hidden_cause} {words}"
        raise Wrong(f"{wrong.cause} {words}", hidden_cause=hidden) from None
    asked = f"style_loss of {len(maps)} layers: maps {[m.shape for m in maps]}, targets "
    asked += f"{[m.shape for m in targets]}"
    if isinstance(answer, list):
        answer = np.array(answer)
    causes = style_mistakes(maps, targets)
    expect(answer, style(maps, targets), causes=causes, asked=asked, **CLOSE)


@style_loss.case("one layer")
def _(student, reference, rng):
    ask_style(student, *layers_of(rng, 1))


@style_loss.case("several layers", weight=2)
def _(student, reference, rng):
    ask_style(student, *layers_of(rng, 3))


@style_loss.case("the same style")
def _(student, reference, rng):
    maps, _ = layers_of(rng, 2)
    shuffled = [rng.permutation(m.reshape(-1, m.shape[-1])).reshape(m.shape) for m in maps]
    answer = student.style_loss(maps, shuffled)
    words = "The same answers in other places are the same style: compare Gram matrices."
    causes: list[tuple[Any, str]] = [(lambda a: float(a) > 1e-4, words)]
    expect(answer, 0.0, causes=causes, atol=1e-6)


@style_loss.case("a gradient comes through")
def _(student, reference, rng):
    maps, targets = layers_of(rng, 1)
    loss = student.style_to(targets)
    right = np.zeros(maps[0].shape)
    wide = maps[0].astype(float)
    for place in np.ndindex(*wide.shape):
        up, down = wide.copy(), wide.copy()
        up[place] += 1e-5
        down[place] -= 1e-5
        right[place] = (style([up], targets) - style([down], targets)) / 2e-5
    ask_slope(student, "style_loss", maps[0], right, loss)


@style_loss.case("more layers", weight=2, hidden=True)
def _(student, reference, rng):
    ask_style(student, *layers_of(rng, 4))
    ask_style(student, *layers_of(rng, 2))
