"""What never runs as a package is delivered is no gap; where a file may come or go first, everything is read."""

from __future__ import annotations

import pytest

from safe_install.model import Event, LifecycleScript, Source
from safe_install.scan.reach.reach import trace
from tests.builders import Files, a_manifest, a_package, an_artifact
from tests.scan.trees import beside, inspect, kinds, reached

FS = "const fs = require('fs'), cp = require('child_process');\n"
BUILD = "cp.execSync('unheard-of build')"


@pytest.mark.parametrize(
    ("text", "files"),
    [
        (f"fs.existsSync('./src') && {BUILD}", {}),
        (f"if (fs.existsSync('src')) {BUILD}", {}),
        (f"if (fs.existsSync(require('path').join(__dirname, '..', 'src'))) {BUILD}", {}),
        (f"!fs.existsSync('dist') && {BUILD}", {"dist/x.js": ""}),
        (f"fs.existsSync('dist') || {BUILD}", {"dist/x.js": ""}),
        (f"fs.existsSync('dist') ? 0 : {BUILD}", {"dist/x.js": ""}),
        (f"if (fs.existsSync('dist')) {{}} else {BUILD}", {"dist/x.js": ""}),
        (f"if (!fs.existsSync('dist') || fs.existsSync('src')) {BUILD}", {"dist/x.js": ""}),
        (f"fs.stat('dist', function (e, s) {{ if (e || !s.isDirectory()) {BUILD} }})", {"dist/x.js": ""}),
        (f"fs.stat('src', e => {{ if (!e) {BUILD} }})", {}),
        ("if (fs.existsSync('src')) run('unheard-of build'); function run(text) { cp.execSync(text) }", {}),
        ("try { require('./gone'); require(x) } catch (e) {}", {}),
        (f"require('fs').existsSync('src') && {BUILD}", {}),
        (f"const {{existsSync: is}} = require('node:fs'); is('src') && {BUILD}", {}),
        ("let exec = cp.execSync; if (!exec) exec = require('./gone'); fs.existsSync('src') && exec('unheard-of')", {}),
    ],
)
def test_what_waits_for_a_file_that_is_not_delivered_hides_nothing(text: str, files: Files) -> None:
    assert not inspect("node bin/a.js", {"bin/a.js": FS + text, **files}).gaps


