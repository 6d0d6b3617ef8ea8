"""Ways to run what is not seen that need no call of a known function: inheritance, settings, other runtimes, types."""

from __future__ import annotations

import pytest

from safe_install.model import BoundaryKind, GapKind
from safe_install.scan.javascript.javascript import JavaScript, read_javascript
from safe_install.scan.shell.leads import Kind
from tests.scan.trees import inspect


def read(text: str, path: str = "lib/a.js") -> JavaScript:
    return read_javascript(text.encode(), path)


@pytest.mark.parametrize(
    "text",
    [
        "Object.prototype.shell = './x'",
        "Object.prototype['NODE_OPTIONS'] = '-r ./x'",
        "({}).__proto__.shell = './x'",
        "o['__proto__']['shell'] = './x'",
        "Object.getPrototypeOf({}).shell = './x'",
        "({}).constructor.prototype.shell = './x'",
        "Object.defineProperty(Object.prototype, 'shell', {value: './x'})",
        "Object.assign(Object.prototype, {shell: './x'})",
        "Reflect.set(Object.prototype, 'shell', './x')",
        "const p = Object.prototype; p.shell = './x'",
        "Object.prototype.__defineGetter__('shell', () => './x')",
        "({}).__proto__['__define' + 'Getter__']('shell', () => './x')",
        "Array.prototype.join = () => './x'",
        "String.prototype.concat = () => './x'",
        "process.env[k] = v",
        "const e = process.env; e[k] = v",
        "require('child_process').spawn('a', [], {env: {[k]: v}})",
        "process.execPath = './x'",
        "process.execArgv.push('-r', './x')",
        "module.paths.unshift('/tmp')",
        "require('fs').readFileSync = f",
        "require('path').join = f",
        "require('../package.json').version = '1; node x'",
        "tag`${require}`",
        "require.call(this, 'child_process').exec(x)",
        "require('os').constants.constructor.constructor('x')()",
        "const {['ev' + 'al']: e} = globalThis; e(x)",
        "Bun.spawn(['x'])",
        "Bun.$`x`",
        "new Deno.Command('x').spawn()",
        "new ShadowRealm().evaluate('x')",
        "require('node:sea').x()",
        "process.on('unhandledRejection', e => eval(e.message))",
        "try { throw new Error(t) } catch (e) { (0, eval)(e.message) }",
        "Reflect.apply(eval, null, [x])",
        "Reflect.construct(Function, ['x'])()",
        "(async () => {}).constructor('x')()",
        "const h = {get x() { return eval }}; h.x('a')",
        "new Proxy({}, {get: () => eval}).x('a')",
        "Promise.resolve('x').then(eval)",
        "new Map([['a', eval]]).get('a')('x')",
    ],
)
def test_what_changes_what_runs_is_a_gap(text: str) -> None:
    reading = read(text)
    dynamic = [blind for blind in reading.blinds if blind.kind is GapKind.DYNAMIC]
    assert dynamic or any(lead.target.literal is None for lead in reading.leads)


KIND = "const Kind = Object.getPrototypeOf(async () => {}).constructor;"


def test_a_kind_of_function_that_is_only_compared_with_runs_nothing() -> None:
    assert read(f"{KIND} module.exports = (f) => f instanceof Kind || !(f instanceof  Kind);").blinds == ()


@pytest.mark.parametrize(
    "use",
    [
        "",
        "x instanceof Kind; Kind('x')();",
        "x instanceof Kind; module.exports = Kind;",
        "x instanceof Kind; module.exports = { Kind };",
        "x instanceof Kind; K\\u0069nd('x')();",
        "x instanceof Kind; eval('Kind(1)');",
        "x instanceof (y = Kind);",
        "x instanceof Kind.y;",
        "x instanceof Kind('y')();",
        "x instanceof Kind\n/* z */ ('y')();",
        "x instanceof Kind?.('y')();",
        "x instanceof Kind`y`();",
    ],
)
def test_one_that_is_used_otherwise_is_a_gap(use: str) -> None:
    assert [
        blind for blind in read(KIND + use).blinds if blind.detail.endswith("constructor can run what is not seen here")
    ]
    assert read(f"export {KIND} x instanceof Kind;").blinds
    assert read(f"{KIND.replace('const ', 'let ')} Kind = y; x instanceof Kind;").blinds


