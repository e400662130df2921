"""System calls that a submission may not make: a filter that the kernel asks before each one.

Namespaces and Landlock decide what can be reached. This decides what can be asked of the kernel
at all: no memory that no limit counts, no namespaces within namespaces, no look into another
process, none of the parts of the kernel where most holes have been.
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct

# name -> number on x86-64 and on aarch64
DENIED = {
    # memory that RLIMIT_DATA and RLIMIT_AS do not count
    "memfd_create": (319, 279), "memfd_secret": (447, 447), "shmget": (29, 194),
    # other processes
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271),
    # other worlds
    "unshare": (272, 97), "setns": (308, 268), "mount": (165, 40), "umount2": (166, 39),
    "pivot_root": (155, 41), "open_tree": (428, 428), "move_mount": (429, 429),
    "fsopen": (430, 430), "mount_setattr": (442, 442),
    # doors into the kernel that no notebook needs
    "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425), "keyctl": (250, 219), "add_key": (248, 217),
    "request_key": (249, 218), "msgget": (68, 186), "semget": (64, 190),
}  # fmt: skip
CLONE, CLONE3, SOCKET = (56, 220), (435, 435), (41, 198)
NEW_NAMESPACES = 0x7E020000  # every CLONE_NEW* flag of clone
FAMILIES = (1, 2, 10, 16)  # AF_UNIX, INET, INET6, NETLINK: those that a network namespace bounds
ARCHITECTURE = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
PR_SET_SECCOMP, FILTER = 22, 2

LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
NUMBER, ARCH, FIRST_ARGUMENT = 0, 4, 16  # offsets in struct seccomp_data
ALLOW, REFUSE = 0x7FFF0000, 0x00050000
X32 = 0x40000000

_libc = ctypes.CDLL(None, use_errno=True)


def program(machine: str) -> list[tuple[int, int, int, int]]:
    """The filter: instructions (code, jump if true, jump if false, value) of classic BPF.

    Raises:
        KeyError: for a processor whose numbers are not known here.
    """
    column, architecture = ARCHITECTURE[machine]
    refuse, missing = REFUSE | errno.EPERM, REFUSE | errno.ENOSYS
    lines = [
        (LOAD, 0, 0, ARCH), (EQUAL, 1, 0, architecture), (RETURN, 0, 0, refuse),
        (LOAD, 0, 0, NUMBER), (AT_LEAST, 0, 1, X32), (RETURN, 0, 0, missing),
        # clone3 hides its flags in memory; without it libraries fall back to clone
        (EQUAL, 0, 1, CLONE3[column]), (RETURN, 0, 0, missing),
    ]  # fmt: skip
    for number in sorted(numbers[column] for numbers in DENIED.values()):
        lines += [(EQUAL, 0, 1, number), (RETURN, 0, 0, refuse)]
    lines += [
        (EQUAL, 0, 3, CLONE[column]), (LOAD, 0, 0, FIRST_ARGUMENT),
        (ANY_BIT, 0, 1, NEW_NAMESPACES), (RETURN, 0, 0, refuse),
        (LOAD, 0, 0, NUMBER), (EQUAL, 1, 0, SOCKET[column]), (RETURN, 0, 0, ALLOW),
        (LOAD, 0, 0, FIRST_ARGUMENT),
    ]  # fmt: skip
    for family in FAMILIES:
        lines += [(EQUAL, 0, 1, family), (RETURN, 0, 0, ALLOW)]
    return [*lines, (RETURN, 0, 0, REFUSE | errno.EAFNOSUPPORT)]


def restrict() -> None:
    """Put the filter in force for this process and all that it starts. Needs no privileges,
    only that none can be gained (PR_SET_NO_NEW_PRIVS).

    Raises:
        OSError: when the kernel refuses.
    """
    try:
        lines = program(os.uname().machine)
    except KeyError as machine:
        raise OSError(errno.ENOSYS, f"no list for the processor {machine}") from None
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *line) for line in lines))
    header = struct.pack("HxxxxxxQ", len(lines), ctypes.addressof(code))
    if _libc.prctl(PR_SET_SECCOMP, FILTER, ctypes.create_string_buffer(header), 0, 0) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
