"""A class of eight, graded as an instructor does: killed, changed, broken, and graded again."""

from __future__ import annotations

import contextlib
import errno
import functools
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest
from classwork import FULL, NAME, RIGHT, light, notebook, rows
from inside import eventually, warm_or_skip

import autograder
from autograder import classroom, grade, store
from autograder.classroom import Graded, Options, grade_class
from autograder.cluster import Result, Task
from autograder.course import STORE, Assignment, Course, CourseError

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="the sandbox is Linux's"),
]

PACKAGE = Path(autograder.__file__).parent.parent
HALF = {**RIGHT, "row_sum": "def row_sum(x):\n    return x.sum(0)"}
EXITS = {**RIGHT, "double": "import os\ndef double(x):\n    os._exit(3)"}
CLASS = {
    "ada": RIGHT,
    "ben": {**RIGHT, "double": "def double(x):\n    return 2 * x"},
    "cai": HALF,
    "dee": {**RIGHT, "clip": "def clip(x, limit):\n    return np.minimum(x, limit)"},
    "eve": EXITS,
    "fay": {},
    "gus": {**RIGHT, "why": "I do not know."},
    "hal": {**RIGHT, "clip": "raise ValueError('no')"},
}
POINTS = {
    "ada": 6.0, "ben": 6.0, "cai": 3.0, "dee": 5.67, "eve": 4.0, "fay": 0.0, "gus": 6.0, "hal": 5.0,
}  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def as_the_command_does() -> Iterator[None]:
    """The backend that `autograder` chooses: it is part of a judgement's name in the store."""
    warm_or_skip().close()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KERAS_BACKEND", "tensorflow")
        store._our_code.cache_clear()
        yield
    store._our_code.cache_clear()
    grade.close()


def judge_here(
    client: None, assignment: Assignment, tasks: Iterator[Task], sandboxed: bool, workers: int = 0
) -> Iterator[Result]:
    """`cluster.judge_all` without a cluster."""
    for task in tasks:
        found = grade.grade_one(assignment, task.handed_in, task.seed, sandboxed)
        yield Result(task.key, found.judgement, found.seconds)


@pytest.fixture
def here() -> Iterator[None]:
    """Judge in this process, for what has nothing to do with Dask."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(classroom, "cluster", lambda *args: nullcontext())
        patch.setattr(classroom, "judge_all", judge_here)
        patch.setattr(classroom, "check_sandbox", lambda: None)
        yield


@pytest.fixture
def course(light_course: Path) -> Course:
    """The light course with a class that has handed in and was not graded yet."""
    opened = Course.open(light_course)
    (light_course / ".autograder").mkdir(mode=0o700, exist_ok=True)
    (light_course / ".autograder" / "secret").write_text("5" * 64)
    for student, texts in CLASS.items():
        hand_in(opened, student, **texts)
    return opened


def hand_in(course: Course, student: str, data: bytes | None = None, **texts: str) -> Path:
    path = course.folder("submitted", student, NAME) / "light.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data or json.dumps(notebook(light(course), **texts)).encode())
    return path


def graded(course: Course, **options: Any) -> Graded:
    return grade_class(course, NAME, Options(workers=2, **options))["light"]


@pytest.fixture(scope="module")
def expected(light_built: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Judgements and gradebook of the class, graded once without any trouble or any cluster."""
    root = Path(shutil.copytree(light_built, tmp_path_factory.mktemp("once") / "course"))
    opened = Course.open(root)
    (root / ".autograder").mkdir(mode=0o700, exist_ok=True)
    (root / ".autograder" / "secret").write_text("5" * 64)
    for student, texts in CLASS.items():
        hand_in(opened, student, **texts)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(classroom, "cluster", lambda *args: nullcontext())
        patch.setattr(classroom, "judge_all", judge_here)
        what = graded(opened)
    assert not what.problems and what.kept == 0
    assert {s: j.points for s, j in what.judgements.items()} == POINTS
    return {"judgements": json_of(what), "rows": rows(root)}


def json_of(what: Graded) -> dict[str, str]:
    return {student: judgement.to_json() for student, judgement in what.judgements.items()}


def kept(course: Course) -> int:
    return len(list((course.root / STORE).rglob("*.json")))


