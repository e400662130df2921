"""Check of exercise 8: a ring of transitions, each marked by a number in all of its fields."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...expect import hint, require
from ...spec import Check, Wrong

ReplayBuffer = Check("ReplayBuffer")

FIELDS = ("observations", "actions", "rewards", "next_observations", "terminated")


def transition(mark: int, shape: tuple[int, ...] = (3,), dtype: str = "float32") -> Any:
    """Number `mark`: each field says which one it is (terminated: whether it divides by 3)."""
    observation = np.full(shape, mark).astype(dtype)
    after = np.full(shape, mark + 100).astype(dtype)
    return observation, mark, mark + 0.5, after, mark % 3 == 0


def new(student: Any, capacity: int) -> Any:
    with hint("ReplayBuffer(capacity) makes an empty buffer."):
        return student.ReplayBuffer(capacity)


def filled(student: Any, capacity: int, num: int, first: int = 1) -> Any:
    buffer = new(student, capacity)
    with hint("add takes the five parts of one transition."):
        for mark in range(first, first + num):
            buffer.add(*transition(mark))
    return buffer


def generator(student: Any, rng: np.random.Generator) -> Any:
    return student["np"]["random"].default_rng(int(rng.integers(2**31)))


def sampled(student: Any, buffer: Any, num: int, rng: Any, asked: str) -> list[np.ndarray]:
    """Five arrays, as they came back; their shapes are looked at."""
    drawn = generator(student, rng) if isinstance(rng, np.random.Generator) else rng
    with hint("Draw rows with rng.integers(self.size, size=num), and index each field by them."):
        answer = buffer.sample(num, drawn)
    words = "sample returns a tuple of five arrays: " + ", ".join(FIELDS) + "."
    require(isinstance(answer, (tuple, list)) and len(answer) == 5, words, asked=asked, got=answer)
    for name, field in zip(FIELDS, answer, strict=True):
        words = f"The field `{name}` should be an array; first axis: the {num} transitions."
        fine = isinstance(field, np.ndarray) and field.ndim > 0 and len(field) == num
        require(fine, words, asked=asked, got=field)
    return [np.asarray(field) for field in answer]


def marks(fields: list[np.ndarray], asked: str) -> np.ndarray:
    """Which transitions were drawn; `Wrong` where the fields do not belong together."""
    observations, actions, rewards, nexts, terminated = fields
    found: np.ndarray = actions.astype(int)
    require(
        not np.any((found == 0) & (rewards == 0)),
        "Rows that were never written were drawn: draw only from those that are held, self.size.",
        asked=asked,
    )
    words = {
        "observations": (observations, found),
        "rewards": (rewards, found + 0.5),
        "next_observations": (nexts, found + 100),
        "terminated": (terminated, found % 3 == 0),
    }
    for name, (field, right) in words.items():
        wanted = right.reshape(-1, *[1] * (field.ndim - 1))
        if np.all(field == wanted):
            continue
        if name == "rewards" and np.array_equal(field, np.floor(right)):
            raise Wrong("Rewards lost what stands behind the point: their array holds whole "
                        "numbers.", asked=asked)  # fmt: skip
        if name == "next_observations" and np.all(field == wanted - 100):
            raise Wrong("The next_observations are the observations: which array is stored where?",
                        asked=asked)  # fmt: skip
        raise Wrong(
            f"The fields `{name}` and `actions` of a row come from different transitions: "
            "draw the rows once and use them for all five fields.",
            asked=asked,
        )
    return found


def require_size(buffer: Any, right: int, asked: str) -> None:
    got = buffer["size"]
    words = "The attribute `size` should be a number, no method: set it in add."
    require(isinstance(got, (int, np.ndarray)), words, asked=asked, got=got)
    words = "The attribute `size` is the number of transitions that it holds: those added, but "
    require(int(got) == right, words + "not more than its capacity.", asked=asked, got=got)


@ReplayBuffer.case("what went in comes out together", weight=2)
def _(student, reference, rng):
    num = int(rng.integers(5, 8))
    buffer, asked = filled(student, 20, num), f"{num} transitions added, 40 drawn"
    found = marks(sampled(student, buffer, 40, rng, asked), asked)
    require(set(found) <= set(range(1, num + 1)), "A transition came back that was never added.",
            asked=asked)  # fmt: skip
    require_size(buffer, num, f"size after {num} of 20")
    again = marks(sampled(student, buffer, 40, rng, asked), asked)
    require(not np.array_equal(found, again), "Two samples are the same: draw with the generator "
            "that is passed.", asked=asked)  # fmt: skip


@ReplayBuffer.case("the oldest goes first", weight=2)
def _(student, reference, rng):
    capacity = int(rng.integers(5, 8))
    for num in (capacity, capacity + 1, 2 * capacity + 3):
        buffer = filled(student, capacity, num)
        asked = f"capacity {capacity}, {num} transitions added, 200 drawn"
        held = set(marks(sampled(student, buffer, 200, rng, asked), asked).tolist())
        right = set(range(num - capacity + 1, num + 1))
        require_size(buffer, capacity, asked)
        if held == right:
            continue
        words = "It should hold exactly the latest ones, as many as its capacity."
        if held == set(range(1, capacity + 1)):
            words = "When it is full new transitions are lost: the oldest should make room."
        elif num not in held:
            words = "The newest transition is never drawn. " + words
        elif len(held) > capacity:
            words = "It holds more than its capacity: the oldest should make room. "
        elif held < right:
            words = "Some of the latest are gone, or never drawn. " + words
        elif min(held) < min(right):
            words = "Something older stayed while something newer went. " + words
        raise Wrong(words, asked=asked, got=f"numbers {sorted(held)}",
                    expected=f"numbers {sorted(right)}")  # fmt: skip


def require_generator(student: Any, rng: np.random.Generator) -> None:
    buffer, seed = filled(student, 30, 30), int(rng.integers(2**31))
    generators = [student["np"]["random"].default_rng(seed) for _ in range(2)]
    asked = "sample(20, rng) with two generators of one seed"
    first, second = (marks(sampled(student, buffer, 20, g, asked), asked) for g in generators)
    words = "The same generator gave different samples: draw from `rng`, which is passed, so that "
    require(np.array_equal(first, second), words + "a training can be repeated.", asked=asked)


@ReplayBuffer.case("all with the same probability, and the generator decides")
def _(student, reference, rng):
    require_generator(student, rng)
    for capacity, num in ((10, 6), (10, 14)):
        buffer, draws = filled(student, capacity, num), 6000
        asked = f"capacity {capacity}, {num} transitions added, {draws:,} drawn"
        found = marks(sampled(student, buffer, draws, rng, asked), asked)
        held = min(capacity, num)
        words = "It should hold exactly the latest ones, as many as its capacity."
        require(found.min() > num - held, words, asked=asked)
        counts = np.bincount(found - (num - held) - 1, minlength=held)[:held]
        # Expected 600 or 1,000 each, standard deviation at most 29: six of them.
        fair = np.all(np.abs(counts - draws / held) < 180)
        words = "Not all transitions are drawn equally often. Draw whole numbers from 0 to "
        words += "self.size, its end not included."
        require(fair, words, asked=asked, got=f"times, from the oldest: {counts.tolist()}")
        asked = f"two samples of 12 of {held}"
        few = [marks(sampled(student, buffer, 12, rng, asked), asked) for _ in range(8)]
        require(
            any(len(set(f.tolist())) < min(12, held) for f in few),
            "No transition is ever drawn twice in a batch: draw with putting back.",
            asked=asked,
        )


@ReplayBuffer.case("copies: the world writes into its arrays")
def _(student, reference, rng):
    buffer, asked = new(student, 5), "add(array, …), then the world writes into that array"
    observation, action, reward, after, terminated = transition(4)
    lent, lent_after = student.lend(observation), student.lend(after)
    for _round in range(2):
        buffer.add(lent, action, reward, lent_after, terminated)
    lent.fill(9)
    lent_after.fill(9)
    fields = sampled(student, buffer, 6, rng, asked)
    changed = np.any(fields[0] == 9) or np.any(fields[3] == 9)
    words = "The buffer changed with it: copy what you are given (np.array(observation), or an "
    require(not changed, words + "assignment into rows of your own array).", asked=asked)


@ReplayBuffer.case("dtypes, and images as observations")
def _(student, reference, rng):
    shape = tuple(int(n) for n in rng.choice(np.arange(2, 7), 3, replace=False))
    buffer, asked = new(student, 12), f"observations of shape {shape} and dtype uint8"
    for mark in range(1, 9):
        observation, action, reward, after, terminated = transition(mark, shape, "uint8")
        # A whole number first: the array of rewards must not be one of whole numbers.
        buffer.add(observation, action, 2 if mark == 1 else reward, after, terminated)
    fields = sampled(student, buffer, 40, rng, asked)
    marks([field[fields[1] != 1] for field in fields], asked)
    for place in (0, 3):
        words = f"The `{FIELDS[place]}` keep their dtype: uint8 came in."
        require(fields[place].dtype == np.uint8, words, asked=asked, got=str(fields[place].dtype))
        words = f"The `{FIELDS[place]}` keep the shape of an observation, with the batch in front."
        right = fields[place].shape == (40, *shape)
        require(right, words, asked=asked, got=f"shape {fields[place].shape}")
    kinds = [field.dtype.kind for field in fields]
    require(kinds[1] in "iu", "The `actions` should be whole numbers.", asked=asked)
    require(fields[2].dtype == np.float32, "The `rewards` should be float32.", asked=asked,
            got=str(fields[2].dtype))  # fmt: skip
    require(kinds[4] == "b", "The flags `terminated` should be True or False (bool).", asked=asked)
    words = "Each field has one axis but for the observations: (batch,)."
    require(all(fields[k].ndim == 1 for k in (1, 2, 4)), words, asked=asked)


@ReplayBuffer.case("two buffers, one row, many rounds", weight=2, hidden=True)
def _(student, reference, rng):
    one, other = filled(student, 4, 6), filled(student, 1, 3, first=50)
    asked = "two buffers side by side"
    held = set(marks(sampled(student, one, 100, rng, asked), asked).tolist())
    only = set(marks(sampled(student, other, 9, rng, asked), asked).tolist())
    words = "Two buffers share their rows: keep them in self, not in the class."
    require(max(held) < 50 <= min(only), words)
    words = "Of six transitions a buffer of capacity 4 should hold exactly the last four."
    require(held == {3, 4, 5, 6}, words)
    require(only == {52}, "A buffer of capacity 1 should hold the latest transition.")
    for mark in range(7, 31):
        one.add(*transition(mark))
        held = set(marks(sampled(student, one, 100, rng, asked), asked).tolist())
        words = "After many rounds of the ring it no longer holds exactly the latest."
        require(held == set(range(mark - 3, mark + 1)), words)
