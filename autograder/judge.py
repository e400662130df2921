"""Decide what a submission earns: (checks, submission, reference, seed) -> judgement.

Runs in the trusted process and knows no files, no nbgrader and no Dask. The learner's code runs
elsewhere; here are only its cells as text, and a way to ask.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

from . import ingest, wire
from .ingest import Cell, Submission
from .spec import MANUAL, CellOutput, Check, Judgement, Verdict, plain
from .student import Lost, Student
from .verdict import run_check

NO_TIME = "There was no time left: an earlier part used all of it."
MAX_OUTPUT = 2_000_000  # characters that a submission's cells may print and draw together


class Shell(Protocol):
    """A process that runs a learner's code; `processes.ShellProcess` is one."""

    def ask(self, request: bytes, seconds: float) -> bytes: ...

    def close(self) -> None: ...


@dataclass(frozen=True)
class TimeLimits:
    """Seconds of wall time.

    Args:
        cell: for one cell; check: for all calls of one check, unless the check says otherwise.
        total: for the whole submission.
        grace: between asking code to stop and killing it.
    """

    cell: float = 15.0
    check: float = 10.0
    total: float = 300.0
    grace: float = 1.0


class Session:
    """A learner's process that survives the learner's code: restarted, cells replayed.

    Args:
        fork: gives a fresh shell.
        limits: of time.
    """

    def __init__(self, fork: Callable[[], Shell], limits: TimeLimits):
        self._fork, self._limits = fork, limits
        self._shell: Shell | None = None
        self._replay: list[dict[str, Any]] = []
        self._end = time.monotonic() + limits.total
        self.until = self._end
        self.student = Student(self.ask)

    def allow(self, seconds: float) -> None:
        """Give what follows so many seconds, if the submission still has them."""
        self.until = min(self._end, time.monotonic() + seconds)

    def run(self, source: str, learners: bool) -> dict[str, Any]:
        """Run one cell. The reply has text and error when it raised, and a learner's figures.

        Raises:
            Lost: when the cell ended the process; it will not be run again.
        """
        self.allow(self._limits.cell)
        request = {"op": "run", "source": source, "learners": learners, "figures": learners}
        reply = self._send(request)
        self._replay.append({**request, "figures": False})
        return reply

    def close(self) -> None:
        if self._shell is not None:
            self._shell.close()
            self._shell = None

    def ask(self, message: bytes) -> bytes:
        """The reply to one encoded request of a `Student`. Raises `Lost`."""
        request = wire.decode(message)
        return self._ask(request)

    def _send(self, request: dict[str, Any]) -> dict[str, Any]:
        try:
            reply = wire.decode(self._ask(request))
        except wire.WireError as error:
            raise Lost(f"What came back could not be read: {error}.") from None
        return reply if isinstance(reply, dict) else {}

    def _ask(self, request: dict[str, Any]) -> bytes:
        if self._shell is None:
            self._restart()
        assert self._shell is not None
        seconds = self.until - time.monotonic()
        if seconds <= 0:
            raise Lost(NO_TIME)
        message = wire.encode({**request, "seconds": seconds})
        try:
            return self._shell.ask(message, seconds + self._limits.grace)
        except Lost:
            self._shell = None
            raise

    def _restart(self) -> None:
        """A fresh process, with every cell run again that ran before and did not end it.

        That takes nothing from the time of what is asked next, only from the submission's.
        """
        start = time.monotonic()
        while (ended := self._replayed(shell := self._fork())) is not None:
            del self._replay[ended]
        self._shell = shell
        self.until = min(self._end, self.until + time.monotonic() - start)

    def _replayed(self, shell: Shell) -> int | None:
        """Run every cell again. None, or the number of the cell that ended the shell."""
        for number, request in enumerate(self._replay):
            seconds = min(self._limits.cell, self._end - time.monotonic())
            if seconds <= 0:
                shell.close()
                raise Lost(NO_TIME)
            try:
                message = wire.encode({**request, "seconds": seconds})
                shell.ask(message, seconds + self._limits.grace)
            except Lost:
                return number
        return None


