"""Checks of exercises 12 and 13: the class histogram and the Fréchet distance."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.linalg import sqrtm

from ...expect import expect, hint
from ...spec import Check, Wrong

class_shares = Check("class_shares")
frechet_distance = Check("frechet_distance")


def ask_shares(student: Any, logits: np.ndarray) -> None:
    num, classes = logits.shape
    best = [row.index(max(row)) for row in logits.tolist()]
    right = np.array([best.count(k) for k in range(classes)]) / num
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    present = np.array([share for share in right if share > 0])
    causes = [
        (right * num, "These are counts: divide by the number of samples."),
        ((powers / powers.sum(axis=1, keepdims=True)).mean(axis=0), "These are mean probabilities: "
         "each sample falls entirely to its class, the one with the largest logit."),
        (present, "Classes that never win are missing: they have the share 0."),
        (right[: max(best) + 1], "The last classes are missing: as many shares as there are "
         "columns, with zeros at the end (minlength)."),
        (np.sort(right)[::-1], "The shares are sorted; share k belongs to class k."),
        (right * num / classes, "Divide by the number of samples, not of classes."),
        (np.array(best), "These are the samples' classes: count how often each occurs."),
        (np.bincount(logits.argmin(axis=1), minlength=classes) / num, "The smallest logit won: "
         "take the largest."),
        (lambda a: np.shape(a) == (num,) and num != classes, "One share per class was asked for, "
         "not one number per sample: the argmax goes over the classes, axis 1."),
        (lambda a: np.shape(a) == (classes,) and abs(np.sum(a) - 1) > 1e-3,
         "The shares should sum to 1: is the argmax taken over the classes, axis 1?"),
    ]  # fmt: skip
    with hint("logits have the shape (n, classes); argmax over axis 1."):
        answer = student.class_shares(logits)
    expect(answer, right, causes=causes, axes=("classes",))


@class_shares.case("all classes", weight=2)
def _(student, reference, rng):
    classes = int(rng.integers(4, 7))
    logits = rng.normal(size=(int(rng.integers(30, 40)), classes))
    logits[:classes] += 30 * np.eye(classes)
    ask_shares(student, logits)


@class_shares.case("a missing class, the last class missing", weight=2)
def _(student, reference, rng):
    logits = rng.normal(size=(17, 6))
    logits[:, [1, 5]] -= 30
    ask_shares(student, logits)


@class_shares.case("a total collapse, one sample", hidden=True)
def _(student, reference, rng):
    logits = rng.normal(size=(9, 5))
    logits[:, 2] += 30
    ask_shares(student, logits)
    ask_shares(student, rng.normal(size=(1, 8)))


NEGATIVE = (
    "NaN: rounding can make an eigenvalue slightly negative. Set negative ones to 0 before you "
    "take roots."
)


def by_scipy(mean_1: Any, cov_1: Any, mean_2: Any, cov_2: Any) -> float:
    """The formula with SciPy's root of the product, a general matrix."""
    root = sqrtm(np.asarray(cov_1) @ np.asarray(cov_2))
    difference = np.asarray(mean_1) - np.asarray(mean_2)
    return float(difference @ difference + np.trace(cov_1 + cov_2 - 2 * np.real(root)))


