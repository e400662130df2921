"""Collect what a class handed in: an archive of Canvas or Moodle, or a folder, into `submitted/`.

The names are those of the two systems, as their downloads have them in 2026:

    doejane_LATE_4711_90210_perceptron_xor-1.ipynb            Canvas: user, file, attempt
    Jane Doe_123456_assignsubmission_file_/perceptron_xor.ipynb     Moodle, in folders
    Jane Doe_123456_assignsubmission_file_perceptron_xor.ipynb      Moodle, without
    jdoe/perceptron_xor.ipynb, jdoe/01_perceptron_xor/perceptron_xor.ipynb      by student id

The roster decides who is who. Whatever else is found is listed with the reason, and left alone.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path

from .archive import Entry, entries
from .course import Course, CourseError
from .ingest import Refused
from .pages import write_whole
from .roster import Person, Roster

CANVAS = re.compile(
    r"(?P<name>[^_/]+)(?P<late>_LATE)?_(?P<number>\d+)_(?P<file>\d+)_(?P<rest>[^/]+)"
)
MOODLE = re.compile(
    r"(?P<name>[^/]+?)_(?P<number>\d+)_assignsubmission_(?P<kind>[a-z]+)(?:_?/|_)(?P<rest>[^/].*)"
)
COPY = re.compile(r"(?i)^copy of |^kopie von | \(\d+\)$|-copy\d*$|-\d+$")
IGNORED = {".ds_store", "timestamp.txt", "thumbs.db", "desktop.ini"}


@dataclass(frozen=True)
class Found:
    """A notebook of a student, not read yet.

    Args:
        order: the larger, the later: Canvas numbers its files, elsewhere the clock decides.
        late: what Canvas says; None where nothing is said.
    """

    person: Person
    notebook: str
    entry: Entry
    order: tuple[float, ...]
    late: bool | None = None


@dataclass
class Collected:
    """What collecting did.

    Args:
        taken: (student, notebook) of what is new or newer.
        unchanged: of what lay there already, byte for byte or newer.
        refused: (name in the archive, reason).
    """

    taken: list[tuple[str, str]] = field(default_factory=list)
    unchanged: list[tuple[str, str]] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)


def collect(course: Course, source: Path, roster: Roster, assignment: str) -> Collected:
    """Put the latest notebooks of everybody on the roster into `submitted/`.

    Args:
        source: a ZIP archive or a folder.
        assignment: "01_perceptron_xor".

    Raises:
        CourseError: if the archive cannot be read, the assignment is unknown or a file cannot be
            written. What was taken before stays; taking it again changes nothing.
    """
    notebooks = [one.notebook for one in course.assignment(assignment)]
    done = Collected()
    best: dict[tuple[str, str], Found] = {}
    with entries(source) as there:
        for found in _sorted_out(there, roster, assignment, notebooks, done):
            key = found.person.id, found.notebook
            if key in best:
                earlier, found = sorted((best[key], found), key=lambda one: one.order)
                done.refused.append((earlier.entry.name, "is an earlier one; the latest counts"))
            best[key] = found
        due = course.due_date(assignment)
        for key in sorted(best):
            _take(course, assignment, best[key], due, done)
    return done


def assignment_of(course: Course, source: Path) -> str:
    """The one assignment whose notebooks have the names of files in the archive.

    Raises:
        CourseError: if there is none or more than one.
    """
    names = {
        one.notebook: assignment
        for assignment in course.assignments()
        for one in course.assignment(assignment)
    }
    found: set[str] = set()
    with entries(source) as there:
        for entry in there:
            marked = MOODLE.fullmatch(entry.name) or CANVAS.fullmatch(entry.name)
            file = (marked["rest"] if marked else entry.name).rsplit("/", 1)[-1]
            found |= {names[notebook] for notebook in _candidates(file, [*names])}
    if len(found) == 1:
        return found.pop()
    known = ", ".join(course.assignments()) or "none yet; run `autograder build`"
    raise CourseError(
        f"Which assignment this is does not follow from the names in {source.name}. Name it with "
        f"--assignment; there are: {known}."
    )


def _sorted_out(
    there: Iterable[Entry], roster: Roster, assignment: str, notebooks: list[str], done: Collected
) -> Iterator[Found]:
    """The entries that are notebooks of somebody on the roster; the others are refused."""
    for entry in there:
        if entry.name.rsplit("/", 1)[-1].casefold() in IGNORED or "__MACOSX/" in entry.name:
            continue
        found = entry.refused or _found(entry, roster, assignment, notebooks)
        if isinstance(found, str):
            done.refused.append((entry.name, found))
        else:
            yield found


def _found(entry: Entry, roster: Roster, assignment: str, notebooks: list[str]) -> Found | str:
    """Whose notebook this is, or why it is nobody's."""
    late, order = None, (entry.time.timestamp() if entry.time else 0.0,)
    if moodle := MOODLE.fullmatch(entry.name):
        if moodle["kind"] != "file":
            return "is not a file that was handed in"
        people, rest = roster.find(moodle["number"], moodle["name"]), moodle["rest"]
    elif "/" in entry.name:
        folder, rest = entry.name.split("/", 1)
        person = roster.with_id(folder)
        people = [person] if person else []
        inner = rest.removeprefix(f"{assignment}/")
        if people and "/" in inner:
            return f"lies deeper than {folder}/{assignment}/"
    elif canvas := CANVAS.fullmatch(entry.name):
        people, rest = roster.find(canvas["number"], canvas["name"]), canvas["rest"]
        late, order = canvas["late"] is not None, (float(canvas["file"]),)
    else:
        return "has no name that Canvas or Moodle gives, and no student's folder around it"
    if not people:
        return "belongs to nobody on the roster"
    if len(people) > 1:
        ids = ", ".join(sorted(person.id for person in people))
        return f"may belong to {ids}: give them lms_user_id in the roster"
    return _of_person(entry, people[0], rest.rsplit("/", 1)[-1], notebooks, order, late)


