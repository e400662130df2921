"""The warm process and the shells it forks, as the judge sees them.

judge's process  --socketpair-->  `warm`  --fork-->  keeper  --fork-->  shell
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

from . import sandbox, wire
from .shell import receive
from .student import Lost
from .warm import READY, WARM_IMPORTS

START_SECONDS = 60.0


class Warm:
    """A warm process, seen from the judge's.

    Args:
        sandboxed: False only for --no-sandbox.
        imports: what the warm process imports, by default all that a notebook may.

    Raises:
        sandbox.SandboxError: when the sandbox cannot be had here; the message says why.
    """

    def __init__(self, sandboxed: bool = True, imports: tuple[str, ...] = tuple(WARM_IMPORTS)):
        self.root = tempfile.mkdtemp(prefix="threesteps-")
        ours, theirs = socket.socketpair()
        options = json.dumps({"root": self.root, "sandboxed": sandboxed, "imports": imports})
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "autograder.warm", str(theirs.fileno()), options],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                env=_environment(self.root),
                start_new_session=True,
            )
        self._socket = ours
        hello = ours.recv(1)
        if hello != b"!":
            words = self._process.communicate()[1].decode(errors="replace").strip()
            self.close()
            raise sandbox.SandboxError(words.splitlines()[-1] if words else "it did not start")

    def fork(self) -> ShellProcess:
        """A fresh shell."""
        ours, theirs = socket.socketpair()
        ours.settimeout(START_SECONDS)
        with theirs:
            socket.send_fds(self._socket, [b"fork"], [theirs.fileno()])
        _, descriptors, _, _ = socket.recv_fds(ours, 1, 1)  # nothing, when `warm` has ended
        if not descriptors:
            ours.close()
            raise sandbox.SandboxError("a shell did not start; is the machine out of memory?")
        shell = ShellProcess(ours, descriptors[0])
        shell.wait_until_ready()
        return shell

    def close(self) -> None:
        """End the warm process and every shell it started."""
        self._socket.close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stderr:
            self._process.stderr.close()
        shutil.rmtree(self.root, ignore_errors=True)


class ShellProcess:
    """One submission's process, seen from the judge's.

    Args:
        connection: the pipe.
        pidfd: a descriptor that names the process, so that a kill can hit no other.
    """

    def __init__(self, connection: socket.socket, pidfd: int):
        self._socket, self._pidfd = connection, pidfd
        self.alive = True
        self.ended = False  # by itself, or by somebody else; not by us

    def wait_until_ready(self) -> None:
        """Wait until the shell is inside the sandbox.

        Raises:
            sandbox.SandboxError: when it could not go in; nothing was run.
        """
        self._socket.settimeout(START_SECONDS)
        words = "it did not start; is the machine overloaded, or out of memory?"
        try:
            first = self._socket.recv(1)
            if first == READY:
                return
            words = (first + self._socket.recv(1000)).decode(errors="replace") or words
        except OSError:
            pass  # the words for it are there already
        self.close()
        raise sandbox.SandboxError(words)

    def ask(self, request: bytes, seconds: float) -> bytes:
        """The reply to one encoded request.

        Raises:
            Lost: when the process ended, did not answer within `seconds`, or answered with
                something that is no message. It is dead afterwards.
        """
        deadline = time.monotonic() + seconds
        try:
            self._socket.settimeout(seconds)
            self._socket.sendall(request)
            reply = receive(_Until(self._socket, deadline))  # type: ignore[arg-type]
        except TimeoutError:
            self.close()
            raise Lost(f"It did not come back within {seconds:.0f} seconds.") from None
        except (OSError, wire.WireError) as error:
            self.ended = isinstance(error, OSError)
            self.close()
            raise Lost(f"The process that ran your code was stopped: {error}.") from None
        if reply is None:
            self.ended = True
            self.close()
            raise Lost("The process that ran your code ended (an exit, a crash or a memory limit).")
        return reply

    def close(self) -> None:
        """Kill the shell and with it, in the sandbox, everything it started."""
        if not self.alive:
            return
        self.alive = False
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)
        ended = select.poll()
        ended.register(self._pidfd, select.POLLIN)
        ended.poll(5000)
        os.close(self._pidfd)
        self._socket.close()


class _Until:
    """A socket whose reads together end at one deadline."""

    def __init__(self, connection: socket.socket, deadline: float):
        self._socket, self._deadline = connection, deadline

    def recv(self, size: int) -> bytes:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._socket.settimeout(left)
        return self._socket.recv(size)


def processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def keep_to_processor(number: int) -> None:
    """Keep this thread, and the shells that it starts, to one of the processors that it may use,
    counted round. For a machine with as many workers as processors, or more.

    TensorFlow hands every step of a training to another thread and waits for it. Between two
    processors that costs a tenth of the time of a class of assignment 01.
    """
    if hasattr(os, "sched_setaffinity"):
        every = sorted(os.sched_getaffinity(0))
        with contextlib.suppress(OSError):  # a machine that forbids it grades as well
            os.sched_setaffinity(0, {every[number % len(every)]})


def _environment(folder: str) -> dict[str, str]:
    """What the warm process may know of its surroundings: where programs are, and nothing else."""
    keep = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "KERAS_BACKEND", "TZ", "SYSTEMROOT")
    environment = {name: os.environ[name] for name in keep if name in os.environ}
    threads = "OMP_NUM_THREADS OPENBLAS_NUM_THREADS MKL_NUM_THREADS NUMEXPR_NUM_THREADS"
    threads += " TF_NUM_INTRAOP_THREADS TF_NUM_INTEROP_THREADS"
    environment |= dict.fromkeys(threads.split(), "1")
    package_parent = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    return environment | {
        "PYTHONPATH": package_parent,
        "PYTHONHASHSEED": "0",
        "PYTHONSAFEPATH": "1",
        "HOME": folder,
        "KERAS_HOME": folder,
        "MPLCONFIGDIR": folder,
        "MPLBACKEND": "Agg",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "CUDA_VISIBLE_DEVICES": "-1",
        "PIP_NO_INDEX": "1",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    }
