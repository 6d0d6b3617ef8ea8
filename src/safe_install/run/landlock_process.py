"""The program that shuts itself in and becomes a script; started by its path, told what to do on a descriptor.

It keeps to the standard library. Two processes: the first stays outside, waits, and ends everything with the script, or
when whoever started it is gone; the second gives up what it has, for good, and becomes the script.
"""

from __future__ import annotations

import ctypes
import json
import os
import select
import signal
import struct
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

_CREATE, _ADD, _RESTRICT = 444, 445, 446  # landlock(7), the same numbers everywhere
_BELOW_A_PATH = 1
_OF_FILES = (
    0x1 | 0x2 | 0x4 | 0x4000 | 0x8000
)  # execute, write, read, truncate, ioctl: all that a rule on a file may say
_NO_NEW_PRIVILEGES, _SECCOMP, _SUBREAPER, _AMBIENT, _DROP = 38, 22, 36, 47, 24  # prctl(2)
_CLEAR_ALL, _FILTER = 4, 2
_CAPABILITIES = 64
_VERSION_3 = 0x20080522  # capset(2)
_NOT_BEGUN = 125


def main() -> None:
    """Say that we stand, wait for the word, start the script, and wait for its end."""
    task, status, go = map(int, sys.argv[1:4])
    for each in (task, status, go):
        os.set_inheritable(each, False)
    told: dict[str, Any] = json.loads(os.pread(task, os.fstat(task).st_size, 0))
    _prctl(_SUBREAPER, 1)
    os.write(status, f"{os.getpid()}\n".encode())
    if not os.read(go, 1):
        return
    child = os.fork()
    if child == 0:
        try:
            _become(told)
        except OSError as error:
            os.write(status, f"{error.filename or 'it'}: {error.strerror}".encode(errors="replace"))
        os._exit(_NOT_BEGUN)
    os.close(status)
    sys.exit(_wait(child, go))


def _wait(child: int, go: int) -> int:
    """Wait for the script, end what it left running, and give its exit code as a shell would."""
    ends = os.pidfd_open(child)
    if ends not in select.select([ends, go], [], [])[0]:
        os.killpg(0, signal.SIGKILL)  # whoever started us is gone, and we go with everything
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    while left := Path(f"/proc/self/task/{os.getpid()}/children").read_text().split():
        for each in map(int, left):
            with suppress(ProcessLookupError):
                os.kill(each, signal.SIGKILL)
            with suppress(ChildProcessError):
                os.waitpid(each, 0)
    return code if code >= 0 else 128 - code


# ------------------------------------------------------------------ giving up


def _become(told: Mapping[str, Any]) -> None:
    """Give up files, power and calls, in this order, and become the script."""
    rules = _ruleset(told)
    _be_nobody(told["user"])
    for path in told["needed"]:
        os.close(os.open(path, os.O_RDONLY))
    os.chdir(told["cwd"])
    os.umask(0o022)
    _prctl(_NO_NEW_PRIVILEGES, 1)
    _checked(ctypes.CDLL(None, use_errno=True).syscall(_RESTRICT, rules, 0))
    for number in (signal.SIGPIPE, signal.SIGXFSZ, signal.SIGINT):  # which Python had set for itself
        signal.signal(number, signal.SIG_DFL)
    _filter(bytes.fromhex(told["filter"]))
    os.execve(told["argv"][0], told["argv"], told["env"])  # noqa: S606 - the script, as it was approved


def _ruleset(told: Mapping[str, Any]) -> int:
    """Make the rules: what is handled and in none of them is refused."""
    libc = ctypes.CDLL(None, use_errno=True)
    handled = struct.pack(f"={len(told['handled'])}Q", *told["handled"])
    rules = _checked(libc.syscall(_CREATE, handled, ctypes.c_size_t(len(handled)), 0))
    for path, access in told["rules"]:
        opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
        allowed = access if Path(path).is_dir() else access & _OF_FILES
        _checked(libc.syscall(_ADD, rules, _BELOW_A_PATH, struct.pack("=Qi", allowed, opened), 0))
        os.close(opened)
    return rules


def _be_nobody(user: int | None) -> None:
    """Become another user, where we are root, and in any case without a capability."""
    libc = ctypes.CDLL(None, use_errno=True)
    if user is not None:
        for each in range(_CAPABILITIES):
            libc.prctl(_DROP, each, 0, 0, 0)
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
    libc.prctl(_AMBIENT, _CLEAR_ALL, 0, 0, 0)
    _checked(libc.capset(struct.pack("=Ii", _VERSION_3, 0), bytes(24)))


def _filter(program: bytes) -> None:
    steps = ctypes.create_string_buffer(program, len(program))
    _prctl(_SECCOMP, _FILTER, struct.pack("@HP", len(program) // 8, ctypes.addressof(steps)))


def _prctl(what: int, first: int, second: bytes | int = 0) -> None:
    _checked(ctypes.CDLL(None, use_errno=True).prctl(what, first, second, 0, 0))


def _checked(result: int) -> int:
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), "Landlock or seccomp")
    return result


if __name__ == "__main__":
    main()
