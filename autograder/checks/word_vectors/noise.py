"""Checks of exercises 7 and 8: the noise, and drawing from it, judged by how often words come."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...expect import array, expect, hint, require
from ...spec import Check, Wrong

noise_probs = Check("noise_probs")


def ask_probs(student: Any, contexts: np.ndarray, num_words: int, power: float | None) -> None:
    counts = np.array([np.sum(contexts == word) for word in range(num_words)], float)
    used = 0.75 if power is None else power
    right = counts**used / np.sum(counts**used)
    occurring = counts[counts > 0] ** used
    causes = [
        (counts / counts.sum() if used != 1 else None, "These are the plain frequencies: the "
         "power is missing."),
        (counts**used, "They should sum to 1: divide by the sum, after the power."),
        ((counts / counts.sum()) ** used, "They should sum to 1: divide by the sum after the "
         "power, not (only) before it."),
        (counts**0.75 / np.sum(counts**0.75) if used != 0.75 else None, "The argument `power` is "
         "not used."),
        (counts ** (1 / used) / np.sum(counts ** (1 / used)), "The power is turned around: at ¾ "
         "rare words become more likely, not less."),
        ((counts + 1) ** used / np.sum((counts + 1) ** used), "A word that never occurs should "
         "have probability 0: add nothing to the counts."),
        (np.full(num_words, 1 / num_words), "All words are equally likely here; frequent ones "
         "should be drawn more often."),
        (occurring / occurring.sum(), "Words that never occur need a 0, so that the place in the "
         "array is the number of the word."),
        (np.where(counts > 0, used * counts, 0) / counts.sum(), "A power, not a product: "
         "counts ** power."),
        (lambda a: np.ndim(a) == 1 and len(a) < num_words, "The array is too short: one entry for "
         "each of num_words words, those that do not occur as well. np.bincount has minlength."),
    ]  # fmt: skip
    given = () if power is None else (power,)
    with hint("The result has one entry for each of num_words words."):
        answer = student.noise_probs(contexts, num_words, *given)
    expect(answer, right, causes=causes, axes=("num_words",))


def drawn_words(rng: np.random.Generator, num_words: int, num: int, unused: int) -> np.ndarray:
    """Numbers of words, some far more frequent than others; 0 and the last `unused` never."""
    likely = rng.dirichlet(np.full(num_words - 1 - unused, 0.6))
    drawn: np.ndarray = rng.choice(np.arange(1, num_words - unused), num, p=likely)
    drawn[:2] = 1, num_words - unused - 1
    return drawn


@noise_probs.case("two words")
def _(student, reference, rng):
    few = int(rng.integers(2, 5))
    ask_probs(student, rng.permutation(np.repeat([0, 1], [few, 16 * few])), 2, None)


@noise_probs.case("words that never occur", weight=2)
def _(student, reference, rng):
    num_words = int(rng.integers(6, 9))
    ask_probs(student, drawn_words(rng, num_words, 40, 2), num_words, None)


@noise_probs.case("other powers")
def _(student, reference, rng):
    for power in (1.0, float(rng.uniform(0.3, 0.6))):
        ask_probs(student, drawn_words(rng, 7, 50, 1), 7, power)


@noise_probs.case("many words", weight=2, hidden=True)
def _(student, reference, rng):
    for num_words, power in ((300, None), (40, 0.5), (12, 1.4)):
        ask_probs(student, drawn_words(rng, num_words, 5000, 3), num_words, power)


draw_negatives = Check("draw_negatives")

# A share measured on n draws has a standard error of at most 0.5/√n; five of these, and one draw,
# is what the law may be missed by: about once in a million right answers.
NUM, K = 3000, 3


def draws(student: Any, probs: np.ndarray, num: int, k: int, seed: int) -> np.ndarray:
    """What was drawn: whole numbers of words, (num, k)."""
    with hint("Words may come several times: draw with replacement, in the shape (num, k)."):
        answer = student.draw_negatives(probs, num, k, seed)
    if np.shape(answer) == (k, num) and k != num:
        raise Wrong("The axes are swapped: one row for each pair, k words in each.")
    if np.shape(answer) == (num, len(probs)) and k != len(probs):
        raise Wrong("These are counts or probabilities; return the numbers of the words drawn.")
    if np.shape(answer) == (num * k,):
        raise Wrong("The draws are in one long row: one row for each pair, k words in each.")
    drawn = array(answer, (num, k), "the negatives")
    fine = np.array_equal(drawn, np.round(drawn)) and drawn.min() >= 0 and drawn.max() < len(probs)
    require(fine, "Return numbers of words: whole numbers from 0 to num_words − 1.", got=answer)
    return drawn.astype(int)


def ask_law(student: Any, probs: np.ndarray, seed: int) -> None:
    drawn = draws(student, probs, NUM, K, seed)
    shares = np.bincount(drawn.ravel(), minlength=len(probs)) / drawn.size
    limit = 5 * np.sqrt(probs * (1 - probs) / drawn.size) + 1 / drawn.size
    if np.all(np.abs(shares - probs) <= limit):
        return
    words = "The words do not come as often as `probs` says."
    if np.all(drawn == drawn[:1]):
        words = "All rows are the same: draw anew for every pair."
    elif np.any(shares[probs == 0] > 0):
        words = "A word with probability 0 was drawn: give `choice` the probabilities, p=probs."
    elif np.abs(shares - 1 / len(probs)).max() < 0.03:
        words = "All words come equally often: give `choice` the probabilities, p=probs."
    elif all(len(set(row)) == K for row in drawn[:300].tolist()):
        words = (
            "No word comes twice in a row, so frequent words come too seldom: draw with "
            "replacement, every word independently of the others."
        )
    elif all(len(set(row)) == 1 for row in drawn[:300].tolist()):
        words = "Each row repeats one word: draw all k words of a pair."
    at = int(np.argmax(np.abs(shares - probs) - limit))
    raise Wrong(words, got=f"word {at} in a share of {shares[at]:.3f}",
                expected=f"{probs[at]:.3f}")  # fmt: skip


def some_probs(rng: np.random.Generator, num_words: int) -> np.ndarray:
    """Probabilities of words; number 0 is never drawn, one word is frequent."""
    parts = rng.uniform(0.5, 1.5, num_words)
    parts[0], parts[rng.integers(1, num_words)] = 0, 0.9 * num_words
    return np.asarray(parts / parts.sum())


def a_seed(rng: np.random.Generator) -> int:
    return int(rng.integers(100_000))


@draw_negatives.case("shape and numbers")
def _(student, reference, rng):
    num = int(rng.integers(6, 9))
    drawn = draws(student, np.eye(5)[3], num, 4, a_seed(rng))
    require(np.all(drawn == 3), "Only one word has a probability above 0; another was drawn: give "
            "`choice` the probabilities, p=probs.")  # fmt: skip


@draw_negatives.case("each as often as it should", weight=2)
def _(student, reference, rng):
    ask_law(student, some_probs(rng, int(rng.integers(5, 8))), a_seed(rng))


@draw_negatives.case("the seed decides")
def _(student, reference, rng):
    probs, seed = some_probs(rng, 6), a_seed(rng)
    first, again = (draws(student, probs, 200, 3, seed) for _ in range(2))
    words = "The same seed drew other words the second time: np.random.default_rng(seed), and all "
    require(np.array_equal(first, again), words + "numbers from there.")
    others = [draws(student, probs, 200, 3, seed + more) for more in range(1, 12)]
    words = "Another seed drew the very same words: does your function use its seed?"
    require(not all(np.array_equal(first, other) for other in others), words)


@draw_negatives.case("rows and columns are independent", weight=2, hidden=True)
def _(student, reference, rng):
    ask_law(student, some_probs(rng, 30), a_seed(rng))
    drawn = draws(student, np.full(2, 0.5), 2 * NUM, K, a_seed(rng))
    pairs = [drawn[1:] == drawn[:-1]]
    pairs += [drawn[:, i] == drawn[:, j] for i, j in ((0, 1), (1, 2), (0, 2))]
    worst = max(abs(float(np.mean(agree)) - 0.5) for agree in pairs)
    words = "Draws agree with their neighbours too often or too seldom: draw every word of every "
    require(worst <= 5 * 0.5 / np.sqrt(2 * NUM - 1), words + "row independently, with replacement.")
