"""One submission end to end: ingest, run, judge. What a worker does with one task."""

from __future__ import annotations

import atexit
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from . import ingest, registry
from .course import Assignment
from .ingest import Refused, Submission
from .judge import Session, TimeLimits, judge, refused
from .processes import ShellProcess, Warm
from .spec import Judgement
from .student import Lost, Student


@dataclass(frozen=True)
class Graded:
    """A judgement, and what it took.

    Args:
        submission: the notebook that was judged, rebuilt; None when it was refused.
        seconds: of wall time, from the bytes to the judgement.
    """

    judgement: Judgement
    submission: Submission | None
    seconds: float


def grade_one(
    assignment: Assignment, handed_in: bytes, seed: bytes, sandboxed: bool = True
) -> Graded:
    """Judge the bytes of one submission.

    Args:
        seed: secret, the student's own (`Course.seed`).
        sandboxed: False only for --no-sandbox; it is written into the judgement.

    Raises:
        sandbox.SandboxError: when the sandbox cannot be had; nothing was judged.
    """
    start = time.monotonic()
    names: dict[str, Any] = {
        "assignment": assignment.name,
        "notebook": assignment.notebook,
        "sandbox": "on" if sandboxed else "off",
    }
    ours = ingest.cells_of(json.loads(assignment.release))
    try:
        submission = ingest.rebuild(handed_in, ours)
    except Refused as reason:
        return Graded(refused(str(reason), ours, **names), None, time.monotonic() - start)
    reference = _reference(assignment, sandboxed)
    checks = registry.checks_of(assignment.notebook)
    forker = _forker(sandboxed)
    shells: list[ShellProcess] = []

    def fork() -> ShellProcess:
        shells.append(forker())
        return shells[-1]

    found = judge(submission, checks, fork, reference, seed=seed, **names)
    ended = sum(shell.ended for shell in shells)
    if ended:
        # The learner's code, or the machine's lack of memory, or somebody's kill? What the code
        # did it does again; what befell it does not.
        shells.clear()
        again = judge(submission, checks, fork, reference, seed=seed, **names)
        if sum(shell.ended for shell in shells) < ended:
            found = again
    return Graded(found, submission, time.monotonic() - start)


def check_sandbox() -> None:
    """Raise `sandbox.SandboxError`, with reason and remedy, where there can be no sandbox."""
    Warm(imports=()).close()


class _Reference:
    """Our own solution in a shell of its own, started when a check first asks for it."""

    def __init__(self, assignment: Assignment, sandboxed: bool):
        self._cells = ingest.cells_of(json.loads(assignment.source))
        self._sandboxed = sandboxed
        self._session: Session | None = None

    def at(self, check: str, case: str) -> Student:
        if self._session is None:
            limits = TimeLimits(cell=60.0, total=float("inf"))
            self._session = Session(_forker(self._sandboxed), limits)
            for cell in self._cells:
                if cell.kind in (ingest.GIVEN, ingest.EXERCISE):
                    self._session.run(cell.source, learners=False)
        self._session.allow(60.0)
        return Student(self._answer)

    def _answer(self, message: bytes) -> bytes:
        """Ask our own shell, and once more when it is gone: that is never the learner's fault."""
        assert self._session is not None
        try:
            return self._session.ask(message)
        except Lost:
            self._session.allow(60.0)
        try:
            return self._session.ask(message)
        except Lost as lost:
            raise OSError(f"our own solution did not answer: {lost}") from None

    def close(self) -> None:
        if self._session is not None:
            self._session.close()


_warm: dict[bool, Warm] = {}
_references: dict[tuple[str, bool], _Reference] = {}


def _forker(sandboxed: bool) -> Callable[[], ShellProcess]:
    def fork() -> ShellProcess:
        for attempt in range(2):
            if sandboxed not in _warm:
                _warm[sandboxed] = Warm(sandboxed)
            try:
                return _warm[sandboxed].fork()
            except OSError:  # the warm process is gone: somebody killed it, or memory ran out
                _warm.pop(sandboxed).close()
                if attempt:
                    raise
        raise AssertionError("unreachable")

    return fork


def _reference(assignment: Assignment, sandboxed: bool) -> _Reference:
    key = assignment.digest(), sandboxed
    if key not in _references:
        for old in _references.values():
            old.close()
        _references.clear()
        _references[key] = _Reference(assignment, sandboxed)
    return _references[key]


@atexit.register
def close() -> None:
    """End the warm processes of this process."""
    for reference in _references.values():
        reference.close()
    _references.clear()
    while _warm:
        _warm.popitem()[1].close()
