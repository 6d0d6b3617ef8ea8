"""Which parts of a text semgrep is given, and in what pieces, so that no text costs more than some seconds.

Measured with 1.182 and 106 signatures that read text: 8 s of CPU for each MB, and beside that, for each match of a
signature, about a second per 130 MB of the file it stands in: 10 MB of ``process.env.A;`` never end. So a text full of
what signatures look for is given in pieces, and of a very large one only the windows that say the most different things.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from safe_install.model import Language

LARGEST_WHOLE = 512 << 10  # bytes of a text that is given whole; a larger script is a gap already
MOST = 112 << 10  # bytes of a larger one
WINDOW = 4 << 10
PIECE = 16 << 10
QUIET_PIECE = 64 << 10
OVERLAP = 2 << 10
"""No signature looks further than some spans of 400 bytes."""
_QUIET = 32 << 20  # words times bytes; an honest text of 256 KB has 40 words, which is a third of it
_AS_TEXT = frozenset(Language) - {
    Language.JAVASCRIPT,
    Language.TYPESCRIPT,
    Language.PYTHON,
    Language.SHELL,
    Language.JSON,
}
_WORD = re.compile(
    rb"p(?:rocess(?:\.env|\[)|owershell)|e(?:nviron|xec|val)|c(?:hild_process|rypto|url)|s(?:pawn|ystem|ocket|ubprocess)"
    rb"|f(?:romCharCode|etch)|h(?:ttps?:|ostname|omedir)|w(?:get|riteFile|ebhook)|u(?:nlink|rllib)|require|import|atob"
    rb"|base64|Function|Buffer|/bin/|\.(?:ssh|npmrc)|TOKEN|SECRET|PASSW|\\[xu]|_0x"
)
"""Each first letter once, which takes half as long as a list of words."""


def portions(content: bytes, language: Language) -> Iterator[tuple[int, bytes]]:
    """Give the parts of a text that are matched, in order, and where each starts; code stays whole."""
    if language not in _AS_TEXT or len(content) <= PIECE:
        yield 0, content
        return
    windows = _windows(content) if len(content) > LARGEST_WHOLE else [(0, len(content))]
    for start, end in windows:
        loud = sum(1 for _ in _WORD.finditer(content, start, end)) * (end - start) > _QUIET
        piece = PIECE if loud else QUIET_PIECE
        for at in range(start, max(start + 1, end - OVERLAP), piece - OVERLAP):
            yield at, content[at : min(at + piece, end)]


def _windows(content: bytes) -> list[tuple[int, int]]:
    """Choose the windows with the most different words, and the file's two ends; of equal ones the first.

    A flood of one thing cannot push out what says several.
    """
    words: defaultdict[int, set[bytes]] = defaultdict(set)
    for match in _WORD.finditer(content):
        words[match.start() // WINDOW].add(match[0])
    last = (len(content) - 1) // WINDOW
    chosen = {0, 1, last - 1, last}
    for window in sorted(words, key=lambda window: (-len(words[window]), window)):
        if len(chosen) * WINDOW >= MOST:
            break
        chosen |= {max(0, window - 1), window, min(last, window + 1)}  # what begins or ends next door
    return _joined(sorted(chosen))


def _joined(windows: list[int]) -> list[tuple[int, int]]:
    """Put windows together that stand side by side."""
    spans: list[tuple[int, int]] = []
    for window in windows:
        start = window * WINDOW
        if spans and spans[-1][1] == start:
            spans[-1] = (spans[-1][0], start + WINDOW)
        else:
            spans.append((start, start + WINDOW))
    return spans
