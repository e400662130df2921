"""Check of exercise 14: features of one task, frozen, read by a new layer for another."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...expect import require
from ...spec import Check, Wrong
from ...trained import Trained, ask_model, once, require_model, require_probabilities
from .training import digits_8

transfer = Check("transfer", seconds=90)

# Our own solution is right on 66 to 83 in 100, guessing on 20 (ten runs).
NEEDED = 0.50
PER_CLASS = 10


def task(rng: np.random.Generator, kinds: np.ndarray, per_class: int) -> tuple[Any, Any, Any, Any]:
    """Few examples of these digits, labelled 0, 1, …, and all others of them, mixed."""
    x, labels = digits_8()
    members = [rng.permutation(np.flatnonzero(labels == kind)) for kind in kinds]
    few = rng.permutation(np.concatenate([m[:per_class] for m in members]))
    new = rng.permutation(np.concatenate([m[per_class:] for m in members]))
    name = np.full(10, -1)
    name[kinds] = np.arange(len(kinds))
    return x[few], name[labels[few]], x[new], name[labels[new]]


def weights_of(model: Any) -> list[np.ndarray]:
    found = model.get_weights()
    require(isinstance(found, list), "The model has no list of weights.", got=found)
    return [np.asarray(w) for w in found]


def transferred(student: Any, rng: np.random.Generator, first: bool = False) -> Trained:
    """A reader of five digits, and what the learner made of it for the five others."""

    def train() -> Trained:
        kinds = rng.permutation(10)
        x, labels = digits_8()
        old = np.flatnonzero(np.isin(labels, kinds[:5]))
        name = np.full(10, -1)
        name[kinds[:5]] = np.arange(5)
        x_few, y_few, x_new, y_new = task(rng, kinds[5:], PER_CLASS)
        base = student.small_reader(x[old], name[labels[old]])
        kept: dict[str, Any] = {"base": base, "x old": x[old[:50]], "new": (x_new, y_new)}
        kept["weights"] = weights_of(base)
        kept["before"] = ask_model(base, kept["x old"], (50, 5), "its own digits")
        model = student.transfer(base, x_few, y_few)
        require_model(model)
        what = "new images, an array of shape (n, 8, 8, 1)"
        kept["probs"] = ask_model(model, x_new, (len(x_new), 5), what)
        return Trained(model, kept=kept)

    return once(student, "transfer", train, first)


@transfer.case("five probabilities out")
def _(student, reference, rng):
    require_probabilities(transferred(student, rng, first=True).kept["probs"])


@transfer.case("frozen features", weight=2)
def _(student, reference, rng):
    trained = transferred(student, rng)
    now = weights_of(trained.model)
    features = trained.kept["weights"][:-2]  # all but the last layer's kernel and bias
    for before in features:
        require(
            any(w.shape == before.shape and np.array_equal(w, before) for w in now),
            "The features are not those of the base model any more: take its layers but the last "
            "as they are, and set trainable = False on each before you compile.",
            asked="the weights of base's layers in your model",
        )


@transfer.case("the old reader still reads", weight=2)
def _(student, reference, rng):
    kept = transferred(student, rng).kept
    try:
        after = ask_model(kept["base"], kept["x old"], (50, 5), "its own digits")
    except Wrong:
        words = "The base model itself was changed: it does not answer as before. Build a new one "
        raise Wrong(words + "from its layers instead of removing or adding any.") from None
    require(
        np.allclose(after, kept["before"], atol=1e-4),
        "The base model answers differently now: training went into its own layers. Freeze them "
        "(trainable = False) before you compile, or copy them.",
        asked="base on the digits it was trained on, before and after",
    )


@transfer.case("new digits from ten examples each", weight=3)
def _(student, reference, rng):
    kept = transferred(student, rng).kept
    share = float((kept["probs"].argmax(axis=1) == kept["new"][1]).mean())
    words = f"At least {NEEDED:.0%} are needed. Train the new layer for longer: the examples are "
    words += "few, so an epoch is one or two steps only."
    if share < 0.35:
        words = "That is about what guessing gives: is the new layer trained, on `x` and `labels`?"
    if share < NEEDED:
        raise Wrong(words, asked="share of new digits that are right", got=f"{share:.1%}")


@transfer.case("another number of classes", hidden=True)
def _(student, reference, rng):
    base = transferred(student, rng).kept["base"]
    kinds = rng.permutation(10)[:3]
    x_few, y_few, x_new, y_new = task(rng, kinds, 12)
    model = student.transfer(base, x_few, y_few)
    require_model(model)
    probs = ask_model(model, x_new, (len(x_new), 3), "new images of three classes")
    share = float((probs.argmax(axis=1) == y_new).mean())
    require(share >= NEEDED, "With another number of classes it reads too few digits rightly.")
