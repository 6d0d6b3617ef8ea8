"""Ask of each address in the lockfile whether the package's own registry would serve it from there.

Whoever edits a lockfile can point an entry at his own tarball and put that tarball's integrity beside it: everything
verifies, and the diff shows one host or one word. So the address must be the registry's own for this name and
version (npm-internals §1.5), or at a host that the project's policy names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from safe_install.model import Artifact, Finding, Severity, Source
from safe_install.scan.fetch.configuration import read_registries
from safe_install.scan.fetch.integrity import read_promise
from safe_install.scan.fetch.registries import Registries
from safe_install.scan.fetch.urls import (
    Address,
    is_plain_name,
    is_plain_version,
    names_tarball,
    read_address,
    without_secrets,
)

__all__ = ["Registries", "lint_addresses", "read_registries"]

FETCHED = frozenset({Source.REGISTRY, Source.REMOTE})
"""The sources whose address decides what arrives."""
REGENERATE = "regenerate the lockfile"
Problem = tuple[str, str]
"""A signature's name, and the sentence that says what is wrong and what to do."""


def lint_addresses(
    artifacts: Iterable[Artifact], registries: Registries, allowed_hosts: Iterable[str] = ()
) -> tuple[Finding, ...]:
    """Report every entry whose tarball would come from somewhere else than from its own registry.

    ``allowed_hosts`` (``host``, ``host:port`` or ``host/path``) may serve tarballs too: any that the lockfile
    calls remote, and for a registry's package those that carry its name. An entry that nothing better than
    sha1 protects is a warning.
    """
    allowed = tuple(allowed_hosts)
    return tuple(finding for artifact in artifacts for finding in _findings(artifact, registries, allowed))


def _findings(artifact: Artifact, registries: Registries, allowed: tuple[str, ...]) -> Iterator[Finding]:
    if artifact.source in FETCHED and (problem := _problem(artifact, registries, allowed)):
        excerpt = without_secrets(artifact.resolved) if artifact.resolved else artifact.id[:200]
        yield _finding(artifact, problem, Severity.ERROR, excerpt)
    promise = read_promise(artifact.integrity)
    if promise and promise.weak:
        problem = "weak-integrity", f"only sha1 promises what this tarball holds, and sha1 can be forged: {REGENERATE}"
        yield _finding(artifact, problem, Severity.WARNING, artifact.integrity or "")


def _finding(artifact: Artifact, problem: Problem, severity: Severity, excerpt: str) -> Finding:
    signature, message = problem
    return Finding(
        signature=f"lockfile/{signature}",
        severity=severity,
        message=message,
        where=artifact.id,
        line=artifact.line,
        excerpt=excerpt,
    )


def _problem(artifact: Artifact, registries: Registries, allowed: tuple[str, ...]) -> Problem | None:
    """Name what is wrong with an address and how to put it right; None when nothing is."""
    if artifact.source is Source.REGISTRY and not (is_plain_name(artifact.name) and is_plain_version(artifact.version)):
        return "odd-address", f"no registry has a package of this name and version: {REGENERATE}"
    if artifact.resolved is None:
        return None
    address = read_address(registries.tarball_url(artifact))
    if address is None:
        return "odd-address", f"npm and safe-install could read this address differently: {REGENERATE}"
    if address.scheme == "http" and not address.loopback and address.origin not in registries.origins():
        return "insecure-address", f"the tarball would come unencrypted from {address.place}: {REGENERATE}"
    return _displaced(artifact, address, registries, welcome=any(_is_at(address, entry) for entry in allowed))


def _displaced(artifact: Artifact, address: Address, registries: Registries, *, welcome: bool) -> Problem | None:
    """Compare an address with the registry's own for this name and version."""
    registry = read_address(registries.registry_for(artifact.name))
    at_home = registry is not None and registry.origin == address.origin
    if welcome and artifact.source is Source.REMOTE and not address.hides_slashes:
        return None
    if registry and at_home and _is_filed_under(registry.path, address, artifact):
        return None
    if welcome and any(_is_filed_under(base, address, artifact) for base in _parents(address.path)):
        return None
    if at_home or welcome:
        return "another-package", (
            f"this is not where {address.place} keeps {artifact.id}, so it can be another package's tarball:"
            f" {REGENERATE}"
        )
    home = registry.place if registry else "the registry"
    return "foreign-host", (
        f"the tarball would come from {address.place}, not from {home}: if that host is yours, name it in"
        f" `allowed-hosts` in safe-install.toml, else {REGENERATE}"
    )


def _is_filed_under(base: str, address: Address, artifact: Artifact) -> bool:
    """Tell whether a path is the package's own below this one (GitHub leaves the owner, who is the scope, out)."""
    if address.query:
        return False
    scope, slash, _ = artifact.name.removeprefix("@").partition("/")
    if slash and base.strip("/").lower() == scope.lower() and address.path.startswith("/download/"):
        base = "/"
    rest = address.path.removeprefix(base)
    return rest != address.path and names_tarball(rest, artifact.name, artifact.version)


def _parents(path: str) -> list[str]:
    """List every folder on the way to a file, each with its last slash."""
    return [path[: index + 1] for index, letter in enumerate(path) if letter == "/"]


def _is_at(address: Address, entry: str) -> bool:
    host, _, path = entry.removeprefix("https://").rstrip("/").partition("/")
    return address.place == host.lower() and (not path or address.path.startswith(f"/{path}/"))
