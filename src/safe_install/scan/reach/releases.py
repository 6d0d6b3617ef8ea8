"""Where build helpers download from, and which of those places are what they say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from safe_install.model import BoundaryKind, GapKind, Package
from safe_install.scan.shell.leads import Blind, Ending
from safe_install.scan.shell.words import Word, computed, excerpt, literal

_STORES = (
    "github.com",
    "githubusercontent.com",
    "gitlab.com",
    "amazonaws.com",
    "storage.googleapis.com",
    "blob.core.windows.net",
    "node-precompiled-binaries.grpc.io",  # of Google's own, whose one package it serves
)
"""Where projects release binaries without a host of their own; 17 of 18 honest packages that have a helper fetch one do."""
_SHORT = re.compile(r"(?:github:)?[\w.-]+/[\w.-]+")


def download(program: str, address: str | None) -> Iterator[Ending | Blind]:
    """Describe the download of a prebuilt binary, whose checksum none of the helpers verifies.

    Over plain text, from a bare number, from an odd port or from a host of nobody knows whose, it is a gap: the helper
    is known then, and where it is sent is not.
    """
    host = _host(address)
    detail = f"{program} downloads a prebuilt binary from {host or 'where only running tells'}, checks no checksum and loads it once"
    if host and is_store(host):
        yield Ending(kind=BoundaryKind.DOWNLOADS, detail=detail, host=host)
    else:
        yield Blind(kind=GapKind.DOWNLOADED, detail=detail)


def is_store(host: str) -> bool:
    """Tell whether projects release binaries at a host."""
    return any(host == store or host.endswith(f".{store}") for store in _STORES)


def github_host(package: Package) -> str | None:
    """Give the address that the helpers make of a manifest's ``repository``."""
    repository = package.manifest.get("repository")
    told = repository.get("url") if isinstance(repository, Mapping) else repository
    if not isinstance(told, str):
        return None
    if _SHORT.fullmatch(told):
        return "https://github.com"
    return re.sub(r"^(?:git\+)?(?:ssh|git|https?)://(?:[^@/]*@)?", "https://", told).replace(
        "git@github.com:", "https://github.com/"
    )


def option(words: tuple[Word, ...], *names: str) -> Word | None:
    """Give the value of a flag, which may stand behind an equals sign; a computed one is computed."""
    for index, word in enumerate(words):
        name, sign, value = (word.literal or "").partition("=")
        if name in names:
            after = words[index + 1] if index + 1 < len(words) else computed()
            return literal(value) if sign else after
    return None


def _host(address: str | None) -> str | None:
    """Give the host of a plain https address, None for any other."""
    try:
        parts = urlsplit(address or "")
        plain = parts.scheme == "https" and parts.port in {None, 443} and "@" not in parts.netloc
    except ValueError:
        return None
    return excerpt(parts.hostname, 100) if plain and parts.hostname else None
