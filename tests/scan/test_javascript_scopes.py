"""The same name in two functions is two things, and no value that either can have is missed."""

from __future__ import annotations

import pytest

from safe_install.scan.javascript.javascript import read_javascript
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
