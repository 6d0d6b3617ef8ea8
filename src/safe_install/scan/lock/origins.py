"""Where an address of a lockfile leads, as npm's own parser of package addresses would take it.

npm hands ``resolved`` to npm-package-arg, which sees git repositories in addresses that look like web pages and
registry packages in anything it cannot place (npm's npm-package-arg/lib/npa.js, hosted-git-info/lib/from-url.js).
"""

from __future__ import annotations

import re
from enum import Enum, auto
from urllib.parse import urlsplit


class Origin(Enum):
    """What npm would fetch from."""

    WEB = auto()  # an http(s) tarball: of a registry or not, the address alone does not tell
    GIT = auto()
    TARBALL = auto()  # a tarball on disk
    DIRECTORY = auto()  # a directory on disk, packed while installing
    UNKNOWN = auto()  # npm would refuse it, or ask a registry for something that is not this address


_FILE = re.compile(r"(?i:file:)|[.]|~/|/|[a-zA-Z]:")
_TARBALL_NAME = re.compile(r"[.](?:tgz|tar\.gz|tar)$", re.IGNORECASE)
_GIT = re.compile(r"(?:git(?:\+[a-z]+)?|ssh|github|gist|bitbucket|gitlab|sourcehut):", re.IGNORECASE)
_SHORTHAND = re.compile(r"[^@.:/#\s][^@:/#\s]*/[^@:/#\s]+(?:#.*)?")
_SCP = re.compile(r"[^@/:\s]+@[^@/:\s]+[:/].+")
# Stricter than browsers and npm, which repair backslashes, missing slashes and encoded host names.
_WEB = re.compile(
    r"https?://(?:[^@/\\?#\s]*@)?(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::[0-9]+)?(?:/[!-\[\]-~]*)?", re.IGNORECASE
)


def origin_of(address: str) -> Origin:
    """Tell what npm would fetch from for a ``resolved`` of this text."""
    if not address.isprintable():
        return Origin.UNKNOWN
    if _FILE.match(address):
        return Origin.TARBALL if _TARBALL_NAME.search(address) else Origin.DIRECTORY
    if _GIT.match(address) or _SHORTHAND.fullmatch(address) or _SCP.fullmatch(address):
        return Origin.GIT
    if _WEB.fullmatch(address):
        return Origin.GIT if _is_repository(address) else Origin.WEB
    return Origin.UNKNOWN


def _is_repository(address: str) -> bool:
    """Tell whether npm takes a web address for the git repository of a host it knows."""
    parts = urlsplit(address)
    host = (parts.hostname or "").removeprefix("www.")
    secure = parts.scheme.lower() == "https"
    first, second, third = (*parts.path.split("/")[1:4], "", "", "")[:3]
    if host == "github.com":
        return bool(first and second) and third in {"", "tree"}
    if host == "gitlab.com":
        return secure and bool(first and second) and "/-/" not in parts.path and "/archive.tar.gz" not in parts.path
    if host == "bitbucket.org":
        return secure and bool(first and second) and third != "get"
    if host == "gist.github.com":
        return secure and bool(first or second) and third != "raw"
    return host == "git.sr.ht" and secure and bool(first and second) and third != "archive"
