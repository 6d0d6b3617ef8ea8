"""Shapes of honest scripts that were taken for edges once, each beside what is one."""

from __future__ import annotations

import pytest

from safe_install.model import BoundaryKind
from tests.builders import Files
from tests.scan.trees import beside, inspect, kinds, reached

CP = "const cp = require('child_process'), path = require('path');\n"
TABLE = "const [, , name] = process.argv;\nconst table = {table};\ntable[name]('a');\n"


@pytest.mark.parametrize(
    "table",
    ["{ hint: () => require('./b'), help(x) { return x; } }", "{ 'hint': function () {}, 2: async () => {} }"],
)
def test_any_function_of_a_table_that_stands_there_is_read(table: str) -> None:
    files: Files = {"a.js": TABLE.replace("{table}", table), "b.js": ""}
    assert kinds(inspect("node a.js", files)) == set()


@pytest.mark.parametrize(
    "text",
    [
        TABLE.replace("{table}", "{ help: x => x, hint }"),
        TABLE.replace("{table}", "{ help: x => x, ...others }"),
        TABLE.replace("{table}", "{ help: x => x, [other]: x => x }"),
        TABLE.replace("{table}", "{ help: x => x, get hint() { return other; } }"),
        TABLE.replace("{table}", "{ help() { this.hint = other; }, hint: x => x }"),
        TABLE.replace("{table}", "{ help: x => x, __proto__: other }"),
        TABLE.replace("{table}", "{ help: x => x }") + "table.hint = other;",
        TABLE.replace("{table}", "{ help: x => x }") + "fill(table);",
        "const [, , name] = process.argv;\nconst table = { help: x => x };\ntable[name]('a')[name]('return 1')();\n",
    ],
)
def test_a_table_that_may_hold_something_else_is_a_gap(text: str) -> None:
    assert "dynamic" in kinds(inspect("node a.js", {"a.js": text}))


MAKE = "PREFIX ?= ../build\nall:\n\tcp a $(PREFIX)/a\n"


@pytest.mark.parametrize(
    ("command", "writes"),
    [
        ("make -C lib", "build/a"),
        ("make -C lib PREFIX=../../other", "../other/a"),
        ("ln -s ../../x lib; make -C lib", "../build/a"),
    ],
)
def test_what_a_command_writes_is_seen_from_the_root(command: str, writes: str) -> None:
    done = inspect(command, {"lib/Makefile": MAKE, "lib/a": ""}).behaviours
    assert writes in done.writes + done.writes_outside


LIBRARY = CP + "require(path.join(__dirname, 'prebuilds', `${process.platform}-${process.arch}`, 'x.node'));\n"


BESIDE = "require(`../prebuilds/${process.platform}/x.node`);\n"


@pytest.mark.parametrize(("path", "text"), [("a.js", LIBRARY), ("lib/a.js", BESIDE)])
def test_a_native_library_that_is_not_there_is_described(path: str, text: str) -> None:
    inspection = inspect(f"node {path}", {path: text})
    assert kinds(inspection) == set()
    assert {one.kind for one in inspection.boundaries} == {BoundaryKind.LOADS_NATIVE}


@pytest.mark.parametrize(
    ("text", "more"),
    [
        ("require('fs').writeFileSync(process.env.X, 'x');\n", {}),
        ("require('fs').writeFileSync(path.join(__dirname, 'prebuilds', 'x'), 'x');\n", {}),
        ("cp.execSync('cp -r there prebuilds');\n", {}),
        ("cp.execSync('unknown-program');\n", {}),
        ("", {"scripts": {"preinstall": "node b.js", "postinstall": "node a.js"}}),
        ("require('other');\n", {"dependencies": {"other": "1"}}),
    ],
)
def test_where_somebody_may_put_one_it_is_a_gap(text: str, more: dict[str, object]) -> None:
    assert "dynamic" in kinds(inspect("node a.js", {"a.js": LIBRARY + text, "b.js": ""}, **more))


@pytest.mark.parametrize(
    "path",
    ["'prebuilds', process.env.X, 'x.node'", "'prebuilds', process.platform, 'x'", "process.platform, 'x.node'"],
)
def test_a_path_that_may_be_another_is_a_gap(path: str) -> None:
    text = LIBRARY.partition("require(path")[0] + f"require(path.join(__dirname, {path}));\n"
    assert "dynamic" in kinds(inspect("node a.js", {"a.js": text}))


