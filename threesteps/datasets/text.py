"""Text: a small language whose grammar is known, and tiny Shakespeare."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import numpy as np

from .border import say, whole
from .downloads import attempt

__all__ = ["Corpus", "corpus", "shakespeare"]

Rules = Mapping[str, tuple[str, ...]]
Classes = Mapping[str, tuple[str, ...]]

# Eight people are all combinations of rank, age and gender; each also in the plural.
PEOPLE = {
    ("royal", "old", "male"): ("king", "kings"),
    ("royal", "old", "female"): ("queen", "queens"),
    ("royal", "young", "male"): ("prince", "princes"),
    ("royal", "young", "female"): ("princess", "princesses"),
    ("common", "old", "male"): ("man", "men"),
    ("common", "old", "female"): ("woman", "women"),
    ("common", "young", "male"): ("boy", "boys"),
    ("common", "young", "female"): ("girl", "girls"),
}
NUMBERS = ("singular", "plural")
ANIMALS = (("dog", "cat", "horse", "bird"), ("dogs", "cats", "horses", "birds"))
# What anybody does, and what tells somebody's rank or age.
VERBS = {
    "meeting": (("sees", "hears", "follows"), ("see", "hear", "follow")),
    "keeping": (("loves", "brushes"), ("love", "brush")),
    "royal": (("rules", "inherits"), ("rule", "inherit")),
    "common": (("ploughs", "sweeps"), ("plough", "sweep")),
    "old": (("teaches", "visits"), ("teach", "visit")),
    "young": (("climbs", "draws"), ("climb", "draw")),
}
THINGS = {
    "royal": ("country", "palace"),
    "common": ("field", "kitchen"),
    "old": ("school", "village"),
    "young": ("tree", "tower"),
}
OWNERS = {"male": "his", "female": "her"}
TINY_SHAKESPEARE = (
    "https://raw.githubusercontent.com/karpathy/char-rnn/master/data/tinyshakespeare/input.txt"
)
TINY_SHAKESPEARE_SHA256 = "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed"


@dataclass(frozen=True)
class Corpus:
    """Sentences of the small language, and what is known about it.

    Args:
        sentences: tuples of words, without a mark at the end.
        word_classes: what each word is: "king" -> ("person", "royal", "old", "male", "singular").
        entropy: of the language, in nats per word, the end of a sentence counted as a word. In
            the long run no model's mean cross-entropy on new sentences is lower.
        grammar: symbol -> its alternatives, all equally likely. Symbols are in capitals, words
            are not; a sentence is what becomes of "SENTENCE".
        source: where the sentences are from.
    """

    sentences: tuple[tuple[str, ...], ...]
    word_classes: Classes
    entropy: float
    grammar: Rules
    source: str

    @property
    def words(self) -> tuple[str, ...]:
        """All words of the language, sorted, whether the sentences use them or not."""
        return tuple(sorted(self.word_classes))

    def __repr__(self) -> str:
        return f"{len(self.sentences):,} sentences, {len(self.words)} words: {self.source}"


def corpus(num: int = 2000, seed: int = 0, *, quiet: bool = False) -> Corpus:
    """Sentences like *the king who sees the dogs rules the country*, from a small grammar.

    A person, one or several, perhaps meets an animal, and does something that tells the person's
    rank, age or gender. Verbs agree in number with the person, not with the nearer animal. No two
    derivations give the same sentence, so the entropy is exact.

    Args:
        num: how many sentences, at least 1; they are drawn independently.
        seed: whole number, at least 0; the same seed gives the same sentences.
        quiet: print nothing.

    Raises:
        ValueError: if `num` or `seed` is out of range.
    """
    rng = np.random.default_rng(whole("seed", seed, smallest=0))
    rules = _rules()
    sentences = tuple(_sentence(rules, rng) for _ in range(whole("num", num, smallest=1)))
    nats, words = _entropy_and_length(rules, "SENTENCE")
    source = f"made here from a small grammar (seed {seed})"
    data = Corpus(sentences, MappingProxyType(_word_classes()), nats / (words + 1), rules, source)
    say(f"Corpus: {data!r}.", quiet)
    return data


def shakespeare(*, quiet: bool = False) -> str:
    """Tiny Shakespeare: 1,115,394 characters of plays; downloads 1.1 MB the first time.

    The text that A. Karpathy put together for char-rnn, fetched by `keras.utils.get_file`, which
    keeps it in Keras's cache and checks its SHA-256. Without a network, 20,000 sentences of
    `corpus` come back instead, one a line; the printed line says so and why.

    Returns:
        The text, one string.
    """

    def load() -> str:
        from keras.utils import get_file

        path = get_file(
            "tinyshakespeare.txt", origin=TINY_SHAKESPEARE, file_hash=TINY_SHAKESPEARE_SHA256
        )
        return Path(path).read_text(encoding="utf-8")

    text, failure = attempt(load)
    if text is not None:
        say(f"Tiny Shakespeare: {len(text):,} characters, as collected for char-rnn.", quiet)
        return text
    stand_in = corpus(20_000, quiet=True)
    say(
        f"Corpus: {stand_in!r}, instead of tiny Shakespeare, which could not be loaded: {failure}.",
        quiet,
    )
    return "\n".join(" ".join(sentence) for sentence in stand_in.sentences)


def _rules() -> Rules:
    """The grammar. What depends on number ends in _SINGULAR or _PLURAL."""
    rules: dict[str, tuple[str, ...]] = {"SENTENCE": (), "PET": ANIMALS[0]}
    rules["ANIMAL"] = tuple(f"the {animal}" for animals in ANIMALS for animal in animals)
    for kind, things in THINGS.items():
        rules[f"{kind.upper()}_THING"] = tuple(f"the {thing}" for thing in things)
    for place, number in enumerate(name.upper() for name in NUMBERS):
        rules[f"CLAUSE_{number}"] = ("", f"who MEETING_{number} ANIMAL")
        for kind, verbs in VERBS.items():
            rules[f"{kind.upper()}_{number}"] = verbs[place]
        for (rank, age, gender), words in PEOPLE.items():
            deed = f"DEED_OF_{words[place].upper()}"
            rules["SENTENCE"] += (f"the {words[place]} CLAUSE_{number} {deed}",)
            rules[deed] = tuple(
                f"{kind}_{number} {kind}_THING" for kind in (rank.upper(), age.upper())
            )
            owner = "their" if place else OWNERS[gender]
            rules[deed] += (f"KEEPING_{number} {owner} PET",)
    return MappingProxyType(rules)


def _sentence(rules: Rules, rng: np.random.Generator) -> tuple[str, ...]:
    words: list[str] = []
    todo = ["SENTENCE"]
    while todo:
        symbol = todo.pop()
        if symbol in rules:
            alternatives = rules[symbol]
            todo += reversed(alternatives[rng.integers(len(alternatives))].split())
        else:
            words.append(symbol)
    return tuple(words)


def _entropy_and_length(rules: Rules, symbol: str) -> tuple[float, float]:
    """Entropy in nats, and expected number of words, of what becomes of a symbol.

    The entropy of a derivation is that of its choices; it is the sentence's because no two
    derivations give the same sentence.
    """
    if symbol not in rules:
        return 0.0, 1.0
    alternatives = [alternative.split() for alternative in rules[symbol]]
    parts = [_entropy_and_length(rules, part) for right in alternatives for part in right]
    nats, words = (sum(values) / len(alternatives) for values in zip(*parts, strict=True))
    return math.log(len(alternatives)) + nats, words


def _word_classes() -> dict[str, tuple[str, ...]]:
    classes: dict[str, tuple[str, ...]] = {"the": ("article",), "who": ("pronoun",)}
    classes |= {owner: ("possessive", gender) for gender, owner in OWNERS.items()}
    classes["their"] = ("possessive", "plural")
    for place, number in enumerate(NUMBERS):
        for traits, words in PEOPLE.items():
            classes[words[place]] = ("person", *traits, number)
        classes |= {animal: ("animal", number) for animal in ANIMALS[place]}
        for kind, verbs in VERBS.items():
            classes |= {verb: ("verb", kind, number) for verb in verbs[place]}
    classes |= {thing: ("thing", kind) for kind, things in THINGS.items() for thing in things}
    return classes
