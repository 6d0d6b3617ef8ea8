"""What is computed but can hide nothing is no gap, and what could hide something still is one."""

from __future__ import annotations

import pytest

from safe_install.scan.javascript.javascript import JavaScript, read_javascript
from safe_install.scan.shell.leads import Kind


def said(text: str) -> JavaScript:
    """Read a text as a file of a package."""
    return read_javascript(text.encode(), "lib/a.js")


def shell_texts(text: str) -> list[str]:
    """Show the texts that a shell is given; what is computed is ``?``."""
    leads = [one for one in said(f"const c = require('child_process'); {text}").leads if one.kind is Kind.SHELL_TEXT]
    return ["".join(part if isinstance(part, str) else "?" for part in one.target.parts) for one in leads]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("c.execSync(`tool --target=${process.version}`)", "tool --target=$computed"),
        ("c.execSync('tool ' + process.versions.modules)", "tool $computed"),
        ("const t = `tool ${process.arch}`; c.execSync(t)", "tool $computed"),
        (
            "c.spawnSync('tool', [`--v=${/^[0-9]+/.exec(process.versions.openssl)[0]}`], {shell: true})",
            "tool --v=$computed",
        ),
    ],
)
def test_what_node_says_of_itself_is_no_command(text: str, expected: str) -> None:
    assert shell_texts(text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "c.execSync(`tool ${process.env.X}`)",
        "c.execSync(`tool ${process.argv[2]}`)",
        "c.execSync('tool ' + process.release.name)",
        "c.execSync(`tool ${process.arch} ${read()}`)",
        "c.execSync(`tool ${process.arch}`.replace(x, y))",
        "c.execSync('tool ' + /x/.exec(read())[0])",
        "c.execSync('tool ' + make(process.arch)[0])",
        "c.spawnSync('tool', [process.arch, ...rest], {shell: true})",
    ],
)
def test_what_could_hold_a_command_stays_computed(text: str) -> None:
    assert ["?" in one for one in shell_texts(text)] == [True]


def test_options_behind_a_name_are_no_arguments() -> None:
    text = "const o = {encoding: 'utf8', shell: true}; c.spawnSync('tool -a', o)"
    assert shell_texts(text) == ["tool -a"]


def test_arguments_behind_a_name_are_no_options() -> None:
    commands = said("const c = require('child_process'); const a = ['./x.js']; c.spawnSync('node', a)").commands
    assert [one.shown for one in commands] == ["node ./x.js"]


def test_npm_is_npm_by_the_path_that_it_gives() -> None:
    text = "require('child_process').spawnSync(process.execPath, [process.env.npm_execpath, 'run', 'x'])"
    assert [one.shown for one in said(text).commands] == ["npm run x"]


def test_node_gyp_is_itself_by_the_path_that_npm_gives() -> None:
    text = "require('child_process').spawnSync(process.execPath, [process.env.npm_config_node_gyp, 'rebuild'])"
    assert [one.shown for one in said(text).commands] == ["node-gyp rebuild"]


@pytest.mark.parametrize("name", ["npm_execpath", "npm_config_node_gyp"])
@pytest.mark.parametrize("text", ["process.env.NAME = './x.js'", "f({env: {NAME: './x.js'}})"])
def test_to_give_npm_another_path_is_told(name: str, text: str) -> None:
    assert any(name in one.detail for one in said(text.replace("NAME", name)).blinds)


def test_calling_what_a_function_was_given_is_no_gap() -> None:
    text = "function f() { const g = arguments[arguments.length - 1]; g(1); arguments[h()](2) }"
    assert said(text).blinds == ()


@pytest.mark.parametrize("text", ["arguments[f()]('fs')", "const g = arguments[f()]; g('fs')"])
def test_the_arguments_of_a_module_hold_require(text: str) -> None:
    assert any("arguments of its own module" in one.detail for one in said(text).blinds)


def test_to_compare_a_constructor_is_to_look_at_it() -> None:
    assert said("switch (v.constructor) { case Int8Array: f(); case w.constructor: f() }").blinds == ()
    assert said("switch (v.constructor('x')()) { case 1: f() }").blinds


def commands(text: str) -> list[str]:
    """Show the commands of a text; a program that is not known is ``?``."""
    found = said(f"const c = require('child_process'); {text}").commands
    return ["?" if one.program.literal is None else one.shown for one in found]


@pytest.mark.parametrize(
    "text",
    [
        "const l = ['sh', './x.sh']; c.spawn(l.shift(), l)",
        "function f(...l) { c.spawn(l.shift(), l) } f('sh', './x.sh')",
    ],
)
def test_the_first_of_a_list_is_its_program(text: str) -> None:
    assert commands(text) == ["sh ./x.sh"]


@pytest.mark.parametrize(
    "text",
    [
        "const l = ['echo', 'sh', './x.sh']; l.shift(); c.spawn(l.shift(), l)",
        "const l = ['echo', 'sh', './x.sh']; while (l.length) c.spawn(l.shift(), l)",
        "const l = ['echo', 'sh', './x.sh']; function f() { c.spawn(l.shift(), l) } f(); f()",
        "const l = ['echo', 'sh', './x.sh']; [1, 2].forEach(() => c.spawn(l.shift(), l))",
        "function f(...l) { l.shift(); c.spawn(l.shift(), l) } f('echo', 'sh', './x.sh')",
        "function f(...l) { const g = () => c.spawn(l.shift(), l); g(); g() } f('echo', 'sh', './x.sh')",
    ],
)
def test_of_a_list_that_is_shortened_more_than_once_the_program_is_not_known(text: str) -> None:
    assert "?" in commands(text)
