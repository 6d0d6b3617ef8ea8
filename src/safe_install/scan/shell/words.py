"""Words of commands and values of programs: the literal parts, and the parts that only running would tell."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

LONGEST = 65_536  # characters of one word; a longer one counts as computed
MOST_PARTS = 64
STAND_IN = "$computed"
"""Stands in a text for a part that is computed, so that the rest of it can be read."""
PACKAGE_ROOT = "\0package"
"""Stands before a path that is known to start at the package's root; NUL is in no real path or argument."""
FOUND = "\0found"
"""Stands before the name of a program that ``find`` looks for where projects lie, too."""
WORKING_DIRECTORY = "\0here"
"""Stands before a path that is known to start at the working directory."""


@dataclass(frozen=True, slots=True)
class Computed:
    """A part that is known only while running; ``source`` is how it is written, shortened."""

    source: str = ""


@dataclass(frozen=True, slots=True)
class Argument(Computed):
    """What a text is started with: the argument at an ``index`` from 0, any for None; with ``rest`` all from there on.

    Where all of them stand, a list of words has as many there; a text has them with blanks between.
    """

    index: int | None = None
    rest: bool = False


@dataclass(frozen=True, slots=True)
class Scratch(Computed):
    """A directory that Node makes for the time being: a plain name, to which it adds letters and digits."""


@dataclass(frozen=True, slots=True)
class Contents(Computed):
    """What a file holds that a program reads; ``path`` is that file's."""

    path: str = ""


@dataclass(frozen=True, slots=True)
class Pattern(Computed):
    """Names of files that fit a pattern of a shell's; each starts with ``start`` and ends with ``end``, perhaps empty."""

    start: str = ""
    end: str = ""


@dataclass(frozen=True, slots=True)
class Quoted(Computed):
    """A text as ``JSON.stringify`` writes it, a literal whatever it says; ``inside`` are that text's own parts."""

    inside: tuple[str | Computed, ...] = ()


@dataclass(frozen=True, slots=True)
class Word:
    """One word, quotes removed and escapes decoded; neighbouring literal parts are joined."""

    parts: tuple[str | Computed, ...] = ()

    @property
    def literal(self) -> str | None:
        """Give the text, or None when any part is computed."""
        match self.parts:
            case ():
                return ""
            case (str() as text,):
                return text
            case _:
                return None

    @property
    def is_known(self) -> bool:
        """Tell whether some part is literal, so that a person learns something from it."""
        for part in self.parts:  # noqa: SIM110 - it is asked a hundred thousand times, and this takes half as long
            if isinstance(part, str):
                return True
        return False

    @property
    def shown(self) -> str:
        """Write the word for a person: literal parts, computed ones as they are written, shortened."""
        text = "".join(part if isinstance(part, str) else part.source or "…" for part in self.parts)
        return excerpt(without_anchors(text))


def without_anchors(text: str) -> str:
    """Write paths that start at a known place the way a person would, from there."""
    for anchor, start in (
        (f"{PACKAGE_ROOT}/", ""),
        (f"{WORKING_DIRECTORY}/", "./"),
        (f"{FOUND}/", "…/"),
        (PACKAGE_ROOT, "."),
        (WORKING_DIRECTORY, "."),
    ):
        text = text.replace(anchor, start)
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}")


def literal(text: str) -> Word:
    """Make the word that says exactly this."""
    return Word((text,)) if text else Word()


def listed(names: str) -> frozenset[str]:
    """Make a set of the names that a text lists."""
    return frozenset(names.split())


def computed(source: str = "") -> Word:
    """Make a word of which nothing is known but how it is written."""
    return Word((Computed(excerpt(source)),))


def inside(directory: Word, name: str) -> Word:
    """Name a file in a directory."""
    return joined((_without_slash(directory), literal(f"/{name}")))


def below(directory: Word) -> Word:
    """Name what may lie anywhere below a directory."""
    return joined((_without_slash(directory), literal("/"), computed("…")))


def _without_slash(directory: Word) -> Word:
    *before, last = directory.parts or ("",)
    return Word((*before, last.rstrip("/"))) if before and isinstance(last, str) else directory


def joined(words: Iterable[Word], between: str = "") -> Word:
    """Put words together into one; what would grow beyond `LONGEST` is computed instead."""
    parts: list[str | Computed] = []
    for index, word in enumerate(words):
        for part in (between, *word.parts) if index and between else word.parts:
            if isinstance(part, str) and parts and isinstance(parts[-1], str):
                parts[-1] += part
            else:
                parts.append(part)
    if len(parts) > MOST_PARTS or sum(len(part) for part in parts if isinstance(part, str)) > LONGEST:
        return computed("a very long text")
    return Word(tuple(parts))


def excerpt(text: str, longest: int = 120) -> str:
    """Shorten text to one line for a gap's detail; neutralising it is the report's work."""
    line = text if text.isidentifier() else " ".join(text[: longest * 4].split())
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


_HOOK = re.compile(r"(?:^|/)hooks/[\w.-]{1,60}$")


def is_hook(place: Word) -> bool:
    """Tell whether a place is one where git looks for a program to run."""
    last = place.parts[-1] if place.parts else ""
    return isinstance(last, str) and _HOOK.search(last) is not None


def character(code: int) -> str:
    """Give the character of a code point, the replacement character where there is none."""
    try:
        text = chr(code)
        text.encode()
    except (ValueError, OverflowError):
        return "\N{REPLACEMENT CHARACTER}"
    return text
