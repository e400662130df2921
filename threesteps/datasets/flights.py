"""Flight requests whose words fill slots, generated from a small grammar."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np

from .border import say, whole

__all__ = ["FlightRequests", "flight_pairs", "flight_requests"]

Request = tuple[tuple[str, ...], tuple[str, ...]]  # words, and the slot of each
Rng = np.random.Generator

VERBS = {"arrive": "to", "leave": "from"}
MONTHS = (
    "January February March April May June July August September October November December"
).split()
ENDINGS = {1: "st", 2: "nd", 3: "rd", 21: "st", 22: "nd", 23: "rd"}
DAYS = [f"{day}{ENDINGS.get(day, 'th')}" for day in range(1, 29)]
PLACES = (
    "Taipei Boston Tokyo Paris Lima Oslo Cairo Rome Seoul Delhi "
    "Berlin Madrid Vienna Prague Dublin Athens Lagos Quito Hanoi Perth"
).split()
MORE_PLACES = (
    "Denver Seattle Miami Dallas Atlanta Chicago Houston Toronto Montreal Vancouver Havana Bogota "
    "Santiago Lisbon Geneva Zurich Munich Hamburg Warsaw Helsinki Stockholm Istanbul Nairobi Accra "
    "Dakar Dubai Mumbai Bangkok Manila Jakarta Osaka Kyoto Sydney Auckland"
).split()
# Too rare to have a place in the vocabulary. The second row occurs in pairs only.
RARE_PLACES = "Nuuk Turku Bergen Tainan Hualien Leiden Ghent Basel Graz Kobe".split()
NEW_PLACES = "Apia Suva Tromso Keelung Delft Bern Linz Nara Split Cork".split()

# A capital word is replaced by one of the lines below, VERB by arrive or leave. PLACE takes the
# slot of that verb, TURNED is the other verb with a place of its own.
RULES = {
    "ASK": ["", "please", "I want to", "can we", "we would like to"],
    "LOOK": ["", "", "", "sunny", "busy", "old", "beautiful old"],
    "DATE": ["on MONTH DAY"],
    "WHO": ["I", "we"],
}
EARLY = ["ASK VERB LOOK PLACE DATE", "ASK DATE VERB LOOK PLACE", "ASK VERB DATE in LOOK PLACE"]
LATE = ["DATE LOOK PLACE is where WHO VERB", "LOOK PLACE is the town WHO VERB DATE"]
BOTH = ["ASK VERB LOOK PLACE and TURNED LOOK TURNEDPLACE DATE"]
MORE_RULES = {
    **RULES,
    "ASK": [*RULES["ASK"], "show me flights that", "is there a plane that can", "find a way to"],
    "HOUR": ["", "", "in the morning", "in the afternoon", "in the evening", "before noon"],
    "LINE": ["", "", "with Eva", "with Lufthansa", "with United", "with Qantas"],
}
MORE_EARLY = [
    "ASK VERB LOOK PLACE DATE HOUR LINE",
    "ASK LINE VERB LOOK PLACE HOUR DATE",
    "ASK VERB DATE HOUR in LOOK PLACE LINE",
]
MORE_LATE = ["DATE HOUR LOOK PLACE is where WHO VERB LINE", "LOOK PLACE is the town WHO VERB DATE"]
MORE_BOTH = [*BOTH, "ASK LINE VERB PLACE DATE and TURNED TURNEDPLACE HOUR"]
SLOT_OF = {
    **dict.fromkeys(MONTHS + DAYS, "date"),
    **dict.fromkeys("morning afternoon evening noon".split(), "hour"),
    **dict.fromkeys("Eva Lufthansa United Qantas".split(), "airline"),
}


@dataclass(frozen=True, eq=False, repr=False)
class FlightRequests:
    """Requests as words, with the slot of each word.

    Attributes:
        words: one tuple of words per request; the requests differ in length.
        slots: one tuple per request, the slot of each of its words.
        vocabulary: all words of the grammar but the rare places, in alphabetical order.
        slot_names: the slots, "none" first.
        source: what the set is and where it is from.
    """

    words: tuple[tuple[str, ...], ...]
    slots: tuple[tuple[str, ...], ...]
    vocabulary: tuple[str, ...]
    slot_names: tuple[str, ...]
    source: str

    def __repr__(self) -> str:
        longest = max(map(len, self.words))
        return f"{len(self.words):,} flight requests of up to {longest} words: {self.source}"


@dataclass(frozen=True)
class _Grammar:
    rules: dict[str, list[str]]
    early: list[str]
    late: list[str]
    both: list[str]
    places: list[str]

    @property
    def vocabulary(self) -> tuple[str, ...]:
        lines = [line for lines in self.rules.values() for line in lines]
        written = " ".join([*lines, *self.early, *self.late, *self.both]).split()
        words = {word for word in written if not word.isupper() or word == "I"}
        return tuple(sorted({*words, *VERBS, *MONTHS, *DAYS, *self.places}))

    @property
    def slot_names(self) -> tuple[str, ...]:
        more = {SLOT_OF[word] for word in self.vocabulary if word in SLOT_OF} - {"date"}
        return ("none", "to", "from", "date", *sorted(more))


GRAMMARS = {
    "small": _Grammar(RULES, EARLY, LATE, BOTH, PLACES),
    "full": _Grammar(MORE_RULES, MORE_EARLY, MORE_LATE, MORE_BOTH, PLACES + MORE_PLACES),
}


def flight_requests(
    num: int = 800, seed: int = 0, scale: str = "small", *, quiet: bool = False
) -> FlightRequests:
    """Requests as *arrive Taipei on November 2nd*, whose words fill the slots to, from and date.

    The verb decides what its place is, and may stand before the place, some words away from it,
    or after it. One place in eight is so rare that the vocabulary does not hold it.

    Args:
        num: how many requests, at least 1.
        seed: whole number, at least 0; the same seed gives the same requests.
        scale: "small" (20 common places, 3 slots) or "full" (54 places, hours and airlines too).
        quiet: print nothing.

    Returns:
        `FlightRequests`. No request has a place and a date that `flight_pairs` puts together.

    Raises:
        ValueError: if `num`, `seed` or `scale` is out of range.
    """
    grammar, rng = _checked(scale), np.random.default_rng(whole("seed", seed, smallest=0))
    found = tuple(islice(_requests(grammar, rng), whole("num", num, smallest=1)))
    source = f"generated here (grammar {scale}, seed {seed})"
    return _record(found, grammar, source, quiet)


def flight_pairs(
    num: int = 100, seed: int = 0, scale: str = "small", *, quiet: bool = False
) -> FlightRequests:
    """Minimal pairs: two requests that differ in one word, arrive or leave, and in one slot.

    Requests 2k and 2k + 1 are a pair, the one with *arrive* first. Its place and its date stand
    together in no request of `flight_requests`, whatever the seeds. In one pair of five the
    place is in none of those requests at all, and not in the vocabulary.

    Args:
        num: how many pairs, at least 1; the record holds twice as many requests.
        seed, scale, quiet: as in `flight_requests`.

    Returns:
        `FlightRequests`.

    Raises:
        ValueError: if `num`, `seed` or `scale` is out of range.
    """
    grammar, rng = _checked(scale), np.random.default_rng(whole("seed", seed, smallest=0))
    pairs = islice(_pairs(grammar, rng), whole("num", num, smallest=1))
    found = tuple(request for pair in pairs for request in pair)
    source = f"minimal pairs, generated here (grammar {scale}, seed {seed})"
    return _record(found, grammar, source, quiet)


def _checked(scale: Any) -> _Grammar:
    if not isinstance(scale, str) or scale not in GRAMMARS:
        raise ValueError(f"scale is {scale!r}; choose one of {', '.join(GRAMMARS)}")
    return GRAMMARS[scale]


def _record(
    found: tuple[Request, ...], grammar: _Grammar, source: str, quiet: bool
) -> FlightRequests:
    words, slots = (tuple(part) for part in zip(*found, strict=True))
    data = FlightRequests(words, slots, grammar.vocabulary, grammar.slot_names, source)
    say(f"Flights: {data!r}.", quiet)
    return data


def _requests(grammar: _Grammar, rng: Rng) -> Iterator[Request]:
    templates = [*grammar.early, *grammar.late, *grammar.both]
    while True:
        places = [_place(rng, grammar.places, RARE_PLACES, 1 / 8) for _ in range(2)]
        date = _one(rng, MONTHS), _one(rng, DAYS)
        fresh = not any(_kept_for_pairs(grammar, place, date) for place in places)
        if fresh and places[0] != places[1]:
            written = _written(rng, grammar.rules, _one(rng, templates))
            yield _request(written, _one(rng, [*VERBS]), places, date)


def _pairs(grammar: _Grammar, rng: Rng) -> Iterator[tuple[Request, Request]]:
    templates = [*grammar.early, *grammar.late]
    while True:
        place = _place(rng, grammar.places, NEW_PLACES, 1 / 5)
        date = _one(rng, MONTHS), _one(rng, DAYS)
        if place in NEW_PLACES or _kept_for_pairs(grammar, place, date):
            written = _written(rng, grammar.rules, _one(rng, templates))
            arrive, leave = (_request(written, verb, [place, place], date) for verb in VERBS)
            yield arrive, leave


def _one(rng: Rng, texts: list[str]) -> str:
    return texts[int(rng.integers(len(texts)))]  # rng.choice is 20 times slower


def _place(rng: Rng, common: list[str], rare: list[str], share: float) -> str:
    return _one(rng, rare if rng.random() < share else common)


def _kept_for_pairs(grammar: _Grammar, place: str, date: tuple[str, str]) -> bool:
    """One combination of place, month and day in four is never in the requests."""
    if place not in grammar.places:
        return False
    number = grammar.places.index(place) + MONTHS.index(date[0]) + DAYS.index(date[1])
    return number % 4 == 3  # among them Taipei on November 2nd


def _written(rng: Rng, rules: dict[str, list[str]], template: str) -> list[str]:
    """The template with every capital word that has rules replaced by one of them."""
    words = []
    for word in template.split():
        line = _one(rng, rules[word]) if word in rules else word
        words += line.split() if line == word else _written(rng, rules, line)
    return words


def _request(written: list[str], verb: str, places: list[str], date: tuple[str, str]) -> Request:
    other = next(v for v in VERBS if v != verb)
    fill = {
        "VERB": (verb, "none"),
        "PLACE": (places[0], VERBS[verb]),
        "TURNED": (other, "none"),
        "TURNEDPLACE": (places[1], VERBS[other]),
        "MONTH": (date[0], "date"),
        "DAY": (date[1], "date"),
    }
    both = [fill.get(word, (word, SLOT_OF.get(word, "none"))) for word in written]
    return tuple(word for word, _ in both), tuple(slot for _, slot in both)
