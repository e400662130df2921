"""Check of exercise 1: a classifier by Bayes' rule."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import stats
from scipy.special import softmax

from ...expect import expect, hint
from ...spec import Check

bayes_posterior = Check("bayes_posterior")


def log_joint(x: Any, priors: Any, means: Any, stds: Any) -> np.ndarray:
    """log p(x, y) by SciPy's normal densities: (n, classes)."""
    columns = [
        np.log(prior) + stats.norm.logpdf(x, mean, std).sum(axis=1)
        for prior, mean, std in zip(priors, means, stds, strict=True)
    ]
    return np.stack(columns, axis=1)


def ask_posterior(student: Any, x: Any, priors: Any, means: Any, stds: Any) -> None:
    joint = log_joint(x, priors, means, stds)
    right = softmax(joint, axis=1)
    flat = np.ones(len(priors)) / len(priors)
    widths = np.log(stds).sum(axis=1)
    squares = ((x[:, None] - means) / stds) ** 2
    causes = [
        (softmax(log_joint(x, flat, means, stds), axis=1), "The priors have no influence: add "
         "log p(y), for classes are not equally frequent."),
        (softmax(joint + widths, axis=1), "The densities of wide classes are too high: log std "
         "must be taken away, once per feature."),
        (softmax(np.log(priors) - widths - squares.sum(axis=-1), axis=1), "The squares are not "
         "halved: ((x - mean) / std)**2 / 2."),
        (softmax(joint - widths, axis=1), "The log of std is counted twice: once per feature is "
         "enough."),
        (softmax(joint, axis=0), "The columns sum to 1 here: divide by the sum over the classes, "
         "not over the examples."),
        (lambda a: np.allclose(a, joint - joint.mean(axis=1, keepdims=True)
                               + a.mean(axis=1, keepdims=True)),
         "These are logarithms: take exp and divide each row by its sum."),
        (lambda a: np.shape(a) == right.shape and np.ptp(a.sum(axis=1)) > 1e-3
         and np.allclose(a / a.sum(axis=1, keepdims=True), right, rtol=1e-3),
         "That is p(x, y), the joint density: divide each row by its sum to get p(y | x)."),
        (lambda a: np.isnan(a).any(), "NaN: densities of many features are 0 for a computer, and "
         "0/0 is NaN. Work with logarithms, and take the row's largest away before exp."),
        (lambda a: np.shape(a) == right.shape[::-1], "The axes are swapped: one row per example, "
         "one column per class."),
        (lambda a: np.shape(a) == right.shape and np.allclose(a.sum(axis=1), 1)
         and (a.argmax(axis=1) == right.argmax(axis=1)).all()
         and np.isin(a, (0, 1)).all(), "These are decisions: return the probabilities."),
    ]  # fmt: skip
    with hint("Shapes: x[:, None] is (n, 1, features), the means are (classes, features)."):
        answer = student.bayes_posterior(x, priors, means, stds)
    # Exponents of some hundred in float32 keep four digits behind the point.
    expect(answer, right, causes=causes, axes=("n", "classes"), rtol=1e-3, atol=1e-5)


def draw(rng: np.random.Generator, features: int, classes: int, spread: float = 1.0) -> Any:
    """x, priors, means, stds."""
    means = rng.normal(scale=spread, size=(classes, features))
    stds = rng.uniform(0.5, 2.0, (classes, features))
    x = rng.normal(scale=1.5 * spread, size=(int(rng.integers(8, 12)), features))
    return x, rng.dirichlet(np.full(classes, 2.0)), means, stds


@bayes_posterior.case("one feature, two classes")
def _(student, reference, rng):
    mean = float(rng.integers(1, 4))
    x = np.array([[mean / 2], [mean], [0.0]])
    arrays = np.array([0.2, 0.8]), np.array([[0.0], [mean]]), np.array([[1.0], [0.5]])
    ask_posterior(student, x, *arrays)


@bayes_posterior.case("several features and classes", weight=2)
def _(student, reference, rng):
    ask_posterior(student, *draw(rng, int(rng.integers(2, 4)), int(rng.integers(4, 7))))


@bayes_posterior.case("hundreds of features", weight=2)
def _(student, reference, rng):
    x, priors, means, stds = draw(rng, 400, 3, spread=0.1)
    ask_posterior(student, x + 8, priors, means, stds)


@bayes_posterior.case("one example, far from every class", hidden=True)
def _(student, reference, rng):
    x, priors, means, stds = draw(rng, 2, 5)
    ask_posterior(student, x[:1], priors, means, stds)
    stds[:] = stds[:1]
    ask_posterior(student, x * 0 + 60.0, priors, means, stds)
