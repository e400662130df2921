"""Two small Keras networks in the learner's process and the loss of DQN in NumPy: an oracle."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.special import huber

from ...differences import measured
from ...expect import array
from .targets import one_by_one
from .values import forward, network

Weights = list[np.ndarray]
Batch = tuple[np.ndarray, ...]


def keras_model(student: Any, weights: Weights) -> Any:
    """A Sequential of Dense layers with these weights, tanh between them: no corners."""
    keras = student["keras"]
    kernels = weights[::2]
    layers = [keras["layers"].Dense(k.shape[1], activation="tanh") for k in kernels[:-1]]
    layers.append(keras["layers"].Dense(kernels[-1].shape[1]))
    model = keras.Sequential([keras.Input([kernels[0].shape[0]]), *layers])
    model.set_weights(weights)
    return model


def weights_of(model: Any, like: Weights) -> Weights:
    found = model.get_weights()
    return [array(w, v.shape, "a weight") for w, v in zip(found, like, strict=True)]


def two_networks(rng: np.random.Generator, inputs: int, actions: int) -> tuple[Weights, Weights]:
    """A network, and one that prefers other actions: nearly its hidden units, weighted the other
    way round."""
    sizes = [inputs, int(rng.integers(3, 5)), actions]
    learner, noise = network(rng, sizes, 0.0), network(rng, sizes, 0.0)
    signs = (1, 1, -1, -1)
    target = [s * w + 0.3 * n for s, w, n in zip(signs, learner, noise, strict=True)]
    return learner, [w.astype("float32") for w in target]


def transitions(rng: np.random.Generator, num: int, inputs: int, actions: int) -> Batch:
    """A batch with every action, some terminated, and rewards that leave errors of any size."""
    observations, nexts = rng.normal(size=(2, num, inputs)).astype("float32")
    taken = rng.permutation(np.resize(np.arange(actions), num)).astype("int32")
    rewards = (rng.normal(size=num) * 2).astype("float32")
    terminated = rng.permutation(np.resize([True, False, False], num))
    return observations, taken, rewards, nexts, terminated


def loss_of(
    weights: Weights, target: Weights, batch: Batch, discount: float, way: str = "double",
    frozen: Weights | None = None, kind: str = "huber",
) -> float:  # fmt: skip
    """The loss for these weights.

    Args:
        way: who makes the targets: "double", "dqn", "own" (the learning network alone),
            "swapped", or "ends" (terminated is ignored).
        frozen: the weights of the learning network inside the targets; None lets them move.
        kind: "huber", "squared", "all actions", "first action" or "largest".
    """
    observations, actions, rewards, nexts, terminated = batch
    rows = np.arange(len(actions))
    learner = forward(frozen or weights, nexts, hidden="tanh")
    copy = forward(target, nexts, hidden="tanh")
    if way == "own":
        copy = learner
    if way == "swapped":
        learner, copy = copy, learner
    after = copy.max(axis=1) if way == "dqn" else copy[rows, learner.argmax(axis=1)]
    over = terminated & (way != "ends")
    targets = one_by_one(rewards, after, over, discount)
    q = forward(weights, observations, hidden="tanh")
    taken = {"first action": q[:, 0], "largest": q.max(axis=1)}.get(kind, q[rows, actions])
    if kind == "all actions":
        return float(np.mean(huber(1.0, targets[:, None] - q)))
    errors = targets - taken
    return float(np.mean(errors**2 / 2 if kind == "squared" else huber(1.0, errors)))


def slopes(function: Any, weights: Weights) -> Weights:
    """The gradient of `function(weights)`, measured."""
    floats = [np.asarray(w, float) for w in weights]
    return measured(lambda *ws: function(list(ws)), floats, 1.0)


def same(one: Weights, other: Weights) -> bool:
    # A step of SGD in float32; the measured slopes keep seven digits.
    return all(np.allclose(a, b, rtol=2e-3, atol=2e-4) for a, b in zip(one, other, strict=True))
