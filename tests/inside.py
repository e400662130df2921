"""Run a few lines of code as a submission's, in a shell forked by a warm process."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from functools import cache
from typing import Any

import psutil
import pytest

from autograder import wire
from autograder.processes import ShellProcess, Warm
from autograder.sandbox import SandboxError

SECONDS = 20.0


# What the sandbox needs of a kernel, asked without any code of ours.
PROBE = """
import ctypes, os, sys, tempfile
libc = ctypes.CDLL(None, use_errno=True)
if libc.syscall(444, None, ctypes.c_size_t(0), 1) < 1: sys.exit("no Landlock")
flags = 0x6c020000 | (0x10000000 if os.getuid() else 0)
if libc.unshare(flags) != 0: sys.exit("no namespaces")
if os.fork() == 0:
    folder = tempfile.mkdtemp().encode()
    libc.mount(b"none", b"/", None, 1 << 18 | 16384, None)
    os._exit(libc.mount(b"proc", folder, b"proc", 0, None) != 0)
sys.exit("no mounts" if os.wait()[1] else 0)
"""


@cache
def kernel_refuses() -> str:
    """Why there can be no sandbox here, or an empty string where there can."""
    done = subprocess.run([sys.executable, "-c", PROBE], capture_output=True, text=True)
    return "" if done.returncode == 0 else done.stderr.strip() or "no answer"


def warm_or_skip(*imports: str) -> Warm:
    """A warm process; skips the test, with the reason, where the kernel has no sandbox."""
    try:
        return Warm(imports=(*imports, "IPython.core.interactiveshell"))
    except SandboxError as error:
        if not kernel_refuses():
            raise
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