def ask_distance(student: Any, arguments: Any, right: float) -> None:
    mean_1, cov_1, mean_2, cov_2 = arguments
    gap = float(np.sum((mean_1 - mean_2) ** 2))
    traces = float(np.trace(cov_1) + np.trace(cov_2))
    product = cov_1 @ cov_2
    entries = float(np.trace(np.sqrt(np.abs(product))))
    spread = right - gap
    causes = [
        (right**0.5 if right > 0 else None, "That is the root of it: the distance is used "
         "squared."),
        (gap, "Only the means were compared; the covariances count as well."),
        (spread, "The means are missing."),
        (gap**0.5 + spread, "The difference of the means is squared."),
        (gap + traces, "The root of the product is missing."),
        (gap + traces - (traces - spread) / 2, "The root of the product is taken away twice."),
        (gap + traces - 2 * entries, "The root of every entry was taken (np.sqrt): the root R of a "
         "matrix C has R @ R = C."),
        (gap + traces - 2 * float(np.trace(product)), "The root of the product is missing: its "
         "trace is taken, not the root's."),
        (gap + traces - 2 * float(np.sum(np.sqrt(np.diag(cov_1) * np.diag(cov_2)))), "Only the "
         "diagonals were used: features vary together."),
        (gap + float(np.sum((np.sqrt(np.linalg.eigvalsh(cov_1).clip(0))
                             - np.sqrt(np.linalg.eigvalsh(cov_2).clip(0))) ** 2)),
         "The eigenvalues were paired in order of size. Both covariances have eigenvectors of "
         "their own: use R C2 R."),
        (float(np.mean((mean_1 - mean_2) ** 2)) + spread, "The squares of the means' difference "
         "are summed, not averaged."),
        (lambda v: not np.isfinite(v), NEGATIVE),
        (lambda v: np.ndim(v) > 0, "Return one number: the trace, and the sum of squares."),
    ]  # fmt: skip
    try:
        with hint("Shapes: means (features,), covariances (features, features)."):
            answer = student.frechet_distance(mean_1, cov_1, mean_2, cov_2)
    except Wrong as wrong:  # NumPy's word for NaN in a matrix
        if "LinAlgError" not in wrong.cause:
            raise
        raise Wrong(f"{NEGATIVE} Your code raised LinAlgError.", hidden_cause=NEGATIVE) from None
    # Roots of eigenvalues near 0 keep half of the digits: 1e-8 of the traces becomes 1e-4.
    expect(answer, np.float64(right), causes=causes, rtol=1e-3, atol=1e-3)


def covariance(rng: np.random.Generator, features: int, rank: int | None = None) -> np.ndarray:
    """A random covariance; of a lower rank, some of its eigenvalues are 0."""
    a = rng.normal(size=(features, rank or features + 2))
    made: np.ndarray = a @ a.T / (rank or features)
    return made


@frechet_distance.case("one feature")
def _(student, reference, rng):
    a, b, s, t = rng.integers(1, 4), rng.integers(9, 13), rng.integers(1, 4), rng.integers(5, 7)
    arguments = [np.array([float(a)]), np.array([[float(s * s)]])]
    arguments += [np.array([float(b)]), np.array([[float(t * t)]])]
    ask_distance(student, arguments, float((a - b) ** 2 + (s - t) ** 2))


@frechet_distance.case("the same axes")
def _(student, reference, rng):
    """Covariances that share their eigenvectors: axis by axis."""
    features = int(rng.integers(3, 6))
    axes = np.linalg.qr(rng.normal(size=(features, features)))[0]
    s, t = rng.uniform(0.5, 3, (2, features))
    m, n = rng.normal(size=(2, features))
    right = float(np.sum((m - n) ** 2) + np.sum((s - t) ** 2))
    ask_distance(student, [m, axes * s**2 @ axes.T, n, axes * t**2 @ axes.T], right)


@frechet_distance.case("axes of their own", weight=3)
def _(student, reference, rng):
    features = int(rng.integers(4, 8))
    m, n = rng.normal(size=(2, features))
    arguments = m, covariance(rng, features), n, covariance(rng, features)
    ask_distance(student, arguments, by_scipy(*arguments))


@frechet_distance.case("features that never vary", weight=2)
def _(student, reference, rng):
    """One covariance of rank 1, v v': then the root of v v' C has the trace sqrt(v' C v)."""
    features = int(rng.integers(4, 7))
    v, m, n = 2 * rng.normal(size=(3, features))
    cov = covariance(rng, features, 2)
    cov[0] = cov[:, 0] = v[0] = 0
    trace = float(v @ v + np.trace(cov) - 2 * np.sqrt(v @ cov @ v))
    right = float(np.sum((m - n) ** 2)) + trace
    ask_distance(student, [m, np.outer(v, v), n, cov], right)
    ask_distance(student, [m, cov, n, np.outer(v, v)], right)


@frechet_distance.case("the same twice, and no spread at all", weight=2, hidden=True)
def _(student, reference, rng):
    m, n = rng.normal(size=(2, 16))
    low = covariance(rng, 16, 9)
    ask_distance(student, [m, low, m, low], 0.0)
    right = float(np.sum((m - n) ** 2) + np.trace(low))
    ask_distance(student, [m, low, n, np.zeros((16, 16))], right)
    arguments = m, covariance(rng, 16), n, 3 * covariance(rng, 16)
    ask_distance(student, arguments, by_scipy(*arguments))
