"""What is to be judged: a lockfile, a tarball, a directory or ``name@version`` → a Subject, whatever it was named by."""

from __future__ import annotations

import hashlib
import re
import stat
from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

from safe_install.decide.approvals import Approvals
from safe_install.decide.judge import blocks
from safe_install.decide.sources import not_allowed
from safe_install.errors import TarballError, UsageError
from safe_install.judgement import Policy
from safe_install.model import OF_THE_PROJECT, Artifact, Finding, Gap, GapKind, Package, Severity, Source
from safe_install.project import LOCKFILES, Project, open_project
from safe_install.scan.fetch.addresses import Registries, lint_addresses
from safe_install.scan.lock.lockfile import Lockfile, read_lockfile
from safe_install.scan.lock.npmrc import lint_npmrc
from safe_install.scan.lock.selection import select
from safe_install.scan.unpack.directory import mark_in, read_directory
from safe_install.scan.unpack.manifest import bins, read_manifest
from safe_install.scan.unpack.tarball import unpack
from safe_install.story import Review
from safe_install.tools import Tools

_FETCHED = {Source.REGISTRY, Source.REMOTE, Source.FILE}
_TARBALL = (".tgz", ".tar.gz", ".tar")
_SPEC = re.compile(r"(?P<name>(@[a-z0-9~-][a-z0-9._~-]*/)?[a-zA-Z0-9~-][\w.~-]*)(@(?P<version>[^@/\s]+))?")


@dataclass(frozen=True, kw_only=True, slots=True)
class Subject:
    """One thing to judge. ``wanted`` is still to be fetched, ``delivered`` is here, ``promised`` is the whole tree.

    ``later`` is fetched only when a script reaches for it: it is as it was in a state that was judged before. None where the
    whole tree is read.
    ``findings`` and ``gaps`` are what reading it already showed; ``directory`` is where its relative paths start.
    ``lone``: it is one package without a lockfile around it. ``for_npm``: it is what npm will be asked to install.
    """

    name: str
    directory: Path
    registries: Registries
    wanted: tuple[Artifact, ...] = ()
    later: tuple[Artifact, ...] | None = None
    delivered: tuple[Package, ...] = ()
    promised: tuple[Artifact, ...] = ()
    links: Mapping[str, str] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    gaps: tuple[Gap, ...] = ()
    policy: Policy = field(default_factory=Policy)
    approvals: Approvals = field(default_factory=Approvals)
    lone: bool = False
    for_npm: bool = False


def project_subject(project: Project, tools: Tools, *, everywhere: bool, omit: frozenset[str] = frozenset()) -> Subject:
    """Read a project's lockfile: what npm would install here, or on every platform, and what the linters say.

    An entry whose address the linter refuses is not fetched: the request alone would tell its host who asks.
    """
    lockfile = read_lockfile(project.lockfile_bytes, name=project.lockfile or LOCKFILES[0])
    settings = project_settings(project, tools)
    trusted = not any(finding.severity >= Severity.ERROR for finding in settings)
    registries = tools.registries(project.npmrc if trusted else None)
    chosen = lockfile.artifacts
    if not everywhere:
        legacy = tools.setting("legacy-peer-deps", project.npmrc) in {True, "true"}
        chosen = select(chosen, tools.platform, omit, links=lockfile.links, legacy_peer_deps=legacy)
    local = [_local(artifact, project, lockfile) for artifact in chosen if artifact.source in OF_THE_PROJECT]
    places = {artifact.location for artifact in chosen}
    foreign = ((one, registries.registry_for(one.name)) for one in chosen if one.source is Source.REGISTRY)
    addresses = lint_addresses(chosen, registries, project.policy.allowed_hosts) + not_allowed(foreign, project.policy)
    refused = {finding.line for finding in addresses if finding.severity >= Severity.ERROR}
    return Subject(
        name=project.lockfile or LOCKFILES[0],
        directory=project.directory,
        registries=registries,
        wanted=tuple(a for a in chosen if a.source in _FETCHED and a.line not in refused),
        delivered=tuple(one for one in local if isinstance(one, Package)),
        promised=chosen,
        links={link: target for link, target in lockfile.links.items() if target in places},
        findings=(*settings, *lockfile.findings, *addresses),
        gaps=tuple(one for one in local if isinstance(one, Gap)),
        policy=project.policy,
        approvals=project.approvals,
    )


def project_settings(project: Project, tools: Tools) -> tuple[Finding, ...]:
    """Report what the project's .npmrc says; the registries of the user and the hosts of the policy are known."""
    known = {urlsplit(origin).netloc for origin in tools.registries(None).origins()} | {*project.policy.allowed_hosts}
    return lint_npmrc(project.npmrc or "", known_hosts=known | {urlsplit(tools.public_registry).netloc})


def settings_that_block(project: Project, tools: Tools) -> Review | None:
    """Judge the project's .npmrc alone: under one that blocks, npm is not even asked to resolve."""
    findings = project_settings(project, tools)
    judged = Review(target=".npmrc", findings=findings, blocked=True)
    return judged if blocks(judged, project.policy) else None


