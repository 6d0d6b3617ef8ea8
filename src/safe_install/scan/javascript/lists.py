"""Lists of words: what an array can be, whole; what a parameter and a loop's variable are given."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import TYPE_CHECKING

from tree_sitter import Node

from safe_install.scan.grammars import Place, kinds
from safe_install.scan.javascript import tables
from safe_install.scan.javascript.arguments import all_arguments, holds_all
from safe_install.scan.javascript.binding import Binding, Parameter
from safe_install.scan.javascript.functions import FUNCTIONS
from safe_install.scan.javascript.guarded import is_given_here
from safe_install.scan.javascript.listed import List, looked_up
from safe_install.scan.javascript.literals import name_of
from safe_install.scan.javascript.node_builtins import can_hide
from safe_install.scan.javascript.scopes import plain
from safe_install.scan.javascript.surroundings import ABSENT_ALONE
from safe_install.scan.javascript.values import ALTERNATIVES, NO_VALUE, Value, arguments_in, either, unknown
from safe_install.scan.shell.words import Word, computed, literal

if TYPE_CHECKING:
    from safe_install.scan.javascript.constants import Constants

_DEEPEST = 12
_MOST_CONDITIONAL = 3  # appending calls that may or may not happen; all their combinations are told apart
_STRAIGHT = kinds(
    "expression_statement statement_block if_statement else_clause try_statement parenthesized_expression"
)
_OUTWARD = 1_000  # from a call to its function
_TOO_DEEP = -2
_BLOCKS = 8  # in one another


def lists(constants: Constants, node: Node | None, depth: int = 0, *, whole: bool = False) -> list[List]:
    """Give every list that an expression can be; none when it can be something else or too many.

    ``whole``: as it was before elements were taken off its ends.
    """
    if node is None or depth > _DEEPEST or constants.spent():
        return []
    return looked_up(constants, (node.id, depth, whole), lambda: _lists(constants, node, depth, whole=whole))


def _lists(constants: Constants, node: Node, depth: int, *, whole: bool) -> list[List]:
    match node.type:
        case "array":
            return _of_array(constants, node, depth)
        case "parenthesized_expression" | "await_expression":
            return lists(constants, node.named_children[-1] if node.named_children else None, depth + 1)
        case "identifier":
            return _of_name(constants, constants.bindings.key(node), depth, whole=whole)
        case "ternary_expression":
            sides = [
                lists(constants, node.child_by_field_name(side), depth + 1) for side in ("consequence", "alternative")
            ]
            return sides[0] + sides[1] if all(sides) else []
        case "call_expression":
            return _of_call(constants, node, depth)
        case _:
            return []


def _of_array(constants: Constants, node: Node, depth: int) -> list[List]:
    return _combined([_part(constants, child, depth) for child in arguments_in(node)])


def spread_out(constants: Constants, given: Sequence[Node]) -> list[List]:
    """Give the words of ``f(a, ...list)`` in each of their ways; none when a list is not known."""
    inner = [one.named_children[0] if one.type == "spread_element" and one.named_children else None for one in given]
    if not all(lists(constants, one) for one in inner if one is not None):
        return []
    return _combined([_part(constants, one, 0) for one in given])


def _part(constants: Constants, child: Node, depth: int) -> list[List]:
    """Give what one element adds: a word, or with ``...`` a list; what is spread and not known is one word."""
    if child.type == "spread_element":
        inner = child.named_children[0] if child.named_children else None
        return lists(constants, inner, depth + 1) or [(unknown(child, constants.source).words[0],)]
    return [(word,) for word in _given(constants, child)]


def _given(constants: Constants, child: Node) -> tuple[Word, ...]:
    """Give what an element can be; not ``undefined`` behind a line that ends the function where it is that."""
    words = constants.words(child)
    said = tuple(word for word in words if word.parts != (NO_VALUE,))
    leaves_out = 0 < len(said) < len(words) and not constants.around.holds_undefined
    return said if leaves_out and is_given_here(constants, child) else words


def _of_call(constants: Constants, node: Node, depth: int) -> list[List]:
    """Look through ``list.concat(…)``, ``list.slice(n)`` and what functions of the file give."""
    callee = node.child_by_field_name("function")
    given = arguments_in(node.child_by_field_name("arguments"))
    if callee is not None and callee.type == "member_expression":
        owner, taken = callee.child_by_field_name("object"), callee.child_by_field_name("property")
        name = constants.said(taken) if taken is not None else ""
        everything = all_arguments(constants, callee, given)
        if everything is not None:
            return [(everything,)]
        start = lists(constants, owner, depth + 1) if name in {"concat", "slice", "filter"} else []
        if start and name == "filter" and all(len(one) == 1 and holds_all(one) for one in start):
            return start  # those of them that pass, where there are none anyway
        if start and name == "concat":
            return _combined(
                [start, *(lists(constants, one, depth + 1) or _part(constants, one, depth) for one in given)]
            )
        text = constants.words(given[0])[0].literal if given else "0"
        if start and name == "slice" and len(given) <= 1 and text is not None and text.isdigit():
            return [] if any(map(holds_all, start)) else [one[int(text) :] for one in start]
    exact = constants.interpreter.certain(node)
    if isinstance(exact, list) and all(isinstance(one, str) and "\0" not in one for one in exact):
        return [tuple(literal(one) for one in exact if isinstance(one, str))]
    return []


def _combined(parts: list[list[List]]) -> list[List]:
    """Put parts together in every way; when there are too many ways, every alternative comes up once."""
    count = 1
    for part in parts:
        count *= max(len(part), 1)
        if count > ALTERNATIVES:
            longest = max(map(len, parts))
            rows = [[part[min(at, len(part) - 1)] for part in parts] for at in range(longest)]
            return [tuple(word for one in row for word in one) for row in rows]
    return [tuple(word for one in way for word in one) for way in product(*parts)]


def _of_name(constants: Constants, name: str, depth: int, *, whole: bool) -> list[List]:
    """Give the lists that a name stands for, with what is appended; an unclear one has one more, unknown word."""
    binding = constants.bindings.names.get(name)
    if binding is None or binding.anything or binding.symbols or binding.elements or constants.bindings.evaluates:
        return []
    starts = [lists(constants, value, depth + 1) if not path else [] for value, path in binding.values]
    starts += [_rest(constants, one, depth) for one in binding.parameters]
    if not starts or not all(starts):
        return []
    found = [one for start in starts for one in start]
    appended = _appended(constants, binding)
    unclear = constants.changes(binding) or not binding.owned or (binding.shortened and not whole)
    if appended is None or unclear or len(found) * len(appended) > ALTERNATIVES:
        return [(*one, computed(plain(name))) for one in found[:ALTERNATIVES]]
    return [(*one, *more) for one in found for more in appended]


def _rest(constants: Constants, parameter: Parameter, depth: int) -> list[List]:
    """Give the lists that ``...name`` takes at each call."""
    calls = _calls(constants, parameter)
    if not parameter.rest or parameter.path or calls is None:
        return []
    found: list[List] = []
    for given in calls:
        if given.type != "arguments":
            return []
        parts = [_part(constants, child, depth + 1) for child in arguments_in(given)[parameter.index :]]
        found += _combined(parts)
    return found


def _appended(constants: Constants, binding: Binding) -> list[List] | None:
    """Give every row of words that ``push`` can add; None when their order is not that of the text."""
    pieces: list[list[List]] = []
    conditional = 0
    functions = {_function_around(call) for call in binding.pushed}
    if len(functions) > 1 or _TOO_DEEP in functions:
        return None
    for call in binding.pushed:
        sure = _is_straight(call)
        if sure is None:
            return None
        given = call.node.child_by_field_name("arguments")
        ways = _combined([_part(constants, child, 0) for child in arguments_in(given)])
        conditional += not sure
        pieces.append(ways if sure else [*ways, ()])
    return None if conditional > _MOST_CONDITIONAL else _combined(pieces)


def _function_around(place: Place) -> int:
    """Name the function that a place stands in."""
    above = place.above
    for _ in range(_OUTWARD):
        if above is None or above.kind in FUNCTIONS or above.kind == "method_definition":
            return -1 if above is None else above.node.id
        above = above.above
    return _TOO_DEEP


def _is_straight(call: Place) -> bool | None:
    """Tell whether a call always happens (True), sometimes (False), or maybe again and again (None)."""
    above, sure, blocks = call.above, True, 0
    while above is not None and above.kind in _STRAIGHT:
        if above.kind == "statement_block":
            blocks += 1
        sure = sure and above.kind not in {"if_statement", "else_clause", "try_statement"}
        above = above.above
        if blocks > _BLOCKS:
            return None
    if above is None or above.kind == "program" or above.kind in FUNCTIONS:
        return sure
    return None


def of_parameter(constants: Constants, parameter: Parameter, name: str, depth: int) -> Iterator[Value]:
    """Say what a parameter is at each call."""
    calls = _calls(constants, parameter)
    if calls is None or parameter.rest:
        yield Value((computed(plain(name)),))
    elif not calls and constants.around.is_alone and not constants.bindings.evaluates:
        yield Value(ABSENT_ALONE)  # nobody calls a function of a module that it does not give away
    for given in calls or ():
        if constants.spent(given.named_child_count):
            yield Value((computed(plain(name)),))
            return
        children = arguments_in(given) if given.type == "arguments" else []
        spread = given.type != "arguments" or any(
            one.type == "spread_element" for one in children[: parameter.index + 1]
        )
        if spread and not parameter.rest:
            yield unknown(given, constants.source)
        elif parameter.index >= len(children) and constants.around.holds_undefined:
            yield Value((Word((NO_VALUE,)),))
        elif parameter.index < len(children) and not parameter.rest:
            value = constants.taken(children[parameter.index], parameter.path, depth)
            yield Value(value.words, frozenset(one for one in value.symbols if not can_hide(one)))


def _calls(constants: Constants, parameter: Parameter) -> list[Node] | None:
    """List the arguments of every call of a parameter's function; None when others may call it."""
    names = constants.bindings.names
    if "arguments" in names and names["arguments"].changed and not _has_no_arguments(names.get(parameter.name)):
        return None
    if parameter.given is not None:
        return [parameter.given]
    binding = names.get(parameter.name)
    if binding is None or binding.changed or binding.handed or binding.anything or not binding.owned:
        return None
    return binding.calls


