"""Check of exercise 18: one step of gradient descent."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.special

from ...expect import expect, require_unchanged
from ...spec import Check
from .activations import sizes

SIGMA = scipy.special.expit

logistic_step = Check("logistic_step")


def slope(x: Any, targets: Any, weights: Any, bias: float) -> tuple[Any, float]:
    """Gradient of the mean binary cross-entropy of σ(x·w + b), by central differences."""

    def loss(parameters: Any) -> float:
        z = x @ parameters[:-1] + parameters[-1]
        return float(np.mean(np.logaddexp(0, z) - targets * z))

    at, h = np.append(weights, bias), 1e-5
    gradient = [(loss(at + h * e) - loss(at - h * e)) / (2 * h) for e in np.eye(len(at))]
    return np.array(gradient[:-1]), gradient[-1]


def ask_step(student: Any, numbers: tuple[Any, Any, Any, float], rate: float) -> None:
    """Compare one step from (x, targets, weights, bias) with finite differences of the loss."""
    x, targets, weights, bias = numbers
    dw, db = slope(x, targets, weights, bias)
    batch, features = x.shape
    z = x @ weights + bias
    p = SIGMA(z)

    def moved(by: Any, bias_by: Any) -> tuple[Any, float]:
        return weights - rate * by, float(bias - rate * bias_by)

    def with_error(error: Any) -> tuple[Any, float]:
        return moved(x.T @ error / batch, error.mean())

    new_weights = moved(dw, db)[0]
    later = SIGMA(x @ new_weights + bias) - targets
    causes = [
        (moved(-dw, -db), "The step goes uphill: subtract learning_rate times the gradient."),
        (
            moved(batch * dw, batch * db),
            "The step is as many times too long as there are examples: use the mean over the "
            "batch, not the sum.",
        ),
        (moved(batch * dw, db), "The weights' gradient is a sum over the batch; take the mean."),
        (moved(dw, batch * db), "The bias's gradient is a sum over the batch; take the mean."),
        (
            moved(dw * batch / features, db),
            "You divided by the number of features; the mean is over the examples.",
        ),
        (moved(dw, 0.0), "The bias did not move: its gradient is the mean of (p − t)."),
        (moved(0.0, db), "The weights did not move: their gradient is the mean of (p − t)·x."),
        (moved(dw / rate, db / rate), "The learning rate is missing: it scales the step."),
        (
            moved(dw, later.mean()),
            "The bias used the weights after their update; compute both gradients first, then "
            "move both.",
        ),
        (with_error((p - targets) * p * (1 - p)), "This is the gradient of a squared error; for "
         "cross-entropy it is (p − t)·x, without p(1 − p)."),
        (with_error(2 * (p - targets) * p * (1 - p)), "This is the gradient of the squared error; "
         "for cross-entropy it is (p − t)·x, without 2p(1 − p)."),
        (with_error(1.0 * (z > 0) - targets), "Here p is the sigmoid of x·w + b, not the step."),
        (with_error(z - targets), "The sigmoid is missing: p = σ(x·w + b)."),
        (with_error(SIGMA(z - bias) - targets), "The bias is missing in p = σ(x·w + b)."),
        ((dw, db), "This is the gradient; return the weights and the bias after the step."),
        (
            lambda a: isinstance(a, np.ndarray) and a.shape == weights.shape,
            "Return both, the new weights and the new bias: `return weights, bias`.",
        ),
        (lambda a: np.ndim(a[0]) == 0 and np.ndim(a[1]) == 1, "Weights first, then the bias."),
        (
            lambda a: np.shape(a[0]) == weights.shape and np.shape(a[1]) == (batch,),
            "The bias is one number: average (p − t) over the batch.",
        ),
    ]  # fmt: skip
    answer = student.logistic_step(x, targets, weights, bias, rate)
    expect(answer, moved(dw, db), causes=causes)


def regression(rng: np.random.Generator, batch: int, features: int) -> tuple[Any, Any, Any, float]:
    """x, targets, weights and bias; most targets speak against the bias, so that it must move."""
    x, weights = rng.normal(size=(batch, features)) + 0.5, rng.normal(size=features)
    against = rng.choice([-1.0, 1.0])
    targets = np.full(batch, against > 0, float)
    targets[1 + batch // 2 :] = against < 0
    return x, targets, weights, float(-against * rng.uniform(0.3, 1.0))


@logistic_step.case("one step", weight=2)
def _(student, reference, rng):
    ask_step(student, regression(rng, *sizes(rng, 2)), float(rng.uniform(0.2, 0.8)))


@logistic_step.case("from zero")
def _(student, reference, rng):
    x, targets, weights, _bias = regression(rng, *sizes(rng, 2))
    ask_step(student, (x, targets, np.zeros_like(weights), 0.0), float(rng.uniform(1.5, 3.0)))


@logistic_step.case("leaves its arguments alone")
def _(student, reference, rng):
    x, targets, weights, bias = regression(rng, *sizes(rng, 2))
    lent, lent_x = student.lend(weights), student.lend(x)
    student.logistic_step(lent_x, targets, lent, bias, 0.5)
    call = student.last_call
    remedy = "`weights -= …` writes into the given array; `weights = weights - …` makes a new one."
    require_unchanged("weights", call, weights, lent, remedy)
    require_unchanged("x", call, x, lent_x, "Make a new array instead.")


@logistic_step.case("one example, many features", weight=2, hidden=True)
def _(student, reference, rng):
    ask_step(student, regression(rng, 1, int(rng.integers(2, 5))), float(rng.uniform(0.2, 0.8)))
    many, few = int(rng.integers(20, 40)), int(rng.integers(7, 12))
    ask_step(student, regression(rng, many, few), float(rng.uniform(0.01, 0.1)))
