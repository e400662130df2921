"""Run a few lines of code as a submission's, in a shell forked by a warm process."""

from __future__ import annotations

import textwrap
import time
from collections.abc import Callable
from typing import Any

import psutil
import pytest

from autograder import wire
from autograder.sandbox import SandboxError
from autograder.warm import ShellProcess, Warm

SECONDS = 20.0


def warm_or_skip(*imports: str) -> Warm:
    """A warm process; skips the test, with the reason, where there can be no sandbox."""
    try:
        return Warm(imports=(*imports, "IPython.core.interactiveshell"))
    except SandboxError as error:
        pytest.skip(f"no sandbox here: {error.strerror or error}")


def run(shell: ShellProcess, code: str, seconds: float = SECONDS, **more: Any) -> dict[str, Any]:
    """One cell, as the judge runs it: the reply has text and figures, and error if it raised."""
    source = textwrap.dedent(code)
    request = {"op": "run", "source": source, "figures": True, "seconds": seconds, **more}
    return wire.decode(shell.ask(wire.encode(request), seconds + 1))


def text_of(warm: Warm, code: str, seconds: float = SECONDS) -> str:
    """What one cell in a fresh shell prints; it must not raise."""
    shell = warm.fork()
    try:
        reply = run(shell, code, seconds)
    finally:
        shell.close()
    assert "error" not in reply, reply["error"]
    return reply["text"].strip()


def error_of(warm: Warm, code: str, seconds: float = SECONDS) -> str:
    """What one cell in a fresh shell raises, "PermissionError: ..."; it must raise."""
    shell = warm.fork()
    try:
        reply = run(shell, code, seconds)
    finally:
        shell.close()
    assert "error" in reply, reply["text"]
    return f"{reply['error']['type']}: {reply['error']['message']}"


def running(marker: str) -> list[int]:
    """The processes of this machine with `marker` among their arguments."""
    found = []
    for process in psutil.process_iter():
        try:
            alive = process.status() != psutil.STATUS_ZOMBIE
            if alive and any(marker in word for word in process.cmdline()):
                found.append(process.pid)
        except psutil.Error:
            continue
    return found


def eventually(condition: Callable[[], object], seconds: float = 20.0) -> bool:
    """Whether `condition` comes true before it would be absurd to wait any longer."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True
