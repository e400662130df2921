"""Checks of exercises 7 and 8: back-propagation through time, and one point of the cliff."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np

from threesteps import gradients

from ...differences import measured
from ...expect import expect, hint
from ...spec import Check
from .steps import Weights, by_keras, problem

Slopes = tuple[np.ndarray, ...]
PARTS = ("kernel", "recurrent kernel", "bias", "first state")

rnn_backward = Check("rnn_backward")


def keras_slopes(x: np.ndarray, state: np.ndarray, weights: Weights, push: np.ndarray) -> Slopes:
    """Slopes of sum(push · states) by Keras: its layer, and its backend's own gradients."""
    layer = keras.layers.SimpleRNN(len(weights[2]), return_sequences=True, dtype="float64")
    layer.build(x.shape)
    fixed, x = layer.non_trainable_variables, keras.ops.convert_to_tensor(x)

    def value(given: list[Any]) -> Any:
        states, _ = layer.stateless_call(given[:3], fixed, x, initial_state=[given[3]])
        return keras.ops.sum(keras.ops.multiply(states, push))

    _, found = gradients.value_and_grad(value)([*weights, state])
    return tuple(np.asarray(keras.ops.convert_to_numpy(slope), np.float64) for slope in found)


def differences(x: np.ndarray, state: np.ndarray, weights: Weights, push: np.ndarray) -> Slopes:
    """The same slopes by central differences."""

    def states(kernel: Any, recurrent_kernel: Any, bias: Any, h: Any) -> np.ndarray:
        found = []
        for t in range(x.shape[1]):
            h = np.tanh(x[:, t] @ kernel + h @ recurrent_kernel + bias)
            found.append(h)
        return np.stack(found, axis=1)

    return tuple(measured(states, [*weights, state], push))


def backwards(
    x: Any, state: Any, states: Any, kernel: Any, push: Any, *, level: Any = None,
    transposed: bool = True, future: bool = True, start: bool = True, shifted: bool = False,
    own: bool = True, carried: bool = True,
) -> Slopes:  # fmt: skip
    """The formula with one thing wrong; for causes."""
    by_kernel, by_recurrent = np.zeros((x.shape[2], states.shape[2])), np.zeros_like(kernel)
    by_bias, back = np.zeros(states.shape[2]), np.zeros_like(state)
    for t in reversed(range(x.shape[1])):
        before = states[:, t - 1] if t else (state if start else 0 * state)
        g = (push[:, t] if own or t == x.shape[1] - 1 else 0) + (back if future else 0)
        e = g * (level(states[:, t]) if level else 1 - states[:, t] ** 2)
        by_kernel += x[:, t].T @ e
        by_recurrent += (states[:, t] if shifted else before).T @ e
        by_bias += e.sum(axis=0)
        back = (e if carried else g) @ (kernel.T if transposed else kernel)
    return by_kernel, by_recurrent, by_bias, back


