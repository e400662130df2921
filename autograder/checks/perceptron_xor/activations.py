"""Checks of exercises 1 to 4: what a neuron may do with its weighted sum."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.special

from ...expect import expect, hint
from ...spec import Check
from ...verdict import forbid

SHAPE_OF_Z = (
    "The answer has the shape of z, one number for each of its numbers: "
    "let NumPy work on the whole array."
)


def nan(answer: Any) -> bool:
    """Whether NaN is in the answer; for causes."""
    return bool(np.any(np.isnan(answer)))


def same_shape(answer: Any, z: np.ndarray) -> bool:
    """Whether the answer is an array of z's shape; for causes."""
    return isinstance(answer, np.ndarray) and answer.shape == z.shape


def other_shape(z: np.ndarray) -> Any:
    """Whether the answer is an array or a number of another shape than z; a cause."""
    return lambda a: isinstance(a, (np.ndarray, float, int)) and not same_shape(a, z)


def signed(rng: np.random.Generator, shape: Any, low: float = 0.1, high: float = 3.0) -> np.ndarray:
    """Random numbers of both signs, none nearer to 0 than `low`, the first two of both signs."""
    values: np.ndarray = rng.uniform(low, high, shape) * rng.choice([-1.0, 1.0], shape)
    values.flat[0], values.flat[1] = abs(values.flat[0]), -abs(values.flat[1])
    return values


def sizes(rng: np.random.Generator, dimensions: int, low: int = 2, high: int = 6) -> list[int]:
    """A random shape whose sizes all differ, so that no wrong axis fits by chance."""
    return [int(n) for n in rng.permutation(np.arange(low, high))[:dimensions]]


def ask(function: Any, z: np.ndarray, expected: np.ndarray, causes: Any) -> None:
    """Compare what the learner's function gives for the array z."""
    with hint("z is a whole array: np.where in place of `if`, np.exp in place of math.exp."):
        answer = function(z)
    expect(answer, expected, causes=causes)


step = Check("step")


def step_causes(z: np.ndarray) -> list[tuple[Any, str]]:
    """What wrong step functions give."""
    return [
        (1.0 * (z >= 0), "The threshold itself does not fire: step(0) is 0, so compare with >."),
        (np.heaviside(z, 0.5), "At 0 you return 0.5: the threshold itself does not fire, it is 0."),
        (np.sign(z), "You return −1 below the threshold (np.sign); a silent neuron gives 0."),
        (1.0 * (z < 0), "It fires on the wrong side: 1 where z is positive, 0 elsewhere."),
        (np.maximum(z, 0), "Above the threshold the answer is 1, not z itself (that is ReLU)."),
        (1.0 * (z > 0.5), "Positive numbers below 0.5 must fire too: the threshold is 0, not 0.5."),
        (1.0 * (z >= 1), "Positive numbers below 1 must fire too: the threshold is 0, not 1."),
        (other_shape(z), SHAPE_OF_Z),
    ]


@step.case("positive and negative")
def _(student, reference, rng):
    z = signed(rng, rng.integers(4, 8), low=0.6)
    ask(student.step, z, np.where(z > 0, 1.0, 0.0), step_causes(z)[:-1])


@step.case("the threshold itself")
def _(student, reference, rng):
    z = rng.permutation([0.0, -0.0, *signed(rng, 2, low=0.6)])
    ask(student.step, z, np.where(z > 0, 1.0, 0.0), step_causes(z)[:-1])


@step.case("a matrix")
def _(student, reference, rng):
    z = signed(rng, sizes(rng, 2))
    z.flat[2] = 0.2
    ask(student.step, z, np.where(z > 0, 1.0, 0.0), step_causes(z))


@step.case("hardly above, hardly below", hidden=True)
def _(student, reference, rng):
    z = signed(rng, sizes(rng, 3), low=1e-4, high=0.3)
    ask(student.step, z, np.where(z > 0, 1.0, 0.0), step_causes(z))


