"""Checks of exercises 12 and 13: the loss of a variational autoencoder, and its samples."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...expect import Cause, array, expect, hint, require
from ...spec import Check
from ...student import Remote
from .clouds import clouds, integrated

vae_loss = Check("vae_loss")
sample_images = Check("sample_images")


def entropies(x: np.ndarray, logits: np.ndarray) -> np.ndarray:
    """Binary cross-entropy per pixel, by the probabilities' logarithms, stably."""
    ink, paper = -np.logaddexp(0, -logits.astype(float)), -np.logaddexp(0, logits.astype(float))
    found: np.ndarray = -(x * ink + (1 - x) * paper)
    return found


def prices(mean: np.ndarray, log_var: np.ndarray) -> np.ndarray:
    rows = zip(mean, log_var, strict=True)
    return np.array([sum(map(integrated, *pair)) for pair in rows])


def ask_loss(student: Any, x: np.ndarray, logits: np.ndarray, cloud: list[np.ndarray]) -> None:
    pixels, price = entropies(x, logits), prices(*cloud)
    right = pixels.sum(axis=1) + price
    probs = 1 / (1 + np.exp(-logits.astype(float)))
    causes: list[Cause] = [
        (pixels.mean(axis=1) + price, "The cross-entropy is averaged over the pixels here: sum it, "
         "or it is too small beside the KL term."),
        (pixels.sum(axis=1), "The KL term is missing."),
        (price, "The cross-entropy is missing."),
        (pixels.sum(axis=1) - price, "The KL term is a price: add it."),
        (price - pixels.sum(axis=1), "The cross-entropy has the wrong sign."),
        (entropies(x, probs).sum(axis=1) + price, "A sigmoid was applied before a formula that is "
         "for logits: one of the two."),
        (((x - probs) ** 2).sum(axis=1) + price, "That is the squared error; take the binary "
         "cross-entropy."),
        (((x - logits) ** 2).sum(axis=1) + price, "That is the squared error of logits; take the "
         "binary cross-entropy."),
        (entropies(1 - x, logits).sum(axis=1) + price, "Ink and paper are exchanged: log p goes "
         "with x, log(1 − p) with 1 − x."),
        ((-x * np.log(probs + 1e-30)).sum(axis=1) + price, "The pixels without ink count, too: "
         "−(1 − x) log(1 − p)."),
        (right.mean(), "One number per image: do not average over the batch."),
        (right.sum(), "One number per image: do not sum over the batch."),
        (pixels.sum(axis=1) + price.mean(), "Every image pays its own KL term; yours is averaged "
         "over the batch."),
        (lambda a: a.shape == x.shape, "One number per image: sum over the pixels."),
        (lambda a: not np.all(np.isfinite(a)) or np.abs(logits).max() > 30, "With large logits a "
         "probability is exactly 0 or 1, and its logarithm breaks (or was cut off): compute with "
         "logits, by softplus."),
    ]  # fmt: skip
    with hint("Axes: x and logits are (batch, features), mean and log_var (batch, units)."):
        answer = student.vae_loss(x, logits, *cloud)
    # Sums of some tens of terms in float32.
    expect(answer, right, causes=causes, axes=("batch",), rtol=1e-3, atol=1e-3)


def drawn(rng: np.random.Generator, batch: int, features: int, units: int) -> tuple[Any, ...]:
    x = rng.uniform(size=(batch, features)).astype(np.float32)
    logits = (2 * rng.normal(size=(batch, features))).astype(np.float32)
    return x, logits, clouds(rng, batch, units)[:2]


@vae_loss.case("two pixels by hand")
def _(student, reference, rng):
    one, zero = np.ones((1, 1), "float32"), np.zeros((1, 1), "float32")
    ask_loss(student, np.ones((1, 2), "float32"), np.zeros((1, 2), "float32"), [one, zero])


@vae_loss.case("a batch", weight=3)
def _(student, reference, rng):
    ask_loss(student, *drawn(rng, int(rng.integers(3, 6)), 7, 2))


@vae_loss.case("large logits")
def _(student, reference, rng):
    x, logits, cloud = drawn(rng, 3, 5, 2)
    ask_loss(student, x, 60 * np.sign(logits), cloud)


@vae_loss.case("other sizes", weight=2, hidden=True)
def _(student, reference, rng):
    for batch, features, units in ((1, 6, 3), (4, 9, 1), (7, 2, 5)):
        ask_loss(student, *drawn(rng, batch, features, units))


def layer(student: Any, name: str, *args: Any, **kwargs: Any) -> Remote:
    """A Keras layer in the learner's process that stands for a decoder."""
    made: Remote = getattr(student["keras"]["layers"], name)(*args, **kwargs)
    return made


def codes_behind(student: Any, decoder: Any, num: int, units: int, seed: int) -> np.ndarray:
    """The codes that were drawn, read back from the images of a decoder that returns its codes."""
    with hint("The decoder takes float32 codes, (num, units)."):
        images = student.sample_images(decoder, num, units, seed)
    images = array(images, (num, units), "the images")
    inside = images.min() >= 0 and images.max() <= 1
    words = (
        "Some pixels are below 0 or above 1: the decoder gives logits, their sigmoid is the ink."
    )
    require(inside, words)
    clipped = np.clip(images, 1e-7, 1 - 1e-7)
    codes: np.ndarray = np.log(clipped) - np.log1p(-clipped)
    return codes


@sample_images.case("ink from the decoder")
def _(student, reference, rng):
    num = int(rng.integers(5, 9))
    brightener = layer(student, "Rescaling", 0.0, offset=2.0)
    logits = codes_behind(student, brightener, num, 3, 1)
    words = "The decoder used here answers every code with the logit 2; your images are not the "
    words += "sigmoid of it. Is the decoder called, and the sigmoid taken once?"
    require(np.allclose(logits, 2.0, atol=1e-3), words)


def require_normal(codes: np.ndarray) -> None:
    words = "All images have the same code: draw one for each."
    require(codes.std(axis=0).max() > 1e-3, words)
    words = "All units of a code are the same number: draw each by itself."
    require(codes.std(axis=1).max() > 1e-3, words)
    mean, deviation = float(codes.mean()), float(codes.std())
    # Of 8,000 numbers: standard errors 0.011 and 0.008; five of them.
    words = "The codes do not have mean 0."
    if codes.min() >= 0:
        words = "No code is negative: draw from the normal distribution, not uniformly from 0 to 1."
    require(abs(mean) < 0.06, words, got=mean)
    require(abs(deviation - 1) < 0.04, "The codes do not have standard deviation 1.", got=deviation)
    far = float(np.mean(np.abs(codes) > 2))  # 4.6 % of the normal distribution
    require(0.03 < far < 0.065, "Mean and deviation are right, but the distribution is not the "
            "normal one.")  # fmt: skip


@sample_images.case("codes from the standard normal distribution", weight=2)
def _(student, reference, rng):
    require_normal(codes_behind(student, layer(student, "Identity"), 2000, 4, 3))


@sample_images.case("the seed decides", weight=1)
def _(student, reference, rng):
    same = layer(student, "Identity")
    first, again, other = (codes_behind(student, same, 6, 3, seed) for seed in (4, 4, 5))
    require(np.allclose(first, again), "The same seed gave other images the second time.")
    require(not np.allclose(first, other), "Another seed gave the same images: use it.")


@sample_images.case("other sizes", weight=2, hidden=True)
def _(student, reference, rng):
    require_normal(codes_behind(student, layer(student, "Identity"), 1000, 8, 11))
    codes_behind(student, layer(student, "Identity"), 1, 2, 0)
