"""Grading that is killed, starved of disk or robbed of its workers, and run again.

Each fault hits a real `autograder grade`, started as an instructor starts it, on a class of its
own. Afterwards it is run again, and the gradebook is compared with an undisturbed run's, row by
row: identical, and nobody silently zero. `make torture` tries a hundred moments.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest
import torture
from classwork import NAME, RIGHT, light, notebook, rows
from inside import eventually, warm_or_skip

import autograder
from autograder import classroom, grade
from autograder.classroom import Options, grade_class
from autograder.cluster import Result
from autograder.course import Course

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="the sandbox is Linux's"),
]

PACKAGE = Path(autograder.__file__).parent.parent
CLASS = {
    "ada": RIGHT,
    "ben": {**RIGHT, "row_sum": "def row_sum(x):\n    return x.sum(0)"},
    "cai": {},
    "dee": {**RIGHT, "why": "I do not know."},
}
POINTS = {"ada": 6.0, "ben": 3.0, "cai": 0.0, "dee": 6.0}

# Counts what the grading process does under the course's folder and to the gradebook, and kills
# it at one of these moments, before or after the thing is done.
AT_A_STEP = """
import os, signal, sys
from sqlalchemy import event
from sqlalchemy.engine import Engine
root, last, done = {root!r}, {step}, 0
def step(*args, **kwargs):
    global done
    done += 1
    if done == last:
        os.kill(os.getpid(), signal.SIGKILL)
def audit(name, args):
    if name.startswith(("open", "os.")) and args and root in str(args[0]):
        step()
sys.addaudithook(audit)
for when in ("before_cursor_execute", "after_cursor_execute", "commit"):
    event.listen(Engine, when, step)
