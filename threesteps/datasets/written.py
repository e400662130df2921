"""Dates in many written forms, and what they are in ISO: `Nov 2, 2016` is `2016-11-02`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from .border import say, whole

__all__ = ["WrittenDates", "dates"]

# Written out: strftime follows the language of the machine.
MONTHS = (
    "January February March April May June July August September October November December".split()
)
WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
FIRST, LAST = date(1950, 1, 1), date(2049, 12, 31)
NUM_DAYS = (LAST - FIRST).days + 1
ISO_FIELDS = "yyyy-mm-dd"
LONGEST = 28  # "Wednesday, 22 September 2016"
PADDING = "\0"

# %Y the year, %y its last two digits, %M %b the month in letters, %m %n in digits, %D %d %o the
# day, %A %a the weekday; everything else stands for itself.
TEMPLATES = (
    "%b %d, %Y",  # Nov 2, 2016
    "%Y %M %d",  # 2016 November 2
    "%d %M %Y",  # 2 November 2016
    "%d-%b-%y",  # 2-Nov-16
    "%m/%D/%y",  # 11/02/16
    "%n/%d/%Y",  # 11/2/2016
    "%d.%n.%Y",  # 2.11.2016
    "the %o of %M, %Y",  # the 2nd of November, 2016
    "%A, %d %M %Y",  # Wednesday, 2 November 2016
    "%a %b %D %Y",  # Wed Nov 02 2016
)
SOURCE_CHARACTERS = PADDING + "".join(
    sorted(set("".join([*MONTHS, *WEEKDAYS]) + "0123456789 ,./-" + "the of st nd rd th"))
)
TARGET_CHARACTERS = PADDING + "-0123456789"

# The pieces of a text, each with the field that it writes: "y", "m", "d" or "" for none.
Pieces = list[tuple[str, str]]


@dataclass(frozen=True, eq=False, repr=False)
class WrittenDates:
    """Dates as people write them, beside the same dates in ISO 8601; every day occurs once.

    Attributes:
        sources: list of str, as in "Nov 2, 2016"; targets: list of str, as in "2016-11-02".
        x: int64 array, (num, 28), the characters of the sources as numbers; 0 is padding.
        y: int64 array, (num, 10), the characters of the targets as numbers; 0 does not occur.
        determining: bool array, (num, 10, 28): for each character of the target, which characters
            of the source it can be read from. The four digits of the year belong to the
            characters that write the year, and so on; the hyphens belong to none.
        source_characters, target_characters: str; the character with number k is at place k, and
            place 0 holds the padding, a null character.
    """

    sources: list[str]
    targets: list[str]
    x: NDArray[np.int64]
    y: NDArray[np.int64]
    determining: NDArray[np.bool_]
    source_characters: str
    target_characters: str

    def __repr__(self) -> str:
        return (
            f"{len(self.sources):,} dates in {len(TEMPLATES)} written forms, as in "
            f"{self.sources[0]!r} for {self.targets[0]}"
        )

    def __len__(self) -> int:
        return len(self.sources)


def dates(num: int = 4000, seed: int = 0, *, quiet: bool = False) -> WrittenDates:
    """Different days of the years 1950 to 2049, each written in one of ten forms, drawn by lot.

    The conventions: numbers between slashes are month/day/year, numbers between dots are
    day.month.year. A year of two digits is 20xx up to 49 and 19xx from 50. Weekdays are right, and
    tell nothing that the rest does not.

    Args:
        num: how many, at least 1 and at most 36,525: no day comes twice, so any two parts of the
            result share no day.
        seed: whole number, at least 0; the same seed gives the same dates.
        quiet: print nothing.

    Returns:
        `WrittenDates`, in random order.

    Raises:
        ValueError: if `num` or `seed` is out of range.
    """
    number = whole("num", num, smallest=1)
    if number > NUM_DAYS:
        raise ValueError(f"num is {num}; there are only {NUM_DAYS} days from 1950 to 2049")
    rng = np.random.default_rng(whole("seed", seed, smallest=0))
    days = [FIRST + timedelta(int(day)) for day in rng.permutation(NUM_DAYS)[:number]]
    forms = rng.integers(len(TEMPLATES), size=number)
    written = [_pieces(TEMPLATES[form], day) for form, day in zip(forms, days, strict=True)]
    sources = ["".join(text for text, _ in pieces) for pieces in written]
    targets = [day.isoformat() for day in days]
    data = WrittenDates(
        sources,
        targets,
        _numbers(sources, SOURCE_CHARACTERS, LONGEST),
        _numbers(targets, TARGET_CHARACTERS, len(ISO_FIELDS)),
        np.stack([_determining(pieces) for pieces in written]),
        SOURCE_CHARACTERS,
        TARGET_CHARACTERS,
    )
    say(f"Dates: {data!r}; made here (seed {seed}).", quiet)
    return data


def _numbers(texts: Sequence[str], characters: str, steps: int) -> NDArray[np.int64]:
    place = {character: k for k, character in enumerate(characters)}
    numbers = np.zeros((len(texts), steps), np.int64)
    for row, text in zip(numbers, texts, strict=True):
        row[: len(text)] = [place[character] for character in text]
    return numbers


def _determining(pieces: Pieces) -> NDArray[np.bool_]:
    """(10, 28): whether a character of the source writes the field of a character of ISO."""
    fields = [field for text, field in pieces for _ in text]
    fields += [""] * (LONGEST - len(fields))
    return np.array([[field == wanted for field in fields] for wanted in ISO_FIELDS])


def _pieces(template: str, day: date) -> Pieces:
    """A template filled in."""
    month, weekday = MONTHS[day.month - 1], WEEKDAYS[day.weekday()]
    ending = "th" if 10 < day.day < 14 else {1: "st", 2: "nd", 3: "rd"}.get(day.day % 10, "th")
    values = {
        "Y": (str(day.year), "y"),
        "y": (f"{day.year % 100:02}", "y"),
        "M": (month, "m"),
        "b": (month[:3], "m"),
        "m": (f"{day.month:02}", "m"),
        "n": (str(day.month), "m"),
        "D": (f"{day.day:02}", "d"),
        "d": (str(day.day), "d"),
        "o": (f"{day.day}{ending}", "d"),
        "A": (weekday, ""),
        "a": (weekday[:3], ""),
    }
    parts = template.split("%")
    pieces = [(parts[0], "")]
    for part in parts[1:]:
        pieces += [values[part[0]], (part[1:], "")]
    return pieces
