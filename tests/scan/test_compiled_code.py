"""What compilers make of honest code hides nothing; the same shapes around something else stay gaps."""

from __future__ import annotations

import pytest

from safe_install.scan.javascript.javascript import read_javascript
from tests.scan.trees import inspect

STEP = "function step(gen, go, key, value) { try { go(gen[key](value).value) } catch (e) { go(e) } }\n"
ASYNC = (
    f"{STEP}function asynchronous(make) {{ return function () {{ var self = this, all = arguments;"
    " var gen = make.apply(self, all);"
    ' function next(v) { step(gen, next, "next", v) } function fail(v) { step(gen, next, "throw", v) } next() } }\n'
)
KNOWN = "var known = (name, one) => (one = Symbol[name]) ? one : Symbol.for('Symbol.' + name);\n"
YIELD = (
    "var each = (value) => { var of = value[known('asyncIterator')], method, it = {};"
    " if (of == null) { of = value[known('iterator')](), method = (k) => it[k] = (x) => of[k](x) }"
    " else { method = (k) => it[k] = (x) => of[k](x); } return method('next'), method('throw'), it }\n"
)
FALLING_BACK = (
    "function runtime() { var s = 'function' == typeof Symbol ? Symbol : {}, n = s.iterator || '@@iterator';"
    " return [][n]() }\n"
)
VALUES = "var values = function (o) { var m = o[Symbol.asyncIterator]; return m ? m.call(o) : o[Symbol.iterator]() };\n"
CACHED = (
    "var cache; function wildcard(e) { if (e && e.__esModule) return e; var d = Object.defineProperty, r, c, n = { default: e };"
    " if (Object(e) !== e) return n; if (cache || (cache = new WeakMap()), cache) { if (cache.has(e)) return cache.get(e); cache.set(e, n) }"
    ' for (c in e) "default" !== c && ((r = Object.getOwnPropertyDescriptor(e, c)) && r.get ? d(n, c, r) : n[c] = e[c]); return n }\n'
    "var fs = wildcard(require('fs')); fs.existsSync('a');"
)
WEBPACK = (
    "var modules = [function (module, exports, load) { exports.a = 1 }]; const cache = {};"
    " function load(id) { const module = cache[id] = { exports: {} };"
    " modules[id].call(module.exports, module, module.exports, load); return module.exports } load(0);"
)
TERSE = "var d=this&&this.d||function(e){return e&&e.__esModule?e:{default:e}},p=d(require('path'));"
NATIVE = "function isNative(f) { return Function.toString.call(f).indexOf('[native code]') !== -1 }"


def hidden(text: str) -> list[str]:
    """Say what of a text cannot be followed."""
    return [blind.detail for blind in read_javascript(text.encode(), "a.js").blinds]


@pytest.mark.parametrize(
    "text",
    [ASYNC, f"{KNOWN}{YIELD}", FALLING_BACK, VALUES, CACHED, WEBPACK, NATIVE, "o['next' in o ? 'next' : 'throw'](1)"],
)
def test_what_compilers_write_hides_nothing(text: str) -> None:
    assert not hidden(text)


def test_a_minified_import_is_followed() -> None:
    text = f"{TERSE}require(p.default.join(__dirname,'b'))"
    inspection = inspect("node a.js", {"a.js": text, "b.js": ""})
    assert not inspection.gaps
    assert "b.js" in {file.path for file in inspection.files}