def read_target(target: str, tools: Tools, here: Path) -> Subject:
    """Read one target as the user named it; UsageError when it is nothing that can be judged."""
    path = here / target
    mode = _mode(path) if target else 0
    if stat.S_ISDIR(mode):
        return _directory_subject(target, path, tools, here)
    if stat.S_ISREG(mode) and path.name.endswith(_TARBALL):
        return _tarball_subject(target, path, tools, here)
    if stat.S_ISREG(mode):
        return _lockfile_subject(target, path, tools)
    spec = _SPEC.fullmatch(target)
    if spec and not target.endswith((".json", *_TARBALL)):
        return _registry_subject(spec["name"], spec["version"] or "latest", tools, here)
    raise UsageError(
        f"{target!r} is no file, no directory and no package.",
        hint="Name a package-lock.json, a .tgz, a directory, or name@version.",
    )


def _mode(path: Path) -> int:
    try:
        return path.stat().st_mode
    except (OSError, ValueError):  # too long for a name, for one: nothing stands there
        return 0


def _lockfile_subject(target: str, path: Path, tools: Tools) -> Subject:
    project = open_project(path.parent, tools.npm.version.major)
    named = replace(project, files={**project.files, path.name: path.read_bytes()}, lockfile=path.name)
    return replace(project_subject(named, tools, everywhere=True), name=target)


def _directory_subject(target: str, path: Path, tools: Tools, here: Path) -> Subject:
    """Judge a directory as the registry package it would be."""
    try:
        manifest = read_manifest((path / "package.json").read_bytes())
    except (OSError, ValueError, TarballError) as error:
        raise UsageError(
            f"{target} holds no package.json that npm could read.", hint="Name a directory with a package in it."
        ) from error
    package = read_directory(_as_registry_artifact(manifest), path, unpacked=True)
    return replace(_one(target, package, tools, here), findings=tuple(_left_out(package, path)))


def _left_out(package: Package, path: Path) -> Iterator[Finding]:
    """Tell that a directory's node_modules was not read: its mark says who filled it, and anybody can write the mark."""
    if mark := mark_in(path):
        yield Finding(
            signature="package/modules-left-out",
            severity=Severity.WARNING,
            message="a package manager's mark stands in node_modules, so that folder was not read: "
            "scan the lockfile, or the archive that npm pack makes",
            where=package.artifact.id,
            path=f"node_modules/{mark}",
        )


def _tarball_subject(target: str, path: Path, tools: Tools, here: Path) -> Subject:
    """Judge a tarball on disk as the registry package it would be; its bytes are taken as given."""
    data = path.read_bytes()
    sealed = f"sha512-{b64encode(hashlib.sha512(data).digest()).decode()}"
    unnamed = Artifact(location="node_modules/-", name=path.name, version="", source=Source.REGISTRY, integrity=sealed)
    try:
        package = _unpacked(unnamed, data, path, tools)
    except TarballError as error:
        gap = Gap(kind=GapKind.REFUSED, where=target, detail=error.message)
        return Subject(name=target, directory=here, registries=tools.registries(None), gaps=(gap,))
    return _one(target, replace(package, artifact=_as_registry_artifact(package.manifest, sealed)), tools, here)


def _unpacked(artifact: Artifact, data: bytes, path: Path, tools: Tools) -> Package:
    """Unpack a tarball, or recall what these very bytes hold."""
    known = tools.memory.archives([artifact])(artifact, path.read_bytes) if tools.memory else None
    if known is not None:
        return known
    package = unpack(artifact, data, path.read_bytes)
    if tools.memory:
        tools.memory.keep_archives([package])
    return package


def _registry_subject(name: str, version: str, tools: Tools, here: Path) -> Subject:
    registries = tools.registries(None)
    artifact = tools.registry(registries, here).resolve(name, version)
    return _with_judges(
        Subject(name=artifact.id, directory=here, registries=registries, wanted=(artifact,), promised=(artifact,)),
        tools,
    )


def _one(target: str, package: Package, tools: Tools, here: Path) -> Subject:
    subject = Subject(
        name=target,
        directory=here,
        registries=tools.registries(None),
        delivered=(package,),
        promised=(replace(package.artifact, bin=bins(package.manifest, package.members)),),
    )
    return _with_judges(subject, tools)


def _with_judges(subject: Subject, tools: Tools) -> Subject:
    """Judge a single package by the policy and the approvals of the project it would come into, if there is one."""
    project = open_project(subject.directory, tools.npm.version.major)
    return replace(subject, policy=project.policy, approvals=project.approvals, lone=True)


def _as_registry_artifact(manifest: Mapping[str, object], integrity: str | None = None) -> Artifact:
    """Promise a local package as the registry would: for want of a lockfile, by the name it gives itself."""
    name = manifest.get("name")
    version = manifest.get("version")
    if not isinstance(name, str) or not name:
        name = "unnamed"
    return Artifact(
        location=f"node_modules/{name}",
        name=name,
        version=version if isinstance(version, str) else "",
        source=Source.REGISTRY,
        integrity=integrity,
    )


def _local(artifact: Artifact, project: Project, lockfile: Lockfile) -> Package | Gap:
    """Read a directory of the project's own, or say why it cannot be read."""
    folder = project.directory / artifact.location
    if not (folder / "package.json").is_file():
        why = "the lockfile names a directory that has no package.json"
    else:
        try:
            return read_directory(artifact, folder)
        except TarballError as error:
            why = error.message
    return Gap(
        kind=GapKind.MISSING, where=artifact.location or artifact.id, path=lockfile.name, line=artifact.line, detail=why
    )
