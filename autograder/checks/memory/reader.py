"""Check of exercise 4: the reader as a Keras model, against the formula on its own tables."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from ...expect import array, expect, hint, require
from ...spec import Check, Wrong
from ...trained import require_model
from .hops import through
from .sentences import place_weight, weighted

build_reader = Check("build_reader")

Tables = list[np.ndarray]


def ask_reader(student: Any, num_words: int, hops: int, units: int, stddev: float = 0.3) -> Any:
    words = (
        "Inside a Keras model arrays are symbols: calculate with keras.ops, in the functions of "
    )
    with hint(words + "exercises 1 to 3 as well, and read sizes from the last axes of the shape."):
        model = student.build_reader(num_words, hops, units=units, stddev=stddev)
    require_model(model)
    return model


def tables_of(model: Any, num_words: int, hops: int, units: int) -> Tables:
    """The tables memory_0, memory_1, … of the model."""
    found = []
    for h in range(hops + 1):
        try:
            weights = model.get_layer(f"memory_{h}").get_weights()
        except Wrong:
            words = "There is no layer of one of the names: hops + 1 Embedding layers are called "
            raise Wrong(words + "memory_0, memory_1 and so on.", asked=f"memory_{h}") from None
        require(
            isinstance(weights, list) and len(weights) == 1,
            "The memories are Embedding layers, with one table each.",
        )
        found.append(array(weights[0], (num_words, units), "each table"))
    return found


def last_layer(model: Any, num_words: int, hops: int, units: int) -> tuple[Any, Any]:
    """Kernel and bias of the Dense layer, or `Wrong` if the model has not the right parameters."""
    number = int(array(model.count_params(), ()))
    right = (hops + 2) * num_words * units + num_words
    words = "The number of parameters is not that of hops + 1 tables and a Dense layer with bias."
    if number == right - num_words:
        words = "The last layer has no bias; leave it in, as Dense does by default."
    elif number == right + num_words * units:
        words = "There is one table too many: the words of the question are looked up in memory_0."
    elif number == right - num_words * units:
        words = "There is one table too few: hops + 1 memories, since neighbours share."
    if number != right:
        raise Wrong(
            words, asked="model.count_params()", got=str(number), expected=str(right),
            hidden_cause=words,
        )  # fmt: skip
    weights = [np.asarray(w, float) for w in model.get_weights()]
    kernels = [w for w in weights if w.shape == (units, num_words)]
    biases = [w for w in weights if w.shape == (num_words,)]
    words = "The last layer should be Dense(num_words): a kernel (units, num_words) and a bias."
    require(len(kernels) == len(biases) == 1, words)
    return kernels[0], biases[0]


def summed(vectors: np.ndarray, weigh: bool = True) -> np.ndarray:
    """Sentences as vectors; without the position encoding as bags of words."""
    return weighted(vectors, place_weight) if weigh else vectors.sum(axis=-2)


def logits_of(
    tables: Tables, kernel: Any, bias: Any, story: np.ndarray, question: np.ndarray,
    asked_by: int = 0, weigh: bool = True, hops: int | None = None,
) -> np.ndarray:  # fmt: skip
    """The formula on the given tables."""
    memories = [summed(table[story], weigh) for table in tables]
    start = summed(tables[asked_by][question], weigh)
    pairs = list(itertools.pairwise(memories))
    state, _ = through(start, pairs[:hops])
    out: np.ndarray = state @ kernel + bias
    return out


def ask_logits(model: Any, rng: np.random.Generator, sizes: Any, batch: int, length: int) -> None:
    num_words, hops, _units = sizes
    tables = tables_of(model, *sizes)
    kernel, bias = last_layer(model, *sizes)
    story = rng.integers(0, num_words, (batch, length, 6))
    question = rng.integers(0, num_words, (batch, 4))
    asked = f"the model on {batch} stories of {length} sentences"
    try:
        got = model([story, question])
    except Wrong as wrong:
        words = "The model could not be asked about [story, question], arrays of shapes "
        words += "(batch, sentences, 6) and (batch, 4), any number of sentences. "
        raise Wrong(words + wrong.cause, asked=asked, hidden_cause=words.strip()) from None
    parts = tables, kernel, bias, story, question
    right = logits_of(*parts)
    probs = np.exp(right - right.max(axis=1, keepdims=True))
    causes = [
        (probs / probs.sum(axis=1, keepdims=True), "These are probabilities. Return logits: no "
         "activation in the last layer."),
        (np.maximum(right, 0), "The last layer has a ReLU; logits need no activation."),
        (logits_of(*parts, weigh=False), "Sentences and question are bags of words here: sum them "
         "by `sentence_vectors`."),
        (logits_of(*parts, asked_by=1), "The question has another table: take memory_0."),
        (logits_of(*parts, asked_by=-1), "The question is looked up in the last table; it should "
         "be memory_0."),
        (logits_of(tables[::-1], *parts[1:], asked_by=-1), "The memories are used in the wrong "
         "order: memory_0 holds the first hop's keys."),
        (logits_of(tables[::-1], *parts[1:]), "The memories are used in the wrong order: memory_0 "
         "holds the first hop's keys."),
        (logits_of(*parts, hops=0), "The last layer gets the question alone: give it the state "
         "that `read_in_hops` returns."),
        (logits_of(*parts, hops=1) if hops > 1 else None, "Only one hop was done."),
        (
            np.stack([logits_of(*parts) - summed(tables[0][question]) @ kernel])[0],
            "The last layer should get the whole state, question included.",
        ),
    ]  # fmt: skip
    # Matches are sums of `units` products in float32, and exp keeps their absolute error.
    expect(got, right, causes=causes, axes=("batch", "words"), rtol=2e-3, atol=2e-3, asked=asked)


def draw(rng: np.random.Generator, hops: int) -> tuple[int, int, int]:
    """num_words, hops, units; the first and the last differ."""
    return int(rng.integers(21, 30)), hops, int(rng.integers(10, 20))


@build_reader.case("layers and parameters")
def _(student, reference, rng):
    sizes = draw(rng, 2)
    model = ask_reader(student, *sizes)
    tables_of(model, *sizes)
    last_layer(model, *sizes)


@build_reader.case("logits by the formula", weight=3)
def _(student, reference, rng):
    sizes = draw(rng, 2)
    model = ask_reader(student, *sizes)
    ask_logits(model, rng, sizes, 3, int(rng.integers(7, 10)))


@build_reader.case("tables start as told")
def _(student, reference, rng):
    for stddev in (0.3, 1.5):
        model = ask_reader(student, 29, 1, 19, stddev)
        for table in tables_of(model, 29, 1, 19):
            # Of 551 numbers: the deviation measured differs by 3 % (one standard error).
            near = 0.85 < table.std() / stddev < 1.15 and abs(table.mean()) < 0.2 * stddev
            words = "The tables do not start with the standard deviation asked for: give each "
            words += "Embedding the initializer keras.initializers.RandomNormal(stddev=stddev)."
            require(near, words, asked=f"standard deviation {stddev}", got=float(table.std()))
        first, second = tables_of(model, 29, 1, 19)
        words = "All tables start with the same numbers: give each its own initializer."
        require(not np.array_equal(first, second), words)


@build_reader.case("other hops, stories of any length", weight=2, hidden=True)
def _(student, reference, rng):
    for hops in (1, 3):
        sizes = draw(rng, hops)
        model = ask_reader(student, *sizes)
        for length in (1, 12):
            ask_logits(model, rng, sizes, 2, length)
