"""Checks of exercises 4 and 5: a memory by hand, and the number of parameters."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np

from ...expect import array, expect, require
from ...spec import Check, Wrong

ARRIVE, LEAVE, TAIPEI, OTHER = range(4)
SAYS = ("arrive", "leave", "Taipei", "…")
SLOTS = ("none", "to", "from")
NAMES = ("kernel", "recurrent_kernel", "bias", "output_kernel", "output_bias")

memory_weights = Check("memory_weights")


def five_arrays(student: Any) -> list[np.ndarray]:
    """The learner's weights, of shapes that fit each other."""
    answer = student.memory_weights()
    require(
        isinstance(answer, (list, tuple)) and len(answer) == 5,
        f"Return five arrays: {', '.join(NAMES)}.",
        got=answer,
    )
    kernel = array(answer[0], what="the kernel")
    require(
        kernel.ndim == 2 and len(kernel) == 4,
        "The kernel should have 4 rows, one per column of x, and a column per unit.",
        got=kernel,
    )
    units = kernel.shape[1]
    shapes = (4, units), (units, units), (units,), (units, 3), (3,)
    return [
        array(part, shape, f"`{name}`")
        for part, shape, name in zip(answer, shapes, NAMES, strict=True)
    ]


def answers(weights: list[np.ndarray], words: list[int]) -> list[int]:
    """The slot with the largest score for every word; -1 where two are equally large."""
    kernel, recurrent_kernel, bias, output_kernel, output_bias = weights
    state, slots = np.zeros(len(bias)), []
    for word in words:
        state = np.tanh(kernel[word] + state @ recurrent_kernel + bias)
        scores = state @ output_kernel + output_bias
        best = np.sort(scores)[::-1]
        # Equal scores are nobody's answer; argmax would take the first of them.
        slots.append(int(scores.argmax()) if best[0] - best[1] > 1e-9 else -1)
    return slots


def wanted(words: list[int]) -> list[int]:
    verb, slots = 0, []
    for word in words:
        verb = {ARRIVE: 1, LEAVE: 2}.get(word, verb)
        slots.append(verb if word == TAIPEI else 0)
    return slots


def cause_of(
    weights: list[np.ndarray], words: list[int], found: list[int], right: list[int]
) -> str:
    """What the first wrong slot of the request shows."""
    place = next(k for k in range(len(words)) if found[k] != right[k])
    if found[place] == -1:
        if words[place] == TAIPEI:
            return (
                "At Taipei two scores are equally large: the state holds nothing of the verb, or "
                "the scores do not look at it."
            )
        return "Two scores are equally large, so there is no winner. Keep them apart."
    if words[place] != TAIPEI:
        return (
            "A word that is not Taipei gets a place's slot. The score of `none` must win unless "
            "the unit that sees Taipei is on."
        )
    if found[place] == 0:
        return "Taipei gets `none`: the unit that sees Taipei should lift `to` and `from` above it."
    near = [answers(weights, [verb, TAIPEI])[1] for verb in (ARRIVE, LEAVE)]
    if near == [2, 1]:
        return "The two are mixed up: after arrive Taipei is `to`, after leave it is `from`."
    if near[0] == near[1]:
        return (
            "Taipei gets the same slot after arrive and after leave. Which unit's state differs "
            "between the two, and how do the scores read it?"
        )
    turned = [answers(weights, [verb, 1 - verb, TAIPEI])[2] for verb in (ARRIVE, LEAVE)]
    if turned != [2, 1]:
        return "The last verb counts: a new one must be strong enough to flip the memory."
    return (
        "The memory fades or changes before Taipei comes. A unit that holds its bit needs a "
        "weight above 1 to itself, and other words should add nothing."
    )


def ask_request(weights: list[np.ndarray], words: list[int]) -> None:
    found, right = answers(weights, words), wanted(words)
    if found == right:
        return
    shown = [SLOTS[k] if k >= 0 else "a tie" for k in found]
    text = " ".join(SAYS[word] for word in words[:12]) + (" …" if len(words) > 12 else "")
    raise Wrong(
        cause_of(weights, words, found, right),
        asked=f"the slots of «{text}»",
        got=", ".join(shown[:12]),
        expected=", ".join(SLOTS[k] for k in right[:12]),
    )


