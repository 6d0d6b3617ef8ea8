"""What a text is started with, put where the text takes it: ``process.argv[2]``, ``sys.argv[1]``.

Who starts a file says it; npm gives nothing to a script's command that does not stand in it. Who changes the list
is told where something was made of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from safe_install.model import GapKind, Language, ReachableFile
from safe_install.scan.reach.readings import Reading
from safe_install.scan.shell.leads import Blind, Kind, Lead
from safe_install.scan.shell.shell import Command
from safe_install.scan.shell.words import Argument, Computed, Word, computed, joined, literal

Given = tuple[Word, ...] | None
"""The arguments; None when they are not known."""

_WITH_ARGUMENTS = frozenset((Language.JAVASCRIPT, Language.TYPESCRIPT, Language.PYTHON))
_MAY_CHANGE = "may change the arguments that a text is started with, and a command or a place is made of them"
MOST = 16  # arguments that are looked at
_STARTED = frozenset((Kind.MAIN, Kind.PYTHON))
_TAKEN = re.compile(
    r"""argv(?<!\wargv)\b(?!
        \s*(?:\?\.|\.)\s*(?:slice|indexOf|includes|length|some|every|find|findIndex|join|map|at)\b(?!\s*(?:=[^=]|[+-]))
        | \s*\[[\w\s+-]{1,40}\](?![\s\]}),]*(?:=[^=>]|[-+*/%&|^?]{1,3}=(?!=)|\+\+|--)|\s+(?:of|in)\b)
        | \s*\}\s*=\s*process\s*(?:;|$)
    )""",
    re.VERBOSE | re.MULTILINE,
)
"""``argv`` where more may happen to it than that something is looked up in it; it begins with letters, to which a search skips."""
_UNPACKED = re.compile(r"\b(?:const|let|var)\s{1,4}\[[\w\s,.]{1,80}\]\s{0,4}=\s{0,4}process\.$")
_ENDS = re.compile(r"\s*+(?:;|$|(?<=\n)\s*+[\w}'\"@#])")
"""``const [, , from, to] = process.argv``: each name has its own value then, and the list stays as it is."""
_PASSED = re.compile(r"\b(?:len|main)\((?:sys\.)?$|\bimport (?:\w+, )*$")
"""How Python hands it to a function that calls it by the same name, or counts it."""


@dataclass(slots=True)
class Arguments:
    """What the texts of one trace do with what they are started with."""

    made: bool = False
    changed: list[tuple[ReachableFile, Blind]] = field(default_factory=list)

    def note(
        self, file: ReachableFile, told_of: ReachableFile, given: Given, reading: Reading
    ) -> list[tuple[ReachableFile, Blind]]:
        """Tell of the texts that may change the arguments, once anything is made of known ones.

        ``told_of`` is where that is told: what a library does, it does to the script.
        """
        self.made |= given is not None and takes_arguments(reading)
        named = b"argv" in file.content
        blind = changed(file.content.decode(errors="replace"), file.language) if named else None
        self.changed += [(told_of, blind)] if blind is not None else []
        told, self.changed = (self.changed, []) if self.made else ([], self.changed)
        return told


def given_by(lead: Lead, language: Language, given: Given) -> Given:
    """Say what the file of a lead is started with: a module shares it with the file that loads it."""
    if lead.kind is Kind.MODULE and language is Language.JAVASCRIPT:
        return given
    known = lead.kind in _STARTED and all(word.literal is not None for word in lead.arguments)
    return lead.arguments if known and len(lead.arguments) <= MOST else None


def takes_arguments(reading: Reading) -> bool:
    """Tell whether something that a text does is made of what it is started with."""
    return any(_holds(word) for word in _words(reading))


def changed(content: str, language: Language) -> Blind | None:
    """Tell of a text that may change what it is started with."""
    if language not in _WITH_ARGUMENTS:
        return None
    for found in _TAKEN.finditer(content):
        if not _is_only_taken(content, found, language):
            line = content.count("\n", 0, found.start()) + 1
            return Blind(kind=GapKind.DYNAMIC, detail=_MAY_CHANGE, line=line)
    return None


def _is_only_taken(content: str, found: re.Match[str], language: Language) -> bool:
    """Tell whether what stands around ``argv`` says that nothing more happens to it there."""
    if language is Language.PYTHON:
        return _PASSED.search(content, max(0, found.start() - 40), found.start()) is not None
    before = _UNPACKED.search(content, max(0, found.start() - 120), found.start())
    return before is not None and _ENDS.match(content, found.end()) is not None


_OF_PROCESS = re.compile(r"\bprocess\s{0,8}(?:\?\.|\.)\s{0,8}argv\b")
_OTHERWISE = re.compile(
    r"""process\s{0,8}(?:\?\.)?\[\s{0,8}["'`]argv|\bargv\b[^{}\n]{0,200}\}\s{0,8}(?:=|from)\s{0,8}(?:process\b|require|["'](?:node:)?process["'])"""
)
"""Other ways to come by the list: what then happens to any ``argv`` counts."""
_NAMED = re.compile(r"(?<![\w$.])(?P<name>[A-Za-z_]\w{0,40})\s{0,4}=\s{0,4}(?:(?P=name)\s{0,4}\|\|\s{0,4})?$")
_LOOKED_UP = (
    r"\s*(?:\?\.|\.)\s*(?:slice|indexOf|includes|length|some|every|find|findIndex|join|map|at)\b(?!\s*(?:=[^=]|[+-]))"
    r"|\s*\[[\w\s+-]{1,40}\](?![\s\]}),]*(?:=[^=>]|[-+*/%&|^?]{1,3}=(?!=)|\+\+|--)|\s+(?:of|in)\b)"
)
_LOOKING = re.compile(_LOOKED_UP)
_MOST_NAMES = 4  # each is looked for in the whole text
_LARGEST = 524_288  # characters of a text that is looked through; JavaScript that is longer is not read whole either
_TAKEN_OFF = re.compile(r"(?:\+\+|--|\bdelete\b)[\s(]{0,8}process\s{0,8}(?:\.\s{0,8}argv|\[)")
_CHANGED_BEFORE = re.compile(r"(?:\+\+|--|\bdelete\b)[\s(]{0,8}$")


def may_change_arguments(content: str) -> bool:
    """Tell whether JavaScript may change what Node was started with, or hand the list on to what may.

    A name that is given it may be used to look something up, and for nothing else.
    """
    if len(content) > _LARGEST:
        return "argv" in content
    if _OTHERWISE.search(content):
        return changed(content, Language.JAVASCRIPT) is not None
    names: set[str] = set()
    if _TAKEN_OFF.search(content):
        return True
    for found in _OF_PROCESS.finditer(content):
        named = _NAMED.search(content, max(0, found.start() - 60), found.start())
        if named is not None and _ENDS_NAME.match(content, found.end()):
            names.add(named["name"])
        elif not _LOOKING.match(content, found.end()) and not _is_only_taken(
            content, _ARGV.search(content, found.start()) or found, Language.JAVASCRIPT
        ):
            return True
    return len(names) > _MOST_NAMES or any(_does_more(content, name) for name in names)


_ARGV = re.compile(r"argv")
_ENDS_NAME = re.compile(r"\s{0,4}(?:[;,)]|$)", re.MULTILINE)


def _does_more(content: str, name: str) -> bool:
    """Tell whether a name is used for more than to look something up in what it holds, or to be given that."""
    given = rf"\s*=\s*(?:{re.escape(name)}\s*\|\|\s*)?process\s*\.\s*argv\b|\s*\|\|\s*process\s*\.\s*argv\b"
    looked_up = rf"{_LOOKED_UP}|{given}"
    uses = re.compile(rf"(?<![\w$.]){re.escape(name)}\b(?P<known>{looked_up})?")
    return any(not (_is_parameter(content, one) or _only_looks(content, one)) for one in uses.finditer(content))


def _only_looks(content: str, found: re.Match[str]) -> bool:
    changes = _CHANGED_BEFORE.search(content, max(0, found.start() - 20), found.start())
    return found["known"] is not None and changes is None


def _is_parameter(content: str, found: re.Match[str]) -> bool:
    """Tell whether a name stands among a function's parameters."""
    before = content[max(0, found.start() - 120) : found.start()]
    behind = content[found.end() : found.end() + 120]
    listed = _BEHIND_PARAMETER.match(behind) is not None
    return listed and (_FUNCTION.search(before) is not None or (_OPEN.search(before) is not None and "=>" in behind))


