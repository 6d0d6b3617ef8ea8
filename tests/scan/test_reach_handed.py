"""What a script hands to a library, or a library's program finds by its name, is read; and own files come first."""

from __future__ import annotations

import pytest

from safe_install.model import BoundaryKind
from safe_install.scan.reach import reach
from tests.builders import Files
from tests.scan.trees import beside, inspect, kinds, reached

RUNS = beside("execa", {"index.js": "module.exports = (file, args) => require('child_process').spawn(file, args)"})
LOADS = beside("jiti", {"index.js": "module.exports = () => id => require(id)"})


@pytest.mark.parametrize(
    ("text", "library"),
    [
        ("require('execa')('node', ['b.js'])", RUNS),
        ("require('execa')('node', [require('path').join(__dirname, 'lib', 'b.js')])", RUNS),
        ("require('jiti')(__filename)('./lib/b')", LOADS),
        ("require('jiti')(__filename)('./lib')", LOADS),
    ],
)
def test_a_file_whose_name_a_library_is_handed_is_read(text: str, library: object) -> None:
    files: Files = {"a.js": text, "lib/b.js": "require(x)", "lib/index.js": "require('./b')"}
    inspection = inspect("node a", files, library)  # type: ignore[arg-type]
    assert "lib/b.js" in reached(inspection)
    assert kinds(inspection) == {"dynamic"}


def test_so_it_is_where_the_library_is_not_here() -> None:
    files: Files = {"a.js": "require('execa')('node', ['b.js'])", "b.js": "require(x)"}
    assert kinds(inspect("node a", files, dependencies={"execa": "1"})) == {"dynamic"}


def test_where_every_edge_of_a_library_is_followed_a_name_is_a_name() -> None:
    quiet = beside("quiet", {"index.js": "module.exports = name => console.log(name)"})
    inspection = inspect("node a", {"a.js": "require('quiet')('b.js', './c')", "b.js": "", "c.js": ""}, quiet)
    assert reached(inspection) == {"a.js", "quiet:index.js"}


@pytest.mark.parametrize(
    ("command", "path"),
    [
        ("gulp build", "gulpfile.js"),
        ("gulp build", ".gulprc.cjs"),
        ("gulp build", "gulp.config.mjs"),
        ("gulp --gulpfile=tasks/own.js", "tasks/own.js"),
        ("gulp tasks/own.js", "tasks/own.js"),
    ],
)
def test_what_another_packages_program_looks_for_in_the_package_is_read(command: str, path: str) -> None:
    gulp = beside("gulp", {"x.js": "#!/usr/bin/env node\nrequire(found())"}, bin={"gulp": "x.js"})
    inspection = inspect(command, {path: "require(x)", "other.js": "require(x)"}, gulp)
    assert reached(inspection) == {"gulp:x.js", path}
    assert kinds(inspection) == {"dynamic"}


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        (".mocharc.json", '{"require": ["./b.js"]}'),
        (".mocharc.yml", "require:\n  - b.js\n"),
        (".nycrc", '{"require": ["./b.js"]}'),
        ("jest.config.json", '{"setupFiles": ["<rootDir>/b.js"], "globalSetup": "b.js"}'),
    ],
)
def test_what_the_settings_of_another_packages_program_name_is_read(settings: str, text: str) -> None:
    mocha = beside("mocha", {"x.js": "#!/usr/bin/env node\nrequire(found())"}, bin={"mocha": "x.js"})
    inspection = inspect("mocha --exit", {settings: text, "b.js": "require(x)", "other.js": "require(x)"}, mocha)
    assert reached(inspection) == {"mocha:x.js", settings, "b.js"}
    assert kinds(inspection) == {"dynamic"}


def test_so_is_what_the_manifest_names_under_the_programs_name() -> None:
    mocha = beside("mocha", {"x.js": "#!/usr/bin/env node\nrequire(found())"}, bin={"mocha": "x.js"})
    files: Files = {"b.js": "require(x)", "c.js": "require(x)"}
    inspection = inspect("mocha", files, mocha, mocha={"require": "./b.js"}, main="c.js")
    assert reached(inspection) == {"mocha:x.js", "b.js"}


