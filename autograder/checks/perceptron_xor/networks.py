"""Checks of exercises 10 and 11: the network that computes XOR, and every other one."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import scipy.special

from ...expect import expect, hint, show
from ...spec import Check
from .activations import sizes
from .neurons import CORNERS

SIGMA = scipy.special.expit

xor_network = Check("xor_network")


def by_formula(x: np.ndarray, squash: Any = SIGMA, last: Any = SIGMA) -> tuple[Any, Any]:
    """The decks' formulas, one unit at a time: (hidden, output)."""
    first = squash(20 * x[:, 0] + 20 * x[:, 1] - 10)
    second = squash(-20 * x[:, 0] - 20 * x[:, 1] + 30)
    return np.stack([first, second], axis=1), last(20 * first + 20 * second - 30)


def ask_xor(student: Any, x: np.ndarray) -> None:
    """Compare hidden layer and output on points x."""
    hidden, output = by_formula(x)

    def same(z: Any) -> Any:
        return z

    def fires(z: Any) -> Any:
        return 1.0 * (z > 0)

    def pair(a: Any) -> bool:
        return isinstance(a, (tuple, list)) and len(a) == 2

    wrong_sign = SIGMA(-20 * x[:, 0] - 20 * x[:, 1] - 30)
    causes = [
        (lambda a: not pair(a), "Return two things: the hidden layer, then the output."),
        (
            lambda a: a[0].ndim == 1 and a[1].ndim == 2,
            "The order is turned around: return the hidden layer first, then the output.",
        ),
        (
            (hidden, output[:, None]),
            "The output should have shape (batch,). With a kernel of shape (2,) instead of (2, 1) "
            "the extra axis does not arise; [:, 0] takes it away.",
        ),
        (by_formula(x, fires, fires), "A step is used for the sigmoid: the outputs are too sharp."),
        (by_formula(x, fires), "The hidden layer uses a step; it should use the sigmoid."),
        (by_formula(x, SIGMA, fires), "The output was rounded, or a step; use the sigmoid there."),
        (
            lambda a: np.array_equal(a[1], np.round(output)),
            "The output was rounded, or a step; return the sigmoid's own number.",
        ),
        (by_formula(x, SIGMA, same), "The sigmoid of the output is missing."),
        (
            lambda a: np.allclose(a[0], by_formula(x, same)[0]),
            "The sigmoid of the hidden layer is missing.",
        ),
        (
            lambda a: np.allclose(a[0], hidden) and np.allclose(a[1], SIGMA(output)),
            "The sigmoid of the output was applied twice.",
        ),
        (
            lambda a: np.allclose(a[0][:, 1], wrong_sign),
            "The bias of h2 is +30: it fires unless both inputs are on.",
        ),
        (
            lambda a: np.allclose(a[0][:, ::-1], hidden),
            "The hidden units are in the other order: h1 is column 0, h2 is column 1.",
        ),
        (
            lambda a: np.shape(a[0]) == (2, len(x)) and np.allclose(a[0].T, hidden),
            "The hidden layer is transposed: one row per example.",
        ),
        (
            lambda a: np.allclose(a[0], hidden) and np.shape(a[1]) == (len(x),),
            "The hidden layer is right; look at the output: y = σ(20h1 + 20h2 − 30), of h and "
            "not of x.",
        ),
        (
            lambda a: np.shape(a[0]) == hidden.shape and not np.allclose(a[0], hidden),
            "Look at the hidden layer: h1 = σ(20x1 + 20x2 − 10), h2 = σ(−20x1 − 20x2 + 30). In a "
            "kernel of shape (inputs, units) each column holds the weights of one unit.",
        ),
    ]
    expect(student.xor_network(x), (hidden, output), causes=causes)


def on_the_slope(rng: np.random.Generator) -> np.ndarray:
    """A point where hidden layer and output are neither 0 nor 1."""
    first = rng.uniform(0.1, 0.4)
    return np.array([first, 0.5 - first + rng.uniform(-0.03, 0.03)])


@xor_network.case("the four corners", weight=2)
def _(student, reference, rng):
    ask_xor(student, rng.permutation(CORNERS))


@xor_network.case("points between the corners")
def _(student, reference, rng):
    x = rng.uniform(-0.2, 1.2, (rng.integers(5, 9), 2))
    x[0] = on_the_slope(rng)
    ask_xor(student, x)


@xor_network.case("one point, many points", hidden=True)
def _(student, reference, rng):
    ask_xor(student, on_the_slope(rng)[None, :])
    ask_xor(student, rng.uniform(-0.5, 1.5, (int(rng.integers(20, 40)), 2)))


forward = Check("forward")

Layers = list[tuple[np.ndarray, np.ndarray]]


def decks_network() -> Layers:
    """The 2-2-2-2 network of the decks; f(1, −1) = (0.62, 0.83), f(0, 0) = (0.51, 0.85)."""
    kernels = [[[1, -1], [-2, 1]], [[2, -2], [-1, -1]], [[3, -1], [-1, 4]]]
    biases = [[1, 0], [0, 0], [-2, 2]]
    return [(np.array(k, float), np.array(b, float)) for k, b in zip(kernels, biases, strict=True)]


