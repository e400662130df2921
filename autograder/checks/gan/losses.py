"""Checks of exercises 2 and 3: what discriminator and generator minimise."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.special import log_expit

from ...expect import expect, hint
from ...spec import Check

discriminator_loss = Check("discriminator_loss")
generator_loss = Check("generator_loss")


def log_d(logits: np.ndarray) -> np.ndarray:
    """log of the sigmoid, for any logit."""
    found: np.ndarray = log_expit(np.asarray(logits, float))
    return found


def log_not_d(logits: np.ndarray) -> np.ndarray:
    return log_d(-np.asarray(logits, float))


def column(rng: np.random.Generator, num: int, scale: float = 2.0) -> np.ndarray:
    drawn: np.ndarray = rng.normal(scale=scale, size=(num, 1)).astype("float32")
    return drawn


STABLE = "Not finite: exp or log of a sigmoid overflows for large logits. softplus does not."


def ask_discriminator(student: Any, real: np.ndarray, fake: np.ndarray) -> None:
    a, b = log_d(real), log_not_d(fake)
    right = -a.mean() - b.mean()
    swapped = -log_not_d(real).mean() - log_d(fake).mean()
    causes = [
        (swapped, "The labels are swapped: real samples should get D near 1, fakes near 0."),
        (-right, "The sign is turned: a loss is minimised, so it is minus the mean logarithm."),
        (right / 2, "The two means are added, not averaged: a discriminator that knows nothing "
         "has the loss log 4."),
        (-np.concatenate([a, b]).mean(), "Here real and fake were averaged together: one mean "
         "over the real ones plus one over the fake ones."),
        (-2 * np.concatenate([a, b]).mean(), "Real and fake were averaged together: with "
         "different numbers of them, take each mean by itself."),
        (-a.sum() - b.sum(), "These are sums over the samples: take means."),
        (-a.mean(), "The fakes' part is missing."),
        (-b.mean(), "The real ones' part is missing."),
        (-a.mean() - log_d(fake).mean(), "The fakes are labelled real: they want 1 - D."),
        (np.mean((1 - np.exp(a)) ** 2) + np.mean((1 - np.exp(b)) ** 2), "That is a squared error: "
         "the loss is the cross-entropy."),
        (lambda v: not np.isfinite(v), STABLE),
        (lambda v: abs(v - right) > 1 and np.abs(real).max() > 90, STABLE + " Nor may a "
         "probability be cut off at a smallest value."),
        (lambda v: np.ndim(v) > 0, "Return one number: take the mean over the samples."),
    ]  # fmt: skip
    with hint("Logits have the shape (n, 1) and (m, 1); n and m may differ."):
        answer = student.discriminator_loss(real, fake)
    expect(answer, np.float64(right), causes=causes, atol=1e-5)


@discriminator_loss.case("undecided")
def _(student, reference, rng):
    ask_discriminator(student, np.zeros((3, 1), "float32"), np.zeros((3, 1), "float32"))


@discriminator_loss.case("a batch", weight=2)
def _(student, reference, rng):
    num = int(rng.integers(4, 9))
    ask_discriminator(student, column(rng, num) + 1, column(rng, num))


@discriminator_loss.case("more fakes than real ones", weight=2)
def _(student, reference, rng):
    num = int(rng.integers(3, 6))
    ask_discriminator(student, column(rng, num) + 1, column(rng, 3 * num) + 0.5)


def ask_slopes(student: Any, loss: str, *pairs: tuple[np.ndarray, np.ndarray]) -> None:
    """The slopes of a loss; pairs: logits, and the right slopes for them."""
    causes = [
        (
            lambda a: True,
            "The slopes are not those of the loss. If its value is right, something is rounded, "
            "cut off or stopped on the way.",
        )
    ]
    with hint("Training needs slopes: keras.ops only, no NumPy, no float()."):
        slopes = student.loss_slopes(student.function(loss), *(logits for logits, _ in pairs))
    for slope, (_, right) in zip(slopes, pairs, strict=True):
        expect(slope, right, causes=causes, rtol=1e-3, atol=1e-5)


@discriminator_loss.case("its slopes")
def _(student, reference, rng):
    real, fake = column(rng, int(rng.integers(3, 6))), column(rng, 7)
    by_real = -np.exp(log_not_d(real)) / len(real)
    ask_slopes(student, "discriminator_loss", (real, by_real), (fake, np.exp(log_d(fake)) / 7))


@discriminator_loss.case("huge logits", weight=2, hidden=True)
def _(student, reference, rng):
    huge = np.array([[1000.0], [-1000.0], [-40.0]], "float32")
    ask_discriminator(student, huge, column(rng, 4))
    ask_discriminator(student, column(rng, 4), huge)
    ask_discriminator(student, huge[:1], -huge[:1])


def ask_generator(student: Any, fake: np.ndarray, *saturating: bool) -> None:
    literal, usual = float(log_not_d(fake).mean()), float(-log_d(fake).mean())
    wants_literal = bool(saturating and saturating[0])
    right, other = (literal, usual) if wants_literal else (usual, literal)
    which = (
        "This is the loss that does not saturate, and the saturating one was asked for."
        if wants_literal
        else "This is the saturating loss, log(1 - D), and the other one was asked for: -log D."
    )
    causes = [
        (other, which),
        (-right, "The sign is turned: the generator minimises this, so it must fall when D rises."),
        (-literal, "That is -log(1 - D), the discriminator's side: the generator wants D to "
         "rise, so its loss must fall when the logits rise."),
        (-usual, "That is log D: it grows when the generator gets better, and a loss is "
         "minimised."),
        (right * fake.size, "A sum came back: take the mean over the samples."),
        (lambda v: not np.isfinite(v), STABLE),
        (lambda v: np.abs(fake).max() > 30, STABLE + " Nor may a probability be cut off at a "
         "smallest value."),
        (lambda v: np.ndim(v) > 0, "Return one number: take the mean over the samples."),
    ]  # fmt: skip
    expect(student.generator_loss(fake, *saturating), np.float64(right), causes=causes, atol=1e-5)


@generator_loss.case("-log D", weight=2)
def _(student, reference, rng):
    ask_generator(student, column(rng, int(rng.integers(4, 9))) - 1)


@generator_loss.case("saturating, if asked for", weight=2)
def _(student, reference, rng):
    fake = column(rng, int(rng.integers(4, 9))) + 0.5
    ask_generator(student, fake, True)
    ask_generator(student, fake, False)


@generator_loss.case("its slopes")
def _(student, reference, rng):
    fake = column(rng, int(rng.integers(4, 9)))
    ask_slopes(student, "generator_loss", (fake, -np.exp(log_not_d(fake)) / len(fake)))


@generator_loss.case("huge logits", weight=2, hidden=True)
def _(student, reference, rng):
    for extreme in (1000.0, -1000.0, 60.0, -60.0):
        fake = np.concatenate([column(rng, 3), [[np.float32(extreme)]]]).astype("float32")
        for saturating in (False, True):
            ask_generator(student, fake, saturating)


@generator_loss.case("one sample", hidden=True)
def _(student, reference, rng):
    ask_generator(student, column(rng, 1) - 2)
    ask_generator(student, column(rng, 1) - 2, True)
