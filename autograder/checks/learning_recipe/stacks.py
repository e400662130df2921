"""Checks of exercises 11 and 12: a stack of forty layers, forwards and backwards."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...differences import measured
from ...expect import array, expect
from ...spec import Check, Wrong

Layers = list[tuple[np.ndarray, np.ndarray]]

stack_forward = Check("stack_forward")


def random_stack(rng: np.random.Generator, depth: int, units: int) -> Layers:
    return [
        (rng.normal(scale=0.6, size=(units, units)), rng.uniform(0.2, 0.6, units))
        for _ in range(depth)
    ]


def through(x: np.ndarray, layers: Layers, residual: bool, squash: Any = np.tanh) -> list[Any]:
    """All states, unit by unit."""
    states = [x]
    for kernel, bias in layers:
        sums = np.stack([(states[-1] * unit).sum(axis=1) for unit in kernel.T], axis=1) + bias
        states.append(squash(sums) + (states[-1] if residual else 0.0))
    return states


def ask_forward(student: Any, x: np.ndarray, layers: Layers, residual: bool) -> None:
    right = through(x, layers, residual)
    late = [x]
    for kernel, bias in layers:
        late.append(np.tanh(late[-1] @ kernel + bias + (late[-1] if residual else 0.0)))
    from_x = [x]
    for kernel, bias in layers:
        from_x.append(np.tanh(from_x[-1] @ kernel + bias) + x)
    no_bias = [(kernel, 0 * bias) for kernel, bias in layers]
    causes = [
        (right[-1], "Return the list of all states, not only the last."),
        (right[1:], "The list starts with x itself: one state more than layers."),
        (
            through(x, layers, not residual),
            "Residual and plain are mixed up, or `residual` is not looked at: add the state only "
            "if it is true.",
        ),
        (late, "The state is added inside tanh; add it to what tanh gives: h + tanh(hK + b)."),
        (from_x, "You add x in every layer; add the state that this layer was given."),
        (through(x, layers, residual, lambda z: z), "The tanh is missing."),
        (through(x, layers, residual, lambda z: np.maximum(z, 0)), "This is ReLU; use tanh."),
        (through(x, no_bias, residual), "The biases are missing."),
        (
            through(x, [(kernel.T, bias) for kernel, bias in layers], residual),
            "The kernels are transposed: h @ kernel, without .T.",
        ),
        (
            lambda a: len(a) == len(right) and all(np.array_equal(a[1], b) for b in a[2:]),
            "All entries are the same array. Make a new one for each layer: no `h += …`.",
        ),
        (
            lambda a: len(a) == len(right) and not np.array_equal(a[0], x),
            "The first state should still be x: was it changed by `+=`?",
        ),
    ]
    answer = student.stack_forward(x, layers, residual)
    expect(answer, right, causes=causes, axes=("batch", "units"))


@stack_forward.case("plain")
def _(student, reference, rng):
    ask_forward(student, rng.normal(size=(3, 4)), random_stack(rng, 2, 4), False)


@stack_forward.case("residual", weight=2)
def _(student, reference, rng):
    ask_forward(student, rng.normal(size=(3, 4)), random_stack(rng, 3, 4), True)


@stack_forward.case("a stack of zeros passes everything on")
def _(student, reference, rng):
    x, units = rng.normal(size=(2, 3)), 3
    layers = [(np.zeros((units, units)), np.zeros(units))] * 4
    ask_forward(student, x, layers, True)


@stack_forward.case("deep, and one example", weight=2, hidden=True)
def _(student, reference, rng):
    for residual in (True, False):
        ask_forward(student, rng.normal(size=(1, 3)), random_stack(rng, 12, 3), residual)
        ask_forward(student, rng.normal(size=(6, 2)), random_stack(rng, 1, 2), residual)


stack_backward = Check("stack_backward", seconds=60)


def differences(x: Any, layers: Layers, residual: bool, g: Any) -> tuple[Any, Any]:
    """Slopes of sum(g · last state)."""

    def last_state(x: Any, *parts: Any) -> Any:
        return through(x, list(zip(parts[::2], parts[1::2], strict=True)), residual)[-1]

    bottom, *slopes = measured(last_state, [x, *(part for layer in layers for part in layer)], g)
    return list(zip(slopes[::2], slopes[1::2], strict=True)), bottom


def backwards(
    states: Any, layers: Layers, residual: bool, g: Any, *, shortcut: bool = True,
    level: Any = None, transposed: bool = True, inner: bool = False,
) -> tuple[Any, Any]:  # fmt: skip
    """The formula with one thing wrong; for causes."""
    found: list[tuple[Any, Any]] = []
    for (kernel, _bias), h, after in reversed(list(zip(layers, states, states[1:], strict=False))):
        a = after - h if residual else after
        e = g * (level(a, after) if level else 1 - a**2)
        found.insert(0, (h.T @ e, e.sum(axis=0)))
        back = e @ (kernel.T if transposed else kernel)
        g = back + (e if inner else g) if residual and shortcut else back
    return found, g


def ask_backward(student: Any, x: Any, layers: Layers, residual: bool, g: Any) -> None:
    states = through(x, layers, residual)
    right = differences(x, layers, residual, g)
    batch = len(x)

    def wrong(**changes: Any) -> tuple[Any, Any]:
        return backwards(states, layers, residual, g, **changes)

    slopes, bottom = right
    causes: list[tuple[Any, str]] = [
        (lambda a: isinstance(a, list) and len(a) == len(layers) != 2, "Return two things: the "
         "list of gradients, and the slope at the first state."),
        ((slopes[::-1], bottom), "The list is backwards: the first layer's gradients come first."),
        (wrong(level=lambda a, after: 1.0), "The slope of tanh is missing: times 1 − a²."),
        (wrong(level=lambda a, after: 1 - a), "The slope of tanh is 1 − a², not 1 − a."),
        (wrong(level=lambda a, after: a * (1 - a)), "That is the slope of a "
         "sigmoid, a(1 − a); for tanh it is 1 − a²."),
        (wrong(transposed=False), "Going back through a kernel takes its transpose: e @ kernel.T."),
        (([(k / batch, b / batch) for k, b in slopes], bottom), "Nothing is averaged here: the "
         "mean is already in `gradient`."),
        (([(k, b / batch) for k, b in slopes], bottom), "The bias's gradient is a sum over the "
         "batch, not a mean."),
        ((slopes, g), "The second thing is the slope at the first state, not the one given."),
        (
            lambda a: np.shape(a[0][0][1]) == (batch, x.shape[1]) and batch > 1,
            "A bias is shared by the batch: sum e over the examples (axis=0).",
        ),
        (
            lambda a: np.allclose(a[0][0][0], slopes[0][0].T) and len(layers) > 0,
            "The kernel's gradient is transposed: h.T @ e, of shape (inputs, units).",
        ),
    ]  # fmt: skip
    if residual:
        causes += [
            (wrong(shortcut=False), "The plus sign works backwards too: the slope below a layer is "
             "e @ kernel.T + g."),
            (wrong(level=lambda a, after: 1 - after**2), "The states hold h + a: take the state "
             "before away from the state after to get a."),
            (wrong(inner=True), "Along the shortcut goes g itself, not g · (1 − a²)."),
        ]  # fmt: skip
    else:
        causes.append((
            lambda a: not np.allclose(a[1], bottom) and np.allclose(a[0][-1][0], slopes[-1][0]),
            "The last layer is right, those below are not: without residual nothing is added to "
            "e @ kernel.T.",
        ))  # fmt: skip
    answer = student.stack_backward(states, layers, residual, g)
    expect(answer, (slopes, bottom), causes=causes, rtol=1e-3, atol=1e-6)


def problem(rng: np.random.Generator, batch: int, depth: int, units: int) -> tuple[Any, Any, Any]:
    x, g = rng.normal(size=(batch, units)), rng.normal(size=(batch, units))
    return x, random_stack(rng, depth, units), g


@stack_backward.case("plain, against finite differences", weight=2)
def _(student, reference, rng):
    x, layers, g = problem(rng, 4, 3, 3)
    ask_backward(student, x, layers, False, g)


@stack_backward.case("residual, against finite differences", weight=2)
def _(student, reference, rng):
    x, layers, g = problem(rng, 4, 3, 3)
    ask_backward(student, x, layers, True, g)


# Measured over 40 starts with right gradients: the residual stack reads 87 to 96 % of the digits
# rightly, the plain one 19 to 46 %.
@stack_backward.case("forty layers learn from five starts", weight=3)
def _(student, reference, rng):
    """Trained by the notebook's own loop, with the learner's two functions."""
    from threesteps import datasets

    small, layers, g = problem(rng, 2, 1, 2)
    student.stack_backward(through(small, layers, True), layers, True, g)  # whether it is started
    digits = datasets.digits(size=8, quiet=True)
    x, labels = digits.x_train.reshape(-1, 64).astype(np.float64), digits.y_train
    for seed in rng.choice(10_000, 5, replace=False):
        plain, residual = (
            float(array(student.train_stack(x, labels, kind, int(seed))[1], ()))
            for kind in (False, True)
        )
        if residual >= 0.7 and plain <= 0.6:
            continue
        words = "The residual stack did not learn with your gradients, on one of five starts."
        if residual >= 0.7:
            words = "The plain stack learned as well: is the slope multiplied in every layer?"
        got = f"{residual:.0%} residual, {plain:.0%} plain"
        wanted = "70% or more, at most 60%"
        raise Wrong(words, asked="digits read rightly", got=got, expected=wanted)


@stack_backward.case("other sizes, one example", weight=2, hidden=True)
def _(student, reference, rng):
    for residual in (True, False):
        for sizes in ((1, 2, 3), (5, 1, 4), (2, 5, 2)):
            x, layers, g = problem(rng, *sizes)
            ask_backward(student, x, layers, residual, g)
