"""Solutions become notebooks: `solutions/*/*.py` -> `build/source` -> `notebooks/` and gradebook.

The source is a notebook as text (jupytext percent) with a short notation of ours in the cell
markers; this module turns the notation into nbgrader's metadata, which is then nobody's to edit.

    # %% exercise="softmax"                  the learner's cell; function softmax
    # %% check="softmax" points=2            check("softmax"), worth two points
    # %% tags=["demo"]                       given; draws or trains; not run when grading
    # %% [markdown] written="why" points=3   graded by hand, with a mark scheme
"""

from __future__ import annotations

import ast
import contextlib
import filecmp
import io
import logging
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jupytext
import nbformat

from . import ingest, registry
from .answers import Answerer
from .course import CONFIG, Course, CourseError
from .student import Student
from .verdict import run_check

MARKS = ("exercise", "check", "written")
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


class BuildError(CourseError):
    """The source of an assignment is not as it should be; the message says where and what."""


def build(root: Path, assignments: list[str] | None = None) -> list[Path]:
    """Build assignments in place and return every generated file.

    Args:
        root: the project, with `solutions/`.
        assignments: folder names; all by default.

    Raises:
        BuildError: for an unknown assignment or a source that breaks a rule of the notation.
    """
    written = []
    for name in _chosen(root, assignments):
        written += _source_notebooks(root, name, root / "build" / "source")
        for source in _sources(root, name):
            written.append(root / "notebooks" / name / f"{source.stem}.ipynb")
            written += _record_answers(source, registry.answers_file(source.stem))
        release(root, name)
    return written


def check(root: Path, assignments: list[str] | None = None) -> list[Path]:
    """The committed generated files that a build would change, relative to `root`."""
    stale = []
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder)
        chosen = _chosen(root, assignments)
        shutil.copytree(root / "solutions", fresh / "solutions")
        for needed in ("pyproject.toml", CONFIG):
            if (root / needed).is_file():
                shutil.copy(root / needed, fresh)
        for name in chosen:
            _source_notebooks(fresh, name, fresh / "build" / "source")
            release(fresh, name)
            pairs = _pairs(root, fresh, name)
            stale += [old for old, new in pairs if not _same(old, new)]
        if not assignments:
            folders = sorted((root / "notebooks").glob("*/*.ipynb"))
            stale += [old for old in folders if old.parent.name not in chosen]
    return [path.relative_to(root) if path.is_relative_to(root) else path for path in stale]


def notebook_from(source: Path, address: str) -> Any:
    """The nbgrader source notebook of one `solutions/<assignment>/<name>.py`.

    Args:
        source: the file.
        address: the repository's, for the Colab badge and the install cell.

    Raises:
        BuildError: with the cell, when the notation is broken.
    """
    text = source.read_text("utf-8")
    package, path = f"git+{address}", f"notebooks/{source.parent.name}/{source.stem}.ipynb"
    colab = f"https://colab.research.google.com/github/{_slug(address)}/blob/main/{path}"
    text = text.replace("{{INSTALL}}", package).replace("{{COLAB}}", colab)
    try:
        notebook = jupytext.reads(text, fmt="py:percent")
    except nbformat.ValidationError as error:
        words = str(error).strip().splitlines()[0]
        raise BuildError(f"{source.name}: a cell's marker cannot be read: {words}") from None
    seen: set[str] = set()
    for number, cell in enumerate(notebook.cells):
        _translate(cell, number, source)
        if cell.id in seen:
            raise BuildError(f"{source.name}: '{cell.id}' is there twice")
        seen.add(cell.id)
    _complete(notebook, source)
    notebook.metadata = nbformat.from_dict(
        {"kernelspec": KERNEL, "language_info": {"name": "python"}}
    )
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    nbformat.validate(notebook)
    return notebook


def repository(root: Path) -> str:
    """The repository's address, from the one place that has it: pyproject.toml."""
    path = root / "pyproject.toml"
    text = path.read_text("utf-8") if path.is_file() else ""
    found = re.search(r'^Repository\s*=\s*"([^"]+)"', text, re.MULTILINE)
    if not found:
        raise BuildError("pyproject.toml names no Repository under [project.urls]")
    return found[1].rstrip("/").removesuffix(".git")