def causes_of(x: Any, state: Any, states: Any, kernel: Any, push: Any, right: Slopes) -> Any:
    def wrong(**changes: Any) -> Slopes:
        return backwards(x, state, states, kernel, push, **changes)

    batch = len(x)
    k, r, b, s = right
    only = wrong(future=False)
    return [
        (only, "Nothing comes back from later steps. Add the slope that step t + 1 sends back."),
        ((*only[:3], s), "Nothing comes back from later steps. Add what step t + 1 sends back."),
        (wrong(level=lambda h: 1.0), "The slope of tanh is missing: times 1 − h²."),
        (wrong(level=lambda h: 1 - h), "The slope of tanh is 1 − h², not 1 − h."),
        (wrong(level=lambda h: 1 - np.tanh(h) ** 2), "The states are tanh already: 1 − h², without "
         "another tanh."),
        (wrong(level=lambda h: h * (1 - h)), "That is the slope of a sigmoid; for tanh it is "
         "1 − h²."),
        (wrong(transposed=False), "Going back through the recurrent kernel takes its transpose."),
        (wrong(start=False), "The state before step 0 is the argument `state`, not zeros."),
        (wrong(shifted=True), "The recurrent kernel read the state before the step; you took the "
         "one after it."),
        (wrong(own=False), "Every step has a slope of its own in `gradient`; you took only the "
         "last one."),
        (wrong(carried=False), "What goes back is e, with 1 − h² in it, not g."),
        (tuple(part / batch for part in right), "Nothing is averaged here: sum over the batch."),
        ((k / batch, r / batch, b / batch, s), "Nothing is averaged here: sum over the batch."),
        ((k, r, b / batch, s), "The bias's slope is a sum over the batch, not a mean."),
        ((r, k, b, s), "The order is kernel, recurrent kernel, bias, first state."),
        ((k, r.T, b, s), "The recurrent kernel's slope is transposed: h.T @ e."),
        (lambda a: np.shape(a[0]) == k.T.shape != k.shape, "The kernel's slope is transposed: "
         "x.T @ e, of shape (features, units)."),
        (lambda a: np.shape(a[2]) == (batch, len(b)), "All examples share the bias: sum over the "
         "batch."),
        (
            lambda a: np.shape(a[3]) == s.shape and not np.allclose(a[3], s, rtol=1e-3)
            and all(np.allclose(p, q, rtol=1e-3) for p, q in zip(a[:3], right[:3], strict=True)),
            "The first three are right. The first state's slope is what step 0 sends back: "
            "e times the transposed recurrent kernel.",
        ),
    ]  # fmt: skip


def ask_backward(
    student: Any, x: Any, state: Any, weights: Weights, push: Any, oracle: Any = keras_slopes
) -> None:
    states, right = by_keras(x, state, weights), oracle(x, state, weights, push)
    causes = causes_of(x, state, states, weights[1], push, right)
    with hint("All slopes have the shapes of what they belong to; time is axis 1."):
        answer = student.rnn_backward(x, state, states, weights[1], push)
        # Central differences are good to about 1e-9 of a value near 1, far inside of these.
        expect(answer, right, causes=causes, rtol=1e-3, atol=1e-6)


def pushed(rng: np.random.Generator, *sizes: int) -> tuple[Any, Any, Weights, Any]:
    batch, steps, _features, units = sizes
    return *problem(rng, *sizes), rng.normal(size=(batch, steps, units))


@rnn_backward.case("two steps by hand")
def _(student, reference, rng):
    weights = np.zeros((1, 1)), np.array([[2.0]]), np.zeros(1)
    push = np.array([[[0.0], [1.0]]])
    ask_backward(student, np.zeros((1, 2, 1)), np.array([[0.1]]), weights, push)


@rnn_backward.case("as Keras", weight=3)
def _(student, reference, rng):
    ask_backward(student, *pushed(rng, 3, 5, 2, 4))


@rnn_backward.case("against finite differences")
def _(student, reference, rng):
    ask_backward(student, *pushed(rng, 2, 4, 3, 2), oracle=differences)


@rnn_backward.case("only the last answer counts")
def _(student, reference, rng):
    x, state, weights, push = pushed(rng, 2, 6, 3, 4)
    push[:, :-1] = 0.0
    ask_backward(student, x, state, weights, push)


@rnn_backward.case("other sizes", weight=2, hidden=True)
def _(student, reference, rng):
    for sizes in ((1, 9, 2, 3), (4, 1, 3, 2), (2, 3, 4, 5)):
        ask_backward(student, *pushed(rng, *sizes), oracle=differences)


cliff_loss = Check("cliff_loss")


def point(w: float, b: float, start: float, target: float, steps: int) -> float:
    h = start
    for _ in range(steps):
        h = float(np.tanh(w * h + b))
    return (h - target) ** 2


