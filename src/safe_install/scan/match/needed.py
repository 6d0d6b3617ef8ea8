"""What a regular expression needs to find in a text, so that nobody need look for what cannot be there.

Of a pattern only pieces are kept that stand in everything it matches. Where it is not understood it needs nothing, and
has to be looked for everywhere: this may save work, and never a finding.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

Clause = frozenset[str]
"""Pieces of text in small letters, at least one of which must stand in a text; `EDGE` is where a word begins or ends."""

EDGE = "\0"
_FOREIGN = "\x80"  # some character beyond ASCII
MOST = 60
"""Pieces in one clause; with more of them one is in every text."""
_DEEPEST = 40  # groups in groups
_LEAST = 2  # letters and edges of words; what is less stands everywhere
_LIKE_ASCII = (b"\xc5\xbf", b"\xe2\x84\xaa")
"""Two letters that a pattern takes for s and k where it does not tell small ones from capitals."""
_WORD = re.compile(r"\w+", re.ASCII)
_BLANKS = bytes(code if chr(code).isalnum() or code == ord("_") else ord(" ") for code in range(128)).ljust(256)
"""Puts a blank in the place of all that is no part of a word."""
_START = 3  # bytes by which a word is looked up
_LONG_WORD = 64  # bytes; a longer one is looked through each time
_MOST_KNOWN = 200_000  # words; 1,741 files of installed scripts' reach have 31,000

_CLASS = r"\[\^?\]?(?:[^\]\\\[]|\\.|\[(?![:.=]))*\]"
_TOKEN = re.compile(
    r"(?P<skip>\\[BAzZG]|[\^$]|\(\?[ims]*(?:-[ims]+)?\))"
    rf"|(?P<edge>\\b|\(\?<?!(?:\\w|\[(?!\^)(?:[^\]\\\[]|\\[^w])*\\w(?:[^\]\\\[]|\\.)*\])\))"
    r"|(?P<plain>[\w \"'`<>=/,:;@#%&~!\]}-]|\\[^\w\s])"
    rf"|(?P<any>\.|\\(?:[wWdDsShHvVRtnrfae]|x[\da-fA-F]{{2}}|x\{{[\da-fA-F]+\}}|[1-9](?!\d)|k<\w+>)|\(\?&\w+\)|{_CLASS})"
    r"|(?P<look>\(\?(?:<?[=!]|\(DEFINE\)))"
    r"|(?P<open>\((?:\?(?:[ims]*(?:-[ims]+)?:|>|P?<[A-Za-z_]\w*>))?(?![?*]))"
    r"|(?P<bar>\|)|(?P<close>\))",
    re.ASCII,
)
_TIMES = re.compile(r"(?:(?P<may>[*?]|\{0*(?:,\d*)?\}|\{,\d*\})|(?P<must>\+|\{\d+(?:,\d*)?\}))[?+]?", re.ASCII)
_NO_WORD = re.compile(
    r"\\[sWhvRtnrf]|\[(?:[ \"'`<>=/,:;@#%&~!(){}.|+*?$]|\\[stnrfhv]|\\[^\w\s]|-(?=\])|(?<=\[)-)+\]", re.ASCII
)
_CASELESS = re.compile(r"\(\?[a-z]*i")  # for which some letters beyond ASCII are of ASCII
_BEYOND_ASCII = re.compile(r"\[(?:\\x\{(?:[89a-fA-F][\da-fA-F]|[\da-fA-F]{3,6})\}-?)+\]", re.ASCII)


class _NotUnderstoodError(Exception):
    """A pattern has something that is not read here."""


class _Group(NamedTuple):
    """Alternatives, each of pieces that follow one another."""

    branches: Sequence[Sequence[_Piece]]


_Piece = str | _Group
"""Letters as they stand, or `EDGE`, or a group, or nothing for what may be anything."""


def needed_by(pattern: str) -> tuple[Clause, ...]:
    """Give what must stand in a text, as `Pieces` tells, for a pattern (PCRE) to match in it. Nothing needs nothing."""
    try:
        group, end = _alternatives(pattern, 0, 0)
    except _NotUnderstoodError:
        return ()
    clauses = _any_of(group, "", "") if end == len(pattern) else ()
    return tuple(each for each in clauses if _FOREIGN not in each) if _CASELESS.search(pattern) else clauses


# ------------------------------------------------------------------ reading a pattern


def _alternatives(pattern: str, at: int, depth: int) -> tuple[_Group, int]:
    """Read up to the end of a group."""
    if depth > _DEEPEST:
        raise _NotUnderstoodError
    branches: list[list[_Piece]] = [[]]
    while at < len(pattern):
        token = _TOKEN.match(pattern, at)
        if token is None or token.lastgroup is None:
            raise _NotUnderstoodError
        at = token.end()
        match token.lastgroup:
            case "bar":
                branches.append([])
                continue
            case "close" if depth:
                return _Group(branches), at
            case "close":
                raise _NotUnderstoodError
            case "open" | "look":
                group, at = _alternatives(pattern, at, depth + 1)
                pieces: list[_Piece] = [group] if token.lastgroup == "open" else [""]
            case kind:
                pieces = _pieces(kind, token[0])
        times = _TIMES.match(pattern, at)
        if times is not None:
            at = times.end()
            pieces = (
                [""] if times["may"] is not None else pieces if pieces[-1:] in ([""], [EDGE]) else ["", *pieces, ""]
            )
        branches[-1] += pieces
    if depth:
        raise _NotUnderstoodError
    return _Group(branches), at


def _pieces(kind: str, token: str) -> list[_Piece]:
    """Give what is known of one character of a match, or of a place between two."""
    if kind == "skip":
        return []
    if kind == "edge":
        return [EDGE]
    if kind == "plain":
        if not token.isascii():
            raise _NotUnderstoodError
        return [token[-1].lower()]
    if _BEYOND_ASCII.fullmatch(token):
        return [EDGE, "", _FOREIGN + _FOREIGN, "", EDGE]
    return [EDGE, "", EDGE] if _NO_WORD.fullmatch(token) else [""]


# ------------------------------------------------------------------ what it needs


def _any_of(group: _Group, before: str, after: str) -> tuple[Clause, ...]:
    """Tell what is needed for one of several alternatives to match, which stand between two edges, or one, or none."""
    branches = [tuple(_clauses([before, *pieces, after])) for pieces in group.branches]
    if len(branches) == 1:
        return branches[0]
    if not all(branches):
        return ()
    together = frozenset[str]().union(*(max(clauses, key=_worth) for clauses in branches))
    return (together,) if len(together) <= MOST else ()


def _clauses(pieces: Sequence[_Piece]) -> Iterator[Clause]:
    """Put what stands side by side together, and tell what each group needs between its neighbours."""
    run = ""
    for piece, following in pairwise((*pieces, "", "")):
        if isinstance(piece, str) and piece:
            run += piece
            continue
        if _worth_of(run) >= _LEAST:
            yield frozenset((run,))
        if isinstance(piece, _Group):
            yield from _any_of(piece, _edge(run[-1:]), _edge(following[:1] if isinstance(following, str) else ""))
        run = ""


def _edge(neighbour: str) -> str:
    """Tell whether words end where a group begins, from the character beside it."""
    return EDGE if neighbour and not _WORD.fullmatch(neighbour) else ""


def _worth(clause: Clause) -> int:
    return min(map(_worth_of, clause))


def _worth_of(piece: str) -> int:
    """Say how seldom a piece stands in a text: the more letters and edges of words, the better."""
    letters = len(piece.replace(EDGE, ""))
    return letters and letters + sum(
        1 for word in _WORD.finditer(piece) for edge in word.span() if 0 < edge < len(piece)
    )


# ------------------------------------------------------------------ looking for it


class Pieces:
    """All pieces that are looked for, in one text after the other; what a word has is found once."""

    def __init__(self, clauses: Iterable[Clause]) -> None:
        self._all = frozenset[str]().union(*clauses)
        self._beside = {piece: _words_of(piece) for piece in self._all}
        self._letters = {piece: _letters_of(piece) for piece in self._all}
        self._foreign = frozenset(piece for piece in self._all if _FOREIGN in piece)
        words = {word for words in self._beside.values() for word in words}
        self._short = [word for word in words if len(word) < _START]
        self._starting: defaultdict[bytes, list[bytes]] = defaultdict(list)
        for word in words.difference(self._short):
            self._starting[word[:_START]].append(word)
        self._by_word: defaultdict[bytes, list[str]] = defaultdict(list)
        self._wordless = [piece for piece, words in self._beside.items() if not words]
        for piece, its in self._beside.items():
            if its:
                self._by_word[max(its, key=len)].append(piece)
        self._known: dict[bytes, frozenset[bytes]] = {}

    def in_text(self, content: bytes) -> frozenset[str]:
        """Give the pieces that stand in a text; all of them where letters beyond ASCII may be taken for others."""
        if not content.isascii() and any(letter in content for letter in _LIKE_ASCII):
            return self._all
        content = content.lower()
        found = frozenset[bytes]().union(*map(self._in_word, set(content.translate(_BLANKS).split())))
        likely = (piece for word in found for piece in self._by_word.get(word, ()))
        candidates = (*self._wordless, *(piece for piece in likely if found.issuperset(self._beside[piece])))
        there = frozenset(piece for piece in candidates if self._letters[piece] in content)
        return there - self._foreign if content.isascii() else there

    def _in_word(self, word: bytes) -> frozenset[bytes]:
        """Give what is looked for and stands in a word."""
        known = self._known.get(word)
        if known is None:
            known = self._looked_for_in(b"\n%b\n" % word)
            if len(word) < _LONG_WORD and len(self._known) < _MOST_KNOWN:
                self._known[word] = known
        return known

    def _looked_for_in(self, line: bytes) -> frozenset[bytes]:
        starts = {line[at : at + _START] for at in range(len(line) - _START + 1)}
        likely = [word for start in starts & self._starting.keys() for word in self._starting[start]]
        return frozenset(word for word in (*self._short, *likely) if word in line)


def _words_of(piece: str) -> tuple[bytes, ...]:
    """Give the words of a piece, with a line's end on each side where nothing of the word can stand beside them."""
    found = ((word, word.start() > 0, word.end() < len(piece)) for word in _WORD.finditer(piece))
    return tuple(b"\n" * first + word[0].encode() + b"\n" * last for word, first, last in found)


def _letters_of(piece: str) -> bytes:
    """Give what must stand in a text as it is, beside the words of a piece; nothing for one word, or what is foreign."""
    letters = piece.replace(EDGE, "")
    return b"" if _FOREIGN in piece or _WORD.fullmatch(letters) else letters.encode()
