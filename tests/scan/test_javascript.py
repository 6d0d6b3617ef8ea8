"""JavaScript is read for what it loads, starts and hides, however it is spelled."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from safe_install import shell_grammar
from safe_install.model import GapKind
from safe_install.scan.javascript.javascript import LONGEST, JavaScript, read_javascript
from safe_install.scan.javascript.reading import LONGEST_LINE
from safe_install.scan.shell.leads import Kind, Lead


def read(text: str, path: str = "lib/a.js") -> JavaScript:
    return read_javascript(text.encode(), path)


def names(text: str, kind: Kind = Kind.MODULE) -> set[str]:
    """Name what is led to, builtins left out; what is computed is ``?``."""
    leads = [lead for lead in read(text).leads if lead.kind is kind]
    return {"?" if lead.target.literal is None else lead.target.shown for lead in leads} - BUILTINS


BUILTINS = {
    "child_process",
    "node:child_process",
    "fs",
    "module",
    "node:module",
    "os",
    "path",
    "util",
    "vm",
    "worker_threads",
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("require('./x')", {"./x"}),
        ('require("./x.json")', {"./x.json"}),
        ("require(`./x`)", {"./x"}),
        ("require(/* why */ './x', 1)", {"./x"}),
        ("import './x'", {"./x"}),
        ("import x, {y as z} from './x'; import * as w from './w'", {"./x", "./w"}),
        ("export * from './x'; export {y} from './y'", {"./x", "./y"}),
        ("import('./x').then(f)", {"./x"}),
        ("async () => await import(`./x`)", {"./x"}),
        ("import d from './x.json' with {type: 'json'}", {"./x.json"}),
        ("module.require('./x')", {"./x"}),
        ("process.mainModule.require('./x')", {"./x"}),
        ("require.main.require('./x')", {"./x"}),
        ("module.parent.require('./x')", {"./x"}),
        ("global.process.mainModule.require('./x')", {"./x"}),
        ("const r = require; r('./x')", {"./x"}),
        ("let r; r = module.require; r('./x')", {"./x"}),
        ("const {require: r} = module; r('./x')", {"./x"}),
        ("const {mainModule: {require: r}} = process; r('./x')", {"./x"}),
        ("const p = process; p.mainModule.require('./x')", {"./x"}),
        ("(0, require)('./x')", {"./x"}),
        ("require.call(null, './x')", {"./x"}),
        ("require?.('./x')", {"./x"}),
        ("var require; require('./x')", {"./x"}),
        ("(typeof require === 'function' && require)('./x')", {"./x"}),
        ("r\\u0065quire('./x')", {"./x"}),
        ("require('\\x2e\\u002f\\u{78}')", {"./x"}),
        ("require('./\\\nx')", {"./x"}),
        ("require('./' + 'x' + '.js')", {"./x.js"}),
        ("require(['./', 'x'].join(''))", {"./x"}),
        ("require('./'.concat('x'))", {"./x"}),
        ("const p = './x'; require(p + '.js')", {"./x.js"}),
        ("const a = 'x', b = `./${a}.js`; require(b)", {"./x.js"}),
        ("require(a ? './x' : './y')", {"./x", "./y"}),
        ("let p = './x'; if (a) p = './y'; require(p)", {"./x", "./y"}),
        ("require(a || './x')", {"?", "./x"}),
        ("let m = './x'; [m] = f(); require(m)", {"?", "./x"}),
        ("const {m = './x'} = f(); require(m)", {"?", "./x"}),
        ("require(__dirname + '/x')", {"lib/x"}),
        ("require(`${__dirname}/x`)", {"lib/x"}),
        ("const path = require('path'); require(path.join(__dirname, '..', 'x.js'))", {"x.js"}),
        ("const {resolve: r} = require('path'); require(r(__dirname, 'a', '../b'))", {"lib/b"}),
        ("import path from 'node:path'; import(path.resolve(import.meta.dirname, 'x'))", {"lib/x", "node:path"}),
        ("require(require('path').join(process.cwd(), 'x'))", {"./x"}),
        ("require(require('path').dirname(__filename) + '/x')", {"lib/x"}),
        ("import(new URL('./x.mjs', import.meta.url))", {"lib/x.mjs"}),
        ("import(new URL('../x.mjs', import.meta.url).href)", {"?"}),
        ("const {createRequire} = require('module'); createRequire(__filename)('./x')", {"./x"}),
        ("import {createRequire as c} from 'module'; const require = c(import.meta.url); require('./x')", {"./x"}),
        ("process.getBuiltinModule('module').createRequire(__filename)('./x')", {"./x"}),
        ("class A { #x = require('./x'); static { require('./y') } }", {"./x", "./y"}),
        ("function f(a = require('./x')) {}", {"./x"}),
        ("`${require('./x')}`; a?.[require('./y')]", {"./x", "./y"}),
        ("try { require('./x') } catch { require('./y') }", {"./x", "./y"}),
        ("\ufeff#!/usr/bin/env node\nrequire('./x')", {"./x"}),
        ("#!/usr/bin/env node\rrequire('./x')", {"./x"}),
        ("#!/usr/bin/env node\u2028require('./x')", {"./x"}),
        ("// a\u2028require('./x')", {"./x"}),
        ("// a\u2029require('./x')", {"./x"}),
        ("// a\rrequire('./x')", {"./x"}),
        ("a\n--> require('./y')\nrequire('./x')", {"./x"}),
        ("'./x'; // require('./y')\n/* require('./z') */ `require('./w')`", set()),
        ("require.resolve('./x')", set()),
    ],
)
def test_every_road_to_a_module_is_followed(text: str, expected: set[str]) -> None:
    assert names(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "require(x)",
        "require(process.env.X)",
        "require(`./${x}`)",
        "require(...['./x'])",
        "require(x.split('').reverse().join(''))",
        "for (const m of f()) require(m)",
        "import(x)",
        "function load(m) { return require(m) }",
        "let m = 'chi'; m += 'ld_process'; require(m)",
    ],
)
def test_a_computed_module_is_led_to_as_computed(text: str) -> None:
    assert "?" in names(text)


HIDING = [
    "require.apply(null, ['./x'])",
    "setTimeout(require, 0, './x')",
    "[require].map(f => f('./x'))",
    "const o = {r: require}",
    "const o = {require}",
    "f(require)",
    "(function (r) { r('./x') })(require)",
    "module.exports = require",
    "export {require}",
    "export default eval",
    "require[x]",
    "require.cache[x]",
    "require.extensions['.txt'] = f",
    "require('module')._load('./x')",
    "module.constructor._load('./x')",
    "require('module').prototype._compile.call(m, text)",
    "m._compile(text, 'x')",
    "require('module').register('./hooks.mjs')",
    "require('module').createRequire('/tmp/')('./x')",
    "process.binding('spawn_sync')",
    "process['bind' + 'ing']('spawn_sync')",
    "process._linkedBinding('x')",
    "process[x]",
    "f(process)",
    "const {...p} = process",
    "Reflect.get(process, 'mainModule')",
    "with (process) { mainModule.require('./x') }",
    "with (x) { y() }",
    "arguments[1]('./x')",
    "(() => arguments[1]('./x'))()",
    "f(globalThis)",
    "global[x]('./x')",
    "(() => {}).constructor('x')()",
    "const {constructor: F} = () => {}; F('x')()",
    "const {constructor} = () => {}; constructor('x')()",
    "Reflect.get(f, 'constructor')('x')()",
    "class F extends Function {}",
    "process.env.PATH = __dirname",
    "[]['filter']['constructor']('x')()",
    "[]['fil' + 'ter']['const' + 'ructor']('x')()",
    "const A = Object.getPrototypeOf(async function () {}).constructor; new A('x')",
    "const C = f.constructor; new C('x')",
    "f.constructor.call(null, 'x')",
    "new (f.constructor)('x')",
    "f[g]('x')",
    "const h = f[g]; h('x')",
    "Function`return process`",
    "const cp = require('child_process'); cp[f]('x')",
    "const cp = require('child_process'); f(cp)",
    "module.exports = require('child_process').exec",
    "const {...cp} = require('child_process')",
    "import('child_process').then(({exec}) => exec('x'))",
    "export * from 'child_process'; import {exec} from 'child_process'; export {exec}",
    "new (require('inspector').Session)()",
    "new (require('repl').REPLServer)()",
    "require('cluster').setupPrimary({exec: x})",
    "require('v8').setFlagsFromString('--x')",
    "process.env.NODE_OPTIONS = '-r ./x'",
    "process.env['NODE_' + 'OPTIONS'] = '-r ./x'",
    "spawn('x', {env: {...process.env, NODE_OPTIONS: '-r ./x'}})",
    "process.chdir('lib')",
    "x.mainModule.y",
    "(function () { return this })().eval('x')",
]


@pytest.mark.parametrize("text", HIDING)
def test_what_can_run_unseen_code_is_a_gap(text: str) -> None:
    assert GapKind.DYNAMIC in {blind.kind for blind in read(text).blinds} | computed_kinds(text)


def computed_kinds(text: str) -> set[GapKind]:
    """Tell whether a lead is computed, which becomes a gap when it is followed."""
    return {GapKind.DYNAMIC for lead in read(text).leads if lead.target.literal is None}


@pytest.mark.parametrize(
    "text",
    [
        "this.constructor.name; a.constructor === Object; typeof a.constructor; B.prototype.constructor = B",
        "if (require.main === module) main()",
        "typeof module !== 'undefined' && module.exports",
        "module.exports = {a: 1}; exports.b = 2",
        "const cp = require('child_process'); if (!cp) throw new Error()",
        "const {env, platform} = process; console.log(env.A, platform)",
        "process.on('exit', f); process.exitCode = 1; process.stdout.write('x')",
        "a[0](b); a['c'](d); function f() { return arguments[1] }",
        "process.env.NODE_OPTIONS; const {NODE_PATH} = process.env",
        "const {isMainThread} = require('worker_threads'); f(isMainThread)",
        "const util = require('util'); f(util.inspect, util)",
        "const {spawnSync} = require('child_process'); const {createRequire: c = 1} = require('module')",
        "const x = f instanceof Function; Function.prototype.toString.call(f)",
    ],
)
def test_honest_code_has_no_gap(text: str) -> None:
    assert read(text).blinds == ()
    assert not computed_kinds(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("eval('require(\"./x\")')", {'require("./x")'}),
        ("(0, eval)('x')", {"x"}),
        ("const e = eval; e('x')", {"x"}),
        ("\\u0065val('x')", {"x"}),
        ("globalThis['ev' + 'al']('x')", {"x"}),
        ("new Function('a', 'return a')()", {"a", "return a"}),
        ("require('vm').runInThisContext('x')", {"x"}),
        ("const vm = require('vm'); new vm.Script('x')", {"x"}),
        ("const {Worker} = require('worker_threads'); new Worker('x', {eval: true})", {"x"}),
        ("eval(x)", {"?"}),
        ("eval?.(Buffer.from(x, 'base64').toString())", {"?"}),
        ("Function(x)()", {"?"}),
    ],
)
def test_evaluated_text_is_led_to(text: str, expected: set[str]) -> None:
    assert names(text, Kind.JAVASCRIPT_TEXT) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("require('child_process').exec('node x.js')", {"node x.js"}),
        ("const {execSync: e} = require('node:child_process'); e('a' + ' b')", {"a b"}),
        ("import {exec} from 'child_process'; exec(`curl ${url}`)", {"?"}),
        ("const {promisify: p} = require('util'); const run = p(require('child_process').exec); run('x')", {"x"}),
        ("const cp = __importStar(require('child_process')); (0, cp.exec)('x')", {"x"}),
        ("const cp = require('child_process'); cp['ex' + 'ec']('x')", {"x"}),
        ("require('\\x63hild_process').execSync('x')", {"x"}),
        ("process.getBuiltinModule('child_process').execSync('x')", {"x"}),
        ("const cp = require('child_process'); cp.spawn('a', ['b c'], {shell: true})", {"a b c"}),
        ("const o = {shell: true}; require('child_process').spawn('a', ['; node x'], o)", {"a ; node x"}),
        ("require('child_process').spawn('a', ['; node x'], o)", {"a ; node x"}),
    ],
)
def test_shell_text_is_led_to(text: str, expected: set[str]) -> None:
    assert names(text, Kind.SHELL_TEXT) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("require('child_process').spawn('node', ['x.js', 'a'])", ["node x.js a"]),
        ("require('child_process').spawnSync(process.execPath, [__dirname + '/x.js'])", ["node lib/x.js"]),
        ("require('child_process').fork('./x')", ["node ./x"]),
        ("require('child_process').fork('./x', [], {execArgv: ['-r', './y']})", ["node -r ./y ./x"]),
        ("require('child_process').execFile('a', (e) => {})", ["a"]),
        ("const args = ['x.js']; args.push(y); require('child_process').spawn('node', args)", ["node x.js y"]),
        ("require('child_process').spawn(w ? 'a' : 'b', ['c'])", ["a c", "b c"]),
        ("require('child_process').spawn('a', b)", ["a b"]),
        ("require('child_process').spawn()", ["…"]),
    ],
)
def test_children_are_commands(text: str, expected: list[str]) -> None:
    assert [command.shown for command in read(text).commands] == expected


@pytest.mark.parametrize(
    ("options", "directory"),
    [("{cwd: __dirname}", "lib"), ("{cwd: x}", "x"), ("{stdio: 'inherit'}", None), ("o", "o"), ("{...o}", "{...o}")],
)
def test_a_child_runs_where_it_is_told(options: str, directory: str | None) -> None:
    (command,) = read(f"require('child_process').spawn('node', ['x.js'], {options})").commands
    assert (command.directory.shown if command.directory else None) == directory


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("process.dlopen(m, './x.node')", GapKind.NATIVE),
        ("WebAssembly.instantiate(bytes)", GapKind.BINARY),
        ("new (require('wasi').WASI)()", GapKind.BINARY),
        ("var a = ;", GapKind.UNPARSED),
        ("a = 1 <!-- /*\nrequire('./x')\n/* */", GapKind.UNPARSED),
        ("a\n<!--b[eval('x')]", GapKind.UNPARSED),
        ("<!-- a\nb", GapKind.UNPARSED),
        ("interface A { b: string }", GapKind.UNPARSED),
        ("const a = <b>{require('./x')}</b>", GapKind.UNPARSED),
    ],
)
def test_other_gaps_have_their_kind(text: str, kind: GapKind) -> None:
    assert kind in {blind.kind for blind in read(text).blinds}


@pytest.mark.parametrize("text", ["a\n\nf(require)", "a\r\n\r\nf(require)", "a\r\rf(require)"])
def test_a_gap_has_its_line(text: str) -> None:
    (blind,) = read(text).blinds
    assert blind.line == 3


def test_a_required_file_in_a_try_is_optional() -> None:
    first, second, third = read("try { require('./a') } catch { require('./b') }; require('./c')").leads
    assert (first.optional, second.optional, third.optional) == (True, False, False)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("process.env.A; process['env']['B']; process?.env?.C", {"A", "B", "C"}),
        ("const {A, B: b, C = 1} = process.env", {"A", "B", "C"}),
        ("const {env} = process; env.A; env['B']", {"A", "B"}),
        ("const e = process.env; e.A", {"A"}),
        ("const {env: {A}} = process", {"A"}),
        ("import {env} from 'node:process'; env.A", {"A"}),
        ("JSON.stringify(process.env)", {"*"}),
        ("({...process.env})", {"*"}),
        ("for (const k in process.env) f(k)", {"*"}),
        ("Object.keys(process.env)", {"*"}),
        ("process.env[k]", {"*"}),
        ("const {A, ...rest} = process.env", {"A", "*"}),
        ("f(env.A)", set()),
    ],
)
def test_names_of_the_environment_are_noted(text: str, expected: set[str]) -> None:
    assert read(text).environment == expected


def test_hosts_come_from_texts_and_not_from_comments() -> None:
    reading = read("f('https://user:pw@A.example.test:8443/x', `wss://b.test/${x}`) // https://c.test/")
    assert reading.hosts == {"a.example.test", "b.test"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("require('fs').writeFileSync('a', b)", ["a"]),
        ("const fs = require('fs'); fs.promises.writeFile(__dirname + '/a', b)", ["lib/a"]),
        ("import {rename, symlink} from 'fs/promises'; rename('a', 'b'); symlink('c', 'd')", ["b", "d"]),
        (
            "const os = require('os'); require('fs').appendFileSync(`${os.homedir()}/.bashrc`, b)",
            ["~/.bashrc"],
        ),
        ("require('fs').writeFileSync(x, b)", ["x"]),
        ("require('fs').readFileSync('a')", []),
        ("require('./my-fs').writeFileSync('a', b)", ["a"]),
        ("f(a).rename('b', 'c')", []),
    ],
)
def test_written_places_are_noted(text: str, expected: list[str]) -> None:
    assert [word.shown for word in read(text).writes] == expected


def test_a_file_too_large_to_parse_is_skimmed_and_told() -> None:
    text = "require('./x'); process.env.A; f('https://a.test/');\n" + "a();\n" * (LONGEST // 5)
    reading = read(text)
    assert [(lead.kind, lead.target.literal) for lead in reading.leads] == [(Kind.MODULE, "./x")]
    assert reading.environment | reading.hosts == {"A", "a.test"}
    assert [blind.kind for blind in reading.blinds] == [GapKind.TOO_LARGE]


def test_a_file_that_takes_too_long_to_parse_is_skimmed_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shell_grammar, "SECONDS", 0.0)
    reading = read("require('./x');" + "(a," * 20_000)
    assert [lead.target.literal for lead in reading.leads] == ["./x"]
    assert [blind.kind for blind in reading.blinds] == [GapKind.TOO_LARGE]


def test_a_line_nobody_can_look_at_is_read_and_told() -> None:
    reading = read(f"a = '{'b' * LONGEST_LINE}'; require('./x')")
    assert [lead.target.literal for lead in reading.leads] == ["./x"]
    assert [blind.kind for blind in reading.blinds] == [GapKind.TOO_LARGE]


@pytest.mark.parametrize("text", ["{}('child_process').exec('x')", "const r = {}; r('child_process').exec('x')"])
def test_nesting_deeper_than_is_looked_into_is_told(text: str) -> None:
    assert read(text.format("(" * 60 + "require" + ")" * 60)).blinds


@pytest.mark.parametrize(
    "text",
    [
        "(" * 100_000 + "1" + ")" * 100_000,
        "[" * 150_000,
        "a=>" * 50_000 + "1",
        "if(a)" * 50_000 + ";",
        "x=" + "'a'+" * 60_000 + "'b'; require(x)",
        "`${" * 50_000,
        "require(" * 20_000 + "'x'" + ")" * 20_000,
        "x = x + x; require(x);" * 5_000,
        ";".join(f"a{i + 1} = a{i} + a{i}" for i in range(5_000)) + "; a0 = 'xxxx'; require(a5000)",
        "const {" + "a:{" * 20_000 + "b" + "}" * 20_000 + "} = process",
        "f(" + "arguments," * 20_000 + "1)",
    ],
    ids=lambda text: text[:12],
)
def test_hostile_nesting_ends(text: str) -> None:
    read(text)


def test_alternatives_of_alternatives_end() -> None:
    assert names("const a = b ? 'x' : 'y'; require(`" + "${a}" * 40 + "`)") == {"?"}


def test_what_a_file_does_not_say_is_not_noted() -> None:
    assert read("const a = 1; console.log(a)") == JavaScript(prints=True)


@given(st.text(alphabet=st.characters(exclude_categories=()), max_size=200))
@example("\0")
@example("\ud800")
@settings(max_examples=200, deadline=None)
def test_reading_never_raises(text: str) -> None:
    read_javascript(text.encode(errors="surrogatepass"), "a.js")


PIECES = (
    "require ( ) './x' process . env [ ] { } = => , ; : ... ` ${ } + const let x y import export from default eval"
    " new class function return async await ? ?. && || 'child_process' .exec .constructor \\u0065val \\ / /a/ \n <!-- -->"
)


@given(st.lists(st.sampled_from(PIECES.split(" ")), max_size=30))
@settings(max_examples=300, deadline=None)
def test_reading_broken_javascript_never_raises(pieces: list[str]) -> None:
    read_javascript(" ".join(pieces).encode(), None)


@given(st.binary(max_size=200))
@settings(max_examples=100, deadline=None)
def test_reading_bytes_never_raises(content: bytes) -> None:
    read_javascript(content, "a.js")


def test_a_lead_is_a_value() -> None:
    assert isinstance(read("require('./x')").leads[0], Lead)
