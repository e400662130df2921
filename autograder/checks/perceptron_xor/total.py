"""Check of exercise 17: the loss of a whole network on a whole data set."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.special

from ...expect import expect, hint, show
from ...spec import Check
from .activations import nan, sizes
from .networks import Layers, pass_through, random_network

total_loss = Check("total_loss")


def ask_total(student: Any, batch: int, widths: Any, rng: np.random.Generator, about: str) -> None:
    """Compare with the sum over examples of −ln softmax at the target."""
    layers: Layers = random_network(rng, widths)
    x = rng.normal(size=(batch, widths[0]))
    targets = np.eye(widths[-1])[rng.integers(0, widths[-1], batch)]

    def loss(probs: Any) -> Any:
        return -np.log((np.clip(probs, 1e-7, 1.0) * targets).sum(axis=1))

    def through(squash: Any = scipy.special.expit, last: Any = over_classes) -> Any:
        return pass_through(x, layers, squash, last)[-1]

    losses = loss(through())
    causes = [
        (float(losses.mean()) if batch > 1 else -1.0, "This is the mean; the total loss is the sum "
         "over the examples: L = Σ lⁿ."),
        (losses, "Add the losses of all examples: the total loss is a single number."),
        (float(-losses.sum()), "The sign is turned around: a loss is never negative."),
        (float(loss(through(last=None)).sum()), "The last layer has the sigmoid; it should have "
         "softmax in its place."),
        (float(loss(over_classes(through(last=None))).sum()), "The last layer has the sigmoid and "
         "softmax; it should have softmax alone. `forward` ends with a sigmoid, so use it for the "
         "hidden layers only."),
        (float(loss(through(last=over_batch)).sum()), "Softmax goes over the classes, axis=-1, not "
         "over the batch."),
        (float(loss(through(squash=lambda z: z)).sum()), "The hidden layers lost their sigmoid."),
        (float(loss(through(squash=lambda z: np.maximum(z, 0))).sum()), "The hidden layers use "
         "ReLU; here they use the sigmoid."),
        (float(loss(through(squash=over_classes)).sum()), "The hidden layers use softmax; only the "
         "last one does, the others use the sigmoid."),
        (float(loss(through(last=lambda z: over_classes(over_classes(z)))).sum()), "Softmax was "
         "applied twice."),
        (nan, "NaN came back: are the last layer's scores handed to the loss without softmax?"),
    ]  # fmt: skip
    shapes = ", ".join(str(kernel.shape) for kernel, _ in layers)
    asked = f"total_loss({show(x)}, {show(targets)}, layers with kernels of shapes {shapes})"
    with hint(about, asked):
        answer = student.total_loss(x, targets, layers)
    expect(answer, float(losses.sum()), causes=causes, asked=asked)


def over_classes(z: Any) -> Any:
    return scipy.special.softmax(z, axis=-1)


def over_batch(z: Any) -> Any:
    return scipy.special.softmax(z, axis=0)


@total_loss.case("one hidden layer", weight=2)
def _(student, reference, rng):
    widths = sizes(rng, 3)
    ask_total(student, int(rng.integers(3, 6)), widths, rng, "This network has one hidden layer.")


@total_loss.case("two hidden layers")
def _(student, reference, rng):
    about = "This network has two hidden layers: go through all of them."
    ask_total(student, int(rng.integers(3, 6)), sizes(rng, 4), rng, about)


@total_loss.case("no hidden layer, one example", hidden=True)
def _(student, reference, rng):
    batch, features, classes = sizes(rng, 3)
    about = "This network has only an output layer: softmax right after the first sum."
    ask_total(student, batch, [features, classes], rng, about)
    ask_total(student, 1, [features, classes, batch], rng, "Here the batch is one example.")
