"""Check of exercise 19: the XOR network, trained from several starts.

The losses are computed here, from what the model answers; a reported one is only compared.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...expect import array, require, show
from ...spec import Check, Wrong
from ...student import Remote
from ...trained import Trained, ask_model, once, require_model
from .neurons import CORNERS

XOR = np.array([0.0, 1.0, 1.0, 0.0])
X = CORNERS.astype(np.float32)

train_xor = Check("train_xor", seconds=150)


def ask_xor_training(student: Any, seeds: list[int]) -> Trained:
    """Call train_xor and take its answer apart."""
    answer = student.train_xor(seeds)
    require(
        isinstance(answer, (list, tuple)) and len(answer) == 2,
        "Return two things: the best model, and the list of losses, one per seed.",
        got=answer,
    )
    model, losses = answer
    require(
        not isinstance(losses, Remote) or isinstance(model, Remote),
        "The order is turned around: return the best model first, then the losses.",
        got=answer,
    )
    require_model(model)
    if isinstance(losses, np.ndarray) and losses.ndim == 1:
        losses = losses.tolist()
    return Trained(model, losses, seeds)


def corners(model: Any) -> np.ndarray:
    """The model's four answers."""
    answer = ask_model(model, X, (4, 1), "the four corners, an array of shape (4, 2)")
    return answer[:, 0]


def cross_entropy(probs: np.ndarray) -> float:
    """Mean binary cross-entropy of four answers on XOR."""
    given = np.clip(np.where(XOR == 1, probs, 1 - probs), 1e-7, 1.0)
    return float(-np.log(given).mean())


def fresh_seeds(rng: np.random.Generator, num: int) -> list[int]:
    return [int(seed) for seed in rng.choice(10_000, num, replace=False)]


def first_training(student: Any, rng: np.random.Generator, first: bool = False) -> Trained:
    """Two starts, which all cases share.

    A start may fail, and both may: up to six pairs are asked for before it counts.
    """

    def train() -> Trained:
        for _round in range(6):
            trained = ask_xor_training(student, fresh_seeds(rng, 2))
            if tells_enough(trained):
                break
        return trained

    return once(student, "train_xor", train, first)


def tells_enough(trained: Trained) -> bool:
    """Whether other starts could show nothing more.

    Right answers and one start better than the other do, and so does what is wrong whatever the
    starts: a model that cannot be asked, losses that cannot be read or are exactly the same.
    """
    try:
        if not np.array_equal(corners(trained.model) > 0.5, XOR == 1):
            return False
        first, second = final_losses(trained).round(9)
    except Wrong:
        return True
    return bool(first == second or not near(first, second))


def second_training(student: Any, trained: Trained) -> Trained:
    """Both starts again in the other order.

    Whoever returns the first or the last model is found out in one of the two trainings.
    """
    if "again" not in trained.kept:
        trained.kept["again"] = ask_xor_training(student, trained.seeds[::-1])
    return trained.kept["again"]  # type: ignore[no-any-return]


def final_losses(trained: Trained) -> np.ndarray:
    """The reported losses, or `Wrong` unless there is one number per seed."""
    losses = trained.losses
    is_list = isinstance(losses, (list, tuple))
    require(
        not (is_list and any(np.ndim(loss) > 0 for loss in losses)),
        "Keep one final number per start, not the whole history of its training: "
        "history.history['loss'][-1].",
        got=losses,
    )
    require(
        is_list and len(losses) == len(trained.seeds),
        "Return a list with one final loss per seed, in the order of the seeds.",
        got=losses,
    )
    return np.array([float(array(loss, (), "each loss")) for loss in losses])


@train_xor.case("right on all four corners", weight=2)
def _(student, reference, rng):
    probs = corners(first_training(student, rng, first=True).model)
    require(
        np.any(np.abs(probs - 0.5) > 0.02),
        "The model answers about 0.5 everywhere: it was hardly trained, or not at all. Train "
        "longer or with a larger learning rate.",
        got=probs,
    )
    require(
        np.array_equal(probs > 0.5, XOR == 1),
        "In six rounds of two starts no returned model had all four corners right (above 0.5 "
        "for (0, 1) and (1, 0), below for the others). Train until the loss of a good start is "
        "far below 0.35, and return the start with the smallest loss.",
        got=probs,
    )


@train_xor.case("nine parameters")
def _(student, reference, rng):
    trained = first_training(student, rng)
    try:
        number = int(array(trained.model.count_params(), ()))
    except Wrong:
        raise Wrong("Return the Keras model itself first; this has no count_params().") from None
    require(
        number == 9,
        "A 2-2-1 network has 9 parameters: 2·2 weights and 2 biases in the hidden layer, 2 "
        "weights and 1 bias in the output.",
        asked="best_model.count_params()",
        got=number,
    )


@train_xor.case("one loss per start")
def _(student, reference, rng):
    final_losses(first_training(student, rng))


# A loss read from the last epoch was computed before that epoch's update: 5 % are allowed.
def near(a: float, b: float) -> bool:
    return abs(a - b) <= 0.05 * max(a, b) + 1e-4


def require_best(trained: Trained) -> None:
    """Raise `Wrong` unless the model's own loss is the smallest of those reported."""
    probs, values = corners(trained.model), final_losses(trained)
    own, smallest = cross_entropy(probs), float(values.min())
    if near(own, smallest):
        return
    words = (
        "The smallest loss in the list is not the loss of the returned model. Report its binary "
        "cross-entropy on the table after training, not an average over the training."
    )
    if near(float(((probs - XOR) ** 2).mean()), smallest):
        words = "The losses are squared errors; report binary cross-entropies."
    elif any(near(own, value) for value in values):
        words = (
            "The returned model is that of another start, not of the smallest loss. Does training "
            "the next start overwrite it? Keep a model, or a copy of its weights, per start."
        )
    elif near(own * 4, smallest):
        words = "The loss is the mean over the four corners, not their sum."
    raise Wrong(
        words,
        asked="binary cross-entropy of best_model on the four corners",
        got=f"{own:.3g} from the model and {smallest:.3g} from the list",
    )


@train_xor.case("the best start is returned", weight=2)
def _(student, reference, rng):
    trained = first_training(student, rng)
    require_best(trained)
    require_best(second_training(student, trained))


@train_xor.case("the seed decides the start")
def _(student, reference, rng):
    trained = first_training(student, rng)
    values = final_losses(trained)
    require(
        len(set(values.round(9))) > 1,
        "All starts ended at exactly the same loss. Does the seed decide the first weights? "
        "keras.utils.set_random_seed(seed) before building the model does it.",
        got=trained.losses,
    )
    before = values[::-1]
    after = final_losses(second_training(student, trained))
    if np.any(np.abs(after - before) > 0.1 * np.maximum(after, before) + 1e-4):
        raise Wrong(
            "The same seed led to another loss when the seeds came in another order. Give every "
            "start fresh weights and a fresh optimizer, both decided by its seed alone.",
            asked="the losses of the same seeds in the other order",
            got=show(after),
            expected=f"{show(before)} as before",
        )