_BEHIND_PARAMETER = re.compile(r"[\w\s,]{0,80}\)\s{0,4}(?:=>|\{)")
_FUNCTION = re.compile(r"\bfunction\b[\w\s]{0,40}\([\w\s,]{0,60}$")
_OPEN = re.compile(r"\([\w\s,]{0,60}$")


def applied(reading: Reading, given: Given) -> Reading:
    """Put the arguments into what a text leads to and writes."""
    if given is None or not takes_arguments(reading):
        return reading
    return replace(
        reading,
        leads=tuple(one for lead in reading.leads for one in _in_lead(lead, given)),
        commands=tuple(one for command in reading.commands for one in _in_command(command, given)),
        writes=tuple(one for word in reading.writes for one in _each(word, given)),
        fills=tuple(one for word in reading.fills for one in _each(word, given)),
    )


def _words(reading: Reading) -> Iterable[Word]:
    for lead in reading.leads:
        yield lead.target
        yield from lead.arguments
        yield from (lead.directory,) if lead.directory is not None else ()
    for command in reading.commands:
        yield command.program
        yield from command.arguments
        yield from (command.directory,) if command.directory is not None else ()
    yield from reading.writes
    yield from reading.fills


def _holds(word: Word) -> bool:
    return any(isinstance(part, Argument) for part in word.parts)


