"""Checks of the notebook sequences, in its order."""

from __future__ import annotations

from ...spec import Check
from .alignment import best_path, collapse
from .language import masked_loss, perplexity, shifted
from .paths import ctc_loss, text_probability
from .reviews import last_states, train_reviews
from .sampling import sample_next
from .translation import build_translator, greedy_decode

__all__ = ["CHECKS"]

CHECKS: tuple[Check, ...] = (
    last_states,
    train_reviews,
    shifted,
    masked_loss,
    perplexity,
    sample_next,
    collapse,
    best_path,
    text_probability,
    ctc_loss,
    build_translator,
    greedy_decode,
)
