"""A reader of digits in closed form: linear discriminants, no training."""

from __future__ import annotations

import numpy as np
from scipy.linalg import eigh, sqrtm


class Features:
    """Nine numbers per image in which the ten digits lie apart; x holds all real digits."""

    def __init__(self) -> None:
        from threesteps import datasets

        digits = datasets.digits(size=8, quiet=True)
        self.x = np.concatenate([digits.x_train, digits.x_test])[..., None]  # (1797, 8, 8, 1)
        labels = np.concatenate([digits.y_train, digits.y_test])
        flat = self.x.reshape(len(self.x), -1).astype(float)
        means = np.stack([flat[labels == k].mean(axis=0) for k in range(10)])
        within = np.cov((flat - means[labels]).T) + 0.01 * np.eye(64)
        # Directions in which the classes differ most, measured by the spread within them.
        _, directions = eigh(np.cov(means.T), within, subset_by_index=[55, 63])
        self._directions, self._means = directions, means @ directions

    def of(self, images: np.ndarray) -> np.ndarray:
        found: np.ndarray = images.reshape(len(images), -1).astype(float) @ self._directions
        return found

    def judged(self, images: np.ndarray) -> tuple[float, np.ndarray]:
        """Fréchet distance from the real digits, and the share of each digit, (10,)."""
        real, drawn = self.of(self.x), self.of(images)
        covariances = np.cov(real.T), np.cov(drawn.T)
        root = np.real(sqrtm(covariances[0] @ covariances[1]))
        gap = real.mean(axis=0) - drawn.mean(axis=0)
        distance = float(gap @ gap + np.trace(covariances[0] + covariances[1] - 2 * root))
        nearest = np.linalg.norm(drawn[:, None] - self._means, axis=-1).argmin(axis=1)
        return distance, np.bincount(nearest, minlength=10) / len(images)
