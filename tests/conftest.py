"""The light course for every test: copied once, built once, its checks beside ours."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest
import setuptools  # noqa: F401  (before any test imports pip, which would hide its distutils)
from hypothesis import settings

# The same examples in every run, however slow the machine is.
settings.register_profile("tests", deadline=None, derandomize=True, database=None)
settings.load_profile("tests")

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

# With -n several processes run tests side by side; what one leaves behind, no other may count.
if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ["TMPDIR"] = tempfile.mkdtemp(prefix="tests-")
    tempfile.tempdir = None
    atexit.register(shutil.rmtree, os.environ["TMPDIR"], ignore_errors=True)

# The build records answers beside the checks, and `autograder.registry` finds the checks when it
# is imported: so there is one copy per session, and it is there before any test module.
COPY = Path(tempfile.mkdtemp(prefix="light-course-"))
atexit.register(shutil.rmtree, COPY, ignore_errors=True)
shutil.copytree(Path(__file__).parent / "courses" / "light", COPY / "light")
os.environ["AUTOGRADER_CHECKS"] = str(COPY / "light" / "checks")


@pytest.fixture(scope="session")
def light_built() -> Path:
    """The light course, built; to be read, not changed."""
    from autograder import build

    build.build(COPY / "light")
    return COPY / "light"


@pytest.fixture
def light_course(light_built: Path, tmp_path: Path) -> Path:
    """A test's own copy of the light course, built: notebooks, build/source and gradebook.

    Its checks, and the answers recorded for them, are those of the session.
    """
    return Path(shutil.copytree(light_built, tmp_path / "course"))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """With -n: a module stays in one process, for its fixtures; checks go to whoever is free."""
    from xdist.scheduler import LoadScopeScheduling

    class ByModule(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            module = nodeid.partition("::")[0]
            return nodeid if module.endswith("test_checks.py") else module

    return ByModule(config, log)


def pytest_sessionfinish(session: pytest.Session) -> None:
    import torture

    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["torture"] = [dict(torture.tried), dict(torture.held)]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    import torture

    # A process that crashed has left no output.
    tried, held = getattr(node, "workeroutput", {}).get("torture", ({}, {}))
    torture.tried.update(tried)
    torture.held.update(held)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Attacks, faults and fuzzing: held out of tried."""
    import torture

    lines = torture.summary()
    if lines:
        terminalreporter.section("held of tried")
        for line in lines:
            terminalreporter.write_line(line)
