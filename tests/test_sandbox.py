"""What a submission can do to the machine it is judged on. Each test runs in a real shell."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import textwrap
import uuid
from pathlib import Path

import psutil
import pytest
from inside import error_of, eventually, run, running, text_of, warm_or_skip

import autograder
from autograder import sandbox, syscalls
from autograder.processes import Warm
from autograder.student import Lost

pytestmark = [
    pytest.mark.attack,
    pytest.mark.skipif(sys.platform != "linux", reason="the sandbox is Linux's"),
]

OURS = Path(autograder.__file__).parent
REFUSED = ("PermissionError", "FileNotFoundError", "NotADirectoryError")


@pytest.fixture(scope="module")
def warm():
    started = warm_or_skip("numpy")
    yield started
    started.close()


@pytest.fixture
def marker() -> str:
    """Something to find a process by, from outside, among all of this machine's."""
    return f"marker-{uuid.uuid4().hex}"


@pytest.fixture
def open_folder():
    """A folder that every user of this machine can enter: what is refused, the sandbox refuses."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        yield Path(folder)


# --- files -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    "solutions/light.py build/source/light.ipynb gradebook.db .autograder/secret"
    " submitted/bob/00_light/light.ipynb".split(),
)
def test_a_file_of_the_course_cannot_be_read_when_everybody_outside_may(warm, open_folder, name):
    path = open_folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("42")
    path.chmod(0o666)
    for code in (f"open({str(path)!r}).read()", f"open({str(path)!r}, 'a').write('x')"):
        assert error_of(warm, code).startswith(REFUSED)
    assert path.read_text() == "42"


PLACES = "/etc/shadow /etc/ssh /root /home /var/log /var /tmp/.. /sys /run".split()
PLACES += map(str, (Path.home(), OURS.parent / "tests", OURS.parent / ".git"))
if not OURS.is_relative_to("/tmp"):  # there the sandbox's own /tmp leads to what it may read
    PLACES.append(str(OURS.parent))


@pytest.mark.parametrize("path", PLACES)
def test_a_place_outside_cannot_be_listed_or_read(warm, path):
    code = f"""
    import os
    path = {path!r}
    print(os.listdir(path) if os.path.isdir(path) else open(path).read())
    """
    assert error_of(warm, code).startswith(REFUSED)


def test_no_way_back_to_the_old_root(warm):
    ways = "/proc/1/root/etc/shadow /proc/self/root/../../etc/shadow /proc/self/cwd/../../home"
    for way in (*ways.split(), "../../../../etc/shadow"):
        assert error_of(warm, f"open({way!r}).read()").startswith((*REFUSED, "IsADirectory"))
    for call in ("os.chroot('/scratch')", f"os.listdir('/proc/1/root{Path.home()}')"):
        assert error_of(warm, f"import os\n{call}").startswith(REFUSED)


SACRED = "/usr/evil /evil /etc/passwd /dev/evil /proc/self/oom_score_adj".split()
SACRED += ["/proc/sys/kernel/core_pattern", f"{sys.prefix}/evil.pth", f"{sys.base_prefix}/evil"]
SACRED += map(str, (OURS / "spec.py", OURS / "checks" / "evil.py", os.__file__))


@pytest.mark.parametrize("path", SACRED)
def test_writing_into_the_interpreter_the_package_or_the_kernel_is_refused(warm, path):
    before = Path(path).read_bytes() if Path(path).is_file() else None
    code = f"open({path!r}, 'r+' if {before is not None} else 'w').write('x')"
    assert error_of(warm, code).startswith(("PermissionError", "OSError", "FileNotFoundError"))
    if not path.startswith("/proc"):
        assert (Path(path).read_bytes() if Path(path).is_file() else None) == before


@pytest.mark.parametrize("call", ["remove", "chmod", "rename", "symlink", "link", "truncate"])
def test_changing_a_file_of_the_interpreter_is_refused(warm, call):
    arguments = {
        "remove": "os.__file__",
        "chmod": "os.__file__, 0o777",
        "rename": "os.__file__, '/tmp/os.py'",
        "symlink": f"'/tmp', {str(OURS / 'link')!r}",
        "link": "os.__file__, '/tmp/os.py'",
        "truncate": "os.__file__, 0",
    }[call]
    said = error_of(warm, f"import os\nos.{call}({arguments})")
    assert said.startswith(("PermissionError", "OSError"))


def test_a_device_cannot_be_made(warm):
    code = """
    import os, stat
    os.mknod("/scratch/disk", stat.S_IFBLK | 0o666, os.makedev(254, 0))
    """
    assert error_of(warm, code).startswith("PermissionError")


def test_scratch_and_tmp_can_be_written_and_are_new_for_everybody(warm):
    code = """
    import os, tempfile
    print(os.getcwd(), os.path.exists("mine"), os.path.exists("/tmp/mine"))
    open("mine", "w").write("x"); os.mkdir("/tmp/mine"); tempfile.mkdtemp()
    """
    for _ in range(2):
        assert text_of(warm, code).startswith("/scratch False False\n")


# --- network -----------------------------------------------------------------------------------


def refused_to_connect(warm: Warm, family: str, kind: str, address: object) -> str:
    code = f"""
    import socket
    with socket.socket(socket.{family}, socket.{kind}) as s:
        s.settimeout(3)
        s.connect({address!r}); s.send(b"x")
    """
    return error_of(warm, code)


@pytest.mark.parametrize("kind", ["SOCK_STREAM", "SOCK_DGRAM"])
def test_a_server_on_this_machine_cannot_be_reached(warm, kind):
    with socket.socket(socket.AF_INET, getattr(socket, kind)) as server:
        server.bind(("127.0.0.1", 0))
        if kind == "SOCK_STREAM":
            server.listen()
        server.setblocking(False)
        said = refused_to_connect(warm, "AF_INET", kind, server.getsockname())
        assert said.startswith(("PermissionError", "OSError", "ConnectionRefusedError"))
        with pytest.raises(BlockingIOError):
            server.accept() if kind == "SOCK_STREAM" else server.recv(1)


def test_no_address_outside_can_be_reached(warm):
    for kind in ("SOCK_STREAM", "SOCK_DGRAM"):
        said = refused_to_connect(warm, "AF_INET", kind, ("192.0.2.1", 53))
        assert said.startswith(("OSError: [Errno 101]", "PermissionError"))
    said = error_of(warm, "import socket\nsocket.create_connection(('::1', 80), 3)")
    assert said.startswith(("OSError", "PermissionError"))


def test_no_name_is_resolved(warm):
    assert error_of(warm, "import socket\nsocket.getaddrinfo('example.org', 80)").startswith(
        "gaierror"
    )


@pytest.mark.parametrize("abstract", [True, False])
def test_a_unix_socket_outside_cannot_be_reached(warm, tmp_path, abstract):
    name = f"\0{uuid.uuid4().hex}" if abstract else str(tmp_path / "s")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(name)
        server.listen()
        said = refused_to_connect(warm, "AF_UNIX", "SOCK_STREAM", name)
    assert said.startswith(("ConnectionRefusedError", "PermissionError", "FileNotFoundError"))


@pytest.mark.parametrize("family", ["AF_VSOCK", "AF_ALG", "AF_PACKET", "AF_BLUETOOTH", "AF_CAN"])
def test_a_socket_that_knows_no_network_namespace_cannot_be_had(warm, family):
    said = error_of(warm, f"import socket\nsocket.socket(socket.{family}, socket.SOCK_RAW)")
    assert said.startswith(("OSError: [Errno 97]", "PermissionError", "AttributeError"))


# --- other processes ---------------------------------------------------------------------------


def test_proc_shows_only_its_own_processes(warm):
    code = """
    import os
    print(sorted(int(n) for n in os.listdir("/proc") if n.isdigit()), os.getpid(), os.getppid())
    """
    assert text_of(warm, code) == "[1] 1 0"


@pytest.mark.parametrize("target", ["os.getppid()", "1", "-1", "0", "2"])
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGSTOP])
def test_a_kill_hits_nobody_else(warm, target, number):
    honest = warm.fork()
    shell = warm.fork()
    try:
        code = f"import os\ntry: os.kill({target}, {int(number)})\nexcept OSError as e: print(e)"
        with contextlib.suppress(Lost):  # it hit itself
            run(shell, code, 3.0)
        assert run(honest, "print(1 + 1)")["text"] == "2\n"
    finally:
        shell.close()
        honest.close()
    assert text_of(warm, "print('alive')") == "alive"
    assert psutil.Process(warm._process.pid).status() != psutil.STATUS_STOPPED


def test_no_process_outside_can_be_named_or_looked_into(warm):
    code = f"""
    import ctypes, os, signal
    libc = ctypes.CDLL(None, use_errno=True)
    pid = {os.getpid()}
    print(os.path.exists(f"/proc/{{pid}}"))
    for call in (lambda: os.kill(pid, 0), lambda: os.pidfd_open(pid),
                 lambda: os.sched_setaffinity(pid, [0]), lambda: os.setpriority(0, pid, 1)):
        try: print(call())
        except ProcessLookupError: print("no such process")
    """
    assert text_of(warm, code).split("\n") == ["False"] + ["no such process"] * 4


@pytest.mark.parametrize(
    "call",
    {
        "ptrace": "libc.ptrace(16, pid, 0, 0)",
        "process_vm_readv": "libc.process_vm_readv(pid, None, 0, None, 0, 0)",
        "unshare user": "libc.unshare(0x10000000)",
        "unshare mount": "libc.unshare(0x00020000)",
        "mount": "libc.mount(b'none', b'/tmp', b'tmpfs', 0, None)",
        "umount": "libc.umount2(b'/usr', 2)",
        "remount": "libc.mount(b'none', b'/usr', None, 4096 | 32, None)",
        "setns": "libc.setns(os.open('/proc/self/ns/user', 0), 0)",
        "setuid": "libc.setuid(0)",
        "setgroups": "libc.setgroups(1, ctypes.byref(ctypes.c_uint(0)))",
        "clone": "libc.syscall({'x86_64': 56}.get(os.uname().machine, 220), 0x10000011, 0,0,0,0)",
        "bpf": "libc.syscall({'x86_64': 321}.get(os.uname().machine, 280), 0, 0, 0)",
        "io_uring": "libc.syscall(425, 8, 0)",
        "keyctl": "libc.syscall({'x86_64': 250}.get(os.uname().machine, 219), 0, -3, 0)",
        "memfd": "libc.memfd_create(b'x', 0)",
        "shmget": "libc.shmget(0, 1 << 20, 0o1600)",
    }.items(),
    ids=lambda call: call[0],
)
def test_a_system_call_that_could_gain_something_gains_nothing(warm, call):
    code = f"""
    import ctypes, os, subprocess
    libc = ctypes.CDLL(None, use_errno=True)
    pid = subprocess.Popen(["sleep", "100"]).pid
    result = {call[1]}
    print(result, os.strerror(ctypes.get_errno()))
    """
    assert text_of(warm, code) in ("-1 Operation not permitted", "-1 Invalid argument")


def test_a_setuid_program_gains_nothing(warm):
    found = next(
        (p for p in ("/usr/bin/su", "/bin/su", "/usr/bin/passwd") if os.path.exists(p)), ""
    )
    if not found:
        pytest.skip("this machine has no setuid program to try")
    code = f"""
    import os, subprocess
    print(open("/proc/self/status").read())
    print("id", subprocess.run([{found!r}, "-c", "id"], capture_output=True).returncode)
    """
    said = text_of(warm, code)
    assert "NoNewPrivs:\t1" in said and "CapEff:\t0000000000000000" in said
    assert "CapBnd:\t0000000000000000" in said and "id 0" not in said


def test_no_descriptor_is_inherited_but_the_pipe(warm):
    with open(os.devnull) as ours:
        os.set_inheritable(ours.fileno(), True)
        code = """
        import os
        for number in sorted(map(int, os.listdir("/proc/self/fd"))):
            try: print(number, os.readlink(f"/proc/self/fd/{number}"))
            except OSError: pass  # the list's own
        """
        found = dict(line.split(" ", 1) for line in text_of(warm, code).splitlines())
    assert found.pop("0") in ("/null", "/dev/null")
    assert found.pop("3").startswith("socket:")
    assert set(found.values()) == {"/scratch/.output (deleted)"}


def test_a_crash_leaves_no_core_behind(warm):
    code = """
    import os, resource
    if os.fork() == 0: os.abort()
    print(os.wait()[1] & 0x80, resource.getrlimit(resource.RLIMIT_CORE))
    print([name for name in os.listdir(".") if "core" in name])
    """
    assert text_of(warm, code) == "0 (0, 0)\n[]"


def test_the_environment_holds_nothing_of_the_graders(monkeypatch):
    monkeypatch.setenv("GRADING_TOKEN", "tell nobody")
    warm = warm_or_skip()
    try:
        assert "tell nobody" not in text_of(warm, "import os\nprint(dict(os.environ))")
        found = text_of(warm, "try: print(open('/proc/1/environ').read())\nexcept OSError: pass")
        assert "tell nobody" not in found
    finally:
        warm.close()


# --- what stays behind -------------------------------------------------------------------------

LEFT_BEHIND = {
    "child": "subprocess.Popen(command)",
    "shell background": "os.system(' '.join(command) + ' &')",
    "own session": "subprocess.Popen(command, start_new_session=True)",
    "double fork": """
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.closerange(0, 100)
        os.execvp(command[0], command)
    os._exit(0)
