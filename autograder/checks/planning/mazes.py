"""Checks of exercises 1 and 2: one step in a maze, and the maze as tables."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...expect import array, expect, hint, require
from ...spec import Check, Wrong
from .worlds import MOVES, draw_maze

maze_step = Check("maze_step")
maze_model = Check("maze_model")

WAYS = ("up", "right", "down", "left")


def stepped(
    walls: Any, goal: int, state: int, action: int, *, moves: Any = MOVES, ghost: bool = False,
    wraps: bool = False, by_height: bool = False, flat: bool = False,
) -> tuple[int, float, bool]:  # fmt: skip
    """The environment, with some known faults."""
    height, width = walls.shape
    row, column = divmod(state, height if by_height else width)
    down, right = moves[action]
    if flat:  # arithmetic on the number alone: the last column touches the next row
        reached = state + down * width + right
        inside = 0 <= reached < walls.size
        row, column = divmod(reached, width)
    else:
        row, column = row + down, column + right
        inside = wraps or (0 <= row < height and 0 <= column < width)
        row, column = (row % height, column % width) if wraps else (row, column)
    if inside and (ghost or not walls[row, column]):
        state = row * (height if by_height else width) + column
    return state, float(state == goal), state == goal


def ask_step(student: Any, walls: np.ndarray, goal: int, state: int, action: int) -> None:
    job = walls, goal, state, action
    right = stepped(*job)

    def lands(other: int) -> Any:
        return lambda a: a[0] == other and other != right[0]

    causes = [
        (lands(stepped(*job, ghost=True)[0]), "It walked through a wall: stay where `walls` is "
         "True."),
        (lands(stepped(*job, wraps=True)[0]), "It left the grid on one side and came back on the "
         "other: index −1 is the last one. Compare row and column with 0, height and width."),
        (lands(stepped(*job, flat=True)[0]), "From the last column it went to the next row (or "
         "from the first to the row above): take row and column apart with divmod."),
        (lands(stepped(*job, by_height=True)[0]), "Rows are numbered by the width: "
         "divmod(state, width), and back by row * width + column."),
        (lands(stepped(*job, moves=MOVES[::-1])[0]), "The actions are mixed up: 0 is up, 1 right, "
         "2 down, 3 left; rows grow downwards."),
        (lands(stepped(*job, moves=[(-a, b) for a, b in MOVES])[0]), "Up and down are exchanged: "
         "row 0 is at the top."),
        (lands(stepped(*job, moves=[(b, a) for a, b in MOVES])[0]), "Rows and columns are "
         "exchanged: MOVES holds (down, right)."),
        (lands(state), "It stayed where it was although the way is free."),
        (
            lambda a: a[0] == right[0] and a[1] == 0 and right[2],
            "Reaching the goal gives a reward of 1.",
        ),
        (
            lambda a: a[0] == right[0] and a[1] != 0 and not right[2],
            "There is a reward for reaching the goal only; all other steps give 0.",
        ),
        (
            lambda a: a[0] == right[0] and bool(a[2]) != right[2],
            "The flag `terminated` is True when the next state is the goal, and only then.",
        ),
    ]  # fmt: skip
    row, column = divmod(state, walls.shape[1])
    with hint("Inside the grid are rows 0 to height − 1 and columns 0 to width − 1."):
        answer = student.maze_step(walls, goal, state, action)
    asked = f"{WAYS[action]} from row {row}, column {column} of {walls.shape[0]} × {walls.shape[1]}"
    expect(answer, right, causes=causes, asked=f"{asked}, goal {goal}")


def neighbours(walls: np.ndarray, goal: int) -> list[tuple[int, int]]:
    """States and actions that lead to the goal."""
    free = [s for s in np.flatnonzero(~walls.ravel()).tolist() if s != goal]
    return [(s, a) for s in free for a in range(4) if stepped(walls, goal, s, a)[2]]


@maze_step.case("free ways")
def _(student, reference, rng):
    walls = np.zeros((4, 6), bool)
    for action in range(4):
        ask_step(student, walls, 23, int(rng.choice([8, 9, 14, 15])), action)


@maze_step.case("walls", weight=2)
def _(student, reference, rng):
    for action, (down, right) in enumerate(MOVES):
        walls = np.zeros((3, 5), bool)
        walls[1 + down, 2 + right] = True
        ask_step(student, walls, 14 if action != 2 else 0, 7, action)


@maze_step.case("the edges of the grid", weight=2)
def _(student, reference, rng):
    walls = np.zeros((4, 6), bool)
    goal = 9
    ask_step(student, walls, goal, int(rng.integers(1, 5)), 0)
    ask_step(student, walls, goal, 11, 1)
    ask_step(student, walls, goal, 18 + int(rng.integers(1, 5)), 2)
    ask_step(student, walls, goal, 6 * int(rng.integers(1, 3)), 3)


@maze_step.case("into the goal", weight=2)
def _(student, reference, rng):
    maze = draw_maze(rng, 4, 5)
    for walls, goal in ((np.zeros((5, 3), bool), 7), (maze.walls, maze.goal)):
        for state, action in neighbours(walls, goal):
            ask_step(student, walls, goal, state, action)


@maze_step.case("every step of two mazes", weight=2, hidden=True)
def _(student, reference, rng):
    for height, width in ((3, 6), (6, 4)):
        maze = draw_maze(rng, height, width)
        for state in np.flatnonzero(~maze.walls.ravel()).tolist():
            for action in range(4 if state != maze.goal else 0):
                ask_step(student, maze.walls, maze.goal, state, action)


def modelled(
    walls: Any, goal: int, slip: float, *, add: bool = True, sides: Any = (0.5, 0.5),
    turns: Any = (1, 3), ends: bool = True, walled: bool = True,
) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """The tables, with some known faults. `walled` False gives walls rows as if one stood there."""
    num_states = walls.size
    transitions = np.zeros((num_states, 4, num_states))
    for state in range(num_states):
        if walls.flat[state] and walled:
            continue
        for action in range(4):
            shares = [(0, 1 - slip), *zip(turns, np.multiply(sides, slip), strict=True)]
            for turn, share in shares:
                reached = stepped(walls, goal, state, (action + turn) % 4)[0]
                before = transitions[state, action, reached] if add else 0.0
                transitions[state, action, reached] = before + share
    if ends:
        transitions[goal] = 0.0
    return transitions, transitions[:, :, goal].copy()


def ask_model(student: Any, maze: Any, slip: float) -> None:
    walls, goal = maze.walls, maze.goal
    right, rewards = modelled(walls, goal, slip)
    live = np.ones(walls.size, bool)
    live[goal] = False
    with hint("The shapes are (states, actions, states) and (states, actions)."):
        answer = student.maze_model(walls, goal, slip)
    require(
        isinstance(answer, (list, tuple)) and len(answer) == 2,
        "Return two arrays: transitions, rewards.",
    )
    found = array(answer[0], None, "transitions")
    asked = f"maze_model, slip {slip:.2g}: transitions"
    if found.shape == right.shape and np.any(found[goal]):
        words = "After the goal nothing comes: its rows in `transitions` are all zeros. Else one "
        raise Wrong(words + "could stand there and earn for ever.", asked=asked)

    def like(**faults: Any) -> np.ndarray:
        return modelled(walls, goal, slip, **faults)[0]

    causes = [
        (like(walled=False), "Walls have rows of zeros: nobody is ever in them."),
        (like(add=False), "Two of the three outcomes may lead to the same cell: add their "
         "probabilities (+=), do not overwrite."),
        (modelled(walls, goal, 0.0)[0], "The floor does not slip: with probability `slip` the "
         "step goes to a side."),
        (like(sides=(1, 1)), "Each side gets half of `slip`, not all of it."),
        (like(sides=(1, 0)), "Both sides are possible, each with half of `slip`."),
        (like(sides=(0, 1)), "Both sides are possible, each with half of `slip`."),
        (like(turns=(2, 2)), "It slips to the sides, not backwards: (action + 1) % 4 and "
         "(action + 3) % 4."),
        (like(turns=(1, 2)), "It slips to the two sides, not backwards: (action + 1) % 4 and "
         "(action + 3) % 4."),
        (right.transpose(2, 1, 0), "The first axis is the state where the step begins, the last "
         "one where it ends."),
        (
            lambda a: np.shape(a) == right.shape
            and not np.allclose(np.sum(a, axis=2)[live & ~walls.ravel()], 1),
            "From every free cell but the goal the probabilities of the next states sum to 1.",
        ),
    ]  # fmt: skip
    expect(answer[0], right, causes=causes, axes=("states", "actions", "states"), asked=asked)
    arrives = np.zeros_like(rewards)
    arrives[:] = rewards > 0
    causes = [
        (arrives, "The rewards are expected ones: 1 times the probability that this step reaches "
         "the goal, not 1 wherever it may."),
        (modelled(walls, goal, 0.0)[1], "The rewards do not know that the floor slips: they are "
         "the probability that this step reaches the goal."),
        (
            lambda a: np.any(np.asarray(a)[goal]),
            "Whoever is at the goal already earns nothing more: rewards[goal] is 0.",
        ),
    ]  # fmt: skip
    asked = f"maze_model, slip {slip:.2g}: rewards"
    expect(answer[1], rewards, causes=causes, axes=("states", "actions"), asked=asked)


@maze_model.case("a floor that does not slip")
def _(student, reference, rng):
    ask_model(student, draw_maze(rng, 3, 5), 0.0)


@maze_model.case("a slippery floor", weight=2)
def _(student, reference, rng):
    ask_model(student, draw_maze(rng, 3, 5), float(rng.uniform(0.2, 0.5)))


@maze_model.case("nothing comes after the goal", weight=2)
def _(student, reference, rng):
    maze = draw_maze(rng, 4, 3)
    answer = student.maze_model(maze.walls, maze.goal, 0.3)
    for part, what in zip(answer, ("transitions", "rewards"), strict=False):
        words = f"The rows {what}[goal] should be zeros: the episode is over, nobody moves on."
        require(not np.any(array(part, None, what)[maze.goal]), words)


@maze_model.case("other mazes", weight=2, hidden=True)
def _(student, reference, rng):
    for height, width in ((4, 3), (5, 6)):
        ask_model(student, draw_maze(rng, height, width), float(rng.uniform(0.1, 0.9)))
