"""Checks of exercises 3 to 9: what one node does to a gradient."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import scipy.special

from ...differences import measured
from ...expect import expect
from ...spec import Check
from .measure import expect_each, shapes

add_backward, multiply_backward = Check("add_backward"), Check("multiply_backward")
relu_backward, neuron_backward = Check("relu_backward"), Check("neuron_backward")
power_backward, exp_backward = Check("power_backward"), Check("exp_backward")
log_backward, sigmoid_backward = Check("log_backward"), Check("sigmoid_backward")
tanh_backward = Check("tanh_backward")

PAIR = "Return two gradients, first the one for a, then the one for b."
FORGOT = "Multiply by the gradient that arrives; this is the node's own slope."
FIRST, SECOND = "the first input", "the second input"


def about(node: str, which: str, words: str) -> str:
    return f"The gradient of `{node}` with respect to its {which} input {words}"


def ask_add(student: Any, a: Any, b: Any, gradient: Any) -> None:
    expected = measured(np.add, [a, b], gradient)
    causes = [
        ((np.ones_like(gradient), np.ones_like(gradient)), FORGOT),
        ((gradient * a, gradient * b), "That would be a product's; a sum passes on what arrives."),
        ((gradient * b, gradient * a), "That would be a product's; a sum passes on what arrives."),
        ((gradient / 2, gradient / 2), "A sum does not share the gradient out: each input gets all "
         "of it."),
        ((gradient, -gradient), "That would be a difference's."),
        (lambda answer: np.shape(answer) == np.shape(gradient) and np.ndim(gradient) != 1, PAIR),
    ]  # fmt: skip
    expect_each(student.add_backward(a, b, gradient), expected, (FIRST, SECOND), causes)


def ask_multiply(student: Any, a: Any, b: Any, gradient: Any) -> None:
    expected = measured(np.multiply, [a, b], gradient)
    causes = [
        ((gradient * a, gradient * b),
         about("multiply", "first", "is the second input times what arrives; you returned the "
               "first. The inputs are swapped.")),
        ((b, a), FORGOT),
        ((a, b), about("multiply", "first", "is the second input times what arrives.")),
        ((gradient, gradient), "That would be a sum's; a product gives each input the other one."),
        ((gradient * a * b, gradient * a * b), "You multiplied by both inputs; each gets only the "
         "other one."),
        ((gradient + b, gradient + a), "The gradient that arrives is a factor: multiply, not add."),
        (lambda answer: np.shape(answer) == np.shape(gradient) and np.ndim(gradient) != 1, PAIR),
    ]  # fmt: skip
    expect_each(student.multiply_backward(a, b, gradient), expected, (FIRST, SECOND), causes)


for _ask, _check in ((ask_add, add_backward), (ask_multiply, multiply_backward)):

    def _numbers(student, reference, rng, ask=_ask):
        a, b, gradient = rng.uniform(1.2, 3, 3) * (1, -1, 1)
        ask(student, float(a), float(b), float(gradient))

    def _matrices(student, reference, rng, ask=_ask):
        size = shapes(rng)
        ask(student, *(rng.uniform(0.5, 2, size) * rng.choice([-1, 1], size) for _ in range(3)))

    def _hidden(student, reference, rng, ask=_ask):
        ask(student, *(rng.normal(size=(2, 1, 4)) for _ in range(3)))

    _check.case("two numbers")(_numbers)
    _check.case("two matrices", weight=2)(_matrices)
    _check.case("three axes", hidden=True)(_hidden)


def ask_one(
    student: Any, check: Check, forward: Callable[[Any], Any], slope: Any, a: Any, gradient: Any,
    causes: list[Any] = [], options: tuple[Any, ...] = (),  # noqa: B006
) -> None:  # fmt: skip
    """Compare a node with one input with its measured slope."""
    (expected,) = measured(forward, [a], gradient, h=1e-6)
    own = slope(np.asarray(a))
    common = [
        (own, FORGOT),
        (gradient * forward(a), "This is the node's value; asked for is its slope."),
        (forward(a), "This is the node's value; asked for is its slope times what arrives."),
        (gradient + own, "The gradient that arrives is a factor: multiply, not add."),
        (-expected, "The sign is turned."),
        (np.asarray(gradient), "What arrives was passed on as it is; this node changes it."),
    ]
    answer = getattr(student, check.name)(a, *options, gradient)
    expect(answer, expected if np.ndim(a) else float(expected), causes=[*causes, *common])


def away_from_zero(rng: np.random.Generator, size: Any) -> Any:
    return rng.uniform(0.3, 2, size) * rng.choice([-1, 1], size)


def some(rng: np.random.Generator) -> tuple[Any, Any]:
    size = shapes(rng)
    return away_from_zero(rng, size), rng.uniform(1.5, 3, size) * rng.choice([-1, 1], size)


def relu(a: Any) -> Any:
    return np.maximum(a, 0)


def ask_relu(student: Any, a: Any, gradient: Any) -> None:
    causes = [
        (np.maximum(gradient, 0), "The gate looks at the input a, not at the gradient."),
        (gradient * a * (a > 0), "An open gate passes the gradient as it is, not times a."),
        (gradient * np.sign(a), "Where a is negative nothing passes: 0, not −gradient."),
        (gradient * (a < 0), "Open where a > 0; this is the other way round."),
        (np.where(a > 0, gradient, 0.01 * gradient), "This is a leaky ReLU's."),
    ]
    ask_one(student, relu_backward, relu, lambda a: (a > 0) * 1.0, a, gradient, causes)


@relu_backward.case("open and shut", weight=2)
def _(student, reference, rng):
    a, gradient = some(rng)
    a.flat[:2], gradient.flat[:2] = (1.0, -1.0), (-2.0, 2.0)
    ask_relu(student, a, gradient)


@relu_backward.case("at 0")
def _(student, reference, rng):
    gradient = rng.uniform(1, 2, 3)
    expect(
        student.relu_backward(np.array([-1.0, 0.0, 1.0]), gradient), gradient * (0, 0, 1),
        causes=[
            (gradient * (0, 1, 1), "At 0 the gate is shut: a > 0, not a >= 0."),
            (gradient * (0, 0.5, 1), "At 0 the gate is shut: the gradient there is 0, not half."),
        ],
    )  # fmt: skip


@relu_backward.case("three axes", hidden=True)
def _(student, reference, rng):
    ask_relu(student, away_from_zero(rng, (2, 3, 2)), rng.normal(size=(2, 3, 2)))


def ask_neuron(student: Any, x1: float, w1: float, x2: float, w2: float) -> None:
    expected = tuple(
        float(g)
        for g in measured(lambda *v: relu(v[0] * v[1] + v[2] * v[3]), [x1, w1, x2, w2], 1.0)
    )
    open_ = float(x1 * w1 + x2 * w2 > 0)
    value = x1 * w1 + x2 * w2
    causes = [
        (tuple(float(g) for g in (x1, w1, x2, w2)) if open_ else None,
         "Each factor of a product gets the *other* one: x1's slope is w1."),
        ((w1, x1, w2, x2) if not open_ else None,
         "The sum is negative, so the gate is shut and nothing comes back: four zeros."),
        ((w1, w2, x1, x2), "The order is x1, w1, x2, w2."),
        (tuple(value * g for g in expected) if open_ else None,
         "What arrives at y is 1, not y itself."),
        (tuple(float(a * b > 0) * g for a, b, g in
               zip((x1, x1, x2, x2), (w1, w1, w2, w2), (w1, x1, w2, x2), strict=True)),
         "The gate looks at the sum of both products, not at each of them."),
        (lambda a: len(a) == 2, "Return four numbers: for x1, w1, x2 and w2."),
    ]  # fmt: skip
    answer = student.neuron_backward(x1, w1, x2, w2)
    if isinstance(answer, np.ndarray) and answer.shape == (4,):
        answer = tuple(answer.tolist())
    expect(answer, expected, causes=causes)


@neuron_backward.case("open")
def _(student, reference, rng):
    x1, w1, x2, w2 = map(float, rng.uniform(1, 4, 4))
    ask_neuron(student, x1, w1, x2, w2)


@neuron_backward.case("one product negative, the sum positive")
def _(student, reference, rng):
    x1, w1, x2 = map(float, rng.uniform(2, 4, 3))
    ask_neuron(student, x1, w1, x2, -float(rng.uniform(0.2, 0.4)))


@neuron_backward.case("shut")
def _(student, reference, rng):
    x1, w1, x2 = map(float, rng.uniform(1, 2, 3))
    ask_neuron(student, x1, w1, x2, -float(rng.uniform(5, 8)))


def _power(exponent: float) -> Callable[[Any], Any]:
    return lambda a: a**exponent


def ask_power(student: Any, a: Any, exponent: float, gradient: Any) -> None:
    causes = [
        (gradient * a ** (exponent - 1), "The exponent is missing in front: n·aⁿ⁻¹."),
        (gradient * exponent * a**exponent, "The power goes down by one: n·aⁿ⁻¹."),
        (gradient * exponent * a, "This is right for n = 2 only: n·aⁿ⁻¹."),
        (gradient * (exponent - 1) * a ** (exponent - 1), "In front stands n, not n − 1."),
        (gradient * a**exponent * np.log(np.abs(a)), "The exponent is fixed; the slope for a is "
         "asked, not the one for the exponent."),
    ]  # fmt: skip
    own = lambda a: exponent * a ** (exponent - 1)  # noqa: E731
    ask_one(student, power_backward, _power(exponent), own, a, gradient, causes, (exponent,))


@power_backward.case("a cube")
def _(student, reference, rng):
    a, gradient = some(rng)
    ask_power(student, a, 3, gradient)


@power_backward.case("a root, and one over a")
def _(student, reference, rng):
    a, gradient = some(rng)
    ask_power(student, np.abs(a), 0.5, gradient)
    ask_power(student, a, -1.0, gradient)


@power_backward.case("another exponent", hidden=True)
def _(student, reference, rng):
    a, gradient = some(rng)
    ask_power(student, np.abs(a), float(rng.uniform(1.2, 3.8)), gradient)


@exp_backward.case("a matrix", weight=2)
def _(student, reference, rng):
    a, gradient = some(rng)
    causes = [(gradient * a * np.exp(a - 1), "The slope of eᵃ is eᵃ itself: it is no power of a.")]
    ask_one(student, exp_backward, np.exp, np.exp, a, gradient, causes)


@exp_backward.case("a number")
def _(student, reference, rng):
    a, gradient = map(float, rng.uniform(0.5, 2, 2))
    causes = [(gradient * a * np.exp(a - 1), "The slope of eᵃ is eᵃ itself: it is no power of a.")]
    ask_one(student, exp_backward, np.exp, np.exp, a, gradient, causes)


@exp_backward.case("three axes", hidden=True)
def _(student, reference, rng):
    a, gradient = rng.normal(size=(2, 2, 2, 2))
    causes = [(gradient * a * np.exp(a - 1), "The slope of eᵃ is eᵃ itself: it is no power of a.")]
    ask_one(student, exp_backward, np.exp, np.exp, a, gradient, causes)


def ask_log(student: Any, a: Any, gradient: Any) -> None:
    causes = [
        (gradient * a, "The slope of ln a is 1/a, not a."),
        (gradient / (a * np.log(10)), "That is the logarithm to base 10; ln a has 1/a."),
        (gradient / a**2, "The slope of ln a is 1/a; 1/a² belongs to 1/a."),
        (gradient / np.log(a), "The slope of ln a is 1/a, not 1/ln a."),
        (1 / (a * gradient), "The gradient that arrives is a factor, above the line."),
        (gradient / (a + 1e-3), "Do not add anything to a: it is positive."),
    ]  # fmt: skip
    ask_one(student, log_backward, np.log, lambda a: 1 / a, a, gradient, causes)


@log_backward.case("a matrix", weight=2)
def _(student, reference, rng):
    a, gradient = some(rng)
    ask_log(student, np.abs(a) + 0.2, gradient)


@log_backward.case("a small probability")
def _(student, reference, rng):
    ask_log(student, rng.uniform(0.001, 0.01, 3), rng.uniform(2, 3, 3))


@log_backward.case("three axes", hidden=True)
def _(student, reference, rng):
    ask_log(student, rng.uniform(0.3, 3, (2, 2, 2)), rng.normal(size=(2, 2, 2)))


def sigmoid_slope(a: Any) -> Any:
    return scipy.special.expit(a) * scipy.special.expit(-a)


def ask_sigmoid(student: Any, a: Any, gradient: Any) -> None:
    p = scipy.special.expit(a)
    causes = [
        (gradient * a * (1 - a), "In σ(1 − σ) stands the result of the sigmoid, not a."),
        (gradient * p * (1 + p), "It is σ·(1 − σ)."),
        (gradient * (1 - p**2), "That is tanh's, 1 − y²; the sigmoid's is y·(1 − y)."),
        (gradient * (1 - p), "The factor σ is missing: σ·(1 − σ)."),
        (gradient * sigmoid_slope(p), "a is the input: the sigmoid was taken twice."),
    ]
    ask_one(student, sigmoid_backward, scipy.special.expit, sigmoid_slope, a, gradient, causes)


@sigmoid_backward.case("a matrix", weight=2)
def _(student, reference, rng):
    ask_sigmoid(student, *some(rng))


@sigmoid_backward.case("far from 0")
def _(student, reference, rng):
    a = np.array([-1000.0, -800.0, 0.0, 800.0, 1000.0])
    gradient = rng.uniform(1, 2, 5)
    causes = [(lambda answer: np.isnan(answer).any(), "NaN: e¹⁰⁰⁰ is infinity. Use a form of the "
               "sigmoid that is safe on both sides, such as (1 + tanh(a/2))/2.")]  # fmt: skip
    expect(student.sigmoid_backward(a, gradient), gradient * (0, 0, 0.25, 0, 0), causes=causes)


@sigmoid_backward.case("three axes", hidden=True)
def _(student, reference, rng):
    ask_sigmoid(student, rng.normal(size=(2, 2, 3)), rng.normal(size=(2, 2, 3)))


def ask_tanh(student: Any, a: Any, gradient: Any) -> None:
    y = np.tanh(a)
    causes = [
        (gradient * (1 - a**2), "In 1 − tanh² stands the result, tanh(a), not a."),
        (gradient * y * (1 - y), "That is the sigmoid's, y·(1 − y); tanh's is 1 − y²."),
        (gradient * (1 - y), "The square is missing: 1 − tanh²(a)."),
        (gradient * (1 - np.tanh(y) ** 2), "a is the input: tanh was taken twice."),
        (gradient * (1 + y**2), "It is 1 minus tanh²(a)."),
        (gradient * 2 * y, "The slope is 1 − tanh²(a)."),
    ]
    ask_one(student, tanh_backward, np.tanh, lambda a: 1 - np.tanh(a) ** 2, a, gradient, causes)


@tanh_backward.case("a matrix", weight=2)
def _(student, reference, rng):
    ask_tanh(student, *some(rng))


@tanh_backward.case("far from 0")
def _(student, reference, rng):
    a, gradient = np.array([-500.0, 0.0, 500.0]), rng.uniform(1, 2, 3)
    causes = [(lambda answer: np.isnan(answer).any(), "NaN: an exponential overflowed; np.tanh is "
               "safe everywhere.")]  # fmt: skip
    expect(student.tanh_backward(a, gradient), gradient * (0, 1, 0), causes=causes)


@tanh_backward.case("three axes", hidden=True)
def _(student, reference, rng):
    ask_tanh(student, rng.normal(size=(2, 2, 3)), rng.normal(size=(2, 2, 3)))
