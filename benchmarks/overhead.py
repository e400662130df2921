"""Where the time of a judgement goes, and what memory a class takes.

Judges right solutions again and again in one process, step by step, and prints milliseconds per
step: of the light notebook and of assignment 01, whose two trainings are the learner's own code.
Draws them (docs/pictures/grading.png). Then the memory of a coordinator and a worker after 60 and
600 submissions.

    python benchmarks/overhead.py
"""

from __future__ import annotations

import io
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LIGHT = ROOT / "tests" / "courses" / "light"
os.environ["AUTOGRADER_CHECKS"] = str(LIGHT / "checks")
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]  # what is measured is this tree

import matplotlib  # noqa: E402

matplotlib.use("Agg")
import psutil  # noqa: E402
from matplotlib import pyplot as plt  # noqa: E402
from matplotlib.axes import Axes  # noqa: E402
from peers import course_of  # noqa: E402
from PIL import Image  # noqa: E402

from autograder import grade, ingest, registry, wire  # noqa: E402
from autograder.answers import Answerer  # noqa: E402
from autograder.build import solved  # noqa: E402
from autograder.cluster import Task, cluster, judge_all  # noqa: E402
from autograder.course import Assignment, Course  # noqa: E402
from autograder.gradebook import Gradebook  # noqa: E402
from autograder.judge import Session, TimeLimits  # noqa: E402
from autograder.marked import mark  # noqa: E402
from autograder.processes import ShellProcess, Warm  # noqa: E402
from autograder.student import Student  # noqa: E402
from autograder.verdict import run_check  # noqa: E402
from threesteps.plots.style import BLUE, INK, SKY, styled  # noqa: E402

PICTURE = ROOT / "docs" / "pictures" / "grading.png"
LEARNERS = ("cells", "checks", "trainings")  # the learner's compute; all other steps are ours
LEADER = {"arrowstyle": "-", "color": INK, "linewidth": 0.5, "shrinkA": 0, "relpos": (0.5, 0)}
KERAS = "import keras; keras.ops.sum(keras.ops.ones((2, 2)))"


class Laps:
    """A stopwatch that adds up milliseconds under names."""

    def __init__(self) -> None:
        self.times: dict[str, float] = {}
        self._clock = time.monotonic()

    def lap(self, name: str) -> None:
        now = time.monotonic()
        self.times[name] = self.times.get(name, 0.0) + 1000 * (now - self._clock)
        self._clock = time.monotonic()


def steps(warm: Warm, bare: Warm, assignment: Assignment, reference: Student) -> dict[str, float]:
    """Milliseconds of every step of one judgement of the solution, but for the gradebook.

    Args:
        bare: without a sandbox; a fork from it is the "fork", one from `warm` the "sandbox", in
            which that fork is still included.
    """
    laps = Laps()
    ours = ingest.cells_of(json.loads(assignment.release))
    submission = ingest.rebuild(assignment.source.encode(), ours)
    laps.lap("reading")
    unused = bare.fork()
    laps.lap("fork")
    shell = warm.fork()
    laps.lap("sandbox")
    unused.close()
    laps.lap("")
    run(shell, "1")
    laps.lap("IPython")
    run(shell, KERAS)
    laps.lap("first Keras operation")
    session = Session(lambda: shell, TimeLimits())
    for cell in submission.cells:
        if cell.kind in (ingest.GIVEN, ingest.EXERCISE):
            session.run(cell.source, cell.kind == ingest.EXERCISE)
            laps.lap("cells")
        elif cell.kind == ingest.CHECK:
            check = registry.checks_of(assignment.notebook)[cell.name.removeprefix("check_")]
            session.allow(check.seconds or 10.0)
            verdict = run_check(check, session.student, reference, hidden=True)
            assert verdict.solved, verdict
            laps.lap("checks" if check.seconds is None else "trainings")
    session.close()
    laps.lap("end")
    return {name: taken for name, taken in laps.times.items() if name}


def run(shell: ShellProcess, source: str) -> None:
    request = {"op": "run", "source": source, "figures": False, "seconds": 10.0}
    shell.ask(wire.encode(request), 10)


def entering(course: Course, assignment: Assignment, students: int) -> float:
    """Milliseconds to mark a notebook and enter it for a student who was not there yet."""
    data = assignment.source.encode()
    graded = grade.grade_one(assignment, data, b"anyone")
    taken = []
    with Gradebook(course) as book:
        for number in range(students):
            start = time.monotonic()
            text = mark(assignment, graded.submission, graded.judgement)
            judgements, texts = {assignment.notebook: graded.judgement}, {assignment.notebook: text}
            book.enter(assignment.name, f"s{number:03d}", judgements, texts)
            taken.append(1000 * (time.monotonic() - start))
    return statistics.median(taken)


