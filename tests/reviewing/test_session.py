"""A whole review as a person does it, at a real terminal; and where there is no person, or no terminal."""

from __future__ import annotations

import json
import os
import re
import signal
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pexpect
import pytest
from rich.cells import cell_len

from tests.report.stories import ESCAPES
from tests.world import World

MAKES = {
    "install.js": "const fs = require('fs')\n"
    "const told = `${process.env.BUILD_FLAVOUR}, ${process.env.OTHER_FLAVOUR}`\n"
    "fs.writeFileSync(__dirname + '/made.txt', told)\n"
}
BY_NODE: dict[str, Any] = {"scripts": {"postinstall": "node install.js"}}
BEGS: dict[str, Any] = {"scripts": {"postinstall": "node beg.js"}}
RECORDS = "safe-install.approvals.json"
ALT, NOT_ALT = "\x1b[?1049h", "\x1b[?1049l"
CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class Typist:
    """A person at a terminal, and all that was ever on the screen."""

    def __init__(self, child: pexpect.spawn[str]) -> None:
        self.child = child
        self.seen = ""

    def sees(self, pattern: str) -> re.Match[str]:
        """Wait until something is on the screen."""
        self.child.expect(pattern)
        self.seen += self.child.before + self.child.after
        found = self.child.match
        assert isinstance(found, re.Match)
        return found

    def types(self, keys: str) -> None:
        """Type."""
        self.child.send(keys)

    def ends(self) -> int | None:
        """Wait for the end; the exit code."""
        self.child.expect(pexpect.EOF)
        self.seen += self.child.before
        self.child.close()
        code: int | None = self.child.exitstatus
        return code

    def screens(self) -> list[list[str]]:
        """Give every screen that was drawn, as rows without colours."""
        drawn = self.seen.partition(ALT)[2].partition(NOT_ALT)[0].split("\x1b[H")[1:]
        return [re.split(r"\r+\n", CONTROL.sub("", one)) for one in drawn]


@contextmanager
def a_review(world: World, *, size: tuple[int, int] = (24, 80), **env: str) -> Iterator[Typist]:
    """Start a review at a terminal of so many lines and columns."""
    child: pexpect.spawn[str] = pexpect.spawn(
        sys.executable,
        ["-m", "safe_install", "review"],
        cwd=str(world.folder),
        encoding="utf-8",
        timeout=40,
        dimensions=size,
        env={**os.environ, "TERM": "xterm", **env},
    )
    try:
        yield Typist(child)
    finally:
        child.close(force=True)


