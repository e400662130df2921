"""Small stories with a question each, which come in fours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .border import say, whole

__all__ = ["Stories", "stories"]

NAMES = ("Mary", "John", "Sandra", "Daniel", "Julie", "Fred", "Bill", "Anna")
THINGS = ("ball", "apple", "book", "key", "milk", "hat")
PLACES = ("garden", "kitchen", "office", "hall", "cellar", "park", "attic", "school")
WORDS = ("Where", "is", "now", "the", "got", "from", "went", "back", "to", *NAMES, *THINGS, *PLACES)
NUMBERS = {word: number for number, word in enumerate(WORDS)}


@dataclass(frozen=True, eq=False, repr=False)
class Stories:
    """Stories as numbers of words, each with a question and its answer.

    Attributes:
        story: int64 array, (num, sentences, 6), the words of each sentence.
        question: int64 array, (num, 4).
        answer: int64 array, (num,), one word, a place.
        facts: int64 array, (num, facts), the sentences that the answer needs, in that order.
        words: what the numbers stand for.
    """

    story: NDArray[np.int64]
    question: NDArray[np.int64]
    answer: NDArray[np.int64]
    facts: NDArray[np.int64]
    words: tuple[str, ...] = WORDS

    def __repr__(self) -> str:
        num, sentences, _ = self.story.shape
        return f"{num:,} stories of {sentences} sentences, {self.facts.shape[1]} needed for each"

    def sentences(self, number: int) -> list[str]:
        """The sentences of one story as text."""
        return [f"{self._text(sentence)}." for sentence in self.story[number]]

    def asked(self, number: int) -> str:
        """The question of one story as text."""
        return f"{self._text(self.question[number])}?"

    def _text(self, numbers: NDArray[np.int64]) -> str:
        return " ".join(self.words[n] for n in numbers)


def stories(
    num: int = 4000, facts: int = 2, gifts: int = 2, seed: int = 0, *, quiet: bool = False
) -> Stories:
    """Who got what from whom, who went where, in random order, and a question.

    Each gift has a giver, a receiver and a thing, all different; each of these people went to a
    place of their own. "Mary got the ball from John" and "Mary went back to the park" are two
    sentences of six words. The stories come in fours, numbers 4k to 4k + 3: as drawn; the places
    of the two people asked about exchanged; giver and receiver exchanged; both exchanged. The
    sentences of the four stand in the same order.

    Args:
        num: how many stories, a multiple of 4.
        facts: 2 asks "Where is the ball": its receiver, then the receiver's place; the answers
            of four are a, b, b, a. 1 asks "Where is Mary now": a, b, a, b.
        gifts: 1 to 4; a story has three sentences for each.
        seed: whole number, at least 0; the same seed gives the same stories.
        quiet: print nothing.

    Returns:
        The stories.

    Raises:
        ValueError: if an argument is out of range.
    """
    num, gifts = whole("num", num, smallest=4), whole("gifts", gifts, smallest=1)
    if num % 4:
        raise ValueError(f"num is {num}; the stories come in fours, so give a multiple of 4")
    if gifts > len(NAMES) // 2:
        raise ValueError(f"gifts is {gifts}; there are names for {len(NAMES) // 2} at most")
    if whole("facts", facts, smallest=1) > 2:
        raise ValueError(f"facts is {facts}; give 1 (where is Mary now) or 2 (where is the ball)")
    rng = np.random.default_rng(whole("seed", seed, smallest=0))
    rows = [row for _ in range(num // 4) for row in _four(rng, facts, gifts)]
    story, question, answer, needed = (np.array(part, np.int64) for part in zip(*rows, strict=True))
    found = Stories(story, question, answer, needed)
    say(f"Stories: {found!r}, made here in fours (seed {seed}).", quiet)
    return found


def _four(rng: np.random.Generator, facts: int, gifts: int) -> list[tuple[Any, ...]]:
    """Four rows (story, question, answer, facts needed); the first gift is asked about."""
    names, places = rng.permutation(NAMES)[: 2 * gifts], rng.permutation(PLACES)[: 2 * gifts]
    things, order = rng.permutation(THINGS)[:gifts], rng.permutation(3 * gifts)
    rows = []
    for gift_turned, places_turned in ((0, 0), (0, 1), (1, 0), (1, 1)):
        where = dict(zip(names, _first_two(places, places_turned), strict=True))
        pairs = _first_two(names, gift_turned).reshape(gifts, 2)  # giver, receiver
        lines = [f"{b} got the {t} from {a}" for (a, b), t in zip(pairs, things, strict=True)]
        lines += [f"{name} went back to the {place}" for name, place in where.items()]
        sought = pairs[0, 1] if facts == 2 else names[1]
        asked = f"Where is the {things[0]}" if facts == 2 else f"Where is {sought} now"
        needed = [0, gifts + list(names).index(sought)][2 - facts :]
        at = [int(np.flatnonzero(order == line)[0]) for line in needed]
        story = [_numbers(lines[line]) for line in order]
        rows.append((story, _numbers(asked), NUMBERS[where[sought]], at))
    return rows


def _first_two(values: NDArray[np.str_], turned: int) -> NDArray[np.str_]:
    """`values`, the first two of them exchanged if `turned`."""
    return np.concatenate([values[:2][::-1], values[2:]]) if turned else values


def _numbers(text: str) -> list[int]:
    return [NUMBERS[word] for word in text.split()]
