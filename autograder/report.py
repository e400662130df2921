"""What comes out of grading: grades.csv, feedback, and the class report, which is made here.

The report answers the instructor's questions in the order in which they are asked: what should I
look at, how did it go, which exercise, which mistake, who. It needs no script and no network.
"""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pandas as pd

from . import pictures
from .course import Course, CourseError
from .feedback import feedback
from .grades import grades_csv, scores
from .pages import environment, number, shown, write_whole
from .spec import MANUAL, NOT_STARTED, Judgement, Outcome, Verdict

__all__ = ["class_report", "feedback", "grades_csv"]

MOST_FAILURES, MOST_NOTICES, MOST_NAMES, MOST_STUDENTS, MOST_SLOW = 20, 60, 60, 1000, 5
SOLVED, PARTLY, FAILED, DONE = "solved", "partly", "failed", "done by hand"
MARKS = {SOLVED: "✓", PARTLY: "~", FAILED: "✗", NOT_STARTED: "·", MANUAL: "?", DONE: "h"}


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


def class_report(
    course: Course,
    assignment: str,
    judgements: Mapping[str, Judgement],
    seconds: Mapping[str, float],
    path: Path,
    problems: Mapping[str, str] | None = None,
) -> None:
    """Write one self-contained page about a class.

    Args:
        judgements: student -> judgement, all of one notebook.
        seconds: student -> seconds of judging, of those for whom it is known.
        path: the page.
        problems: student -> why what was handed in has no judgement.

    Raises:
        CourseError: if the page cannot be written.
    """
    read = {name: judgements[name] for name in sorted(judgements) if not judgements[name].refused}
    exercises, failures = _exercises(read), _failures(read)
    students = _students(course, assignment, judgements, path)
    template = environment().get_template("report.html.j2")
    page = template.render(
        assignment=assignment,
        unsafe=sum(one.sandbox != "on" for one in judgements.values()),
        headline=list(_headline(exercises, failures, len(read))),
        facts=_facts(exercises, students, judgements),
        pictures=_pictures(exercises, students, seconds),
        exercises=exercises,
        failures=failures[:MOST_FAILURES],
        more_failures=len(failures) - MOST_FAILURES,
        most=max([one.students for one in failures], default=1),
        **_stopped(judgements, problems or {}),
        slow=_slow(seconds),
        students=students.head(MOST_STUDENTS).to_dict("records"),
        more_students=len(students) - MOST_STUDENTS,
        marks=MARKS,
    )
    write_whole(path, page)


def state_of(verdict: Verdict) -> str:
    """solved, partly, failed, not started, or graded by hand."""
    if verdict.status in (MANUAL, NOT_STARTED):
        return verdict.status
    if verdict.solved:
        return SOLVED
    return PARTLY if (verdict.points or 0.0) > 0 else FAILED


def _exercises(read: Mapping[str, Judgement]) -> list[Exercise]:
    found: dict[str, Exercise] = {}
    for judgement in read.values():
        for verdict in judgement.verdicts:
            one = found.setdefault(verdict.check, Exercise(verdict.check, verdict.max_points))
            one.states[state_of(verdict)] += 1
            if verdict.points is not None:
                one.lost += verdict.max_points - verdict.points
    return list(found.values())


def _failures(read: Mapping[str, Judgement]) -> list[Failure]:
    """Grouped by exercise, case and cause; what costs most students first."""
    found: dict[tuple[str, str, str], Failure] = {}
    for student, judgement in read.items():
        for verdict in judgement.verdicts:
            for case, cause, outcome, lost in _failing(verdict):
                key = verdict.check, case, cause
                if key not in found:
                    hidden = outcome is not None and outcome.hidden
                    found[key] = Failure(*key, hidden, outcome, student)
                found[key].students += 1
                found[key].lost += lost
    return sorted(found.values(), key=lambda one: (-one.students, -one.lost, one.exercise))


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


def _headline(exercises: list[Exercise], failures: list[Failure], read: int) -> Iterator[str]:
    """What to look at first, in a sentence or two."""
    judged = [one for one in exercises if one.judged]
    worst = max(judged, key=lambda one: one.lost, default=None)
    if worst is None:
        yield "Nothing could be judged yet. What was handed in, and why it was refused, is below."
        return
    if worst.lost < 0.005:
        yield f"Every exercise is solved by everybody ({read} of {read} submissions read)."
        return
    yield (
        f"Look at {shown(worst.name, 60)} first: it costs the class the most, "
        f"{number(worst.lost)} points, {100 * worst.lost_share:.0f} % of what it is worth."
    )
    first = next((one for one in failures if one.exercise == worst.name), None)
    untouched = worst.states[NOT_STARTED]
    if untouched > (first.students if first else 0):
        yield f"The most frequent reason is that it was not started, by {_people(untouched)}."
    if first:
        when = "Most often" if first.students >= untouched else "Among the others, most often"
        yield (
            f"{when} the case “{first.case}” fails, for {_people(first.students)}. "
            f"Likely cause: {first.cause}"
        )


def _people(count: int) -> str:
    return f"{count:,} student" + ("" if count == 1 else "s")


