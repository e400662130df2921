"""Many submissions on Dask: the only module that knows it.

A task carries the bytes of one submission and returns its judgement, so workers share no disk
with anybody and are given no secret: only the seed of the student they judge. Everything a task
needs is in it: whichever workers are lost, Dask can give it to another.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import pickle
import signal
import threading
import warnings
import zlib
from collections.abc import Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any
from uuid import uuid4

import dask
from distributed import Client, LocalCluster, get_worker
from distributed.client import ClosedClientError
from distributed.versions import VersionMismatchWarning

from .course import Assignment, CourseError
from .grade import grade_one
from .processes import keep_to_processor, processors
from .sandbox import SandboxError
from .spec import Judgement
from .store import differences, versions

DASK = ("dask", "distributed")
WINDOW = 4  # submissions under way per worker: enough to keep it busy, few enough to stay small
PATIENCE = 10.0  # seconds without a result until we look why
SHOWN = 10  # differences in a message; as a rule all workers have the same
SETTINGS = {
    "distributed.comm.timeouts.connect": "10s",
    "distributed.admin.large-graph-warning-threshold": "1GiB",  # a notebook may have megabytes
}
# The scheduler unpickles tasks too, and a worker does before it runs any. A task made of nothing
# but built-ins needs no autograder for that, and fails with plain words where a worker has none.
CALL = "__import__('autograder.cluster').cluster.judge_here(task, shared)"
KEPT = "What was judged is kept."
LOST = f"The connection to the Dask scheduler was lost. {KEPT} Run the command again to go on."
DIFFERS = "The cluster would not judge as this machine does:"
SAME = "Install the same checkout and requirements.lock there and start workers with --nthreads 1. "
SAME += f"{KEPT} Run the command again to go on."
NO_WORKER = "Waiting for a worker. Start one: `dask worker {} --nthreads 1 --memory-limit 0`."

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Task:
    """One submission to judge.

    Args:
        key: anything that names it; it comes back with the result.
        handed_in: the bytes of the notebook.
        seed: the student's secret seed.
    """

    key: str
    handed_in: bytes
    seed: bytes


@dataclass(frozen=True)
class Result:
    """What came of a task: a judgement, or the reason there is none."""

    key: str
    judgement: Judgement | None
    seconds: float = 0.0
    problem: str = ""


@contextmanager
def cluster(workers: int, address: str | None = None) -> Iterator[Client]:
    """A Dask client: of a cluster of `workers` processes here, or of the one at `address`.

    Raises:
        CourseError: when there is no scheduler at `address`.
    """
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    with dask.config.set(SETTINGS):
        if address is not None:
            with _connect(address) as client:
                yield client
            return
        with _deaf_to_ctrl_c():
            local = LocalCluster(
                n_workers=workers, threads_per_worker=1, processes=True,
                dashboard_address="127.0.0.1:0", memory_limit=0, host="127.0.0.1",
                silence_logs=logging.CRITICAL,
            )  # fmt: skip
        with local, Client(local) as client:
            yield client


def _connect(address: str) -> Client:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", VersionMismatchWarning)  # `_require_equal` says it better
        try:
            return Client(address)
        except (OSError, ValueError, TypeError) as error:
            raise CourseError(
                f"There is no Dask scheduler at {address}: {error}. Start one with "
                "`dask scheduler` and `dask worker`, or leave --cluster out. With TLS the address "
                "begins with tls:// and Dask's configuration names the certificates."
            ) from None


@contextmanager
def _deaf_to_ctrl_c() -> Iterator[None]:
    """Processes started meanwhile ignore Ctrl-C: a terminal sends it to them too, and they
    would end with tracebacks before we can end them."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def judge_all(
    client: Client, assignment: Assignment, tasks: Iterator[Task], sandboxed: bool, workers: int = 0
) -> Iterator[Result]:
    """Judge every task and yield the results as they come, in no order.

    Workers may come and go: what one held is judged again. A submission that was on four workers
    that died is given up, with the reason.

    Args:
        workers: how many there should be now; of the embedded cluster, more are started.

    Raises:
        CourseError: when a worker differs from this machine, or the scheduler is lost.
        SandboxError: when a worker cannot have a sandbox.
    """
    if client.cluster is not None and workers > len(client.cluster.workers):
        with _deaf_to_ctrl_c():
            client.cluster.scale(workers)
            client.wait_for_workers(workers)
    full = client.cluster is not None and workers >= processors()
    shared = zlib.compress(pickle.dumps((assignment, sandboxed, full, _versions())))
    done: SimpleQueue[Any] = SimpleQueue()
    running: dict[str, tuple[str, Any]] = {}
    _require_equal(client)
    until_counted = 0  # results that come before the workers are counted again
    while True:
        if until_counted <= 0:
            until_counted = there = max(1, len(_ask(client.nthreads)))
        for task in islice(tasks, max(0, WINDOW * there - len(running))):
            # A name that was never used: what somebody else's task, or an earlier one, of the
            # same student gave is not this task's judgement.
            name = f"judge-{uuid4().hex}"
            given = {"task": (task.handed_in, task.seed), "shared": shared}
            future = _ask(client.submit, eval, CALL, given, key=name, pure=False)
            running[name] = task.key, future
            future.add_done_callback(done.put)
        if not running:
            return
        name, outcome = _next_done(client, done)
        until_counted -= 1
        yield _result(client, running.pop(name)[0], outcome)


