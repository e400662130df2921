"""Check of exercise 7: the loss, and the step that it causes, against measured slopes."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...expect import expect, hint, require
from ...spec import Check, Wrong
from .nets import Batch, Weights, keras_model, loss_of, same, slopes, transitions, two_networks
from .nets import weights_of as moved

dqn_loss = Check("dqn_loss")

RATE = 0.5
SHAPES = (
    "In a batch observations and next_observations are (batch, num_inputs), actions, rewards and "
    "terminated (batch,); the models give (batch, num_actions)."
)


def ask_value(student: Any, rng: np.random.Generator, num: int, double: bool, given: bool) -> None:
    """The number itself, for two networks that differ."""
    inputs, actions, discount = int(rng.integers(3, 6)), 3, float(rng.uniform(0.6, 0.9))
    learner, target = two_networks(rng, inputs, actions)
    batch = transitions(rng, num, inputs, actions)
    models = keras_model(student, learner), keras_model(student, target)
    extra = {"double": double} if given else {}
    with hint(SHAPES):
        answer = student.dqn_loss(*models, batch, discount, **extra)
    asked = f"dqn_loss on {num} transitions, double={double}"
    compare(answer, learner, target, batch, discount, double, asked)


def compare(
    answer: Any, learner: Weights, target: Weights, batch: Batch, discount: float, double: bool,
    asked: str,
) -> None:  # fmt: skip
    way = "double" if double else "dqn"

    def loss(way: str = way, kind: str = "huber", g: float = discount) -> float:
        return loss_of(learner, target, batch, g, way, kind=kind)

    causes = [
        (loss("own"), "The target network has no part in the targets: `target_model` judges the "
         "next observations."),
        (loss("dqn" if double else "double"), "The argument `double` is not used, or turned around:"
         " with double=True `model` chooses the next action, else `target_model` does both."),
        (loss("swapped"), "The networks are swapped: `model` chooses, `target_model` judges."),
        (loss("ends"), "The flag `terminated` is not used: after it nothing comes."),
        (loss(kind="all actions"), "Every action was compared with the target: only the one that "
         "was taken has one."),
        (loss(kind="first action"), "Compare the action that was taken (`actions`), not always the "
         "first one."),
        (loss(kind="largest"), "Compare the action that was taken (`actions`), not the best one."),
        (loss(kind="squared"), "That is the squared error: use huber_loss."),
        (loss() * len(batch[0]), "That is the sum over the batch: take the mean."),
        (loss(g=1.0), "The next value is not discounted."),
        (loss(g=0.99), "The argument `discount` is not used."),
        (lambda a: np.ndim(a) > 0, "Return one number, the mean over the batch."),
        (loss_of(target, learner, batch, discount, way), "The two networks are swapped: `model` "
         "answers for the observations."),
    ]  # fmt: skip
    expect(answer, np.float64(loss()), causes=causes, rtol=1e-3, atol=1e-4, asked=asked)


@dqn_loss.case("the loss, double DQN", weight=2)
def _(student, reference, rng):
    ask_value(student, rng, int(rng.integers(9, 13)), double=True, given=False)


@dqn_loss.case("the loss, DQN")
def _(student, reference, rng):
    ask_value(student, rng, int(rng.integers(9, 13)), double=False, given=True)


def ask_step(student: Any, rng: np.random.Generator, num: int, alone: bool) -> None:
    """One update of a Learner by SGD; `alone`: the same network is model and target."""
    inputs, actions, discount = int(rng.integers(3, 5)), 3, float(rng.uniform(0.7, 0.9))
    learner, target = two_networks(rng, inputs, actions)
    batch = transitions(rng, num, inputs, actions)
    model = keras_model(student, learner)
    target_model = model if alone else keras_model(student, target)
    step = student.Learner(model, target_model, discount)
    step.compile(optimizer=student["keras"]["optimizers"].SGD(RATE), run_eagerly=True)
    asked = f"one step of SGD({RATE}) on {num} transitions"
    if alone:
        target, asked = learner, f"{asked}, one network as model and target"
    words = "dqn_loss should return a scalar tensor, calculated with keras.ops."
    with hint(words, asked=asked):
        step.update(batch, num)
    after = moved(model, learner)
    if not alone:
        still = same(moved(target_model, target), target)
        words = "The target network's weights changed: dqn_loss only calculates."
        require(still, words, asked=asked)
    why = why_step(learner, target, batch, discount, after, alone)
    if why:
        raise Wrong(why, asked=asked)


def why_step(
    learner: Weights, target: Weights, batch: Batch, discount: float, after: Weights, alone: bool
) -> str:
    """What is wrong with the step; empty if nothing is."""

    def stepped(through: bool = False, rate: float = RATE, **ways: Any) -> Weights:
        def loss(weights: Weights) -> float:
            copy = weights if through and alone else target
            frozen = None if through else learner
            return loss_of(weights, copy, batch, discount, frozen=frozen, **ways)

        pairs = zip(learner, slopes(loss, learner), strict=True)
        return [np.asarray(w, float) - rate * g for w, g in pairs]

    if same(after, stepped()):
        return ""
    if same(after, learner):
        return (
            "No weight moved: the gradient does not reach the network. stop_gradient belongs "
            "around the targets only, and NumPy cuts the thread: use keras.ops."
        )
    if same(after, stepped(through=True)):
        return "The gradient flows into the targets: put ops.stop_gradient around them."
    if same(after, stepped(rate=-RATE)):
        return "The step goes uphill: the loss should fall."
    kinds = {
        "all actions": "Actions that were not taken moved: only the one taken has a target.",
        "first action": "It is always the first action that learns: use `actions`.",
        "largest": "The best action learns: it should be the one taken.",
        "squared": "Large errors pull too hard: use huber_loss.",
    }
    if same(after, stepped(rate=RATE * len(batch[0]))):
        return "The step is as many times too long as the batch has rows: take the mean, no sum."
    for way in ("dqn", "own"):
        if same(after, stepped(way=way)):
            return (
                "The step is right for other targets: with double=True `model` chooses the "
                "next action and `target_model` judges it."
            )
    found = (words for kind, words in kinds.items() if same(after, stepped(kind=kind)))
    return next(found, "The weights do not move by the gradient of the loss; look at the other "
                "cases first.")  # fmt: skip


@dqn_loss.case("one step of learning", weight=2)
def _(student, reference, rng):
    ask_step(student, rng, int(rng.integers(7, 10)), alone=False)


@dqn_loss.case("no gradient into the targets", weight=2)
def _(student, reference, rng):
    ask_step(student, rng, int(rng.integers(7, 10)), alone=True)


@dqn_loss.case("other sizes", weight=2, hidden=True)
def _(student, reference, rng):
    for num, double in ((1, True), (16, False), (3, True)):
        ask_value(student, rng, num, double, given=True)
    ask_step(student, rng, 12, alone=True)


@dqn_loss.case("images, and any number of actions", hidden=True)
def _(student, reference, rng):
    """A network whose observations have three axes."""
    keras = student["keras"]
    layers, shape, actions = keras["layers"], [4, 3, 2], int(rng.integers(4, 7))
    kernel = rng.normal(size=(24, actions)).astype("float32")
    bias = np.zeros(actions, "float32")
    models = []
    for sign in (1, -1):
        model = keras.Sequential([keras.Input(shape), layers.Flatten(), layers.Dense(actions)])
        model.set_weights([sign * kernel, bias])
        models.append(model)
    flat = transitions(rng, 8, 24, actions)
    batch = tuple(part.reshape(8, *shape) if part.ndim == 2 else part for part in flat)
    with hint("Observations may be images: leave their shape to the model."):
        answer = student.dqn_loss(*models, batch, 0.8)
    compare(answer, [kernel, bias], [-kernel, bias], flat, 0.8, True, "dqn_loss on images")
