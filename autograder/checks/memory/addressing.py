"""Check of exercise 9: content, gate, shift and sharpening, in this order."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...expect import expect, hint
from ...spec import Check
from .places import by_content, moved, probabilities, sizes, table

address = Check("address")

STEPS = ("gate", "shift", "sharpen")


def placed(
    memory: Any, before: Any, key: Any, sharpness: float, gate: float, shift: Any, gamma: float,
    *, order: tuple[str, ...] = STEPS,
) -> np.ndarray:  # fmt: skip
    """The weights, the three steps after content in any order (or without some), for causes."""
    weights = by_content(memory, key, sharpness)
    for step in order:
        if step == "gate":
            weights = gate * weights + (1 - gate) * before
        elif step == "shift":
            weights = moved(weights, shift)
        else:
            logs = np.log(np.maximum(weights, 1e-300))
            weights = np.where(weights > 0, np.exp(gamma * (logs - logs.max())), 0.0)
            weights = weights / weights.sum()
    return weights


def ask_address(student: Any, *job: Any) -> None:
    memory, before, key, sharpness, gate, shift, gamma = job
    right = placed(*job)
    mixed = placed(*job, order=("gate", "shift"))
    turned = memory, before, key, sharpness, 1 - gate, shift, gamma
    causes = [
        (
            lambda a: np.any(~np.isfinite(a)),
            "NaN or infinity: a large γ makes every power 0, and 0/0 is NaN. Divide the weights "
            "by the largest one before you take the power.",
        ),
        (mixed if gamma != 1 else -1, "The sharpening is missing."),
        (placed(*job, order=("shift", "sharpen")) if 0 < gate < 1 else -1, "The gate is missing: "
         "mix the weights by content with those before."),
        (placed(*job, order=("gate", "sharpen")), "The shift is missing."),
        (placed(*turned) if gate != 0.5 else -1, "The gate is the wrong way round: g multiplies "
         "the weights by content, 1 − g those before."),
        (placed(*job, order=("shift", "gate", "sharpen")), "The shift comes after the gate: what "
         "the head shifts is the mixture."),
        (placed(*job, order=("gate", "sharpen", "shift")), "The sharpening comes last, after the "
         "shift: it undoes the shift's blur."),
        (placed(*job, order=("sharpen", "gate", "shift")), "The sharpening comes last, after gate "
         "and shift."),
        (placed(*job, order=("shift", "sharpen", "gate")), "The gate comes first, right after the "
         "content."),
        (mixed**gamma, "After the power the weights no longer sum to 1: divide by their sum."),
        (mixed * gamma / np.sum(mixed * gamma) if gamma != 1 else -1, "γ is a power: weights ** "
         "gamma, not times gamma."),
        (np.exp(gamma * mixed) / np.exp(gamma * mixed).sum(), "Sharpening takes a power of the "
         "weights, w ** γ, not a softmax."),
        (
            placed(memory, before, key, sharpness, gate, shift[::-1], gamma),
            "It moves the wrong way: pass the shift on to `shifted_weights` as it is.",
        ),
        (
            placed(memory, before, key, 1.0, gate, shift, gamma) if sharpness != 1 else -1,
            "The sharpness of the content is not used.",
        ),
        (
            lambda a: not np.isclose(np.sum(a), 1, atol=1e-3),
            "The weights should sum to 1.",
        ),
    ]  # fmt: skip
    with hint("Axes: memory (rows, units), before (rows,), key (units,), shift (3,)."):
        answer = student.address(*job)
    # A power γ multiplies the relative rounding of float32, 1e-7, and the content's own 1e-5.
    expect(answer, right, causes=causes, axes=("rows",), rtol=2e-3, atol=1e-5)


def scene(rng: np.random.Generator, gate: float, gamma: float) -> tuple[Any, ...]:
    memory = table(rng, *sizes(rng))
    rows, units = memory.shape
    before, shift = probabilities(rng, rows), probabilities(rng, 3)
    sharpness = float(rng.uniform(1.5, 4))
    return memory, before, rng.normal(size=units), sharpness, gate, shift, gamma


@address.case("all four steps", weight=2)
def _(student, reference, rng):
    ask_address(student, *scene(rng, float(rng.uniform(0.2, 0.4)), float(rng.uniform(2, 4))))


@address.case("walk: the gate is shut")
def _(student, reference, rng):
    ask_address(student, *scene(rng, 0.0, 1.5))


@address.case("jump: the gate is open")
def _(student, reference, rng):
    ask_address(student, *scene(rng, 1.0, 1.0))


@address.case("very sharp")
def _(student, reference, rng):
    rows = int(rng.integers(60, 70))  # so that 1/rows to the power of 200 is 0 in float64
    memory = np.pad(np.eye(3), ((0, rows - 3), (0, 0)))
    before, shift = np.full(rows, 1 / rows), np.array([0.1, 0.2, 0.7])
    ask_address(student, memory, before, np.eye(3)[1], 0.2, 0.1, shift, 200.0)


@address.case("other sizes", weight=2, hidden=True)
def _(student, reference, rng):
    for _round in range(4):
        ask_address(student, *scene(rng, float(rng.uniform(0.6, 0.8)), float(rng.uniform(1, 6))))
    ask_address(student, *scene(rng, 0.5, 1.0))
