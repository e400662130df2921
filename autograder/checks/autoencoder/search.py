"""Check of exercise 8: precision at k."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ...expect import Cause, expect, hint
from ...spec import Check

precision_at_k = Check("precision_at_k")

Likeness = Callable[[np.ndarray, np.ndarray], Any]
Found = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def cosine(a: np.ndarray, b: np.ndarray) -> Any:
    return a @ b / np.sqrt((a @ a) * (b @ b))


def shares(given: Found, k: int, likeness: Likeness = cosine, first: int = 0) -> np.ndarray:
    """Per query the share of its class among the places first to first + k, query by query."""
    queries, labels, archive, names = given
    found = []
    for query, label in zip(queries, labels, strict=True):
        order = sorted(range(len(archive)), key=lambda i: -likeness(query, archive[i]))
        found.append([names[i] == label for i in order[first : first + k]])
    return np.array([np.mean(row) for row in found])


def causes_for(given: Found, k: int, right: float) -> list[Cause]:
    queries, labels, archive, names = given
    centred = (queries - queries.mean(axis=0), labels, archive - archive.mean(axis=0), names)
    wrong = [
        (shares(given, k, lambda a, b: -np.sum((a - b) ** 2)).mean(), "You took the smallest "
         "distances; take the largest cosines: divide rows by their lengths first."),
        (shares(given, k, lambda a, b: a @ b).mean(), "These are the largest dot products: divide "
         "each row by its length, so that long ones are not favoured."),
        (shares(given, k, lambda a, b: -cosine(a, b)).mean(), "You took the least similar ones: "
         "np.argsort sorts upwards."),
        (shares(given, k, first=1).mean(), "You left out the most similar image. The archive does "
         "not hold the query, so the first one counts."),
        (np.mean(shares(given, k) > 0), "That is the share of queries with at least one of their "
         "class; count all k."),
        (shares(given, 1).mean(), "Only the nearest one counts here: take the first k."),
        (shares(given, len(archive)).mean(), "The whole archive was counted: take the first k."),
        (shares(centred, k).mean(), "You took means away first. The cosine is from 0."),
        (100 * right, "That is in percent: return a number from 0 to 1."),
        (k * right, "That is the number of right ones; divide by k."),
    ]  # fmt: skip
    found: list[Cause] = [(value, words) for value, words in wrong if abs(value - right) > 1e-6]
    found.append((shares(given, k), "One number for all queries: average over them."))
    return found


def ask_precision(student: Any, given: Found, k: int) -> None:
    right = float(shares(given, k).mean())
    words = "Axes: the cosines are (num_queries, n); sort each row, keep k places."
    with hint(words):
        answer = student.precision_at_k(*given, k)
    expect(answer, right, causes=causes_for(given, k, right))


def draw(rng: np.random.Generator, num: int, n: int, units: int, classes: int) -> Found:
    """Codes around one direction per class, away from 0, of very different lengths."""
    centres = rng.normal(size=(classes, units))
    names, labels = rng.integers(0, classes, n), rng.integers(0, classes, num)
    archive = (centres[names] + 0.8 * rng.normal(size=(n, units))) * rng.uniform(0.3, 3, (n, 1))
    queries = centres[labels] + 0.8 * rng.normal(size=(num, units))
    return queries, labels, archive, names


@precision_at_k.case("one query by hand")
def _(student, reference, rng):
    archive = np.array([[5.0, 0.0], [1.0, 1.0], [0.0, 2.0]])
    given = np.array([[1.0, 0.0]]), np.array([3]), archive, np.array([3, 8, 3])
    for k in (1, 2, 3):
        ask_precision(student, given, k)


@precision_at_k.case("many queries", weight=3)
def _(student, reference, rng):
    ask_precision(student, draw(rng, 23, 60, 4, 3), 7)


@precision_at_k.case("codes of any length")
def _(student, reference, rng):
    queries, labels, archive, names = draw(rng, 60, 40, 3, 4)
    longer = queries * rng.uniform(0.1, 10, (60, 1))
    ask_precision(student, (longer, labels, archive, names), 5)


@precision_at_k.case("other sizes, and k as large as the archive", weight=2, hidden=True)
def _(student, reference, rng):
    ask_precision(student, draw(rng, 17, 12, 6, 2), 12)
    ask_precision(student, draw(rng, 30, 80, 5, 4), 1)
    queries, labels, archive, names = draw(rng, 11, 90, 8, 5)
    single = queries.astype(np.float32), labels, archive.astype(np.float32), names
    ask_precision(student, single, 10)
