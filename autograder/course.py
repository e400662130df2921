"""A course folder: where its files are, as nbgrader's own configuration says."""

from __future__ import annotations

import hashlib
import hmac
import logging
import os
import secrets
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from . import ingest

CONFIG, SECRET, STORE = "nbgrader_config.py", ".autograder/secret", ".autograder/judgements"


class CourseError(Exception):
    """The folder cannot be graded as it is; the message says why and what to do."""


class NotEntered(CourseError):
    """One student's result cannot be entered; the rest of the class can."""


@dataclass(frozen=True)
class Assignment:
    """One notebook of an assignment, as a grader needs it. Travels to workers.

    Args:
        name, notebook: "01_perceptron_xor", "perceptron_xor".
        release: the release notebook as JSON text.
        source: the source notebook, solutions included, as JSON text.
    """

    name: str
    notebook: str
    release: str
    source: str

    def digest(self) -> str:
        """Changes when anything that was built changes."""
        return hashlib.sha256(f"{self.release}\0{self.source}".encode()).hexdigest()


@dataclass(frozen=True)
class HandedIn:
    """One file that a student handed in, not read yet.

    Args:
        student: the name of the student's folder.
        path: where the notebook should be; it may be missing or not a regular file.
        timestamp: when it was handed in, if the folder's timestamp.txt says so.
    """

    student: str
    path: Path
    timestamp: datetime | None = None

    def read(self) -> bytes:
        """The bytes.

        Raises:
            ingest.Refused: if there is no regular file in a folder of the student's own.
        """
        if any(os.path.islink(folder) for folder in (self.path.parent, self.path.parent.parent)):
            raise ingest.Refused(f"The folder of {self.path.name} is a link to another folder.")
        return read_regular(self.path)


