"""The walls hold: what a script tries in order to see, write, reach or outlive more than it may."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from safe_install.errors import SandboxError
from safe_install.run.bubblewrap import Bubblewrap
from safe_install.run.namespaces import PROGRAMS, Namespaces
from safe_install.run.npm import Npm
from safe_install.run.process import HALF, Ran
from safe_install.run.walls import Access, Sandbox, View, Walls, tool_views
from tests.processes import command_lines
from tests.run.site import write_files

pytestmark = [pytest.mark.sandbox, pytest.mark.npm]

Try = Callable[..., Ran]


@pytest.fixture(params=["bubblewrap", "unshare"])
def walled(request: pytest.FixtureRequest, sandbox: Bubblewrap) -> Sandbox:
    """Give each of those who put up whole walls."""
    if request.param == "unshare" and not all(
        shutil.which(name, path="/usr/sbin:/usr/bin:/sbin:/bin") for name in PROGRAMS
    ):
        pytest.skip("this system lacks one of util-linux's programs")
    return Namespaces() if request.param == "unshare" else sandbox


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """Give the one folder that may be written to."""
    (tmp_path / "mine").mkdir()
    return tmp_path / "mine"


@pytest.fixture
def attempt(walled: Sandbox, npm: Npm, tmp_path: Path, mine: Path) -> Try:
    """Run a line of shell inside walls that show one folder for writing, and one for reading."""
    write_files(tmp_path, {"theirs/file": "theirs", "secret": "canary", "scratch/.keep": ""})

    def run(program: str, *, time_limit: float = 30, views: tuple[View, ...] = (), **env: str) -> Ran:
        seen = (View(tmp_path / "theirs", Access.READ), View(mine, Access.WRITE), *views, *tool_views(npm))
        return walled.run(
            ("/bin/sh", "-c", program),
            cwd=mine,
            env={"PATH": "/usr/bin:/bin", **env},
            walls=Walls(views=seen, scratch=tmp_path / "scratch", time_limit=time_limit),
        )

    return run


def test_a_program_works_in_its_own_folder(attempt: Try, mine: Path) -> None:
    assert attempt("echo out > file && cat file; exit 3").exit_code == 3
    assert (mine / "file").read_text() == "out\n"


def test_the_environment_is_exactly_what_was_given(attempt: Try, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NPM_TOKEN", "canary")
    told = attempt("env; cat /proc/*/environ | tr '\\0' '\\n'", GIVEN="yes").output
    assert "GIVEN=yes" in told
    assert "canary" not in told
    assert {line.partition("=")[0] for line in told.splitlines()} <= {"GIVEN", "PATH", "PWD"}


def test_values_are_not_shown_to_whoever_lists_processes(attempt: Try) -> None:
    stop = threading.Event()
    seen: set[bytes] = set()

    def watch() -> None:
        while not stop.is_set():
            seen.update(command_lines())

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        attempt("sleep 2", GRANTED="canary-value")
    finally:
        stop.set()
        watcher.join()
    assert any(b"sleep" in line for line in seen)
    assert not any(b"canary-value" in line for line in seen)


@pytest.mark.parametrize("value", ["a\0--bind\0/\0/", "line\nbreak", "--ro-bind", "ünï"])
def test_no_value_becomes_an_argument(attempt: Try, value: str) -> None:
    if "\0" in value:
        with pytest.raises(SandboxError, match="NUL"):
            attempt("true", GIVEN=value)
    else:
        assert attempt('printf %s "$GIVEN"', GIVEN=value).output == value


@pytest.mark.parametrize(
    "place", ["/root", "/home", "/etc/shadow", "/etc/machine-id", "/var/run/docker.sock", "/sys", "/boot"]
)
def test_of_the_system_only_programs_are_there(attempt: Try, place: str) -> None:
    assert attempt(f"ls {place}/. {place}").exit_code != 0


def test_home_and_what_lies_beside_the_folder_are_not_there(attempt: Try, tmp_path: Path) -> None:
    home = Path(os.environ["HOME"])
    write_files(home, {".npmrc": "canary", ".ssh/id_ed25519": "canary"})
    told = attempt(f"cat {home}/.npmrc {home}/.ssh/id_ed25519 {tmp_path}/secret ../secret; ls -R {tmp_path}")
    assert "canary" not in told.output
    assert "secret" not in told.output.replace("No such file", "").partition("mine:")[2]


@pytest.mark.parametrize(
    "where",
    [
        "{}/outside",
        "{}/theirs/file",
        "{}/theirs/new-canary",
        "/usr/bin/new-canary",
        "/etc/hosts",
        "/new-canary",
        "/dev/new-canary",
    ],
)
def test_nothing_else_can_be_written(attempt: Try, tmp_path: Path, where: str) -> None:
    place = where.format(tmp_path)
    attempt(f"echo evil > {place}; ln -s /bin/sh {place}.link; mkdir {place}.folder")
    assert (tmp_path / "theirs/file").read_text() == "theirs"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine", "scratch", "secret", "theirs"]
    assert list(Path(place).parent.glob("new-canary*")) == []


def test_the_root_itself_cannot_be_written(attempt: Try) -> None:
    assert attempt("touch /canary || touch /home || mkdir /home/me").exit_code != 0


@pytest.mark.parametrize(
    "program",
    [
        "mount -o remount,rw,bind /usr",
        "mount -t tmpfs none /mnt",
        "umount /proc",
        "unshare --user --map-root-user true",
        "unshare --user true",
        "unshare --mount true",
        "nsenter --target 1 --mount true",
        "mknod device b 8 0",
        "chroot /usr true",
        "echo 1 > /proc/sys/kernel/core_pattern",
        "echo 1 > /proc/sys/vm/swappiness",
        "echo 1 > /proc/sysrq-trigger",
        "echo 0 > /proc/self/oom_score_adj",
        "head -c 1 /proc/kcore",
        "head -c 1 /dev/mem",
        "ln {}/theirs/file stolen",
    ],
)
def test_there_is_no_way_back_to_power(attempt: Try, tmp_path: Path, program: str) -> None:
    name = program.partition(" ")[0]
    if name != "echo" and not shutil.which(name, path="/usr/sbin:/usr/bin"):
        pytest.skip("this system has no such program")
    assert attempt(program.format(tmp_path)).exit_code != 0


def test_no_capability_is_left_and_none_can_be_got(attempt: Try) -> None:
    told = attempt("grep -E '^(Cap|NoNewPrivs)' /proc/self/status").output
    assert {line.split()[1].strip("0") for line in told.splitlines() if line.startswith("Cap")} == {""}
    assert "NoNewPrivs:\t1" in told


def test_nobody_on_this_machine_can_be_reached(attempt: Try, npm: Npm, tmp_path: Path) -> None:
    knock = 'require("net").connect(process.argv[1]).on("connect", () => process.exit(0)).on("error", () => process.exit(9))'
    hidden = 'import socket; socket.socket(socket.AF_UNIX).connect("\\0" + "{}")'
    name = f"safe-install-test-{os.getpid()}"
    with (
        socket.create_server(("127.0.0.1", 0)) as tcp,
        socket.socket(socket.AF_UNIX) as unix,
        socket.socket(socket.AF_UNIX) as abstract,
    ):
        unix.bind(str(tmp_path / "socket"))
        abstract.bind(f"\0{name}")
        for each in (unix, abstract):
            each.listen()
        for address in (tcp.getsockname()[1], str(tmp_path / "socket")):
            assert attempt(f"{npm.node} -e '{knock}' {address}").exit_code == 9
        assert "ConnectionRefusedError" in attempt(f"python3 -c '{hidden.format(name)}'").output


def test_there_is_no_network_and_no_name(attempt: Try, npm: Npm) -> None:
    look = 'require("dns").lookup("registry.example.test", (error) => process.exit(error ? 9 : 0))'
    assert attempt(f"{npm.node} -e '{look}'").exit_code == 9
    assert attempt("cat /proc/net/dev").output.count("lo:") == 1
    assert attempt("cat /proc/net/dev | wc -l").output.strip() == "3"


def test_every_namespace_is_its_own(attempt: Try) -> None:
    kinds = ("user", "pid", "ipc", "uts", "net", "mnt")
    told = attempt("for kind in user pid ipc uts net mnt; do readlink /proc/self/ns/$kind; done").output.split()
    assert len(told) == len(kinds)
    assert not {str(Path(f"/proc/self/ns/{kind}").readlink()) for kind in kinds} & set(told)


def test_no_other_process_is_seen_or_can_be_signalled(attempt: Try) -> None:
    with subprocess.Popen(["sleep", "60"]) as other:  # noqa: S607 - any process of ours
        assert attempt(f"kill -KILL {other.pid} || ls /proc/{other.pid}/exe").exit_code != 0
        assert other.poll() is None
        other.kill()


@pytest.mark.parametrize("how", ["sleep 61 &", "setsid sleep 61 &", "nohup setsid sleep 61 > /dev/null 2>&1 &"])
def test_a_daemon_dies_with_the_script(attempt: Try, mine: Path, how: str) -> None:
    ran = attempt(f"(sleep 1; touch survived) & {how} exit 0")
    assert ran.exit_code == 0
    time.sleep(1.5)
    assert list(mine.iterdir()) == []


def test_too_long_a_script_is_ended_with_everything_it_started(attempt: Try, mine: Path) -> None:
    ran = attempt("trap '' TERM; (trap '' TERM; sleep 2; touch survived) & setsid sleep 60 & sleep 60", time_limit=0.5)
    assert ran.exit_code is None
    time.sleep(2)
    assert list(mine.iterdir()) == []


def test_a_flood_of_output_is_cut_in_the_middle(attempt: Try) -> None:
    told = attempt("echo begin; yes | head -c 10000000; echo end").output
    assert told.startswith("begin")
    assert told.endswith("end\n")
    assert len(told) < 2 * HALF + 100


def test_there_is_no_terminal_to_type_into(attempt: Try) -> None:
    assert attempt("echo x > /dev/tty").exit_code != 0
    assert attempt("cat").output == ""


def test_a_hidden_file_and_a_hidden_folder_look_empty_and_stay_as_they_are(attempt: Try, mine: Path) -> None:
    write_files(mine, {".env": "canary", ".git/config": "canary", "shown": "yes"})
    hidden = (View(mine / ".env", Access.HIDE), View(mine / ".git", Access.HIDE))
    told = attempt(
        "cat shown .env; ls -A .git; rm -rf .env .git; echo evil > .env; touch .git/config && echo done", views=hidden
    )
    assert "canary" not in told.output
    assert told.output.startswith("yes")
    assert "done" not in told.output
    assert ((mine / ".env").read_text(), (mine / ".git/config").read_text()) == ("canary", "canary")


def test_a_later_view_lies_over_an_earlier_one(attempt: Try, mine: Path) -> None:
    write_files(mine, {"nested/file": "kept"})
    attempt("echo evil > nested/file; echo evil > nested/new", views=(View(mine / "nested", Access.READ),))
    assert [path.read_text() for path in (mine / "nested").iterdir()] == ["kept"]


def test_what_is_written_to_home_or_tmp_is_gone(attempt: Try, tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    assert (
        attempt(
            f"echo x > {scratch}/home/x && echo x > {scratch}/tmp/x && echo x > /tmp/x && echo x > /var/tmp/x"
        ).exit_code
        == 0
    )
    assert [path.name for path in scratch.iterdir()] == [".keep"]


def test_the_compiler_and_python_work(attempt: Try) -> None:
    if shutil.which("cc", path="/usr/bin"):
        assert attempt("echo 'int main(void){return 7;}' > a.c && cc a.c -o a && ./a").exit_code == 7
    if shutil.which("python3", path="/usr/bin"):
        assert attempt("python3 -c 'import ssl, json'").exit_code == 0
