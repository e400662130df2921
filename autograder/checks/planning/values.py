"""Checks of exercises 3 to 5: returns, one step of looking ahead, and values of a policy."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...expect import expect, hint, require_unchanged
from ...spec import Check
from .worlds import draw_world, looked_ahead, values_of

discounted_returns = Check("discounted_returns")
bellman_backup = Check("bellman_backup")
policy_evaluation = Check("policy_evaluation")


def returned(rewards: Any, discount: float, first: int = 0) -> np.ndarray:
    """The sum as it is printed; the first reward is multiplied by discount ** first."""
    steps = range(len(rewards))
    sums = [sum(discount ** (k - t + first) * rewards[k] for k in steps if k >= t) for t in steps]
    return np.array(sums, float)


def ask_returns(student: Any, rewards: np.ndarray, discount: float) -> None:
    right, steps = returned(rewards, discount), np.arange(len(rewards))
    causes = [
        (right[::-1], "The returns stand in reverse order: the first belongs to the first step."),
        (returned(rewards[::-1], discount)[::-1], "The sums run over the past. A return adds up "
         "what comes from this step on: begin at the end."),
        (returned(rewards[::-1], discount), "The rewards are read from the wrong end."),
        (returned(rewards, 1.0), "The discount is missing."),
        (returned(rewards, discount, 1), "The reward of the step itself counts in full: only what "
         "comes after it is discounted."),
        (np.append(right[1:], 0.0), "Each return begins one step late: the reward of the step "
         "itself belongs to it."),
        (discount**steps * rewards, "These are single rewards, discounted; add up all that come "
         "from a step on."),
        (np.cumsum((discount**steps * rewards)[::-1])[::-1], "Every step counts its own time: the "
         "discount starts anew at each step, not once at the beginning."),
        (lambda a: np.ndim(a) == 0 and np.isclose(a, right[0]), "This is the return of the first "
         "step alone; there is one for every step."),
    ]  # fmt: skip
    with hint("Axes: rewards (steps,)."):
        answer = student.discounted_returns(rewards, discount)
    expect(answer, right, causes=causes, axes=("steps",))


@discounted_returns.case("a late reward")
def _(student, reference, rng):
    rewards = np.zeros(int(rng.integers(4, 7)))
    rewards[-1] = float(rng.integers(2, 9))
    ask_returns(student, rewards, 0.5)


@discounted_returns.case("rewards all along", weight=2)
def _(student, reference, rng):
    ask_returns(student, rng.normal(size=5), float(rng.uniform(0.6, 0.8)))


@discounted_returns.case("patience without limit, and none")
def _(student, reference, rng):
    rewards = rng.normal(size=int(rng.integers(4, 7)))
    ask_returns(student, rewards, 1.0)
    ask_returns(student, rewards, 0.0)


@discounted_returns.case("leaves its argument alone")
def _(student, reference, rng):
    rewards = rng.normal(size=4)
    lent = student.lend(rewards)
    student.discounted_returns(lent, 0.9)
    call = "discounted_returns(rewards, 0.9)"
    require_unchanged("rewards", call, rewards, lent, "Write into an array of your own.")


@discounted_returns.case("one step, and many", weight=2, hidden=True)
def _(student, reference, rng):
    ask_returns(student, rng.normal(size=1), 0.9)
    ask_returns(student, rng.normal(size=int(rng.integers(150, 200))), 0.97)


def ask_backup(student: Any, values: Any, world: Any, discount: float) -> None:
    transitions, rewards = world
    right = looked_ahead(values, transitions, rewards, discount)
    nexts = np.einsum("sat,t->sa", transitions, values)
    weighed = rewards.sum(axis=1, keepdims=True) if rewards.shape[1] > 1 else -rewards
    causes = [
        (discount * nexts, "The reward of the step itself is missing."),
        (rewards, "The values of the next states are missing."),
        (rewards + nexts, "The discount is missing."),
        (discount * (rewards + nexts), "The reward comes at once: only what follows is "
         "discounted."),
        (rewards + discount * values[:, None], "These are the values of the states where the step "
         "begins. It counts where the step leads: use the transitions."),
        (rewards + discount * np.einsum("sat,s->ta", transitions, values), "The sum goes over the "
         "next state, the last axis of `transitions`, not over the first."),
        (rewards + discount * values[transitions.argmax(axis=2)], "Only the likeliest next state "
         "counts here: weight the values of all of them by their probabilities."),
        (rewards + discount * (transitions * values).max(axis=2), "Sum over the next states; no "
         "maximum here."),
        (right.max(axis=1), "These are the best values, (states,): return what every action is "
         "worth, (states, actions)."),
        (right.mean(axis=1), "Return what every action is worth, (states, actions), not their "
         "mean."),
        (right.T, "The axes are swapped: (states, actions)."),
        (weighed + discount * nexts, "The rewards were summed over the actions: each action has "
         "its own."),
    ]  # fmt: skip
    with hint("Axes: values (states,), transitions (states, actions, next states), rewards "
              "(states, actions)."):  # fmt: skip
        answer = student.bellman_backup(values, transitions, rewards, discount)
    expect(answer, right, causes=causes, axes=("states", "actions"), rtol=1e-4, atol=1e-5)


@bellman_backup.case("every step is sure")
def _(student, reference, rng):
    _, rewards = draw_world(rng, 4, 3)
    transitions = np.eye(4)[rng.integers(0, 4, (4, 3))]
    ask_backup(student, rng.normal(size=4), (transitions, rewards), 0.9)


@bellman_backup.case("chance decides", weight=2)
def _(student, reference, rng):
    world = draw_world(rng, int(rng.integers(5, 7)), 3)
    ask_backup(student, rng.normal(size=len(world[1])), world, float(rng.uniform(0.4, 0.8)))


@bellman_backup.case("only tomorrow, only today")
def _(student, reference, rng):
    transitions, rewards = draw_world(rng, 5, 2)
    values = rng.normal(size=5)
    ask_backup(student, values, (transitions, 0 * rewards), 0.7)
    ask_backup(student, values, (transitions, rewards), 0.0)


@bellman_backup.case("other sizes", weight=2, hidden=True)
def _(student, reference, rng):
    for num_states, num_actions in ((7, 4), (3, 6), (9, 1)):
        world = draw_world(rng, num_states, num_actions)
        ask_backup(student, rng.normal(size=num_states), world, float(rng.uniform(0.3, 0.95)))


def shares(rng: np.random.Generator, num_states: int, num_actions: int) -> np.ndarray:
    drawn = rng.uniform(0.1, 1.0, (num_states, num_actions))
    return np.asarray(drawn / drawn.sum(axis=1, keepdims=True))


def ask_values(student: Any, policy: np.ndarray, world: Any, discount: float) -> None:
    transitions, rewards = world
    right = values_of(policy, world, discount)
    num_states, num_actions = rewards.shape
    sweeps, few = [np.zeros(num_states)], {}
    for sweep in range(1, 101):
        q = looked_ahead_fast(sweeps[-1], world, discount)
        sweeps.append((policy * q).sum(axis=1))
        few[sweep] = sweeps[-1]
    greedy = np.eye(num_actions)[policy.argmax(axis=1)]
    best = np.zeros(num_states)
    for _ in range(3000):
        best = looked_ahead_fast(best, world, discount).max(axis=1)
    q = looked_ahead_fast(right, world, discount)
    blind = np.full(policy.shape, 1 / num_actions)
    mean = values_of(blind, world, discount)
    uneven = not np.allclose(policy, blind)
    unsure = not np.allclose(policy, greedy)
    causes = [
        (few[1], "This is one sweep. The values on the right side must be those of the left: sweep "
         "until nothing changes."),
        (best, "These are the values of the best policy: weight the actions by the policy that "
         "was given, no maximum."),
        (mean if uneven else None, "All actions count the same here: weight them by the policy."),
        (np.linalg.solve(np.eye(num_states) - discount * np.einsum("sa,sat->st", policy,
         transitions), rewards.sum(axis=1)) if num_actions > 1 else None, "The rewards must be "
         "weighted by the policy as well, before they are summed over the actions."),
        (values_of(greedy, world, discount) if unsure else None, "Only the likeliest action counts "
         "here: weight all of them by their probabilities."),
        (q, "This is what every action is worth; take the policy's mean over the actions."),
        (few[10], "Ten sweeps are not enough: go on until no value changes by more than 1e-9."),
        (few[100], "A hundred sweeps are not enough for every discount: go on until no value "
         "changes by more than 1e-9."),
        (
            lambda a: any(np.allclose(a, v, rtol=1e-9, atol=1e-9) for v in sweeps),
            "It stopped after too few sweeps: go on until no value changes by more than 1e-9.",
        ),
        (
            lambda a: np.max(np.abs(a - right)) < 0.3 * np.max(np.abs(right)),
            "Close, but not there: it stops too early. A small change in one sweep, or of one "
            "value, is no proof: all must have stopped changing.",
        ),
    ]  # fmt: skip
    with hint("Axes: policy and rewards (states, actions), transitions (states, actions, states)."):
        answer = student.policy_evaluation(policy, transitions, rewards, discount)
    # In float32 values of size 1/(1 − γ) keep 1e-7 of it, times the same from solving.
    expect(answer, right, causes=causes, axes=("states",), rtol=1e-3, atol=1e-4)


def looked_ahead_fast(values: np.ndarray, world: Any, discount: float) -> np.ndarray:
    return np.asarray(world[1] + discount * np.einsum("sat,t->sa", world[0], values))


@policy_evaluation.case("a policy that is sure")
def _(student, reference, rng):
    policy = np.eye(3)[rng.integers(0, 3, 5)]
    ask_values(student, policy, draw_world(rng, 5, 3), 0.8)


@policy_evaluation.case("a policy that draws", weight=2)
def _(student, reference, rng):
    num_states = int(rng.integers(5, 8))
    ask_values(student, shares(rng, num_states, 3), draw_world(rng, num_states, 3), 0.9)


@policy_evaluation.case("a patient one", weight=2)
def _(student, reference, rng):
    transitions, rewards = np.roll(np.eye(6), 1, axis=1)[:, None], rng.uniform(1, 2, (6, 1))
    ask_values(student, np.ones((6, 1)), (transitions, rewards), 0.99)


@policy_evaluation.case("other sizes", weight=2, hidden=True)
def _(student, reference, rng):
    for num_states, num_actions, discount in ((4, 5, 0.5), (11, 2, 0.85), (3, 1, 0.0)):
        policy = shares(rng, num_states, num_actions)
        ask_values(student, policy, draw_world(rng, num_states, num_actions), discount)
