"""How the cost of a class grows with its size, and whether a model of the parts foretells it.

Grades classes of 10, 100, 1,000 and 10,000 made-up submissions of the light notebook with two
workers: time per submission, where it goes, memory of the coordinator, time of feedback, class
report and grades.csv. Before that it measures the parts on small classes and foretells every run
from them; when all is done it measures them once more, since the speed of a machine that others use
drifts. The light notebook is where our own share is largest; a notebook that trains only has a
larger part "judge".

In the end it says what a course of 100,000 students takes, from the parts and from what judging
each notebook of all nine assignments took in the class of `make demo`, if that was run here.

    python benchmarks/growth.py [--sizes 10 100 1000 10000] [--workers 2]
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parent.parent), str(Path(__file__).parent)]

import measure  # noqa: E402
import psutil  # noqa: E402
from peers import LIGHT, course_of, hand_in, pupils_of  # noqa: E402

from autograder.classroom import Options, grade_class  # noqa: E402
from autograder.course import Course  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent
DEMO = ROOT / "build" / "demo"
NAME, NOTEBOOK = "00_light", "light"
# A c5.4xlarge of 16 vCPU on demand in Virginia, from "Spot price per unit hour example" in the
# user guide of AWS Auto Scaling; as a spot instance it was half of that.
DOLLARS_PER_HOUR, PROCESSORS = 0.68, 16
NIGHT = 8  # hours
EACH = 200  # submissions per worker that the parts are measured with: half a minute
TIMES = 3  # the parts are medians of so many
PHASES = "phases.json"


def class_of(size: int, folder: Path) -> Course:
    """A course whose class has that size: a third all right, the others with mistakes."""
    course = course_of(LIGHT, NAME, folder)
    (one,) = course.assignment(NAME)
    hand_in(course, NAME, {NOTEBOOK: pupils_of(LIGHT, one, size)})
    return course


def pace(moments: list[float]) -> float:
    """Seconds from each to the next."""
    return (moments[-1] - moments[0]) / max(1, len(moments) - 1)


def grade_here(folder: str, workers: int) -> None:
    """In a process of its own: grade the class; keep seconds per phase, and MiB on the way."""
    judged: list[float] = []
    used: list[float] = []
    held: list[int] = []
    me, start = psutil.Process(), time.monotonic()

    def told(what: str, count: int) -> None:
        if what == "all":
            return
        judged.append(time.monotonic() - start)
        used.append(time.process_time())
        held.append(me.memory_info().rss >> 20)

    grade_class(Course.open(Path(folder)), NAME, Options(workers=workers), told)
    ended, first = time.monotonic() - start, min(workers, len(judged)) - 1
    entering, judged, used = ended - judged[-1], judged[first:], used[first:]
    tenth = max(2, len(judged) // 10)
    phases = {
        "start": judged[0],  # and as many results as there are workers
        "judging": judged[-1] - judged[0],
        "ms each, first tenth": 1000 * pace(judged[:tenth]),
        "ms each, last tenth": 1000 * pace(judged[-tenth:]),
        "carrying": used[-1] - used[0],
        "entering": entering,
        "MiB half judged": held[len(held) // 2],
        "MiB judged": held[-1],
        "MiB entered": me.memory_info().rss >> 20,
    }
    Path(folder, PHASES).write_text(json.dumps(phases))


def run(folder: Path, workers: int) -> dict[str, float]:
    """What one run of `autograder grade` took, the coordinator in a process of its own."""
    command = [sys.executable, __file__, "--grade", str(folder), "--workers", str(workers)]
    start = time.monotonic()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    total = time.monotonic() - start
    found: dict[str, float] = json.loads((folder / PHASES).read_text())
    return {**found, "total": total}


def parts_of(folder: Path, workers: int) -> dict[str, float]:
    """Seconds of every part of a run, measured once, on two small classes.

    Returns:
        `start`, once a run: to start, judge the first ones, open the gradebook and end; and for a
        submission: `judge`, time of a worker beside the others and the coordinator, so what they
        take from each other is in it; `carry`, processor time of the coordinator while they judge,
        to read, hash, send, fetch and keep it; `enter`, to enter it in the gradebook.
    """
    size = EACH * workers
    course = class_of(size, folder / "parts")
    graded = run(course.root, workers)
    single = run(class_of(1, folder / "one").root, workers)
    later = size - workers  # the first ones, one from each worker, belong to the start
    enter = (graded["entering"] - single["entering"]) / (size - 1)
    return {
        "start": graded["total"] - graded["judging"] - size * enter,
        "judge": workers * graded["judging"] / later,
        "carry": graded["carrying"] / later,
        "enter": enter,
    }


def measure_parts(folder: Path, workers: int) -> dict[str, float]:
    """The median of every part, each measured several times and printed."""
    found = [parts_of(folder / f"parts {number}", workers) for number in range(TIMES)]
    for name in found[0]:
        print(name, [round(parts[name], 4) for parts in found], "s", flush=True)
    return {name: statistics.median(parts[name] for parts in found) for name in found[0]}


def foretold(parts: dict[str, float], size: int, workers: int) -> float:
    """Seconds that a class of that size should take on this machine with so many workers.

    They judge side by side, no faster than the coordinator carries. Entering comes after, in one
    process.
    """
    later = max(0, size - workers)
    judging = later * max(parts["judge"] / workers, parts["carry"])
    return parts["start"] + judging + size * parts["enter"]


def feedback(folder: Path, assignment: str = NAME) -> measure.Used:
    """What `autograder feedback` takes, which writes only the pages that are not there."""
    used = measure.run(["autograder", "feedback", assignment], folder)
    assert not used.failed, used.failed
    return used


def one_class(size: int, folder: Path, workers: int) -> dict[str, float]:
    """One class from start to report."""
    course = class_of(size, folder / str(size))
    found = run(course.root, workers)
    again = run(course.root, workers)
    pages = feedback(course.root).seconds
    report = measure.run(["autograder", "report", NAME], course.root)
    export = measure.run(["autograder", "export"], course.root)
    more = {"report": report.seconds, "report, MiB": report.mebibytes, "grades.csv": export.seconds}
    return {**found, "again": again["total"], "feedback": pages, **more}


def page_of_demo() -> float:
    """Processor seconds to write a page of feedback in the class of `make demo`."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder, "demo")
        shutil.copytree(DEMO, root, ignore=shutil.ignore_patterns("feedback"))
        names = sorted(path.name for path in (root / "notebooks").iterdir() if path.is_dir())
        used = [[feedback(root, name).processor_seconds for name in names] for _ in range(2)]
        pages = sum(1 for _ in (root / "feedback").rglob("*.html"))
    return (sum(used[0]) - sum(used[1])) / pages


