"""What nbgrader's gradebook holds of an assignment, and what it should hold. Only reads."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import nbformat
from nbgrader import api, utils
from sqlalchemy import select

from .course import CourseError

Key = tuple[str, str]  # notebook, grade id

NO_RESPONSE = "No response."


@dataclass(frozen=True)
class Book:
    """What the gradebook knows of an assignment before anybody hands in.

    Args:
        notebooks: name -> id.
        grades, comments: the cells that get one -> their ids.
    """

    id: str
    duedate: datetime | None
    notebooks: dict[str, str]
    grades: dict[Key, str]
    comments: dict[Key, str]


@dataclass
class Rows:
    """The rows of one student: the submission, and by name its notebooks, grades, comments."""

    submission: Any
    notebooks: dict[str, Any] = field(default_factory=dict)
    grades: dict[Key, Any] = field(default_factory=dict)
    comments: dict[Key, Any] = field(default_factory=dict)

    def score(self, notebook: str) -> float:
        """What the notebook is worth so far, manual scores and extra credit included."""
        return math.fsum(row.score for key, row in self.grades.items() if key[0] == notebook)


@dataclass
class Wanted:
    """What there should be of one student.

    Args:
        notebooks: those that were handed in.
        grades: automatic scores; None waits for a person.
        comments: automatic comments.
        answers: what the learner wrote to earn a grade.
    """

    notebooks: set[str] = field(default_factory=set)
    grades: dict[Key, float | None] = field(default_factory=dict)
    comments: dict[Key, str | None] = field(default_factory=dict)
    answers: dict[Key, str] = field(default_factory=dict)


def book_of(db: Any, assignment: str) -> Book:
    """Read an assignment.

    Raises:
        CourseError: if the gradebook does not have it.
    """
    head = db.execute(
        select(api.Assignment.id, api.Assignment.duedate).where(api.Assignment.name == assignment)
    ).first()
    if head is None:
        raise CourseError(
            f"The gradebook has no assignment '{assignment}'; run `autograder build {assignment}`."
        )
    grades: dict[Key, str] = {}
    comments: dict[Key, str] = {}
    query = (
        select(api.Notebook.name, api.BaseCell.name, api.BaseCell.id, api.BaseCell.type)
        .join(api.BaseCell, api.BaseCell.notebook_id == api.Notebook.id)
        .where(api.Notebook.assignment_id == head.id)
        .order_by(api.Notebook.name, api.BaseCell.name)
    )
    for notebook, cell, number, kind in db.execute(query):
        if kind in ("GradeCell", "TaskCell"):
            grades[notebook, cell] = number
        if kind in ("SolutionCell", "TaskCell"):
            comments[notebook, cell] = number
    names = select(api.Notebook.name, api.Notebook.id).where(api.Notebook.assignment_id == head.id)
    notebooks = {name: number for name, number in db.execute(names)}
    return Book(head.id, head.duedate, notebooks, grades, comments)


def students_from(db: Any, book: Book, student: str, count: int) -> list[str]:
    """The students with a submission from this one on, in the database's order."""
    column = api.SubmittedAssignment.student_id
    query = select(column).where(api.SubmittedAssignment.assignment_id == book.id)
    return list(db.scalars(query.where(column >= student).order_by(column).limit(count)))


def rows_of(db: Any, book: Book, students: list[str], to_write: bool = False) -> dict[str, Rows]:
    """The rows of some students, in four queries.

    Args:
        to_write: keep everybody else from changing their grades until the transaction ends.
    """
    query = select(
        api.SubmittedAssignment.id,
        api.SubmittedAssignment.student_id,
        api.SubmittedAssignment.timestamp,
        api.SubmittedAssignment.extension,
    ).where(
        api.SubmittedAssignment.assignment_id == book.id,
        api.SubmittedAssignment.student_id.in_(students),
    )
    found = {row.student_id: Rows(row) for row in db.execute(query)}
    if not found:
        return {}
    by_submission = {rows.submission.id: rows for rows in found.values()}
    query = select(
        api.SubmittedNotebook.id,
        api.SubmittedNotebook.assignment_id,
        api.SubmittedNotebook.notebook_id,
        api.SubmittedNotebook.late_submission_penalty,
    ).where(
        api.SubmittedNotebook.notebook_id.in_(book.notebooks.values()),
        api.SubmittedNotebook.assignment_id.in_(by_submission),
    )
    names = {number: name for name, number in book.notebooks.items()}
    by_notebook = {}
    for row in db.execute(query):
        rows = by_submission[row.assignment_id]
        rows.notebooks[names[row.notebook_id]] = row
        by_notebook[row.id] = rows
    _read_cells(db, book, by_notebook, to_write)
    return found


