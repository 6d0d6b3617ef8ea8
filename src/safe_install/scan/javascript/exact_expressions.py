"""What each kind of expression is exactly."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NoReturn

from tree_sitter import Node

from safe_install.scan.javascript.exact import (
    LONGEST_LIST,
    UNDEFINED,
    Exact,
    Function,
    Given,
    Names,
    Pattern,
    Undefined,
    UnsureError,
    bounded,
    number_of,
    text_of,
    truth,
)
from safe_install.scan.javascript.exact_assignments import assignment, member_key, update
from safe_install.scan.javascript.exact_given import listed
from safe_install.scan.javascript.exact_methods import method, taken
from safe_install.scan.javascript.exact_operators import calculated, negated
from safe_install.scan.javascript.literals import decoded, fragments, name_of

if TYPE_CHECKING:
    from safe_install.scan.javascript.interpreter import Interpreter


def _fail(*_: object) -> NoReturn:
    raise UnsureError


def _string(run: Interpreter, node: Node, _: Names | None) -> Exact:
    return bounded(fragments(node, run.source))


def _template(run: Interpreter, node: Node, names: Names | None, *, raw: bool = False) -> str:
    pieces: list[str] = []
    at = node.start_byte + 1
    ends = [child for child in node.named_children if child.type == "template_substitution"]
    for child in ends:
        pieces += [_between(run, at, child.start_byte, raw=raw), text_of(run.exact(_only(child), names))]
        at = child.end_byte
    return bounded("".join([*pieces, _between(run, at, node.end_byte - 1, raw=raw)]))


def _between(run: Interpreter, start: int, end: int, *, raw: bool) -> str:
    text = run.source[start:end].decode(errors="replace")
    return text if raw else decoded(text)


def _only(node: Node) -> Node | None:
    return node.named_children[-1] if node.named_children else None


def _number(run: Interpreter, node: Node, _: Names | None) -> Exact:
    text = name_of(node, run.source).replace("_", "")
    if text.startswith("0") and text[1:].isdigit() and len(text) > 1:
        _fail()
    return number_of(text) if not text.endswith("n") else _fail()


def _identifier(run: Interpreter, node: Node, names: Names | None) -> Exact:
    return run.look_up(name_of(node, run.source), names, run.bindings.key(node))


def _array(run: Interpreter, node: Node, names: Names | None) -> Exact:
    run.steps += node.child_count
    if any(child.type == "," and node.children[at].type in {",", "["} for at, child in enumerate(node.children[1:])):
        _fail()  # holes
    return run_elements(run, node, names)


def run_elements(run: Interpreter, node: Node, names: Names | None) -> list[Exact]:
    """Give the elements of an array, or a call's arguments."""
    found: list[Exact] = []
    for child in node.named_children:
        if child.type == "spread_element":
            found += listed(run.exact(_only(child), names))
        elif child.type != "comment":
            found.append(run.exact(child, names))
        if len(found) > LONGEST_LIST:
            _fail()
    return found


def _object(run: Interpreter, node: Node, names: Names | None) -> Exact:
    table: dict[str, Exact] = {}
    for child in node.named_children:
        if child.type == "shorthand_property_identifier":
            table[name_of(child, run.source)] = _identifier(run, child, names)
        elif child.type == "pair":
            table[_key(run, child.child_by_field_name("key"), names)] = run.exact(
                child.child_by_field_name("value"), names
            )
        elif child.type != "comment":
            _fail()
    return table if "__proto__" not in table else _fail()


def _key(run: Interpreter, node: Node | None, names: Names | None) -> str:
    if node is None:
        _fail()
    if node.type == "property_identifier":
        return name_of(node, run.source)
    return text_of(run.exact(_only(node) if node.type == "computed_property_name" else node, names))


def _function(_: Interpreter, node: Node, names: Names | None) -> Exact:
    if any(child.type in {"async", "*"} for child in node.children):
        _fail()
    return Function(node, names)


def _member(run: Interpreter, node: Node, names: Names | None) -> Exact:
    owner = run.exact(node.child_by_field_name("object"), names)
    return taken(owner, member_key(run, node, names))


def _call(run: Interpreter, node: Node, names: Names | None) -> Exact:
    callee, arguments = node.child_by_field_name("function"), node.child_by_field_name("arguments")
    while callee is not None and callee.type == "parenthesized_expression":
        callee = _only(callee)
    if callee is None or arguments is None:
        _fail()
    if arguments.type == "template_string":
        raw = run.source[callee.start_byte : callee.end_byte] == b"String.raw"
        return _template(run, arguments, names, raw=True) if raw else _fail()
    if callee.type not in {"member_expression", "subscript_expression"}:
        function = run.exact(callee, names)
        return run.call(function, run_elements(run, arguments, names))
    return _method(run, callee, arguments, names)


