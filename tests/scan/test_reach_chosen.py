"""What another command line would run is not reached; where anything may change the command line, everything is read."""

from __future__ import annotations

import pytest

from safe_install.model import Package, Source
from safe_install.scan.reach.arguments import may_change_arguments
from tests.builders import Files, a_manifest, a_package, an_artifact
from tests.scan.trees import inspect, kinds, reached

RUNS = "require('child_process').exec(x)"
HIDES = f"{{ {RUNS} }}"
SWITCH = f"switch (SAID) {{ case 'install': require('./b'); break; case 'other': {RUNS}; break; default: {RUNS} }}"
PARSED = "const parse = require('minimist');\nconst args = parse(process.argv.slice(2));\n"
PARSER = a_package({"package.json": a_manifest("minimist"), "index.js": "module.exports = (argv) => ({_: argv})"})


def gaps(text: str, command: str = "node a install", *packages: Package, **files: str) -> set[str]:
    """Tell which gaps a file has that is started so; ``files`` are others beside it, by their stem."""
    others = {f"{stem}.js": content for stem, content in files.items()}
    manifest = {"dependencies": {one.artifact.name: "1" for one in packages}}
    return kinds(inspect(command, {"a.js": text, "b.js": "", **others}, *packages, **manifest))


@pytest.mark.parametrize(
    ("text", "command"),
    [
        (f"if (process.argv[2] === 'other') {HIDES}", "node a install"),
        (f"if (process.argv[2] === 'other') {HIDES}", "node a"),
        (f"if ('install' != process.argv[2]) {HIDES}", "node a install"),
        (f"const what = process.argv[2]; if (what == 'install') {{}} else {HIDES}", "node a install"),
        (f"process.argv[3] !== 'b' ? {RUNS} : 0", "node a a b"),
        (SWITCH.replace("SAID", "process.argv[2]"), "node a install"),
        (f"switch (process.argv[2]) {{ default: {{ break }} case 'x': {RUNS} }}", "node a install"),
        (f"switch (process.argv[2]) {{ case 'a': require('./b'); case 'b': break; case 'c': {RUNS} }}", "node a a"),
        (f"const go = require('./c'); if (process.argv[2] === 'x') {HIDES}", "node a install"),
    ],
)
def test_what_another_command_line_would_run_hides_nothing(text: str, command: str) -> None:
    assert not gaps(text, command, c="module.exports = process.argv.slice(2)")


@pytest.mark.parametrize(
    ("text", "command"),
    [
        (f"if (process.argv[2] === 'install') {HIDES}", "node a install"),
        (f"if (process.argv[2] !== 'install') {{}} else {HIDES}", "node a install"),
        (f"if (process.argv[2] === 'other') {HIDES}", "node a $1"),
        (f"if (process.argv[2] === 'other' || x) {HIDES}", "node a install"),
        (f"if (process.argv[2] === other) {HIDES}", "node a install"),
        (f"if (process.argv[1] === 'other') {HIDES}", "node a install"),
        (f"let what = process.argv[2]; what = f(); if (what === 'other') {HIDES}", "node a install"),
        (
            f"var what = process.argv[2]; function f() {{ what = 'other' }} f(); if (what === 'other') {HIDES}",
            "node a i",
        ),
        (SWITCH.replace("SAID", "process.argv[2]"), "node a other"),
        (SWITCH.replace("SAID", "process.argv[2]"), "node a unheard-of"),
        (f"switch (process.argv[2]) {{ case 'install': f(); case 'b': {RUNS} }}", "node a install"),
        (f"switch (process.argv[2]) {{ case 'install': if (x) break; default: {RUNS} }}", "node a install"),
        (
            f"switch (process.argv[2]) {{ case 'install': go(); break; case 'b': function go() {HIDES} }}",
            "node a install",
        ),
        (f"switch (process.argv[2]) {{ case f(): break; case 'b': {RUNS} }}", "node a install"),
        (
            f"a: for (;;) switch (process.argv[2]) {{ case 'b': {RUNS}; case 'install': break a }} {RUNS}",
            "node a install",
        ),
        (f"process.argv.push('x'); if (process.argv[2] === 'other') {HIDES}", "node a"),
        (f"process.argv[2] = 'other'; if (process.argv[2] === 'other') {HIDES}", "node a install"),
        (f"process.argv = f(); if (process.argv[2] === 'other') {HIDES}", "node a install"),
        (f"f(process.argv); if (process.argv[2] === 'other') {HIDES}", "node a install"),
        (f"const p = process.argv; p[2] = 'other'; if (process.argv[2] === 'other') {HIDES}", "node a install"),
        (f"const {{argv}} = process; argv.unshift(0); if (process.argv[2] === 'other') {HIDES}", "node a install"),
    ],
)
def test_what_this_command_line_may_run_is_a_gap(text: str, command: str) -> None:
    assert gaps(text, command)


