"""Checks of exercises 1 to 3: how well queries match keys."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...expect import expect, hint
from ...spec import Check
from ...trained import ask_in_a_model

SCORES = ("batch", "targets", "sources")

dot_scores = Check("dot_scores")


def table(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Numbers around 0, none of them tiny, in float32, as Keras makes them."""
    signs = rng.choice([-1.0, 1.0], shape)
    numbers: np.ndarray = (rng.uniform(0.3, 1.5, shape) * signs).astype(np.float32)
    return numbers


def sizes(rng: np.random.Generator, num: int, low: int = 2, high: int = 9) -> list[int]:
    """Sizes that all differ, so that swapped axes show."""
    return [int(size) for size in rng.permutation(np.arange(low, high))[:num]]


def by_pairs(queries: Any, keys: Any, score: Any) -> np.ndarray:
    """score(query, key) for every pair of the last axes' vectors, one after the other."""
    queries, keys = queries.astype(np.float64), keys.astype(np.float64)
    front = queries.shape[:-2]
    out = np.zeros((*front, queries.shape[-2], keys.shape[-2]))
    for place in np.ndindex(out.shape):
        *batch, t, s = place
        out[place] = score(queries[(*batch, t)], keys[(*batch, s)])
    return out


def ask_dot(student: Any, queries: Any, keys: Any) -> None:
    right = by_pairs(queries, keys, np.dot)
    lengths = np.linalg.norm(queries, axis=-1)[..., None]
    key_lengths = np.linalg.norm(keys, axis=-1)[..., None, :]
    exps = np.exp(right - right.max(axis=-1, keepdims=True))
    causes = [
        (np.swapaxes(right, -1, -2), "The axes targets and sources are swapped: each row belongs "
         "to a query, each column to a key."),
        (right / np.sqrt(queries.shape[-1]), "Nothing is divided here; the root of the units "
         "comes later, in exercise 6."),
        (right / queries.shape[-1], "That is a mean over the units; a dot product is a sum."),
        (right / lengths / key_lengths, "That is the cosine: do not divide by the lengths."),
        (right / lengths, "Do not divide by the lengths of the queries."),
        (exps / exps.sum(axis=-1, keepdims=True), "These are shares already; return the scores "
         "themselves."),
        (by_pairs(queries, keys, lambda q, k: np.sum((q - k) ** 2)), "That is a squared distance; "
         "the match is a product."),
        (lambda a: a.shape == right.shape[1:] and right.ndim > 3, "One of the axes in front is "
         "gone: treat heads like the batch."),
        (lambda a: a.shape == right.shape and np.allclose(a, right[:1], rtol=1e-3), "All examples "
         "got the scores of the first one."),
        (lambda a: a.shape == right.shape and np.allclose(a[0], right[0], rtol=1e-3), "The first "
         "example is right, the others are not: does every example meet its own keys?"),
    ]  # fmt: skip
    words = "Swap the last two axes of the keys only, ops.swapaxes(keys, -1, -2); the axes in "
    with hint(words + "front stay where they are."):
        answer = student.dot_scores(queries, keys)
    expect(answer, right, causes=causes, axes=SCORES if right.ndim == 3 else ())


@dot_scores.case("one query, three keys")
def _(student, reference, rng):
    ask_dot(student, table(rng, 1, 1, 2), table(rng, 1, 3, 2))


@dot_scores.case("a batch of tables", weight=2)
def _(student, reference, rng):
    batch, targets, sources, units = sizes(rng, 4)
    ask_dot(student, table(rng, batch, targets, units), table(rng, batch, sources, units))


@dot_scores.case("an axis for heads")
def _(student, reference, rng):
    batch, heads, targets, sources, units = sizes(rng, 5)
    queries = table(rng, batch, heads, targets, units)
    ask_dot(student, queries, table(rng, batch, heads, sources, units))


@dot_scores.case("inside a Keras model")
def _(student, reference, rng):
    batch, targets, sources, units = sizes(rng, 4)
    queries, keys = table(rng, batch, targets, units), table(rng, batch, sources, units)
    ask_in_a_model(student, "dot_scores", by_pairs(queries, keys, np.dot), [queries, keys])


@dot_scores.case("one unit, one key, no batch", hidden=True)
def _(student, reference, rng):
    batch, targets, sources = sizes(rng, 3)
    ask_dot(student, table(rng, batch, targets, 1), table(rng, batch, sources, 1))
    ask_dot(student, table(rng, batch, targets, 4), table(rng, batch, 1, 4))
    ask_dot(student, table(rng, targets, 5), table(rng, sources, 5))


general_scores = Check("general_scores")


