"""Grade a class: read what was handed in, judge what is missing, enter it in the gradebook."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Any

from . import ingest
from .cluster import Result, Task, cluster, judge_all
from .course import STORE, Assignment, Course, CourseError, HandedIn, NotEntered
from .grade import check_sandbox
from .gradebook import Gradebook
from .ingest import Refused, Submission
from .judge import refused
from .marked import mark
from .spec import Judgement
from .store import Judgements, Store


@dataclass(frozen=True)
class Options:
    """How to grade.

    Args:
        students: folder names; None for everybody.
        workers: processes of the embedded cluster.
        cluster: the address of a Dask scheduler to use instead.
        sandboxed: False only for --no-sandbox.
    """

    students: list[str] | None = None
    workers: int = 2
    cluster: str | None = None
    sandboxed: bool = True


@dataclass
class Graded:
    """What a run did.

    Args:
        judgements: student -> judgement, of every submission there is.
        refused: student -> why it could not be read; its judgement is zero.
        seconds: student -> seconds that judging took, now or when it was judged.
        digests: student -> of the bytes that were judged.
        kept: how many were judged in an earlier run.
        changed: how many rows of the gradebook changed.
        problems: student -> why there is no judgement; such a student's row is not touched.
    """

    judgements: Judgements
    refused: dict[str, str] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    digests: dict[str, bytes] = field(default_factory=dict)
    kept: int = 0
    changed: int = 0
    problems: dict[str, str] = field(default_factory=dict)

    def add(self, student: str, judgement: Judgement, key: str | None = None) -> str:
        """Note a judgement, and its name in the store if it is kept. Says which kind it is."""
        self.judgements.add(student, key or judgement)
        if judgement.refused:
            self.refused[student] = judgement.refused
        return "refused" if judgement.refused else "judged"


Told = Callable[[str, int], None]


def grade_class(
    course: Course, assignment: str, options: Options, told: Told = lambda what, count: None
) -> dict[str, Graded]:
    """Grade every notebook of an assignment; notebook name -> what was done.

    Args:
        told: called with ("all", how many), then ("judged" or "refused" or "lost", 1) as
            submissions are decided.

    Raises:
        CourseError: when the class cannot be graded, with the remedy; what was judged is kept.
        SandboxError: when there can be no sandbox and `options` do not renounce it.
    """
    notebooks = course.assignment(assignment)
    students = _students(course, assignment, options.students)
    told("all", len(students) * len(notebooks))
    with _Workers(options) as workers:
        graded = {
            one.notebook: _judge(course, one, students, options, workers, told) for one in notebooks
        }
    _enter(course, notebooks, students, graded)
    return graded


def judgements_of(course: Course, assignment: Assignment) -> Graded:
    """The judgements that are in the store already, with and without the sandbox."""
    store = Store(course.root / STORE)
    found = Graded(Judgements(store))
    for one in course.handed_in(assignment, course.students(assignment.name)):
        seed = course.seed(one.student, assignment.name)
        try:
            data = one.read()
        except Refused as reason:
            found.add(one.student, _refusal(assignment, str(reason), True))
            continue
        for sandboxed in (True, False):
            key = store.key(assignment, data, seed, sandboxed)
            kept = store.get(key)
            if kept is not None:
                found.add(one.student, kept[0], key)
                found.seconds[one.student] = kept[1]
                break
        else:
            found.problems[one.student] = "not graded yet; run `autograder grade`"
    return found


def _students(course: Course, assignment: str, wanted: list[str] | None) -> list[str]:
    there = course.students(assignment)
    unknown = sorted(set(wanted or []) - set(there))
    if unknown:
        raise CourseError(f"No {assignment} was handed in by: {', '.join(unknown)}.")
    if not there:
        raise CourseError(f"Nobody handed in {assignment}: no submitted/<student>/{assignment}/.")
    return sorted(wanted) if wanted else there


class _Workers(ExitStack):
    """The cluster of a run, started when there is something to judge."""

    def __init__(self, options: Options):
        super().__init__()
        self._options, self._started = options, False

    def client(self, submissions: int) -> Any:
        """A client; no more workers are started than there are submissions."""
        if not self._started:
            if self._options.sandboxed and self._options.cluster is None:
                check_sandbox()
            self._client = self.enter_context(cluster(submissions, self._options.cluster))
            self._started = True
        return self._client


def _judge(
    course: Course, assignment: Assignment, students: list[str], options: Options,
    workers: _Workers, told: Told,
) -> Graded:  # fmt: skip
    store = Store(course.root / STORE)
    graded = Graded(Judgements(store))
    keys: dict[str, str] = {}

    def missing() -> Iterator[Task]:
        """What has to be judged; decides on the way what need not be."""
        for one in course.handed_in(assignment, students):
            found = _task(course, assignment, one, options, store, graded, told)
            if found is not None:
                keys[one.student], task = found
                yield task

    tasks = missing()
    first = list(islice(tasks, options.workers))  # no more workers than submissions
    if not first:
        return graded
    client, every = workers.client(len(first)), chain(first, tasks)
    for result in judge_all(client, assignment, every, options.sandboxed, len(first)):
        _keep(result, keys.pop(result.key), store, graded, told)
    return graded


def _task(
    course: Course, assignment: Assignment, one: HandedIn, options: Options, store: Store,
    graded: Graded, told: Told,
) -> tuple[str, Task] | None:  # fmt: skip
    """The work that one submission makes and the name of what comes of it; None if decided."""
    seed = course.seed(one.student, assignment.name)
    try:
        data = one.read()
    except Refused as reason:
        told(graded.add(one.student, _refusal(assignment, str(reason), options.sandboxed)), 1)
        return None
    graded.digests[one.student] = hashlib.sha256(data).digest()
    key = store.key(assignment, data, seed, options.sandboxed)
    kept = store.get(key)
    if kept is None:
        return key, Task(one.student, data, seed)
    graded.seconds[one.student] = kept[1]
    graded.kept += 1
    told(graded.add(one.student, kept[0], key), 1)
    return None


def _keep(result: Result, key: str, store: Store, graded: Graded, told: Told) -> None:
    if result.judgement is None:
        graded.problems[result.key] = result.problem
        told("lost", 1)
        return
    store.put(key, result.judgement, result.seconds)
    graded.seconds[result.key] = result.seconds
    told(graded.add(result.key, result.judgement, key), 1)


def _enter(
    course: Course, notebooks: list[Assignment], students: list[str], graded: dict[str, Graded]
) -> None:
    """Enter every student all of whose notebooks were judged."""
    stamps = {one.student: one.timestamp for one in course.handed_in(notebooks[0], students)}
    first = graded[notebooks[0].notebook]
    with Gradebook(course) as book:
        for student in students:
            if any(student in graded[one.notebook].problems for one in notebooks):
                continue
            try:
                judgements, marked = _marked(course, notebooks, student, graded)
                stamp = stamps[student]
                first.changed += book.enter(notebooks[0].name, student, judgements, marked, stamp)
            except NotEntered as reason:
                first.problems[student] = str(reason)


def _marked(
    course: Course, notebooks: list[Assignment], student: str, graded: dict[str, Graded]
) -> tuple[dict[str, Judgement], dict[str, str]]:
    """Notebook -> judgement, and notebook -> the marked notebook.

    Raises:
        NotEntered: if another was handed in since.
    """
    judgements = {one.notebook: graded[one.notebook].judgements[student] for one in notebooks}
    handed_in = {one.notebook: _judged(course, one, student, graded) for one in notebooks}
    marked = {
        one.notebook: mark(one, handed_in[one.notebook], judgements[one.notebook])
        for one in notebooks
    }
    return judgements, marked


def _judged(
    course: Course, assignment: Assignment, student: str, graded: dict[str, Graded]
) -> Submission | None:
    """The notebook that was judged, or None when it was refused. Raises `NotEntered`."""
    (one,) = course.handed_in(assignment, [student])
    mine = graded[assignment.notebook]
    digest = mine.digests.get(student)
    try:
        data = one.read()
        if hashlib.sha256(data).digest() == digest:
            return ingest.rebuild(data, ingest.cells_of(json.loads(assignment.release)))
    except Refused:
        if student in mine.refused:
            return None
    raise NotEntered("The notebook changed while it was graded; run the command again.")


def _refusal(assignment: Assignment, reason: str, sandboxed: bool) -> Judgement:
    ours = ingest.cells_of(json.loads(assignment.release))
    names = {"assignment": assignment.name, "notebook": assignment.notebook}
    return refused(reason, ours, sandbox="on" if sandboxed else "off", **names)
