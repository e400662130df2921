"""What a judgement costs besides the learner's own compute, and what memory it takes.

Judges the light notebook's solution again and again in one process, step by step, and prints
milliseconds per step; then the memory of a coordinator and a worker after 60 and 600 submissions.

    python benchmarks/overhead.py
"""

from __future__ import annotations

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
sys.path.insert(0, str(Path(__file__).parent))

import psutil  # noqa: E402
from throughput import course_with  # noqa: E402

from autograder import grade, wire  # noqa: E402
from autograder.cluster import Task, cluster, judge_all  # noqa: E402
from autograder.course import Assignment, Course  # noqa: E402
from autograder.warm import Warm  # noqa: E402


def steps(warm: Warm) -> dict[str, float]:
    """Milliseconds of one life of a shell, up to and past its first Keras operation."""
    times: dict[str, float] = {}
    clock = time.monotonic()

    def lap(name: str) -> None:
        nonlocal clock
        times[name] = 1000 * (time.monotonic() - clock)
        clock = time.monotonic()

    def run(source: str) -> None:
        request = {"op": "run", "source": source, "figures": False, "seconds": 10.0}
        shell.ask(wire.encode(request), 10)

    shell = warm.fork()
    lap("fork")
    run("1")
    lap("sandbox and IPython")
    run("import keras; keras.ops.sum(keras.ops.ones((2, 2)))")
    lap("first Keras operation")
    run("2")
    lap("another cell")
    shell.close()
    lap("end")
    return times


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
        course = course_with(LIGHT, "00_light", Path(folder) / "course", 1, stock=False)
        (assignment,) = course.assignment("00_light")
        warm = Warm()
        runs = [steps(warm) for _ in range(15)][3:]
        warm.close()
        medians = {name: round(statistics.median(r[name] for r in runs), 1) for name in runs[0]}
        print("milliseconds", json.dumps(medians))
        print("milliseconds per judgement", round(judgements(course, assignment, 30), 1))
        grade.close()
        print("MiB", json.dumps(memory(course, assignment, [60, 600])))
