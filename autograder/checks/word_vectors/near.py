"""Checks of exercises 5 and 12: nearest words by cosine, and analogies."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...expect import array, expect, hint, require, require_unchanged
from ...spec import Check

nearest_words = Check("nearest_words")

REMEDY = "No `vectors /= …`: divide into a new array."


def cosine(a: np.ndarray, b: np.ndarray) -> float:
    lengths = float(np.linalg.norm(a) * np.linalg.norm(b))
    return float(a @ b) / lengths if lengths > 0 else 0.0


def ranked(vectors: np.ndarray, words: Any, k: int, score: Any, itself: bool = False) -> np.ndarray:
    """By a score of two vectors, best first, one word after the other: (batch, k)."""
    rows = []
    for word in words:
        others = [n for n in range(len(vectors)) if itself or n != word]
        rows.append(sorted(others, key=lambda n: -score(vectors[word], vectors[n]))[:k])
    return np.array(rows, float)


def ask_nearest(student: Any, vectors: np.ndarray, words: np.ndarray, k: int) -> None:
    right = ranked(vectors, words, k, cosine)
    more = ranked(vectors, words, len(vectors), cosine)
    causes = [
        (ranked(vectors, words, k, cosine, itself=True), "The word itself is in the answer: leave "
         "it out, the next k are wanted."),
        (ranked(vectors, words, k, lambda a, b: float(a @ b)), "That is by the plain product: long "
         "vectors win. Divide by both lengths."),
        (ranked(vectors, words, k, lambda a, b: -float(np.sum((a - b) ** 2))), "That is by "
         "distance; the cosine looks at the direction alone."),
        (ranked(vectors, words, k, lambda a, b: abs(cosine(a, b))), "A cosine of −1 is the "
         "opposite direction, not a near one: no absolute value."),
        (right[:, ::-1], "The order is turned around: the nearest comes first."),
        (more[:, ::-1][:, :k], "These are the farthest words: np.argsort sorts upwards."),
        (ranked(vectors, words, k, lambda a, b: -cosine(a, b)), "These are the farthest words: "
         "np.argsort sorts upwards."),
        (right.T, "The axes are swapped: one row for each word asked about."),
        (np.tile(right[:1], (len(words), 1)) if len(words) > 1 else None, "Every row is the answer "
         "for the first word."),
        (np.sort(right, axis=1), "The right words, but sorted by number: the nearest comes first."),
        (lambda a: np.shape(a) == (k,) and len(words) == 1, "Return one row for each word asked "
         "about, also where there is only one."),
        (lambda a: isinstance(a, np.ndarray) and a.shape == right.shape
         and (~vectors.any(axis=1)).any(), "A row of zeros "
         "has the cosine 0 with every word: 0/0 is NaN, and NaN sorts anywhere. Divide by 1 "
         "where a length is 0."),
    ]  # fmt: skip
    with hint("Axes: vectors (num_words, units), words (batch,), the answer (batch, k)."):
        answer = student.nearest_words(vectors, words, k)
    expect(answer, right, causes=causes, axes=("batch", "k"), rtol=0, atol=0)


def some_vectors(rng: np.random.Generator, num_words: int, units: int) -> np.ndarray:
    """Vectors of very different lengths."""
    drawn = rng.normal(size=(num_words, units)) * np.exp(rng.normal(scale=1.2, size=(num_words, 1)))
    return np.asarray(drawn)


@nearest_words.case("by direction, not by length")
def _(student, reference, rng):
    turns = np.cumsum(rng.uniform(0.1, 0.4, 6))
    lengths = rng.permutation([0.2, 1.0, 3.0, 0.7, 5.0, 2.0])
    vectors = np.stack([np.cos(turns), np.sin(turns)], axis=1) * lengths[:, None]
    vectors = vectors[rng.permutation(6)]
    ask_nearest(student, vectors, np.array([int(rng.integers(6))]), 3)


@nearest_words.case("a batch", weight=2)
def _(student, reference, rng):
    num_words = int(rng.integers(12, 18))
    ask_nearest(student, some_vectors(rng, num_words, 4), rng.permutation(num_words)[:5], 3)


@nearest_words.case("a row of zeros", weight=2)
def _(student, reference, rng):
    vectors = some_vectors(rng, 7, 3)
    vectors[2] = 0
    with_opposite = np.concatenate([vectors, -vectors[4:5] * 3], axis=0)
    ask_nearest(student, with_opposite, np.array([4, 6, 0]), 7)


@nearest_words.case("a twin")
def _(student, reference, rng):
    vectors = some_vectors(rng, 8, 3)
    vectors[1] = unit_rows(vectors[1])
    vectors[5] = 30 * vectors[1]
    aside = rng.normal(size=3)
    vectors[7] = 100 * (vectors[1] + 0.5 * aside / np.linalg.norm(aside))
    answer = student.nearest_words(vectors, np.array([1, 5]), 2)
    got = array(answer, (2, 2), "the nearest words")
    words = "Rows 1 and 5 have the same direction, so each is the other's nearest. Compare "
    words += "directions, and leave out the word itself by its number, not all with a cosine of 1."
    require(
        not np.any(got == [[1], [5]]), "The word itself is in the answer: leave it out.", got=got
    )
    require(got[0, 0] == 5 and got[1, 0] == 1, words, got=got)


@nearest_words.case("other sizes, its argument left alone", weight=2, hidden=True)
def _(student, reference, rng):
    for num_words, units, batch, k in ((40, 7, 9, 5), (3, 2, 3, 2), (25, 12, 1, 24)):
        words = rng.permutation(num_words)[:batch]
        ask_nearest(student, some_vectors(rng, num_words, units), words, k)
    vectors = some_vectors(rng, 9, 3)
    vectors[0] = 0
    ask_nearest(student, vectors, np.array([3, 8, 3]), 8)
    lent = student.lend(vectors)
    student.nearest_words(lent, np.array([3]), 2)
    require_unchanged("vectors", "nearest_words(vectors, words, 2)", vectors, lent, REMEDY)


analogy = Check("analogy")


def unit_rows(vectors: np.ndarray) -> np.ndarray:
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.where(lengths > 0, lengths, 1))


def answers(
    vectors: np.ndarray, questions: np.ndarray, signs: tuple[int, int, int] = (-1, 1, 1), *,
    unit: bool = True, out: tuple[int, ...] = (0, 1, 2), score: Any = cosine, also: Any = (),
) -> np.ndarray:  # fmt: skip
    """One question after the other: (batch,). One thing may be wrong, for causes."""
    table = unit_rows(vectors) if unit else vectors
    found = []
    for question in questions:
        target = sum(sign * table[word] for sign, word in zip(signs, question, strict=True))
        scores = [score(target, row) for row in table]
        for place in out:
            scores[question[place]] = -np.inf
        for word in also:
            scores[word] = -np.inf
        found.append(int(np.argmax(scores)))
    return np.array(found, float)


def ask_analogy(student: Any, vectors: np.ndarray, questions: np.ndarray) -> None:
    right = answers(vectors, questions)

    def other(wrong: np.ndarray) -> np.ndarray | None:
        return None if np.array_equal(wrong, right) else wrong

    def distance(a: np.ndarray, b: np.ndarray) -> float:
        return -float(np.sum((a - b) ** 2))

    causes = [
        (other(answers(vectors, questions, out=())), "The answer is one of the words in the "
         "question: leave a, b and c out."),
        (other(answers(vectors, questions, out=(2,))), "The answer is a word of the question: "
         "leave a and b out as well."),
        (other(answers(vectors, questions, out=(1, 2))), "The answer is a word of the question: "
         "leave a out as well."),
        (other(answers(vectors, questions, out=(0, 1))), "The answer is a word of the question: "
         "leave c out as well."),
        (other(answers(vectors, questions, unit=False)), "The vectors have different lengths, so "
         "long ones rule the sum: divide each by its length before you add."),
        (other(answers(vectors, questions, (0, 0, 1))), "That is the neighbour of c; the step from "
         "a to b is missing."),
        (other(answers(vectors, questions, (1, -1, 1))), "The step goes the wrong way, from b to "
         "a: the sum is b − a + c."),
        (other(answers(vectors, questions, (1, 1, -1))), "The signs are mixed up: the sum is "
         "b − a + c."),
        (other(answers(vectors, questions, (1, 1, 1))), "Nothing is subtracted: the sum is "
         "b − a + c."),
        (other(answers(vectors, questions, unit=False, score=lambda a, b: float(a @ b))),
         "The vectors were not divided by their lengths."),
        (other(answers(vectors, questions, score=distance)), "That is by distance; take the "
         "cosine to the sum."),
        (other(answers(vectors, questions, score=lambda a, b: -cosine(a, b))), "That is the "
         "farthest word."),
        (lambda a: np.shape(a) == right.shape and not vectors[a].any(), "Mind the row of zeros: "
         "0/0 is NaN, and argmax takes NaN for the largest. Divide by 1 where a length is 0."),
        (other(answers(vectors, questions, also=questions.ravel())), "Each question leaves out its "
         "own three words, not those of all questions: one index for the row, one for the word."),
        (lambda a: np.shape(a) == (*right.shape, len(vectors)), "Return the number of one word "
         "for each question, not all cosines."),
        (lambda a: np.ndim(a) == 0, "One answer for each question: (batch,)."),
    ]  # fmt: skip
    with hint("Axes: vectors (num_words, units), a, b and c (batch,)."):
        answer = student.analogy(vectors, *questions.T)
    expect(answer, right, causes=causes, axes=("batch",), rtol=0, atol=0)


def boxes(rng: np.random.Generator, num: int, units: int, noise: float = 0.05) -> np.ndarray:
    """Parallelograms on the unit sphere, roughly; lengths differ: (4 * num, units)."""
    corners = []
    for _ in range(num):
        start, across, up = rng.normal(size=(3, units)) * [[1.0], [0.5], [0.5]]
        corners += [start, start + across, start + up, start + across + up]
    vectors = unit_rows(np.array(corners) + noise * rng.normal(size=(4 * num, units)))
    return np.asarray(vectors * rng.uniform(0.2, 5, (4 * num, 1)))


def asked_of(rng: np.random.Generator, num_words: int, num: int) -> np.ndarray:
    """Questions of three different words each: (num, 3)."""
    return np.array([rng.permutation(num_words)[:3] for _ in range(num)])


@analogy.case("one question")
def _(student, reference, rng):
    axes = np.linalg.qr(rng.normal(size=(6, 6)))[0]
    a, b, c = axes[0], axes[1], unit_rows(axes[0] + axes[2])
    others = [a - b + c, 5 * b - 0.2 * a + 2 * c, c + 0.1 * axes[3], b - a + c + 2 * axes[4]]
    rows = unit_rows(np.array([a, b, c, b - a + c, *others]))
    lengths = np.array([0.2, 5, 2, 1, 1, 1, 1, 60])
    order = rng.permutation(8)
    vectors = (rows * lengths[:, None])[order]
    ask_analogy(student, vectors, np.argsort(order)[None, :3])


@analogy.case("a batch of questions", weight=2)
def _(student, reference, rng):
    vectors = boxes(rng, 6, 5)
    corners = [[n, n + 1, n + 2] for n in range(0, 24, 4)]
    ask_analogy(student, vectors, np.concatenate([corners, asked_of(rng, len(vectors), 20)]))


@analogy.case("the words of the question are nearest", weight=2)
def _(student, reference, rng):
    vectors = rng.normal(size=(12, 8))  # far apart: b - a + c is nearest to b and to c
    vectors[:3] += 2 * rng.normal(size=8)
    ask_analogy(student, vectors, asked_of(rng, 12, 30))


@analogy.case("a row of zeros")
def _(student, reference, rng):
    vectors = boxes(rng, 4, 5)
    vectors[0] = 0
    ask_analogy(student, vectors, asked_of(rng, 15, 10) + 1)


@analogy.case("many words of all lengths", weight=2, hidden=True)
def _(student, reference, rng):
    for num_words, units in ((50, 4), (9, 11), (200, 3)):
        vectors = some_vectors(rng, num_words, units)
        ask_analogy(student, vectors, asked_of(rng, num_words, 40))
    vectors = some_vectors(rng, 20, 6)
    lent = student.lend(vectors)
    student.analogy(lent, *asked_of(rng, 20, 3).T)
    require_unchanged("vectors", "analogy(vectors, a, b, c)", vectors, lent, REMEDY)
