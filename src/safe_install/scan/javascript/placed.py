"""What a file puts at a place: a copy of another file, or a text that starts nothing but what a person names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from tree_sitter import Node

from safe_install.scan.javascript.launchers import named_by_person
from safe_install.scan.javascript.paths import outside
from safe_install.scan.javascript.values import Variable, arguments_in
from safe_install.scan.shell.leads import Blind
from safe_install.scan.shell.words import Word

if TYPE_CHECKING:
    from safe_install.scan.javascript.constants import Constants

COPYING = frozenset(("copyFile", "cp", "link", "rename", "symlink"))
"""Functions of ``fs`` that give a place the contents of another one, which they name first."""
_LAUNCHER = re.compile(
    r"""(?:\#!/usr/bin/env\ node\n)?\s*(?:['"]use\ strict['"];?)?\s*
    require\(['"](?:node:)?child_process['"]\)\.(?:execFileSync|spawnSync)\(
    \s*(?P<program>\x00\d+\x00),\s*process\.argv\.slice\(2\)(?:,\s*\{\s*stdio:\s*['"]inherit['"]\s*\})?\s*\);?\s*""",
    re.VERBOSE,
)
"""A text that starts one program and does nothing else; the program's name is put in where it is written."""
_LONGEST = 2_000


def sources(constants: Constants, name: str, given: Sequence[Node]) -> tuple[Word, ...] | None:
    """Say what a call of ``fs`` fills a place from; nothing where it writes a harmless text, None where that is not known."""
    if name in COPYING and given:
        return tuple(map(outside, constants.words(given[0])))
    if name == "writeFile" and len(given) > 1 and launches(constants, given[1]) is not None:
        return ()
    return None


def launches(constants: Constants, text: Node) -> Blind | None:
    """Tell of a text that starts what a variable of the environment names, which bears the package's name, and no more."""
    if text.type != "template_string" or text.end_byte - text.start_byte > _LONGEST:
        return None
    holes = [child for child in text.named_children if child.type == "template_substitution"]
    said = _with_marks(constants, text, holes)
    found = _LAUNCHER.fullmatch(said)
    if found is None or len(holes) != 1:
        return None
    word = _stringified(constants, holes[0].named_children[-1] if holes[0].named_children else None)
    return None if word is None else named_by_person(constants, word, text.start_point.row + 1)


def _with_marks(constants: Constants, text: Node, holes: Sequence[Node]) -> str:
    """Write a template with a mark for each substitution; a NUL of its own is in no real path."""
    source, at, said = constants.source, text.start_byte + 1, ""
    for index, hole in enumerate(holes):
        said += source[at : hole.start_byte].decode(errors="replace").replace("\0", "") + f"\0{index}\0"
        at = hole.end_byte
    rest = source[at : text.end_byte - 1].decode(errors="replace").replace("\0", "")
    return said + rest if "\\" not in said + rest else ""


def _stringified(constants: Constants, node: Node | None) -> Word | None:
    """Give the one word that ``JSON.stringify(x)`` writes as a text, None when it may write another."""
    if node is not None and node.type == "identifier":
        single = constants.bindings.single(constants.bindings.key(node))
        node = single[0] if single is not None and not single[1] else None
    callee = node.child_by_field_name("function") if node is not None and node.type == "call_expression" else None
    if node is None or callee is None or constants.said(callee) != "JSON.stringify" or constants.bindings.given("JSON"):
        return None
    given = arguments_in(node.child_by_field_name("arguments"))
    words = constants.words(given[0]) if len(given) == 1 else ()
    return words[0] if len(words) == 1 and words[0].parts and isinstance(words[0].parts[0], Variable) else None