def test_own_files_are_read_before_libraries_so_that_only_those_are_left_unread(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reach, "MOST_TEXTS", 4)
    large = beside("large", {f"{n}.js": f"require('./{n + 1}')" for n in range(9)}, main="0")
    files: Files = {"a.js": "require('large'); require('./b')", "b.js": "require('./c')", "c.js": ""}
    inspection = inspect("node a", files, large)
    assert {"a.js", "b.js", "c.js"} <= reached(inspection)
    assert not inspection.gaps
    (end,) = inspection.boundaries
    assert end.kind is BoundaryKind.LIBRARY
    assert "were not read" in end.detail


def test_own_files_that_are_left_unread_are_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reach, "MOST_TEXTS", 3)
    files = {f"{n}.js": f"require('./{n + 1}')" for n in range(9)}
    inspection = inspect("node 0", files)
    assert kinds(inspection) == {"too-large"}
    assert not inspection.boundaries


def test_what_a_library_is_handed_is_read_though_the_library_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reach, "MOST_TEXTS", 4)
    large = beside("large", {f"{n}.js": f"require('./{n + 1}')" for n in range(9)}, main="0")
    files: Files = {"a.js": "require('large')('node', ['b.js'])", "b.js": "require(x)"}
    assert kinds(inspect("node a", files, large)) == {"dynamic"}


# ------------------------------------------------------------------ what runs nothing


@pytest.mark.parametrize(
    "text", ["require('../../package.json')", "require('./gone.json')", "require(`./l/${x()}.json`)"]
)
def test_data_that_is_not_here_runs_nothing(text: str) -> None:
    assert not inspect("node a", {"a.js": text}).gaps


@pytest.mark.parametrize("path", ["l/x.json.js", "l/x.json/index.js", "l/x.json.node"])
def test_code_that_node_takes_in_the_place_of_data_is_a_gap(path: str) -> None:
    assert kinds(inspect("node a", {"a.js": "require(`./l/${x()}.json`)", path: ""})) >= {"dynamic"}


def test_a_module_that_only_another_package_manager_has_runs_nothing() -> None:
    assert not inspect("node a", {"a.js": "require('pnpapi')"}).gaps
    evil = beside("pnpapi", {"index.js": ""})
    assert reached(inspect("node a", {"a.js": "require('pnpapi')"}, evil)) == {"a.js", "pnpapi:index.js"}


def test_a_library_that_is_built_here_is_a_known_end() -> None:
    files: Files = {"a.js": "require('./x.node')", "binding.gyp": "{}"}
    assert {end.kind for end in inspect("node a", files).boundaries} == {BoundaryKind.LOADS_NATIVE}
    assert kinds(inspect("node a", {"a.js": "require('./x.node')"})) == {"missing"}


@pytest.mark.parametrize(("detail", "text"), [("WebAssembly", "WebAssembly.instantiate(x)"), ("apt", "APT")])
def test_what_libraries_do_where_they_are_asked_to_is_theirs(detail: str, text: str) -> None:
    code = text.replace("APT", "require('child_process').execSync('apt-get satisfy -y x')")
    assert not inspect("node a", {"a.js": "require('tool')"}, beside("tool", {"index.js": code})).gaps, detail
    assert inspect("node a", {"a.js": code}).gaps


# ------------------------------------------------------------------ where a shell file lies


@pytest.mark.parametrize(
    "text",
    [
        'cd "$(dirname "$0")/.." && node lib/b',
        "cd $(dirname $0)/../lib; node b",
        'HERE=$(cd "$(dirname "$0")/.." && pwd)\nnode "$HERE/lib/b.js"',
        'DIR="$( cd "$( dirname "${BASH_SOURCE[0]}" )" >/dev/null 2>&1 && pwd )"; node $DIR/../lib/b.js',
        "pushd lib; node b",
    ],
)
def test_a_shell_file_knows_where_it_lies(text: str) -> None:
    inspection = inspect("sh scripts/x.sh", {"scripts/x.sh": text, "lib/b.js": ""})
    assert "lib/b.js" in reached(inspection)
    assert kinds(inspection) <= {"missing"}


def test_a_file_that_another_one_reads_in_may_be_called_by_its_name() -> None:
    files: Files = {"x.sh": ". ./lib/y.sh", "lib/y.sh": 'node "$(dirname "$0")/b.js"', "lib/b.js": ""}
    assert "dynamic" in kinds(inspect("sh x.sh", files))