def judge_here(task: tuple[bytes, bytes], shared: bytes) -> tuple[str, float]:
    """In a worker: one submission.

    Raises:
        RuntimeError: when this worker is not what the coordinator expects.
        SandboxError: with the name of this worker.
    """
    assignment, sandboxed, full, expected = pickle.loads(zlib.decompress(shared))
    worker = get_worker()
    if _versions(worker.state.nthreads) != expected:
        raise RuntimeError("This worker differs from the machine that sent the task.")
    if full:
        keep_to_processor(int(worker.name))  # 0, 1, ... in a LocalCluster, and kept on a restart
    try:
        graded = grade_one(assignment, *task, sandboxed)
    except SandboxError as error:
        words = f"on the worker {worker.address}: {error.strerror or error}"
        raise SandboxError(error.errno or 0, words) from None
    return graded.judgement.to_json(), graded.seconds


def _result(client: Client, key: str, outcome: Any) -> Result:
    if isinstance(outcome, SandboxError):
        raise outcome
    if isinstance(outcome, Exception):
        _require_equal(client)
        return Result(key, None, problem=f"{type(outcome).__name__}: {outcome}"[:300])
    text, seconds = outcome
    return Result(key, Judgement.from_json(text), seconds)


# --- which workers -----------------------------------------------------------------------------


@cache
def _versions(threads: int = 1) -> dict[str, str]:
    """What has to be equal wherever a class is judged; of a worker with so many threads.

    A process keeps one warm process, and a submission's time limits are for a core of its own:
    so a worker has one thread.
    """
    found = {name: version(name) for name in DASK} | {"--nthreads": str(threads)}
    found["autograder.cluster"] = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()
    return found | versions()


def versions_of(dask_worker: Any) -> dict[str, str]:
    """In a worker, given by Dask: what it would judge with."""
    return _versions(dask_worker.state.nthreads)


async def _ask_all(client: Any) -> dict[str, Any]:
    """What everybody there would judge with; None, or an OSError, of who does not answer now."""

    async def ask(address: str) -> Any:
        call = client.run(versions_of, workers=[address], on_error="return")
        with suppress(OSError, asyncio.TimeoutError):
            return (await asyncio.wait_for(call, PATIENCE)).get(address)

    workers = list(await client.scheduler.ncores())
    answers = await asyncio.gather(*map(ask, workers))
    scheduler = (await client.scheduler.versions(packages=[]))["packages"]
    found = {f"the worker {at}": answer for at, answer in zip(workers, answers, strict=True)}
    return found | {"the scheduler": {name: scheduler[name] for name in DASK}}


def _require_equal(client: Client) -> None:
    """Raise CourseError when anybody who answers would judge otherwise; tasks ask once more."""
    ours, lines = _versions(), []
    for at, theirs in _ask(client.sync, _ask_all, client).items():
        if isinstance(theirs, Exception) and not isinstance(theirs, OSError):
            missing = "No module named 'autograder" in str(theirs)
            theirs = {"autograder": "not installed" if missing else "another release"}
        if isinstance(theirs, dict):
            lines += [f"{words} on {at}" for words in differences(ours, theirs)]
    if lines:
        raise CourseError("\n".join([DIFFERS, *lines[:SHOWN], SAME]))


def _next_done(client: Client, done: SimpleQueue[Any]) -> tuple[str, Any]:
    """What is done next: its name and what came of it; says why when nothing is for a while."""
    said, seen, future = "", dict[str, float](), None
    while True:
        try:
            future = future or done.get(timeout=PATIENCE)
            return future.key, _outcome(future)
        except (Empty, TimeoutError, asyncio.TimeoutError):
            info = _ask(client.scheduler_info)
        except (OSError, ClosedClientError, CancelledError):
            raise CourseError(LOST) from None
        words = _why(info, seen)
        seen = {address: worker["last_seen"] for address, worker in info["workers"].items()}
        if words and words != said:
            log.warning(words)
        said = words


def _outcome(future: Any) -> Any:
    """What judge_here returned, or raised: even a future that was done may be judged again and
    fail then, when its result was lost with its worker."""
    try:
        return future.result(timeout=PATIENCE)
    except Exception as error:  # whatever a worker raises comes out here
        if future.status == "error":
            return error
        raise


def _why(info: Any, before: dict[str, float]) -> str:
    """Why nothing comes back; `before` is when each worker was last heard of, a while ago."""
    workers = info["workers"]
    paused = [at for at, worker in workers.items() if worker["status"] == "paused"]
    silent = [at for at, worker in workers.items() if worker["last_seen"] == before.get(at)]
    if not workers:
        return NO_WORKER.format(info["address"])
    if paused:
        return f"Paused by its memory limit: {', '.join(paused)}. Start with --memory-limit 0."
    if silent:
        return f"{', '.join(silent)} fell silent. When Dask gives it up, others do its work."
    return ""


def _ask(what: Any, *args: Any, **named: Any) -> Any:
    """Call a method of Dask; raise CourseError when it turns out that the scheduler is lost."""
    try:
        return what(*args, **named)
    except (OSError, ClosedClientError, CancelledError):
        raise CourseError(LOST) from None
