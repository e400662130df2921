"""A place that a submission cannot leave: namespaces, a file system of its own, Landlock, limits.

Used between `fork` and the first line of a learner's code, on Linux only. Two independent walls
stand between a submission and the rest of the machine: a root directory that holds only the
interpreter and two empty scratch directories, and Landlock rules that say the same.

`enter` never degrades: whatever the kernel refuses becomes `SandboxError` with the remedy.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import struct
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from . import syscalls

NEWNS, NEWUTS, NEWIPC = 0x00020000, 0x04000000, 0x08000000
NEWUSER, NEWPID, NEWNET = 0x10000000, 0x20000000, 0x40000000
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_BIND, MS_REC, MS_PRIVATE = 1, 2, 4, 4096, 16384, 1 << 18
MNT_DETACH = 2
PR_SET_PDEATHSIG, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS = 1, 24, 38
SYS_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}
SYS_MOUNT_SETATTR, SYS_LANDLOCK = 442, (444, 445, 446)
AT_FDCWD, AT_RECURSIVE, MOUNT_ATTR_RDONLY = -100, 0x8000, 1
READ = 1 << 0 | 1 << 2 | 1 << 3  # Landlock: execute, read a file, read a directory
FIRST_UID = 2_000_000

ETC = "ld.so.cache localtime fonts passwd group nsswitch.conf hosts alternatives mime.types".split()
DEVICES = ("null", "zero", "full", "random", "urandom")
SCRATCH = ("scratch", "tmp")
ADDRESSES = 2**30  # that libraries reserve and never fill: stacks of threads, arenas


class SandboxError(OSError):
    """The kernel refused a part of the sandbox; the message names it and the remedy."""


@dataclass(frozen=True)
class Limits:
    """What one submission may use.

    Args:
        memory: bytes of data of one process, on top of what the warm process already has.
        together: bytes that all of its processes hold at one time.
        cpu: seconds of processor time over all of its cells and calls.
        processes: processes and threads at one time.
        file: bytes in one file; scratch: bytes in its scratch directories together.
    """

    memory: int = 2 * 2**30
    together: int = 4 * 2**30
    cpu: int = 600
    processes: int = 256
    file: int = 256 * 2**20
    scratch: int = 512 * 2**20


_libc = ctypes.CDLL(None, use_errno=True)


def readable_trees() -> list[str]:
    """What a submission may read: the system's libraries, the interpreter, the two packages."""
    import threesteps

    packages = [Path(__file__).parent, Path(str(threesteps.__file__)).parent]
    trees = ["/usr", "/lib", "/lib64", "/bin", "/sbin", sys.base_prefix, sys.prefix]
    trees += [f"/etc/{name}" for name in ETC] + [str(path) for path in packages]
    return [tree for tree in dict.fromkeys(trees) if os.path.exists(tree)]


def unshare() -> None:
    """Leave the machine's namespaces. The next fork is process 1 of its own world.

    Root needs no user namespace (and may be forbidden one); everybody else gets their own.
    """
    flags = NEWNS | NEWUTS | NEWIPC | NEWPID | NEWNET
    uid, gid = os.getuid(), os.getgid()
    if uid != 0:
        flags |= NEWUSER
    remedy = "allow unprivileged user namespaces (sysctl kernel.unprivileged_userns_clone=1)"
    _call("namespaces", remedy, _libc.unshare, flags)
    if uid != 0:
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"1000 {uid} 1")
        Path("/proc/self/gid_map").write_text(f"1000 {gid} 1")


def enter(new_root: str, limits: Limits, number: int) -> None:
    """Called by process 1 of the new namespaces, before any learner's code.

    Args:
        new_root: an empty directory outside; a file system is built on it that only we see.
        number: when run by root, the submission runs as a user of this number of its own, so
            that the kernel counts its processes apart from its neighbours'.
    """
    trees = readable_trees()
    Path("/proc/self/oom_score_adj").write_text("1000")  # when memory runs out, this one goes
    _build_root(new_root, trees, limits)
    _pivot(new_root)
    rules = _landlock_rules(trees)
    for capability in range(64):
        _libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)
    if os.getuid() == 0:
        os.setgroups([])
        user = FIRST_UID + number % 1_000_000
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
    _drop_capabilities()
    _landlock(rules)
    set_limits(limits)
    try:
        syscalls.restrict()
    except OSError as error:
        remedy = "use a Linux kernel with CONFIG_SECCOMP_FILTER on x86-64 or aarch64"
        raise SandboxError(
            error.errno, f"a system call filter: {error.strerror}; {remedy}"
        ) from None
    os.chdir("/scratch")
    die_with_parent()  # last: a change of user forgets it


