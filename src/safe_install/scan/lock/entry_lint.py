"""What a lockfile may not say: the entries npm would never write, and what each would make npm do.

The allow-list is npm's own list of what it writes (arborist's shrinkwrap.js of npm 10, 11 and 12).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from safe_install.model import Finding, Severity
from safe_install.scan.lock.entries import Entry, quoted
from safe_install.scan.lock.origins import Origin, origin_of
from safe_install.scan.lock.positions import Document, Written
from safe_install.scan.lock.tree import (
    NAME,
    directory_of,
    folded,
    is_directory,
    leaves_project,
    parent_of,
    what_is_wrong,
)

_IDENTITY = {"name", "version", "resolved", "integrity", "license", "deprecated", "funding", "bin", "workspaces"}
_PLACE = {"os", "cpu", "libc", "engines", "dev", "optional", "devOptional", "peer", "extraneous", "link"}
_INSIDE = {"inBundle", "bundleDependencies", "hasInstallScript", "hasShrinkwrap"}
_NEEDS = {"dependencies", "devDependencies", "optionalDependencies", "peerDependencies", "peerDependenciesMeta"}
_SELDOM = {"acceptDependencies", "ideallyInert"}  # the latter by npm 11.3 to 11.6; no npm of today acts on it
_WRITTEN_BY_NPM = _IDENTITY | _PLACE | _INSIDE | _NEEDS | _SELDOM
_AT_THE_TOP = frozenset(
    {"name", "version", "lockfileVersion", "requires", "packages", "dependencies", "preserveSymlinks"}
)

_SCRIPTS = (
    "lockfile/scripts-in-entry",
    "npm runs these commands in place of the package's own. npm never writes scripts into a lockfile: somebody else did.",
)
_GYPFILE = (
    "lockfile/gypfile-in-entry",
    "This decides whether npm starts node-gyp for the package. npm never writes it into a lockfile: somebody else did.",
)
_PATCHED = (
    "lockfile/extension-patched",
    "npm 12 changes this package's files after it has verified them, by a patch of the project (patchedDependencies), so what is installed is not what was inspected.",
)
_EXTENDED = (
    "lockfile/extension-manifest",
    "The project's packageExtensions rewrite what packages depend on, so the tree is not the one their authors published.",
)
_PROGRAM = (
    "lockfile/extension-program",
    "A program of the project (.npm-extension), which npm 12 runs while it resolves, decided what packages depend on.",
)
_UNKNOWN = "npm does not write this key into a lockfile; whatever reads it does something that npm's lockfile format does not say."
_REFUSED_KEYS = {
    "scripts": _SCRIPTS,
    "gypfile": _GYPFILE,
    "patched": _PATCHED,
    "packageExtensionsApplied": _EXTENDED,
    "packageExtensionsHash": _EXTENDED,
    "npmExtensionApplied": _PROGRAM,
    "npmExtensionHash": _PROGRAM,
}
_VERSION = re.compile(r"[vV=]?[0-9][\w.+-]*", re.ASCII)
_CREDENTIALS = re.compile(r"//[^/\s]*@")


def lint_keys(location: str, written: Written, document: Document) -> Iterator[Finding]:
    """Report the keys of an entry that npm does not write, each at its own line."""
    refused = [key for key in written.fields if key not in _WRITTEN_BY_NPM]
    lines = document.key_lines(written.at, written.line) if refused else {}
    for key in refused[:_MOST_KEYS]:
        signature, message = _REFUSED_KEYS.get(key, ("lockfile/unknown-key", _UNKNOWN))
        line = lines.get(key, written.line)
        yield finding(signature, f"{location or _OURS}: {message}", line, _excerpt(key, written.fields[key]))


def lint_top(top: Mapping[str, int]) -> Iterator[Finding]:
    """Report the keys beside ``packages`` that npm does not know, given each key's line."""
    for key, line in top.items():
        if key not in _AT_THE_TOP:
            yield finding("lockfile/unknown-key", _UNKNOWN, line, key, severity=Severity.WARNING)


def lint_duplicate(key: str, line: int) -> Finding:
    """Report a key that an object has twice."""
    message = (
        "This key stands twice in one object. npm takes the last one; other readers, and the eye, may take the first."
    )
    return finding("lockfile/duplicate-key", message, line, key)


def lint_collisions(entries: Mapping[str, Entry]) -> Iterator[Finding]:
    """Report two folders that npm, and some disks, take for one."""
    seen: set[str] = set()
    for location, entry in entries.items():
        same = folded(location)
        if same in seen:
            message = "Another entry has this location but for upper and lower case; npm installs only one of them."
            yield finding("lockfile/case-collision", message, entry.line, location)
        seen.add(same)


def lint_order(entries: Mapping[str, Entry]) -> Iterator[Finding]:
    """Report a package that stands before the one in whose node_modules it lies.

    npm writes entries sorted, and while it reads them it draws the edges of what it has so far: in another order a dependency
    leads to another package than the one that is nearest in the whole tree (arborist's node.js, _reloadNamedEdges).
    """
    seen: set[str] = set()
    for location, entry in entries.items():
        seen.add(location)
        parent = parent_of(location)
        if parent and parent in entries and parent not in seen:
            message = f"This entry stands before that of {parent}, in which it lies; npm never writes this order, and may install other packages for it."
            yield finding("lockfile/child-before-parent", message, entry.line, location)