sigmoid = Check(
    "sigmoid",
    rules=(forbid("sigmoid", "expit", "hard_sigmoid", says="write the sigmoid with NumPy's exp"),),
)


def sigmoid_causes(z: np.ndarray) -> list[tuple[Any, str]]:
    """What wrong sigmoids give."""
    right = scipy.special.expit(z)
    return [
        (
            nan,
            "NaN for numbers far from 0: exp overflows to infinity and inf/inf is NaN. "
            "Only ever take exp of a negative number: exp(z) where z < 0, exp(-z) elsewhere.",
        ),
        (1 - right, "The sign in the exponent is wrong: it is exp(−z), and σ must rise with z."),
        (1 + np.exp(-z), "Parentheses are missing: 1 / (1 + exp(−z)), not 1 / 1 + exp(−z)."),
        (np.exp(-z) / (1 + np.exp(-z)), "Above the fraction stands 1, not exp(−z)."),
        (np.tanh(z), "This is tanh, from −1 to 1; the sigmoid runs from 0 to 1."),
        (scipy.special.expit(2 * z), "The exponent is −z, not −2z."),
        (1 / (1 + np.power(2.0, -z)), "The base is e, not 2: use np.exp."),
        (other_shape(z), SHAPE_OF_Z),
        (
            lambda a: same_shape(a, z) and np.abs(a - right).max() < 0.02 and np.abs(z).max() > 50,
            "Nearly right: were the numbers cut off (np.clip) too early, or rounded? "
            "Far from 0 the answer is 0 or 1 to six digits.",
        ),
    ]


@sigmoid.case("one vector")
def _(student, reference, rng):
    z = signed(rng, rng.integers(4, 8))
    ask(student.sigmoid, z, scipy.special.expit(z), sigmoid_causes(z))


@sigmoid.case("a matrix")
def _(student, reference, rng):
    z = rng.uniform(-2.0, 2.0, sizes(rng, 2))
    ask(student.sigmoid, z, scipy.special.expit(z), sigmoid_causes(z))


@sigmoid.case("numbers far from 0", weight=2)
def _(student, reference, rng):
    numbers = rng.permutation([-1e4, -800.0, -30.0, 30.0, 800.0, 1e4, *signed(rng, 2)])
    for z in (numbers, -numbers):
        ask(student.sigmoid, z, scipy.special.expit(z), sigmoid_causes(z))


@sigmoid.case("three axes, near and far from 0", hidden=True)
def _(student, reference, rng):
    shape = sizes(rng, 3)
    z = signed(rng, shape, low=1.0) * 10.0 ** rng.integers(-2, 4, shape)
    z.flat[-1], z.flat[2] = 0.0, 900.0
    ask(student.sigmoid, z, scipy.special.expit(z), sigmoid_causes(z))


relu = Check("relu", rules=(forbid("relu", "leaky_relu", "relu6", says="write relu with NumPy"),))


def relu_causes(z: np.ndarray) -> list[tuple[Any, str]]:
    """What wrong ReLUs give."""
    return [
        (np.max(z, 0), "You took np.max, the largest along an axis; np.maximum compares pairs."),
        (np.max(z), "That is the largest of all; np.maximum compares each number with 0."),
        (np.abs(z), "Negative numbers become 0; you flipped their sign."),
        (np.minimum(z, 0), "You kept the negative numbers; keep the positive ones."),
        (1.0 * (z > 0), "Positive numbers stay as they are; 1 instead of z is the step."),
        (np.logaddexp(0, z), "This is softplus, its smooth relative; ReLU has a corner at 0."),
        (np.where(z >= 1, z, 0.0), "Numbers between 0 and 1 are positive too: the corner is at 0."),
        (
            lambda a: np.allclose(a[z > 0], z[z > 0]) and np.all(a[z < 0] < 0),
            "Negative numbers must become exactly 0; a small slope is the leaky ReLU.",
        ),
        (
            lambda a: np.allclose(a, np.clip(z, 0, a.max())) and a.max() < z.max(),
            "ReLU has no upper limit: large numbers stay as they are.",
        ),
        (other_shape(z), SHAPE_OF_Z),
    ]


