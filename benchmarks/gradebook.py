"""What it costs to enter judgements in the gradebook, and how many runs can do so at once.

A made-up class of assignment 01, nothing judged. Milliseconds per submission for a first entry and
for one in which nothing changed, on the clock and of the processor, with the memory of the process
that enters; submissions per second
with 1, 2 and 4 processes, each with students of its own; seconds to read it all again for
grades.csv and the report. In SQLite and, where a server can be started, in PostgreSQL.

    python benchmarks/gradebook.py [--sizes 100 1000 10000] [--together 1000]
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
sys.path.insert(0, str(ROOT / "tests"))

import psutil  # noqa: E402
import server as servers  # noqa: E402
from classwork import judged  # noqa: E402

from autograder.course import CONFIG, Course  # noqa: E402
from autograder.gradebook import Gradebook  # noqa: E402
from autograder.report import class_report, grades_csv  # noqa: E402
from autograder.spec import Judgement  # noqa: E402

ASSIGNMENT, NOTEBOOK = "01_perceptron_xor", "perceptron_xor"
ANSWER = 123456789  # in the place of what is each student's own
Made = list[tuple[Judgement, str]]


def made_up(course: Course) -> Made:
    """Judgements and marked notebooks of sixteen students, each with other points."""
    (one,) = course.assignment(ASSIGNMENT)
    release = json.loads(one.release)
    names = [cell["metadata"].get("nbgrader", {}).get("grade_id", "") for cell in release["cells"]]
    checks = [name.removeprefix("check_") for name in names if name.startswith("check_")]
    for cell, name in zip(release["cells"], names, strict=True):
        if name in checks:
            cell["source"] = f"def {name}(x):\n    return {ANSWER}"
    points = [{name: float(n >> k % 4 & 1) for k, name in enumerate(checks)} for n in range(16)]
    return [judged(one, release, **earned) for earned in points]


def submissions(made: Made, numbers: range) -> Iterator[tuple[Any, ...]]:
    """What `Gradebook.enter` takes."""
    for number in numbers:
        judgement, marked = made[number % len(made)]
        text = marked.replace(str(ANSWER), str(ANSWER + number))
        yield ASSIGNMENT, f"s{number:06d}", {NOTEBOOK: judgement}, {NOTEBOOK: text}


def enter(root: Path, numbers: range, start: Any) -> tuple[float, float, float, int]:
    """Enter these students: when it began and ended, processor seconds, memory in MiB."""
    course = Course.open(root)
    made = made_up(course)
    with Gradebook(course) as book:
        start.wait()
        begun, before = time.time(), time.process_time()
        for work in submissions(made, numbers):
            book.enter(*work)
    used = time.process_time() - before
    return begun, time.time(), used, psutil.Process().memory_info().rss >> 20


def together(root: Path, size: int, writers: int) -> tuple[float, float, int]:
    """Seconds until all are entered by so many processes, of the processor, and most memory."""
    spawn = multiprocessing.get_context("spawn")
    parts = [range(k * size // writers, (k + 1) * size // writers) for k in range(writers)]
    with spawn.Manager() as manager, spawn.Pool(writers) as pool:
        start = manager.Barrier(writers)
        done = pool.starmap(enter, [(root, part, start) for part in parts], chunksize=1)
    begun, ended, used, memory = zip(*done, strict=True)
    return max(ended) - min(begun), sum(used), max(memory)


def template(folder: Path) -> Path:
    """The course with assignment 01, built."""
    from autograder.build import build

    (folder / "solutions").mkdir(parents=True)
    shutil.copytree(ROOT / "solutions" / ASSIGNMENT, folder / "solutions" / ASSIGNMENT)
    for name in ("pyproject.toml", CONFIG):
        shutil.copy(ROOT / name, folder)
    build(folder)
    return folder


def fresh(built: Path, server: servers.Server | None) -> Path:
    """A copy of the course with an empty gradebook."""
    root = Path(tempfile.mkdtemp(dir=built.parent)) / "course"
    shutil.copytree(built, root)
    if server is not None:
        with (root / CONFIG).open("a") as file:
            file.write(f"\nc.CourseDirectory.db_url = {server.create()!r}\n")
        Course.open(root).generate(ASSIGNMENT)
    return root


def read(root: Path, size: int) -> str:
    """Seconds to make grades.csv and the report."""
    course, clock = Course.open(root), time.perf_counter()
    made = made_up(course)
    grades_csv(course, root / "grades.csv")
    grades, clock = time.perf_counter() - clock, time.perf_counter()
    judgements = {f"s{number:06d}": made[number % len(made)][0] for number in range(size)}
    seconds = dict.fromkeys(judgements, 1.0)
    class_report(course, ASSIGNMENT, judgements, seconds, root / "report.html")
    return f"grades.csv {grades:.1f} s, report {time.perf_counter() - clock:.1f} s"


def measure(built: Path, server: servers.Server | None, sizes: list[int], many: int) -> None:
    for size in sizes:
        root = fresh(built, server)
        for what in ("first", "unchanged"):
            seconds, used, memory = together(root, size, 1)
            each = f"{1000 * seconds / size:6.1f} ms each, {1000 * used / size:.1f} of processor"
            print(f"  {size:6} {what:10}{each}, {memory} MiB", flush=True)
        print(f"  {size:6} read again: {read(root, size)}", flush=True)
        shutil.rmtree(root)
    for writers in (1, 2, 4):
        seconds, *_ = together(fresh(built, server), many, writers)
        print(f"  {writers} at once: {many / seconds:.0f} submissions per second", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="*", default=[100, 1000, 10_000])
    parser.add_argument("--together", type=int, default=1000, help="students of all writers")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        built = template(Path(folder) / "built")
        print("SQLite")
        measure(built, None, given.sizes, given.together)
        print(f"PostgreSQL{servers.why_not() and f': not measured, {servers.why_not()}'}")
        if not servers.why_not():
            with servers.server(durable=True) as started:
                measure(built, started, given.sizes, given.together)
