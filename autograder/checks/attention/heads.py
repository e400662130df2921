"""Check of exercise 8: multi-head attention, beside keras.layers.MultiHeadAttention."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np

from ...expect import expect, hint
from ...spec import Check, Rule
from .scaled import attended
from .scores import sizes, table
from .shares import random_mask, strange

BY_HAND = Rule(
    "write it with your own functions",
    frozenset({"MultiHeadAttention", "dot_product_attention", "GroupQueryAttention"}),
)
multi_head_attention = Check("multi_head_attention", rules=(BY_HAND,))


def by_formula(
    x: Any, memory: Any, kernels: Any, mask: Any, divisor: float | None = None
) -> tuple[Any, Any]:
    """Head by head, in float64."""
    query, key, value, output = (np.asarray(kernel, np.float64) for kernel in kernels)
    out, weights = 0.0, []
    for head in range(query.shape[1]):
        projected = x @ query[:, head], memory @ key[:, head], memory @ value[:, head]
        root = float(np.sqrt(query.shape[2])) if divisor is None else divisor
        read, shares = attended(*projected, mask, root)
        out = out + read @ output[head]
        weights.append(shares)
    return out, np.stack(weights, axis=1)


def by_keras(x: Any, memory: Any, kernels: Any, mask: Any) -> tuple[Any, Any]:
    _units, heads, size = kernels[0].shape
    layer = keras.layers.MultiHeadAttention(heads, size, use_bias=False)
    layer.build(x.shape, memory.shape)
    layer.set_weights(kernels)
    answer = layer(x, memory, attention_mask=mask, return_attention_scores=True)
    out, weights = (keras.ops.convert_to_numpy(part).astype(np.float64) for part in answer)
    return out, weights


def known_mistakes(x: Any, memory: Any, kernels: Any, allowed: Any) -> list[Any]:
    query, key, value, output = kernels
    heads, size = query.shape[1:]
    out, weights = by_formula(x, memory, kernels, allowed)
    turned = True if allowed is True else np.logical_not(allowed)
    swapped = (query, value, key, output)
    flat = [np.reshape(kernel, (x.shape[-1], 1, -1)) for kernel in (query, key, value)]
    single = (*flat, np.reshape(output, (1, -1, x.shape[-1])))
    one_head = by_formula(x, memory, single, allowed)[0]
    return [
        (lambda a: any(strange(part) for part in a), "NaN or infinity: does a place that may read "
         "nothing get zeros from your scaled_attention?"),
        (by_formula(x, memory, kernels, allowed, 1.0), "The scores are not divided by the root of "
         "a head's units."),
        (by_formula(x, memory, kernels, allowed, float(np.sqrt(heads * size))), "The root is that "
         "of one head's units, not of all heads' together."),
        (by_formula(x, memory, kernels, allowed, float(np.sqrt(x.shape[-1]))), "The root is that "
         "of one head's units, the size, not of the units of x."),
        (lambda a: heads > 1 and np.allclose(a[0], one_head, atol=1e-3), "That "
         "is one head of all units together: each head attends on its own."),
        (by_formula(x, memory, kernels, True), "The mask has no influence."),
        (by_formula(x, memory, kernels, turned), "The mask is turned around: True may be read."),
        (by_formula(x, memory, swapped, allowed), "The kernels of keys and values are swapped."),
        (by_formula(x, memory, (key, query, value, output), allowed), "The kernels of queries and "
         "keys are swapped."),
        ((out / heads, weights), "Sum over the heads, no mean."),
        ((out, weights.mean(axis=1)), "Return the weights of every head, (batch, heads, targets, "
         "sources)."),
        ((out, weights.sum(axis=1)), "Return the weights of every head, (batch, heads, targets, "
         "sources)."),
        (lambda a: np.allclose(a[0], by_formula(x, x, kernels, True)[0], atol=1e-3), "Keys and "
         "values come from the memory, not from x."),
        (lambda a: a[0].shape == out.shape and np.allclose(a[1], weights, atol=1e-4), "The weights "
         "are right: look at the values and the output kernel. Does each head keep its own?"),
        (lambda a: not isinstance(a, (list, tuple)), "Return two things: `return out, weights`."),
        ((weights, out), "The order is turned around: first out, then the weights."),
    ]  # fmt: skip


def ask_heads(
    student: Any, x: Any, memory: Any, kernels: Any, mask: Any, keras_too: bool = True
) -> None:
    allowed = True if mask is None else mask
    right = (by_keras if keras_too else by_formula)(
        x, memory, kernels, mask if keras_too else allowed
    )
    arguments = (x, memory, kernels) if mask is None else (x, memory, kernels, mask)
    words = "Write the shape beside each line: heads stand behind the batch when you attend, and "
    with hint(words + "the mask (batch, targets, sources) needs an axis there too."):
        answer = student.multi_head_attention(*arguments)
    causes = known_mistakes(x, memory, kernels, allowed)
    expect(answer, right, causes=causes, rtol=5e-4, atol=1e-5)  # three sums in float32, one by one


def arrays(rng: np.random.Generator, *shape: int) -> tuple[Any, Any, Any]:
    batch, targets, sources, units, heads, size = shape
    kernels = [table(rng, units, heads, size) for _ in range(3)] + [table(rng, heads, size, units)]
    x, memory = table(rng, batch, targets, units), table(rng, batch, sources, units)
    return x, memory, tuple(kernels)


@multi_head_attention.case("one head")
def _(student, reference, rng):
    batch, targets, sources, units, size = sizes(rng, 5, 3)
    ask_heads(student, *arrays(rng, batch, targets, sources, units, 1, size), None)


@multi_head_attention.case("beside keras.layers.MultiHeadAttention", weight=2)
def _(student, reference, rng):
    ask_heads(student, *arrays(rng, *sizes(rng, 6, 2)), None)


@multi_head_attention.case("with a mask", weight=2)
def _(student, reference, rng):
    batch, targets, sources, units, heads, size = sizes(rng, 6, 2, 9)
    mask = random_mask(rng, batch, targets, max(sources, 3))
    x, memory, kernels = arrays(rng, batch, targets, max(sources, 3), units, heads, size)
    ask_heads(student, x, memory, kernels, mask)


@multi_head_attention.case("attending to itself, with places that read nothing", hidden=True)
def _(student, reference, rng):
    batch, steps, units, heads, size = sizes(rng, 5, 3)
    x, _, kernels = arrays(rng, batch, steps, steps, units, heads, size)
    ask_heads(student, x, x, kernels, None)
    mask = random_mask(rng, batch, steps, steps)
    mask[1, 2] = False
    ask_heads(student, x, x, kernels, mask, keras_too=False)
