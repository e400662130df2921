"""Checks of exercises 9 and 10: the loss of negative sampling, and its gradient by hand."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ...differences import measured
from ...expect import expect, hint, require_unchanged
from ...spec import Check, Wrong

negative_sampling_loss = Check("negative_sampling_loss")


def costs(scores: Any, true: int = 0) -> np.ndarray:
    """-ln of the probability of being right, for every score: (batch, 1 + k), in float64."""
    signs = np.ones(np.shape(scores)[1])
    signs[true] = -1
    return np.asarray(np.logaddexp(0, signs * np.asarray(scores, float)))


def loss_of(scores: Any) -> float:
    return float(costs(scores).sum(axis=1).mean())


def softmax_loss(scores: np.ndarray) -> float:
    largest = scores.max(axis=1, keepdims=True)
    return float(np.mean(np.log(np.exp(scores - largest).sum(axis=1)) - (scores - largest)[:, 0]))


def ask_loss(student: Any, scores: np.ndarray) -> None:
    each = costs(scores)
    right = loss_of(scores)
    answer_only = np.logaddexp(0, -np.asarray(scores, float))
    odds = 1 / (1 + np.exp(-np.asarray(scores, float)))
    causes = [
        (-right, "The sign is turned around: a loss is −ln of the probability."),
        (each.mean(), "The negatives of a row are summed, not averaged: the mean is over the rows "
         "only."),
        (np.mean(each[:, 0] + each[:, 1:].mean(axis=1)), "The negatives of a row are summed, not "
         "averaged."),
        (each.sum(), "That is the sum over the batch; take the mean over the rows."),
        (answer_only.sum(axis=1).mean(), "The negatives are treated like true pairs: they cost "
         "−ln σ(−s), with a minus inside."),
        (loss_of(-scores), "True and made up are mixed up: column 0 costs −ln σ(s), the others "
         "−ln σ(−s)."),
        (each[:, 0].mean(), "Only the true pairs count here; the negatives are missing."),
        (each[:, 1:].sum(axis=1).mean(), "Only the negatives count here; the true pairs are "
         "missing."),
        (costs(scores, -1).sum(axis=1).mean(), "The true pair is in column 0, not in the last "
         "one."),
        (softmax_loss(scores), "That is a softmax over the row. Each score is a yes-or-no "
         "question of its own, with a sigmoid."),
        (np.mean(each[:, 0] - each[:, 1:].sum(axis=1)), "The negatives' cost is added, not taken "
         "away."),
        (np.mean((1 - odds[:, 0]) + odds[:, 1:].sum(axis=1)), "These are probabilities of being "
         "wrong; the cost is −ln of that of being right."),
        (right / math.log(2), "These are bits: take the natural logarithm."),
        (lambda a: np.ndim(a) == 0 and not np.isfinite(a), "Not a finite number: σ was rounded to "
         "0 or 1 before the logarithm, or e^x is too large. Use softplus or log_sigmoid."),
        (lambda a: np.abs(scores).max() > 50 and 0 < a < right, "Large scores cost too little: a "
         "number that keeps ln from 0 also cuts the cost. Use softplus or log_sigmoid."),
        (lambda a: np.shape(a) == (len(scores),), "Return one number: the mean over the rows."),
        (lambda a: np.shape(a) == np.shape(scores), "Return one number, not one per score."),
    ]  # fmt: skip
    with hint("Axes: scores (batch, 1 + k); column 0 is the true pair."):
        answer = student.negative_sampling_loss(scores)
    expect(answer, right, causes=causes, atol=1e-5)


def some_scores(rng: np.random.Generator, batch: int, k: int, scale: float = 2.0) -> np.ndarray:
    drawn: np.ndarray = rng.normal(scale=scale, size=(batch, 1 + k)).astype(np.float32)
    return drawn


@negative_sampling_loss.case("one row")
def _(student, reference, rng):
    ask_loss(student, some_scores(rng, 1, 2))


@negative_sampling_loss.case("a batch", weight=2)
def _(student, reference, rng):
    ask_loss(student, some_scores(rng, int(rng.integers(4, 7)), 3))


@negative_sampling_loss.case("large scores")
def _(student, reference, rng):
    size = float(rng.uniform(150, 300))
    ask_loss(student, np.array([[-size, size], [size, -size], [size, size]], np.float32))


@negative_sampling_loss.case("its slope", weight=2)
def _(student, reference, rng):
    scores = some_scores(rng, 4, 2)
    scores[0] = [-120, 120, 0.5]
    says = 1 / (1 + np.exp(-scores.astype(float)))
    true = np.eye(1, 3)
    right = (says - true) / len(scores)
    causes = [
        (-right, "The slope points the other way: is a minus sign missing?"),
        (says - true, "Take the mean over the rows."),
        (lambda a: np.all(np.asarray(a) == 0), "No slope comes back: use keras.ops all the way."),
        (lambda a: np.any(~np.isfinite(a)), "The slope is NaN or infinite where scores are large: "
         "use softplus or log_sigmoid."),
        (lambda a: np.allclose(np.asarray(a)[1:], right[1:], atol=1e-4), "Only the row with large "
         "scores is wrong: its slope was lost. Use softplus or log_sigmoid."),
        (lambda a: np.shape(a) == right.shape, "Keras can follow your function, but these are the "
         "slopes of another loss: get the other cases right first."),
    ]  # fmt: skip
    with hint("Keras can only differentiate what is made of keras.ops: no NumPy, no float(…)."):
        answer = student.score_slopes(scores)
    expect(answer, right, causes=causes, axes=("batch", "1 + k"), atol=1e-5)


@negative_sampling_loss.case("other sizes", weight=2, hidden=True)
def _(student, reference, rng):
    for batch, k in ((1, 1), (9, 5), (2, 14), (30, 1)):
        ask_loss(student, some_scores(rng, batch, k))
    scores = some_scores(rng, 5, 4, 60.0)
    scores[0, :2] = -150, 150
    ask_loss(student, scores)


skip_gram_gradients = Check("skip_gram_gradients")

Job = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def scores_of(word_table: Any, context_table: Any, words: Any, candidates: Any) -> np.ndarray:
    """The score of every candidate, one at a time."""
    found = np.zeros(candidates.shape)
    for b, j in np.ndindex(candidates.shape):
        found[b, j] = word_table[words[b]] @ context_table[candidates[b, j]]
    return found


def slopes(
    job: Job, *, label: float = 1.0, keep_last: bool = False, mean: bool = True,
    use_sigmoid: bool = True, negatives: bool = True,
) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """The formula, one score at a time; one thing in it may be wrong, for causes."""
    word_table, context_table, words, candidates = job
    for_words, for_contexts = np.zeros(word_table.shape), np.zeros(context_table.shape)
    scores = scores_of(*job)
    for b in range(len(words)):
        row = np.zeros(word_table.shape[1])
        for j in range(candidates.shape[1] if negatives else 1):
            says = 1 / (1 + math.exp(-scores[b, j])) if use_sigmoid else scores[b, j]
            g = (says - (label if j == 0 else 1 - label)) / (len(words) if mean else 1)
            row += g * context_table[candidates[b, j]]
            part = g * word_table[words[b]]
            at = candidates[b, j]
            for_contexts[at] = part if keep_last else for_contexts[at] + part
        for_words[words[b]] = row if keep_last else for_words[words[b]] + row
    return for_words, for_contexts


def ask_gradients(student: Any, job: Job) -> None:
    word_table, context_table, words, candidates = job
    right = measured(
        lambda u, v: loss_of(scores_of(u, v, words, candidates)), [word_table, context_table], 1.0
    )
    causes = [
        (tuple(right[::-1]), "The order is turned around: first the slopes of the word table."),
        (tuple(-r for r in right), "The signs are turned around: σ(s) − y, what the network says "
         "less what is true."),
        (slopes(job, keep_last=True), "Where a word occurs several times, its slopes do not add "
         "up: `table[words] += …` keeps only the last one. Use np.add.at."),
        ((slopes(job, keep_last=True)[0], right[1]), "Where a word occurs several times, its "
         "slopes do not add up: `table[words] += …` keeps only the last one. Use np.add.at."),
        ((right[0], slopes(job, keep_last=True)[1]), "Where a candidate occurs several times, its "
         "slopes do not add up: `table[…] += …` keeps only the last one. Use np.add.at."),
        (slopes(job, mean=False), "The loss is a mean over the rows: divide by the batch."),
        (tuple(r / candidates.shape[1] for r in right), "Divide by the batch alone, not by the "
         "number of candidates as well."),
        (slopes(job, label=0.0), "True and made up are mixed up: y is 1 in column 0."),
        (slopes(job, use_sigmoid=False), "The sigmoid is missing: g = σ(s) − y."),
        (slopes(job, negatives=False), "Only the true pairs have a slope here; the negatives need "
         "theirs."),
        (lambda a: np.allclose(a[0], right[0], atol=1e-5) and np.shape(a[1]) == np.shape(right[1]),
         "The slopes of the words are right, those of the contexts are not. A context gets g · u."),
        (lambda a: np.allclose(a[1], right[1], atol=1e-5) and np.shape(a[0]) == np.shape(right[0]),
         "The slopes of the contexts are right, those of the words are not. A word gets the sum of "
         "g · v over its candidates."),
        (lambda a: np.shape(a[0]) != np.shape(right[0]), "The slopes have the shape of the tables: "
         "zeros in the rows of words that are not in the batch."),
    ]  # fmt: skip
    with hint("Axes: u (batch, units), v (batch, 1 + k, units), g (batch, 1 + k)."):
        answer = student.skip_gram_gradients(*job)
    if not (isinstance(answer, (tuple, list)) and len(answer) == 2):
        raise Wrong("Return two arrays: the slopes of the words and those of the contexts.")
    # Slopes measured with a step of 1e-5 keep some eight digits, float32 some six.
    expect(tuple(answer), tuple(right), causes=causes, rtol=1e-3, atol=1e-5)


def a_job(
    rng: np.random.Generator, num_words: int, units: int, batch: int, k: int, apart: bool = False
) -> Job:
    """Tables, words and candidates; `apart`: no word and no candidate twice."""
    tables = rng.normal(size=(2, num_words, units))
    if apart:
        words = rng.permutation(num_words)[:batch]
        candidates = rng.permutation(num_words)[: batch * (1 + k)].reshape(batch, 1 + k)
    else:
        words = rng.integers(1, max(2, num_words // 2), batch)
        candidates = rng.integers(1, num_words, (batch, 1 + k))
        words[-1], candidates[-1, 0] = words[0], candidates[0, -1]
    return tables[0], tables[1], words, candidates


@skip_gram_gradients.case("one row")
def _(student, reference, rng):
    ask_gradients(student, a_job(rng, 5, 2, 1, 2, apart=True))


@skip_gram_gradients.case("no word twice")
def _(student, reference, rng):
    ask_gradients(student, a_job(rng, 10, 3, 3, 2, apart=True))


@skip_gram_gradients.case("words and candidates that repeat", weight=3)
def _(student, reference, rng):
    ask_gradients(student, a_job(rng, 6, 3, 5, 2))
    job = a_job(rng, 6, 3, 4, 2)
    job[3][1] = job[3][1, 0]  # a true word that is also drawn twice as a negative
    ask_gradients(student, job)


@skip_gram_gradients.case("leaves the tables alone")
def _(student, reference, rng):
    job = a_job(rng, 6, 3, 4, 2)
    lent = [student.lend(table) for table in job[:2]]
    student.skip_gram_gradients(*lent, *job[2:])
    for name, table, after in zip(("word_table", "context_table"), job[:2], lent, strict=True):
        call, remedy = "skip_gram_gradients(…)", "Add up in new arrays, np.zeros_like(table)."
        require_unchanged(name, call, table, after, remedy)


@skip_gram_gradients.case("other sizes", weight=2, hidden=True)
def _(student, reference, rng):
    for sizes in ((4, 5, 7, 1), (8, 2, 3, 5), (3, 1, 6, 3)):
        ask_gradients(student, a_job(rng, *sizes))
