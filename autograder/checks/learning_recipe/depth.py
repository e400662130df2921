"""Checks of exercises 9 and 10: counting parameters, and a network that folds."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from ...expect import array, expect, require
from ...spec import Check, Wrong

num_parameters = Check("num_parameters")


def counted(widths: list[int]) -> int:
    """One by one, as if every weight were an arrow and every bias a small number."""
    total = 0
    for layer in range(1, len(widths)):
        for _unit in range(widths[layer]):
            total += widths[layer - 1] + 1
    return total


def ask_count(student: Any, widths: list[int]) -> None:
    pairs = list(itertools.pairwise(widths))
    weights = sum(n * m for n, m in pairs)
    causes = [
        (weights, "The biases are missing: one per unit of each layer but the inputs."),
        (weights + sum(widths), "The inputs have no biases: only computed units have."),
        (weights + sum(widths[:-1]), "A layer has one bias per unit that it computes, not per "
         "input: n·m + m."),
        (weights + sum(widths[1:-1]), "The outputs have biases as well."),
        (weights + len(pairs), "A layer has one bias for each of its units, not one in all."),
        (sum(widths[1:]), "These are the units; count their weights too."),
        (int(np.prod(widths)), "Layers add up: multiply neighbours only, then sum."),
        (counted(widths[:-1]), "The last layer is missing."),
        (counted(widths[1:]), "The first layer is missing."),
    ]  # fmt: skip
    expect(student.num_parameters(widths), counted(widths), causes=causes, rtol=0, atol=0)


def widths_of(rng: np.random.Generator, layers: int, low: int = 2, high: int = 12) -> list[int]:
    """Widths that all differ, falling, so that no wrong formula fits by chance."""
    return sorted((int(n) for n in rng.permutation(np.arange(low, high))[:layers]), reverse=True)


@num_parameters.case("one hidden layer")
def _(student, reference, rng):
    ask_count(student, widths_of(rng, 3))


@num_parameters.case("several hidden layers")
def _(student, reference, rng):
    ask_count(student, widths_of(rng, int(rng.integers(4, 7))))


@num_parameters.case("no hidden layer, and a large network", hidden=True)
def _(student, reference, rng):
    ask_count(student, widths_of(rng, 2))
    ask_count(student, widths_of(rng, 9, 50, 200)[::-1])


folding_network = Check("folding_network")


def layers_of(student: Any, depth: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """The layers, of the shapes asked for, or `Wrong`."""
    answer = student.folding_network(depth)
    require(isinstance(answer, (list, tuple)), "Return a list of (kernel, bias) pairs.", got=answer)
    words = "A network of that depth has depth hidden layers and one output layer."
    if len(answer) != depth + 1:
        raise Wrong(words, got=f"{len(answer)} layers", expected=f"{depth + 1} layers")
    layers, widths = [], [1] + [2] * depth + [1]
    for place, (pair, n, m) in enumerate(zip(answer, widths[:-1], widths[1:], strict=True), 1):
        require(
            isinstance(pair, (list, tuple)) and len(pair) == 2,
            "Each layer is a pair (kernel, bias).",
            got=pair,
        )
        where = "the first" if place == 1 else "the last" if place > depth else "a middle"
        kernel = array(pair[0], (n, m), f"{where} layer's kernel")
        layers.append((kernel, array(pair[1], (m,), f"{where} layer's bias")))
    return layers


def output(layers: Any, x: np.ndarray) -> np.ndarray:
    h = x[:, None]
    for kernel, bias in layers[:-1]:
        h = np.maximum(0.0, h @ kernel + bias)
    out: np.ndarray = (h @ layers[-1][0] + layers[-1][1])[:, 0]
    return out


def folded(x: np.ndarray, depth: int) -> np.ndarray:
    """The distance to the nearest even number, of x · 2^depth: a zigzag of 2^depth pieces."""
    far: np.ndarray = np.abs((x * 2.0**depth + 1.0) % 2.0 - 1.0)
    return far


def ask_fold(student: Any, depth: int, x: np.ndarray) -> None:
    layers = layers_of(student, depth)
    got, right = output(layers, x), folded(x, depth)
    if np.allclose(got, right, atol=1e-6):
        return
    words = "The network's output is not the tent, applied `depth` times."
    changes = int(np.sum(np.diff(np.sign(np.diff(output(layers, np.linspace(0, 1, 4097))))) != 0))
    if depth > 1 and np.allclose(got, folded(x, 1), atol=1e-6):
        words = "It folds only once, however deep it is: what do the middle layers pass on?"
    elif depth > 1 and changes < 2**depth - 1:
        words = (
            "It makes fewer folds than layers. A middle layer needs u and u − 1/2 with "
            "u = 2h1 − 4h2: each column of its kernel holds the weights of one unit."
        )
    elif np.allclose(got, right + got[0] - right[0], atol=1e-6):
        words = "The output is shifted: the last layer has the bias 0."
    elif depth == 1:
        words = "This is the tent only if the units are x and x − 1/2, read out by 2 and −4."
    raise Wrong(words, got=f"{got[0]:.4g} at x = {x[0]:.4g}", expected=f"{right[0]:.4g}")


def inside(rng: np.random.Generator, num: int) -> np.ndarray:
    x: np.ndarray = rng.uniform(0.55, 0.95, num)
    return np.concatenate([x, rng.uniform(0.02, 0.48, num), [0.0, 0.5, 1.0]])


@folding_network.case("one fold")
def _(student, reference, rng):
    ask_fold(student, 1, inside(rng, 5))


@folding_network.case("two folds", weight=2)
def _(student, reference, rng):
    ask_fold(student, 2, inside(rng, 10))


@folding_network.case("many folds", weight=2, hidden=True)
def _(student, reference, rng):
    for depth in (3, int(rng.integers(4, 8)), 10):
        ask_fold(student, depth, inside(rng, 40))