def _read_cells(db: Any, book: Book, by_notebook: dict[str, Rows], to_write: bool) -> None:
    """Grades and comments. They are found by cell, for which the gradebook has an index."""
    grade, comment = api.Grade, api.Comment
    columns = (
        (grade.auto_score, grade.manual_score, grade.needs_manual_grade, grade.score),
        (comment.auto_comment,),
    )
    for table, more, cells in zip(
        (grade, comment), columns, (book.grades, book.comments), strict=True
    ):
        keys = {number: key for key, number in cells.items()}
        query = select(table.id, table.notebook_id, table.cell_id, *more)
        query = query.where(table.cell_id.in_(keys), table.notebook_id.in_(by_notebook))
        for row in db.execute(query.with_for_update() if to_write else query):
            rows = by_notebook[row.notebook_id]
            target = rows.grades if table is grade else rows.comments
            target[keys[row.cell_id]] = row


def wanted_by(book: Book, texts: Mapping[str, str]) -> Wanted:
    """What marked notebooks say, read as nbgrader's `SaveAutoGrades` reads them.

    Raises:
        CourseError: if the gradebook does not have a notebook or a cell.
    """
    wanted = Wanted(set(texts))
    for notebook, marked in texts.items():
        cells = json.loads(marked)["cells"]
        graded = _graded(cells)
        for name, cell in graded.items():
            key, known = (notebook, name), notebook in book.notebooks
            if utils.is_grade(cell):
                wanted.grades[key] = utils.determine_grade(cell)[0]
                known &= key in book.grades
            if utils.is_solution(cell):
                answered = cell.metadata.nbgrader.get("checksum") != utils.compute_checksum(cell)
                wanted.comments[key] = None if answered else NO_RESPONSE
                known &= key in book.comments
            if not known:
                raise CourseError(
                    f"The gradebook does not know the cell '{name}' of {notebook}, which was "
                    "built after it; run `autograder build`."
                )
        wanted.answers |= _answers_in(notebook, cells, graded)
    return wanted


def old_answers(notebook: str, marked: str) -> dict[Key, str]:
    """The answers in a file that was marked before, by us, by nbgrader or by nobody we know."""
    try:
        cells = json.loads(marked)["cells"]
        return _answers_in(notebook, cells, _graded(cells))
    except (AttributeError, KeyError, TypeError, ValueError):
        return {}  # damaged: every answer counts as changed


def _answers_in(
    notebook: str, cells: list[dict[str, Any]], graded: Mapping[str, Any]
) -> dict[Key, str]:
    """What the learner wrote for each grade: the answer, or the exercise and the added cells."""
    added = [_source(cell) for cell in cells if str(cell.get("id", "")).startswith("added-")]
    answers = {}
    for name in (name for name, cell in graded.items() if utils.is_grade(cell)):
        exercise = graded.get(name.removeprefix("check_"))
        parts = [exercise.source if exercise else ""]
        parts += [] if exercise is graded[name] else added
        answers[notebook, name] = json.dumps(parts)
    return answers


def _graded(cells: list[dict[str, Any]]) -> dict[str, Any]:
    """The cells that nbgrader knows, by grade id, as its functions want them.

    What a cell put out stays as it is below its first level, where nothing of it is read but the
    points: to convert it all takes longer than everything else here.
    """
    found = {}
    for cell in cells:
        if isinstance(cell.get("metadata"), dict) and "nbgrader" in cell["metadata"]:
            node = nbformat.NotebookNode(cell)
            node.source, node.metadata = _source(cell), cell["metadata"]
            if "outputs" in cell:
                node.outputs = [nbformat.NotebookNode(output) for output in cell["outputs"]]
            found[str(node.metadata.nbgrader.get("grade_id", ""))] = node
    return found


def _source(cell: dict[str, Any]) -> str:
    source = cell.get("source", "")
    return "".join(source) if isinstance(source, list) else str(source)


def grade_values(row: Any, key: Key, wanted: Wanted, reopen: bool) -> dict[str, Any]:
    """The automatic score of a cell, and whether a person has to look at it.

    Args:
        row: the grade that is there; None if there is none.
        reopen: whether the answer changed after it was graded.
    """
    if key[0] not in wanted.notebooks:  # the notebook was not handed in
        return {"auto_score": 0.0, "needs_manual_grade": False}
    score = wanted.grades.get(key)  # None also for a test that is gone: its old score must go too
    if row is None or row.manual_score is None:
        needed = score is None
    else:
        needed = row.needs_manual_grade or reopen or score != row.auto_score
    return {"auto_score": score, "needs_manual_grade": needed}


def seconds_late(book: Book, submission: Any) -> float:
    """As `api.SubmittedAssignment.total_seconds_late`, on plain rows."""
    if submission.timestamp is None or book.duedate is None:
        return 0.0
    due = book.duedate + (submission.extension or timedelta(0))
    return max(0.0, float((submission.timestamp - due).total_seconds()))
