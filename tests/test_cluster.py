"""A class graded on somebody's Dask cluster: cut off, killed, mismatched, encrypted.

Scheduler and workers are processes of their own, started with Dask's own commands.
"""

from __future__ import annotations

import ast
import functools
import importlib
import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, nullcontext, suppress
from pathlib import Path
from typing import Any

import distributed
import pytest
import typer
import yaml
from classwork import NAME, RIGHT, light, notebook, rows
from inside import eventually, warm_or_skip
from test_classroom import (
    CLASS,
    PACKAGE,
    POINTS,
    Done,
    command,
    environment,
    graded,
    hand_in,
    in_this_process,
    json_of,
    judge_here,
    kept,
    one_line,
)

from autograder import classroom, grade, store
from autograder import cluster as module
from autograder.cluster import Task, cluster, judge_all
from autograder.course import Course, CourseError

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="the sandbox is Linux's"),
]

SECRET = "5a" * 32
NO_LANDLOCK = """
from autograder import sandbox, syscalls
syscalls.DENIED, syscalls.NEW_NAMESPACES = {"landlock_create_ruleset": (444, 444)}, 0
sandbox._libc.prctl(sandbox.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
syscalls.restrict()
"""
WORKER = ["--nthreads", "1", "--memory-limit", "0", "--no-dashboard", "--death-timeout", "60"]


@pytest.fixture(scope="module", autouse=True)
def as_the_command_does() -> Iterator[None]:
    """The backend that `autograder` chooses: workers must have the same."""
    warm_or_skip().close()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KERAS_BACKEND", "tensorflow")
        for cached in (store._our_code, module._versions):
            cached.cache_clear()
        yield
    for cached in (store._our_code, module._versions):
        cached.cache_clear()
    grade.close()


def a_class(built: Path, root: Path) -> Course:
    """The light course with a class that has handed in."""
    course = Course.open(Path(shutil.copytree(built, root)))
    (root / ".autograder").mkdir(mode=0o700, exist_ok=True)
    (root / ".autograder" / "secret").write_text(SECRET)
    for student, texts in CLASS.items():
        hand_in(course, student, **texts)
    return course


@pytest.fixture
def course(light_built: Path, tmp_path: Path) -> Course:
    return a_class(light_built, tmp_path / "course")


