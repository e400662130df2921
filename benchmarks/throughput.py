"""The same honest class through stock `nbgrader autograde` and through `autograder grade`.

Stock means nbgrader's default configuration and an ordinary kernel: it executes every cell,
figures and training included, which is what an instructor without this project would run. Prints
submissions per second of both and their ratio, for assignment 01 and for a light notebook.

    python benchmarks/throughput.py [--stock 4] [--ours 200]
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LIGHT = ROOT / "tests" / "courses" / "light"
os.environ["AUTOGRADER_CHECKS"] = str(LIGHT / "checks")
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"

from autograder.build import build  # noqa: E402
from autograder.course import CONFIG, Course  # noqa: E402
from autograder.pupils import Maker  # noqa: E402
from autograder.variants import variants_of  # noqa: E402


def course_with(source: Path, assignment: str, folder: Path, size: int, stock: bool) -> Course:
    """A course folder with `size` honest submissions: right ones and ones with mistakes."""
    folder.mkdir(parents=True)
    for name in ("solutions", "pyproject.toml", CONFIG):
        path = source / name
        (shutil.copytree if path.is_dir() else shutil.copy)(path, folder / name)
    build(folder, [assignment])
    if stock:
        lines = (folder / CONFIG).read_text().splitlines()
        keep = [line for line in lines if "get_config" in line or "CourseDirectory" in line]
        (folder / CONFIG).write_text("\n".join(keep) + "\nc.Execute.timeout = 300\n")
    course = Course.open(folder)
    (one,) = course.assignment(assignment)
    path = source / "solutions" / assignment / "mistakes.py"
    maker = Maker(one, variants_of(path) if path.exists() else [], random.Random(7))
    for number in range(size):
        chosen = maker.some_mistakes(number % 3) if maker.mistakes else {}
        target = course.folder("submitted", f"s{number:04d}", assignment)
        target.mkdir(parents=True)
        data = maker.pupil("", chosen).handed_in
        assert data is not None
        (target / f"{one.notebook}.ipynb").write_bytes(data)
    return course


def seconds(command: list[str], folder: Path) -> float:
    start = time.monotonic()
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stdout[-800:]}{done.stderr[-1500:]}")
    return time.monotonic() - start


def compare(source: Path, assignment: str, stock: int, ours: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        theirs = course_with(source, assignment, Path(folder) / "stock", stock, stock=True)
        nbgrader = seconds(["nbgrader", "autograde", assignment], theirs.root) / stock
        mine = course_with(source, assignment, Path(folder) / "ours", ours, stock=False)
        command = ["autograder", "grade", assignment, "--workers", "2"]
        autograder = seconds(command, mine.root) / ours
    return {
        "nbgrader_seconds_per_submission": round(nbgrader, 2),
        "autograder_seconds_per_submission": round(autograder, 3),
        "times_the_throughput": round(nbgrader / autograder, 1),
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stock", type=int, default=4, help="submissions for nbgrader")
    parser.add_argument("--ours", type=int, default=200, help="submissions for autograder")
    given = parser.parse_args()
    for source, assignment in ((LIGHT, "00_light"), (ROOT, "01_perceptron_xor")):
        print(
            assignment, json.dumps(compare(source, assignment, given.stock, given.ours)), flush=True
        )
