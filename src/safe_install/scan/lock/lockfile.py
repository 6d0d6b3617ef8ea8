"""A lockfile's text → its artifacts: every promise with its line, and what no lockfile should say."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import chain, islice
from types import MappingProxyType

from safe_install.errors import LockfileError
from safe_install.model import NOTHING, Artifact, Finding, Severity, Source
from safe_install.scan.lock.entries import Entry, MalformedError, artifact_of, read_entry
from safe_install.scan.lock.entry_lint import (
    finding,
    lint_bundle,
    lint_collisions,
    lint_git,
    lint_keys,
    lint_link,
    lint_order,
    unusable,
)
from safe_install.scan.lock.lockfile_text import MAKE_ANEW, Contents, read_contents
from safe_install.scan.lock.origins import Origin, origin_of
from safe_install.scan.lock.positions import Written
from safe_install.scan.lock.relations import asked_for_by_address, bundlers, link_targets
from safe_install.scan.lock.tree import is_directory, matches

_CONVERT = "npm install --package-lock-only --ignore-scripts --lockfile-version=3"
_A_VERSION = "a number from 2 to 4"
_KNOWN_VERSIONS = (2, 3, 4)
_WITHOUT_SHRINKWRAP = 12  # the npm that stopped reading npm-shrinkwrap.json


@dataclass(frozen=True, kw_only=True, slots=True)
class Lockfile:
    """What a lockfile promises.

    ``artifacts`` starts with the root and then keeps the file's order; one that is linked appears once, at its
    directory, and ``links`` leads there from each node_modules location. ``root`` is the root entry as written.
    """

    name: str
    version: int
    artifacts: tuple[Artifact, ...]
    findings: tuple[Finding, ...] = ()
    links: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    root: Mapping[str, object] = field(default_factory=lambda: NOTHING)


def choose_lockfile(present: Collection[str], npm_major: int) -> str | None:
    """Name the lockfile npm acts on: npm-shrinkwrap.json first until npm 12, which no longer reads it (its shrinkwrap.js)."""
    readable = (
        ("npm-shrinkwrap.json", "package-lock.json") if npm_major < _WITHOUT_SHRINKWRAP else ("package-lock.json",)
    )
    return next((name for name in readable if name in present), None)


@lru_cache(maxsize=2)
def read_lockfile(data: bytes, *, name: str = "package-lock.json") -> Lockfile:
    """Read package-lock.json or npm-shrinkwrap.json, version 2 to 4.

    Raises LockfileError for what cannot be read or what npm would not act on; what npm would act on, and nobody
    should want, is a finding. An entry that cannot be a promise (see `unusable`) is a finding and no artifact.
    The last two are kept, for one run asks several times.
    """
    contents = read_contents(data, name)
    try:
        version = _version(contents, name)
        root, entries, of_keys = _entries(contents)
        links, of_links = _linked(entries)
    except MalformedError as trouble:
        raise LockfileError(f"{name}: {trouble}.", hint=f"Mend the entry; or {MAKE_ANEW}") from trouble
    of_text = contents.findings
    del contents  # and the text, which is as large as all that was made of it so far
    artifacts, findings = _judged(root, entries, links)
    return Lockfile(
        name=name,
        version=version,
        artifacts=tuple(artifacts),
        findings=_listed(chain(of_text, of_links, findings, of_keys), name),
        links=MappingProxyType(links),
        root=MappingProxyType(root),
    )


def _listed(findings: Iterable[Finding], name: str) -> tuple[Finding, ...]:
    """List findings by line, and of a hostile lockfile's thousands only the first that came."""
    listed = sorted(islice(findings, _MOST_FINDINGS + 1), key=lambda found: found.line)
    if len(listed) > _MOST_FINDINGS:
        listed[-1] = finding(
            "lockfile/more-findings", f"More than {_MOST_FINDINGS:,} findings; the rest is not listed.", 0, ""
        )
    return tuple(replace(found, where=name, path=name) for found in listed)


_MOST_FINDINGS = 1_000