BUNDLED = """
var q=Object.create,c=Object.defineProperty,X=Object.getOwnPropertyNames,J=Object.getPrototypeOf,Q=Object.prototype.hasOwnProperty;
var N=(D,u,F)=>{for(let e of X(u))!Q.call(D,e)&&e!==F&&c(D,e,{get:()=>u[e],enumerable:!0});return D};
var U=(D,u,F)=>(F=D!=null?q(J(D)):{},N(u||!D||!D.__esModule?c(F,"default",{value:D,enumerable:!0}):F,D));
var v=U(require("child_process"));v.default.exec("a b");
"""


def test_what_a_bundler_wraps_is_followed() -> None:
    reading = read(BUNDLED)
    assert [lead.target.literal for lead in reading.leads if lead.kind is Kind.SHELL_TEXT] == ["a b"]
    assert reading.blinds == ()


AROUND = """
var __importStar = (this && this.__importStar) || (function () {
  var ownKeys = function (o) { ownKeys = Object.getOwnPropertyNames || function (o) { return []; }; return ownKeys(o); };
  return function (mod) {
    if (mod && mod.__esModule) return mod;
    var result = {};
    for (var k = ownKeys(mod), i = 0; i < k.length; i++) result[k[i]] = mod[k[i]];
    EXTRA
    return result;
  };
})();
var v = __importStar(require("child_process")); v.exec("a b");
"""


def test_what_typescript_wraps_in_a_function_that_gives_one_is_followed() -> None:
    reading = read(AROUND.replace("EXTRA", ""))
    assert [lead.target.literal for lead in reading.leads if lead.kind is Kind.SHELL_TEXT] == ["a b"]
    assert reading.blinds == ()


@pytest.mark.parametrize(
    "extra", ["mod.exec('c d');", "kept.push(mod);", "ownKeys = mod.exec; ownKeys('c d');", "keep = mod;"]
)
def test_a_function_that_gives_one_is_not_believed_when_it_does_more(extra: str) -> None:
    reading = read("var kept = []; var keep;" + AROUND.replace("EXTRA", extra))
    assert [blind for blind in reading.blinds if blind.kind is GapKind.DYNAMIC]


@pytest.mark.parametrize(
    "text",
    [
        "function promisify(x) { x('a b'); return x } promisify(require('child_process').exec)",
        "function __toESM(m) { m.exec('a b'); return m } __toESM(require('child_process'))",
        "const o = {}; function f(m) { m.__esModule; o.p = m; return m } f(require('child_process')); o.p.exec('a b')",
        "function f(m) { m.__esModule; Object.assign(global, m); return m } f(require('child_process')); exec('a b')",
        "const __importStar = (m) => (m['exec']('a b'), m); __importStar(require('child_process'))",
    ],
)
def test_a_bundlers_name_alone_is_not_believed(text: str) -> None:
    assert [blind for blind in read(text).blinds if blind.kind is GapKind.DYNAMIC]


@pytest.mark.parametrize(
    "text",
    [
        "const p = Object.prototype; p.hasOwnProperty.call(a, 'b')",
        "A.prototype.b = function () {}",
        "Object.defineProperty(exports, '__esModule', {value: true})",
        "a.__proto__ = b",
        "if (process.env[k] === 'x') f()",
        "for (const p of module.paths) f(p)",
        "const {version} = require('../package.json'); console.log(version)",
        "require('child_process').fork('./x', [], {execArgv: process.execArgv})",
    ],
)
def test_what_only_looks_is_none(text: str) -> None:
    assert read(text).blinds == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import('data:text/javascript,f()')", "f()"),
        ("import('data:text/javascript;base64,ZigpCg==')", "f()\n"),
        ("new Worker(new URL('data:text/javascript,f()'))", "f()"),
        ("setTimeout('f()', 0)", "f()"),
        ("Function.prototype.constructor('f()')", "f()"),
    ],
)
def test_text_that_runs_is_led_to(text: str, expected: str) -> None:
    assert expected in {lead.target.literal for lead in read(text).leads if lead.kind is Kind.JAVASCRIPT_TEXT}


