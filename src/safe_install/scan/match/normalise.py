r"""A script's text, spelled the plain way, so that a signature sees what the interpreter would run.

Semgrep is blind, without an error, to code after a U+2028 that ends a comment, to ``\u0065val``, to
``process["env"]`` and to ``"child_\x70rocess"``; Node runs them all. It does not follow ``["chi", "ld"].join("")``, and
a shell runs ``c""url`` and ``cu\rl``. The plain spelling is made for matching only and is never run, so it may be
generous. What it must never do is lose the way back to the original.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from operator import itemgetter

from safe_install.model import Language
from safe_install.scan.grammars import Place, comments_of, parse_javascript, places
from safe_install.scan.javascript.bindings import Bindings
from safe_install.scan.javascript.constants import Constants
from safe_install.scan.match.plain_javascript import (
    BOM,
    Edit,
    Span,
    is_name,
    is_worked_out,
    known_texts,
    lies_in,
    script_edits,
    span,
)
from safe_install.scan.match.plain_text import text_edits
from safe_install.scan.match.printed import printed_by_command, printed_by_script
from safe_install.scan.match.printed_names import printed_by_name

VERSION = "6"
"""Raise it when any file would be spelled differently, or more of it counts as printed, so that what was remembered is matched anew."""

_LONG = 16  # bytes of a text that may hide another one
_LONG_TEXT = re.compile(rb"\"\"\"|'''")
"""Begins a text of Python's in which a line may begin with ``#`` and still be run by somebody."""
_JAVASCRIPT = (Language.JAVASCRIPT, Language.TYPESCRIPT)
_COMMENT_LINE = re.compile(rb"^[ \t]*#(?!!)[^\n]*", re.MULTILINE)


_LARGEST_COMMENTED = 1 << 20  # bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Normalised:
    """A file's plain spelling, and the way back.

    ``changed``: it differs in more than a byte order mark and CRLF. ``comments`` are spans of the original, in
    order. ``whole`` is False when the grammar did not understand every byte: then something may have kept its
    disguise, and no span is taken for a comment. ``worked_out``: calls were replaced by the texts they give, so that
    somebody who looks for the calls needs the other spelling, without. ``texts`` are the long ones of the known texts,
    and where each stands in the original. ``printed`` are spans of literal texts that are only shown to somebody.
    """

    content: bytes
    texts: tuple[tuple[int, bytes], ...] = ()
    worked_out: bool = False
    changed: bool = False
    whole: bool = True
    comments: tuple[Span, ...] = ()
    printed: tuple[Span, ...] = ()
    anchors: tuple[tuple[int, int], ...] = ((0, 0),)  # where a run begins: here, and in the original

    def origin(self, offset: int) -> int:
        """Give the place in the original of a byte of ``content``."""
        after = bisect_right(self.anchors, offset, key=itemgetter(0))
        here, there = self.anchors[after - 1]
        end = self.anchors[after][1] if after < len(self.anchors) else there + offset
        return min(there + offset - here, end)

    def in_comment(self, offset: int) -> bool:
        """Tell whether a byte of the original lies in a comment."""
        return lies_in(self.comments, offset)

    def in_printed(self, start: int, end: int) -> bool:
        """Tell whether the bytes of the original from ``start`` to ``end`` lie in one text that is only shown."""
        return any(first <= start and end <= last for first, last in self.printed)


