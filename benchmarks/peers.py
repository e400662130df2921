"""One honest class through stock `nbgrader autograde`, `otter run` and `autograder grade`.

A third of the class has everything right, a third one mistake, a third two, from `mistakes.py`.
All three get the same text in every exercise, and one after the other the machine to themselves.

* nbgrader: its default configuration and an ordinary kernel. It runs every cell, figures and long
  trainings of the notebook included, one submission after the other, and `check` in the notebook
  asks the public cases: all right or no points.
* otter: `otter run` grades one notebook per call and starts afresh each time; two run side by
  side. It runs every cell too. Every check is one of its test files with a test per case, hidden
  ones included, that asks our check in the learner's process; the notebook's `check("…")` is its
  own `grader.check("…")`.
* autograder: `autograder grade` with two workers, with its start: with as few submissions as the
  others, and with more.

    python benchmarks/peers.py [light 01 04 09] [--few 2] [--many 24]

Prints a line of JSON for each and a table. With what is set below: 45 minutes on two cores. otter
is installed into build/otter, in a version of its own, on top of the packages that are running.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LIGHT = ROOT / "tests" / "courses" / "light"
os.environ["AUTOGRADER_CHECKS"] = str(LIGHT / "checks")
os.environ["PYTHONPATH"] = str(ROOT)
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
sys.path.insert(0, str(ROOT))  # what is measured is this tree

import measure  # noqa: E402
from for_otter import course as otter  # noqa: E402
from nbgrader.api import Gradebook  # noqa: E402

from autograder.build import build  # noqa: E402
from autograder.course import CONFIG, Assignment, Course  # noqa: E402
from autograder.pupils import Maker, Pupil  # noqa: E402
from autograder.variants import variants_of  # noqa: E402

SIDE_BY_SIDE = 2


@dataclass(frozen=True)
class Choice:
    """An assignment, and how many submissions of it are graded: few by all three, many by us."""

    source: Path
    name: str
    few: int
    many: int


CHOICES = {
    "light": Choice(LIGHT, "00_light", 8, 200),
    "01": Choice(ROOT, "01_perceptron_xor", 4, 120),
    "04": Choice(ROOT, "04_cnn", 2, 24),
    "09": Choice(ROOT, "09_dqn", 2, 24),
}

Class = dict[str, list[Pupil]]  # notebook -> one submission per student
Points = dict[tuple[str, str, str], float]  # student, notebook, check -> points


@dataclass
class Row:
    """What one grader took for one class, per submission (all notebooks of the assignment).

    Args:
        right: of the scores that the mistakes must give, how many were given.
        wrong: what the others were, and how often.
    """

    assignment: str
    grader: str
    submissions: int
    seconds: float
    processor_seconds: float
    mebibytes: float
    how: str
    right: int
    scores: int
    wrong: dict[str, int] = field(default_factory=dict)
    times_nbgrader: float = 0.0


def course_of(source: Path, assignment: str, folder: Path) -> Course:
    """A course folder with one built assignment and nothing handed in."""
    folder.mkdir(parents=True)
    for name in ("solutions", "pyproject.toml", CONFIG):
        path = source / name
        (shutil.copytree if path.is_dir() else shutil.copy)(path, folder / name)
    build(folder, [assignment])
    return Course.open(folder)


def pupils_of(source: Path, assignment: Assignment, size: int) -> list[Pupil]:
    """Honest submissions of one notebook: right ones, and ones with a mistake or two."""
    path = source / "solutions" / assignment.name / "mistakes.py"
    maker = Maker(assignment, variants_of(path) if path.exists() else [], random.Random(7))
    return [maker.pupil(f"s{n:04d}", maker.some_mistakes(n % 3)) for n in range(size)]


def hand_in(course: Course, assignment: str, pupils: Class) -> None:
    """Put submissions into a course."""
    for notebook, each in pupils.items():
        for pupil in each:
            folder = course.folder("submitted", pupil.name, assignment)
            folder.mkdir(parents=True, exist_ok=True)
            assert pupil.handed_in is not None
            (folder / f"{notebook}.ipynb").write_bytes(pupil.handed_in)


def entered(course: Course, assignment: str) -> Points:
    """The scores of the checks in a gradebook."""
    found: Points = {}
    with Gradebook(course.db_url) as book:
        for submission in book.assignment_submissions(assignment):
            for notebook in submission.notebooks:
                for grade in notebook.grades:
                    if grade.name.startswith("check_"):
                        key = submission.student.id, notebook.name, grade.name[len("check_") :]
                        found[key] = grade.auto_score or 0.0
    return found


def by_nbgrader(course: Course, name: str, pupils: Class) -> Any:
    """What stock nbgrader took, and its scores."""
    hand_in(course, name, pupils)
    lines = (course.root / CONFIG).read_text().splitlines()
    keep = [line for line in lines if "get_config" in line or "CourseDirectory" in line]
    (course.root / CONFIG).write_text("\n".join(keep) + "\nc.Execute.timeout = 900\n")
    used = measure.run(["nbgrader", "autograde", name], course.root)
    return used, entered(course, name)


def by_autograder(course: Course, name: str, pupils: Class) -> Any:
    """What we took, and our scores."""
    hand_in(course, name, pupils)
    command = ["autograder", "grade", name, "--workers", str(SIDE_BY_SIDE)]
    return measure.run(command, course.root), entered(course, name)


def by_otter(course: Course, name: str, pupils: Class) -> Any:
    """What `otter run` took, and its scores."""
    calls = []
    for assignment in course.assignment(name):
        archive = otter.archive_of(course, assignment)
        for pupil in pupils[assignment.notebook]:
            folder = course.root / "otter" / pupil.name / assignment.notebook
            folder.mkdir(parents=True)
            file = folder / f"{assignment.notebook}.ipynb"
            assert pupil.handed_in is not None
            file.write_text(otter.translated(json.loads(pupil.handed_in)), "utf-8")
            calls += [archive, folder, file]
    listed = course.root / "calls"
    listed.write_bytes(b"".join(bytes(path) + b"\0" for path in calls))
    program = 'exec "$0" run --no-logo --autograder "$1" --output-dir "$2" "$3"'
    command = ["xargs", "-0", "-n", "3", "-P", str(SIDE_BY_SIDE), "-a", str(listed)]
    used = measure.run([*command, "sh", "-c", program, str(otter.PROGRAM)], course.root)
    found: Points = {}
    for file in (course.root / "otter").glob("*/*/results.json"):
        for test in json.loads(file.read_text("utf-8"))["tests"]:
            if "max_score" in test:
                key = file.parent.parent.name, file.parent.name, test["name"]
                found[key] = test["score"]
    return used, found


def compared(course: Course, name: str, pupils: Class, found: Points) -> Any:
    """How many scores must be there, how many are right, and what the others were."""
    wrong: Counter[str] = Counter()
    scores = 0
    for assignment in course.assignment(name):
        worth = Maker(assignment, [], random.Random()).points
        for pupil in pupils[assignment.notebook]:
            for check, points in pupil.points.items():
                scores += 1
                given = found.get((pupil.name, assignment.notebook, check))
                if given is None or abs(given - points) > 0.011:
                    wrong[_difference(given, points, worth[check])] += 1
    return scores - sum(wrong.values()), scores, dict(wrong)


def _difference(given: float | None, right: float, most: float) -> str:
    if given is None:
        return "no score"
    kind = "all" if given >= most else "nothing" if given == 0 else "a part"
    should = "all" if right >= most else "nothing" if right == 0 else "a part"
    return f"{kind} for {should}"


def rows(choice: Choice, few: int, many: int) -> Iterator[Row]:
    """One assignment through all graders."""
    with tempfile.TemporaryDirectory() as folder:
        built = course_of(choice.source, choice.name, Path(folder) / "built")
        pupils = {
            one.notebook: pupils_of(choice.source, one, max(few, many))
            for one in built.assignment(choice.name)
        }
        graders = (
            ("nbgrader", by_nbgrader, few),
            ("otter", by_otter, few),
            ("autograder", by_autograder, few),
            ("autograder", by_autograder, many),
        )
        baseline = 0.0
        for number, (grader, grade, size) in enumerate(graders):
            if not size:
                continue
            print(f"{choice.name}: {grader}, {size} submissions …", file=sys.stderr, flush=True)
            shutil.copytree(built.root, Path(folder) / str(number))
            course = Course.open(Path(folder) / str(number))
            handed_in = {notebook: each[:size] for notebook, each in pupils.items()}
            used, found = grade(course, choice.name, handed_in)
            if used.failed:
                print(f"{grader} ended with an error:\n{used.failed}", file=sys.stderr)
            right, scores, wrong = compared(course, choice.name, handed_in, found)
            each = used.seconds / size
            baseline = each if grader == "nbgrader" else baseline
            yield Row(
                choice.name, grader, size, round(each, 3), round(used.processor_seconds / size, 3),
                round(used.mebibytes), used.how, right, scores, wrong, round(baseline / each, 1),
            )  # fmt: skip


TITLES = (
    "assignment", "grader", "submissions", "s each", "× nbgrader", "processor s each", "peak MiB",
    "scores right",
)  # fmt: skip


def table(found: list[Row]) -> str:
    """The rows in Markdown."""
    lines = [f"| {' | '.join(TITLES)} |", "|" + "---|" * len(TITLES)]
    for row in found:
        fields = [
            row.assignment, row.grader, row.submissions, row.seconds, row.times_nbgrader,
            row.processor_seconds, row.mebibytes, f"{row.right} of {row.scores}",
        ]  # fmt: skip
        lines.append(f"| {' | '.join(map(str, fields))} |")
    return "\n".join(lines)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("assignments", nargs="*", default=list(CHOICES), help=", ".join(CHOICES))
    parser.add_argument("--few", type=int, help="submissions for all three")
    parser.add_argument("--many", type=int, help="more submissions for autograder; 0 leaves it out")
    given = parser.parse_args()
    otter.install()
    done: list[Row] = []
    for each in given.assignments:
        choice = CHOICES[each]
        few = choice.few if given.few is None else given.few
        many = choice.many if given.many is None else given.many
        for row in rows(choice, few, many):
            print(json.dumps(asdict(row)), flush=True)
            done.append(row)
    print(table(done))
