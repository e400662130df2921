"""Checks of the notebook planning, in its order."""

from __future__ import annotations

from ...spec import Check
from .best import policy_iteration, value_iteration
from .exploring import epsilon_greedy, q_learning_update
from .gradient import reinforce_loss, train_reinforce
from .mazes import maze_model, maze_step
from .nodes import back_up, ucb_score
from .search import tree_search
from .values import bellman_backup, discounted_returns, policy_evaluation
from .walking import train_q_learning

__all__ = ["CHECKS"]

CHECKS: tuple[Check, ...] = (
    maze_step,
    maze_model,
    discounted_returns,
    bellman_backup,
    policy_evaluation,
    value_iteration,
    policy_iteration,
    epsilon_greedy,
    q_learning_update,
    train_q_learning,
    reinforce_loss,
    train_reinforce,
    ucb_score,
    back_up,
    tree_search,
)
