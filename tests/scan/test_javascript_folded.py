"""Expressions that are always one text are found, with their places, and no others."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safe_install.scan.javascript.folded import folded


def texts(source: str) -> list[str]:
    return [text for _, _, text in folded(source.encode())]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("f('a' + 'b')", ["ab"]),
        ("f(x, 'a' + 'b', 'c')", ["ab"]),
        ("x['con' + 'structor']", ["constructor"]),
        ("f('6576'.match(/../g).map(h => String.fromCharCode(parseInt(h, 16))).join(''))", ["ev"]),
        ("const t = ['YQ==']; function d(i) { return atob(t[i - 16]) } f(d(0x10))", ["a"]),
        (
            "function d(s) { let r = ''; for (let i = 0; i < s.length; i++) r += s.charAt(i) + '.'; return r } f(d('bc'))",
            ["b.c."],
        ),
        ("f((35).toString(36))", ["z"]),
        ("f(Buffer.from([97, 98]).toString('latin1'))", ["ab"]),
        ("const k = 'a'; f(k)", ["a"]),
        ("f([3, 1].reduce((s, n) => s + n, ''))", ["31"]),
        ("f(JSON.parse('[\"a\"]')[0])", ["a"]),
        ("f('a-b'.replace(/-/g, '+').padEnd(5, '.').toUpperCase().slice(1, -1))", ["+B."]),
        ("f('plain')", []),
        ("f('a' + x)", []),
        ("const t = {a: 'x'}; t.a = 'y'; f(t.a)", []),
        ("let k = 'a'; k = 'b'; f(k)", []),
        ("let k = 'a'; eval(x); f(k)", []),
        ("f('😀x'.charAt(1))", []),
        ("f('a'.replace('a', '$&'))", []),
        ("function d() { let a = 'x'; { let a = 'y' } return a } f(d())", ["x"]),
        ("const String = x; f(String.fromCharCode(97))", []),
        ("function d() { return new Date() + '' } f(d())", []),
        ("f(tag`a${'b'}`)", []),
    ],
)
def test_one_text_is_worked_out(source: str, expected: list[str]) -> None:
    assert texts(source) == expected


def test_places_are_bytes_of_the_source() -> None:
    source = "/* é */ f('a' + 'b', g('c'.concat('d')))".encode()
    assert [(source[start:end], text) for start, end, text in folded(source)] == [
        (b"'a' + 'b'", "ab"),
        (b"'c'.concat('d')", "cd"),
    ]


@pytest.mark.parametrize(
    "source",
    [
        "f(" + "'a'+" * 60_000 + "x)",
        "function f() { while (true) {} } g(f())",
        "function f(n) { return f(n + 1) } g(f(1))",
        "function f(s) { for (;;) s += s } g(f('a'))",
        "f('a'.repeat(1e9))",
        "f('" + "a" * 30_000 + "'.replace(/(a+)+$/, ''))",
        "f([].concat(" + "[" * 5_000 + "]" * 5_000 + ").flat().join())",
        "f('a'.padEnd(1e12, 'b'))",
        "f(Array(1e9).join('x'))",
    ],
    ids=lambda source: source[:20],
)
def test_hostile_expressions_end_and_are_not_worked_out(source: str) -> None:
    assert texts(source) == []


@given(st.binary(max_size=200))
@settings(max_examples=60, deadline=None)
def test_any_bytes_may_be_given(source: bytes) -> None:
    folded(source)


WORDS = "'a' \"b\" 1 -1 [ ] ( ) { } , ; . + ^ % / split join map reverse slice replace (c=>c) x = const function f return for let of /a/g `"


@given(st.lists(st.sampled_from(WORDS.split(" ")), max_size=24))
@settings(max_examples=200, deadline=None)
def test_any_words_may_be_given(words: list[str]) -> None:
    folded(" ".join(words).encode())