def test_a_variable_that_is_unset_may_be_anything_and_no_other_is() -> None:
    files: Files = {"x.sh": "A=node\nunset B\n$A b", "b.js": ""}
    assert not inspect("sh x.sh", files).gaps
    assert "dynamic" in kinds(inspect("sh x.sh", {"x.sh": "A=node\nunset A\n$A b", "b.js": ""}))


def test_node_given_npms_own_file_is_npm() -> None:
    text = "require('child_process').spawn(process.execPath, [process.env.npm_execpath, 'run', 'build'])"
    inspection = inspect("node a", {"a.js": text, "b.js": ""}, scripts={"postinstall": "node a", "build": "node b"})
    assert reached(inspection) == {"a.js", "b.js"}
    assert not inspection.gaps


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        ("process.version", set[str]()),
        ("/^\\d+/.exec(process.versions.openssl)[0]", set[str]()),
        ("process.version.replace('v', text)", {"dynamic"}),
        ("process.env.VERSION", set[str]()),  # a person says it, and nothing that was read sets it
        ("process.env.WHERE", {"dynamic"}),
    ],
)
def test_what_node_says_of_itself_changes_no_command(part: str, expected: set[str]) -> None:
    text = f"require('child_process').exec(`node b.js --target=${{{part}}}`)"
    inspection = inspect("node a", {"a.js": text, "b.js": ""})
    assert reached(inspection) == {"a.js", "b.js"}
    assert kinds(inspection) == expected


@pytest.mark.parametrize(
    "before", ["let process; process = load()", "function f(process) {}", "globalThis.process = x()"]
)
def test_a_process_of_the_texts_own_may_say_anything(before: str) -> None:
    text = f"{before}; require('child_process').exec(`node b.js --target=${{process.version}}`)"
    assert "dynamic" in kinds(inspect("node a", {"a.js": text, "b.js": ""}))


def test_a_name_that_many_files_have_means_those_at_the_root_and_beside_the_text() -> None:
    others = {f"{n}/index.js": "require(x)" for n in range(5)}
    files: Files = {"lib/a.js": "require('execa')('node', ['index.js'])", "lib/index.js": "", "index.js": "", **others}
    assert reached(inspect("node lib/a", files, RUNS)) == {"lib/a.js", "lib/index.js", "index.js", "execa:index.js"}


GENERATES = (
    "const fs = require('fs'), path = require('path');\n"
    "const folder = path.join(__dirname, '../.generated'), main = path.join(folder, 'c.js');\n"
    "if (!fs.existsSync(main)) fs.copyFileSync(path.join(__dirname, 'd.js'), main);\n"
    "require('execa')('node', ['b.js']);\n"
)


def test_a_name_that_is_only_joined_to_a_place_outside_the_package_is_none_of_its_files() -> None:
    files: Files = {"a.js": GENERATES, "b.js": "", "c.js": "require(x)", "lib/c.js": "require(x)", "d.js": ""}
    assert reached(inspect("node a", files, RUNS)) == {"a.js", "b.js", "d.js", "execa:index.js"}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("'../.generated'", "'generated'"),  # within the package
        ("'../.generated'", "'../example'"),  # the package again
        ("'../.generated'", "'../../../.generated'"),  # nobody knows what lies there
        ("'../.generated'", "process.argv[2]"),
        ("['b.js']", "['b.js', 'c.js']"),
        ("['b.js']", "['b.js', path.basename(main)]"),
        ("['b.js']", "['b.js', path.basename(fs.realpathSync(main))]"),
        ("['b.js']", "['b.js', path.basename(path.join(folder, 'c.js'))]"),
        ("require('execa')", "module.exports = { main }; require('execa')"),
        ("'c.js');", "'\\x63.js');\nrequire('execa')('node', ['c.js']);"),
        (
            "require('execa')",
            f"f({'[' + ', '.join(repr(f'n{n}') for n in range(5_000)) + ']'}, 'c.js'); require('execa')",
        ),
        ("require('execa')", "((folder) => require('execa')(path.join(folder, 'c.js')))(__dirname); require('execa')"),
    ],
)
def test_any_other_use_of_it_is_followed_all_the_same(before: str, after: str) -> None:
    files: Files = {"a.js": GENERATES.replace(before, after), "b.js": "", "c.js": "require(x)", "d.js": ""}
    assert "c.js" in reached(inspect("node a", files, RUNS))
