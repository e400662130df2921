"""Checks of exercises 5 and 6: one neuron, and the gates it can be."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...expect import array, expect, require, show
from ...spec import Check
from .activations import sizes

neuron = Check("neuron")


def ask_neuron(student: Any, numbers: tuple[Any, Any, float], name: str) -> None:
    """Compare on one batch (x, weights, bias), with NumPy's function of that name to activate.

    NumPy's functions and not the learner's own: a wrong sigmoid is no fault of the neuron.
    """
    x, weights, bias = numbers
    activation = getattr(np, name)
    z = np.einsum("bf,f->b", x, weights)
    expected = activation(z + bias)
    causes = [
        (activation(z), "The bias is missing: z = x·w + b."),
        (activation(z) + bias, "The bias belongs inside, the activation comes last."),
        (z + bias, "The activation is missing: hand the weighted sum to `activation`."),
        (activation(z - bias), "Add the bias, do not subtract it: z = x·w + b."),
        (activation(activation(z + bias)), "The activation was applied twice; once is enough."),
        (
            activation(z + bias * x.shape[1]),
            "The bias was added once per feature; add it once, after the sum over the features.",
        ),
        (
            1 / (1 + np.exp(-z - bias)),
            "You always use the sigmoid; use the function given as `activation`.",
        ),
        (1.0 * (z + bias > 0), "You always use the step; use the function given as `activation`."),
        (
            lambda a: len(x) == 1 and isinstance(a, (np.ndarray, float, int)) and np.ndim(a) == 0,
            "A batch of one is still a batch: keep its axis and return shape (1,).",
        ),
        (
            lambda a: (
                a.shape == (x.shape[1],)
                and np.allclose(a, activation((x * weights).sum(axis=0) + bias))
            ),
            "Sum over the features (axis 1), so that one number per example stays: x @ weights.",
        ),
        (
            lambda a: a.shape in ((len(x), 1), (1, len(x))),
            "One axis of length 1 is too many: with weights of shape (features,), x @ weights "
            "has shape (batch,) already.",
        ),
    ]
    call = f"neuron({show(x)}, {show(weights)}, {show(bias)}, np.{name})"
    handle = student["np"][name]
    answer = student.neuron(x, weights, bias, handle)
    expect(answer, expected, axes=["batch"], causes=causes, asked=call)


def example_batch(rng: np.random.Generator, batch: int, features: int) -> tuple[Any, Any, float]:
    """x and weights around 1, and a bias that matters."""
    x, weights = rng.normal(size=(batch, features)), rng.normal(size=features) / features**0.5
    return x, weights, float(rng.uniform(0.5, 1.5) * rng.choice([-1, 1]))


@neuron.case("the weighted sum itself")
def _(student, reference, rng):
    x = rng.integers(-3, 4, sizes(rng, 2, 2, 5)).astype(float)
    weights, bias = rng.integers(1, 5, x.shape[1]) * 1.0, float(rng.integers(1, 5))
    ask_neuron(student, (x, weights, bias), "positive")


@neuron.case("a batch through tanh", weight=2)
def _(student, reference, rng):
    ask_neuron(student, example_batch(rng, *sizes(rng, 2)), "tanh")


@neuron.case("one example")
def _(student, reference, rng):
    ask_neuron(student, example_batch(rng, 1, int(rng.integers(2, 5))), "tanh")


@neuron.case("as many examples as features, and one feature", weight=2, hidden=True)
def _(student, reference, rng):
    size = int(rng.integers(3, 7))
    ask_neuron(student, example_batch(rng, size, size), "exp")
    ask_neuron(student, example_batch(rng, size, 1), "sin")


gate = Check("gate")

CORNERS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], float)
GATES = {"AND": [0, 0, 0, 1], "OR": [0, 1, 1, 1], "NAND": [1, 1, 1, 0]}


def ask_gate(student: Any, name: str) -> None:
    """Compare the neuron that the learner's weights make with the gate's truth table."""
    answer = student.gate(name)
    require(
        answer is not None,
        f"Nothing came back for this name: is there a case for '{name}', in capital letters, and "
        "does it `return`?",
    )
    require(
        isinstance(answer, (list, tuple)) and len(answer) == 2,
        "Return a pair: the weights, an array of shape (2,), and the bias, a number.",
        got=answer,
    )
    require(
        not (np.shape(answer[0]) == () and np.shape(answer[1]) == (2,)),
        "The order is turned around: return the weights first, then the bias.",
        got=answer,
    )
    weights, bias = array(answer[0], (2,), "the weights"), array(answer[1], (), "the bias")
    z = CORNERS @ weights + bias
    fires, wanted = (z > 0).astype(int), np.array(GATES[name])
    if np.array_equal(fires, wanted):
        return
    at = int(np.argmax(fires != wanted))
    corner = f"({CORNERS[at, 0]:.0f}, {CORNERS[at, 1]:.0f})"
    where = f"At {corner} the sum x·w + b is {z[at]:.4g}, so the neuron gives {fires[at]}"
    words = f"{where}, and {name} gives {wanted[at]}."
    others = [other for other, table in GATES.items() if np.array_equal(fires, table)]
    if np.array_equal((z >= 0).astype(int), wanted):
        words = (
            f"At {corner} the sum x·w + b is exactly 0, and step(0) is 0: the neuron stays silent. "
            "Move the bias a little."
        )
    elif np.array_equal(1 - fires, wanted):
        words = f"{where}: the opposite. Turn the signs of weights and bias."
    elif others:
        words = f"{where}: these are weights for {others[0]}. Each name needs its own."
    elif not fires.any():
        words += " It never fires: raise the bias."
    elif fires.all():
        words += " It always fires: lower the bias."
    require(False, words, got=answer)


for _name in GATES:

    @gate.case(_name, weight=2 if _name == "NAND" else 1)
    def _(student, reference, rng, name=_name):
        ask_gate(student, name)
