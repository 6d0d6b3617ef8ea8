"""The same name in two functions is two things, and no value that either can have is missed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tree_sitter import Node

from safe_install.scan.grammars import parse_javascript, places
from safe_install.scan.javascript.javascript import read_javascript
from safe_install.scan.javascript.scopes import KINDS, Scopes
from safe_install.scan.shell.leads import Kind

GOOD, EVIL = "./good", "./evil"


def required(text: str) -> set[str]:
    """Name the modules that are required; what is computed is ``?``."""
    leads = [lead for lead in read_javascript(text.encode(), "a.js").leads if lead.kind is Kind.MODULE]
    return {"?" if lead.target.literal is None else lead.target.shown for lead in leads}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("function f(n) { require(n) } f('./good'); function g(n) { n = other(); return n } g()", {GOOD}),
        ("function f() { const n = './good'; require(n) } function g() { const n = other() }", {GOOD}),
        ("function f() { var n = './good'; require(n) } const n = other()", {GOOD}),
        ("const f = n => require(n); f('./good'); const g = n => { n += 1 }", {GOOD}),
        ("class A { m() { const n = './good'; require(n) } } function g() { let n = x() }", {GOOD}),
        ("function f({n}) { require(n) } f({n: './good'}); function g(n) { n.push(1) }", {GOOD}),
    ],
)
def test_what_another_function_calls_the_same_is_another_thing(text: str, expected: set[str]) -> None:
    assert required(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "const n = './evil'; function f() { { let n = './good' } require(n) }",
        "const n = './evil'; function f() { for (const n of ['./good']) {} require(n) }",
        "const n = './evil'; function f(a = require(n)) { const n = './good' } f()",
        "const n = './evil'; function f() { try { g() } catch (n) {} require(n) }",
        "function f() { var n = './good'; g(); function g() { n = './evil' } require(n) }",
        "function f() { var n = './good'; if (x) { var n = './evil' } require(n) }",
        "function f(n) { { n = './evil' } require(n) } f('./good')",
        "function f() { let n = './good'; { const g = () => { n = './evil' }; g() } require(n) }",
        "let n = './good'; function f() { n = './evil' } f(); require(n)",
        "function f(n) { return () => require(n) } f('./good'); f('./evil')",
        "function f() { class A { static { var n = './good' } } require(n) } var n = './evil'",
        "function f(f) { require(f) } f('./evil')",
        "function f() { var n = './good'; for (var n of ['./evil']) {} require(n) }",
        "function f(n) { var n = n || './evil'; require(n) } f('./good')",
    ],
)
def test_no_value_of_a_name_is_missed(text: str) -> None:
    assert required(text) & {EVIL, "?"}


def test_a_name_that_is_nodes_keeps_its_meaning_beside_a_functions_own() -> None:
    assert required("function f(require) { require('./evil') } f(require)") == {EVIL}


def test_what_is_changed_behind_a_functions_back_is_computed() -> None:
    assert "?" in required("function f(n) { arguments[0] = './evil'; require(n) } f('./good')")
    assert "?" in required("function f() { var n = './good'; eval('n = 1'); require(n) }")


STATEMENTS = st.sampled_from(
    ("var a = 1, {b} = c;", "let c = d;", "const e = a => a;", "class d {}", "function a() {}", "a(b, c, d, e);", "{ (")
)
AROUND = st.sampled_from(
    (
        *("function f(a, {b, c: [d]}) { %s }", "function* g(...e) { %s }", "const f = (a = 1) => { %s };", "{ %s }"),
        *("class A { m(b) { %s } }", "class B { static { %s } }", "if (a) { %s }", "for (var b of a) { %s }", "%s"),
        *(
            "try { b() } catch (a) { %s }",
            "(function b(c) { %s })();",
            "f(function () { %s });",
            "a.b = { c() { %s } };",
        ),
    )
)
CODE = st.recursive(
    STATEMENTS,
    lambda inner: st.builds(
        lambda around, code: around % " ".join(code), AROUND, st.lists(inner, min_size=1, max_size=3)
    ),
    max_leaves=12,
)


@given(CODE)
def test_a_functions_own_names_are_its_parameters_and_what_its_body_declares(code: str) -> None:
    source = code.encode()
    root = parse_javascript(source)
    assert root is not None
    scopes = Scopes(source)
    scopes.read(places(root, of=KINDS))
    for node in (place.node for place in places(root) if place.kind == "identifier"):
        owner = next((one for one in _around(node) if _declares(one, node, source)), None)
        assert (scopes.key(node) == (node.text or b"").decode()) == (owner is None)


def _around(node: Node | None) -> Iterator[Node]:
    """Give the functions around a node, the innermost first."""
    while node is not None:
        if node.type.endswith(("function", "function_declaration", "function_expression", "method_definition")):
            yield node
        node = node.parent


def _declares(function: Node, name: Node, source: bytes) -> bool:
    """Say by definition whether a name is a function's own where it stands."""
    given_ = function.child_by_field_name("parameter") or function.child_by_field_name("parameters")
    body = function.child_by_field_name("body")
    said = source[name.start_byte : name.end_byte]
    if given_ is not None and name.start_byte >= given_.start_byte and said in _given(given_, source):
        return True
    is_inside = (
        body is not None and body.type == "statement_block" and body.start_byte <= name.start_byte < body.end_byte
    )
    return body is not None and is_inside and said in set(_said(body, source))


def _given(node: Node, source: bytes) -> set[bytes]:
    """Name what parameters give, whose defaults here are numbers."""
    kinds = {"identifier", "shorthand_property_identifier_pattern"}
    return {source[place.node.start_byte : place.node.end_byte] for place in places(node) if place.kind in kinds}


def _said(body: Node, source: bytes, *, top: bool = True) -> Iterator[bytes]:
    """Name what a body declares: ``var`` wherever, the others as statements of their own."""
    for child in body.named_children:
        is_plain = child.type in {"function_declaration", "generator_function_declaration", "class_declaration"}
        if child.type == "variable_declaration" or (top and child.type == "lexical_declaration"):
            for one in child.named_children:
                target = one.child_by_field_name("name")
                yield from _given(target, source) if target is not None else ()
        elif top and is_plain and (own := child.child_by_field_name("name")) is not None:
            yield source[own.start_byte : own.end_byte]
        is_closed = child.type.startswith("class") or any(one == child for one in _around(child))
        if not is_closed:
            yield from _said(child, source, top=False)
