"""A gradebook in PostgreSQL: everything that is done with one in SQLite, and the same rows.

The server is the test's own, started from the system's packages; without one, or without a
driver, these tests are skipped and say which is missing.
"""

from __future__ import annotations

import json
import pickle
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import classwork
import pytest
import server as servers
from classwork import FULL, NAME, NOTEBOOK, RIGHT, judged, notebook
from nbgrader.api import Gradebook as Nbgrader
from nbgrader.apps.api import NbGraderAPI
from nbgrader.converters import Autograde
from sqlalchemy import create_engine, text
from test_gradebook import KILLED, made_up

from autograder import classroom, grade
from autograder.classroom import Options, grade_class, judgements_of
from autograder.cluster import Result
from autograder.course import CONFIG, Course, CourseError, NotEntered
from autograder.gradebook import Gradebook
from autograder.report import class_report, feedback, grades_csv

pytestmark = [
    pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning"),
    pytest.mark.skipif(bool(servers.why_not()), reason=servers.why_not() or "there is a server"),
]

NOW = datetime(2024, 3, 1, 12, 30, 15, 250)
CLASS = {
    "ann": RIGHT,
    "bob": {**RIGHT, "why": "No idea."},
    "cem": {},
    "Dörte d'Arc": {**RIGHT, "why": "Rows, 行."},
}


@pytest.fixture(scope="module")
def server() -> Iterator[servers.Server]:
    with servers.server() as started:
        yield started


@pytest.fixture
def make(
    server: servers.Server, light_course: Path, tmp_path: Path
) -> Callable[[str, str], Course]:
    """A course with a fresh gradebook: in "postgresql", generated, or in "sqlite", as it is."""

    def course(kind: str, name: str) -> Course:
        root = Path(shutil.copytree(light_course, tmp_path / name))
        if kind == "sqlite":
            return Course.open(root)
        (root / "gradebook.db").unlink()
        use(root, server.create())
        made = Course.open(root)
        made.generate(NAME)
        assert not (root / "gradebook.db").exists()
        return made

    return course


@pytest.fixture
def course(make: Callable[[str, str], Course]) -> Course:
    return make("postgresql", "own")


def use(root: Path, url: str) -> None:
    with (root / CONFIG).open("a") as file:
        file.write(f"\nc.CourseDirectory.db_url = {url!r}\n")


def rows(course: Course) -> dict[str, list[tuple[Any, ...]]]:
    """`classwork.rows` of any database; an extension shows in the penalty."""
    engine, found = create_engine(course.db_url), {}
    with engine.connect() as database:
        for name, query in classwork.ROWS.items():
            query = query.replace(", extension", "")
            found[name] = sorted((plain(row) for row in database.execute(text(query))), key=repr)
    engine.dispose()
    return found


def plain(row: Any) -> tuple[Any, ...]:
    """As SQLite keeps it: no booleans, times as text."""
    values = (int(value) if isinstance(value, bool) else value for value in row)
    return tuple(
        f"{value:%Y-%m-%d %H:%M:%S.%f}" if isinstance(value, datetime) else value
        for value in values
    )


def hand_in(course: Course, student: str, texts: dict[str, str], stamp: datetime) -> None:
    folder = course.folder("submitted", student, NAME)
    folder.mkdir(parents=True, exist_ok=True)
    release = notebook(classwork.light(course), **texts)
    (folder / f"{NOTEBOOK}.ipynb").write_text(json.dumps(release))
    (folder / "timestamp.txt").write_text(f"{stamp:%Y-%m-%d %H:%M:%S.%f} UTC")


def work(course: Course, student: str, **points: float) -> tuple[Any, ...]:
    """What `Gradebook.enter` takes."""
    assignment = classwork.light(course)
    judgement, marked = judged(assignment, notebook(assignment, **RIGHT), **(points or FULL))
    return NAME, student, {NOTEBOOK: judgement}, {NOTEBOOK: marked}, NOW


# --- as in SQLite ---------------------------------------------------------------------------------


def judge_here(client: None, assignment: Any, tasks: Any, *options: Any) -> Iterator[Result]:
    """In place of the cluster."""
    for task in tasks:
        yield Result(task.key, made_up(assignment, task.handed_in, task.seed).judgement, 0.0)


def play(course: Course) -> Iterator[Any]:
    """Grade a class, by hand too, until its grades are out; what there is to see on the way."""
    with Nbgrader(course.db_url) as book:
        book.find_assignment(NAME).duedate = NOW - timedelta(hours=1)
        book.db.commit()
    yield course.due_date(NAME)
    for number, (student, texts) in enumerate(CLASS.items()):
        hand_in(course, student, texts, NOW - timedelta(minutes=40 * number))
    course.config.LateSubmissionPlugin.penalty_method = "zero"
    yield graded(course), rows(course)
    yield graded(course), rows(course)
    with Nbgrader(course.db_url) as book:
        one = book.find_grade("why", NOTEBOOK, NAME, "cem")
        one.manual_score, one.extra_credit, one.needs_manual_grade = 2.5, 0.5, False
        book.find_comment("why", NOTEBOOK, NAME, "cem").manual_comment = "Gut begründet."
        book.db.commit()
        book.grant_extension(NAME, "ann", days=1)
    yield graded(course), rows(course)
    hand_in(course, "cem", RIGHT, NOW)
    yield graded(course), rows(course)
    pages = feedback(course, NAME, sorted(CLASS))
    yield [(page.parent.parent.name, page.read_text()) for page in pages]
    found = judgements_of(course, classwork.light(course))
    class_report(course, NAME, found.judgements, found.seconds, course.root / "report.html")
    grades_csv(course, course.root / "grades.csv")
    yield [(course.root / name).read_text() for name in ("report.html", "grades.csv")]


