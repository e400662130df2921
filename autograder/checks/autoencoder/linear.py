"""Check of exercise 6: a linear autoencoder, its plane beside that of PCA."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...expect import require
from ...spec import Check, Wrong
from ...trained import Trained, once
from .pictures import best_straight, decoded, encoded, shuffled_pixels, straight_error, two_models

train_linear_autoencoder = Check("train_linear_autoencoder", seconds=60)

UNITS = 4
# Measured with the solution on ten sets and starts: 0.3 to 0.8 degrees.
DEGREES = 5.0
# The fourth eigenvalue is 1.5 times the fifth; 5 degrees off, the error is larger by less
# than a thousandth.
ERROR = 1.02


def trained_pair(student: Any, rng: np.random.Generator, first: bool = False) -> Trained:
    def train() -> Trained:
        x, _ = shuffled_pixels(rng)
        x = (x - x.mean(axis=0))[:, x.std(axis=0) > 0]  # 61 to 63 features: some pixels are empty
        seed = int(rng.integers(10_000))
        encoder, decoder = two_models(student.train_linear_autoencoder(x, UNITS, seed))
        codes = encoded(encoder, x, UNITS)
        images = decoded(decoder, codes, x.shape[1])
        kept = {"x": x, "encoder": encoder, "decoder": decoder, "codes": codes, "images": images}
        return Trained(kept=kept)

    return once(student, "train_linear_autoencoder", train, first)


def principal_degrees(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """The angles between two planes, spanned by rows: arcs of the cosines' singular values."""
    cosines = np.linalg.svd(np.linalg.qr(a.T)[0].T @ np.linalg.qr(b.T)[0])[1]
    degrees: np.ndarray = np.rad2deg(np.arccos(np.clip(cosines, -1, 1)))
    return degrees


@train_linear_autoencoder.case("codes and images")
def _(student, reference, rng):
    trained_pair(student, rng, first=True)


@train_linear_autoencoder.case("both halves are linear", weight=2)
def _(student, reference, rng):
    kept = trained_pair(student, rng).kept
    a, b = kept["x"][:6], kept["x"][6:12]
    halves = (("encoder", encoded, (a, b), UNITS), ("decoder", decoded, None, a.shape[1]))
    for name, ask, given, width in halves:
        left, right = given or (kept["codes"][:6], kept["codes"][6:12])
        parts = [ask(kept[name], part, width) for part in (left + right, 0 * left, left, right)]
        away = np.abs(parts[0] + parts[1] - parts[2] - parts[3]).max()
        size = max(1e-3, *(float(np.abs(part).max()) for part in parts))
        words = f"The {name} is not linear: leave out its activation, and hidden layers with one."
        require(away < 1e-3 * size, words, asked=f"the {name} on a + b, 0, a and b")


@train_linear_autoencoder.case("the plane of PCA", weight=4)
def _(student, reference, rng):
    kept = trained_pair(student, rng).kept
    eyes = np.concatenate([np.eye(UNITS), np.zeros((1, UNITS))])
    drawn = decoded(kept["decoder"], eyes, kept["x"].shape[1])
    degrees = principal_degrees(drawn[:-1] - drawn[-1], best_straight(kept["x"], UNITS)[1])
    if degrees.max() <= DEGREES:
        return
    words = "Train longer, let the learning rate fall to 0, and look whether the loss still falls."
    if degrees.min() > 40:
        words = "Is it trained at all (compile, then fit on x itself as the target)?"
    asked = "largest angle between the decoder's plane and that of PCA"
    raise Wrong(f"At most 5 degrees are allowed. {words}", asked=asked, got=f"{degrees.max():.1f}°")


@train_linear_autoencoder.case("the error of PCA", weight=2, hidden=True)
def _(student, reference, rng):
    kept = trained_pair(student, rng).kept
    x = kept["x"]
    error = float(np.mean((kept["images"] - x) ** 2))
    least = straight_error(x, *best_straight(x, UNITS))
    asked = "squared error of decoder(encoder(x)), averaged"
    if error <= ERROR * least:
        return
    words = "The error should be PCA's, or hardly more: train longer."
    if error > 0.9 * np.mean(x**2):
        words = "The images are no better than the mean: do encoder and decoder belong to the "
        words += "network that was trained?"
    raise Wrong(words, asked=asked, got=f"{error:.4f}", expected=f"{least:.4f}")
