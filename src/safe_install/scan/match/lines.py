"""A file's lines, and the part of one that is shown."""

from __future__ import annotations

import re
from bisect import bisect_right

_LONGEST_EXCERPT = 160
LINE_END = re.compile(rb"\r\n?|\n")


class Lines:
    """A file's lines as an editor counts them: after LF, CRLF and CR."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._starts = [0, *(match.end() for match in LINE_END.finditer(content))]

    def number(self, offset: int) -> int:
        """Give the line of a byte, from 1."""
        return bisect_right(self._starts, offset)

    def excerpt(self, offset: int) -> str:
        """Give the line of a byte, or as much of a long line as fits around it, as the package wrote it."""
        start = self._starts[self.number(offset) - 1]
        end = self._content.find(b"\n", offset)
        line = self._content[start : end if end >= 0 else len(self._content)]
        line = LINE_END.split(line, maxsplit=1)[0]
        if len(line) <= _LONGEST_EXCERPT:
            return line.decode(errors="replace").strip()
        first = max(0, min(offset - start - _LONGEST_EXCERPT // 4, len(line) - _LONGEST_EXCERPT))
        window = line[first : first + _LONGEST_EXCERPT].decode(errors="replace").strip("\ufffd \t")
        return f"{'…' if first else ''}{window}{'…' if first + _LONGEST_EXCERPT < len(line) else ''}"
