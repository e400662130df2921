"""What a command takes, with everything that it starts: seconds, processor seconds, peak memory.

A sandboxed shell is no child that its parent could be asked about when it has ended, so the kernel
is asked: the command gets a control group (cgroup v2) of its own, where that is allowed. Elsewhere
its processes are looked at ten times a second, which misses what a short one did in the end.
Memory is the largest sum of their proportional set sizes (PSS), looked at twice a second: what
several processes share counts once.

    python benchmarks/measure.py      checks the figures with a load that is known
"""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

LOOK_SECONDS, WEIGH_SECONDS = 0.1, 0.5
INTO_GROUP = 'echo $$ > "$0" && exec "$@"'

# Two processes of a second and 200 MiB each that nobody waits for, one in a session of its own.
KNOWN_LOAD = """
import os, signal, time
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
for number in range(2):
    if os.fork() == 0:
        if number:
            os.setsid()
        held = b"x" * (200 << 20)
        while time.process_time() < 1:
            pass
        time.sleep(1)
        os._exit(0)
time.sleep(5)
"""


@dataclass(frozen=True)
class Used:
    """What a command took.

    Args:
        seconds: of wall time.
        processor_seconds: of all its processes.
        mebibytes: the most that its processes held at one time.
        how: "cgroup" or "sampled", where the processor seconds come from.
        failed: what it printed in the end, if it failed; else empty.
    """

    seconds: float
    processor_seconds: float
    mebibytes: float
    how: str
    failed: str = ""


def run(command: list[str], folder: Path, environment: dict[str, str] | None = None) -> Used:
    """Run a command to its end and say what it took."""
    with _group() as group:
        if group is not None:
            command = ["sh", "-c", INTO_GROUP, str(group / "cgroup.procs"), *command]
        start = time.monotonic()
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        watch = _Watch(process.pid, group)
        words = process.communicate()[0].decode(errors="replace")
        seconds = time.monotonic() - start
        processor_seconds, mebibytes = watch.end()
    how = "sampled" if group is None else "cgroup"
    failed = words[-2000:] if process.returncode else ""
    return Used(seconds, processor_seconds, mebibytes, how, failed)


@contextlib.contextmanager
def _group() -> Iterator[Path | None]:
    """A control group under our own, or None where the system does not let us have one."""
    mounts = re.findall(r"^\S+ (\S+) cgroup2 ", Path("/proc/self/mounts").read_text(), re.MULTILINE)
    own = re.search(r"^0::(.*)$", Path("/proc/self/cgroup").read_text(), re.MULTILINE)
    if not mounts or not own:
        yield None
        return
    group = Path(mounts[0] + own[1]) / f"threesteps-{os.getpid()}-{time.monotonic_ns()}"
    try:
        group.mkdir()
        subprocess.run(["sh", "-c", INTO_GROUP, group / "cgroup.procs", "true"], check=True)
    except (OSError, subprocess.CalledProcessError):
        with contextlib.suppress(OSError):
            group.rmdir()
        yield None
        return
    try:
        yield group
    finally:
        with contextlib.suppress(OSError):  # before Linux 5.14 there is none
            (group / "cgroup.kill").write_text("1")
        for _ in range(100):
            if "populated 0" in (group / "cgroup.events").read_text():
                break
            time.sleep(0.05)
        group.rmdir()


class _Watch:
    """Looks at a command's processes from a thread until it is told to end."""

    def __init__(self, pid: int, group: Path | None):
        self._pid, self._group = pid, group
        self._mebibytes = 0.0
        self._seconds: dict[tuple[int, float], float] = {}  # process and its start -> seconds
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def end(self) -> tuple[float, float]:
        """Processor seconds and the most MiB."""
        self._ended.set()
        self._thread.join()
        if self._group is None:
            return sum(self._seconds.values()), self._mebibytes
        used = re.search(r"usage_usec (\d+)", (self._group / "cpu.stat").read_text())
        assert used is not None
        return int(used[1]) / 1e6, self._mebibytes

    def _look(self) -> None:
        weighed = 0.0
        while not self._ended.wait(LOOK_SECONDS):
            weigh = time.monotonic() - weighed > WEIGH_SECONDS
            if self._group is not None and not weigh:
                continue
            pids = self._pids()
            if self._group is None:
                self._take_times(pids)
            if weigh:
                self._mebibytes = max(self._mebibytes, sum(map(_mebibytes, pids)))
                weighed = time.monotonic()

    def _pids(self) -> list[int]:
        if self._group is not None:
            return [int(pid) for pid in (self._group / "cgroup.procs").read_text().split()]
        with contextlib.suppress(psutil.Error):
            return [
                self._pid,
                *(child.pid for child in psutil.Process(self._pid).children(recursive=True)),
            ]
        return []

    def _take_times(self, pids: list[int]) -> None:
        for pid in pids:
            with contextlib.suppress(psutil.Error):
                process = psutil.Process(pid)
                times = process.cpu_times()
                self._seconds[pid, process.create_time()] = times.user + times.system


def _mebibytes(pid: int) -> float:
    """A process's proportional set size; where that is not told, its resident set size."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
        found = re.search(r"^Pss: +(\d+) kB", text, re.MULTILINE)
        return int(found[1]) / 1024 if found else 0.0
    except OSError:
        with contextlib.suppress(psutil.Error):
            return float(psutil.Process(pid).memory_info().rss / 2**20)
        return 0.0


if __name__ == "__main__":
    used = run([sys.executable, "-c", KNOWN_LOAD], Path.cwd())
    print(f"two processes of 1 s and 200 MiB each, {used.how}:", end=" ")
    print(f"{used.processor_seconds:.2f} processor seconds, {used.mebibytes:.0f} MiB")
