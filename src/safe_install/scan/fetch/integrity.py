"""What a lockfile promises about bytes: subresource-integrity text, read as npm's ssri reads it.

The strongest algorithm wins, and any of its hashes may match; options after ``?`` say nothing. Stricter than
ssri in one way: what is promised by nothing better than md5 is not promised at all.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache

STRENGTH = ("md5", "whirlpool", "sha1", "sha224", "sha256", "sha384", "sha512")
"""ssri's order of priority, weakest first."""
TRUSTED = frozenset({"sha1", "sha256", "sha384", "sha512"})
_HASH = re.compile(r"([a-z0-9]+)-([^?]+)(?:\?.*)?")


@dataclass(frozen=True, slots=True)
class Promise:
    """One algorithm and the digests (lower-case hexadecimal) that it allows."""

    algorithm: str
    digests: tuple[str, ...]

    @property
    def weak(self) -> bool:
        """Tell whether somebody with money could make other bytes that keep this promise."""
        return self.algorithm == "sha1"

    def kept_by(self, data: bytes) -> bool:
        """Tell whether these bytes are the promised ones."""
        return hashlib.new(self.algorithm, data, usedforsecurity=False).hexdigest() in self.digests


@lru_cache(maxsize=8_192)
def read_promise(text: str | None) -> Promise | None:
    """Read integrity text; None when it promises nothing that can be verified."""
    hashes: dict[str, list[str]] = {}
    for word in (text or "").split():
        match = _HASH.fullmatch(word)
        if match and match[1] in STRENGTH:
            hashes.setdefault(match[1], []).append(match[2])
    if not hashes:
        return None
    strongest = max(hashes, key=STRENGTH.index)
    if strongest not in TRUSTED:
        return None
    digests = tuple(filter(None, (_hexadecimal(strongest, digest) for digest in hashes[strongest])))
    return Promise(strongest, digests) if digests else None


def write_promise(algorithm: str, hexdigest: str) -> str:
    """Write one hash as integrity text."""
    return f"{algorithm}-{base64.b64encode(bytes.fromhex(hexdigest)).decode()}"


def _hexadecimal(algorithm: str, digest: str) -> str | None:
    """Decode base64 in the one spelling that npm, which compares text, could ever match."""
    try:
        raw = base64.b64decode(digest, validate=True)
    except (binascii.Error, ValueError):
        return None
    usual = len(raw) == hashlib.new(algorithm, usedforsecurity=False).digest_size
    return raw.hex() if usual and base64.b64encode(raw).decode() == digest else None