def _version(contents: Contents, name: str) -> int:
    version = contents.top.get("lockfileVersion")
    if isinstance(version, bool | float):
        raise MalformedError("lockfileVersion", _A_VERSION)
    if version == 1 or (version is None and contents.entries is None and "dependencies" in contents.top):
        raise LockfileError(
            f"{name} is of lockfileVersion 1, which does not say enough: npm would ask the registry what to run.",
            hint=f"Convert it: `{_CONVERT}`",
        )
    if not isinstance(version, int):
        raise MalformedError("lockfileVersion", _A_VERSION)
    if version not in _KNOWN_VERSIONS:
        raise LockfileError(
            f"{name} is of lockfileVersion {version}; this program reads 2 to 4.",
            hint=f"Look for a newer safe-install, or write an older one: `{_CONVERT}`",
        )
    return version


def _entries(contents: Contents) -> tuple[dict[str, object], dict[str, Entry], list[Finding]]:
    """Give the root as written, every entry typed, and what their keys tell; what was written of the others is let go.

    npm leaves out the root's entry when package.json is empty, and its name when it has none.
    """
    if contents.entries is None:
        raise MalformedError("packages", "an object")
    root = contents.entries.pop("", Written(value={}, line=1, at=0))
    entries = {"": read_entry("", root.value, line=root.line)}
    of_keys = list(lint_keys("", root, contents.document))
    for location in tuple(contents.entries):
        written = contents.entries.pop(location)
        entries[location] = read_entry(location, written.value, line=written.line)
        if len(of_keys) <= _MOST_FINDINGS:
            of_keys += lint_keys(location, written, contents.document)
    own = contents.top.get("name")
    if not entries[""].name and isinstance(own, str):
        entries[""] = replace(entries[""], name=own)
    return root.fields, entries, of_keys


def _linked(entries: Mapping[str, Entry]) -> tuple[dict[str, str], list[Finding]]:
    """Give the links that stand and lead where npm puts them, and say what is wrong with the others."""
    links = link_targets(entries)
    problems = {location: lint_link(entries[location], target) for location, target in links.items()}
    refused = {location for location, problem in problems.items() if problem and problem.severity >= Severity.ERROR}
    sound = {location: target for location, target in links.items() if location not in refused}
    return sound, [problem for problem in problems.values() if problem]


def _judged(
    root: Mapping[str, object], entries: Mapping[str, Entry], links: Mapping[str, str]
) -> tuple[list[Artifact], list[Finding]]:
    """Make an artifact of every entry that can be one, the root first, and say what is wrong with the others."""
    workspaces = _workspaces(root.get("workspaces"), entries)
    directories = frozenset({"", *workspaces, *links.values()})
    carried, asked = bundlers(entries), asked_for_by_address(entries)
    artifacts: list[Artifact] = []
    findings = [*lint_collisions(entries), *lint_order(entries)]
    for location, entry in entries.items():
        if entry.link:
            continue
        if problem := unusable(entry, entries, directories):
            findings.append(problem)
            continue
        carrier = carried.get(location)
        is_workspace, is_asked_for = location in workspaces, location in asked
        source = _source(entry, bundler=carrier, is_workspace=is_workspace, asked=is_asked_for)
        artifacts.append(artifact_of(entry, source, bundler=carrier if source is Source.BUNDLED else None))
        findings += (*lint_bundle(entry, carrier), *([lint_git(entry)] if source is Source.GIT else []))
    return artifacts, findings


def _source(entry: Entry, *, bundler: str | None, is_workspace: bool, asked: bool) -> Source:
    if not entry.location:
        return Source.ROOT
    if is_directory(entry.location):
        return Source.WORKSPACE if is_workspace else Source.LINK
    if bundler:
        return Source.BUNDLED
    if entry.resolved is None:
        return Source.REGISTRY
    match origin_of(entry.resolved):
        case Origin.GIT:
            return Source.GIT
        case Origin.TARBALL:
            return Source.FILE
        case _:
            return Source.REMOTE if asked else Source.REGISTRY


def _workspaces(patterns: object, entries: Mapping[str, Entry]) -> frozenset[str]:
    """List the directories that are workspaces; none when there are so many patterns that only an attack has them."""
    if isinstance(patterns, dict):
        patterns = patterns.get("packages")
    found = [location for location in entries if location and is_directory(location)]
    if not isinstance(patterns, list) or len(patterns) * len(found) > _MOST_COMPARISONS:
        return frozenset()
    return frozenset(location for location in found if matches(patterns, location))


_MOST_COMPARISONS = 1_000_000
