"""Checks of exercises 9 and 10: where Black can capture, and a network that finds it."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...expect import expect, require, show
from ...spec import Check, Wrong
from ...trained import Trained, once, require_model

SIDES = ((-1, 0), (1, 0), (0, -1), (0, 1))

EDGE = (
    "Look at the edges: a place off the board is no liberty (pad with a number that is not 0), and "
    "two black stones can be enough there, or one in a corner."
)

capture_points = Check("capture_points")


def neighbours(board: np.ndarray, row: int, column: int) -> list[tuple[int, int]]:
    places = [(row + i, column + j) for i, j in SIDES]
    height, width = board.shape
    return [(r, c) for r, c in places if 0 <= r < height and 0 <= c < width]


def captures(
    boards: np.ndarray, lone: bool = True, color: int = -1, mark: str = "point"
) -> np.ndarray:
    """The rule, point by point; the options are mistakes.

    Args:
        lone: whether white stones beside it disqualify a stone.
        color: of the stones that are taken.
        mark: "point" for the liberty, "stone" for the stone, "around" for all its neighbours.
    """
    found = np.zeros(boards.shape, bool)
    for number, board in enumerate(boards):
        for row, column in np.argwhere(board == color):
            near = neighbours(board, row, column)
            free = [place for place in near if board[place] == 0]
            friends = [place for place in near if board[place] == color]
            if len(free) != 1 or (lone and friends):
                continue
            marked = {"point": free, "stone": [(row, column)], "around": near}[mark]
            for place in marked:
                found[(number, *place)] = True
    return found


def rolled(boards: np.ndarray) -> np.ndarray:
    """The mistake of np.roll: the board's edges touch each other."""
    near = np.array([np.roll(boards, shift, axis) for shift in (1, -1) for axis in (1, 2)])
    alone = ((near == 0).sum(axis=0) == 1) & ((near == -1).sum(axis=0) == 0) & (boards == -1)
    beside = [np.roll(alone, shift, axis) for shift in (1, -1) for axis in (1, 2)]
    out: np.ndarray = np.any(beside, axis=0) & (boards == 0)
    return out


def three_black(boards: np.ndarray) -> np.ndarray:
    """The mistake to ask for three black stones, at the edge as well."""
    found = captures(boards)
    for number, row, column in np.argwhere(found):
        stones = [p for p in neighbours(boards[0], row, column) if boards[(number, *p)] == -1]
        keep = [
            p
            for p in stones
            if sum(boards[(number, *q)] == 1 for q in neighbours(boards[0], *p)) == 3
        ]
        found[number, row, column] = bool(keep)
    return found


def ask_captures(student: Any, boards: np.ndarray) -> None:
    right = captures(boards)
    answer = student.capture_points(boards)
    outside = np.pad(boards, ((0, 0), (1, 1), (1, 1)))
    causes = [
        (captures(boards, lone=False), "Stones with a white neighbour are not lone: leave them "
         "out."),
        (captures(outside)[:, 1:-1, 1:-1], EDGE),
        (rolled(boards), "The edges touch each other: np.roll brings the stones of one side to the "
         "other. Use np.pad."),
        (three_black(boards), EDGE),
        (captures(boards, mark="stone"), "You marked the stone that is taken; mark the empty point "
         "where Black plays."),
        (captures(boards, mark="around"), "You marked everything around the stone; mark its empty "
         "neighbour only."),
        (captures(boards, color=1), "The colours are exchanged: Black (1) takes White (-1)."),
        (captures(boards) | captures(boards, color=1), "Black stones are taken as well; only "
         "white ones are asked."),
        (lambda a: a.dtype != bool and np.array_equal(a != 0, right), "Return True and False: a "
         "comparison gives them, or .astype(bool)."),
    ]  # fmt: skip
    expect(answer, right, causes=causes, axes=("batch", "height", "width"))


def random_boards(rng: np.random.Generator, num: int, height: int, width: int) -> np.ndarray:
    """Boards with many captures, at the edges as well, and some stones that only seem to be."""
    boards: np.ndarray = rng.choice([-1, 0, 1], (num, height, width), p=[0.25, 0.35, 0.4])
    return boards


@capture_points.case("one stone in the middle")
def _(student, reference, rng):
    board = np.rot90([[0, 1, 0], [1, -1, 0], [0, 1, 0]], int(rng.integers(4))).copy()
    ask_captures(student, board[None])


@capture_points.case("at the edge and in the corner", weight=2)
def _(student, reference, rng):
    boards = np.zeros((3, 4, 5), int)
    boards[0, :3, 0] = [0, -1, 1]
    boards[0, 1, 1] = 1  # the liberty is above
    boards[1, 0, :2] = [-1, 1]  # below
    boards[2, 0, 0] = -1  # two liberties
    boards[2, 3, 2:5] = [1, -1, 0]  # above and right: two
    flipped = boards[:, :: int(rng.choice([1, -1])), :: int(rng.choice([1, -1]))]
    ask_captures(student, np.ascontiguousarray(flipped))


@capture_points.case("only lone stones", weight=2)
def _(student, reference, rng):
    board = np.zeros((5, 6), int)
    board[2, 1:5] = [1, -1, -1, 0]
    board[1, 2:4] = board[3, 2:4] = 1
    boards = np.array([board, board[::-1, ::-1], board])
    boards[2, 2, 3] = 0  # the pair's left stone is lone now
    ask_captures(student, boards[rng.permutation(3)])


@capture_points.case("many random boards", weight=2)
def _(student, reference, rng):
    ask_captures(student, random_boards(rng, 20, 6, 8))


