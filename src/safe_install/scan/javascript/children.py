"""Calls of Node's functions that start a child: the program, its words, where it runs and with which options."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from tree_sitter import Node

from safe_install.model import GapKind
from safe_install.scan.grammars import line_of
from safe_install.scan.javascript import tables
from safe_install.scan.javascript.chosen_together import chosen_together
from safe_install.scan.javascript.conditions import but_conditions
from safe_install.scan.javascript.constants import Constants
from safe_install.scan.javascript.endings import Seen, asked_for_version
from safe_install.scan.javascript.given import alternatives, nth
from safe_install.scan.javascript.launchers import overridden, passed_on
from safe_install.scan.javascript.lists import lists
from safe_install.scan.javascript.node_members import OWN_VERSION
from safe_install.scan.javascript.plain_pieces import without_plain
from safe_install.scan.javascript.surroundings import ABSENT
from safe_install.scan.javascript.taken_off import is_taken_once, shifted
from safe_install.scan.javascript.values import ALTERNATIVES, unknown
from safe_install.scan.shell.leads import Blind, Kind, Lead
from safe_install.scan.shell.shell import Command
from safe_install.scan.shell.words import Word, joined, literal

_TEXTS = frozenset(("string", "template_string", "identifier", "member_expression", "call_expression"))
_NPM_VERSION = "$npm_package_version"
_SHELL_SIGNS = re.compile(r"[;&|<>$`\n()]")


def text(constants: Constants, call: Node, given: Sequence[Node]) -> Iterator[Seen]:
    """Read ``exec(TEXT, {cwd})``."""
    for word in alternatives(constants, given):
        directory = _directory(constants, given[1:])
        target = _with_version(without_plain(constants, word, [nth(given, 0)]))
        yield Lead(kind=Kind.SHELL_TEXT, target=target, line=line_of(call), directory=directory)
        yield from _surroundings(constants, given[1:], call, word)


def _surroundings(constants: Constants, options: Sequence[Node], call: Node, text: Word) -> Iterator[Seen]:
    """Read the options that name a shell of one's own, or give a child variables that only running names."""
    shell = _option(constants, options, "shell")
    named = [] if shell is None else [one for one in but_conditions(constants, shell) if one.type in _TEXTS]
    for word in (word for one in named for word in constants.words(one)):
        if word.literal is None or "/" in word.literal or "." in word.literal:
            yield Command(program=word, arguments=(literal("-c"), text), line=line_of(call))
    environment = _option(constants, options, "env")
    for pair in environment.named_children if environment is not None and environment.type == "object" else ():
        key = pair.child_by_field_name("key")
        if key is not None and key.type == "computed_property_name" and constants.key(key) is None:
            detail = "gives a child a variable of the environment that only running names"
            yield Blind(kind=GapKind.DYNAMIC, detail=detail, line=line_of(call))


def _with_version(text: Word) -> Word:
    """Write the package's own version in a shell's text as the variable in which npm gives it."""
    if OWN_VERSION not in text.parts:
        return text
    return joined(literal(_NPM_VERSION) if part is OWN_VERSION else Word((part,)) for part in text.parts)


def program(constants: Constants, call: Node, given: Sequence[Node]) -> Iterator[Seen]:
    """Read ``spawn(PROGRAM, [ARGUMENTS], {cwd, shell})``; with a shell the words are joined into its text."""
    arguments, options = _arguments_and_options(constants, given)
    shell = _option(constants, options, "shell")
    for program, *words in _lines(constants, nth(given, 0), arguments):
        directory = _directory(constants, options)
        text = joined((program, *words), " ")
        may_have_shell = shell is None and any(map(_elsewhere, options)) and _SHELL_SIGNS.search(text.shown)
        if may_have_shell or (shell is not None and shell.type != "false"):
            target = _with_version(without_plain(constants, text, [nth(given, 0), arguments]))
            yield Lead(kind=Kind.SHELL_TEXT, target=target, line=line_of(call), directory=directory)
        yield from _surroundings(constants, options, call, text)
        if shell is None or shell.type == "false":
            told = passed_on(constants, program, arguments, words)
            command = Command(program=program, arguments=told, line=line_of(call), directory=directory)
            override = overridden(constants, program, told, line_of(call))
            yield override or asked_for_version(constants, command, nth(given, 0)) or command