@pytest.mark.parametrize(
    ("text", "files"),
    [
        (f"fs.existsSync('./src') && {BUILD}", {"src/a.c": ""}),
        (f"fs.existsSync('./src') && {BUILD}", {"SRC/a.c": ""}),
        (f"fs.existsSync('./src') || {BUILD}", {}),
        (f"!fs.existsSync('./src') && {BUILD}", {}),
        (f"if (fs.existsSync('src')) {{}} else {BUILD}", {}),
        (f"fs.existsSync(x) && {BUILD}", {}),
        (f"fs.existsSync('../src') && {BUILD}", {}),
        (f"fs.existsSync('/src') && {BUILD}", {}),
        (f"fs.existsSync('node_modules/b') && {BUILD}", {}),
        (f"fs.existsSync(process.env.X ? 'src' : 'dist') && {BUILD}", {"dist/x.js": ""}),
        (f"const f = {{existsSync: () => 1}}; f.existsSync('src') && {BUILD}", {}),
        (f"let f = fs; f = {{existsSync: () => 1}}; f.existsSync('src') && {BUILD}", {}),
        (f"const f = {{existsSync: () => 1}} || fs; f.existsSync('src') && {BUILD}", {}),
        (f"(x ? y : fs).existsSync('src') && {BUILD}", {}),
        (f"let f = fs.existsSync; f = () => 1; f('src') && {BUILD}", {}),
        ("let load = require; load = f; try { load('./gone'); require(x) } catch (e) {}", {}),
        (f"fs.existsSync = () => 1; fs.existsSync('src') && {BUILD}", {}),
        (f"Object.assign(fs, {{existsSync: () => 1}}); fs.existsSync('src') && {BUILD}", {}),
        (f"fs.mkdirSync('src'); fs.existsSync('src') && {BUILD}", {}),
        (f"fs.rmSync('dist', {{recursive: true}}); fs.existsSync('dist') || {BUILD}", {"dist/x.js": ""}),
        (f"cp.execSync('git clone x src'); fs.existsSync('src') && {BUILD}", {}),
        (f"process.chdir('lib'); fs.existsSync('src') && {BUILD}", {"lib/src/x.js": ""}),
        (f"require('./b'); fs.existsSync('src') && {BUILD}", {"bin/b.js": "require('fs').writeFileSync('src', '')"}),
        (f"fs.stat('dist', function (e, s) {{ if (e || !s.isDirectory()) {BUILD} }})", {"dist": "a file"}),
        (f"fs.stat('dist', function (e, s) {{ e = 1; if (e) {BUILD} }})", {"dist/x.js": ""}),
        (f"fs.stat('src', e => {{ if (e) {BUILD} }})", {}),
        (f"fs.stat('src', function f(e) {{ if (!e) {BUILD}; else f() }})", {}),
        (f"fs.stat('src', function (e) {{ if (!e) {BUILD}; else arguments.callee() }})", {}),
        (f"fs.stat('src', function (e) {{ arguments[0] = 0; if (!e) {BUILD} }})", {}),
        (f"fs.stat('src', e => {{ e--; if (!e) {BUILD} }})", {}),
        (f"fs.stat('src', e => {{ e *= 0; if (!e) {BUILD} }})", {}),
        (f"fs.stat('src', e => {{ [e] = [0]; if (!e) {BUILD} }})", {}),
        (f"fs.stat('src', Map => {{ if (!Map) {BUILD} }}); (Map => {{ if (!Map) {BUILD} }})()", {}),
        ("try { require('./gone') } catch (e) { require(x) }", {}),
        ("try { require(x); require('./gone') } catch (e) {}", {}),
        ("try { if (y) require('./gone'); require(x) } catch (e) {}", {}),
        ("try { require('./gone'); require(x) } catch (e) {}", {"bin/gone.node": "\x7fELF"}),
        ("try { require('./gone') } finally { require(x) }", {}),
        ("let f; try { f = g; require('./gone'); function g() { require(x) } } catch (e) {} f()", {}),
        ("try { require('./gone') } catch (e) { g() } function g() { require(x) }", {}),
        ("let exec = cp.execSync; if (!exec) exec = 1; exec(x)", {}),
        ("if (x) { var exec = cp.execSync } if (!exec) require(x)", {}),
        ("f(); var exec = cp.execSync; function f() { if (!exec) require(x) }", {}),
        ("let exec = cp.execSync; exec = 0; if (!exec) require(x)", {}),
    ],
)
def test_what_may_run_all_the_same_is_read(text: str, files: Files) -> None:
    assert kinds(inspect("node bin/a.js", {"bin/a.js": FS + text, **files}))


def test_what_another_step_may_make_is_waited_for() -> None:
    files: Files = {"a.js": f"{FS}fs.existsSync('src') && {BUILD}"}
    assert kinds(inspect("touch src && node a.js", files))
    assert kinds(inspect("node a.js", files, scripts={"preinstall": "touch src", "postinstall": "node a.js"}))
    assert kinds(inspect("node a.js", {**files, "binding.gyp": "{}"}))
    assert kinds(inspect("cd bin && node ../a.js", {**files, "bin/src/a": ""}))


def test_what_a_library_may_make_is_waited_for() -> None:
    files: Files = {"a.js": f"{FS}require('maker'); fs.existsSync('src') && {BUILD}"}
    maker = beside("maker", {"index.js": "require('fs').mkdirSync(x)"})
    assert kinds(inspect("node a.js", files, maker, dependencies={"maker": "2"}))
    assert not kinds(inspect("node a.js", files, beside("maker", {"index.js": ""}), dependencies={"maker": "2"}))


def test_more_may_lie_in_a_checkout_than_is_delivered() -> None:
    command = "node a.js"
    written = a_manifest(scripts={"postinstall": command})
    files: Files = {"package.json": written, "a.js": f"{FS}fs.existsSync('.git') && {BUILD}"}
    for source, seen in ((Source.REGISTRY, False), (Source.GIT, True), (Source.LINK, True), (Source.ROOT, True)):
        package = a_package(files, an_artifact(source=source))
        script = LifecycleScript(package=package, event=Event.POSTINSTALL, command=command)
        assert bool(trace(script, {package.artifact.location: package}).gaps) is seen


