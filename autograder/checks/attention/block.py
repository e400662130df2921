"""Check of exercise 10: a transformer block, its numbers recomputed from its own weights."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...expect import array, expect, hint, require
from ...spec import Check, Wrong
from ...trained import require_model
from .heads import by_formula

transformer_block = Check("transformer_block")


def ask_block(student: Any, *arguments: Any) -> Any:
    model = student.transformer_block(*arguments)
    require_model(model)
    return model


def outputs(model: Any, x: np.ndarray) -> np.ndarray:
    with hint("The model is asked about an array (batch, steps, units)."):
        answer = model(x)
    return array(answer, x.shape, "the output")


def drawn(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Places with a variance well above the epsilon of a normalisation."""
    x: np.ndarray = (2 * rng.normal(size=shape)).astype(np.float32)
    return x


def num_parameters(units: int, hidden: int, inner: int) -> int:
    """Of one block whose heads together have `inner` units."""
    attention = 3 * (units * inner + inner) + inner * units + units
    return attention + 2 * 2 * units + units * hidden + hidden + hidden * units + units


def require_parameters(model: Any, units: int, heads: int, hidden: int) -> None:
    number = int(array(model.count_params(), ()))
    right = num_parameters(units, hidden, units)
    if number == right:
        return
    known = {
        num_parameters(units, hidden, units * heads): "Each head has units // num_heads units; "
        "here every head has as many as all of them should have together.",
        right - 3 * units - units: "The attention has its biases, as MultiHeadAttention comes.",
        right - 2 * units: "There are two normalisations, each with its own scale and shift.",
        right - 4 * units: "Normalise before the attention and before the two Dense layers.",
        right - hidden - units: "The Dense layers have biases.",
        right + 2 * units: "There is one normalisation too many: two are enough.",
        right - units * hidden - hidden - hidden * units + units * units: "One Dense layer is "
        "missing: `hidden` ReLU units first, then back to `units`.",
        right
        - units * hidden
        - hidden
        - hidden * units
        - units: "The two Dense layers are missing.",
    }
    words = "The number of parameters is not that of one block: attention with biases, two "
    words += "normalisations, a Dense layer of `hidden` and one of `units`."
    raise Wrong(
        known.get(number, words),
        asked="transformer_block(...).count_params()",
        got=str(number),
        expected=str(right),
    )


def sorted_weights(arrays: Any, units: int) -> dict[str, Any]:
    """The weights by what they are, told by their shapes.

    "attention" eight arrays, "dense" four, "norms" two pairs (scale, shift) in their order. The
    layers of a model that is a class of the learner's come in any order.
    """
    names: dict[str, Any] = {"attention": [], "dense": [], "norms": []}
    waiting = list(arrays)
    while waiting:
        first = waiting[0]
        if np.ndim(first) == 3:
            names["attention"], waiting = waiting[:8], waiting[8:]
        elif np.ndim(first) == 2:
            first_of_two = np.shape(first)[0] == units
            both = names["dense"], waiting[:2]
            names["dense"] = both[1] + both[0] if first_of_two else both[0] + both[1]
            waiting = waiting[2:]
        else:
            names["norms"].append(waiting[:2])
            waiting = waiting[2:]
    return names


def normalised(x: Any, norm: Any) -> Any:
    centred = x - x.mean(axis=-1, keepdims=True)
    return centred / np.sqrt((centred**2).mean(axis=-1, keepdims=True) + 1e-3) * norm[0] + norm[1]


def attention_of(x: Any, weights: Any, mask: Any) -> Any:
    """Biases go along as one more unit of x that is always 1."""
    query, query_bias, key, key_bias, value, value_bias, output, bias = weights
    ones = np.ones((*x.shape[:-1], 1))
    kernels = [
        np.concatenate([kernel, extra[None]])
        for kernel, extra in ((query, query_bias), (key, key_bias), (value, value_bias))
    ]
    wide = np.concatenate([x, ones], axis=-1)
    return by_formula(wide, wide, (*kernels, output), mask)[0] + bias


def dense_of(x: Any, weights: Any, activation: Any = lambda z: np.maximum(z, 0)) -> Any:
    kernel, bias, back, back_bias = weights
    return activation(x @ kernel + bias) @ back + back_bias


def by_hand(x: Any, names: Any, mask: Any, kind: str = "right") -> Any:
    """The block in float64; `kind` names a known mistake."""
    (first, second), attention = names["norms"], names["attention"]
    if kind == "post":
        h = normalised(x + attention_of(x, attention, mask), first)
        return normalised(h + dense_of(h, names["dense"]), second)
    n = normalised(x, first)
    added = {"copy": n, "both copies": n, "no first": 0 * x, "no sums": 0 * x}
    h = attention_of(n, attention, mask) + added.get(kind, x)
    m = normalised(h, second)
    if kind == "other source":
        m = normalised(x, second)
    if kind == "not normalised":
        m = h
    out = dense_of(m, names["dense"], *[lambda z: z] * (kind == "linear"))
    added = {"both copies": m, "copy second": m, "no second": 0 * x, "no sums": 0 * x, "from x": x}
    return out + added.get(kind, h)


