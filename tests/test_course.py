"""The course itself: every notebook runs from top to bottom, its solution has full marks in a real
grading, its release none."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from inside import warm_or_skip

from autograder import build, grade
from autograder.course import CONFIG, Assignment, Course
from autograder.spec import MANUAL, NOT_STARTED

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = [
    pytest.param(path.parent.name, path.stem, id=path.stem)
    for path in sorted((ROOT / "solutions").glob("*/*.py"))
    if path.stem != "mistakes"
]


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Course]:
    root = tmp_path_factory.mktemp("whole") / "course"
    root.mkdir()
    for name in ("solutions", "pyproject.toml", CONFIG):
        source = ROOT / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, root / name)
    build.build(root)
    yield Course.open(root)
    grade.close()


def notebook_of(course: Course, assignment: str, notebook: str) -> Assignment:
    (found,) = (one for one in course.assignment(assignment) if one.notebook == notebook)
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="the sandbox is Linux's")
@pytest.mark.parametrize(("assignment", "notebook"), NOTEBOOKS)
def test_a_solution_has_full_marks_and_a_release_has_none(course, assignment, notebook):
    warm_or_skip().close()
    one = notebook_of(course, assignment, notebook)
    solved = grade.grade_one(one, one.source.encode(), b"a secret").judgement
    assert all(v.solved or v.status == MANUAL for v in solved.verdicts), solved.to_json()
    assert not solved.notices and not [c.error for c in solved.cells if c.error]
    untouched = grade.grade_one(one, one.release.encode(), b"a secret").judgement
    assert untouched.points == 0
    assert {v.status for v in untouched.verdicts} <= {NOT_STARTED, MANUAL}


@pytest.mark.parametrize(("assignment", "notebook"), NOTEBOOKS)
def test_a_solved_notebook_runs_from_top_to_bottom(course, assignment, notebook, tmp_path):
    from nbclient import NotebookClient

    one = notebook_of(course, assignment, notebook)
    parsed = nbformat.reads(one.source, as_version=4)
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", path)
        patch.setenv("MPLBACKEND", "Agg")
        patch.delenv("AUTOGRADER_CHECKS", raising=False)
        resources = {"metadata": {"path": str(tmp_path)}}
        NotebookClient(parsed, timeout=600, kernel_name="python3", resources=resources).execute()
    ran = [c for c in parsed.cells if c.cell_type == "code"]
    assert all(c.execution_count for c in ran if c.source.strip())
