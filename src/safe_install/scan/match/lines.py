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

    @property
    def count(self) -> int:
        """Say how many lines there are, an empty one at the end among them."""
        return len(self._starts)

    def number(self, offset: int) -> int:
        """Give the line of a byte, from 1."""
        return bisect_right(self._starts, offset)

    def span(self, number: int) -> tuple[int, int]:
        """Give where a line begins and where the next one does."""
        end = self._starts[number] if number < len(self._starts) else len(self._content)
        return self._starts[number - 1], end

    def excerpt(self, offset: int) -> str:
        """Give the line of a byte, or as much of a long line as fits around it, as the package wrote it."""
        start, end = self.span(self.number(offset))
        while end > start and self._content[end - 1] in b"\r\n":
            end -= 1
        if end - start <= _LONGEST_EXCERPT:
            return self._content[start:end].decode(errors="replace").strip()
        first = max(start, min(offset - _LONGEST_EXCERPT // 4, end - _LONGEST_EXCERPT))
        last = first + _LONGEST_EXCERPT
        window = self._content[first:last].decode(errors="replace").strip("\ufffd \t")
        return f"{'…' if first > start else ''}{window}{'…' if last < end else ''}"
