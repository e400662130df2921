"""Checks of exercises 9 and 10: learning rates that change while training."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np

from ...expect import expect, hint
from ...spec import Check
from .walks import KERAS_IS_NOT_YOURS

ANY_SHAPE = "The steps are an array of any shape: np.where in place of `if`, np.cos of math.cos."
ONE_NUMBER = (
    "One number came back for a whole array of steps: return a learning rate for each of them."
)


def by_keras(schedule: Any, steps: np.ndarray) -> np.ndarray:
    """What a Keras schedule gives at every step."""
    values = [float(keras.ops.convert_to_numpy(schedule(int(k)))) for k in steps.ravel()]
    return np.array(values).reshape(steps.shape)


def ask(function: Callable[..., Any], arguments: Any, expected: np.ndarray, causes: Any) -> None:
    with hint(ANY_SHAPE):
        answer = function(*arguments)
    single = [(lambda a: np.ndim(a) == 0 and expected.ndim > 0, ONE_NUMBER)]
    expect(answer, expected, causes=[*causes, *single], rtol=1e-4, atol=1e-7)


time_decay = Check("time_decay", rules=(KERAS_IS_NOT_YOURS,))


def ask_time(student: Any, steps: np.ndarray, rate: float, decay: float) -> None:
    schedule = keras.optimizers.schedules.InverseTimeDecay(rate, 1, decay)
    causes = [
        (rate * (1 - decay * steps), "This falls along a straight line and below 0; divide by "
         "1 + decay · steps."),
        (rate / (decay * steps + (steps == 0)), "The 1 is missing in the denominator."),
        (rate * decay**steps, "This is exponential decay; divide by 1 + decay · steps."),
        (rate * np.exp(-decay * steps), "This is exponential decay; divide by 1 + decay · steps."),
        (rate / (1 + decay) ** steps, "This is exponential decay; divide by 1 + decay · steps."),
        (rate / (1 + decay * (steps + 1)), "Steps are counted from 0: step 0 has the full rate."),
        (rate / np.sqrt(1 + decay * steps), "There is no root in this one."),
        (rate / 1 + decay * steps, "Parentheses are missing around 1 + decay · steps."),
        (1 / (1 + decay * steps), "The learning rate is missing."),
        (rate * (1 + decay * steps), "The rate grows; divide instead of multiplying."),
        (rate / (1 + steps), "The decay is missing: 1 + decay · steps."),
        (rate / (1 + rate * decay * steps), "The learning rate is in the denominator, too."),
    ]  # fmt: skip
    ask(student.time_decay, (steps, rate, decay), by_keras(schedule, steps), causes)


@time_decay.case("the first steps", weight=2)
def _(student, reference, rng):
    ask_time(student, np.arange(5), 0.1, float(np.round(rng.uniform(0.2, 0.9), 2)))


@time_decay.case("many steps in a table")
def _(student, reference, rng):
    steps = rng.integers(1, 400, (2, 3))
    ask_time(student, steps, float(rng.uniform(0.1, 0.9)), float(rng.uniform(0.01, 0.1)))


@time_decay.case("other settings", hidden=True)
def _(student, reference, rng):
    steps = np.array(int(rng.integers(20, 60)))
    ask_time(student, steps, float(rng.uniform(0.5, 2)), float(rng.uniform(0.2, 2)))
    ask_time(student, rng.integers(1, 9, 4), float(rng.uniform(0.5, 2)), 0.0)


cosine_decay = Check("cosine_decay", rules=(KERAS_IS_NOT_YOURS,))


def cosine_causes(steps: np.ndarray, rate: float, warmup: int, total: int) -> list[tuple[Any, str]]:
    """What misread schedules give."""
    rising = rate * steps / max(warmup, 1)
    done = np.clip((steps - warmup) / (total - warmup), 0, 1)

    def joined(after: Any, before: Any = rising) -> Any:
        return np.where(steps < warmup, before, after)

    def half(share: Any) -> Any:
        return rate * (1 + np.cos(np.pi * share)) / 2

    return [
        (joined(half((steps - warmup) / (total - warmup))), "After `total` steps the cosine rises "
         "again; let the rate stay at 0."),
        (joined(half(np.clip(steps / total, 0, 1))), "The cosine starts at step 0: it should "
         "start where the warm-up ends."),
        (joined(half(np.clip((steps - warmup) / total, 0, 1))), "The cosine is too long: it has "
         "total − warmup steps."),
        (half(np.clip(steps / total, 0, 1)), "The warm-up is missing."),
        (half(done), "The warm-up is missing: below it the rate rises along a straight line."),
        (joined(half(done), rate * (steps + 1) / max(warmup, 1)), "The warm-up starts at 0: step 0 "
         "has the rate 0."),
        (joined(rate * np.cos(np.pi * done / 2)), "This is a quarter of a cosine; half of one, "
         "lifted, is flat at both ends: (1 + cos(π·share)) / 2."),
        (joined(rate * np.cos(np.pi * done)), "The cosine becomes negative: (1 + cos) / 2."),
        (joined(rate * (1 + np.cos(np.pi * done))), "Twice too large: (1 + cos) / 2."),
        (joined(rate * (1 - np.cos(np.pi * done)) / 2), "The cosine is upside down."),
        (joined(rate * (1 - done)), "After the warm-up this is a straight line, not a cosine."),
        (joined(half(done)) / rate, "The learning rate is missing."),
        (joined(rate * (1 + np.cos(done)) / 2), "The π is missing in the cosine."),
        (lambda a: np.any(np.isnan(a)), "NaN came back: with no warm-up you divide by 0."),
    ]  # fmt: skip


def ask_cosine(student: Any, steps: np.ndarray, rate: float, warmup: int, total: int) -> None:
    schedules = keras.optimizers.schedules
    schedule = schedules.CosineDecay(rate, total)
    if warmup:
        schedule = schedules.CosineDecay(
            0.0, total - warmup, warmup_target=rate, warmup_steps=warmup
        )
    arguments = steps, rate, warmup, total
    ask(student.cosine_decay, arguments, by_keras(schedule, steps), cosine_causes(*arguments))


@cosine_decay.case("warm-up, then half a cosine", weight=2)
def _(student, reference, rng):
    ask_cosine(student, np.array([0, 1, 2, 4, 7, 10, 12]), 0.1, 4, 12)


@cosine_decay.case("after the end")
def _(student, reference, rng):
    warmup, total = int(rng.integers(3, 8)), int(rng.integers(30, 50))
    steps = np.array([1, warmup + 3, total, total + 5, 2 * total - 3])
    ask_cosine(student, steps, float(rng.uniform(0.1, 0.9)), warmup, total)


@cosine_decay.case("no warm-up")
def _(student, reference, rng):
    total = int(rng.integers(20, 40))
    steps = np.array([[0, 3], [11, 18]])
    ask_cosine(student, steps, float(rng.uniform(0.1, 0.9)), 0, total)


@cosine_decay.case("other settings", weight=2, hidden=True)
def _(student, reference, rng):
    warmup, total = int(rng.integers(5, 20)), int(rng.integers(60, 200))
    inside = np.append(rng.integers(1, total, 5), rng.integers(1, warmup))
    ask_cosine(student, inside, float(rng.uniform(0.5, 2)), warmup, total)
    ask_cosine(student, np.array(total // 2), float(rng.uniform(0.5, 2)), warmup, total)
