"""Checks of the notebook learning_recipe, in its order."""

from __future__ import annotations

from ...spec import Check
from .data import split_examples, standardized
from .depth import folding_network, num_parameters
from .diagnosis import bias_and_variance, diagnose
from .masks import dropout, principal_axes
from .penalties import ridge, stopping_epoch
from .stacks import stack_backward, stack_forward

__all__ = ["CHECKS"]

CHECKS: tuple[Check, ...] = (
    diagnose,
    bias_and_variance,
    split_examples,
    standardized,
    ridge,
    stopping_epoch,
    dropout,
    principal_axes,
    num_parameters,
    folding_network,
    stack_forward,
    stack_backward,
)
