"""Check of exercise 5: what one hop can have at most, against linear programs."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import combinations
from typing import Any

import numpy as np
from scipy.optimize import linprog

from ...expect import expect, hint
from ...spec import Check

one_hop_limit = Check("one_hop_limit")

CELLS = ((0, 0), (0, 1), (1, 0), (1, 1))


def possible(pattern: tuple[int, ...], cells: tuple[int, ...]) -> bool:
    """Whether votes from gift and places can have these cells of a four right, by a linear program.

    The score of word k in cell (g, s) is a[g, k] + b[s, k]; the right one must lead by 1.
    """
    words = sorted(set(pattern))
    size = len(words)
    rows = []
    for cell in cells:
        g, s = CELLS[cell]
        for k in range(size):
            if words[k] == pattern[cell]:
                continue
            row, right = np.zeros((4, size)), words.index(pattern[cell])
            for voter in (g, 2 + s):
                row[voter, k] += 1
                row[voter, right] -= 1
            rows.append(row.ravel())
    if not rows:
        return True
    found = linprog(np.zeros(4 * size), np.array(rows), -np.ones(len(rows)), bounds=(None, None))
    return bool(found.status == 0)


@cache
def most(pattern: tuple[int, ...]) -> int:
    """The largest number of cells that votes can have right."""
    sizes = (
        n for n in (4, 3, 2, 1) if any(possible(pattern, c) for c in combinations(range(4), n))
    )
    return next(sizes)


def named(four: np.ndarray) -> tuple[int, ...]:
    """The four answers as 0, 1, 2 … in the order in which they appear."""
    seen: list[int] = []
    for answer in four.ravel().tolist():
        if answer not in seen:
            seen.append(answer)
    return tuple(seen.index(answer) for answer in four.ravel().tolist())


def ask_limit(student: Any, answers: np.ndarray) -> None:
    right = sum(most(named(four)) for four in answers) / answers.size
    a, b, c, d = (answers[:, g, s] for g, s in CELLS)
    xor = (a == d) & (b == c) & (a != b)
    in_xor = np.mean(xor)

    def share(wrong: Any) -> float:
        return float(1 - np.mean(wrong) / 4)

    causes = [
        (
            lambda v: in_xor == 0 and 0 < v < 1,
            "No four here is an XOR: on both diagonals the same word twice, and the two words "
            "differ. So votes can have all of them right.",
        ),
        (0.75 if 0 < in_xor < 1 else -1, "Always ¾? Only fours whose answers are an XOR lose one; "
         "count them."),
        (share((a == d) & (b == c)), "Where all four answers are the same word, votes have them "
         "all right: the two diagonals must differ."),
        (in_xor, "That is the share of fours that are XOR. In each of them three of four stories "
         "can still be right."),
        (1 - in_xor, "A four that is XOR is not lost: three of its four stories can be right."),
        (1 - in_xor / 2, "In a four that is XOR three of four can be right, not two."),
        (right * answers.size, "Return the share of all stories, not their number."),
        (right * len(answers), "Return the mean over all fours."),
        (share((a == d) & (a != b)), "Both diagonals must hold the same word twice; look at the "
         "second one too."),
        (share((b == c) & (a != b)), "Both diagonals must hold the same word twice; look at the "
         "first one too."),
        (share((a == d) & (b == c) & (a != b)[0]), "Every four counts for itself."),
        (share((a == d) | (b == c)), "Both diagonals must hold the same word twice, and the two "
         "words must differ: one diagonal alone is no XOR."),
        (share(((a == d) | (b == c)) & (a != b)), "Both diagonals must hold the same word twice: "
         "one diagonal alone is no XOR."),
        (share((a == b) & (c == d) & (a != c)), "You compared along the rows; compare along the "
         "diagonals."),
        (share((a == c) & (b == d) & (a != b)), "You compared along the columns; compare along "
         "the diagonals."),
        (share((a != b) & (c != d)), "Look at the diagonals: [0, 0] with [1, 1] and [0, 1] with "
         "[1, 0]. That the neighbours differ is not enough."),
        (share((a != b) & (a != c)), "Look at the diagonals: [0, 0] with [1, 1] and [0, 1] with "
         "[1, 0]. That the neighbours differ is not enough."),
        (lambda v: float(v) > 1 or float(v) < 0.25, "A share lies between ¼ and 1 here: one of "
         "four can always be right."),
    ]  # fmt: skip
    with hint("Axes: (fours, gift, places)."):
        answer = student.one_hop_limit(answers)
    expect(answer, right, causes=causes)


def fours(rng: np.random.Generator, patterns: Sequence[tuple[int, ...]]) -> np.ndarray:
    """Each pattern with words of its own."""
    words = [rng.choice(np.arange(3, 40), 4, replace=False) for _ in patterns]
    rows = [w[list(p)].reshape(2, 2) for w, p in zip(words, patterns, strict=True)]
    return np.array(rows)[rng.permutation(len(rows))]


XOR, BY_PLACE, BY_GIFT, SAME = (0, 1, 1, 0), (0, 1, 0, 1), (0, 0, 1, 1), (0, 0, 0, 0)


@one_hop_limit.case("where is the ball")
def _(student, reference, rng):
    ask_limit(student, fours(rng, [XOR] * int(rng.integers(3, 8))))


@one_hop_limit.case("where is Mary now")
def _(student, reference, rng):
    ask_limit(student, fours(rng, [BY_PLACE] * int(rng.integers(3, 8))))


@one_hop_limit.case("mixed questions", weight=2)
def _(student, reference, rng):
    many = [XOR] * int(rng.integers(2, 5)) + [BY_PLACE] * 6 + [BY_GIFT] * 7 + [SAME]
    ask_limit(student, fours(rng, many))


@one_hop_limit.case("every pattern", weight=2, hidden=True)
def _(student, reference, rng):
    one_diagonal = [(0, 1, 1, 2), (0, 1, 2, 0)]
    singles = [SAME, (0, 1, 2, 3), (0, 0, 0, 1), (0, 0, 1, 2), (0, 1, 0, 2), (0, 1, 1, 1)]
    ask_limit(student, fours(rng, [XOR, *one_diagonal * 2, *singles]))
    times = rng.permutation(9)
    kinds = (XOR, *one_diagonal, *singles)
    counts = [kind for kind, n in zip(kinds, times, strict=True) for _ in range(n)]
    ask_limit(student, fours(rng, counts))
    for pattern in one_diagonal:
        ask_limit(student, fours(rng, [pattern] * 3))
