"""Checks of the notebook attention, in its order."""

from __future__ import annotations

from ...spec import Check
from .block import transformer_block
from .heads import multi_head_attention
from .order import attention_mask, sinusoidal_positions
from .scaled import scaled_attention
from .scores import additive_scores, dot_scores, general_scores
from .shares import alignment_share, masked_softmax, read_values
from .translation import train_translator

__all__ = ["CHECKS"]

CHECKS: tuple[Check, ...] = (
    dot_scores,
    general_scores,
    additive_scores,
    masked_softmax,
    read_values,
    scaled_attention,
    attention_mask,
    multi_head_attention,
    sinusoidal_positions,
    transformer_block,
    alignment_share,
    train_translator,
)
