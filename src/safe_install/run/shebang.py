"""The one change npm makes to a file it unpacked: the first line of a program that it links into ``.bin``."""

from __future__ import annotations

import re

_WINDOWS_LINE = re.compile(rb"(#![^\n]+)\r\n")
_LOOKED_AT = 2048


def as_linked(content: bytes) -> bytes:
    """Give a linked program as npm leaves it: its first line ends as Unix has it (bin-links/lib/fix-bin.js).

    npm reads and writes it as UTF-8 text, so that bytes which are none become replacement characters.
    """
    if not _WINDOWS_LINE.match(content[:_LOOKED_AT]):
        return content
    text = content.decode("utf-8", errors="replace").encode()
    return _WINDOWS_LINE.sub(rb"\1\n", text, count=1)