def random_network(rng: np.random.Generator, widths: Any) -> Layers:
    """Kernels and biases of about 1 for layers of these widths, the inputs first."""
    pairs = itertools.pairwise(widths)
    return [(rng.normal(size=(n, m)), rng.uniform(0.4, 1.2, m)) for n, m in pairs]


def pass_through(x: Any, layers: Layers, squash: Any = SIGMA, last: Any = None) -> list[Any]:
    """Every layer's activations, unit by unit."""
    activations = []
    for number, (kernel, bias) in enumerate(layers):
        z = np.stack([(x * unit).sum(axis=1) for unit in kernel.T], axis=1) + bias
        x = (last or squash)(z) if number == len(layers) - 1 else squash(z)
        activations.append(x)
    return activations


def wrong_passes(x: Any, layers: Layers) -> list[tuple[Any, str]]:
    """What misreadings of a network give, and the words for each."""
    right = pass_through(x, layers)
    square = all(kernel.shape == (x.shape[1], x.shape[1]) for kernel, _ in layers)
    causes: list[tuple[Any, str]] = [
        (right[-1], "Return a list with the activations of every layer, not only the last."),
        (
            [x, *right],
            "Leave the input out of the list: it holds one array per layer, what the layer gave.",
        ),
        (
            [(x @ layers[0][0]) + layers[0][1]] if len(layers) == 1 else [],
            "The sigmoid is missing: σ after every layer, the last one too.",
        ),
        (
            pass_through(x, layers, last=lambda z: z),
            "The last layer has no sigmoid; here every layer has one.",
        ),
        (
            pass_through(x, layers, last=lambda z: scipy.special.softmax(z, axis=-1)),
            "The last layer uses softmax; here every layer uses the sigmoid.",
        ),
        (
            pass_through(x, layers, squash=lambda z: z),
            "The sigmoid is missing: without it the layers are one linear function.",
        ),
        (
            pass_through(x, [(kernel, 0 * bias) for kernel, bias in layers]),
            "The biases are missing: σ(x·kernel + bias).",
        ),
        (
            lambda a: len(a) == len(right) and np.allclose(SIGMA(a[0]), right[0]),
            "The list holds the sums before the sigmoid; return what comes after it.",
        ),
        (
            lambda a: len(a) < len(right),
            "The list holds fewer arrays than there are layers. Does the `return` stand inside "
            "the loop?",
        ),
        (right[::-1] if len(right) > 1 else [], "The list is backwards: the first layer first."),
        (
            lambda a: len(a) == len(right) > 1 and all(np.array_equal(a[0], b) for b in a),
            "All entries are the same array. Append a new array for each layer, "
            "do not write into an old one.",
        ),
    ]
    if square:
        turned = [(kernel.T, bias) for kernel, bias in layers]
        alone = [pass_through(x, [layer])[0] for layer in layers]
        causes += [
            (
                pass_through(x, turned),
                "The kernels are transposed: of shape (inputs, units), so x @ kernel, without .T.",
            ),
            (alone, "Every layer was given the input x; it should get what the layer before gave."),
        ]
    return causes


ANY_LAYERS = (
    "Loop over the layers, however many there are: a kernel is (inputs, units), and each layer "
    "gets what the one before gave."
)


def ask_forward(student: Any, x: Any, layers: Layers, asked: str = "") -> None:
    expected = pass_through(x, layers)
    causes = wrong_passes(x, layers)
    with hint(ANY_LAYERS, asked):
        answer = student.forward(x, layers)
    expect(answer, expected, axes=("batch", "units"), causes=causes, asked=asked)


@forward.case("the decks' network", weight=2)
def _(student, reference, rng):
    for point in ([1.0, -1.0], [0.0, 0.0]):
        x = np.array([point])
        ask_forward(student, x, decks_network(), f"forward({show(x)}, the decks' network)")


@forward.case("layers of other sizes")
def _(student, reference, rng):
    widths = [*sizes(rng, 3), 2]
    layers = random_network(rng, widths)
    x = rng.normal(size=(int(rng.integers(2, 5)) + 4, widths[0]))
    shapes = ", ".join(str(kernel.shape) for kernel, _ in layers)
    asked = f"forward(x of shape {x.shape}, layers with kernels of shapes {shapes})"
    ask_forward(student, x, layers, asked)


@forward.case("one layer, one example, equal widths", hidden=True)
def _(student, reference, rng):
    width = int(rng.integers(3, 6))
    ask_forward(student, rng.normal(size=(4, width)), random_network(rng, [width, 2]))
    ask_forward(student, rng.normal(size=(1, width)), random_network(rng, [width, 4, 3]))
    depth = int(rng.integers(3, 6))
    ask_forward(student, rng.normal(size=(width, width)), random_network(rng, [width] * depth))
