"""Checks of the notebook word_vectors, in its order."""

from __future__ import annotations

from ...spec import Check
from .counting import context_vectors, count_words
from .loss import negative_sampling_loss, skip_gram_gradients
from .near import analogy, nearest_words
from .noise import draw_negatives, noise_probs
from .pairs import cbow_pairs, skip_gram_pairs
from .prediction import train_word_predictor
from .training import train_word_vectors

__all__ = ["CHECKS"]

CHECKS: tuple[Check, ...] = (
    count_words,
    context_vectors,
    cbow_pairs,
    train_word_predictor,
    nearest_words,
    skip_gram_pairs,
    noise_probs,
    draw_negatives,
    negative_sampling_loss,
    skip_gram_gradients,
    train_word_vectors,
    analogy,
)
