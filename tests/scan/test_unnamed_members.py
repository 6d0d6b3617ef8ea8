"""A member that only running names may be ``constructor``, which makes code of text: told wherever it can come to be called."""

from __future__ import annotations

import pytest

from tests.scan.trees import inspect, kinds

F = "const f = () => {}; const name = process.argv[9]; "
OPEN = [
    "f[name]('x')()",
    "f[name].call(0, 'x')()",
    "f[name].apply(0, ['x'])()",
    "const F = f[name]; F.call(0, 'x')()",
    "const F = f[name].bind(0); F('x')()",
    "const { [name]: F } = f; F('x')()",
    "const { [name]: F } = f; F.call(0, 'x')()",
    "const table = {}; table[name][name].call(0, 'x')()",
    "const table = [f][0]; table[name].call(0, 'x')()",
    "new (f[name])('x')()",
    "const F = Reflect.get(f, name); F('x')()",
    "Reflect.get(f, name)('x')()",
    "Reflect.apply(f[name], 0, ['x'])()",
    "const o = { g: f[name] }; o.g('x')()",
    "['x'].map(f[name]).forEach((g) => g())",
    "function named() {} ['x'].map(named[name]).forEach((g) => g())",
    "const C = class {}; const o = [C[name]]; o[0]('x')()",
    "['x'].map((function () {})[name]).forEach((g) => g())",
]
DATA = [
    "const modules = [function () {}]; modules[name].call(0, modules)",
    "const table = { a: 1, b: 2 }; console.log(table[name])",
    "const { [name]: gone, ...rest } = { a: 1 }; console.log(rest)",
    "f[name] = 1",
    "const handlers = { a() {}, b() {} }; handlers[name]()",
    "f.call(0, 'x'); f.apply(0, ['x']); const g = f.bind(0); g('x')",
    "console.log(Reflect.get({ a: 1 }, name))",
]


@pytest.mark.parametrize("text", OPEN)
def test_a_member_that_only_running_names_is_told_where_it_may_be_called(text: str) -> None:
    assert "dynamic" in kinds(inspect("node a.js", {"a.js": F + text}))


@pytest.mark.parametrize("text", DATA)
def test_one_that_is_only_looked_at_is_nothing(text: str) -> None:
    assert kinds(inspect("node a.js", {"a.js": F + text})) == set()
