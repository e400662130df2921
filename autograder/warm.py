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
import sys
import tempfile
from typing import Any

from . import sandbox

WARM_IMPORTS = (
    "numpy matplotlib.pyplot pandas scipy.special scipy.optimize sklearn.datasets gymnasium"
    " IPython keras keras.src.backend threesteps.datasets threesteps.plots threesteps.gradients"
    " IPython.core.interactiveshell"
).split()


READY = b"\0"  # what a shell says when it is inside the sandbox
WATCH_MILLISECONDS = 200


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
