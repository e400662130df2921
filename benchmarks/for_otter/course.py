"""The course as it would be if it were written for otter: environment, tests, submissions."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

from autograder import ingest, registry
from autograder.answers import Answerer
from autograder.build import solved
from autograder.course import Assignment, Course
from autograder.spec import Check
from autograder.student import Student
from autograder.verdict import run_check

PACKAGE = "otter-grader[grading]==7.0.0"
HOME = Path(__file__).resolve().parent.parent.parent / "build" / "otter"
PROGRAM = HOME / "bin" / "otter"


def install() -> None:
    """An environment of otter's own, which sees the packages that run here."""
    python = HOME / "bin" / "python"
    if PROGRAM.exists():
        return
    subprocess.run([sys.executable, "-m", "venv", "--clear", HOME], check=True)
    where = "import sysconfig; print(sysconfig.get_path('purelib'))"
    own = subprocess.run([python, "-c", where], check=True, capture_output=True, text=True)
    ours = f"import site; site.addsitedir({sysconfig.get_path('purelib')!r})\n"
    Path(own.stdout.strip(), "course.pth").write_text(ours)
    install = [python, "-m", "pip", "install", "--quiet", PACKAGE]
    done = subprocess.run(install, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"otter could not be installed: {done.stderr[-1000:]}")


def archive_of(course: Course, assignment: Assignment) -> Path:
    """otter's autograder.zip for one notebook, made with `otter generate`."""
    folder = course.root / "otter-tests" / assignment.notebook
    (folder / "tests").mkdir(parents=True)
    for cell in ingest.cells_of(json.loads(assignment.source)):
        if cell.kind == ingest.CHECK:
            name = cell.name.removeprefix("check_")
            text = test_file(registry.checks_of(assignment.notebook)[name], cell.points)
            (folder / "tests" / f"{name}.py").write_text(text, "utf-8")
    shutil.copy(Path(__file__).with_name("ask.py"), folder)
    source = course.root / "solutions" / assignment.name / f"{assignment.notebook}.py"
    (folder / "answers.json").write_text(answers_of(source), "utf-8")
    command = [PROGRAM, "generate", "--no-environment", "--no-requirements"]
    command += ["--tests-dir", "tests", "--output-path", "autograder.zip", "ask.py", "answers.json"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"otter generate failed: {done.stdout[-1000:]}{done.stderr[-1000:]}")
    return folder / "autograder.zip"


def test_file(check: Check, points: float) -> str:
    """One of our checks as otter's exception-based test file: a test per case."""
    total = sum(case.weight for case in check.cases)
    lines = ["OK_FORMAT = False", ""]
    lines += ["from ask import ask", "from otter.test_files import test_case", ""]
    lines += [f"name = {check.name!r}", f"points = {points!r}"]
    for number, case in enumerate(check.cases):
        share = points * case.weight / total
        lines += ["", ""]
        lines += [f"@test_case(name={case.name!r}, points={share!r}, hidden={case.hidden!r})"]
        lines += [f"def test_{number}(env):", f"    ask({check.name!r}, {case.name!r}, env)"]
    return "\n".join(lines) + "\n"


def answers_of(source: Path) -> str:
    """What our solution answers to every case, as JSON; checks that train do not ask it."""
    recorder = registry.Recorder(Student(Answerer(solved(source)).answer))
    student = Student(Answerer(solved(source)).answer)
    for check in registry.checks_of(source.stem).values():
        if check.seconds is None:
            run_check(check, student, recorder, hidden=True)
    return recorder.to_json()


def translated(notebook: Any) -> str:
    """A submission as it would be if the course were written for otter."""
    start = {"cell_type": "code", "id": "otter", "metadata": {}, "outputs": []}
    source = "import otter\n\ngrader = otter.Notebook()"
    for cell in notebook["cells"]:
        marks = cell["metadata"].get("nbgrader", {})
        if marks.get("grade") and marks.get("locked"):
            text = "".join(cell["source"])
            cell["source"] = re.sub(r"^check\(", "grader.check(", text, flags=re.MULTILINE)
    notebook["cells"].insert(0, {**start, "execution_count": None, "source": source})
    return json.dumps(notebook)
