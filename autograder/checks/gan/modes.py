"""Checks of exercises 9 and 10: good samples and covered modes, judged exactly."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ...expect import expect, hint
from ...spec import Check

share_good = Check("share_good")
modes_covered = Check("modes_covered")

SHAPES = "Shapes: points (n, 2), centers (modes, 2); their differences (n, modes, 2)."


def distances(points: np.ndarray, centers: np.ndarray) -> list[list[float]]:
    """One by one; whole coordinates, so that 3, 4, 5 is exact."""
    return [[math.dist(point, center) for center in centers] for point in points]


def ask_share(student: Any, points: np.ndarray, centers: np.ndarray, radius: float) -> None:
    apart = distances(points, centers)
    nearest = [min(row) for row in apart]
    count = sum(d <= radius for d in nearest)
    squares = [min(d * d for d in row) for row in apart]
    boxes = [min(np.abs(p - c).max() for c in centers) for p in points]
    sides = [min(np.abs(p - c).sum() for c in centers) for p in points]
    total = len(points)

    def share(values: list[float], limit: float = radius) -> float:
        return sum(v <= limit for v in values) / total

    causes = [
        (float(count), "That is a number of points: divide by how many there are."),
        (sum(d < radius for d in nearest) / total, "A distance of exactly the radius is good."),
        (share(squares), "Squared distances were compared with the radius: take the root."),
        (share(boxes), "Both coordinates were compared by themselves, which is a square: take "
         "the distance."),
        (share(sides), "The coordinates' differences were added: take the root of the sum of "
         "squares."),
        (sum(max(row) <= radius for row in apart) / total, "A point must be near one center, not "
         "near all: take the smallest distance."),
        (sum(row[0] <= radius for row in apart) / total, "Only the first center was looked at."),
        (sum(d <= radius for row in apart for d in row) / total, "A point near two centers is "
         "counted twice."),
        (sum(d <= radius for row in apart for d in row) / (total * len(centers)),
         "Divide by the number of points, not of pairs."),
        (sum(any(row[k] <= radius for row in apart) for k in range(len(centers)))
         / len(centers), "That is the share of centers; the share of points was asked for."),
        (1 - count / total, "That is the share of the bad ones."),
    ]  # fmt: skip
    with hint(SHAPES):
        answer = student.share_good(points, centers, radius)
    expect(answer, np.float64(count / total), causes=causes, atol=1e-9)


def scene(
    rng: np.random.Generator, num: int, modes: int, apart: int = 40
) -> tuple[np.ndarray, np.ndarray]:
    """Points with whole coordinates around centers far apart, or far from all."""
    places = rng.choice(25, modes, replace=False)
    centers = apart * np.stack([places // 5, places % 5], axis=1).astype(float)
    points = centers[rng.integers(0, modes, num)] + rng.integers(-7, 8, (num, 2))
    return points, centers


STEPS = np.array([(3, 4), (-4, 3), (5, 0), (0, -5)], float)  # all of length 5


@share_good.case("around some centers", weight=2)
def _(student, reference, rng):
    points, centers = scene(rng, int(rng.integers(15, 25)), int(rng.integers(3, 7)))
    corners = centers[:2] + np.array([5.0, -5.0])
    ask_share(student, np.concatenate([points, corners]), centers, 5.5)


@share_good.case("at exactly the radius")
def _(student, reference, rng):
    _, centers = scene(rng, 1, 6)
    far = centers[:5] + np.array([15.0, -11.0])
    ask_share(student, np.concatenate([far, centers[2] + STEPS]), centers, 5.0)


@share_good.case("centers close together", weight=2, hidden=True)
def _(student, reference, rng):
    centers = rng.permutation(np.array([[0.0, 0.0], [6.0, 0.0], [0.0, 6.0], [30.0, 30.0]]))
    between = np.array([[3.0, 0.0], [3.0, 3.0], [-5.0, -5.0], [11.0, 5.0], [20.0, 20.0]])
    points = np.concatenate([between, rng.integers(-9, 15, (30, 2))])
    ask_share(student, points, centers, 5.5)
    for num, modes, radius in [(1, 3, 0.5), (30, 1, 3.5)]:
        points, centers = scene(rng, num, modes)
        ask_share(student, points, centers, radius)


def counts_of(points: Any, centers: Any, inside: Any) -> list[int]:
    """For each center the points that are nearest to it and `inside(distance)`."""
    counts = [0] * len(centers)
    for row in distances(points, centers):
        at = row.index(min(row))
        counts[at] += bool(inside(row[at]))
    return counts


def ask_modes(student: Any, points: Any, centers: Any, radius: float, fewest: int) -> None:
    own = counts_of(points, centers, lambda d: d <= radius)
    right = sum(count >= fewest for count in own)
    anyone = [sum(d <= radius for d in column) for column in zip(*distances(points, centers),
                                                                  strict=True)]  # fmt: skip
    everyone = counts_of(points, centers, lambda d: True)
    open_ = counts_of(points, centers, lambda d: d < radius)
    causes = [
        (sum(count > fewest for count in own), "A center with exactly `fewest` points is covered."),
        (sum(count > 0 for count in own), "The argument `fewest` has no influence: a "
         "single good point does not cover a center."),
        (sum(count >= fewest for count in everyone), "Points outside the radius were counted: only "
         "good points cover a center."),
        (sum(count > 0 for count in everyone), "Every point was counted, good or not, and "
         "`fewest` was left out."),
        (sum(count >= fewest for count in anyone), "A point counts for its nearest center only, "
         "not for every center within the radius."),
        (sum(count >= fewest for count in open_), "A distance of exactly the radius is good."),
        (sum(own), "That is the number of good points; the number of centers was asked for."),
        (len(centers) - right, "That is the number of centers that are not covered."),
        (right / len(centers), "That is a share: return how many."),
        (len(centers), "Not every center has enough good points."),
    ]  # fmt: skip
    with hint(SHAPES):
        answer = student.modes_covered(points, centers, radius, fewest)
    expect(answer, right, causes=causes)


def crowded(rng: np.random.Generator, centers: np.ndarray, counts: Any) -> np.ndarray:
    """So many good points for each center, whole coordinates, in random order."""
    offsets = rng.integers(-3, 4, (sum(counts), 2))
    points: np.ndarray = np.repeat(centers, counts, axis=0) + offsets
    return rng.permutation(points)


@modes_covered.case("more and fewer than enough", weight=2)
def _(student, reference, rng):
    _, centers = scene(rng, 1, 6)
    points = crowded(rng, centers, [2, 7, 0, 1, 8, 6])
    far = centers[[2] * 10] + [11.0, 9.0]
    ask_modes(student, np.concatenate([points, far]), centers, 5.0, 4)


@modes_covered.case("exactly enough, at exactly the radius")
def _(student, reference, rng):
    _, centers = scene(rng, 1, 5)
    points = crowded(rng, centers, [4, 0, 2, 6, 3])
    ask_modes(student, np.concatenate([points, centers[1] + STEPS]), centers, 5.0, 4)


@modes_covered.case("nobody near, and the last center missed")
def _(student, reference, rng):
    _, centers = scene(rng, 1, 4)
    ask_modes(student, centers[[0, 1, 1]] + [15.0, 15.0], centers, 5.0, 1)
    ask_modes(student, crowded(rng, centers, [3, 1, 0, 0]), centers, 5.0, 2)


@modes_covered.case("centers close together", weight=2, hidden=True)
def _(student, reference, rng):
    centers = np.array([[0.0, 0.0], [6.0, 0.0], [50.0, 50.0], [6.0, 7.0], [90.0, 50.0]])
    points = np.array([[2.0, 0.0]] * 5 + [[1.0, 1.0]] * 3 + [[6.0, 6.0]] * 6)
    points = np.concatenate([points, centers[[2, 4]]])
    ask_modes(student, rng.permutation(points), centers, 5.0, 3)
    ask_modes(student, rng.permutation(points), centers, 5.0, 6)
