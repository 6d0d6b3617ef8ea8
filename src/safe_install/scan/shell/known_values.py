"""Values of shell variables that a text itself, or the manifest it comes from, says; and what expansions make of them.

A variable that is set in several places may have any of the values: each is looked at. Where a value may also come from
outside, the part stays computed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from safe_install.scan.shell.looked_for import LOOKING, is_everywhere
from safe_install.scan.shell.words import LONGEST, Computed, Word, literal

MOST_VALUES = 8  # of one variable
SPLIT = "\x1f"
"""Stands in a word where the shell splits it: at the blanks of a value that is not in quotes."""
_EXPANSION = re.compile(
    r"\$(?:(?P<plain>\w+)|\{(?P<name>\w+)(?:(?P<default>:?[-=])(?P<other>[^{}$`]*)|(?P<alternative>:?\+)(?P<instead>[^{}$`]*)"
    r"|:\s*(?P<start>-?\d{1,6})(?:\s*:\s*(?P<length>\d{1,6}))?|(?P<all>//?)(?P<old>[^/{}$`*?\[]+)/?(?P<new>[^{}$`]*)"
    r"|(?P<cut>##?|%%?)(?P<pattern>[^{}$`*?\[]*)|(?P<case>\^\^|,,))?\})",
    re.DOTALL,
)
_DEFAULT = re.compile(r"\$\{\w+:?[-=]")
_LOOKS = re.compile(rf"(?:\$\(|`){LOOKING.pattern}")
_BLANK = re.compile(r"[ \t\n]+")
_SEPARATORS = "IFS"
_USUAL = {"MAKE": "make"}
"""What a variable of the surroundings holds that names a tool; who sets one to anything else is told of: see `tools.py`."""
OWN_FILE = "0"
"""Names the file that is read, as it was started: ``$0``."""
_OWN_FILE = frozenset(
    ("$BASH_SOURCE", "${BASH_SOURCE}", "${BASH_SOURCE[0]}", "${BASH_SOURCE:-$0}", "${BASH_SOURCE[0]:-$0}")
)


@dataclass(slots=True)
class Known:
    """The variables of one text: ``choice`` says which of several values counts; ``output`` reads a substitution's.

    ``sure`` says from which byte on a variable has no other value than these: where it is set whatever happens. Before
    that, and where a text runs others that may set it (``loose``) or a value of it is computed (``never``), a value that only running tells is one more.
    """

    variables: dict[str, list[str]] = field(default_factory=dict)
    sure: dict[str, int] = field(default_factory=dict)
    never: set[str] = field(default_factory=set)
    loose: bool = False
    at: int = 0
    choice: int = 0
    output: Callable[[str], str | None] = field(default=lambda _: None)

    def set(self, name: str, value: str) -> None:
        """Take note of a value."""
        values = self.variables.setdefault(name, [])
        if value not in values and len(values) < MOST_VALUES and len(value) <= LONGEST:
            values.append(value)
        elif value not in values:
            self.never.add(name)
            self.sure.pop(name, None)

    def value(self, name: str) -> str | None:
        """Give the value that counts now."""
        values = [*self.variables.get(name, []), *self._usual(name)]
        if self.choice < len(values):
            return values[self.choice]
        if values and (not self._is_open(name) or self._usual(name)):
            return values[-1]
        return " \t\n" if name == _SEPARATORS and not values else None

    def _usual(self, name: str) -> tuple[str, ...]:
        """Give what a tool's variable may be beside what the text says; where nobody sets it, it is no word at all."""
        is_open = name in _USUAL and self._is_open(name)
        return (_USUAL[name], "") if is_open and not self.loose and name not in self.never else ()

    def alternatives(self, text: str) -> int:
        """Tell how many values the variable in a text has that has most."""
        names = re.findall(r"\$\{?(\w+)", text) if "$" in text else ()
        defaults = 2 if "${" in text and _DEFAULT.search(text) else 1
        looks = 2 if _LOOKS.search(text) else 1
        return max([defaults, looks, *(self._values(name) for name in names)])

    def _values(self, name: str) -> int:
        count = len(self.variables.get(name, ()))
        usual = len(self._usual(name))
        return count + (usual or (count > 0 and self._is_open(name)))

    def _is_open(self, name: str) -> bool:
        """Tell whether a variable may have another value; no command changes what a file is called."""
        return name != OWN_FILE and self._may_change(name)

    def _may_change(self, name: str) -> bool:
        return self.loose or name not in self.sure or self.at < self.sure[name]

    def expanded(self, text: str, *, quoted: bool) -> Word | None:
        """Give what ``$X`` or ``${X…}`` is, None when only running tells."""
        match = _EXPANSION.fullmatch("$0" if text in _OWN_FILE else text)
        value = None if match is None else self._said(match)
        return None if value is None else literal(value if quoted else split(value))

    def substituted(self, text: str, *, quoted: bool) -> Word | None:
        """Give what a command substitution writes, None when only running tells."""
        inside = text[2:-1] if text.startswith("$(") else text[1:-1].replace("\\`", "`").replace("\\\\", "\\")
        value = self.output(inside)
        if value is None:
            return None
        value = "" if self.choice and may_be_nothing(inside, value) else value.rstrip("\n")
        return literal(value if quoted else split(value))

    def _said(self, match: re.Match[str]) -> str | None:
        value = self.value(match["plain"] or match["name"])
        if match["default"]:  # what stands in for a variable of the surroundings is looked at second
            return value or (match["other"].strip("'\"") if self.choice else None)
        if value is None:
            return None
        if match["alternative"]:
            return match["instead"]
        return _changed(value, match)


def _changed(value: str, match: re.Match[str]) -> str | None:
    """Take a part of a value, or replace in it, as bash does."""
    if match["start"] is not None:
        start = int(match["start"])
        rest = value[max(0, len(value) + start) if start < 0 else start :]
        return rest if match["length"] is None else rest[: int(match["length"])]
    if match["all"]:
        return value.replace(match["old"], match["new"], -1 if match["all"] == "//" else 1)
    if match["cut"]:
        pattern = match["pattern"]
        return value.removeprefix(pattern) if match["cut"].startswith("#") else value.removesuffix(pattern)
    if match["case"]:
        return value.upper() if match["case"] == "^^" else value.lower()
    return value


def may_be_nothing(inside: str, value: str) -> bool:
    """Tell whether a substitution looks for a program, which may not be there; see `looked_for.py`."""
    return LOOKING.match(inside) is not None and not is_everywhere(value.strip())


def split(value: str) -> str:
    """Mark where a value that is not in quotes splits a word; an empty one leaves no word at all."""
    return _BLANK.sub(SPLIT, value) if value else SPLIT


def unsplit(word: Word) -> Word:
    """Give a word where the shell splits none: the value of an assignment, a redirection's target."""
    return Word(
        tuple(part.replace(SPLIT, " ") if isinstance(part, str) else part for part in word.parts if part != SPLIT)
    )


def pieces(word: Word) -> list[Word]:
    """Split a word where the shell splits it."""
    if not any(isinstance(part, str) and SPLIT in part for part in word.parts):
        return [word]
    done: list[list[str | Computed]] = [[]]
    for part in word.parts:
        first, *others = part.split(SPLIT) if isinstance(part, str) else [part]
        done[-1] += [first] if first else []
        done += [[other] if other else [] for other in others]
    return [Word(tuple(parts)) for parts in done if parts]