def course_needs(parts: dict[str, float], students: int) -> str:
    """What all assignments of so many students need of machines, hours and money.

    The demo's class has hostile students, loops that end by their time limit included, so an
    honest one needs less. A vCPU is taken for what one of this machine's processors is.
    """
    seconds: dict[str, list[float]] = {}
    for path in DEMO.glob(".autograder/judgements/*/*.json"):
        kept = json.loads(path.read_text("utf-8"))
        notebook = json.loads(kept["judgement"])["notebook"]
        seconds.setdefault(notebook, []).append(kept["seconds"])
    if not seconds:
        return "Run `make demo` to have foretold what a whole course needs."
    notebooks = len(seconds)
    judging = sum(sum(each) / len(each) for each in seconds.values())
    page = page_of_demo()
    hours = {
        "processor hours": students * judging / 3600,
        "hours to carry them": students * notebooks * parts["carry"] / 3600,
        "hours to enter them": students * notebooks * parts["enter"] / 3600,
        f"hours to write their feedback ({1000 * page:.0f} ms)": students * notebooks * page / 3600,
    }
    machines = hours["processor hours"] / PROCESSORS / NIGHT
    money = hours["processor hours"] / PROCESSORS * DOLLARS_PER_HOUR
    words = ", ".join(f"{value:,.1f} {name}" for name, value in hours.items())
    return (
        f"{students:,} students, {notebooks} notebooks of {judging / notebooks:.1f} s: {words}; in "
        f"{NIGHT} hours {machines:.0f} machines of {PROCESSORS} processors, {money:,.0f} dollars"
    )


def compared(parts: dict[str, float], size: int, workers: int, total: float) -> str:
    """What the run took and what the parts foretell, in words."""
    said = foretold(parts, size, workers)
    error = 100 * (said / total - 1)
    return f"{size} submissions: {total:.1f} s, foretold {said:.1f} ({error:+.0f} %)"


def main(sizes: list[int], workers: int) -> None:
    totals: dict[int, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        parts = measure_parts(Path(folder, "before"), workers)
        for size in sizes:
            found = one_class(size, Path(folder), workers)
            totals[size] = found["total"]
            judging = found["judging"] / max(1, size - workers)
            print(
                f"{compared(parts, size, workers, totals[size])}; each {1000 * judging:.1f} ms to "
                f"judge and {1000 * found['entering'] / size:.1f} to enter"
            )
            print(json.dumps({name: round(value, 2) for name, value in found.items()}), flush=True)
        later = measure_parts(Path(folder, "after"), workers)
        print("From the parts as they are now:")
        for size, total in totals.items():
            print(compared(later, size, workers, total))
        print(course_needs(parts, 100_000))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="*", default=[10, 100, 1000, 10000])
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--grade", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.grade:
        grade_here(given.grade, given.workers)
    else:
        main(given.sizes, given.workers)
