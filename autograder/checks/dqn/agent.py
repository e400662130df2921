"""Check of exercise 11: the agent, in five worlds whose values are known, then on CartPole."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...expect import array, expect, hint, require
from ...spec import Check, Wrong
from ...trained import Trained, once, require_model
from .cartpole import returns
from .faults import why_wrong
from .values import forward
from .worlds import LIMIT, Table, drawn_table

train_dqn = Check("train_dqn", seconds=180)

UNITS = 32
# Twelve blocks of 30 updates in worlds where a reward travels one step: see `faults.NEAR`.
BLOCKS, EVERY, STARTS = 12, 60, 60
# Mean return of the last six policies of 4,000 steps: ours had 150 to 237 on twelve seeds, a random
# player has about 22.
NEEDED = 80


def settings(student: Any, **changes: Any) -> Any:
    usual = {
        "num_steps": BLOCKS * EVERY, "learning_starts": STARTS, "every": EVERY, "updates": 30,
        "batch_size": 32, "capacity": 2000, "discount": 0.5, "learning_rate": 0.01,
        "final_epsilon": 1.0, "exploration": 1.0, "units": (UNITS,),
    }  # fmt: skip
    return student.Settings(**{**usual, **changes})


def weights_of(model: Any) -> list[np.ndarray]:
    require_model(model)
    found = model.get_weights()
    fine = isinstance(found, list) and len(found) == 4
    require(fine, "Return the model itself, as build_q_model makes it with settings.units.",
            got=model)  # fmt: skip
    return [array(w, None, "a weight") for w in found]


def train(student: Any, table: Table, seed: int, watch: Any = None, **changes: Any) -> Any:
    """The world it was trained in, and the weights of the trained model."""
    env = table.made(student)
    words = "A world gives (observation, info) at reset and five things at step; q_values of one "
    try:
        with hint(words + "observation are (num_actions,)."):
            model = student.train_dqn(env, settings(student, **changes), seed, watch)
    except Wrong as wrong:
        if "episode is over" not in wrong.cause:
            raise
        words = "The world was asked to go on after its episode was over: begin a new one after "
        raise Wrong(words + "terminated, and after truncated as well.") from None
    return env, weights_of(model)


def walked(env: Any) -> tuple[np.ndarray, int]:
    """Every (state, action) of the log, (steps, 2), and the number of resets."""
    log = np.array(env["log"], int).reshape(-1, 2)
    return log[log[:, 1] >= 0], int(np.sum(log[:, 1] < 0))


def require_walk(student: Any, rng: np.random.Generator) -> None:
    """No updates here: learning would start later."""
    table, seed = drawn_table(rng), int(rng.integers(10_000))
    asked = "train_dqn, 120 steps and no updates"
    quiet = {"num_steps": 120, "learning_starts": 10_000}
    env, weights = train(student, table, seed, **quiet)
    steps, resets = walked(env)
    require(len(steps) == 120, "It should take num_steps steps in the world.", asked=asked,
            got=f"{len(steps)} steps")  # fmt: skip
    ended, pace = 0, 0
    for state, action in steps:
        pace += 1
        if table.ends[state, action] or pace == LIMIT:
            ended, pace = ended + 1, 0
    words = (
        "Reset once at the start, and then only when an episode has terminated or was truncated."
    )
    require(ended <= resets <= ended + 1, words, asked=asked, got=f"{resets} resets")
    states, often = np.unique(steps[:, 0], return_counts=True)
    taken = steps[steps[:, 0] == states[often.argmax()], 1]
    # Seen fifteen times or more: one action alone in 1 of 16,000 by chance.
    words = (
        "With final_epsilon 1 every action is random, and in a state that is seen often both are "
    )
    require(0 < taken.mean() < 1, words + "taken: is ε used?", asked=asked)
    env, weights = train(student, table, seed, **quiet, final_epsilon=0.0, exploration=1e-9)
    steps, _ = walked(env)
    best = forward(weights, np.eye(len(table.rewards))).argmax(axis=1)
    words = "With ε = 0 the best action is taken: the argmax of q_values for the observation of "
    words += "this moment."
    greedy = np.mean(best[steps[1:, 0]] == steps[1:, 1])
    require(greedy == 1, words, asked=asked + ", ε 0", got=f"{greedy:.0%} greedy")


def require_seeded(student: Any, rng: np.random.Generator) -> None:
    table, quiet = drawn_table(rng), {"num_steps": 60, "learning_starts": 10_000}
    seed = int(rng.integers(10_000))
    runs = [train(student, table, s, **quiet) for s in (seed, seed, seed + 1)]
    logs = [walked(env)[0] for env, _ in runs]
    alike = logs[0].shape == logs[1].shape and np.array_equal(logs[0], logs[1])
    words = "The same seed gave another course of events: seed the generator and the world with it."
    require(alike, words)
    starts = [weights[0] for _, weights in runs]
    words = "The same seed gave another network: keras.utils.set_random_seed(seed) before it is "
    require(np.array_equal(starts[0], starts[1]), words + "built.")
    words = "Another seed gave the same network or the same course of events."
    require(not np.array_equal(starts[0], starts[2]), words)
    require(logs[0].shape != logs[2].shape or not np.array_equal(logs[0], logs[2]), words)


@train_dqn.case("acts, begins anew, and the seed decides", weight=2)
def _(student, reference, rng):
    require_walk(student, rng)
    require_seeded(student, rng)


def five_worlds(student: Any, rng: np.random.Generator, first: bool = False) -> Trained:
    """One training in a table that holds all five worlds; each case looks at its corner."""

    def run() -> Trained:
        try:
            require_walk(student, rng)
        except Wrong:
            words = "The first case comes first: how the agent acts, and when it begins anew."
            raise Wrong(words) from None
        table, discount = drawn_table(rng), float(np.round(rng.uniform(0.45, 0.55), 2))
        diary = student.Diary()
        _, weights = train(
            student, table, int(rng.integers(10_000)), diary, discount=discount
        )  # fmt: skip
        q = forward(weights, np.eye(len(table.rewards)))
        kept = {"q": q, "table": table, "discount": discount, "diary": diary, "weights": weights}
        kept["why"] = why_wrong(q, table, discount)
        return Trained(kept=kept)

    return once(student, "train_dqn", run, first)


def require_corners(trained: Trained, *names: str) -> None:
    """What the values of these corners say; the first that is wrong speaks."""
    why, table, q = (trained.kept[key] for key in ("why", "table", "q"))
    for name in names:
        if name not in why:
            continue
        at, discount = table.where[name][0], trained.kept["discount"]
        raise Wrong(
            why[name],
            asked=f"the world of {name}, γ = {discount}",
            got=f"Q {np.round(q[at], 2).tolist()}",
            expected=f"Q {np.round(table.q(discount)[at], 2).tolist()}",
        )


@train_dqn.case("the worlds of value and discount")
def _(student, reference, rng):
    require_corners(five_worlds(student, rng, first=True), "value", "discount")


@train_dqn.case("the worlds of action and bootstrapping")
def _(student, reference, rng):
    require_corners(five_worlds(student, rng), "action", "bootstrapping")


@train_dqn.case("the world of termination")
def _(student, reference, rng):
    require_corners(five_worlds(student, rng), "termination")


def require_blocks(trained: Trained) -> None:
    """The diary of the training in the five worlds."""
    diary, asked = trained.kept["diary"], "watch(step, weights), asked after every block"
    right = [EVERY * k for k in range(1, BLOCKS + 1)]
    causes = [
        ([], "The function `watch` was never asked."),
        ([s - 1 for s in right], "Steps are counted from 1."),
        (right[1:], "There is a block at step `learning_starts` too, if `every` divides it."),
        (lambda a: len(a) > len(right), "The function `watch` is asked after every block only."),
    ]  # fmt: skip
    expect(diary["steps"], right, causes=causes, asked=asked)
    last = diary["weights"][-1]
    fresh = all(np.array_equal(a, b) for a, b in zip(last, trained.kept["weights"], strict=True))
    words = "The function `watch` should get the weights as they are after the block."
    require(fresh, words, asked=asked)


def require_five(student: Any, rng: np.random.Generator) -> None:
    if five_worlds(student, rng).kept["why"]:
        raise Wrong("The five worlds come first: this would not tell you what is wrong.")


@train_dqn.case("4,000 steps of CartPole", weight=2)
def _(student, reference, rng):
    require_five(student, rng)
    diary, seed = student.Diary(), int(rng.integers(10_000))
    env = student["gym"].make("CartPole-v1")
    chosen = student.Settings(num_steps=4000, exploration=0.5)
    student.train_dqn(env, chosen, seed, diary)
    policies = diary["weights"][-6:]
    require(len(policies) == 6, "The function `watch` should have been asked after 12 blocks.")
    mean = float(np.mean([returns(weights, rng, 20).mean() for weights in policies]))
    words = "The five worlds are right, but the pole falls too soon: are all of `settings` used "
    words += "(learning_rate, updates, batch_size, every, units)?"
    asked = "mean return of the policies after the last six of 12 blocks, 20 episodes each"
    require(mean >= NEEDED, words, asked=asked, got=f"{mean:.0f}")


@train_dqn.case("when there are blocks, when a copy is renewed, who stops", hidden=True)
def _(student, reference, rng):
    """Two states; the target network is copied before block 1 and then never again."""
    require_five(student, rng)
    require_blocks(five_worlds(student, rng))
    table = drawn_table(rng, ("discount",))
    first, second = table.where["discount"]
    table.rewards[second] += [0, -1]
    seed, stop = int(rng.integers(10_000)), (BLOCKS - 3) * EVERY
    _, start = train(student, table, seed, num_steps=5, learning_starts=10_000)
    diary = student.Diary(stop)
    _, weights = train(student, table, seed, diary, copy_every=1000, discount=0.9)
    words = "When `watch` answers True the training should stop."
    require(diary["steps"][-1:] == [stop], words)
    rows = np.eye(2)
    q, q_start = forward(weights, rows), forward(start, rows)
    wanted = 0.9 * q_start[second, 0]
    if np.allclose(q[first], wanted, atol=0.15):
        return
    renewed = np.allclose(q[first], 0.9 * table.rewards[second, 0], atol=0.2)
    words = "With a large copy_every the target network is renewed before block 1 and then not "
    words += "again for long; yours is "
    raise Wrong(words + ("renewed more often." if renewed else "another one."))
