"""Check of exercise 12: returns of greedy episodes, in worlds that are tables."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...expect import expect, hint, require
from ...spec import Check, Wrong

greedy_returns = Check("greedy_returns")


def chain(rng: np.random.Generator, states: int, ending: bool) -> tuple[Any, ...]:
    """Rewards, nexts, ends of a ring of states that is walked in one direction, by 1, 2 or 3."""
    rewards = np.round(rng.uniform(-2, 3, (states, 3)), 2)
    nexts = (np.arange(states)[:, None] + rng.integers(1, 4, (states, 3))) % states
    ends = np.zeros((states, 3), bool)
    ends[-3:] = ending  # nobody can jump over the last three
    return rewards, nexts, ends


def played(
    world: tuple[Any, ...], choose: np.ndarray, start: int, limit: int, ways: str = ""
) -> float:
    """The return from `start` by the table of choices, (states,)."""
    rewards, nexts, ends = world
    state, total, last = start, 0.0, 0.0
    for step in range(limit):
        place = state, choose[start if ways == "first action" else state]
        last = rewards[place]
        total += last * (0.99**step if ways == "discounted" else 1.0)
        state = nexts[place]
        if ends[place]:
            break
    return {"last": float(last), "without last": total - last, "steps": step + 1.0}.get(ways, total)


def ask_returns(
    student: Any, rng: np.random.Generator, num: int, states: int, ending: bool, limit: int
) -> None:
    world, seed = chain(rng, states, ending), int(rng.integers(10_000))
    table = rng.normal(size=(states, 3)).astype("float32")
    weights = [table, np.zeros(3, "float32")]  # observations have a single 1: Q is a row of this
    parts = [part.tolist() for part in world]
    starts = list(range(states))
    env = student.TableWorld(*parts, starts, limit)
    # gymnasium's generator for a seed is NumPy's default_rng(seed).
    firsts = [int(np.random.default_rng(seed + k).choice(starts)) for k in range(num)]

    def all_played(choose: np.ndarray, begins: list[int], ways: str = "") -> np.ndarray:
        return np.array([played(world, choose, s, limit, ways) for s in begins])

    best = table.argmax(axis=1)
    right = all_played(best, firsts)
    causes = [
        (np.mean(right), "Return every episode's return, not their mean."),
        (all_played(best, firsts[:1] * num), "Every episode began with the same seed: episode k "
         "has seed + k."),
        (all_played(best, firsts, "discounted"), "A return is judged without discount here."),
        (all_played(best, firsts, "last"), "That is the last reward of each episode: sum them."),
        (all_played(best, firsts, "without last"), "The reward of the last step is missing."),
        (np.cumsum(right), "The sum goes on over the episodes: each begins at 0."),
        (all_played(table.argmin(axis=1), firsts), "The worst action was taken: argmax."),
        (all_played(best, firsts, "steps"), "These are the numbers of steps: sum the rewards."),
        (all_played(best, firsts, "first action"), "Always the action of the first observation: "
         "look at the new one after every step."),
        (lambda a: np.shape(a) == right.shape and np.isclose(a[0], right[0]), "The first episode "
         "is right, others are not: is every one begun with reset(seed=seed + k), and is the "
         "observation renewed after every step and every reset?"),
    ]  # fmt: skip
    try:
        with hint("reset gives (observation, info), step gives five things."):
            answer = student.greedy_returns(env, weights, num, seed)
    except Wrong as wrong:
        if "episode is over" not in wrong.cause:
            raise
        words = "An episode went on after it had terminated or was truncated: both end the loop."
        raise Wrong(words) from None
    log = env["log"]
    resets = sum(1 for _, action in log if action < 0)
    require(resets == num, "Each episode begins with one reset.", got=f"{resets} resets")
    expect(answer, right, causes=causes, axes=("num_episodes",), rtol=1e-5, atol=1e-5)


@greedy_returns.case("episodes that terminate", weight=2)
def _(student, reference, rng):
    ask_returns(student, rng, 4, int(rng.integers(20, 30)), ending=True, limit=100)


@greedy_returns.case("an episode that is truncated")
def _(student, reference, rng):
    ask_returns(student, rng, 1, int(rng.integers(20, 30)), ending=False, limit=7)


@greedy_returns.case("many episodes of both kinds", weight=2, hidden=True)
def _(student, reference, rng):
    ask_returns(student, rng, 30, 40, ending=True, limit=9)
