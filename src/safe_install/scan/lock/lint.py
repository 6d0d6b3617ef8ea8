"""What a tarball says against the promise that was made for it in the lockfile."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping

from safe_install.errors import LockfileError
from safe_install.model import Finding, Package, Severity, Source
from safe_install.scan.lock.shrinkwrap import SHRINKWRAP, read_shrinkwrap
from safe_install.scan.unpack.bin_field import inside
from safe_install.scan.unpack.manifest import bins

_OF_THE_PROJECT = {Source.ROOT, Source.WORKSPACE, Source.LINK}


def lint_delivery(package: Package, declared: Collection[str]) -> tuple[Finding, ...]:
    """Compare a delivery with its lockfile entry; ``declared`` are the locations of the whole lockfile.

    npm links the bins of the lockfile, not the tarball's; and up to npm 11 it installs from the shrinkwrap inside a
    package whose entry has ``hasShrinkwrap``. Directories of the project are not compared: npm reads those anew.
    """
    if package.artifact.line == 0 or package.artifact.source in _OF_THE_PROJECT:
        return ()
    return (*_bins(package), *_shrinkwrap(package, declared))


def _bins(package: Package) -> Iterator[Finding]:
    """Report bins the tarball does not have; and, as information, those it has and npm will not link.

    Nothing can run by a bin that is missing, and honest lockfiles miss some: those of ``directories.bin``.
    """
    own = bins(package.manifest)
    delivered = own or bins(package.manifest, package.members)
    for command, path in package.artifact.bin.items():
        if delivered.get(command) == inside(path):
            continue
        where = f"{command} → {delivered[command]}" if command in delivered else "no such command"
        message = f"The lockfile makes npm link a command that is not the package's own: the tarball has {where}. npm never writes this."
        yield _finding(
            package, "lockfile/bin-mismatch", message, json.dumps({"bin": {command: path}}, ensure_ascii=False)
        )
    if missing := sorted(own.keys() - package.artifact.bin.keys()):
        message = "The lockfile leaves out commands that the package has, so npm does not link them."
        yield _finding(package, "lockfile/bin-left-out", message, ", ".join(missing), severity=Severity.INFO)


def _shrinkwrap(package: Package, declared: Collection[str]) -> Iterator[Finding]:
    """Report what npm would install by the shrinkwrap inside this package, and the lockfile does not show."""
    if not package.artifact.has_shrinkwrap or SHRINKWRAP not in package.members:
        return
    try:
        locations, findings = read_shrinkwrap(package.files[SHRINKWRAP])
    except LockfileError as error:
        message = f"npm would install from the shrinkwrap inside this package, which cannot be checked. {error.message}"
        yield _finding(package, "lockfile/shrinkwrap-unreadable", message, "", path=SHRINKWRAP)
        return
    for found in findings:
        if found.severity >= Severity.ERROR:
            yield _finding(package, found.signature, found.message, found.excerpt, path=SHRINKWRAP, line=found.line)
    for location, line in _beyond(locations, package.artifact.location, declared):
        message = "The shrinkwrap inside this package adds a package that the project's lockfile does not show."
        yield _finding(package, "lockfile/shrinkwrap-adds-package", message, location, path=SHRINKWRAP, line=line)


def _beyond(locations: Mapping[str, int], base: str, declared: Collection[str]) -> Iterator[tuple[str, int]]:
    for location, line in locations.items():
        if f"{base}/{location}" not in declared:
            yield location, line


def _finding(
    package: Package,
    signature: str,
    message: str,
    excerpt: str,
    *,
    path: str = "",
    line: int = 0,
    severity: Severity = Severity.ERROR,
) -> Finding:
    """Report at the lockfile's line, or at a place in the tarball."""
    return Finding(
        signature=signature,
        severity=severity,
        message=message,
        where=package.artifact.id,
        path=path,
        line=line if path else package.artifact.line,
        excerpt=excerpt[:_EXCERPT],
    )


_EXCERPT = 200
