"""Small mazes with a start and a goal; every free cell has a way to the goal."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .border import say, whole

__all__ = ["Maze", "maze"]

MOVES = ((-1, 0), (0, 1), (1, 0), (0, -1))  # up, right, down, left


@dataclass(frozen=True, eq=False, repr=False)
class Maze:
    """A maze on a grid. Its cells are numbered row by row: row * width + column.

    Attributes:
        walls: bool array, (height, width), True where nobody can be.
        start, goal: numbers of two free cells, as far apart as any cell is from the goal.
    """

    walls: NDArray[np.bool_]
    start: int
    goal: int

    def __repr__(self) -> str:
        height, width = self.walls.shape
        return f"a maze of {height} × {width} cells, {int(self.walls.sum())} of them walls"

    def __str__(self) -> str:
        marks = np.where(self.walls, "#", ".")
        marks.flat[self.start], marks.flat[self.goal] = "S", "G"
        return "\n".join("".join(row) for row in marks)


def maze(
    height: int = 6, width: int = 8, seed: int = 0, walls: float = 0.3, *, quiet: bool = False
) -> Maze:
    """A maze with walls in random places.

    Cells are made walls at random and a goal is drawn; what has no way to the goal is filled up.
    The start is a cell with the longest shortest way, which has at least (height + width) // 2
    moves. There may be several ways.

    Args:
        height, width: whole numbers, at least 3.
        seed: whole number, at least 0; the same seed gives the same maze.
        walls: the share of cells that are made walls at first, from 0 to 0.5.
        quiet: print nothing.

    Returns:
        The maze.

    Raises:
        ValueError: if an argument is out of range.
    """
    height, width = whole("height", height, smallest=3), whole("width", width, smallest=3)
    if not 0 <= walls <= 0.5:
        raise ValueError(f"walls is {walls!r}; give a share from 0 to 0.5")
    rng = np.random.default_rng(whole("seed", seed, smallest=0))
    longest = -1
    while longest < (height + width) // 2:
        blocked = rng.random((height, width)) < walls
        goal = int(rng.integers(height * width))
        blocked.flat[goal] = False
        away = moves_to(blocked, goal)
        longest = int(away.max())
    start = int(rng.choice(np.flatnonzero(away == longest)))
    found = Maze(away < 0, start, goal)
    say(f"Maze: {found!r}, {longest} moves to the goal, made here (seed {seed}).", quiet)
    return found


def moves_to(walls: NDArray[np.bool_], goal: int) -> NDArray[np.int64]:
    """Moves of the shortest way from every cell to the goal, (height, width); −1 without a way."""
    height, width = walls.shape
    away = np.full(walls.shape, -1)
    away.flat[goal] = 0
    waiting = deque([divmod(goal, width)])
    while waiting:
        row, column = waiting.popleft()
        for down, right in MOVES:
            r, c = row + down, column + right
            if 0 <= r < height and 0 <= c < width and not walls[r, c] and away[r, c] < 0:
                away[r, c] = away[row, column] + 1
                waiting.append((r, c))
    return away