def _has_no_arguments(called: Binding | None) -> bool:
    """Tell whether a name is that of functions in which nothing says ``arguments``, through which parameters get other values."""
    values = [value for value, _ in called.values] if called is not None else []
    texts = [value.text or b"" for value in values if value.type in FUNCTIONS]
    return len(texts) == len(values) > 0 and not any(b"arguments" in text or b"\\u" in text for text in texts)


def of_loop(constants: Constants, over: Node, names: tuple[str, ...], depth: int, *, by_keys: bool) -> Value:
    """Say what ``for (x of list)`` and ``for (x in table)`` give a name."""
    if by_keys:
        return _keys(constants, over) if not names else unknown(over, constants.source)
    callee = over.child_by_field_name("function") if over.type == "call_expression" else None
    said = constants.said(callee) if callee is not None else ""
    inside = next(iter(arguments_in(over.child_by_field_name("arguments"))), None) if callee is not None else None
    if said == "Object.keys" and inside is not None and not names:
        return _keys(constants, inside)
    if said in {"Object.values", "Object.entries"} and inside is not None:
        return _of_entries(constants, inside, names if said == "Object.entries" else ("1", *names), depth)
    found = lists(constants, over, 0) if not names else []
    if found and not any(map(holds_all, found)):
        return either(Value((word,)) for one in found for word in one)
    return _inside_elements(constants, over, names, depth)


