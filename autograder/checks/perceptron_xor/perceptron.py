"""Checks of exercises 7 and 8: Rosenblatt's rule, once and until it is right."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...expect import expect, require, require_unchanged, show
from ...spec import Check
from ...verdict import forbid
from .neurons import CORNERS
from .separable import two_clouds

perceptron_update = Check("perceptron_update")

PAIR = "Return both, the new weights and the new bias: `return weights, bias`."


def ask_update(student: Any, weights: Any, bias: float, x: Any, target: int) -> None:
    """Ask for one update and compare it with Rosenblatt's rule."""
    z = float(np.dot(weights, x)) + bias
    error = target - int(z > 0)
    blind, at_zero = target - int(z - bias > 0), target - int(z >= 0)
    smooth, signs = target - 1 / (1 + np.exp(-z)), (2 * target - 1) * (error != 0)

    def moved(by: float, bias_by: float | None = None) -> tuple[Any, float]:
        return weights + by * x, bias + (by if bias_by is None else bias_by)

    causes = [
        (moved(-error), "The step goes the wrong way: it is (target − prediction) times x."),
        (moved(error, 0.0), "The weights moved, the bias did not: bias + (target − prediction)."),
        (
            moved(at_zero),
            "Here z is exactly 0. step(0) is 0, so the prediction is 0 and equals the target 0: "
            "nothing changes. Compare with z > 0.",
        ),
        (
            moved(blind),
            "The prediction ignores the bias: it is the step of x·w + b.",
        ),
        (
            moved(target),
            "You add x for every example of target 1, whatever was predicted. An example that is "
            "right already changes nothing: (target − prediction) is 0 then.",
        ),
        (moved(2 * target - 1), "An example that is right already must change nothing."),
        (
            moved(2 * target - 1 - int(z > 0)),
            "The targets are 0 and 1 here, not −1 and 1: leave them as they are.",
        ),
        (moved(2 * error), "The step is twice too long: targets and predictions are 0 and 1."),
        (
            moved(smooth),
            "The prediction is 0 or 1 here, the step of x·w + b; the sigmoid's turn comes later.",
        ),
        (moved(target - z), "The prediction is the step of x·w + b, not x·w + b itself."),
        ((error * x, error), "This is the change; return the weights and the bias after it."),
        (lambda a: isinstance(a, np.ndarray) and a.shape == weights.shape, PAIR),
        (lambda a: np.ndim(a[0]) == 0 and np.ndim(a[1]) == 1, "Weights first, then the bias."),
    ]
    if signs:
        causes.append((moved(signs, 0.0), "The bias moves too: bias + (target − prediction)."))
    answer = student.perceptron_update(weights, bias, x, target)
    expect(answer, moved(error), causes=causes)


def example(rng: np.random.Generator, features: int, fires: bool, misled: bool = False) -> Any:
    """weights, bias and x whose neuron fires or not; `misled` where only the bias decides it."""
    side = 1.0 if fires else -1.0
    weights = rng.normal(size=features).round(1)
    x = rng.choice([-2.0, -1.0, 1.0, 2.0, 3.0], features)
    reach = float(weights @ x)
    away = -rng.uniform(0.3, 1.0) * side if misled else rng.uniform(0.3, 1.0) * side
    weights = weights + (away - reach) * x / (x @ x)  # now weights·x is `away`
    return weights, float(np.round((1.5 if misled else 0.1) * side, 2)), x


@perceptron_update.case("a right answer changes nothing")
def _(student, reference, rng):
    for target in (1, 0):
        weights, bias, x = example(rng, int(rng.integers(2, 5)), bool(target))
        ask_update(student, weights, bias, x, target)


@perceptron_update.case("silent, and should fire")
def _(student, reference, rng):
    weights, bias, x = example(rng, int(rng.integers(2, 5)), False)
    ask_update(student, weights, bias, x, 1)


@perceptron_update.case("fires, and should not")
def _(student, reference, rng):
    weights, bias, x = example(rng, int(rng.integers(2, 5)), True)
    ask_update(student, weights, bias, x, 0)


@perceptron_update.case("from zero")
def _(student, reference, rng):
    features = int(rng.integers(2, 5))
    x = rng.choice([-2.0, -1.0, 1.0, 2.0], features)
    for target in (0, 1):
        ask_update(student, np.zeros(features), 0.0, x, target)


@perceptron_update.case("leaves its arguments alone")
def _(student, reference, rng):
    weights, bias, x = example(rng, int(rng.integers(2, 5)), True)
    lent, lent_x = student.lend(weights), student.lend(x)
    student.perceptron_update(lent, bias, lent_x, 0)
    call = student.last_call
    remedy = "`weights += …` writes into the given array; `weights = weights + …` makes a new one."
    require_unchanged("weights", call, weights, lent, remedy)
    require_unchanged("x", call, x, lent_x, "Make a new array instead.")


@perceptron_update.case("the bias decides", weight=2, hidden=True)
def _(student, reference, rng):
    weights, bias, x = example(rng, int(rng.integers(1, 9)), True)
    ask_update(student, weights, bias, x, 1)
    for fires, target in ((True, 0), (False, 1), (True, 1), (False, 0)):
        weights, bias, x = example(rng, int(rng.integers(1, 9)), fires, misled=True)
        ask_update(student, weights, bias, x, target)