@dataclass(frozen=True, kw_only=True)
class AsWritten(Normalised):
    """A file left as it is spelled, for code that is matched as text: its comments are looked for once something is seen in it."""

    language: Language

    def in_comment(self, offset: int) -> bool:
        """Tell whether a byte lies in a comment; most do not, and to see that takes no grammar."""
        return self._may_be_comment(offset) and lies_in(self.found_comments, offset)

    def _may_be_comment(self, offset: int) -> bool:
        """Tell whether a comment might go on at a place: one that begins on its line, or since the last one ended."""
        if self.language not in _JAVASCRIPT or len(self.content) > _LARGEST_COMMENTED:
            return False
        line = self.content.rfind(b"\n", 0, offset) + 1
        ended = self.content.rfind(b"*/", 0, offset) - 1  # of ``/*/`` the end may be its beginning's
        starts = ((b"//", line), (b"/*", max(0, ended)))
        return any(self.content.find(start, after, offset + 2) >= 0 for start, after in starts)

    @cached_property
    def found_comments(self) -> tuple[Span, ...]:
        """Give the spans of the comments; none where the grammar does not understand every byte."""
        root = parse_javascript(self.content)
        return () if root is None or root.has_error else tuple(map(span, comments_of(root)))


def normalise(content: bytes, language: Language, *, work_out: bool = True) -> Normalised:
    """Spell a file plainly, as its language allows; gyp and other text stay. Nothing is refused.

    ``work_out``: put known texts in the place of the calls that give them, and of the names that hold them.
    """
    if language in _JAVASCRIPT:
        return _normalise_script(_hashbang_as_comment(content), work_out=work_out)
    comments: tuple[Span, ...] = ()
    if language is Language.SHELL or (language is Language.PYTHON and not _LONG_TEXT.search(content)):
        comments = tuple(match.span() for match in _COMMENT_LINE.finditer(content))
    printed = printed_by_command(content) if language is Language.SHELL else ()
    return replace(_apply(content, text_edits(content, language)), comments=comments, printed=printed)


def _normalise_script(source: bytes, *, work_out: bool) -> Normalised:
    """Spell JavaScript plainly. Types are errors to the grammar, so a file with types is never whole."""
    root = parse_javascript(source)
    if root is None:
        return Normalised(content=source, whole=False)
    found = list(places(root))
    # No interpreter of ours runs JSX: where the grammar sees it, grammar and interpreter disagree.
    whole = not root.has_error and not any(place.kind.startswith("jsx_") for place in found)
    comments = tuple(span(place.node) for place in found if place.kind == "comment") if whole else ()
    bindings = Bindings(source)
    for place in found:
        bindings.note(place)
    constants = Constants(source, None, bindings)
    texts = known_texts(found, constants)
    if not work_out:
        texts = [text for text in texts if not is_worked_out(source, text) and not is_name(source, text)]
    spelled = _apply(source, script_edits(found, constants, texts))
    return replace(
        spelled,
        whole=whole,
        comments=comments,
        printed=_printed(found, source) if whole else (),
        worked_out=any(is_worked_out(source, text) for text in texts),
        texts=tuple((start, plain) for start, _, plain in texts if len(plain) >= _LONG),
    )


def _printed(found: Sequence[Place], source: bytes) -> tuple[Span, ...]:
    """Give the spans of the texts that are printed where they stand, or by the name of what holds them."""
    told = printed_by_script(found, source)
    return tuple(sorted((*told, *printed_by_name(found, told, source)))) if told else ()


def _hashbang_as_comment(content: bytes) -> bytes:
    """Let a hashbang line end where a comment does: at a lone CR too, which our grammar reads over."""
    start = len(BOM) if content.startswith(BOM) else 0
    return content[:start] + b"//" + content[start + 2 :] if content.startswith(b"#!", start) else content


def _apply(source: bytes, found: Iterable[Edit]) -> Normalised:
    """Make the edits; of two that overlap the outer one, which begins first, holds."""
    edits = sorted(found, key=lambda edit: (edit[0], -edit[1]))
    pieces, anchors, length, position = [], [(0, 0)], 0, 0
    for start, end, plain in edits:
        if start < position:
            continue
        pieces += [source[position:start], plain]
        length += start - position
        anchors += [(length, start), (length + len(plain), end)]
        length, position = length + len(plain), end
    changed = any(source[start:end] not in (BOM, b"\r\n") for start, end, _ in edits)
    return Normalised(content=b"".join([*pieces, source[position:]]), changed=changed, anchors=tuple(anchors))
