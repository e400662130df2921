"""From `solutions/` to what students get: the same bytes every time, and no solution in them."""

from __future__ import annotations

import base64
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pytest

from autograder import build, ingest, registry, wire
from autograder.answers import Answerer
from autograder.build import BuildError
from autograder.student import Student
from autograder.verdict import run_check

NOTEBOOK, ADDRESS = "notebooks/00_light/light.ipynb", "https://example.org/someone/course"


def generated(root: Path) -> dict[str, bytes]:
    """Every generated file by name."""
    files = [*root.glob("notebooks/**/*"), *root.glob("build/**/*")]
    found = {str(p.relative_to(root)): p.read_bytes() for p in files if p.is_file()}
    return found | {"answers": registry.answers_file("light").read_bytes()}


@pytest.fixture(scope="module")
def again(light_built, tmp_path_factory) -> tuple[dict[str, bytes], Path]:
    """What was generated first, and a copy with leftovers that was built once more."""
    first = generated(light_built)
    root = Path(shutil.copytree(light_built, tmp_path_factory.mktemp("again") / "course"))
    for leftover in ("notebooks/00_light/old.ipynb", "build/source/00_light/old.ipynb"):
        shutil.copy(root / NOTEBOOK, root / leftover)
    build.build(root)
    return first, root


@pytest.fixture(scope="module")
def stale(light_built, tmp_path_factory) -> list[str]:
    """What --check names when every kind of generated file is another than the sources ask for."""
    root = Path(shutil.copytree(light_built, tmp_path_factory.mktemp("stale") / "course"))
    for leftover in ("00_light/renamed.ipynb", "99_gone/gone.ipynb"):
        (root / "notebooks" / leftover).parent.mkdir(exist_ok=True)
        shutil.copy(root / NOTEBOOK, root / "notebooks" / leftover)
    source = root / "solutions/00_light/light.py"
    source.write_text(source.read_text("utf-8").replace("Twice x.", "Two times x."), "utf-8")
    answers = registry.answers_file("light")
    text = answers.read_text("utf-8")
    answers.write_text(text + " ", "utf-8")
    try:
        return [str(name) for name in build.check(root)]
    finally:
        answers.write_text(text, "utf-8")


@pytest.fixture(scope="module")
def source_text() -> str:
    return (Path(__file__).parent / "courses/light/solutions/00_light/light.py").read_text("utf-8")


@pytest.fixture
def notebook_of(light_built, tmp_path):
    """The source notebook of a text."""

    def made(text: str, address: str = ADDRESS, name: str = "light") -> Any:
        path = tmp_path / "solutions" / "00_light" / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return build.notebook_from(path, address)

    return made


# --- the same every time


def test_two_builds_are_the_same_to_the_byte_when_nothing_changed(again):
    first, root = again
    assert generated(root) == first


def test_notebooks_of_renamed_sources_are_gone_when_it_was_built_again(again):
    _, root = again
    assert [p.name for p in root.glob("notebooks/00_light/*.ipynb")] == ["light.ipynb"]
    assert [p.name for p in root.glob("build/source/00_light/*.ipynb")] == ["light.ipynb"]


def test_every_generated_file_is_named_when_it_was_built(light_built, again):
    _, root = again
    names = {str(p.relative_to(root)) for p in build.build(root) if p.is_relative_to(root)}
    assert names == {NOTEBOOK, "build/source/00_light/light.ipynb"}


def test_the_gradebook_knows_the_points_when_it_was_built(light_built):
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{light_built / 'gradebook.db'}") as book:
        assert book.find_assignment("00_light").max_score == 9


# --- check


def test_nothing_is_out_of_step_or_written_when_it_was_just_built(light_course):
    before = generated(light_course)
    assert build.check(light_course) == []
    assert generated(light_course) == before


@pytest.mark.parametrize(
    "name",
    [NOTEBOOK, "notebooks/00_light/renamed.ipynb", "notebooks/99_gone/gone.ipynb", "answers.json"],
)
def test_the_file_is_named_when_it_is_out_of_step(stale, name):
    assert [found for found in stale if found.endswith(name)]


def test_no_other_file_is_named_when_some_are_out_of_step(stale):
    assert len(stale) == 4


def test_the_notebook_is_named_when_it_was_deleted(light_course):
    (light_course / NOTEBOOK).unlink()
    assert build.check(light_course) == [Path(NOTEBOOK)]


# --- what students get


def solution_lines(text: str) -> Iterator[str]:
    for block in re.findall(r"### BEGIN SOLUTION\n(.*?)### END SOLUTION", text, re.DOTALL):
        yield from (line.strip("# \n") for line in block.splitlines() if line.strip("# \n"))