def test_a_library_in_another_package_is_a_gap() -> None:
    assert "dynamic" in kinds(inspect("node a.js", {"a.js": BESIDE}))


@pytest.mark.parametrize("place", ["/etc/os-release", "/usr/lib/os-release"])
def test_what_a_system_says_of_itself_may_be_sourced(place: str) -> None:
    assert kinds(inspect("sh a.sh", {"a.sh": f'. {place} && echo "$ID"\n'})) == set()


@pytest.mark.parametrize(
    "text",
    [
        "echo x > /etc/os-release; . /etc/os-release",
        "cp x /etc/os-release; . /etc/os-release",
        "./b; . /etc/os-release",
        ". /etc/os-release/../x",
        ". /etc/profile",
    ],
)
def test_what_a_script_may_have_written_there_may_not(text: str) -> None:
    assert "outside-package" in kinds(inspect("sh a.sh", {"a.sh": text}))


RESOLVES = (
    "const path = require('path');\nconst root = path.resolve(__dirname, '..');\n"
    "function find(name) { try { return require.resolve(name, { paths: [PATHS] }); } catch { return null; } }\n"
    "require(find('tool'));\n"
)


def test_a_package_resolved_from_the_root_is_the_one_that_is_meant() -> None:
    tool = beside("tool", {"index.js": "require('./b')", "b.js": ""})
    inspection = inspect("node lib/a.js", {"lib/a.js": RESOLVES.replace("PATHS", "root")}, tool)
    assert reached(inspection) == {"lib/a.js", "tool:index.js", "tool:b.js"}
    assert kinds(inspection) == set()


@pytest.mark.parametrize("paths", ["process.cwd()", "root, process.argv[2]", "path.join(root, 'lib')", "'/opt'"])
def test_one_resolved_from_elsewhere_is_a_gap(paths: str) -> None:
    text = RESOLVES.replace("PATHS", paths)
    assert "dynamic" in kinds(inspect("node lib/a.js", {"lib/a.js": text}, beside("tool", {"index.js": ""})))


def test_null_is_nothing_to_require_and_a_name_to_import() -> None:
    assert kinds(inspect("node a.js", {"a.js": "require(null)"})) == set()
    assert kinds(inspect("node a.js", {"a.js": "import(null)"})) == {"dynamic"}


CHOSEN = (
    CP + "const [file, words] = process.argv[2] ? ['node', ['b.js']] : ['make', ['it']];\ncp.spawnSync(file, words);\n"
)


def test_a_program_is_started_with_the_arguments_that_are_chosen_with_it() -> None:
    files: Files = {"a.js": CHOSEN, "b.js": "", "Makefile": "it:\n\tnode c.js\n", "c.js": ""}
    assert reached(inspect("node a.js", files)) == {"a.js", "b.js", "Makefile", "c.js"}
    assert kinds(inspect("node a.js", files)) == set()


@pytest.mark.parametrize(
    ("old", "new"),
    [("['make', ['it']]", "other"), ("['make', ['it']]", "[...other]"), ("cp.spawn", "words.push(other); cp.spawn")],
)
def test_arguments_that_may_be_others_are_a_gap(old: str, new: str) -> None:
    assert "dynamic" in kinds(inspect("node a.js", {"a.js": CHOSEN.replace(old, new), "b.js": "", "Makefile": "it:\n"}))


QUOTED = CP + "const own = path.join(__dirname, 'lib', 'b.js');\ncp.spawnSync(process.execPath, ['-e', TEXT]);\n"


def test_a_text_that_only_requires_a_path_leads_to_the_file() -> None:
    text = QUOTED.replace("TEXT", "`require(${JSON.stringify(own)});`")
    inspection = inspect("node a.js", {"a.js": text, "lib/b.js": "require('./c')", "lib/c.js": ""})
    assert reached(inspection) == {"a.js", "lib/b.js", "lib/c.js"}
    assert kinds(inspection) == set()


@pytest.mark.parametrize(
    "text",
    ["`require(${JSON.stringify(process.argv[2])})`", "`require(${process.argv[2]})`", "`${JSON.stringify(x)};y`"],
)
def test_a_text_that_may_be_another_is_a_gap(text: str) -> None:
    assert "dynamic" in kinds(inspect("node a.js", {"a.js": QUOTED.replace("TEXT", text)}))