def test_another_file_that_changes_the_command_line_has_everything_read() -> None:
    text = f"require('./c'); if (process.argv[2] === 'other') {HIDES}"
    assert not gaps(text, c="module.exports = 1")
    assert gaps(text, c="process.argv.splice(2, 1, 'other')")
    assert gaps(text, c="const all = process.argv\nall[2] = 'other'")


def test_a_library_that_changes_the_command_line_has_everything_read() -> None:
    text = f"require('tool'); if (process.argv[2] === 'other') {HIDES}"
    manifest = a_manifest("tool")
    looks = "module.exports = (flag, argv = process.argv) => argv.indexOf(flag) !== -1"
    assert not gaps(text, "node a install", a_package({"package.json": manifest, "index.js": looks}))
    changes = "const list = process.argv; module.exports = list.push('other')"
    assert gaps(text, "node a install", a_package({"package.json": manifest, "index.js": changes}))


def test_a_file_that_is_also_loaded_by_another_process_is_read_whole() -> None:
    files: Files = {"a.js": f"if (process.argv[2] === 'other') {HIDES}"}
    assert not inspect("node a install", files).gaps
    assert inspect("node a install && node a other", files).gaps
    assert inspect("node a install && node -r ./a -e 1", files).gaps


SAYS = "--exec install"


def test_a_known_parser_says_which_case_is_meant() -> None:
    text = PARSED + SWITCH.replace("SAID", "args.exec")
    assert not gaps(text, f"node a {SAYS}", PARSER)
    assert not gaps(text, "node a --exec=install", PARSER)
    assert reached(inspect(f"node a {SAYS}", {"a.js": text, "b.js": ""}, PARSER)) >= {"a.js", "b.js"}


@pytest.mark.parametrize(
    "command",
    [
        "node a --exec other",
        "node a --exec",
        "node a --exec other --exec install",
        "node a --exec install -x",
        "node a -- --exec install",
        "node a --exec 1",
        "node a --no-exec install",
        "node a x --exec install",
    ],
)
def test_another_line_for_the_parser_is_a_gap(command: str) -> None:
    assert gaps(PARSED + SWITCH.replace("SAID", "args.exec"), command, PARSER)


@pytest.mark.parametrize(
    "text",
    [
        PARSED + "args.exec = f();\n" + SWITCH.replace("SAID", "args.exec"),
        PARSED + "Object.assign(args, f());\n" + SWITCH.replace("SAID", "args.exec"),
        PARSED + "f(args);\n" + SWITCH.replace("SAID", "args.exec"),
        PARSED + SWITCH.replace("SAID", "args[x]"),
        PARSED.replace("slice(2)", "slice(3)") + SWITCH.replace("SAID", "args.exec"),
        PARSED.replace("slice(2))", "slice(2), options)") + SWITCH.replace("SAID", "args.exec"),
        PARSED.replace("'minimist'", "'./c'") + SWITCH.replace("SAID", "args.exec"),
    ],
)
def test_what_may_be_parsed_otherwise_is_a_gap(text: str) -> None:
    assert gaps(text, f"node a {SAYS}", PARSER, c="module.exports = () => ({exec: 'other'})")


def test_a_parser_that_only_has_the_name_says_nothing() -> None:
    text = PARSED + SWITCH.replace("SAID", "args.exec")
    files: Files = {"package.json": a_manifest("minimist"), "index.js": "module.exports = () => ({exec: 'other'})"}
    place = "node_modules/minimist"
    alias = a_package(files, an_artifact("min-imist", location=place))
    address = a_package(files, an_artifact("minimist", source=Source.REMOTE))
    assert gaps(text, f"node a {SAYS}", alias)
    assert gaps(text, f"node a {SAYS}", address)
    assert gaps(text, f"node a {SAYS}")


ASKS = "try { const said = JSON.parse(process.env.npm_config_argv); if (said.cooked) REST } catch (e) {}"


def test_what_waits_for_a_variable_that_npm_never_sets_hides_nothing() -> None:
    assert not gaps(ASKS.replace("REST", HIDES))
    assert not gaps(ASKS.replace("REST", "require('./c')"), c=RUNS)


