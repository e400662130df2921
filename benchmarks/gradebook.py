"""What entering judgements in the gradebook costs, and how many can write at once.

A made-up class of assignment 01, nothing judged: seconds per submission for the first entry and
for a second one in which nothing changed, the writer's memory, submissions per second with 1, 2
and 4 writers, each with students of its own, then what reads the gradebook. Once in SQLite and,
where a server can be started here, once in PostgreSQL.

    python benchmarks/gradebook.py [--sizes 100 1000 10000] [--writers 1000]
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
sys.path.insert(0, str(ROOT / "tests"))

import psutil  # noqa: E402
from classwork import judged  # noqa: E402

from autograder.course import CONFIG, Course  # noqa: E402
from autograder.gradebook import Gradebook  # noqa: E402

ASSIGNMENT, NOTEBOOK = "01_perceptron_xor", "perceptron_xor"


def build(folder: Path) -> None:
    """The course with assignment 01; in a process of its own, since it imports TensorFlow."""
    from autograder.build import build

    folder.mkdir(parents=True)
    shutil.copytree(ROOT / "solutions" / ASSIGNMENT, folder / "solutions" / ASSIGNMENT)
    for name in ("pyproject.toml", CONFIG):
        shutil.copy(ROOT / name, folder)
    build(folder)


def submissions(course: Course, first: int, last: int) -> Iterator[tuple[Any, ...]]:
    """What `Gradebook.enter` takes for these students: each earns other points."""
    (one,) = course.assignment(ASSIGNMENT)
    release = json.loads(one.release)
    texts = {
        cell["metadata"].get("nbgrader", {}).get("grade_id", ""): cell for cell in release["cells"]
    }
    checks = [name.removeprefix("check_") for name in texts if name.startswith("check_")]
    for number in range(first, last):
        points = {name: float((number >> place) & 1) for place, name in enumerate(checks)}
        for name, cell in texts.items():
            if name in checks:
                cell["source"] = f"def {name}():\n    return {number}"
        judgement, marked = judged(one, release, **points)
        yield ASSIGNMENT, f"s{number:06d}", {NOTEBOOK: judgement}, {NOTEBOOK: marked}


def enter(root: Path, first: int, last: int, start: Any = None) -> tuple[float, int]:
    """Enter these students: seconds in `enter`, and how far memory grew while at it, in MiB."""
    course = Course.open(root)
    works = submissions(course, first, last)
    with Gradebook(course) as book:
        seconds, before, most = 0.0, 0, 0
        for number, work in enumerate(works):
            clock = time.perf_counter()
            book.enter(*work)
            seconds += time.perf_counter() - clock
            if number == 50:
                before = psutil.Process().memory_info().rss
    return seconds, (psutil.Process().memory_info().rss - before) >> 20


if __name__ == "__main__":
    root = Path(sys.argv[1]); n=int(sys.argv[2])
    import cProfile, pstats
    prof = cProfile.Profile() if len(sys.argv)>3 else None
    if prof: prof.enable()
    for what in ("first", "unchanged"):
        s, m = enter(root, 0, n)
        print(what, n, round(1000*s/n,2), "ms", m, "MiB", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss>>10, flush=True)
    if prof:
        prof.disable(); pstats.Stats(prof).sort_stats("cumtime").print_stats(45)
