"""Five small worlds in one table, with what each of them is worth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

LIMIT = 3


@dataclass
class Table:
    """A world of states and two actions, as `TableWorld` takes it.

    Args:
        rewards, nexts, ends: (states, 2). starts: states in which episodes begin.
        where: name of a corner -> its states, the first one is a start.
    """

    rewards: np.ndarray
    nexts: np.ndarray
    ends: np.ndarray
    starts: list[int]
    where: dict[str, list[int]]

    def q(self, discount: float, cut: float = 0.0, forever: bool = False) -> np.ndarray:
        """The values of all actions, (states, 2), by value iteration.

        cut: the share of transitions that do not terminate but are taken as if they did.
        forever: as if nothing ever terminated.
        """
        values = np.zeros(self.rewards.shape)
        on = (1.0 - cut) * (np.ones_like(values) if forever else ~self.ends)
        for _round in range(200):
            values = self.rewards + discount * on * values.max(axis=1)[self.nexts]
        return values

    def made(self, student: Any) -> Any:
        """The same as a TableWorld in the learner's process."""
        parts = (self.rewards, self.nexts, self.ends)
        return student.TableWorld(*(p.tolist() for p in parts), self.starts, LIMIT)


# name -> per state its rewards by action (in units drawn later), the next states, whether it ends
CORNERS: dict[str, list[tuple[tuple[float, float], tuple[int, int], bool]]] = {
    "value": [((1, 1), (0, 0), True)],
    "discount": [((0, 0), (1, 1), False), ((1, 1), (1, 1), True)],
    "action": [((1, -1), (0, 0), True)],
    "bootstrapping": [
        ((0, 0), (1, 2), False),
        ((1, 1), (1, 1), True),
        ((-1, -1), (2, 2), True),
    ],
    "termination": [((1, 1), (0, 0), False)],
}


def drawn_table(rng: np.random.Generator, names: tuple[str, ...] = tuple(CORNERS)) -> Table:
    """The corners with rewards, states and actions in an order of their own."""
    total = sum(len(CORNERS[name]) for name in names)
    numbers = [int(n) for n in rng.permutation(total)]
    rewards, nexts = np.zeros((total, 2)), np.zeros((total, 2), int)
    ends, where = np.zeros((total, 2), bool), {}
    for name in names:
        rows = CORNERS[name]
        where[name], numbers = numbers[: len(rows)], numbers[len(rows) :]
        size, turned = float(rng.uniform(1.6, 2.4)), int(rng.integers(2))
        for state, (gains, leads, over) in zip(where[name], rows, strict=True):
            order = [turned, 1 - turned]
            rewards[state] = np.round(size * np.array(gains, float), 2)[order]
            nexts[state] = np.array([where[name][k] for k in leads])[order]
            ends[state] = over
    return Table(rewards, nexts, ends, [where[name][0] for name in names], where)