@pytest.mark.parametrize(
    "text",
    [
        ASKS.replace("npm_config_argv", "npm_config_user_agent").replace("REST", HIDES),
        ASKS.replace("catch (e) {}", f"catch (e) {HIDES}").replace("REST", "{}"),
        "process.env.npm_config_argv = '{}'; " + ASKS.replace("REST", HIDES),
        "process.env[k] = '{}'; " + ASKS.replace("REST", HIDES),
        "Object.assign(process.env, f()); " + ASKS.replace("REST", HIDES),
        "const JSON = {parse: f}; " + ASKS.replace("REST", HIDES),
        ASKS.replace("JSON.parse(process.env.npm_config_argv)", "JSON.parse(process.env.npm_config_argv || x)").replace(
            "REST", HIDES
        ),
        ASKS.replace("JSON.parse", "f").replace("REST", HIDES),
        f"try {{ f(); {RUNS}; const said = JSON.parse(process.env.npm_config_argv) }} catch (e) {{}}",
    ],
)
def test_what_somebody_may_set_or_that_stands_before_is_a_gap(text: str) -> None:
    assert gaps(text)


@pytest.mark.parametrize(
    "text",
    [
        "const args = f(process.argv.slice(2)); args.x = 1",
        "var argv = process.argv;\nvar at = argv.indexOf('--');\nx = argv[at + 1]",
        "module.exports = function (flag, argv) {\n  argv = argv || process.argv;\n  return argv.indexOf(flag)\n}",
        "module.exports = (flag, argv = process.argv) => argv.indexOf(flag)",
        "var argv = {_: []}; argv.x = 1; f(argv)",
        "delete process.env.DEBUG",
    ],
)
def test_looking_something_up_changes_no_arguments(text: str) -> None:
    assert not may_change_arguments(text)


@pytest.mark.parametrize(
    "text",
    [
        "const a = process.argv; f(a)",
        "const a = process.argv; const b = (0, a); b[1] = 1",
        "const a = process.argv; (a) => {}; a.push(1)",
        "import {argv} from 'process'; argv.push(3)",
        "const {argv: a} = process; a.push(1)",
        "process['argv'][2] = 1",
        "[process.argv[2]] = ['x']",
        "for (process.argv[2] of ['x']);",
        "process.argv[2]++",
        "--process.argv[2]",
        "({a: process.argv[2]} = {a: 1})",
        "Object.assign(process.argv, x)",
        "x = [process.argv]",
    ],
)
def test_anything_else_may_change_them(text: str) -> None:
    assert may_change_arguments(text)


def test_what_another_command_line_names_is_not_handed_to_a_library() -> None:
    open_one = a_package({"package.json": a_manifest("tool"), "index.js": "module.exports = x => require(x)"})
    text = "require('tool')(x); if (process.argv[2] === 'other') require('./c'); const d = {f: './d'}"
    files: Files = {"a.js": text, "c.js": RUNS, "d.js": ""}
    assert reached(inspect("node a install", files, open_one)) >= {"a.js", "d.js"}
    assert "c.js" not in reached(inspect("node a install", files, open_one))
    assert "c.js" in reached(inspect("node a other", files, open_one))


OTHER = f"if (process.argv[2] === 'other') {HIDES}"


@pytest.mark.parametrize(
    "text",
    [
        "require('child_process').fork('./c.js', ['other'])",
        "require('child_process').fork('./c.js', list)",
        "require('child_process').fork('./c.js', ['other'], {cwd: '.'})",
        "require('child_process').spawn('node', ['c.js', 'other'])",
        "require('child_process').spawn(process.execPath, ['c.js', ...list])",
        "new (require('worker_threads').Worker)('./c.js', {argv: ['other']})",
    ],
)
def test_a_child_has_a_command_line_of_its_own(text: str) -> None:
    assert gaps(text, "node a install", c=OTHER)


def test_a_child_without_arguments_has_none() -> None:
    assert not gaps("require('child_process').fork('./c.js')", c=OTHER)
    assert not gaps("require('child_process').fork('./c.js', ['install'])", c=OTHER)


def test_a_script_that_an_unknown_program_is_given_may_have_more_arguments() -> None:
    text = "require('child_process').execFile(process.env.X, ['c.js', 'other'])"
    assert len(inspect("node a install", {"a.js": text, "c.js": OTHER}).gaps) > 1
