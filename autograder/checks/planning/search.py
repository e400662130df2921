"""Check of exercise 15: tree search, asked in single positions and against every opponent."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from ...expect import array, hint, require
from ...spec import Check, Wrong

tree_search = Check("tree_search", seconds=120)

Board = tuple[int, ...]
EMPTY: Board = (0,) * 9
LINES = [(0, 1, 2), (3, 4, 5), (6, 7, 8), (0, 3, 6), (1, 4, 7), (2, 5, 8), (0, 4, 8), (2, 4, 6)]
GRID = np.arange(9).reshape(3, 3)
TURNS = [np.rot90(grid, k).ravel().tolist() for grid in (GRID, GRID.T) for k in range(4)]
SIMULATIONS = 1500  # for numbers measured with it see the notebook


def winner(board: Board) -> int:
    return next((board[i] for i, j, k in LINES if board[i] == board[j] == board[k] != 0), 0)


def moves_on(board: Board) -> list[int]:
    return [] if winner(board) else [square for square in range(9) if not board[square]]


def after(board: Board, move: int, player: int) -> Board:
    return (*board[:move], player, *board[move + 1 :])


def turned(board: Board) -> Board:
    """The same for boards that differ by turning and mirroring."""
    return min(tuple(board[square] for square in turn) for turn in TURNS)


@cache
def outlook(board: Board, player: int) -> int:
    """1, 0 or −1: win, draw or loss for who moves, if both play perfectly."""
    if winner(board):
        return winner(board) * player
    return max((-outlook(after(board, m, player), -player) for m in moves_on(board)), default=0)


def ask_visits(
    student: Any, board: Board, player: int, seed: int, num: int = SIMULATIONS
) -> np.ndarray:
    with hint("Does every node of the path count its visits, the root too?"):
        answer = student.tree_search(board, player, num, seed=seed)
    visits = array(answer, (9,), "the visits")
    taken = np.array(board) != 0
    require(not np.any(visits[taken]), "A square that is taken has visits: it is no legal move.",
            asked=text(board, player), got=visits)  # fmt: skip
    require(visits.max() > 0, "No move was visited.", asked=text(board, player), got=visits)
    return visits


def text(board: Board, player: int) -> str:
    """A board in a line: X is 1, O is −1."""
    marks = ["O.X"[mark + 1] for mark in board]
    rows = [" ".join(marks[row : row + 3]) for row in (0, 3, 6)]
    return f"{' / '.join(rows)}, {'X' if player == 1 else 'O'} to move"


def drawn_positions(rng: np.random.Generator, fits: Callable[[Board, int], bool], num: int) -> Any:
    """Positions of random games that fit, with their player."""
    found: list[tuple[Board, int]] = []
    while len(found) < num:
        board, player = EMPTY, 1
        for _ in range(int(rng.integers(3, 6))):
            if moves := moves_on(board):
                board, player = after(board, int(rng.choice(moves)), player), -player
        if moves_on(board) and fits(board, player):
            found.append((board, player))
    return found


def wins_at_once(board: Board, player: int) -> list[int]:
    return [m for m in moves_on(board) if winner(after(board, m, player)) == player]


def good_moves(board: Board, player: int) -> list[int]:
    best = outlook(board, player)
    return [m for m in moves_on(board) if -outlook(after(board, m, player), -player) == best]


def one_win(board: Board, player: int) -> bool:
    """One move wins at once, all others throw the win away."""
    wins = wins_at_once(board, player)
    return len(wins) == 1 and good_moves(board, player) == wins


def one_defence(board: Board, player: int) -> bool:
    """The opponent threatens to win; one move saves the game, and there is no win."""
    threats = wins_at_once(board, -player)
    alone = len(threats) == 1 and not wins_at_once(board, player) and len(moves_on(board)) > 2
    return alone and outlook(board, player) >= 0


def require_choice(student: Any, rng: np.random.Generator, fits: Any, num: int, words: str) -> None:
    for board, player in drawn_positions(rng, fits, num):
        visits = ask_visits(student, board, player, int(rng.integers(10_000)))
        wanted = good_moves(board, player)
        if int(visits.argmax()) not in wanted:
            got, square = f"visits {visits.astype(int).tolist()}", f"most for square {wanted[0]}"
            raise Wrong(words, asked=text(board, player), got=got, expected=square)


@tree_search.case("the visits add up")
def _(student, reference, rng):
    num = int(rng.integers(60, 90))
    for board, player in [(EMPTY, 1), *drawn_positions(rng, lambda b, p: len(moves_on(b)) > 2, 2)]:
        visits = ask_visits(student, board, player, int(rng.integers(10_000)), num)
        free = np.array(board) == 0
        require(
            np.all(visits[free] > 0),
            "A legal move was never tried: a child without visits "
            "comes first, whatever the others are.",
            asked=text(board, player),
            got=visits,
        )
        words = "The visits of the root's children should sum to `simulations`: one more for each, "
        require(abs(visits.sum() - num) <= 1, words + "all along its path.",
                asked=f"{text(board, player)}, {num} simulations", got=visits)  # fmt: skip


@tree_search.case("sees a win, sees a threat", weight=2)
def _(student, reference, rng):
    words = "It misses a move that wins at once. Is the result of a finished game its winner, and "
    words += "does a win count +1 for the player who moved into the node?"
    require_choice(student, rng, one_win, 5, words)
    words = "It does not stop the opponent's win. At the opponent's turn the search must choose "
    words += "what is best for the opponent: is the tree expanded below the root, and is `player` "
    words += "turned in each child?"
    require_choice(student, rng, one_defence, 5, words)


# O can make a threat in the corner next to it, which most random games reward, and which loses by
# force. Found by asking all 627 positions what random games alone would choose.
TEMPTING: Board = (0, -1, 0, 0, 0, 1, 0, 1, 0)


@tree_search.case("looks further than random games", weight=2)
def _(student, reference, rng):
    words = "It took a threat that loses by force, as random games alone would. Does the tree grow "
    words += "below the root's children (expand), and does each side choose for itself there?"
    for turn in rng.permutation(len(TURNS))[:3]:
        side = int(rng.choice([1, -1]))
        board = tuple(side * TEMPTING[square] for square in TURNS[turn])
        visits = ask_visits(student, board, -side, int(rng.integers(10_000)))
        if int(visits.argmax()) not in good_moves(board, -side):
            raise Wrong(words, asked=text(board, -side),
                        got=f"visits {visits.astype(int).tolist()}")  # fmt: skip


def lost_game(student: Any, me: int, seed: int) -> str:
    """A game that the search loses, in words, or nothing: all the opponent's replies are tried."""
    waiting: list[tuple[Board, int]] = [(EMPTY, 1)]
    seen = set()
    while waiting:
        board, player = waiting.pop()
        board = turned(board)
        if board in seen or not (moves := moves_on(board)):
            continue
        seen.add(board)
        if player == me:
            chosen = int(ask_visits(student, board, me, seed).argmax())
            board_after = after(board, chosen, me)
            if outlook(board_after, -me) > 0 and outlook(board, me) >= 0:
                return f"{text(board, me)}: it takes square {chosen}"
            moves = [chosen]
        waiting += [(after(board, move, player), -player) for move in moves]
    return ""