def test_what_reads_the_environment_by_names_takes_no_whole_of_it() -> None:
    files: Files = {
        "a.js": "const { asks } = require('./b');\nasks('x', process.env);\n",
        "b.js": "exports.asks = (x, env) => env.CI || env['DO_NOT_TRACK'] || typeof env.A === x;\n",
    }
    assert set(inspect("node a.js", files).behaviours.env) == {"A", "CI", "DO_NOT_TRACK"}


@pytest.mark.parametrize(
    "asks",
    [
        "(x, env) => env",
        "(x, env) => ({ ...env })",
        "(x, env) => env[x]",
        "(x, env) => env.valueOf()",
        "(x, { ...env }) => env",
        "function () { return arguments[1]; }",
        "(x, env) => { for (const k in env) x(k); }",
        "(x, env) => x(env)",
    ],
)
def test_what_may_take_the_whole_environment_does(asks: str) -> None:
    files: Files = {
        "a.js": "const { asks } = require('./b');\nasks('x', process.env);\n",
        "b.js": f"exports.asks = {asks};\n",
    }
    assert "*" in inspect("node a.js", files).behaviours.env


PROJECT: Files = {"pnpm-workspace.yaml": "# ours\npackages:\n  - apps/*\n  - 'libs/*' # all\n"}


@pytest.mark.parametrize(
    "command", ["pnpm -r --parallel run --if-present gen", "npm run gen --workspaces --if-present"]
)
def test_a_script_of_every_package_of_a_project_is_read(command: str) -> None:
    below = '{"scripts": {"pregen": "node p.js", "gen": "node g.js", "other": "node o.js"}}'
    files: Files = {"apps/a/package.json": below, "apps/a/g.js": "", "apps/a/p.js": "", "apps/a/o.js": "", **PROJECT}
    inspection = inspect(command, files)
    assert {"apps/a/g.js", "apps/a/p.js"} <= reached(inspection)
    assert "apps/a/o.js" not in reached(inspection)
    assert kinds(inspection) == set()


def test_a_script_that_nothing_has_is_told_unless_it_may_be_absent() -> None:
    assert kinds(inspect("pnpm run gen", PROJECT)) == {"missing"}
    assert kinds(inspect("pnpm run --if-present gen", PROJECT)) == set()


@pytest.mark.parametrize(
    "text",
    ["scriptShell: ./x\n", "packages:\n  - a\nscriptShell: ./x\n", "packages:\n  - ../a\n", "packages: [a, b]\n"],
)
def test_what_else_a_projects_file_says_is_told(text: str) -> None:
    assert kinds(inspect("pnpm run --if-present gen", {"pnpm-workspace.yaml": text})) == {"dynamic"}


SCRATCH = (
    "const cp = require('child_process'), fs = require('fs'), os = require('os'), path = require('path');\n"
    "const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'fonts-'));\n"
    "function unpack(file) { RUNS }\nunpack(path.join(dir, 'a.zip'));\n"
)
"""A directory that Node makes, whose name is put into a command."""


def by_powershell(text: str) -> str:
    return SCRATCH.replace("RUNS", f"cp.execFileSync('powershell.exe', ['-NoProfile', '-Command', `{text}`]);")


def by_shell(text: str) -> str:
    return SCRATCH.replace("RUNS", f"cp.execSync(`{text}`);")


@pytest.mark.parametrize(
    "text",
    [by_powershell("Expand-Archive -LiteralPath '${file}' -DestinationPath 'x'"), by_shell("unzip ${file} -d x")],
)
def test_the_name_of_a_directory_that_node_makes_is_a_word(text: str) -> None:
    assert kinds(inspect("node a.js", {"a.js": text})) == set()


@pytest.mark.parametrize(
    "text",
    [
        by_powershell("${file}"),
        by_powershell("& '${file}'"),
        by_powershell(". '${file}'"),
        by_powershell("Expand-Archive '${file}'; ${file}"),
        by_powershell("Start-Process '${file}'"),
        by_shell("sh ${file}"),
        by_shell("${file}"),
        by_shell("unzip ${file} ${process.env.X}"),
        by_shell("unzip ${file}").replace("'fonts-'", "'; evil;'"),
        by_shell("unzip ${file}").replace("'fonts-'", "process.env.X"),
        "require('fs').mkdtempSync = () => '; evil';\n" + by_shell("unzip ${file}"),
    ],
)
def test_what_lies_in_such_a_directory_and_runs_is_a_gap(text: str) -> None:
    assert kinds(inspect("node a.js", {"a.js": text}))
