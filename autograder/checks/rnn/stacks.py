"""Checks of exercises 10 to 12: an LSTM step, layers on layers, two directions."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import keras
import numpy as np

from ...expect import expect, hint, require_unchanged
from ...spec import Check
from .steps import Weights, random_weights, sigmoid, through

lstm_step = Check("lstm_step")


def lstm_weights(rng: np.random.Generator, features: int, units: int) -> Weights:
    return (
        rng.normal(scale=0.7, size=(features, 4 * units)),
        rng.normal(scale=0.6, size=(units, 4 * units)),
        rng.uniform(-1, 1, 4 * units),
    )


def keras_lstm(x: Any, state: Any, cell: Any, weights: Weights) -> tuple[np.ndarray, np.ndarray]:
    """State and cell of a keras LSTM after all of x, (batch, steps, features)."""
    units = state.shape[1]
    layer = keras.layers.LSTM(units, return_state=True, dtype="float64")
    layer.build(x.shape)
    layer.set_weights(list(weights))
    start = [keras.ops.convert_to_tensor(part) for part in (state, cell)]
    _, state, cell = layer(x, initial_state=start)
    to_numpy = keras.ops.convert_to_numpy
    return np.asarray(to_numpy(state), np.float64), np.asarray(to_numpy(cell), np.float64)


def by_gates(
    x: Any, state: Any, cell: Any, weights: Weights, *, order: str = "ifco", squash: Any = np.tanh,
    gate: Any = sigmoid, shown: Any = np.tanh, keep: Any = None, old: bool = False,
    bias: bool = True, recurrent: bool = True, interleaved: bool = False,
) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """The formula with one thing wrong; for causes."""
    z = x @ weights[0] + (state @ weights[1] if recurrent else 0) + (weights[2] if bias else 0)
    units = state.shape[1]
    parts = [z[:, k::4] for k in range(4)] if interleaved else np.split(z, 4, axis=1)
    named = dict(zip(order, parts, strict=True))
    assert named["i"].shape[1] == units
    write = gate(named["i"])
    new = (keep(write) if keep else gate(named["f"])) * cell + write * squash(named["c"])
    return gate(named["o"]) * shown(cell if old else new), new


def ask_lstm(student: Any, x: Any, state: Any, cell: Any, weights: Weights) -> None:
    right = keras_lstm(x[:, None], state, cell, weights)

    def wrong(**changes: Any) -> tuple[np.ndarray, np.ndarray]:
        return by_gates(x, state, cell, weights, **changes)

    causes = [
        (right[::-1], "The order is turned around: return the state first, then the cell."),
        (right[0], "Return two arrays, the state and the cell."),
        *[
            (wrong(order=order), "The blocks stand in another order: i, f, c, o, as in Keras.")
            for order in ("ifoc", "fico", "ofic", "icfo", "fioc", "iocf")
        ],
        (wrong(interleaved=True), "The gates are blocks of columns that stand side by side, not "
         "every fourth column."),
        (wrong(squash=sigmoid), "What is written is tanh of its block, not a sigmoid; only gates "
         "are sigmoids."),
        (wrong(squash=lambda z: z), "The tanh around the third block, the candidate, is missing."),
        (wrong(gate=np.tanh), "Gates are sigmoids, between 0 and 1; tanh can be negative."),
        (wrong(shown=lambda c: c), "The tanh around the cell is missing: σ(o) · tanh(c)."),
        (wrong(old=True), "The state shows the new cell, not the old one."),
        (wrong(keep=lambda i: 1.0), "The forget gate is missing: it multiplies the old cell."),
        (wrong(keep=lambda i: 1 - i), "That is a GRU's way: here the forget gate has a block of "
         "its own."),
        (wrong(bias=False), "The bias is missing."),
        (wrong(recurrent=False), "The old state plays no part: add state @ recurrent_kernel."),
        (lambda a: np.allclose(a[1], right[1], rtol=1e-4), "The cell is right, the state is not: "
         "σ(o) · tanh(new cell)."),
        (lambda a: np.allclose(a[0], right[0], rtol=1e-4), "The state is right, the cell is not: "
         "return the new cell itself."),
        (lambda a: np.shape(a[0])[1] == 4 * np.shape(right[0])[1], "The state should have `units` "
         "columns: split the sum into four blocks."),
    ]  # fmt: skip
    with hint("The sum has 4 · units columns; the old cell has `units`."):
        answer = student.lstm_step(x, state, cell, *weights)
        expect(answer, right, causes=causes, axes=("batch", "units"))


def lstm_problem(rng: np.random.Generator, batch: int, features: int, units: int) -> Any:
    x, state, cell = (rng.normal(size=(batch, n)) for n in (features, units, units))
    return x, state, 1.5 * cell, lstm_weights(rng, features, units)


@lstm_step.case("gates half open")
def _(student, reference, rng):
    weights = np.zeros((1, 4)), np.zeros((1, 4)), np.zeros(4)
    ask_lstm(student, np.array([[1.0]]), np.array([[0.5]]), np.array([[2.0]]), weights)


@lstm_step.case("as Keras", weight=3)
def _(student, reference, rng):
    ask_lstm(student, *lstm_problem(rng, 5, 2, 3))


@lstm_step.case("leaves the old cell alone")
def _(student, reference, rng):
    x, state, cell, weights = lstm_problem(rng, 2, 3, 4)
    lent = student.lend(cell)
    student.lstm_step(x, state, lent, *weights)
    call = "the old cell after lstm_step(x, state, cell, kernel, recurrent_kernel, bias)"
    require_unchanged("cell", call, cell, lent, "Make a new array: no *= and no +=.")


@lstm_step.case("a request of several words", weight=2, hidden=True)
def _(student, reference, rng):
    x, state, cell, weights = lstm_problem(rng, 2, 4, 3)
    for _ in range(4):  # each step from where Keras is
        ask_lstm(student, x, state, cell, weights)
        state, cell = keras_lstm(x[:, None], state, cell, weights)
        x = rng.normal(size=x.shape)
    ask_lstm(student, *lstm_problem(rng, 1, 1, 5))


deep_rnn = Check("deep_rnn")


def keras_stack(x: np.ndarray, layers: list[Weights]) -> np.ndarray:
    states = keras.ops.convert_to_tensor(x)
    for weights in layers:
        layer = keras.layers.SimpleRNN(len(weights[2]), return_sequences=True, dtype="float64")
        layer.build(tuple(states.shape))
        layer.set_weights(list(weights))
        states = layer(states)
    return np.asarray(keras.ops.convert_to_numpy(states), np.float64)


def from_zero(x: np.ndarray, weights: Weights) -> np.ndarray:
    return np.asarray(through(x, np.zeros((len(x), len(weights[2]))), weights))


def upwards(x: np.ndarray, layers: list[Weights], carry: bool = False) -> np.ndarray:
    """All layers from below; `carry` starts each with the last state of the one below."""
    states, first = x, None
    for weights in layers:
        zero = np.zeros((len(x), len(weights[2])))
        states = through(states, zero if first is None or not carry else first, weights)
        first = states[:, -1]
    return np.asarray(states)


def ask_deep(student: Any, x: np.ndarray, layers: list[Weights]) -> None:
    right = keras_stack(x, layers)
    below = keras_stack(x, layers[:-1]) if len(layers) > 1 else x
    causes: list[tuple[Any, str]] = [
        (right[:, -1], "Only the last state came back; return those of all steps."),
        (lambda a: isinstance(a, (list, tuple)) and len(a) == len(layers), "Return the states of "
         "the top layer only, as one array."),
        (lambda a: np.shape(a) == np.shape(x) and np.allclose(a, x), "x came back: the states of "
         "a layer are the x of the next."),
        (lambda a: np.shape(a) == below.shape and np.allclose(a, below), "The top layer is "
         "missing: use all of `layers`."),
    ]  # fmt: skip
    shapes = {(len(k), len(b)) for k, _, b in layers}
    if len(layers) > 1 and len(shapes) == 1 and len({s for pair in shapes for s in pair}) == 1:
        causes += [
            (from_zero(x, layers[-1]), "Every layer reads x; let it read the states of the layer "
             "below."),
            (from_zero(x, layers[0]), "Only one layer was used."),
            (upwards(x, layers, carry=True), "Every layer starts from zeros, not from the last "
             "state of the layer below."),
            (upwards(x, layers[::-1]), "The layers are used from top to bottom; the list begins "
             "with the lowest."),
            (upwards(x, [layers[0]] * len(layers)), "All layers used the weights of the first; "
             "each has its own."),
        ]  # fmt: skip
    with hint("Each layer reads the states of the one below, and its own bias tells its units."):
        answer = student.deep_rnn(x, layers)
        expect(answer, right, causes=causes, axes=("batch", "steps", "units"))


@deep_rnn.case("a single layer")
def _(student, reference, rng):
    ask_deep(student, rng.normal(size=(2, 4, 3)), [random_weights(rng, 3, 5)])


@deep_rnn.case("two layers of equal size", weight=2)
def _(student, reference, rng):
    layers = [random_weights(rng, 3, 3), random_weights(rng, 3, 3)]
    ask_deep(student, rng.normal(size=(2, 5, 3)), layers)


@deep_rnn.case("layers of different sizes")
def _(student, reference, rng):
    layers = [random_weights(rng, 2, 4), random_weights(rng, 4, 3)]
    ask_deep(student, rng.normal(size=(3, 6, 2)), layers)


@deep_rnn.case("four layers", weight=2, hidden=True)
def _(student, reference, rng):
    sizes = [3, 4, 2, 5, 3]
    layers = [random_weights(rng, a, b) for a, b in pairwise(sizes)]
    ask_deep(student, rng.normal(size=(1, 7, 3)), layers)
    same = [random_weights(rng, 4, 4) for _ in range(4)]
    ask_deep(student, rng.normal(size=(2, 3, 4)), same)


bidirectional = Check("bidirectional")


def keras_bidirectional(x: np.ndarray, forwards: Weights, backwards: Weights) -> np.ndarray:
    """Keras's own wrapper around two layers of these weights."""

    def layer(weights: Weights, back: bool) -> Any:
        units = len(weights[2])
        return keras.layers.SimpleRNN(
            units, return_sequences=True, go_backwards=back, dtype="float64"
        )

    ahead, back = layer(forwards, False), layer(backwards, True)
    both = keras.layers.Bidirectional(ahead, backward_layer=back, dtype="float64")
    both.build(x.shape)
    both.set_weights([*forwards, *backwards])
    return np.asarray(keras.ops.convert_to_numpy(both(x)), np.float64)