def judge(
    submission: Submission,
    checks: Mapping[str, Check],
    fork: Callable[[], Shell],
    reference: Any,
    *,
    assignment: str,
    notebook: str,
    seed: bytes,
    limits: TimeLimits = TimeLimits(),
    sandbox: str = "on",
) -> Judgement:
    """Run the cells in order, ask each check at its place, and write down what was found.

    Args:
        checks: the notebook's checks by exercise name.
        fork: gives a fresh shell for the learner's code.
        reference: answers like a `Student`, from our own solution.
        seed: secret and the learner's own; the numbers of every case follow from it.
    """
    verdicts: list[Verdict] = []
    outputs: list[CellOutput] = []
    answers: list[tuple[str, str]] = []
    notices = list(submission.notices)
    sources = [c.source for c in submission.cells if c.kind in (ingest.EXERCISE, ingest.EXTRA)]
    session = Session(fork, limits)
    asked_hidden = printed_after = False
    try:
        for cell in submission.cells:
            if cell.kind in (ingest.GIVEN, ingest.EXERCISE, ingest.EXTRA):
                shown = _run_cell(session, cell, notices)
                outputs += shown
                printed_after |= asked_hidden and any(o.text or o.error or o.figures for o in shown)
            elif cell.kind == ingest.CHECK:
                check = checks[cell.name.removeprefix("check_")]
                session.allow(check.seconds or limits.check)
                verdict = run_check(
                    check, session.student, reference, seed=seed, hidden=True,
                    max_points=cell.points, sources=sources,
                )  # fmt: skip
                verdicts.append(_with_the_cells_error(verdict, outputs))
                asked_hidden |= any(case.hidden for case in check.cases)
            elif cell.kind == ingest.WRITTEN:
                verdicts.append(Verdict(cell.name, None, cell.points, MANUAL))
                answers.append((cell.name, cell.source))
    finally:
        session.close()
    if printed_after:
        outputs = _outputs_unasked(submission, Session(fork, limits))
    return Judgement(
        assignment,
        notebook,
        tuple(verdicts),
        tuple(_capped(outputs)),
        tuple(answers),
        tuple(notices),
        sandbox=sandbox,
    )


def _outputs_unasked(submission: Submission, session: Session) -> list[CellOutput]:
    """What the cells print in a process that no check has asked anything.

    A function may keep what a hidden case gave it, and a later cell print it.
    """
    try:
        cells = [
            c for c in submission.cells if c.kind in (ingest.GIVEN, ingest.EXERCISE, ingest.EXTRA)
        ]
        return [output for cell in cells for output in _run_cell(session, cell, [])]
    finally:
        session.close()


def _capped(outputs: list[CellOutput]) -> Iterator[CellOutput]:
    """The outputs of a whole submission within MAX_OUTPUT characters, the first ones first."""
    left = MAX_OUTPUT
    for output in outputs:
        size = len(output.text) + sum(map(len, output.figures))
        if size > left:
            output = replace(output, text=output.text[:200] + "…", figures=())
            size = 200
        left -= size
        yield output


def refused(reason: str, ours: tuple[Cell, ...], **names: Any) -> Judgement:
    """The judgement of a submission that could not be read: zero for everything, and why."""
    verdicts = tuple(
        Verdict(cell.name.removeprefix("check_"), 0.0, cell.points, reason="not handed in")
        for cell in ours
        if cell.kind in (ingest.CHECK, ingest.WRITTEN)
    )
    return Judgement(verdicts=verdicts, refused=reason, **names)


def _with_the_cells_error(verdict: Verdict, outputs: list[CellOutput]) -> Verdict:
    """Where nothing passed because the exercise's cell did not run, say what the cell raised."""
    error = next((o.error for o in outputs if o.cell == verdict.check and o.error), "")
    if not error or any(outcome.passed for outcome in verdict.outcomes):
        return verdict
    return replace(verdict, reason=f"The cell itself did not run: {error}")


def _run_cell(session: Session, cell: Cell, notices: list[str]) -> list[CellOutput]:
    """What the cell did, if it is the learner's and there is something to show."""
    learners = cell.kind != ingest.GIVEN
    if not cell.source.strip():
        return []
    try:
        reply = session.run(cell.source, learners)
    except Lost as lost:
        notices.append(
            f"The cell '{cell.name}' was stopped: {lost} The rest was judged without it."
        )
        return [CellOutput(cell.name, cell.source, error=str(lost))] if learners else []
    return [_cell_output(cell, reply)] if learners else []


def _cell_output(cell: Cell, reply: dict[str, Any]) -> CellOutput:
    """A learner's reply: text that is capped, and nothing in it believed."""
    error = reply.get("error")
    words = ""
    if isinstance(error, dict):
        words = f"{plain(error.get('type'), 80)}: {plain(error.get('message'), 300)}"
        line = plain(error.get("line"), 200)
        words += f" (line: {line})" if line else ""
    figures = reply.get("figures")
    figures = figures if isinstance(figures, list) else []
    png = tuple(f for f in figures[:4] if isinstance(f, str) and _is_base64_png(f))
    return CellOutput(cell.name, cell.source, plain(reply.get("text"), 20_100), words, png)


def _is_base64_png(text: str) -> bool:
    return (
        len(text) < 500_000
        and text.startswith("iVBORw0KGgo")
        and re.fullmatch(r"[A-Za-z0-9+/]+={0,2}", text) is not None
    )
