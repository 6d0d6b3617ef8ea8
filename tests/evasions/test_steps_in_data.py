"""What an attack keeps in data: the places it writes to, the settings of its children, a whole program of numbers."""

from __future__ import annotations

import json

import pytest

from tests.builders import Files
from tests.evasions.packages import Seen, codes, hooked, packages

pytestmark = pytest.mark.semgrep

COPIES = (
    "const fs = require('fs'), path = require('path'), root = process.env.INIT_CWD;\n"
    "for (const [from, to] of Object.entries(require('./plan'))) {\n"
    "  const text = fs.readFileSync(path.join(__dirname, from), 'utf8'), place = path.join(root, ...[].concat(to));\n"
    "  fs.writeFileSync(place, text.replaceAll('%ID%', 'x'));\n}\n"
)


def planned(place: object, name: str = "plan.json", before: str = "") -> Files:
    """Make a hook that copies a template to a place in the project that other data names."""
    return hooked("node a.js", {"a.js": COPIES, name: before + json.dumps({"a.tpl": place}), "a.tpl": "on: [push]\n"})


@packages(
    listed=planned([".github", "workflows", "a.yml"]),
    spread_over_lines=hooked(
        "node a.js",
        {"a.js": COPIES, "plan.json": json.dumps({"a.tpl": [".github", "workflows", "a.yml"]}, indent=2), "a.tpl": ""},
    ),
    whole=planned(".gitlab-ci.yml"),
    task=planned([".vscode", "tasks.json"]),
    container=planned(".devcontainer/devcontainer.json"),
    module=planned([".circleci", "config.yml"], "plan.js", "module.exports = "),
)
def test_a_place_that_stands_in_data_is_a_place(seen: Seen) -> None:
    assert "plants-listed-pipelines" in seen.errors


@packages(other=planned(["docs", "notes.md"]), editor=planned([".editorconfig"]))
def test_another_place_in_data_does_not_block(seen: Seen) -> None:
    assert not seen.blocked


MERGES = (
    "const { fork } = require('child_process');\n"
    "const merge = (to, from) => { for (const key in from) {\n"
    "  if (typeof from[key] === 'object') merge(to[key] ??= {}, from[key]); else to[key] = from[key]; } };\n"
    "merge({}, require('./own.json'));\nfork(require.resolve('./probe'));\n"
)


def merged(settings: str) -> Files:
    """Make a hook that merges settings, and starts a child afterwards."""
    return hooked("node a.js", {"a.js": MERGES, "own.json": settings, "probe.js": "process.exit(0);\n"})


@packages(
    environment=merged(json.dumps({"__proto__": {"env": {"NODE_OPTIONS": "--require ./b.cjs"}}}, indent=4)),
    arguments=merged(json.dumps({"mode": 1, "__proto__": {"quiet": 1, "execArgv": ["-r", "./b.cjs"]}}, indent=2)),
    shell=merged('{\n\t"__proto__" :\n\t{\n\t\t"shell" : "./b"\n\t}\n}'),
)
def test_settings_that_every_object_gets_block_on_several_lines_too(seen: Seen) -> None:
    assert "pollutes-prototypes" in seen.errors


MACHINE = (
    "var at = 0, stack = [], all = Function.prototype.call.bind(function () {{ return this; }}, globalThis)();\n"
    "var code = [0, 1, 2], names = Buffer.from(require('./names.json').text, 'base64').toString().split(',');\n"
    "function next() {{ return code[at++]; }}\n"
    "var steps = [() => stack.push(names[next()]), () => stack.push(all[stack.pop()]), () => stack.pop()()];\n"
    "while (at < code.length) {step}\n"
)
NAMES = {"names.json": '{"text": "ZmV0Y2g="}'}


@codes(
    NAMES,
    function=MACHINE.format(step="steps[next()]();"),
    counter=MACHINE.format(step="steps[code[at++]](stack);"),
    called=MACHINE.format(step="steps[next()].call(null, stack);"),
)
def test_a_program_of_numbers_that_has_every_name_at_hand_blocks(seen: Seen) -> None:
    assert "obeys-coded-program" in seen.errors


HOOK = "const fs = require('fs'), path = require('path');\nconst file = path.join(process.env.INIT_CWD, '.git/hooks/pre-commit');\n"
FILE = 'fs.writeFileSync(file, `#!/bin/sh\nscript=$(dirname "$0")/../check\n{line}\n`);\n'


