r"""What simple commands write, where their text alone tells: ``echo``, ``printf``, and what decodes in a pipe behind them.

So that ``echo … | base64 -d | sh`` and ``$(printf '\143url')`` are read for what they are. Nothing is run.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Sequence
from itertools import chain, repeat

from safe_install.scan.shell.shell_words import decode_ansi_c
from safe_install.scan.shell.words import LONGEST

MOST_ROUNDS = 64  # a format is used again while arguments are left
_FORMAT = re.compile(r"%(?:-?\d{0,4}(?:\.\d{1,4})?)([bcdiosuxX])|%%")
_ESCAPED = re.compile(r"\\0?([0-7]{1,3})|\\x([\da-fA-F]{1,2})|\\(.)", re.DOTALL)
_NAMED = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v", "e": "\x1b", "\\": "\\", "c": ""}
_CLASSES = {"[:upper:]": "A-Z", "[:lower:]": "a-z", "[:digit:]": "0-9"}
_RANGE = re.compile(r"(.)-(.)", re.DOTALL)
_SUBSTITUTE = re.compile(r"s([/|,#:@!~])([^\\.*\[\]^$+?(){}/|,#:@!~]*)\1([^\\&/|,#:@!~]*)\1(g?)")
Stage = tuple[Sequence[str], str | None]
"""A command's words, and the text that a redirection gives it."""


def output_of(stages: Sequence[Stage]) -> str | None:
    """Give what the last command of a pipe writes, None where only running tells."""
    said: str | None = None
    for words, given in stages:
        name = words[0].rpartition("/")[2] if words else ""
        said = given if given is not None else said
        if name in _WRITERS:
            said = _WRITERS[name](words[1:])
        elif name in _FILTERS and said is not None:
            said = _FILTERS[name](words[1:], said)
        else:
            return None
        if said is None or len(said) > LONGEST:
            return None
    return said


def _echo(words: Sequence[str]) -> str | None:
    """Read ``echo``: what it does with a backslash differs from shell to shell, so only ``-e`` decodes it."""
    at = 0
    while at < len(words) and re.fullmatch(r"-[neE]+", words[at]):
        at += 1
    flags = "".join(words[:at])
    text = " ".join(words[at:])
    if "\\" in text and "e" not in flags:
        return None
    return (_unescaped(text) if "e" in flags else text) + ("" if "n" in flags else "\n")


def _printf(words: Sequence[str]) -> str | None:
    words = words[1:] if words[:1] == ["--"] else words
    if not words:
        return ""
    pattern, given = words[0], list(words[1:])
    done: list[str] = []
    for _ in range(MOST_ROUNDS):
        used = len(given)
        done.append(_FORMAT.sub(lambda match: _formatted(match, given), pattern))
        if not given or len(given) == used:
            return _unescaped("".join(done))
    return None


def _formatted(match: re.Match[str], given: list[str]) -> str:
    """Fill one field; what is filled in is not unescaped again, but for ``%b``."""
    if match[1] is None:
        return "%"
    value = given.pop(0) if given else ""
    return value if match[1] == "b" else value.replace("\\", "\\\\")


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(_character, text)


def _character(match: re.Match[str]) -> str:
    if match[1]:
        return chr(int(match[1], 8) & 0xFF)
    if match[2]:
        return chr(int(match[2], 16))
    return _NAMED.get(match[3], match[0])


def _dirname(words: Sequence[str]) -> str | None:
    words = words[1:] if words[:1] == ["--"] else words
    folder, slash, name = words[0].rpartition("/") if len(words) == 1 else ("", "", "")
    return f"{folder}\n" if folder and slash and name else None


def _cat(words: Sequence[str], said: str) -> str | None:
    return None if any(not word.startswith("-") for word in words) else said


def _base64(words: Sequence[str], said: str) -> str | None:
    """Read ``base64 -d``, and ``-D`` of a Mac."""
    if not set(words) & {"-d", "-D", "--decode", "-di", "-id"}:
        return None
    text = re.sub(r"\s", "", said)
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4)).decode(errors="replace")
    except (binascii.Error, ValueError):
        return None


def _openssl(words: Sequence[str], said: str) -> str | None:
    decodes = "-d" in words and ("base64" in words or "-base64" in words or "-a" in words)
    return _base64(["-d"], said) if decodes and "-k" not in words and "-pass" not in words else None


def _xxd(words: Sequence[str], said: str) -> str | None:
    flags = "".join(words)
    digits = re.sub(r"[\s:]", "", said)
    if "r" not in flags or "p" not in flags or not re.fullmatch(r"(?:[\da-fA-F]{2})*", digits):
        return None
    return bytes.fromhex(digits).decode(errors="replace")


def _rev(_: Sequence[str], said: str) -> str | None:
    return "\n".join(line[::-1] for line in said.split("\n"))


def _tac(_: Sequence[str], said: str) -> str | None:
    return "\n".join(reversed(said.rstrip("\n").split("\n"))) + "\n"


def _tr(words: Sequence[str], said: str) -> str | None:
    """Read ``tr FROM TO`` and ``tr -d THESE``."""
    sets = [_characters(word) for word in words if word != "-d"]
    if words[:1] == ["-d"] and len(sets) == 1:
        return said.translate(dict.fromkeys(map(ord, sets[0])))
    if len(sets) != len(words) or len(sets) != len(("from", "to")) or not sets[1]:
        return None
    to = chain(sets[1], repeat(sets[1][-1]))
    table: dict[int, str] = {}
    for one, other in zip(sets[0], to, strict=False):
        table.setdefault(ord(one), other)
    return said.translate(table)


def _characters(text: str) -> str:
    """Write out a set of ``tr``: ranges, classes, escapes."""
    for name, characters in _CLASSES.items():
        text = text.replace(name, characters)
    return _RANGE.sub(lambda match: "".join(map(chr, range(ord(match[1]), ord(match[2]) + 1))), decode_ansi_c(text))


def _sed(words: Sequence[str], said: str) -> str | None:
    """Read ``sed s/OLD/NEW/g`` with plain texts."""
    matches = [_SUBSTITUTE.fullmatch(word) for word in words if word != "-e"]
    for match in matches:
        if match is None or not match[2]:
            return None
        said = "\n".join(line.replace(match[2], match[3], -1 if match[4] else 1) for line in said.split("\n"))
    return said if matches else None


_WRITERS: dict[str, Callable[[Sequence[str]], str | None]] = {
    "echo": _echo,
    "printf": _printf,
    "dirname": _dirname,
}
_FILTERS: dict[str, Callable[[Sequence[str], str], str | None]] = {
    "cat": _cat,
    "base64": _base64,
    "openssl": _openssl,
    "xxd": _xxd,
    "rev": _rev,
    "tac": _tac,
    "tr": _tr,
    "sed": _sed,
}