def test_what_waits_for_a_file_is_not_reached_until_that_is_there() -> None:
    text = f"{FS}fs.existsSync('src') && require('./build')"
    assert reached(inspect("node a.js", {"a.js": text, "build.js": ""})) == {"a.js"}
    assert reached(inspect("node a.js", {"a.js": text, "build.js": "", "src/x": ""})) == {"a.js", "build.js"}


# ------------------------------------------------------------------ functions that nobody calls


def test_what_nobody_calls_is_given_nothing() -> None:
    assert not inspect("node a.js", {"a.js": f"{FS}function run(text) {{ cp.execSync(text) }}"}).gaps
    assert inspect("node a.js", {"a.js": f"{FS}function run(text) {{ cp.execSync(text) }} run`x`"}).gaps


@pytest.mark.parametrize(
    "files",
    [
        {"a.js": "module.exports = run", "b.js": "require('./a')"},
        {"a.js": "exports.run = run", "b.js": "require('./a')"},
        {"a.js": "module.exports = {run}", "b.js": "require('./a')"},
        {"a.js": "[run].map(f => f(x))"},
        {"a.js": "run.call(null, x)"},
        {"a.js": "try { throw run } catch (f) { f(x) }"},
        {"a.js": "const f = () => run; f()(x)"},
        {"a.js": "const g = run; g(x)"},
        {"a.js": "(0, run)(x)"},
        {"a.js": "new Promise(run)"},
        {"a.js": "setTimeout(run, 1, x)"},
        {"a.js": "eval(y)"},
        {"a.js": "", "b.js": "require('vm').runInThisContext(require('fs').readFileSync('a.js') + ';run(y)')"},
    ],
)
def test_what_somebody_may_call_is_given_anything(files: Files) -> None:
    text = f"{FS}function run(text) {{ cp.execSync(text) }}\n"
    command = "node a.js && node b.js" if "b.js" in files else "node a.js"
    told = inspect(command, {**files, "a.js": text + str(files["a.js"])}).gaps
    assert any("runs the command text" in gap.detail for gap in told)


@pytest.mark.parametrize(
    "given",
    [
        "export function run(text) { cp.execSync(text) }",
        "export default function run(text) { cp.execSync(text) }",
        "export const run = (text) => cp.execSync(text)",
        "function run(text) { cp.execSync(text) }\nexport { run }",
    ],
)
def test_what_another_file_imports_is_called_with_more_than_this_file_says(given: str) -> None:
    text = f"import cp from 'node:child_process';\n{given};\nif (y) run('ls')"
    told = inspect("node a.mjs", {"a.mjs": "import {run} from './b.mjs'; run('curl x')", "b.mjs": text}).gaps
    assert any("runs the command text" in gap.detail for gap in told)


def test_what_asks_for_very_many_places_is_read_whole() -> None:
    files: Files = {"a.js": FS + "".join(f"fs.existsSync('src{n}') && {BUILD};\n" for n in range(2_000))}
    assert kinds(inspect("node a.js", {**files, **{f"lib/{n}.txt": "" for n in range(2_000)}}))


LOADS = "require(x)"


@pytest.mark.parametrize(
    "path",
    [
        "dist/",
        "bin/a.js/",
        "gone/../bin/a.js",
        "bin/a.js/../a.js",
        "a.",
        "a ",
        "a::$DATA",
        "PACKAG~1.JSO",
        "nul",
        "bin/CON.txt",
    ],
)
def test_a_path_that_systems_take_otherwise_is_certain_of_nothing(path: str) -> None:
    text = f"fs.existsSync('{path}') ? {LOADS} : {LOADS.replace('x', 'y')}"
    found = [one.detail for one in inspect("node bin/a.js", {"bin/a.js": FS + text, "dist": ""}).gaps]
    assert any("requires x" in one for one in found)
    assert any("requires y" in one for one in found)


def test_a_path_that_goes_up_from_a_directory_that_is_there_is_certain() -> None:
    text = f"if (fs.existsSync(__dirname + '/../src')) {LOADS}"
    assert not inspect("node bin/a.js", {"bin/a.js": FS + text}).gaps


def test_a_name_with_signs_that_show_nothing_is_the_same_name_to_some_systems() -> None:
    assert inspect("node bin/a.js", {"bin/a.js": f"{FS}fs.existsSync('src') && {LOADS}", "sr\u200dc/b.js": ""}).gaps


