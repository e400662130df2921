"""Check of exercise 9: can a line separate these points?"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...expect import expect
from ...spec import Check
from .neurons import CORNERS

is_linearly_separable = Check("is_linearly_separable")


def two_clouds(
    rng: np.random.Generator, num: int, features: int, gap: float, crowded: bool = False
) -> Any:
    """x and targets on both sides of a random hyperplane, no point nearer to it than `gap`.

    Args:
        crowded: whether half of the points are hardly further away than that.
    """
    normal = rng.normal(size=features)
    normal /= np.linalg.norm(normal)
    targets = rng.permutation(np.arange(num) % 2).astype(float)
    x = rng.uniform(-1.0, 1.0, (num, features))
    along = rng.uniform(gap, 1.0, num)
    if crowded:
        along[: num // 2] = rng.uniform(gap, 2 * gap, num // 2)
    along *= 2 * targets - 1
    return x + np.outer(along - x @ normal, normal) + 0.3 * normal, targets


BOTH_SIGNS = (
    "This can be separated, with weights and bias of either sign: linprog keeps variables at 0 or "
    "above unless you pass bounds=(None, None). Are there a bias, and targets of −1 and 1 (2t − 1)?"
)
AWAY = (
    "These can be separated, by a line that stays clear of 0. Was the bias left out, or kept at 0 "
    "or above (linprog's bounds)?"
)
ALWAYS = (
    "These classes cannot be separated, yet the answer is True. All weights 0 satisfy ≥ 0, so "
    "ask for (2t − 1)(w·x + b) ≥ 1, with targets 0 and 1 turned into −1 and 1."
)
NARROW = (
    "Classes with a narrow gap between them can be separated, and you say no. A perceptron or a "
    "regression may give up; linear programming decides. Does it use every feature and a bias?"
)
ONE_CLASS = "Where every target is the same, one side of a far line holds them all: True."


def ask_separable(student: Any, x: Any, targets: Any, expected: bool, words: str) -> None:
    """Ask about one data set. Right answers are known from how the set was made."""
    answer = student.is_linearly_separable(x, targets)
    kind = "Return True or False; `result.success` of linprog says whether a solution was found."
    causes = [(not expected, words), (lambda a: not isinstance(a, (bool, np.ndarray)), kind)]
    expect(answer, expected, causes=causes)


@is_linearly_separable.case("AND and OR")
def _(student, reference, rng):
    for table in ([0, 0, 0, 1], [0, 1, 1, 1]):
        ask_separable(student, CORNERS, np.array(table, float), True, BOTH_SIGNS)


@is_linearly_separable.case("XOR")
def _(student, reference, rng):
    ask_separable(student, CORNERS, np.array([0.0, 1.0, 1.0, 0.0]), False, ALWAYS)


@is_linearly_separable.case("two clouds apart, away from 0", weight=2)
def _(student, reference, rng):
    x, targets = two_clouds(rng, int(rng.integers(20, 30)), 2, 0.2)
    normal = x[targets == 1].mean(0) - x[targets == 0].mean(0)
    for side in (-2.5, 2.5):
        ask_separable(student, x + side * normal, targets, True, AWAY)


@is_linearly_separable.case("one point among the others")
def _(student, reference, rng):
    x, targets = two_clouds(rng, int(rng.integers(10, 20)), 2, 0.2)
    inside = x[targets == 1].mean(0)  # between points of class 1, and labelled 0
    ask_separable(student, np.vstack([x, inside]), np.append(targets, 0.0), False, ALWAYS)


@is_linearly_separable.case("more features, a narrow gap, one class only", weight=2, hidden=True)
def _(student, reference, rng):
    features = int(rng.integers(3, 7))
    x, targets = two_clouds(rng, 16 * features, features, 5e-4, crowded=True)
    ask_separable(student, x, targets, True, NARROW)
    mixed = np.vstack([x, x[targets == 0].mean(0)])
    ask_separable(student, mixed, np.append(targets, 1.0), False, ALWAYS)
    ask_separable(student, x, np.full(len(x), float(rng.integers(0, 2))), True, ONE_CLASS)
