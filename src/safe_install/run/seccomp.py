"""What a script may not ask of the kernel where it shares everybody's: a filter of system calls, as the kernel's own program.

Numbers are those of the kernel's headers (asm/unistd_64.h for x86-64, asm-generic/unistd.h for 64-bit ARM), which a
test compares. What is not named here is allowed: files are Landlock's part.
"""

from __future__ import annotations

import errno
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from safe_install.errors import SandboxError

_LOAD, _EQUAL, _MASK, _RETURN = 0x20, 0x15, 0x45, 0x06  # bpf(4): LD|W|ABS, JMP|JEQ|K, JMP|JSET|K, RET|K
_ALLOW, _KILL, _ERROR = 0x7FFF0000, 0x80000000, 0x00050000  # seccomp(2)
_NUMBER, _ARCHITECTURE, _ARGUMENTS = (
    0,
    4,
    16,
)  # offsets in struct seccomp_data; an argument is two words, the lower first
_X32 = 0x40000000
_NEW_NAMESPACE = 0x7E020080  # clone(2): every CLONE_NEW… that its flags can hold
_KIND, _STREAM = 0xF, 1  # of socketpair(2)'s second argument
_TYPING = (0x5412, 0x541C)  # ioctl_tty(2): TIOCSTI, TIOCLINUX


@dataclass(frozen=True, slots=True)
class _Machine:
    """One architecture: its number for the kernel (AUDIT_ARCH_…), and those of its system calls."""

    audit: int
    numbers: Mapping[str, int]


REFUSED = {
    errno.EACCES: ("socket", "bind", "connect", "listen", "accept", "accept4"),
    errno.ENOSYS: ("clone3", "io_uring_setup", "io_uring_enter", "io_uring_register"),
    errno.EPERM: (
        *("ptrace", "process_vm_readv", "process_vm_writev", "pidfd_getfd", "kcmp"),
        *("setsid", "setpgid"),
        *("mount", "umount2", "pivot_root", "chroot", "unshare", "setns", "swapon", "swapoff", "reboot", "acct"),
        *("move_mount", "open_tree", "fsopen", "fsconfig", "fsmount", "fspick", "mount_setattr", "open_by_handle_at"),
        *("add_key", "request_key", "keyctl", "bpf", "perf_event_open", "userfaultfd", "fanotify_init"),
        *("init_module", "finit_module", "delete_module", "kexec_load", "kexec_file_load", "syslog"),
        *("shmget", "shmat", "msgget", "semget", "mq_open"),
        *("setxattr", "lsetxattr", "fsetxattr", "removexattr", "lremovexattr", "fremovexattr"),
    ),
}
"""What is refused whatever its arguments are, by the error that is given.

No socket at all: not the network, and not a file that a program listens at. Without setsid and setpgid everything that a
script starts stays in its group, and ends with it. ENOSYS makes programs ask in the older way, which can be looked into.
"""


def program(machine: str) -> bytes:
    """Give the filter for one machine (as uname(1) names it); SandboxError for one whose numbers are not known."""
    known = MACHINES.get(machine)
    if known is None:
        raise SandboxError(f"The system calls of {machine} are not known here, so that none can be refused.")
    return b"".join(_steps(known))


def _steps(machine: _Machine) -> Iterator[bytes]:
    """Write it in an order in which every jump is one of a few steps: each refusal stands alone, and falls through."""
    yield _step(_LOAD, _ARCHITECTURE)
    yield from _unless_equal(machine.audit, _KILL)
    yield _step(_LOAD, _NUMBER)
    if machine is MACHINES["x86_64"]:
        yield _step(_MASK, _X32, 0, 1)
        yield _step(_RETURN, _ERROR | errno.ENOSYS)
    for error, names in REFUSED.items():
        for name in names:
            yield _step(_EQUAL, machine.numbers[name], 0, 1)
            yield _step(_RETURN, _ERROR | error)
    yield from _looked_into(machine)
    yield _step(_RETURN, _ALLOW)


