"""What a file is started with, ``process.argv``, as far as one who starts it says what that is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from tree_sitter import Node

from safe_install.scan.javascript.literals import name_of
from safe_install.scan.javascript.values import Value, arguments_in, unknown
from safe_install.scan.shell.words import Argument, Word

if TYPE_CHECKING:
    from safe_install.scan.javascript.constants import Constants

_ARGUMENTS = "process.argv"
_FIRST = 2  # before it stand node and the file
_MOST_DIGITS = 3


def argument(symbols: Iterable[str], node: Node | None, source: bytes) -> Value | None:
    """Read ``process.argv[2]``; None for anything else."""
    names = [symbol.partition(f"{_ARGUMENTS}.")[2] for symbol in symbols]
    index = int(names[0]) if len(names) == 1 and names[0].isdecimal() and len(names[0]) <= _MOST_DIGITS else 0
    return _one(node, source, index - _FIRST) if index >= _FIRST else None


def after_flag(constants: Constants, owner: Node, index: Node | None, node: Node) -> Value | None:
    """Read ``process.argv[at + 1]`` behind ``at = process.argv.indexOf(FLAG)``: never the file, which has index 1.

    What is looked for is a constant that is no path, so it is neither of the two that stand before the first argument.
    """
    operands = index.named_children if index is not None and index.type == "binary_expression" else []
    said = [constants.said(one) for one in operands]
    plus = index.child_by_field_name("operator") if index is not None else None
    if len(said) != len("+=") or plus is None or plus.type != "+" or said[1] != "1":
        return None
    place = operands[0]
    if place.type == "identifier":
        single = constants.bindings.single(name_of(place, constants.source))
        if single is None or single[1]:
            return None
        place = single[0]
    is_found = constants.value(owner).symbols == {_ARGUMENTS} and _looks_for_flag(constants, place)
    return _one(node, constants.source, None) if is_found else None


def _looks_for_flag(constants: Constants, call: Node) -> bool:
    callee = call.child_by_field_name("function") if call.type == "call_expression" else None
    given = arguments_in(call.child_by_field_name("arguments")) if callee is not None else []
    if callee is None or constants.value(callee).symbols != {f"{_ARGUMENTS}.indexOf"} or len(given) != 1:
        return False
    starts = [word.parts[0] if word.parts else "" for word in constants.words(given[0])]
    return all(isinstance(start, str) and start.startswith("-") for start in starts)


def all_arguments(constants: Constants, callee: Node, given: Sequence[Node]) -> Word | None:
    """Read ``process.argv.slice(2)``, None for anything else."""
    if len(given) != 1 or constants.value(callee).symbols != {f"{_ARGUMENTS}.slice"}:
        return None
    text = constants.words(given[0])[0].literal or ""
    index = int(text) if text.isdecimal() and len(text) <= _MOST_DIGITS else 0
    return Word((Argument(f"{_ARGUMENTS}.slice({index})", index - _FIRST, rest=True),)) if index >= _FIRST else None


def holds_all(words: Sequence[Word]) -> bool:
    """Tell whether one of a list's words stands for all arguments, so that its elements cannot be counted."""
    return any(isinstance(part, Argument) and part.rest for word in words for part in word.parts)


def _one(node: Node | None, source: bytes, index: int | None) -> Value:
    (written,) = unknown(node, source).words
    return Value((Word((Argument(written.shown, index),)),))