def set_limits(limits: Limits) -> None:
    """Resource limits, which hold with and without the sandbox."""
    status = Path("/proc/self/status")
    used: dict[str, int] = {}
    if status.exists():
        lines = (line.split() for line in status.read_text().splitlines())
        used = {line[0]: int(line[1]) * 1024 for line in lines if line[0] in ("VmData:", "VmSize:")}
    wanted = {
        resource.RLIMIT_DATA: used.get("VmData:", 0) + limits.memory,
        resource.RLIMIT_AS: used.get("VmSize:", 0) + limits.memory + ADDRESSES,
        resource.RLIMIT_CPU: limits.cpu,
        resource.RLIMIT_FSIZE: limits.file,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NOFILE: 256,
        resource.RLIMIT_MEMLOCK: 0,
        resource.RLIMIT_MSGQUEUE: 0,
    }
    if sys.platform == "linux":
        wanted[resource.RLIMIT_NPROC] = limits.processes
    for which, value in wanted.items():
        hard = resource.getrlimit(which)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(which, (value, value))


def memory_in_use(enough: int) -> int:
    """Bytes that all processes of one sandbox hold, asked by the keeper from outside of it.

    Pages that several share count once, unless all together are below `enough` anyway.
    """
    if os.path.exists("/proc/self"):
        return 0  # still the machine's own /proc: the shell is not inside yet
    processes = [name for name in os.listdir("/proc") if name.isdigit()]
    held = sum(_kilobytes(f"/proc/{name}/status", "VmRSS:") for name in processes) * 1024
    if held <= enough:
        return held
    return sum(_kilobytes(f"/proc/{name}/smaps_rollup", "Pss:") for name in processes) * 1024


def _kilobytes(path: str, field: str) -> int:
    """A number from a file of /proc, 0 where the process has just ended."""
    try:
        lines = Path(path).read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith(field)), 0)


def die_with_parent(number: int = signal.SIGKILL) -> None:
    """Have the kernel send this process `number` when its parent ends."""
    if sys.platform == "linux":
        _libc.prctl(PR_SET_PDEATHSIG, int(number), 0, 0, 0)


def _build_root(root: str, trees: Sequence[str], limits: Limits) -> None:
    _mount("none", "/", "", MS_REC | MS_PRIVATE)
    _mount("tmpfs", root, "tmpfs", MS_NOSUID, "mode=755,size=1m")
    scratch = f"mode=1777,size={limits.scratch // 2},nr_inodes=20000"
    for name in SCRATCH:
        os.makedirs(f"{root}/{name}", exist_ok=True)
        _mount("tmpfs", f"{root}/{name}", "tmpfs", MS_NOSUID | MS_NODEV, scratch)
    for tree in trees:
        _bind(tree, root + tree)
    checks = Path(__file__).parent / "checks"  # whoever reads them can let them answer
    if checks.is_dir():
        _mount("tmpfs", f"{root}{checks}", "tmpfs", MS_NOSUID | MS_RDONLY, "mode=000,size=1m")
    os.makedirs(f"{root}/dev", exist_ok=True)
    for name in DEVICES:
        _bind(f"/dev/{name}", f"{root}/dev/{name}", writable=True)
    os.symlink("/proc/self/fd", f"{root}/dev/fd")
    os.symlink("/tmp", f"{root}/dev/shm")
    os.makedirs(f"{root}/proc", exist_ok=True)
    _mount("proc", f"{root}/proc", "proc", MS_NOSUID | MS_NODEV)


