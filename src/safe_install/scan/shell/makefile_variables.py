"""The variables of a makefile: what each may be, and what texts are with their values put in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from math import prod

from safe_install.model import NOTHING
from safe_install.scan.shell.looked_for import is_everywhere
from safe_install.scan.shell.words import STAND_IN

WINDOW = 8_192  # characters of one command; the longest honest one has 900
_SET = re.compile(r"^(?:export\s+|override\s+)*([\w.-]+)\s*(?:\+|:{1,3}|\?)?=\s*(.*)$")
SHELL_SET = re.compile(r"^([\w.-]+)\s*!=\s*(.*)$")
_OPENS = re.compile(r"\s*ifn?(?:def|eq)\b")
_CLOSES = re.compile(r"\s*endif\b")
_DEFINED = re.compile(r"^(?:override\s+)?define\s+([\w.-]+)")
MOST_VALUES = 8  # of one variable
MOST_WAYS = 16  # to choose among the values in one text
_TOOLS = {"AR": "ar", "AS": "as", "CC": "cc", "CXX": "c++", "LD": "ld", "MAKE": "make", "RM": "rm -f", "SHELL": "sh"}
"""What make itself names; one that a command line or a text sets to something else is told of there."""
_LOOKED_FOR = re.compile(r"\$[({]\s*shell\s+(?:command\s+-v|which|type\s+-p)\s+([\w.+-]+)[^()]*[)}]")
"""A program that make is told to look for, which may not be there; the first of several stands for all."""
_VARIABLE = re.compile(r"\$[({]([\w.-]+)[)}]")
SHELL_CALL = re.compile(r"\$[({]\s*shell\s+")
"""What make runs while it reads; make looks for a function's name before it puts in any variable."""
_BRACKET = re.compile(r"[(){}]")
ROUNDS = 4
Variables = Mapping[str, tuple[str, ...]]


def variables_of(lines: Sequence[tuple[int, str]], set_by: Mapping[str, str] = NOTHING) -> Variables:
    """List what each variable may be: those that are set to plain values only, and the tools that make itself names.

    One that is only set under a condition may also be what it is without: a tool of make's, or nothing; one that the command
    line sets (``set_by``), what it says.
    """
    found: dict[str, list[str]] = {}
    added: set[str] = set()
    sure: set[str] = set()
    for line, is_sure in _by_condition(lines):
        match = _SET.match(line) if not line.startswith("\t") else None
        if match:
            values = found.setdefault(match[1], [])
            value = _LOOKED_FOR.sub(r"\1", match[2].strip())
            looked = _LOOKED_FOR.fullmatch(match[2].strip())
            is_optional = looked is not None and "||" not in looked[0] and not is_everywhere(value)
            values += [one for one in (value, *([""] if is_optional else ())) if one not in values]
            added |= {match[1]} if "+=" in line[: match.start(2)] else set()
            sure |= {match[1]} if is_sure else set()
    named = {match[1] for _, line in lines if (match := SHELL_SET.match(line) or _DEFINED.match(line))}
    for name, value in set_by.items():
        values = found.setdefault(name, [])
        values += [value] if value not in values else []
    for name in found.keys() - sure - added - (set_by.keys() - named):
        found[name] += [one for one in (_TOOLS.get(name, ""),) if one not in found[name]]
    known = {
        name: tuple(values)
        for name, values in found.items()
        if len(values) == 1 or (name not in added and len(values) <= MOST_VALUES)
    }
    tools = {name: (tool,) for name, tool in _TOOLS.items() if name not in found.keys() | named}
    return {**tools, **{name: values for name, values in known.items() if name not in named}}


def _by_condition(lines: Sequence[tuple[int, str]]) -> Iterator[tuple[str, bool]]:
    """Give each line, and whether it counts whatever the conditions are."""
    depth = 0
    for _, line in lines:
        depth += _OPENS.match(line) is not None
        yield line, depth == 0
        depth -= depth > 0 and _CLOSES.match(line) is not None


def values_of(text: str, variables: Variables) -> list[str]:
    """Write a text with its variables, once for each way to choose among their values; in too many ways they stand in."""
    names, waiting = set[str](), [text]
    while waiting and len(names) <= MOST_VALUES:
        new = set(_VARIABLE.findall(waiting.pop())) - names
        names |= new
        waiting += [value for name in new for value in variables.get(name, ())]
    several = [name for name in sorted(names) if len(variables.get(name, ())) > 1]
    single = {name: values[0] for name, values in variables.items() if len(values) == 1}
    ways = prod(len(variables[name]) for name in several)
    if ways > MOST_WAYS or waiting:
        return [_put_in(text, single)]
    chosen = product(*(variables[name] for name in several))
    return list(dict.fromkeys(_put_in(text, {**single, **dict(zip(several, one, strict=True))}) for one in chosen))


def _put_in(text: str, variables: Mapping[str, str]) -> str:
    """Write make's variables as the shell will see them; ``$$`` is the shell's own ``$``."""
    for _ in range(ROUNDS):
        before, text = text, _VARIABLE.sub(lambda match: variables.get(match[1], match[0]), text)[:WINDOW]
        if text == before:
            break
    text = _without_calls(text.replace("$$", "\x01"))
    text = re.sub(r"\$[({][^(){}]*[)}]|\$[@<^*?+%]", STAND_IN, text)
    return text.replace("\x01", "$")


def _without_calls(text: str) -> str:
    """Let what ``$(shell …)`` prints stand in: the command itself is told where it is written."""
    done, end = [], 0
    for match in SHELL_CALL.finditer(text):
        if match.start() < end:
            continue  # inside another one
        inside = balanced(text, match.end())
        if inside is None:
            break
        done += [text[end : match.start()], STAND_IN]
        end = match.end() + len(inside) + 1
    return "".join([*done, text[end:]])


def balanced(text: str, start: int) -> str | None:
    """Give what stands before the bracket that closes; None where none does within reason."""
    depth = 1
    for match in _BRACKET.finditer(text, start, start + WINDOW):
        depth += 1 if match[0] in "({" else -1
        if depth == 0:
            return text[start : match.start()]
    return None
