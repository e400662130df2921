"""Checks of the notebook learning_recipe, in its order."""

from __future__ import annotations

from ...spec import Check
from .data import split_examples, standardized
from .diagnosis import bias_and_variance, diagnose
from .penalties import ridge, stopping_epoch

__all__ = ["CHECKS"]

CHECKS: tuple[Check, ...] = (
    diagnose,
    bias_and_variance,
    split_examples,
    standardized,
    ridge,
    stopping_epoch,
)
