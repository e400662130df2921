"""Checks of the notebook rnn, in its order."""

from __future__ import annotations

from ...spec import Check
from .backward import cliff_loss, rnn_backward
from .clipping import clip_by_global_norm
from .memory import memory_weights, recurrent_parameters
from .slot_filling import train_slot_filler
from .stacks import bidirectional, deep_rnn, lstm_step
from .steps import rnn_forward, rnn_step
from .words import one_of_n, slot_loss

__all__ = ["CHECKS"]

CHECKS: tuple[Check, ...] = (
    one_of_n,
    rnn_step,
    rnn_forward,
    memory_weights,
    recurrent_parameters,
    slot_loss,
    rnn_backward,
    cliff_loss,
    clip_by_global_norm,
    lstm_step,
    deep_rnn,
    bidirectional,
    train_slot_filler,
)
