"""Checks of exercises 11 and 12: the loss of REINFORCE, and a policy trained with it."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.special import log_softmax, softmax

from ...differences import measured
from ...expect import array, expect, hint, require, show
from ...spec import Check, Wrong
from .mazes import modelled
from .worlds import draw_maze, shortest, values_of

reinforce_loss = Check("reinforce_loss")
train_reinforce = Check("train_reinforce", seconds=90)

Steps = tuple[np.ndarray, np.ndarray, np.ndarray]


def loss_of(logits: Any, actions: Any, returns: Any) -> float:
    """The formula, one step at a time."""
    logs = log_softmax(np.asarray(logits, float), axis=1)
    weighed = [g * row[a] for row, a, g in zip(logs, actions, returns, strict=True)]
    return -float(np.mean(weighed))


def draw_steps(rng: np.random.Generator, num: int, num_actions: int) -> Steps:
    """Logits, actions and returns, most but not all positive, of `num` steps."""
    returns = rng.uniform(0.5, 3.0, num) * rng.permutation(np.where(np.arange(num) % 3, 1, -1))
    logits = rng.normal(scale=1.5, size=(num, num_actions)).astype("float32")
    return logits, rng.integers(0, num_actions, num), returns.astype("float32")


def known_losses(logits: Any, actions: Any, returns: Any) -> list[Any]:
    right = loss_of(logits, actions, returns)
    num = len(actions)
    chosen = log_softmax(logits.astype(float), axis=1)[np.arange(num), actions]
    across = log_softmax(logits.astype(float), axis=0)[np.arange(num), actions]
    return [
        (-right, "The sign is turned: a loss is made small, so it is minus the mean."),
        (right * num, "This is the sum over the steps; take the mean."),
        (right / logits.shape[1], "The mean goes over the steps only: of each step's row sum the "
         "one entry of the action taken, then average over the steps."),
        (-np.mean(chosen), "The returns are missing: each step is weighted by its own."),
        (-np.mean(chosen) * np.mean(returns), "Every step got the same weight: multiply by the "
         "return step by step, before the mean."),
        (-np.mean(chosen) * np.sum(returns), "Every step got the same weight: multiply by the "
         "return step by step, before the mean."),
        (-np.mean(np.exp(chosen) * returns), "The logarithm is missing: log of the probability."),
        (-np.mean(logits[np.arange(num), actions] * returns), "These are the logits themselves: "
         "take their log_softmax."),
        (-np.mean(across * returns), "The softmax goes over the actions, axis=-1, not over the "
         "steps."),
        (-np.mean(chosen * np.abs(returns)), "Returns may be negative: what cost something becomes "
         "less probable."),
        (-np.sum(chosen * returns) / np.sum(returns), "Divide by the number of steps, not by the "
         "sum of the returns."),
        (lambda a: not np.isfinite(a), "Not finite: the log of a softmax that became 0. "
         "ops.log_softmax does not overflow."),
        (lambda a: np.abs(logits).max() > 100, "With large logits the value is off: the log of a "
         "softmax loses small probabilities, ops.log_softmax keeps them."),
        (lambda a: np.ndim(a) > 0, "Return one number: the mean over the steps."),
    ]  # fmt: skip


def ask_loss(student: Any, steps: Steps) -> None:
    with hint("Axes: logits (steps, actions), actions and returns (steps,)."):
        answer = student.reinforce_loss(*steps)
    expect(answer, loss_of(*steps), causes=known_losses(*steps), rtol=2e-4, atol=1e-5)


@reinforce_loss.case("by the formula", weight=2)
def _(student, reference, rng):
    ask_loss(student, draw_steps(rng, 5, 3))


@reinforce_loss.case("large logits")
def _(student, reference, rng):
    logits, actions, returns = draw_steps(rng, 6, 4)
    logits[0], actions[0] = [1000, 0, -500, 3], 1
    logits[1], actions[1] = [-800, -900, -801, -802], 0
    ask_loss(student, (logits, actions, returns))


@reinforce_loss.case("the slopes", weight=2)
def _(student, reference, rng):
    steps = draw_steps(rng, 4, 3)
    logits, actions, returns = steps
    by_logits = measured(lambda z: loss_of(z, actions, returns), [logits.astype(float)], 1.0)[0]
    causes = [
        (-by_logits, "The slope points the other way: is the sign turned?"),
        (by_logits * len(actions), "This is the slope of the sum; take the mean over the steps."),
        (lambda a: np.all(np.asarray(a) == 0), "No slope comes back: use keras.ops all the way."),
        (lambda a: np.shape(a) == logits.shape, "Keras can follow your function, but these are the "
         "slopes of another loss: get the other cases right first."),
    ]  # fmt: skip
    with hint("Keras can only differentiate what is made of keras.ops: no NumPy, no float(…)."):
        answer = student.policy_slopes(logits, actions, returns)
    expect(answer, by_logits, causes=causes, axes=("steps", "actions"), rtol=1e-3, atol=1e-4)


@reinforce_loss.case("other sizes", weight=2, hidden=True)
def _(student, reference, rng):
    for num, num_actions in ((1, 2), (9, 6), (40, 4)):
        ask_loss(student, draw_steps(rng, num, num_actions))
    logits, actions, returns = draw_steps(rng, 7, 5)
    ask_loss(student, (logits, actions, np.abs(returns).astype("float64")))


# The share of the best possible return that the learned policy's must be; on 30 mazes the solution
# had 0.95 at least.
NEEDED = 0.85


def ask_training(student: Any, maze: Any, *numbers: Any, **named: Any) -> Any:
    """Logits and returns, of the right shapes."""
    answer = student.train_reinforce(maze.walls, maze.start, maze.goal, *numbers, **named)
    pair = isinstance(answer, (list, tuple)) and len(answer) == 2
    require(pair, "Return two things: logits, returns.", asked="train_reinforce on a maze")
    logits = array(answer[0], (maze.walls.size, 4), "the table of logits")
    updates = numbers[0] if numbers else 80
    return logits, array(answer[1], (updates,), "the returns")


def middling_maze(rng: np.random.Generator) -> Any:
    """One whose shortest way has 5 to 7 moves."""
    while True:
        maze = draw_maze(rng, 4, 5)
        if 5 <= shortest(maze) <= 7:
            return maze


def worth(policy: np.ndarray, maze: Any) -> float:
    """The expected return from the start."""
    return float(values_of(policy, modelled(maze.walls, maze.goal, 0.0), 0.9)[maze.start])


def draw_seed(rng: np.random.Generator) -> int:
    return int(rng.integers(10_000))


def require_learned(student: Any, rng: np.random.Generator) -> None:
    maze = middling_maze(rng)
    best = 0.9 ** (shortest(maze) - 1)
    logits, _ = ask_training(student, maze, seed=draw_seed(rng))
    share = worth(softmax(logits, axis=1), maze) / best
    if share >= NEEDED:
        return
    blind = worth(np.full(logits.shape, 0.25), maze) / best
    words = "It has learned something, but not enough: are the weights the discounted returns of "\
        "each step, and are all episodes of an update used?"  # fmt: skip
    if not np.any(logits):
        words = "The logits are still zeros: keep the new table after each update."
    elif share < 0.8 * blind:
        words = "The policy is worse than walking blindly: the step goes uphill on the loss. "\
            "Subtract the gradient."  # fmt: skip
    elif share < 0.5:
        words = "It has hardly learned: does every update play with the new logits, with one "\
            "generator all along, and is each step weighted by what came after it?"  # fmt: skip
    asked = "expected return of the learned policy, as a share of the best possible"
    raise Wrong(f"At least {NEEDED:.0%} are needed. {words}", asked=asked, got=f"{share:.1%}")


@train_reinforce.case("one update", weight=2)
def _(student, reference, rng):
    """From zeros: rows of cells without a visit stay zeros, the others sum to zero."""
    maze, seed = middling_maze(rng), draw_seed(rng)
    small, large = (ask_training(student, maze, 1, 40, rate, seed=seed)[0] for rate in (1.0, 3.0))
    require(np.any(small), "After one update the logits are still zeros: keep the new table.")
    require(
        np.allclose(small.sum(axis=1), 0, atol=1e-5),
        "The slopes of a softmax sum to 0 in each row; these changes do not. Is the gradient "
        "that of `reinforce_loss`, by the whole table?",
    )
    require(
        np.allclose(large, 3 * small, rtol=1e-3, atol=1e-6),
        "Three times the learning rate should move the logits three times as far in one update.",
    )
    near_goal = [s for s in range(maze.walls.size) for a in range(4)
                 if not maze.walls.flat[s] and s != maze.goal
                 and modelled(maze.walls, maze.goal, 0.0)[1][s, a] > 0]  # fmt: skip
    rises = [small[s] @ modelled(maze.walls, maze.goal, 0.0)[1][s] for s in near_goal]
    require(np.sum(rises) > -1e-9, "The step into the goal became less probable: the gradient "
            "points uphill on the loss. Subtract it.")  # fmt: skip


@train_reinforce.case("the returns that are reported")
def _(student, reference, rng):
    maze = middling_maze(rng)
    _, returns = ask_training(student, maze, 2, 200, 0.0, seed=draw_seed(rng))
    blind = worth(np.full((maze.walls.size, 4), 0.25), maze)
    # One episode's return has a standard deviation of at most √(mean), as it is from 0 to 1.
    room = 5 * np.sqrt(blind / 200)
    words = "With learning rate 0 both updates report the mean return from the start of a blind "
    words += "walker: the first return of each episode, discounted, averaged over the episodes."
    if not np.all(np.abs(returns - blind) <= room):
        raise Wrong(words, asked="200 episodes per update, learning rate 0", got=show(returns),
                    expected=f"about {blind:.2g}")  # fmt: skip
    require(returns[0] != returns[1], "Both updates played the very same episodes: make the "
            "generator once, before the loop.")  # fmt: skip


@train_reinforce.case("it finds the way", weight=3)
def _(student, reference, rng):
    require_learned(student, rng)
    require_learned(student, rng)


@train_reinforce.case("the seed decides; another maze", hidden=True)
def _(student, reference, rng):
    maze, seed = middling_maze(rng), draw_seed(rng)
    first, again, other = (
        ask_training(student, maze, 2, seed=s)[0] for s in (seed, seed, seed + 1)
    )
    require(np.allclose(first, again, atol=1e-4), "The same seed gave another table: draw all "
            "chance from one np.random.default_rng(seed).")  # fmt: skip
    require(not np.allclose(first, other, atol=1e-4), "Another seed gave the same table: is `seed` "
            "used?")  # fmt: skip
    require_learned(student, rng)
