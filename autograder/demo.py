"""Play a class from release to report: what `make demo` does."""

from __future__ import annotations

import random
import shutil
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from .classroom import Options, grade_class
from .course import CONFIG, SECRET, Course
from .pupils import Maker, Pupil, make_class
from .report import class_report, feedback, grades_csv
from .spec import Judgement
from .variants import variants_of

FOLDER = "build/demo"


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
    course = make_course(root)
    wrong: list[str] = []
    for name in assignments or course.assignments():
        expected = hand_in(root, course, name, size)
        with bar(name) as told:
            graded = grade_class(course, name, Options(workers=workers), told)
        for one in course.assignment(name):
            what = graded[one.notebook]
            wrong += compare(expected[one.notebook], what.judgements)
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


def compare(pupils: list[Pupil], judgements: Mapping[str, Judgement]) -> list[str]:
    """A line for every score that is not the expected one."""
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


def make_course(root: Path) -> Course:
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


def hand_in(root: Path, course: Course, name: str, size: int) -> dict[str, list[Pupil]]:
    """Make a class and put what it hands in of an assignment in place; notebook -> the class."""
    course.generate(name)
    made: dict[str, list[Pupil]] = {}
    variants = variants_of(root / "solutions" / name / "mistakes.py")
    for one in course.assignment(name):
        made[one.notebook] = make_class(Maker(one, variants, random.Random(1)), size)
        for pupil in made[one.notebook]:
            folder = course.folder("submitted", pupil.name, name)
            folder.mkdir(parents=True, exist_ok=True)
            if pupil.handed_in is not None:
                (folder / f"{one.notebook}.ipynb").write_bytes(pupil.handed_in)
    return made


def _short(path: Path, root: Path) -> str:
    return str(path.relative_to(root))
