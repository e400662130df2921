"""Installing the course on Colab changes nothing there, and assignment 01 runs on its versions.

tests/colab-packages.txt says what Colab has. Real Colab has `tensorflow` with GPU kernels; the run
below has `tensorflow-cpu` of the same version, the same Python code at a third of the download,
and says `tensorflow` to pip by its metadata alone.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from test_packaging import ROOT, build_wheel

SOURCE = ROOT / "solutions" / "01_perceptron_xor" / "perceptron_xor.py"
NOTEBOOK = ROOT / "notebooks" / "01_perceptron_xor" / "perceptron_xor.ipynb"

RUN_CELLS = """
import json, sys
from IPython.core.interactiveshell import InteractiveShell
import autograder, threesteps
for package in (autograder, threesteps):
    assert package.__file__.startswith(sys.prefix), package.__file__
shell = InteractiveShell.instance()
with open(sys.argv[1], encoding="utf-8") as file:
    cells = json.load(file)
for name, source in cells:
    if not shell.run_cell(source, store_history=True).success:
        sys.exit(f"the cell '{name}' failed")
print(f"{len(cells)} cells ran")
"""


def colabs_versions(python: str) -> dict[str, str]:
    """name -> version on the Colab runtime with that Python."""
    found = {}
    for line in (ROOT / "tests" / "colab-packages.txt").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            entry = Requirement(line)
            if entry.marker is None or entry.marker.evaluate({"python_version": python}):
                found[entry.name] = str(entry.specifier).removeprefix("==")
    return found


def pretend_installed(venv: Path, versions: dict[str, str]) -> None:
    """Tell pip, and nobody else, that packages are installed."""
    (site,) = venv.glob("lib/python*/site-packages")
    for name, version in versions.items():
        info = site / f"{name.replace('-', '_')}-{version}.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        (info / "INSTALLER").write_text("tests\n")
        (info / "RECORD").write_text("")


def pip(venv: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pip", "--python", str(venv / "bin" / "python"), *arguments]
    env = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "PYTHONHOME")}
    return subprocess.run(command, capture_output=True, text=True, env=env, cwd=venv)


def make_venv(python: Path | str, folder: Path) -> Path:
    subprocess.run([str(python), "-m", "venv", "--without-pip", str(folder)], check=True)
    return folder


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_wheel(tmp_path_factory.mktemp("wheel"))


def what_pip_would_install(venv: Path, wheel: Path) -> list[str]:
    """Names, in a place where nothing can be downloaded."""
    options = ["--dry-run", "--no-index", "--quiet", "--report", "-"]
    done = pip(venv, "install", *options, str(wheel))
    assert done.returncode == 0, done.stderr
    return [item["metadata"]["name"] for item in json.loads(done.stdout)["install"]]


@pytest.mark.parametrize("python", ["3.13", "3.12"])
def test_installing_on_colab_changes_nothing(tmp_path: Path, wheel: Path, python: str) -> None:
    venv = make_venv(sys.executable, tmp_path / "colab")
    pretend_installed(venv, colabs_versions(python))
    assert what_pip_would_install(venv, wheel) == ["threesteps"]


@pytest.mark.parametrize("name", ["keras", "numpy"])
def test_pip_would_object_where_colab_has_a_package_too_old(
    tmp_path: Path, wheel: Path, name: str
) -> None:
    venv = make_venv(sys.executable, tmp_path / "colab")
    pretend_installed(venv, {**colabs_versions("3.13"), name: "0.9"})
    with pytest.raises(AssertionError, match=f"No matching distribution found for {name}"):
        what_pip_would_install(venv, wheel)


def colabs_python() -> Path | str:
    """Python 3.13 or 3.12 if this machine has one beside the running Python, else that one."""
    siblings = Path(sys.base_prefix).parent
    for version in ("3.13", "3.12"):
        on_path = [Path(p) for p in [shutil.which(f"python{version}")] if p]
        for python in [*on_path, *sorted(siblings.glob(f"*{version}*/bin/python{version}"))]:
            if subprocess.run([python, "-c", "import venv"], capture_output=True).returncode == 0:
                return python
    return sys.executable


def version_of(python: Path | str) -> str:
    code = "import sys; print('%d.%d' % sys.version_info[:2])"
    return subprocess.run([python, "-c", code], capture_output=True, text=True).stdout.strip()


def solved_cells() -> list[tuple[str, str]]:
    """The code cells of the released notebook, with our solutions where it has exercises."""
    import nbformat

    from autograder.build import notebook_from, repository

    solved = notebook_from(SOURCE, repository(ROOT)).cells
    solutions = {cell.id: cell.source for cell in solved if is_exercise(cell)}
    released = nbformat.read(NOTEBOOK, as_version=4).cells
    exercises = [cell.id for cell in released if is_exercise(cell)]
    assert exercises and set(exercises) == set(solutions)
    return [
        (cell.id, solutions.get(cell.id, cell.source))
        for cell in released
        if cell.cell_type == "code"
    ]


def is_exercise(cell: dict) -> bool:
    marks = cell["metadata"].get("nbgrader", {})
    return cell["cell_type"] == "code" and bool(marks.get("solution"))


@pytest.mark.slow
def test_assignment_01_runs_on_colabs_versions(tmp_path: Path, wheel: Path) -> None:
    if not NOTEBOOK.exists():
        pytest.skip("notebooks/01_perceptron_xor is not built yet")
    python = colabs_python()
    versions = colabs_versions(version_of(python))
    if version_of(python) == "3.10":
        pytest.skip("Colab's SciPy is not to be had for Python 3.10, and no newer Python is here")
    venv = make_venv(python, tmp_path / "colab")
    stand_in = {"tensorflow": versions.pop("tensorflow")}
    packages = [f"{name}=={version}" for name, version in versions.items()]
    packages.append(f"tensorflow-cpu=={stand_in['tensorflow']}")
    options = ["--quiet", "--only-binary=:all:", "--no-compile", "--retries=1"]
    done = pip(venv, "install", *options, *packages)
    if done.returncode and "Retrying (" in done.stderr:
        pytest.skip("Colab's packages cannot be downloaded here: no package index answers")
    assert done.returncode == 0, done.stderr[-2000:]
    pretend_installed(venv, stand_in)

    before = pip(venv, "freeze").stdout.splitlines()
    done = pip(venv, "install", "--quiet", "--no-index", str(wheel))
    assert done.returncode == 0, done.stderr[-2000:]
    after = pip(venv, "freeze").stdout.splitlines()
    (added,) = set(after) ^ set(before)
    assert added.startswith("threesteps ")

    cells = tmp_path / "cells.json"
    cells.write_text(json.dumps(solved_cells()), "utf-8")
    env = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "PYTHONHOME")}
    env |= {"MPLBACKEND": "Agg", "TF_CPP_MIN_LOG_LEVEL": "3", "IPYTHONDIR": str(tmp_path)}
    done = subprocess.run(
        [venv / "bin" / "python", "-c", RUN_CELLS, cells],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env=env,
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]
    assert "cells ran" in done.stdout