@memory_weights.case("arrive Taipei, leave Taipei", weight=2)
def _(student, reference, rng):
    weights = five_arrays(student)
    for verb in (ARRIVE, LEAVE):
        ask_request(weights, [verb, TAIPEI, OTHER, OTHER])


@memory_weights.case("other words between")
def _(student, reference, rng):
    weights = five_arrays(student)
    for verb in (ARRIVE, LEAVE):
        before, between = (int(n) for n in rng.integers(1, 5, 2))
        ask_request(weights, [OTHER] * before + [verb] + [OTHER] * between + [TAIPEI, OTHER])


@memory_weights.case("the last verb counts")
def _(student, reference, rng):
    weights = five_arrays(student)
    for verb in (ARRIVE, LEAVE):
        turned = LEAVE if verb == ARRIVE else ARRIVE
        ask_request(weights, [verb, OTHER, TAIPEI, OTHER, turned, TAIPEI, OTHER])
        ask_request(weights, [verb, verb, turned, TAIPEI])


@memory_weights.case("long requests", weight=2, hidden=True)
def _(student, reference, rng):
    weights = five_arrays(student)
    for _ in range(20):
        more = rng.choice(4, 30, p=[0.1, 0.1, 0.1, 0.7])
        ask_request(weights, [int(rng.choice([ARRIVE, LEAVE])), *map(int, more), TAIPEI])
    for verb in (ARRIVE, LEAVE):
        ask_request(weights, [verb] + [OTHER] * 60 + [TAIPEI] * 3)


recurrent_parameters = Check("recurrent_parameters")


def counted(features: int, units: int, classes: int, gates: int) -> int:
    """Count with Keras: a recurrent layer and a Dense layer, built and asked."""
    kind = keras.layers.LSTM if gates == 4 else keras.layers.SimpleRNN
    layer, scores = kind(units), keras.layers.Dense(classes)
    layer.build((1, 7, features))
    scores.build((1, 7, units))
    return int(layer.count_params() + scores.count_params())


def ask_count(student: Any, features: int, units: int, classes: int, gates: int = 1) -> None:
    right = counted(features, units, classes, gates)
    scores = units * classes + classes
    inside = features * units + units * units + units
    causes = [
        (gates * inside, "The layer that scores is missing: units · classes + classes."),
        (
            gates * (features * units + units) + scores,
            "The recurrent kernel is missing: every unit hears every unit, units · units.",
        ),
        (
            gates * (features * units + units + units) + scores,
            "The recurrent kernel is a matrix: units · units, not units.",
        ),
        (
            gates * (inside - units) + scores,
            "The recurrent layer has a bias, too: one number per unit.",
        ),
        (gates * inside + units * classes, "The layer that scores has a bias, too."),
        (
            gates * (inside + units) + scores,
            "One bias per unit and gate is enough; there are not two.",
        ),
        (inside + scores, "Each gate has a kernel, a recurrent kernel and a bias of its own."),
        (
            gates * (inside + scores),
            "Only the recurrent layer has gates; the scores are computed once.",
        ),
        (
            gates * features * units + units * units + units + scores,
            "Each gate has a recurrent kernel and a bias of its own, too.",
        ),
        (
            gates * (features * units + units * units) + units + scores,
            "Each gate has a bias of its own, too.",
        ),
    ]
    given = (features, units, classes) if gates == 1 else (features, units, classes, gates)
    expect(student.recurrent_parameters(*given), right, causes=causes, rtol=0, atol=0)


@recurrent_parameters.case("by hand")
def _(student, reference, rng):
    ask_count(student, 2, 3, 1)


@recurrent_parameters.case("as Keras counts a SimpleRNN", weight=2)
def _(student, reference, rng):
    ask_count(student, int(rng.integers(5, 9)), int(rng.integers(10, 15)), 4)


@recurrent_parameters.case("as Keras counts an LSTM")
def _(student, reference, rng):
    ask_count(student, int(rng.integers(5, 9)), int(rng.integers(10, 15)), 3, gates=4)


@recurrent_parameters.case("larger ones", weight=2, hidden=True)
def _(student, reference, rng):
    for gates in (1, 4):
        features, units, classes = (int(n) for n in rng.permutation([83, 32, 5]))
        ask_count(student, features, units, classes, gates)
