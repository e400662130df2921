"""Check of exercise 6: scaled dot-product attention, beside keras.ops.dot_product_attention."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np

from ...expect import ATOL, RTOL, expect, hint, require
from ...spec import Check, Rule
from .scores import sizes, table
from .shares import random_mask, shares, strange

BY_HAND = Rule("write it with your own functions", frozenset({"dot_product_attention"}))
scaled_attention = Check("scaled_attention", rules=(BY_HAND,))

NOTHING = (
    "A query that may read nothing should get zeros for what it reads and for its weights, and no "
    "NaN. Does your masked_softmax see the mask?"
)


def attended(q: Any, k: Any, v: Any, mask: Any, divisor: float) -> tuple[Any, Any]:
    """By the formula in float64, the scores divided by `divisor`."""
    q, k, v = (np.asarray(x, np.float64) for x in (q, k, v))
    weights = shares(np.einsum("...tu,...su->...ts", q, k) / divisor, mask)
    return np.einsum("...ts,...su->...tu", weights, v), weights


def by_keras(q: Any, k: Any, v: Any, mask: Any = None) -> np.ndarray:
    """Arrays (batch, heads, steps, units); a mask (batch, 1, targets, sources)."""
    q, k, v = (np.swapaxes(x, 1, 2) for x in (q, k, v))
    out = keras.ops.dot_product_attention(q, k, v, mask=mask)
    read: np.ndarray = np.swapaxes(keras.ops.convert_to_numpy(out), 1, 2).astype(np.float64)
    return read


def known_mistakes(q: Any, k: Any, v: Any, mask: Any) -> list[Any]:
    root = float(np.sqrt(q.shape[-1]))
    scores = np.einsum("...tu,...su->...ts", q, k).astype(float) / root
    exps = np.exp(scores - scores.max(axis=-2, keepdims=True))
    columns = exps / exps.sum(axis=-2, keepdims=True)
    turned = np.logical_not(mask)
    return [
        (attended(q, k, v, mask, 1.0), "The scores are not divided by the root of the units."),
        (attended(q, k, v, mask, root**2), "The scores were divided by the units; divide by their "
         "root."),
        (attended(q, k, v, mask, 1 / root), "The scores were multiplied by the root; divide."),
        (attended(q, k, v, mask, float(np.sqrt(k.shape[-2]))), "The root is that of the units, the "
         "last axis, not of the number of sources."),
        (attended(q, k, v, mask, float(np.sqrt(q.shape[-2]))), "The root is that of the units, the "
         "last axis, not of the number of targets."),
        (attended(q, k, v, mask, float(np.sqrt(v.shape[-1]))), "The root is that of the queries' "
         "units, not of the values'."),
        (attended(q, k, v, mask, float(np.sqrt(q.shape[1]))), "The root is that of the units, the "
         "last axis; axis 1 holds the heads here."),
        (attended(q, k, v, mask, float(np.sqrt(len(q)))), "The root is that of the units, the last "
         "axis, not of the batch."),
        (attended(q, k, v, True, root), "The mask has no influence."),
        (attended(q, k, v, turned, root), "The mask is turned around: True may be read."),
        (lambda a: np.allclose(a[1], columns, atol=1e-3), "Each query's weights sum to 1: softmax "
         "over the sources, the last axis."),
        (attended(q, k, v, mask, root)[::-1], "The order is turned around: first what was read, "
         "then the weights."),
        (lambda a: not isinstance(a, (list, tuple)), "Return two things: `return read, weights`."),
    ]  # fmt: skip


def ask_attention(
    student: Any, q: Any, k: Any, v: Any, mask: Any = None, oracle: Any = None, half: bool = False
) -> None:
    allowed = True if mask is None else mask
    root = float(np.sqrt(q.shape[-1]))
    read, weights = attended(q, k, v, allowed, root)
    if oracle is not None:
        read = oracle
    empty = weights.sum(axis=-1) == 0

    def reads_nothing_wrongly(answer: Any) -> bool:
        return any(strange(part[empty]) or np.any(np.abs(part[empty]) > 1e-3) for part in answer)

    causes = [
        (reads_nothing_wrongly, NOTHING),
        (lambda a: strange(a[1]), "NaN or infinity among the weights: try masked_softmax with the "
         "scores of this case."),
        *known_mistakes(q, k, v, allowed),
    ]  # fmt: skip
    # Scores of float16 are right to 0.002 or so, hence shares to some thousandths.
    rtol, atol = (2e-2, 1e-2) if half else (RTOL, ATOL)
    arguments = (q, k, v) if mask is None else (q, k, v, mask)
    with hint("Any number of axes may stand in front of the last two; the mask may be None."):
        answer = student.scaled_attention(*arguments)
    expect(answer, (read, weights), causes=causes, rtol=rtol, atol=atol)


def arrays(rng: np.random.Generator, *shape: int) -> tuple[Any, Any, Any]:
    """Queries, keys, values for (..., targets, sources, units, value_units)."""
    *front, targets, sources, units, value_units = shape
    queries = 2 * table(rng, *front, targets, units)
    return (
        queries,
        table(rng, *front, sources, units),
        5 * table(rng, *front, sources, value_units),
    )


@scaled_attention.case("beside keras.ops.dot_product_attention", weight=2)
def _(student, reference, rng):
    batch, targets, sources, units = sizes(rng, 4, 3)
    q, k, v = arrays(rng, batch, targets, sources, units, units)
    ask_attention(student, q, k, v, oracle=by_keras(q[:, None], k[:, None], v[:, None])[:, 0])


@scaled_attention.case("heads and a mask, beside Keras")
def _(student, reference, rng):
    batch, heads, targets, sources, units = sizes(rng, 5, 3)
    q, k, v = arrays(rng, batch, heads, targets, sources, units, units)
    mask = random_mask(rng, batch, 1, targets, sources)
    ask_attention(student, q, k, v, mask, by_keras(q, k, v, mask))


@scaled_attention.case("a query that may read nothing")
def _(student, reference, rng):
    batch, targets, sources, units, value_units = sizes(rng, 5, 3)
    mask = random_mask(rng, batch, targets, sources)
    mask[1, 1] = False
    ask_attention(student, *arrays(rng, batch, targets, sources, units, value_units), mask)


@scaled_attention.case("float16")
def _(student, reference, rng):
    batch, targets, sources, value_units = sizes(rng, 4, 3)
    q, k, v = arrays(rng, batch, targets, sources, 16, value_units)
    q, k, v = ((x / 2).astype(np.float16) for x in (q, k, v))
    mask = random_mask(rng, batch, 1, sources)
    mask[1] = False
    ask_attention(student, q, k, v, mask, half=True)


@scaled_attention.case("values of another size, and what reads nothing of the future", hidden=True)
def _(student, reference, rng):
    batch, steps, units, value_units = sizes(rng, 4, 3)
    q, k, v = arrays(rng, batch, steps, steps, units, value_units)
    mask = np.tril(np.ones((steps, steps), bool))
    ask_attention(student, q, k, v, mask)
    changed = v.copy()
    changed[:, -1] += 10.0
    before, after = (np.asarray(student.scaled_attention(q, k, x, mask)[0]) for x in (v, changed))
    words = "A value that an earlier query may not read had an influence on it."
    require(np.allclose(before[:, :-1], after[:, :-1], atol=1e-4), words)