def _looked_into(machine: _Machine) -> Iterator[bytes]:
    """Refuse by argument: new namespaces, pairs that could be sent elsewhere, a message to an address, typing for others."""
    number = machine.numbers
    yield from _if_argument(number["clone"], 0, [_step(_MASK, _NEW_NAMESPACE, 0, 1), _refusal(errno.EPERM)])
    stream = [struct.pack("=HBBI", 0x54, 0, 0, _KIND), _step(_EQUAL, _STREAM, 1, 0), _refusal(errno.EACCES)]
    yield from _if_argument(number["socketpair"], 1, stream)
    anywhere = [_step(_EQUAL, 0, 1, 0), _refusal(errno.EACCES)]
    yield from _if_argument(number["sendto"], 4, anywhere)
    yield from _if_argument(number["sendto"], 4, anywhere, upper=True)
    for request in _TYPING:
        yield from _if_argument(number["ioctl"], 1, [_step(_EQUAL, request, 0, 1), _refusal(errno.EPERM)])


def _if_argument(number: int, which: int, then: list[bytes], *, upper: bool = False) -> Iterator[bytes]:
    """Look at half of an argument of one system call; what is loaded afterwards is the call's number again."""
    inside = [_step(_LOAD, _ARGUMENTS + 8 * which + 4 * upper), *then, _step(_LOAD, _NUMBER)]
    yield _step(_EQUAL, number, 0, len(inside))
    yield from inside


def _unless_equal(value: int, then: int) -> Iterator[bytes]:
    yield _step(_EQUAL, value, 1, 0)
    yield _step(_RETURN, then)


def _refusal(error: int) -> bytes:
    return _step(_RETURN, _ERROR | error)


def _step(code: int, value: int, if_so: int = 0, if_not: int = 0) -> bytes:
    """Write one instruction (struct sock_filter)."""
    return struct.pack("=HBBI", code, if_so, if_not, value)


# ------------------------------------------------------------------ numbers


def _machine(audit: int, numbers: str) -> _Machine:
    pairs = (pair.split("=") for pair in (_SHARED + numbers).split())
    return _Machine(audit, {name: int(number) for name, number in pairs})


_SHARED = """
    pidfd_getfd=438 clone3=435 io_uring_setup=425 io_uring_enter=426 io_uring_register=427 open_tree=428
    move_mount=429 fsopen=430 fsconfig=431 fsmount=432 fspick=433 mount_setattr=442
"""
"""Since Linux 5.0 a new call has the same number everywhere."""
_X86_64 = """
    socket=41 bind=49 connect=42 listen=50 accept=43 accept4=288 socketpair=53 sendto=44 clone=56 ioctl=16
    ptrace=101 process_vm_readv=310 process_vm_writev=311 kcmp=312 setsid=112 setpgid=109 mount=165 umount2=166
    pivot_root=155 chroot=161 unshare=272 setns=308 swapon=167 swapoff=168 reboot=169 acct=163 open_by_handle_at=304
    add_key=248 request_key=249 keyctl=250 bpf=321 perf_event_open=298 userfaultfd=323 fanotify_init=300
    init_module=175 finit_module=313 delete_module=176 kexec_load=246 kexec_file_load=320 syslog=103 shmget=29
    shmat=30 msgget=68 semget=64 mq_open=240 setxattr=188 lsetxattr=189 fsetxattr=190 removexattr=197
    lremovexattr=198 fremovexattr=199
"""
_AARCH64 = """
    socket=198 socketpair=199 bind=200 listen=201 accept=202 connect=203 accept4=242 sendto=206 clone=220 ioctl=29
    ptrace=117 process_vm_readv=270 process_vm_writev=271 kcmp=272 setsid=157 setpgid=154 mount=40 umount2=39
    pivot_root=41 chroot=51 unshare=97 setns=268 swapon=224 swapoff=225 reboot=142 acct=89 open_by_handle_at=265
    add_key=217 request_key=218 keyctl=219 bpf=280 perf_event_open=241 userfaultfd=282 fanotify_init=262
    init_module=105 finit_module=273 delete_module=106 kexec_load=104 kexec_file_load=294 syslog=116 shmget=194
    shmat=196 msgget=186 semget=190 mq_open=180 setxattr=5 lsetxattr=6 fsetxattr=7 removexattr=14 lremovexattr=15
    fremovexattr=16
"""
MACHINES: Mapping[str, _Machine] = {"x86_64": _machine(0xC000003E, _X86_64), "aarch64": _machine(0xC00000B7, _AARCH64)}