def _bind(source: str, target: str, writable: bool = False) -> None:
    if os.path.islink(source):
        os.makedirs(os.path.dirname(target), exist_ok=True)
        if not os.path.lexists(target):
            os.symlink(os.readlink(source), target)
        return
    if os.path.lexists(target) and os.path.exists(target) and _inside_a_tree(source, target):
        return
    os.makedirs(target if os.path.isdir(source) else os.path.dirname(target), exist_ok=True)
    if not os.path.isdir(source):
        Path(target).touch()
    _mount(source, target, "", MS_BIND | MS_REC)
    if not writable:
        attributes = ctypes.create_string_buffer(struct.pack("QQQQ", MOUNT_ATTR_RDONLY, 0, 0, 0))
        _syscall(
            "read-only mounts", SYS_MOUNT_SETATTR, AT_FDCWD, target.encode(), AT_RECURSIVE,
            attributes, 32,
        )  # fmt: skip


def _inside_a_tree(source: str, target: str) -> bool:
    """Whether an earlier bind already shows `source` at `target`."""
    here, there = os.stat(source), os.stat(target)
    return (here.st_dev, here.st_ino) == (there.st_dev, there.st_ino)


def _pivot(root: str) -> None:
    os.chdir(root)
    number = SYS_PIVOT_ROOT.get(os.uname().machine)
    if number is None:
        raise SandboxError(f"the sandbox does not know the processor {os.uname().machine}")
    _syscall("a root directory of its own", number, b".", b".")
    _call("leaving the old root", "", _libc.umount2, b".", MNT_DETACH)
    os.chdir("/")


def _mount(source: str, target: str, kind: str, flags: int, options: str = "") -> None:
    remedy = "run where mounting inside a user namespace is allowed (not in a locked container)"
    arguments = source.encode(), target.encode(), kind.encode() or None, flags, options.encode()
    _call(f"mounting {target}", remedy, _libc.mount, *arguments)


def _drop_capabilities() -> None:
    header = ctypes.create_string_buffer(struct.pack("Ii", 0x20080522, 0))
    _call("dropping capabilities", "", _libc.capset, header, ctypes.create_string_buffer(24))
    _call("no new privileges", "", _libc.prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


def landlock_version() -> int:
    """Landlock's ABI version; 0 where the kernel has none."""
    version = _libc.syscall(SYS_LANDLOCK[0], None, ctypes.c_size_t(0), 1)
    return max(0, int(version))


def _landlock_rules(trees: Sequence[str]) -> tuple[int, int, list[int]]:
    """A rule set that is not yet in force: its descriptor, and those of the opened places."""
    version = landlock_version()
    if version < 1:
        raise SandboxError(
            "Landlock is missing: use Linux 5.13 or newer with landlock in the lsm= boot parameter"
        )
    everything = (1 << {1: 13, 2: 14, 3: 15, 4: 15}.get(version, 16)) - 1
    network = 3 if version >= 4 else 0
    scopes = 3 if version >= 6 else 0
    size = 8 if version < 4 else 16 if version < 6 else 24
    handled = ctypes.create_string_buffer(struct.pack("QQQ", everything, network, scopes))
    ruleset = _syscall("Landlock", SYS_LANDLOCK[0], handled, ctypes.c_size_t(size), 0)
    writable = [f"/{name}" for name in SCRATCH] + [f"/dev/{name}" for name in DEVICES]
    opened = []
    for path in [*trees, "/proc", "/dev", *writable]:
        access = everything if path in writable else READ
        if not os.path.isdir(path):
            access &= 1 << 0 | 1 << 1 | 1 << 2 | 1 << 14 | 1 << 15  # what a file can have
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
        rule = ctypes.create_string_buffer(struct.pack("=Qi", access & everything, place))
        _syscall(f"Landlock on {path}", SYS_LANDLOCK[1], ruleset, 1, rule, 0)
        opened.append(place)
    return ruleset, version, opened


def _landlock(rules: tuple[int, int, list[int]]) -> None:
    ruleset, _, opened = rules
    _syscall("Landlock", SYS_LANDLOCK[2], ruleset, 0)
    for descriptor in [ruleset, *opened]:
        os.close(descriptor)


def _syscall(what: str, number: int, *args: object) -> int:
    return _call(what, "use a newer Linux kernel", _libc.syscall, number, *args)


def _call(what: str, remedy: str, function: object, *args: object) -> int:
    result = function(*args)  # type: ignore[operator]
    if result < 0:
        number = ctypes.get_errno()
        words = f"{what}: {os.strerror(number)}" + (f"; {remedy}" if remedy else "")
        raise SandboxError(number, words)
    return int(result)
