"""Walks: what an optimizer makes of a start and a row of gradients, Keras's and the learner's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np

from ...expect import array, expect, require, require_unchanged, show
from ...spec import Check, Wrong
from ...verdict import forbid

STEPS = 50
# Keras keeps a learning rate in float32, which is worth about 1e-7 here; a learner who computes
# in float32 loses 50 roundings, 3e-6 of weights of about 1.
TOLERANCE = 1e-5

# One step of a mistaken optimizer: (memory, w, gradient) -> new w. The memory starts empty.
StepRule = Callable[[dict[str, Any], np.ndarray, np.ndarray], np.ndarray]
Mistakes = Callable[[dict[str, Any]], list[tuple[StepRule, str]]]

DISTURBED = (
    "Alone each object is right, side by side they disturb each other. Is the memory in the "
    "class, or in a global? Keep it in `self`, made in `__init__`."
)
KERAS_IS_NOT_YOURS = forbid("optimizers", says="write the optimizer yourself, in NumPy")


def keras_walk(optimizer: Any, start: np.ndarray, gradients: Any) -> np.ndarray:
    """Where the weights stand after every step of a Keras optimizer."""
    variable = keras.Variable(start, dtype="float64")
    path = []
    for gradient in gradients:
        tensor = keras.ops.convert_to_tensor(gradient, dtype="float64")
        optimizer.apply([tensor], [variable])
        path.append(keras.ops.convert_to_numpy(variable.value).copy())
    return np.stack(path)


def rule_walk(rule: StepRule, start: np.ndarray, gradients: Any) -> np.ndarray:
    """Where the weights stand after every step of a mistaken optimizer."""
    memory: dict[str, Any] = {"t": 0}
    w, path = start, []
    for gradient in gradients:
        memory["t"] += 1
        w = rule(memory, w, gradient)
        path.append(w)
    return np.stack(path)


def ask_step(optimizer: Any, w: Any, gradient: Any, shape: tuple[int, ...]) -> np.ndarray:
    """One step of the learner's optimizer: an array of the weights' shape."""
    answer = optimizer.step(w, gradient)
    require(answer is not None, "The method `step` returned nothing. Is the `return` missing?")
    if isinstance(answer, tuple):
        raise Wrong(
            "The method `step` returns the new weights alone; the memory stays in `self`.", got=""
        )
    if isinstance(answer, (np.ndarray, float, int)) and np.shape(answer) != shape:
        words = (
            "The new weights have another shape than the old ones. Every weight has a memory and "
            "a step of its own: no sums, means or norms over the array."
        )
        raise Wrong(words, got=f"shape {np.shape(answer)}", expected=f"shape {shape}")
    if isinstance(answer, np.ndarray) and not np.all(np.isfinite(answer)):
        words = (
            "NaN or infinity came back: something was divided by zero. Where a gradient is 0, "
            "what keeps the denominator above 0? And if you count steps, is the first number 1?"
        )
        raise Wrong(words, got=show(answer))
    return array(answer, shape, "what `step` returns")


def slopes(rng: np.random.Generator, steps: int, shape: tuple[int, ...]) -> np.ndarray:
    """Random gradients, more of them uphill than down; none is so near to 0 that ε would show."""
    signs = rng.choice([-1.0, 1.0, 1.0], (steps, *shape))
    return signs * rng.uniform(0.5, 2.0, (steps, *shape))


class Walks:
    """Builds the check of one optimizer class.

    Args:
        name: of the class.
        like: settings -> the Keras optimizer that it must follow.
        settings: rng -> settings of the class, by keyword.
        mistakes: settings -> known mistakes, as one step each, with the words for them.
    """

    def __init__(
        self,
        name: str,
        like: Callable[..., Any],
        settings: Callable[[np.random.Generator], dict[str, Any]],
        mistakes: Mistakes,
    ):
        self.name, self.like, self.settings, self.mistakes = name, like, settings, mistakes
        self.check = Check(name, rules=(KERAS_IS_NOT_YOURS,))

    def called(self, settings: dict[str, Any]) -> str:
        return f"{self.name}({', '.join(f'{k}={show(v)}' for k, v in settings.items())})"

    def new(self, student: Any, settings: dict[str, Any]) -> Any:
        return getattr(student, self.name)(**settings)

    def ask(
        self, student: Any, settings: dict[str, Any], start: np.ndarray, gradients: Any, words: str
    ) -> None:
        """Compare the learner's walk with Keras's."""
        path = self.alone(student, settings, start, gradients)
        right = keras_walk(self.like(**settings), start, gradients)
        causes = self.causes(settings, start, gradients)
        asked = f"{self.called(settings)}, {words}"
        expect(path, right, causes=causes, asked=asked, rtol=TOLERANCE, atol=TOLERANCE)

    def ask_random(
        self, student: Any, settings: dict[str, Any], rng: np.random.Generator, axes: int,
        scale: float = 1.0, steps: int = STEPS,
    ) -> None:  # fmt: skip
        """A walk over random gradients of a random shape; `scale` is their size."""
        shape = tuple(int(n) for n in rng.permutation(np.arange(2, 6))[:axes])
        start = rng.normal(size=shape)
        gradients = slopes(rng, steps, shape)
        words = f"{steps} steps on random gradients of shape {shape}"
        if scale != 1:
            words += f" and size {scale:g}"
        self.ask(student, settings, start, scale * gradients, words)

    def by_hand(self, weight: float = 1.0, **settings: Any) -> None:
        """A case with numbers that can be followed on paper, three steps of two weights."""

        @self.check.case("three steps by hand", weight=weight)
        def _(student, reference, rng):
            start = np.array([1.0, -1.0])
            gradients = np.array([[1.0, 0.0], [1.0, -2.0], [-0.5, 1.0]])
            words = f"from {show(start)} with the gradients {show(gradients)}"
            self.ask(student, settings, start, gradients, words)

    def beside_keras(self, weight: float = 2.0) -> None:
        @self.check.case("50 steps beside Keras", weight=weight)
        def _(student, reference, rng):
            self.ask_random(student, self.settings(rng), rng, axes=2)

    def sized(self, name: str, scale: float, steps: int = 6, **fixed: Any) -> None:
        """A case whose gradients are very small, so that ε shows; `fixed` settings go with it."""

        @self.check.case(name)
        def _(student, reference, rng):
            self.ask_random(student, {**self.settings(rng), **fixed}, rng, 1, scale, steps)

    def tidy(self) -> None:
        """A case about two objects side by side, and arrays that are not the optimizer's."""

        @self.check.case("two arrays, two objects")
        def _(student, reference, rng):
            settings = self.settings(rng)
            starts = [rng.normal(size=(2, 3)), rng.normal(size=(2, 3))]
            rows = [slopes(rng, 5, start.shape) for start in starts]
            objects = [self.new(student, settings) for _ in starts]
            paths: list[list[Any]] = [[], []]
            for k in range(5):
                for one, start, row, path in zip(objects, starts, rows, paths, strict=True):
                    w = path[-1] if path else start
                    path.append(ask_step(one, w, row[k], start.shape))
            self.ask_lent(student, settings, starts[0], rows[0])
            both = keras_walk(self.like(**settings), np.stack(starts), np.stack(rows, axis=1))
            for k, (start, row, path) in enumerate(zip(starts, rows, paths, strict=True)):
                causes = self.causes(settings, start, row)
                alone = self.alone(student, settings, start, row)
                causes.append((lambda a, alone=alone: not np.allclose(a, alone), DISTURBED))
                asked = f"{self.called(settings)}, two of them in turn, number {k + 1}"
                expect(
                    np.stack(path),
                    both[:, k],
                    causes=causes,
                    asked=asked,
                    rtol=TOLERANCE,
                    atol=TOLERANCE,
                )

    def causes(self, settings: dict[str, Any], start: Any, row: Any) -> list[tuple[Any, str]]:
        """Where known mistakes would walk."""
        return [(rule_walk(rule, start, row), said) for rule, said in self.mistakes(settings)]

    def alone(self, student: Any, settings: dict[str, Any], start: Any, row: Any) -> np.ndarray:
        """The learner's walk, with no other object beside it."""
        optimizer, w, path = self.new(student, settings), start, []
        for gradient in row:
            w = ask_step(optimizer, w, gradient, start.shape)
            path.append(w)
        return np.stack(path)

    def ask_lent(self, student: Any, settings: dict[str, Any], w: Any, row: Any) -> None:
        """The learner's class must write neither into the weights nor into the gradient."""
        optimizer = self.new(student, settings)
        lent_w, lent_g = student.lend(w), student.lend(row[0])
        optimizer.step(lent_w, lent_g)
        call = f"{self.called(settings)}.step({show(w)}, {show(row[0])})"
        remedy = "`w -= …` writes into the given array; `w = w - …` makes a new one."
        require_unchanged("w", call, w, lent_w, remedy)
        require_unchanged("gradient", call, row[0], lent_g, "Make a new array instead.")
        optimizer.step(lent_w, student.lend(row[1]))
        remedy = "The memory and the first gradient were one array: make a new one at each step."
        require_unchanged("gradient", call, row[0], lent_g, remedy)

    def hidden(self, weight: float = 2.0) -> None:
        @self.check.case("other shapes and settings", weight=weight, hidden=True)
        def _(student, reference, rng):
            self.ask_random(student, self.settings(rng), rng, axes=1, steps=20)
            self.ask_random(student, self.settings(rng), rng, axes=3, steps=8)
