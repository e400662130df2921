"""Checks of exercises 4 and 5: damaged images, and the clean ones beside them."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...expect import array, expect, hint, require, require_unchanged
from ...spec import Check

corrupt = Check("corrupt")
denoising_pairs = Check("denoising_pairs")


def ask_corrupt(student: Any, rng: np.random.Generator, x: np.ndarray, share: float) -> np.ndarray:
    """The holes, a bool array of the shape of x, whose numbers are all above 0."""
    seed = int(rng.integers(10_000))
    answer = array(student.corrupt(x, share, seed), x.shape)
    holes: np.ndarray = answer == 0
    kept = np.where(holes, x, answer)
    asked = f"corrupt(x, {share:.2g}, seed)"
    if not np.allclose(kept, x, rtol=1e-4):
        scaled = np.allclose(kept[~holes], x[~holes] / (1 - share), rtol=1e-3)
        words = "What is left should stay as it is."
        if scaled:
            words += " You divided it by 1 − share, as dropout does."
        elif not holes.any():
            words = "Nothing was set to 0: masking removes numbers, it does not add noise."
        require(False, words, asked=asked, got=answer)
    return holes


@corrupt.case("zeros, and the rest as it is")
def _(student, reference, rng):
    ask_corrupt(student, rng, rng.uniform(1, 2, (int(rng.integers(4, 7)), 9)), 0.5)


def require_own_throws(holes: np.ndarray) -> None:
    # Independent throws spread by less than 0.08; whole rows or columns by 0.4 or more.
    words = "Whole images are gone: throw for every pixel, not once per image."
    require(holes.mean(axis=1).std() < 0.2, words)
    words = "All images have the same holes: throw anew for every image, with the shape of x."
    require(holes.mean(axis=0).std() < 0.2, words)


@corrupt.case("the share is right", weight=2)
def _(student, reference, rng):
    for share in (0.2, 0.7):
        holes = ask_corrupt(student, rng, rng.uniform(1, 2, (90, 70)), share)
        require_own_throws(holes)
        found = float(holes.mean())
        words = "Another share of the numbers became 0."
        if abs(found - (1 - share)) < 0.04:
            words = "You kept the share that should be removed."
        # The standard error of 6,300 throws is 0.006; five of them.
        require(
            abs(found - share) < 0.03, words, asked=f"share {share}", got=f"{found:.2f} became 0"
        )


@corrupt.case("every number has its own throw", weight=2)
def _(student, reference, rng):
    require_own_throws(ask_corrupt(student, rng, rng.uniform(1, 2, (60, 50)), 0.4))


@corrupt.case("the seed decides, the argument stays")
def _(student, reference, rng):
    x = rng.uniform(1, 2, (8, 12))
    lent = student.lend(x)
    first = array(student.corrupt(lent, 0.5, 3), x.shape)
    require_unchanged("x", "corrupt(x, 0.5, 3)", x, lent, "Multiply into a new array, or copy it.")
    again, other = (array(student.corrupt(x, 0.5, seed), x.shape) for seed in (3, 4))
    require(
        np.array_equal(first, again),
        "The same seed gave other holes the second time: make the generator from the seed.",
    )
    require(not np.array_equal(first, other), "Another seed gave the same holes: use it.")


@corrupt.case("all or nothing, float32", hidden=True)
def _(student, reference, rng):
    x = rng.uniform(1, 2, (5, 7)).astype(np.float32)
    require(not ask_corrupt(student, rng, x, 0.0).any(), "With share 0 everything stays.")
    require(ask_corrupt(student, rng, x, 1.0).all(), "With share 1 nothing stays.")


def ask_pairs(student: Any, damage: Any, x: np.ndarray, copies: int, seed: int, right: Any) -> None:
    """`right` are the damaged copies, a list of `copies` arrays of the shape of x."""
    with hint("Axes: (copies * n, features), copy after copy."):
        answer = student.denoising_pairs(x, damage, copies, seed)
    two = isinstance(answer, (list, tuple)) and len(answer) == 2
    require(two, "Return two arrays: inputs and targets.", got=answer)
    inputs, clean = np.concatenate(right), np.concatenate([x] * copies)
    by_image = np.repeat(x, copies, axis=0)
    same = np.concatenate([right[0]] * copies)
    causes = [
        (clean, "The inputs are clean: it is they that should be damaged."),
        (same, "All copies are damaged alike: copy number i takes the seed seed + i."),
        (np.stack(right, axis=1).reshape(inputs.shape), "The order is another one: first all "
         "images, then all images again."),
        (lambda a: a.shape == x.shape and copies > 1, "Only one copy came back: make as many as "
         "`copies` says."),
        (lambda a: a.shape == (copies, *x.shape), "There is an axis for the copies: concatenate "
         "them to (copies * n, features)."),
        (lambda a: a.shape == inputs.shape, "The inputs are damaged in another way: copy number i, "
         "from 0, is damage(x, seed + i)."),
    ]  # fmt: skip
    asked = f"inputs of {copies} copies"
    axes = ("copies * n", "features")
    expect(answer[0], inputs, causes=causes, axes=axes, asked=asked, rtol=1e-3, atol=1e-5)
    causes = [
        (inputs, "The targets are damaged, too: the network is to find the clean images."),
        (by_image, "The targets are in another order than the inputs: repeat the whole array, not "
         "each image (np.tile with (copies, 1))."),
        (x, "There are targets for one copy only: repeat them for each."),
        (lambda a: a.shape == (len(x), copies * x.shape[1]), "The copies stand side by side: "
         "repeat along axis 0."),
    ]  # fmt: skip
    asked = f"targets of {copies} copies"
    expect(answer[1], clean, causes=causes, axes=axes, asked=asked)


def moves(student: Any, x: np.ndarray, copies: int, seed: int) -> list[np.ndarray]:
    return [array(student.moved_digits(x, seed + copy), x.shape) for copy in range(copies)]


@denoising_pairs.case("moved images", weight=2)
def _(student, reference, rng):
    x, seed = rng.uniform(size=(int(rng.integers(3, 6)), 16)), int(rng.integers(1000))
    damage = student.function("moved_digits")
    ask_pairs(student, damage, x, 2, seed, moves(student, x, 2, seed))


@denoising_pairs.case("damage that adds its seed", weight=2)
def _(student, reference, rng):
    x, copies = rng.normal(size=(4, 5)), 3
    right = [x + 20 + copy for copy in range(copies)]
    ask_pairs(student, student["np"]["add"], x, copies, 20, right)


@denoising_pairs.case("one copy")
def _(student, reference, rng):
    x = rng.normal(size=(6, 3))
    ask_pairs(student, student["np"]["add"], x, 1, 7, [x + 7])


@denoising_pairs.case("other sizes", weight=2, hidden=True)
def _(student, reference, rng):
    x, seed = rng.uniform(size=(1, 25)), int(rng.integers(1000))
    damage = student.function("moved_digits")
    ask_pairs(student, damage, x, 4, seed, moves(student, x, 4, seed))
    x = rng.normal(size=(7, 2)).astype(np.float32)
    right = [x * (3 + copy) for copy in range(5)]
    ask_pairs(student, student["np"]["multiply"], x, 5, 3, right)
