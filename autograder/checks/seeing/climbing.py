"""Checks of exercises 1 to 3: slopes of pixels, a step uphill, a filter's favourite input."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...expect import expect, hint, require, require_unchanged
from ...spec import Check, Wrong
from .network import Network, slopes

ONE_NUMBER = "Give value_and_grad the sum of the scores, one number, calculated with keras.ops."
TENSORS = "Inside the score everything stays a tensor of keras.ops: no NumPy, no float(...)."
# Scores and slopes are of size 0.01 to 1, and float32 rounds them at 1e-7 or so.
CLOSE: dict[str, Any] = {"rtol": 1e-3, "atol": 1e-5}

input_gradient = Check("input_gradient")


def lent_score(student: Any, net: Network, numbers: Any) -> Any:
    """The notebook's score for that network, in the learner's process."""
    model = student.small_network(*net.weights)
    return student.filter_score(model, 1, [int(n) for n in numbers])


def pair(answer: Any, words: str) -> Any:
    """An answer of two arrays, or `Wrong(words)`."""
    fits = isinstance(answer, (list, tuple)) and len(answer) == 2
    if isinstance(answer, (list, tuple)) and not fits:
        words = f"Return two arrays, not {len(answer)}."
    require(fits, words, got=None if fits else answer)
    return answer


def ask_gradient(student: Any, rng: np.random.Generator, batch: int, channels: int | None) -> None:
    net = Network(rng, channels)
    x, numbers = net.images(rng, batch), rng.permutation(net.filters)[:batch]
    score = lent_score(student, net, numbers)
    right, gradient = net.middle(x, numbers), slopes(lambda z: net.middle(z, numbers), x)
    with hint(ONE_NUMBER):
        answer = student.input_gradient(score, x)
    asked = f"input_gradient(score, x), x of shape {x.shape}"
    scores, slope = pair(answer, "Return both: the scores and the gradient.")
    require(
        not (np.ndim(scores) == 4 and np.ndim(slope) == 1),
        "The order is turned around: first the scores, then the gradient.",
    )
    causes: list[tuple[Any, str]] = [
        (float(right.sum()), "That is the sum over the batch; return one score per image."),
        (float(right.mean()), "That is the mean over the batch; return one score per image."),
    ]
    expect(scores, right, causes=causes, axes=("batch",), asked=asked, **CLOSE)
    first = np.where(np.arange(batch)[:, None, None, None] == 0, gradient, 0)
    causes = [
        (gradient / batch, "The slopes are divided by the number of images: take the gradient of "
         "the sum of the scores, not of their mean."),
        (first, "Only the first image has slopes: take the gradient of the sum of all scores."),
        (-gradient, "The sign is turned around: the gradient points uphill."),
        (np.abs(gradient), "The signs are lost; return the gradient as it is."),
        (gradient.sum(axis=0), "Keep the batch: every image has slopes of its own."),
        (gradient * 2 * right[:, None, None, None], "This is the slope of the squared scores."),
    ]  # fmt: skip
    axes = ("batch", "height", "width", "channels")
    expect(slope, gradient, causes=causes, axes=axes, asked=asked, **CLOSE)


@input_gradient.case("one image")
def _(student, reference, rng):
    ask_gradient(student, rng, 1, 1)


@input_gradient.case("every image its own slopes", weight=2)
def _(student, reference, rng):
    ask_gradient(student, rng, 3, 1)


@input_gradient.case("images with channels")
def _(student, reference, rng):
    ask_gradient(student, rng, 2, None)


@input_gradient.case("another network", weight=2, hidden=True)
def _(student, reference, rng):
    ask_gradient(student, rng, 3, None)


ascent_step = Check("ascent_step")


def stepped(x: np.ndarray, gradient: np.ndarray, step: float) -> np.ndarray:
    """The formula, image by image."""
    moved = x.astype(float)
    for k, slope in enumerate(gradient.astype(float)):
        root = np.linalg.norm(slope) / slope.size**0.5
        if root > 0:
            moved[k] += step * slope / root
    return moved


def step_mistakes(x: np.ndarray, gradient: np.ndarray, step: float) -> list[tuple[Any, str]]:
    square = gradient.astype(float) ** 2
    each, one = (1, 2, 3), np.ones_like(x)

    def divided(by: np.ndarray) -> np.ndarray:
        out: np.ndarray = x + step * gradient / np.broadcast_to(np.where(by > 0, by, 1), x.shape)
        return out

    return [
        (lambda a: np.isnan(a).any(), "NaN came back: an image without any slope was divided by "
         "zero; it should stay as it is."),
        (x + step * gradient, "The gradient is as long as it was: divide it by its root mean "
         "square."),
        (2 * x - stepped(x, gradient, step), "It goes downhill; add the step."),
        (stepped(x, gradient, step) - x, "That is the step alone; add it to the image."),
        (divided(np.sqrt(square.sum(each, keepdims=True))), "You divided by the root of the sum "
         "of squares; of the mean of squares is asked."),
        (divided(np.sqrt(square.mean()) * one), "One root for the whole batch: every image has "
         "a root of its own."),
        (divided(square.mean(each, keepdims=True)), "The square root is missing: divide by the "
         "root of the mean square."),
        (divided(np.abs(gradient).mean(each, keepdims=True)), "You divided by the mean of the "
         "absolute values; square, average, take the root."),
        (divided(np.abs(gradient).max(each, keepdims=True)), "You divided by the largest slope; "
         "the root of the mean square is asked."),
        (divided(gradient.std(each, keepdims=True)), "That is the standard deviation: do not "
         "take the mean away."),
        (divided(np.sqrt(square.mean((1, 2), keepdims=True))), "One root for each channel: the "
         "mean goes over the channels, too."),
        (x + step * np.sign(gradient), "That is the sign of each slope; keep their proportions."),
        (stepped(x, gradient, step).clip(0, 1), "Do not cut off at 0 and 1 here; that comes in "
         "the next exercise."),
    ]  # fmt: skip


def ask_step(student: Any, x: np.ndarray, gradient: np.ndarray, step: float) -> None:
    answer = student.ascent_step(x, gradient, step)
    with np.errstate(all="ignore"):
        causes = step_mistakes(x, gradient, step)
    axes = ("batch", "height", "width", "channels")
    expect(answer, stepped(x, gradient, step), causes=causes, axes=axes, atol=1e-5)


def images_and_slopes(
    rng: np.random.Generator, batch: int, channels: int
) -> tuple[np.ndarray, np.ndarray]:
    """Images, and slopes whose sizes differ from image to image, not around 0."""
    shape = (batch, int(rng.integers(4, 6)), int(rng.integers(6, 8)), channels)
    sizes = 10.0 ** rng.permutation(np.arange(-1, batch - 1))[:, None, None, None]
    return rng.uniform(size=shape), sizes * (rng.normal(size=shape) + 0.5)


@ascent_step.case("four pixels by hand")
def _(student, reference, rng):
    gradient = rng.permutation([3.0, 4.0, 0.0, 0.0]).reshape(1, 2, 2, 1)
    ask_step(student, np.zeros((1, 2, 2, 1)), gradient, 0.1)


@ascent_step.case("every image its own length", weight=2)
def _(student, reference, rng):
    ask_step(student, *images_and_slopes(rng, 3, int(rng.integers(2, 4))), 0.3)


@ascent_step.case("no slope at all")
def _(student, reference, rng):
    x, gradient = images_and_slopes(rng, 3, 1)
    gradient[int(rng.integers(3))] = 0
    ask_step(student, x, gradient, 0.2)


@ascent_step.case("leaves its arguments alone")
def _(student, reference, rng):
    for name in ("x", "gradient"):
        values = dict(zip(("x", "gradient"), images_and_slopes(rng, 2, 1), strict=True))
        lent = student.lend(values[name])
        student.ascent_step(**(values | {name: lent}), step=0.1)
        remedy = "Write x = x + …, not x += …, and the same with the gradient."
        require_unchanged(name, "ascent_step(x, gradient, 0.1)", values[name], lent, remedy)


@ascent_step.case("other sizes", weight=2, hidden=True)
def _(student, reference, rng):
    x, gradient = images_and_slopes(rng, 4, 3)
    ask_step(student, x, 100 * gradient, float(rng.uniform(0.05, 0.5)))
    ask_step(student, x[:1], gradient[:1], 1.0)


favourite_input = Check("favourite_input")


def climb(
    net: Network, numbers: Any, start: np.ndarray, num_steps: int, step: float
) -> list[np.ndarray]:
    """The images before the first step and after every one."""
    images = [start.astype(float)]
    for _ in range(num_steps):
        gradient = slopes(lambda z: net.middle(z, numbers), images[-1])
        images.append(stepped(images[-1], gradient, step).clip(0, 1))
    return images


def ask_climb(student: Any, rng: np.random.Generator, num_steps: int, step: float) -> None:
    net, batch = Network(rng, int(rng.integers(1, 3))), 2
    start, numbers = net.images(rng, batch) * 0.4 + 0.3, rng.permutation(net.filters)[:batch]
    score = lent_score(student, net, numbers)
    steps = climb(net, numbers, start, num_steps, step)
    track = np.array([net.middle(x, numbers) for x in steps])
    with hint(TENSORS):
        answer = student.favourite_input(score, start, num_steps, step)
    asked = f"favourite_input(score, start of shape {start.shape}, {num_steps}, {step:.2g})"
    images, scores = pair(answer, "Return both: the images and the scores.")
    require(
        not (np.ndim(images) == 2 and np.ndim(scores) == 4),
        "The order is turned around: first the images, then the scores.",
    )
    causes: list[tuple[Any, str]] = [
        (lambda a: a.min() < -1e-3 or a.max() > 1.001, "Pixels left the range from 0 to 1: cut "
         "them off after each step."),
        (start, "The images did not move: does each step begin where the last one ended?"),
        (steps[-2], "One step is missing."),
        (lambda a: np.allclose(a, steps[1], atol=1e-3), "Only one step was made: does each step "
         "begin where the last one ended?"),
        (lambda a: net.middle(a, numbers).sum() < track[0].sum(), "The scores fall: it goes "
         "downhill."),
        (lambda a: a.shape == start.shape, "It climbs, but elsewhere. After each step the pixels "
         "are cut off at 0 and 1, before the next gradient; one `ascent_step` per step."),
    ]  # fmt: skip
    axes = ("batch", "height", "width", "channels")
    # Where tanh is flat slopes are tiny, and a tiny number under the root of `ascent_step` shows.
    expect(images, steps[-1], causes=causes, axes=axes, asked=asked, rtol=1e-3, atol=5e-3)
    ask_track(scores, track, asked)


def ask_track(scores: Any, track: np.ndarray, asked: str) -> None:
    if isinstance(scores, list):
        raise Wrong("The scores are a list; np.array(...) makes it an array.", asked=asked)
    causes = [
        (track[1:], "The scores before the first step are missing."),
        (track[:-1], "The scores after the last step are missing."),
        (track.T, "The axes are swapped: the steps come first, then the images."),
        (track[-1], "These are the scores at the end; all of them are asked, step by step."),
        (track.sum(axis=1), "One score per step and image: do not add up the images."),
        (track.mean(axis=1), "One score per step and image: do not average over the images."),
        (np.repeat(track[:1], len(track), 0), "The scores are always those of the start."),
        (
            lambda a: a.shape == track.shape,
            "The last images are right, the scores are not: was every image cut off at 0 and 1 "
            "before its score was taken?",
        ),
    ]
    expect(scores, track, causes=causes, axes=("steps + 1", "batch"), asked=asked,
           rtol=1e-3, atol=1e-3)  # fmt: skip


@favourite_input.case("one step")
def _(student, reference, rng):
    ask_climb(student, rng, 1, 0.02)


@favourite_input.case("several steps", weight=2)
def _(student, reference, rng):
    ask_climb(student, rng, int(rng.integers(3, 6)), 0.1)


@favourite_input.case("pixels stay from 0 to 1", weight=2)
def _(student, reference, rng):
    ask_climb(student, rng, 4, 0.4)


@favourite_input.case("leaves the start alone")
def _(student, reference, rng):
    net = Network(rng, 1)
    start = net.images(rng, 2)
    lent = student.lend(start)
    student.favourite_input(lent_score(student, net, [0, 1]), lent, 2, 0.1)
    remedy = "Write x = np.clip(...), not np.clip(..., out=x) or x += …."
    require_unchanged("start", "favourite_input(score, start, 2, 0.1)", start, lent, remedy)


@favourite_input.case("other lengths", weight=2, hidden=True)
def _(student, reference, rng):
    ask_climb(student, rng, 5, float(rng.uniform(0.15, 0.3)))