def graded(course: Course) -> int:
    return grade_class(course, NAME, Options(workers=1))["light"].changed


def test_a_class_graded_late_and_by_hand_is_the_same_as_in_sqlite(
    make: Callable[[str, str], Course], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(classroom, "cluster", lambda *args: nullcontext())
    monkeypatch.setattr(classroom, "judge_all", judge_here)
    monkeypatch.setattr(classroom, "check_sandbox", lambda: None)
    there, here = make("postgresql", "there"), make("sqlite", "here")
    (there.root / ".autograder").mkdir()
    here.seed("ann", NAME)
    shutil.copy(here.root / ".autograder" / "secret", there.root / ".autograder")
    seen = list(play(there))
    for ours, sqlites in zip(seen, play(here), strict=True):
        assert ours == sqlites
    assert [step[0] for step in seen[1:5]] == [4, 0, 1, 1]  # how many changed
    reopened = {row[1]: row[3:] for row in seen[4][1]["grade"] if row[0] == "cem"}
    assert reopened["why"] == (None, 2.5, 0.5, 1)
    assert sum(row[3] is not None for row in seen[1][1]["notebook"]) == 2


def test_nbgraders_own_programs_work_on_it(
    make: Callable[[str, str], Course], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grade, "grade_one", made_up)
    theirs, ours = make("postgresql", "theirs"), make("postgresql", "ours")
    for course in (theirs, ours):
        hand_in(course, "ann", CLASS["ann"], NOW)
    theirs.directory.assignment_id = NAME
    Autograde(coursedir=theirs.directory, config=theirs.config).start()
    with Gradebook(ours) as book:
        assert book.enter(*work(ours, "ann"))
    assert rows(ours) == rows(theirs)
    api = NbGraderAPI(ours.directory)  # what formgrader asks
    (student,), (page,) = api.get_students(), api.get_notebook_submissions(NAME, NOTEBOOK)
    assert (student["id"], student["score"], page["score"]) == ("ann", 6.0, 6.0)
    assert page["needs_manual_grade"]
    for words in ("db upgrade", "db student list", "export"):
        command = [sys.executable, "-m", "nbgrader", *words.split()]
        done = subprocess.run(command, cwd=ours.root, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
    assert "ann,,,,6.0" in (ours.root / "grades.csv").read_text()


def test_killed_and_run_again_ends_in_the_same_gradebook(
    make: Callable[[str, str], Course], tmp_path: Path
) -> None:
    whole = make("postgresql", "whole")
    works = [work(whole, f"s{number}", clip=number / 3) for number in range(3)]
    (tmp_path / "works").write_bytes(pickle.dumps(works))

    def run(course: Course, step: int) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", KILLED, course.root, tmp_path / "works", str(step)]
        return subprocess.run(command, capture_output=True, text=True)

    steps = int(run(whole, -1).stdout)
    for step in (2, steps // 2, steps - 3):
        killed = make("postgresql", f"killed{step}")
        assert run(killed, step).returncode == -signal.SIGKILL
        with Gradebook(killed) as book:
            for one in works:
                book.enter(*one)
            assert not any(book.enter(*one) for one in works)
        assert rows(killed) == rows(whole)


# --- several at once ------------------------------------------------------------------------------

TOGETHER = """
import pickle, sys
from pathlib import Path
from autograder.course import Course
from autograder.gradebook import Gradebook
works = pickle.load(open(sys.argv[2], "rb"))
with Gradebook(Course.open(Path(sys.argv[1]))) as book:
    print("ready", flush=True)
    sys.stdin.readline()
    print(sum(book.enter(*one) for one in works))
"""


@pytest.mark.parametrize("kind", ["postgresql", "sqlite"])
def test_two_processes_that_enter_the_same_students_at_once_end_as_one(
    make: Callable[[str, str], Course], tmp_path: Path, kind: str
) -> None:
    alone, course = make("sqlite", "alone"), make(kind, "together")
    works = [work(alone, f"s{number:02}", clip=number / 40) for number in range(40)]
    (tmp_path / "works").write_bytes(pickle.dumps(works))
    command = [sys.executable, "-c", TOGETHER, course.root, tmp_path / "works"]
    pipes: Any = {name: subprocess.PIPE for name in ("stdin", "stdout", "stderr")}
    both = [subprocess.Popen(command, text=True, **pipes) for _ in range(2)]
    for one in both:
        assert one.stdout.readline() == "ready\n", one.communicate()
    for one in both:
        one.stdin.write("\n")
        one.stdin.flush()
    said = [one.communicate(timeout=120) for one in both]
    assert [one.returncode for one in both] == [0, 0], said
    with Gradebook(alone) as book:
        for one in works:
            book.enter(*one)
    assert rows(course) == rows(alone)
    with Gradebook(course) as book:
        assert not any(book.enter(*one) for one in works)


def test_what_formgrader_is_writing_is_waited_for_then_said_with_the_remedy(
    course: Course,
) -> None:
    with Gradebook(course) as book:
        book.enter(*work(course, "ann"))
    before = rows(course)
    with Nbgrader(course.db_url) as other, Gradebook(course, wait=0.2) as book:
        other.find_grade("check_clip", NOTEBOOK, NAME, "ann").manual_score = 0.5
        other.db.flush()
        with pytest.raises(CourseError, match="close formgrader"):
            book.enter(*work(course, "ann", clip=0.5))
        other.db.rollback()
        assert rows(course) == before
        assert book.enter(*work(course, "ann", clip=0.5))


def test_a_score_by_hand_that_we_waited_for_is_looked_at_again(course: Course) -> None:
    with Gradebook(course) as book:
        book.enter(*work(course, "ann"))
    with Nbgrader(course.db_url) as other, Gradebook(course) as book:
        other.find_grade("check_clip", NOTEBOOK, NAME, "ann").manual_score = 0.75
        other.db.flush()
        entering = threading.Thread(target=book.enter, args=work(course, "ann", clip=0.5))
        entering.start()
        waits = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
        with create_engine(course.db_url).connect() as looking:
            while entering.is_alive() and not looking.scalar(waits):
                looking.rollback()
        other.db.commit()
        entering.join()
    found = {row[1]: row[3:] for row in rows(course)["grade"]}
    assert found["check_clip"] == (0.5, 0.75, None, 1)  # the score changed: a person looks again


# --- when it cannot be done -----------------------------------------------------------------------


def test_one_student_whom_the_server_refuses_costs_nobody_else(course: Course) -> None:
    with Gradebook(course) as book:
        assert book.enter(*work(course, "ann"))
        with pytest.raises(NotEntered, match="too long"):
            book.enter(*work(course, "x" * 129))
        assert book.enter(*work(course, "bob"))
    assert [row[0] for row in rows(course)["student"]] == ["ann", "bob"]
    assert sorted(p.name for p in course.folder("autograded").iterdir()) == ["ann", "bob"]


def no_server(server: servers.Server, tmp_path: Path) -> str:
    return servers.Server(tmp_path).url("grades")


def wrong_password(server: servers.Server, tmp_path: Path) -> str:
    return server.url("postgres", f"{servers.PASSWORD}/@:2")


def password_in_the_query(server: servers.Server, tmp_path: Path) -> str:
    place = server.url("postgres").partition("@")[2]
    return f"postgresql+psycopg://{servers.USER}@{place}&password={servers.PASSWORD}2"


def no_database(server: servers.Server, tmp_path: Path) -> str:
    return server.url("nowhere")


def no_driver(server: servers.Server, tmp_path: Path) -> str:
    return f"postgresql+pg8000://{servers.USER}:{servers.PASSWORD}@localhost/grades"


def no_url(server: servers.Server, tmp_path: Path) -> str:
    return f"postgresql:{servers.USER}:{servers.PASSWORD}@localhost/grades"


@pytest.mark.parametrize(
    "fault, says",
    [
        (no_server, "Check that the server runs"),
        (wrong_password, "the user and password in db_url"),
        (password_in_the_query, "the user and password in db_url"),
        (no_database, "createdb"),
        (no_driver, "threesteps[postgres]"),
        (no_url, "not the address of a database"),
    ],
)
def test_what_keeps_us_from_the_server_is_said_in_one_line_without_the_password(
    server: servers.Server, light_course: Path, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch, fault: Callable[..., str], says: str,
) -> None:  # fmt: skip
    monkeypatch.setitem(sys.modules, "pg8000", None)
    use(light_course, fault(server, tmp_path))
    course = Course.open(light_course)
    for act in (
        lambda: Gradebook(course).__enter__(),
        lambda: course.due_date(NAME),
        lambda: course.generate(NAME),
        lambda: grades_csv(course, tmp_path / "grades.csv"),
    ):
        with pytest.raises(CourseError) as raised:
            act()
        words = str(raised.value)
        assert says in words and "\n" not in words and len(words) < 700
        assert servers.PASSWORD not in words


def test_a_database_without_a_gradebook_says_what_to_run(
    server: servers.Server, light_course: Path, tmp_path: Path
) -> None:
    use(light_course, server.create())
    course = Course.open(light_course)
    with pytest.raises(CourseError, match="autograder build"):
        grades_csv(course, tmp_path / "grades.csv")
    with Gradebook(course) as book, pytest.raises(CourseError, match="autograder build"):
        book.enter(*work(course, "ann"))