import atexit
atexit.register(lambda: print("steps", done))
"""


@dataclass
class Expected:
    """What an undisturbed run leaves, how long it takes, and in how many steps it works."""

    template: Path
    judgements: dict[str, str]
    rows: dict[str, Any]
    seconds: float
    steps: int


def grading(root: Path, before: str = "") -> subprocess.Popen[str]:
    script = f"{textwrap.dedent(before)}\nfrom autograder.cli import main\nmain()"
    path = os.pathsep.join([os.path.dirname(sys.executable), os.environ.get("PATH", "")])
    return subprocess.Popen(
        [sys.executable, "-c", script, "grade", NAME, "--workers", "1"], cwd=root,
        env={**os.environ, "PATH": path, "PYTHONPATH": str(PACKAGE)}, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip


@pytest.fixture(scope="module")
def expected(light_built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Expected]:
    warm_or_skip().close()
    template = Path(shutil.copytree(light_built, tmp_path_factory.mktemp("faults") / "course"))
    course = Course.open(template)
    for student, texts in CLASS.items():
        path = course.folder("submitted", student, NAME) / "light.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(notebook(light(course), **texts)))
    course.seed("ada", NAME)  # the secret, so that all copies judge alike
    root = template.parent / "undisturbed"
    shutil.copytree(template, root)
    start = time.monotonic()
    out, err = (run := grading(root, AT_A_STEP.format(root=str(root), step=-1))).communicate()
    seconds = time.monotonic() - start
    assert run.returncode == 0, err
    what = completed(root)
    assert {student: j.points for student, j in what.judgements.items()} == POINTS
    yield Expected(
        template, {s: j.to_json() for s, j in what.judgements.items()}, rows(root), seconds,
        int(out.split("steps ")[-1]),
    )  # fmt: skip
    grade.close()


def completed(root: Path) -> Any:
    """Run grading again, to its end, in this process."""

    def judge_here(
        client: None, assignment: Any, tasks: Any, sandboxed: bool, workers: int
    ) -> Iterator[Result]:
        for task in tasks:
            found = grade.grade_one(assignment, task.handed_in, task.seed, sandboxed)
            yield Result(task.key, found.judgement, found.seconds)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(classroom, "cluster", lambda *args: nullcontext())
        patch.setattr(classroom, "judge_all", judge_here)
        return grade_class(Course.open(root), NAME, Options(workers=1))["light"]


def survived(expected: Expected, root: Path) -> None:
    what = completed(root)
    assert not what.problems
    assert {s: j.to_json() for s, j in what.judgements.items()} == expected.judgements
    assert rows(root) == expected.rows
    assert completed(root).changed == 0


def end(run: subprocess.Popen[str], family: list[psutil.Process]) -> None:
    """Wait until the run and everything it started is gone; nothing may need to be killed."""
    run.communicate(timeout=120)
    assert eventually(lambda: not any(one.is_running() for one in family), 60), family


def family_of(run: subprocess.Popen[str]) -> list[psutil.Process]:
    with suppress(psutil.NoSuchProcess):
        me = psutil.Process(run.pid)
        return [me, *me.children(recursive=True)]
    return []


def kill_at_a_time(root: Path, expected: Expected, rng: random.Random) -> None:
    run = grading(root)
    time.sleep(rng.uniform(0.2, expected.seconds))
    family = family_of(run)
    run.kill()
    end(run, family)


def kill_at_a_step(root: Path, expected: Expected, rng: random.Random) -> None:
    step = rng.randint(1, expected.steps)
    end(grading(root, AT_A_STEP.format(root=str(root), step=step)), [])


def kill_a_child(root: Path, expected: Expected, rng: random.Random) -> None:
    """A worker, its nanny, a warm process, a keeper, a shell: whichever it hits."""
    run = grading(root)
    time.sleep(rng.uniform(1.5, expected.seconds))
    family = family_of(run)
    if len(family) > 1:
        with suppress(psutil.NoSuchProcess):
            rng.choice(family[1:]).send_signal(signal.SIGKILL)
    end(run, [])


FAULTS: list[Callable[[Path, Expected, random.Random], None]] = [
    kill_at_a_time, kill_at_a_step, kill_a_child,
]  # fmt: skip


@pytest.mark.parametrize("number", range(torture.share(102, 6)))
def test_a_run_that_is_hit_anywhere_and_run_again_ends_in_the_same_gradebook(
    expected, tmp_path, number
):
    rng = random.Random(torture.SEED + number)
    root = tmp_path / "course"
    shutil.copytree(expected.template, root)
    torture.tried["faults"] += 1
    FAULTS[number % len(FAULTS)](root, expected, rng)
    survived(expected, root)
    torture.held["faults"] += 1


FILLED = """
set -e
mount -t tmpfs -o size={small}k none {place}
cp -a {template}/. {place}
cd {place}
set +e
{python} -c 'from autograder.cli import main; main()' grade {name} --workers 1 2> {log}
echo $? >> {log}
set -e
mount -o remount,size=200m {place}
{python} -c 'from autograder.cli import main; main()' grade {name} --workers 1
cp -a {place}/. {after}
"""


@pytest.mark.parametrize("free", [4, 16, 40, 80, 160, 320][:: 1 if torture.ALL else 3])
def test_a_disk_that_fills_up_is_one_reason_and_the_next_run_completes_it(expected, tmp_path, free):
    """A real file system with so many kilobytes left, in a mount namespace of its own."""
    unshare = ["unshare", "-m" if os.getuid() == 0 else "-rm"]
    probe = subprocess.run([*unshare, "mount", "-t", "tmpfs", "none", tmp_path], check=False)
    if probe.returncode != 0:
        pytest.skip("no file system of our own can be mounted here")
    place, after, log = tmp_path / "small", tmp_path / "after", tmp_path / "log"
    place.mkdir()
    used = sum(-(-path.stat().st_size // 4096) * 4 for path in expected.template.rglob("*"))
    script = FILLED.format(
        small=used + free, place=place, template=expected.template, python=sys.executable,
        name=NAME, log=log, after=after,
    )  # fmt: skip
    torture.tried["faults"] += 1
    path = os.pathsep.join([os.path.dirname(sys.executable), os.environ.get("PATH", "")])
    done = subprocess.run(
        [*unshare, "sh", "-c", script], capture_output=True, text=True,
        env={**os.environ, "PATH": path, "PYTHONPATH": str(PACKAGE)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    said = log.read_text().splitlines()
    if said[-1] != "0":
        assert "Free some space" in said[-2] and "Traceback" not in log.read_text(), said
    survived(expected, after)
    torture.held["faults"] += 1
