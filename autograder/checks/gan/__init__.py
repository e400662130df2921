"""Checks of the notebook gan, in its order."""

from __future__ import annotations

from ...spec import Check
from .bayes import bayes_posterior
from .best import best_discriminator, best_value
from .distance import class_shares, frechet_distance
from .losses import discriminator_loss, generator_loss
from .modes import modes_covered, share_good
from .networks import build_digit_gan
from .ring import train_ring
from .together import game_loss
from .turns import discriminator_step, generator_step

__all__ = ["CHECKS"]

CHECKS: tuple[Check, ...] = (
    bayes_posterior,
    discriminator_loss,
    generator_loss,
    best_discriminator,
    best_value,
    discriminator_step,
    generator_step,
    game_loss,
    share_good,
    modes_covered,
    train_ring,
    class_shares,
    frechet_distance,
    build_digit_gan,
)