def ask_both(student: Any, x: np.ndarray, forwards: Weights, backwards: Weights) -> None:
    right = keras_bidirectional(x, forwards, backwards)
    ahead, back = from_zero(x, forwards), from_zero(x[:, ::-1], backwards)
    last = ahead[:, -1]
    causes: list[tuple[Any, str]] = [
        (np.concatenate([ahead, back], axis=-1), "The backward states are still in the order in "
         "which they were read. Turn them around in time before you join."),
        (np.concatenate([back[:, ::-1], ahead], axis=-1), "The order is turned around: forward "
         "units first."),
        (np.concatenate([ahead, from_zero(x, backwards)], axis=-1), "The backward layer reads "
         "forwards: give it the words from the last to the first."),
        (np.concatenate([ahead, from_zero(x, backwards)[:, ::-1]], axis=-1), "The backward layer "
         "should read the words from the last to the first; you only turned its states."),
        (lambda a: np.shape(a)[1] == 2 * x.shape[1], "The states are one after the other in "
         "time; put them side by side, along the last axis."),
        (np.concatenate([ahead, back[:, ::-1, ::-1]], axis=-1), "Turn around time (axis 1), not "
         "the units."),
        (np.concatenate([ahead, from_zero(x[:, :, ::-1], backwards)], axis=-1), "Turn around time "
         "(axis 1), not the features."),
        (np.concatenate([ahead, from_zero(x[::-1], backwards)[::-1]], axis=-1), "Turn around time "
         "(axis 1), not the batch."),
        (np.concatenate([right[:, -1, : last.shape[1]], right[:, 0, last.shape[1]:]], axis=-1),
         "Return the states of all steps, not of the last only."),
        ([ahead, back[:, ::-1]], "Put the two arrays side by side: np.concatenate, last axis."),
        (lambda a: np.allclose(a, ahead + back[:, ::-1]), "Put the states side by side; do not "
         "add them."),
    ]  # fmt: skip
    if len(forwards[2]) == len(backwards[2]):
        start = through(x[:, ::-1], last, backwards)
        causes += [
            (np.concatenate([ahead, start[:, ::-1]], axis=-1), "The backward layer starts from "
             "zeros, not from the forward layer's last state."),
            (np.concatenate([ahead, from_zero(x[:, ::-1], forwards)[:, ::-1]], axis=-1), "The "
             "backward layer has weights of its own; you used the forward ones twice."),
        ]  # fmt: skip
    with hint("x is (batch, steps, features): axis 1 is time. Join along the last axis."):
        answer = student.bidirectional(x, forwards, backwards)
        expect(answer, right, causes=causes, axes=("batch", "steps", "both units"))


@bidirectional.case("as Keras", weight=3)
def _(student, reference, rng):
    weights = random_weights(rng, 3, 4), random_weights(rng, 3, 4)
    ask_both(student, rng.normal(size=(2, 5, 3)), *weights)


@bidirectional.case("different units")
def _(student, reference, rng):
    weights = random_weights(rng, 2, 3), random_weights(rng, 2, 5)
    ask_both(student, rng.normal(size=(3, 4, 2)), *weights)


@bidirectional.case("a single word")
def _(student, reference, rng):
    weights = random_weights(rng, 4, 2), random_weights(rng, 4, 3)
    ask_both(student, rng.normal(size=(2, 1, 4)), *weights)


@bidirectional.case("longer requests", weight=2, hidden=True)
def _(student, reference, rng):
    for batch, steps, features, units in ((1, 11, 3, 2), (4, 6, 2, 5)):
        weights = random_weights(rng, features, units), random_weights(rng, features, units)
        ask_both(student, rng.normal(size=(batch, steps, features)), *weights)
