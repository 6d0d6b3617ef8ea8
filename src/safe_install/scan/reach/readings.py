"""What one text says, in whatever language: the readers of the other parts, remembered within one process."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import partial

from safe_install.model import NOTHING, GapKind, Language, sha256
from safe_install.scan.grammars import WORK
from safe_install.scan.gyp.gyp import read_gyp
from safe_install.scan.javascript.javascript import read_javascript
from safe_install.scan.javascript.surroundings import NOWHERE, Export, Surroundings
from safe_install.scan.python.python import read_python
from safe_install.scan.shell.leads import Blind, Ending, Kind, Lead
from safe_install.scan.shell.shell import Command
from safe_install.scan.shell.words import Word
from safe_install.scan.windows.batch import Batch, read_batch
from safe_install.scan.windows.powershell import PowerShell, read_powershell

MOST_REMEMBERED = 4_096  # readings; the largest honest closure has 1,418 texts
_WITH_PIPES = frozenset((Language.BATCH, Language.POWERSHELL))
_JAVASCRIPT = frozenset((Language.JAVASCRIPT, Language.TYPESCRIPT))


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """What a text says, as `JavaScript` tells it; ``together``: its commands pipe into one another."""

    leads: tuple[Lead, ...] = ()
    commands: tuple[Command, ...] = ()
    blinds: tuple[Blind, ...] = ()
    environment: frozenset[str] = frozenset()
    hosts: frozenset[str] = frozenset()
    writes: tuple[Word, ...] = ()
    fills: tuple[Word, ...] = ()
    copied: tuple[tuple[Word, tuple[Word, ...]], ...] = ()
    endings: tuple[Ending, ...] = ()
    sets: frozenset[str] = frozenset()
    exports: tuple[Export, ...] = ()
    loose: frozenset[str] = frozenset()
    prints: bool = False
    unmet: bool = False
    unchosen: frozenset[str] = frozenset()
    rest: str = ""
    touches: bool = False
    changes_windows: bool = False
    together: bool = False
    asked: tuple[tuple[str, str], ...] = ()


_Key = tuple[str, str | None, Language, Surroundings]


@dataclass(slots=True)
class _Remembered:
    """The last readings, by what was read, and how much work each was: many scripts of a tree require the same modules."""

    readings: OrderedDict[_Key, tuple[Reading, int]] = field(default_factory=OrderedDict)

    def get(self, key: _Key, read: Callable[[], Reading]) -> Reading:
        if key in self.readings:
            self.readings.move_to_end(key)
            reading, work = self.readings[key]
            WORK.done += work  # or a limit would depend on what was read before
            return reading
        before = WORK.done
        reading = read()
        self.readings[key] = reading, WORK.done - before
        if len(self.readings) > MOST_REMEMBERED:
            self.readings.popitem(last=False)
        return reading


_REMEMBERED = _Remembered()


def forget() -> None:
    """Forget what was read; nothing but memory and time depends on it."""
    _REMEMBERED.readings.clear()


def read(
    content: str,
    language: Language,
    path: str | None,
    variables: Mapping[str, str] = NOTHING,
    around: Surroundings = NOWHERE,
) -> Reading | None:
    """Read a text at ``path`` in its package, None for one that runs from the working directory.

    Nothing is said of a language that has no reader here; shell text has its own. ``variables`` are what npm tells a
    command line for Windows; ``around`` is what JavaScript is told of where it runs.
    """
    if variables and language is Language.BATCH and path is None:
        return _windows(read_batch(content, None, variables))
    if language in _JAVASCRIPT:
        key = (sha256(content.encode(errors="replace")), path, language, around)
        return _REMEMBERED.get(key, lambda: _read(partial(_javascript, around=around), content, path))
    reader = _READERS.get(language)
    if reader is None:
        return None
    key = (sha256(content.encode(errors="replace")), path, language, NOWHERE)
    return _REMEMBERED.get(key, lambda: _read(reader, content, path))


def _read(reader: Callable[[str, str | None], Reading], content: str, path: str | None) -> Reading:
    """Read with one reader; a text that is nested deeper than it can follow is not read, and says so."""
    try:
        return reader(content, path)
    except RecursionError:
        return Reading(blinds=(Blind(kind=GapKind.UNPARSED, detail="nested deeper than this program follows"),))


def _javascript(content: str, path: str | None, *, around: Surroundings) -> Reading:
    return _as_reading(read_javascript(content.encode(errors="replace"), path, around))


def _python(content: str, path: str | None) -> Reading:
    return _as_reading(read_python(content.encode(errors="replace"), path))


def _batch(content: str, path: str | None) -> Reading:
    return _windows(read_batch(content, path))


def _powershell(content: str, _: str | None) -> Reading:
    return _windows(read_powershell(content))


def _windows(said: Batch | PowerShell) -> Reading:
    """Take every place that is written for one that gets new contents."""
    return replace(_as_reading(said), fills=said.writes, together=True)


def _as_reading(said: object) -> Reading:
    """Take over what a reader says under the same names; what it has no name for it does not say."""
    names = (one.name for one in fields(Reading))
    return Reading(**{name: getattr(said, name) for name in names if hasattr(said, name)})


def read_among(content: str, beside: Sequence[str], own: Sequence[str]) -> Reading:
    """Read a gyp file among the others of its package, whose variables it may use, and among its modules of Python's."""
    texts = [content, *beside, "\n".join(own)]
    key = ("\0".join(sha256(text.encode(errors="replace")) for text in texts), None, Language.GYP, NOWHERE)
    return _REMEMBERED.get(key, lambda: _read(partial(_gyp, beside=beside, own=own), content, None))


def _gyp(content: str, _: str | None, beside: Sequence[str] = (), own: Sequence[str] = ()) -> Reading:
    """Read a gyp file; what it includes is reached as every gyp file of the package is."""
    said = read_gyp(content, beside, own)
    included = (one for one in said.leads if one.kind is not Kind.GYP)
    return Reading(leads=tuple(included), commands=said.commands, blinds=said.blinds, asked=said.asked)


_READERS: dict[Language, Callable[[str, str | None], Reading]] = {
    Language.PYTHON: _python,
    Language.BATCH: _batch,
    Language.POWERSHELL: _powershell,
    Language.GYP: _gyp,
}
