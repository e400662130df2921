"""Checks of exercises 1 to 3: a step, mini-batches, and plain gradient descent as a class."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import keras
import numpy as np

from ...expect import array, expect, hint, require, require_unchanged, show
from ...spec import Check, Wrong
from .walks import StepRule, Walks

descent_step = Check("descent_step")

# The decks' table: w1, w2 and b1 before, after one step and after two (slides 24 and 25).
DECKS = np.array([[0.2, -0.1, 0.3], [0.15, 0.05, 0.2], [0.09, 0.15, 0.1]])


def ask_descent(student: Any, weights: Any, gradient: Any, rate: float, expected: Any) -> None:
    causes = [
        (weights + rate * gradient, "This goes uphill: subtract the learning rate times the slope"
         " from the weights."),
        (weights - gradient, "The learning rate is missing: it scales the slope."),
        (-rate * gradient, "This is the step alone; return the weights after it."),
        (rate * gradient, "This is the step alone; return the weights after it."),
        (weights * (1 - rate * gradient), "The step was multiplied by the weights; it does not "
         "depend on where the weights stand, only on the slope there."),
        (weights - rate * np.sign(gradient), "You used only the sign of the slope: a steep place "
         "takes a long step, a flat one a short step."),
        (weights - rate * np.mean(gradient), "Every weight has a slope of its own; you averaged "
         "them."),
        (weights - rate * gradient / np.linalg.norm(gradient), "The gradient was divided by its "
         "length. Use it as it is: short where the ground is flat."),
        (weights - rate, "The slope is missing: subtract the learning rate times the gradient."),
    ]  # fmt: skip
    with hint("Weights and gradient are arrays of one shape: no loop is needed."):
        answer = student.descent_step(weights, gradient, rate)
    expect(answer, expected, causes=causes, rtol=1e-5, atol=1e-6)


@descent_step.case("the decks' numbers", weight=2)
def _(student, reference, rng):
    for before, after in pairwise(DECKS):
        ask_descent(student, before, (before - after) / 0.1, 0.1, after)


@descent_step.case("a table of weights")
def _(student, reference, rng):
    weights, gradient = rng.normal(size=(2, 3)), rng.uniform(0.2, 2, (2, 3))
    rate = float(rng.uniform(0.01, 0.5))
    slopes = gradient * rng.choice([-1.0, 1.0], gradient.shape)
    ask_descent(student, weights, slopes, rate, weights + rate * -slopes)


@descent_step.case("leaves its arguments alone")
def _(student, reference, rng):
    weights, gradient = rng.normal(size=4), rng.normal(size=4)
    lent, lent_gradient = student.lend(weights), student.lend(gradient)
    student.descent_step(lent, lent_gradient, 0.1)
    remedy = "`weights -= …` writes into the given array; `weights = weights - …` makes a new one."
    require_unchanged("weights", student.last_call, weights, lent, remedy)
    remedy = "Make a new array instead."
    require_unchanged("gradient", student.last_call, gradient, lent_gradient, remedy)


@descent_step.case("to the bottom of a bowl", weight=2, hidden=True)
def _(student, reference, rng):
    """On c(w - m)²/2 each step multiplies the distance from m by 1 - rate·c: a closed form."""
    shape = tuple(int(n) for n in rng.permutation([2, 3, 4])[: rng.integers(1, 4)])
    steep, middle = rng.uniform(0.5, 3, shape), rng.normal(size=shape)
    start, rate = middle + rng.uniform(1, 2, shape), 0.3
    w = start
    for k in range(6):
        closed = middle + (1 - rate * steep) ** (k + 1) * (start - middle)
        ask_descent(student, w, steep * (w - middle), rate, closed)
        w = closed


minibatches = Check("minibatches")


def ask_batches(student: Any, num: int, size: int, epoch: int) -> list[np.ndarray]:
    """Batches of indices, found to be lists of whole numbers in range; or `Wrong`."""
    answer = student.minibatches(num, size, epoch)
    require(answer is not None, "Your function returned nothing. Is the `return` missing?")
    if isinstance(answer, np.ndarray):
        answer = list(answer)
    require(
        isinstance(answer, (list, tuple)),
        "Return a list of arrays. If you wrote a generator with `yield`, collect the arrays in a "
        "list.",
        got=answer,
    )
    batches = []
    for number, batch in enumerate(answer):
        values = array(np.asarray(batch) if type(batch) is list else batch, None, "a batch")
        require(
            values.ndim == 1,
            "Each batch is a row of indices, an array with one axis.",
            got=f"shape {values.shape} for batch {number + 1}",
        )
        batches.append(values)
    return batches


def require_each_once(batches: list[np.ndarray], num: int, size: int) -> None:
    """Every index in exactly one batch, all batches full but the last."""
    sizes = [len(batch) for batch in batches]
    seen = np.concatenate([*batches, np.empty(0)])
    got = f"sizes {sizes}, {len(np.unique(seen))} different indices"
    rest = num % size
    if rest and sum(sizes) == num - rest:
        raise Wrong("The last batch is missing: it is smaller than the others, and kept.", got=got)
    if rest and sum(sizes) == num - rest + size:
        raise Wrong("The last batch was filled up; leave it smaller than the others.", got=got)
    if sizes and sizes[-1] == 0:
        raise Wrong("There is an empty batch at the end: stop when the examples are used.", got=got)
    wanted = [size] * (num // size) + [rest] * (rest > 0)
    if rest and sum(sizes) == num and max(sizes) > size:
        raise Wrong("The rest was added to other batches; it is a batch of its own.", got=got)
    if len(sizes) == size and size != len(wanted):
        raise Wrong(
            "There are as many batches as each should have examples: batch_size is the size of a "
            "batch, not their number.",
            got=got,
        )
    if sum(sizes) == num and len(np.unique(seen)) < num:
        raise Wrong(
            "Some examples came twice and others not at all: draw without putting back, as "
            "rng.permutation does.",
            got=got,
        )
    if seen.size and (seen.min() < 0 or seen.max() >= num):
        raise Wrong("The indices run from 0 to num - 1.", got=got)
    require(
        sizes == wanted and np.array_equal(np.sort(seen), np.arange(num)),
        "Each example belongs in exactly one batch, and every batch but the last is full.",
        got=got,
    )


@minibatches.case("each example once", weight=2)
def _(student, reference, rng):
    size = int(rng.integers(3, 6))
    num = size * int(rng.integers(3, 6))
    require_each_once(ask_batches(student, num, size, 0), num, size)


@minibatches.case("a last batch that is not full")
def _(student, reference, rng):
    size = int(rng.integers(4, 8))
    num = size * int(rng.integers(3, 6)) + int(rng.integers(1, size))
    require_each_once(ask_batches(student, num, size, 1), num, size)


@minibatches.case("shuffled, and anew in each epoch", weight=2)
def _(student, reference, rng):
    num, size = 60, 8
    first, again, later = (ask_batches(student, num, size, epoch) for epoch in (3, 3, 4))
    order, second, third = (np.concatenate(b) for b in (first, again, later))
    require(
        not np.array_equal(order, np.sort(order)),
        "The examples come in their old order: shuffle them before you cut.",
        got=f"the first batch {show(first[0])}",
    )
    runs = [np.all(np.diff(np.sort(batch)) == 1) for batch in first]
    require(
        not all(runs),
        "Neighbours stay together: you shuffled the batches, not the examples.",
        got=f"the first batch {show(first[0])}",
    )
    require(
        np.array_equal(order, second),
        "The same epoch gave two different orders. Seed a generator with the epoch: "
        "np.random.default_rng(epoch).",
    )
    words = "Epochs 3 and 4 have the same order; let the epoch seed the generator."
    require(not np.array_equal(order, third), words, got=f"first batches {show(first[0])}, twice")
    together = [set(batch) for batch in later]
    words = "In every epoch the same examples meet in a batch; shuffle all of them each time."
    require(not all(set(batch) in together for batch in first), words)


@minibatches.case("one batch, batches of one", weight=1, hidden=True)
def _(student, reference, rng):
    num = int(rng.integers(5, 12))
    for size in (num, 1, num + 3):
        batches = ask_batches(student, num, size, int(rng.integers(100)))
        require_each_once(batches, num, min(size, num))


def remember(m: dict[str, Any], name: str, value: Any) -> Any:
    m[name] = value
    return value


def rates(rng: np.random.Generator) -> dict[str, Any]:
    return {"learning_rate": float(np.round(rng.uniform(0.01, 0.1), 3))}


def sgd_mistakes(settings: dict[str, Any]) -> list[tuple[StepRule, str]]:
    rate = settings["learning_rate"]
    return [
        (lambda m, w, g: w + rate * g, "This goes uphill: subtract the step."),
        (lambda m, w, g: w - g, "The learning rate is missing: self.learning_rate."),
        (lambda m, w, g: w - 0.01 * g, "The learning rate is always 0.01: use self.learning_rate."),
        (lambda m, w, g: -rate * g, "This is the step alone; return the weights after it."),
        (
            lambda m, w, g: w - rate / m["t"] * g,
            "The step shrinks with time. Plain SGD keeps its learning rate.",
        ),
        (
            lambda m, w, g: w - rate * m.setdefault("first", g),
            "Every step uses the first gradient; use the one that `step` is given.",
        ),
        (
            lambda m, w, g: w - rate * remember(m, "sum", m.get("sum", 0.0) + g),
            "The gradients add up from step to step. Plain SGD has no memory.",
        ),
        (lambda m, w, g: w - rate * np.sign(g), "Only the sign of the gradient was used."),
    ]


_sgd = Walks("SGD", keras.optimizers.SGD, rates, sgd_mistakes)
_sgd.by_hand(learning_rate=0.1)
_sgd.beside_keras()
_sgd.tidy()
_sgd.hidden()
SGD = _sgd.check