def _facts(
    exercises: list[Exercise], students: pd.DataFrame, judgements: Mapping[str, Judgement]
) -> list[tuple[str, str]]:
    """The numbers on top: value, what it is."""
    if students.empty:
        return [("0", "handed in")]
    best = sum(one.max_points for one in exercises) or students["max"].max()
    refused = sum(bool(one.refused) for one in judgements.values())
    full = (students["score"] >= students["max"] - 0.005).sum()
    facts = [
        (f"{len(students):,}", "handed in"),
        (f"{number(students['score'].median())} of {number(best)}", "median score"),
        (f"{full:,}", "with full score"),
        (f"{refused:,}", "could not be read"),
    ]
    waiting = int(students["waiting"].sum())
    return [*facts, (f"{waiting:,}", "answers to grade by hand")] if waiting else facts


def _pictures(
    exercises: list[Exercise], students: pd.DataFrame, seconds: Mapping[str, float]
) -> dict[str, Any]:
    """The figures, as far as there is something to draw."""
    drawn: dict[str, Any] = {}
    if len(students):
        best = float(max(students["max"].max(), students["score"].max()))
        middle = number(students["score"].median())
        alt = (
            f"Histogram of {len(students)} scores from 0 to {number(best)}; the median is {middle}."
        )
        drawn["scores"] = pictures.histogram(
            students["score"].tolist(), best, f"points of {number(best)}", "scores", alt
        )
    tests = [one for one in exercises if one.judged]
    if tests:
        table = {shown(one.name, 40): dict(one.states) for one in tests}
        alt = "Per exercise, the share of students who solved it: " + ", ".join(
            f"{name} {row.get(SOLVED, 0)} of {sum(row.values())}" for name, row in table.items()
        )
        drawn["shares"] = pictures.shares(table, "shares", alt)
        mean = {shown(one.name, 40): one.lost / one.judged for one in tests}
        alt = "Points lost per student, by exercise: " + ", ".join(
            f"{name} {number(value)}" for name, value in mean.items()
        )
        drawn["lost"] = pictures.bars(mean, "points lost per student", "lost", alt)
    times = sorted(float(value) for value in seconds.values())
    if times:
        alt = f"Histogram of seconds per submission, up to {times[-1]:.1f}."
        drawn["times"] = pictures.histogram(
            times, times[-1], "seconds of judging per submission", "times", alt
        )
    return drawn


def _stopped(judgements: Mapping[str, Judgement], problems: Mapping[str, str]) -> dict[str, Any]:
    """Everything that was refused, repaired or stopped: what, why, and to whom it happened."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for name in sorted(problems):
        found["not judged", shown(problems[name], 300)].append(name)
    for name in sorted(judgements):
        one = judgements[name]
        if one.refused:
            found["not read", shown(one.refused, 300)].append(name)
        for notice in dict.fromkeys(one.notices):
            found["judged", shown(notice, 300)].append(name)
    worst = ("not judged", "not read", "judged")
    rows = sorted(found.items(), key=lambda row: (worst.index(row[0][0]), -len(row[1])))
    kept = [
        (what, why, [shown(name, 40) for name in names[:MOST_NAMES]], len(names) - MOST_NAMES)
        for (what, why), names in rows[:MOST_NOTICES]
    ]
    return {"stopped": kept, "more_stopped": len(rows) - MOST_NOTICES}


def _slow(seconds: Mapping[str, float]) -> list[tuple[str, float]]:
    slowest = sorted(seconds, key=lambda name: (-seconds[name], name))[:MOST_SLOW]
    return [(shown(name, 40), seconds[name]) for name in slowest]


def _students(
    course: Course, assignment: str, judgements: Mapping[str, Judgement], path: Path
) -> pd.DataFrame:
    """A row per student, the lowest score first; the gradebook's score where there is one."""
    notebook = next((one.notebook for one in judgements.values()), "")
    try:
        book: dict[Any, dict[Any, Any]] = scores(course, assignment, notebook).to_dict("index")
    except CourseError:
        book = {}
    rows: dict[str, list[Any]] = defaultdict(list)
    for name, judgement in judgements.items():
        entered = book.get(name, {})
        states = [] if judgement.refused else [state_of(one) for one in judgement.verdicts]
        waiting = int(entered.get("waiting", states.count(MANUAL)))
        by_hand = MANUAL if waiting else DONE
        rows["raw"].append(name)
        rows["name"].append(shown(name, 40))
        rows["link"].append("")
        rows["score"].append(float(entered.get("score", judgement.points)))
        rows["max"].append(float(judgement.max_points))
        rows["penalty"].append(float(entered.get("penalty", 0.0)))
        rows["waiting"].append(waiting)
        rows["states"].append([by_hand if one == MANUAL else one for one in states])
    table = pd.DataFrame(rows, columns=list(rows) or ["score", "max", "waiting", "raw", "link"])
    table = table.sort_values(["score", "raw"], kind="stable", ignore_index=True)
    shown_rows = table["raw"].head(MOST_STUDENTS)
    links = [_link(course, name, assignment, notebook, path) for name in shown_rows]
    table.loc[: len(links) - 1, "link"] = links
    return table


def _link(course: Course, student: str, assignment: str, notebook: str, path: Path) -> str:
    """The way from the report to a student's feedback, empty where there is none."""
    try:
        page = course.folder("feedback", student, assignment) / f"{notebook}.html"
        if not page.is_file():
            return ""
        parts: Iterable[str] = Path(os.path.relpath(page, path.parent)).parts
    except (OSError, ValueError):
        return ""  # a name that no file can have
    return "/".join(quote(part, errors="surrogateescape") for part in parts)
