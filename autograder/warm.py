"""The process with TensorFlow imported that forks one shell per submission.

It imports and never executes: a child forked after its parent ran one TensorFlow operation hangs.
It holds no checks, no secret, no database and no descriptors but its own socket.

    judge's process  --socketpair-->  warm  --fork-->  keeper  --fork-->  shell, process 1 of
                                                                          its own namespaces

The keeper leaves the machine's namespaces, waits for the shell and kills it when `warm` ends.
"""

from __future__ import annotations

import contextlib
import gc
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
from typing import Any

from . import sandbox, wire
from .student import Lost

WARM_IMPORTS = (
    "numpy matplotlib.pyplot pandas scipy.special scipy.optimize sklearn.datasets gymnasium"
    " IPython keras keras.src.backend threesteps.datasets threesteps.plots threesteps.gradients"
    " IPython.core.interactiveshell"
).split()


READY, START_SECONDS = b"\0", 60.0
WATCH_MILLISECONDS = 200


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
        from .shell import receive

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


def main(descriptor: int, options: dict[str, Any]) -> None:
    """The warm process itself: import, then fork on request until the judge closes the socket."""
    import importlib

    control = socket.socket(fileno=descriptor)
    for name in options["imports"]:
        importlib.import_module(name)
    _suit_small_networks(sys.modules.get("tensorflow"))
    gc.collect()
    gc.freeze()
    options["warm"] = os.getpid()
    _fork_one(None, options, 0)  # the trial: can a sandbox be had here?
    control.sendall(b"!")
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    count = 0
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, 16, 1)
        if not message:
            shutil.rmtree(options["root"], ignore_errors=True)
            return
        count += 1
        _fork_one(descriptors[0], options, count)
        os.close(descriptors[0])


def _suit_small_networks(tensorflow: Any) -> None:
    """Spare TensorFlow what pays for large networks only; the numbers stay what they are.

    Rewriting a graph before it runs takes longer here than what it saves: a fifth of the processor
    time of assignment 01. And the end of every epoch of a `fit` waits, twice, 10 ms for a thread
    that tunes the input pipeline. Both are settings: nothing is executed.
    """
    if tensorflow is None:
        return
    tensorflow.config.optimizer.set_experimental_options({"disable_meta_optimizer": True})
    untuned = tensorflow.data.Options()
    untuned.autotune.enabled = False
    iterate = tensorflow.data.Dataset.__iter__
    tensorflow.data.Dataset.__iter__ = lambda dataset: iterate(dataset.with_options(untuned))


def _fork_one(descriptor: int | None, options: dict[str, Any], count: int) -> None:
    """Fork a keeper, which forks a shell on `descriptor`; without one, only try and report."""
    keeper = os.fork()
    if keeper == 0:
        try:
            _keep(descriptor, options, os.getppid() * 1000 + count % 1000)
        except BaseException as error:
            print(error, file=sys.stderr)
            sys.stderr.flush()
            os._exit(1)
        os._exit(0)
    if descriptor is None and os.waitstatus_to_exitcode(os.waitpid(keeper, 0)[1]) != 0:
        os._exit(1)


def _keep(descriptor: int | None, options: dict[str, Any], number: int) -> None:
    """In the keeper: start the shell in its own world, wait for it, take it along."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    go, ready = os.pipe()
    if options["sandboxed"]:
        sandbox.unshare()
    shell = os.fork()
    if shell == 0:
        os.close(ready)
        if os.read(go, 1):
            _become_shell(descriptor, options, number)
        os._exit(1)
    signal.signal(signal.SIGTERM, lambda *_: os.kill(shell, signal.SIGKILL))
    sandbox.die_with_parent(signal.SIGTERM)
    if os.getppid() != options["warm"]:
        os._exit(1)  # `warm` ended before we could ask to be told
    pidfd = os.pidfd_open(shell)
    if descriptor is not None:
        with socket.socket(fileno=os.dup(descriptor)) as connection:
            socket.send_fds(connection, [b"!"], [pidfd])
        os.close(descriptor)
    os.write(ready, b"!")
    status = _watch(shell, pidfd, options["sandboxed"])
    if descriptor is None and os.waitstatus_to_exitcode(status) != 0:
        os._exit(1)


def _watch(shell: int, pidfd: int, sandboxed: bool) -> int:
    """Wait for the shell to end, and end it when all its processes together hold too much.

    The kernel limits what one process may hold; here a crowd of them is limited. Returns the
    shell's status.
    """
    ended, limits = select.poll(), sandbox.Limits()
    ended.register(pidfd, select.POLLIN)
    while not ended.poll(WATCH_MILLISECONDS):
        if sandboxed and sandbox.memory_in_use(limits.together) > limits.together:
            os.kill(shell, signal.SIGKILL)
    if not sandboxed:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(shell, signal.SIGKILL)  # in the sandbox the kernel ends what is left
    return os.waitpid(shell, 0)[1]


def _become_shell(descriptor: int | None, options: dict[str, Any], number: int) -> None:
    """In the shell: lose every descriptor but the pipe, enter the sandbox, serve."""
    status, keep = 1, 3
    tell: int | None = 2 if descriptor is None else keep  # whom, why the sandbox was refused
    try:
        if descriptor is not None:
            os.dup2(descriptor, keep)
            os.set_inheritable(keep, False)
            nothing = os.open(os.devnull, os.O_RDWR)
            for standard in range(3):
                os.dup2(nothing, standard)
        os.closerange(keep if descriptor is None else keep + 1, 65536)
        os.setsid()
        limits = sandbox.Limits()
        if options["sandboxed"]:
            sandbox.enter(options["root"], limits, number)
        else:
            sandbox.set_limits(limits)
            os.chdir(tempfile.mkdtemp(dir=options["root"]))
        os.environ["HOME"] = os.environ["KERAS_HOME"] = os.environ["MPLCONFIGDIR"] = os.getcwd()
        if descriptor is not None:
            from .shell import serve

            os.write(keep, READY)
            tell = None
            serve(socket.socket(fileno=keep))
        status = 0
    except BaseException as error:
        text = str(error) or repr(error)
        if tell is not None:
            os.write(tell, f"{text}\n".encode(errors="replace"))
    finally:
        os._exit(status)


if __name__ == "__main__":
    main(int(sys.argv[1]), json.loads(sys.argv[2]))