def unusable(entry: Entry, entries: Mapping[str, Entry], directories: frozenset[str]) -> Finding | None:
    """Say why an entry is not a promise that could be kept or checked; it is then left out of the artifacts."""
    if wrong := what_is_wrong(entry.location):
        return finding(
            "lockfile/foreign-location", f"The location {wrong}; npm would not write it.", entry.line, entry.location
        )
    if is_directory(entry.location):
        return _unusable_directory(entry, directories)
    directory = directory_of(entry.location)
    if directory and directory not in entries:
        return _stray(entry)
    if entry.location and not NAME.fullmatch(entry.name):
        return finding(
            "lockfile/unsafe-name", f"{_place(entry)} gives a name that no package can have.", entry.line, entry.name
        )
    if entry.version and not _VERSION.fullmatch(entry.version):
        return finding(
            "lockfile/unsafe-version",
            f"{_place(entry)} gives a version that no package can have.",
            entry.line,
            entry.version,
        )
    return _unusable_address(entry)


def lint_bundle(entry: Entry, bundler: str | None) -> Iterator[Finding]:
    """Report an entry that is marked as bundled when npm would fetch it, or not marked when npm would not."""
    if entry.in_bundle and bundler is None:
        message = f"{_place(entry)} is marked as carried in another package's tarball, but no package bundles it: npm would fetch it."
    elif not entry.in_bundle and bundler:
        message = f"{_place(entry)} is not marked as bundled, but {bundler} bundles it: npm takes the files from that tarball."
    else:
        return
    yield finding("lockfile/bundle-mismatch", message, entry.line, _excerpt("inBundle", entry.in_bundle))


def lint_link(entry: Entry, target: str) -> Finding | None:
    """Report a link that stands, or leads, where npm would not put one."""
    for place in (entry.location, target):
        if wrong := what_is_wrong(place):
            message = f"A location of this link {wrong}; npm would not write it."
            return finding("lockfile/foreign-location", message, entry.line, place)
    if is_directory(entry.location):
        message = f"{_place(entry)} would be a link in the project's own folders, where npm puts none."
        return finding("lockfile/foreign-location", message, entry.line, entry.location)
    if target and not is_directory(target):
        message = (
            f"{_place(entry)} links to another package's folder, whose scripts npm would then run as the project's own."
        )
        return finding("lockfile/foreign-location", message, entry.line, target)
    if leaves_project(target):
        message = f"{_place(entry)} links to a directory outside the project: npm installs into it, and its scripts run there."
        return finding("lockfile/outside-project", message, entry.line, target, severity=Severity.INFO)
    return None


def lint_git(entry: Entry) -> Finding:
    """Report a git dependency."""
    message = (
        f"{_place(entry)} comes from a git repository: there is no integrity to verify its files against, and npm prepares it with the"
        " repository's own configuration, which can start programs. Depend on a published version or a tarball instead."
    )
    return finding("lockfile/git-dependency", message, entry.line, _address(entry))


def finding(signature: str, message: str, line: int, excerpt: str, *, severity: Severity = Severity.ERROR) -> Finding:
    """Make a finding that does not know yet which file it is about."""
    return Finding(
        signature=signature, severity=severity, message=message, where="", line=line, excerpt=excerpt[:_EXCERPT]
    )


_EXCERPT = 200
_MOST_KEYS = 100  # of one entry: a hostile one could have millions


def _unusable_directory(entry: Entry, directories: frozenset[str]) -> Finding | None:
    if entry.location and (entry.resolved is not None or entry.integrity is not None):
        message = f"{_place(entry)} is a directory of the project, but is to be fetched; npm would not write this."
        return finding("lockfile/foreign-location", message, entry.line, _address(entry))
    return None if entry.location in directories else _stray(entry)


def _stray(entry: Entry) -> Finding:
    message = f"{_place(entry)} belongs to a directory that nothing links to any more; npm installs nothing for it."
    return finding("lockfile/stray-entry", message, entry.line, entry.location, severity=Severity.INFO)


def _unusable_address(entry: Entry) -> Finding | None:
    if entry.resolved is None:
        if entry.version or entry.in_bundle or not entry.location:
            return None
        return finding(
            "lockfile/no-version",
            f"{_place(entry)} has neither a version nor an address: npm cannot install it.",
            entry.line,
            "",
        )
    origin = origin_of(entry.resolved)
    if origin is Origin.UNKNOWN:
        message = (
            f"{_place(entry)}: this is no address of a tarball; npm would ask a registry for something else, or fail."
        )
        return finding("lockfile/unknown-address", message, entry.line, _address(entry))
    if origin is Origin.DIRECTORY:
        message = (
            f"{_place(entry)} is a copy of a directory, packed by its own scripts while npm installs, with nothing to verify it against."
            " Link it instead: `npm install --install-links=false`."
        )
        return finding("lockfile/packed-directory", message, entry.line, _address(entry))
    return None


def _place(entry: Entry) -> str:
    return entry.location or _OURS


_OURS = "The project's own entry"


def _address(entry: Entry) -> str:
    return _CREDENTIALS.sub("//…@", entry.resolved or entry.integrity or "")


def _excerpt(key: str, value: object) -> str:
    """Write the beginning of a member, without writing all of what may be megabytes, or deeper than Python recurses."""
    text = f"{quoted(key)}: "
    for piece in json.JSONEncoder(ensure_ascii=False).iterencode(value):
        text += piece
        if len(text) > _EXCERPT:
            break
    return text
