"""Two small Keras networks in the learner's process, and the same in NumPy: an oracle for steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ...differences import measured
from ...expect import array
from .losses import log_d, log_not_d

EPSILON = 1e-3  # of Keras's BatchNormalization
NOISE, FEATURES = 3, 2


@dataclass
class Players:
    """A generator (dense) and a discriminator (dense, batch normalization, tanh, dense).

    Args:
        generator, discriminator: in the learner's process.
        made: weights of the generator: kernel (noise, features), bias.
        seen: of the discriminator: kernel, bias, gamma, beta, kernel, bias.
    """

    generator: Any
    discriminator: Any
    made: list[np.ndarray]
    seen: list[np.ndarray]

    def moved(self) -> tuple[list[np.ndarray], list[np.ndarray]]:
        """Trainable weights now: of the generator, of the discriminator."""
        return trainable(self.generator, self.made), trainable(self.discriminator, self.seen)


def trainable(model: Any, like: list[np.ndarray]) -> list[np.ndarray]:
    """The trainable weights; the moving statistics come last among the dense layers' own."""
    everything = model.get_weights()
    if len(everything) > len(like):  # Keras lists the two moving statistics after gamma and beta
        everything = everything[:4] + everything[6:]
    return [array(w, v.shape, "a weight") for w, v in zip(everything, like, strict=True)]


def new_players(student: Any, rng: np.random.Generator, norm: bool = True) -> Players:
    """Networks with random weights; moving statistics that differ from any batch's."""
    keras, units = student["keras"], int(rng.integers(4, 7))
    layers = keras["layers"]
    dense = [layers.Dense(units), layers.Activation("tanh"), layers.Dense(1)]
    if norm:
        dense.insert(1, layers.BatchNormalization())
    discriminator = keras.Sequential([keras.Input([FEATURES]), *dense])
    generator = keras.Sequential([keras.Input([NOISE]), layers.Dense(FEATURES)])
    shapes: list[tuple[int, ...]] = [(FEATURES, units), (units,), (units, 1), (1,)]
    first, second, third, last = (rng.normal(size=s).astype("float32") for s in shapes)
    scale = [rng.uniform(0.7, 1.5, units).astype("float32"), 0.3 * second[::-1]] if norm else []
    statistics = [np.full(units, 0.5, "float32"), np.full(units, 3.0, "float32")] if norm else []
    discriminator.set_weights([first, second, *scale, *statistics, third, last])
    made = [rng.normal(size=s).astype("float32") for s in ((NOISE, FEATURES), (FEATURES,))]
    generator.set_weights(made)
    return Players(generator, discriminator, made, [first, second, *scale, third, last])


def logits(seen: Any, x: np.ndarray, statistics: Any = None) -> np.ndarray:
    """The discriminator's answer, (n, 1); with batch normalization if there are its weights.

    Args:
        statistics: (mean, variance) instead of the batch's own.
    """
    hidden = x @ seen[0] + seen[1]
    if len(seen) == 6:
        mean, variance = statistics or (hidden.mean(axis=0), hidden.var(axis=0))
        hidden = (hidden - mean) / np.sqrt(variance + EPSILON) * seen[2] + seen[3]
    answer: np.ndarray = np.tanh(hidden) @ seen[-2] + seen[-1]
    return answer


def fakes(made: Any, noise: np.ndarray) -> np.ndarray:
    drawn: np.ndarray = noise @ made[0] + made[1]
    return drawn


def d_loss(seen: Any, real: np.ndarray, fake: np.ndarray, way: str = "apart") -> float:
    """The discriminator's loss; `way`: apart, mixed (one batch), still (moving statistics)."""
    if way == "mixed":
        both = logits(seen, np.concatenate([real, fake]))
        a, b = both[: len(real)], both[len(real) :]
    else:
        units = seen[0].shape[1]
        statistics = (np.full(units, 0.5), np.full(units, 3.0)) if way == "still" else None
        a, b = logits(seen, real, statistics), logits(seen, fake, statistics)
    return float(-log_d(a).mean() - log_not_d(b).mean())


def g_loss(seen: Any, made: Any, noise: np.ndarray, way: str = "usual") -> float:
    """The generator's loss; `way`: usual, saturating, still (moving statistics), swapped."""
    units = seen[0].shape[1]
    statistics = (np.full(units, 0.5), np.full(units, 3.0)) if way == "still" else None
    answers = logits(seen, fakes(made, noise), statistics)
    if way in ("saturating", "swapped"):
        return float(log_not_d(answers).mean()) * (1 if way == "saturating" else -1)
    return float(-log_d(answers).mean())


def stepped(function: Any, weights: list[np.ndarray], rate: float) -> list[np.ndarray]:
    """The weights after one step of plain gradient descent, slopes by central differences."""
    floats = [np.asarray(w, float) for w in weights]
    slopes = measured(lambda *w: function(list(w)), floats, np.float64(1.0))
    return [w - rate * slope for w, slope in zip(floats, slopes, strict=True)]


def same(found: list[np.ndarray], right: list[np.ndarray]) -> bool:
    """Steps of float32 against measured ones: batch normalization of few rows costs digits."""
    return all(np.allclose(a, b, rtol=1e-3, atol=2e-4) for a, b in zip(found, right, strict=True))
