"""Checks of exercises 4, 5 and 11: shares, what is read by them, and where they lie."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...expect import ATOL, RTOL, expect, hint
from ...spec import Check
from ...trained import ask_in_a_model
from .scores import sizes, table

masked_softmax = Check("masked_softmax")

NAN = "NaN came back. "
EMPTY = (
    "A row in which no place may be read should be all zeros. Replace its largest score before you "
    "subtract, and its sum before you divide."
)
INFINITE = (
    "A score of −∞ is like a masked place: share 0, and a row of nothing else is zeros. "
    "−∞ − (−∞) is NaN: look at what you subtract."
)
OVERFLOW = "Subtract the largest score of the row before the exponential, or it overflows."
HUGE = (
    "The shares of some row vanished though it has places to read. A masked place has an influence "
    "by its large score: take the largest score over the places that may be read."
)
HALF = (
    "Something is too large for float16: its largest number is 65,504, −1e9 becomes −∞ there, and "
    "0 · ∞ is NaN. Choose with ops.where instead of multiplying or adding."
)


def shares(scores: Any, mask: Any) -> np.ndarray:
    """Row by row in float64, over the places that may be read."""
    scores = np.asarray(scores, np.float64)
    kept = np.broadcast_to(mask, scores.shape) & (scores > -np.inf)
    out = np.zeros(scores.shape)
    for row in np.ndindex(scores.shape[:-1]):
        places = np.flatnonzero(kept[row])
        if len(places):
            exps = np.exp(scores[row][places] - scores[row][places].max())
            out[row][places] = exps / exps.sum()
    return out


def usual(scores: Any, axis: int = -1) -> np.ndarray:
    scores = np.asarray(scores, np.float64)
    exps = np.exp(scores - scores.max(axis=axis, keepdims=True))
    probs: np.ndarray = exps / exps.sum(axis=axis, keepdims=True)
    return probs


def strange(answer: Any) -> bool:
    return bool(np.any(~np.isfinite(np.asarray(answer, np.float64))))


def ask_softmax(student: Any, scores: Any, mask: Any, words: str = "", half: bool = False) -> None:
    """`words`: what to say where the answer is not finite, or wrong in no known way."""
    right = shares(scores, mask)
    everywhere = np.broadcast_to(mask, np.shape(scores))
    filled = np.where(everywhere, np.asarray(scores, np.float64), 0.0)
    unmasked = usual(np.maximum(scores, -1e30))
    causes: list[Any] = [
        (strange, words or f"{NAN}{EMPTY}"),
        (shares(scores, ~everywhere), "The mask is turned around: True is a place that may be "
         "read."),
        (lambda a: np.any((a.sum(axis=-1) < 0.1) & (right.sum(axis=-1) > 0)), HUGE),
        (unmasked, "The mask has no influence: masked places get exactly 0."),
        (unmasked * everywhere, "The shares of the places that may be read do not sum to 1: mask "
         "before the softmax, or divide by the sum anew."),
        (usual(filled), "A masked score of 0 still has a share: e⁰ is 1. It needs −∞."),
        (usual(filled) * everywhere, "The shares of the places that may be read do not sum to 1."),
        (lambda a: np.all(np.isin(a.sum(axis=-2).round(2), [0, 1])) and not np.allclose(
            a.sum(axis=-1), right.sum(axis=-1), atol=1e-2), "These sum to 1 down the columns: "
         "softmax goes over the sources, the last axis."),
        (lambda a: np.any(np.abs(a[right.sum(axis=-1) == 0]) > 1e-3), EMPTY),
        (lambda a: not np.any(a), "Every share is 0. Is True a place that may be read?"),
    ]  # fmt: skip
    if words:
        causes.append((lambda a: a.shape == right.shape, words))
    # float16 keeps three digits: a share is right to a few thousandths.
    rtol, atol = (5e-3, 2e-3) if half else (RTOL, ATOL)
    with hint("The mask broadcasts: ops.where(mask, scores, …) lets it."):
        answer = student.masked_softmax(scores, mask)
    expect(answer, right, causes=causes, rtol=rtol, atol=atol)


def ask_slopes(student: Any, scores: np.ndarray, mask: np.ndarray, pull: np.ndarray) -> None:
    """The slopes of Σ p pull by the scores are p (pull - Σ p pull), with p the shares."""
    p = shares(scores, mask)
    right = p * (pull - np.sum(p * pull, axis=-1, keepdims=True))
    words = "The shares are right, their slopes are not: something is cut off on the way."
    with hint("Slopes must get through: keras.ops only, no NumPy."):
        slopes = student.share_slopes(scores, mask, pull)
    expect(slopes, right, causes=[(lambda a: True, words)], rtol=1e-3, atol=1e-5)


def random_mask(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Some places of each row forbidden, some allowed."""
    mask = rng.random(shape) < 0.6
    mask[..., 0], mask[..., -1] = True, False
    mask[0] = mask[0][..., ::-1]
    return mask


