"""Every check against a process that lies: whatever comes back, a verdict, and no points.

The learner's process is replaced by one that answers with whatever Hypothesis, or a coverage-
guided fuzzer, comes up with: any bytes, any message, any reply of the right form that holds the
wrong things. No check may raise, loop, or take what it is given for more than data.
"""

from __future__ import annotations

import json
import math
import random
import struct
from collections.abc import Iterator
from itertools import count, cycle, islice
from typing import Any

import numpy as np
import pytest
import torture
from classwork import light
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from test_checks import NOTEBOOKS, reference_of

from autograder import ingest, registry, wire
from autograder.course import Course
from autograder.judge import TimeLimits, judge
from autograder.spec import Judgement
from autograder.student import Lost, Student
from autograder.verdict import run_check

NUMBERS = st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats() | st.text()
ARRAYS = hnp.arrays(
    st.sampled_from(sorted(wire.DTYPES)), hnp.array_shapes(min_dims=0, max_dims=3, max_side=4)
)
HANDLES = st.builds(wire.Handle, st.integers(0, 5), st.text(max_size=30))
VALUES = st.recursive(
    NUMBERS | ARRAYS | HANDLES,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)
ERRORS = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(["ValueError", "NotImplementedError", "no such name"]) | VALUES,
        "message": VALUES, "line": VALUES, "function": VALUES, "names": VALUES,
    },
)  # fmt: skip
REPLIES = (
    st.fixed_dictionaries({"value": VALUES}).map(lambda reply: encoded(reply))
    | st.fixed_dictionaries({"error": ERRORS | VALUES}).map(lambda reply: encoded(reply))
    | VALUES.map(lambda value: encoded(value))
    | st.binary(max_size=60)
    | st.none()  # the process ends
)
CHECKS = [
    pytest.param(notebook, name, id=f"{notebook}-{name}")
    for notebook in NOTEBOOKS
    for name in registry.checks_of(notebook)
]


def encoded(value: Any) -> bytes:
    """A message, handles and all, as an honest process would write it."""
    return wire.encode(value, keep=lambda handle: handle)


def liar(replies: list[bytes | None]) -> Student:
    """Answers with these, again and again."""
    coming: Iterator[bytes | None] = cycle(replies)

    def ask(message: bytes) -> bytes:
        wire.decode(message)  # what a check sends is always a message
        reply = next(coming)
        if reply is None:
            raise Lost("It ended.")
        return reply

    return Student(ask)


@pytest.mark.parametrize(("notebook", "name"), CHECKS)
@settings(
    max_examples=torture.share(1000, 25), suppress_health_check=list(HealthCheck), deadline=None
)
@given(replies=st.lists(REPLIES, min_size=1, max_size=4))
def test_no_check_gives_points_to_a_liar_or_trips_over_one(notebook, name, replies):
    torture.tried["replies of a lying process"] += 1
    check = registry.checks_of(notebook)[name]
    verdict = run_check(
        check, liar(replies), reference_of(notebook), seed=b"secret", hidden=True,
        max_points=4.0, sources=["def f(): pass"],
    )  # fmt: skip
    # Of one function's many cases a constant may be the answer to one, never to all.
    assert verdict.points is not None and 0 <= verdict.points < 4.0, verdict
    assert math.isfinite(verdict.points)
    assert len(json.dumps([vars(outcome) for outcome in verdict.outcomes])) < 100_000
    torture.held["replies of a lying process"] += 1


class Lies:
    """A shell that answers with random bytes, or with messages whose header is random JSON."""

    def __init__(self, rng: random.Random):
        self._rng = rng

    def ask(self, request: bytes, seconds: float) -> bytes:
        choice = self._rng.random()
        if choice < 0.1:
            raise Lost("It ended.")
        if choice < 0.3:
            return self._rng.randbytes(self._rng.randrange(40))
        body = self._rng.randbytes(8 * self._rng.randrange(5))
        head = json.dumps(self._header(3)).encode()
        return struct.pack(">II", len(head), len(body)) + head + body

    def close(self) -> None:
        pass

    def _header(self, depth: int) -> Any:
        plain = [None, True, 7, -1.5, "text", "NaN", 2**70, {}, []]
        words = "value arrays error shape dtype array tuple dict handle float big kind text".split()
        if depth == 0 or self._rng.random() < 0.3:
            return self._rng.choice(plain)
        if self._rng.random() < 0.3:
            return [self._header(depth - 1) for _ in range(self._rng.randrange(4))]
        chosen = self._rng.sample(words, self._rng.randrange(1, 4))
        return {word: self._header(depth - 1) for word in chosen}


@pytest.mark.parametrize("number", range(torture.share(400, 20)))
def test_a_judgement_comes_out_whatever_the_process_says(light_built, number):
    torture.tried["judgements of a lying process"] += 1
    assignment = light(Course.open(light_built))
    ours = ingest.cells_of(json.loads(assignment.source))
    submission = ingest.Submission(ours)
    rng = random.Random(torture.SEED + number)
    found = judge(
        submission, registry.checks_of("light"), lambda: Lies(rng), Student(known),
        assignment=assignment.name, notebook="light", seed=b"s", limits=TimeLimits(total=30.0),
    )  # fmt: skip
    assert found.points == 0
    assert Judgement.from_json(found.to_json()) == found and len(found.to_json()) < 200_000
    torture.held["judgements of a lying process"] += 1


def known(message: bytes) -> bytes:
    """The light course's own solution, without a process."""
    request = wire.decode(message)
    name, (x, *rest) = request["target"][0], request["args"]
    x = np.asarray(x)
    value = {
        "double": lambda: 2 * x, "row_sum": lambda: x.sum(1),
        "clip": lambda: np.clip(x, -rest[0], rest[0]),
    }[name]()  # fmt: skip
    return wire.encode({"value": value})


MUTATIONS = [b"", b"\0", b"{", b"}", b"[", b'"', b"\\u0000", b"\\ud800", b"1e999", b"\xff", b"NaN"]


@pytest.mark.parametrize("number", range(torture.share(40, 2)))
def test_a_notebook_that_was_damaged_anywhere_is_read_or_refused(light_built, number):
    """500 times: cut, repeat, exchange and spoil pieces of a real notebook."""
    assignment = light(Course.open(light_built))
    ours = ingest.cells_of(json.loads(assignment.release))
    rng = random.Random(torture.SEED + number)
    for _ in islice(count(), 500):
        torture.tried["damaged notebooks"] += 1
        data = bytearray(assignment.release.encode())
        for _ in range(rng.randrange(1, 6)):
            start, other = rng.randrange(len(data)), rng.randrange(len(data))
            end = min(len(data), start + int(rng.expovariate(1 / 40)))
            piece = rng.choice([rng.choice(MUTATIONS), bytes(data[other : other + end - start])])
            data[start:end] = piece
        try:
            submission = ingest.rebuild(bytes(data), ours)
        except ingest.Refused as reason:
            assert 0 < len(str(reason)) < 300
        else:
            mine = [c for c in submission.cells if c.kind != ingest.EXTRA]
            assert [(c.kind, c.name, c.points) for c in mine] == [
                (c.kind, c.name, c.points) for c in ours
            ]
        torture.held["damaged notebooks"] += 1