def _method(run: Interpreter, callee: Node, arguments: Node, names: Names | None) -> Exact:
    owner = run.exact(callee.child_by_field_name("object"), names)
    name = text_of(member_key(run, callee, names))
    given = run_elements(run, arguments, names)
    if isinstance(owner, Given):
        return run.call(Given(f"{owner.name}.{name}"), given)
    if isinstance(owner, Pattern):
        _fail()
    if isinstance(owner, Function) and name == "call":
        return run.call(owner, given[1:])
    if isinstance(owner, dict) and name in owner:
        return run.call(owner[name], given)
    run.steps += len(owner) // 8 if isinstance(owner, str | list | bytes) else 0
    return method(name, owner, given, run.call)


def _new(run: Interpreter, node: Node, names: Names | None) -> Exact:
    callee, arguments = node.child_by_field_name("constructor"), node.child_by_field_name("arguments")
    made = run.exact(callee, names)
    given = [] if arguments is None else run_elements(run, arguments, names)
    if made == Given("TextDecoder") and not given:
        return made
    return run.call(made, given) if made == Given("Uint8Array") and not _is_size(given) else _fail()


def _is_size(given: Sequence[Exact]) -> bool:
    return not (given and isinstance(given[0], list | bytes))


def _binary(run: Interpreter, node: Node, names: Names | None) -> Exact:
    """Work out ``a + b + …`` without recursion along its left side."""
    operands: list[tuple[str, Node | None]] = []
    chain: list[int] = []
    left: Node | None = node
    while left is not None and left.type == "binary_expression":
        operator = left.child_by_field_name("operator")
        operands.append((operator.type if operator is not None else "", left.child_by_field_name("right")))
        chain.append(left.id)
        left = left.child_by_field_name("left")
        if left is not None and names is None and left.id in run.unsure:
            _fail()
    found = _first_of(run, left, names, chain)
    for sign, right in reversed(operands):
        run.step()
        if sign in {"&&", "||", "??"}:
            empty = found is None or isinstance(found, Undefined)
            goes_on = truth(found) if sign == "&&" else not truth(found) if sign == "||" else empty
            found = run.exact(right, names) if goes_on else found
        else:
            found = calculated(sign, found, run.exact(right, names))
    return found


def _first_of(run: Interpreter, left: Node | None, names: Names | None, chain: list[int]) -> Exact:
    """Work out where a chain starts; when that is not certain, no part of the chain is."""
    try:
        return run.exact(left, names)
    except UnsureError:
        if names is None:
            run.unsure.update(chain)
        raise


def _unary(run: Interpreter, node: Node, names: Names | None) -> Exact:
    operator = node.child_by_field_name("operator")
    argument = node.child_by_field_name("argument")
    if operator is None or operator.type == "delete":
        _fail()
    value = run.exact(argument, names)
    return UNDEFINED if operator.type == "void" else negated(operator.type, value)


def _ternary(run: Interpreter, node: Node, names: Names | None) -> Exact:
    condition = truth(run.exact(node.child_by_field_name("condition"), names))
    return run.exact(node.child_by_field_name("consequence" if condition else "alternative"), names)


def _inner(run: Interpreter, node: Node, names: Names | None) -> Exact:
    return run.exact(_only(node), names)


def _first(run: Interpreter, node: Node, names: Names | None) -> Exact:
    return run.exact(node.named_children[0] if node.named_children else None, names)


def _sequence(run: Interpreter, node: Node, names: Names | None) -> Exact:
    *before, last = node.named_children
    for one in before:
        run.exact(one, names)
    return run.exact(last, names)


def _regex(run: Interpreter, node: Node, _: Names | None) -> Exact:
    pattern, flags = node.child_by_field_name("pattern"), node.child_by_field_name("flags")
    return Pattern(name_of_raw(run, pattern), name_of_raw(run, flags))


def name_of_raw(run: Interpreter, node: Node | None) -> str:
    """Give a node's text as it is written."""
    return "" if node is None else run.source[node.start_byte : node.end_byte].decode(errors="replace")


READERS: dict[str, Callable[[Interpreter, Node, Names | None], Exact]] = {
    "array": _array,
    "arrow_function": _function,
    "assignment_expression": assignment,
    "augmented_assignment_expression": assignment,
    "binary_expression": _binary,
    "call_expression": _call,
    "false": lambda *_: False,
    "function_expression": _function,
    "identifier": _identifier,
    "member_expression": _member,
    "new_expression": _new,
    "null": lambda *_: None,
    "number": _number,
    "object": _object,
    "parenthesized_expression": _inner,
    "regex": _regex,
    "sequence_expression": _sequence,
    "string": _string,
    "subscript_expression": _member,
    "template_string": _template,
    "ternary_expression": _ternary,
    "true": lambda *_: True,
    "unary_expression": _unary,
    "undefined": lambda *_: UNDEFINED,
    "update_expression": update,
    "as_expression": _first,
    "non_null_expression": _first,
    "satisfies_expression": _first,
}
