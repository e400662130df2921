"""Judgements become rows of nbgrader's gradebook and files in `autograded/`. The only writer.

What should be there follows from the marked notebooks, by nbgrader's own rules; what is there is
read; the difference is written, for one student in one transaction, and the files are put in
place after it. So a run that was killed anywhere and is started again ends in the same gradebook,
and a run that finds nothing changed writes nothing.

One rule differs from nbgrader's, on purpose. nbgrader asks for hand grading again whenever a
submission with a manual score is graded again; here only when its automatic score or the answer
changed. Manual scores, extra credit and comments are never touched.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from nbgrader import api
from nbgrader.converters import Autograde
from sqlalchemy import exc, insert, select, update

from . import database
from .autograded import Files
from .course import Course, CourseError, NotEntered
from .late import LatePolicy, same
from .marked import points_of
from .rows import (
    Book,
    Key,
    Rows,
    Wanted,
    book_of,
    grade_values,
    old_answers,
    rows_of,
    seconds_late,
    students_from,
    wanted_by,
)
from .spec import Judgement

CHUNK = 20  # students whose rows are read at once


class Gradebook:
    """The gradebook of a course, open for entering judgements: `with Gradebook(course) as book:`.

    Args:
        wait: seconds to wait for somebody else who is writing.

    Raises:
        CourseError: if there is no gradebook yet, or it cannot be opened.
    """

    def __init__(self, course: Course, wait: float = 30.0):
        self._course, self._wait = course, wait
        self._autograde = Autograde(coursedir=course.directory, config=course.config)
        self._files = Files(course, self._autograde)
        self._late = LatePolicy(course, self._autograde)
        self._books: dict[str, Book] = {}
        self._ahead: tuple[str, dict[str, Rows]] = "", {}

    def __enter__(self) -> Gradebook:
        url = self._course.db_url
        path = database.file_of(url)
        if path is not None:
            if not path.is_file():
                raise CourseError(f"There is no gradebook {path}; run `autograder build` first.")
            url += f"{'&' if '?' in url else '?'}timeout={self._wait}"
        with self._clear_errors():
            self._nbgrader = api.Gradebook(url, self._course.directory.course_id)
            self._db = self._nbgrader.db
            database.wait_for_others(self._db, self._wait)
        self._files.tidy()
        return self

    def __exit__(self, *error: object) -> None:
        self._nbgrader.close()
        self._files.tidy()

    def enter(
        self,
        assignment: str,
        student: str,
        judgements: Mapping[str, Judgement],
        texts: Mapping[str, str],
        timestamp: datetime | None = None,
    ) -> bool:
        """Enter what one student earned. Scores are entered whole or not at all.

        Args:
            judgements: notebook -> judgement. A notebook of the assignment that is not among them
                was not handed in and counts zero.
            texts: notebook -> its marked notebook (`marked.mark`), from which the scores come.
            timestamp: when it was handed in, UTC; None leaves the gradebook's as it is.

        Returns:
            Whether anything changed.

        Raises:
            CourseError: if it cannot be written now (locked, disk full, assignment not built);
                the next call completes it.
            NotEntered: if it is this student's that cannot be written.
        """
        if not student.isprintable() or student in ("", ".", "..") or "/" in student:
            raise NotEntered(f"{student!r} is no name for a student; rename the folder.")
        with self._clear_errors(student):
            book = self._book(assignment)
            wanted = wanted_by(book, texts)
            _agree(judgements, wanted)
            changed = self._files.differ(student, assignment, texts, timestamp)
            if not changed and self._is_entered(assignment, student, wanted, timestamp):
                return False
            self._ahead[1].pop(student, None)
            files = self._files.staged(student, assignment, texts, timestamp)
            with files, self._transaction(student):
                changed |= self._write(book, assignment, student, wanted, timestamp)
        return changed

    def _book(self, assignment: str) -> Book:
        if assignment not in self._books:
            self._books[assignment] = book_of(self._db, assignment)
        return self._books[assignment]

    @contextmanager
    def _transaction(self, student: str) -> Iterator[None]:
        """Nobody else writes between our reading and our writing; all is written or nothing."""
        self._db.rollback()
        try:
            database.start_writing(self._db, student)
            yield
            self._db.commit()
        except BaseException:
            self._db.rollback()
            raise

    def _write(
        self, book: Book, assignment: str, student: str, wanted: Wanted, timestamp: datetime | None
    ) -> bool:
        """Write the difference between what is there and what should be."""
        rows = rows_of(self._db, book, [student], to_write=True).get(student)
        changed = rows is None
        if rows is None:
            rows = self._new_submission(book, student)
        if timestamp is not None and rows.submission.timestamp != timestamp:
            number, extension = rows.submission.id, rows.submission.extension
            rows.submission = SimpleNamespace(id=number, timestamp=timestamp, extension=extension)
            changed = self._save(
                api.SubmittedAssignment, [], [{"id": number, "timestamp": timestamp}]
            )
        changed |= self._write_notebooks(book, rows)
        changed |= self._write_grades(
            book, rows, wanted, self._old_answers(student, assignment, wanted)
        )
        changed |= self._write_comments(book, rows, wanted)
        return self._write_penalties(book, student, rows, wanted) or changed

    def _new_submission(self, book: Book, student: str) -> Rows:
        if self._db.scalar(select(api.Student.id).where(api.Student.id == student)) is None:
            if not self._autograde.create_student:
                raise NotEntered(
                    f"'{student}' is not a student of this course. Add the student with "
                    "`nbgrader db student add`, or move the folder away."
                )
            self._save(api.Student, [{"id": student}], [])
        row = {"id": api.new_uuid(), "assignment_id": book.id, "student_id": student}
        self._save(api.SubmittedAssignment, [row], [])
        return Rows(SimpleNamespace(**row, timestamp=None, extension=None))

    def _write_notebooks(self, book: Book, rows: Rows) -> bool:
        new = []
        for name in sorted(book.notebooks.keys() - rows.notebooks.keys()):
            ids = {"notebook_id": book.notebooks[name], "assignment_id": rows.submission.id}
            new.append({"id": api.new_uuid(), **ids})
            rows.notebooks[name] = SimpleNamespace(**new[-1], late_submission_penalty=None)
        return self._save(api.SubmittedNotebook, new, [])

    def _old_answers(self, student: str, assignment: str, wanted: Wanted) -> dict[Key, str]:
        found: dict[Key, str] = {}
        for notebook in wanted.notebooks:
            found |= old_answers(notebook, self._files.old(student, assignment, notebook))
        return found

    def _write_grades(
        self, book: Book, rows: Rows, wanted: Wanted, answers: Mapping[Key, str]
    ) -> bool:
        new, old = [], []
        for key, cell in book.grades.items():
            row = rows.grades.get(key)
            reopen = wanted.answers.get(key) != answers.get(key)
            values = grade_values(row, key, wanted, reopen)
            if row is None:
                new.append({"cell_id": cell, "notebook_id": rows.notebooks[key[0]].id, **values})
            elif not _has(row, values):
                old.append({"id": row.id, **values})
        return self._save(api.Grade, new, old)

    def _write_comments(self, book: Book, rows: Rows, wanted: Wanted) -> bool:
        new, old = [], []
        for key, cell in book.comments.items():
            row, values = rows.comments.get(key), {"auto_comment": wanted.comments.get(key)}
            if row is None:
                new.append({"cell_id": cell, "notebook_id": rows.notebooks[key[0]].id, **values})
            elif key[0] in wanted.notebooks and not _has(row, values):
                old.append({"id": row.id, **values})
        return self._save(api.Comment, new, old)

    def _write_penalties(self, book: Book, student: str, rows: Rows, wanted: Wanted) -> bool:
        """After the grades, since a penalty may depend on the score, which the database adds up."""
        seconds, old = seconds_late(book, rows.submission), []
        for name in sorted(wanted.notebooks):
            row, score = rows.notebooks[name], 0.0
            if seconds > 0:
                mine = api.SubmittedNotebook.id == row.id
                score = self._db.scalar(select(api.SubmittedNotebook.score).where(mine))
            values = {"late_submission_penalty": self._late.penalty(student, score, seconds)}
            if not _has(row, values):
                old.append({"id": row.id, **values})
        return self._save(api.SubmittedNotebook, [], old)

    def _save(self, table: Any, new: list[dict[str, Any]], old: list[dict[str, Any]]) -> bool:
        if new:
            self._db.execute(insert(table), new)
        if old:
            self._db.execute(update(table), old)
        return bool(new or old)

    def _is_entered(
        self, assignment: str, student: str, wanted: Wanted, timestamp: datetime | None
    ) -> bool:
        """Whether all of it is in the gradebook already. The answers are known to be the same."""
        book, rows = self._book(assignment), self._rows(assignment, student)
        if rows is None or timestamp not in (None, rows.submission.timestamp):
            return False
        seconds = seconds_late(book, rows.submission)
        return (
            rows.notebooks.keys() == book.notebooks.keys()
            and rows.grades.keys() == book.grades.keys()
            and rows.comments.keys() == book.comments.keys()
            and all(
                _has(row, grade_values(row, key, wanted, False)) for key, row in rows.grades.items()
            )
            and all(
                key[0] not in wanted.notebooks or row.auto_comment == wanted.comments.get(key)
                for key, row in rows.comments.items()
            )
            and all(
                same(
                    rows.notebooks[name].late_submission_penalty,
                    self._late.penalty(student, rows.score(name), seconds),
                )
                for name in wanted.notebooks
            )
        )

    def _rows(self, assignment: str, student: str) -> Rows | None:
        """The rows of one student, read together with those who come next, each used once.

        They are a few students old. What somebody else wrote since is seen by the next run, as
        what is written after our looking always is.
        """
        if self._ahead[0] != assignment or student not in self._ahead[1]:
            book = self._book(assignment)
            some = students_from(self._db, book, student, CHUNK)
            self._ahead = assignment, rows_of(self._db, book, some)
            self._db.rollback()  # a server keeps a transaction open for what was read
        return self._ahead[1].pop(student, None)

    @contextmanager
    def _clear_errors(self, student: str = "") -> Iterator[None]:
        """What can go wrong with files and the database, as one line with a remedy."""
        try:
            yield
        except OSError as error:
            raise CourseError(
                f"Grades cannot be written: {error.strerror} ({error.filename}). Free some space "
                f"or correct the permissions, {database.AGAIN}"
            ) from error
        except exc.DataError as error:  # a server has limits that SQLite has not
            raise NotEntered(f"{student!r} cannot be entered: {error.orig}.") from None
        except (*database.ERRORS, api.InvalidEntry) as error:
            raise CourseError(database.explain(error, self._course.db_url)) from None


def _has(row: Any, values: Mapping[str, Any]) -> bool:
    return all(getattr(row, name) == value for name, value in values.items())


def _agree(judgements: Mapping[str, Judgement], wanted: Wanted) -> None:
    """The marked notebooks say what the judgements say, or nothing is entered."""
    for notebook, judgement in judgements.items():
        for verdict in judgement.verdicts:
            if verdict.points is None:
                continue
            points = points_of(verdict, verdict.max_points)
            keys = [(notebook, f"check_{verdict.check}"), (notebook, verdict.check)]
            found = [wanted.grades[key] for key in keys if key in wanted.grades]
            if found != [points]:
                raise ValueError(f"{verdict.check}: judged {points}, marked {found}")
