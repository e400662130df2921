"""Plain nbgrader in the course folder: its own commands, run as an instructor runs them.

One class is handed in twice, graded once by `nbgrader autograde` and once by us; then nbgrader's
feedback, export and formgrader are used on it.
"""

from __future__ import annotations

import csv
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import classwork
import nbformat
import pytest
from classwork import NAME, NOTEBOOK, RIGHT, notebook, rows

from autograder import grade, ingest
from autograder.course import Course
from autograder.gradebook import Gradebook
from autograder.judge import refused
from autograder.marked import mark

pytestmark = pytest.mark.slow

PROGRAMS = Path(sys.executable).parent
ATTACK = (
    "Look: <script>alert(1)</script> [here](javascript:alert(2)) ![pic](attachment:x.png) $x^2$"
)

PASTED = "iVBORw0KGgo="


def nbgrader(root: Path, *words: str) -> subprocess.CompletedProcess[str]:
    path = f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        ["nbgrader", *words],
        cwd=root,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        timeout=300,
    )


def class_of(course: Course) -> dict[str, bytes]:
    """Student -> what is handed in: good, middling and unreadable."""
    assignment = classwork.light(course)
    partly = RIGHT | {
        "row_sum": "def row_sum(x):\n    return x[0] if len(x) == 1 else x.sum(axis=1)",
        "clip": "def clip(x, limit):\n    return np.minimum(x, limit)",
        "why": ATTACK,
    }
    noisy = RIGHT | {"double": "import sys\nprint('warned', file=sys.stderr)\n" + RIGHT["double"]}
    tagged = notebook(assignment, clip="1/0")
    for cell in tagged["cells"]:
        cell["metadata"]["tags"] = ["skip-execution"]
        cell["metadata"].get("nbgrader", {})["schema_version"] = 99
    pasted = notebook(assignment, **partly)
    (why,) = (c for c in pasted["cells"] if c["source"] == ATTACK)
    why["attachments"] = {"x.png": {"image/png": PASTED}}
    works = {
        "right": notebook(assignment, **RIGHT),
        "partly": pasted,
        "noisy": notebook(assignment, **noisy),
        "nothing": notebook(assignment),
        "tagged": tagged,
        "format3": {"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": []},
    }
    data = {student: json.dumps(work).encode() for student, work in works.items()}
    return data | {"latin": "é".encode("latin-1"), "broken": b'{"cells": [', "list": b"[]"}


def hand_in(course: Course, student: str, data: bytes | None, stamp: str) -> Path:
    folder = course.folder("submitted", student, NAME)
    folder.mkdir(parents=True)
    (folder / "timestamp.txt").write_text(stamp)
    if data is not None:
        (folder / "light.ipynb").write_bytes(data)
    return folder / "light.ipynb"


