"""What is installed where: pyproject.toml, the lock files, environment.yml, the wheel, the README.

Nothing here needs a network.
"""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pip
import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

import autograder

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).resolve().parent.parent
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
PROJECT = PYPROJECT["project"]
LOCKS = ("requirements.lock", "requirements-gpu.lock")

PYTHONS = ("3.10", "3.11", "3.12", "3.13")
LINUX = {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"}
MACHINES = {
    "Linux": {**LINUX, "platform_machine": "x86_64"},
    "Linux on ARM": {**LINUX, "platform_machine": "aarch64"},
    "a Mac": {
        "sys_platform": "darwin",
        "platform_system": "Darwin",
        "os_name": "posix",
        "platform_machine": "arm64",
    },
    "Windows": {
        "sys_platform": "win32",
        "platform_system": "Windows",
        "os_name": "nt",
        "platform_machine": "AMD64",
    },
}
# requirements-gpu.lock is for the first of these alone.
PLACES = [(LOCKS[0], machine) for machine in MACHINES] + [(LOCKS[1], "Linux")]


def environment(python: str, machine: str) -> dict[str, str]:
    """The variables that markers ask for."""
    versions = {"python_version": python, "python_full_version": f"{python}.9"}
    return {**MACHINES[machine], **versions, "implementation_name": "cpython", "extra": ""}


def locked(lock: str) -> list[tuple[Requirement, list[str]]]:
    """Every entry of a lock file with its hashes."""
    text = (ROOT / lock).read_text("utf-8").replace("\\\n", " ")
    lines = [line.partition(" #")[0].strip() for line in text.splitlines()]
    entries = [line.split(" --hash=") for line in lines if line and not line.startswith("#")]
    return [(Requirement(first.strip()), hashes) for first, *hashes in entries]


def pins(lock: str, python: str, machine: str) -> dict[str, str]:
    """What pip installs from a lock: name -> version."""
    where, found = environment(python, machine), {}
    for entry, _ in locked(lock):
        if entry.marker is None or entry.marker.evaluate(where):
            name = canonicalize_name(entry.name)
            assert name not in found, f"{lock} has two versions of {name} for {python}, {machine}"
            found[name] = str(entry.specifier).removeprefix("==")
    return found


def wanted(lock: str) -> list[Requirement]:
    """What pyproject.toml asks of a lock."""
    extras, groups = PROJECT["optional-dependencies"], PYPROJECT["dependency-groups"]
    texts = [*PROJECT["dependencies"], *extras["instructor"], *extras["dev"], *groups["build"]]
    texts += PYPROJECT["build-system"]["requires"]
    texts += groups["cpu"] if lock == LOCKS[0] else extras["gpu"]
    return [Requirement(text) for text in texts]


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize(("lock", "machine"), PLACES)
def test_lock_holds_what_pyproject_asks_for(lock: str, machine: str, python: str) -> None:
    have, where = pins(lock, python, machine), environment(python, machine)
    for need in wanted(lock):
        if need.marker is not None and not need.marker.evaluate(where):
            continue
        name = canonicalize_name(need.name)
        if name == "tensorflow" and "tensorflow-cpu" in have:
            name = canonicalize_name("tensorflow-cpu")
        assert name in have, f"{need} is not in {lock}: run `make lock`"
        assert need.specifier.contains(have[name]), f"{lock} has {name} {have[name]}, not {need}"


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize(("lock", "machine"), PLACES)
def test_lock_has_one_tensorflow(lock: str, machine: str, python: str) -> None:
    have = pins(lock, python, machine)
    small = lock == LOCKS[0] and machine in ("Linux", "Windows")
    assert ("tensorflow-cpu" in have, "tensorflow" in have) == (small, not small)


@pytest.mark.parametrize("python", PYTHONS)
def test_gpu_lock_differs_from_the_other_in_tensorflow_only(python: str) -> None:
    ours, gpu = (pins(lock, python, "Linux") for lock in LOCKS)
    assert ours.pop("tensorflow-cpu") == gpu.pop("tensorflow")
    assert {n: v for n, v in gpu.items() if not n.startswith("nvidia-")} == ours


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_pins_and_hashes_every_package(lock: str) -> None:
    entries = locked(lock)
    assert len(entries) > 100
    for entry, hashes in entries:
        assert re.fullmatch(r"==[^*]+", str(entry.specifier)), entry
        assert hashes, f"{entry.name} has no hash"
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", digest.strip()) for digest in hashes)


def installing_files() -> list[Path]:
    names = ("Makefile", "environment.yml", "pyproject.toml", ".pre-commit-config.yaml")
    listed = [ROOT / name for name in names]
    return listed + sorted(ROOT.glob("requirements*")) + sorted((ROOT / ".ci").iterdir())


@pytest.mark.parametrize("path", installing_files(), ids=lambda path: path.name)
def test_file_names_no_address_and_no_machine(path: Path) -> None:
    repository = PROJECT["urls"]["Repository"]
    text = path.read_text("utf-8").replace(f'Repository = "{repository}"', "")
    assert "://" not in text
    assert not re.search(r"(?m)--(extra-)?index-url|--find-links|^\s*-[if]\s", text)
    assert not re.search(r"(?<![\w.$)}*])/(root|home|Users|work|opt|mnt)/", text)


def test_environment_yml_installs_the_lock() -> None:
    text = (ROOT / "environment.yml").read_text("utf-8")
    dependencies = yaml.safe_load(text)["dependencies"]
    (python,) = (d for d in dependencies if str(d).startswith("python="))
    assert python.removeprefix("python=") in PYTHONS
    assert dependencies[-1] == {"pip": [f"-r {LOCKS[0]}"]}, "pip refuses more beside hashes"
    assert "pip" in dependencies, "conda wants pip named where it is used"
    (gpu_line,) = (line for line in text.splitlines() if "NVIDIA" in line)
    assert f"-r {LOCKS[0]}" in gpu_line and LOCKS[1] in gpu_line


def test_environment_yml_and_makefile_add_the_project_the_same_way() -> None:
    for name in ("environment.yml", "Makefile"):
        text = (ROOT / name).read_text("utf-8")
        (line,) = (line for line in text.splitlines() if re.search(r" (-e|--editable) \.", line))
        assert "--no-deps --no-build-isolation" in line


def test_every_supported_python_is_allowed() -> None:
    setup = (ROOT / ".ci" / "setup").read_text("utf-8")
    assert "(3, 10) <= sys.version_info[:2] <= (3, 13)" in setup
    assert all(SpecifierSet(PROJECT["requires-python"]).contains(python) for python in PYTHONS)


def test_version_is_the_same_everywhere() -> None:
    assert autograder.__version__ == PROJECT["version"]
    assert f"## {PROJECT['version']}" in (ROOT / "CHANGELOG.md").read_text("utf-8")


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
def test_page_names_only_make_targets_that_exist(page: str) -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"(?m)^([a-z]+):", makefile))
    named = re.findall(r"(?m)(?:^|`)make ([a-z]+)", (ROOT / page).read_text("utf-8"))
    assert named and set(named) <= targets


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_page_links_to_files_that_exist(page: str) -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", (ROOT / page).read_text("utf-8"))
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_readme_fits_one_screen_and_knows_the_address() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    slug = PROJECT["urls"]["Repository"].removeprefix("https://github.com/")
    assert len([line for line in text.splitlines() if not line.startswith("|")]) <= 55
    in_links = re.findall(r"(?:github\.com|/github)/([\w-]+/[\w-]+)", text)
    assert in_links and set(in_links) == {slug}


