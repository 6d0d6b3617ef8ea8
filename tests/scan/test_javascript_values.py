"""What an expression can be is known as far as the file says it, and never further."""

from __future__ import annotations

import pytest

from safe_install.scan.javascript.javascript import read_javascript
from safe_install.scan.shell.leads import Kind


def required(text: str) -> set[str]:
    """Name the modules that are required; what is computed is ``?``."""
    leads = [lead for lead in read_javascript(text.encode(), "lib/a.js").leads if lead.kind is Kind.MODULE]
    return {"?" if lead.target.literal is None else lead.target.shown for lead in leads} - {
        "child_process",
        "os",
        "path",
    }


def started(text: str) -> list[str]:
    """Show the commands that are started."""
    return [one.shown for one in read_javascript(text.encode(), "lib/a.js").commands]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("require(String.fromCharCode(46, 47, 120))", {"./x"}),
        ("require(atob('Li94'))", {"./x"}),
        ("require(Buffer.from('2e2f78', 'hex').toString())", {"./x"}),
        ("require('x/.'.split('').reverse().join(''))", {"./x"}),
        ("require([105, 104, 127].map(c => String.fromCharCode(c ^ 7)).join(''))", {"nox"}),
        ("function d(s) { let r = ''; for (const c of s) { r = c + r } return r } require(d('x/.'))", {"./x"}),
        ("require(`./${'X'.toLowerCase()}`)", {"./x"}),
        ("require(String.raw`./x`)", {"./x"}),
        ("require(decodeURIComponent('%2e/x'))", {"./x"}),
        ("const m = ['./x', './y']; require(m[0])", {"./x"}),
        ("const m = ['./x', './y']; require(m[f()])", {"./x", "./y"}),
        ("const m = {a: './x', b: './y'}; require(m[process.platform])", {"./x", "./y"}),
        ("const m = {a: './x', b: './y'}; require(m.b)", {"./y"}),
        ("for (const m of ['./x', './y']) require(m)", {"./x", "./y"}),
        ("['./x', './y'].forEach(m => require(m))", {"./x", "./y"}),
        ("const l = ['x', 'y']; l.forEach(function (m, i) { require('./' + m) })", {"./x", "./y"}),
        ("['./x'].map((m, i) => require(i))", {"?"}),
        ("l.forEach(m => require(m))", {"?"}),
        ("const l = ['./x']; l.forEach = f; l.forEach(m => require(m))", {"./x", "?"}),
        ("['./x'].forEach(m => { m = f(); require(m) })", {"./x", "?"}),
        ("['./x'].forEach(function f(m) { require(m); f(x) })", {"?"}),
        ("['./x'].forEach(function (m) { arguments[0] = x; require(m) })", {"?"}),
        ("['./x'].forEach(f = m => require(m)); f(x)", {"?"}),
        ("({forEach: f => f(x)}).forEach(m => require(m))", {"?"}),
        ("[['./x', 1]].forEach(([m]) => require(m))", {"./x"}),
        ("let m = undefined; if (a) m = './x'; require(m)", {"./x", "?"}),
        ("let m = undefined; if (a) m = 'x'; require(`./${m}`)", {"./x"}),
        ("let m = undefined; require('./' + m)", {"./undefined"}),
        ("(function (undefined) { require('./' + undefined) })('x')", {"?"}),
        ("const l = []; l.push('.'); l.push('x'); require(path.join(...l))", {"?"}),
        ("const p = require('path'), l = []; l.push('./a'); l.push('x'); require('./' + p.join(...l))", {"./a/x"}),
        ("const p = require('path'); require('./' + p.join('a', ...l))", {"?"}),
        ("for (const m of Object.keys({a: 1, b: 2})) require('./' + m)", {"./a", "./b"}),
        ("for (const [k, v] of Object.entries({a: './x', b: './y'})) require(v)", {"./x", "./y"}),
        ("for (const m in {a: 1}) require(`./${m}`)", {"./a"}),
        ("function load(m) { return require(m) } load('./x'); load('./y')", {"./x", "./y"}),
        ("const load = (m) => require(m); load('./x')", {"./x"}),
        ("(function (m) { require(m) })('./x')", {"./x"}),
        ("function name() { if (a) return './x'; return './y' } require(name())", {"./x", "./y"}),
        ("function names() { return {p: './x', q: 1} } const {p} = names(); require(p)", {"./x"}),
        ("let p; if (a) p = './x'; else p = './y'; require(p)", {"./x", "./y"}),
        ("function f(p) { require(p); if (a) f(p) } f('./x')", {"./x"}),
        ("require(['./x', './y'].find(f))", {"./x", "./y"}),
        ("require((a ? './x' : './y').replace('x', 'z'))", {"./z", "./y"}),
        ("const [a, b] = ['./x', './y']; require(b)", {"./y"}),
    ],
)
def test_what_the_file_says_is_known(text: str, expected: set[str]) -> None:
    assert required(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "const t = {a: './x'}; t.a = './y'; require(t.a)",
        "const t = {a: './x'}; t['a'] = './y'; require(t.a)",
        "const t = {a: './x'}; Object.assign(t, f()); require(t.a)",
        "const t = {a: './x'}; change(t); require(t.a)",
        "const t = {a: './x'}; const u = t; u.a = './y'; require(t.a)",
        "const t = {a: './x'}; module.exports = {t}; require(t.a)",
        "const t = {a: './x'}; [t.a] = f(); require(t.a)",
        "const t = {a: './x', ...f()}; require(t.a)",
        "const t = ['./x']; t.push(f()); require(t[0])",
        "const t = ['./x']; t.forEach((v, i, all) => { all[0] = './y' }); require(t[0])",
        "function load(m) { require(m) } load('./x'); module.exports = load",
        "function load(m) { require(m) } load('./x'); load.call(null, f())",
        "function load(m) { require(m) } load('./x'); list.map(load)",
        "function load(m) { arguments[0] = f(); require(m) } load('./x')",
        "let p = './x'; eval(f()); require(p)",
        "p = './x'; require(p)",
        "let p = './x'; p += f(); require(p)",
        "function name() { return './x' } name = f(); require(name())",
        "require('./x'.replace(/(a|b)*/, f()))",
        "require(__dirname.replace('lib', 'x'))",
        "function d(n) { while (true) n += 'a'; return n } require(d('x'))",
        "function* g() { yield './x' } require(g())",
    ],
)
def test_what_may_be_something_else_is_computed(text: str) -> None:
    assert "?" in required(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "function run(...c) { c.push('-v'); execFileSync(c.shift(), c) } run('node', 'x.js'); run('b')",
            ["node x.js -v", "b -v"],
        ),
        ("const a = ['x.js']; if (b) a.push('-c'); spawn('node', a)", ["node x.js -c", "node x.js"]),
        ("spawn('node', ['-e'].concat(['x']))", ["node -e x"]),
        ("spawn('node', [...['x.js'], 'y'])", ["node x.js y"]),
        ("const a = []; a.push('x.js'); function f() { a.push('-r', './y') } spawn('node', a)", ["node a"]),
        ("const a = ['x.js']; a[0] = './y'; spawn('node', a)", ["node x.js a"]),
        ("function go(b) { b[0] = './y' } const a = ['x.js']; go(a); spawn('node', a)", ["node x.js a"]),
        ("const a = ['x.js']; console.log(a); spawn('node', a)", ["node x.js"]),
    ],
)
def test_a_childs_arguments_are_known_in_their_order(text: str, expected: list[str]) -> None:
    assert started(f"const {{spawn, execFileSync}} = require('child_process'); {text}") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("spawn(require.resolve('@a/b-' + process.platform + '/bin/x'))", "@a/b-process.platform/bin/x"),
        ("spawn('node', [require.resolve('a/cli.js'), 'y'])", "a/cli.js"),
        ("require(require.resolve('a/cli.js'))", "a/cli.js"),
    ],
)
def test_what_lies_in_another_package_is_its_module(text: str, expected: str) -> None:
    reading = read_javascript(f"const {{spawn}} = require('child_process'); {text}".encode(), "lib/a.js")
    assert expected in {lead.target.shown for lead in reading.leads if lead.kind is Kind.MODULE}
    assert not reading.commands


def test_the_packages_own_version_is_npms_variable_in_a_shell() -> None:
    text = "const v = require('../package.json').version; require('child_process').execSync(`npm i a@${v}`)"
    leads = read_javascript(text.encode(), "lib/a.js").leads
    assert "npm i a@$npm_package_version" in {lead.target.literal for lead in leads}


@pytest.mark.parametrize("text", ["require('./package.json').version", "$npm_package_version"])
def test_no_other_text_is_taken_for_the_version(text: str) -> None:
    reading = read_javascript(f"require('child_process').execSync('npm i a@' + {text})".encode(), "lib/a.js")
    assert None in {lead.target.literal for lead in reading.leads}


def test_a_place_in_another_package_is_written_outside() -> None:
    text = "require('fs').writeFileSync(require.resolve('a/b.js'), x)"
    assert [word.shown for word in read_javascript(text.encode(), "lib/a.js").fills] == ["../a/b.js"]