def ask_general(student: Any, queries: Any, keys: Any, kernel: Any) -> None:
    wide = kernel.astype(np.float64)
    right = by_pairs(queries, keys, lambda q, k: q @ wide @ k)
    causes: list[Any] = [
        (np.swapaxes(right, -1, -2), "The axes targets and sources are swapped."),
        (right / np.sqrt(queries.shape[-1]), "Nothing is divided here."),
        (right / np.sqrt(keys.shape[-1]), "Nothing is divided here."),
        (by_pairs(queries, keys, lambda q, k: np.tanh(q @ wide) @ k), "There is no tanh: the "
         "kernel alone stands between the two."),
        (by_pairs(queries, keys, lambda q, k: np.maximum(q @ wide, 0) @ k), "There is no ReLU: "
         "the kernel alone stands between the two."),
    ]  # fmt: skip
    if kernel.shape[0] == kernel.shape[1]:
        words = "The kernel is turned around: its rows belong to the query, its columns to the key."
        causes += [
            (by_pairs(queries, keys, lambda q, k: q @ wide.T @ k), words),
            (by_pairs(queries, keys, np.dot), "The kernel has no influence: these are dot scores."),
            (by_pairs(queries, keys, lambda q, k: (q @ wide) @ (k @ wide)), "Queries and keys both "
             "went through the kernel; one of the two is enough."),
        ]  # fmt: skip
    words = "A query has as many units as the kernel has rows; after the kernel it has as many as "
    with hint(words + "a key. Then only dot products are left."):
        answer = student.general_scores(queries, keys, kernel)
    expect(answer, right, causes=causes, axes=SCORES)


@general_scores.case("a square kernel")
def _(student, reference, rng):
    batch, targets, sources, units = sizes(rng, 4)
    queries, keys = table(rng, batch, targets, units), table(rng, batch, sources, units)
    ask_general(student, queries, keys, table(rng, units, units))


@general_scores.case("queries and keys of different lengths", weight=2)
def _(student, reference, rng):
    batch, targets, sources, units, other = sizes(rng, 5)
    queries, keys = table(rng, batch, targets, units), table(rng, batch, sources, other)
    ask_general(student, queries, keys, table(rng, units, other))


@general_scores.case("one unit, one query, and a kernel of zeros", hidden=True)
def _(student, reference, rng):
    batch, sources, units = sizes(rng, 3)
    queries, keys = table(rng, batch, 1, 1), table(rng, batch, sources, units)
    ask_general(student, queries, keys, table(rng, 1, units))
    ask_general(student, table(rng, batch, 1, units), keys, table(rng, units, units))
    ask_general(student, queries, keys, np.zeros((1, units), np.float32))


additive_scores = Check("additive_scores")


def ask_additive(student: Any, queries: Any, keys: Any, wq: Any, wk: Any, vector: Any) -> None:
    q64, k64, v = wq.astype(float), wk.astype(float), vector.astype(float)

    def scored(score: Any) -> np.ndarray:
        return by_pairs(queries, keys, lambda q, k: score(q @ q64, k @ k64))

    right = scored(lambda q, k: v @ np.tanh(q + k))
    causes = [
        (np.swapaxes(right, -1, -2), "The axes targets and sources are swapped."),
        (scored(lambda q, k: v @ (q + k)), "The tanh is missing."),
        (scored(lambda q, k: np.tanh(v @ (q + k))), "The tanh belongs inside, on every hidden "
         "unit; the vector weighs what comes out of it."),
        (scored(lambda q, k: v @ (np.tanh(q) + np.tanh(k))), "Add first, then tanh: otherwise "
         "query and key never meet, and every query prefers the same key."),
        (scored(lambda q, k: np.sum(np.tanh(q + k))), "The vector is missing: it weighs the hidden "
         "units."),
        (scored(lambda q, k: np.mean(v * np.tanh(q + k))), "Sum over the hidden units, no mean."),
        (scored(lambda q, k: v @ np.tanh(q * k)), "It is called additive: add what the two kernels "
         "give, do not multiply."),
        (scored(lambda q, k: v @ np.tanh(q - k)), "Add what the two kernels give, no difference."),
        (scored(lambda q, k: v @ (1 / (1 + np.exp(-q - k)))), "The hidden layer has tanh, no "
         "sigmoid."),
        (scored(lambda q, k: v @ np.maximum(q + k, 0)), "The hidden layer has tanh, no ReLU."),
        (lambda a: a.shape == (*right.shape, len(v)), "The last axis, the hidden units, should be "
         "summed, each times its number in the vector."),
    ]  # fmt: skip
    words = "Which axes of length 1 let (batch, targets, units) and (batch, sources, units) be "
    with hint(words + "added, and are the kernels at the right arguments?"):
        answer = student.additive_scores(queries, keys, wq, wk, vector)
    expect(answer, right, causes=causes, axes=SCORES)


def additive(rng: np.random.Generator, *shape: int) -> tuple[Any, ...]:
    """All five arguments for (batch, targets, sources, query_units, key_units, units)."""
    batch, targets, sources, query_units, key_units, units = shape
    queries, keys = table(rng, batch, targets, query_units), table(rng, batch, sources, key_units)
    kernels = table(rng, query_units, units), table(rng, key_units, units)
    return queries, keys, *kernels, table(rng, units)


@additive_scores.case("one unit everywhere")
def _(student, reference, rng):
    ask_additive(student, *additive(rng, 1, 1, 2, 1, 1, 1))


@additive_scores.case("queries, keys and hidden units of three sizes", weight=2)
def _(student, reference, rng):
    ask_additive(student, *additive(rng, *sizes(rng, 6)))


@additive_scores.case("as many queries as keys")
def _(student, reference, rng):
    batch, steps, units, hidden = sizes(rng, 4, 3)
    ask_additive(student, *additive(rng, batch, steps, steps, units, units, hidden))


@additive_scores.case("one key, many hidden units", hidden=True)
def _(student, reference, rng):
    batch, targets, units, other = sizes(rng, 4)
    ask_additive(student, *additive(rng, batch, targets, 1, units, other, 20))
    ask_additive(student, *additive(rng, 1, 1, 7, units, other, 3))
