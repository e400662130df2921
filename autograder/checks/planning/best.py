"""Checks of exercises 6 and 7: the best values, and the best policy."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...expect import array, expect, hint, require
from ...spec import Check, Wrong
from .mazes import modelled
from .values import looked_ahead_fast
from .worlds import World, best_values, draw_maze, draw_world, sure, values_of

value_iteration = Check("value_iteration")
policy_iteration = Check("policy_iteration")


def swept(world: World, discount: float, sweeps: int, pick: Any = np.max) -> list[np.ndarray]:
    """The values after each sweep, from 0 on."""
    found = [np.zeros(len(world[1]))]
    for _ in range(sweeps):
        found.append(pick(looked_ahead_fast(found[-1], world, discount), axis=1))
    return found


def ask_best(student: Any, world: World, discount: float, *tolerance: float) -> None:
    """`tolerance`: none, or one, with which the values may stop early."""
    transitions, rewards = world
    right, sweeps = best_values(world, discount), swept(world, discount, 300)
    means = swept(world, discount, 300, np.mean)[-1]
    positive = swept(world, discount, 300, lambda q, axis: np.maximum(q.max(axis=axis), 0))[-1]
    causes = [
        (sweeps[1], "These are the values after one sweep from 0: repeat with the new values until "
         "nothing changes. A fall is a change as well as a rise."),
        (means, "The mean over the actions is the value of drawing any; take the largest."),
        (swept(world, discount, 300, np.min)[-1], "These are the values of the worst policy: take "
         "the largest over the actions."),
        (positive, "A value may be negative: do not let it begin a maximum at 0."),
        (looked_ahead_fast(right, world, discount), "This is what every action is worth: take the "
         "largest of each state, (states,)."),
        (looked_ahead_fast(right, world, discount).argmax(axis=1), "These are the best actions; "
         "return the values."),
        (
            lambda a: any(np.allclose(a, v, rtol=1e-9, atol=1e-9) for v in sweeps[:-1]),
            "It stopped too early: some values are still changing. Stop when the largest change "
            "of all states, without its sign, is below the tolerance.",
        ),
        (
            lambda a: np.shape(a) == right.shape and np.all(np.isfinite(a)),
            "These values do not obey Bellman's equation: V(s) should be the largest Q(s, a) of "
            "the same values.",
        ),
    ]  # fmt: skip
    with hint("Axes: transitions (states, actions, states), rewards (states, actions)."):
        answer = student.value_iteration(transitions, rewards, discount, *tolerance)
    # Stopping at a change of t leaves an error of at most t γ/(1 − γ).
    slack = 3 * (tolerance or (0.0,))[0] / (1 - discount)
    expect(answer, right, causes=causes, axes=("states",), rtol=2e-4, atol=2e-4 + slack)


def corridor(length: int) -> World:
    """Left or right in one row of cells, a reward of 1 for reaching the right end."""
    transitions, rewards = np.zeros((length, 2, length)), np.zeros((length, 2))
    for cell in range(length - 1):
        transitions[cell, 0, max(cell - 1, 0)] = transitions[cell, 1, cell + 1] = 1.0
    rewards[length - 2, 1] = 1.0
    return transitions, rewards


@value_iteration.case("a corridor")
def _(student, reference, rng):
    ask_best(student, corridor(int(rng.integers(5, 8))), 0.9)


@value_iteration.case("a slippery maze", weight=2)
def _(student, reference, rng):
    maze = draw_maze(rng, 5, 6)
    ask_best(student, modelled(maze.walls, maze.goal, 0.4), 0.95)


@value_iteration.case("rewards of either sign", weight=2)
def _(student, reference, rng):
    ask_best(student, draw_world(rng, int(rng.integers(5, 8)), 3), 0.8)
    ask_best(student, dear(draw_world(rng, int(rng.integers(5, 8)), 3)), 0.8)


def dear(world: World) -> World:
    """The same world, where every step costs something."""
    transitions, rewards = world
    return transitions, rewards - 4.0 * (rewards != 0)


@value_iteration.case("a patient one, and a rough one")
def _(student, reference, rng):
    ring = np.stack([np.roll(np.eye(6), 1, axis=1), np.eye(6)], axis=1)  # go on, or stay
    rewards = np.zeros((6, 2))
    rewards[3, 0] = rng.uniform(1, 2)
    ask_best(student, (ring, rewards), 0.97)
    ask_best(student, (ring, rewards), 0.6, 0.05)


@value_iteration.case("other worlds", weight=2, hidden=True)
def _(student, reference, rng):
    for num_states, num_actions, discount in ((9, 4, 0.9), (4, 6, 0.5), (7, 1, 0.95)):
        ask_best(student, draw_world(rng, num_states, num_actions), discount)
    ask_best(student, dear(draw_world(rng, 6, 3)), 0.7)
    ask_best(student, corridor(30), 0.95)


def ask_policy(student: Any, world: World, discount: float) -> None:
    transitions, rewards = world
    num_states, num_actions = rewards.shape
    with hint("Axes: transitions (states, actions, states), rewards (states, actions)."):
        answer = student.policy_iteration(transitions, rewards, discount)
    pair = isinstance(answer, (list, tuple)) and len(answer) == 2
    require(pair, "Return two things: policy, values.")
    if np.shape(answer[0]) == (num_states, num_actions):
        raise Wrong("The policy should be one action for each state, (states,), not a table.")
    policy = array(answer[0], (num_states,), "the policy")
    whole = np.array_equal(policy, np.round(policy)) and policy.min() >= 0
    require(
        whole and policy.max() < num_actions,
        "The policy holds numbers of actions: whole numbers from 0 to num_actions − 1.",
        got=answer[0],
    )
    right = best_values(world, discount)
    ours = values_of(sure(policy.astype(int), num_actions), world, discount)
    if not np.allclose(ours, right, rtol=2e-4, atol=2e-4):
        words = words_on(policy.astype(int), world, discount)
        got = f"{ours.min():.4g} … {ours.max():.4g}"
        raise Wrong(words, asked="the values of your policy", got=got)
    causes = [
        (swept(world, discount, 1)[1], "The policy is right, the values are of a single sweep."),
        (
            lambda a: np.shape(a) == (num_states, num_actions),
            "The policy is right; `values` should be one number for each state, (states,).",
        ),
        (
            lambda a: np.shape(a) == (num_states,),
            "The policy is right, but the values are not those of this policy: evaluate the last "
            "one before you return.",
        ),
    ]
    expect(answer[1], right, causes=causes, axes=("states",), rtol=1e-3, atol=1e-3)


def words_on(policy: np.ndarray, world: World, discount: float) -> str:
    """Why a policy is not the best."""
    num_actions = world[1].shape[1]
    short = world[1].argmax(axis=1)
    first = np.zeros(len(policy), int)
    once = looked_ahead_fast(values_of(sure(first, num_actions), world, discount), world, discount)
    values = swept(world, discount, 500, np.min)[-1]
    if np.array_equal(policy, first):
        return "This is the policy that you began with: improve it by the largest Q, and stop "\
            "only when no state finds a better action."  # fmt: skip
    if np.array_equal(policy, looked_ahead_fast(values, world, discount).argmin(axis=1)):
        return "This is the worst policy: improve by the largest Q."
    if np.array_equal(policy, once.argmax(axis=1)):
        return "One round is not enough: evaluate the new policy and improve again, until no "\
            "action is better."  # fmt: skip
    if np.array_equal(policy, short):
        return "The policy takes the largest reward at once, and does not look at what comes "\
            "after it."  # fmt: skip
    return "Another policy is better: in some state an action has a larger Q than the one chosen. "\
        "Stop only when no state finds a better action."  # fmt: skip


@policy_iteration.case("a corridor")
def _(student, reference, rng):
    ask_policy(student, corridor(int(rng.integers(6, 9))), 0.9)


@policy_iteration.case("a slippery maze", weight=2)
def _(student, reference, rng):
    maze = draw_maze(rng, 4, 5)
    ask_policy(student, modelled(maze.walls, maze.goal, 0.3), 0.9)


@policy_iteration.case("rewards of either sign", weight=2)
def _(student, reference, rng):
    ask_policy(student, draw_world(rng, int(rng.integers(6, 9)), 4), 0.9)


@policy_iteration.case("many actions of the same worth")
def _(student, reference, rng):
    maze = draw_maze(rng, 4, 6)  # without slipping, two ways are often equally long
    transitions, rewards = modelled(maze.walls, maze.goal, 0.0)
    noise = 1e-13 * rng.normal(size=rewards.shape)  # as rounding would make
    noise[rewards == 0] *= transitions.sum(axis=2)[rewards == 0]
    ask_policy(student, (transitions, rewards + noise), 0.95)


@policy_iteration.case("other worlds", weight=2, hidden=True)
def _(student, reference, rng):
    for num_states, num_actions, discount in ((10, 3, 0.95), (5, 7, 0.6), (12, 2, 0.9)):
        ask_policy(student, draw_world(rng, num_states, num_actions), discount)
