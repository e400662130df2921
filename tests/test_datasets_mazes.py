"""The mazes: always solvable, the start far from the goal, and the same for the same seed."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from threesteps import datasets

SIZES = st.tuples(st.integers(3, 8), st.integers(3, 8), st.integers(0, 2**40), st.floats(0, 0.5))


def moves_to_goal(maze: datasets.Maze) -> np.ndarray:
    """Moves from every cell, by relaxing all neighbours again and again; infinity without a way."""
    height, width = maze.walls.shape
    away = np.full((height + 2, width + 2), np.inf)
    away[maze.goal // width + 1, maze.goal % width + 1] = 0
    for _ in range(height * width):
        sides = [np.roll(away, step, axis) for axis in (0, 1) for step in (1, -1)]
        away = np.minimum(away, np.min(sides, axis=0) + 1)
        away[1:-1, 1:-1][maze.walls] = np.inf
        away[[0, -1]] = away[:, [0, -1]] = np.inf
    return away[1:-1, 1:-1]


@settings(max_examples=40, deadline=None)
@given(given=SIZES)
def test_every_free_cell_has_a_way_and_the_start_the_longest(given):
    height, width, seed, walls = given
    maze = datasets.maze(height, width, seed, walls, quiet=True)
    away = moves_to_goal(maze)
    assert maze.walls.shape == (height, width)
    assert maze.walls.dtype == bool
    np.testing.assert_array_equal(np.isfinite(away), ~maze.walls)
    longest = away[~maze.walls].max()
    assert away.flat[maze.start] == longest >= (height + width) // 2
    assert away.flat[maze.goal] == 0


def test_mazes_depend_on_the_seed_only_and_say_what_they_are(capsys):
    first, again = datasets.maze(4, 5, seed=1), datasets.maze(4, 5, seed=1)
    assert str(first) == str(again)
    assert (first.start, first.goal) == (again.start, again.goal)
    assert str(first) != str(datasets.maze(4, 5, seed=2, quiet=True))
    words = (
        "Maze: a maze of 4 × 5 cells, 5 of them walls, 6 moves to the goal, made here (seed 1).\n"
    )
    assert capsys.readouterr().out == 2 * words


def test_a_maze_prints_as_a_plan():
    maze = datasets.maze(4, 5, seed=1, quiet=True)
    plan = str(maze).replace("\n", "")
    assert plan.index("S") == maze.start
    assert plan.index("G") == maze.goal
    assert [mark == "#" for mark in plan] == maze.walls.ravel().tolist()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"height": 2}, "height is 2; give a whole number, at least 3"),
        ({"width": 2.5}, "width is 2.5"),
        ({"walls": 0.6}, "walls is 0.6; give a share from 0 to 0.5"),
        ({"seed": -1}, "seed is -1"),
    ],
)
def test_arguments_out_of_range_are_refused_with_the_remedy(given, words):
    with pytest.raises(ValueError, match=words):
        datasets.maze(**given)
