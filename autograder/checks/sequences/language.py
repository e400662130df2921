"""Checks of exercises 3 to 5: shifting, the masked loss, perplexity."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ...expect import expect, hint
from ...spec import Check

PAD, START, END = 0, 1, 2

shifted = Check("shifted")


def rows_of(rows: list[list[int]], steps: int) -> np.ndarray:
    return np.array([row + [PAD] * (steps - len(row)) for row in rows])


def ask_shifted(student: Any, sentences: list[list[int]]) -> None:
    steps = max(len(s) for s in sentences) + 1
    right = (
        rows_of([[START, *s] for s in sentences], steps),
        rows_of([[*s, END] for s in sentences], steps),
    )
    both = rows_of([[START, *s, END] for s in sentences], steps + 1)
    bare = rows_of(sentences, steps)
    ahead = np.array([[PAD] * (steps - len(s) - 1) + [START, *s] for s in sentences])
    causes = [
        (right[::-1], "The order is turned around: inputs first, then targets."),
        ((right[0], right[0]), "The targets are the inputs: the model would only have to repeat. "
         "Each target is the word that comes next."),
        ((right[0], bare), "END is missing: the last target of a sentence says that it is over."),
        ((bare, right[1]), "START is missing: without it the first word is never predicted, and "
         "input and target are the same word."),
        ((both[:, :-1], both[:, 1:]), "In sentences that are not the longest, the inputs contain "
         "END. A model is never fed END: after it there is nothing to say."),
        (lambda a: np.shape(a[0]) == np.shape(a[1]) == both.shape, "There is one column too many: "
         "neither array holds both START and END."),
        (lambda a: np.array_equal(a[0], ahead), "The padding goes behind the sentence, not "
         "before it."),
        (
            lambda a: len(a) == 2
            and np.shape(a[0]) == right[0].shape
            and np.array_equal(a[0], right[0])
            and np.array_equal(np.where(right[1] == PAD, PAD, a[1]), right[1]),
            "Behind END the targets are padding, 0: the model need not say END twice.",
        ),
        (
            lambda a: np.array_equal(np.where(right[0] == PAD, PAD, a[0]), right[0]),
            "Behind a sentence the inputs are padding, 0.",
        ),
    ]  # fmt: skip
    answer = student.shifted(sentences)
    expect(answer, right, causes=causes, axes=("sentences", "steps"), rtol=0, atol=0)


def sentences_of(rng: np.random.Generator, lengths: list[int]) -> list[list[int]]:
    return [[int(word) for word in rng.integers(3, 90, length)] for length in lengths]


@shifted.case("two sentences")
def _(student, reference, rng):
    ask_shifted(student, sentences_of(rng, [3, 1]))


@shifted.case("several lengths", weight=2)
def _(student, reference, rng):
    ask_shifted(student, sentences_of(rng, [2, 5, 3, int(rng.integers(6, 9))]))


@shifted.case("all of one length")
def _(student, reference, rng):
    ask_shifted(student, sentences_of(rng, [int(rng.integers(3, 6))] * 2))


@shifted.case("empty, one, many", weight=2, hidden=True)
def _(student, reference, rng):
    ask_shifted(student, sentences_of(rng, [4, 0, 2]))
    ask_shifted(student, sentences_of(rng, [1]))
    ask_shifted(student, sentences_of(rng, rng.integers(1, 15, 40).tolist()))


masked_loss = Check("masked_loss")


def surprise(logits: np.ndarray, word: int) -> float:
    """-ln softmax(logits)[word], one number at a time."""
    largest = max(float(z) for z in logits)
    return (
        largest + math.log(sum(math.exp(float(z) - largest) for z in logits)) - float(logits[word])
    )


def ask_loss(student: Any, logits: np.ndarray, targets: np.ndarray) -> None:
    nats = np.array([[surprise(z, w) for z, w in zip(*row, strict=True)]
                     for row in zip(logits, targets, strict=True)])  # fmt: skip
    real = targets != PAD
    right = nats[real].mean()
    probs = np.exp(-nats)
    uniform, after = nats * real, nats * (targets > END)
    causes = [
        (nats.mean(), "The padding counts as if it were a word: leave it out of the sum and out of "
         "the number."),
        (uniform.mean(), "The padding is out of the sum but still in the number: divide by how "
         "many targets are real."),
        (nats[real].sum(), "That is the sum; divide by the number of real targets."),
        (nats[real].sum() / len(targets), "That is the loss per sentence; divide by the number of "
         "real targets."),
        ((uniform.sum(axis=1) / real.sum(axis=1)).mean(), "Sentences were averaged first, and then "
         "their means. Sum over all real targets and divide once."),
        (-right, "The sign is turned around: a loss is −ln p."),
        (probs[real].mean(), "That is the mean probability; take −ln of each."),
        (right / math.log(2), "These are bits: take the natural logarithm."),
        (-logits_at(logits, targets)[real].mean(), "These are the logits themselves. Turn them "
         "into log-probabilities first, by log_softmax over the words."),
        (uniform.sum() / (targets > END).sum(), "END is a target like any word: only PAD does "
         "not count."),
        (after.sum() / max((targets > END).sum(), 1), "END is a target like any word: only PAD "
         "does not count."),
        (lambda a: np.shape(a) == targets.shape, "Return one number, not one per target."),
        (lambda a: np.shape(a) == (len(targets),), "Return one number, not one per sentence."),
        (lambda a: np.ndim(a) == 0 and not np.isfinite(a), "Not a finite number: the logarithm of "
         "a probability that was rounded to 0, or e to a large power. Use log_softmax."),
    ]  # fmt: skip
    # float32 with logits up to a few hundred: 1e-4 of the value
    expect(student.masked_loss(logits, targets), right, causes=causes, atol=1e-5)


def logits_at(logits: np.ndarray, targets: np.ndarray) -> np.ndarray:
    return np.take_along_axis(logits, targets[..., None], axis=-1)[..., 0]


def padded_targets(rng: np.random.Generator, lengths: list[int], words: int) -> np.ndarray:
    targets = np.zeros((len(lengths), max(lengths)), np.int32)
    for row, length in enumerate(lengths):
        targets[row, : length - 1] = rng.integers(3, words, length - 1)
        targets[row, length - 1] = END
    return targets


def scores(rng: np.random.Generator, targets: np.ndarray, words: int, scale: float = 1.5) -> Any:
    return rng.normal(scale=scale, size=(*targets.shape, words)).astype(np.float32)


@masked_loss.case("no padding")
def _(student, reference, rng):
    targets = padded_targets(rng, [3, 3], 7)
    ask_loss(student, scores(rng, targets, 7), targets)


@masked_loss.case("sentences of different lengths", weight=2)
def _(student, reference, rng):
    targets = padded_targets(rng, [5, 2, int(rng.integers(3, 5))], 8)
    ask_loss(student, scores(rng, targets, 8), targets)


@masked_loss.case("large logits")
def _(student, reference, rng):
    targets = padded_targets(rng, [4, 2], 6)
    ask_loss(student, scores(rng, targets, 6, 200.0), targets)


@masked_loss.case("its slope", weight=2)
def _(student, reference, rng):
    words = int(rng.integers(5, 8))
    targets = padded_targets(rng, [4, 2, 3], words)
    logits = scores(rng, targets, words)
    probs = np.exp(logits - logits.max(axis=-1, keepdims=True))
    probs /= probs.sum(axis=-1, keepdims=True)
    real = (targets != PAD)[..., None]
    full = probs - np.eye(words)[targets]
    right = full * real / real.sum()
    words_only = (targets > END)[..., None]
    hot = np.eye(words)[targets]
    causes = [
        (full * real / real.sum(axis=1, keepdims=True) / len(targets), "Sentences were averaged "
         "first: a word's slope depends on how long its sentence is."),
        (full * words_only / words_only.sum(), "END has no slope: it is a target like any word."),
        (-hot * real / real.sum(), "The slope does not depend on the logits: the softmax is "
         "missing."),
        (full / targets.size, "Padding has a slope: it should not count at all."),
        (full * real / targets.size, "The padding still counts in the number that is divided by."),
        (full * real, "Divide by the number of real targets."),
        (-right, "The slope points the other way: is a minus sign missing?"),
        (lambda a: np.all(np.asarray(a) == 0), "No slope comes back: use keras.ops all the way."),
    ]  # fmt: skip
    with hint("Keras can only differentiate what is made of keras.ops: no NumPy, no float(…)."):
        answer = student.loss_slopes(logits, targets)
    expect(answer, right, causes=causes, axes=("batch", "steps", "words"), atol=1e-5)


@masked_loss.case("other sizes", weight=2, hidden=True)
def _(student, reference, rng):
    for lengths, words in (([1], 5), ([2, 9, 4, 1], 12), ([6] * 3, 4)):
        targets = padded_targets(rng, lengths, words)
        ask_loss(student, scores(rng, targets, words), targets)


perplexity = Check("perplexity")


def ask_perplexity(student: Any, log_probs: np.ndarray, targets: np.ndarray) -> None:
    real = [(row, t) for row, t in np.ndindex(targets.shape) if targets[row, t] != PAD]
    nats = [-float(log_probs[place]) for place in real]
    right = math.prod(math.exp(n / len(nats)) for n in nats)
    per_row = [
        [-float(log_probs[row, t]) for r, t in real if r == row] for row in range(len(targets))
    ]
    means = [sum(row) / len(row) for row in per_row]
    causes = [
        (1 / right, "That is one over it: take the mean of minus the log-probabilities."),
        (math.exp(-log_probs.mean()), "Padding counts as if it were a word: leave it out."),
        (math.exp(sum(nats) / targets.size), "The padding is out of the sum but still in the "
         "number: divide by how many targets are real."),
        (sum(nats) / len(nats), "That is the loss in nats: take e to its power."),
        (2 ** (sum(nats) / len(nats)), "The logarithms are natural, so raise e, not 2, to the "
         "mean."),
        (float(np.mean(np.exp(means))), "One perplexity per sentence, then their mean. Take one "
         "mean over the words of all sentences, and then e to its power."),
        (math.exp(sum(means) / len(means)), "Sentences were averaged first. All real targets count "
         "the same: one mean over all of them."),
        (math.exp(min(sum(nats), 700.0)), "That is e to the sum; take the mean over the targets."),
        (float(np.mean(np.exp(nats))), "That is the mean of 1/p. Average the logarithms first."),
        (len(nats) / sum(math.exp(-n) for n in nats), "That is one over the mean probability. "
         "Average the logarithms, not the probabilities."),
        (
            math.exp(-float(np.mean(log_probs[targets > END]))) if (targets > END).any() else 0.0,
            "END is a target like any word: only PAD does not count.",
        ),
    ]  # fmt: skip
    expect(student.perplexity(log_probs, targets), right, causes=causes)


def given_logs(rng: np.random.Generator, targets: np.ndarray) -> np.ndarray:
    logs: np.ndarray = np.log(rng.uniform(0.05, 0.9, targets.shape))
    return np.where(targets == PAD, rng.uniform(-9, -5, targets.shape), logs)


@perplexity.case("a fair choice")
def _(student, reference, rng):
    words = int(rng.integers(3, 50))
    targets = padded_targets(rng, [4, 4], 60)
    ask_perplexity(student, np.full(targets.shape, -math.log(words)), targets)


@perplexity.case("sentences of different lengths", weight=2)
def _(student, reference, rng):
    targets = padded_targets(rng, [6, 2, 3], 9)
    ask_perplexity(student, given_logs(rng, targets), targets)


@perplexity.case("many sentences", weight=2, hidden=True)
def _(student, reference, rng):
    targets = padded_targets(rng, rng.integers(1, 12, 300).tolist(), 40)
    ask_perplexity(student, given_logs(rng, targets), targets)
    targets = padded_targets(rng, [3], 9)
    ask_perplexity(student, given_logs(rng, targets), targets)
