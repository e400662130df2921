"""Checks of exercises 7 and 8: collapsing a path, and the likeliest path."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from ...expect import expect, hint
from ...spec import Check

collapse = Check("collapse")


def collapsed(path: Any, blank: Any) -> list[Any]:
    """By a regular expression: runs become one, then blanks go."""
    kinds = sorted(set(path) | {blank}, key=str)
    letters = "".join(chr(0x4E00 + kinds.index(symbol)) for symbol in path)
    runs = re.sub(r"(.)\1*", r"\1", letters)
    return [kinds[ord(c) - 0x4E00] for c in runs if kinds[ord(c) - 0x4E00] != blank]


def merged(path: Any) -> list[Any]:
    return [symbol for k, symbol in enumerate(path) if k == 0 or symbol != path[k - 1]]


def wrong_readings(path: Any, blank: Any) -> list[tuple[Any, str]]:
    """What known mistakes make of a path, and what to say."""
    dropped = [symbol for symbol in path if symbol != blank]
    kept: list[Any] = []
    for symbol in path:
        if symbol != blank and (not kept or kept[-1] != symbol):
            kept.append(symbol)
    unique = list(dict.fromkeys(dropped))
    return [
        (kept, "Twins that a blank keeps apart became one: merge equal neighbours first, and drop "
         "the blanks after that. Compare with the neighbour in the path, not with what you kept."),
        (unique, "Every symbol came only once. Only equal neighbours are merged; a letter may come "
         "again."),
        (merged(path), "The blanks are still there: drop them after merging."),
        ([s for s in merged(path) if s != 0], "Another symbol was dropped than the one given as "
         "`blank`."),
        (dropped, "The blanks are gone, but repeats without a blank between them are still there: "
         "they are one symbol that lasts."),
        (collapsed(path, blank)[::-1], "The text is backwards."),
        (merged(path)[1:], "Something is lost: look at the first symbol of the path, which has no "
         "neighbour before it."),
        ([s for s in merged(path)[1:] if s != blank], "The first symbol is lost: it has no "
         "neighbour before it, so it always stays (unless it is the blank)."),
        ([s for s in merged(path)[:-1] if s != blank], "The last symbol is lost."),
        (list(path), "The path came back as it was."),
    ]  # fmt: skip


def ask_collapse(student: Any, path: Any, blank: Any) -> None:
    right = collapsed(path, blank)
    causes = [
        (lambda a: isinstance(a, str), "A text came back; return a list of symbols, as in the "
         "example."),
        (lambda a: isinstance(a, list) and blank in a, "The blank given as the argument `blank` "
         "is still there: drop it after merging."),
        *wrong_readings(path, blank),
    ]  # fmt: skip
    if wrong_readings(path, blank)[2][0] != right:  # then the blank matters: ask about order first
        causes = causes[:1] + causes[2:] + causes[1:2]
    answer = student.collapse(path, blank)
    if isinstance(answer, np.ndarray):
        answer = answer.tolist()
    expect(list(answer) if isinstance(answer, tuple) else answer, right, causes=causes)


@collapse.case("the decks' paths", weight=2)
def _(student, reference, rng):
    for path in ("好好好棒棒棒棒", "好ϕϕ棒ϕϕ棒"):
        ask_collapse(student, path, "ϕ")


@collapse.case("twins, and a letter that comes again")
def _(student, reference, rng):
    a, b = (int(n) for n in rng.permutation(np.arange(1, 9))[:2])
    ask_collapse(student, [a, a, 0, a, 0], 0)
    ask_collapse(student, [a, b, b, a], 0)
    ask_collapse(student, [0, a, b, 0, 0, a, a], 0)


@collapse.case("nothing but blanks, and nothing")
def _(student, reference, rng):
    ask_collapse(student, [0] * int(rng.integers(1, 5)), 0)
    ask_collapse(student, "", "ϕ")
    ask_collapse(student, [5], 0)


@collapse.case("any blank, any path", weight=2, hidden=True)
def _(student, reference, rng):
    for _round in range(20):
        path = rng.integers(0, 3, int(rng.integers(1, 15))).tolist()
        ask_collapse(student, path, int(rng.integers(0, 3)))
    ask_collapse(student, "--h-eel-lll-l--oo", "-")


best_path = Check("best_path")


def ask_best(student: Any, probs: np.ndarray) -> None:
    steps = [row.tolist().index(max(row)) for row in probs]
    columns = [int(k) for k in probs.argmax(axis=0)]
    lowest = [int(k) for k in probs.argmin(axis=1)]
    no_blank = [int(k) + 1 for k in probs[:, 1:].argmax(axis=1)]
    causes = [
        (steps, "That is the path; collapse it to the text."),
        *wrong_readings(steps, 0)[:5],
        (collapsed(columns, 0), "The argmax went over the steps: take the likeliest symbol of each "
         "step (axis 1)."),
        (columns, "The argmax went over the steps: take the likeliest symbol of each step "
         "(axis 1), and collapse."),
        (collapsed(lowest, 0), "These are the least likely symbols."),
        (collapsed(no_blank, 0), "The blank was left out of the argmax; it is a symbol like any "
         "other until the path is collapsed."),
        (no_blank, "The blank was left out of the argmax; it is a symbol like any other."),
        (collapsed(steps, probs.shape[1] - 1), "The blank is symbol 0, not the last one."),
        ([k - 1 for k in collapsed(steps, 0)], "The symbols are off by one: 0 stays the blank, so "
         "letters count from 1."),
    ]  # fmt: skip
    with hint("One argmax for each step gives the path; then collapse it, with 0 as the blank."):
        answer = student.best_path(np.log(probs))
    if isinstance(answer, np.ndarray):
        answer = answer.tolist()
    expect(answer, collapsed(steps, 0), causes=causes)


def rows_for(path: Any, symbols: int, rng: np.random.Generator) -> np.ndarray:
    """Probabilities whose likeliest path is the one given."""
    raw = rng.uniform(0.1, 1.0, (len(path), symbols))
    raw[np.arange(len(path)), path] = rng.uniform(1.5, 3.0, len(path))
    return np.asarray(raw / raw.sum(axis=1, keepdims=True))


@best_path.case("a word with twins", weight=2)
def _(student, reference, rng):
    a, b = (int(n) for n in rng.permutation(np.arange(1, 4))[:2])
    ask_best(student, rows_for([a, a, 0, 0, b, 0, b, b], 4, rng))


@best_path.case("nothing was said")
def _(student, reference, rng):
    ask_best(student, rows_for([0] * int(rng.integers(3, 6)), 3, rng))


@best_path.case("many steps", weight=2, hidden=True)
def _(student, reference, rng):
    for steps, symbols in ((30, 3), (12, 6), (1, 2)):
        ask_best(student, rows_for(rng.integers(0, symbols, steps), symbols, rng))