train_perceptron = Check(
    "train_perceptron", rules=(forbid("Perceptron", "SGDClassifier", says="write the loop"),)
)


def learn(x: Any, targets: Any, epochs: int, **how: bool) -> Any:
    """Rosenblatt's rule, or a misreading named in `how`: (weights, bias, mistakes per epoch)."""
    rows = np.column_stack([x, np.ones(len(x))])
    state, mistakes, zeros = np.zeros(rows.shape[1]), [], 0
    moves = np.append(np.ones(x.shape[1]), 0.0 if how.get("fixed_bias") else 1.0)
    for _ in range(epochs):
        wrong, start = 0, state.copy()
        for row, target in zip(rows, targets, strict=True):
            z = row @ (start if how.get("batch") else state)
            error = target - float(z >= 0 if how.get("fires_at_0") else z > 0)
            wrong += int(error != 0)
            state = state + error * row * moves
        mistakes.append(wrong)
        zeros += wrong == 0
        if zeros == 1 + how.get("late", False):
            break
    return state[:-1], float(state[-1]), mistakes


def ask_training(student: Any, x: Any, targets: Any, epochs: int, mistakes: Any = None) -> None:
    """Ask for a training and compare first the mistakes per epoch, then the weights."""
    weights, bias, counted = learn(x, targets, epochs)
    mistakes = counted if mistakes is None else mistakes
    answer = student.train_perceptron(x, targets, epochs)
    require(
        isinstance(answer, (list, tuple)) and len(answer) == 3,
        "Return three things: `return weights, bias, mistakes`.",
        got=answer,
    )
    got = answer[2]
    if isinstance(got, np.ndarray) and got.ndim == 1:
        got = got.tolist()  # an array of counts is as good as a list of them

    def variant(**how: bool) -> Any:
        return learn(x, targets, epochs, **how)[2]

    causes = [
        (
            lambda a: len(a) == len(mistakes) - 1 and [*a, 0] == mistakes,
            "The last epoch, the one without mistakes, is missing: append first, then stop.",
        ),
        (variant(late=True), "You stop one epoch late: stop after the first one without mistakes."),
        (variant(fires_at_0=True), "At z = 0 the neuron must not fire: step(0) is 0."),
        (variant(batch=True), "Update after every example; the next one meets the new weights."),
        (variant(fixed_bias=True), "The bias never moves: it is updated like the weights."),
        ([len(x) - n for n in mistakes], "You count the right answers; count the mistakes."),
        (
            np.cumsum(mistakes).tolist(),
            "Start counting anew in each epoch; yours adds up over the epochs.",
        ),
        (sum(mistakes), "One number came back; give a list with the mistakes of each epoch."),
        (len(mistakes), "One number came back; give a list with the mistakes of each epoch."),
        (
            lambda a: len(a) > epochs,
            "It runs for more than max_epochs epochs. Where no line separates the classes, only "
            "this limit ends the training.",
        ),
        (
            lambda a: len(a) == epochs > len(mistakes),
            "It goes on after an epoch without mistakes; nothing changes any more, so stop there.",
        ),
        (
            lambda a: len(a) < len(mistakes) and a[-1] != 0,
            "It stops too early: go on until an epoch has no mistakes or max_epochs are run.",
        ),
        (
            lambda a: len(a) > 0,
            "The mistakes per epoch differ. Start with weights and bias at 0, take the examples "
            "in their order, and update after each one.",
        ),
    ]
    call = f"train_perceptron({show(x)}, {show(targets)}, {epochs})"
    expect(got, mistakes, causes=causes, asked=f"the mistakes of {call}")
    expect(
        (answer[0], answer[1]),
        (weights, bias),
        causes=[(
            lambda a: np.ndim(a[0]) == 1 and np.shape(a[0]) == weights.shape,
            "The mistakes per epoch are right, the weights or the bias returned are others. "
            "Return those of the last update.",
        )],
        asked=f"the weights and bias of {call}",
    )  # fmt: skip


@train_perceptron.case("AND or OR")
def _(student, reference, rng):
    ask_training(student, CORNERS, np.array(rng.choice([[0, 0, 0, 1], [0, 1, 1, 1]]), float), 30)


@train_perceptron.case("two clouds apart", weight=2)
def _(student, reference, rng):
    x, targets = two_clouds(rng, int(rng.integers(20, 40)), int(rng.integers(2, 5)), 0.1)
    _, _, mistakes = reference.train_perceptron(x, targets, 200)
    ask_training(student, x, targets, 200, list(mistakes))


@train_perceptron.case("XOR never ends well")
def _(student, reference, rng):
    epochs = int(rng.integers(5, 12))
    ask_training(student, CORNERS, np.array([0.0, 1.0, 1.0, 0.0]), epochs)


@train_perceptron.case("a short limit, and nothing to learn", weight=2, hidden=True)
def _(student, reference, rng):
    x, targets = two_clouds(rng, int(rng.integers(20, 40)), int(rng.integers(2, 7)), 0.02)
    ask_training(student, x, targets, 1)
    ask_training(student, x, np.zeros(len(x)), int(rng.integers(3, 9)))