@codes(stops=HOOK + FILE.format(line='sh -e "$script" "$@"'), plain=HOOK + FILE.format(line='sh "$script"'))
def test_a_hook_that_starts_a_file_is_not_blocked_for_evaluating(seen: Seen) -> None:
    assert "hooks-git-to-background" not in seen.errors


@codes(
    evaluates=HOOK + FILE.format(line='sh -e -c "$script"'),
    together=HOOK + FILE.format(line='bash -ec "$script"'),
    printed=HOOK + FILE.format(line='node -e "$script"'),
)
def test_a_hook_that_evaluates_a_text_is_blocked(seen: Seen) -> None:
    assert "hooks-git-to-background" in seen.errors


STARTS = "function start(name, then) {{\n  exec(name, {words}, then);\n}}\nstart(process.env.TOOL, function () {{}});\n"


@codes(
    by_name="var exec = require('child_process').execFile;\n" + STARTS.format(words="['image', 'ls']"),
    with_options="const { execFile: exec } = require('child_process');\n"
    + STARTS.format(words="['ls'], { timeout: 9 }"),
)
def test_a_program_with_a_list_of_words_is_no_text_that_is_evaluated(seen: Seen) -> None:
    assert seen.flagged
    assert not seen.blocked


@codes(
    list_of_words="var exec = require('child_process').exec;\n" + STARTS.format(words="['image', 'ls']"),
    empty_list="const { exec } = require('child_process');\n" + STARTS.format(words="[]"),
    no_list="var exec = require('child_process').exec;\n" + STARTS.format(words="{ timeout: 9 }"),
)
def test_a_text_for_a_shell_blocks_with_a_list_beside_it(seen: Seen) -> None:
    assert seen.blocked


def beside(lines: str) -> Files:
    """Make a hook below the package's own folder that keeps something at home."""
    start = "const fs = require('fs'), os = require('os'), path = require('path');\n"
    keeps = "fs.writeFileSync(path.join(os.homedir(), process.env.PART, 'a.bin'), '');\n"
    return hooked("node lib/a.js", {"lib/a.js": start + lines + keeps, "package.json.md": "own\n"})


OWN = "const lock = path.join(__dirname, '..', 'fetch.lock');\n"
ROOT = "const root = path.join(__dirname, '..');\nfs.writeFileSync(path.join(root, 'a.txt'), '');\n"


@packages(file=beside(OWN), file_and_root=beside(OWN + ROOT))
def test_a_file_in_the_packages_own_folder_is_no_neighbour(seen: Seen) -> None:
    assert "rewrites-neighbours" not in seen.errors


@packages(
    two_up=beside(OWN + ROOT + "const other = path.join(__dirname, '..', '..', 'neighbour', 'index.js');\n"),
    from_root=beside(OWN + ROOT + "const other = path.join(root, '..', process.env.OTHER, 'index.js');\n"),
    computed=beside(OWN + ROOT + "const other = path.join(root, `../${process.env.OTHER}`, 'index.js');\n"),
)
def test_a_way_on_from_that_folder_blocks(seen: Seen) -> None:
    assert "rewrites-neighbours" in seen.errors


UP = "const fs = require('fs'), path = require('path');\nconst root = path.join(__dirname, '..');\n"
WRITES = "fs.writeFileSync(path.join({start}, 'neighbour', 'index.js'), 'module.exports = {{}};');\n"


@packages(
    of_root=hooked("node lib/a.js", {"lib/a.js": UP + WRITES.format(start="path.dirname(root)")}),
    twice=hooked("node lib/a.js", {"lib/a.js": UP + WRITES.format(start="path.dirname(path.dirname(__dirname))")}),
    of_a_file=hooked("node a.js", {"a.js": UP + WRITES.format(start="path.dirname(path.dirname(__filename))")}),
    of_scope=hooked(
        "node lib/a.js",
        {"lib/a.js": UP + WRITES.format(start="path.dirname(path.dirname(root))")},
        name="@scope/example",
    ),
)
def test_the_folder_above_the_packages_own_is_where_its_neighbours_lie(seen: Seen) -> None:
    assert "writes-into-neighbours" in seen.errors


@packages(
    inside=hooked("node lib/a.js", {"lib/a.js": UP + WRITES.format(start="path.dirname(__dirname)")}),
    deeper=hooked("node lib/b/a.js", {"lib/b/a.js": UP + WRITES.format(start="path.dirname(path.dirname(__dirname))")}),
)
def test_a_folder_above_a_file_that_is_the_packages_own_is_not(seen: Seen) -> None:
    assert not seen.flagged
