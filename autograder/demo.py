"""A class that hands in everything a class hands in, and what each of them must get.

Reference, alternative right answers, listed mistakes, half-finished, empty, broken and hostile
submissions, from a known seed. The expected scores come from mistakes.py and the cases' weights,
not from grading.
"""

from __future__ import annotations

import json
import random
import re
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import ingest, registry
from .classroom import Options, grade_class
from .course import CONFIG, SECRET, Assignment, Course
from .report import class_report, feedback, grades_csv
from .spec import Judgement
from .variants import Variant, uses, variants_of

FOLDER = "build/demo"
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
        variants: its mistakes and alternatives.
        rng: decides who makes which mistake.
    """

    def __init__(self, assignment: Assignment, variants: list[Variant], rng: random.Random):
        self._release, self._rng = json.loads(assignment.release), rng
        solutions = ingest.cells_of(json.loads(assignment.source))
        self.right = {
            c.name: re.sub(r".*### (BEGIN|END) SOLUTION\n?", "", c.source)
            for c in solutions
            if c.kind == ingest.EXERCISE
        }
        self.checks = registry.checks_of(assignment.notebook)
        self.points = {
            c.name.removeprefix("check_"): c.points for c in solutions if c.kind == ingest.CHECK
        }
        self.alternatives = [v for v in variants if v.right and not v.slow]
        self.mistakes = [v for v in variants if not v.right]

    def pupil(self, name: str, chosen: dict[str, Variant | None], **more: Any) -> Pupil:
        """A student who solved what is not in `chosen` as we do, and that as it says.

        A `None` leaves an exercise as it was released. What builds on an exercise that is wrong
        or left out is left out too, so that its score is known.
        """
        code = {n: v.source if v else None for n, v in chosen.items()}
        spoilt = {n for n, v in chosen.items() if v is None or not v.right}
        expected: dict[str, float] = {}
        for exercise, own in self.right.items():
            source = code.get(exercise, own)
            if exercise not in chosen and uses(own, spoilt):
                source = None
                spoilt.add(exercise)
            code[exercise] = source
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
        """Mistakes in `count` exercises, none of which builds on another of them."""
        chosen: dict[str, Variant | None] = {}
        for variant in self._rng.sample(self.mistakes, len(self.mistakes)):
            names = {variant.exercise, *uses(variant.source, set(self.right))}
            if len(chosen) < count and not names & self._built_on(set(chosen)):
                chosen[variant.exercise] = variant
        return chosen

    def some_alternatives(self) -> dict[str, Variant | None]:
        """An alternative to each exercise; what others build on returns NumPy's arrays."""
        shuffled = self._rng.sample(self.alternatives, len(self.alternatives))
        exercises = set(self.right)
        sources = [*self.right.values(), *(variant.source for variant in self.alternatives)]
        built_on = {name for source in sources for name in uses(source, exercises)}
        return {
            variant.exercise: variant
            for variant in shuffled
            if "keras" not in variant.source or variant.exercise not in built_on
        }

    def _built_on(self, names: set[str]) -> set[str]:
        """`names` and every exercise that our solution builds on them, or that they build on."""
        reached = set(names)
        for exercise, own in self.right.items():
            if uses(own, reached):
                reached.add(exercise)
        for name in names:
            reached |= uses(self.right[name], set(self.right))
        return reached


def make_class(maker: Maker, size: int) -> list[Pupil]:
    """`size` students: about a quarter right, half with mistakes, the rest every other way."""
    nothing = dict.fromkeys(maker.right, 0.0)
    special = [
        *_hostile(maker),
        Pupil("empty-1", maker.notebook({}), nothing),
        Pupil("missing-1", None, nothing),
        *[Pupil(f"broken-{n}", data, nothing) for n, data in enumerate(_broken(maker), 1)],
    ]
    exercises = list(maker.right)
    for number in range(max(1, size // 10)):
        left_out: dict[str, Variant | None] = dict.fromkeys(exercises[2 + 3 * number :])
        special.append(maker.pupil(f"half-{number + 1}", left_out))
    right = max(2, size // 4)
    pupils = [maker.pupil("right-1", {})]
    pupils += [maker.pupil(f"right-{n}", maker.some_alternatives()) for n in range(2, right + 1)]
    rest = max(0, size - len(pupils) - len(special))
    mistaken = [
        maker.pupil(f"mistaken-{n}", maker.some_mistakes(1 + n % 5)) for n in range(1, rest + 1)
    ]
    return [*pupils, *mistaken, *special][:size] if size < 30 else [*pupils, *mistaken, *special]


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


def play(
    root: Path,
    assignments: list[str] | None,
    size: int,
    workers: int,
    bar: Any,
    say: Callable[..., None],
) -> list[str]:
    """Make the class, grade it, write everything, and compare every score.

    Returns:
        A line per score that is not the expected one; empty when all are.
    """
    start = time.monotonic()
    course = _course(root)
    wrong: list[str] = []
    for name in assignments or course.assignments():
        course.generate(name)
        expected: dict[str, list[Pupil]] = {}
        for one in course.assignment(name):
            variants = variants_of(root / "solutions" / name / "mistakes.py")
            own = [v for v in variants if v.exercise in registry.checks_of(one.notebook)]
            expected[one.notebook] = make_class(Maker(one, own, random.Random(1)), size)
            _hand_in(course, one, expected[one.notebook])
        with bar(name) as told:
            graded = grade_class(course, name, Options(workers=workers), told)
        for one in course.assignment(name):
            what = graded[one.notebook]
            wrong += _compare(expected[one.notebook], what.judgements)
            page = course.root / f"report_{one.notebook}.html"
            class_report(course, name, what.judgements, what.seconds, page, what.problems)
            say(f"class report  {_short(page, root)}")
        pages = feedback(course, name, course.students(name))
        where = _short(course.folder("feedback"), root)
        say(f"feedback      {where}/<student>/{name}/, {len(pages)} pages")
    table = grades_csv(course, course.root / "grades.csv")
    say(f"grades        {_short(course.root / 'grades.csv', root)}, {len(table)} students")
    if not wrong:
        say(f"Every score is the expected one. {time.monotonic() - start:.0f} s.")
    return wrong


def _compare(pupils: list[Pupil], judgements: dict[str, Judgement]) -> list[str]:
    wrong = []
    for pupil in pupils:
        judgement = judgements.get(pupil.name)
        got = {v.check: v.points for v in judgement.verdicts} if judgement else {}
        for exercise, points in pupil.points.items():
            if got.get(exercise) != points:
                wrong.append(
                    f"{pupil.name}, {exercise}: {got.get(exercise)} where {points} is right"
                )
    return wrong


def _course(root: Path) -> Course:
    """A course folder of its own under build/, with what was built."""
    folder = root / FOLDER
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    shutil.copy(root / CONFIG, folder)
    shutil.copytree(root / "build" / "source", folder / "build" / "source")
    shutil.copytree(root / "notebooks", folder / "notebooks")
    secret = folder / SECRET
    secret.parent.mkdir(mode=0o700)
    secret.write_text("3" * 64)
    return Course.open(folder)


def _hand_in(course: Course, assignment: Assignment, pupils: list[Pupil]) -> None:
    for pupil in pupils:
        folder = course.folder("submitted", pupil.name, assignment.name)
        folder.mkdir(parents=True, exist_ok=True)
        if pupil.handed_in is not None:
            (folder / f"{assignment.notebook}.ipynb").write_bytes(pupil.handed_in)


def _short(path: Path, root: Path) -> str:
    return str(path.relative_to(root))
