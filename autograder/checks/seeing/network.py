"""The notebook's small network in plain NumPy: an oracle for gradients, by finite differences."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

HEIGHT, WIDTH = 5, 6


class Network:
    """A convolution with tanh and a dense layer, random weights.

    Args:
        rng: draws the weights and how many filters, classes and channels there are.
        channels: of the images; None to draw it.
    """

    def __init__(self, rng: np.random.Generator, channels: int | None = None):
        self.channels = int(rng.integers(2, 4)) if channels is None else channels
        self.filters, self.classes = int(rng.integers(3, 5)), int(rng.integers(5, 8))
        kernel = rng.normal(scale=0.5, size=(3, 3, self.channels, self.filters))
        table = rng.normal(scale=0.5, size=(HEIGHT * WIDTH * self.filters, self.classes))
        bias, offset = rng.normal(size=self.filters) * 0.2, rng.normal(size=self.classes) * 0.2
        self.weights = [w.astype("float32") for w in (kernel, bias, table, offset)]

    def images(self, rng: np.random.Generator, batch: int) -> np.ndarray:
        """Images with pixels from 0 to 1, some of them exactly 0 or 1."""
        x = rng.uniform(-0.2, 1.2, (batch, HEIGHT, WIDTH, self.channels)).clip(0, 1)
        return x.astype("float32")

    def labels(self, rng: np.random.Generator, batch: int) -> np.ndarray:
        return rng.permutation(self.classes)[:batch]

    def maps(self, x: np.ndarray) -> np.ndarray:
        """(batch, height, width, channels) -> (batch, height, width, filters)."""
        kernel, bias = (w.astype(float) for w in self.weights[:2])
        padded = np.pad(x.astype(float), ((0, 0), (1, 1), (1, 1), (0, 0)))
        total = np.zeros((*x.shape[:3], self.filters)) + bias
        for i in range(3):
            for j in range(3):
                total += padded[:, i : i + HEIGHT, j : j + WIDTH] @ kernel[i, j]
        out: np.ndarray = np.tanh(total)
        return out

    def logits(self, x: np.ndarray) -> np.ndarray:
        table, offset = (w.astype(float) for w in self.weights[2:])
        out: np.ndarray = self.maps(x).reshape(len(x), -1) @ table + offset
        return out

    def logit(self, x: np.ndarray, labels: Any) -> np.ndarray:
        """The logit of labels[k] for image k: (batch,)."""
        out: np.ndarray = self.logits(x)[np.arange(len(x)), labels]
        return out

    def middle(self, x: np.ndarray, numbers: Any) -> np.ndarray:
        """What filter numbers[k] says in the middle of image k: (batch,)."""
        out: np.ndarray = self.maps(x)[np.arange(len(x)), HEIGHT // 2, WIDTH // 2, numbers]
        return out

    def cross_entropy(self, x: np.ndarray, labels: Any) -> np.ndarray:
        """One loss per image: (batch,)."""
        logits = self.logits(x)
        top = logits.max(axis=1)
        total = np.log(np.exp(logits - top[:, None]).sum(axis=1)) + top
        out: np.ndarray = total - logits[np.arange(len(x)), labels]
        return out


def slopes(function: Callable[[np.ndarray], np.ndarray], x: np.ndarray) -> np.ndarray:
    """Of a function images -> (batch,): the slope of each image's value for each of its numbers.

    Central differences in float64 with a distance of 1e-5: exact to about 1e-9.
    """
    x = x.astype(float)
    gradient = np.zeros(x.shape)
    for place in np.ndindex(*x.shape[1:]):
        there = (slice(None), *place)
        up, down = x.copy(), x.copy()
        up[there] += 1e-5
        down[there] -= 1e-5
        gradient[there] = (function(up) - function(down)) / 2e-5
    return gradient


def clear(gradient: np.ndarray) -> bool:
    """Whether every slope is so far from 0 that float32 gives its sign."""
    return bool(np.abs(gradient).min() > 1e-5)
