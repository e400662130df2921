"""The people of a course: roster.csv, with the columns that `nbgrader db student import` reads."""

from __future__ import annotations

import csv
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from .course import CourseError

COLUMNS = ("id", "first_name", "last_name", "email", "lms_user_id")
MAX_ID = 100


@dataclass(frozen=True)
class Person:
    """A row of the roster.

    Args:
        id: the student's name in nbgrader, and of the folder in `submitted/`.
        lms_user_id: the number that Canvas or Moodle gives the student.
    """

    id: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    lms_user_id: str = ""


class Roster:
    """Who may hand in.

    Args:
        people: with ids that differ by more than upper and lower case.
    """

    def __init__(self, people: list[Person]):
        self._by_id = {person.id: person for person in people}
        self._by_number: dict[str, list[Person]] = defaultdict(list)
        self._by_name: dict[str, list[Person]] = defaultdict(list)
        for person in people:
            if person.lms_user_id:
                self._by_number[person.lms_user_id].append(person)
            first, last = person.first_name, person.last_name
            for name in {_letters(first + last), _letters(last + first)} - {""}:
                self._by_name[name].append(person)

    @staticmethod
    def read(path: Path) -> Roster:
        """Read roster.csv.

        Raises:
            CourseError: if it is not there or a row cannot be used; the message names the line.
        """
        try:
            with path.open(encoding="utf-8-sig", newline="") as file:
                rows = list(csv.DictReader(file))
        except FileNotFoundError:
            raise CourseError(
                f"There is no {path.name}: write one with a line per student and the columns "
                f"{', '.join(COLUMNS)}; only the first is needed. Or name yours with --roster."
            ) from None
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            raise CourseError(f"{path.name} cannot be read as CSV in UTF-8: {error}") from None
        seen: dict[str, int] = {}
        people = []
        for line, row in enumerate(rows, 2):
            values = {name: (row.get(name) or "").strip() for name in COLUMNS}
            reason = _no_id(values["id"])
            other = seen.setdefault(values["id"].casefold(), line)
            if other != line:
                reason = f"the same id as in line {other}, or one that differs only in case"
            if reason:
                raise CourseError(f"{path.name}, line {line}: {reason}. Correct it and try again.")
            people.append(Person(**values))
        return Roster(people)

    def with_id(self, name: str) -> Person | None:
        """The person with that id, to the letter: what only looks alike is not the same."""
        return self._by_id.get(name)

    def find(self, number: str, name: str) -> list[Person]:
        """Everybody whom a learning management system may mean; there should be one.

        Args:
            number: its own for the student; decides where the roster has it.
            name: first and last in either order; spaces, accents and case do not count.
        """
        return self._by_number.get(number) or self._by_name.get(_letters(name), [])


def _letters(name: str) -> str:
    """What Canvas leaves of a name in a file's name: letters and digits, in lower case.

    Accents are left out too, since systems differ in what they make of them.
    """
    whole = unicodedata.normalize("NFKD", name).casefold()
    return "".join(letter for letter in whole if letter.isalnum())


def _no_id(name: str) -> str:
    """Why this can be nobody's id, as that of a folder must be; empty if it can."""
    if not name:
        return "the column id is empty"
    if len(name) > MAX_ID:
        return f"an id of {len(name)} characters; the limit is {MAX_ID}"
    if name in (".", "..") or not name.isprintable() or set(name) & set('/\\:*?"<>|'):
        return f"{name!r} cannot be the name of a folder"
    return ""
