"""Code that only prints, exits and decides: a closed world, in which nothing is allowed that is not listed.

Being wrong towards harmful costs a question; being wrong towards harmless would tell a person that nothing runs.
So these are lists of what may stand in such code, never of what may not. No value in such code leads out of it:
the only names are its own and the listed ones, the only members the listed ones (so there is no ``constructor``,
``call``, ``mainModule`` or ``prototype``), indexes are numbers or listed members, ``require`` is called with a path
of the package's own or a listed module and is no value; getters, classes, spreads, ``this`` and ``import`` are not
on the list of syntax. Hence any function that can be called is harmless, whoever passes it to whom.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from tree_sitter import Node

from safe_install.scan.grammars import Place, kinds, places
from safe_install.scan.javascript.literals import fragments, name_of
from safe_install.scan.javascript.values import arguments_in
from safe_install.scan.shell.program_names import program_name
from safe_install.scan.shell.shell import Command

_PROGRAMS = frozenset(("", ":", "[", "echo", "exit", "false", "node", "printf", "set", "sh", "test", "true"))
"""Commands that print, exit and decide; what node and sh run is looked at by itself."""


def harmless_command(command: Command) -> bool:
    """Tell whether a command prints, exits or runs node, sets no variable and writes no file."""
    writes = any(redirect.writes and redirect.target.literal != "/dev/null" for redirect in command.redirects)
    return program_name(command) in _PROGRAMS and not writes and not command.assignments


_SYNTAX = kinds(
    "program comment expression_statement empty_statement statement_block if_statement else_clause try_statement"
    " catch_clause finally_clause return_statement throw_statement for_statement for_in_statement while_statement"
    " switch_statement switch_body switch_case switch_default break_statement continue_statement"
    " lexical_declaration variable_declaration variable_declarator function_declaration function_expression arrow_function"
    " formal_parameters identifier property_identifier call_expression new_expression arguments member_expression"
    " subscript_expression assignment_expression augmented_assignment_expression update_expression unary_expression"
    " binary_expression ternary_expression parenthesized_expression sequence_expression array object pair string"
    " string_fragment escape_sequence template_string template_substitution number regex regex_pattern regex_flags true"
    " false null undefined optional_chain"
)
_GLOBALS = frozenset(
    (
        *(
            "Array",
            "Boolean",
            "Date",
            "Error",
            "Infinity",
            "Intl",
            "JSON",
            "Math",
            "NaN",
            "Number",
            "String",
            "__dirname",
        ),
        *(
            "__filename",
            "console",
            "exports",
            "isNaN",
            "module",
            "parseFloat",
            "parseInt",
            "process",
            "require",
            "setTimeout",
        ),
    )
)
_MEMBERS = frozenset(
    (
        # of texts, arrays and patterns
        *("charAt", "concat", "every", "endsWith", "filter", "forEach", "includes", "indexOf", "join", "length", "map"),
        *("match", "padEnd", "padStart", "pop", "push", "repeat", "replace", "reverse", "slice", "some", "split"),
        *("startsWith", "substr", "substring", "test", "toLowerCase", "toString", "toUpperCase", "trim", "unshift"),
        # of Node's
        *(
            "_rawDebug",
            "arch",
            "argv",
            "columns",
            "debug",
            "env",
            "error",
            "exit",
            "exitCode",
            "exports",
            "info",
            "isTTY",
        ),
        *("log", "node", "platform", "stderr", "stdout", "version", "versions", "warn", "write"),
        *(
            "existsSync",
            "join",
            "stdin",
            "basename",
            "dirname",
            "resolve",
            "now",
            "parse",
            "stringify",
            "isArray",
            "floor",
            "max",
            "min",
            "round",
        ),
        *("DateTimeFormat", "resolvedOptions", "timeZone", "locale", "release", "type"),
        # of errors and of package.json
        *("message", "stack", "author", "bugs", "description", "engines", "homepage", "license", "name", "repository"),
        *("url", "versionScheme", "original", "cooked", "remain"),
    )
)
_ENVIRONMENT = re.compile(r"[A-Z][A-Z0-9_]*|npm_[a-z0-9_]+")
_REQUIRED = re.compile(r"(?:node:)?(?:fs|os|path)|\.{1,2}/[^?#]*")


def only_prints(root: Node, source: bytes) -> bool:
    """Tell whether JavaScript does nothing but print, exit, decide, and look at single variables of the environment.

    What it requires of its own has to be looked at too, by whoever asks.
    """
    if root.has_error:
        return False
    walked = []
    for place in places(root):
        if place.kind not in _SYNTAX:
            return False
        walked.append(place)
    own = {name_of(place.node, source) for place in walked if place.kind == "identifier" and _declares(place)}
    names = own | _GLOBALS
    return all(_CHECKS[place.kind](place, source, names) for place in walked if place.kind in _CHECKS)


def _declares(place: Place) -> bool:
    """Tell whether an identifier is a declaration's, a function's or a parameter's name."""
    above = place.above
    if above is None:
        return False
    return above.kind == "formal_parameters" or (above.kind, place.field) in {
        ("variable_declarator", "name"),
        ("function_declaration", "name"),
        ("function_expression", "name"),
        ("arrow_function", "parameter"),
        ("catch_clause", "parameter"),
    }


def _name(place: Place, source: bytes, names: set[str]) -> bool:
    """Allow the file's own names and the listed ones; ``require`` only where it is called with a listed path."""
    name = name_of(place.node, source)
    if name != "require":
        return name in names
    above = place.above
    if above is None or above.kind != "call_expression" or place.field != "function":
        return False
    given = arguments_in(above.node.child_by_field_name("arguments"))
    return len(given) == 1 and given[0].type == "string" and bool(_REQUIRED.fullmatch(fragments(given[0], source)))


def _member(place: Place, source: bytes, _: set[str]) -> bool:
    """Allow listed members; the keys of an object that is written down are its own affair."""
    return place.field != "property" or _is_listed(name_of(place.node, source))


def _index(place: Place, source: bytes, _: set[str]) -> bool:
    """Allow a number, or a listed member, between brackets."""
    index = place.node.child_by_field_name("index")
    return index is not None and (
        index.type == "number" or (index.type == "string" and _is_listed(fragments(index, source)))
    )


def _is_listed(name: str) -> bool:
    return name in _MEMBERS or bool(_ENVIRONMENT.fullmatch(name))


_CHECKS: dict[str, Callable[[Place, bytes, set[str]], bool]] = {
    "identifier": _name,
    "property_identifier": _member,
    "subscript_expression": _index,
}
