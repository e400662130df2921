"""Who may import whom. TABLE decides; a module that is not in it yet fails here.

Read off the syntax trees, so imports inside functions count too; then proven once in a process
where everything that a learner does not have cannot be imported.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from packaging.requirements import Requirement

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

# module of autograder -> the modules of autograder that it may import, anywhere in it
TABLE = {
    # what a check is: on the learner's path
    "spec": "",
    "wire": "",
    "expect": "spec",
    "student": "expect spec wire",
    "verdict": "spec student",
    "answers": "wire",
    "trained": "expect spec student",
    "differences": "",
    "checks": "differences expect spec student trained verdict",
    "registry": "checks quiet spec wire",
    "ingest": "spec",
    "local": "answers checks ingest registry spec student verdict",
    # the student's process and what holds it
    "syscalls": "",
    "sandbox": "syscalls",
    "colab": "",
    "shell": "answers colab wire",
    "warm": "sandbox shell",
    "processes": "sandbox shell student warm wire",
    # one submission
    "quiet": "",
    "judge": "checks ingest spec student verdict wire",
    "database": "",
    "course": "database ingest spec",
    "grade": "checks course ingest judge processes registry sandbox spec student verdict warm wire",
    "marked": "course ingest local spec verdict",
    # a class
    "store": "checks course spec",
    "cluster": "course grade processes sandbox spec store",
    "rows": "course ingest spec",
    "late": "course",
    "autograded": "course ingest",
    "gradebook": "autograded course database ingest late marked rows spec",
    "classroom": "cluster course grade gradebook ingest judge marked registry sandbox spec store",
    "preprocessors": "course grade gradebook ingest judge marked pages registry rows spec store",
    # what a person reads
    "pages": "course ingest spec",
    "pictures": "",
    "grades": "course database ingest pages rows spec",
    "feedback": "course grades ingest local marked pages spec",
    "roster": "course",
    "archive": "course ingest spec",
    "collect": "archive course ingest pages roster",
    "tally": "pages spec",
    "report": "course feedback grades ingest local pages pictures registry spec tally verdict",
    # around it
    "variants": "spec",
    "build": "answers course ingest quiet registry spec student variants verdict",
    "pupils": "course ingest registry spec variants verdict",
    "demo": "classroom course pupils registry report spec variants",
    "cli": "ANY",
}

# The learner's half: these and whatever they import. It runs on Colab, on Windows, anywhere.
LEARNER = "spec expect wire student answers verdict local checks registry"

# imported module -> the only modules of autograder that may import it
ONLY_IN = {
    "dask": "cluster",
    "distributed": "cluster",
    "typer": "cli",
    "rich": "cli",
    "nbgrader": "build cli course gradebook grades late preprocessors report rows",
}

# print() in these alone: the command line, and what shows a learner something in the notebook.
PRINTS = "cli local shell"

LINUX_ONLY = "fcntl grp pwd pty resource termios tty".split()
LINUX_ONLY_CALLS = "chown fork forkpty geteuid getuid killpg setns setsid setuid unshare".split()

# What a distribution is called when it is imported, where that is another name.
IMPORT_NAMES = {"scikit-learn": "sklearn", "ipython": "IPython", "pyyaml": "yaml"}
# Imported where they are there: other backends of Keras, and Colab itself.
WHERE_PRESENT = {"jax", "torch", "google"}
# Distributions of the extra `instructor` that TensorFlow, Keras or IPython bring along anyway.
SHARED = {"jinja2", "markupsafe", "matplotlib_inline", "pygments", "rich", "traitlets"}

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def distributions(requirements: list[str]) -> set[str]:
    """Import names of what some requirements install."""
    names = [Requirement(text).name for text in requirements]
    return {IMPORT_NAMES.get(name, name.replace("-", "_")) for name in names}


LEARNER_HAS = distributions(PROJECT["dependencies"])
INSTRUCTOR_ONLY = distributions(PROJECT["optional-dependencies"]["instructor"])


def files(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


def module_of(path: Path) -> str:
    """The row of TABLE that a file belongs to: autograder/checks/x/y.py -> checks."""
    return path.relative_to(ROOT / "autograder").parts[0].removesuffix(".py")


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), str(path))


def imported(path: Path) -> Iterator[tuple[str, int]]:
    """Full names of what a file imports, `from . import wire` as autograder.wire; and the line."""
    package = list(path.relative_to(ROOT).parts[:-1])
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            start = ".".join([*base, *([node.module] if node.module else [])])
            if node.level and len(start.split(".")) == 1:  # from . import a, b
                yield from ((f"{start}.{alias.name}", node.lineno) for alias in node.names)
            else:
                yield start, node.lineno


def top(name: str) -> str:
    return name.partition(".")[0]


def ours(path: Path) -> set[str]:
    """Rows of TABLE that a file imports."""
    names = [name.split(".") for name, _ in imported(path)]
    return {parts[1] for parts in names if parts[0] == "autograder" and len(parts) > 1}


def known(row: str) -> bool:
    """Whether a name imported from the package is a module (and not, say, __version__)."""
    folder = ROOT / "autograder"
    return (folder / f"{row}.py").exists() or (folder / row).is_dir() or row in TABLE


def rows() -> list[str]:
    return sorted({module_of(path) for path in files("autograder")} - {"__init__", "__main__"})


def files_of(row: str) -> list[Path]:
    return [path for path in files("autograder") if module_of(path) == row]


@cache
def learner_rows() -> frozenset[str]:
    """The learner's half, followed to its end."""
    found: set[str] = set()
    waiting = [row for row in LEARNER.split() if row in rows()]
    while waiting:
        row = waiting.pop()
        found.add(row)
        reached = {r for path in files_of(row) for r in ours(path) if known(r)}
        waiting += sorted(reached - found)
    return frozenset(found)


