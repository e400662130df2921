"""Checks of exercises 2 and 3: one recurrent step, and all steps of a request."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np

from ...expect import expect, hint, require_unchanged
from ...spec import Check

Weights = tuple[np.ndarray, np.ndarray, np.ndarray]
Arrays = dict[str, Any]

SHAPES = "Products: (batch, features) @ kernel, (batch, units) @ recurrent kernel."


def random_weights(rng: np.random.Generator, features: int, units: int) -> Weights:
    """Kernel, recurrent kernel, bias; no two of them can be exchanged unnoticed."""
    return (
        rng.normal(scale=0.7, size=(features, units)),
        rng.normal(scale=0.6, size=(units, units)),
        rng.uniform(0.3, 0.7, units) * rng.choice([-1, 1], units),
    )


def by_keras(x: np.ndarray, state: np.ndarray, weights: Weights) -> np.ndarray:
    """All states of a keras SimpleRNN with these weights, (batch, steps, units)."""
    layer = keras.layers.SimpleRNN(len(weights[2]), return_sequences=True, dtype="float64")
    layer.build(x.shape)
    layer.set_weights(list(weights))
    states = layer(x, initial_state=[keras.ops.convert_to_tensor(state)])
    return np.asarray(keras.ops.convert_to_numpy(states), np.float64)


def through(x: Any, state: Any, weights: Any, squash: Any = np.tanh, keep: bool = True) -> Any:
    """All states with NumPy; with one thing wrong for causes."""
    kernel, recurrent_kernel, bias = weights
    states, old = [], state
    for t in range(x.shape[1]):
        new = squash(x[:, t] @ kernel + old @ recurrent_kernel + bias)
        states.append(new)
        old = new if keep else state
    return np.stack(states, axis=1)


def sigmoid(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


rnn_step = Check("rnn_step")


def ask_step(student: Any, x: np.ndarray, state: np.ndarray, weights: Weights) -> None:
    kernel, recurrent_kernel, bias = weights
    right = by_keras(x[:, None], state, weights)[:, 0]
    by_word, by_state = x @ kernel, state @ recurrent_kernel
    causes = [
        (np.tanh(by_word + bias), "The old state plays no part: add state @ recurrent_kernel."),
        (np.tanh(by_state + bias), "The word plays no part: add x @ kernel."),
        (np.tanh(by_word + by_state), "The bias is missing."),
        (by_word + by_state + bias, "The tanh is missing."),
        (np.tanh(by_word + bias) + by_state, "The old state goes into the tanh, with the rest."),
        (np.tanh(by_word + by_state) + bias, "The bias goes into the tanh, with the rest."),
        (np.tanh(by_word) + np.tanh(by_state + bias), "One tanh, around the whole sum."),
        (
            np.tanh(by_word + state @ recurrent_kernel.T + bias),
            "The recurrent kernel is transposed: state @ recurrent_kernel, without .T.",
        ),
        (sigmoid(by_word + by_state + bias), "This is a sigmoid; use tanh."),
        (np.maximum(by_word + by_state + bias, 0), "This is ReLU; use tanh."),
        (
            np.tanh(by_word + state * np.diag(recurrent_kernel) + bias),
            "Each unit hears only itself: the recurrent kernel is a matrix, use @, not *.",
        ),
        (
            np.tanh(by_word + state + bias),
            "The old state is added as it is; multiply it by the recurrent kernel first.",
        ),
    ]
    with hint(SHAPES):
        answer = student.rnn_step(x, state, *weights)
        expect(answer, right, causes=causes, axes=("batch", "units"))


@rnn_step.case("the numbers worked by hand")
def _(student, reference, rng):
    weights = np.array([[0.5]]), np.array([[-1.0]]), np.array([0.25])
    for state in (0.5, -0.5):
        ask_step(student, np.array([[1.0]]), np.array([[state]]), weights)


@rnn_step.case("as Keras, four words at once", weight=2)
def _(student, reference, rng):
    ask_step(student, rng.normal(size=(4, 2)), rng.normal(size=(4, 3)), random_weights(rng, 2, 3))


@rnn_step.case("leaves the old state alone")
def _(student, reference, rng):
    x, state, weights = rng.normal(size=(2, 3)), rng.normal(size=(2, 4)), random_weights(rng, 3, 4)
    lent = student.lend(state)
    student.rnn_step(x, lent, *weights)
    call = "the old state after rnn_step(x, state, kernel, recurrent_kernel, bias)"
    require_unchanged("state", call, state, lent, "Make a new array: no += and no state[:] = ….")


@rnn_step.case("other sizes", weight=2, hidden=True)
def _(student, reference, rng):
    for batch, features, units in ((1, 5, 2), (3, 1, 4), (2, 4, 4)):
        x, state = rng.normal(size=(batch, features)), rng.normal(size=(batch, units))
        ask_step(student, x, state, random_weights(rng, features, units))


rnn_forward = Check("rnn_forward")


def ask_forward(student: Any, x: np.ndarray, state: np.ndarray, weights: Weights) -> None:
    kernel, recurrent_kernel, bias = weights
    right = by_keras(x, state, weights)
    first = state[:, None]
    causes = [
        (right[:, -1], "Only the last state came back; return all of them, one per step."),
        (
            np.concatenate([first, right], axis=1),
            "The first entry should be the state after the first word: leave out the start.",
        ),
        (
            np.concatenate([first, right[:, :-1]], axis=1),
            "These are the states before each word; collect them after the step.",
        ),
        (np.swapaxes(right, 0, 1), "The axes batch and steps are swapped: np.stack(..., axis=1)."),
        (
            through(x, state, weights, keep=False),
            "Every word starts from the first state. Hand the new state on to the next step.",
        ),
        (through(x, 0 * state, weights), "You start from zeros; start from `state`."),
        (
            through(x[:, ::-1], state, weights),
            "The words are read from the last to the first.",
        ),
        (
            through(x[:, ::-1], state, weights)[:, ::-1],
            "The words are read from the last to the first.",
        ),
        (
            np.tanh(x @ kernel + (state @ recurrent_kernel + bias)[:, None]),
            "Every word starts from the first state. Hand the new state on to the next step.",
        ),
        (
            lambda a: np.shape(a) == right.shape and np.ptp(np.asarray(a), axis=1).max() == 0
            and right.shape[1] > 1,
            "All entries are the same array. Make a new one at each step.",
        ),
        (
            lambda a: np.shape(a) == right.shape
            and np.allclose(np.asarray(a)[:, 0], right[:, 0], rtol=1e-4),
            "The first step is right, later ones are not: what does the second step get as state?",
        ),
    ]  # fmt: skip
    with hint("A step gets x[:, t], of shape (batch, features); axis 1 of x is time."):
        answer = student.rnn_forward(x, state, *weights)
        expect(answer, right, causes=causes, axes=("batch", "steps", "units"))


def problem(rng: np.random.Generator, *sizes: int) -> tuple[np.ndarray, np.ndarray, Weights]:
    batch, steps, features, units = sizes
    x, state = rng.normal(size=(batch, steps, features)), rng.normal(size=(batch, units))
    return x, state, random_weights(rng, features, units)


@rnn_forward.case("two steps by hand")
def _(student, reference, rng):
    weights = np.array([[0.5]]), np.array([[-1.0]]), np.array([0.25])
    ask_forward(student, np.ones((1, 2, 1)), np.array([[0.5]]), weights)


@rnn_forward.case("as Keras", weight=2)
def _(student, reference, rng):
    ask_forward(student, *problem(rng, 3, 6, 2, 4))


@rnn_forward.case("two halves make a whole")
def _(student, reference, rng):
    x, state, weights = problem(rng, 2, 5, 3, 4)
    ask_forward(student, x[:, :3], state, weights)
    middle = by_keras(x[:, :3], state, weights)[:, -1]
    ask_forward(student, x[:, 3:], middle, weights)


@rnn_forward.case("long, short, one request", weight=2, hidden=True)
def _(student, reference, rng):
    for sizes in ((1, 12, 4, 3), (5, 1, 2, 3), (2, 7, 5, 1)):
        ask_forward(student, *problem(rng, *sizes))
