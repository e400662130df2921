"""Checks of exercises 9 and 10: a text's probability over all paths, and its logarithm."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator
from typing import Any

import keras
import numpy as np

from ...expect import array, expect, require
from ...spec import Check, Wrong
from .alignment import collapsed

text_probability = Check("text_probability")
Path = tuple[int, ...]


def all_paths(probs: np.ndarray) -> Iterator[tuple[Path, float]]:
    """Every path and its probability."""
    steps, symbols = probs.shape
    for path in itertools.product(range(symbols), repeat=steps):
        yield path, math.prod(float(probs[t, k]) for t, k in enumerate(path))


def dropped_first(path: Path) -> list[int]:
    return [k for k, _ in itertools.groupby(k for k in path if k != 0)]


def mass(probs: np.ndarray, fits: Callable[[Path], bool]) -> float:
    return sum(p for path, p in all_paths(probs) if fits(path))


def nats(probability: float) -> float:
    return -math.log(probability) if probability > 0 else math.inf


def by_keras(probs: np.ndarray, text: list[int]) -> float:
    """-ln p from keras.ops, whose blank is named by mask_index; float32."""
    logits, target = np.log(probs)[None].astype("float32"), np.array([text], "int32")
    loss = keras.ops.ctc_loss(target, logits, [len(text)], [len(probs)], mask_index=0)
    return float(keras.ops.convert_to_numpy(loss)[0])


def tables(rng: np.random.Generator, steps: int, symbols: int) -> np.ndarray:
    return np.asarray(rng.dirichlet(np.full(symbols, 1.5), steps)) * 0.94 + 0.06 / symbols


def ask_probability(student: Any, probs: np.ndarray, text: list[int]) -> None:
    right = mass(probs, lambda path: collapsed(path, 0) == text)
    own = [p for path, p in all_paths(probs) if collapsed(path, 0) == text]
    likeliest = tuple(int(k) for k in probs.argmax(axis=1))
    sums = [
        sum(float(probs[t, k]) for t, k in enumerate(path))
        for path, _ in all_paths(probs)
        if collapsed(path, 0) == text
    ]
    causes = [
        (max(own, default=0.0), "That is the likeliest of the text's paths; add up all of them."),
        (math.prod(float(probs[t, k]) for t, k in enumerate(likeliest)), "That is the likeliest "
         "path of all, whatever its text."),
        (mass(probs, lambda p: dropped_first(p) == text), "Blanks were dropped before repeats were "
         "merged, so that twins became one."),
        (mass(probs, lambda p: [k for k in p if k] == text), "Paths with repeats are missing: a "
         "letter may last for several steps. Collapse each path and compare."),
        (mass(probs, lambda p: [k for k, _ in itertools.groupby(p)] == text), "Paths with blanks "
         "are missing: blanks may stand anywhere in a path."),
        (mass(probs, lambda p: 0 not in p and collapsed(p, 0) == text), "Paths with blanks are "
         "missing: the product runs over all symbols, 0 included."),
        (mass(probs, lambda p: collapsed(p, 0) == text[::-1]), "The text is read backwards."),
        (mass(probs, lambda p: set(collapsed(p, 0)) == set(text)), "The order and the number of "
         "letters count: compare lists, not sets."),
        (sum(sums), "Within a path the probabilities are multiplied, one per step; only the paths "
         "are added up."),
        (float(np.mean(own)) if own else -1.0, "That is a mean over the paths; add them up."),
        (float(len(own)), "That is the number of paths; add up their probabilities."),
        (1.0, "All paths were counted: only those that collapse to the text belong to it."),
        (nats(right), "That is the loss; the probability itself is asked for."),
    ]  # fmt: skip
    # A path's list and its tuple are never equal, so a comparison may quietly find nothing.
    nothing = (0.0, "No path was found. Does `collapse` return what you compare it with (a list "
               "with a list)?")  # fmt: skip
    if right > 0:
        causes.insert(0, nothing)
    expect(student.text_probability(probs, text), right, causes=causes)


@text_probability.case("two steps", weight=2)
def _(student, reference, rng):
    ask_probability(student, tables(rng, 2, 2), [1])


@text_probability.case("two letters and twins", weight=2)
def _(student, reference, rng):
    ask_probability(student, tables(rng, 5, 3), [2, 1])
    ask_probability(student, tables(rng, 4, 3), [1, 1])


@text_probability.case("nothing said, and too much")
def _(student, reference, rng):
    ask_probability(student, tables(rng, 3, 3), [])
    ask_probability(student, tables(rng, 2, 3), [1, 2, 1])


@text_probability.case("against Keras, and all texts together", weight=2, hidden=True)
def _(student, reference, rng):
    probs = tables(rng, 6, 3)
    for text in ([1, 2], [2, 2], [1, 2, 1]):
        ask_probability(student, probs, text)
        value = float(array(student.text_probability(probs, text), ()))
        require(
            abs(value - math.exp(-by_keras(probs, text))) < 1e-4,
            "Keras's CTC gives another probability.",
        )
    probs = tables(rng, 3, 3)
    texts = {tuple(collapsed(path, 0)) for path, _ in all_paths(probs)}
    total = sum(float(array(student.text_probability(probs, list(t)), ())) for t in texts)
    require(abs(total - 1) < 1e-6, "The probabilities of all texts should sum to 1.")


ctc_loss = Check("ctc_loss")


def walked(
    probs: np.ndarray, text: list[int], *, jumps: str = "right", ends: int = 2, starts: int = 2,
    stays: bool = True, in_place: bool = False,
) -> float:  # fmt: skip
    """Probability by the forward algorithm with one rule changed; for causes."""
    z = [0]
    for letter in text:
        z += [letter, 0]
    alpha = np.zeros(len(z))
    alpha[:starts] = probs[0, z[:starts]]
    for row in probs[1:]:
        new = alpha if in_place else np.zeros(len(z))
        for s in range(len(z)):
            allowed = jumps == "always" or (jumps == "letters" and z[s] != 0)
            allowed |= jumps == "right" and z[s] != 0 and s > 1 and z[s] != z[s - 2]
            ways = alpha[s] * stays + (alpha[s - 1] if s > 0 else 0.0)
            new[s] = (ways + (alpha[s - 2] if allowed and s > 1 else 0.0)) * row[z[s]]
        alpha = new
    return float(alpha[-ends:].sum() if ends else alpha[-2:][0])


CHANGES: tuple[tuple[dict[str, Any], str], ...] = (
    ({"jumps": "letters"}, "Between twins there must be a blank: no jump from a letter to the same "
     "letter."),
    ({"jumps": "always"}, "Jumps go from letter to letter only: a blank is never jumped to, and a "
     "blank between twins never jumped over."),
    ({"jumps": "never"}, "The jumps are missing: from a letter to the next, different one, over "
     "the blank between them."),
    ({"ends": 1}, "A text may also end on its last letter: add the last two places of z."),
    ({"ends": 0}, "A text may also end on the blank behind its last letter: add the last two "
     "places of z."),
    ({"starts": 1}, "A path may also start with the first letter: two places of z are possible at "
     "the first step."),
    ({"starts": 3}, "A path starts on the first blank or the first letter, nowhere else."),
    ({"stays": False}, "A path may stay on its place: alpha of the same place is missing in the "
     "sum."),
    ({"in_place": True}, "The new alpha is computed from itself: keep the one of the step before "
     "as it was until the step is done."),
)  # fmt: skip


def loss_causes(probs: np.ndarray, text: list[int], right: float) -> list[tuple[Any, str]]:
    """The values that known mistakes give, where they differ from the right one."""
    wrong = [(nats(walked(probs, text, **change)), words) for change, words in CHANGES]
    if len(probs) > 1:
        wrong += [
            (nats(walked(probs[1:], text)), "The first step is missing."),
            (nats(walked(probs[:-1], text)), "The last step is missing."),
        ]
    wrong += [
        (-right, "The sign is turned around: the loss is minus the logarithm."),
        (math.exp(-right), "That is the probability; the loss is minus its logarithm."),
        (right / max(len(text), 1), "That is divided by the length of the text; do not divide."),
        (right / len(probs), "That is divided by the number of steps; do not divide."),
        (right / math.log(2), "These are bits: take natural logarithms."),
    ]
    return [(value, words) for value, words in wrong if not math.isclose(value, right)]


def ask_ctc(student: Any, probs: np.ndarray, text: list[int]) -> None:
    own = [p for path, p in all_paths(probs) if collapsed(path, 0) == text]
    right = nats(sum(own))
    causes: list[tuple[Any, str]] = [(nats(max(own)), "That is the likeliest path only: the ways "
                                      "are added, by logaddexp, not compared.")]  # fmt: skip
    causes = (causes if len(own) > 1 else []) + loss_causes(probs, text, right)
    causes += [
        (lambda a: float(a) < right - 1e-4, "The loss is too small: some paths are counted that do "
         "not belong to the text, or some twice."),
        (lambda a: float(a) > right + 1e-4, "The loss is too large: some paths are missing."),
    ]  # fmt: skip
    expect(student.ctc_loss(np.log(probs), text), right, causes=causes, atol=1e-5)


@ctc_loss.case("one letter", weight=2)
def _(student, reference, rng):
    ask_ctc(student, tables(rng, 3, 2), [1])
    ask_ctc(student, tables(rng, 4, 3), [2])


@ctc_loss.case("against all paths", weight=2)
def _(student, reference, rng):
    ask_ctc(student, tables(rng, 5, 3), [1, 2])
    ask_ctc(student, tables(rng, 6, 4), [3, 1, 2])


@ctc_loss.case("twins", weight=2)
def _(student, reference, rng):
    ask_ctc(student, tables(rng, 5, 3), [1, 1])
    ask_ctc(student, tables(rng, 6, 3), [2, 1, 1])


@ctc_loss.case("no path, one path, nothing said")
def _(student, reference, rng):
    answer = student.ctc_loss(np.log(tables(rng, 2, 3)), [1, 1])
    # Minus infinity may be some large number: anything that stands for a probability of 0 will do.
    if not (np.ndim(answer) == 0 and isinstance(answer, (float, int, np.ndarray)) and answer > 1e4):
        raise Wrong(
            "Twins need a blank between them, three steps at least. In two steps no path fits, so "
            "the loss is infinite.",
            got=f"{answer}"[:40],
        )
    ask_ctc(student, tables(rng, 3, 3), [1, 1])
    ask_ctc(student, tables(rng, 3, 3), [])
    ask_ctc(student, tables(rng, 1, 3), [2])


# Keras computes in float32, over 120 steps: 1e-3 of the value.
@ctc_loss.case("long recordings, against Keras", weight=2, hidden=True)
def _(student, reference, rng):
    for steps, symbols, letters in ((30, 4, 10), (120, 9, 25)):
        probs = tables(rng, steps, symbols)
        text = rng.integers(1, symbols, letters).tolist()
        right = by_keras(probs, text)
        causes = [
            (lambda a: not np.isfinite(a), "Not a finite number: the products got smaller than any "
             "float. Stay with logarithms from the first step to the last."),
            *loss_causes(probs, text, right),
        ]  # fmt: skip
        answer = student.ctc_loss(np.log(probs), text)
        expect(answer, right, causes=causes, rtol=1e-3)