@pytest.mark.parametrize(
    "text",
    [
        ASYNC.replace('"throw"', '"constructor"'),
        ASYNC.replace('"throw"', "v"),
        ASYNC.replace("value) {", "value) { arguments[2] = value;"),
        ASYNC.replace("value) {", "value) { \\u0061rguments[2] = value;"),
        ASYNC + "module.exports = step;",
        ASYNC + "step.call(0, x, x, x);",
        ASYNC + "eval(x);",
        f"{KNOWN}{YIELD}".replace("method('throw')", "method('constructor')"),
        f"{KNOWN}{YIELD}".replace("method('throw')", "method"),
        f"{KNOWN}{YIELD}".replace("of[k](x); }", "of[k](x); other = method }"),
        f"{KNOWN}{YIELD}".replace("else { method =", "else { other = method ="),
        KNOWN.replace("'Symbol.'", "'nodejs.'") + YIELD,
        "var Symbol = {iterator: 'constructor'}; o[Symbol.iterator](x)",
        "function f(Symbol) { o[Symbol.iterator](x) }",
        "eval(y); o[Symbol.iterator](x)",
        "globalThis.Symbol = {iterator: 'constructor'};",
        "Object.defineProperty(globalThis, 'Symbol', x);",
        FALLING_BACK.replace("@@iterator", "constructor"),
        FALLING_BACK.replace(": {}", ": { iterator: 'constructor' }"),
        FALLING_BACK.replace("return", "s.iterator = 'constructor'; return"),
        FALLING_BACK.replace("return", "Object.assign(s, x); return"),
        "o['next' in o ? 'next' : 'constructor'](x)",
        "o[k = x](y)",
        "o[(k, x)](y)",
        "o[a || x](y)",
        CACHED.replace("new WeakMap()", "Reflect"),
        CACHED.replace("var cache;", "var cache = Reflect;"),
        CACHED.replace("new WeakMap()", "new Other()"),
        f"class WeakMap {{ set(m) {{ m.existsSync = x }} }} {CACHED}",
        CACHED + "WeakMap.prototype.set = Reflect.set;",
        "Reflect.set(require('fs'), 'existsSync', x)",
        WEBPACK.replace("const module = cache[id] = { exports: {} };", ""),
        WEBPACK.replace("const module =", "const other ="),
        WEBPACK + "load(module);",
        "Function.toString.constructor('x')()",
    ],
)
def test_the_same_shapes_around_something_else_are_told(text: str) -> None:
    assert hidden(text)


@pytest.mark.parametrize("module", ["fs", "https"])
def test_a_module_of_nodes_is_not_asked_for_one_of_several_members_unseen(module: str) -> None:
    text = f"const m = require('{module}'); const k = x ? 'writeFileSync' : 'get'; m[k]('b.js', x)"
    assert hidden(text)
    assert not hidden(text.replace(f"require('{module}')", "require('other')"))
    assert hidden(
        f"const m = require('{module}'); function f(o, k) {{ o[k]('b.js', x) }} f(m, 'get'); f(m, 'writeFileSync')"
    )


@pytest.mark.parametrize("name", ["exec", "execSync"])
def test_a_module_of_nodes_is_told_whichever_of_its_members_is_called(name: str) -> None:
    assert hidden(f"const c = require('child_process'); for (const k of ['{name}', 'spawn']) c[k](x)")


RUNTIME = "var interopRequireDefault = require('@runtime/helpers/interopRequireDefault');"


def test_a_runtime_package_unwraps_as_its_name_says() -> None:
    text = f"{RUNTIME} var p = interopRequireDefault(require('path')); require(p.default.join(__dirname, 'b'))"
    assert not hidden(text.replace("require(p.default", "require('path'); (p.default"))
    assert "dynamic" not in {gap.kind.value for gap in inspect("node a.js", {"a.js": text, "b.js": ""}).gaps}


@pytest.mark.parametrize("place", ["./interopRequireDefault", "/tmp/interopRequireDefault", "' + x + '"])
def test_one_of_the_packages_own_does_not(place: str) -> None:
    text = RUNTIME.replace("@runtime/helpers/interopRequireDefault", place)
    assert hidden(f"{text} interopRequireDefault(require('child_process'))")


def test_a_name_that_says_nothing_does_not() -> None:
    text = RUNTIME.replace("interopRequireDefault =", "helpful =")
    assert hidden(f"{text} helpful(require('child_process'))")


KEEPS = "function w(e) { if (e && e.__esModule) return e; cache.set(e, e); return { default: e } } w(require('child_process'));"


@pytest.mark.parametrize(
    "cache",
    ["{ set: (m) => m.exec('x') }", "require('./b')", "new Other()", "x ? new WeakMap() : y", "make()", "(y, z)"],
)
def test_a_module_that_is_kept_in_anything_but_a_map_is_told(cache: str) -> None:
    assert hidden(f"function make() {{ return y }} var cache = {cache}; {KEEPS}")


def test_a_module_that_is_kept_in_a_map_goes_nowhere() -> None:
    making = "function make(k) { var a = new WeakMap(); return (make = function (k) { return k ? a : null })(k) }"
    assert not hidden(f"{making} var cache = make(); {KEEPS}")
