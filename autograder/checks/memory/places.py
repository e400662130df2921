"""Checks of exercises 7 to 9: where a head stands."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.spatial.distance import cosine
from scipy.special import softmax

from ...expect import expect, hint, require_unchanged
from ...spec import Check

content_weights = Check("content_weights")


def similarities(memory: np.ndarray, key: np.ndarray) -> np.ndarray:
    """Cosines by SciPy, one row at a time; 0 for an empty row."""
    return np.array([1 - cosine(row, key) if np.any(row) else 0.0 for row in memory])


def by_content(memory: np.ndarray, key: np.ndarray, sharpness: float) -> np.ndarray:
    found: np.ndarray = softmax(sharpness * similarities(memory, key))
    return found


def ask_content(student: Any, memory: np.ndarray, key: np.ndarray, sharpness: float) -> None:
    right, alike = by_content(memory, key, sharpness), similarities(memory, key)
    dots = memory @ key
    lengths = np.linalg.norm(memory, axis=1)
    distances = np.linalg.norm(memory - key, axis=1)
    share = np.where(lengths > 0, lengths, 1.0)
    causes = [
        (
            lambda a: np.any(~np.isfinite(a)) and sharpness >= 200,
            "NaN or infinity: exp of a large number overflows. Subtract the largest score first.",
        ),
        (
            lambda a: np.any(~np.isfinite(a)),
            "NaN or infinity: an empty row has length 0. Divide by 1 there, its similarity is 0.",
        ),
        (softmax(sharpness * dots), "That is the dot product, which favours long rows. Divide it "
         "by the lengths of row and key."),
        (softmax(sharpness * dots / share), "Divide by the length of the key as well."),
        (softmax(sharpness * dots / np.linalg.norm(key)), "Divide by the length of each row as "
         "well."),
        (softmax(-sharpness * distances), "That is the distance; take the cosine of the angle."),
        (softmax(alike / sharpness), "The sharpness multiplies the similarity: a larger β makes "
         "the weights sharper."),
        (softmax(alike), "The sharpness β is missing."),
        (alike, "These are the similarities; take the softmax of β times them."),
        (sharpness * alike, "These are the scores; take their softmax."),
        (sharpness * softmax(alike), "β belongs inside the softmax."),
        (softmax(sharpness * dots / np.linalg.norm(memory) / np.linalg.norm(key)), "Every row has "
         "its own length: np.linalg.norm(memory, axis=1)."),
        (right * np.where(lengths > 0, 1, 0), "An empty row has similarity 0, which still gets a "
         "weight."),
        (lambda a: np.shape(a) != right.shape, "One weight for every row of the memory."),
    ]  # fmt: skip
    with hint("Axes: memory (rows, units), key (units,)."):
        answer = student.content_weights(memory, key, sharpness)
    # β multiplies the rounding of a cosine, 6e-8 in float32; at β = 1000 that is 1e-4 of a weight.
    expect(answer, right, causes=causes, axes=("rows",), rtol=1e-3, atol=1e-6)


def table(rng: np.random.Generator, rows: int, units: int) -> Any:
    """Rows of different lengths."""
    return rng.normal(size=(rows, units)) * np.linspace(0.5, 3, rows)[rng.permutation(rows), None]


def sizes(rng: np.random.Generator) -> tuple[int, int]:
    """Rows and units, never equal."""
    return int(rng.integers(5, 9)), int(rng.integers(2, 5))


@content_weights.case("rows of all lengths", weight=2)
def _(student, reference, rng):
    memory = table(rng, *sizes(rng))
    key = rng.normal(size=memory.shape[1]) * 3
    ask_content(student, memory, key, float(rng.uniform(1.5, 4)))


@content_weights.case("an empty memory and empty rows")
def _(student, reference, rng):
    memory = table(rng, *sizes(rng))
    memory[1:3] = 0
    ask_content(student, memory, rng.normal(size=memory.shape[1]), 2.0)
    ask_content(student, np.zeros((4, 3)), rng.normal(size=3), 2.0)


@content_weights.case("a very sharp look")
def _(student, reference, rng):
    memory = table(rng, *sizes(rng))
    key = 3 * memory[2] / np.linalg.norm(memory[2])
    memory[2] = key / 5
    across = rng.normal(size=len(key))
    across -= across @ key / 9 * key
    memory[1] = key + 0.15 * across / np.linalg.norm(across)  # longer, and at a small angle
    ask_content(student, memory, key, 1000.0)


@content_weights.case("other sizes", weight=2, hidden=True)
def _(student, reference, rng):
    for rows, units in ((1, 4), (12, 2), (3, 7)):
        ask_content(student, table(rng, rows, units), rng.normal(size=units), 3.0)
    memory = table(rng, 6, 3)
    ask_content(student, memory, -memory[0], 20.0)


shifted_weights = Check("shifted_weights")


def moved(weights: np.ndarray, shift: Any, step: int = 1, ring: bool = True) -> np.ndarray:
    """The formula: each row sends its weight to its neighbours."""
    rows = len(weights)
    out = np.zeros(rows)
    for j in range(rows):
        for k, share in zip((-1, 0, 1), shift, strict=True):
            to = j + step * k
            if ring or 0 <= to < rows:
                out[to % rows] += weights[j] * share
    return out


def ask_shift(student: Any, weights: np.ndarray, shift: np.ndarray) -> None:
    right = moved(weights, shift)
    best = int(np.argmax(shift)) - 1
    causes = [
        (moved(weights, shift, step=-1), "It moves the wrong way: the first probability is for one "
         "row back, the last for one row on."),
        (moved(weights, shift, ring=False), "Weight falls off the end: the rows are a ring, after "
         "the last one comes the first."),
        (np.convolve(weights, shift, "same"), "Weight falls off the end: the rows are a ring, "
         "after the last one comes the first."),
        (np.roll(weights, best), "The likeliest shift alone was taken; move every share of the "
         "weights by its own shift."),
        (weights * shift[1], "Only what stays was taken; add what comes from both neighbours."),
        (right / max(right.sum(), 1e-9) * 3, "The three parts are added, each times its "
         "probability."),
        (
            moved(weights, shift[[1, 0, 2]]),
            "The order of the probabilities is: one back, stay, one on.",
        ),
        (moved(weights, shift[[1, 2, 0]]), "The order of the probabilities is: one back, stay, one "
         "on."),
        (moved(weights, shift[[2, 0, 1]]), "The order of the probabilities is: one back, stay, one "
         "on."),
    ]  # fmt: skip
    with hint("Axes: weights (rows,), shift (3,)."):
        answer = student.shifted_weights(weights, shift)
    expect(answer, right, causes=causes, axes=("rows",))


def probabilities(rng: np.random.Generator, size: int) -> np.ndarray:
    """Positive numbers that sum to 1 and all differ."""
    drawn = rng.permutation(np.arange(1, size + 1)) + rng.uniform(0, 0.5, size)
    share: np.ndarray = drawn / drawn.sum()
    return share


@shifted_weights.case("from one row")
def _(student, reference, rng):
    rows = int(rng.integers(5, 9))
    ask_shift(student, np.eye(rows)[int(rng.integers(1, rows - 1))], probabilities(rng, 3))


@shifted_weights.case("around the ring")
def _(student, reference, rng):
    rows = int(rng.integers(5, 9))
    for row in (0, rows - 1):
        ask_shift(student, np.eye(rows)[row], probabilities(rng, 3))


@shifted_weights.case("weights everywhere", weight=2)
def _(student, reference, rng):
    ask_shift(student, probabilities(rng, int(rng.integers(5, 9))), probabilities(rng, 3))


@shifted_weights.case("other sizes", weight=2, hidden=True)
def _(student, reference, rng):
    for rows in (3, 4, 17):
        ask_shift(student, probabilities(rng, rows), probabilities(rng, 3))
    for shift in np.eye(3):
        ask_shift(student, probabilities(rng, 6), shift)
    lent = student.lend(probabilities(rng, 5))
    before = np.asarray(lent.tolist())
    student.shifted_weights(lent, probabilities(rng, 3))
    remedy = "Return a new array: no `weights *= …`."
    require_unchanged("weights", "shifted_weights(weights, shift)", before, lent, remedy)
