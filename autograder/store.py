"""Judgements on disk, named by what they were made from.

The name of a judgement is the hash of the submission's bytes, the student's seed, the assignment,
our own code and the versions that compute. Graded again, only what changed is judged again.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from .course import Assignment, CourseError, NotEntered
from .spec import Judgement

# Our modules that a judgement depends on; a new report does not make it another one.
JUDGES = "spec expect wire student answers verdict registry ingest".split()
JUDGES += "judge shell warm processes sandbox grade".split()
COMPUTES = "numpy scipy pandas scikit-learn keras tensorflow tensorflow-cpu jax torch".split()
COMPUTES += ["gymnasium", "ipython"]


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
        except (FileNotFoundError, ValueError, KeyError, TypeError, AttributeError):
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
            with suppress(OSError):
                part.unlink()
            raise CourseError(
                f"A judgement could not be written to {self.folder}: {error.strerror}. "
                "Free some space and run the command again; it goes on where it stopped."
            ) from None

    def _path(self, key: str) -> Path:
        return self.folder / key[:2] / f"{key[2:]}.json"


class Judgements(Mapping[str, Judgement]):
    """Student -> judgement, read from the store when it is asked for: a class of any size fits.

    Args:
        store: where the judgements are.
    """

    def __init__(self, store: Store):
        self._store = store
        self._found: dict[str, str | Judgement] = {}

    def add(self, student: str, found: str | Judgement) -> None:
        """Note a student's judgement: its name in the store, or itself if it is not kept there."""
        self._found[student] = found

    def __getitem__(self, student: str) -> Judgement:
        found = self._found[student]
        if isinstance(found, Judgement):
            return found
        kept = self._store.get(found)
        if kept is None:
            raise NotEntered(
                f"The judgement of {student} is gone from {self._store.folder}; "
                "run `autograder grade` again."
            )
        return kept[0]

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)


def versions() -> dict[str, str]:
    """What a judgement depends on besides its submission: our code, and what computes.

    Returns: its name -> its version, or of our code a digest.
    """
    found = {"autograder's code": _our_files(), "Python": platform.python_version()}
    found["KERAS_BACKEND"] = os.environ.get("KERAS_BACKEND", "tensorflow")
    for computes in COMPUTES:
        try:
            found[computes] = version(computes)
        except PackageNotFoundError:
            found[computes] = "missing"
    return found


def differences(ours: dict[str, str], theirs: dict[str, str]) -> list[str]:
    """Where two answers of `versions` differ; theirs may be about some of it only."""
    return [
        f"{name}: {ours.get(name, 'present')[:60]} here, {theirs[name][:60]}"
        for name in sorted(theirs)
        if theirs[name] != ours.get(name)
    ]


@cache
def _our_code() -> str:
    """Changes with the code that judges and with the versions of what it computes with."""
    return hashlib.sha256(json.dumps(versions()).encode()).hexdigest()


def _our_files() -> str:
    digest = hashlib.sha256()
    from . import checks

    package = Path(__file__).parent
    folders = [package.parent / "threesteps", *map(Path, checks.__path__)]
    paths = {path for folder in folders for path in folder.rglob("*.py")}
    for path in sorted(paths | {package / f"{name}.py" for name in JUDGES}):
        code = path.read_bytes()
        digest.update(f"{path.name} {len(code)}\0".encode() + code)
    return digest.hexdigest()