def release(root: Path, assignment: str) -> None:
    """nbgrader's own generate step: solutions out, checksums in, the assignment entered.

    Args:
        root: a course folder whose source notebooks are under `build/source`.

    Raises:
        BuildError: if nbgrader refuses, with its reason.
    """
    Course.open(root).generate(assignment)


def _translate(cell: Any, number: int, source: Path) -> None:
    """Our notation in a cell's metadata -> nbgrader's metadata, and a stable id."""
    data = {k: v for k, v in cell.metadata.items() if k != "lines_to_next_cell"}
    problem = _misread(cell, data)
    if problem:
        raise BuildError(f"{source.name}, cell {number}: {problem}")
    kind = next((key for key in MARKS if key in data), "")
    name, points = data.pop(kind, ""), data.pop("points", None)
    grade_id = f"check_{name}" if kind == "check" else name
    cell.id = grade_id or f"cell-{number:03d}"
    cell.metadata = nbformat.from_dict(data)
    if not kind:
        return
    cell.metadata["nbgrader"] = {
        "grade": kind != "exercise",
        "grade_id": grade_id,
        "locked": kind == "check",
        "schema_version": 3,
        "solution": kind != "check",
        "task": False,
    }
    if kind != "exercise":
        cell.metadata["nbgrader"]["points"] = points


def _misread(cell: Any, data: dict[str, Any]) -> str:
    """What is wrong with a cell's notation, or an empty string."""
    unknown = sorted(set(data) - {*MARKS, "points", "tags"})
    if unknown:
        return f"{unknown[0]}={data[unknown[0]]!r} is no notation; there are {', '.join(MARKS)}"
    marks = {key: data[key] for key in MARKS if key in data}
    if len(marks) > 1:
        return f"one cell cannot be all of {', '.join(marks)}"
    kind, name = next(iter(marks.items()), ("", "nothing"))
    if not (isinstance(name, str) and name.isidentifier() and name.isascii() and len(name) < 58):
        return f"{kind}={name!r} is not a name"
    if (kind == "written") != (cell.cell_type == "markdown") and kind:
        return f"{kind}={name!r} in a {cell.cell_type} cell"
    points: Any = data.get("points")
    scored = kind in ("check", "written")
    if scored != ("points" in data):
        return f"{kind or 'given'} {name}: points={points}"
    if scored and not (type(points) in (int, float) and 0 < points < 1e6):
        return f"{kind}={name!r} with points={points!r}: give it a positive number"
    if kind == "check" and f'check("{name}")' not in cell.source:
        return f'{kind}={name!r} does not call check("{name}")'
    return ""


def _complete(notebook: Any, source: Path) -> None:
    """Every exercise has its function and its check cell, and nothing else is checked."""
    cells = ingest.cells_of(notebook)
    exercises = {cell.name: cell.source for cell in cells if cell.kind == ingest.EXERCISE}
    checked = {cell.name.removeprefix("check_") for cell in cells if cell.kind == ingest.CHECK}
    known, elsewhere = _known_checks(source)
    unmarked = {name for name, text in exercises.items() if "BEGIN SOLUTION" not in text}
    misnamed = {name for name, text in exercises.items() if not _defines(text, name, source)}
    for what, names in (
        ("exercises without a check cell", set(exercises) - checked),
        ("check cells without an exercise", checked - set(exercises)),
        ("check cells without a check in autograder/checks", checked - known),
        ("checks that no cell asks for", known - checked),
        ("checks whose name another notebook has", elsewhere),
        ("exercises without BEGIN SOLUTION", unmarked),
        ("exercises that define no function of their name", misnamed),
    ):
        if names:
            raise BuildError(f"{source.name}: {what}: {', '.join(sorted(names))}")


def _known_checks(source: Path) -> tuple[set[str], set[str]]:
    """The notebook's checks, and those of them that `check(name)` would not find."""
    try:
        checks = registry.checks_of(source.stem)
    except KeyError as error:
        raise BuildError(f"{source.name}: {error.args[0]}") from None
    for one in checks.values():
        names = [case.name for case in one.cases]
        if len(set(names)) < len(names) or not names:
            raise BuildError(f"{source.name}: the cases of {one.name} need names of their own")
    return set(checks), {name for name in checks if registry.notebook_of(name) != source.stem}