# --- the wheel ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of the whole tree, solutions and tests beside it, built with what is installed."""
    return build_wheel(tmp_path_factory.mktemp("wheel"))


def build_wheel(folder: Path) -> Path:
    tree, out = folder / "tree", folder / "out"
    ignored = shutil.ignore_patterns(".venv", ".git", "build", "dist", "__pycache__", ".*_cache")
    shutil.copytree(ROOT, tree, ignore=ignored, symlinks=True)
    command = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation"]
    options = ["--no-index", "--quiet", "--wheel-dir", str(out), "."]
    done = subprocess.run([*command, *options], cwd=tree, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = out.glob("*.whl")
    return built


def files_of(wheel: Path) -> dict[str, str]:
    """Names and texts in the wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name).decode("utf-8", "replace") for name in archive.namelist()}


def solution_bodies() -> Iterator[tuple[str, str]]:
    """The text between BEGIN SOLUTION and END SOLUTION: (where, dedented code)."""
    for path in sorted((ROOT / "solutions").glob("*/*.py")):
        text = path.read_text("utf-8")
        pattern = r"(?ms)^( *)### BEGIN SOLUTION *\n(.*?)^ *### END SOLUTION"
        for number, (indent, body) in enumerate(re.findall(pattern, text), 1):
            lines = [line.removeprefix(indent) for line in body.splitlines()]
            yield f"{path.parent.name}/{path.name}, solution {number}", "\n".join(lines)


def shape_of(code: str) -> list[str]:
    """A statement per item, without comments and layout."""
    return [line.strip() for line in ast.unparse(ast.parse(code)).splitlines() if line.strip()]


def contains(text: list[str], part: list[str]) -> bool:
    starts = (i for i, line in enumerate(text) if line == part[0])
    return any(text[i : i + len(part)] == part for i in starts)


def test_wheel_holds_the_two_packages_and_nothing_else(wheel: Path) -> None:
    tops = {name.partition("/")[0] for name in files_of(wheel)}
    assert tops == {"threesteps", "autograder", f"threesteps-{PROJECT['version']}.dist-info"}


def test_wheel_holds_every_file_of_the_packages(wheel: Path) -> None:
    have = set(files_of(wheel))
    for package in ("threesteps", "autograder"):
        files = (ROOT / package).rglob("*")
        here = {str(p.relative_to(ROOT)) for p in files if p.is_file() and p.suffix != ".pyc"}
        assert here <= have


def test_wheel_has_the_command_and_the_wide_ranges(wheel: Path) -> None:
    files = files_of(wheel)
    info = f"threesteps-{PROJECT['version']}.dist-info"
    assert "autograder = autograder.cli:main" in files[f"{info}/entry_points.txt"]
    plain = re.findall(r"(?m)^Requires-Dist: ([^;\n]+)$", files[f"{info}/METADATA"])
    assert {Requirement(p).name for p in plain} == {
        Requirement(d).name for d in PROJECT["dependencies"]
    }
    assert not [p for p in plain if "==" in p], "Colab brings its own versions"


def test_wheel_has_no_solution_text(wheel: Path) -> None:
    files = files_of(wheel)
    marked = r"(?m)^\s*#+ *BEGIN (SOLUTION|MARK SCHEME|HIDDEN TESTS)\s*$"
    assert [name for name, text in files.items() if re.search(marked, text)] == []
    ours = {name: shape_of(text) for name, text in files.items() if name.endswith(".py")}
    for where, body in solution_bodies():
        part = shape_of(body)
        if len(part) == 1 and len(part[0]) < 40:
            continue  # `return np.maximum(z, 0)`: there is no other way to write it
        assert [name for name, text in ours.items() if contains(text, part)] == [], where


def test_solution_bodies_are_found() -> None:
    sources = [p for p in (ROOT / "solutions").glob("*/*.py") if p.name != "mistakes.py"]
    if not sources:
        pytest.skip("there are no solutions yet")
    written = sum(path.read_text("utf-8").count("### BEGIN SOLUTION") for path in sources)
    assert len(list(solution_bodies())) == written > 0


# --- make's set-up ------------------------------------------------------------------------------


def run_setup(folder: Path, *python: str, **more: str) -> subprocess.CompletedProcess[str]:
    shutil.copy(ROOT / ".ci" / "setup", folder / "setup")
    command = ["sh", "setup", "venv", "some.lock", *python]
    env = {**os.environ, "PIP_NO_INDEX": "1", **more}
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, env=env)


def pretend_python(path: Path, version: str, has_venv: bool = True) -> Path:
    """A program that answers .ci/setup's questions as Python `version` would."""
    low = "true" if version in PYTHONS else "false"
    path.write_text(
        "#!/bin/sh\ncase $2 in\n"
        f"*version_info*) {low};;\n*ensurepip*) {str(has_venv).lower()};;\n"
        f"*platform*) echo {version}.1;;\nesac\n"
    )
    path.chmod(0o755)
    return path


posix = pytest.mark.skipif(os.name != "posix", reason="make's set-up is for POSIX shells")


@posix
def test_setup_names_the_pythons_it_takes_when_given_another(tmp_path: Path) -> None:
    (tmp_path / "some.lock").touch()
    too_new = pretend_python(tmp_path / "python3", "3.14")
    done = run_setup(tmp_path, str(too_new))
    assert done.returncode == 1 and not (tmp_path / "venv").exists()
    assert "3.10, 3.11, 3.12 or 3.13" in done.stderr and "3.14.1" in done.stderr
    assert "PYTHON=" in done.stderr


@posix
def test_setup_finds_another_python_when_the_first_is_too_new(tmp_path: Path) -> None:
    (tmp_path / "some.lock").touch()
    tools = tmp_path / "bin"
    tools.mkdir()
    for tool in ("sh", "cksum", "cat", "rm", "mv"):
        (tools / tool).symlink_to(str(shutil.which(tool)))
    pretend_python(tools / "python3", "3.14")
    pretend_python(tools / "python3.11", "3.11", has_venv=False)
    done = run_setup(tmp_path, PATH=str(tools))
    assert done.returncode == 1
    assert "python3.11 (Python 3.11.1) cannot make virtual environments" in done.stderr
    assert "apt-get install python3-venv" in done.stderr


def quick_python(path: Path) -> Path:
    """The running Python, but its environments borrow pip instead of installing one."""
    path.write_text(
        f'#!/bin/sh\ntest "$2" = venv && exec {sys.executable} -m venv --without-pip "$3"\n'
        f'exec {sys.executable} "$@"\n'
    )
    path.chmod(0o755)
    return path


@posix
def test_setup_is_redone_after_an_interruption_and_only_then(tmp_path: Path) -> None:
    python = str(quick_python(tmp_path / "python"))
    pip_is_here = {"PYTHONPATH": str(Path(pip.__file__).parent.parent)}
    lock, half_done = tmp_path / "some.lock", tmp_path / "venv" / "half-done"
    lock.write_text("# nothing\n\n")
    first = run_setup(tmp_path, python, **pip_is_here)
    assert first.returncode == 0 and "Installing" in first.stdout, first.stderr
    half_done.touch()
    assert run_setup(tmp_path, **pip_is_here).stdout == "" and half_done.exists()

    (tmp_path / "venv" / ".locked").unlink()
    assert run_setup(tmp_path, python, **pip_is_here).returncode == 0 and not half_done.exists()

    half_done.touch()
    lock.write_text("# nothing still, but not the same\n\n\n")
    assert run_setup(tmp_path, python, **pip_is_here).returncode == 0 and not half_done.exists()