def read_regular(path: Path) -> bytes:
    """The bytes of a file, `ingest.MAX_BYTES` and one at most.

    Raises:
        ingest.Refused: if it is not there, or a link, a device, a pipe; a second name of a file
            that lies elsewhere is one that the student may not be able to read.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        raise ingest.Refused(f"The notebook {path.name} was not handed in.") from None
    except OSError as error:
        raise ingest.Refused(f"{path.name} cannot be read: {error.strerror}.") from None
    found = os.fstat(descriptor)
    if not stat.S_ISREG(found.st_mode):
        os.close(descriptor)
        raise ingest.Refused(f"{path.name} is not a regular file.")
    with os.fdopen(descriptor, "rb") as file:
        if found.st_nlink > 1:
            raise ingest.Refused(f"{path.name} is a hard link to another file; hand in a copy.")
        return file.read(ingest.MAX_BYTES + 1)


class Course:
    """A course folder.

    Args:
        root: the folder with nbgrader_config.py.
        config: what that file says.
    """

    def __init__(self, root: Path, config: Any):
        from nbgrader.coursedir import CourseDirectory

        programs = os.path.dirname(sys.executable)  # nbgrader calls `alembic` by name
        if programs not in os.environ.get("PATH", "").split(os.pathsep):
            os.environ["PATH"] = programs + os.pathsep + os.environ.get("PATH", "")
        self.root, self.config = root, config
        self.directory = CourseDirectory(config=config, root=str(root))

    @staticmethod
    def open(root: Path) -> Course:
        """Read the configuration.

        Raises:
            CourseError: if `root` is no course folder or its configuration cannot be read.
        """
        from traitlets.config.loader import PyFileConfigLoader

        root = root.resolve()
        if not (root / CONFIG).is_file():
            raise CourseError(
                f"{root} is not a course folder: it has no {CONFIG}. "
                "Go to the folder that has one, or name it with --course."
            )
        try:
            return Course(root, PyFileConfigLoader(CONFIG, path=str(root)).load_config())
        except Exception as error:  # the file is Python: anything can go wrong in it
            raise CourseError(f"{CONFIG} cannot be read: {error}") from error

    @property
    def db_url(self) -> str:
        return str(self.directory.db_url)

    def folder(self, step: str, student: str = ".", assignment: str = ".") -> Path:
        """A folder of nbgrader's: step is source, release, submitted, autograded or feedback."""
        name = getattr(self.directory, f"{step}_directory")
        return Path(os.path.normpath(self.directory.format_path(name, student, assignment)))

    def assignments(self) -> list[str]:
        """The assignments that were built."""
        folder = self.folder("source")
        return sorted(p.name for p in folder.iterdir() if p.is_dir()) if folder.is_dir() else []

    def assignment(self, name: str) -> list[Assignment]:
        """The notebooks of one assignment.

        Raises:
            CourseError: if it was not built.
        """
        if name not in self.assignments():
            known = ", ".join(self.assignments()) or "none yet; run `autograder build`"
            raise CourseError(f"There is no assignment '{name}' here. There are: {known}.")
        found = []
        for source in sorted(self.folder("source", assignment=name).glob("*.ipynb")):
            release = self.folder("release", assignment=name) / source.name
            if not release.is_file():
                raise CourseError(f"{source.name} was not released; run `autograder build {name}`.")
            texts = release.read_text("utf-8"), source.read_text("utf-8")
            found.append(Assignment(name, source.stem, *texts))
        return found

    def students(self, assignment: str) -> list[str]:
        """The folders in `submitted/` that hold this assignment, sorted."""
        submitted = self.folder("submitted")
        if not submitted.is_dir():
            raise CourseError(
                f"Nothing was handed in: there is no folder {submitted}. "
                f"Put each notebook in {submitted.name}/<student>/{assignment}/."
            )
        here = (path for path in submitted.iterdir() if path.is_dir() and not path.is_symlink())
        return sorted(path.name for path in here if _may_hold(path / assignment))

    def handed_in(self, assignment: Assignment, students: list[str]) -> Iterator[HandedIn]:
        """What each student handed in for one notebook."""
        for student in students:
            folder = self.folder("submitted", student, assignment.name)
            try:
                stamp = self.directory.get_existing_timestamp(str(folder))
            except (AttributeError, ValueError, OSError):  # nbgrader trips over a bad timestamp.txt
                stamp = None
            yield HandedIn(student, folder / f"{assignment.notebook}.ipynb", stamp)

    def due_date(self, assignment: str) -> datetime | None:
        """When an assignment is due, UTC without a zone, if the gradebook says so.

        Raises:
            CourseError: if the gradebook is there and cannot be read.
        """
        from nbgrader.api import Gradebook, MissingEntry

        from . import database  # with SQLAlchemy, which no worker needs

        file = database.file_of(self.db_url)
        if file is not None and not file.is_file():
            return None
        try:
            with Gradebook(self.db_url, self.directory.course_id) as book:
                found = book.find_assignment(assignment).duedate
        except MissingEntry:
            return None
        except database.ERRORS as error:
            raise CourseError(database.explain(error, self.db_url)) from None
        return found if isinstance(found, datetime) else None

    def generate(self, assignment: str) -> None:
        """nbgrader's generate step for an assignment whose source notebooks are in place.

        Raises:
            CourseError: if nbgrader refuses, or the gradebook is on a server out of reach.
        """
        from nbgrader.converters import GenerateAssignment
        from nbgrader.converters.base import NbGraderException

        from . import database

        if database.file_of(self.db_url) is None:
            self.due_date(assignment)  # nbgrader would show a trace with the password in it
        self.directory.assignment_id = assignment
        with captured_log() as lines:
            try:
                GenerateAssignment(coursedir=self.directory, config=self.config, force=True).start()
            except (SystemExit, NbGraderException):
                words = next(
                    (x for x in reversed(lines) if "Error" in x), lines[-1] if lines else ""
                )
                raise CourseError(f"nbgrader could not generate {assignment}: {words}") from None

    def seed(self, student: str, assignment: str) -> bytes:
        """The secret seed of a student's numbers; the same whenever it is graded again."""
        return hmac.digest(self._secret(), f"{assignment}\0{student}".encode(), "sha256")

    def _secret(self) -> bytes:
        path = self.root / SECRET
        if not path.exists():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            part = path.with_suffix(f".{os.getpid()}")
            part.touch(mode=0o600)
            part.write_text(secrets.token_hex(32))
            with suppress(FileExistsError):  # never replace a secret that another run wrote
                os.link(part, path)
            part.unlink()
        return bytes.fromhex(path.read_text().strip())


def _may_hold(folder: Path) -> bool:
    """Whether this is a folder, or cannot be told from one: reading it says why."""
    try:
        return folder.is_dir()
    except PermissionError:
        return True


@contextmanager
def captured_log() -> Iterator[list[str]]:
    """What nbgrader logs, line by line, instead of on the screen."""

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.extend(record.getMessage().strip().splitlines())

    lines: list[str] = []
    log, keep = logging.getLogger("traitlets"), Keep()
    before = log.level, log.propagate, log.handlers
    log.handlers, log.propagate = [keep], False
    log.setLevel(logging.WARNING)
    try:
        yield lines
    finally:
        log.level, log.propagate, log.handlers = before
