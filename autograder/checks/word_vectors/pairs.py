"""Checks of exercises 3 and 6: contexts with their words, and skip-gram pairs, in any order."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np

from ...expect import array, expect, hint, require
from ...spec import Check, Wrong

Sentences = list[list[int]]

cbow_pairs = Check("cbow_pairs")


def in_order(rows: np.ndarray) -> np.ndarray:
    """The rows sorted, so that only what is there counts."""
    return rows[np.lexsort(rows.T[::-1])] if rows.size else rows


def shown(
    sentences: Sentences, before: int, after: int, *, itself: bool = False, edges: bool = True
) -> np.ndarray:
    """Rows of a word and its context, sorted: (n, 1 + places). One thing may be wrong."""
    rows = []
    for sentence in sentences:
        for i, word in enumerate(sentence):
            places = [p for p in range(i - before, i + after + 1) if itself or p != i]
            inside = [0 <= p < len(sentence) for p in places]
            if edges or all(inside):
                found = [sentence[p] if ok else 0 for p, ok in zip(places, inside, strict=True)]
                rows.append([word, *sorted(found)])
    return in_order(np.array(rows, float).reshape(len(rows), -1))


def whole_numbers(answer: Any, what: str) -> np.ndarray:
    values = array(answer, None, what)
    require(np.array_equal(values, np.round(values)), f"{what.capitalize()} are numbers of words: "
            "whole numbers.", got=answer)  # fmt: skip
    return values


def two_arrays(answer: Any, first: str, second: str) -> tuple[np.ndarray, np.ndarray]:
    if not (isinstance(answer, (tuple, list, np.ndarray)) and len(answer) == 2):
        raise Wrong(f"Return two arrays: {first} and {second}.")
    return whole_numbers(answer[0], first), whole_numbers(answer[1], second)


def ask_cbow(student: Any, sentences: Sentences, before: int, after: int) -> None:
    with hint("Empty sentences give no rows, short ones contexts with many zeros."):
        answer = student.cbow_pairs(sentences, before, after)
    contexts, targets = two_arrays(answer, "the contexts", "the targets")
    right = shown(sentences, before, after)
    if contexts.ndim == 1 and targets.ndim == 2:
        raise Wrong("The order is turned around: first the contexts, then the targets.")
    words = "Contexts have the shape (n, before + after), targets (n,)."
    if contexts.ndim != 2 or targets.ndim != 1:
        raise Wrong(words, got=f"shapes {contexts.shape} and {targets.shape}")
    if len(contexts) != len(targets):
        raise Wrong("There are not as many contexts as targets.")
    if contexts.shape[1] == before + after + 1:
        raise Wrong("A context has one place too many: the word asked for must not be shown.")
    if contexts.shape[1] != before + after:
        raise Wrong(words, got=f"contexts of the shape {contexts.shape}")
    got = in_order(np.concatenate([targets[:, None], np.sort(contexts, axis=1)], axis=1))
    joined = [[word for sentence in sentences for word in sentence]]
    causes = [
        (shown(joined, before, after), "Contexts reach into the next sentence. At the end of a "
         "sentence there is no word, 0."),
        (shown(sentences, before, after, edges=False), "Words near the edges are missing: every "
         "word is asked for; places outside of its sentence are 0."),
        (shown(sentences, after, before) if before != after else None, "The two sides are mixed "
         "up: `before` counts the places to the left."),
        (lambda a: len(a) > len(right), "There are too many rows: one for each word of each "
         "sentence."),
        (lambda a: len(a) < len(right), "There are too few rows: one for each word of each "
         "sentence, those at its edges too."),
        (lambda a: np.array_equal(a[:, 0], right[:, 0]) and np.any((a == 0).sum(axis=1)
         < (right == 0).sum(axis=1)), "Where there is no word stands something else: it should "
         "be 0. (A negative index counts from the end of the list.)"),
        (lambda a: not np.array_equal(a[:, 0], right[:, 0]), "The targets are not the words of "
         "the sentences, each one once per place."),
    ]  # fmt: skip
    asked = f"cbow_pairs(sentences, {before}, {after}), rows sorted: target, then context"
    expect(got, right, causes=causes, axes=("n", "1 + places"), asked=asked)


def numbered(rng: np.random.Generator, lengths: list[int]) -> Sentences:
    """Sentences of words with different numbers."""
    drawn = rng.permutation(np.arange(1, 100))
    ends = itertools.pairwise(np.cumsum([0, *lengths]))
    return [[int(w) for w in drawn[a:b]] for a, b in ends]


@cbow_pairs.case("one sentence, both sides")
def _(student, reference, rng):
    ask_cbow(student, numbered(rng, [4]), 1, 1)


@cbow_pairs.case("next word")
def _(student, reference, rng):
    ask_cbow(student, numbered(rng, [5]), 2, 0)


@cbow_pairs.case("several sentences", weight=2)
def _(student, reference, rng):
    ask_cbow(student, numbered(rng, [4, 1, int(rng.integers(5, 8))]), 2, 1)


@cbow_pairs.case("wide windows, short sentences", weight=2, hidden=True)
def _(student, reference, rng):
    ask_cbow(student, numbered(rng, [3, 0, 6, 2]), 1, 4)
    ask_cbow(student, numbered(rng, [2, 7, 1]), 0, 2)
    ask_cbow(student, [[int(w) for w in rng.integers(1, 5, 8)] for _ in range(20)], 2, 2)


skip_gram_pairs = Check("skip_gram_pairs")


def pairs_where(sentences: Sentences, near: Callable[[int, int], bool]) -> np.ndarray:
    """Pairs of words at places i and j with near(i, j), sorted: (pairs, 2)."""
    rows = [
        [sentence[i], sentence[j]]
        for sentence in sentences
        for i in range(len(sentence))
        for j in range(len(sentence))
        if near(i, j)
    ]
    return in_order(np.array(rows, float).reshape(len(rows), 2))


def ask_pairs(student: Any, sentences: Sentences, window: int) -> None:
    with hint("Behind the last word and before the first one there is no context."):
        answer = student.skip_gram_pairs(sentences, window)
    words, contexts = two_arrays(answer, "the words", "the contexts")
    if words.ndim != 1 or contexts.ndim != 1 or len(words) != len(contexts):
        raise Wrong(
            "Words and contexts are two arrays of the same length, (pairs,).",
            got=f"shapes {words.shape} and {contexts.shape}",
        )
    got = in_order(np.stack([words, contexts], axis=1))
    joined = [[word for sentence in sentences for word in sentence]]
    right = pairs_where(sentences, lambda i, j: 0 < abs(i - j) <= window)
    causes = [
        (pairs_where(joined, lambda i, j: 0 < abs(i - j) <= window), "Some pairs reach from one "
         "sentence into the next."),
        (pairs_where(sentences, lambda i, j: abs(i - j) <= window), "A place is not its own "
         "context: leave j = i out."),
        (pairs_where(sentences, lambda i, j: 0 < j - i <= window), "Only the words behind were "
         "paired; the context lies on both sides."),
        (pairs_where(sentences, lambda i, j: 0 < i - j <= window), "Only the words in front were "
         "paired; the context lies on both sides."),
        (pairs_where(sentences, lambda i, j: -window <= j - i < window and i != j), "The last "
         "place of the window is missing on the right: range stops before its end."),
        (pairs_where(sentences, lambda i, j: 0 < abs(i - j) < window), "The window is too narrow "
         "by one: a distance of exactly `window` is still in it."),
        (pairs_where(sentences, lambda i, j: 0 < abs(i - j) <= window + 1), "The window is too "
         "wide by one."),
        (pairs_where(sentences, lambda i, j: abs(i - j) == window), "Only the places exactly "
         "`window` away were paired; all nearer ones belong to the context as well."),
        (lambda a: np.array_equal(a, np.unique(right, axis=0)), "Pairs that occur several times "
         "are there only once: how often says how close two words are."),
        (lambda a: {tuple(row) for row in right} - {tuple(row) for row in a} == set()
         and len(a) > len(right), "There are pairs too many: some context is no context, or "
         "counted twice."),
        (lambda a: {(x, y) for x, y in a} < {(x, y) for x, y in right}, "Some pairs are missing: "
         "look at a repeated word, and at the first and last words of a sentence."),
        (lambda a: len(a) < len(right), "There are too few pairs: look at the edges of the "
         "sentences, where only one side is cut."),
    ]  # fmt: skip
    expect(got, right, causes=causes, axes=("pairs", "2"), rtol=0, atol=0,
           asked=f"skip_gram_pairs(sentences, {window}), pairs sorted")  # fmt: skip


@skip_gram_pairs.case("a window of 1")
def _(student, reference, rng):
    ask_pairs(student, numbered(rng, [4]), 1)


@skip_gram_pairs.case("a window of 2", weight=2)
def _(student, reference, rng):
    ask_pairs(student, numbered(rng, [int(rng.integers(6, 9))]), 2)


@skip_gram_pairs.case("several sentences")
def _(student, reference, rng):
    ask_pairs(student, numbered(rng, [3, 1, 4, 0, 2]), 2)


@skip_gram_pairs.case("the same word twice")
def _(student, reference, rng):
    the, man, dog, sees = (int(n) for n in rng.permutation(np.arange(1, 30))[:4])
    ask_pairs(student, [[the, man, sees, the, dog], [the, man, sees]], 3)


@skip_gram_pairs.case("wide windows, many sentences", weight=2, hidden=True)
def _(student, reference, rng):
    ask_pairs(student, numbered(rng, [2, 5, 1]), 9)
    few = [[int(w) for w in rng.integers(1, 6, n)] for n in rng.integers(0, 9, 30)]
    for window in (1, 3, 4):
        ask_pairs(student, few, window)
