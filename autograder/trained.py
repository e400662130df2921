"""What a training in the learner's process gave; one training serves all cases of a check.

The first case of a check trains and keeps what came back, the others look at it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .expect import array, expect, hint, require
from .spec import NotStarted, Wrong
from .student import Remote, Student


@dataclass
class Trained:
    """What came back from a training, or the `Wrong` or `NotStarted` that it ended in.

    Args:
        model: in the learner's process.
        losses: one per seed, as reported.
        seeds: those it was asked to try.
        wrong: why there is nothing.
        kept: other things that cases of the same check share.
    """

    model: Any = None
    losses: Any = None
    seeds: list[int] = field(default_factory=list)
    wrong: Wrong | NotStarted | None = None
    kept: dict[str, Any] = field(default_factory=dict)


_latest: dict[str, tuple[Student, Trained]] = {}


def once(student: Student, name: str, train: Callable[[], Trained], first: bool) -> Trained:
    """What `train` gave for this student.

    Args:
        name: of the check; only the latest student's training is kept for each.
        first: whether the check's first case asks, which always trains anew.
    """
    owner, trained = _latest.get(name, (None, None))
    if first or trained is None or owner is not student:
        try:
            trained = train()
        except (Wrong, NotStarted) as wrong:
            trained = Trained(wrong=wrong)
        _latest[name] = student, trained
    if trained.wrong is not None:
        raise trained.wrong
    return trained


def require_model(model: Any) -> None:
    """Raise `Wrong` unless the thing is an object that can be called, and no History."""
    described = model.described if isinstance(model, Remote) else ""
    require(
        "History" not in described,
        "`model.fit` returns a History, the record of the training. Return the model itself.",
        got=model,
    )
    require(isinstance(model, Remote), "Return the Keras model itself, trained.", got=model)


def layer_types(model: Any, depth: int = 0) -> list[str]:
    """What the model's layers are, as described by `Remote`; of models within it too."""
    try:
        layers = model["layers"]
    except Wrong:
        return []
    found = []
    for layer in layers if isinstance(layers, (list, tuple)) and depth < 4 else []:
        if isinstance(layer, Remote):
            found += [layer.described, *layer_types(layer, depth + 1)]
    return found


def ask_in_a_model(
    student: Any, name: str, right: np.ndarray, arrays: list[np.ndarray], *numbers: float
) -> None:
    """Ask a function as a part of a Keras model, where it is traced before it gets numbers.

    The notebook gives `in_a_model(function, arrays, *numbers)`.
    """
    with hint("There are no numbers yet in a Keras model: keras.ops only, no NumPy, no loop."):
        answer = student.in_a_model(student.function(name), arrays, *numbers)
    other = "Inside a Keras model it gives something else."
    expect(answer, right, causes=[(lambda a: True, other)])


def ask_model(model: Any, x: np.ndarray, shape: tuple[int, ...], what: str) -> np.ndarray:
    """The model's answer to x as an array of that shape, or `Wrong` in words about models."""
    try:
        answer = model(x)
    except Wrong as wrong:
        raise Wrong(f"The model could not be asked about {what}. {wrong.cause}") from None
    if np.ndim(answer) != len(shape) or np.shape(answer)[1] != shape[1]:
        words = (
            f"The last layer should have {shape[1]} unit{'s' if shape[1] > 1 else ''}: one output "
            "per class, or one for a yes-or-no question."
        )
        raise Wrong(words, got=f"shape {np.shape(answer)}", expected=f"shape {shape}")
    return array(answer, shape, f"the model's answer to {what}")


def require_probabilities(probs: np.ndarray) -> None:
    """Raise `Wrong` unless each row holds the probabilities of its classes: (n, classes)."""
    asked = "the model on new images"
    if np.allclose(probs.sum(axis=0), 1.0, atol=1e-3):
        raise Wrong("Softmax goes over the classes (axis=-1), not over the batch.", asked=asked)
    require(
        probs.min() >= -1e-6 and probs.max() <= 1 + 1e-6,
        "Some outputs are negative or above 1: these are scores. Give the last layer the "
        "activation softmax (and the loss from_logits=False, as it is by default).",
        asked=asked,
        got=probs[0],
    )
    sums = probs.sum(axis=1)
    if not np.allclose(sums, 1.0, atol=1e-3):
        words = "Each row should sum to 1: ten sigmoids do not know of each other, softmax does."
        raise Wrong(words, asked=asked, got=f"rows that sum to {sums.min():.3g} … {sums.max():.3g}")


def require_share(trained: Trained, needed: float, longer: str, guessing: str) -> None:
    """Raise `Wrong` unless the model reads new images well enough.

    Args:
        trained: kept are its `probs` for new images, (n, classes), their `labels`, and `names`,
            the labels that the check's training gave to the classes 0, 1, …
        needed: the share that must be right.
        longer: what to do for more.
        guessing: a second question where it is no better than guessing.
    """
    probs, labels, names = (trained.kept[key] for key in ("probs", "labels", "names"))
    says = probs.argmax(axis=1)
    share = float((says == labels).mean())
    if share >= needed:
        return
    words = f"At least {needed:.0%} are needed. {longer}"
    if float((says == np.argsort(names)[labels]).mean()) > 0.5:
        words = (
            "The check gives the classes other names, and your model answers with the old ones: "
            "train on the arguments x and labels, not on the notebook's own digits."
        )
    elif share < 0.2:
        words = (
            "That is about what guessing gives: was the model trained (compile, then fit) before "
            f"it was returned, and {guessing}"
        )
    raise Wrong(words, asked="share of new digits that are right", got=f"{share:.1%}")
