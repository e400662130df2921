"""What a class did, counted in one walk through its judgements; they never all are in memory."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from .pages import shown
from .spec import MANUAL, NOT_STARTED, Judgement, Outcome, Verdict

SOLVED, PARTLY, FAILED, DONE = "solved", "partly", "failed", "done by hand"


@dataclass
class Failure:
    """One case that failed for one cause, and for whom."""

    exercise: str
    case: str
    cause: str
    hidden: bool
    example: Outcome | None
    student: str
    students: int = 0
    lost: float = 0.0


@dataclass
class Exercise:
    """How the class did in one exercise or written question; counts are of students."""

    name: str
    max_points: float
    states: Counter[str] = field(default_factory=Counter)
    lost: float = 0.0

    @property
    def judged(self) -> int:
        return sum(self.states.values()) - self.states[MANUAL]

    @property
    def written(self) -> bool:
        return self.states[MANUAL] > 0 and self.judged == 0

    @property
    def lost_share(self) -> float:
        """Of the points that the submissions read could have earned here."""
        return self.lost / (self.judged * self.max_points) if self.judged * self.max_points else 0.0


@dataclass
class Row:
    """What the table of students needs of one judgement."""

    points: float
    max_points: float
    states: list[str]


@dataclass
class Tally:
    """What the walk found.

    Args:
        exercises: name -> how the class did.
        failures: (exercise, case, cause) -> who failed there.
        stopped: (what happened, why) -> students whose notebook was refused, repaired or stopped.
        rows: student -> row.
        unsafe: how many were judged without a sandbox.
    """

    exercises: dict[str, Exercise] = field(default_factory=dict)
    failures: dict[tuple[str, str, str], Failure] = field(default_factory=dict)
    stopped: dict[tuple[str, str], list[str]] = field(default_factory=lambda: defaultdict(list))
    rows: dict[str, Row] = field(default_factory=dict)
    notebook: str = ""
    refused: int = 0
    unsafe: int = 0

    @property
    def read(self) -> int:
        return len(self.rows) - self.refused

    def worst_failures(self) -> list[Failure]:
        """What costs most students first."""
        return sorted(
            self.failures.values(), key=lambda one: (-one.students, -one.lost, one.exercise)
        )

    def add(self, student: str, judgement: Judgement) -> None:
        """Count one judgement."""
        self.notebook = self.notebook or judgement.notebook
        self.unsafe += judgement.sandbox != "on"
        verdicts = () if judgement.refused else judgement.verdicts
        states = [state_of(one) for one in verdicts]
        self.rows[student] = Row(judgement.points, judgement.max_points, states)
        if judgement.refused:
            self.refused += 1
            self.stopped["not read", shown(judgement.refused, 300)].append(student)
        for notice in dict.fromkeys(judgement.notices):
            self.stopped["judged", shown(notice, 300)].append(student)
        for verdict in verdicts:
            self._count(verdict)
            self._note_failures(student, verdict)

    def _count(self, verdict: Verdict) -> None:
        new = Exercise(verdict.check, verdict.max_points)
        one = self.exercises.setdefault(verdict.check, new)
        one.states[state_of(verdict)] += 1
        if verdict.points is not None:
            one.lost += verdict.max_points - verdict.points

    def _note_failures(self, student: str, verdict: Verdict) -> None:
        for case, cause, outcome, lost in _failing(verdict):
            key = verdict.check, case, cause
            if key not in self.failures:
                hidden = outcome is not None and outcome.hidden
                self.failures[key] = Failure(*key, hidden, outcome, student)
            self.failures[key].students += 1
            self.failures[key].lost += lost


def tally(judgements: Mapping[str, Judgement], problems: Mapping[str, str]) -> Tally:
    """Walk through a class in the order of its students.

    Args:
        problems: student -> why there is no judgement.
    """
    found = Tally()
    for name in sorted(problems):
        found.stopped["not judged", shown(problems[name], 300)].append(name)
    for name in sorted(judgements):
        found.add(name, judgements[name])
    return found


def state_of(verdict: Verdict) -> str:
    """solved, partly, failed, not started, or graded by hand."""
    if verdict.status in (MANUAL, NOT_STARTED):
        return verdict.status
    if verdict.solved:
        return SOLVED
    return PARTLY if (verdict.points or 0.0) > 0 else FAILED


def _failing(verdict: Verdict) -> Iterator[tuple[str, str, Outcome | None, float]]:
    """What failed in one verdict: case, cause, outcome, points lost."""
    if verdict.reason:
        lost = verdict.max_points - (verdict.points or 0.0)
        yield "the whole exercise", shown(verdict.reason, 300), None, lost
        return
    total = sum(outcome.weight for outcome in verdict.outcomes) or 1.0
    for one in verdict.outcomes:
        if not one.passed:
            cause = shown(one.cause or "No cause was recognised.", 300)
            yield shown(one.case, 80), cause, one, verdict.max_points * one.weight / total
