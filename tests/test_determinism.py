"""The class of `make demo` graded three times: by one worker, by two, on somebody's Dask cluster.

`make test` does it with one assignment, `make torture` with all nine.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from classwork import rows
from inside import warm_or_skip
from test_cluster import Dask
from torture import ALL, held, tried

from autograder import build, demo
from autograder.classroom import Options, grade_class
from autograder.course import CONFIG, Course
from autograder.grades import grades_csv

ROOT = Path(__file__).resolve().parent.parent
EVERY = sorted(path.name for path in (ROOT / "solutions").glob("[0-9]*"))
ASSIGNMENTS = EVERY if ALL else ["02_backprop_graphs"]  # nothing in it trains for long

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory: pytest.TempPathFactory):
    """The course folder of the demo, not graded yet, and what every student must get."""
    warm_or_skip().close()
    root = tmp_path_factory.mktemp("demo") / "course"
    for name in ASSIGNMENTS:
        shutil.copytree(ROOT / "solutions" / name, root / "solutions" / name)
    for name in ("pyproject.toml", CONFIG):
        shutil.copy(ROOT / name, root / name)
    build.build(root)
    course = demo.make_course(root)
    pupils: dict[str, list] = {}
    for name in ASSIGNMENTS:
        pupils |= demo.hand_in(root, course, name, 12)
    return course.root, pupils


@pytest.fixture
def workers(tmp_path) -> Iterator[str]:
    """The address of a Dask cluster of two workers."""
    dask = Dask(tmp_path)
    with dask.processes:
        for _ in range(2):
            dask.worker()
        dask.wait_for(2)
        yield dask.address


def grade(template: Path, folder: Path, **options):
    """A copy of the class, graded; (notebook, student) -> judgement."""
    course, found = Course.open(Path(shutil.copytree(template, folder))), {}
    for name in ASSIGNMENTS:
        for notebook, what in grade_class(course, name, Options(**options)).items():
            assert not what.problems and not what.kept
            found |= {(notebook, student): one for student, one in what.judgements.items()}
    return course, found


def outcome(course: Course, judgements) -> dict[object, object]:
    """Everything that grading decides, to be compared byte for byte."""
    table = course.root / "grades.csv"
    grades_csv(course, table)
    texts = {name: one.to_json() for name, one in judgements.items()}
    return {**texts, "gradebook": rows(course.root), "grades.csv": table.read_bytes()}


def test_judgements_are_identical_by_one_worker_by_two_and_on_a_cluster(
    handed_in, workers, tmp_path
):
    template, made = handed_in
    course, judgements = grade(template, tmp_path / "one", workers=1)
    alone = outcome(course, judgements)
    for notebook, pupils in made.items():
        mine = {pupil.name: judgements[notebook, pupil.name] for pupil in pupils}
        assert demo.compare(pupils, mine) == []
    ways = {"two workers": {"workers": 2}, "a cluster": {"cluster": workers}}
    for way, options in ways.items():
        found = outcome(*grade(template, tmp_path / way, **options))
        different = {what for what in alone | found if alone.get(what) != found.get(what)}
        tried["graded again"] += len(found)
        held["graded again"] += len(found) - len(different)
        assert not different, way
