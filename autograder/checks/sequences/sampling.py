"""Check of exercise 6: drawing words, judged by how often each one comes."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...expect import array, require
from ...spec import Check, Wrong

sample_next = Check("sample_next")

# Rows drawn at once. A share measured on n rows has a standard error of at most 0.5/√n; five of
# these, plus one row, is what the law may be missed by: about once in a million right answers.
ROWS = 6000


def softmax(z: np.ndarray) -> np.ndarray:
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return np.asarray(e / e.sum(axis=-1, keepdims=True))


def draw(student: Any, logits: np.ndarray, temperature: float, seed: int) -> np.ndarray:
    """What was drawn: whole numbers of words, one per row."""
    rows, words = logits.shape
    answer = student.sample_next(logits, temperature, seed)
    if np.shape(answer) == logits.shape:
        raise Wrong("Probabilities or scores came back; draw one word number per row.")
    one = np.ndim(answer) == 0 and rows > 1
    require(not one, "One word came back for the whole batch; draw one for each row.", got=answer)
    drawn = array(answer, (rows,), "the drawn words")
    require(
        np.array_equal(drawn, np.round(drawn)) and drawn.min() >= 0 and drawn.max() < words,
        "Return numbers of words: whole numbers from 0 to words − 1.",
        got=drawn[:6],
    )
    return drawn.astype(int)


def shares(drawn: np.ndarray, words: int) -> np.ndarray:
    return np.bincount(drawn, minlength=words) / len(drawn)


def near(found: np.ndarray, law: np.ndarray) -> bool:
    error = np.sqrt(law * (1 - law) / ROWS)
    return bool(np.all(np.abs(found - law) <= 5 * error + 1 / ROWS))


def ask_law(student: Any, z: np.ndarray, temperature: float, seed: int) -> None:
    """Draw for many equal rows, and compare the shares with the law."""
    drawn = draw(student, np.tile(z, (ROWS, 1)), temperature, seed)
    found, law = shares(drawn, len(z)), softmax(z / temperature)
    if near(found, law):
        return
    plain, places = softmax(z), np.arange(len(z))
    tempered = plain / temperature
    known = [
        (np.eye(len(z))[z.argmax()], "It always takes the likeliest word: draw, by the "
         "probabilities."),
        (np.full(len(z), 1 / len(z)), "All words come equally often: draw with the probabilities "
         "softmax(logits / temperature)."),
        (plain, "The temperature has no influence: divide the logits by it before the softmax."),
        (softmax(z * temperature), "The logits are multiplied by the temperature; divide."),
        (softmax(plain / temperature), "The temperature came after the softmax, and then a second "
         "softmax: divide the logits."),
        (tempered / tempered.sum(), "The probabilities were divided by the temperature, which "
         "changes nothing once they sum to 1. Divide the logits."),
        (softmax(z / temperature**2), "The temperature is applied twice."),
        (np.roll(law, 1), "The words are off by one: slot 0 is word 0."),
        (np.abs(z) / np.abs(z).sum(), "The logits are no probabilities: take their softmax."),
        (softmax(-z / temperature), "The likeliest words come least often: is a sign turned "
         "around?"),
    ]  # fmt: skip
    words = "The words do not come as often as softmax(logits / temperature) says."
    words = next((says for wrong, says in known if near(found, wrong)), words)
    if len(set(drawn.tolist())) == 1 and law.max() < 0.99:
        again = [draw(student, np.tile(z, (2, 1)), temperature, seed + k)[0] for k in range(1, 30)]
        if set(again) != {drawn[0]}:
            words = "Every row got the same word: draw for each row on its own."
    place = int(places[np.abs(found - law).argmax()])
    raise Wrong(
        words,
        asked=f"{ROWS} draws at temperature {temperature:.3g}",
        got=f"word {place} in {found[place]:.1%}",
        expected=f"about {law[place]:.1%}",
    )


def some_logits(rng: np.random.Generator, words: int) -> np.ndarray:
    """Logits of clearly different probabilities, in random order, one far from 0."""
    return np.asarray(rng.permutation(np.linspace(0.0, 2.4, words)) + rng.uniform(-0.1, 0.1, words))


def a_seed(rng: np.random.Generator) -> int:
    return int(rng.integers(10_000))


@sample_next.case("temperature 1")
def _(student, reference, rng):
    ask_law(student, some_logits(rng, int(rng.integers(3, 6))), 1.0, a_seed(rng))


@sample_next.case("cold and hot", weight=2)
def _(student, reference, rng):
    ask_law(student, some_logits(rng, 4), float(rng.uniform(0.4, 0.6)), a_seed(rng))
    ask_law(student, some_logits(rng, 5), float(rng.uniform(2.0, 3.0)), a_seed(rng))


@sample_next.case("each row has its own logits")
def _(student, reference, rng):
    words = int(rng.integers(4, 7))
    favourite = rng.integers(0, words, 50)
    drawn = draw(student, 30.0 * np.eye(words)[favourite], 1.0, a_seed(rng))
    require(
        np.array_equal(drawn, favourite),
        "In each row one word was all but certain, and another one came. The softmax goes over the "
        "words (the last axis), and each row is drawn by its own probabilities.",
        got=drawn[:6],
    )


@sample_next.case("logits of any size")
def _(student, reference, rng):
    z = some_logits(rng, 4)
    ask_law(student, z, 1.0, a_seed(rng))
    for shift in (900.0, -900.0):
        try:
            ask_law(student, z + shift, 1.0, a_seed(rng))
        except Wrong as wrong:
            raise Wrong(
                "The same number added to all logits of a row should change nothing, and it does: "
                "the exponentials overflow, or all become 0. Subtract the row's largest first.",
                asked=wrong.asked, got=wrong.got, expected=wrong.expected,
            ) from None  # fmt: skip
    cold = draw(student, np.tile(z, (20, 1)), 0.001, a_seed(rng))
    require(
        np.all(cold == z.argmax()),
        "At a temperature near 0 the likeliest word should come every time. Subtract the largest "
        "scaled logit of a row before the exponential.",
        got=cold[:6],
    )


@sample_next.case("the seed decides")
def _(student, reference, rng):
    logits, seed = np.tile(some_logits(rng, 5), (200, 1)), a_seed(rng)
    first, again = draw(student, logits, 1.0, seed), draw(student, logits, 1.0, seed)
    require(
        np.array_equal(first, again),
        "The same seed drew other words the second time: np.random.default_rng(seed), and all "
        "numbers from there.",
    )
    others = [draw(student, logits, 1.0, seed + k) for k in range(1, 12)]
    require(
        not all(np.array_equal(first, other) for other in others),
        "Another seed drew the very same words: does your function use its seed?",
    )


@sample_next.case("rows and seeds are independent", weight=2, hidden=True)
def _(student, reference, rng):
    ask_law(student, some_logits(rng, 8), float(rng.uniform(0.4, 0.5)), a_seed(rng))
    seed = a_seed(rng)
    first, second = (draw(student, np.zeros((ROWS, 2)), 1.0, seed + k) for k in (0, 1))
    # Of fair coins a share of agreement further than 5 · 0.5/√6000 from 1/2 is no accident.
    pairs = (first[1:] == first[:-1], first == second, first[::2] == first[1::2])
    worst = max(abs(float(np.mean(agree)) - 0.5) for agree in pairs)
    require(
        worst <= 5 * 0.5 / np.sqrt(ROWS / 2),
        "Rows, or neighbouring seeds, agree too often or too seldom: draw a fresh random number "
        "for every row.",
    )