@pytest.mark.parametrize("options", ["{shell: false, shell: true}", "{get shell() { return true }}"])
def test_a_shell_is_not_hidden_behind_another_option(options: str) -> None:
    (lead,) = [
        one
        for one in read(f"require('child_process').spawn('a;b', [], {options})").leads
        if one.kind is Kind.SHELL_TEXT
    ]
    assert lead.target.literal == "a;b"


def test_a_shell_of_ones_own_is_a_program() -> None:
    (command,) = read("require('child_process').exec('a', {shell: './x.sh'})").commands
    assert command.shown == "./x.sh -c a"


TYPED = """
import type {A} from './types'; import cp = require('child_process'); import x, {type B} from './x';
enum E { A = 'a' }
abstract class K<T> extends L implements M { constructor(private y: number, z?: string) { super() } }
const p: string = './p' as const; require(p!); require('./q' satisfies string);
function run(command: string, more?: A) { (cp as any).execSync(command) } run('a b');
type Q = typeof import('./only-a-type');
"""


def test_typescript_is_read_like_javascript() -> None:
    reading = read(TYPED, "lib/a.ts")
    modules = {lead.target.shown for lead in reading.leads if lead.kind is Kind.MODULE}
    assert modules == {"child_process", "./x", "./p", "./q"}
    assert [lead.target.literal for lead in reading.leads if lead.kind is Kind.SHELL_TEXT] == ["a b"]
    assert reading.blinds == ()


def test_each_kind_of_typescript_has_its_grammar() -> None:
    assert read("const a = <any>require('./x')", "a.ts").blinds == ()
    assert read("const a = <b c={require('./x')} />", "a.tsx").blinds == ()
    assert read("const a = <T,>(x: T) => <b>{x}</b>", "a.mts").blinds != ()


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("const p = path.join(os.homedir(), process.env.npm_config_dir, 'x'); execFileSync(p, ['--version'])", True),
        ("function where() { return path.join('/opt', process.arch, 'x') } execFileSync(where(), ['-v'])", True),
        ("execFileSync(path.join('/opt', process.arch, 'x'), ['install'])", False),
        ("execFileSync(path.join('/opt', process.arch, '../../home/x'), ['--version'])", False),
        ("execFileSync(path.join(process.arch, 'x'), ['--version'])", False),
        ("execFileSync(path.resolve(process.arch), ['--version'])", False),
        ("execFileSync(path.join(process.env.npm_config_local_prefix, 'node_modules/b/x'), ['--version'])", False),
        ("execFileSync(require.resolve(['.', 'x', process.arch].join('/')), ['--version'])", False),
        ("function f(x) { return './' + x } execFileSync(require.resolve(f(process.argv[2])), ['--version'])", False),
        ("execFileSync(path.join(path.dirname(`${__dirname}/${process.arch}/x`), 'x'), ['--version'])", False),
        ("execFileSync(fs.readFileSync('a') + '/x', ['--version'])", False),
        ("execFileSync(path.join(f(), 'x'), ['--version'])", False),
        ("execFileSync(process.argv[2], ['--version'])", False),
        ("execFileSync(process.env.SOME_PROGRAM, ['--version'])", False),
        ("execFileSync(path.join(__dirname, process.arch), ['--version'])", False),
        ("execSync(path.join(process.arch, 'x') + ' --version')", False),
    ],
)
def test_a_program_of_its_own_place_may_be_asked_for_its_version(text: str, ends: bool) -> None:  # noqa: FBT001 - a case
    start = "const path = require('path'), os = require('os'), fs = require('fs'), {execFileSync, execSync} = require('child_process');"
    kinds = {ending.kind for ending in read(start + text).endings}
    assert (BoundaryKind.RUNS_NATIVE in kinds) is ends


FETCHES = "const https = require('https'), fs = require('fs'); https.get('https://files.example.test/x.tgz', r => r.pipe(fs.createWriteStream('x.tgz')))"


def test_a_download_is_described_with_its_host() -> None:
    (ending,) = read(FETCHES).endings
    assert (ending.kind, ending.host, ending.verified) == (BoundaryKind.DOWNLOADS, "files.example.test", "")


def test_a_checksum_of_the_package_is_told() -> None:
    text = f"{FETCHES}; if (require('crypto').createHash('sha256').update(d).digest('hex') !== '{'0a' * 32}') throw 1"
    (ending,) = read(text).endings
    assert ending.verified == "a checksum that stands in the package"


