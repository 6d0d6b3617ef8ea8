"""A project's own signatures: the folders that its policy names, matched beside ours, and tried on their tests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from safe_install.errors import UsageError
from safe_install.model import (
    Artifact,
    Event,
    Inspection,
    Language,
    LifecycleScript,
    Package,
    ReachableFile,
    Signature,
    Source,
)
from safe_install.project import POLICY, Project
from safe_install.tools import Tools

_LANGUAGES = {f".{language.value}": language for language in Language}
_FOUND, _NOT = "ruleid:", "ok:"
"""semgrep's own marks: the line below must be found, or must not."""


def with_own_signatures(tools: Tools, project: Project) -> Tools:
    """Give the tools with the signatures of this project beside ours; UsageError for a folder that is not its own.

    Without any, results may be read where the project's policy says.
    """
    folders = own_folders(project)
    return tools.with_signatures(folders) if folders else tools.sharing_at(project.policy.results)


def own_folders(project: Project) -> tuple[Path, ...]:
    """List the folders that the policy names; one that is a link to elsewhere would be somebody else's policy."""
    root = project.directory.resolve()
    folders = tuple(project.directory / name for name in project.policy.signatures)
    for folder, name in zip(folders, project.policy.signatures, strict=True):
        if not folder.is_dir() or not folder.resolve().is_relative_to(root):
            raise UsageError(
                f"{POLICY}: signatures names {name}, which is no folder of this project.",
                hint="Name a folder that holds .yaml files, relative to the project.",
            )
    return folders


def tried(project: Project, tools: Tools) -> int:
    """Try the project's own signatures on the tests beside them; give how many there are.

    A signature ``steals.yaml`` has a test ``steals.js`` (or ``.sh``, ``.py`` …): ``ruleid: steals`` stands above each line
    that must be found, ``ok: steals`` above each that must not. A chain must be shown by its test as a whole.
    UsageError with all that fails, one a line.
    """
    tests = [path for folder in own_folders(project) for path in sorted(folder.rglob("*")) if path.suffix in _LANGUAGES]
    seen = dict(zip(tests, tools.matcher.match([_as_script(path) for path in tests]), strict=True))
    own = [signature for signature in tools.matcher.signatures if signature.own]
    failing = [trouble for signature in own for trouble in _troubles(signature, seen)]
    if failing:
        told = f"{len(failing)} things are wrong with this project's signatures" if len(failing) > 1 else failing[0]
        raise UsageError(f"{told}.", hint="See signatures/README.md on tests.", detail="\n".join(failing))
    return len(own)


def _as_script(path: Path) -> Inspection:
    """Stand a test file in for what a script would reach."""
    artifact = Artifact(location="node_modules/test", name="test", version="0.0.0", source=Source.REGISTRY)
    package = Package(artifact=artifact, manifest={}, members={}, files={})
    file = ReachableFile(
        package="test",
        location=artifact.location,
        path=path.name,
        content=path.read_bytes(),
        language=_LANGUAGES[path.suffix],
    )
    return Inspection(script=LifecycleScript(package=package, event=Event.INSTALL, command=""), files=(file,))


def _troubles(signature: Signature, seen: Mapping[Path, Inspection]) -> Iterator[str]:
    """Say what is wrong with one signature."""
    tests = {path: inspection for path, inspection in seen.items() if path.name.partition(".")[0] == signature.id}
    if not tests:
        yield f"{signature.id} has no test beside it: {signature.id}.js, for one"
    for path, inspection in tests.items():
        found = {finding.line for finding in inspection.findings if finding.signature == signature.id}
        if signature.steps:
            yield from _chain_troubles(path, found)
        else:
            yield from _line_troubles(signature.id, path, found)


def _chain_troubles(path: Path, found: set[int]) -> Iterator[str]:
    must_not = ".ok." in path.name
    if bool(found) is must_not:
        yield f"{path.name} {'shows' if must_not else 'does not show'} it"


def _line_troubles(name: str, path: Path, found: set[int]) -> Iterator[str]:
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    due, free = (_below(lines, f"{mark} {name}") for mark in (_FOUND, _NOT))
    if not due:
        yield f"{path.name} has no line that must be found ({_FOUND} {name})"
    yield from (f"{path.name}:{line} is not found" for line in sorted(due - found))
    yield from (f"{path.name}:{line} is found" for line in sorted(found & free))


def _below(lines: Sequence[str], mark: str) -> set[int]:
    return {number + 1 for number, line in enumerate(lines, 1) if line.strip().endswith(mark)}
