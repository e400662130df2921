"""Checks of exercises 13 and 14: the optimistic score, and what a path learns."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...expect import expect, require
from ...spec import Check, Wrong

ucb_score = Check("ucb_score")
back_up = Check("back_up")


def ask_score(student: Any, total: float, visits: int, above: int, exploration: float) -> None:
    mean, bonus = total / visits, exploration * np.sqrt(np.log(above) / visits)
    causes = [
        (mean, "This is the mean result: the bonus for being little known is missing."),
        (bonus, "This is the bonus alone: add the mean result."),
        (total + bonus, "Divide the total by the visits: the mean result counts."),
        (total / above + bonus, "The mean result is total / visits of the child; here it was "
         "divided by the parent's visits."),
        (mean - bonus, "The bonus is added: be optimistic about what is little known."),
        (mean + bonus / exploration, "The number `exploration` is not used."),
        (mean + exploration * np.log(above) / visits, "The square root is missing."),
        (mean + exploration * np.sqrt(above / visits), "The logarithm is missing: ln N under the "
         "root."),
        (mean + exploration * np.sqrt(above) / visits, "Under the root stands ln N / n, both of "
         "them; this is another rule (AlphaGo's)."),
        (mean + exploration * np.sqrt(np.log(visits) / above), "The two counts are exchanged: the "
         "parent's stands under the logarithm."),
        (mean + exploration * np.sqrt(np.log(visits) / visits), "Under the logarithm stands the "
         "parent's number of visits."),
        (mean + exploration * np.sqrt(np.log10(above) / visits), "Take the natural logarithm."),
        (mean + exploration * np.sqrt(np.log2(above) / visits), "Take the natural logarithm."),
        (mean + np.sqrt(exploration * np.log(above) / visits), "The `exploration` stands before "
         "the root, not under it."),
        (mean + exploration * np.sqrt(2 * np.log(above) / visits), "There is no 2 under this root: "
         "it is a part of c."),
        (mean + exploration * np.sqrt(np.log(above + 1) / visits), "Nothing is added to the "
         "parent's visits."),
        (mean + exploration * np.sqrt(np.log(above) / (visits + 1)), "Nothing is added to the "
         "child's visits: a child without visits is a case of its own."),
    ]  # fmt: skip
    both = exploration * np.sqrt(np.log(above + 1) / (visits + 1))
    causes.append((mean + both, "Nothing is added to the counts: a child without visits is a case "
                   "of its own."))  # fmt: skip
    answer = student.ucb_score(total, visits, above, exploration)
    expect(answer, float(mean + bonus), causes=causes)


@ucb_score.case("one child", weight=2)
def _(student, reference, rng):
    visits = int(rng.integers(4, 9))
    ask_score(student, float(rng.integers(1, visits)), visits, int(rng.integers(30, 60)), 1.7)


@ucb_score.case("a child without visits")
def _(student, reference, rng):
    for above in (0, 1, int(rng.integers(2, 50))):
        answer = student.ucb_score(0.0, 0, above, 1.0)
        kind = isinstance(answer, (int, float, np.ndarray)) and np.ndim(answer) == 0
        if not kind or not np.isposinf(answer):
            raise Wrong("A child that was never visited comes first: its score is math.inf.",
                        got=str(answer))  # fmt: skip


@ucb_score.case("more losses than wins")
def _(student, reference, rng):
    visits = int(rng.integers(4, 9))
    ask_score(student, -float(rng.integers(1, visits)), visits, int(rng.integers(30, 60)), 0.6)


@ucb_score.case("many numbers", weight=2, hidden=True)
def _(student, reference, rng):
    for _round in range(8):
        visits = int(rng.integers(2, 400))
        total, above = float(rng.integers(-visits, visits)), visits + int(rng.integers(1, 900))
        ask_score(student, total, visits, above, float(rng.uniform(0.2, 3)))
    ask_score(student, 1.0, 1, 1, 1.0)


def made_path(student: Any, rng: np.random.Generator, length: int, first: int) -> list[Any]:
    """Nodes of the learner's, players in turns, with visits and totals of their own."""
    path, board = [], [0] * 9
    for k in range(length):
        path.append(student.Node(tuple(board), first * (-1) ** k))
        board[k] = first * (-1) ** k
    for _ in range(int(rng.integers(1, 4))):  # let them have learned something before
        student.back_up(path[: int(rng.integers(1, length + 1))], int(rng.choice([1, -1])))
    return path


def state_of(path: list[Any]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Visits, totals and players along a path."""
    found = [[node[name] for node in path] for name in ("visits", "total", "player")]
    visits, totals, players = (np.array(column, float) for column in found)
    return visits, totals, players


def ask_path(student: Any, path: list[Any], result: int) -> None:
    visits, totals, players = state_of(path)
    student.back_up(path, result)
    now_visits, now_totals, now_players = state_of(path)
    gained, counted = now_totals - totals, now_visits - visits
    asked = (
        f"back_up on a path of {len(path)} nodes, players {', '.join(f'{p:.0f}' for p in players)}"
    )
    asked += f", result {result}"
    require(np.array_equal(players, now_players), "A node's `player` was changed.", asked=asked)
    only = "Only some nodes of the path were counted: all of them have been visited, from the root "
    require(np.all(counted <= 1), "A visit counts once.", asked=asked, got=counted)
    require(np.any(counted), "The `visits` did not grow: every node on the path has one visit "
            "more.", asked=asked)  # fmt: skip
    require(np.all(counted == 1), only + "to the leaf.", asked=asked, got=counted)
    right = -result * players
    causes = [
        (lambda _: np.allclose(now_totals, right), "The new result replaced the old total: add it "
         "to what was there."),
        (-right, "The signs are turned: a node's total is seen by the player who moved INTO it, "
         "and that is −node.player."),
        (np.full(len(path), float(result)), "Every node got the same result. What is good for one "
         "player is bad for the other: the sign depends on who moved into the node."),
        (np.full(len(path), float(-result)), "Every node got the same number. What is good for one "
         "player is bad for the other: the sign depends on who moved into the node."),
        (np.full(len(path), float(abs(result))), "Every node got a win. What is good for one "
         "player is bad for the other."),
        (np.maximum(right, 0), "A loss counts −1, not 0."),
        (np.zeros(len(path)), "The `total` did not change."),
    ]  # fmt: skip
    expect(gained, right, causes=causes, axes=("nodes",), asked=asked)


@back_up.case("player 1 has won", weight=2)
def _(student, reference, rng):
    ask_path(student, made_path(student, rng, 4, 1), 1)


@back_up.case("player -1 has won", weight=2)
def _(student, reference, rng):
    ask_path(student, made_path(student, rng, 5, 1), -1)


@back_up.case("a draw")
def _(student, reference, rng):
    ask_path(student, made_path(student, rng, 3, 1), 0)


@back_up.case("other paths", weight=2, hidden=True)
def _(student, reference, rng):
    for length, first, result in ((6, -1, 1), (3, -1, -1), (1, 1, 1), (2, -1, 0)):
        ask_path(student, made_path(student, rng, length, first), result)
