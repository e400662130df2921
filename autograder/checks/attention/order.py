"""Checks of exercises 7 and 9: what may be read, and where it stands."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...expect import expect, hint
from ...spec import Check
from .scores import sizes

attention_mask = Check("attention_mask")


def allowed(lengths: Any, steps: int, causal: bool) -> np.ndarray:
    """Place by place: which may be read."""
    mask = np.zeros((len(lengths), steps, steps), bool)
    for example, t, s in np.ndindex(mask.shape):
        mask[example, t, s] = s < lengths[example] and (s <= t or not causal)
    return mask


def ask_mask(student: Any, lengths: Any, steps: int, causal: bool) -> None:
    lengths = np.asarray(lengths, np.int64)
    right = allowed(lengths, steps, causal)
    padding = allowed(lengths, steps, False)
    turned = np.swapaxes(padding, 1, 2)  # the padding's rows instead of its columns
    future = np.tril(np.ones((steps, steps), bool))
    causes = [
        (~right, "The mask is turned around: True is what may be read."),
        (padding, "Later places may be read although causal is True."),
        (padding & future, "Later places are forbidden although causal is False."),
        (padding & future.T, "The triangle is turned around: a place may read itself and earlier "
         "ones."),
        (padding & np.tril(np.ones((steps, steps), bool), -1), "A place may read itself as well: "
         "s ≤ t, not s < t."),
        (allowed(lengths + 1, steps, causal), "One place too many: of the places 0, 1, 2 … the "
         "real ones are those below the length."),
        (allowed(lengths - 1, steps, causal), "One place too few: of the places 0, 1, 2 … the "
         "real ones are those below the length."),
        (turned & (future | (not causal)), "The padding stands in the rows: it is the columns, "
         "the places that are read, that must be real."),
        (np.swapaxes(right, 1, 2), "The axes are swapped: a row is the place that asks, a column "
         "the place that is read."),
        (padding & turned & (future | (not causal)), "Rows of the padding are forbidden too: what "
         "a filling reads does not matter, only that nobody reads it."),
        (padding | future, "Both rules must hold, so combine them with and, not with or."),
        (np.broadcast_to(future, right.shape), "The lengths have no influence."),
        (np.ones_like(right), "Everything may be read: compare the places with the lengths."),
        (lambda a: a.shape == (len(lengths), 1, steps), "The rows are missing: every place that "
         "asks gets a row, (batch, steps, steps). ops.broadcast_to fills them."),
        (lambda a: a.shape == (steps, steps), "The batch is missing: each example has its own "
         "length."),
        (lambda a: a.shape == (len(lengths), steps), "One row per example is not enough: each "
         "place that asks needs one, (batch, steps, steps)."),
    ]  # fmt: skip
    words = "Reshape the lengths to (batch, 1, 1), so that they can be compared with the places."
    with hint(words):
        answer = student.attention_mask(lengths, steps, causal)
    expect(answer, right, causes=causes, axes=("batch", "targets", "sources"))


def some_lengths(rng: np.random.Generator) -> tuple[list[int], int]:
    """Lengths that differ, all shorter than the steps, and how many steps."""
    batch, steps = 3, int(rng.integers(6, 9))
    return [int(n) for n in rng.permutation(np.arange(2, steps - 1))[:batch]], steps


@attention_mask.case("padding alone")
def _(student, reference, rng):
    ask_mask(student, *some_lengths(rng), False)


@attention_mask.case("causal alone")
def _(student, reference, rng):
    batch, steps = sizes(rng, 2, 2, 6)
    ask_mask(student, [steps + 1] * batch, steps + 1, True)


@attention_mask.case("both", weight=2)
def _(student, reference, rng):
    ask_mask(student, *some_lengths(rng), True)


@attention_mask.case("one step, empty and full sequences", hidden=True)
def _(student, reference, rng):
    ask_mask(student, [1, 0], 1, True)
    steps = int(rng.integers(5, 9))
    for causal in (True, False):
        ask_mask(student, [0, steps, 1], steps, causal)
    ask_mask(student, [steps - 2], steps, True)


sinusoidal_positions = Check("sinusoidal_positions")


def clock_hands(steps: int, units: int, first: int = 0, base: float = 10000.0) -> np.ndarray:
    """Each pair of columns is a hand, turned step by step: a power of one rotation."""
    out = np.zeros((steps, units))
    for pair in range(units // 2):
        turn = np.exp(1j * base ** (-2 * pair / units))
        hand = turn ** np.arange(first, first + steps)
        out[:, 2 * pair], out[:, 2 * pair + 1] = hand.imag, hand.real
    return out


def ask_positions(student: Any, steps: int, units: int) -> None:
    right = clock_hands(steps, units)
    swapped = right.reshape(steps, -1, 2)[..., ::-1].reshape(steps, units)
    halves = np.concatenate([right[:, 0::2], right[:, 1::2]], axis=1)
    t, column = np.arange(steps)[:, None], np.arange(units)
    angle = t / 10000.0 ** (column / units)  # every column with a frequency of its own
    mixed = np.where(column % 2 == 0, np.sin(angle), np.cos(angle))
    double = t / 10000.0 ** (2 * column / units)
    mixed_twice = np.where(column % 2 == 0, np.sin(double), np.cos(double))
    slow = t / 10000.0 ** (column // 2 / units)
    half = np.where(column % 2 == 0, np.sin(slow), np.cos(slow))
    fast = t * 10000.0 ** (2 * (column // 2) / units)
    spun = np.where(column % 2 == 0, np.sin(fast), np.cos(fast))
    alike = np.where(column % 2 == 0, np.sin(t), np.cos(t))
    causes: list[Any] = [
        (halves, "All sines stand left, all cosines right; each cosine belongs right of its sine: "
         "stack them on a new last axis and reshape."),
        (swapped, "Sine and cosine are swapped: sines in the even columns, from 0."),
        (clock_hands(steps, units, 1), "Places count from 0; here the first one is missing."),
        (mixed, "A sine and the cosine right of it have the same frequency: the exponent is 2i/n "
         "with i the number of the pair."),
        (mixed_twice, "A sine and the cosine right of it have the same frequency: the exponent is "
         "2i/n with i the number of the pair."),
        (half, "The exponent is half of what it should be: 2i/n, i the number of the pair."),
        (alike, "All hands turn equally fast: is the exponent cut to a whole number, or the place "
         "never divided?"),
        (spun, "Divide by the power of 10000: the hands get slower from pair to pair."),
        (right.T, "The axes are swapped: a row per place."),
        (clock_hands(steps, units, 0, 1000.0), "The base is 10000."),
        (lambda a: np.allclose(a[:, 0::2], right[:, 0::2], atol=1e-3), "The sines are right; look "
         "at the odd columns, the cosines."),
    ]  # fmt: skip
    with hint("Places (steps, 1) and frequencies (units / 2,) make angles (steps, units / 2)."):
        answer = student.sinusoidal_positions(steps, units)
    # float32 keeps an angle of some hundreds to 3e-5.
    expect(answer, right, causes=causes, axes=("steps", "units"), rtol=1e-3, atol=2e-4)


@sinusoidal_positions.case("one clock hand")
def _(student, reference, rng):
    ask_positions(student, int(rng.integers(4, 9)), 2)


@sinusoidal_positions.case("several clock hands", weight=2)
def _(student, reference, rng):
    ask_positions(student, int(rng.integers(4, 9)), int(rng.integers(5, 9)) * 2)


@sinusoidal_positions.case("a long sequence", hidden=True)
def _(student, reference, rng):
    ask_positions(student, int(rng.integers(200, 400)), int(rng.integers(5, 30)) * 2)
    ask_positions(student, 1, 6)
