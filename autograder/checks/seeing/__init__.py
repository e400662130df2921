"""Checks of the notebook seeing, in its order."""

from __future__ import annotations

from ...spec import Check
from .boards import capture_points, train_board_network
from .climbing import ascent_step, favourite_input, input_gradient
from .pixels import fool, saliency, signed_step
from .styles import gram_matrices, style_loss

__all__ = ["CHECKS"]

CHECKS: tuple[Check, ...] = (
    input_gradient,
    ascent_step,
    favourite_input,
    saliency,
    signed_step,
    fool,
    gram_matrices,
    style_loss,
    capture_points,
    train_board_network,
)
