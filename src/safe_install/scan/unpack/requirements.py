"""What a package.json has npm fetch from places that no registry answers for, and what it says of itself meanwhile.

Where a lockfile promised the package, its own entries for these dependencies are judged (`lock.lint`, with the hosts
that the policy allows), so here they are information; for a lone package nobody else looks.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from safe_install.model import Finding, Package, Severity
from safe_install.scan.unpack.manifest import MANIFEST

_FETCHED = ("dependencies", "optionalDependencies", "peerDependencies")
_REPLACING = ("overrides", "resolutions")
_WEB = re.compile(r"https?:", re.IGNORECASE)
_GIT = re.compile(
    r"(?:git(?:\+[a-z]{1,8})?|ssh|github|gitlab|bitbucket|gist|sourcehut):|[^@\s/:]{1,100}@[^\s/:]{1,200}:"
    r"|(?![.~@/])[\w.-]{1,100}/[\w.#/@:+~^-]{1,200}$",
    re.IGNORECASE,
)
_DIRECTORY = re.compile(r"(?:file|link|portal):|\.{0,2}/|~/|[a-z]:[\\/]", re.IGNORECASE)
_OTHER_NAME = re.compile(r"npm:(?P<name>@?[^@]{1,214})")
_HIGH_VERSION = re.compile(r"[vV=]?(?:9\d|\d{3,})\d*\.")
_SHRINKWRAP = "npm-shrinkwrap.json"
_LARGEST_SHRINKWRAP = 16 << 20  # bytes; ganache's has 0.6 MB
_MOST = 20  # of one kind that are told
_EXCERPT = 200


def told_by_requirements(package: Package) -> Iterator[Finding]:
    """Tell of dependencies by address, by directory, under another name, on itself, and of a version that wins every range.

    None of 1,880 real archives depends by address or directory, or on itself.
    """
    wanted = [(key, *each) for key in _FETCHED for each in _ranges(package.manifest.get(key))]
    replaced = [(key, *each) for key in _REPLACING for each in _ranges(package.manifest.get(key))]
    found = [*_addresses(package, wanted, replaced), *_names(package, wanted), *_version(package)]
    yield from found[:_MOST]
    if package.artifact.line == 0 and _SHRINKWRAP in package.members:
        yield from _shrinkwrap(package)


def _ranges(value: object) -> Iterator[tuple[str, str]]:
    """List name and range, also of overrides inside overrides."""
    waiting = [("", value)]
    while waiting:
        name, inner = waiting.pop()
        if isinstance(inner, str) and name:
            yield name, inner.strip()
        elif isinstance(inner, Mapping):
            waiting += reversed([(str(key), each) for key, each in inner.items()])


_COMMIT = re.compile(r"#[0-9a-f]{40}$")
"""A whole commit's name, which is the digest of what it holds; an optional dependency so named was an attack of 2026-05."""


def _addresses(
    package: Package, wanted: list[tuple[str, str, str]], replaced: list[tuple[str, str, str]]
) -> Iterator[Finding]:
    """Tell of what comes by address; what replaces others is heeded in a root project only, and so is a WARNING at most."""
    alone = package.artifact.line == 0
    for key, name, text in wanted:
        if _WEB.match(text) or _GIT.match(text):
            kind = "git" if _GIT.match(text) else "an address"
            message = f"it has npm fetch {name} by {kind}, from where no registry answers for it"
            pinned = key == "dependencies" and _COMMIT.search(text) is not None
            severity = (Severity.WARNING if pinned else Severity.ERROR) if alone else Severity.INFO
            yield _finding(package, "depends-by-address", severity, message, f"{key}: {name}: {text}")
        elif _DIRECTORY.match(text):
            message = f"it has npm take {name} from a directory, which no lockfile verifies"
            yield _finding(package, "depends-on-directory", Severity.WARNING, message, f"{key}: {name}: {text}")
    for key, name, text in replaced:
        if _WEB.match(text) or _GIT.match(text):
            message = f"it would put a package from another place under the name of {name}"
            severity = Severity.WARNING if alone else Severity.INFO
            yield _finding(package, "replaces-by-address", severity, message, f"{key}: {name}: {text}")


def _names(package: Package, wanted: list[tuple[str, str, str]]) -> Iterator[Finding]:
    for key, name, text in wanted:
        other = _OTHER_NAME.match(text)
        if other and other["name"] != name:
            message = f"what it calls {name} is the package {other['name'][:_EXCERPT]}"
            yield _finding(package, "depends-under-other-name", Severity.INFO, message, f"{key}: {name}: {text}")
        if name == package.artifact.name and key != "peerDependencies":
            message = "it depends on itself, and so on a release that this one does not show"
            yield _finding(package, "depends-on-itself", Severity.WARNING, message, f"{key}: {name}: {text}")


def _version(package: Package) -> Iterator[Finding]:
    if _HIGH_VERSION.match(package.artifact.version):
        message = "its version is higher than what most packages reach, and so would win over a private package's"
        yield _finding(package, "high-version", Severity.INFO, message, package.artifact.version)


# ------------------------------------------------------------------ a shrinkwrap inside


def _shrinkwrap(package: Package) -> Iterator[Finding]:
    """Tell of entries that npm, up to 11, would fetch from git or unverified."""
    if package.members[_SHRINKWRAP].size > _LARGEST_SHRINKWRAP:
        return
    try:
        content = json.loads(package.files[_SHRINKWRAP].decode("utf-8-sig", errors="replace"))
    except (ValueError, RecursionError):
        message = "the shrinkwrap inside it cannot be read"
        yield _finding(package, "shrinkwrap-unreadable", Severity.WARNING, message, "", path=_SHRINKWRAP)
        return
    odd = [each for each in _entries(content) if (_WEB.match(each[1]) and not each[2]) or _GIT.match(each[1])]
    for name, resolved, _ in odd[:_MOST]:
        message = f"the shrinkwrap inside it has npm fetch {name} from a place that nothing verifies it against"
        yield _finding(
            package, "shrinkwrap-unverified", Severity.ERROR, message, f"{name}: {resolved}", path=_SHRINKWRAP
        )


def _entries(content: object) -> Iterator[tuple[str, str, bool]]:
    """List name, ``resolved``, and whether there is an integrity, for both forms of a lockfile."""
    waiting = [content.get("packages") or content.get("dependencies")] if isinstance(content, dict) else []
    while waiting:
        entries = waiting.pop()
        for name, entry in entries.items() if isinstance(entries, dict) else ():
            if not isinstance(entry, dict):
                continue
            resolved = entry.get("resolved") or entry.get("version")
            if isinstance(resolved, str):
                yield str(name)[:_EXCERPT], resolved, bool(entry.get("integrity")) or entry.get("link") is True
            waiting.append(entry.get("dependencies"))


def _finding(
    package: Package, signature: str, severity: Severity, message: str, excerpt: str, *, path: str = MANIFEST
) -> Finding:
    return Finding(
        signature=f"package/{signature}",
        severity=severity,
        message=message[: 2 * _EXCERPT],
        where=package.artifact.id,
        path=path,
        excerpt=excerpt[:_EXCERPT],
    )