def learner_files() -> list[Path]:
    package = ROOT / "autograder" / "__init__.py"
    return [package, *(path for row in sorted(learner_rows()) for path in files_of(row))]


def show(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("row", rows())
def test_module_imports_only_what_the_table_allows(row: str) -> None:
    assert row in TABLE, f"autograder.{row} is new: give it a row in TABLE"
    if TABLE[row] == "ANY":
        return
    allowed = {row, *TABLE[row].split()}
    for path in files_of(row):
        extra = {name for name in ours(path) if known(name)} - allowed
        assert not extra, f"{show(path)} imports {sorted(extra)}; TABLE allows {sorted(allowed)}"


def test_table_has_no_circle() -> None:
    done: set[str] = set()
    left = {row: set(TABLE[row].split()) - {"ANY"} for row in TABLE}
    while left:
        free = {row for row, needs in left.items() if needs <= done}
        assert free, f"a circle among {sorted(left)}"
        done |= free
        left = {row: needs for row, needs in left.items() if row not in free}


def test_threesteps_imports_nothing_of_autograder() -> None:
    found = [
        f"{show(path)}:{line}"
        for path in files("threesteps")
        for name, line in imported(path)
        if top(name) == "autograder"
    ]
    assert found == []


@pytest.mark.parametrize("name", ONLY_IN)
def test_package_is_imported_in_its_own_place_only(name: str) -> None:
    found = [
        f"{show(path)}:{line}"
        for path in [*files("autograder"), *files("threesteps")]
        for imports, line in imported(path)
        if top(imports) == name
        and not (path in files("autograder") and module_of(path) in ONLY_IN[name].split())
    ]
    assert found == []


def test_only_the_command_line_prints() -> None:
    found = [
        f"{show(path)}:{node.lineno}"
        for path in files("autograder")
        if module_of(path) not in PRINTS.split()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "print"
        and not any(keyword.arg == "file" for keyword in node.keywords)
    ]
    assert found == []


def test_learners_half_imports_nothing_of_linux_alone() -> None:
    found = [
        f"{show(path)}:{line} {name}"
        for path in [*learner_files(), *files("threesteps")]
        for name, line in imported(path)
        if top(name) in LINUX_ONLY
    ]
    found += [
        f"{show(path)}:{node.lineno} os.{node.attr}"
        for path in [*learner_files(), *files("threesteps")]
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and node.attr in LINUX_ONLY_CALLS
        if isinstance(node.value, ast.Name) and node.value.id == "os"
    ]
    assert found == []


def test_learners_half_imports_only_what_colab_has() -> None:
    found = [
        f"{show(path)}:{line} {name}"
        for path in [*learner_files(), *files("threesteps")]
        for name, line in imported(path)
        if top(name) not in {"autograder", "threesteps", *LEARNER_HAS, *WHERE_PRESENT}
        and top(name) not in sys.stdlib_module_names
    ]
    assert found == []


def test_every_import_is_declared_in_pyproject() -> None:
    declared = {"autograder", "threesteps", *LEARNER_HAS, *INSTRUCTOR_ONLY, *WHERE_PRESENT}
    found = [
        f"{show(path)}:{line} {name}"
        for path in files("autograder")
        for name, line in imported(path)
        if top(name) not in declared and top(name) not in sys.stdlib_module_names
    ]
    assert found == []


def test_checks_import_keras_at_their_top() -> None:
    """Where the registry keeps TensorFlow's log off an instructor's screen."""
    late = [
        f"{show(path)}:{line}"
        for path in files_of("checks")
        for name, line in imported(path)
        if top(name) in ("keras", "tensorflow")
        if line not in {node.lineno for node in tree(path).body}
    ]
    assert not late


def test_checks_know_no_files_and_no_processes() -> None:
    banned = set("os pathlib subprocess shutil socket multiprocessing threading tempfile".split())
    found = [
        f"{show(path)}:{line} {name}"
        for path in files_of("checks")
        for name, line in imported(path)
        if top(name) in banned
    ]
    assert found == []


# --- in a process of its own --------------------------------------------------------------------

BLOCKER = """
import builtins, sys

GONE, NOT_FROM_US = set({gone!r}), set({not_from_us!r})
genuine = builtins.__import__

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in GONE:
            raise ImportError(f"{{name}} is not on a learner's machine")

def guarded(name, globals=None, locals=None, fromlist=(), level=0):
    importer = (globals or {{}}).get("__name__", "").partition(".")[0]
    top = name.partition(".")[0]
    if not level and importer in ("autograder", "threesteps") and top in NOT_FROM_US | GONE:
        raise ImportError(f"{{importer}} imports {{name}}, which a learner may not have")
    return genuine(name, globals, locals, fromlist, level)

sys.meta_path.insert(0, Absent())
builtins.__import__ = guarded
"""

LEARNERS_PATH = """
import importlib, pkgutil
import autograder, autograder.local, autograder.registry, threesteps
for name in {rows!r}:
    importlib.import_module(f"autograder.{{name}}")
for module in pkgutil.walk_packages(threesteps.__path__, "threesteps."):
    importlib.import_module(module.name)
for module in pkgutil.walk_packages(autograder.checks.__path__, "autograder.checks."):
    importlib.import_module(module.name)
print("all imported")
"""


def run_python(code: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True)


def blocker() -> str:
    gone = sorted(INSTRUCTOR_ONLY - SHARED)
    return BLOCKER.format(gone=gone, not_from_us=sorted({*LINUX_ONLY, *SHARED}))


def test_learners_path_imports_where_instructors_packages_are_missing() -> None:
    done = run_python(blocker() + LEARNERS_PATH.format(rows=sorted(learner_rows())))
    assert done.returncode == 0 and "all imported" in done.stdout, done.stderr[-2000:]


@pytest.mark.parametrize("name", ["nbgrader", "dask", "typer"])
def test_blocker_blocks(name: str) -> None:
    done = run_python(blocker() + f"import {name}")
    assert done.returncode != 0 and "not on a learner's machine" in done.stderr


def test_blocker_blocks_linux_alone_from_our_code_only() -> None:
    code = "exec(compile('import resource', 'x', 'exec'), {'__name__': %r})"
    assert run_python(blocker() + code % "autograder.local").returncode != 0
    assert run_python(blocker() + code % "numpy").returncode == 0


def test_check_is_imported_without_keras_and_nbgrader() -> None:
    heavy = "{'keras', 'tensorflow', 'nbgrader', 'matplotlib', 'pandas', 'sklearn'}"
    done = run_python(
        f"import sys; from autograder import check; print(sorted({heavy} & set(sys.modules)))"
    )
    assert done.stdout.strip() == "[]", done.stdout + done.stderr
