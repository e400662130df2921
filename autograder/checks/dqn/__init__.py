"""Checks of the notebook dqn, in its order."""

from __future__ import annotations

from ...spec import Check
from .agent import train_dqn
from .frames import FrameStack
from .learning import dqn_loss
from .losses import clipped_reward, huber_loss
from .playing import greedy_returns
from .replay import ReplayBuffer
from .small import epsilon_at, update_target
from .targets import double_targets, td_targets
from .values import q_values

__all__ = ["CHECKS"]

CHECKS: tuple[Check, ...] = (
    q_values,
    FrameStack,
    td_targets,
    double_targets,
    clipped_reward,
    huber_loss,
    dqn_loss,
    ReplayBuffer,
    update_target,
    epsilon_at,
    train_dqn,
    greedy_returns,
)