KINDS = {
    "post": "It normalises the sums (post-norm); here each part reads a normalised copy, and the "
    "sum itself stays as it is.",
    "copy": "In the first half the normalised copy was added to the attention, not x itself.",
    "both copies": "The normalised copies were added, not what came in.",
    "copy second": "In the second half the normalised copy was added, not what came in.",
    "no sums": "Nothing is added: each part should be added to what came in, not replace it.",
    "no first": "The attention should be added to x, not replace it.",
    "no second": "What the Dense layers give should be added to h, not replace it.",
    "from x": "The second sum starts from h, which has the attention in it, not from x.",
    "other source": "The Dense layers read x; they should read what the attention left, Norm(h).",
    "not normalised": "The Dense layers read h as it is; normalise a copy of it first.",
    "linear": "The first Dense layer has ReLU.",
}


def require_numbers(model: Any, x: np.ndarray, causal: bool, rng: np.random.Generator) -> None:
    """Give the model random weights and compare with the formula."""
    given = model.get_weights()
    weights = [rng.normal(size=w.shape).astype(np.float32) / np.sqrt(x.shape[-1]) for w in given]
    model.set_weights(weights)
    names = sorted_weights(weights, x.shape[-1])
    steps = x.shape[1]
    mask = np.tril(np.ones((steps, steps), bool)) if causal else True
    answer, turned = outputs(model, x), dict(names, norms=names["norms"][::-1])

    def fits(right: Any) -> bool:
        # A normalisation's epsilon may be 1e-3 or less, beside a variance of about 4.
        return bool(np.allclose(answer, right, rtol=1e-2, atol=1e-2))

    if fits(by_hand(x, names, mask)) or fits(by_hand(x, turned, mask)):
        return
    if fits(by_hand(x, names, True)) or fits(
        by_hand(x, names, np.tril(np.ones((steps, steps), bool)))
    ):
        raise Wrong("Right but for the mask: causal should decide whether later places are heard.")
    words = "Recomputed from the model's own weights, the formula gives other numbers: go through "
    words += "it sign by sign. What is normalised, and what is added to what?"
    for kind, known in KINDS.items():
        if fits(by_hand(x, names, mask, kind)) or fits(by_hand(x, turned, mask, kind)):
            words = known
            break
    raise Wrong(words, asked="the model, its weights set to random numbers")


@transformer_block.case("shape and number of parameters")
def _(student, reference, rng):
    heads, size = (int(n) for n in rng.permutation([2, 3, 4])[:2])
    steps, hidden = int(rng.integers(5, 8)), int(rng.integers(30, 40))
    model = ask_block(student, steps, heads * size, heads, hidden, False)
    outputs(model, drawn(rng, 2, steps, heads * size))
    require_parameters(model, heads * size, heads, hidden)


@transformer_block.case("starts as a path straight through")
def _(student, reference, rng):
    steps, units = int(rng.integers(5, 8)), 6
    model = ask_block(student, steps, units, 2, 11, False)
    x = drawn(rng, 2, steps, units)
    outputs(model, x)
    model.set_weights([np.zeros(w.shape, np.float32) for w in model.get_weights()])
    words = (
        "With all weights 0 both parts give 0, so out should be x: each part is *added* to what "
    )
    words += "came in, and no normalisation stands on the path of the sum."
    expect(outputs(model, x), x.astype(float), causes=[(lambda a: True, words)])


@transformer_block.case("who hears whom", weight=2)
def _(student, reference, rng):
    steps, units = int(rng.integers(5, 8)), 6
    x = drawn(rng, 1, steps, units)
    place = int(rng.integers(2, steps - 1))
    changed = x.copy()
    changed[0, place] += rng.normal(size=units).astype(np.float32)
    for causal in (True, False):
        model = ask_block(student, steps, units, 3, 13, causal)
        before, after = outputs(model, x), outputs(model, changed)
        moved = np.abs(after - before).max(axis=-1)[0] > 1e-5
        late, early = moved[place:].all(), moved[:place].any()
        if causal:
            require(not early, "With causal=True an earlier place changed when a later one did: "
                    "does the attention get the causal mask?")  # fmt: skip
        else:
            require(early, "With causal=False earlier places should hear later ones too.")
        require(late, "A place should hear itself and earlier ones; here some hear nothing.")


@transformer_block.case("the numbers", weight=3)
def _(student, reference, rng):
    steps, heads, size = (int(n) for n in rng.permutation([2, 3, 4])[:3])
    model = ask_block(student, steps + 2, heads * size, heads, 17, False)
    require_parameters(model, heads * size, heads, 17)
    require_numbers(model, drawn(rng, 2, steps + 2, heads * size), False, rng)


@transformer_block.case("causal numbers, and shuffled places", weight=2, hidden=True)
def _(student, reference, rng):
    steps, units = int(rng.integers(5, 8)), 8
    model = ask_block(student, steps, units, 4, 21, True)
    require_parameters(model, units, 4, 21)
    require_numbers(model, drawn(rng, 3, steps, units), True, rng)
    model = ask_block(student, steps, units, 2, 9, False)
    x, order = drawn(rng, 2, steps, units), rng.permutation(steps)
    words = "Without a causal mask, shuffled places should give the same outputs, shuffled alike: "
    words += "no position is told to this block."
    there, back = outputs(model, x)[:, order], outputs(model, x[:, order])
    require(np.allclose(there, back, atol=1e-4), words)
