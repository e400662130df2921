"""Many submissions on Dask: the only module that knows it.

A task carries the bytes of one submission and returns its judgement, so workers share no disk
with anybody and are given no secret: only the seed of the student they judge.
"""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import dask
from distributed import Client, LocalCluster, as_completed

from .course import Assignment, CourseError
from .grade import grade_one
from .sandbox import SandboxError
from .spec import Judgement

WINDOW = 4  # submissions under way per worker: enough to keep it busy, few enough to stay small


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
    dask.config.set({"distributed.comm.timeouts.connect": "10s"})
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    if address is not None:
        try:
            there = Client(address)
        except (OSError, ValueError) as error:
            raise CourseError(
                f"There is no Dask scheduler at {address}: {error}. Start one with "
                "`dask scheduler` and `dask worker`, or leave --cluster out."
            ) from None
        with there as client:
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
    client: Client, assignment: Assignment, tasks: Iterator[Task], sandboxed: bool
) -> Iterator[Result]:
    """Judge every task and yield the results as they come, in no order.

    A worker that dies is replaced and what it held is judged again. A submission that kills its
    worker three times is given up, with the reason.

    Raises:
        SandboxError: when a worker cannot have a sandbox.
    """
    shared = client.scatter(assignment, broadcast=True)
    running: Any = as_completed(with_results=False)
    names: dict[str, str] = {}

    def submit_next() -> None:
        task = next(tasks, None)
        if task is not None:
            # A name that was never used: what somebody else's task, or an earlier one, of the
            # same student gave is not this task's judgement.
            name = uuid4().hex
            names[name] = task.key
            running.add(client.submit(_judge, task, shared, sandboxed, key=name, pure=False))

    for _ in range(WINDOW * max(1, len(client.ncores()))):
        submit_next()
    for future in running:
        yield _result(names.pop(str(future.key)), future)
        submit_next()


def _judge(task: Task, assignment: Assignment, sandboxed: bool) -> tuple[str, float]:
    """In a worker: one submission."""
    graded = grade_one(assignment, task.handed_in, task.seed, sandboxed)
    return graded.judgement.to_json(), graded.seconds


def _result(key: str, future: Any) -> Result:
    error = future.exception()
    if isinstance(error, SandboxError):
        raise error
    if error is not None:
        return Result(key, None, problem=f"{type(error).__name__}: {error}"[:300])
    text, seconds = future.result()
    return Result(key, Judgement.from_json(text), seconds)