@pytest.mark.parametrize("more", ["eval(body)", "new Function(body)()"])
def test_a_download_that_may_be_evaluated_is_no_known_end(more: str) -> None:
    assert read(f"{FETCHES}; {more}").endings == ()


def test_names_of_the_environment_that_may_be_set_are_told() -> None:
    text = "process.env.A = 1; spawn('x', {env: {B: 2}}); const {C} = process.env; Object.assign(process.env, d)"
    assert read(text).sets >= {"A", "B", "*"}
    assert "C" not in read(text).sets


MADE = "const made = new Function('o', 'return ' + require('os').hostname()); "


def test_a_function_that_is_made_and_only_written_down_runs_nothing() -> None:
    text = f"{MADE} require('fs').writeFileSync(__dirname + '/written.js', made.toString())"
    assert not inspect("node a.js", {"a.js": text}).gaps


@pytest.mark.parametrize(
    "text",
    [
        f"{MADE} made.toString(); made()",
        f"{MADE} made.toString(); [made].map((one) => one())",
        f"{MADE} made.toString.call(made)",
        f"{MADE} made.toString(); mad\\u0065()",
        f"{MADE} made.toString(); eval('ma' + 'de()')",
        f"{MADE.replace('const', 'var')} made.toString()",
        f"{MADE} exports.made = made",
        f"Function.prototype.toString = function () {{ return this() }}; {MADE} made.toString()",
    ],
)
def test_a_function_that_is_made_of_what_is_not_known_and_may_run_is_a_gap(text: str) -> None:
    assert inspect("node a.js", {"a.js": text}).gaps


TAKES = "require('./b'); const path = require('path'); require(path.join(__dirname, 'x'))"


@pytest.mark.parametrize(
    "text",
    [
        "require('path').join = () => './evil'",
        "require('path').sep = '/sub/'",
        "Object.assign(require('path'), { join: () => './evil' })",
        "Object.defineProperty(require('path'), 'join', { value: () => './evil' })",
        "Reflect.set(require('path'), 'join', () => './evil')",
        "process.cwd = () => './sub'",
        "process.env.NODE = './evil'",
        "process.env.npm_node_execpath = './evil'",
        "require('os').EOL = '; node evil;'",
        "JSON.parse = () => './evil'",
        "JSON['parse'] = () => './evil'",
        "String.fromCharCode = () => './evil'",
        "String = () => './evil'",
        "globalThis.String = () => './evil'",
        "global.atob = () => './evil'",
        "atob = () => './evil'",
        "Object.freeze = () => './evil'",
        "Object.defineProperty(Buffer, 'from', { value: () => './evil' })",
        "Buffer.from = () => './evil'",
    ],
)
def test_what_other_texts_are_read_by_may_not_be_replaced(text: str) -> None:
    assert inspect("node a.js", {"a.js": TAKES, "b.js": text, "x.js": ""}).gaps


@pytest.mark.parametrize(
    "text",
    [
        "const join = require('path').join; exports.join = join",
        "exports.path = Object.assign({}, require('path'))",
        "const String = function () {}; String.fromCharCode = 1",
        "const own = { JSON: {} }; own.JSON.parse = 1",
        "Buffer.poolSize = 1; Object.groupBy = Object.groupBy || null",
        "process.env.OTHER = './evil'",
    ],
)
def test_what_is_a_text_s_own_may_be(text: str) -> None:
    assert not inspect("node a.js", {"a.js": TAKES, "b.js": text, "x.js": ""}).gaps


@pytest.mark.parametrize("pattern", ["{ exec: run }", "{ exec: run = 1 }", "{ exec: globalThis.run }", "{ ...run }"])
def test_a_pattern_may_put_what_is_nodes_where_another_file_finds_it(pattern: str) -> None:
    files = {"a.js": f"({pattern} = require('child_process')); require('./c')", "c.js": "run('./b')", "b": ""}
    assert inspect("node a.js", files).gaps


def test_a_pattern_of_declared_names_keeps_it_in_the_file() -> None:
    files = {"a.js": "let run, PATH; ({ exec: run } = require('child_process')); ({ CI } = process.env); run('echo')"}
    inspection = inspect("node a.js", files)
    assert not inspection.gaps
    assert set(inspection.behaviours.env) == {"CI"}
