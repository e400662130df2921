"""Checks of exercises 3 and 4: a split, and scaling that does not leak."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...expect import array, expect, require
from ...spec import Check, Wrong

split_examples = Check("split_examples")


def ask_split(student: Any, num: int, seed: int) -> list[np.ndarray]:
    """The three parts, each an int array of the right size."""
    answer = student.split_examples(num, seed)
    require(
        isinstance(answer, (tuple, list)) and len(answer) == 3,
        "Return three arrays: `return train, validation, test`.",
        got=answer,
    )
    parts = []
    fifth = num // 5
    for name, part, size in zip(
        ("train", "validation", "test"), answer, (num - 2 * fifth, fifth, fifth), strict=True
    ):
        values = array(part, None, name)
        require(values.ndim == 1, f"The part {name} should have one axis.", got=part)
        words = f"The part {name} has the wrong size: num // 5 each for validation and test, all "
        words += "others for training."
        if len(values) != size:
            raise Wrong(words, got=f"{len(values)} examples", expected=f"{size} examples")
        parts.append(values)
    return parts


def require_each_once(num: int, parts: list[np.ndarray]) -> None:
    everything = np.sort(np.concatenate(parts))
    if np.array_equal(everything, np.arange(num)):
        return
    doubled = len(np.unique(everything)) < num
    words = "The numbers should be 0 to num - 1; some are outside."
    if everything.min() >= 1 and everything.max() == num:
        words = "The numbers start at 0, not at 1."
    elif doubled:
        words = (
            "Some examples are in two parts, or twice in one. Cut one permutation: a second draw "
            "of lots, or a draw with replacement, puts training examples into the test."
        )
    raise Wrong(words)


@split_examples.case("the sizes")
def _(student, reference, rng):
    for num in (int(rng.integers(20, 40)) * 5, int(rng.integers(8, 16)) * 5 + 4):
        ask_split(student, num, int(rng.integers(1000)))


@split_examples.case("each example in one part", weight=2)
def _(student, reference, rng):
    num = int(rng.integers(10, 16)) * 5 + 3
    require_each_once(num, ask_split(student, num, int(rng.integers(1000))))


@split_examples.case("lots are drawn")
def _(student, reference, rng):
    num, seed = int(rng.integers(12, 18)) * 5, int(rng.integers(1000))
    first, again = ask_split(student, num, seed), ask_split(student, num, seed)
    for before, after in zip(first, again, strict=True):
        require(
            np.array_equal(np.sort(before), np.sort(after)),
            "The same seed gave other parts the second time: np.random.default_rng(seed).",
        )
    test = np.sort(first[2])
    require(
        not np.array_equal(test, np.arange(test[0], test[0] + len(test))),
        "The test examples are neighbours in the file. Files are sorted: permute first.",
    )
    other = ask_split(student, num, seed + 1)
    require(
        not np.array_equal(np.sort(first[2]), np.sort(other[2])),
        "Another seed gave the same parts: does your function use its seed?",
    )


@split_examples.case("few, many and every place reached", weight=2, hidden=True)
def _(student, reference, rng):
    seen = np.zeros((3, 12), bool)
    for seed in rng.choice(10_000, 160, replace=False):
        parts = ask_split(student, 12, int(seed))
        require_each_once(12, parts)
        for row, part in zip(seen, parts, strict=True):
            row[part.astype(int)] = True
    require(seen.all(), "Over many seeds some examples never reach some part: permute all of them.")
    num = int(rng.integers(500, 1000))
    require_each_once(num, ask_split(student, num, int(rng.integers(1000))))
    require_each_once(5, ask_split(student, 5, int(rng.integers(1000))))


standardized = Check("standardized")


def scaled(x: np.ndarray, by: np.ndarray, ddof: int = 0, axis: int | None = 0) -> Any:
    mean, std = by.mean(axis=axis), by.std(axis=axis, ddof=ddof)
    return (x - mean) / np.where(std > 0, std, 1.0)


def ask_scaling(student: Any, train: np.ndarray, new: np.ndarray) -> None:
    """Compare with the definition, one feature and one number at a time."""
    right = np.zeros_like(train), np.zeros_like(new)
    for k in range(train.shape[1]):
        mean = sum(train[:, k]) / len(train)
        variance = sum((train[:, k] - mean) ** 2) / len(train)
        for out, x in zip(right, (train, new), strict=True):
            out[:, k] = (x[:, k] - mean) / (np.sqrt(variance) if np.ptp(train[:, k]) > 0 else 1.0)
    both = np.concatenate([train, new])
    mean, std = train.mean(axis=0), train.std(axis=0)
    kept = np.where(std > 0, std, 1.0)
    leak = "It leaks: mean and standard deviation come from the training examples alone."
    causes = [
        (
            lambda a: any(np.any(~np.isfinite(part)) for part in a),
            "NaN or infinity: a feature that is constant in `train` has standard deviation 0. "
            "Divide it by 1.",
        ),
        ((scaled(train, both), scaled(new, both)), leak),
        ((scaled(train, both, 1), scaled(new, both, 1)), leak),
        (lambda a: np.allclose(a[1], (new - both.mean(axis=0)) / kept), leak),
        (
            (right[0], scaled(new, new)),
            "It leaks: `new` was scaled by its own mean and deviation. The model was trained on "
            "the training examples' scale, so use theirs.",
        ),
        ((right[0], new), "The new examples came back as they were: scale them "
         "like the training examples."),
        (
            (scaled(train, train, axis=None), scaled(new, train, axis=None)),
            "One mean for the whole table: take one per feature (axis=0).",
        ),
        (((train - mean), (new - mean)), "Divide by the standard deviation as well."),
        (((train - mean) / kept**2, (new - mean) / kept**2), "That is division by the variance; "
         "take the standard deviation, its root."),
        ((train / kept, new / kept), "Subtract the mean first."),
        ((scaled(train, train, 1), scaled(new, train, 1)), "Divide by n inside the deviation, not "
         "by n − 1 (ddof=0, NumPy's default)."),
        (
            lambda a: np.allclose(a[0], (train - mean) / (std + 1e-2), rtol=0.05),
            "Nearly right: was something added to the standard deviation? Divide by it exactly, "
            "and by 1 where it is 0.",
        ),
        ((right[1], right[0]), "The order is turned around: first train, then new."),
        (lambda a: isinstance(a, np.ndarray), "Return two arrays: `return train, new`."),
    ]  # fmt: skip
    answer = student.standardized(train, new)
    expect(answer, right, causes=causes, axes=("examples", "features"))


def table(rng: np.random.Generator, rows: int, features: int) -> Any:
    scales: np.ndarray = 10.0 ** rng.uniform(-1, 2, features)
    return rng.normal(size=(rows, features)) * scales + 3 * scales * rng.normal(size=features)


@standardized.case("new examples from elsewhere", weight=2)
def _(student, reference, rng):
    features = int(rng.integers(2, 5))
    train = table(rng, int(rng.integers(5, 9)), features)
    ask_scaling(student, train, 2 * table(rng, 3, features) + 5)


@standardized.case("one new example")
def _(student, reference, rng):
    train = table(rng, int(rng.integers(5, 9)), 3)
    ask_scaling(student, train, table(rng, 1, 3))


@standardized.case("a feature that is constant in training")
def _(student, reference, rng):
    train, new = table(rng, 6, 3), table(rng, 4, 3)
    train[:, 1] = float(rng.integers(2, 9))
    ask_scaling(student, train, new)


@standardized.case("new examples have no influence", weight=2, hidden=True)
def _(student, reference, rng):
    features = int(rng.integers(2, 6))
    train, new = table(rng, 30, features), table(rng, 20, features)
    ask_scaling(student, train, new)
    ask_scaling(student, train, 1000 * new)
    lent, lent_new = student.lend(train), student.lend(new)
    student.standardized(lent, lent_new)
    unchanged = np.array_equal(np.asarray(lent.tolist()), train)
    unchanged &= np.array_equal(np.asarray(lent_new.tolist()), new)
    words = "Your function changed its arguments themselves: make new arrays, no `train -= …`."
    require(unchanged, words)
