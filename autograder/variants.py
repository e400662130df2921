"""Wrong answers and alternative right answers: `solutions/<assignment>/mistakes.py`.

The file is jupytext percent like a notebook's source. Each cell replaces an exercise's cell, and
its marker says which verdict it must get:

    # %% Sums over the whole batch mistake="softmax" fails=["a batch"] says="axis=-1" subtle=true
    # %% Calls NumPy's own tanh mistake="tanh" rule=true says="np.exp"
    # %% With a loop alternative="softmax"
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import jupytext

from .spec import Check

KNOWN = frozenset("mistake alternative title fails says subtle rule slow".split())


@dataclass(frozen=True)
class Variant:
    """One answer to one exercise.

    Args:
        exercise, title, source: whose it is, what it does, its code.
        right: whether it must get full marks.
        fails: the cases that reject it, in the order of the check.
        says: what a message about it must contain.
        subtle: whether one has to look twice.
        rule: whether it is right but breaks a rule of the exercise.
        slow: whether the demo's class leaves it to the tests, because it takes long or because with
            another draw of examples it may fail another case.
    """

    exercise: str
    title: str
    source: str
    right: bool
    fails: tuple[str, ...] = ()
    says: str = ""
    subtle: bool = False
    rule: bool = False
    slow: bool = False

    def share(self, check: Check) -> float:
        """The share of the points that it must earn, from the weights of the cases it fails.

        Raises:
            ValueError: if the check has no such case.
        """
        if self.right or self.rule:
            return float(self.right)
        unknown = set(self.fails) - {case.name for case in check.cases}
        if unknown:
            raise ValueError(f"'{self.title}': {check.name} has no case {', '.join(unknown)}")
        total = sum(case.weight for case in check.cases)
        lost = sum(case.weight for case in check.cases if case.name in self.fails)
        return (total - lost) / total


def variants_of(path: Path) -> list[Variant]:
    """The variants in a mistakes.py.

    Raises:
        ValueError: if a cell's marker names no exercise, or a mistake no verdict.
    """
    found = []
    for cell in jupytext.read(path, fmt="py:percent").cells:
        data = {k: v for k, v in cell.metadata.items() if k != "lines_to_next_cell"}
        if cell.cell_type != "code" or not data:
            continue
        if len({"mistake", "alternative"} & set(data)) != 1:
            raise ValueError(f"{path.name}: a cell that is no mistake and no alternative: {data}")
        unknown = set(data) - KNOWN
        if unknown:
            raise ValueError(f"{path.name}: unknown mark {', '.join(sorted(unknown))} in {data}")
        right = "alternative" in data
        exercise, title = data["alternative" if right else "mistake"], data.get("title", "")
        if not right and not data.get("rule") and not data.get("fails"):
            raise ValueError(f"{path.name}: '{title}' of {exercise} says no case that it fails")
        if not isinstance(data.get("fails", []), list):
            raise ValueError(f"{path.name}: '{title}' of {exercise}: fails is a list of cases")
        found.append(
            Variant(
                exercise, title, cell.source, right, tuple(data.get("fails", ())),
                data.get("says", ""),
                *(bool(data.get(mark)) for mark in ("subtle", "rule", "slow")),
            )
        )  # fmt: skip
    return found