@pytest.fixture(scope="module")
def expected(light_built: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Judgements and gradebook of the class, graded in this process."""
    opened = a_class(light_built, tmp_path_factory.mktemp("once") / "course")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(classroom, "cluster", lambda *args: nullcontext())
        patch.setattr(classroom, "judge_all", judge_here)
        what = graded(opened)
    assert {s: j.points for s, j in what.judgements.items()} == POINTS
    return {"judgements": json_of(what), "rows": rows(opened.root)}


# --- processes ---------------------------------------------------------------------------------


class Dask:
    """A scheduler and its workers, each a process started by Dask's own command.

    Args:
        folder: for scratch files; workers in a namespace do not see its parent.
        inside: what starts a command somewhere else, by the name of a machine.
    """

    def __init__(
        self, folder: Path, inside: Callable[[str], list[str]] = lambda machine: [],
        host: str = "127.0.0.1", protocol: str = "tcp", **more: str,
    ):  # fmt: skip
        self.folder, self.inside, self.processes = folder, inside, ExitStack()
        hidden = folder / "empty" / "autograder"  # a scheduler needs nothing of ours
        hidden.mkdir(parents=True)
        hidden.joinpath("__init__.py").write_text(
            "raise ModuleNotFoundError(\"No module named 'autograder'\")"
        )
        self.without = {"PYTHONPATH": str(hidden.parent)}
        file = folder / "scheduler.json"
        arguments = ["--scheduler-file", str(file), "--host", host, "--port", "0"]
        arguments += ["--protocol", protocol]
        self.scheduler = self.start(
            "dask_scheduler", "hub", *arguments, "--no-dashboard", **{**self.without, **more}
        )
        assert eventually(file.exists, 60)
        assert eventually(lambda: file.read_text().endswith("}"), 60)
        self.address = json.loads(file.read_text())["address"]

    def start(self, what: str, machine: str, *arguments: str, **more: str) -> Any:
        process = subprocess.Popen(
            [*self.inside(machine), sys.executable, "-m", f"distributed.cli.{what}", *arguments],
            env={**environment(), **more}, cwd="/", stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        self.processes.callback(end, process)
        return process

    def worker(self, machine: str = "", *arguments: str, **more: str) -> Any:
        """One more worker, without a nanny: what is killed stays dead."""
        options = [*WORKER, "--no-nanny", *arguments]
        options += ["--local-directory", str(self.folder)] if not machine else []
        return self.start("dask_worker", machine, self.address, *options, **more)

    def wait_for(self, count: int) -> None:
        """Until the scheduler knows so many workers."""
        with distributed.Client(self.address, set_as_default=False) as client:
            assert eventually(lambda: len(client.nthreads()) == count, 90)


def end(process: Any) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@pytest.fixture
def dask(tmp_path: Path) -> Iterator[Dask]:
    """A scheduler on this machine that has no workers yet."""
    one = Dask(tmp_path)
    with one.processes:
        yield one


@pytest.fixture
def once(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Have something done when the first judgement is there; counts judgements by student."""

    def install(action: Callable[[], object]) -> dict[str, int]:
        keep, count = classroom._keep, {}

        def hook(result: Any, *args: Any) -> None:
            keep(result, *args)
            count[result.key] = count.get(result.key, 0) + 1
            if sum(count.values()) == 1:
                action()

        monkeypatch.setattr(classroom, "_keep", hook)
        return count

    return install


@pytest.fixture
def cli(course: Course, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Any:
    """`autograder grade` on a cluster, in this process."""
    run = in_this_process(course, monkeypatch, capfd)
    return lambda address: run("grade", NAME, "--cluster", address)


def all_once(what: Any, count: dict[str, int], course: Course, expected: dict[str, Any]) -> None:
    assert not what.problems
    assert count == dict.fromkeys(CLASS, 1)
    assert json_of(what) == expected["judgements"]
    assert rows(course.root) == expected["rows"]


# --- several machines --------------------------------------------------------------------------


class Network:
    """Network namespaces around a bridge: a hub with the scheduler, two workers, and we.

    Nobody but we sees `hidden`, where courses and gradebooks are.
    """

    MACHINES = ("one", "two")

    def __init__(self, hidden: Path):
        self.hidden, self.name = hidden, f"ts{os.getpid()}"
        net = f"10.213.{os.getpid() % 250}"
        self.host, ours = f"{net}.1", f"{self.name}us"
        self.run("ip", "netns", "add", f"{self.name}hub")
        self.hub("link", "add", "bridge", "type", "bridge")
        self.hub("address", "add", f"{net}.1/24", "dev", "bridge")
        self.up("lo", "bridge")
        self.run(
            "ip", "link", "add", ours, "type", "veth", "peer", "us", "netns", self.name + "hub"
        )
        self.run("ip", "address", "add", f"{net}.2/24", "dev", ours)
        self.run("ip", "link", "set", ours, "up")
        for number, machine in enumerate(self.MACHINES, 3):
            there = self.name + machine
            self.run("ip", "netns", "add", there)
            self.hub("link", "add", machine, "type", "veth", "peer", "eth0", "netns", there)
            self.run("ip", "-n", there, "address", "add", f"{net}.{number}/24", "dev", "eth0")
            self.run("ip", "-n", there, "link", "set", "eth0", "up")
            self.run("ip", "-n", there, "link", "set", "lo", "up")
        for port in ("us", *self.MACHINES):
            self.hub("link", "set", port, "master", "bridge")
            self.up(port)

    def run(self, *arguments: str) -> None:
        subprocess.run(arguments, check=True, capture_output=True, text=True)

    def hub(self, *arguments: str) -> None:
        self.run("ip", "-n", f"{self.name}hub", *arguments)

    def up(self, *ports: str) -> None:
        for port in ports:
            self.hub("link", "set", port, "up")

    def cut(self, port: str) -> None:
        """From here on nothing goes through, and nobody is told."""
        self.hub("link", "set", port, "down")

    def inside(self, machine: str) -> list[str]:
        hide = 'mount -t tmpfs none "$1" && shift && exec "$@"'
        there = ["ip", "netns", "exec", self.name + machine]
        return there if machine == "hub" else [*there, "sh", "-c", hide, "sh", str(self.hidden)]

    def close(self) -> None:
        for machine in ("hub", *self.MACHINES):
            subprocess.run(["ip", "netns", "delete", self.name + machine], capture_output=True)


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Network]:
    if os.getuid() != 0 or not shutil.which("ip"):
        pytest.skip("network namespaces are made by root with `ip`")
    hidden = tmp_path_factory.getbasetemp()
    made = Network.__new__(Network)
    try:
        try:
            made.__init__(hidden)
        except subprocess.CalledProcessError as error:
            pytest.skip(f"no network namespaces here: {error.stderr.strip()}")
        yield made
    finally:
        made.close()


@pytest.fixture
def far(network: Network, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dask]:
    """A scheduler in the hub; a worker is started on a machine of its own."""
    import tempfile

    with tempfile.TemporaryDirectory(prefix="far-") as folder:
        # 11 seconds until an answer is missed: the least that Dask allows, instead of 30.
        quick = {"DASK_DISTRIBUTED__COMM__TIMEOUTS__TCP": "11s"}
        one = Dask(Path(folder), network.inside, network.host, **quick)
        one.worker = functools.partial(one.worker, **quick)  # type: ignore[method-assign]
        try:
            with one.processes:
                yield one
        finally:
            network.up("us", *network.MACHINES)


def test_workers_elsewhere_give_the_same_judgements_and_see_no_file_of_the_course(
    course, expected, far, once
):
    for machine in Network.MACHINES:
        far.worker(machine)
    far.wait_for(2)
    with distributed.Client(far.address, set_as_default=False) as client:
        for path in (course.root, course.root / "gradebook.db"):
            assert path.exists()
            assert set(client.run(os.path.exists, str(path)).values()) == {False}
    count = once(lambda: None)
    all_once(graded(course, cluster=far.address), count, course, expected)
    hand_in(course, "cai", **RIGHT)
    again = graded(course, cluster=far.address)
    assert again.judgements["cai"].points == 6.0 and again.kept == 7


def test_all_workers_are_killed_and_another_is_added(course, expected, far, once):
    workers = [far.worker(machine) for machine in Network.MACHINES]
    far.wait_for(2)

    def replace() -> None:
        for worker in workers:
            end(worker)
        far.wait_for(0)
        far.worker("one")

    count = once(replace)
    all_once(graded(course, cluster=far.address), count, course, expected)


@pytest.mark.parametrize("given_up", [False, True])
def test_a_worker_that_is_cut_off_and_comes_back(
    course, expected, far, network, once, monkeypatch, given_up
):
    """It is stopped before there is work, so it has some; cut off; then it judges on for nobody."""
    far.worker("one")
    far.wait_for(1)
    two = far.worker("two")
    far.wait_for(2)
    os.kill(two.pid, signal.SIGSTOP)
    monkeypatch.setattr(module, "PATIENCE", 1.0)
    with distributed.Client(far.address, set_as_default=False) as client:

        def come_back() -> None:
            theirs = [a for a, names in client.processing().items() if names]
            assert theirs
            network.cut("two")
            os.kill(two.pid, signal.SIGCONT)
            if given_up:
                assert eventually(lambda: len(client.nthreads()) == 1, 60)
            network.up("two")
            if given_up:
                far.worker("two")
                assert eventually(lambda: len(client.nthreads()) == 2, 60)

        count = once(come_back)
        all_once(graded(course, cluster=far.address), count, course, expected)


def test_we_are_cut_off_from_the_scheduler(course, expected, far, network, once, monkeypatch):
    monkeypatch.setitem(module.SETTINGS, "distributed.comm.timeouts.tcp", "11s")
    far.worker("one")
    far.wait_for(1)
    once(lambda: network.cut("us"))
    with pytest.raises(CourseError, match=r"connection to the Dask scheduler was lost.*again"):
        graded(course, cluster=far.address)
    assert 1 <= kept(course) < len(CLASS)
    network.up("us")
    again = graded(course, cluster=far.address)
    assert again.kept >= 1 and json_of(again) == expected["judgements"]
    assert rows(course.root) == expected["rows"]


# --- one machine -------------------------------------------------------------------------------


def test_the_scheduler_ends_and_what_was_judged_is_kept(course, dask, once, cli):
    dask.worker()
    dask.wait_for(1)
    once(lambda: end(dask.scheduler))
    one_line(cli(dask.address), "connection to the Dask scheduler was lost", "kept", "again")
    assert kept(course) >= 1


def test_ctrl_c_ends_it_in_one_line_and_leaves_the_workers_free(course, dask):
    dask.worker()
    dask.wait_for(1)
    interrupted = """
        import os, signal
        from autograder import classroom
        signal.signal(signal.SIGINT, signal.default_int_handler)
        keep = classroom._keep
        classroom._keep = lambda *args: (keep(*args), os.kill(os.getpid(), signal.SIGINT))
    """
    done = subprocess.run(
        command("grade", NAME, "--cluster", dask.address, before=interrupted), cwd=course.root,
        env=environment(), capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 130 and done.stderr.strip().startswith("Stopped."), done
    assert len(done.stderr.strip().splitlines()) == 1 and kept(course) == 1
    with distributed.Client(dask.address, set_as_default=False) as client:
        assert eventually(lambda: not any(client.processing().values()), 60)


def test_odd_names_and_a_notebook_of_ten_megabytes_are_graded_without_a_word_more(
    course, expected, dask, cli
):
    big = notebook(light(course), **RIGHT)
    big["metadata"]["noise"] = os.urandom(5 * 2**20).hex()
    for student in ("a b", "it's", "名字", "tcp:--x", "('x', 0)"):
        hand_in(course, student, **RIGHT)
    hand_in(course, "big", json.dumps(big).encode())
    dask.worker()
    done = cli(dask.address)
    assert (done.code, done.err) == (0, "") and "14 graded" in done.out
    seen = rows(course.root, "grade")["grade"]
    points = {s: sum(r[3] or 0 for r in seen if r[0] == s) for s in ("big", "('x', 0)", "ada")}
    assert points == dict.fromkeys(points, 6.0)


def test_two_graders_on_one_cluster_do_not_get_each_others_judgements(course, dask):
    """The same student's name in two courses, at the same time."""
    assignment = light(course)
    dask.worker()
    tasks = {
        points: Task("ada", json.dumps(notebook(assignment, **texts)).encode(), b"s" * 32)
        for points, texts in ((6.0, RIGHT), (0.0, {}))
    }
    with cluster(0, dask.address) as one, cluster(0, dask.address) as other:
        first = judge_all(one, assignment, iter([tasks[6.0]]), True)
        second = judge_all(other, assignment, iter([tasks[0.0]]), True)
        results = [next(first), next(second)]
    assert [r.judgement.points for r in results] == [6.0, 0.0]
    assert [r.key for r in results] == ["ada", "ada"]


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Have something done when the waiting instructor is told something; gives the words."""

    def install(action: Callable[[], object]) -> list[str]:
        words: list[str] = []

        def warning(message: str) -> None:
            words.append(message)
            if len(words) == 1:
                action()

        monkeypatch.setattr(module, "PATIENCE", 0.5)
        monkeypatch.setattr(module.log, "warning", warning)
        return words

    return install


def test_a_cluster_without_a_worker_is_told_and_waited_for(course, expected, dask, heard, once):
    words, count = heard(lambda: dask.worker()), once(lambda: None)
    all_once(graded(course, cluster=dask.address), count, course, expected)
    assert words[0].startswith("Waiting for a worker. Start one: `dask worker " + dask.address)


def test_a_worker_that_falls_silent_is_told(course, expected, dask, heard, once):
    worker = dask.worker()
    dask.wait_for(1)
    words = heard(lambda: os.kill(worker.pid, signal.SIGCONT))
    count = once(lambda: os.kill(worker.pid, signal.SIGSTOP))
    all_once(graded(course, cluster=dask.address), count, course, expected)
    assert words[0].startswith("tcp://127.0.0.1:") and "fell silent" in words[0]


def test_the_words_while_waiting_reach_the_screen(course, dask):
    """Through logging, with nothing set up for it."""
    impatient = """
        from autograder import cluster
        cluster.PATIENCE = 0.1
        said = cluster.log.warning
        cluster.log.warning = lambda words: (said(words), exit(7))
    """
    done = subprocess.run(
        command("grade", NAME, "--cluster", dask.address, before=impatient), cwd=course.root,
        env=environment(), capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 7, done
    assert done.stderr.strip().startswith("Waiting for a worker. Start one: `dask worker tcp://")
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize("full", [True, False])
def test_on_a_full_machine_every_worker_keeps_to_a_processor_of_its_own(course, full):
    every = sorted(os.sched_getaffinity(0))
    (one,) = course.assignment(NAME)
    unreadable = (Task(str(number), b"", b"") for number in range(8 * len(every)))
    with cluster(len(every)) as client:
        list(judge_all(client, one, unreadable, True, len(every) if full else 0))
        where = {
            at: client.submit(os.sched_getaffinity, 0, workers=[at], pure=False).result(60)
            for at in client.scheduler_info()["workers"]
        }
    wanted = [{processor} for processor in every] if full else [set(every)] * len(every)
    assert sorted(map(sorted, where.values())) == sorted(map(sorted, wanted))


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "nowhere", "tcp://", "127.0.0.1:none"])
def test_an_address_without_a_scheduler_is_one_line(course, cli, monkeypatch, address):
    impatient = functools.partial(distributed.Client, timeout=1)
    monkeypatch.setattr("autograder.cluster.Client", impatient)
    one_line(cli(address), address, "dask scheduler")
    assert kept(course) == 0


def test_a_worker_without_a_sandbox_is_named_and_grades_nothing(course, dask, cli, tmp_path):
    (tmp_path / "no_landlock.py").write_text(NO_LANDLOCK)
    dask.worker("", "--preload", str(tmp_path / "no_landlock.py"))
    done = cli(dask.address)
    one_line(done, "no sandbox", "on the worker tcp://127.0.0.1:", "Landlock is missing")
    assert kept(course) == 0


# --- others' versions --------------------------------------------------------------------------


def another_checkout(folder: Path) -> dict[str, str]:
    """Our packages with one judging module changed; the version is the same."""
    for package in ("autograder", "threesteps"):
        shutil.copytree(PACKAGE / package, folder / package)
    path = folder / "autograder" / "judge.py"
    path.write_text(path.read_text() + "# one more line\n")
    return {"PYTHONPATH": str(folder)}


def another_version(package: str, folder: Path) -> dict[str, str]:
    """What Python reads when it is asked for the version of an installed package."""
    (folder / f"{package}-0.0.1.dist-info").mkdir(parents=True)
    metadata = folder / f"{package}-0.0.1.dist-info" / "METADATA"
    metadata.write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 0.0.1\n")
    return {"PYTHONPATH": f"{folder}{os.pathsep}{PACKAGE}"}


def differs(done: Done, words: str) -> None:
    """A line for the one difference, with both versions and the address; the remedy."""
    assert done.code == 1 and "Traceback" not in done.err, done
    head, line, remedy = done.err.strip().splitlines()
    assert head == module.DIFFERS and remedy == module.SAME
    assert line.startswith(words), line


def test_other_packages_on_a_worker_are_refused_with_both_versions(course, dask, cli, tmp_path):
    where = " here, 0.0.1 on the worker tcp://127.0.0.1:"
    for package in ("numpy", "dask"):
        worker = dask.worker(**another_version(package, tmp_path / package))
        dask.wait_for(1)
        differs(cli(dask.address), f"{package}: {module.version(package)}{where}")
        end(worker)
        dask.wait_for(0)
    assert kept(course) == 0


def test_another_checkout_or_none_or_threads_are_refused(course, dask, cli, tmp_path):
    ours = store.versions()["autograder's code"][:12]
    for words, options, more in [
        (f"autograder's code: {ours}", (), another_checkout(tmp_path / "other")),
        ("autograder: present here, not installed on", (), dask.without),
        ("--nthreads: 1 here, 2 on the worker tcp://", ("--nthreads", "2"), {}),
        ("KERAS_BACKEND: tensorflow here, jax on the", (), {"KERAS_BACKEND": "jax"}),
    ]:
        worker = dask.worker("", *options, **more)
        dask.wait_for(1)
        differs(cli(dask.address), words)
        end(worker)
        dask.wait_for(0)
    assert kept(course) == 0


def test_another_dask_on_the_scheduler_is_refused(course, cli, tmp_path):
    one = Dask(tmp_path, **another_version("distributed", tmp_path / "other"))
    with one.processes:
        one.worker()
        one.wait_for(1)
        differs(
            cli(one.address), f"distributed: {module.version('distributed')} here, 0.0.1 on the s"
        )


@pytest.mark.parametrize("other", ["checkout", "none"])
def test_a_worker_that_joins_later_and_differs_is_refused(course, dask, cli, once, tmp_path, other):
    more = another_checkout(tmp_path / "other") if other == "checkout" else dask.without
    good = dask.worker()
    dask.wait_for(1)

    def join() -> None:
        dask.worker(**more)
        dask.wait_for(2)
        end(good)

    once(join)
    differs(cli(dask.address), "autograder")
    assert 1 <= kept(course) < len(CLASS)


# --- what travels ------------------------------------------------------------------------------


class Recorder:
    """A door to an address on this machine that writes down what goes in."""

    def __init__(self, address: str):
        host, port = address.removeprefix("tcp://").split(":")
        self.there, self.sent = (host, int(port)), bytearray()
        self.door = socket.create_server(("127.0.0.1", 0))
        self.address = f"tcp://127.0.0.1:{self.door.getsockname()[1]}"
        self.start(self.accept)

    def start(self, what: Callable[..., None], *args: Any) -> None:
        threading.Thread(target=what, args=args, daemon=True).start()

    def accept(self) -> None:
        with suppress(OSError):
            while True:
                ours, _ = self.door.accept()
                theirs = socket.create_connection(self.there)
                self.start(self.pass_on, ours, theirs, self.sent)
                self.start(self.pass_on, theirs, ours, bytearray())

    @staticmethod
    def pass_on(source: socket.socket, to: socket.socket, record: bytearray) -> None:
        with suppress(OSError):
            while data := source.recv(1 << 16):
                record += data
                to.sendall(data)
        for one in (source, to):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)


def test_the_secret_never_leaves_and_a_seed_does(course, expected, dask, monkeypatch):
    monkeypatch.setitem(module.SETTINGS, "distributed.comm.compression", False)
    compress = zlib.compress
    monkeypatch.setattr(module.zlib, "compress", lambda data: compress(data, 0))
    dask.worker()
    recorder = Recorder(dask.address)
    with closing(recorder.door):
        assert json_of(graded(course, cluster=recorder.address)) == expected["judgements"]
    sent = bytes(recorder.sent)
    for student in CLASS:
        assert course.seed(student, NAME) in sent
    assert b"Rows are axis 0." in sent and b"def row_sum" in sent
    for secret in (SECRET.encode(), SECRET.upper().encode(), bytes.fromhex(SECRET)):
        assert secret not in sent
    assert str(course.root).encode() not in sent


# --- TLS ---------------------------------------------------------------------------------------


def openssl(*arguments: str) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)


def certificates(folder: Path, name: str) -> dict[str, str]:
    """An authority and a certificate signed by it, as Dask's configuration names them."""
    authority, key, request, cert = (
        folder / f"{name}.{end}" for end in ("ca", "key", "csr", "crt")
    )
    new, of = ["-newkey", "rsa:2048", "-nodes"], ["-keyout", str(key), "-subj", f"/CN={name}"]
    own = ["-x509", "-addext", "basicConstraints=critical,CA:TRUE", "-out", str(authority)]
    openssl("req", *new, *own, "-keyout", f"{authority}.key", "-subj", f"/CN={name}-ca")
    openssl("req", *new, *of, "-out", str(request))
    signer = ["-CA", str(authority), "-CAkey", f"{authority}.key", "-CAcreateserial"]
    openssl("x509", "-req", "-in", str(request), *signer, "-out", str(cert))
    found = {"ca-file": str(authority)}
    for role in ("scheduler", "worker", "client"):
        found |= {f"{role}.cert": str(cert), f"{role}.key": str(key)}
    return {f"distributed.comm.tls.{name}": path for name, path in found.items()}


def variables(config: dict[str, str]) -> dict[str, str]:
    """Dask's configuration as its environment variables."""
    shout = str.maketrans({".": "__", "-": "_"})
    return {f"DASK_{key.translate(shout).upper()}": value for key, value in config.items()}


@pytest.mark.skipif(not shutil.which("openssl"), reason="certificates are made with openssl")
def test_tls_as_dask_is_configured_for_it(course, expected, cli, monkeypatch, tmp_path):
    from dask import config

    ours, others = certificates(tmp_path, "ours"), certificates(tmp_path, "others")
    one = Dask(tmp_path, protocol="tls", **variables(ours))
    with one.processes:
        assert one.address.startswith("tls://")
        one.worker(**variables(ours))
        one_line(cli(one.address), one.address, "TLS")
        one_line(cli(one.address.replace("tls:", "tcp:")), "tcp://127.0.0.1:", "tls://")
        with config.set(others):
            one_line(cli(one.address), "certificate")
        assert kept(course) == 0
        with config.set(ours):
            assert json_of(graded(course, cluster=one.address)) == expected["judgements"]
        assert rows(course.root) == expected["rows"]


# --- docs/cluster.md ---------------------------------------------------------------------------


def blocks(language: str) -> list[str]:
    """The files and commands that the page shows."""
    text = (PACKAGE / "docs" / "cluster.md").read_text("utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def options_of(words: list[str]) -> tuple[set[str], set[str]]:
    """The options that a command line of the page uses, and those that the command has."""
    from autograder.cli import app

    if words[0] == "dask":
        found = importlib.import_module(f"distributed.cli.dask_{words[1]}").main
    else:
        found = typer.main.get_command(app).commands[words[1]]  # type: ignore[attr-defined]
    has = {name for parameter in found.params for name in parameter.opts}
    return {word for word in words if word.startswith("--")}, has


def command_lines() -> list[list[str]]:
    lines = "".join(blocks("sh")).replace("\\\n", " ").splitlines()
    called = [shlex.split(line.removeprefix(".venv/bin/"), comments=True) for line in lines]
    workers = [c["args"] for c in containers().values()]
    return [words for words in [*called, *workers] if words[0] in ("dask", "autograder")]


def containers() -> dict[str, Any]:
    (manifest,) = [y for y in map(yaml.safe_load, blocks("yaml")) if "kind" in y]
    roles = ("worker", "scheduler")
    return {role: manifest["spec"][role]["spec"]["containers"][0] for role in roles}


def test_the_commands_of_the_page_have_the_options_that_it_names():
    assert len(command_lines()) == 5
    for words in command_lines():
        used, has = options_of([str(word) for word in words])
        assert used <= has, (words, used - has)


def test_the_configuration_of_the_page_is_dasks():
    (tls,) = [y for y in map(yaml.safe_load, blocks("yaml")) if "kind" not in y]
    with open(Path(distributed.__file__).with_name("distributed.yaml"), encoding="utf-8") as file:
        known = yaml.safe_load(file)

    def within(ours: Any, theirs: Any, path: str) -> None:
        for name, value in ours.items():
            assert name in theirs, f"{path}.{name}"
            if isinstance(value, dict):
                within(value, theirs[name], f"{path}.{name}")

    within(tls, known, "")


def test_the_manifest_of_the_page_is_what_the_operator_and_the_sandbox_need():
    (manifest,) = [y for y in map(yaml.safe_load, blocks("yaml")) if "kind" in y]
    kind = manifest["apiVersion"], manifest["kind"]
    assert kind == ("kubernetes.dask.org/v1", "DaskCluster")
    service = manifest["spec"]["scheduler"]["service"]
    assert service["selector"]["dask.org/cluster-name"] == manifest["metadata"]["name"]
    ports = {port["name"] for port in containers()["scheduler"]["ports"]}
    assert {port["targetPort"] for port in service["ports"]} == ports
    arguments = containers()["worker"]["args"]
    assert arguments[arguments.index("--nthreads") + 1] == "1"
    assert manifest["spec"]["worker"]["spec"]["hostUsers"] is False
    assert "privileged" not in str(manifest)
    assert containers()["worker"]["securityContext"]["runAsUser"] != 0


def test_the_containerfile_of_the_page_installs_the_lock_file_as_we_do():
    (text,) = blocks("dockerfile")
    for option in ("--require-hashes --only-binary=:all: -r", "--no-deps --no-build-isolation"):
        assert option in text and option.split(" -r")[0] in " ".join(
            (PACKAGE / name).read_text("utf-8") for name in ("Makefile", ".ci/setup")
        )


def test_the_slurm_file_of_the_page_asks_for_one_thread_per_process():
    (text,) = blocks("python")
    tree = ast.parse(text)
    jobqueue = pytest.importorskip("dask_jobqueue", reason="dask-jobqueue is not installed")
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    (call,) = [one for one in calls if ast.unparse(one.func) == "SLURMCluster"]
    options = {word.arg: ast.literal_eval(word.value) for word in call.keywords}
    with jobqueue.SLURMCluster(**options) as made:
        script = made.job_script()
    assert "#SBATCH -p cpu" in script and "#SBATCH --cpus-per-task=8" in script
    assert " --nthreads 1 " in script and " --nworkers 8 " in script
    assert script.split()[-2:] == ["--memory-limit", "0"]  # the last one counts