@masked_softmax.case("padding")
def _(student, reference, rng):
    batch, targets, sources = sizes(rng, 3, 3)
    mask = random_mask(rng, batch, targets, sources)
    scores = 2 * table(rng, batch, targets, sources)
    ask_softmax(student, scores, mask)
    ask_slopes(student, scores, mask, table(rng, batch, targets, sources))


@masked_softmax.case("a row without any place to read")
def _(student, reference, rng):
    batch, targets, sources = sizes(rng, 3, 3)
    mask = random_mask(rng, batch, targets, sources)
    mask[1, 2] = False
    scores = 2 * table(rng, batch, targets, sources)
    ask_softmax(student, scores, mask, f"{NAN}{EMPTY}")
    ask_slopes(student, scores, mask, table(rng, batch, targets, sources))


@masked_softmax.case("scores of −∞")
def _(student, reference, rng):
    rows, sources = sizes(rng, 2, 3)
    scores = table(rng, rows, sources)
    scores[0, 1] = scores[1] = -np.inf
    mask = np.ones((rows, sources), bool)
    mask[0, 2] = False
    ask_softmax(student, scores, mask, INFINITE)


@masked_softmax.case("large scores")
def _(student, reference, rng):
    rows, sources = sizes(rng, 2, 4)
    scores = 2 * table(rng, rows, sources) + np.float32(rng.choice([-1000, 1000]))
    ask_softmax(student, scores, random_mask(rng, rows, sources), OVERFLOW)
    scores = (
        2 * table(rng, rows, sources) + np.array([[1000], [-1000]], np.float32)[np.arange(rows) % 2]
    )
    ask_softmax(student, scores, random_mask(rng, rows, sources), OVERFLOW)


@masked_softmax.case("float16", weight=2)
def _(student, reference, rng):
    rows, sources = sizes(rng, 2, 4)
    mask = random_mask(rng, rows, sources)
    mask[2] = False
    ask_softmax(student, table(rng, rows, sources).astype(np.float16), mask, HALF, half=True)
    scores = (20000 * table(rng, rows, sources)).astype(np.float16)
    ask_softmax(student, scores, mask, HALF, half=True)


@masked_softmax.case(
    "huge scores under the mask, and a mask that broadcasts", weight=2, hidden=True
)
def _(student, reference, rng):
    batch, targets, sources = sizes(rng, 3, 3)
    scores, mask = table(rng, batch, targets, sources), random_mask(rng, batch, 1, sources)
    ask_softmax(student, scores, mask)
    hidden = np.where(mask, scores, np.float32(5000.0))
    ask_softmax(student, hidden, mask, HUGE)
    ask_softmax(student, table(rng, sources).astype(np.float64), np.ones(sources, bool))


read_values = Check("read_values")


def ask_read(student: Any, weights: Any, values: Any) -> None:
    wide, read = weights.astype(np.float64), values.astype(np.float64)
    right = np.zeros((*weights.shape[:-1], values.shape[-1]))
    for place in np.ndindex(weights.shape):
        *batch, _, s = place
        right[place[:-1]] += wide[place] * read[(*batch, s)]
    best = np.take_along_axis(read, wide.argmax(axis=-1)[..., None], axis=-2)
    causes = [
        (best, "Only the place with the largest share was read; read all, each by its share."),
        (right / weights.shape[-1], "That is a mean over the sources: the shares sum to 1 already, "
         "so sum."),
        (np.swapaxes(right, -1, -2), "The axes targets and units are swapped."),
        (usual(wide) @ read, "The weights are shares already; no softmax here."),
        (read.sum(axis=-2, keepdims=True) + np.zeros_like(right), "The weights have no influence."),
        (lambda a: a.shape == right.shape[1:] and right.ndim > 3, "One of the axes in front is "
         "gone: treat heads like the batch."),
        (lambda a: np.allclose(a, np.swapaxes(wide, -1, -2) @ read), "The weights are transposed: "
         "each row holds the shares of one query."),
        (lambda a: a.shape == (*weights.shape, values.shape[-1]), "Sum over the sources."),
        (lambda a: a.shape == right.shape and np.allclose(a[0], right[0], rtol=1e-3), "The first "
         "example is right, the others are not: does every example read its own values?"),
    ]  # fmt: skip
    words = "The sources are the last axis of the weights and the one before the last of the "
    with hint(words + "values: which product sums over them?"):
        answer = student.read_values(weights, values)
    expect(answer, right, causes=causes, axes=("batch", "targets", "units")[: right.ndim])


