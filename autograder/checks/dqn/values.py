"""Check of exercise 1: the forward pass in NumPy, against one neuron at a time."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np

from ...expect import expect, hint, require_unchanged
from ...spec import Check

q_values = Check("q_values")


def network(rng: np.random.Generator, sizes: list[int], lower: float = 60.0) -> list[np.ndarray]:
    """Kernel and bias of each layer in turn; the first action's value is lower than 0."""
    weights = []
    for inputs, units in pairwise(sizes):
        weights += [rng.normal(size=(inputs, units)), rng.normal(size=units)]
    weights[-1][0] -= lower
    return [w.astype("float32") for w in weights]


def forward(
    weights: list[np.ndarray], x: Any, hidden: str = "relu", last: str = "", bias: bool = True
) -> np.ndarray:
    """Layer by layer with einsum; activations that a mistake would use, for causes."""
    shapes: dict[str, Callable[[Any], Any]] = {
        "relu": lambda z: np.where(z > 0, z, 0.0),
        "tanh": np.tanh,
        "abs": np.abs,
        "softmax": lambda z: (
            np.exp(z - z.max(-1, keepdims=True))
            / np.exp(z - z.max(-1, keepdims=True)).sum(-1, keepdims=True)
        ),
        "": lambda z: z,
    }
    layers = list(zip(weights[::2], weights[1::2], strict=True))
    x = np.array(x, float)
    for place, (kernel, b) in enumerate(layers):
        x = np.einsum("...i,iu->...u", x, kernel.astype(float)) + (b if bias else 0.0)
        x = shapes[last if place == len(layers) - 1 else hidden](x)
    out: np.ndarray = x
    return out


def ask_values(student: Any, weights: list[np.ndarray], x: np.ndarray) -> None:
    right = forward(weights, x)
    several = len(weights) > 2
    causes = [
        (forward(weights, x, last="relu"), "The last layer has no relu: values may be negative."),
        (forward(weights, x, last="softmax"), "The outputs are values, not probabilities: no "
         "softmax."),
        (forward(weights, x, hidden="") if several else None, "The relu between the layers is "
         "missing."),
        (forward(weights, x, hidden="tanh") if several else None, "The hidden layers use relu: "
         "what is negative becomes 0."),
        (forward(weights, x, hidden="abs") if several else None, "The relu makes 0 of what is "
         "negative, not its size."),
        (forward(weights, x, bias=False), "The biases are missing."),
        (forward(weights[:2], x), "Only the first layer was calculated."),
        (forward(weights[:4], x), "Only the first two layers were calculated: the list may be of "
         "any length."),
        (lambda a: np.ndim(a) == 2 and np.ndim(right) == 1, "One observation, (num_inputs,), gives "
         "one row of values, (num_actions,): there is one axis too many."),
        (lambda a: np.ndim(a) == 0 or np.issubdtype(np.asarray(a).dtype, np.integer),
         "Return the values of all actions, not the best one."),
        (lambda a: np.shape(a) == np.shape(right) and np.allclose(a, right.max(-1, keepdims=True)),
         "Return the values of all actions, not only the largest."),
    ]  # fmt: skip
    words = "The weights are kernel, bias, kernel, bias, … of any number of layers; each kernel "
    with hint(words + "has the axes (inputs, units)."):
        answer = student.q_values(weights, x)
    axes = ("batch", "num_actions") if x.ndim == 2 else ("num_actions",)
    # Sums of some twenty products in float32, layer after layer.
    expect(answer, right, causes=causes, axes=axes, rtol=1e-3, atol=1e-3)


def observed(rng: np.random.Generator, *shape: int) -> np.ndarray:
    drawn: np.ndarray = rng.normal(size=shape).astype("float32")
    return drawn


@q_values.case("one observation")
def _(student, reference, rng):
    inputs = int(rng.integers(3, 6))
    ask_values(student, network(rng, [inputs, 7, 2]), observed(rng, inputs))


@q_values.case("a batch", weight=2)
def _(student, reference, rng):
    inputs = int(rng.integers(3, 6))
    ask_values(student, network(rng, [inputs, 9, 8, 3]), observed(rng, 6, inputs))


@q_values.case("leaves the weights alone")
def _(student, reference, rng):
    weights = network(rng, [4, 6, 2])
    lent, x = student.lend(weights[0]), observed(rng, 4)
    student.q_values([lent, *weights[1:]], x)
    student.q_values([lent, *weights[1:]], x)
    require_unchanged(
        "weights", "q_values(weights, x), twice", weights[0], lent, "Make new arrays."
    )


@q_values.case("other networks", weight=2, hidden=True)
def _(student, reference, rng):
    for sizes in ([3, 2], [5, 16, 4], [2, 7, 6, 9, 5], [3, 1, 4], [4, 4, 4]):
        weights = network(rng, sizes)
        ask_values(student, weights, observed(rng, sizes[0]))
        ask_values(student, weights, observed(rng, 5, sizes[0]))
        ask_values(student, weights, observed(rng, 1, sizes[0]))
