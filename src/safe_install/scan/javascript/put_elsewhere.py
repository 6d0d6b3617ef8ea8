"""Names that a file only joins to places outside its package, to read or write what lies there.

``fs.copyFileSync(own, path.join(__dirname, "../../.generated", "index.js"))`` names no ``index.js`` of the package.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

from tree_sitter import Node

from safe_install.scan.grammars import Place, kinds
from safe_install.scan.javascript.constants import Constants
from safe_install.scan.javascript.one_file import look_through
from safe_install.scan.javascript.values import arguments_in
from safe_install.scan.shell.words import PACKAGE_ROOT

_CALL = "call_expression"
_JOINING = frozenset(("node:path.join", "node:path.resolve"))
_FILES = kinds("access appendFile copyFile exists lstat readFile rename rm stat symlink unlink writeFile")
"""Functions that are given a place and do not give it back."""
_NAMES = kinds("identifier shorthand_property_identifier shorthand_property_identifier_pattern")


def joined_elsewhere(source: bytes, path: str, is_elsewhere: Callable[[str], bool]) -> Counter[str]:
    """Count the texts of a file at ``path`` that stand in such joins, and whose places only functions of ``fs`` are given.

    ``is_elsewhere`` is asked of places written from the package's root, as ``../x``.
    """
    found, constants = look_through(source, path, _NAMES | {_CALL}) or ([], None)
    if constants is None:
        return Counter()
    texts = list(_texts(constants, found, is_elsewhere))
    return Counter() if constants.gave_up or constants.bindings.evaluates else Counter(texts)


def _texts(constants: Constants, found: list[Place], is_elsewhere: Callable[[str], bool]) -> Iterator[str]:
    """Give the texts of each join that leads elsewhere."""
    uses: dict[str, list[Place]] = {}
    for place in found:
        if place.kind in _NAMES:
            uses.setdefault(constants.bindings.key(place.node), []).append(place)
    for place in found:
        if place.kind == _CALL and _does(constants, place.node, _JOINING):
            places_of_it = [word.literal or "" for word in constants.words(place.node)]
            if all(_is_outside(one, is_elsewhere) for one in places_of_it) and _is_for_files(constants, place, uses):
                given = arguments_in(place.node.child_by_field_name("arguments"))
                yield from (_as_written(one, constants.source) for one in given if one.type == "string")


def _as_written(text: Node, source: bytes) -> str:
    """Give what stands between the quotes: one that is spelled in another way is no other text's twin."""
    return source[text.start_byte + 1 : text.end_byte - 1].decode(errors="replace")


def _is_outside(place: str, is_elsewhere: Callable[[str], bool]) -> bool:
    return place.startswith(f"{PACKAGE_ROOT}/") and is_elsewhere(place.removeprefix(f"{PACKAGE_ROOT}/"))


def _does(constants: Constants, call: Node, symbols: frozenset[str]) -> bool:
    callee = call.child_by_field_name("function")
    return bool(symbols & (said := constants.value(callee).symbols)) and said <= symbols


def _is_for_files(constants: Constants, place: Place, uses: dict[str, list[Place]]) -> bool:
    """Tell whether a place is given to such functions of ``fs`` and to no other: what else takes it may cut a name off it."""
    above = place.above
    if above is None or above.kind != "variable_declarator":
        return _is_given_to_files(constants, place)
    target = above.node.child_by_field_name("name")
    if target is None or target.type != "identifier":
        return False
    others = [one for one in uses.get(constants.bindings.key(target), ()) if one.node != target]
    return all(_is_given_to_files(constants, one) for one in others)


def _is_given_to_files(constants: Constants, place: Place) -> bool:
    call = place.above.above if place.above is not None and place.above.kind == "arguments" else None
    symbols = constants.value(call.node.child_by_field_name("function")).symbols if call is not None else frozenset()
    return bool(symbols) and all(map(_takes_files, symbols))


def _takes_files(symbol: str) -> bool:
    name = symbol.removeprefix("node:fs.").removeprefix("promises.").removesuffix("Sync")
    return symbol.startswith("node:fs.") and name in _FILES