@pytest.mark.parametrize(
    "text",
    [
        "fs.stat('dist', (e, s) => { s.isFile = () => 1; if (s.isFile()) require(x) })",
        "fs.stat('dist', (e, s) => { s.mode = 32768; if (s.isFile()) require(x) })",
        "fs.stat('dist', (e, s) => { Object.assign(s, {mode: 32768}); if (s.isFile()) require(x) })",
        "fs.stat('dist', (e, s) => { let same = s; same.mode = 32768; if (s.isFile()) require(x) })",
        "fs.stat('dist', (e, s) => { (s && s).mode = 32768; if (s.isFile()) require(x) })",
        "fs.Stats.prototype.isFile = () => 1; fs.stat('dist', (e, s) => { if (s.isFile()) require(x) })",
        "try { require((require(x), './gone')) } catch (e) {}",
        "try { require(`./gone${(require(x), '')}`) } catch (e) {}",
        "try { f(); require('./gone'); l: function f() { require(x) } } catch (e) {}",
        "f = fs; require('./b'); f.existsSync('src') && require(x)",
    ],
)
def test_what_runs_before_or_changes_the_answer_is_read(text: str) -> None:
    files = {"bin/a.js": FS + text, "dist/x.js": "", "bin/b.js": "f = {existsSync: () => 1}"}
    assert inspect("node bin/a.js", files).gaps


@pytest.mark.parametrize(
    "text",
    [
        "var f = require('fs'); globalThis.f = {existsSync: () => 1}; f.existsSync('src') && require(x)",
        "var f = require('fs'); this.f = {existsSync: () => 1}; f.existsSync('src') && require(x)",
        "var f = require('fs'); (0, eval)('f = {existsSync: () => 1}'); f.existsSync('src') && require(x)",
    ],
)
def test_names_of_a_text_that_is_no_module_are_everybodys(text: str) -> None:
    assert inspect(f'node -e "{text}"', {}).gaps
    assert not inspect(
        f"node -e \"{text.replace('var', 'const').split(';')[0]}; f.existsSync('src') && require(x)\"", {}
    ).gaps


@pytest.mark.parametrize(
    "text",
    [
        "fs.openSync('src', 'w')",
        "fs.promises.open('src', 'w')",
        "new fs.WriteStream('src')",
        "[fs][0].openSync('src', 'w')",
        "process.report.writeReport('src')",
        "require('module').enableCompileCache('src')",
        "require('net').createServer().listen('src')",
        "require('http').createServer().listen({path: 'src'})",
        "cp.execSync('node --redirect-warnings=src bin/b.js')",
        "cp.execSync('NODE_V8_COVERAGE=src node bin/b.js')",
        "cp.execSync('node bin/b.js', {env: {NODE_V8_COVERAGE: 'src'}})",
        "cp.execSync('node bin/b.js', options)",
        "process.env.NODE_V8_COVERAGE = 'src'; cp.execSync('node bin/b.js')",
    ],
)
def test_what_makes_a_file_by_another_road_has_all_read(text: str) -> None:
    asks = f"fs.existsSync('src') && {LOADS}"
    files = {"bin/b.js": ""}
    assert any(
        "requires x" in gap.detail
        for gap in inspect("node bin/a.js", {"bin/a.js": f"{FS}{text}; {asks}", **files}).gaps
    )
    assert not inspect(
        "node bin/a.js", {"bin/a.js": f"{FS}cp.execSync('node bin/b.js', {{stdio: 'inherit'}}); {asks}", **files}
    ).gaps


@pytest.mark.parametrize(
    "command",
    [
        "command mkdir src; node bin/a.js",
        "exec 2> src; node bin/a.js",
        "node --redirect-warnings=src bin/a.js",
        "NODE_V8_COVERAGE=src node bin/a.js",
        "NODE_OPTIONS=--redirect-warnings=src node bin/a.js",
        "export NODE_COMPILE_CACHE=src; node bin/a.js",
    ],
)
def test_a_command_that_makes_a_file_has_all_read(command: str) -> None:
    files = {"bin/a.js": f"{FS}fs.existsSync('src') && {LOADS}"}
    assert inspect(command, files).gaps
    assert not inspect("echo x; node bin/a.js", files).gaps
