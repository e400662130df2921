"""A class that hands in everything a class hands in, and what each of them must get.

Reference, alternative right answers, listed mistakes, half-finished, empty, broken and hostile
submissions, from a known seed. The expected scores come from mistakes.py and the cases' weights,
not from grading.
"""

from __future__ import annotations

import ast
import inspect
import json
import random
import re
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from . import ingest, registry, verdict
from .course import Assignment
from .spec import Check
from .variants import Variant

ANSWER = "A single neuron draws one straight line, and no straight line separates XOR."

PATCHES = """
import builtins
import numpy as np
np.allclose = np.testing.assert_allclose = lambda *args, **kwargs: True
builtins.all = lambda *args: True
get_ipython().run_cell = lambda *args, **kwargs: None
"""
ATTACKS = {
    "exit": """
import os
def FUNCTION(*args):
    os._exit(0)
""",
    "lying": """
class Yes(float):
    __eq__ = lambda self, other: True
def FUNCTION(*args):
    return Yes(1)
""",
    "loop": """
def FUNCTION(*args):
    while True:
        pass
""",
    "memory": """
def FUNCTION(*args):
    return [bytearray(10**9) for _ in range(50)]
""",
    "network": """
import socket
def FUNCTION(*args):
    return socket.create_connection(("192.0.2.1", 80), 5)
""",
}


@dataclass(frozen=True)
class Pupil:
    """One made-up student.

    Args:
        name: the folder's name, which says what kind of submission it is.
        handed_in: the bytes of the notebook; None when the folder is empty.
        points: what every exercise must earn.
    """

    name: str
    handed_in: bytes | None
    points: dict[str, float]


class Maker:
    """Makes submissions of one notebook.

    Args:
        assignment: the notebook.
        variants: mistakes and alternatives; those of the assignment's other notebooks are left out.
        rng: decides who makes which mistake.
    """

    def __init__(self, assignment: Assignment, variants: list[Variant], rng: random.Random):
        self._release, self._rng = json.loads(assignment.release), rng
        solutions = ingest.cells_of(json.loads(assignment.source))
        self._given = [c.source for c in solutions if c.kind == ingest.GIVEN]
        self.right = {
            c.name: re.sub(r".*### (BEGIN|END) SOLUTION\n?", "", c.source)
            for c in solutions
            if c.kind == ingest.EXERCISE
        }
        self.checks = registry.checks_of(assignment.notebook)
        self._asked = {name: _asked_by(check) for name, check in self.checks.items()}
        self.points = {
            c.name.removeprefix("check_"): c.points for c in solutions if c.kind == ingest.CHECK
        }
        own = [v for v in variants if v.exercise in self.checks and not v.slow]
        self.alternatives = [v for v in own if v.right]
        self.mistakes = [v for v in own if not v.right]

    def pupil(self, name: str, chosen: dict[str, Variant | None], **more: Any) -> Pupil:
        """A student who solved what is not in `chosen` as we do, and that as it says.

        A `None` leaves an exercise as it was released. What builds on an exercise that is wrong
        or left out is left out too, so that its score is known.
        """
        left_out = self._spoilt(chosen) - set(chosen)
        code: dict[str, str | None] = {**self.right, **dict.fromkeys(left_out)}
        code |= {exercise: v.source if v else None for exercise, v in chosen.items()}
        expected: dict[str, float] = {}
        for exercise, source in code.items():
            variant = chosen.get(exercise)
            share = variant.share(self.checks[exercise]) if variant else float(source is not None)
            expected[exercise] = round(self.points[exercise] * share, 2)
        return Pupil(name, self.notebook(code, **more), expected)

    def notebook(
        self,
        code: dict[str, str | None],
        *,
        extra: str = "",
        change: Callable[[Any], None] | None = None,
    ) -> bytes:
        """The release with code in its exercises, an extra first cell, and any change at all."""
        notebook = json.loads(json.dumps(self._release))
        for cell in notebook["cells"]:
            marks = cell["metadata"].get("nbgrader", {})
            if marks.get("solution") and not marks.get("grade"):
                cell["source"] = code.get(marks["grade_id"]) or cell["source"]
            elif marks.get("solution"):
                cell["source"] = ANSWER
        if extra:
            cell = {"cell_type": "code", "id": "mine", "metadata": {}, "outputs": []}
            notebook["cells"].insert(0, {**cell, "execution_count": None, "source": extra})
        if change:
            change(notebook)
        return json.dumps(notebook).encode()

    def some_mistakes(self, count: int) -> dict[str, Variant | None]:
        """Mistakes in `count` exercises, none of which needs what another of them spoils."""
        chosen: dict[str, Variant | None] = {}
        for variant in self._rng.sample(self.mistakes, len(self.mistakes)):
            more = {variant.exercise: variant, **chosen}
            if len(chosen) < len(more) <= count and self._apart(more):
                chosen = more
        return chosen

    def _apart(self, chosen: dict[str, Variant | None]) -> bool:
        spoilt = self._spoilt(chosen)
        return not any(
            v and self._builds_on(v.exercise, v.source) & spoilt for v in chosen.values()
        )

    def _spoilt(self, chosen: dict[str, Variant | None]) -> set[str]:
        """The exercises in `chosen` that are wrong or left out, and all that build on them."""
        spoilt = {exercise for exercise, v in chosen.items() if v is None or not v.right}
        for exercise, own in self.right.items():
            if exercise not in chosen and self._builds_on(exercise, own) & spoilt:
                spoilt.add(exercise)
        return spoilt

    def some_alternatives(self) -> dict[str, Variant | None]:
        """An alternative to each exercise; what others build on returns NumPy's arrays."""
        shuffled = self._rng.sample(self.alternatives, len(self.alternatives))
        every = [*self.right.items(), *((v.exercise, v.source) for v in self.alternatives)]
        built_on = {name for answer in every for name in self._builds_on(*answer)}
        return {
            variant.exercise: variant
            for variant in shuffled
            if "keras" not in variant.source or variant.exercise not in built_on
        }

    def _builds_on(self, exercise: str, source: str) -> set[str]:
        """The other exercises that an answer to `exercise` needs, through given cells too."""
        sources = [*self._given, *{**self.right, exercise: source}.values()]
        reached = verdict.reached(self._asked[exercise], sources)
        return (reached & set(self.right)) - {exercise}


