"""Check of exercise 2: the last frames, channels last, and nothing of the last episode."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...expect import expect, hint, require
from ...spec import Check

FrameStack = Check("FrameStack")


def movie(rng: np.random.Generator, num: int, dtype: str = "uint8") -> list[np.ndarray]:
    """Frames of one shape, height and width different and more than frames in a stack."""
    height, width = (int(n) for n in rng.choice(np.arange(6, 12), 2, replace=False))
    frames = rng.integers(0, 256, (num, height, width))
    return [frame.astype(dtype) for frame in frames]


def stacked(frames: list[np.ndarray], num: int, first: int = 0) -> np.ndarray:
    """The frames seen since `first`, as they should come back: the last `num`, filled in front."""
    seen = frames[first:]
    seen = [seen[0]] * max(0, num - len(seen)) + seen[-num:]
    out = np.zeros((*seen[0].shape, num), seen[0].dtype)
    for k, frame in enumerate(seen):
        out[:, :, k] = frame
    return out


def padded(frames: list[np.ndarray], num: int, first: int) -> np.ndarray:
    seen = [np.zeros_like(frames[0])] * num + frames[first:]
    return stacked(seen[-num:], num)


def compare(answer: Any, frames: list[np.ndarray], num: int, first: int, asked: str) -> None:
    right = stacked(frames, num, first)
    causes: list[tuple[Any, str]] = [
        (lambda a: np.shape(a) == (num, *frames[0].shape), "The frames are on the first axis: "
         "channels come last, np.stack(frames, axis=-1)."),
        (lambda a: np.shape(a) == (*frames[0].shape[::-1], num), "Height and width are swapped."),
        (lambda a: np.ndim(a) == 3 and np.shape(a)[2] != num, "The last axis should hold "
         "num_frames frames, at the start of an episode too: repeat the first one."),
        (lambda a: np.ndim(a) == 2, "One frame came back; a stack of them was asked for."),
        (right[..., ::-1], "The order is turned around: the newest frame is the last channel."),
        (padded(frames, num, first), "At the start of an episode the first frame is repeated; "
         "here the stack is filled with zeros."),
        (stacked([frames[first]], num), "The stack still shows the first frame only: step "
         "must keep the frame it gets."),
        (stacked([frames[-1]], num), "All channels show the newest frame: keep the others."),
    ]  # fmt: skip
    if first:
        causes.insert(0, (
            lambda a: np.array_equal(a, stacked(frames, num)),
            "Frames of the last episode are still in the stack: reset must forget them.",
        ))  # fmt: skip
    expect(answer, right, causes=causes, axes=("height", "width", "num_frames"), asked=asked)


def new(student: Any, *args: int) -> Any:
    with hint("FrameStack() makes a stack of 4, FrameStack(3) one of 3."):
        return student.FrameStack(*args)


@FrameStack.case("an episode begins")
def _(student, reference, rng):
    frames = movie(rng, 1)
    compare(new(student).reset(frames[0]), frames, 4, 0, "FrameStack().reset(frame)")


@FrameStack.case("seven steps", weight=2)
def _(student, reference, rng):
    frames, stack = movie(rng, 8), new(student)
    stack.reset(frames[0])
    for k in range(1, 8):
        compare(stack.step(frames[k]), frames[: k + 1], 4, 0, f"reset, then step number {k}")


@FrameStack.case("the next episode")
def _(student, reference, rng):
    frames, stack = movie(rng, 8), new(student)
    stack.reset(frames[0])
    for k in (1, 2, 3):
        stack.step(frames[k])
    compare(stack.reset(frames[4]), frames[:5], 4, 4, "reset, 3 steps, reset")
    compare(stack.step(frames[5]), frames[:6], 4, 4, "reset, 3 steps, reset, step")


@FrameStack.case("the frame's dtype, and no array shared")
def _(student, reference, rng):
    frames, stack = movie(rng, 3), new(student)
    first = student.lend(frames[0])
    early = stack.reset(first)
    words = f"The frames are {frames[0].dtype}; another dtype came back. Atari's million frames "
    words += "of one byte each would take four or eight times the memory."
    require(np.asarray(early).dtype == frames[0].dtype, words, asked="FrameStack().reset(frame)")
    first.fill(7)
    asked = "reset(frame), then the world writes into that array, then step"
    require(
        not np.any(np.all(np.asarray(stack.step(frames[1]))[..., :3] == 7, axis=(0, 1))),
        "The world wrote its next picture into the array it gave before, and the stack changed "
        "with it: copy the frame.",
        asked=asked,
    )


@FrameStack.case("other sizes", weight=2, hidden=True)
def _(student, reference, rng):
    for num, dtype in ((2, "float32"), (5, "uint8"), (1, "uint8"), (3, "float64")):
        frames, stack = movie(rng, 2 * num + 4, dtype), new(student, num)
        for first in (0, num + 2):
            compare(stack.reset(frames[first]), frames[: first + 1], num, first, "reset")
            for k in range(first + 1, first + num + 2):
                compare(stack.step(frames[k]), frames[: k + 1], num, first, "step")
