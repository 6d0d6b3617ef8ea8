"""Node's report on itself, which holds the environment, where only the version of glibc and its libraries are looked at.

So the loaders of prebuilt addons tell musl from glibc.
"""

from __future__ import annotations

import re

from safe_install.scan.grammars import Place, kinds
from safe_install.scan.javascript.constants import Constants
from safe_install.scan.javascript.literals import name_of
from safe_install.scan.javascript.one_file import look_through

_TAKEN = re.compile(
    r"\s*(?:(?:const|let|var)\s)?\s{0,9}(?P<name>[\w$]{1,60})\s{0,9}=\s{0,9}"
    r"(?:typeof process\.report(?:\?\.|\.)getReport === [\"']function[\"']\s{0,9}\?\s{0,9})?"
    r"process\.report(?:\?\.|\.)getReport\(\)(?:\s{0,9}:\s{0,9}(?:null|undefined))?\s{0,9};?\s*"
)
"""A line that does nothing but give a name to the report."""
_OF_HEAD = re.compile(
    r"\s*(?:const|let|var) \{ ?glibcVersionRuntime(?:: ?[\w$]{1,60})? ?\} = process\.report(?:\?\.|\.)getReport\(\)\.header;?\s*"
)
_ESCAPED = re.compile(r"\\u|\beval\b|\barguments\b|\bwith\s{0,9}\(")
_GIVING = kinds("assignment_expression variable_declarator")
_DECLARING = kinds("lexical_declaration variable_declaration")


def tells_libc(content: str, line: str) -> bool:
    """Tell whether a line gives the report a name by which nothing in the file takes more of it than the libraries and glibc's version."""
    if _OF_HEAD.fullmatch(line):
        return True
    taken = _TAKEN.fullmatch(line)
    if taken is None or _ESCAPED.search(content):
        return False
    name = re.escape(taken["name"])
    rest = content.replace(line, "")
    said = len(re.findall(rf"(?<![\w$]){name}(?![\w$])", rest))
    harmless = re.findall(
        rf"\bprocess\.{name}(?![\w$])"
        rf"|(?<![\w$.]){name}\??\.(?:sharedObjects\b|header(?:\??\.glibcVersionRuntime\b|(?=\s{{0,9}}&&)))"
        rf"|!{name}(?=\s{{0,9}}[)&|?])"
        rf"|\bif \({name}(?=\s{{0,9}}(?:\)|&&))"
        rf"|\b(?:let|var) {name}(?: = null)?\s{{0,9}}[;\n]",
        rest,
    )
    return said == len(harmless) and _stays_in_file(content, taken["name"])


def _stays_in_file(content: str, name: str) -> bool:
    """Tell whether whatever gives a name its value is a statement of its own, and the name is the file's and of no other one.

    ``send(`` may stand on the line before, ``export`` too; and a name that nobody declares is a member of ``globalThis``.
    """
    found, constants = look_through(content.encode(errors="replace"), None, _GIVING) or ([], None)
    giving = [one for one in found if _name_given(one, content) == name]
    return constants is not None and bool(giving) and all(_is_statement(constants, one) for one in giving)


def _name_given(place: Place, content: str) -> str:
    target = place.node.child_by_field_name("left" if place.kind == "assignment_expression" else "name")
    return name_of(target, content.encode(errors="replace")) if target is not None else ""


def _is_statement(constants: Constants, place: Place) -> bool:
    above = place.above
    outer = above.above if above is not None else None
    if above is None or outer is None:
        return False
    if place.kind == "variable_declarator":
        return above.kind in _DECLARING and outer.kind != "export_statement"
    target = place.node.child_by_field_name("left")
    binding = constants.bindings.given(constants.bindings.key(target)) if target is not None else None
    return above.kind == "expression_statement" and binding is not None and binding.owned