@relu.case("one vector")
def _(student, reference, rng):
    z = signed(rng, rng.integers(4, 8))
    z[2] = rng.uniform(0.3, 0.7)
    ask(student.relu, z, np.where(z > 0, z, 0.0), relu_causes(z))


@relu.case("a matrix")
def _(student, reference, rng):
    z = signed(rng, sizes(rng, 2))
    z.flat[2] = rng.uniform(0.3, 0.7)
    ask(student.relu, z, np.where(z > 0, z, 0.0), relu_causes(z))


@relu.case("small, large and exactly 0", hidden=True)
def _(student, reference, rng):
    shape = sizes(rng, 3)
    z = signed(rng, shape, low=0.01, high=1.0) * 10.0 ** rng.integers(0, 4, shape)
    z.flat[2], z.flat[3], z.flat[4] = 0.0, 0.5, 750.0
    ask(student.relu, z, np.where(z > 0, z, 0.0), relu_causes(z))


tanh = Check(
    "tanh",
    rules=(
        forbid("tanh", "sinh", "cosh", says="build tanh from exponentials or from your sigmoid"),
    ),
)


def tanh_causes(z: np.ndarray) -> list[tuple[Any, str]]:
    """What wrong hyperbolic tangents give."""
    right, sigma = np.tanh(z), scipy.special.expit
    return [
        (
            nan,
            "NaN for numbers far from 0: exp overflows to infinity and inf/inf is NaN. "
            "Your sigmoid is stable already: tanh(z) = 2σ(2z) − 1.",
        ),
        (2 * sigma(z) - 1, "Double z inside as well: tanh(z) = 2σ(2z) − 1."),
        (sigma(2 * z), "Stretch σ(2z) from 0…1 to −1…1: 2σ(2z) − 1."),
        (sigma(z), "This is the sigmoid, from 0 to 1; tanh runs from −1 to 1."),
        (2 * sigma(2 * z), "You forgot to subtract 1: tanh(0) is 0."),
        (-right, "The sign is turned around: tanh rises with z."),
        (1 / right, "The fraction is upside down: the difference of exponentials stands above."),
        (other_shape(z), SHAPE_OF_Z),
        (
            lambda a: same_shape(a, z) and np.abs(a - right).max() < 0.1 and np.abs(z).max() > 50,
            "Nearly right: were the numbers cut off (np.clip) too early, or rounded? "
            "Far from 0 the answer is −1 or 1 to six digits.",
        ),
    ]


@tanh.case("one vector")
def _(student, reference, rng):
    z = signed(rng, rng.integers(4, 8))
    ask(student.tanh, z, np.tanh(z), tanh_causes(z))


@tanh.case("a matrix")
def _(student, reference, rng):
    z = rng.uniform(-2.0, 2.0, sizes(rng, 2))
    ask(student.tanh, z, np.tanh(z), tanh_causes(z))


@tanh.case("numbers far from 0", weight=2)
def _(student, reference, rng):
    numbers = rng.permutation([-1e4, -800.0, -30.0, 30.0, 800.0, 1e4, *signed(rng, 2)])
    for z in (numbers, -numbers):
        ask(student.tanh, z, np.tanh(z), tanh_causes(z))


@tanh.case("three axes, near and far from 0", hidden=True)
def _(student, reference, rng):
    shape = sizes(rng, 3)
    z = signed(rng, shape, low=1.0) * 10.0 ** rng.integers(-2, 4, shape)
    z.flat[-1], z.flat[2] = 0.0, -900.0
    ask(student.tanh, z, np.tanh(z), tanh_causes(z))
