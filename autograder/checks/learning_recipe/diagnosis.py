"""Checks of exercises 1 and 2: which illness, and bias and variance."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...expect import array, expect, require
from ...spec import Check, Wrong

NAMES = ("functions", "optimisation", "overfitting", "healthy")

diagnose = Check("diagnose")


def curve(rng: np.random.Generator, start: float, end: float, epochs: int) -> np.ndarray:
    """Errors that fall (or rise) from start to end, with a little noise and one wild last epoch."""
    falling = end + (start - end) * np.exp(-np.arange(epochs) / (epochs / 12))
    errors: np.ndarray = falling * rng.uniform(0.97, 1.03, epochs)
    return errors


def patient(rng: np.random.Generator, illness: str) -> tuple[Any, Any, Any, float]:
    """Curves of a network with that illness, and a goal; all errors clearly above or below."""
    goal = float(rng.uniform(0.05, 0.3))
    low, high = goal * rng.uniform(0.2, 0.7), goal * rng.uniform(1.6, 2.2)
    epochs, other = int(rng.integers(40, 60)), int(rng.integers(60, 80))
    end = high if illness in ("functions", "optimisation") else low
    factor = {"functions": 1.3, "optimisation": 0.7, "overfitting": 1.4, "healthy": 0.6}[illness]
    train = curve(rng, 3.5 * goal, end, epochs)
    smaller = curve(rng, 3.5 * goal, end * factor, other)
    level = {"functions": high * 1.1, "optimisation": high * 1.1, "overfitting": 1.8 * goal}
    new = curve(rng, 3.6 * goal, level.get(illness, 0.85 * goal), epochs)
    return train, new, smaller, goal


def ask_diagnosis(student: Any, curves: tuple[Any, Any, Any, float], illness: str) -> None:
    train, new, smaller, goal = curves
    error, error_new = np.median(train[-5:]), np.median(new[-5:])
    spoiled = bool(np.ptp(train[-5:]) > 0.5 * error or np.ptp(new[-5:]) > 0.5 * error_new)
    answer = student.diagnose(train, new, smaller, goal)
    require(
        isinstance(answer, str) and answer in NAMES,
        "Return one of the four words, spelled as in the table: " + ", ".join(NAMES) + ".",
        got=answer,
    )
    if answer == illness:
        return
    words = "Go through the table line by line, with the median of each curve's last five values."
    if spoiled:
        words = (
            "One epoch decided: an average, a minimum or the last value is carried away by it. "
            "Take the median of the last five."
        )
    elif answer == "overfitting" and error > goal:
        words = (
            "The error on new examples is high, but so is the training error: what is not even "
            "fitted is not overfitted. Look at the training error first."
        )
    elif {answer, illness} == {"functions", "optimisation"}:
        words = (
            "If the smaller network gets further than this one, a good function was in the set "
            "and the search missed it: optimisation. If not: functions."
        )
    elif illness == "overfitting":
        words = "Training reached the goal and the new examples did not: that is overfitting."
    elif error <= goal:
        words = (
            "Both curves end below the goal. A gap between them, a bad start, or a smaller "
            "network that is better still, is no illness."
        )
    raise Wrong(words, got=answer, expected=f"'{illness}'")


@diagnose.case("training is bad", weight=2)
def _(student, reference, rng):
    for illness in rng.permutation(["functions", "optimisation"]):
        ask_diagnosis(student, patient(rng, str(illness)), str(illness))


@diagnose.case("training is good", weight=2)
def _(student, reference, rng):
    for illness in rng.permutation(["overfitting", "healthy"]):
        ask_diagnosis(student, patient(rng, str(illness)), str(illness))


@diagnose.case("new examples dipped below the goal and came back")
def _(student, reference, rng):
    train, new, smaller, goal = patient(rng, "overfitting")
    third = len(new) // 3
    new[third - 4 : third + 4] = 0.8 * goal
    ask_diagnosis(student, (train, new, smaller, goal), "overfitting")


@diagnose.case("one lucky or unlucky epoch")
def _(student, reference, rng):
    train, new, smaller, goal = patient(rng, "healthy")
    train[-1], new[-2] = 4 * goal, 9 * goal
    ask_diagnosis(student, (train, new, smaller, goal), "healthy")
    train, new, smaller, goal = patient(rng, "functions")
    train[-1] = smaller[-1] = 0.0
    train[-9] = smaller[-8] = 0.0
    ask_diagnosis(student, (train, new, smaller, goal), "functions")


@diagnose.case("twelve networks nobody has seen", weight=2, hidden=True)
def _(student, reference, rng):
    for illness in rng.permutation(NAMES * 3):
        ask_diagnosis(student, patient(rng, str(illness)), str(illness))


bias_and_variance = Check("bias_and_variance")


def ask_bias(student: Any, predictions: np.ndarray, truth: np.ndarray) -> None:
    fits, places = predictions.shape
    columns = [[float(v) for v in column] for column in predictions.T]
    means = np.array([sum(c) / fits for c in columns])
    spread = np.array(
        [sum((v - m) ** 2 for v in c) / fits for c, m in zip(columns, means, strict=True)]
    )
    bias2, variance = float(((means - truth) ** 2).mean()), float(spread.mean())
    causes = [
        (
            (float((means - truth).mean()), variance),
            "Square the bias at every place.",
        ),
        (
            (float((means - truth).mean()) ** 2, variance),
            "Square the bias at each place before you average: where it is too high and where it "
            "is too low must not cancel.",
        ),
        ((float(np.abs(means - truth).mean()), variance), "The bias is squared, not taken as |…|."),
        (
            (float(((predictions - truth) ** 2).mean()), variance),
            "The first number is the mean squared distance, which holds the variance as well. "
            "Average over the fits first, then compare with the truth.",
        ),
        (
            (bias2, float(((predictions - truth) ** 2).mean())),
            "The second number is the mean squared distance from the truth; variance is the "
            "distance from the fits' own mean.",
        ),
        ((bias2, float(predictions.var())), "Variance is taken over the fits, at each place alone "
         "(axis=0); you took all numbers together."),
        ((bias2, float(predictions.var(axis=1).mean())), "The fits are axis 0: you took the "
         "variance over the places."),
        ((bias2, variance * fits / max(fits - 1, 1)), "Divide by the number of fits, not by one "
         "less, or bias and variance do not add up."),
        ((bias2, float(np.sqrt(spread).mean())), "That is the standard deviation; return its "
         "square."),
        ((variance, bias2), "The order is turned around: squared bias first."),
        (
            lambda a: isinstance(a, np.ndarray) or np.ndim(a) == 0,
            "Return two numbers: `return bias_squared, variance`.",
        ),
        (
            lambda a: np.shape(a[0]) == (places,) or np.shape(a[1]) == (places,),
            "Average over the places as well: two single numbers come back.",
        ),
    ]  # fmt: skip
    answer = student.bias_and_variance(predictions, truth)
    expect(answer, (bias2, variance), causes=causes)


def fits_of(rng: np.random.Generator, fits: int, places: int) -> tuple[Any, Any]:
    truth = rng.normal(size=places)
    shift = rng.uniform(0.5, 1.0, places) * np.where(np.arange(places) % 3, 1, -1)
    return truth + shift + rng.normal(size=(fits, places)), truth


@bias_and_variance.case("one place")
def _(student, reference, rng):
    ask_bias(student, *fits_of(rng, int(rng.integers(2, 5)), 1))


@bias_and_variance.case("several places", weight=2)
def _(student, reference, rng):
    ask_bias(student, *fits_of(rng, int(rng.integers(3, 5)), int(rng.integers(5, 8))))


@bias_and_variance.case("they add up", hidden=True)
def _(student, reference, rng):
    predictions, truth = fits_of(rng, int(rng.integers(20, 40)), int(rng.integers(7, 12)))
    answer = student.bias_and_variance(predictions, truth)
    if isinstance(answer, (tuple, list)) and len(answer) == 2:
        total = array(answer[0], ()) + array(answer[1], ())
        whole = np.mean((predictions - truth) ** 2)
        if not np.isclose(total, whole, rtol=1e-4):
            ask_bias(student, predictions, truth)
    ask_bias(student, predictions, truth)