def command(*arguments: str, before: str = "") -> list[str]:
    """`autograder` as an instructor starts it; `before` is run in its process first."""
    script = f"{textwrap.dedent(before)}\nfrom autograder.cli import main\nmain()"
    return [sys.executable, "-c", script, *arguments]


def environment() -> dict[str, str]:
    path = os.pathsep.join([os.path.dirname(sys.executable), os.environ.get("PATH", "")])
    return {**os.environ, "PATH": path, "PYTHONPATH": str(PACKAGE), "COLUMNS": "200"}


@dataclass(frozen=True)
class Done:
    code: int
    out: str
    err: str


def in_this_process(
    course: Course, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Any:
    """What runs `autograder ...` in the course's folder: to start a process takes seconds."""
    from autograder.cli import main

    def run(*arguments: str, folder: Path = course.root) -> Done:
        monkeypatch.chdir(folder)
        monkeypatch.setattr(sys, "argv", ["autograder", *arguments])
        monkeypatch.setenv("COLUMNS", "200")
        capfd.readouterr()
        with pytest.raises(SystemExit) as end:
            main()
        return Done(int(end.value.code or 0), *capfd.readouterr())

    return run


@pytest.fixture
def cli(course: Course, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Any:
    return in_this_process(course, monkeypatch, capfd)


def one_line(done: Done, *words: str) -> None:
    """A reason and a remedy for a person, no traceback, and a non-zero exit code."""
    said = done.err.strip()
    assert done.code == 1, done
    assert "Traceback" not in done.out + done.err
    for word in words:
        assert word in said, said
    assert 0 < len(said.splitlines()) <= 2, said


# --- again -------------------------------------------------------------------------------------


def test_a_notebook_that_changes_while_it_is_graded_is_entered_by_the_next_run(
    course, expected, here, monkeypatch
):
    judged = classroom.judge_all

    def hands_in_again(*args: Any) -> Iterator[Result]:
        yield from judged(*args)
        hand_in(course, "cai", **RIGHT)
        course.folder("submitted", "dee", NAME).joinpath("light.ipynb").unlink()

    monkeypatch.setattr(classroom, "judge_all", hands_in_again)
    first = graded(course)
    assert set(first.problems) == {"cai", "dee"} and first.changed == 6
    assert "changed while it was graded; run the command again" in first.problems["cai"]
    monkeypatch.setattr(classroom, "judge_all", judged)
    hand_in(course, "cai", **CLASS["cai"])
    hand_in(course, "dee", **CLASS["dee"])
    assert not graded(course).problems
    assert rows(course.root) == expected["rows"]


def test_a_second_run_judges_nothing_and_writes_nothing(course, expected, here, monkeypatch):
    first = graded(course)
    assert json_of(first) == expected["judgements"] and first.changed == 8
    database = (course.root / "gradebook.db").read_bytes()

    def nobody(*args: object) -> None:
        raise AssertionError("a cluster was started")

    monkeypatch.setattr(classroom, "cluster", nobody)
    second = graded(course)
    assert json_of(second) == expected["judgements"]
    assert (second.kept, second.changed, second.problems) == (8, 0, {})
    assert (course.root / "gradebook.db").read_bytes() == database
    assert rows(course.root) == expected["rows"]


def test_only_what_changed_is_judged(course, expected, here):
    graded(course)
    hand_in(course, "cai", **RIGHT)
    again = graded(course)
    assert (again.kept, again.changed) == (7, 1)
    assert again.judgements["cai"].points == 6.0
    others = {s: text for s, text in json_of(again).items() if s != "cai"}
    assert others == {s: text for s, text in expected["judgements"].items() if s != "cai"}


def test_only_the_students_asked_for_are_judged(course, here):
    what = graded(course, students=["ben", "ada"])
    assert set(what.judgements) == {"ada", "ben"} and kept(course) == 2
    assert {row[0] for row in rows(course.root)["grade"]} == {"ada", "ben"}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_a_run_that_is_stopped_and_started_again_ends_in_the_same_gradebook(
    course, expected, here, number
):
    slowly = """
        import signal, time
        from autograder.store import Store
        signal.signal(signal.SIGINT, signal.default_int_handler)  # not ignored, as in `&` of sh
        put = Store.put
        Store.put = lambda *args: (put(*args), time.sleep(0.5))[0]
    """
    grading = subprocess.Popen(
        command("grade", NAME, "--workers", "1", before=slowly), cwd=course.root, env=environment(),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    with grading:
        assert eventually(lambda: kept(course) >= 2 or grading.poll() is not None, 120)
        tree = [psutil.Process(grading.pid), *psutil.Process(grading.pid).children(recursive=True)]
        if number == signal.SIGINT:
            os.killpg(grading.pid, number)  # as a terminal does
        else:
            grading.send_signal(number)
        said = grading.communicate(timeout=120)
    if number == signal.SIGINT:
        assert grading.returncode == 130 and "What was judged is kept" in said[1], said
        assert "Traceback" not in said[1]
    assert eventually(lambda: not any(p.is_running() for p in tree), 60)
    before = kept(course)
    assert before >= 2
    again = graded(course)
    assert again.kept == before and json_of(again) == expected["judgements"]
    assert rows(course.root) == expected["rows"]


# --- what was handed in ------------------------------------------------------------------------


def test_what_is_no_file_is_refused_with_the_reason_and_the_rest_is_graded(course, expected, here):
    secret = course.root / ".autograder" / "secret"
    for student in ("link", "pipe", "folder", "none", "loop", "socket", "elsewhere"):
        course.folder("submitted", student, NAME).mkdir(parents=True)
    path = {s: course.folder("submitted", s, NAME) / "light.ipynb" for s in os.listdir(
        course.folder("submitted"))}  # fmt: skip
    path["link"].symlink_to(secret)
    path["elsewhere"].symlink_to(path["ada"])
    path["loop"].symlink_to(path["loop"])
    os.mkfifo(path["pipe"])
    path["folder"].mkdir()
    (path["none"].parent / "other.ipynb").write_text("{}")
    with ExitStack() as stack:
        server = stack.enter_context(socket.socket(socket.AF_UNIX))
        before = os.getcwd()
        os.chdir(path["socket"].parent)
        server.bind("light.ipynb")
        os.chdir(before)
        hand_in(course, "broken", b'{"cells": [')
        what = graded(course)
    said = {s: j.refused for s, j in what.judgements.items() if j.refused}
    assert said.keys() == {
        "link", "pipe", "folder", "none", "loop", "socket", "elsewhere", "broken",
    }  # fmt: skip
    assert all(what.judgements[s].points == 0 for s in said) and not what.problems
    assert "was not handed in" in said["none"]
    assert "not a regular file" in said["pipe"] and "not a regular file" in said["folder"]
    assert "cannot be read" in said["link"] and "not a notebook" in said["broken"]
    assert not any("5" * 64 in j.to_json() for j in what.judgements.values())
    assert {s: t for s, t in json_of(what).items() if s in CLASS} == expected["judgements"]


def test_a_folder_of_links_is_not_followed(course, here):
    """submitted/eve/00_light -> somebody else's, or outside."""
    submitted = course.folder("submitted")
    (submitted / "mal").mkdir()
    (submitted / "mal" / NAME).symlink_to(submitted / "ada" / NAME)
    (submitted / "mel").symlink_to(submitted / "ada")
    what = graded(course)
    assert "mel" not in what.judgements
    assert "is a link" in what.judgements["mal"].refused


@pytest.mark.skipif(os.getuid() == 0, reason="root can read everything")
def test_what_may_not_be_read_is_refused_and_the_rest_is_graded(course, expected, here):
    hand_in(course, "shut", **RIGHT).chmod(0)
    locked = hand_in(course, "locked", **RIGHT).parent.parent
    locked.chmod(0)
    try:
        what = graded(course)
    finally:
        locked.chmod(0o700)
    for student in ("shut", "locked"):
        assert "Permission denied" in what.judgements[student].refused
    assert {s: t for s, t in json_of(what).items() if s in CLASS} == expected["judgements"]


@pytest.mark.parametrize("name", ["a b", "名字", "it's", "x" * 200, "semi;colon", "-n", "{{7*7}}"])
def test_a_student_may_be_called_anything_that_a_folder_may(course, here, name):
    hand_in(course, name, **RIGHT)
    what = graded(course, students=[name])
    assert what.judgements[name].points == 6.0


def test_files_between_the_folders_are_passed_over(course, here):
    (course.folder("submitted") / "readme.txt").write_text("hello")
    (course.folder("submitted") / ".DS_Store").write_text("")
    (course.folder("submitted") / "late" / "99_other").mkdir(parents=True)
    assert set(graded(course).judgements) == set(CLASS)


def test_last_years_notebook_is_judged_as_far_as_it_matches_and_says_so(course, here):
    made = notebook(light(course), **RIGHT)
    for cell in made["cells"]:
        marks = cell["metadata"].get("nbgrader", {})
        if "clip" in marks.get("grade_id", ""):
            cell["id"] = marks["grade_id"] = marks["grade_id"].replace("clip", "bound")
            cell["source"] = "".join(cell["source"]).replace("clip", "bound")
    hand_in(course, "old", json.dumps(made).encode())
    judgement = graded(course, students=["old"]).judgements["old"]
    assert {v.check: v.points for v in judgement.verdicts if v.check in FULL} == {
        **FULL, "clip": 0.0,
    }  # fmt: skip
    assert any("another release" in notice for notice in judgement.notices)


# --- what goes wrong around it -----------------------------------------------------------------


def test_the_command_tells_what_it_did_and_that_all_is_well(course, here, cli):
    hand_in(course, "broken", b"no")
    graded(course, students=["ada"])
    done = cli("grade", NAME, "--students", "ada,broken")
    assert (done.code, done.err) == (0, "")
    assert "2 graded, 1 of them unchanged" in done.out
    assert "broken: zero, The file is not a notebook" in done.out


def test_a_submission_that_could_not_be_judged_is_told_and_not_entered(course, cli, monkeypatch):
    def lost(*args: object) -> Iterator[Result]:
        yield Result("ada", None, problem="KilledWorker: three times")

    monkeypatch.setattr(classroom, "cluster", lambda *args: nullcontext())
    monkeypatch.setattr(classroom, "judge_all", lost)
    done = cli("grade", NAME, "--students", "ada")
    assert done.code == 1 and "ada: not judged, not entered: KilledWorker" in done.err
    assert rows(course.root)["grade"] == []


def test_a_course_that_is_none_or_an_assignment_that_is_none_is_one_line(course, cli, tmp_path):
    one_line(cli("grade", NAME, folder=tmp_path), "not a course folder", "--course")
    one_line(cli("grade", "99_none"), "no assignment '99_none'", NAME)
    one_line(cli("grade", NAME, "--students", "ada,zoe"), "zoe")
    assert kept(course) == 0


@pytest.mark.parametrize(
    ("count", "seconds", "words"),
    [(0, 5.0, ""), (3, 0.0, ""), (24, 81.6, "3.4 s each"), (1000, 130.0, "7.7/s")],
)
def test_the_rate_is_that_of_the_whole_run(count, seconds, words):
    from autograder.cli import rate_of

    assert rate_of(count, seconds) == words


def test_a_configuration_that_cannot_be_read_is_one_line(course, cli):
    (course.root / "nbgrader_config.py").write_text("c = get_config()\n1 / 0\n")
    one_line(cli("grade", NAME), "nbgrader_config.py", "division by zero")


def test_a_class_that_handed_in_nothing_is_one_line(course, cli):
    shutil.rmtree(course.folder("submitted"))
    one_line(cli("grade", NAME), "Nothing was handed in", f"<student>/{NAME}")
    course.folder("submitted").mkdir()
    one_line(cli("grade", NAME), f"Nobody handed in {NAME}")


def test_a_gradebook_that_is_missing_or_none_is_one_line_and_nothing_is_lost(
    course, expected, here, cli
):
    (course.root / "gradebook.db").rename(course.root / "away.db")
    one_line(cli("grade", NAME), "gradebook", "autograder build")
    assert kept(course) == 8
    (course.root / "gradebook.db").write_bytes(b"this is no database" * 100)
    one_line(cli("grade", NAME), "gradebook")
    (course.root / "away.db").rename(course.root / "gradebook.db")
    assert graded(course).kept == 8
    assert rows(course.root) == expected["rows"]


def test_a_gradebook_that_somebody_else_writes_is_told_and_nothing_is_lost(
    course, expected, here, cli, monkeypatch
):
    impatient = functools.partial(classroom.Gradebook, wait=0.1)
    database = sqlite3.connect(course.root / "gradebook.db", isolation_level=None)
    database.execute("begin exclusive")
    try:
        with monkeypatch.context() as patch:
            patch.setattr(classroom, "Gradebook", impatient)
            done = cli("grade", NAME)
        assert done.code == 1 and "Traceback" not in done.err, done
        assert "gradebook" in done.err and "again" in done.err
    finally:
        database.rollback()
        database.close()
    assert graded(course).kept == 8
    assert rows(course.root) == expected["rows"]


def test_a_full_disk_is_one_reason_and_what_was_judged_is_kept(course, expected, here, monkeypatch):
    write, count = Path.write_text, []

    def full_after_three(path: Path, *args: Any, **more: Any) -> int:
        if STORE in str(path):
            count.append(path)
            if len(count) > 3:
                write(path, "half")
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write(path, *args, **more)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_text", full_after_three)
        with pytest.raises(CourseError, match=r"No space left.*again"):
            graded(course)
    assert kept(course) == 3
    assert not [p for p in (course.root / STORE).rglob("*") if p.is_file() and p.suffix != ".json"]
    assert graded(course).kept == 3
    assert rows(course.root) == expected["rows"]


NO_LANDLOCK = """
    from autograder import sandbox, syscalls
    syscalls.DENIED, syscalls.NEW_NAMESPACES = {"landlock_create_ruleset": (444, 444)}, 0
    sandbox._libc.prctl(sandbox.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    syscalls.restrict()
"""


def test_without_a_sandbox_nothing_is_graded(course):
    done = subprocess.run(
        command("grade", NAME, "--workers", "1", before=NO_LANDLOCK), cwd=course.root,
        env=environment(), capture_output=True, text=True, timeout=180,
    )  # fmt: skip
    one_line(Done(done.returncode, done.stdout, done.stderr), "Landlock is missing", "--no-sandbox")
    assert "lsm=" in done.stderr
    assert kept(course) == 0 and rows(course.root)["grade"] == []


def test_no_sandbox_grades_all_the_same_and_is_written_into_the_judgement(course, here, cli):
    done = cli("grade", NAME, "--no-sandbox", "--students", "ada")
    assert done.code == 0 and "Without a sandbox" in done.err
    (path,) = (course.root / STORE).rglob("*.json")
    judgement = json.loads(json.loads(path.read_text())["judgement"])
    assert judgement["sandbox"] == "off"
    assert graded(course, students=["ada"]).judgements["ada"].sandbox == "on"


# --- the embedded cluster ----------------------------------------------------------------------


def test_workers_are_added_for_a_second_notebook_that_needs_more(course):
    """One cluster serves all notebooks of an assignment."""
    assignment, there = light(course), []
    data = json.dumps(notebook(assignment, **RIGHT)).encode()
    with classroom._Workers(Options()) as workers:
        for count in (1, 2, 1):
            client = workers.client(count)
            tasks = iter([Task(str(n), data, b"s" * 32) for n in range(count)])
            found = classroom.judge_all(client, assignment, tasks, True, count)
            assert [one.judgement.points for one in found] == [6.0] * count
            there.append(len(client.nthreads()))
    assert there == [1, 2, 2]


def worker_that_judges() -> psutil.Process:
    """The parent of one of the warm processes that this process's cluster started."""
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):
            parent, warm = process.parent(), "autograder.warm" in process.cmdline()
            if warm and parent.pid != os.getpid() and "autograder.warm" not in parent.cmdline():
                return parent
    raise AssertionError("no worker judges")


def test_a_worker_that_is_killed_costs_nobody_anything(course, expected, monkeypatch):
    keep, killed = classroom._keep, []

    def kill_one(*args: Any) -> None:
        keep(*args)
        if not killed:
            killed.append(worker_that_judges())
            killed[0].kill()

    monkeypatch.setattr(classroom, "_keep", kill_one)
    what = graded(course)
    assert killed and not what.problems
    assert json_of(what) == expected["judgements"]
    assert rows(course.root) == expected["rows"]


def test_a_class_error_is_raised_for_callers(course):
    with pytest.raises(CourseError, match="zoe"):
        graded(course, students=["zoe"])
