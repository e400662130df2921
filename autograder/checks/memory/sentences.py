"""Check of exercise 1: sentences that know the order of their words."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...expect import expect, hint
from ...spec import Check

sentence_vectors = Check("sentence_vectors")


def place_weight(j: int, k: int, words: int, units: int) -> float:
    """The formula as it is printed: word j of `words`, unit k of `units`, counted from 1."""
    return (1 - j / words) - (k / units) * (1 - 2 * j / words)


def weighted(vectors: np.ndarray, weight: Any = place_weight, first: int = 1) -> np.ndarray:
    """The sum over words, one product at a time."""
    words, units = vectors.shape[-2:]
    total = np.zeros((*vectors.shape[:-2], units))
    for j in range(words):
        for k in range(units):
            total[..., k] += vectors[..., j, k] * weight(j + first, k + first, words, units)
    return total


def ask_sentences(student: Any, vectors: np.ndarray) -> None:
    words = vectors.shape[-2]
    with_k_from_0 = weighted(vectors, lambda j, k, w, u: place_weight(j, k - 1, w, u))
    causes = [
        (vectors.sum(axis=-2), "This is a bag of words, the plain sum: multiply each word by its "
         "weights first."),
        (vectors.mean(axis=-2), "This is the plain mean of the words: weigh them by position, and "
         "sum."),
        (weighted(vectors, first=0), "Words and units are counted from 1 in the formula, not from "
         "0."),
        (weighted(vectors, lambda j, k, w, u: place_weight(j - 1, k, w, u)), "Words are counted "
         "from 1 in the formula: the last word is word J."),
        (with_k_from_0, "Units are counted from 1 in the formula: the last unit is unit d."),
        (weighted(vectors) / words, "The weighted words are summed, not averaged."),
        (
            weighted(vectors[..., ::-1, :]),
            "The sentences are read backwards: j grows from the first word to the last.",
        ),
        (
            weighted(vectors, lambda j, k, w, u: (1 - j / w) - (k / u) * (1 - j / w)),
            "In the second bracket stands 2j: (1 − 2j/J).",
        ),
        (
            weighted(vectors, lambda j, k, w, u: (1 - j / w) + (k / u) * (1 - 2 * j / w)),
            "A minus stands between the two parts: (1 − j/J) − (k/d)(1 − 2j/J).",
        ),
        (
            weighted(vectors, lambda j, k, w, u: 1 - j / w),
            "The second part of the weights, the one with the unit k, is missing.",
        ),
        (lambda a: np.shape(a) == vectors.shape, "The words are still there: sum over them, "
         "axis=-2."),
        (
            lambda a: np.shape(a) == vectors.shape[:-1],
            "You summed over the units; sum over the words, axis=-2.",
        ),
    ]  # fmt: skip
    with hint("Axes: (..., words, units); the weights have the shape (words, units)."):
        answer = student.sentence_vectors(vectors)
    # Weights in float32 keep seven digits; sums of a dozen numbers of either sign lose one or two.
    names = ("batch", "sentences", "units")[-vectors.ndim + 1 :]
    expect(answer, weighted(vectors), causes=causes, axes=names, rtol=1e-4, atol=1e-5)


def words_of(rng: np.random.Generator, *front: int) -> np.ndarray:
    """Word vectors for some sentences; fewer units than words or more, never as many."""
    words, units = (int(n) for n in rng.choice(np.arange(3, 10), 2, replace=False))
    drawn: np.ndarray = rng.normal(size=(*front, words, units)).astype(np.float32)
    return drawn


@sentence_vectors.case("one sentence")
def _(student, reference, rng):
    ask_sentences(student, words_of(rng))


@sentence_vectors.case("a batch of questions")
def _(student, reference, rng):
    ask_sentences(student, words_of(rng, int(rng.integers(2, 5))))


@sentence_vectors.case("a batch of stories", weight=2)
def _(student, reference, rng):
    ask_sentences(student, words_of(rng, 2, int(rng.integers(10, 14))))


@sentence_vectors.case("many sizes", weight=2, hidden=True)
def _(student, reference, rng):
    for front in ((), (1,), (4,), (3, 2), (2, 11)):
        ask_sentences(student, words_of(rng, *front))
    ask_sentences(student, rng.normal(size=(2, 5, 64)).astype(np.float32))
    ask_sentences(student, rng.normal(size=(2, 1, 4)).astype(np.float32))