def fork(constants: Constants, call: Node, given: Sequence[Node]) -> Iterator[Seen]:
    """Read ``fork(FILE, [ARGUMENTS], {execArgv, execPath, cwd})``."""
    told, options = _arguments_and_options(constants, given)
    runtime, flags = _option(constants, options, "execPath"), _option(constants, options, "execArgv")
    node = (literal("node"),) if runtime is None else constants.words(runtime)
    before: list[tuple[Word, ...]] = [()] if flags is None else constants.lists(flags)
    behind: list[tuple[Word, ...]] = [()] if told is None else constants.lists(told)
    files = _variants([node, constants.words(nth(given, 0))])
    rows = [(one, *words, path, *after) for words in before for after in behind for one, path in files][:ALTERNATIVES]
    yield from _surroundings(constants, options, call, literal(""))
    for program, *words in rows:
        directory = _directory(constants, options)
        yield Command(program=program, arguments=tuple(words), line=line_of(call), directory=directory)


def _arguments_and_options(constants: Constants, given: Sequence[Node]) -> tuple[Node | None, Sequence[Node]]:
    """Tell a child's arguments from its options: both may be left out."""
    second = nth(given, 1)
    if second is None or second.type in {"object", "arrow_function", "function_expression"}:
        return None, given[1:]
    tables_of_options = tables.written(constants, second)
    if tables_of_options and all(one.type == "object" for one in tables_of_options):
        return None, given[1:]
    return second, given[2:]


def _option(constants: Constants, options: Sequence[Node], name: str) -> Node | None:
    return next((value for value in (constants.option(one, name) for one in options) if value is not None), None)


def _lines(constants: Constants, program: Node | None, arguments: Node | None) -> list[tuple[Word, ...]]:
    """Give the command lines that a program and a list of arguments make.

    In ``spawn(list.shift(), list)`` the program is the first of the list, whichever list it is.
    """
    together = chosen_together(constants, program, arguments)
    if together:
        return [line for one, words in together for line in _lines(constants, one, words)]
    owner = shifted(constants, program)
    if owner is not None and arguments is not None and constants.said(owner) == constants.said(arguments):
        whole = lists(constants, arguments, whole=True) if program and is_taken_once(constants, program, owner) else []
        return [one for one in whole if one] or [(unknown(program, constants.source).words[0],)]
    programs = [word for word in constants.words(program) if ABSENT not in word.parts]
    rest: list[tuple[Word, ...]] = [()] if arguments is None else constants.lists(arguments)
    if len(programs) * len(rest) <= ALTERNATIVES:
        return [(one, *words) for one in programs for words in rest]
    longest = max(len(programs), len(rest))
    return [(programs[min(at, len(programs) - 1)], *rest[min(at, len(rest) - 1)]) for at in range(longest)]


def _variants(columns: Sequence[tuple[Word, ...]]) -> list[tuple[Word, ...]]:
    """Give command lines in which every alternative of every word comes up once, the first of the others beside it."""
    rows = list(zip_longest(*columns))
    return [tuple(columns[at][0] if word is None else word for at, word in enumerate(row)) for row in rows]


def _directory(constants: Constants, options: Sequence[Node]) -> Word | None:
    """Give where a child runs: its ``cwd``; options that are written elsewhere may hold one."""
    value = _option(constants, options, "cwd")
    if value is not None:
        words = constants.words(value)
        sure = len(words) == 1 and not any(_may_say_more(constants, one) for one in options)
        return words[0] if sure else unknown(value, constants.source).words[0]
    elsewhere = next(filter(_elsewhere, options), None)
    return None if elsewhere is None else unknown(elsewhere, constants.source).words[0]


def _may_say_more(constants: Constants, options: Node) -> bool:
    """Tell whether options that say something may say it otherwise: ``{cwd: "a", ...b}``, or a name that is changed."""
    if options.type == "identifier":
        binding = constants.bindings.names.get(constants.bindings.key(options))
        if binding is None or len(binding.values) != 1 or binding.anything or not binding.owned:
            return True
        value = binding.values[0][0]
        return binding.changed or constants.changes(binding) or value.type != "object" or _says_more(constants, value)
    return _says_more(constants, options)


def _says_more(constants: Constants, options: Node) -> bool:
    """Tell whether another member of an object may be its ``cwd``, after the one that says so."""
    if options.type != "object":
        return False
    keys = [one.child_by_field_name("key") for one in options.named_children]
    names = [constants.key(key) if key is not None else "" for key in keys]
    after = options.named_children[names.index("cwd") :] if "cwd" in names else []
    return None in names or any(one.type == "spread_element" for one in after)


def _elsewhere(options: Node) -> bool:
    """Tell whether options are not, or not all, written where they are used."""
    if options.type == "object":
        return any(child.type == "spread_element" for child in options.named_children)
    return options.type not in {"array", "arrow_function", "function_expression"}
