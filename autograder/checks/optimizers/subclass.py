"""Check of exercise 11: momentum as an optimizer that Keras can use."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np

from ...expect import expect, require, show
from ...spec import Check, Wrong
from ...student import Remote
from ...verdict import forbid
from .momentum import momenta, momentum_mistakes
from .walks import STEPS, rule_walk

NAME = "KerasMomentum"
KerasMomentum = Check(NAME, rules=(forbid("SGD", says="write momentum yourself"),))


def settings_of(rng: np.random.Generator) -> dict[str, Any]:
    return momenta(rng)


def drawn(
    rng: np.random.Generator, shapes: list[tuple[int, ...]], steps: int
) -> tuple[list[Any], list[list[Any]]]:
    """Random starts, and for every step one gradient per variable."""
    starts = [rng.normal(size=shape).astype("float32") for shape in shapes]
    rows = [[rng.normal(size=s).astype("float32") + 0.3 for s in shapes] for _ in range(steps)]
    return starts, [[g.astype("float32") for g in row] for row in rows]


def keras_steps(optimizer: Any, starts: list[Any], rows: list[list[Any]]) -> list[Any]:
    """Keras's own walk: a list with, for every variable, its values after every step."""
    variables = [keras.Variable(start) for start in starts]
    paths: list[list[Any]] = [[] for _ in starts]
    for row in rows:
        optimizer.apply([keras.ops.convert_to_tensor(g) for g in row], variables)
        for path, variable in zip(paths, variables, strict=True):
            path.append(keras.ops.convert_to_numpy(variable.value).copy())
    return [np.stack(path) for path in paths]


def new(student: Any, settings: dict[str, Any]) -> Any:
    optimizer = student.KerasMomentum(**settings)
    require(isinstance(optimizer, Remote), "KerasMomentum(...) should be an optimizer.")
    return optimizer


def ask(student: Any, settings: dict[str, Any], starts: list[Any], rows: list[Any]) -> Any:
    """Compare the learner's walk with Keras's; the optimizer comes back."""
    optimizer = new(student, settings)
    answer = student.apply_in_keras(optimizer, starts, rows)
    right = keras_steps(keras.optimizers.SGD(**settings), starts, rows)
    asked = f"{NAME}({', '.join(f'{k}={show(v)}' for k, v in settings.items())}), "
    asked += f"{len(rows)} steps, variables of shapes {[s.shape for s in starts]}"
    if not (isinstance(answer, list) and len(answer) == len(starts)):
        raise Wrong("The given function apply_in_keras was changed; run its cell again.")
    if all(np.array_equal(a[-1], s) for a, s in zip(answer, starts, strict=True)):
        raise Wrong(
            "The variables did not move: `variable.assign_add(...)` changes one.", asked=asked
        )
    each = [[g[k] for g in rows] for k in range(len(starts))]
    rules = momentum_mistakes(settings)
    causes: list[tuple[Any, str]] = []
    for rule, words in rules:
        wrong = [rule_walk(rule, s, g) for s, g in zip(starts, each, strict=True)]
        causes.append((lambda a, w=wrong: close(a[0], w[0]), words))
    causes.append(
        (
            lambda a: close(a[0], right[0]) or close(a[0][0], right[0][0]),
            "The first step is right, later ones are not: does each variable have a velocity of "
            "its own, which is assigned anew in every step?",
        )
    )
    expect(answer, right, causes=causes, asked=asked, rtol=1e-5, atol=1e-5)
    return optimizer


def close(a: Any, b: Any) -> bool:
    return bool(np.allclose(a, b, rtol=1e-5, atol=1e-5))


@KerasMomentum.case("50 steps beside Keras", weight=2)
def _(student, reference, rng):
    ask(student, settings_of(rng), *drawn(rng, [(2, 3), (4,)], STEPS))


@KerasMomentum.case("two variables of one shape")
def _(student, reference, rng):
    ask(student, settings_of(rng), *drawn(rng, [(3,), (3,)], 4))


@KerasMomentum.case("its memory belongs to Keras")
def _(student, reference, rng):
    starts, rows = drawn(rng, [(2, 3), (4,)], 2)
    optimizer = new(student, settings_of(rng))
    student.apply_in_keras(optimizer, starts, rows)
    shapes = [np.shape(v) for v in optimizer["variables"]]
    words = (
        "Keras does not know the velocities, so they are lost in `fit` and when a model is saved. "
        'Make them in `build` with self.add_variable_from_reference(variable, "velocity").'
    )
    known = [s.shape in shapes for s in starts]
    require(all(known), words, got=f"optimizer.variables of shapes {shapes}")


@KerasMomentum.case("its settings can be saved")
def _(student, reference, rng):
    settings = settings_of(rng)
    config = new(student, settings).get_config()
    require(isinstance(config, dict), "get_config returns a dictionary.", got=config)
    words = (
        "The config lacks momentum, so a saved model forgets it: add it to super().get_config()."
    )
    require("momentum" in config, words, got=sorted(map(str, config)))
    words = "The config lacks the learning rate: start from super().get_config()."
    require("learning_rate" in config, words, got=sorted(map(str, config)))
    words = "The momentum in the config is not the one the optimizer was made with."
    require(config["momentum"] == settings["momentum"], words, got=config["momentum"])


@KerasMomentum.case("other shapes and settings", weight=2, hidden=True)
def _(student, reference, rng):
    shapes = [(int(rng.integers(2, 5)),), (), (2, 2, int(rng.integers(2, 4)))]
    ask(student, settings_of(rng), *drawn(rng, shapes, 6))
