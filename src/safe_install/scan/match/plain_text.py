"""Commands and scripts that are no JavaScript, spelled plainly: words in pieces, roundabout programs, joined texts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from safe_install.model import Language
from safe_install.scan.shell.shell_words import decode_ansi_c

Edit = tuple[int, int, bytes]

_DISGUISE = re.compile(
    rb"""(?P<blank>\$\{IFS[^}\n]{0,20}\}|\$IFS\b)"""  # curl${IFS}address
    rb"""|\\\r?\n|''|\"\"|\\(?=[A-Za-z])"""  # a line goes on, c""url, cu\rl
    rb"""|\$'(?P<ansi>(?:[^'\\\n]|\\.){0,1000}+)'"""  # $'\x63url'
    rb"""|(?P<before>['"])(?P<start>[\w./-]{1,30})(?P=before)(?=\w)"""  # 'cu'rl
    rb"""|(?<=\w)(?P<after>['"])(?P<end>[\w./-]{1,30})(?P=after)"""  # cu'rl'
)
_DIRECTORY = re.compile(rb"(?<![\w./!-])(?:/usr)?(?:/local)?/s?bin/(?=[\w.+-])")
_WRAPPED = re.compile(
    rb"(?:(?<=^)|(?<=[\n;&|(`]))(?P<lead>[ \t]{0,40}+)"
    rb"(?:(?:sudo(?:[ \t]+-[A-Za-z]{1,8}){0,3}|nohup|command|exec|setsid|busybox|nice|timeout[ \t]+[\d.]{1,8}[smhd]?"
    rb"|env(?:[ \t]+[A-Za-z_]\w{0,60}=[^\s;|&]{0,200}){0,8})[ \t]++){1,4}(?=[\w./$\"'])"
)
_ASSIGNED = re.compile(
    rb"(?:^|[\n;&|(]|\bexport )[ \t]{0,40}([A-Za-z_]\w{0,60})=(['\"]?)([\w./:@%+,-]{1,300})\2(?=[\s;&|)]|$)"
)
_ANY_ASSIGNMENT = re.compile(rb"(?:^|[\s;&|(])([A-Za-z_]\w{0,60})\+?=")
_USED = re.compile(rb"\$(?:\{([A-Za-z_]\w{0,60})\}|([A-Za-z_]\w{0,60}))")
_CARET = re.compile(rb"\^(?=[A-Za-z/.-])|(?<=\w)\"\"(?=\w)")
_BACKTICK = re.compile(rb"`(?=[A-Za-z])")
_JOINED = re.compile(rb"(?<=[\w./:% -])(['\"])[ \t]{0,20}\+[ \t]{0,20}\1(?=[\w./:% -])")
_UNICODE = re.compile(rb"\\u00([2-7][\da-fA-F])")
_KEPT_IN_JSON = b'"\\'


def text_edits(source: bytes, language: Language) -> Iterator[Edit]:
    """Find everything in a script of this language that has a plainer spelling."""
    reader = _READERS.get(language)
    if reader is not None:
        yield from reader(source)


def _shell(source: bytes) -> Iterator[Edit]:
    """Put words together again, and name programs as everybody does."""
    for match in _DISGUISE.finditer(source):
        plain = b" " if match["blank"] else match["start"] or match["end"] or b""
        if match["ansi"] is not None:
            plain = decode_ansi_c(match["ansi"].decode(errors="replace")).encode(errors="replace")
        yield (*match.span(), plain)
    yield from ((*match.span(), b"") for match in _DIRECTORY.finditer(source))
    yield from ((match.end("lead"), match.end(), b"") for match in _WRAPPED.finditer(source))
    yield from _variables(source)


def _variables(source: bytes) -> Iterator[Edit]:
    """Write the value of a variable that is given one only once, and a plain one."""
    given = [match[1] for match in _ANY_ASSIGNMENT.finditer(source)]
    values = {match[1]: match[3] for match in _ASSIGNED.finditer(source) if given.count(match[1]) == 1} if given else {}
    for match in _USED.finditer(source) if values else ():
        value = values.get(match[1] or match[2])
        if value is not None:
            yield (*match.span(), value)


def _batch(source: bytes) -> Iterator[Edit]:
    return ((*match.span(), b"") for match in _CARET.finditer(source))


def _powershell(source: bytes) -> Iterator[Edit]:
    yield from ((*match.span(), b"") for match in _BACKTICK.finditer(source))
    yield from _joined(source)


def _joined(source: bytes) -> Iterator[Edit]:
    """Write ``'chi' + 'ld'`` as ``'child'``."""
    return ((*match.span(), b"") for match in _JOINED.finditer(source))


def _json(source: bytes) -> Iterator[Edit]:
    """Write out the escapes of ordinary characters."""
    for match in _UNICODE.finditer(source):
        plain = bytes([int(match[1], 16)])
        if plain not in _KEPT_IN_JSON and plain != b"\x7f":
            yield (*match.span(), plain)


_READERS: Mapping[Language, Callable[[bytes], Iterator[Edit]]] = {
    Language.SHELL: _shell,
    Language.BATCH: _batch,
    Language.POWERSHELL: _powershell,
    Language.PYTHON: _joined,
    Language.JSON: _json,
}