def _of_person(
    entry: Entry, person: Person, file: str, notebooks: list[str], order: tuple[float, ...],
    late: bool | None,
) -> Found | str:  # fmt: skip
    if not file.casefold().endswith(".ipynb"):
        return "is not a notebook"
    names = _candidates(file, notebooks)
    if not names and len(notebooks) == 1:
        names = notebooks  # there is only one that it can be
    if len(names) != 1:
        return f"is none of {', '.join(notebooks)}"
    return Found(person, names[0], entry, order, late)


def _candidates(file: str, notebooks: list[str]) -> list[str]:
    """The notebooks that a file may be, from its name: itself, or one of the usual copies of it."""
    stem, suffix = os.path.splitext(file)
    if suffix.casefold() != ".ipynb":
        return []
    while True:
        if stem in notebooks:
            return [stem]
        shorter = COPY.sub("", stem.strip(), count=1)
        if shorter == stem:
            return []
        stem = shorter


def _take(
    course: Course, assignment: str, found: Found, due: datetime | None, done: Collected
) -> None:
    """Write one notebook and its time, unless what is there is the same or later."""
    key = found.person.id, found.notebook
    try:
        data = found.entry.read()
    except Refused as reason:
        done.refused.append((found.entry.name, str(reason)))
        return
    stamp = _stamp(found, due)
    folder = course.folder("submitted", found.person.id, assignment)
    path = folder / f"{found.notebook}.ipynb"
    there = course.directory.get_existing_timestamp(str(folder)) if folder.is_dir() else None
    if path.is_file() and (path.read_bytes() == data or (there and stamp and there > stamp)):
        done.unchanged.append(key)
        return
    write_whole(path, data)
    if stamp is not None:
        text = f"{max(stamp, there) if there else stamp:%Y-%m-%d %H:%M:%S.%f} UTC"
        write_whole(folder / "timestamp.txt", text)
    done.taken.append(key)


def _stamp(found: Found, due: datetime | None) -> datetime | None:
    """When it was handed in, UTC, without a zone, as nbgrader has it; None if that is not known.

    The times in Canvas's archive are not those of handing in, but it marks what was late: what
    was not is never given a time after the due date.
    """
    if found.entry.time is None:
        return None
    time = found.entry.time.astimezone(timezone.utc).replace(tzinfo=None)
    if found.late is None:
        return time
    if due is None:
        return None
    return max(time, due) if found.late else min(time, due)