def require_never_loses(student: Any, me: int, seed: int) -> None:
    lost = lost_game(student, me, seed)
    words = (
        "This move loses against the best replies. Are the results turned for each player, does "
        "every simulation start at the root, and do the counts under the root and the logarithm "
        "belong to the right nodes?"
    )
    hidden = (
        "Some sequence of replies beats the search. Are the results turned for each player, and "
        "do all simulations go down the tree?"
    )
    if lost:
        asked = f"all games against it, {SIMULATIONS} simulations per move"
        raise Wrong(words, asked=asked, got=lost, hidden_cause=hidden)


@tree_search.case("never loses, moving first", weight=3)
def _(student, reference, rng):
    require_never_loses(student, 1, int(rng.integers(10_000)))


@tree_search.case("never loses, moving second", weight=3)
def _(student, reference, rng):
    require_never_loses(student, -1, int(rng.integers(10_000)))


@tree_search.case("other seeds", weight=2, hidden=True)
def _(student, reference, rng):
    seed = int(rng.integers(10_000))
    require_never_loses(student, -1, seed)
    first, again, other = (ask_visits(student, EMPTY, 1, s, 300) for s in (seed, seed, seed + 1))
    require(np.array_equal(first, again), "The same seed gave other visits: draw all chance from "
            "one np.random.default_rng(seed).")  # fmt: skip
    require(not np.array_equal(first, other), "Another seed gave the same visits: is `seed` used?")
