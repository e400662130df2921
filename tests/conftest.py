"""The light course for every test: copied once, built once, its checks beside ours."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

import pytest
import setuptools  # noqa: F401  (before any test imports pip, which would hide its distutils)
from hypothesis import settings

# The same examples in every run, however slow the machine is.
settings.register_profile("tests", deadline=None, derandomize=True, database=None)
settings.load_profile("tests")

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

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


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Attacks, faults and fuzzing: held out of tried."""
    import torture

    lines = torture.summary()
    if lines:
        terminalreporter.section("held of tried")
        for line in lines:
            terminalreporter.write_line(line)
