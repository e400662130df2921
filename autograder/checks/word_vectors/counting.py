"""Checks of exercises 1 and 2: counting words, and the sum of a context."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...expect import array, expect, hint, require
from ...spec import Check

count_words = Check("count_words")

Sentences = list[list[str]]


def counted(sentences: Sentences) -> dict[str, int]:
    """How often each word occurs, in the order in which they first occur."""
    found: dict[str, int] = {}
    for sentence in sentences:
        for word in sentence:
            found[word] = found.get(word, 0) + 1
    return found


def ask_count(student: Any, sentences: Sentences) -> None:
    count = counted(sentences)
    first_seen = sorted(count, key=lambda word: -count[word])
    words = sorted(first_seen, key=lambda word: (-count[word], word))
    answer = student.count_words(sentences)
    both = "Return two things: the list of words and the list of their counts."
    require(isinstance(answer, (tuple, list)) and len(answer) == 2, both, got=answer)
    got = answer[0]
    texts = isinstance(got, (list, tuple))
    require(texts, "The first of the two is a list of texts.", got=got)
    backwards = sorted(first_seen, key=lambda word: (count[word], word), reverse=True)
    in_sentences = {w: sum(w in s for s in sentences) for w in count}
    causes = [
        (sorted(count), "The words are in alphabetical order; the most frequent comes first."),
        (first_seen, "Words that are equally frequent come in alphabetical order, not in the order "
         "of the text. Sort by two things."),
        (backwards, "Words that are equally frequent come in alphabetical order; here they are "
         "turned around along with the counts."),
        (list(count), "The words are in the order of the text; the most frequent comes first."),
        (words[::-1], "The order is turned around: the most frequent word comes first."),
        (sorted(count, key=lambda word: (count[word], word)), "The rarest word comes first; the "
         "most frequent one should."),
        (sorted(count, key=lambda word: (-in_sentences[word], word)), "A word that occurs twice in "
         "a sentence counts twice."),
        (lambda a: len(a) < len(words), "Some words are missing: count those of all sentences."),
        (lambda a: set(a) != set(words), "These are not the words of the sentences, each once."),
    ]  # fmt: skip
    expect(list(got), words, causes=causes)
    counts = array(np.array(answer[1]) if isinstance(answer[1], (list, tuple)) else answer[1],
                   (len(words),), "the counts")  # fmt: skip
    right = np.array([count[word] for word in words], float)
    causes = [
        (np.array([in_sentences[w] for w in words], float), "A word that occurs twice in a "
         "sentence counts twice."),
        (right / right.sum(), "These are shares; return how often each word occurs."),
        (right[::-1], "The counts are not in the order of the words."),
        (np.array(list(count.values()), float), "The counts are not in the order of the words."),
    ]  # fmt: skip
    expect(counts, right, causes=causes, axes=("words",))


def made_up_words(rng: np.random.Generator, num: int) -> list[str]:
    """Different words, not in alphabetical order."""
    letters = list("abcdefghijklmnoprstuvwyz")
    words = {"".join(rng.choice(letters, 4)) for _ in range(3 * num)}
    return [str(word) for word in rng.permutation(sorted(words))[:num]]


@count_words.case("one sentence")
def _(student, reference, rng):
    a, b, c, d = sorted(made_up_words(rng, 4))
    ask_count(student, [[b, d, a, b, c, b, d]])


@count_words.case("equally frequent words", weight=2)
def _(student, reference, rng):
    a, b, c, d, e = sorted(made_up_words(rng, 5))
    ask_count(student, [[e, b, c, d], [b, a, e, c, e, b]])


@count_words.case("several sentences, one of them empty")
def _(student, reference, rng):
    a, b, c, d = sorted(made_up_words(rng, 4))
    ask_count(student, [[c, b, c], [], [a, d, a, d], [a]])


@count_words.case("a long text", weight=2, hidden=True)
def _(student, reference, rng):
    words = made_up_words(rng, 40)
    likely = rng.dirichlet(np.ones(40))
    lengths = rng.integers(0, 9, 200)
    ask_count(student, [[str(w) for w in rng.choice(words, n, p=likely)] for n in lengths])
    ask_count(student, [[words[0]]])


context_vectors = Check("context_vectors")


def times_shown(contexts: np.ndarray, num_words: int, first: int = 1) -> np.ndarray:
    """How often each word is in each context, (batch, num_words); those below `first` never."""
    shown = np.zeros((len(contexts), num_words))
    for row, context in enumerate(contexts):
        for word in context:
            shown[row, word] += word >= first
    return shown


def ask_sum(student: Any, table: np.ndarray, contexts: np.ndarray) -> None:
    shown = times_shown(contexts, len(table))
    right = shown @ table
    num_real = np.maximum((contexts != 0).sum(axis=1, keepdims=True), 1)
    places = contexts.shape[1]
    with_zero = times_shown(contexts, len(table), first=0) @ table
    causes = [
        (with_zero if (contexts == 0).any() else None, "Row 0 of the table was added: 0 is no "
         "word, and adds nothing."),
        (right / places if places > 1 else None, "That is the mean over the places; the vectors "
         "are summed."),
        (right / num_real if (num_real > 1).any() else None, "That is the mean over the words; "
         "the vectors are summed."),
        (with_zero / places if places > 1 else None, "That is the mean over the places; the "
         "vectors are summed."),
        ((shown > 0) @ table if (shown > 1).any() else None, "A word that is shown twice is added "
         "twice."),
        (table[contexts[:, 0]] if places > 1 else None, "Only the first place is used."),
        (times_shown(contexts[:, :2], len(table)) @ table if places > 2 else None, "Only the first "
         "two places are used; there may be any number."),
        (table[contexts[:, -1]] if places > 1 else None, "Only the last place is used."),
        (lambda a: np.shape(a) == (*contexts.shape, table.shape[1]), "The places are still there: "
         "sum over them, axis 1 of (batch, places, units)."),
        (lambda a: np.shape(a) == contexts.shape, "You summed over the units; sum over the "
         "places, axis 1 of (batch, places, units)."),
        (lambda a: np.shape(a) == (len(contexts), places * table.shape[1]), "The vectors of the "
         "places are side by side; they share one table and are added up."),
    ]  # fmt: skip
    with hint("Axes: table (num_words, units), contexts (batch, places)."):
        answer = student.context_vectors(table, contexts)
    expect(answer, right, causes=causes, axes=("batch", "units"), atol=1e-5)


def a_table(rng: np.random.Generator, num_words: int, units: int) -> np.ndarray:
    drawn: np.ndarray = rng.normal(size=(num_words, units)).astype(np.float32)
    return drawn


@context_vectors.case("two words each")
def _(student, reference, rng):
    num_words = int(rng.integers(6, 9))
    contexts = rng.integers(1, num_words, (3, 2)).astype(np.int32)
    contexts[0] = contexts[0, 0]
    ask_sum(student, a_table(rng, num_words, 4), contexts)


@context_vectors.case("no word adds nothing", weight=2)
def _(student, reference, rng):
    num_words = int(rng.integers(6, 9))
    contexts = rng.integers(1, num_words, (5, 3)).astype(np.int32)
    contexts[0, 0] = contexts[1, :2] = contexts[2] = 0
    contexts[3] = contexts[3, 0]
    ask_sum(student, a_table(rng, num_words, 4), contexts)


@context_vectors.case("its slope")
def _(student, reference, rng):
    table = a_table(rng, int(rng.integers(6, 9)), 3)
    contexts = rng.integers(0, len(table), (5, 4)).astype(np.int32)
    contexts[0], contexts[1] = 0, [2, 2, 0, 3]
    shown = times_shown(contexts, len(table))
    right = 2 * shown.T @ (shown @ table)
    both = times_shown(contexts, len(table), first=0)
    causes = [
        (2 * both.T @ (both @ table), "Row 0 of the table has a slope: it should add nothing."),
        (lambda a: np.all(np.asarray(a) == 0), "No slope comes back: use keras.ops all the way."),
        (lambda a: np.shape(a) == right.shape, "Keras can follow your function, but these are the "
         "slopes of another sum: get the other cases right first."),
    ]  # fmt: skip
    with hint("Keras can only differentiate what is made of keras.ops: no NumPy."):
        answer = student.table_slopes(table, contexts)
    # Sums of some twenty products in float32.
    expect(answer, right, causes=causes, axes=("num_words", "units"), atol=1e-4)


@context_vectors.case("other sizes", weight=2, hidden=True)
def _(student, reference, rng):
    for batch, places, num_words, units in ((1, 6, 9, 3), (7, 1, 5, 2), (4, 8, 3, 6)):
        contexts = rng.integers(0, num_words, (batch, places)).astype(np.int32)
        contexts[0, 0] = 0
        ask_sum(student, a_table(rng, num_words, units), contexts)