@capture_points.case("whole boards", weight=2, hidden=True)
def _(student, reference, rng):
    ask_captures(student, random_boards(rng, 5, 19, 19))
    ask_captures(student, random_boards(rng, 30, 3, 7))


train_board_network = Check("train_board_network", seconds=90)

NEEDED = 0.85


def positions(rng: np.random.Generator, num: int) -> tuple[np.ndarray, np.ndarray]:
    """Boards with one point to capture, and that point's number, 19 · row + column.

    The same rule as `captures`, which the cases above compare with the notebook's, for all boards
    at once: a lone stone's own sum of |neighbour| is 3 inside, 2 at an edge, 1 in a corner.
    """
    boards: list[np.ndarray] = []
    points: list[np.ndarray] = []
    room = around(np.ones((1, 19, 19)))
    while sum(len(some) for some in boards) < num:
        some = rng.choice([-1, 0, 1], (2048, 19, 19), p=[0.16, 0.68, 0.16])
        alone = (some == -1) & (around(some) == room - 1) & (around(abs(some)) == room - 1)
        found = (around(alone) > 0) & (some == 0)
        one = found.sum(axis=(1, 2)) == 1
        boards.append(some[one])
        points.append(found[one].reshape(-1, 361).argmax(axis=1))
    x = np.concatenate(boards)[:num, ..., None].astype("float32")
    return x, np.concatenate(points)[:num]


def around(values: np.ndarray) -> np.ndarray:
    """The sum of the four neighbours, 0 off the board."""
    p = np.pad(values.astype(int), ((0, 0), (1, 1), (1, 1)))
    out: np.ndarray = p[:, :-2, 1:-1] + p[:, 2:, 1:-1] + p[:, 1:-1, :-2] + p[:, 1:-1, 2:]
    return out


def training(student: Any, rng: np.random.Generator, first: bool = False) -> Trained:
    """One training for all cases: kept are new boards `x`, their `moves`, the model's `answer`,
    and the `sign` of the colours: Black to move, or White."""

    def train() -> Trained:
        sign = int(rng.choice([-1, 1]))
        x, moves = positions(rng, 3500)
        x *= sign
        model = student.train_board_network(x[:3000], moves[:3000])
        require_model(model)
        new = {"x": x[3000:], "moves": moves[3000:], "answer": ask_board(model, x[3000:])}
        return Trained(model, kept={**new, "sign": sign})

    return once(student, "train_board_network", train, first)


def ask_board(model: Any, x: np.ndarray) -> np.ndarray:
    try:
        answer = model(x)
    except Wrong as wrong:
        raise Wrong(f"The model could not be asked about boards (n, 19, 19, 1). {wrong.cause}") \
            from None  # fmt: skip
    shape = (len(x), 361)
    words = "The model should give 361 numbers per board, one for each point."
    if np.shape(answer) == (len(x), 19, 19, 1):
        words += " Flatten the map at the end."
    if np.shape(answer) != shape:
        raise Wrong(words, got=f"shape {np.shape(answer)}", expected=f"shape {shape}")
    return np.asarray(answer)


@train_board_network.case("361 numbers for each board")
def _(student, reference, rng):
    trained = training(student, rng, first=True)
    ask_board(trained.model, trained.kept["x"][:1])


@train_board_network.case("numbers that can be compared")
def _(student, reference, rng):
    answer = training(student, rng).kept["answer"]
    require(np.all(np.isfinite(answer)), "NaN or infinity came back: a smaller learning rate?")
    words = "All 361 numbers are the same: nothing was learned, or the last layer has a ReLU that "
    require(np.ptp(answer, axis=1).min() > 0, f"{words}gives zeros.")


def kinds_of_layers(model: Any) -> list[str]:
    try:
        return [getattr(layer, "described", "") for layer in model["layers"]]
    except (Wrong, TypeError):
        return []


@train_board_network.case("the right point on new boards", weight=3)
def _(student, reference, rng):
    trained = training(student, rng)
    says, moves = trained.kept["answer"].argmax(axis=1), trained.kept["moves"]
    share = float((says == moves).mean())
    if share >= NEEDED:
        return
    far = np.maximum(abs(says // 19 - moves // 19), abs(says % 19 - moves % 19))
    words = (
        f"At least {NEEDED:.0%} are needed. The stones that decide lie up to two points away: does "
        "the network see so far? If so, train for more epochs or with another learning rate."
    )
    if any("Pool" in kind for kind in kinds_of_layers(trained.model)):
        words = (
            "The network pools, so it knows that there is a stone to take, and not exactly where. "
            "Keep every map at 19×19."
        )
    elif np.mean(says == moves % 19 * 19 + moves // 19) > 0.5:
        words = "The moves are read as 19 · column + row: rows come first."
    elif share < 0.06:
        words = (
            "That is what guessing gives: was the model compiled and trained before it was "
            "returned, on the boards and moves that were passed?"
        )
    elif np.mean(far <= 1) > NEEDED:
        words = 'The answers are one point off: is padding="same" set in every layer?'
    raise Wrong(words, asked="share of new boards with the right point", got=f"{share:.1%}")


@train_board_network.case("boards nobody has seen", weight=2, hidden=True)
def _(student, reference, rng):
    trained = training(student, rng)
    x, moves = positions(rng, 300)
    says = ask_board(trained.model, trained.kept["sign"] * x).argmax(axis=1)
    share = float((says == moves).mean())
    words = "On further boards too few points are right: did it learn the training boards by heart?"
    require(share >= NEEDED - 0.05, words, got=show(share))
