"""A tarball that does not keep the lockfile's promise is told."""

from __future__ import annotations

import json
from typing import Any

import pytest

from safe_install.model import Artifact, Finding, Package, Severity, Source
from safe_install.scan.lock.lint import lint_delivery
from tests.builders import a_manifest, a_package, an_artifact
from tests.scan.locks import a_lock, an_entry

MANIFEST = a_manifest("@s/tool", bin="./cli.js")


def delivery(manifest: str, promised: dict[str, str], **more: Any) -> Package:  # noqa: ANN401
    artifact = an_artifact("tool", line=7, bin=promised, **more)
    return a_package({"package.json": manifest, "cli.js": "", "bin/a": "", "bin/.b": ""}, artifact)


def told(manifest: str, promised: dict[str, str]) -> list[tuple[str, Severity]]:
    return [(finding.signature, finding.severity) for finding in lint_delivery(delivery(manifest, promised), set())]


@pytest.mark.parametrize(
    ("manifest", "promised"),
    [
        (a_manifest("tool"), {}),
        (MANIFEST, {"tool": "cli.js"}),
        (a_manifest("t", bin={"a": "./bin/a", "@s/b": "/bin/../cli.js"}), {"a": "bin/a", "b": "cli.js"}),
        (a_manifest("t", bin=["bin/a"]), {"a": "bin/a"}),
        (a_manifest("t", bin={"..\\a": "..\\..\\bin\\a"}), {"a": "bin/a"}),
        (a_manifest("t", bin={"a": 1, "": "x", "b": ""}), {}),
        (a_manifest("t", directories={"bin": "./bin"}), {"a": "bin/a"}),
        (a_manifest("t", directories={"bin": "./bin"}), {}),
    ],
)
def test_the_bins_of_the_tarball_as_npm_takes_them_are_quiet(manifest: str, promised: dict[str, str]) -> None:
    assert told(manifest, promised) == []


@pytest.mark.parametrize(
    ("manifest", "promised"),
    [
        (MANIFEST, {"tool": "bin/a"}),
        (MANIFEST, {"tool": "cli.js", "node": "cli.js"}),
        (a_manifest("tool"), {"sh": "cli.js"}),
        (a_manifest("t", directories={"bin": "bin"}), {"a": "cli.js"}),
    ],
)
def test_a_command_that_is_not_the_packages_own_blocks(manifest: str, promised: dict[str, str]) -> None:
    assert told(manifest, promised) == [("lockfile/bin-mismatch", Severity.ERROR)]


def test_the_finding_is_at_the_entrys_line_and_shows_the_lockfiles_bin() -> None:
    (finding,) = lint_delivery(delivery(MANIFEST, {"tool": "evil.js"}), set())
    assert (finding.where, finding.path, finding.line) == ("tool@1.0.0", "", 7)
    assert finding.excerpt == '{"bin": {"tool": "evil.js"}}'
    assert "tool → cli.js" in finding.message


def test_a_command_that_npm_will_not_link_does_not_block() -> None:
    assert told(MANIFEST, {}) == [("lockfile/bin-left-out", Severity.INFO)]


@pytest.mark.parametrize("source", [Source.ROOT, Source.WORKSPACE, Source.LINK])
def test_npm_reads_directories_of_the_project_anew(source: Source) -> None:
    assert lint_delivery(delivery(MANIFEST, {"other": "x"}, source=source), set()) == ()


def test_where_there_is_no_lockfile_nothing_was_promised() -> None:
    assert lint_delivery(a_package({"package.json": MANIFEST}, an_artifact("tool", line=0)), set()) == ()


# ------------------------------------------------------------------ shrinkwraps


def shrinkwrapped(shrinkwrap: bytes, declared: set[str], **more: Any) -> list[Finding]:  # noqa: ANN401
    artifact: Artifact = an_artifact("tool", line=7, **{"has_shrinkwrap": True, **more})
    package = a_package({"package.json": a_manifest("tool"), "npm-shrinkwrap.json": shrinkwrap}, artifact)
    return list(lint_delivery(package, declared))


BRINGS = a_lock({"node_modules/a": an_entry(), "node_modules/a/node_modules/b": an_entry()})
OLD = json.dumps(
    {"lockfileVersion": 1, "dependencies": {"a": {"version": "1.0.0", "dependencies": {"b": {"version": "1.0.0"}}}}}
).encode()
DECLARED = {"node_modules/tool/node_modules/a", "node_modules/tool/node_modules/a/node_modules/b"}


@pytest.mark.parametrize("shrinkwrap", [BRINGS, OLD])
def test_a_shrinkwrap_that_adds_nothing_is_quiet(shrinkwrap: bytes) -> None:
    assert shrinkwrapped(shrinkwrap, DECLARED) == []


@pytest.mark.parametrize(("shrinkwrap", "line"), [(BRINGS, 19), (OLD, 0)])
def test_a_shrinkwrap_that_adds_a_package_blocks(shrinkwrap: bytes, line: int) -> None:
    (finding,) = shrinkwrapped(shrinkwrap, DECLARED - {"node_modules/tool/node_modules/a/node_modules/b"})
    assert (finding.signature, finding.severity) == ("lockfile/shrinkwrap-adds-package", Severity.ERROR)
    assert (finding.where, finding.path, finding.line) == ("tool@1.0.0", "npm-shrinkwrap.json", line)
    assert finding.excerpt == "node_modules/a/node_modules/b"


def test_a_shrinkwrap_with_scripts_blocks() -> None:
    (finding,) = shrinkwrapped(a_lock({"node_modules/a": an_entry(scripts={"install": "echo evil"})}), DECLARED)
    assert (finding.signature, finding.path, finding.line) == ("lockfile/scripts-in-entry", "npm-shrinkwrap.json", 18)


def test_a_link_in_a_shrinkwrap_is_a_package_that_it_adds() -> None:
    linking = a_lock({"node_modules/a": {"link": True, "resolved": "node_modules/a/lib"}, "node_modules/a/lib": {}})
    assert "lockfile/shrinkwrap-adds-package" in {finding.signature for finding in shrinkwrapped(linking, DECLARED)}


@pytest.mark.parametrize("shrinkwrap", [b"", b"{", b'{"lockfileVersion": 9, "packages": {}}', b'{"a":' * 50_000])
def test_a_shrinkwrap_that_cannot_be_read_blocks(shrinkwrap: bytes) -> None:
    (finding,) = shrinkwrapped(shrinkwrap, DECLARED)
    assert (finding.signature, finding.severity) == ("lockfile/shrinkwrap-unreadable", Severity.ERROR)


def test_npm_ignores_a_shrinkwrap_that_the_lockfile_does_not_know_of() -> None:
    assert shrinkwrapped(b"{", set(), has_shrinkwrap=False) == []