def some_shares(rng: np.random.Generator, *shape: int) -> np.ndarray:
    return shares(table(rng, *shape), True).astype(np.float32)


@read_values.case("one query")
def _(student, reference, rng):
    ask_read(student, some_shares(rng, 1, 1, 3), 10 * table(rng, 1, 3, 2))


@read_values.case("a batch", weight=2)
def _(student, reference, rng):
    batch, targets, sources, units = sizes(rng, 4)
    weights = some_shares(rng, batch, targets, sources)
    ask_read(student, weights, 10 * table(rng, batch, sources, units))


@read_values.case("an axis for heads")
def _(student, reference, rng):
    batch, heads, targets, sources, units = sizes(rng, 5)
    weights = some_shares(rng, batch, heads, targets, sources)
    ask_read(student, weights, table(rng, batch, heads, sources, units))


@read_values.case("inside a Keras model")
def _(student, reference, rng):
    batch, targets, sources, units = sizes(rng, 4)
    weights, values = some_shares(rng, batch, targets, sources), table(rng, batch, sources, units)
    right = np.einsum("bts,bsu->btu", weights, values)
    ask_in_a_model(student, "read_values", right, [weights, values])


@read_values.case("rows of zeros, and a square table", hidden=True)
def _(student, reference, rng):
    batch, steps, units = sizes(rng, 3)
    weights = some_shares(rng, batch, steps, steps)
    weights[0, 1] = 0.0
    ask_read(student, weights, table(rng, batch, steps, units))
    ask_read(student, some_shares(rng, batch, steps, steps), table(rng, batch, steps, steps))


alignment_share = Check("alignment_share")


def ask_share(student: Any, weights: Any, marks: Any) -> None:
    wide = weights.astype(np.float64)
    on_it = (wide * marks).sum(axis=-1)  # (batch, targets)
    counts = marks.any(axis=-1)
    per_example = [row[kept].mean() for row, kept in zip(on_it, counts, strict=True) if kept.any()]
    best = np.take_along_axis(marks, wide.argmax(axis=-1)[..., None], axis=-1)[..., 0]
    mean = float(on_it[counts].mean())
    causes = [
        (float(on_it.mean()), "Rows that are written in no place, the hyphens, should not count: "
         "divide by the number of the other rows."),
        (float(np.mean(per_example)), "That is a mean of each example's mean; here every row that "
         "counts has the same weight, whichever example it is in."),
        (float(best[counts].mean()), "That counts rows whose largest share is in the right place; "
         "take the shares themselves."),
        (float((wide * marks).max(axis=-1)[counts].mean()), "Sum the shares on all the right "
         "characters, not only the largest of them."),
        (float(wide[marks].mean()), "That is a mean over the characters; sum over them first, then "
         "take the mean over the rows."),
        (float((wide * marks).mean()), "That is a mean over everything; sum over the sources, then "
         "take the mean over the rows that count."),
        (float(on_it.sum()), "That is a sum; divide by the number of rows that count."),
        (float(on_it.sum() / len(on_it)), "Divide by the number of rows that count, not by the "
         "number of examples."),
        (1 - mean, "That is the share beside the right place."),
        (lambda a: np.ndim(a) > 0, "Return one number, the mean over all rows that count."),
    ]  # fmt: skip
    with hint("The marks are bools: ops.cast(determining, 'float32') makes them numbers."):
        answer = student.alignment_share(weights, marks)
    expect(answer, mean, causes=causes)


def some_marks(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Two places or more marked in most rows, none in some, not as many in each example."""
    marks = rng.random(shape) < 0.4
    marks[..., :2] = True
    marks[0, 0] = marks[1, :2] = False
    return marks


@alignment_share.case("every row counts")
def _(student, reference, rng):
    batch, targets, sources = sizes(rng, 3, 3)
    marks = some_marks(rng, batch, targets, sources)
    marks[..., :2] = True
    ask_share(student, some_shares(rng, batch, targets, sources), marks)


@alignment_share.case("rows that do not count", weight=2)
def _(student, reference, rng):
    batch, targets, sources = sizes(rng, 3, 3)
    weights = some_shares(rng, batch, targets, sources)
    ask_share(student, weights, some_marks(rng, batch, targets, sources))


@alignment_share.case("one row, and an example without any that counts", hidden=True)
def _(student, reference, rng):
    batch, targets, sources = sizes(rng, 3, 3)
    ask_share(student, some_shares(rng, 1, 1, sources), np.arange(sources)[None, None] % 2 == 1)
    marks = some_marks(rng, batch, targets, sources)
    marks[2] = False
    ask_share(student, some_shares(rng, batch, targets, sources), marks)