def test_no_solution_is_in_the_release_when_it_was_built(light_built, source_text):
    text = (light_built / NOTEBOOK).read_text("utf-8")
    lines = list(solution_lines(source_text))
    assert len(lines) == 4 and not [line for line in lines if line in text]
    assert "SOLUTION" not in text


def test_no_solution_is_in_the_recorded_answers_when_it_was_built(light_built, source_text):
    text = registry.answers_file("light").read_text("utf-8")
    decoded = [base64.b64decode(a) for kept in json.loads(text).values() for a in kept]
    assert decoded and all(isinstance(wire.decode(a), np.ndarray) for a in decoded)
    for line in solution_lines(source_text):
        assert line not in text and not [a for a in decoded if line.encode() in a]


def test_every_exercise_raises_not_implemented_when_it_is_released(light_built):
    cells = ingest.cells_of(json.loads((light_built / NOTEBOOK).read_text("utf-8")))
    exercises = [c for c in cells if c.kind == ingest.EXERCISE]
    assert len(exercises) == 3
    assert all("raise NotImplementedError()" in c.source for c in exercises)


def test_the_release_is_valid_and_empty_when_it_was_built(light_built):
    notebook = nbformat.read(light_built / NOTEBOOK, as_version=4)
    nbformat.validate(notebook)
    assert all(not c.get("outputs") and c.get("execution_count") is None for c in notebook.cells)


# --- recorded answers


def student_of(code: str) -> Student:
    import keras

    namespace: dict[str, Any] = {"__name__": "__main__", "keras": keras, "np": np}
    exec(code, namespace)
    return Student(Answerer(namespace).answer)


@pytest.mark.parametrize(
    "body", ["return x.sum(1)", "return keras.ops.sum(x, 1)", "return x", "return 1 / 0"]
)
def test_the_recorded_reference_decides_as_the_live_one_when_a_case_is_public(light_built, body):
    live = Student(Answerer(build.solved(light_built / "solutions/00_light/light.py")).answer)
    check, student = registry.checks_of("light")["row_sum"], student_of(f"def row_sum(x): {body}")
    recorded = registry.Recorded("light")
    assert run_check(check, student, recorded) == run_check(check, student, live)


def test_nothing_is_recorded_when_a_case_is_hidden(light_built):
    recorded = json.loads(registry.answers_file("light").read_text("utf-8"))
    assert list(recorded) == ["row_sum: a batch"]


def test_the_missing_answer_is_named_when_none_was_recorded(light_built):
    reference = registry.Recorded("light").at("row_sum", "one row")
    with pytest.raises(LookupError, match=r"no answer of row_sum .* 'row_sum: one row'"):
        reference.row_sum([[1.0]])


# --- the repository's address


def test_badge_and_install_cell_name_the_repository_when_the_source_asks(notebook_of, source_text):
    text = source_text.replace("# # Light", "# [Colab]({{COLAB}}) {{INSTALL}}")
    words = notebook_of(text, "https://example.org/someone/course").cells[0].source
    colab = "https://colab.research.google.com/github/someone/course/blob/main/"
    assert words.startswith(f"[Colab]({colab}{NOTEBOOK}) git+https://example.org/someone/course")


@pytest.mark.parametrize("ending", ["", "/", ".git"])
def test_the_address_comes_from_pyproject_when_there_is_one(tmp_path, ending):
    text = f'[project.urls]\nRepository = "{ADDRESS}{ending}"\n'
    (tmp_path / "pyproject.toml").write_text(text)
    assert build.repository(tmp_path) == ADDRESS


@pytest.mark.parametrize("text", ["", "[project.urls]\nHomepage = 'x'\n", None])
def test_the_build_says_so_when_pyproject_names_no_address(tmp_path, text):
    if text is not None:
        (tmp_path / "pyproject.toml").write_text(text)
    with pytest.raises(BuildError, match=r"pyproject.toml names no Repository"):
        build.repository(tmp_path)


def test_the_address_is_in_the_generated_notebook_when_pyproject_changed(light_course):
    project = light_course / "pyproject.toml"
    project.write_text(project.read_text().replace("three-steps/three-steps", "a/b"))
    source = light_course / "solutions/00_light/light.py"
    source.write_text("# %% [markdown]\n# {{INSTALL}}\n\n" + source.read_text("utf-8"), "utf-8")
    build.build(light_course)
    text = (light_course / NOTEBOOK).read_text("utf-8")
    assert "git+https://example.org/a/b" in text and "three-steps" not in text


# --- broken sources

