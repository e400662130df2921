"""Digits to train on in the checks, and the outputs of an encoder and a decoder."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...expect import array, require
from ...spec import Wrong
from ...trained import require_model

NUM_TRAIN = 1400  # of 1,797


def all_digits() -> tuple[np.ndarray, np.ndarray]:
    """All digits, float32 (1797, 8, 8), and their labels."""
    from threesteps import datasets

    digits = datasets.digits(size=8, quiet=True)
    x = np.concatenate([digits.x_train, digits.x_test])
    return x, np.concatenate([digits.y_train, digits.y_test])


def shuffled_pixels(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Digits to train on and others, (n, 64), the pixels of all in the same new order."""
    x, _ = all_digits()
    rows = x.reshape(len(x), 64)[rng.permutation(len(x))][:, rng.permutation(64)]
    return rows[:NUM_TRAIN], rows[NUM_TRAIN:]


def best_straight(x: np.ndarray, units: int) -> tuple[np.ndarray, np.ndarray]:
    """Mean and first components: eigenvectors of the covariance, as rows."""
    mean = x.mean(axis=0)
    moved = (x - mean).astype(float)
    return mean, np.linalg.eigh(moved.T @ moved)[1].T[::-1][:units]


def straight_error(x: np.ndarray, mean: np.ndarray, rows: np.ndarray) -> float:
    left = (x - mean) - (x - mean) @ rows.T @ rows
    return float(np.mean(left**2))


def two_models(answer: Any) -> tuple[Any, Any]:
    """The encoder and the decoder that came back."""
    two = isinstance(answer, (list, tuple)) and len(answer) == 2
    if not two:
        require_model(answer)
    require(two, "Return two models: the encoder and the decoder.", got=answer)
    for model in answer:
        require_model(model)
    return answer[0], answer[1]


def encoded(encoder: Any, x: np.ndarray, units: int) -> np.ndarray:
    return _asked(encoder, x, units, "encoder", "units")


def decoded(decoder: Any, codes: np.ndarray, features: int = 64) -> np.ndarray:
    return _asked(decoder, codes.astype(np.float32), features, "decoder", "features")


def _asked(model: Any, x: np.ndarray, width: int, name: str, axis: str) -> np.ndarray:
    asked = f"the {name} on an array of shape {x.shape}"
    try:
        answer = model(x)
    except Wrong as wrong:
        words = f"The {name} could not be asked. {wrong.cause}"
        raise Wrong(words, asked=asked, hidden_cause=f"The {name} could not be asked.") from None
    if np.shape(answer) != (len(x), width):
        words = f"The {name} should give (n, {axis})."
        if name == "encoder" and np.shape(answer) == x.shape:
            words += " Yours gives whole images: return its two halves, not the whole network."
        raise Wrong(words, asked=asked, got=f"shape {np.shape(answer)}")
    return array(answer, (len(x), width), f"what the {name} gives")
