"""Which rules of a makefile its goals need: ``make clean all`` runs no recipe of ``test``."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from safe_install.scan.shell.makefile_lists import SOME
from safe_install.scan.shell.words import STAND_IN, Word

MOST = 2_000  # rules of one file
_RULE = re.compile(r"(?P<targets>[^\t#=:][^=:]*?)\s*&?::?(?!=)\s*(?P<needed>[^;]*)")
_NO_RULE = re.compile(r"(?:ifn?eq|ifn?def|else|endif|export|unexport|override|undefine|vpath|private)\b")
_OPEN = re.compile(
    r"^\s*(?:[-s]?include|load|-load|define)\b|\$[({]\s*(?:eval|call|foreach|guile)\b|\.SECONDEXPANSION", re.MULTILINE
)
"""How a makefile gets rules that do not stand in it."""
_ASKING = re.compile(r"\$\(shell\s+(?:uname|arch|isainfo)(?:\s+-[a-z])?\s*\)")
"""What the machine is called, as one word."""
_TELLING = frozenset(
    (
        *(".PHONY", ".SUFFIXES", ".PRECIOUS", ".INTERMEDIATE", ".SECONDARY", ".IGNORE", ".SILENT", ".NOTPARALLEL"),
        *(".DELETE_ON_ERROR", ".POSIX", ".ONESHELL"),
    )
)
"""Targets whose prerequisites are only spoken of."""
_ITSELF = frozenset(("GNUmakefile", "makefile", "Makefile"))
_QUIET = re.compile(
    r"-[bBikmnrRsSw]+|-j\d*|\d+|--(?:silent|quiet|no-print-directory|keep-going|always-make|jobs(?:=\d+)?)"
)
_WITH_VALUE = frozenset(("-C", "--directory", "-f", "--file", "--makefile"))
Lines = Sequence[tuple[int, str]]
Expand = Callable[[str], Sequence[str]]


@dataclass(frozen=True, slots=True)
class _Rule:
    line: int
    targets: frozenset[str]
    needed: frozenset[str]

    @property
    def always(self) -> bool:
        """Tell whether a rule may be needed whatever the goals are: no plain name that is known, or make looks for it itself."""
        plain = not any(one.startswith(".") or {"%", SOME} & set(one) or STAND_IN in one for one in self.targets)
        return not plain or bool(self.targets & _ITSELF)


def goals_of(words: Sequence[Word]) -> tuple[str, ...]:
    """Name the goals that ``make`` is given; none when there are none, or a word may mean anything else."""
    goals: list[str] = []
    waiting = [word.literal for word in words]
    while waiting:
        text = waiting.pop(0)
        if text in _WITH_VALUE:
            del waiting[:1]
        elif text is None or (
            text.startswith("-") and not _QUIET.fullmatch(text) and not text.startswith(("-C", "-f"))
        ):
            return ()
        elif "=" not in text and not _QUIET.fullmatch(text) and not text.startswith("-"):
            goals.append(text)
    return tuple(goals)


def set_by(words: Sequence[Word]) -> dict[str, str]:
    """Give the variables that ``make`` is given on its command line: they stand above those of the file."""
    texts = (word.literal.partition("=") for word in words if word.literal and not word.literal.startswith("-"))
    return {name.rstrip(":?+!"): value for name, sign, value in texts if sign}


def unneeded(lines: Lines, goals: Sequence[str], expand: Expand) -> frozenset[int]:
    """List the lines of the rules that the goals do not need; none where that is not certain.

    ``expand`` writes a text with the values of its variables, in each way.
    """
    if not goals or any(_OPEN.search(line) for _, line in lines):
        return frozenset()
    rules = list(_rules(lines, expand))
    if len(rules) > MOST:
        return frozenset()
    waiting = [
        *goals,
        *(name for rule in rules if rule.always and not rule.targets <= _TELLING for name in rule.needed),
    ]
    wanted: set[str] = set()
    while waiting:
        name = waiting.pop()
        if STAND_IN in name or "$" in name:
            return frozenset()
        for one in {name} | _fitting(name, rules) if name not in wanted else ():
            wanted.add(one)
            waiting += [needed for rule in rules if one in rule.targets for needed in rule.needed]
    return frozenset(rule.line for rule in rules if not rule.always and not rule.targets & wanted)


def _fitting(name: str, rules: Sequence[_Rule]) -> set[str]:
    """List the targets that a name with a part that is not known may mean."""
    start, machines, _ = name.partition(SOME)
    end = name.rpartition(SOME)[2]
    targets = (one for rule in rules for one in rule.targets)
    return {one for one in targets if one.startswith(start) and one.endswith(end)} if machines else set()


def with_machine(text: str) -> str:
    """Mark where a text asks what the machine is called."""
    return _ASKING.sub(SOME, text.replace(SOME, ""))


def _rules(lines: Lines, expand: Expand) -> Iterator[_Rule]:
    for number, line in lines:
        found = None if line.startswith("\t") or _NO_RULE.match(line) else _RULE.match(line)
        if found is not None:
            targets = _names(found["targets"], expand)
            needed = _names(found["needed"].replace("|", " "), expand)
            yield _Rule(number, frozenset(targets), frozenset(needed))


def _names(text: str, expand: Expand) -> set[str]:
    """Split a list of names; what the machine is called is one word, and only running tells which."""
    return {name for way in expand(text) for name in way.split()}