def measured(source: Path, name: str, folder: Path, times: int) -> dict[str, float]:
    """Milliseconds per step, medians, in the order in which they happen."""
    course = course_of(source, name, folder)
    (assignment,) = course.assignment(name)
    file = source / "solutions" / name / f"{assignment.notebook}.py"
    reference = Student(Answerer(solved(file)).answer)
    warm, bare = Warm(), Warm(sandboxed=False)
    runs = [steps(warm, bare, assignment, reference) for _ in range(times + 2)][2:]
    warm.close()
    bare.close()
    medians = {step: statistics.median(one[step] for one in runs) for step in runs[0]}
    medians["sandbox"] -= medians["fork"]
    return {**medians, "gradebook": entering(course, assignment, 3 * times)}


@styled
def draw(found: dict[str, dict[str, float]]) -> None:
    """A bar per notebook, cut into its steps; ours are blue, the learner's compute is grey."""
    figure, axes = plt.subplots(len(found), 1, figsize=(7.6, 4.2), layout="constrained")
    for ax, (title, taken) in zip(axes, found.items(), strict=True):
        _bar(ax, taken)
        ours, whole = ours_of(taken), sum(taken.values())
        ax.set_title(f"{title}: {whole:,.0f} ms, of which {ours:.0f} ms are the grader's (blue)")
    axes[-1].set_xlabel("milliseconds on one core")
    drawn = io.BytesIO()
    figure.savefig(drawn, dpi=110)
    Image.open(drawn).convert("RGB").quantize(32).save(PICTURE, optimize=True)


def _bar(ax: Axes, taken: dict[str, float]) -> None:
    """One bar, with a label above every step."""
    whole, left = sum(taken.values()), 0.0
    for place, (step, width) in enumerate(taken.items()):
        theirs = step in LEARNERS
        shade = ("#d9d9d9", "#bdbdbd")[place % 2] if theirs else (BLUE, SKY)[place % 2]
        hatch = "///" if theirs else None
        ax.barh(0, width, 0.6, left, color=shade, hatch=hatch, edgecolor="white", linewidth=0.6)
        ax.annotate(
            f"{step.replace(' ', chr(10), 1)}\n{width:,.0f}",
            xy=(left + width / 2, 0.3),
            xytext=(whole * (place + 0.5) / len(taken), 1.0),
            ha="center",
            va="bottom",
            fontsize=8,
            arrowprops=LEADER,
        )
        left += width
    ax.set(xlim=(0, whole), ylim=(-0.35, 2.3), yticks=[])
    ax.spines["left"].set_visible(False)


def ours_of(taken: dict[str, float]) -> float:
    """The grader's own milliseconds."""
    return sum(width for step, width in taken.items() if step not in LEARNERS)


def judgements(course: Course, assignment: Assignment, count: int) -> float:
    """Milliseconds per judgement of the right solution, one after the other."""
    data = assignment.source.encode()
    grade.grade_one(assignment, data, b"warm-up")
    start = time.monotonic()
    for number in range(count):
        grade.grade_one(assignment, data, course.seed(str(number), assignment.name))
    return 1000 * (time.monotonic() - start) / count


def memory(course: Course, assignment: Assignment, marks: list[int]) -> dict[str, dict[str, float]]:
    """MiB of the coordinator and of its largest child when so many are judged."""
    data, found = assignment.source.encode(), {}
    tasks = (Task(str(n), data, course.seed(str(n), "")) for n in range(max(marks)))
    with cluster(2) as client:
        for number, _ in enumerate(judge_all(client, assignment, tasks, True), 1):
            if number in marks:
                me = psutil.Process()
                children = me.children(recursive=True)
                largest = max(child.memory_info().rss for child in children if child.is_running())
                sizes = {"coordinator": me.memory_info().rss, "largest worker": largest}
                found[str(number)] = {name: round(size / 2**20, 1) for name, size in sizes.items()}
    return found


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        found = {
            "The light notebook": measured(LIGHT, "00_light", Path(folder) / "light", 12),
            "Assignment 01": measured(ROOT, "01_perceptron_xor", Path(folder) / "01", 5),
        }
        for title, taken in found.items():
            print(title, json.dumps({step: round(width, 1) for step, width in taken.items()}))
            print(f"  ours {ours_of(taken):.0f} ms of {sum(taken.values()):.0f} ms")
        draw(found)
        course = Course.open(Path(folder) / "light")
        (assignment,) = course.assignment("00_light")
        print("milliseconds per judgement", round(judgements(course, assignment, 30), 1))
        grade.close()
        print("MiB", json.dumps(memory(course, assignment, [60, 600])))