""",
    "ignores signals": """
if os.fork() == 0:
    for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
        signal.signal(number, signal.SIG_IGN)
    os.execvp(command[0], command)
""",
}


def leave_behind(how: str, marker: str) -> str:
    """Code that starts a process which would run for hours, and says when it has."""
    command = [sys.executable, "-c", "import time; time.sleep(9999)", marker]
    return f"""
import os, signal, subprocess, time
command = {[sys.executable, "-c", "'import time; time.sleep(9999)'", marker]!r}
if {how != "shell background"}:
    command = {command!r}
{LEFT_BEHIND[how]}
"""


@pytest.mark.parametrize("how", LEFT_BEHIND)
def test_nothing_lives_on_when_the_shell_is_closed(warm, marker, how):
    shell = warm.fork()
    try:
        assert "error" not in run(shell, leave_behind(how, marker))
        assert eventually(lambda: running(marker))
    finally:
        shell.close()
    assert eventually(lambda: not running(marker))


@pytest.mark.parametrize("end", ["os._exit(0)", "os.kill(os.getpid(), 11)", "os.abort()"])
def test_nothing_lives_on_when_the_shell_ends_itself(warm, marker, end):
    shell = warm.fork()
    try:
        run(shell, leave_behind("own session", marker))
        assert eventually(lambda: running(marker))
        if "kill" in end or "abort" in end:
            end = f"import ctypes; {end}; ctypes.string_at(0)"
        with pytest.raises(Lost):
            run(shell, end)
    finally:
        shell.close()
    assert eventually(lambda: not running(marker))


def test_a_thread_that_tries_later_is_gone(warm):
    shell = warm.fork()
    started = psutil.Process(warm._process.pid)
    try:
        code = """
        import threading, time
        for _ in range(5): threading.Thread(target=time.sleep, args=(9999,)).start()
        """
        run(shell, code)
        shells = [p for p in started.children(recursive=True) if p.num_threads() >= 6]
        assert shells
    finally:
        shell.close()
    assert eventually(lambda: not any(p.is_running() for p in shells))


def test_the_shell_dies_when_the_warm_process_is_killed(marker):
    warm = warm_or_skip()
    shell = warm.fork()
    try:
        run(shell, leave_behind("double fork", marker))
        assert eventually(lambda: running(marker))
        tree = psutil.Process(warm._process.pid).children(recursive=True)
        warm._process.kill()
        assert eventually(lambda: not running(marker))
        assert eventually(lambda: not any(p.is_running() for p in tree))
        with pytest.raises(Lost):
            run(shell, "print(1)")
    finally:
        shell.close()
        warm.close()


def test_everything_dies_when_the_judges_process_is_killed(marker):
    warm_or_skip().close()
    script = f"""
        import sys
        sys.path[:0] = [{str(Path(__file__).parent)!r}, {str(OURS.parent)!r}]
        from inside import run
        from autograder.processes import Warm
        warm = Warm(imports=())
        shell = warm.fork()
        run(shell, {leave_behind("own session", marker)!r})
        print("ready", flush=True)
        run(shell, "import time; time.sleep(9999)", 9999.0)
    """
    judge = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(script)], stdout=subprocess.PIPE, text=True
    )
    with judge:
        assert judge.stdout.readline() == "ready\n"
        tree = psutil.Process(judge.pid).children(recursive=True)
        assert len(tree) >= 3 and len(running(marker)) > 1  # what was left, and the judge itself
        judge.kill()
    assert eventually(lambda: not running(marker))
    assert eventually(lambda: not any(p.is_running() for p in tree))


# --- what is limited ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "code",
    {
        "array of 50 GB": "import numpy as np; x = np.ones(50 * 2**27)",
        "bytes": "x = b'x' * 50_000_000_000",
        "more than the limit, less than the machine": "x = bytearray(3 * 2**30)",
        "shared mapping": "import mmap; m = mmap.mmap(-1, 4 * 2**30)",
        "scratch mapping": """
            import mmap, os
            f = os.open("big", os.O_RDWR | os.O_CREAT)
            os.ftruncate(f, 20 * 2**30)
        """,
    }.items(),
    ids=lambda code: code[0],
)
def test_too_much_memory_at_once_is_an_error_in_the_cell(warm, code):
    assert error_of(warm, code[1]).startswith(("MemoryError", "OSError"))


@pytest.mark.slow
def test_a_slow_leak_is_an_error_in_the_cell(warm):
    said = error_of(warm, "x = []\nwhile True: x.append(bytearray(10_000_000))", 60.0)
    assert said.startswith("MemoryError")


@pytest.mark.slow
def test_a_crowd_that_holds_too_much_together_is_ended(warm):
    """Each within its own limit; together three times what a submission may hold."""
    code = """
    import os, time
    for _ in range(12):
        if os.fork() == 0:
            try: block = bytearray(10**9); block[::4096] = block[::4096].replace(b"\\0", b"x")
            except MemoryError: pass
            time.sleep(9999)
    time.sleep(9999)
    """
    shell = warm.fork()
    try:
        with pytest.raises(Lost, match="memory limit"):
            run(shell, code, 60.0)
    finally:
        shell.close()
    assert text_of(warm, "print('alive')") == "alive"


def test_a_fork_bomb_is_limited(warm):
    code = """
    import os, time
    count = 0
    try:
        while True:
            if os.fork() == 0: time.sleep(9999)
            count += 1
    except BlockingIOError: print(count)
    """
    assert 8 < int(text_of(warm, code, 60.0)) <= sandbox.Limits().processes
    assert text_of(warm, "print('alive')") == "alive"


def test_a_fork_bomb_of_bombs_hurts_nobody_else(warm):
    honest, bomb = warm.fork(), warm.fork()
    try:
        code = """
        import os
        while True:
            try: os.fork()
            except OSError: pass
        """
        with contextlib.suppress(Lost):  # whether its first process still gets to answer or not
            run(bomb, code, 1.0)
        code = "import subprocess; print(subprocess.run(['echo', '2'], capture_output=True).stdout)"
        assert run(honest, code)["text"] == "b'2\\n'\n"
    finally:
        bomb.close()
        honest.close()


def test_a_thread_bomb_is_limited(warm):
    code = """
    import _thread, time
    count = 0
    try:
        while True: _thread.start_new_thread(time.sleep, (9999,)); count += 1
    except RuntimeError: print(count)
    """
    assert 8 < int(text_of(warm, code, 60.0)) <= sandbox.Limits().processes


@pytest.mark.parametrize("place", ["/scratch", "/tmp", "/dev/shm"])
def test_filling_the_disk_fills_only_its_own(warm, place):
    code = f"""
    import os
    os.chdir({place!r}); written = files = 0
    try:
        for number in range(100):
            with open(f"{{number}}", "wb", buffering=0) as f:
                while True: written += f.write(bytes(2**22))
    except OSError: pass
    try:
        while True: os.mkdir(f"folder{{files}}"); files += 1
    except OSError: print(written, files)
    """
    written, files = map(int, text_of(warm, code, 60.0).split())
    assert 2**20 < written <= sandbox.Limits().scratch and files <= 20_000
    assert text_of(warm, "print(open('x', 'w').write('abc'))") == "3"


def test_open_files_are_limited(warm):
    said = error_of(warm, "import os\nx = [os.dup(0) for _ in range(10_000)]")
    assert said.startswith("OSError: [Errno 24]")


# --- what honest code needs --------------------------------------------------------------------


def test_honest_work_with_processes_threads_and_files_goes_on(warm):
    code = """
    import multiprocessing, os, subprocess, tempfile, threading
    from concurrent.futures import ThreadPoolExecutor
    with multiprocessing.Pool(2) as pool: print(pool.map(abs, [-1, 2]))
    with ThreadPoolExecutor(4) as threads: print(list(threads.map(abs, [-3, 4])))
    print(subprocess.run(["echo", "five"], capture_output=True, text=True).stdout.strip())
    with tempfile.TemporaryFile() as file: print(file.write(b"x" * 6))
    """
    assert text_of(warm, code).split("\n") == ["[1, 2]", "[3, 4]", "five", "6"]


def test_a_program_of_the_sandbox_itself_knows_both_processors():
    for machine in syscalls.ARCHITECTURE:
        lines = syscalls.program(machine)
        assert len(lines) < 256 and lines[-1][0] == syscalls.RETURN
        for place, (code, yes, no, _) in enumerate(lines):
            if code in (syscalls.EQUAL, syscalls.AT_LEAST, syscalls.ANY_BIT):
                assert place + 1 + max(yes, no) < len(lines)
    with pytest.raises(KeyError):
        syscalls.program("m68k")


# --- a kernel that refuses ---------------------------------------------------------------------

WITHOUT = {
    "landlock": ({"landlock_create_ruleset": (444, 444)}, "Landlock is missing", "lsm="),
    "namespaces": ({"unshare": (272, 97)}, "namespaces", "unprivileged user namespaces"),
    "mounts": ({"mount": (165, 40)}, "mounting", "container"),
    "own root": ({"pivot_root": (155, 41)}, "root directory", "newer Linux"),
    "read-only mounts": ({"mount_setattr": (442, 442)}, "read-only", "newer Linux"),
    "landlock rules": ({"landlock_add_rule": (445, 445)}, "Landlock on", "newer Linux"),
    "landlock in force": ({"landlock_restrict_self": (446, 446)}, "Landlock", "newer Linux"),
}


@pytest.mark.parametrize("missing", WITHOUT)
def test_a_sandbox_that_cannot_be_had_says_what_is_missing_and_what_to_do(missing):
    """The kernel itself refuses, by a filter on the calls in question."""
    warm_or_skip().close()
    denied, names, remedy = WITHOUT[missing]
    script = f"""
        from autograder import sandbox, syscalls
        from autograder.processes import Warm
        syscalls.DENIED, syscalls.NEW_NAMESPACES = {denied!r}, 0
        sandbox._libc.prctl(sandbox.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        syscalls.restrict()
        try: Warm(imports=())
        except sandbox.SandboxError as error: print("SandboxError", error.strerror or error)
        Warm(sandboxed=False, imports=()).close()
        print("without")
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)],
        capture_output=True,
        text=True,
        cwd=OURS.parent,
    )
    assert done.stderr == ""
    said, last = done.stdout.rstrip().rsplit("\n", 1)
    assert said.startswith("SandboxError") and names in said and remedy in said
    assert last == "without"


def test_a_kernel_without_seccomp_is_refused(monkeypatch):
    class Refuses:
        def prctl(self, *args: object) -> int:
            return -1

    monkeypatch.setattr(syscalls, "_libc", Refuses())
    with pytest.raises(OSError):
        syscalls.restrict()


def test_a_shell_that_cannot_enter_the_sandbox_later_is_no_shell(tmp_path):
    """What works at the start and fails afterwards must not become a learner's zero."""
    warm = warm_or_skip()
    try:
        os.rmdir(warm.root)
        with pytest.raises(sandbox.SandboxError, match="mounting"):
            warm.fork()
    finally:
        warm.close()


def test_without_the_sandbox_limits_hold_and_background_processes_end(marker):
    warm = Warm(sandboxed=False, imports=("numpy",))
    shell = warm.fork()
    try:
        run(shell, leave_behind("child", marker))
        assert eventually(lambda: running(marker))
        reply = run(shell, "import numpy as np; x = np.ones(50 * 2**27)")
        assert reply["error"]["type"].endswith("MemoryError")
    finally:
        shell.close()
        assert eventually(lambda: not running(marker))
        warm.close()
