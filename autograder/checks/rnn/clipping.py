"""Check of exercise 9: a gradient made shorter, as one vector."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...expect import expect, hint, require_unchanged
from ...spec import Check

clip_by_global_norm = Check("clip_by_global_norm")


def scaled(arrays: list[np.ndarray], norms: Any, limit: float) -> list[np.ndarray]:
    norms = np.broadcast_to(norms, len(arrays))
    return [a * (limit / n if n > limit else 1.0) for a, n in zip(arrays, norms, strict=True)]


def ask_clip(student: Any, arrays: list[np.ndarray], limit: float) -> None:
    norms = [float(np.linalg.norm(a)) for a in arrays]
    # All numbers in one vector, whose length SciPy-free NumPy knows: the definition itself.
    whole = float(np.linalg.norm(np.concatenate([np.ravel(a) for a in arrays])))
    right = scaled(arrays, whole, limit)
    causes = [
        (arrays, "A gradient longer than the limit came back as it was: shorten it."),
        (scaled(arrays, norms, limit), "Each array is cut by its own norm. One norm for the whole "
         "list keeps the direction."),
        ([np.clip(a, -limit, limit) for a in arrays], "Each number is cut to the limit, which "
         "turns the gradient. Multiply all by one factor."),
        ([a * limit / whole if whole else a for a in arrays], "A gradient shorter than the limit "
         "must stay as it is; you made it longer."),
        (scaled(arrays, sum(norms), limit), "You added up the norms. Add up the squares, then "
         "take the root."),
        (scaled(arrays, whole**2, limit), "The root is missing in the norm."),
        (scaled(arrays, max(norms), limit), "You took the largest norm; all arrays together have "
         "one."),
        (scaled(arrays, sum(float(np.abs(a).sum()) for a in arrays), limit), "That norm adds "
         "absolute values; take the root of the sum of squares."),
        (scaled(arrays, max(float(np.abs(a).max()) for a in arrays), limit), "You measured the "
         "largest number, not the norm of all."),
        (scaled(arrays, whole / np.sqrt(sum(a.size for a in arrays)), limit), "That is a mean of "
         "squares; the norm sums them."),
        ([a / whole if whole > limit else a for a in arrays], "The length is 1 now; it should "
         "be the limit."),
        (lambda a: not all(np.all(np.isfinite(part)) for part in a), "A gradient of zeros became "
         "NaN: it is shorter than any limit and stays."),
        (lambda a: isinstance(a, np.ndarray), "Return a list with one array per gradient, of the "
         "same shapes."),
    ]  # fmt: skip
    with hint("The arrays have different shapes: go through the list, one by one."):
        expect(student.clip_by_global_norm(arrays, limit), right, causes=causes)


@clip_by_global_norm.case("3 and 4")
def _(student, reference, rng):
    ask_clip(student, [np.array([3.0]), np.array([4.0])], 1.0)


@clip_by_global_norm.case("arrays of several shapes", weight=2)
def _(student, reference, rng):
    arrays = [rng.normal(size=shape) for shape in ((3, 4), (4,), (2, 3, 2), (1,))]
    ask_clip(student, [arrays[0], 0.1 * arrays[1], 5 * arrays[2], arrays[3]], 0.7)


@clip_by_global_norm.case("a short gradient stays")
def _(student, reference, rng):
    ask_clip(student, [0.01 * rng.normal(size=(2, 3)), 0.02 * rng.normal(size=3)], 2.5)
    ask_clip(student, [np.zeros((2, 2)), np.zeros(3)], 1.0)


@clip_by_global_norm.case("leaves its arguments alone")
def _(student, reference, rng):
    before = 3.0 + rng.uniform(size=(2, 3))
    lent = student.lend(before)
    student.clip_by_global_norm([lent, np.array([1.0])], 0.5)
    call = "an array of the list after clip_by_global_norm(gradients, 0.5)"
    require_unchanged("gradients", call, before, lent, "Make new arrays: no *= and no [:] = ….")


@clip_by_global_norm.case("limits just above and below", weight=2, hidden=True)
def _(student, reference, rng):
    arrays = [rng.normal(size=shape) for shape in ((5, 2), (3,), (1, 4))]
    whole = float(np.sqrt(sum((a**2).sum() for a in arrays)))
    for share in (0.3, 0.98, 1.02, 4.0):
        ask_clip(student, arrays, share * whole)
    ask_clip(student, [1e4 * a for a in arrays], 2.0)
    ask_clip(student, [np.zeros(3), np.zeros((2, 1))], 1.0)
