"""The reduced walls hold what they say: files, network, power and processes; and they say what they do not hold."""

from __future__ import annotations

import errno
import os
import platform
import re
import shutil
import socket
import stat
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from safe_install.errors import SandboxError
from safe_install.run import landlock, seccomp
from safe_install.run.files import private_folder
from safe_install.run.landlock import Landlock
from safe_install.run.npm import Npm
from safe_install.run.probe import probe
from safe_install.run.process import Ran
from safe_install.run.walls import Access, View, Walls, tool_views
from tests.run.site import write_files

pytestmark = [
    pytest.mark.npm,
    pytest.mark.skipif(landlock.version() < 3, reason="this kernel has no Landlock, or one that is too old"),
]

Try = Callable[..., Ran]
HEADERS = {
    "x86_64": (Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"), Path("/usr/include/asm/unistd_64.h")),
    "aarch64": (Path("/usr/include/asm-generic/unistd.h"),),
}


@pytest.fixture
def ours() -> Iterator[Path]:
    """Give a folder of ours, with one for writing, one for reading, and a secret."""
    with private_folder() as folder:
        write_files(folder, {"theirs/file": "theirs", "secret": "canary", "mine/.keep": ""})
        yield folder


@pytest.fixture
def attempt(npm: Npm, ours: Path) -> Iterator[Try]:
    """Run a line of shell inside walls that show one folder for writing, and one for reading."""
    with private_folder() as scratch:

        def run(program: str, *, time_limit: float = 30, **env: str) -> Ran:
            seen = (View(ours / "theirs", Access.READ), View(ours / "mine", Access.WRITE), *tool_views(npm))
            return Landlock().run(
                ("/bin/sh", "-c", program),
                cwd=ours / "mine",
                env={"PATH": "/usr/bin:/bin", "TMPDIR": str(scratch / "tmp"), **env},
                walls=Walls(views=seen, scratch=scratch, time_limit=time_limit),
            )

        yield run


def test_what_every_sandbox_must_keep_out_is_kept_out(npm: Npm) -> None:
    probe(Landlock(), npm)


def test_a_program_works_in_its_own_folder(attempt: Try, ours: Path) -> None:
    assert attempt("echo out > file && mkdir d && mv file d/file && cat d/file; exit 3").exit_code == 3
    assert (ours / "mine/d/file").read_text() == "out\n"


def test_the_environment_is_exactly_what_was_given(attempt: Try, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NPM_TOKEN", "canary")
    told = attempt("env; cat /proc/*/environ", GIVEN="ünï\n").output
    assert "GIVEN=ünï\n" in told
    assert "canary" not in told


def test_what_is_not_shown_cannot_be_read(attempt: Try, ours: Path) -> None:
    write_files(Path(os.environ["HOME"]), {".ssh/id_ed25519": "canary"})
    home = os.environ["HOME"]
    told = attempt(
        f"cat {home}/.ssh/id_ed25519 {ours}/secret ../secret /etc/machine-id; ls {home} {ours} /var /tmp /proc /sys /run"
    )
    assert "canary" not in told.output
    assert told.output.count("ermission denied") == 11


@pytest.mark.parametrize("where", ["{}/outside", "{}/theirs/file", "{}/theirs/new", "/tmp/{}", "/dev/shm/{}"])
def test_nothing_else_can_be_written(attempt: Try, ours: Path, where: str) -> None:
    place = where.format(ours if where.startswith("{") else f"canary-{os.getpid()}")
    command = f"echo evil > {place}; : >> {place}; truncate -s 0 {place}; ln -s x {place}.l; mkdir {place}.d; mkfifo {place}.p"
    attempt(f"{command}; rm -f {place}; mv {ours}/theirs .; ln {ours}/theirs/file mine; true")
    assert (ours / "theirs/file").read_text() == "theirs"
    assert sorted(path.name for path in ours.iterdir()) == ["mine", "secret", "theirs"]
    assert not list(Path(place).parent.glob(f"canary-{os.getpid()}*"))
    assert sorted(path.name for path in (ours / "theirs").iterdir()) == ["file"]


def test_root_becomes_somebody_who_owns_nothing(attempt: Try) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root becomes somebody else; a normal user's receipt says what this is about")
    with tempfile.NamedTemporaryFile(prefix="not-the-scripts-") as file:
        told = attempt(f"id -u; chmod 777 {file.name}; touch -d 2001-01-01 {file.name}")
        found = Path(file.name).stat()
    assert 61184 <= int(told.output.split()[0]) < 65520
    assert stat.S_IMODE(found.st_mode) == 0o600
    assert found.st_mtime > 1e9


@pytest.mark.parametrize(
    "program",
    ["mount -t tmpfs none /mnt", "unshare --user true", "unshare --mount true", "chroot /usr true", "mknod d b 8 0"],
)
def test_there_is_no_way_to_power(attempt: Try, program: str) -> None:
    assert attempt(program).exit_code != 0


def test_every_refused_call_is_refused(attempt: Try) -> None:
    numbers = seccomp.MACHINES[platform.machine()].numbers
    wanted = {numbers[name]: error for error, names in seccomp.REFUSED.items() for name in names}
    program = (
        "import ctypes; libc = ctypes.CDLL(None, use_errno=True)\n"
        f"for number, error in {wanted}.items():\n"
        "    libc.syscall(number, -1, 0, 0, 0, 0, 0)\n"
        "    if ctypes.get_errno() != error: print(number, ctypes.get_errno())\n"
    )
    assert attempt(f"python3 -c '{program}'").output == ""


def test_calls_that_are_looked_into_are_refused_by_their_arguments(attempt: Try) -> None:
    program = (
        "import errno, fcntl, os, socket\n"
        "def said(act):\n"
        "    try: act(); return 0\n"
        "    except OSError as error: return error.errno\n"
        "a, b = socket.socketpair()\n"
        'a.send(b"x")\n'
        "print(said(lambda: socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)),\n"
        '      said(lambda: a.sendto(b"x", "/nowhere")), said(lambda: fcntl.ioctl(0, 0x5412, b"x")))\n'
    )
    refused = [errno.EACCES, errno.EACCES, errno.EPERM]
    assert list(map(int, attempt(f"python3 -c '{program}'").output.split())) == refused


def test_nobody_on_this_machine_can_be_reached(attempt: Try, ours: Path) -> None:
    knock = (
        "import socket, sys\n"
        "kind, where = sys.argv[1], sys.argv[2]\n"
        'address = ("127.0.0.1", int(where)) if kind == "tcp" else ("\\0" if kind == "abstract" else "") + where\n'
        "try: socket.socket(socket.AF_INET if kind == 'tcp' else socket.AF_UNIX).connect(address)\n"
        "except OSError: sys.exit(9)\n"
    )
    write_files(ours, {"mine/knock.py": knock})
    name = f"safe-install-test-{os.getpid()}"
    with (
        socket.create_server(("127.0.0.1", 0)) as tcp,
        socket.socket(socket.AF_UNIX) as unix,
        socket.socket(socket.AF_UNIX) as abstract,
    ):
        unix.bind(str(ours / "mine/socket"))
        abstract.bind(f"\0{name}")
        for each in (unix, abstract):
            each.listen()
        (ours / "mine/socket").chmod(0o777)
        for kind, where in {"tcp": tcp.getsockname()[1], "unix": "socket", "abstract": name}.items():
            assert attempt(f"python3 knock.py {kind} {where}").exit_code == 9


def test_another_process_cannot_be_signalled(attempt: Try) -> None:
    if landlock.version() < 6 and os.geteuid() != 0:
        pytest.skip("older than Linux 6.12, and the receipt says so")
    with subprocess.Popen(["sleep", "60"]) as other:  # noqa: S607 - any process of ours
        assert attempt(f"kill -KILL {other.pid}").exit_code != 0
        assert other.poll() is None
        other.kill()


@pytest.mark.parametrize("how", ["sleep 61 &", "setsid sleep 61 &", "nohup sh -c '(sleep 61 &)' > /dev/null 2>&1 &"])
def test_a_daemon_dies_with_the_script(attempt: Try, ours: Path, how: str) -> None:
    assert attempt(f"(sleep 1; touch survived) & {how} exit 0").exit_code == 0
    time.sleep(1.5)
    assert not (ours / "mine/survived").exists()


def test_too_long_a_script_is_ended_with_everything_it_started(attempt: Try, ours: Path) -> None:
    ran = attempt("trap '' TERM; (trap '' TERM; sleep 2; touch survived) & sleep 60", time_limit=0.5)
    assert ran.exit_code is None
    time.sleep(2)
    assert not (ours / "mine/survived").exists()


def test_the_compiler_and_python_work(attempt: Try) -> None:
    if shutil.which("cc", path="/usr/bin"):
        assert attempt("echo 'int main(void){return 7;}' > a.c && cc a.c -o a && ./a").exit_code == 7
    assert attempt("python3 -c 'import ssl, subprocess; subprocess.run([\"true\"], check=True)'").exit_code == 0


@pytest.mark.parametrize("found", [0, 1, 2])
def test_an_old_kernel_is_no_place_for_it(attempt: Try, monkeypatch: pytest.MonkeyPatch, found: int) -> None:
    monkeypatch.setattr(landlock, "version", lambda: found)
    with pytest.raises(SandboxError, match="too old"):
        attempt("true")


def test_a_machine_whose_calls_are_not_known_is_refused() -> None:
    with pytest.raises(SandboxError, match="riscv64"):
        seccomp.program("riscv64")


@pytest.mark.parametrize("machine", HEADERS)
def test_the_numbers_are_those_of_the_kernels_headers(machine: str) -> None:
    header = next((path for path in HEADERS[machine] if path.exists()), None)
    if header is None:
        pytest.skip("the kernel's headers are not installed")
    told = dict(re.findall(r"#define __NR\d*_(\w+)\s+(\d+)", header.read_text()))
    assert {name: int(told[name]) for name in seccomp.MACHINES[machine].numbers} == seccomp.MACHINES[machine].numbers
