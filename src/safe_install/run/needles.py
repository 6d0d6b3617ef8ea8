"""Where a secret went: looked for as it is, reversed, and in the usual encodings, in pieces as one sends them."""

from __future__ import annotations

import base64
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

_PIECE = 18
"""Bytes: long enough that no other text holds them by chance, short enough for a part of a host's name."""
_BLOCK = 4 * 1024 * 1024


class Needles:
    """Finds what is left of secrets in anything."""

    def __init__(self, secrets: Iterable[bytes]) -> None:
        self._forms = tuple(dict.fromkeys(form for secret in secrets for form in _forms(secret)))

    def are_in(self, hay: bytes) -> bool:
        """Tell whether a piece of a secret is in some bytes."""
        return any(form in hay for form in self._forms)

    def are_in_names(self, names: Iterable[str]) -> bool:
        """Tell the same of host names in the order they were asked for: a dot or the next one is only how it was cut."""
        lines = [name.encode() for name in names]
        joined = [name.replace(b".", b"") for name in lines]
        firsts = b"".join(name.partition(b".")[0] for name in lines)
        return any(self.are_in(text) or self._are_in_lower(text) for text in (*lines, *joined, firsts))

    def are_in_file(self, path: Path) -> bool:
        """Tell the same of a file, read in overlapping blocks and through no link."""
        opened = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            rest = b""
            while block := os.read(opened, _BLOCK):
                if self.are_in(rest + block):
                    return True
                rest = block[-4 * _PIECE :]
        finally:
            os.close(opened)
        return False

    def _are_in_lower(self, text: bytes) -> bool:
        """Tell it of what was sent in lower case, as resolvers do."""
        lower = text.lower()
        return any(form.lower() in lower for form in self._forms)


def _forms(secret: bytes) -> Iterator[bytes]:
    for at in range(0, max(1, len(secret) - _PIECE + 1), _PIECE // 2):
        piece = secret[at : at + _PIECE]
        for text in (piece, piece[::-1]):
            yield text
            yield text.hex().encode()
            yield text.hex().upper().encode()
            yield base64.b32encode(text)[:24]  # 15 whole bytes; what follows depends on the next ones
        for shift in range(3):
            whole = base64.b64encode(piece[shift : shift + 15])
            yield from (whole, whole.replace(b"+", b"-").replace(b"/", b"_"))
