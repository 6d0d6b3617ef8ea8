"""A bin that stands before a program everybody starts is told, and honest trees stay quiet."""

from __future__ import annotations

from typing import Any

import pytest

from safe_install.model import Artifact, Severity, Source
from safe_install.scan.unpack.bins import shadowing_bins
from tests.builders import an_artifact

SYSTEM = ("sh", "ls", "curl", "which", "Git.exe")


def told(*artifacts: Artifact) -> list[tuple[str, Severity, str, str]]:
    return [(f.signature, f.severity, f.where, f.excerpt) for f in shadowing_bins(artifacts, SYSTEM)]


def providing(name: str, *commands: str, **more: Any) -> Artifact:  # noqa: ANN401
    return an_artifact(name, bin=dict.fromkeys(commands, "cli.js"), **more)


@pytest.mark.parametrize(
    "command", ["sh", "node", "npm", "npx", "node-gyp", "git", "make", "python3", "cc", "NODE", "node.exe", "npm.cmd"]
)
def test_a_bin_named_like_what_npm_starts_blocks(command: str) -> None:
    assert told(providing("evil", command)) == [("package/bin-shadows-program", Severity.ERROR, "evil@1.0.0", command)]


@pytest.mark.parametrize(
    ("name", "command"), [("node", "node"), ("npm", "npm"), ("npm", "npx"), ("node-gyp", "node-gyp")]
)
def test_the_packages_that_are_these_programs_are_only_told(name: str, command: str) -> None:
    assert told(providing(name, command)) == [("package/bin-shadows-program", Severity.INFO, f"{name}@1.0.0", command)]


@pytest.mark.parametrize(
    "artifact",
    [
        providing("sh", "sh"),
        providing("git", "git"),
        providing("npx", "npx"),
        providing("node", "npm"),
        providing("@evil/node", "node"),
        providing("node", "node", source=Source.GIT),
        providing("npm", "npm", source=Source.REMOTE),
    ],
    ids=lambda artifact: f"{artifact.name} from {artifact.source}",
)
def test_a_fitting_name_alone_excuses_nothing(artifact: Artifact) -> None:
    assert [severity for _, severity, _, _ in told(artifact)] == [Severity.ERROR]


def test_another_system_program_is_a_warning_unless_the_package_has_its_name() -> None:
    assert told(providing("evil", "curl")) == [("package/bin-shadows-program", Severity.WARNING, "evil@1.0.0", "curl")]
    assert told(providing("which", "which")) == [("package/bin-shadows-program", Severity.INFO, "which@1.0.0", "which")]
    assert [severity for _, severity, _, _ in told(providing("which", "which", source=Source.FILE))] == [
        Severity.WARNING
    ]


def test_names_hidden_in_paths_count() -> None:
    assert [excerpt for *_, excerpt in told(providing("evil", "../../bin/sh", "x\\node"))] == ["node", "sh"]


def test_a_bin_of_two_packages_is_told_once() -> None:
    twice = providing("jest-cli", "jest", location="node_modules/a/node_modules/jest-cli", line=7)
    findings = shadowing_bins([providing("jest", "jest"), providing("jest", "jest", version="2.0.0"), twice], ())
    (finding,) = findings
    assert (finding.signature, finding.severity) == ("package/bin-provided-twice", Severity.INFO)
    assert (finding.where, finding.line, finding.excerpt) == ("jest-cli@1.0.0", 7, "jest")
    assert "jest, jest-cli" in finding.message


def test_one_package_at_two_places_is_told_once() -> None:
    here, there = providing("evil", "sh"), providing("evil", "sh", location="node_modules/a/node_modules/evil")
    assert len(told(here, there)) == 1


def test_an_honest_tree_is_quiet() -> None:
    assert told(providing("typescript", "tsc", "tsserver"), providing("vite", "vite"), an_artifact("react")) == []


def test_the_name_of_a_tool_belongs_to_the_package_that_is_it() -> None:
    assert told(providing("evil", "tsc")) == [("package/bin-takes-tool-name", Severity.WARNING, "evil@1.0.0", "tsc")]
    assert told(providing("@evil/eslint", "ESLint.cmd"))[0][:2] == ("package/bin-takes-tool-name", Severity.WARNING)
    assert told(providing("typescript", "tsc", "tsserver"), providing("jest-cli", "jest"), providing("tslib")) == []
