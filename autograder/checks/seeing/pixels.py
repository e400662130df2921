"""Checks of exercises 4 to 6: saliency, one signed step, fooling within a bound."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...expect import array, expect, hint, require_unchanged
from ...spec import Check
from .climbing import CLOSE, TENSORS
from .network import Network, clear, slopes

IMAGES = ("batch", "height", "width", "channels")

saliency = Check("saliency")


def scaled(values: np.ndarray) -> np.ndarray:
    out: np.ndarray = values / values.max(axis=(1, 2), keepdims=True)
    return out


def log_prob(net: Network, labels: Any) -> Any:
    return lambda z: -net.cross_entropy(z, labels)


def saliency_mistakes(net: Network, x: np.ndarray, labels: Any) -> list[tuple[Any, str]]:
    gradient = slopes(lambda z: net.logit(z, labels), x)
    best = net.logits(x).argmax(axis=1)
    largest = np.abs(gradient).max(axis=-1)
    prob = slopes(lambda z: np.exp(log_prob(net, labels)(z)), x)
    total = slopes(lambda z: net.logits(z).sum(axis=1), x)

    def of(values: np.ndarray) -> np.ndarray:
        return scaled(np.abs(values).max(axis=-1))

    return [
        (largest, "The scale is missing: divide by the largest value of each image."),
        (largest / largest.max(), "One scale for the whole batch: each image is divided by its "
         "own largest value."),
        (scaled(np.abs(gradient).sum(axis=-1)), "You added up the channels; take the largest."),
        (scaled(np.abs(gradient).mean(axis=-1)), "You averaged over the channels; take the "
         "largest."),
        (scaled(gradient.max(axis=-1)), "Take the absolute value first, then the largest channel: "
         "a large negative slope matters as much."),
        (scaled(np.abs(gradient.max(axis=-1))), "Take the absolute value first, then the largest "
         "channel: a large negative slope matters as much."),
        (scaled(np.abs(gradient.sum(axis=-1))), "Slopes of different channels cancelled: take "
         "absolute values first, then the largest."),
        (of(slopes(lambda z: net.logit(z, best), x)), "That is the class the network prefers; "
         "take the logit of the label that was given."),
        (of(prob), "That is the slope of the probability; take the logit itself, no softmax."),
        (of(slopes(log_prob(net, labels), x)), "That is the slope of the loss or of the log of "
         "the probability; take the logit itself."),
        (of(total), "All logits were added up: keep only that of the label."),
        (of(gradient * x), "The slopes are multiplied by the pixels; the slopes alone are asked."),
        (of(gradient)[..., None], "The channels should be gone: take the largest over them."),
        (of(gradient) ** 2, "Take the absolute value, not the square."),
    ]  # fmt: skip


def ask_saliency(student: Any, rng: np.random.Generator, batch: int, channels: int | None) -> None:
    net = Network(rng, channels)
    x = net.images(rng, batch)
    best = net.logits(x).argmax(axis=1)
    labels = (best + rng.integers(1, net.classes, batch)) % net.classes  # never the preferred one
    right = scaled(np.abs(slopes(lambda z: net.logit(z, labels), x)).max(axis=-1))
    model = student.small_network(*net.weights)
    asked = f"saliency(network, x of shape {x.shape}, {labels.tolist()})"
    with hint(TENSORS):
        answer = student.saliency(model, x, labels)
    causes = saliency_mistakes(net, x, labels)
    expect(answer, right, causes=causes, axes=IMAGES[:3], asked=asked, **CLOSE)


@saliency.case("one grey image")
def _(student, reference, rng):
    ask_saliency(student, rng, 1, 1)


@saliency.case("several images, each with its label", weight=2)
def _(student, reference, rng):
    ask_saliency(student, rng, 3, 1)


@saliency.case("the largest over the channels", weight=2)
def _(student, reference, rng):
    ask_saliency(student, rng, 2, None)


@saliency.case("another network", weight=2, hidden=True)
def _(student, reference, rng):
    ask_saliency(student, rng, 4, 3)


signed_step = Check("signed_step")
fool = Check("fool")


def loss_slopes(net: Network, x: np.ndarray, labels: Any) -> np.ndarray:
    return slopes(lambda z: net.cross_entropy(z, labels), x)


def question(rng: np.random.Generator, batch: int) -> tuple[Network, np.ndarray, np.ndarray]:
    """A network, images and labels, such that no slope is nearly 0."""
    while True:
        net = Network(rng, int(rng.integers(1, 3)))
        x, labels = net.images(rng, batch), net.labels(rng, batch)
        if clear(loss_slopes(net, x, labels)):
            return net, x, labels


def signed(x: np.ndarray, gradient: np.ndarray, bound: float) -> np.ndarray:
    out: np.ndarray = np.clip(x + bound * np.sign(gradient), 0, 1)
    return out


def signed_mistakes(
    net: Network, x: np.ndarray, labels: Any, bound: float
) -> list[tuple[Any, str]]:
    gradient = loss_slopes(net, x, labels)
    best = net.logits(x).argmax(axis=1)
    own = slopes(lambda z: net.logit(z, labels), x)
    root = np.sqrt((gradient**2).mean((1, 2, 3), keepdims=True))
    return [
        (signed(x, -gradient, bound), "The loss falls: go in the direction of the gradient, not "
         "against it."),
        (x + bound * np.sign(gradient), "Pixels left the range from 0 to 1: cut them off."),
        ((x + bound * gradient).clip(0, 1), "The sign is missing: every pixel moves by the whole "
         "bound."),
        ((x + bound * gradient / root).clip(0, 1), "That is `ascent_step`; here every pixel moves "
         "by the whole bound, so take the sign."),
        (np.sign(gradient), "These are the signs alone: times the bound, added to the image."),
        (bound * np.sign(gradient), "That is the change alone; add it to the image."),
        (signed(x, loss_slopes(net, x, best), bound), "This raises the loss of the class that the "
         "network prefers; take the labels that were given."),
        (signed(x, -own, bound), "This lowers the label's logit only; the cross-entropy also "
         "counts how the other logits rise."),
        (signed(x, own, bound), "This raises the label's logit: it makes the answer better."),
    ]  # fmt: skip


def ask_signed(student: Any, rng: np.random.Generator, batch: int, bound: float) -> None:
    net, x, labels = question(rng, batch)
    right = signed(x, loss_slopes(net, x, labels), bound)
    model = student.small_network(*net.weights)
    asked = f"signed_step(network, x of shape {x.shape}, {labels.tolist()}, {bound:.2g})"
    with hint(TENSORS):
        answer = student.signed_step(model, x, labels, bound)
    causes = signed_mistakes(net, x, labels, bound)
    expect(answer, right, causes=causes, axes=IMAGES, asked=asked, atol=1e-5)


@signed_step.case("one image")
def _(student, reference, rng):
    ask_signed(student, rng, 1, 0.1)


@signed_step.case("several images", weight=2)
def _(student, reference, rng):
    ask_signed(student, rng, 3, 0.2)


@signed_step.case("leaves the images alone")
def _(student, reference, rng):
    net, x, labels = question(rng, 2)
    lent = student.lend(x)
    student.signed_step(student.small_network(*net.weights), lent, labels, 0.1)
    remedy = "Write x = x + …, not x += …; np.clip without out=."
    require_unchanged("x", "signed_step(network, x, labels, 0.1)", x, lent, remedy)


@signed_step.case("other bounds", weight=2, hidden=True)
def _(student, reference, rng):
    ask_signed(student, rng, 2, 0.02)
    ask_signed(student, rng, 4, float(rng.uniform(0.3, 0.5)))


def walk(
    net: Network, x: np.ndarray, labels: Any, bound: float, num_steps: int, step: float
) -> tuple[list[np.ndarray], bool]:
    """The images after every step, and whether every sign on the way was clear."""
    images, sure = [x.astype(float)], True
    for _ in range(num_steps):
        gradient = loss_slopes(net, images[-1], labels)
        sure = sure and clear(gradient)
        images.append(signed(images[-1], gradient, step).clip(x - bound, x + bound))
    return images, sure


def fool_mistakes(
    net: Network, x: np.ndarray, labels: Any, bound: float, num_steps: int, step: float
) -> list[tuple[Any, str]]:
    first = loss_slopes(net, x, labels)
    images, _ = walk(net, x, labels, bound, num_steps, step)
    free, _ = walk(net, x, labels, np.inf, num_steps, step)
    low = x.astype(float)
    for _ in range(num_steps):
        low = signed(low, -loss_slopes(net, low, labels), step).clip(x - bound, x + bound)
    still = x.astype(float)
    for _ in range(num_steps):
        still = signed(still, first, step).clip(x - bound, x + bound)
    whole, _ = walk(net, x, labels, bound, num_steps, bound)
    return [
        (low, "The loss falls: does each step go uphill?"),
        (free[-1].clip(x - bound, x + bound), "Go back into the bound after each step, not only "
         "at the end."),
        (free[-1], "Pixels are further than the bound from their original: after each step cut "
         "off at x − bound and x + bound."),
        (still, "Every step uses the slopes at the start: take them anew where the image is now."),
        (whole[-1], "Each step should have the length `step`, not the length of the bound."),
        (images[1], "Only one step was made: does each step begin where the last one ended?"),
        (images[-2], "One step is missing."),
        (images[-1] - x, "That is the change alone; return the images."),
    ]  # fmt: skip


def tells_apart(mistakes: list[tuple[Any, str]], right: np.ndarray) -> bool:
    """Whether these numbers show the mistakes of old slopes and of steps that are too long."""
    wrong = [w for w, words in mistakes if words.startswith(("Every step", "Each step"))]
    return all(np.abs(w - right).max() > 0.01 for w in wrong)


def ask_fool(
    student: Any, rng: np.random.Generator, batch: int, bound: float, num_steps: int, step: float
) -> None:
    while True:
        net, x, labels = question(rng, batch)
        images, sure = walk(net, x, labels, bound, num_steps, step)
        causes = fool_mistakes(net, x, labels, bound, num_steps, step)
        if sure and (num_steps == 1 or tells_apart(causes, images[-1])):
            break
    model = student.small_network(*net.weights)
    asked = f"fool(network, x of shape {x.shape}, {labels.tolist()}, bound={bound:.2g}, "
    asked += f"num_steps={num_steps}, step={step:.2g})"
    with hint(TENSORS):
        answer = student.fool(model, x, labels, bound, num_steps, step)
    if np.shape(answer) == x.shape:
        values = array(answer, x.shape)
        outside = values.min() < -1e-5 or values.max() > 1 + 1e-5
        causes.insert(0, (lambda a: outside, "Pixels left the range from 0 to 1."))
        far = np.abs(values - x).max() > bound + 1e-5
        last = "Some pixels are further than the bound from their original, the image that was "
        causes.append((lambda a: far, f"{last}given: compare with x, not with the last step."))
    expect(answer, images[-1], causes=causes, axes=IMAGES, asked=asked, atol=1e-4)


@fool.case("one step of the whole bound")
def _(student, reference, rng):
    ask_fool(student, rng, 2, 0.15, 1, 0.15)


@fool.case("small steps inside the bound")
def _(student, reference, rng):
    ask_fool(student, rng, 2, 0.3, 3, 0.08)


@fool.case("steps that would lead outside", weight=2)
def _(student, reference, rng):
    ask_fool(student, rng, 2, 0.1, 4, 0.08)


@fool.case("leaves the images alone")
def _(student, reference, rng):
    net, x, labels = question(rng, 2)
    lent = student.lend(x)
    student.fool(student.small_network(*net.weights), lent, labels, 0.1, 3, 0.05)
    require_unchanged(
        "x", "fool(network, x, labels, 0.1, 3, 0.05)", x, lent,
        "Write changed = np.clip(...), without out=, and no += on the images.",
    )  # fmt: skip


@fool.case("never further than the bound", weight=2, hidden=True)
def _(student, reference, rng):
    bound = float(rng.uniform(0.05, 0.2))
    ask_fool(student, rng, 2, bound, 4, 0.7 * bound)