def _defines(text: str, name: str, source: Path) -> bool:
    try:
        body = ast.parse(text).body
    except SyntaxError as error:
        raise BuildError(f"{source.name}: the cell of {name} is no Python: {error}") from None
    return any(isinstance(s, (ast.FunctionDef, ast.ClassDef)) and s.name == name for s in body)


def _source_notebooks(root: Path, assignment: str, target: Path) -> list[Path]:
    address = repository(root)
    made = {
        target / assignment / f"{source.stem}.ipynb": notebook_from(source, address)
        for source in _sources(root, assignment)
    }
    (target / assignment).mkdir(parents=True, exist_ok=True)
    for old in (target / assignment).glob("*.ipynb"):
        old.unlink()  # also that of a source which was renamed: nbgrader would release it again
    for path, notebook in made.items():
        path.write_text(nbformat.writes(notebook) + "\n", "utf-8")
    return list(made)


def _record_answers(source: Path, target: Path) -> list[Path]:
    """Write down what the reference answers to the public cases, where a check asks it.

    Checks that train, which say so by a limit of their own, take long and never ask it.
    """
    recorder = registry.Recorder(Student(Answerer(solved(source)).answer))
    student = Student(Answerer(solved(source)).answer)
    for one in registry.checks_of(source.stem).values():
        if one.seconds is not None:
            continue
        verdict = run_check(one, student, recorder)
        if not verdict.solved:
            failed = [o.message() for o in verdict.outcomes if not o.passed]
            raise BuildError(f"{source.name}: the solution of {one.name} fails: {failed}")
    if not any(recorder.answers.values()):
        target.unlink(missing_ok=True)
        return []
    target.write_text(recorder.to_json(), "utf-8")
    return [target]


def solved(source: Path) -> dict[str, Any]:
    """The namespace of our own solution: given and exercise cells executed in this process."""
    namespace: dict[str, Any] = {"__name__": "__main__"}
    notebook = notebook_from(source, "https://example.org/threesteps/threesteps")
    for cell in ingest.cells_of(notebook):
        if cell.kind in (ingest.GIVEN, ingest.EXERCISE):
            try:
                with contextlib.redirect_stdout(io.StringIO()):
                    exec(compile(cell.source, f"<{cell.name}>", "exec"), namespace)
            except Exception as error:  # a source may go wrong in any way
                words = f"{type(error).__name__}: {error}"
                raise BuildError(f"{source.name}, {cell.name}: {words}") from error
    return namespace


def _pairs(root: Path, fresh: Path, name: str) -> Iterator[tuple[Path, Path]]:
    for source in _sources(root, name):
        notebook = Path("notebooks") / name / f"{source.stem}.ipynb"
        yield root / notebook, fresh / notebook
        committed, target = registry.answers_file(source.stem), fresh / f"{source.stem}.json"
        _record_answers(source, target)
        yield committed, target
    for old in sorted((root / "notebooks" / name).glob("*.ipynb")):
        if not (root / "solutions" / name / f"{old.stem}.py").exists():
            yield old, fresh / "nothing"


def _same(old: Path, new: Path) -> bool:
    if not old.exists() or not new.exists():
        return old.exists() == new.exists()
    return filecmp.cmp(old, new, shallow=False)


def _chosen(root: Path, assignments: list[str] | None) -> list[str]:
    folder = root / "solutions"
    known = sorted({path.parent.name for path in folder.glob("[!._]*/*.py")})
    if not known:
        raise BuildError(f"{root} holds no solutions/<assignment>/<name>.py to build from")
    for name in assignments or []:
        if name not in known:
            raise BuildError(f"there is no assignment '{name}'; there are: {', '.join(known)}")
    return assignments or known


def _sources(root: Path, assignment: str) -> list[Path]:
    folder = root / "solutions" / assignment
    return [path for path in sorted(folder.glob("*.py")) if path.stem != "mistakes"]


def _slug(address: str) -> str:
    return "/".join(address.rstrip("/").split("/")[-2:])


logging.getLogger("jupytext").setLevel(logging.WARNING)