def _inside_elements(constants: Constants, over: Node, names: tuple[str, ...], depth: int) -> Value:
    """Look into the elements of an array of arrays or objects."""
    arrays = tables.written(constants, over)
    if len(names) != 1 or not arrays or any(one.type != "array" for one in arrays):
        return unknown(over, constants.source)
    return either(constants.taken(child, names, depth) for one in arrays for child in arguments_in(one))


def _of_entries(constants: Constants, table: Node, names: tuple[str, ...], depth: int) -> Value:
    if names == ("0",):
        return _keys(constants, table)
    found = tables.member(constants, table, None, depth) if names == ("1",) else None
    return found if found is not None else unknown(table, constants.source)


def _keys(constants: Constants, table: Node) -> Value:
    """Give the keys of objects that are written in the file."""
    found: list[Value] = []
    for one in tables.written(constants, table):
        for child in one.named_children if one.type == "object" else [one]:
            key = child.child_by_field_name("key") or child.child_by_field_name("name")
            name = constants.key(key) if key is not None else None
            name = name_of(child, constants.source) if child.type == "shorthand_property_identifier" else name
            if child.type != "comment":
                found.append(Value((literal(name),)) if name is not None else unknown(child, constants.source))
    return either(found) if found else unknown(table, constants.source)


def elements(constants: Constants, owner: Node) -> Value | None:
    """Say what one element of an array can be, whichever it is; None when the array is not known."""
    found = lists(constants, owner, whole=True)
    known = found and not any(map(holds_all, found))
    return either(Value((word,)) for one in found for word in one) if known else None
