"""Check of exercise 9: can a line separate these points?"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...expect import expect
from ...spec import Check
from .neurons import CORNERS

is_linearly_separable = Check("is_linearly_separable")

def two_clouds(rng: np.random.Generator, num: int, features: int, gap: float) -> Any:
    """Points on both sides of a random hyperplane, none nearer to it than `gap`."""
    normal = rng.normal(size=features)
    normal /= np.linalg.norm(normal)
    targets = rng.permutation(np.arange(num) % 2).astype(float)
    x = rng.uniform(-1.0, 1.0, (num, features))
    along = rng.uniform(gap, 1.0, num) * (2 * targets - 1)
    return x + np.outer(along - x @ normal, normal) + 0.3 * normal, targets


SHIFT = "Was the bias left out, or held to be positive? A separating line need not pass through 0."
SIGNS = (
    "linprog keeps every variable at 0 or above unless told otherwise; weights and bias may be "
    "negative: pass bounds=(None, None)."
)


def ask_separable(student: Any, x: Any, targets: Any, expected: bool, words: str) -> None:
    """Ask about one data set. Right answers are known from how the set was made."""
    answer = student.is_linearly_separable(x, targets)
    kind = "Return True or False; `result.success` of linprog says whether a solution was found."
    expect(
        answer,
        expected,
        causes=[
            (not expected, words),
            (lambda a: not isinstance(a, (bool, np.ndarray)), kind),
        ],
    )


ALWAYS = (
    "These classes cannot be separated, yet the answer is True. All weights 0 satisfy ≥ 0, so "
    "ask for (2t − 1)(w·x + b) ≥ 1, with targets 0 and 1 turned into −1 and 1."
)


@is_linearly_separable.case("AND and OR")
def _(student, reference, rng):
    words = f"This can be separated. {SIGNS}"
    for table in ([0, 0, 0, 1], [0, 1, 1, 1]):
        ask_separable(student, CORNERS, np.array(table, float), True, words)


@is_linearly_separable.case("XOR")
def _(student, reference, rng):
    ask_separable(student, CORNERS, np.array([0.0, 1.0, 1.0, 0.0]), False, ALWAYS)


@is_linearly_separable.case("two clouds apart, far from 0", weight=2)
def _(student, reference, rng):
    words = f"These can be separated. {SHIFT} {SIGNS}"
    for side in (-1.0, 1.0):
        x, targets = two_clouds(rng, int(rng.integers(10, 20)), 2, 0.2)
        x[np.argmax(targets)] += 200 * (x[targets == 1].mean(0) - x[targets == 0].mean(0))
        ask_separable(student, x + 5.0 * side, targets, True, words)


@is_linearly_separable.case("one point among the others")
def _(student, reference, rng):
    x, targets = two_clouds(rng, int(rng.integers(10, 20)), 2, 0.2)
    inside = x[targets == 1].mean(0)  # between points of class 1, and labelled 0
    ask_separable(student, np.vstack([x, inside]), np.append(targets, 0.0), False, ALWAYS)


@is_linearly_separable.case("more features, a narrow gap, one class only", weight=2, hidden=True)
def _(student, reference, rng):
    features = int(rng.integers(3, 7))
    x, targets = two_clouds(rng, 12 * features, features, 5e-4)
    narrow = (
        "A data set with a narrow gap can be separated, and you say no. Trying (a perceptron, a "
        "regression) is not enough to know; linear programming decides it. Use every feature."
    )
    ask_separable(student, x, targets, True, narrow)
    mixed = np.vstack([x, x[targets == 0].mean(0)])
    ask_separable(student, mixed, np.append(targets, 1.0), False, f"{ALWAYS} Use every feature.")
    single = "Where every target is the same, one side of a far line holds them all: True."
    ask_separable(student, x, np.full(len(x), float(rng.integers(0, 2))), True, single)