def last_state(w: float, b: float, start: float, steps: int) -> float:
    h = start
    for _ in range(steps):
        h = float(np.tanh(w * h + b))
    return h


def ask_point(
    student: Any, w: float, b: float, start: float, target: float, steps: int
) -> None:  # fmt: skip
    given, h = (start, target, steps), 1e-6
    by_w = (point(w + h, b, *given) - point(w - h, b, *given)) / (2 * h)
    by_b = (point(w, b + h, *given) - point(w, b - h, *given)) / (2 * h)
    loss, end = point(w, b, *given), last_state(w, b, start, steps)
    short, long = point(w, b, start, target, steps - 1), point(w, b, start, target, steps + 1)
    before, level = last_state(w, b, start, steps - 1), 1 - end**2
    causes: list[tuple[Any, str]] = [
        ((loss, by_w / 2, by_b / 2), "The slope of a square is twice the difference: 2 (h − "
         "target)."),
        ((loss, -by_w, -by_b), "The signs of both slopes are turned around: 2 (h − target)."),
        ((loss, by_b, by_w), "The order is loss, slope by w, slope by b."),
        ((end - target, by_w, by_b), "The loss is the square of the difference."),
        ((loss / 2, by_w, by_b), "The loss is the whole square, without ½."),
        ((end, by_w, by_b), "The first thing is the loss, (h − target)², not the last state."),
        ((loss, 2 * (end - target) * level * before, 2 * (end - target) * level),
         "These are the slopes of the last step alone; w and b are used at every step."),
        (lambda a: np.isclose(a[0], short) and not np.isclose(short, loss), "One step too few: h "
         "goes through tanh as often as `steps` says."),
        (lambda a: np.isclose(a[0], long) and not np.isclose(long, loss), "One step too many: h "
         "goes through tanh as often as `steps` says."),
        (lambda a: np.isclose(a[0], loss) and np.isclose(a[1], by_w, 1e-3) and
         not np.isclose(a[2], by_b, 1e-3), "Loss and slope by w are right. The slope by b: at "
         "every step b adds 1 · (1 − h²)."),
        (lambda a: np.isclose(a[0], loss) and not np.isclose(a[1], by_w, 1e-3),
         "The loss is right, the slopes are not. Does only the last state have a slope of its "
         "own, 2 (h − target)?"),
    ]  # fmt: skip
    with hint("Numbers go in, three numbers come out; arrays are needed only inside."):
        answer = student.cliff_loss(w, b, start, target, steps)
        # Differences with h = 1e-6 are good to about 1e-9 in the slope.
        expect(answer, (loss, by_w, by_b), causes=causes, rtol=1e-3, atol=1e-6)


@cliff_loss.case("two steps")
def _(student, reference, rng):
    ask_point(student, 2.0, 0.0, 0.1, 0.0, 2)


@cliff_loss.case("ten steps", weight=2)
def _(student, reference, rng):
    w, b, start, target = rng.uniform([0.6, -0.3, 0.2, -0.7], [1.3, 0.3, 0.6, -0.4])
    ask_point(student, float(w), float(b), float(start), float(target), 10)


@cliff_loss.case("one step")
def _(student, reference, rng):
    w, b, start, target = rng.uniform([0.6, 0.1, 0.2, -0.7], [1.3, 0.3, 0.6, -0.4])
    ask_point(student, float(w), float(b), float(start), float(target), 1)


@cliff_loss.case("fifty steps beside the wall", weight=2, hidden=True)
def _(student, reference, rng):
    """Where the wall is found by halving, and then left by a little."""
    w, start = float(rng.uniform(1.4, 2.0)), float(rng.uniform(0.3, 0.6))
    low, high = -1.5, 0.0
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (low, middle) if last_state(w, middle, start, 50) > 0 else (middle, high)
    for away in (-0.05, 0.02, 0.05):
        ask_point(student, w, low + away, start, -0.5, 50)