def _in_lead(lead: Lead, given: tuple[Word, ...]) -> Iterable[Lead]:
    """Give a lead once for each argument that its target may be."""
    directory = _each(lead.directory, given)[0] if lead.directory is not None else None
    arguments = tuple(one for word in lead.arguments for one in _in_list(word, given))
    for target in _each(lead.target, given):
        yield replace(lead, target=target, arguments=arguments, directory=directory)


def _in_command(command: Command, given: tuple[Word, ...]) -> Iterable[Command]:
    """Give a command once for each argument that its program may be; where all arguments stand they are its words."""
    directory = _each(command.directory, given)[0] if command.directory is not None else None
    after = [one for word in command.arguments for one in _in_list(word, given)]
    if _stands_for_all(command.program):
        program, *first = _in_list(command.program, given) or [command.program]
        yield replace(command, program=program, arguments=(*first, *after), directory=directory)
        return
    for program in _each(command.program, given):
        yield replace(command, program=program, arguments=tuple(after), directory=directory)


def _stands_for_all(word: Word) -> bool:
    return len(word.parts) == 1 and isinstance(word.parts[0], Argument) and word.parts[0].rest


def _in_list(word: Word, given: tuple[Word, ...]) -> Sequence[Word]:
    match word.parts:
        case (Argument(index=int() as index, rest=True),):
            return given[index:]
        case _:
            return _each(word, given)


def _each(word: Word, given: tuple[Word, ...]) -> list[Word]:
    """Give what a word can be: once for each argument where any may stand in it."""
    if not _holds(word):
        return [word]
    is_any = any(isinstance(part, Argument) and part.index is None for part in word.parts)
    choices = given if is_any and given else (literal("undefined"),)
    each = [[_part(part, given, choice) for part in word.parts] for choice in choices]
    return [joined((_EMPTY, *parts[1:]) if _may_start_anywhere(parts) else parts) for parts in each]


def _may_start_anywhere(parts: Sequence[Word]) -> bool:
    """Tell whether nothing stands before a slash: ``join("", "b.js")`` starts here, and ``"" + "/b.js"`` at the root."""
    return len(parts) > 1 and parts[0].literal == "" and (parts[1].literal or "/").startswith("/")


_EMPTY = computed("an empty argument")


def _part(part: str | Computed, given: tuple[Word, ...], choice: Word) -> Word:
    match part:
        case Argument(index=None):
            return choice
        case Argument(index=int() as index, rest=True):
            return joined(given[index:], " ")
        case Argument(index=int() as index):
            return given[index] if index < len(given) else literal("undefined")
        case _:
            return Word((part,))
