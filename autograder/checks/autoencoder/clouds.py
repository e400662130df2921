"""Checks of exercises 10 and 11: codes drawn from clouds, and the price of a cloud."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...expect import Cause, array, expect, hint, require
from ...spec import Check, Wrong

reparameterise = Check("reparameterise")
kl_divergence = Check("kl_divergence")

AXES = ("batch", "units")
# exp and sums of a dozen terms in float32.
CLOSE: dict[str, Any] = {"rtol": 1e-3, "atol": 1e-4}
CUT = (
    "No gradient comes through: NumPy cuts the thread that leads back. Calculate with keras.ops, "
    "all the way."
)


def clouds(rng: np.random.Generator, batch: int, units: int) -> list[np.ndarray]:
    """mean, log_var and noise, float32."""
    mean, log_var, noise = rng.normal(size=(3, batch, units))
    return [part.astype(np.float32) for part in (2 * mean, 1.5 * log_var + 0.5, noise)]


def ask_codes(student: Any, mean: np.ndarray, log_var: np.ndarray, noise: np.ndarray) -> None:
    right = mean + np.sqrt(np.exp(log_var.astype(float))) * noise
    causes: list[Cause] = [
        (mean + np.exp(log_var) * noise, "The variance is exp(log_var); noise is multiplied by the "
         "standard deviation, its root."),
        (mean + log_var * noise, "Take the exponential of log_var, a logarithm, and the root."),
        (mean + 0.5 * log_var * noise, "The exponential is missing."),
        (mean + np.exp(2 * log_var) * noise, "The root of the variance is exp(log_var / 2), not "
         "exp(2 · log_var)."),
        (mean + np.exp(0.5 * log_var), "The noise has no influence."),
        (np.exp(0.5 * log_var) * noise, "The mean is missing."),
        (mean, "These are the means: the noise has no influence."),
        (mean + np.exp(0.5 * log_var) + noise, "The noise is multiplied by the standard deviation, "
         "not added to it."),
        (np.exp(0.5 * log_var) * (mean + noise), "Stretch the noise alone, then add the mean."),
        (mean + np.sqrt(np.abs(log_var)) * noise, "The exponential comes first, then the root: "
         "log_var is the logarithm of the variance."),
        (lambda a: np.shape(a) == right.shape and len(a) > 1 and np.allclose(a[0], right[0],
         rtol=1e-3), "The first row is right, the others are not: does each get its own noise?"),
    ]  # fmt: skip
    with hint("Axes: all three arguments are (batch, units)."):
        answer = student.reparameterise(mean, log_var, noise)
    expect(answer, right, causes=causes, axes=AXES, **CLOSE)


@reparameterise.case("by hand")
def _(student, reference, rng):
    log_var = np.array([[np.log(4.0), 0.0]], "float32")
    ask_codes(student, np.array([[1.0, 2.0]], "float32"), log_var, np.array([[1.5, 0]], "float32"))


@reparameterise.case("a batch of clouds", weight=2)
def _(student, reference, rng):
    ask_codes(student, *clouds(rng, int(rng.integers(4, 7)), 3))


def ask_slopes(student: Any, rng: np.random.Generator) -> None:
    mean, log_var, noise = clouds(rng, 4, 3)
    function = student.function("reparameterise")
    try:
        answer = student.cloud_slopes(function, mean, log_var, noise)
    except Wrong as wrong:
        if not any(word in wrong.cause for word in ("not depend", "not a tensor", "numpy")):
            raise
        raise Wrong(CUT) from None
    right = [np.ones_like(mean), 0.5 * np.exp(0.5 * log_var) * noise]
    names = ("mean", "log_var")
    for name, slope, wanted in zip(names, answer, right, strict=True):
        causes: list[Cause] = [
            (lambda a: not np.any(a), CUT),
            (lambda a: True, f"The slope with respect to {name} is another one. First look at the "
             "cases above, which are about the values."),
        ]  # fmt: skip
        asked = f"slope of the sum of the codes with respect to {name}"
        expect(slope, wanted, causes=causes, axes=AXES, asked=asked, **CLOSE)


@reparameterise.case("slopes come through", weight=2)
def _(student, reference, rng):
    ask_slopes(student, rng)


@reparameterise.case("means and variances of many draws", weight=2, hidden=True)
def _(student, reference, rng):
    mean, log_var, _ = clouds(rng, 1, 5)
    noise = rng.normal(size=(500, 5))  # so few that a loop over the rows is in time
    noise = ((noise - noise.mean(axis=0)) / noise.std(axis=0)).astype(np.float32)
    many = [np.broadcast_to(part, noise.shape) for part in (mean, log_var)]
    codes = array(student.reparameterise(*many, noise), noise.shape)
    deviation = np.exp(0.5 * log_var[0])
    words = "The means of many draws are not those of the clouds."
    require(np.all(np.abs(codes.mean(axis=0) - mean[0]) < 0.01 * deviation), words)
    words = "The variances of many draws are not those of the clouds: exp(log_var) is the variance."
    require(np.all(np.abs(codes.std(axis=0) / deviation - 1) < 0.01), words)
    ask_codes(student, *clouds(rng, 6, 1))


def integrated(mean: float, log_var: float) -> float:
    """The integral of q (log q − log p) on a grid, for one unit."""
    deviation = np.exp(0.5 * log_var)
    z = mean + deviation * np.linspace(-12, 12, 4001)
    log_q = -0.5 * ((z - mean) / deviation) ** 2 - 0.5 * log_var - 0.5 * np.log(2 * np.pi)
    log_p = -0.5 * z**2 - 0.5 * np.log(2 * np.pi)
    return float(np.trapezoid(np.exp(log_q) * (log_q - log_p), z))


def ask_kl(student: Any, mean: np.ndarray, log_var: np.ndarray) -> None:
    units = np.array([[integrated(m, v) for m, v in zip(*rows, strict=True)]
                      for rows in zip(mean, log_var, strict=True)])  # fmt: skip
    right = units.sum(axis=1)
    var = np.exp(log_var.astype(float))
    causes: list[Cause] = [
        (2 * right, "The half in front of the sum is missing."),
        (-right, "The sign is the other one: a divergence is never negative."),
        (units.mean(axis=1), "Sum over the units, do not average."),
        (units, "One number per image: sum over the units."),
        (right.sum(), "One number per image: sum over the units, the last axis, alone."),
        (right.mean(), "One number per image: do not average over the batch."),
        (units.sum(axis=0), "You summed over the batch; sum over the units, the last axis."),
        (0.5 * (mean**2 + log_var**2 - np.log(log_var**2 + 1e-30) - 1).sum(axis=1), "The "
         "logarithm is log_var already: the variance is its exponential."),
        (0.5 * (mean**2 + np.exp(0.5 * log_var) - log_var - 1).sum(axis=1), "The variance is "
         "exp(log_var); exp(log_var / 2) is the standard deviation."),
        (0.5 * (mean**2 + var - 0.5 * log_var - 1).sum(axis=1), "In the formula stands the "
         "logarithm of the variance, which is log_var itself."),
        (0.5 * (mean + var - log_var - 1).sum(axis=1), "The mean is squared in the formula."),
        (0.5 * (mean**2 + var - log_var).sum(axis=1), "The −1 is missing: the standard normal "
         "distribution itself should cost nothing."),
        (0.5 * (mean**2 + var + log_var - 1).sum(axis=1), "The logarithm comes with a minus."),
        (0.5 * (var - log_var - 1).sum(axis=1), "The means have no influence."),
        (0.5 * (mean**2 + var - log_var).sum(axis=1) - 0.5, "The −1 belongs to every unit, inside "
         "the sum."),
        (0.5 * (mean**2 / var + 1 / var + log_var - 1).sum(axis=1), "That is the divergence the "
         "other way round, of the standard normal distribution from the cloud."),
    ]  # fmt: skip
    with hint("Axes: both arguments are (batch, units), the result is (batch,)."):
        answer = student.kl_divergence(mean, log_var)
    expect(answer, right, causes=causes, axes=("batch",), **CLOSE)


@kl_divergence.case("by hand")
def _(student, reference, rng):
    ask_kl(student, np.array([[1.0, 0.0]], "float32"), np.array([[0.0, np.log(4.0)]], "float32"))


@kl_divergence.case("nothing to pay")
def _(student, reference, rng):
    zeros = np.zeros((int(rng.integers(2, 5)), 6), "float32")
    ask_kl(student, zeros, zeros)


@kl_divergence.case("clouds, by integration", weight=3)
def _(student, reference, rng):
    mean, log_var, _ = clouds(rng, int(rng.integers(3, 6)), 7)
    ask_kl(student, mean, log_var)


@kl_divergence.case("other sizes, narrow clouds", weight=2, hidden=True)
def _(student, reference, rng):
    for batch, units in ((1, 4), (5, 1), (3, 9)):
        mean, log_var, _ = clouds(rng, batch, units)
        ask_kl(student, mean, log_var - 3)
