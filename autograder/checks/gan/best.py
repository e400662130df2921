"""Checks of exercises 4 and 5: the best discriminator, and what the game is worth with it."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.special import expit, rel_entr

from ...expect import expect, hint
from ...spec import Check

best_discriminator = Check("best_discriminator")
best_value = Check("best_value")


def ask_best(student: Any, p: np.ndarray, q: np.ndarray) -> None:
    with np.errstate(divide="ignore", invalid="ignore"):
        right = expit(np.log(p) - np.log(q))  # as a sigmoid of the log of the ratio
        ratio = p / q
    right = np.where((p == 0) & (q == 0), 0.5, right)
    causes = [
        (1 - right, "Real and fake are exchanged: D says how probably a sample is real, p."),
        (lambda a: np.allclose(a, ratio, rtol=1e-3), "That is p / q, which is no probability: "
         "divide by p + q."),
        (lambda a: np.array_equal(a, np.where(p > q, 1.0, np.where(p < q, 0.0, 0.5))), "That is a "
         "decision: D gives a probability."),
        (np.where(p + q == 0, 0.0, right), "Where neither has any density the answer is 0.5, not "
         "0."),
        (lambda a: np.isnan(a).any() and (p + q == 0).any(), "NaN where both densities are 0: "
         "0.5 was asked for there. Divide only where p + q is not 0."),
        (lambda a: np.isnan(a).any(), "NaN came back: can the quotient become infinite by "
         "infinite?"),
        (lambda a: ((p + q < 1e-6) & (p != q)).any() and np.allclose(a[p + q > 1e-3],
                                                                     right[p + q > 1e-3]),
         "Wrong where both densities are tiny: is something added to the denominator, or small "
         "sums taken for 0? Only exactly 0 is special."),
    ]  # fmt: skip
    names = ("rows", "columns")[: p.ndim] if p.ndim <= 2 else ()
    expect(student.best_discriminator(p, q), right, causes=causes, axes=names, atol=1e-7)


@best_discriminator.case("densities on a line", weight=2)
def _(student, reference, rng):
    num = int(rng.integers(5, 9))
    ask_best(student, rng.uniform(0.1, 3, num), rng.uniform(0.1, 3, num))


@best_discriminator.case("no density at all", weight=2)
def _(student, reference, rng):
    ask_best(student, np.array([0.0, 0.0, 2.0, 0.0]), np.array([1.5, 0.0, 0.0, 0.3]))


@best_discriminator.case("tiny densities, and a table", weight=2, hidden=True)
def _(student, reference, rng):
    tiny = 10.0 ** -rng.uniform(10, 200, (4, 3))
    ask_best(student, tiny, tiny * rng.uniform(0.2, 5, (4, 3)))
    p, q = rng.uniform(0.1, 3, (2, 2, 5))
    p[0, 1] = q[0, 1] = q[1, 2] = 0
    ask_best(student, p, q)


def ask_value(student: Any, p: np.ndarray, q: np.ndarray) -> None:
    middle = (p + q) / 2
    to_p, to_q = rel_entr(p, middle).sum(), rel_entr(q, middle).sum()
    right = to_p + to_q - np.log(4)  # twice the Jensen-Shannon divergence less log 4
    causes = [
        (-right, "That is the discriminator's loss; the value is minus that."),
        (to_p + to_q, "That is twice the Jensen-Shannon divergence; the value is lower by log 4."),
        (to_p - np.log(2), "The fakes' part is missing."),
        (to_q - np.log(2), "The real ones' part is missing."),
        (right / np.log(2), "Natural logarithms were asked for, not base 2."),
        (right / len(p), "Sum over the outcomes: p and q are the weights, no mean is needed."),
        (right / 2, "The two parts are added, not averaged."),
        (lambda v: np.isnan(v), "NaN: 0 times log 0 counts nothing here. Sum only over outcomes "
         "that happen."),
        (lambda v: np.isinf(v), "Infinity: an outcome that never happens must count nothing."),
        (lambda v: ((p == 0) | (q == 0)).any() and abs(v - right) < 0.01, "Nearly right: is "
         "something small added inside the logarithms? Leave out the outcomes that never happen."),
        (lambda v: ((p == 0) ^ (q == 0)).any(), "Wrong where only one of p and q is 0: such an "
         "outcome still counts for the other one, there with log 1 = 0, and its weight is not "
         "shared out."),
        (lambda v: np.ndim(v) > 0, "Return one number: the sum over the outcomes."),
    ]  # fmt: skip
    with hint("p and q have the shape (outcomes,)."):
        answer = student.best_value(p, q)
    expect(answer, np.float64(right), causes=causes, atol=1e-6)


def shares(rng: np.random.Generator, num: int) -> np.ndarray:
    drawn: np.ndarray = rng.dirichlet(np.ones(num))
    return drawn


@best_value.case("equal, and nothing in common")
def _(student, reference, rng):
    p = shares(rng, int(rng.integers(3, 6)))
    ask_value(student, p, p)
    ask_value(student, np.append(p, 0 * p), np.append(0 * p, p))


@best_value.case("two worlds", weight=2)
def _(student, reference, rng):
    num = int(rng.integers(4, 8))
    ask_value(student, shares(rng, num), shares(rng, num))


@best_value.case("some outcomes never happen", weight=2, hidden=True)
def _(student, reference, rng):
    p, q = shares(rng, 6), shares(rng, 6)
    p[0] = q[0] = p[1] = q[2] = 0
    ask_value(student, p / p.sum(), q / q.sum())
