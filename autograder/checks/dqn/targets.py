"""Checks of exercises 3 and 4: targets of DQN and of double DQN, one transition at a time."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...expect import expect, hint
from ...spec import Check
from ...trained import ask_in_a_model

td_targets = Check("td_targets")
double_targets = Check("double_targets")


def one_by_one(rewards: Any, after: Any, terminated: Any, discount: float) -> np.ndarray:
    """The reward, and where the episode goes on the discounted value `after` it."""
    rows = zip(rewards, after, terminated, strict=True)
    return np.array([r if over else r + discount * v for r, v, over in rows], float)


def batch_of(rng: np.random.Generator, num: int, actions: int) -> tuple[Any, ...]:
    """Rewards, two tables of values, and flags of which the first is False, the second True.

    In the first row all values are negative and the tables prefer different actions; later rows
    have larger values.
    """
    rewards, first, second = (
        rng.normal(size=shape).astype("float32") * 3
        for shape in ((num,), (num, actions), (num, actions))
    )
    first, second = (
        table + 1.5 * np.arange(num, dtype="float32")[:, None] for table in (first, second)
    )
    first[0] = -np.abs(first[0]) - 1
    second[0] = 1.1 * np.roll(first[0], 1)
    terminated = rng.random(num) < 0.4
    terminated[:2] = [False, True]
    return rewards, first, second, terminated


def ask_td(student: Any, rewards: Any, next_q: Any, terminated: Any, discount: float) -> None:
    best = next_q.max(axis=1)
    job = terminated, discount
    none = np.zeros(len(rewards), bool)
    causes = [
        (one_by_one(rewards, best, none, discount) if terminated.any() else None, "After a "
         "terminated step nothing comes: there the target is the reward alone."),
        (one_by_one(rewards, best, ~terminated, discount) if terminated.any() else None,
         "The flag `terminated` is turned around: the next value counts where it goes on."),
        (one_by_one(rewards, best, terminated, 1.0), "The next value is not discounted."),
        (rewards if terminated.any() else None, "The targets are the rewards alone: the next value "
         "is missing."),
        (np.where(terminated, 0, one_by_one(rewards, best, *job)), "The reward of the last step "
         "counts: only what comes after it is 0."),
        (one_by_one(0 * rewards, best, *job), "The reward is missing."),
        (discount * (rewards + np.where(terminated, 0, best)), "The reward comes now: only the "
         "next value is discounted."),
        (one_by_one(rewards, next_q.mean(axis=1), *job), "That is the mean over the actions: the "
         "best one counts."),
        (one_by_one(rewards, next_q.sum(axis=1), *job), "That is a sum over the actions: the "
         "best one counts."),
        (one_by_one(rewards, next_q.max(axis=0), *job) if next_q.shape[0] == next_q.shape[1]
         else None, "The maximum goes over the actions, axis 1, not over the batch."),
        (one_by_one(rewards, next_q.min(axis=1), *job), "That is the worst action: the best "
         "one counts."),
        (one_by_one(rewards, next_q[:, 0], *job), "That is always the first action: the best one "
         "counts."),
        (one_by_one(rewards, next_q.argmax(axis=1), *job), "An argmax gives the number of the best "
         "action; its value is needed."),
        (one_by_one(rewards, np.full(len(rewards), next_q.max()), *job), "The largest value of the "
         "whole batch: take the maximum of each row (axis=1)."),
        (one_by_one(rewards, np.maximum(best, 0), *job), "Values may be negative."),
        (lambda a: np.ndim(a) == 2, "One target per transition: (batch,). Did a column "
         "(batch, 1) meet a row?"),
    ]  # fmt: skip
    with hint("rewards and terminated are (batch,), next_q is (batch, num_actions); terminated is "
              "bool: ops.cast makes floats of it."):  # fmt: skip
        answer = student.td_targets(rewards, next_q, terminated, discount)
    right = one_by_one(rewards, best, terminated, discount)
    expect(answer, right, causes=causes, axes=("batch",))


@td_targets.case("some go on, some terminate", weight=2)
def _(student, reference, rng):
    rewards, next_q, _, terminated = batch_of(rng, int(rng.integers(6, 9)), 3)
    ask_td(student, rewards, next_q, terminated, float(rng.uniform(0.5, 0.9)))


@td_targets.case("nobody terminates, all values below zero")
def _(student, reference, rng):
    rewards, next_q, _, _ = batch_of(rng, 5, 3)
    ask_td(student, rewards, -np.abs(next_q) - 1, np.zeros(5, bool), 0.9)


@td_targets.case("as many actions as transitions")
def _(student, reference, rng):
    rewards, next_q, _, terminated = batch_of(rng, 4, 4)
    ask_td(student, rewards, next_q, terminated, 0.7)


@td_targets.case("inside a Keras model")
def _(student, reference, rng):
    rewards, next_q, _, terminated = batch_of(rng, 7, 3)
    right = one_by_one(rewards, next_q.max(axis=1), terminated, 0.75)
    ask_in_a_model(student, "td_targets", right, [rewards, next_q, terminated], 0.75)


@td_targets.case("other sizes", weight=2, hidden=True)
def _(student, reference, rng):
    for num, actions, discount in ((2, 7, 0.3), (31, 2, 0.99), (9, 1, 0.5), (6, 4, 1.0)):
        rewards, next_q, _, terminated = batch_of(rng, num, actions)
        ask_td(student, rewards, next_q, terminated, discount)


def ask_double(student: Any, batch: tuple[Any, ...], discount: float) -> None:
    rewards, learner, copy, terminated = batch
    rows = np.arange(len(rewards))
    chosen = copy[rows, learner.argmax(axis=1)]
    job = terminated, discount

    def with_value(value: Any) -> np.ndarray:
        return one_by_one(rewards, value, *job)

    causes = [
        (with_value(copy.max(axis=1)), "The target network chose and judged: that is DQN. The "
         "network that learns should choose (argmax of next_q)."),
        (with_value(learner.max(axis=1)), "The network that learns chose and judged: the target "
         "network should judge."),
        (with_value(learner[rows, copy.argmax(axis=1)]), "The roles are swapped: the network that "
         "learns chooses, the target network judges."),
        (with_value(np.minimum(learner.max(axis=1), copy.max(axis=1))), "The smaller of two maxima "
         "is another method: look up the value of the action that next_q prefers."),
        (with_value((learner.max(axis=1) + copy.max(axis=1)) / 2), "Here both were averaged: one "
         "chooses, the other judges."),
        (with_value(learner.argmax(axis=1)), "An argmax gives the number of the action; look up "
         "its value in next_q_target."),
        (one_by_one(rewards, chosen, ~terminated, discount),
         "The flag `terminated` is turned around."),
        (one_by_one(rewards, chosen, 0 * terminated, discount), "After a terminated step nothing "
         "comes: there the target is the reward alone."),
        (one_by_one(rewards, chosen, terminated, 1.0), "The next value is not discounted."),
        (with_value(copy[:, learner[0].argmax()]), "Every transition has its own best action: look "
         "it up row by row."),
        (lambda a: np.ndim(a) == 2, "One target per transition, (batch,). take_along_axis gives "
         "(batch, 1), and indexing with [:, best] gives (batch, batch)."),
    ]  # fmt: skip
    with hint("Both tables of values are (batch, num_actions); the places of the best actions "
              "are (batch,)."):  # fmt: skip
        answer = student.double_targets(rewards, learner, copy, terminated, discount)
    expect(answer, with_value(chosen), causes=causes, axes=("batch",))


@double_targets.case("two networks of different minds", weight=2)
def _(student, reference, rng):
    ask_double(student, batch_of(rng, int(rng.integers(6, 9)), 3), float(rng.uniform(0.5, 0.9)))


@double_targets.case("the copy's favourite is another one")
def _(student, reference, rng):
    rewards, learner, _, terminated = batch_of(rng, 7, 4)
    ask_double(student, (rewards, learner, 2 - learner, terminated), 0.8)


@double_targets.case("as many actions as transitions")
def _(student, reference, rng):
    ask_double(student, batch_of(rng, 5, 5), 0.7)


@double_targets.case("inside a Keras model")
def _(student, reference, rng):
    rewards, learner, copy, terminated = batch_of(rng, 7, 3)
    chosen = copy[np.arange(7), learner.argmax(axis=1)]
    right = one_by_one(rewards, chosen, terminated, 0.75)
    ask_in_a_model(student, "double_targets", right, [rewards, learner, copy, terminated], 0.75)


@double_targets.case("other sizes", weight=2, hidden=True)
def _(student, reference, rng):
    for num, actions, discount in ((2, 7, 0.3), (31, 2, 0.99), (9, 1, 0.5), (6, 4, 1.0)):
        ask_double(student, batch_of(rng, num, actions), discount)
