"""Checks of exercises 12 and 13: labels as one-hot rows, scores as probabilities."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.special

from ...expect import expect, hint
from ...spec import Check
from ...verdict import forbid
from .activations import nan, sizes

one_hot = Check(
    "one_hot",
    rules=(
        forbid(
            "one_hot", "to_categorical", "get_dummies", "OneHotEncoder", "LabelBinarizer",
            "label_binarize", says="write one_hot with NumPy",
        ),
    ),
)  # fmt: skip


def ask_one_hot(student: Any, labels: np.ndarray, num_classes: int) -> None:
    """Compare with rows written one by one."""
    expected = np.zeros((len(labels), num_classes))
    for row, label in zip(expected, labels.tolist(), strict=True):
        row[label] = 1.0
    rows, columns = np.zeros_like(expected), np.zeros_like(expected)
    rows[labels[labels < len(rows)]], columns[:, labels] = 1.0, 1.0
    seen = np.unique(labels)
    causes = [
        (
            lambda a: a.shape == (len(labels), labels.max() + 1) and labels.max() + 1 < num_classes,
            "A column is missing: there is one per class, num_classes of them, also for classes "
            "that no label has.",
        ),
        (
            lambda a: a.shape == (len(labels), len(seen)) and len(seen) < num_classes,
            "A column is missing: there is one per class, also for classes that no label has.",
        ),
        (expected.T, "It is transposed: one row per example, one column per class."),
        (
            np.roll(expected, -1, axis=1),
            "The 1 stands one column too far left: labels start at 0, so label 0 is column 0.",
        ),
        (
            np.roll(expected, 1, axis=1),
            "The 1 stands one column too far right: labels start at 0, so label 0 is column 0.",
        ),
        (
            lambda a: a.shape == (len(labels), num_classes + 1),
            "There is one column too many: labels run from 0 to num_classes − 1.",
        ),
        (
            columns,
            "With `a[:, labels] = 1` you write into every row. Row i has one 1, at labels[i]: "
            "a[np.arange(len(labels)), labels] = 1.",
        ),
        (
            rows,
            "With `a[labels] = 1` you fill whole rows. Row i has one 1, at labels[i]: "
            "a[np.arange(len(labels)), labels] = 1.",
        ),
        (1 - expected, "Zeros and ones are exchanged: 1 marks the class."),
        (
            expected * labels[:, None],
            "The place is right, the value is not: write 1 there, not the label.",
        ),
        (
            lambda a: a.shape == expected.shape and np.array_equal(a, np.eye(*a.shape)),
            "This is an identity matrix. Row i depends on labels[i].",
        ),
    ]
    axes = ("batch", "classes")
    expect(student.one_hot(labels, num_classes), expected, axes=axes, causes=causes)


@one_hot.case("a few labels")
def _(student, reference, rng):
    num_classes = int(rng.integers(4, 6))
    labels = np.append(rng.permutation(num_classes), rng.integers(0, num_classes, 2))
    ask_one_hot(student, labels, num_classes)


@one_hot.case("classes that nobody has")
def _(student, reference, rng):
    labels = rng.choice([0, 2, 3], int(rng.integers(4, 7)))
    labels[:2] = 0, 2
    ask_one_hot(student, labels, int(rng.integers(7, 10)))


@one_hot.case("one example, as many as classes, many", hidden=True)
def _(student, reference, rng):
    num_classes = int(rng.integers(3, 7))
    ask_one_hot(student, rng.integers(0, num_classes - 1, 1), num_classes)
    ask_one_hot(student, np.append(rng.integers(1, num_classes, num_classes - 1), 0), num_classes)
    ask_one_hot(student, rng.integers(0, 12, int(rng.integers(30, 50))), 12)


softmax = Check(
    "softmax",
    rules=(
        forbid(
            "softmax", "log_softmax", "Softmax",
            says="write softmax with exp and a sum",
        ),
    ),
)  # fmt: skip


def ask_softmax(student: Any, logits: np.ndarray) -> None:
    """Compare with SciPy's softmax over the last axis."""
    right = scipy.special.softmax(logits, axis=-1)
    e = np.exp(logits)
    top = np.exp(logits - logits.max(axis=-1, keepdims=True))
    powers = np.power(2.0, logits - logits.max(axis=-1, keepdims=True))

    def rows_sum_to_1(a: Any) -> bool:
        return a.shape == right.shape and np.allclose(a.sum(axis=-1), 1.0, atol=1e-5)

    causes = [
        (
            lambda a: nan(a) and np.ptp(logits.max(axis=-1)) > 500,
            "NaN: some row underflowed to 0/0 or overflowed. Subtract from each row its own "
            "largest score (axis=-1, keepdims=True), not the largest of the whole batch.",
        ),
        (
            nan,
            "NaN: exp of a large score overflows to infinity. Subtract from each row its largest "
            "score first; the probabilities stay the same.",
        ),
        (e, "You forgot to divide by the sum of each row."),
        (
            scipy.special.softmax(logits),
            "You divided by the sum over the whole batch; every row must sum to 1: "
            "use axis=-1 and keepdims=True.",
        ),
        (
            scipy.special.softmax(logits, axis=0),
            "Every column sums to 1; every row should. The classes are the last axis: axis=-1.",
        ),
        (
            lambda a: a.shape == right.shape and len(a) == a.shape[1]
            and (np.allclose(a, e / e.sum(axis=-1)) or np.allclose(a, top / top.sum(axis=-1))),
            "Each row was divided by the sums of all rows: keepdims=True keeps sums in a column.",
        ),
        (np.log(right), "These are logarithms of probabilities; return the probabilities."),
        (scipy.special.expit(logits), "The sigmoid looks at each score alone; softmax compares "
         "the scores of a row, so that each row sums to 1."),
        (logits / logits.sum(axis=-1, keepdims=True), "The exponential is missing: exp(z) first."),
        (powers / powers.sum(axis=-1, keepdims=True), "The base is e, not 2: use np.exp."),
        (scipy.special.softmax(-logits, axis=-1), "The largest score gets the smallest "
         "probability: the exponent is z, not −z."),
        (1.0 * (right == right.max(axis=-1, keepdims=True)), "This is the hard maximum, 0 or 1; "
         "softmax gives every class a share."),
        (
            lambda a: rows_sum_to_1(a) and np.abs(logits).max() > 500,
            "The rows sum to 1, but the shares are wrong. Cutting large scores off (np.clip) makes "
            "them equal; subtracting the row's largest keeps their differences.",
        ),
    ]  # fmt: skip
    with hint("Work along the last axis; keepdims=True keeps a row's sum or largest in its row."):
        answer = student.softmax(logits)
    expect(answer, right, axes=("batch", "classes"), causes=causes)


@softmax.case("a batch", weight=2)
def _(student, reference, rng):
    ask_softmax(student, rng.normal(size=sizes(rng, 2)))


@softmax.case("large scores")
def _(student, reference, rng):
    shape = sizes(rng, 2)
    ask_softmax(student, 1000.0 * rng.choice([1.0, 2.0]) + rng.normal(size=shape))


@softmax.case("a row far below another", weight=2)
def _(student, reference, rng):
    batch, classes = sizes(rng, 2)
    levels = np.linspace(-1500.0, 1500.0, batch)[:, None]
    ask_softmax(student, rng.permutation(levels) + rng.normal(size=(batch, classes)))


@softmax.case("as many examples as classes, one example", hidden=True)
def _(student, reference, rng):
    size = int(rng.integers(3, 7))
    ask_softmax(student, rng.normal(size=(size, size)))
    ask_softmax(student, 5.0 * rng.normal(size=(1, size)))
    ask_softmax(student, rng.normal(size=(1, 1)))
