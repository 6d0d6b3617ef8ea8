"""What we ourselves bring along and say to the world: nothing at import, nobody but who is configured, and a release that is pinned."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.world import World

ROOT = Path(__file__).parent.parent
WATCHED = """
import json, runpy, sys
seen = []
NETWORK = {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto", "socket.sendmsg"}
STARTS = {"subprocess.Popen", "os.system", "os.posix_spawn", "os.exec", "os.fork"}
def watch(event, words):
    if event in NETWORK:
        seen.append([event, str(words[1:] if event == "socket.connect" else words)])
    elif event in STARTS and STRICT:
        seen.append([event, str(words)])
sys.addaudithook(watch)
STRICT = sys.argv.pop(1) == "strict"
try:
    exec(sys.argv.pop(1))
except SystemExit:
    pass
sys.stderr.write("\\nWATCHED " + json.dumps(seen))
"""
COMMAND = "runpy.run_module('safe_install', run_name='__main__', alter_sys=True)"
HOOK = "import safe_install.hook; sys.exit(safe_install.hook.main())"
EVERYTHING = "import importlib, pkgutil, safe_install\nfor one in pkgutil.walk_packages(safe_install.__path__, 'safe_install.'):\n  importlib.import_module(one.name)"
EVENT = json.dumps(
    {"hook_event_name": "PreToolUse", "tool_name": "Bash", "tool_input": {"command": "cd web && npm install x"}}
)


def watched(program: str, *words: str, strict: bool = True, said: str = "") -> list[list[str]]:
    """Run a program and list what it asked of the network, and, where that is strict, what it started."""
    ran = subprocess.run(
        [sys.executable, "-c", WATCHED, "strict" if strict else "", program, *words],
        input=said,
        capture_output=True,
        text=True,
        check=False,
    )
    _, found, told = ran.stderr.rpartition("\nWATCHED ")
    assert found, ran.stderr
    seen: list[list[str]] = json.loads(told)
    return seen


@pytest.mark.parametrize(
    ("program", "words"), [(COMMAND, ("--version",)), (COMMAND, ("--help",)), (COMMAND, ("ci", "--help"))]
)
def test_to_say_what_it_is_it_asks_nobody_and_starts_nothing(program: str, words: tuple[str, ...]) -> None:
    assert watched(program, *words) == []


def test_the_hook_asks_nobody_and_starts_nothing(world: World) -> None:
    assert watched(HOOK, "pre-tool-use", said=EVENT) == []
    assert world.registry.requests == []


def test_importing_every_module_asks_nobody_and_starts_nothing() -> None:
    assert [event for event in watched(EVERYTHING) if event[0] != "os.fork"] == []


def test_what_is_watched_would_be_seen() -> None:
    assert watched("import socket; socket.getaddrinfo('localhost', 9)")[0][0] == "socket.getaddrinfo"
    assert watched("import subprocess; subprocess.run(['true'])")[0][0] == "subprocess.Popen"


@pytest.mark.npm
@pytest.mark.semgrep
def test_a_scan_speaks_to_the_configured_registry_and_to_nobody_else(world: World) -> None:
    world.lock(world.registry.publish("x", "1.0.0", {"i.js": "f()"}, scripts={"postinstall": "node i.js"}))
    asked = watched(COMMAND, "scan", strict=False)
    host, _, port = world.registry.host.partition(":")
    assert asked
    assert all(host in words and port in words for _, words in asked), asked


@pytest.mark.npm
@pytest.mark.semgrep
def test_what_the_caches_have_is_judged_without_any_network(world: World) -> None:
    alone = ["unshare", "--user", "--map-root-user", "--net", "--"]
    if not shutil.which("unshare") or subprocess.run([*alone, "true"], capture_output=True, check=False).returncode:
        pytest.skip("network namespaces are not allowed here")
    world.lock(world.registry.publish("x", "1.0.0", {"i.js": "f()"}, scripts={"postinstall": "node i.js"}))
    assert world.run("scan").code == 10
    (world.folder.parent / "cache" / "remembered.sqlite").unlink()
    ran = subprocess.run(
        [*alone, sys.executable, "-m", "safe_install", "scan"], cwd=world.folder, capture_output=True, check=False
    )
    assert ran.returncode == 10, ran.stderr


WORKFLOWS = sorted([*(ROOT / ".github" / "workflows").glob("*.yml"), *(ROOT / "docs" / "recipes").glob("github-*.yml")])


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_every_action_is_pinned_by_its_commit_and_says_which_release_that_is(path: Path) -> None:
    used = re.findall(r"uses: (\S+)(.*)", path.read_text())
    assert used
    for action, remark in used:
        assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", action), action
        assert re.match(r" # (v\d+\.\d+\.\d+$|the commit of)", remark), action


def test_a_release_keeps_no_token_and_is_attested() -> None:
    text = (ROOT / ".github" / "workflows" / "release.yml").read_text()
    assert "permissions: {}" in text
    assert "secrets." not in text
    assert {"id-token", "attestations"} == set(re.findall(r"^ +([a-z-]+): write", text, re.MULTILINE))
    for step in ("attest-build-provenance@", "attest-sbom@", "gh-action-pypi-publish@", "make audit sbom dist"):
        assert step in text


def test_an_audit_that_no_feed_answered_is_none() -> None:
    assert re.search(r"^AUDIT = \$\(TOOLS\)/pip-audit --strict ", (ROOT / "Makefile").read_text(), re.MULTILINE)


def test_the_threat_model_names_what_is_not_covered() -> None:
    text = (ROOT / "SECURITY.md").read_text()
    for heading in ("## Reporting", "## What is trusted", "## What is defended", "## What is not covered"):
        assert heading in text
