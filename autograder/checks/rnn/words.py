"""Checks of exercises 1 and 6: words as numbers, and the masked loss."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np

from ...expect import expect, hint
from ...spec import Check

WORDS = "arrive leave on Taipei Boston Lima the is we old sunny May June 2nd 7th to from".split()

one_of_n = Check("one_of_n")


def ask_words(student: Any, words: list[str], vocabulary: list[str]) -> None:
    known = [word in vocabulary for word in words]
    table = np.array([[float(word == v) for v in vocabulary] for word in words])
    table = table.reshape(len(words), len(vocabulary))
    right = np.column_stack([table, [0.0 if k else 1.0 for k in known]])
    order = sorted(set(vocabulary))
    by_order = np.array([[float(word == v) for v in order] for word in words])
    causes = [
        (table, "The column for other words is missing: N + 1 columns, the last one is theirs."),
        (
            np.column_stack([table, np.zeros(len(words))]),
            "An unknown word has no 1 anywhere: it belongs into the last column.",
        ),
        (
            np.roll(right, 1, axis=1),
            "The column of other words is the first; make it the last.",
        ),
        (right[known], "Unknown words are left out; they get a row too, with a 1 at the end."),
        (right.T, "Rows and columns are swapped: one row per word of the request."),
        (right.sum(axis=0), "The rows are added up, so the order of the words is lost. Keep a row "
         "per word."),
        (right.argmax(axis=1), "These are the numbers of the columns; put a 1 there in a row of "
         "zeros."),
        (
            np.column_stack([by_order, right[:, -1]]),
            "The columns are in alphabetical order; keep the order of the vocabulary.",
        ),
        (
            lambda a: np.shape(a) == right.shape and np.sum(a) > len(words),
            "Some rows hold more than a single 1. Does each word get a row of its own?",
        ),
        (
            lambda a: np.shape(a) == right.shape
            and np.array_equal(np.asarray(a)[known], right[known]),
            "The known words are right. Where does an unknown word get its 1? In the last column.",
        ),
    ]  # fmt: skip
    with hint("A word may be missing from the vocabulary: it then has the last column."):
        expect(student.one_of_n(words, vocabulary), right, causes=causes, axes=("steps", "N + 1"))


def drawn(rng: np.random.Generator, words: int, known: int) -> tuple[list[str], list[str]]:
    """Words, of which some are in the vocabulary and one, not the first or last, is not."""
    vocabulary = [str(w) for w in rng.permutation(WORDS)[:known]]
    chosen = [str(w) for w in rng.choice(vocabulary, words)]
    return chosen, vocabulary


@one_of_n.case("the example")
def _(student, reference, rng):
    ask_words(student, ["arrive", "Nuuk"], ["arrive", "on"])


@one_of_n.case("known words, one of them twice")
def _(student, reference, rng):
    words, vocabulary = drawn(rng, 4, 6)
    vocabulary = sorted(vocabulary, reverse=True)
    ask_words(student, [*words, words[0]], vocabulary)


@one_of_n.case("words it has never seen", weight=2)
def _(student, reference, rng):
    words, vocabulary = drawn(rng, 5, 7)
    words[2], words[4] = "Nuuk", "Keelung"
    ask_words(student, words, vocabulary)


@one_of_n.case("a long request", weight=2, hidden=True)
def _(student, reference, rng):
    words, vocabulary = drawn(rng, 13, int(rng.integers(4, 9)))
    for place in rng.choice(13, 3, replace=False):
        words[place] = f"{words[place]}ville"
    ask_words(student, words, vocabulary)
    ask_words(student, ["Nuuk"], vocabulary)


slot_loss = Check("slot_loss")


def losses_of(logits: np.ndarray, slots: np.ndarray) -> np.ndarray:
    """Cross-entropy of every place by Keras, whose softmax is its own; (batch, steps)."""
    sure = keras.ops.sparse_categorical_crossentropy(
        keras.ops.convert_to_tensor(np.maximum(slots, 0)),
        keras.ops.convert_to_tensor(logits.astype("float32")),
        from_logits=True,
    )
    return np.asarray(keras.ops.convert_to_numpy(sure), np.float64)


def ask_loss(student: Any, logits: np.ndarray, slots: np.ndarray, rtol: float = 1e-4) -> None:
    each, mask = losses_of(logits, slots), slots >= 0
    probs = np.exp(-each)
    right = float((each * mask).sum() / len(slots))
    over_steps = np.logaddexp.reduce(logits, axis=1, keepdims=True) - logits
    over_steps = np.take_along_axis(over_steps, np.maximum(slots, 0)[..., None], 2)[..., 0]
    last = np.where(mask, each, losses_of(logits, np.where(mask, slots, logits.shape[2] - 1)))
    causes = [
        (
            lambda a: not np.all(np.isfinite(a)),
            "NaN or infinity came back: exp of a large score overflows. Subtract the largest score "
            "of each word first.",
        ),
        (
            float(each.sum() / len(slots)),
            "The empty places are counted as words. Multiply their loss by 0.",
        ),
        (
            float(last.sum() / len(slots)),
            "The empty places are counted: -1 is an index too, the last class. Multiply their "
            "loss by 0.",
        ),
        (
            float((each * mask).sum() / mask.sum()),
            "You averaged over the words. Sum over the words of a request, then average over the "
            "requests.",
        ),
        (
            float((each * mask).sum() / slots.size),
            "You averaged over all places. Sum over the words, average over the requests only.",
        ),
        (float((each * mask).sum()), "The mean over the requests is missing: divide by the batch."),
        (
            float(((each * mask).sum(axis=1) / mask.sum(axis=1)).mean()),
            "You averaged over the words of each request; sum over them.",
        ),
        (
            float((over_steps * mask).sum() / len(slots)),
            "The softmax goes over the classes, the last axis, not over the steps.",
        ),
        (-right, "The sign is turned around: a loss is minus the log of a probability."),
        ((each * mask).sum(axis=1), "Average over the requests: one number for the whole batch."),
        (each * mask, "Sum over the words and average over the requests: one number."),
        (
            float(-(probs * mask).sum() / len(slots)),
            "The log is missing: the sum is over -log p, not over p.",
        ),
        (
            float((each * (slots > 0)).sum() / len(slots)),
            "Slot 0 is a class as any other, and its words count: the mask is slots >= 0.",
        ),
    ]
    words = "Is everything of shape (batch, steps)? -1 is no class: mask it before you pick."
    with hint(words):
        expect(student.slot_loss(logits, slots), right, causes=causes, rtol=rtol)


def padded(rng: np.random.Generator, batch: int, steps: int, classes: int) -> np.ndarray:
    """Slots of requests of different lengths, one of them full; every class is possible."""
    slots = rng.integers(0, classes, (batch, steps))
    slots[:, 0] = 0
    for row in range(1, batch):
        slots[row, rng.integers(1, steps) :] = -1
    return slots


@slot_loss.case("the example")
def _(student, reference, rng):
    ask_loss(student, np.zeros((2, 5, 2)), np.array([[0, 1, 1, -1, -1], [1, -1, -1, -1, -1]]))


@slot_loss.case("requests of different lengths", weight=2)
def _(student, reference, rng):
    ask_loss(student, rng.normal(size=(3, 5, 4)), padded(rng, 3, 5, 4))


# Whole numbers, which float32 holds exactly; exp of the largest overflows in any precision.
@slot_loss.case("very large scores")
def _(student, reference, rng):
    logits = np.round(rng.normal(scale=400, size=(2, 4, 3))) + 1000.0
    logits[:, 0, 0] -= 3000.0  # slot 0 is unlikely there, and costs something for sure
    slots = rng.integers(0, 3, (2, 4))
    slots[:, 0] = 0
    ask_loss(student, logits, slots)


@slot_loss.case("what stands in empty places does not matter", weight=2, hidden=True)
def _(student, reference, rng):
    slots = padded(rng, 4, 7, 3)
    logits = rng.normal(size=(4, 7, 3))
    ask_loss(student, logits, slots)
    ask_loss(student, logits + 30.0 * (slots < 0)[:, :, None] * rng.normal(size=(4, 7, 3)), slots)
    ask_loss(student, logits[:1, :1], slots[:1, :1])
