"""Checks of the notebook optimizers, in its order."""

from __future__ import annotations

from ...spec import Check
from .adaptive import AdaGrad, Adam, RMSProp
from .momentum import Momentum, Nesterov
from .schedules import cosine_decay, time_decay
from .steps import SGD, descent_step, minibatches
from .subclass import KerasMomentum

__all__ = ["CHECKS"]

CHECKS: tuple[Check, ...] = (
    descent_step,
    minibatches,
    SGD,
    Momentum,
    Nesterov,
    AdaGrad,
    RMSProp,
    Adam,
    time_decay,
    cosine_decay,
    KerasMomentum,
)
