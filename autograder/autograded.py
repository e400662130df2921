"""The files in `autograded/`: each put in place whole, by a rename, or left as it was.

They are written aside first, in a folder that nbgrader does not look into: a student's folder
that exists but is not complete would be skipped by `nbgrader autograde`.
"""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from .course import Course

PARTS = ".parts"


class Files:
    """The autograded folder of a course.

    Args:
        autograde: nbgrader's converter, for the permissions that it leaves.
    """

    def __init__(self, course: Course, autograde: Any):
        self._course, self._autograde = course, autograde
        self._mode = int(str(autograde.permissions), 8)
        self._aside = course.folder("autograded") / PARTS / str(os.getpid())

    def differ(
        self, student: str, assignment: str, texts: Mapping[str, str], timestamp: datetime | None
    ) -> bool:
        """Whether a file is not there, or not as it should be."""
        folder = self._course.folder("autograded", student, assignment)
        wanted = _contents(texts, timestamp)
        if timestamp is None and (folder / "timestamp.txt").exists():
            return True
        return any(not self._is(folder / name, content) for name, content in wanted.items())

    @contextmanager
    def staged(
        self, student: str, assignment: str, texts: Mapping[str, str], timestamp: datetime | None
    ) -> Iterator[None]:
        """Write what differs aside; put it in place when the block ends well."""
        folder = self._course.folder("autograded", student, assignment)
        wanted = _contents(texts, timestamp)
        names = [name for name, content in wanted.items() if not self._is(folder / name, content)]
        try:
            self._aside.mkdir(parents=True, exist_ok=True)
            for name in names:
                part = self._aside / name
                part.unlink(missing_ok=True)
                part.write_bytes(wanted[name])
                part.chmod(self._mode)
            yield
            for name in names:
                folder.mkdir(parents=True, exist_ok=True)
                os.replace(self._aside / name, folder / name)
            if timestamp is None:
                (folder / "timestamp.txt").unlink(missing_ok=True)
            if self._autograde.coursedir.groupshared:
                self._autograde.set_permissions(assignment, student)
        finally:
            for name in names:
                (self._aside / name).unlink(missing_ok=True)

    def old(self, student: str, assignment: str, notebook: str) -> str:
        """The autograded notebook that is there now; empty if it cannot be read."""
        path = self._course.folder("autograded", student, assignment) / f"{notebook}.ipynb"
        try:
            return path.read_text("utf-8")
        except (OSError, UnicodeDecodeError):
            return ""

    def tidy(self) -> None:
        """Remove what this run, and runs that were killed, left aside."""
        parts = self._aside.parent
        for folder in parts.iterdir() if parts.is_dir() else ():
            if folder == self._aside or not _lives(folder.name):
                shutil.rmtree(folder, ignore_errors=True)
        with suppress(OSError):  # another run is using it
            parts.rmdir()

    def _is(self, path: Path, content: bytes) -> bool:
        try:
            mode = path.lstat().st_mode
            return (
                stat.S_ISREG(mode)
                and stat.S_IMODE(mode) == self._mode
                and path.read_bytes() == content
            )
        except FileNotFoundError:
            return False


def _contents(texts: Mapping[str, str], timestamp: datetime | None) -> dict[str, bytes]:
    files = {f"{notebook}.ipynb": text.encode() for notebook, text in texts.items()}
    if timestamp is not None:  # as nbgrader's own exchange writes it
        files["timestamp.txt"] = f"{timestamp:%Y-%m-%d %H:%M:%S.%f} UTC".encode()
    return files


def _lives(pid: str) -> bool:
    try:
        os.kill(int(pid), 0)
    except (ProcessLookupError, ValueError):
        return False
    except PermissionError:
        pass  # somebody else's
    return True