MARK = '# %% exercise="double"'
BROKEN = {
    "unknown word": (MARK, '# %% excercise="double"', "excercise"),
    "unquoted": (MARK, "# %% exercise=double", "exercise=double"),
    "open quote": (MARK, '# %% exercise="double', 'exercise="double'),
    "empty name": (MARK, '# %% exercise=""', "exercise=''"),
    "name is no word": (MARK, '# %% exercise="do uble"', "do uble"),
    "name is true": (MARK, "# %% exercise=true", "exercise=True"),
    "name is a list": (MARK, '# %% exercise=["double"]', "exercise="),
    "name is a path": (MARK, '# %% exercise="../x"', "../x"),
    "points on an exercise": (MARK, f"{MARK} points=2", "points=2"),
    "points on a given cell": ('# %% tags=["demo"]', '# %% tags=["demo"] points=2', "points=2"),
    "no points": ('check="double" points=2', 'check="double"', "points=None"),
    "points in words": ("points=2", 'points="2"', "points='2'"),
    "negative points": ("points=2", "points=-2", "points=-2"),
    "zero points": ("points=2", "points=0", "points=0"),
    "points that are no number": ("points=2", "points=NaN", "points=nan"),
    "points are true": ("points=2", "points=true", "points=True"),
    "two kinds": (MARK, f'{MARK} check="double" points=2', "exercise, check"),
    "exercise in text": (MARK, '# %% [markdown] exercise="double"', "markdown cell"),
    "written in code": ('# %% [markdown] written="why"', '# %% written="why"', "code cell"),
    "tags are no list": ('tags=["demo"]', 'tags="demo"', "tags|marker"),
    "another check is called": ('check("double")', 'check("row_sum")', "does not call"),
    "exercise twice": (MARK, f"{MARK}\nx = 1\n\n{MARK}", "'double' is there twice"),
    "no check cell": (
        '# %% check="clip" points=1\ncheck("clip")',
        "",
        "without a check cell: clip",
    ),
    "no exercise": ('# %% exercise="clip"', "# %%", "without an exercise: clip"),
    "no such check": ("clip", "clop", "without a check in autograder/checks: clop"),
    "no function": ("def clip(", "def clop(", "no function of their name: clip"),
    "no solution": (
        "### BEGIN SOLUTION\n    return 2",
        "return 2",
        "without BEGIN SOLUTION: double",
    ),
    "no Python": ("def double(x):", "def double(x)", "cell of double is no Python"),
}


@pytest.mark.parametrize(("old", "new", "words"), BROKEN.values(), ids=BROKEN)
def test_the_build_names_the_file_and_the_cell_when_the_notation_is_broken(
    notebook_of, source_text, old, new, words
):
    assert old in source_text
    with pytest.raises(BuildError, match=rf"^light\.py.*({re.escape(words)}|{words})"):
        notebook_of(source_text.replace(old, new))


def test_the_build_names_the_checks_there_are_when_a_notebook_has_none(notebook_of, source_text):
    with pytest.raises(BuildError, match=r"^lamp\.py: there are no checks for 'lamp'.*light"):
        notebook_of(source_text, name="lamp")


def test_the_build_says_so_when_another_notebook_has_the_same_exercise(
    notebook_of, source_text, monkeypatch
):
    monkeypatch.setattr(registry, "notebook_of", lambda name: "first")
    with pytest.raises(BuildError, match="whose name another notebook has: clip, double, row_sum"):
        notebook_of(source_text)


def test_the_build_names_the_cell_when_the_solution_does_not_run(light_course, source_text):
    path = light_course / "solutions/00_light/light.py"
    path.write_text(source_text.replace("import keras\n", "import no_such_module\n"), "utf-8")
    with pytest.raises(BuildError, match=r"^light\.py, cell-001: ModuleNotFoundError"):
        build.build(light_course)


def test_the_build_names_the_exercise_when_its_solution_fails_its_check(light_course, source_text):
    before = (light_course / NOTEBOOK).read_bytes()
    path = light_course / "solutions/00_light/light.py"
    path.write_text(source_text.replace("return 2 * x", "return 3 * x"), "utf-8")
    with pytest.raises(BuildError, match=r"^light\.py: the solution of double fails.*Every value"):
        build.build(light_course)
    assert (light_course / NOTEBOOK).read_bytes() == before


def test_the_build_names_the_assignments_when_one_is_unknown(light_built):
    with pytest.raises(BuildError, match="no assignment '07_dqn'; there are: 00_light"):
        build.build(light_built, ["07_dqn"])


@pytest.mark.parametrize("what", [build.build, build.check])
def test_the_build_says_so_when_there_is_nothing_to_build_from(tmp_path, what):
    with pytest.raises(BuildError, match="holds no solutions"):
        what(tmp_path)
