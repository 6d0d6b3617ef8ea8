"""Copies of reached files, written by us for semgrep, under names that say nothing but the language.

Semgrep never sees a package's tree. So no ``.git/config`` can make it run a command, no ``.semgrepignore`` can
empty the scan, and no ``tests/``, ``*.min.js`` or missing extension can hide a file (measured with 1.182).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from safe_install.model import GapKind, Language
from safe_install.scan.match.normalise import Normalised, normalise

VERSION = "1"
"""Raise it when the same file would be read differently."""

LARGEST_SCRIPT = 256 * 1024  # bytes; the largest of 719 reached benign files has 116 KB
LONGEST_LINE = 100 * 1024  # bytes; prisma's minified preinstall has one of 25 KB
MOST_TRIGGERS = 5_000
"""From 10 000 matches of one signature on, semgrep gives none at all for the file, after quadratic time."""

_LONGEST_EXCERPT = 160
_TRIGGER = re.compile(
    rb"process|env|eval|Function|constructor|require|import|fetch|exec|spawn|http|Buffer|atob|\\[xu]|_0x"
)
_LINE_END = re.compile(rb"\r\n?|\n")


File = tuple[bytes, Language]


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """How a file can be read, and when that is not all of it: the kind of the gap, and why."""

    language: Language
    gap: tuple[GapKind, str] | None = None


def reading(content: bytes, language: Language) -> Reading:
    """Decide how semgrep is to read a file. As text, only the signatures that read text apply."""
    if language is Language.PYTHON:
        return Reading(language=language, gap=(GapKind.UNMATCHED, "signatures read Python as text only"))
    if language not in (Language.JAVASCRIPT, Language.TYPESCRIPT):
        return Reading(language=language)
    if len(content) > LARGEST_SCRIPT:
        return _as_text(GapKind.TOO_LARGE, f"{len(content) // 1024} KB are too much to be read as code")
    if max(map(len, _LINE_END.split(content))) > LONGEST_LINE:
        return _as_text(
            GapKind.TOO_LARGE, f"a line of more than {LONGEST_LINE // 1024} KB is too long to be read as code"
        )
    if sum(1 for _ in _TRIGGER.finditer(content)) > MOST_TRIGGERS:
        return _as_text(GapKind.UNMATCHED, "it repeats what signatures look for too often to be read as code")
    return Reading(language=language)


def _as_text(kind: GapKind, why: str) -> Reading:
    return Reading(language=Language.TEXT, gap=(kind, f"{why}; it was matched as text"))


@dataclass(frozen=True, kw_only=True, slots=True)
class Copy:
    """One staged copy: of which file (a number of the caller's), and the way back to its original."""

    file: int
    original: bytes
    normalised: Normalised
    plain: bool  # it holds the plain spelling

    def origin(self, offset: int) -> int:
        """Give the place in the original of a byte of the copy."""
        place = self.normalised.origin(offset) if self.plain else offset
        return max(0, min(place, len(self.original)))


@dataclass(frozen=True, kw_only=True, slots=True)
class Stage:
    """A directory of copies, and a home for semgrep that holds nothing of the user's."""

    files: Path
    home: Path
    copies: dict[str, Copy]

    @property
    def unwhole(self) -> frozenset[int]:
        """Name the files that were not wholly understood before semgrep saw them."""
        return frozenset(copy.file for copy in self.copies.values() if not copy.normalised.whole)


@contextmanager
def staged(files: Sequence[File]) -> Iterator[Stage]:
    """Write each file, and its plain spelling where that differs, into a private directory that is then removed."""
    with TemporaryDirectory(prefix="safe-install-") as private:  # mode 0700
        root = Path(private)
        stage = Stage(files=root / "files", home=root / "home", copies={})
        stage.files.mkdir()
        stage.home.mkdir()
        # An empty list of our own takes the place of semgrep's, which leaves out tests and minified files.
        (stage.files / ".semgrepignore").touch()
        for number, (content, language) in enumerate(files):
            _put(stage, number, content, language)
        yield stage


def _put(stage: Stage, number: int, content: bytes, language: Language) -> None:
    """Stage a file, and its plain spelling where that differs.

    The original is then read as text only, which costs a tenth: all its code is in the plain copy too. Where our
    grammar was at a loss both are read as code.
    """
    text = _valid(content)
    normalised = normalise(text, language)
    as_text = normalised.changed and normalised.whole
    copies = [(text, False, Language.TEXT if as_text else language)]
    if normalised.changed:
        copies.append((normalised.content, True, language))
    for written, plain, suffix in copies:
        name = f"{len(stage.copies) + 1:04d}.{suffix.value}"
        (stage.files / name).write_bytes(written)
        stage.copies[name] = Copy(file=number, original=content, normalised=normalised, plain=plain)


def _valid(content: bytes) -> bytes:
    """Put a question mark for each byte that is not UTF-8: one such byte blinds every signature that reads text."""
    return content.decode(errors="surrogateescape").encode(errors="replace")


class Lines:
    """A file's lines as an editor counts them: after LF, CRLF and CR."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._starts = [0, *(match.end() for match in _LINE_END.finditer(content))]

    def number(self, offset: int) -> int:
        """Give the line of a byte, from 1."""
        return bisect_right(self._starts, offset)

    def excerpt(self, offset: int) -> str:
        """Give the line of a byte, or as much of a long line as fits around it, as the package wrote it."""
        start = self._starts[self.number(offset) - 1]
        end = self._content.find(b"\n", offset)
        line = self._content[start : end if end >= 0 else len(self._content)]
        line = _LINE_END.split(line, maxsplit=1)[0]
        if len(line) <= _LONGEST_EXCERPT:
            return line.decode(errors="replace").strip()
        first = max(0, min(offset - start - _LONGEST_EXCERPT // 4, len(line) - _LONGEST_EXCERPT))
        window = line[first : first + _LONGEST_EXCERPT].decode(errors="replace").strip("\ufffd \t")
        return f"{'…' if first else ''}{window}{'…' if first + _LONGEST_EXCERPT < len(line) else ''}"