@pytest.fixture(scope="module")
def fresh(light_built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The course, everything handed in, nothing graded; `noisy` is late."""
    root = tmp_path_factory.mktemp("nbgrader") / "fresh"
    shutil.copytree(light_built, root)
    with (root / "nbgrader_config.py").open("a") as file:
        file.write('\nc.LateSubmissionPlugin.penalty_method = "zero"\n')
    course = Course.open(root)
    for student, data in class_of(course).items():
        day = 2 if student == "noisy" else 1
        hand_in(course, student, data, f"2024-03-0{day} 10:00:00.500000 UTC")
    os.symlink("/etc/hostname", hand_in(course, "link", None, "2024-03-01 10:00:00 UTC"))
    os.mkfifo(hand_in(course, "pipe", None, "2024-03-01 10:00:00 UTC"))
    classwork.sql(root, "update assignment set duedate = '2024-03-01 12:00:00.000000'")
    course.seed("anybody", NAME)  # the course's secret, so that its copies judge alike
    return root


@pytest.fixture(scope="module")
def graded(fresh: Path) -> Path:
    """The course, graded by `nbgrader autograde`."""
    root = Path(shutil.copytree(fresh, fresh.parent / "graded", copy_function=copy_file))
    done = nbgrader(root, "autograde", NAME)
    assert done.returncode == 0, done.stderr[-3000:]
    return root


def copy_file(source: str, target: str) -> None:
    if Path(source).is_fifo():
        os.mkfifo(target)
    else:
        shutil.copy2(source, target, follow_symlinks=False)


def graded_by_us(fresh: Path, root: Path) -> Course:
    """The course, judged in this process and entered."""
    shutil.copytree(fresh, root, copy_function=copy_file)
    course = Course.open(root)
    assignment = classwork.light(course)
    ours = ingest.cells_of(json.loads(assignment.release))
    with Gradebook(course) as book:
        for one in course.handed_in(assignment, course.students(NAME)):
            seed = course.seed(one.student, NAME)
            try:
                found = grade.grade_one(assignment, one.read(), seed)
                judgement, submission = found.judgement, found.submission
            except ingest.Refused as reason:
                names = {"assignment": NAME, "notebook": NOTEBOOK}
                judgement, submission = refused(str(reason), ours, **names), None
            marked = mark(assignment, submission, judgement)
            work = ({NOTEBOOK: judgement}, {NOTEBOOK: marked}, one.timestamp)
            assert book.enter(NAME, one.student, *work)
            assert not book.enter(NAME, one.student, *work)
    return course


def test_config_of_the_light_course_is_the_projects_own() -> None:
    here = Path(__file__).parent
    ours = (here.parent / "nbgrader_config.py").read_text("utf-8")
    assert (here / "courses" / "light" / "nbgrader_config.py").read_text("utf-8") == ours


def test_generate_assignment_gives_the_same_release(light_course: Path) -> None:
    path = light_course / "notebooks" / NAME / "light.ipynb"
    before, rows_before = path.read_text(), rows(light_course)
    done = nbgrader(light_course, "generate_assignment", NAME, "--force")
    assert done.returncode == 0, done.stderr[-2000:]
    assert path.read_text() == before
    assert rows(light_course) == rows_before


def test_autograde_and_we_agree_to_the_last_digit(
    graded: Path, fresh: Path, tmp_path: Path
) -> None:
    course = graded_by_us(fresh, tmp_path / "ours")
    ours, theirs = rows(course.root), rows(graded)
    assert {row[0] for row in ours["student"]} >= {"right", "partly", "link", "pipe"}
    for table in ours:
        assert ours[table] == theirs[table], table
    for student in course.students(NAME):
        folders = [root / "autograded" / student / NAME for root in (course.root, graded)]
        mine, plain = ((folder / "light.ipynb").read_text() for folder in folders)
        assert mine == plain, student


def test_autograde_gives_the_points_that_were_earned(graded: Path) -> None:
    scores = {
        student: [classwork.grades(graded, student)[f"check_{n}"][0] for n in classwork.FULL]
        for student in ("right", "partly", "noisy", "nothing", "tagged", "broken", "latin", "list")
    }
    assert scores == {
        "right": [2.0, 3.0, 1.0],
        "partly": [2.0, 2.0, 0.67],
        "noisy": [2.0, 3.0, 1.0],
        **{
            student: [0.0, 0.0, 0.0] for student in ("nothing", "tagged", "broken", "latin", "list")
        },
    }
    penalties = {row[0]: row[3] for row in rows(graded)["notebook"]}
    assert penalties.pop("noisy") == 6.0
    assert set(penalties.values()) == {None}


def test_unreadable_submissions_say_why_on_top(graded: Path) -> None:
    reasons = {
        "broken": "not a notebook",
        "latin": "not UTF-8",
        "list": "not a notebook",
        "format3": "format 3",
        "link": "cannot be read",
        "pipe": "not a regular file",
    }
    for student, reason in reasons.items():
        path = graded / "autograded" / student / NAME / "light.ipynb"
        assert reason in nbformat.read(path, as_version=4).cells[0].source, student


def test_autograde_again_changes_nothing(graded: Path, tmp_path: Path) -> None:
    course = Course.open(Path(shutil.copytree(graded, tmp_path / "c", copy_function=copy_file)))
    before = rows(course.root)
    assert nbgrader(course.root, "autograde", NAME, "--force").returncode == 0
    assert rows(course.root) == before


def test_feedback_shows_tables_and_no_hidden_numbers_and_nothing_that_runs(
    graded: Path, tmp_path: Path
) -> None:
    course = Course.open(Path(shutil.copytree(graded, tmp_path / "c", copy_function=copy_file)))
    done = nbgrader(course.root, "generate_feedback", NAME)
    assert done.returncode == 0, done.stderr[-3000:]
    page = (course.root / "feedback" / "partly" / NAME / "light.html").read_text("utf-8")
    assert "below" in page and "one row" in page
    assert "<script>alert" not in page and "javascript:alert" not in page
    assert f'src="data:image/png;base64,{PASTED}"' in page
    for student in ("broken", "pipe"):
        page = (course.root / "feedback" / student / NAME / "light.html").read_text("utf-8")
        assert "could not be read" in page


def test_export_gives_the_scores(graded: Path, tmp_path: Path) -> None:
    target = tmp_path / "grades.csv"
    done = nbgrader(graded, "export", "--to", str(target))
    assert done.returncode == 0, done.stderr[-2000:]
    with target.open() as file:
        scores = {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}
    assert scores["right"] == 6.0 and scores["partly"] == pytest.approx(4.67)
    assert scores["noisy"] == 0.0 and scores["broken"] == 0.0


# --- formgrader ---------------------------------------------------------------------------------


@dataclass
class Formgrader:
    address: str

    def ask(self, path: str, method: str = "GET", body: Any = None) -> str:
        request = urllib.request.Request(
            f"{self.address}/formgrader/{path}",
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": "token secret"},
            method=method,
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            return str(answer.read().decode())


@pytest.fixture
def formgrader(graded: Path, tmp_path: Path) -> Iterator[tuple[Course, Formgrader]]:
    """formgrader in a Jupyter server of its own, on a copy of the graded course."""
    course = Course.open(Path(shutil.copytree(graded, tmp_path / "c", copy_function=copy_file)))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (tmp_path / "exchange").mkdir(mode=0o777)
    folders = {f"JUPYTER_{x}_DIR": str(tmp_path / x) for x in ("CONFIG", "RUNTIME", "DATA")}
    extension = "{'nbgrader.server_extensions.formgrader': True}"
    options = f"token=secret port={port} open_browser=False allow_root=True port_retries=0"
    command = [sys.executable, "-m", "jupyter_server", f"--Exchange.root={tmp_path / 'exchange'}"]
    command += [f"--ServerApp.{option}" for option in options.split()]
    command.append(f"--ServerApp.jpserver_extensions={extension}")
    path = f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}"
    with (tmp_path / "log").open("wb") as log:
        server = subprocess.Popen(
            command, cwd=course.root, env={**os.environ, **folders, "PATH": path},
            stdout=log, stderr=log,
        )  # fmt: skip
    try:
        yield course, wait_for(Formgrader(f"http://127.0.0.1:{port}"), server, tmp_path / "log")
    finally:
        server.terminate()
        server.wait()


def wait_for(found: Formgrader, server: subprocess.Popen[bytes], log: Path) -> Formgrader:
    for _ in range(300):
        assert server.poll() is None, log.read_text()[-2000:]
        try:
            found.ask("api/assignments")
            return found
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.2)
    raise AssertionError(log.read_text()[-2000:])


def test_formgrader_lists_shows_and_grades_and_a_regrade_keeps_it(
    formgrader: tuple[Course, Formgrader],
) -> None:
    course, page = formgrader
    listed = {one["student"]: one for one in json.loads(page.ask(f"api/submissions/{NAME}"))}
    assert listed["partly"]["autograded"] and listed["partly"]["needs_manual_grade"]
    assert listed["partly"]["score"] == pytest.approx(4.67)
    assert not listed["nothing"]["needs_manual_grade"]
    notebooks = json.loads(page.ask(f"api/submitted_notebooks/{NAME}/{NOTEBOOK}"))
    for student in ("partly", "noisy"):
        submission = next(one["id"] for one in notebooks if one["student"] == student)
        shown = page.ask(f"submissions/{submission}/")
        assert "clip</span>" in shown
        if student == "partly":
            assert "2 of 3 cases" in shown
            assert "<script>alert(1)" not in shown and "javascript:alert" not in shown
            assert "$x^2$" in shown and f"base64,{PASTED}" in shown
        for grade_row in json.loads(page.ask(f"api/grades?submission_id={submission}")):
            if grade_row["name"] == "why":
                score = {"manual_score": 2.0, "extra_credit": 0.5}
                page.ask(f"api/grade/{grade_row['id']}", "PUT", score)
        for comment in json.loads(page.ask(f"api/comments?submission_id={submission}")):
            if comment["name"] == "why":
                page.ask(f"api/comment/{comment['id']}", "PUT", {"manual_comment": "Fine."})
    enter_again(course)
    assert classwork.grades(course.root, "partly")["why"] == (None, 2.0, 0.5, 0)
    comments = {row[1]: row[4] for row in rows(course.root, student="partly")["comment"]}
    assert comments["why"] == "Fine."
    penalties = {row[0]: row[3] for row in rows(course.root)["notebook"]}
    assert penalties["noisy"] == 8.5  # all of it, what was graded by hand included
    assert not enter_again(course)
    assert not json.loads(page.ask(f"api/submission/{NAME}/partly"))["needs_manual_grade"]


def test_formgraders_autograde_button_judges_as_we_do(
    formgrader: tuple[Course, Formgrader],
) -> None:
    course, page = formgrader
    before = rows(course.root)
    path = course.folder("autograded", "right", NAME) / "light.ipynb"
    text = path.read_text()
    path.chmod(0o644)
    path.write_text("{}")
    done = json.loads(page.ask(f"api/submission/{NAME}/right/autograde", "POST", {}))
    assert done["success"], done
    assert path.read_text() == text
    assert rows(course.root) == before


def enter_again(course: Course) -> bool:
    """Enter what is in the autograded folder; whether anything changed."""
    changed = False
    with Gradebook(course) as book:
        for one in course.handed_in(classwork.light(course), course.students(NAME)):
            path = course.folder("autograded", one.student, NAME) / "light.ipynb"
            text = path.read_text("utf-8")
            changed |= book.enter(NAME, one.student, {}, {NOTEBOOK: text}, one.timestamp)
    return changed
