"""Check of exercise 10: an agent that learns mazes by walking."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...expect import array, require, show
from ...spec import Check, Wrong
from .mazes import stepped
from .worlds import draw_maze, shortest

train_q_learning = Check("train_q_learning", seconds=60)

# Measured with the solution: after 300 episodes with ε = 0.5 the greedy path was a shortest one in
# 30 of 30 mazes of 5 × 6 cells, and in 30 of 30 of 6 × 8.
EPISODES = 300
Answer = tuple[np.ndarray, np.ndarray]


def ask(student: Any, maze: Any, episodes: int, epsilon: float, *more: Any, **named: Any) -> Answer:
    """The table and the returns, of the right shapes."""
    job = maze.walls, maze.start, maze.goal, episodes, epsilon
    answer = student.train_q_learning(*job, *more, **named)
    pair = isinstance(answer, (list, tuple)) and len(answer) == 2
    require(pair, "Return two things: q, returns.", asked="train_q_learning on a maze")
    q = array(answer[0], (maze.walls.size, 4), "q")
    return q, array(answer[1], (episodes,), "returns")


def moves_by(q: np.ndarray, maze: Any) -> int:
    """Moves from start to goal by the largest q; 0 if it does not arrive."""
    state = maze.start
    for move in range(1, maze.walls.size + 1):
        state, _, terminated = stepped(maze.walls, maze.goal, state, int(q[state].argmax()))
        if terminated:
            return move
    return 0


def draw_seed(rng: np.random.Generator) -> int:
    return int(rng.integers(10_000))


def require_shortest(student: Any, rng: np.random.Generator, height: int, width: int) -> None:
    maze = draw_maze(rng, height, width)
    q, _ = ask(student, maze, EPISODES, 0.5, seed=draw_seed(rng))
    words = (
        "The table q is still all zeros. Is what q_learning_update returns kept (q = …), and does "
    )
    require(np.any(q != 0), words + "the state move on after every step?")
    moves, fewest = moves_by(q, maze), shortest(maze)
    if moves == fewest:
        return
    words = (
        "The agent takes a longer way than it needs: does it explore, and learn from every step?"
    )
    if not moves:
        words = (
            "The largest q does not lead from start to goal. Does each episode begin at `start`, "
            "does the state move on after every step, and does each action learn from its own step?"
        )
    asked = f"a maze whose shortest way has {fewest} moves, {EPISODES} episodes, ε = 0.5"
    got = f"{moves} moves" if moves else "it does not arrive"
    raise Wrong(words, asked=asked, got=got, hidden_cause=words)


@train_q_learning.case("the greedy path is a shortest one", weight=3)
def _(student, reference, rng):
    for height, width in ((4, 6), (5, 6), (6, 5)):
        require_shortest(student, rng, height, width)


@train_q_learning.case("the values in the table", weight=2)
def _(student, reference, rng):
    """With learning rate 1, nothing random in the maze, and much exploration, q is exact."""
    maze = draw_maze(rng, 3, 4)
    discount = float(rng.uniform(0.6, 0.8))
    q, _ = ask(student, maze, 400, 1.0, 1.0, discount, draw_seed(rng))
    right, walked = exact(maze, discount), visited(maze)
    asked = f"400 episodes, ε = 1, learning rate 1, γ = {discount:.2g}: q at the start"
    at = q[maze.start].max()
    words = "Now q should be γ to the power of the moves that remain after each action: are "\
        "learning_rate and discount passed on, and does every step learn and move on?"  # fmt: skip
    require(not np.any(q[maze.goal]), "The row q[goal] was changed: the episode goes on after the "
            "goal. End it when `terminated` is True.")  # fmt: skip
    if np.allclose(q[walked], exact(maze, 0.9)[walked], atol=1e-3):
        words = "The discount that was passed is not used: these are the values for 0.9."
    if not np.allclose(q[walked], right[walked], rtol=1e-3, atol=1e-3):
        shown = f"{right[maze.start].max():.4g}"
        raise Wrong(words, asked=asked, got=f"{at:.4g}", expected=shown)


def visited(maze: Any) -> list[int]:
    """Cells that a walker can come to from the start, on this side of the goal."""
    found, waiting = {maze.start}, [maze.start]
    while waiting:
        state = waiting.pop()
        reached = {stepped(maze.walls, maze.goal, state, a)[0] for a in range(4)}
        waiting += reached - found - {maze.goal}
        found |= reached - {maze.goal}
    return sorted(found)


def exact(maze: Any, discount: float) -> np.ndarray:
    """What every action is worth, by sweeping over single steps."""
    q = np.zeros((maze.walls.size, 4))
    for _ in range(maze.walls.size):
        for state in np.flatnonzero(~maze.walls.ravel()).tolist():
            for action in range(4 if state != maze.goal else 0):
                following, reward, end = stepped(maze.walls, maze.goal, state, action)
                q[state, action] = reward + (0.0 if end else discount * q[following].max())
    return q


@train_q_learning.case("the return of every episode", weight=2)
def _(student, reference, rng):
    maze, fewest = draw_maze(rng, 4, 5), 0
    _, returns = ask(student, maze, 60, 0.0, seed=draw_seed(rng))
    fewest = shortest(maze)
    asked = f"the last returns of 60 episodes, ε = 0; the shortest way has {fewest} moves"
    last, limit = returns[-1], 0.9 ** (fewest - 1)
    if np.all(returns == 1) or last > limit + 1e-6:
        words = "The returns are too large: discount them, so that a reward after k more steps "\
            "counts 0.9 ** k."  # fmt: skip
        raise Wrong(words, asked=asked, got=show(returns[-5:]))
    require(last > 0, "After 60 episodes it still does not find the goal; among equal q it must "
            "draw, or it runs against one wall.", asked=asked, got=returns[-5:])  # fmt: skip
    powers = np.log(np.maximum(returns[-10:], 1e-300)) / np.log(0.9)
    require(
        np.allclose(powers, np.round(powers), atol=1e-3),
        "The returns are not 0.9 to the power of the moves before the last one.",
        asked=asked,
        got=returns[-5:],
    )
    require(returns[:3].mean() < last, "The first episodes should be worse than the last ones: the "
            "returns stand in their order.", asked=asked, got=returns[-5:])  # fmt: skip


@train_q_learning.case("seed and ε are used")
def _(student, reference, rng):
    maze, seed = draw_maze(rng, 4, 5), draw_seed(rng)
    first, again, other = (ask(student, maze, 4, 0.3, seed=s)[0] for s in (seed, seed, seed + 1))
    require(np.array_equal(first, again), "The same seed gave another table: draw all chance from "
            "one np.random.default_rng(seed).")  # fmt: skip
    moved = [ask(student, maze, 4, 0.3, seed=seed + k)[0] for k in (2, 3)]
    same = all(np.array_equal(first, table) for table in (other, *moved))
    require(not same, "Four seeds gave the same table: is `seed` used?")
    calm, wild = (ask(student, maze, 80, epsilon, seed=seed)[1][-30:] for epsilon in (0.0, 1.0))
    require(
        calm.mean() > 2 * wild.mean(),
        "With ε = 1 an agent still walks at random in its last episodes, with ε = 0 it does not. "
        "Here the returns hardly differ: is `epsilon` passed on?",
    )


@train_q_learning.case("a larger maze", weight=2, hidden=True)
def _(student, reference, rng):
    require_shortest(student, rng, 5, 7)
    require_shortest(student, rng, 7, 4)
