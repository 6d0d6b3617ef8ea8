"""Variables as cmd.exe expands them: ``%X%``, ``%X:~3,1%``, ``%X:a=b%``, ``%~dp0``, ``%1``, ``!X!``.

What a text sets is known; what only running tells is marked, so that the text around it can be read. A variable set twice may
have either value: a text can jump, and both are looked at.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from safe_install.scan.shell.of_windows import OF_WINDOWS, is_of_windows
from safe_install.scan.shell.words import PACKAGE_ROOT, Word, computed, joined, literal

LONGEST = 16_384  # characters of one line after expansion; cmd.exe takes 8,191
MOST_VALUES = 4  # of one variable
OPEN, CLOSE = "\x01", "\x02"
"""Stand around the name of a variable whose value is not known."""
_NUMBER = r"\s*[-+]?\d{1,6}\s*"
_REFERENCE = re.compile(
    r"%%(?P<loop>~?[a-z]*[A-Za-z])(?![\w%])|%(?P<argument>~[a-z$:]*\d|[\d*])"
    r"|(?P<sign>[%!])(?P<name>[^%!:=\r\n\x01\x02]{1,100})(?::(?P<change>[^%!\r\n\x01\x02]{1,200}))?(?P=sign)"
    r"|%%",
)
_SUBSTRING = re.compile(rf"~(?P<start>{_NUMBER})?(?:,(?P<length>{_NUMBER}))?")


def asks_windows(text: str) -> bool:
    """Tell whether a batch file puts in one of these variables."""
    return any(is_of_windows(match["name"] or "") for match in _REFERENCE.finditer(text))


def sets_of_windows(text: str) -> bool:
    """Tell whether a batch file gives one of them another value."""
    return any(is_of_windows(match[1].strip()) for match in _SETTING.finditer(text))


_SETTING = re.compile(r"\bsetx?\s+(?:/[ap]\s+)?\"?([^=\r\n\"]{1,100})=", re.IGNORECASE)
_OF_THE_SHELL = frozenset(("ERRORLEVEL", "errorlevel", "RANDOM", "random", "DATE", "TIME", "CMDCMDLINE", "CD"))


@dataclass(slots=True)
class Variables:
    """The variables of one text, by lower-case name; ``read`` are the names it asks its surroundings for."""

    home: str | None = None
    known: dict[str, list[str]] = field(default_factory=dict)
    read: set[str] = field(default_factory=set)

    def set(self, name: str, value: str) -> None:
        """Take note of a value; the newest stands first."""
        name = name.strip().strip('"').lower()
        others = [one for one in self.known.get(name, []) if one != value]
        if len(others) >= MOST_VALUES:  # what is left out may be what counts
            others = [*others[: MOST_VALUES - 1], f"{OPEN}{name}{CLOSE}"]
        self.known[name] = [value[:LONGEST], *others]

    def expand(self, text: str) -> list[str]:
        """Give what a line may become: one text for each value of the variable in it that has most."""
        names = {_name(match) for match in _REFERENCE.finditer(text)}
        most = max((len(self.known.get(name, ())) for name in names), default=1)
        return list(dict.fromkeys(self._expanded(text, choice) for choice in range(max(1, most))))

    def _expanded(self, text: str, choice: int) -> str:
        return _REFERENCE.sub(lambda match: self._value(match, choice), text)[:LONGEST]

    def _value(self, match: re.Match[str], choice: int) -> str:
        if match["loop"]:
            return self._of_loop(match, choice)
        if match["argument"]:
            return self._of_text(match["argument"])
        if not match["name"]:
            return "%"
        value = self._named(match["name"].lower(), choice)
        if value is None:
            self.read |= {match["name"]} - _OF_THE_SHELL
            return f"{OPEN}{match['name']}{CLOSE}"
        return _changed(value, match["change"]) if match["change"] else value

    def _of_loop(self, match: re.Match[str], choice: int) -> str:
        value = self._named(f"%{match['loop'].lower()[-1]}", choice)
        return f"{OPEN}{match['loop']}{CLOSE}" if value is None else value

    def _of_text(self, argument: str) -> str:
        """Give what ``%~dp0`` is: the directory of the text's own file, with a backslash behind it."""
        if argument.endswith("0") and "p" in argument and self.home is not None:
            return f"{PACKAGE_ROOT}/{self.home}/" if self.home else f"{PACKAGE_ROOT}/"
        return "" if argument == "*" else f"{OPEN}{argument}{CLOSE}"

    def _named(self, name: str, choice: int) -> str | None:
        values = self.known.get(name)
        return values[min(choice, len(values) - 1)] if values else OF_WINDOWS.get(name)


def _name(match: re.Match[str]) -> str:
    """Name the variable that a reference asks for, as it is known."""
    return f"%{match['loop'].lower()[-1]}" if match["loop"] else (match["name"] or "").lower()


def word_of(text: str) -> Word:
    """Make a word of an expanded text: what is marked is computed."""
    pieces = text.split(OPEN)
    return joined(part for index, piece in enumerate(pieces) for part in _parts(piece, marked=index > 0))


def _parts(piece: str, *, marked: bool) -> list[Word]:
    name, close, rest = piece.partition(CLOSE)
    return [computed(f"%{name}%"), literal(rest)] if marked and close else [literal(piece)]


def _changed(value: str, change: str) -> str:
    """Take a part of a value, or replace in it."""
    part = _SUBSTRING.fullmatch(change)
    if part is None:
        old, _, new = change.partition("=")
        if old.startswith("*") and len(old) > 1:
            before, found, after = value.partition(old[1:])
            return new + after if found else before
        return re.sub(re.escape(old), lambda _: new, value, flags=re.IGNORECASE) if old else value
    start = int(part["start"] or 0)
    length = int(part["length"]) if part["length"] else None
    text = value[max(0, len(value) + start) if start < 0 else start :]
    return text if length is None else text[:length]
