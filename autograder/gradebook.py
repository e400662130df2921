"""Judgements become rows of nbgrader's gradebook and files in `autograded/`. The only writer.

What should be there follows from the marked notebook, by nbgrader's own rules (`SaveAutoGrades`);
what is there is read; only the difference is written, for one student in one transaction, and the
files are put in place after it. So a run that is killed anywhere and started again ends in the
same gradebook, and a run that finds nothing changed writes nothing.

One rule differs from nbgrader's, on purpose. nbgrader reopens every hand-graded cell when a
submission is graded again; here a cell is reopened only when its automatic score or the answer
changed. Manual scores, extra credit and comments are never touched.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace, TracebackType
from typing import Any

import nbformat
from nbgrader import api, utils
from nbgrader.converters import Autograde
from nbgrader.preprocessors import AssignLatePenalties
from sqlalchemy import Connection, Select, event, exc, insert, select, text, update

from .course import Course, CourseError
from .files import Files
from .marked import points_of
from .spec import MANUAL, Judgement

NO_RESPONSE = "No response."
Key = tuple[str, str]  # notebook, grade id


@dataclass(frozen=True)
class _Book:
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
class _Rows:
    """What the gradebook holds of one student: names -> rows."""

    submission: Any = None
    notebooks: dict[str, Any] = field(default_factory=dict)
    grades: dict[Key, Any] = field(default_factory=dict)
    comments: dict[Key, Any] = field(default_factory=dict)


@dataclass
class _Wanted:
    """What the gradebook should hold of one student.

    Args:
        grades: automatic score; None waits for a person.
        comments: automatic comment.
        answers: what the learner wrote to earn a grade.
        notebooks: those that were handed in.
    """

    grades: dict[Key, float | None] = field(default_factory=dict)
    comments: dict[Key, str | None] = field(default_factory=dict)
    answers: dict[Key, str] = field(default_factory=dict)
    notebooks: set[str] = field(default_factory=set)


class Gradebook:
    """nbgrader's gradebook of a course, open for entering judgements. A context manager.

    Args:
        wait: seconds to wait for somebody else who is writing.

    Raises:
        CourseError: if there is no gradebook yet, or it cannot be read.
    """

    def __init__(self, course: Course, wait: float = 30.0):
        self._course, self._wait = course, wait
        self._autograde = Autograde(coursedir=course.directory, config=course.config)
        self._penalties = AssignLatePenalties(parent=self._autograde)
        self._penalties.init_plugin()
        self._files = Files(course, self._autograde)
        self._books: dict[str, _Book] = {}
        self._seen: dict[str, dict[str, _Rows]] = {}
        self._version = 0

    def __enter__(self) -> Gradebook:
        path = self._course.db_url.removeprefix("sqlite:///")
        if self._course.db_url.startswith("sqlite:///") and not Path(path).is_file():
            raise CourseError(f"There is no gradebook {path}; run `autograder build` first.")
        with _readable_errors():
            name = self._course.directory.course_id
            self._nbgrader = api.Gradebook(self._course.db_url, name)
        self._db = self._nbgrader.db
        if self._is_sqlite():
            event.listen(self._nbgrader.engine, "connect", self._be_patient)
            self._nbgrader.close()  # connections made from now on are patient
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._nbgrader.close()

    def enter(
        self,
        assignment: str,
        student: str,
        judgements: Mapping[str, Judgement],
        texts: Mapping[str, str],
        timestamp: datetime | None = None,
    ) -> bool:
        """Enter what one student earned. Whole or not at all; again changes nothing.

        Args:
            judgements: notebook -> judgement. A notebook of the assignment that is not in it
                was not handed in and is zero, as nbgrader has it.
            texts: notebook -> its marked notebook (`marked.mark`), which is what is entered.
            timestamp: when it was handed in (UTC); None leaves the gradebook's as it is.

        Returns:
            Whether anything changed.

        Raises:
            CourseError: if it cannot be written now (locked, no space, no such assignment); the
                student's rows are as they were.
        """
        with _readable_errors():
            book = self._book(assignment)
            wanted = _wanted(book, texts)
            _agree(judgements, wanted)
            changed = self._files.differ(student, assignment, texts, timestamp)
            if not changed and self._is_entered(assignment, student, wanted, timestamp):
                return False
            with self._files.staged(student, assignment, texts, timestamp):
                changed |= self._write(book, assignment, student, wanted, timestamp)
        return changed

    def _write(
        self, book: _Book, assignment: str, student: str, wanted: _Wanted, timestamp: datetime | None
    ) -> bool:
        """One transaction: read what is there, write the difference."""
        old_answers = self._files.old(student, assignment, wanted.notebooks)
        try:
            if self._is_sqlite():
                self._db.execute(text("BEGIN IMMEDIATE"))
            rows = self._read(book, student).get(student, _Rows())
            changed = self._write_submission(book, student, rows, timestamp)
            changed |= self._write_grades(book, rows, wanted, _answers(old_answers))
            changed |= self._write_comments(book, rows, wanted)
            rows = self._read(book, student)[student] if changed else rows
            changed |= self._write_penalties(book, student, rows, wanted)
            self._db.commit() if changed else self._db.rollback()
        except BaseException:
            self._db.rollback()
            raise
        self._seen.get(assignment, {}).pop(student, None)  # read again when asked again
        return changed

    def _write_submission(
        self, book: _Book, student: str, rows: _Rows, timestamp: datetime | None
    ) -> bool:
        """The student, the submission and its notebooks."""
        changed = False
        if self._db.get(api.Student, student) is None:
            if not self._autograde.create_student:
                raise CourseError(
                    f"{student} is not a student of this course. "
                    f"Run `nbgrader db student add {student}`, or move the folder away."
                )
            self._db.execute(insert(api.Student), [{"id": student}])
            changed = True
        if rows.submission is None:
            row = {"id": api.new_uuid(), "assignment_id": book.id, "student_id": student}
            row["timestamp"] = timestamp  # type: ignore[assignment]
            self._db.execute(insert(api.SubmittedAssignment), [row])
            rows.submission, changed = SimpleNamespace(**row, extension=None), True
        elif timestamp is not None and rows.submission.timestamp != timestamp:
            row = {"id": rows.submission.id, "timestamp": timestamp}
            self._db.execute(update(api.SubmittedAssignment), [row])
            changed = True
        for name in book.notebooks.keys() - rows.notebooks.keys():
            row = {"id": api.new_uuid(), "notebook_id": book.notebooks[name]}
            row["assignment_id"] = rows.submission.id
            self._db.execute(insert(api.SubmittedNotebook), [row])
            rows.notebooks[name], changed = SimpleNamespace(**row), True
        return changed

    def _write_grades(
        self, book: _Book, rows: _Rows, wanted: _Wanted, old_answers: dict[Key, str]
    ) -> bool:
        new, old = [], []
        for key, cell in book.grades.items():
            row, notebook = rows.grades.get(key), rows.notebooks[key[0]].id
            reopen = wanted.answers.get(key) != old_answers.get(key)
            values = _grade(row, key, wanted, reopen)
            if row is None:
                new.append({"cell_id": cell, "notebook_id": notebook, **values})
            elif (row.auto_score, row.needs_manual_grade) != tuple(values.values()):
                old.append({"id": row.id, **values})
        return self._save(api.Grade, new, old)

    def _write_comments(self, book: _Book, rows: _Rows, wanted: _Wanted) -> bool:
        new, old = [], []
        for key, cell in book.comments.items():
            row, notebook = rows.comments.get(key), rows.notebooks[key[0]].id
            if row is None:
                values = {"auto_comment": wanted.comments.get(key)}
                new.append({"cell_id": cell, "notebook_id": notebook, **values})
            elif key[0] in wanted.notebooks and row.auto_comment != wanted.comments.get(key):
                old.append({"id": row.id, "auto_comment": wanted.comments.get(key)})
        return self._save(api.Comment, new, old)

    def _write_penalties(self, book: _Book, student: str, rows: _Rows, wanted: _Wanted) -> bool:
        old = []
        seconds = _seconds_late(book, rows)
        for name in sorted(wanted.notebooks):
            row = rows.notebooks[name]
            score = 0.0
            if seconds > 0:
                score = self._db.scalar(
                    select(api.SubmittedNotebook.score).where(api.SubmittedNotebook.id == row.id)
                )
            penalty = self._penalty(student, score, seconds)
            if row.late_submission_penalty != penalty:
                old.append({"id": row.id, "late_submission_penalty": penalty})
        return self._save(api.SubmittedNotebook, [], old)

    def _save(self, table: Any, new: list[dict[str, Any]], old: list[dict[str, Any]]) -> bool:
        if new:
            self._db.execute(insert(table), new)
        if old:
            self._db.execute(update(table), old)
        return bool(new or old)

    def _penalty(self, student: str, score: float, seconds: float) -> float | None:
        """What the course's own late policy takes away, as `AssignLatePenalties` applies it."""
        if seconds <= 0:
            return None
        plugin = self._penalties.plugin_inst
        penalty = plugin.late_submission_penalty(student, score, seconds)
        if penalty is None:
            return None
        return float(self._penalties._check_late_penalty(SimpleNamespace(score=score), penalty))

    def _is_entered(
        self, assignment: str, student: str, wanted: _Wanted, timestamp: datetime | None
    ) -> bool:
        """Whether the gradebook holds all of it already. Only reads, everybody at once."""
        book, rows = self._book(assignment), self._all(assignment).get(student)
        if rows is None or rows.submission is None:
            return False
        if timestamp is not None and rows.submission.timestamp != timestamp:
            return False
        if rows.grades.keys() != book.grades.keys() or rows.comments.keys() != book.comments.keys():
            return False
        for key, grade in rows.grades.items():
            values = _grade(grade, key, wanted, False)
            if (grade.auto_score, grade.needs_manual_grade) != tuple(values.values()):
                return False
        for key, comment in rows.comments.items():
            if key[0] in wanted.notebooks and comment.auto_comment != wanted.comments.get(key):
                return False
        return self._penalties_are_entered(book, student, rows, wanted)

    def _penalties_are_entered(
        self, book: _Book, student: str, rows: _Rows, wanted: _Wanted
    ) -> bool:
        seconds = _seconds_late(book, rows)
        for name in wanted.notebooks:
            scores = [g.score for key, g in rows.grades.items() if key[0] == name]
            penalty = self._penalty(student, math.fsum(scores), seconds)
            row = rows.notebooks[name].late_submission_penalty
            if (row is None) != (penalty is None) or abs((row or 0) - (penalty or 0)) > 1e-9:
                return False
        return True

    def _all(self, assignment: str) -> dict[str, _Rows]:
        """The rows of everybody, read again only after somebody else wrote."""
        version = self._db.scalar(text("PRAGMA data_version")) if self._is_sqlite() else None
        if version != self._version or version is None or assignment not in self._seen:
            self._seen[assignment] = self._read(self._book(assignment))
            self._version = version
        return self._seen[assignment]

    def _read(self, book: _Book, student: str | None = None) -> dict[str, _Rows]:
        """The rows of everybody, or of one student."""
        found: dict[str, _Rows] = {}
        notebook_names = {number: name for name, number in book.notebooks.items()}
        submitted = {}
        for row in self._db.execute(_submissions(book, student)):
            submission, notebook = row[:4], row[4:]
            rows = found.setdefault(row.student_id, _Rows())
            rows.submission = row
            if row.notebook_row is not None:
                name = notebook_names[row.notebook_id]
                rows.notebooks[name] = SimpleNamespace(
                    id=row.notebook_row, late_submission_penalty=row.late_submission_penalty
                )
                submitted[row.notebook_row] = rows, name
        return found

    def _book(self, assignment: str) -> _Book:
        raise NotImplementedError

    def _is_sqlite(self) -> bool:
        return bool(self._nbgrader.engine.dialect.name == "sqlite")
