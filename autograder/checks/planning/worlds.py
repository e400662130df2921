"""What several checks need: mazes, random worlds with terminal states, and their values."""

from __future__ import annotations

from typing import Any

import numpy as np

MOVES = ((-1, 0), (0, 1), (1, 0), (0, -1))  # up, right, down, left
World = tuple[np.ndarray, np.ndarray]


def draw_maze(rng: np.random.Generator, height: int, width: int) -> Any:
    """A maze with ways to its goal from every free cell."""
    from threesteps import datasets

    return datasets.maze(height, width, seed=int(rng.integers(2**40)), quiet=True)


def shortest(maze: Any) -> int:
    """Moves from start to goal, by spreading over the free cells from the goal."""
    height, width = maze.walls.shape
    reached, moves = np.zeros((height + 2, width + 2), bool), 0
    free = np.pad(~maze.walls, 1)
    row, column = divmod(maze.start, width)
    reached[maze.goal // width + 1, maze.goal % width + 1] = True
    while not reached[row + 1, column + 1]:
        spread = [np.roll(reached, shift, axis) for axis in (0, 1) for shift in (1, -1)]
        reached, moves = free & np.any([reached, *spread], axis=0), moves + 1
    return moves


def draw_world(rng: np.random.Generator, num_states: int, num_actions: int) -> World:
    """Transitions, (states, actions, states), and rewards; the last state is terminal.

    Some next states are impossible; rewards have either sign; both are in a random order of states.
    """
    weights = rng.exponential(size=(num_states, num_actions, num_states))
    weights *= rng.random(weights.shape) < 0.4
    weights[..., int(rng.integers(num_states))] += 0.2  # so that none is empty
    transitions = weights / weights.sum(axis=-1, keepdims=True)
    rewards = rng.normal(size=(num_states, num_actions))
    end = int(rng.integers(num_states))
    transitions[end], rewards[end] = 0.0, 0.0
    return transitions, rewards


def looked_ahead(values: Any, transitions: Any, rewards: Any, discount: float) -> np.ndarray:
    """The formula, one number at a time."""
    q = np.array(rewards, float)
    for state, action, following in np.ndindex(transitions.shape):
        q[state, action] += discount * transitions[state, action, following] * values[following]
    return q


def values_of(policy: np.ndarray, world: World, discount: float) -> np.ndarray:
    """Values of a policy, (states, actions), by solving its equations."""
    transitions, rewards = world
    rows = [share @ table for share, table in zip(policy, transitions, strict=True)]
    left = np.eye(len(policy)) - discount * np.array(rows)
    return np.asarray(np.linalg.solve(left, (policy * rewards).sum(axis=1)))


def best_values(world: World, discount: float) -> np.ndarray:
    """The largest values: the smallest that no action can improve, by linear programming."""
    from scipy.optimize import linprog

    transitions, rewards = world
    num_states, num_actions = rewards.shape
    stays = np.repeat(np.eye(num_states), num_actions, axis=0)
    left = discount * transitions.reshape(-1, num_states) - stays
    found = linprog(np.ones(num_states), left, -rewards.ravel(), bounds=(None, None))
    return np.asarray(found.x)


def sure(policy: np.ndarray, num_actions: int) -> np.ndarray:
    """Actions, (states,), as a table of probabilities."""
    return np.asarray(np.eye(num_actions)[policy])
