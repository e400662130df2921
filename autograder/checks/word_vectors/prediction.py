"""Check of exercise 4: a network that predicts the next word, on words with other numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...expect import array, require
from ...spec import Check, Wrong
from ...trained import Trained, ask_model, once, require_model

train_word_predictor = Check("train_word_predictor", seconds=60)

# Ten seeds with the solution: 1.252 to 1.264. One word shown allows 1.718, two allow 1.201.
NEEDED, ONE_WORD, NOTHING = 1.35, 1.718, 3.349
NUM_WORDS = 64


def next_words(rng: np.random.Generator, num: int, names: np.ndarray) -> tuple[Any, Any]:
    """Two words and the next one, from new sentences: (n, 2), (n,); names[0] is 0, no word."""
    from threesteps import datasets

    data = datasets.corpus(num, seed=int(rng.integers(2**40)), quiet=True)
    numbers = {word: int(names[place + 1]) for place, word in enumerate(data.words)}
    contexts, targets = [], []
    for sentence in data.sentences:
        line = [0, 0, *(numbers[word] for word in sentence)]
        contexts += [line[t - 2 : t] for t in range(2, len(line))]
        targets += line[2:]
    return np.array(contexts, np.int32), np.array(targets, np.int32)


def new_names(rng: np.random.Generator) -> np.ndarray:
    """Other numbers for the words 1 to 63; 0 stays 0."""
    return np.concatenate([[0], 1 + rng.permutation(NUM_WORDS - 1)])


def logits_for(model: Any, contexts: np.ndarray, num_words: int = NUM_WORDS) -> np.ndarray:
    return ask_model(model, contexts, (len(contexts), num_words), "new contexts")


def nats(logits: np.ndarray, targets: np.ndarray) -> float:
    logits = logits - logits.max(axis=1, keepdims=True)
    right = logits[np.arange(len(targets)), targets]
    return float(np.mean(np.log(np.exp(logits).sum(axis=1)) - right))


def trained_predictor(student: Any, rng: np.random.Generator, first: bool = False) -> Trained:
    def train() -> Trained:
        names = new_names(rng)
        contexts, targets = next_words(rng, 5000, names)
        seed = int(rng.integers(10_000))
        model = student.train_word_predictor(contexts, targets, NUM_WORDS, seed)
        require_model(model)
        new, wanted = next_words(rng, 500, names)
        kept = {"wanted": wanted, "logits": logits_for(model, new)}
        kept["turned"] = logits_for(model, new[:, ::-1])
        return Trained(model, kept=kept)

    return once(student, "train_word_predictor", train, first)


@train_word_predictor.case("a logit for every word")
def _(student, reference, rng):
    logits = trained_predictor(student, rng, first=True).kept["logits"]
    require(
        not np.allclose(logits.sum(axis=1), 1.0, atol=1e-3),
        "Each row sums to 1: these are probabilities. The last layer has no activation.",
        asked="the model on new contexts",
    )


@train_word_predictor.case("near the best that two words allow", weight=3)
def _(student, reference, rng):
    kept = trained_predictor(student, rng).kept
    found = nats(kept["logits"], kept["wanted"])
    if found <= NEEDED:
        return
    words = "Train longer, or with a larger learning rate, and look whether the loss falls."
    if found > NOTHING - 0.1:
        words = (
            "That is no better than showing no word at all. Was it trained (compile, fit), on the "
            "arguments (in the check the words have other numbers), and was the loss told that it "
            "gets logits (from_logits=True)?"
        )
    elif found >= ONE_WORD - 0.05:
        words = "That is what a single word of context allows: do both places take part?"
    raise Wrong(f"At most {NEEDED} nats are needed. {words}", asked="loss on new sentences",
                got=f"{found:.3f}")  # fmt: skip


@train_word_predictor.case("one table for all places")
def _(student, reference, rng):
    trained = trained_predictor(student, rng)
    try:
        weights = trained.model.get_layer("words").get_weights()
    except Wrong:
        words = "There is no layer named words: WordTable(num_words, 32, name='words')."
        raise Wrong(words, asked="model.get_layer('words')") from None
    require(isinstance(weights, list) and len(weights) == 1, "The layer `words` is a WordTable.")
    table = array(weights[0], (NUM_WORDS, np.shape(weights[0])[-1]), "the table of words")
    if table.shape[1] != 32:
        raise Wrong("The vectors have 32 units each.", got=f"shape {table.shape}")
    words = "Exchanging the two words changes the answer, so the places do not share one table: "
    words += "look up all of them in the same WordTable."
    kept = trained.kept
    require(np.allclose(kept["logits"], kept["turned"], rtol=1e-3, atol=1e-2), words)


@train_word_predictor.case("the seed decides, any number of places", weight=2, hidden=True)
def _(student, reference, rng):
    num_words = int(rng.integers(20, 30))
    contexts = rng.integers(0, num_words, (300, 4)).astype(np.int32)
    targets, seeds = rng.integers(1, num_words, 300), rng.choice(10_000, 2, replace=False)
    found = []
    for seed in (seeds[0], seeds[0], seeds[1]):
        model = student.train_word_predictor(contexts, targets, num_words, int(seed))
        require_model(model)
        found.append(logits_for(model, contexts[:9], num_words))
    first, again, other = found
    words = "The same seed gave another model the second time: call keras.utils.set_random_seed "
    require(np.allclose(first, again, rtol=1e-2, atol=1e-2), words + "before the model is built.")
    words = "Another seed gave the same model: does your function use its seed?"
    require(not np.allclose(first, other, rtol=1e-3, atol=1e-3), words)
