"""Judgements on disk, named by what they were made from.

The name of a judgement is the hash of the submission's bytes, the student's seed, the assignment,
our own code and the versions that compute. Graded again, only what changed is judged again.
"""

from __future__ import annotations

import hashlib
import json
import os
from functools import cache
from importlib.metadata import version
from pathlib import Path

from .course import Assignment, CourseError
from .spec import Judgement


class Store:
    """A folder of judgements.

    Args:
        folder: where they are; made when the first one is kept.
    """

    def __init__(self, folder: Path):
        self.folder = folder

    def key(self, assignment: Assignment, handed_in: bytes, seed: bytes, sandboxed: bool) -> str:
        """The name of the judgement of these bytes."""
        digest = hashlib.sha256()
        parts = (assignment.digest(), _our_code(), str(sandboxed), seed.hex())
        for part in (*map(str.encode, parts), handed_in):
            digest.update(len(part).to_bytes(8, "big") + part)
        return digest.hexdigest()

    def get(self, key: str) -> tuple[Judgement, float] | None:
        """A judgement and the seconds it took, or None."""
        try:
            kept = json.loads(self._path(key).read_text("utf-8"))
            return Judgement.from_json(kept["judgement"]), float(kept["seconds"])
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            return None  # not there, or half a file from a machine that lost power: judge again

    def put(self, key: str, judgement: Judgement, seconds: float) -> None:
        """Keep a judgement, whole or not at all.

        Raises:
            CourseError: when it cannot be written.
        """
        path = self._path(key)
        part = path.with_suffix(f".{os.getpid()}")
        text = json.dumps({"judgement": judgement.to_json(), "seconds": round(seconds, 3)})
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            part.write_text(text, "utf-8")
            os.replace(part, path)
        except OSError as error:
            part.unlink(missing_ok=True)
            raise CourseError(
                f"A judgement could not be written to {self.folder}: {error.strerror}. "
                "Free some space and run the command again; it goes on where it stopped."
            ) from None

    def _path(self, key: str) -> Path:
        return self.folder / key[:2] / f"{key[2:]}.json"


@cache
def _our_code() -> str:
    """Changes with the code that judges and with the versions of what it computes with."""
    digest = hashlib.sha256()
    from . import checks

    folders = [Path(__file__).parent, *map(Path, checks.__path__)]
    for path in sorted({p for folder in folders for p in folder.rglob("*.py")}):
        digest.update(path.read_bytes())
    for package in ("numpy", "keras", "ipython"):
        digest.update(version(package).encode())
    return digest.hexdigest()
