"""What comes out of grading: grades.csv, feedback, and the class report, which is made here.

The report answers the instructor's questions in the order in which they are asked: what should I
look at, how did it go, which exercise, which mistake, who. It needs no script and no network.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pandas as pd

from . import pictures
from .course import Course, CourseError
from .feedback import feedback
from .grades import grades_csv, scores
from .pages import environment, number, shown, write_whole
from .spec import MANUAL, NOT_STARTED, Judgement
from .tally import DONE, FAILED, PARTLY, SOLVED, Exercise, Failure, Tally, tally

__all__ = ["class_report", "feedback", "grades_csv"]

MOST_FAILURES, MOST_NOTICES, MOST_NAMES, MOST_STUDENTS, MOST_SLOW = 20, 60, 60, 1000, 5
MARKS = {SOLVED: "✓", PARTLY: "~", FAILED: "✗", NOT_STARTED: "·", MANUAL: "?", DONE: "h"}


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
    found = tally(judgements, problems or {})
    exercises, failures = list(found.exercises.values()), found.worst_failures()
    students = _students(course, assignment, found, path)
    template = environment().get_template("report.html.j2")
    page = template.render(
        assignment=assignment,
        unsafe=found.unsafe,
        headline=list(_headline(exercises, failures, found.read)),
        facts=_facts(exercises, students, found.refused),
        pictures=_pictures(exercises, students, seconds),
        exercises=exercises,
        failures=failures[:MOST_FAILURES],
        more_failures=len(failures) - MOST_FAILURES,
        most=max([one.students for one in failures], default=1),
        **_stopped(found.stopped),
        slow=_slow(seconds),
        students=students.head(MOST_STUDENTS).to_dict("records"),
        more_students=len(students) - MOST_STUDENTS,
        marks=MARKS,
    )
    write_whole(path, page)


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
    exercises: list[Exercise], students: pd.DataFrame, refused: int
) -> list[tuple[str, str]]:
    """The numbers on top: value, what it is."""
    if students.empty:
        return [("0", "handed in")]
    best = sum(one.max_points for one in exercises) or students["max"].max()
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


def _stopped(found: Mapping[tuple[str, str], list[str]]) -> dict[str, Any]:
    """Everything that was refused, repaired or stopped: what, why, and to whom it happened."""
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


def _students(course: Course, assignment: str, found: Tally, path: Path) -> pd.DataFrame:
    """A row per student, the lowest score first; the gradebook's score where there is one."""
    try:
        table = scores(course, assignment, found.notebook)
        book: dict[Any, dict[Any, Any]] = table.to_dict("index")
    except CourseError:
        book = {}
    rows: dict[str, list[Any]] = defaultdict(list)
    for name, one in found.rows.items():
        entered = book.get(name, {})
        waiting = int(entered.get("waiting", one.states.count(MANUAL)))
        by_hand = MANUAL if waiting else DONE
        rows["raw"].append(name)
        rows["name"].append(shown(name, 40))
        rows["link"].append("")
        rows["score"].append(float(entered.get("score", one.points)))
        rows["max"].append(float(one.max_points))
        rows["penalty"].append(float(entered.get("penalty", 0.0)))
        rows["waiting"].append(waiting)
        rows["states"].append([by_hand if state == MANUAL else state for state in one.states])
    table = pd.DataFrame(rows, columns=list(rows) or ["score", "max", "waiting", "raw", "link"])
    table = table.sort_values(["score", "raw"], kind="stable", ignore_index=True)
    shown_rows = table["raw"].head(MOST_STUDENTS)
    links = [_link(course, name, assignment, found.notebook, path) for name in shown_rows]
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
