"""Checks of exercises 9 and 10: renew the target network, and how much to explore."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...expect import expect, hint, require
from ...spec import Check, Wrong
from .nets import Weights, keras_model, two_networks, weights_of

update_target = Check("update_target")
epsilon_at = Check("epsilon_at")


def near(one: Weights, other: Weights) -> bool:
    return all(np.allclose(a, b, rtol=1e-4, atol=1e-5) for a, b in zip(one, other, strict=True))


def ask_update(student: Any, rng: np.random.Generator, tau: float | None, times: int = 1) -> None:
    learner, target = two_networks(rng, int(rng.integers(3, 6)), 2)
    model, target_model = keras_model(student, learner), keras_model(student, target)
    share = 1.0 if tau is None else tau
    asked = "update_target(model, target_model" + (")" if tau is None else f", tau={tau:.2g})")
    wanted = target
    for _round in range(times):
        with hint("get_weights() gives a list of arrays, set_weights takes one.", asked=asked):
            student.update_target(model, target_model, *([] if tau is None else [tau]))
        wanted = [share * new + (1 - share) * old for new, old in zip(learner, wanted, strict=True)]
    found, kept = weights_of(target_model, target), weights_of(model, learner)
    if near(found, wanted) and near(kept, learner):
        return
    turned = [share * old + (1 - share) * new for new, old in zip(learner, target, strict=True)]
    if near(kept, target) and not near(learner, target):
        words = "The model got the target's weights: the copy goes the other way."
    elif not near(kept, learner):
        words = "The model's weights changed: only the target network moves."
    elif near(found, learner) and share != 1:
        words = "The target took all of the model's weights: with tau it goes only a part of the "
        words += "way."
    elif near(found, target):
        words = "The target network's weights did not change (with tau = 1 it takes all of the "
        words += "model's): set_weights."
    elif near(found, turned):
        words = "The share tau is turned around: the target keeps 1 − tau of its own."
    elif near(found, [t + share * m for m, t in zip(learner, target, strict=True)]):
        words = "The target keeps 1 − tau of its own weights, not all of them."
    else:
        same = [np.allclose(a, b, atol=1e-5) for a, b in zip(found, wanted, strict=True)]
        words = "The target's weights are wrong."
        if any(same):
            words = "Some layers were renewed, others not: kernels and biases of all layers."
    raise Wrong(words, asked=asked)


@update_target.case("a hard copy")
def _(student, reference, rng):
    ask_update(student, rng, None)


@update_target.case("a soft one", weight=2)
def _(student, reference, rng):
    ask_update(student, rng, float(rng.uniform(0.1, 0.3)))


@update_target.case("a copy, not the same network")
def _(student, reference, rng):
    learner, target = two_networks(rng, 4, 2)
    model, target_model = keras_model(student, learner), keras_model(student, target)
    student.update_target(model, target_model)
    words = "After a hard copy the target's weights should be the model's; see the other cases."
    require(near(weights_of(target_model, target), learner), words)
    model.set_weights([w + 1 for w in learner])
    still = near(weights_of(target_model, target), learner)
    words = "After the copy the model learns on, and the target moves with it: copy the numbers."
    require(still, words, asked="update_target, then the model's weights change")


@update_target.case("many soft steps", hidden=True)
def _(student, reference, rng):
    ask_update(student, rng, float(rng.uniform(0.3, 0.5)), times=3)
    ask_update(student, rng, 0.0)
    ask_update(student, rng, 1.0)


def ask_epsilon(student: Any, step: int, num: int, *given: float) -> None:
    final, fraction = given or (0.04, 0.16)
    right = float(np.interp(step, [0, fraction * num], [1.0, final]))
    causes = [
        (lambda v: v < min(final, 1) - 1e-6, "Here ε fell below its final value: it stays there "
         "when the exploration is over."),
        (float(np.interp(step, [0, num], [1.0, final])), "The argument `fraction` is not used: ε "
         "falls over that part of the steps."),
        (float(np.interp(step, [0, fraction * num], [1.0, 0.0])), "The line should go from 1 to "
         "`final`: here it heads for 0."),
        (max(final, 1 - step / (fraction * num)), "The line should go from 1 to `final`: here it "
         "heads for 0, and is cut off before."),
        (1.0 if 0 < step < fraction * num else -1, "Here ε is still 1 while it should be falling: "
         "no whole-number division?"),
        (float(np.interp(step, [0, fraction * num], [final, 1.0])), "It rises: ε begins at 1 and "
         "falls."),
        (max(final, final ** (step / (fraction * num))), "A straight line was asked for, not an "
         "exponential."),
        (1 - right, "That is 1 − ε."),
        (float(np.interp(step, [0, fraction * num], [1.0, 0.04])), "The argument `final` is not "
         "used."),
    ]  # fmt: skip
    expect(student.epsilon_at(step, num, *given), right, causes=causes)


def horizon(rng: np.random.Generator) -> tuple[int, float, float]:
    """num_steps, final, fraction."""
    return int(rng.integers(10, 30)) * 100, float(rng.uniform(0.1, 0.3)), float(
        rng.uniform(0.3, 0.6)
    )  # fmt: skip


@epsilon_at.case("while it falls", weight=2)
def _(student, reference, rng):
    num, final, fraction = horizon(rng)
    for part in (0.0, 0.25, 0.5, 0.9):
        ask_epsilon(student, int(part * fraction * num), num, final, fraction)


@epsilon_at.case("afterwards")
def _(student, reference, rng):
    num, final, fraction = horizon(rng)
    for part in (fraction + 0.05, 0.9, 1.0):
        ask_epsilon(student, int(part * num), num, final, fraction)


@epsilon_at.case("as the settings have it", hidden=True)
def _(student, reference, rng):
    for step in (0, 700, 8000, 8001, 50_000):
        ask_epsilon(student, step, 50_000)
    for step in (0, 3, 7, 10):
        ask_epsilon(student, step, 10, 0.0, 1.0)
        ask_epsilon(student, step, 10, 1.0, 0.5)
