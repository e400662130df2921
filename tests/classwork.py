"""Submissions of the light course, and a look at a gradebook: for tests/test_gradebook.py and
tests/test_nbgrader.py."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import Any

from autograder import ingest
from autograder.course import Assignment, Course
from autograder.marked import mark
from autograder.spec import MANUAL, CellOutput, Judgement, Outcome, Verdict

NAME, NOTEBOOK = "00_light", "light"
RIGHT = {
    "double": "def double(x):\n    return x + x",
    "row_sum": "def row_sum(x):\n    return x.sum(1)",
    "clip": "def clip(x, limit):\n    return np.clip(x, -limit, limit)",
    "why": "Rows are axis 0.",
}
FULL = {"double": 2.0, "row_sum": 3.0, "clip": 1.0}


def light(course: Course) -> Assignment:
    (assignment,) = course.assignment(NAME)
    return assignment


def notebook(assignment: Assignment, **texts: str) -> dict[str, Any]:
    """The release with these texts in its exercise and written cells."""
    found: dict[str, Any] = json.loads(assignment.release)
    for cell in found["cells"]:
        name = cell["metadata"].get("nbgrader", {}).get("grade_id", "")
        cell["source"] = texts.get(name, cell["source"])
    return found


def judged(
    assignment: Assignment, handed_in: dict[str, Any], **points: float
) -> tuple[Judgement, str]:
    """A judgement made up, and the marked notebook: no process, no TensorFlow."""
    ours = ingest.cells_of(json.loads(assignment.release))
    submission = ingest.rebuild(json.dumps(handed_in).encode(), ours)
    verdicts = []
    for cell in ours:
        name = cell.name.removeprefix("check_")
        if cell.kind == ingest.CHECK:
            earned = points.get(name, 0.0)
            shown = Outcome("a case", earned > 0, got="<b>7</b>", cause="Look & see.")
            hidden = Outcome("a secret case", False, hidden=True)
            verdicts.append(Verdict(name, earned, cell.points, outcomes=(shown, hidden)))
        elif cell.kind == ingest.WRITTEN:
            verdicts.append(Verdict(name, None, cell.points, MANUAL))
    ran = [c for c in submission.cells if c.kind in (ingest.EXERCISE, ingest.EXTRA) and c.source]
    judgement = Judgement(
        assignment.name,
        assignment.notebook,
        tuple(verdicts),
        tuple(CellOutput(c.name, c.source, text=f"ran {c.name}\n") for c in ran),
        notices=submission.notices,
    )
    return judgement, mark(assignment, submission, judgement)


def changed(judgement: Judgement, check: str, **fields: Any) -> Judgement:
    verdicts = (replace(v, **fields) if v.check == check else v for v in judgement.verdicts)
    return replace(judgement, verdicts=tuple(verdicts))


ROWS = {
    "student": "select id, first_name, last_name, email from student",
    "submission": """select student_id, a.name, timestamp, extension from submitted_assignment s
        join assignment a on a.id = s.assignment_id""",
    "notebook": """select s.student_id, n.name, t.flagged, t.late_submission_penalty
        from submitted_notebook t join notebook n on n.id = t.notebook_id
        join submitted_assignment s on s.id = t.assignment_id""",
    "grade": """select s.student_id, c.name, c.type, g.auto_score, g.manual_score, g.extra_credit,
        g.needs_manual_grade from grade g join base_cell c on c.id = g.cell_id
        join submitted_notebook t on t.id = g.notebook_id
        join submitted_assignment s on s.id = t.assignment_id""",
    "comment": """select s.student_id, c.name, c.type, m.auto_comment, m.manual_comment
        from comment m join base_cell c on c.id = m.cell_id
        join submitted_notebook t on t.id = m.notebook_id
        join submitted_assignment s on s.id = t.assignment_id""",
}


def rows(root: Path, *tables: str, student: str = "") -> dict[str, list[tuple[Any, ...]]]:
    """What the gradebook says, without its random ids; of everybody or of one student."""
    with sqlite3.connect(root / "gradebook.db") as database:
        found = {name: sorted(database.execute(ROWS[name]), key=repr) for name in tables or ROWS}
    database.close()
    return {name: [r for r in all_ if student in ("", r[0])] for name, all_ in found.items()}


def grades(root: Path, student: str) -> dict[str, tuple[Any, ...]]:
    """Cell -> automatic score, manual score, extra credit, whether a person has to look at it."""
    return {row[1]: row[3:] for row in rows(root, "grade", student=student)["grade"]}


def sql(root: Path, statement: str, *values: Any) -> None:
    """Change the gradebook behind nbgrader's back."""
    with sqlite3.connect(root / "gradebook.db") as database:
        database.execute(statement, values)
    database.close()


def by_hand(root: Path, student: str, cell: str, manual: float, extra: float | None) -> None:
    """Grade a cell as formgrader does, with a comment."""
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{root / 'gradebook.db'}") as book:
        grade = book.find_grade(cell, NOTEBOOK, NAME, student)
        grade.manual_score, grade.extra_credit, grade.needs_manual_grade = manual, extra, False
        comment = book.find_comment(cell.removeprefix("check_"), NOTEBOOK, NAME, student)
        comment.manual_comment = "Well argued."
        book.db.commit()