@pytest.mark.npm
@pytest.mark.semgrep
@pytest.mark.sandbox
def test_a_person_reviews_grants_approves_skips_and_then_the_approved_script_runs_inside_its_walls(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.lock(
        world.registry.publish("builds", "2.0.0", MAKES, **BY_NODE),
        world.registry.publish(
            "begs", "1.0.0", {"beg.js": "require('child_process').execSync('echo money')\n"}, **BEGS
        ),
    )
    with a_review(world) as person:
        person.sees("begs 1.0.0 postinstall")
        person.types("sj\r")
        person.sees("this project > builds 2.0.0")
        person.types("ag ")
        person.sees(r"\[x\].*see the variable BUILD_FLAVOUR")
        person.types("qnread it\rf\r")
        person.sees("writeFileSync")
        person.types("qqqw")
        code = person.sees(r"Type ([0-9a-f]{6}) to record")[1]
        person.types(f"{code}\r")
        person.sees("2 decisions recorded")
        assert person.ends() == 0
        for screen in person.screens():
            assert len(screen) <= 24
            assert max(map(cell_len, screen)) <= 80
        assert "variables: BUILD_FLAVOUR" in CONTROL.sub("", person.seen)
    records = json.loads(world.read(RECORDS))
    (yes,), (no,) = records["approvals"], records["denials"]
    assert (yes["package"], yes["why"], yes["grants"]) == ("builds", "read it", {"env": ["BUILD_FLAVOUR"]})
    assert yes["integrity"]
    assert (no["package"], no.get("blocks", False)) == ("begs", False)
    monkeypatch.setenv("BUILD_FLAVOUR", "plum")
    monkeypatch.setenv("OTHER_FLAVOUR", "pear")
    said = world.run("ci", "--json")
    assert said.code == 0, said.err
    assert said.report["execution"]["confined_by"] == "bubblewrap"
    assert world.read("node_modules/builds/made.txt") == "plum, undefined"


@pytest.mark.npm
@pytest.mark.semgrep
def test_what_a_package_wrote_is_text_on_the_screen_and_nothing_else(world: World) -> None:
    escapes = "".join(char for char in ESCAPES if char != "\ud800")
    files = {"install.js": f"// {escapes}\nrequire('child_process').execSync('make')\n"}
    world.lock(world.registry.publish("loud", "1.0.0", files, scripts={"postinstall": f"node install.js '{escapes}'"}))
    with a_review(world) as person:
        person.sees("loud 1.0.0 postinstall")
        person.types("\r")
        person.sees("decision: not decided")
        person.types("f\r")
        person.sees("execSync")
        person.types("qqqqq")
        person.sees("Nothing was recorded")
        person.ends()
        told = person.seen
    assert "\x1b[2J" not in told
    assert "\x1b]0;" not in told
    assert not {"\u202e", "\u2066", "\u200b", "\x9b", "\x07"} & set(told)
    assert "\\u{202e}gpj.exe" in CONTROL.sub("", told)


@pytest.mark.npm
@pytest.mark.semgrep
def test_ctrl_c_leaves_the_terminal_and_the_file_as_they_were(world: World) -> None:
    world.lock(world.registry.publish("builds", "2.0.0", MAKES, **BY_NODE))
    with a_review(world) as person:
        before = termios.tcgetattr(person.child.child_fd)
        person.sees("builds 2.0.0 postinstall")
        person.types("sw")
        person.sees("to record this")
        assert termios.tcgetattr(person.child.child_fd)[3] != before[3]
        person.types("\x03")
        person.sees("Interrupted")
        assert person.ends() == 130
        assert NOT_ALT in person.seen.partition(ALT)[2]
        assert "\x1b[?25h" in person.seen
    assert not world.has(RECORDS)


@pytest.mark.npm
@pytest.mark.semgrep
def test_a_terminal_that_becomes_another_size_gets_another_page(world: World) -> None:
    world.lock(world.registry.publish("builds", "2.0.0", MAKES, **BY_NODE))
    with a_review(world) as person:
        person.sees("builds 2.0.0 postinstall")
        person.sees("q leave")
        person.child.setwinsize(14, 50)
        person.sees("─{50}\x1b")
        person.types("q")
        assert person.ends() == 10


@pytest.mark.npm
@pytest.mark.semgrep
def test_without_colours_nothing_is_coloured(world: World) -> None:
    world.lock(world.registry.publish("builds", "2.0.0", MAKES, **BY_NODE))
    with a_review(world, NO_COLOR="1") as person:
        person.sees("builds 2.0.0 postinstall")
        person.types("\rf\r")
        person.sees("writeFileSync")
        person.types("qqqq")
        person.ends()
        assert not re.search(r"\x1b\[(?:[0-9]+;)*(?:3[0-7]|9[0-7])m", person.seen.partition(ALT)[2])


@pytest.mark.npm
def test_a_terminal_that_cannot_be_drawn_on_gets_a_plain_word(world: World) -> None:
    world.lock(world.registry.publish("builds", "2.0.0", MAKES, **BY_NODE))
    with a_review(world, TERM="dumb") as person:
        person.sees("needs a terminal that can be drawn on")
        assert person.ends() == 1


@pytest.mark.npm
@pytest.mark.semgrep
def test_where_nothing_waits_no_page_is_opened(world: World) -> None:
    world.lock(world.registry.publish("plain", "1.0.0"))
    with a_review(world) as person:
        person.sees("Nothing waits for a person")
        assert person.ends() == 0
        assert ALT not in person.seen


def test_without_a_terminal_there_is_no_review(world: World) -> None:
    world.lock(world.registry.publish("builds", "2.0.0", MAKES, **BY_NODE))
    said = world.run("review")
    assert said.code == world.run("approve", "builds").code == 1
    assert "Reviewing is for a person" in said.err
    assert not world.has(RECORDS)


def test_a_coding_agent_at_a_terminal_is_refused(world: World) -> None:
    world.lock(world.registry.publish("builds", "2.0.0", MAKES, **BY_NODE))
    with a_review(world, CLAUDECODE="1") as person:
        person.sees("Reviewing is for a person: CLAUDECODE")
        assert person.ends() == 1


@pytest.mark.npm
@pytest.mark.semgrep
def test_a_review_that_is_ended_from_outside_gives_the_terminal_back(world: World) -> None:
    world.lock(world.registry.publish("builds", "2.0.0", MAKES, **BY_NODE))
    with a_review(world) as person:
        person.sees("builds 2.0.0 postinstall")
        person.types("s")
        person.child.kill(signal.SIGTERM)
        assert person.ends() == 130
        assert NOT_ALT in person.seen
    assert not world.has(RECORDS)


@pytest.mark.npm
@pytest.mark.semgrep
def test_a_changed_script_is_shown_by_what_changed_and_a_denial_is_recorded_for_the_package(world: World) -> None:
    world.lock(world.registry.publish("builds", "2.0.0", MAKES, **BY_NODE))
    world.approve("builds")
    newer = {"install.js": MAKES["install.js"] + "require('child_process').execSync('make')\n"}
    world.lock(world.registry.publish("builds", "2.1.0", newer, **BY_NODE))
    with a_review(world) as person:
        person.sees("builds 2.1.0 postinstall")
        person.types("\r")
        person.sees("compared")
        person.types("dw")
        code = person.sees(r"Type ([0-9a-f]{6}) to record")[1]
        person.types(f"{code}\r")
        person.sees("1 decision recorded")
        assert person.ends() == 11
        told = CONTROL.sub("", person.seen)
        assert re.search(r" 4 \+ require\('child_process'\)", told)
        assert "starts make" in told
    records = json.loads(world.read(RECORDS))
    assert records["approvals"] == []
    assert [(one["package"], one["blocks"]) for one in records["denials"]] == [("builds", True)]


@pytest.mark.npm
@pytest.mark.semgrep
def test_a_denial_that_came_meanwhile_is_not_overwritten(world: World) -> None:
    world.lock(world.registry.publish("builds", "2.0.0", MAKES, **BY_NODE))
    with a_review(world) as person:
        person.sees("builds 2.0.0 postinstall")
        person.types("\raqw")
        code = person.sees(r"Type ([0-9a-f]{6}) to record")[1]
        meanwhile = {"package": "builds", "by": "bob@example.test", "on": "2026-01-14", "why": ""}
        world.write(RECORDS, json.dumps({"schema": 1, "approvals": [], "denials": [meanwhile]}))
        person.types(f"{code}\r")
        person.sees("denied builds meanwhile")
        assert person.ends() == 1
    assert json.loads(world.read(RECORDS))["denials"] == [meanwhile]
    assert json.loads(world.read(RECORDS))["approvals"] == []
