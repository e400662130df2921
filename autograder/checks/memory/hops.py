"""Checks of exercises 2 and 3: one hop, and several."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
from scipy.special import softmax

from ...expect import expect, hint
from ...spec import Check

Arrays = list[np.ndarray]

hop = Check("hop")


def one_hop(
    state: np.ndarray, keys: np.ndarray, values: np.ndarray, scale: float = 1.0, axis: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    """(what was read, weights), one story at a time; axis 1 takes the softmax over the batch."""
    scores = np.stack([story @ u for story, u in zip(keys, state, strict=True)]) * scale
    weights = softmax(scores, axis=1 - axis)
    read = np.stack([p @ story for p, story in zip(weights, values, strict=True)])
    return read, weights


def ask_hop(student: Any, state: np.ndarray, keys: np.ndarray, values: np.ndarray) -> None:
    read, weights = one_hop(state, keys, values)
    across = one_hop(state, keys, values, axis=1)
    scaled = one_hop(state, keys, values, scale=1 / np.sqrt(keys.shape[2]))
    swapped = one_hop(state, values, keys)
    from_keys = np.einsum("bs,bsu->bu", weights, keys)
    plain = np.einsum("bu,bsu->bs", state, keys)
    right = (state + read, weights)
    causes: list[tuple[Any, str]] = [
        ((weights, state + read), "The order is turned around: first the state, then the weights."),
        (state + read, "Return two things: the new state and the weights."),
        ((read, weights), "That is what was read alone. The new state is u + o: add the old one."),
        ((state + from_keys, weights), "You read the keys. Keys are compared, values are read."),
        ((state + swapped[0], swapped[1]), "Keys and values are mixed up: compare with the keys, "
         "read the values."),
        (
            (state + scaled[0], scaled[1]),
            "The matches were divided by the root of the units, as in scaled dot-product "
            "attention. A memory network takes u · m as it is.",
        ),
        (
            (state + np.einsum("bs,bsu->bu", plain, values), plain),
            "The softmax is missing: the weights should be positive and sum to 1.",
        ),
        ((state + values.mean(axis=1), weights), "All values were averaged: weigh them by p."),
        (
            lambda a: np.allclose(a[1], weights) and np.allclose(a[0], state * read),
            "The state and what was read are added, not multiplied.",
        ),
        (lambda a: not np.allclose(np.sum(a[1], axis=1), 1), "The weights of each story should sum "
         "to 1: the softmax goes over the sentences, the last axis of the matches."),
    ]  # fmt: skip
    if len(state) > 1:
        causes.insert(0, (
            (state + across[0], across[1]),
            "The softmax goes over the batch; it should go over the sentences (axis=-1).",
        ))  # fmt: skip
    with hint("Axes: state (batch, units), keys and values (batch, sentences, units)."):
        answer = student.hop(state, keys, values)
    # exp of matches up to about ten in float32: six digits are left.
    expect(answer, right, causes=causes, rtol=1e-3, atol=1e-4)


def story(rng: np.random.Generator, batch: int, sentences: int, units: int, num: int = 2) -> Arrays:
    """A state and `num` memories."""
    shape = (batch, sentences, units)
    drawn = [rng.normal(size=(batch, units)), *(rng.normal(size=shape) for _ in range(num))]
    return [values.astype(np.float32) for values in drawn]


@hop.case("one story")
def _(student, reference, rng):
    state, keys, values = story(rng, 1, int(rng.integers(4, 6)), 3)
    ask_hop(student, state, keys, values)


@hop.case("a batch", weight=2)
def _(student, reference, rng):
    state, keys, values = story(rng, 2, int(rng.integers(5, 8)), 4)
    ask_hop(student, state, keys, values)


@hop.case("a match that leaves no doubt")
def _(student, reference, rng):
    state, keys, values = story(rng, 3, 5, 4)
    keys[:, int(rng.integers(1, 4))] += 40 * state
    ask_hop(student, state, keys, values)


@hop.case("other sizes", weight=2, hidden=True)
def _(student, reference, rng):
    for sizes in ((3, 7, 5), (5, 2, 9), (4, 1, 3), (2, 6, 1)):
        ask_hop(student, *story(rng, *sizes))


read_in_hops = Check("read_in_hops")


def through(question: np.ndarray, pairs: list[tuple[np.ndarray, np.ndarray]]) -> Any:
    """Hop after hop over (keys, values)."""
    state, all_weights = question, []
    for keys, values in pairs:
        read, weights = one_hop(state, keys, values)
        state = state + read
        all_weights.append(weights)
    return state, all_weights


def ask_hops(student: Any, question: np.ndarray, memories: Arrays) -> None:
    pairs = list(itertools.pairwise(memories))
    state, weights = through(question, pairs)
    hops = len(pairs)

    def stuck() -> Any:
        """Every hop starts from the question again."""
        found = [one_hop(question, *pair) for pair in pairs]
        return question + found[-1][0], [w for _, w in found]

    causes: list[tuple[Any, str]] = [
        (through(question, [(m, m) for m in memories]), "Each hop compares with one memory and "
         "reads the next: keys memories[h], values memories[h + 1]."),
        (through(question, [(m, m) for m in memories[:-1]]), "Each hop compares with one memory "
         "and reads the next: keys memories[h], values memories[h + 1]."),
        (through(question, [(v, k) for k, v in pairs]), "Keys and values are mixed up: hop h "
         "compares with memories[h] and reads memories[h + 1]."),
        ((weights, state), "The order is turned around: the state first, then the list."),
        (state, "Return two things: the last state and the list of weights."),
    ]  # fmt: skip
    if hops > 1:
        causes += [
            (stuck(), "Every hop starts from the question again: it should start from the state "
             "that the hop before returned."),
            ((state, weights[-1]), "Return the weights of every hop, in a list."),
            ((state, weights[::-1]), "The list of weights is backwards: begin with hop 1."),
            (through(question, pairs[:1]), "Only one hop was done: n memories make n − 1 hops."),
            (through(question, pairs[:-1]), "The last hop is missing: n memories make n − 1 hops."),
            (through(question, pairs[:1] * hops), "Every hop uses the first two memories: hop h "
             "uses memories[h] and memories[h + 1]."),
            (through(question, pairs[::-1]), "The memories are used from the last to the first: "
             "begin with memories[0]."),
            (
                through(question, list(zip(memories[::2], memories[1::2], strict=False))),
                "Neighbours share: what hop 1 reads, hop 2 compares with. Take A, B, then B, C.",
            ),
        ]  # fmt: skip
    else:
        causes.append(((state, weights[0]), "Return the weights of every hop in a list, even one."))
    with hint("With the memories A, B, C there are two hops: A, B, then B, C."):
        answer = student.read_in_hops(question, memories)
    # Two or three softmaxes in float32, each with six digits.
    expect(answer, (state, weights), causes=causes, rtol=1e-3, atol=1e-4)


@read_in_hops.case("one hop")
def _(student, reference, rng):
    question, *memories = story(rng, 2, int(rng.integers(4, 7)), 3)
    ask_hops(student, question, memories)


@read_in_hops.case("two hops", weight=2)
def _(student, reference, rng):
    question, *memories = story(rng, 2, int(rng.integers(4, 7)), 3, num=3)
    ask_hops(student, question, memories)


@read_in_hops.case("three and four hops", weight=2, hidden=True)
def _(student, reference, rng):
    for num in (4, 5):
        question, *memories = story(rng, 3, int(rng.integers(5, 9)), 4, num=num)
        ask_hops(student, question, memories)