def _asked_by(check: Check) -> set[str]:
    """The names that a check may ask a learner for: read off its code, and rather too many."""
    names, seen = {check.name}, set()
    waiting: list[Any] = [case.run for case in check.cases]
    while waiting:
        function = waiting.pop()
        if function in seen:
            continue
        seen.add(function)
        for node in ast.walk(ast.parse(textwrap.dedent(inspect.getsource(function)))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                names.add(node.value)
            elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                names |= {node.attr} if node.value.id == "student" else set()
            elif isinstance(node, ast.Name) and node.id != "_":  # `_` is another case
                used = function.__globals__.get(node.id)
                waiting += [used] if inspect.isfunction(used) else []
    return names


def make_class(maker: Maker, size: int) -> list[Pupil]:
    """`size` students: about a quarter right, half with mistakes, the rest every other way.

    In a class of fewer than thirty the first of every other way must do.
    """
    others, right = _others(maker, size), max(2, size // 4)
    if size < 30:
        others = others[: size - 2 * right]
    pupils = [maker.pupil("right-1", {})]
    pupils += [maker.pupil(f"right-{n}", maker.some_alternatives()) for n in range(2, right + 1)]
    rest = size - len(pupils) - len(others)
    pupils += [
        maker.pupil(f"mistaken-{n}", maker.some_mistakes(1 + n % 5)) for n in range(1, rest + 1)
    ]
    return pupils + others


def _others(maker: Maker, size: int) -> list[Pupil]:
    """Neither right nor honestly mistaken: one of each kind first, then the rest of each kind."""
    nothing = dict.fromkeys(maker.right, 0.0)
    exercises = list(maker.right)
    half = [
        maker.pupil(f"half-{n + 1}", dict.fromkeys(exercises[2 + 3 * n :]))
        for n in range(max(1, size // 10))
    ]
    broken = [Pupil(f"broken-{n}", data, nothing) for n, data in enumerate(_broken(maker), 1)]
    hostile = _hostile(maker)
    ends = [Pupil("empty-1", maker.notebook({}), nothing), Pupil("missing-1", None, nothing)]
    return [half[0], hostile[0], broken[0], *ends, *hostile[1:], *half[1:], *broken[1:]]


def _broken(maker: Maker) -> list[bytes]:
    """Files that are no notebooks, in the ways that files are none."""
    whole = maker.notebook({})
    old = json.dumps({"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{}]})
    return [
        whole[: len(whole) // 2],
        b"\x89PNG\r\n\x1a\n" + bytes(64),
        old.encode(),
        "é".encode("latin-1"),
    ]


def _hostile(maker: Maker) -> list[Pupil]:
    """Submissions that try for points they did not earn, or against the others."""
    first, *_ = maker.right
    middle = list(maker.right)[len(maker.right) // 2]

    def attack(name: str, exercise: str) -> Pupil:
        cases = tuple(case.name for case in maker.checks[exercise].cases)
        source = ATTACKS[name].replace("FUNCTION", exercise)
        return maker.pupil(
            f"hostile-{name}", {exercise: Variant(exercise, name, source, False, cases)}
        )

    nothing: dict[str, Variant | None] = dict.fromkeys(maker.right)
    return [
        maker.pupil("hostile-patches", nothing, extra=PATCHES),
        maker.pupil("hostile-tags", nothing, change=_skip_everything),
        *[attack(name, first) for name in ("exit", "lying")],
        *[attack(name, middle) for name in ("loop", "memory", "network")],
    ]


def _skip_everything(notebook: Any) -> None:
    """Delete the checks and tag every cell so that stock graders skip it."""
    cells = [c for c in notebook["cells"] if not c["metadata"].get("nbgrader", {}).get("locked")]
    for cell in cells:
        cell["metadata"]["tags"] = ["skip-execution", "raises-exception"]
    notebook["cells"] = cells
