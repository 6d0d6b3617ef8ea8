"""A script is followed to every file it can cause to run; what cannot be followed is a gap, always."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safe_install.model import BoundaryKind, Event, Gap, GapKind, Inspection, Language, LifecycleScript, Package, Source
from safe_install.scan.reach import reach
from safe_install.scan.reach.inline_names import COMMAND, INLINE
from safe_install.scan.reach.reach import trace
from tests.builders import Files, a_manifest, a_package, a_script, an_artifact

ELF = b"\x7fELF\2\1\1" + b"\0" * 57


def inspect(
    command: str,
    files: Files | None = None,
    packages: tuple[Package, ...] = (),
    scripts: dict[str, str] | None = None,
    programs: dict[str, str] | None = None,
) -> Inspection:
    """Trace one postinstall script of a package that holds these files."""
    scripts = {"postinstall": command, **(scripts or {})}
    manifest = a_manifest(scripts=scripts, bin=programs or {}, config={"run": "install.js"})
    package = a_package({"package.json": manifest, **(files or {})}, an_artifact())
    script = LifecycleScript(package=package, event=Event.POSTINSTALL, command=command)
    return trace(script, {one.artifact.location: one for one in (package, *packages)})


def reached(inspection: Inspection) -> set[str]:
    """Name the files that were reached, texts without a file left out."""
    return {file.path for file in inspection.files if not file.path.startswith(":")}


def kinds(inspection: Inspection) -> set[str]:
    return {gap.kind.value for gap in inspection.gaps}


FILES = {
    "index.js": "",
    "install.js": "require('./lib/x')",
    "lib/x.js": "require('./data.json')",
    "lib/data.json": "{}",
    "tools/package.json": '{"main": "../notes.md"}',
    "notes.md": "require('./lib/x')",
    "run.sh": "node install.js",
    "run": "#!/usr/bin/env node\nrequire('./lib/x')",
    "python.py": "print()",
    "Makefile": "all:\n\tnode install.js",
    "CMakeLists.txt": "add_subdirectory(sub)",
    "sub/CMakeLists.txt": "execute_process(COMMAND node x.js)",
    "sub/x.js": "",
}
TO_X = {"lib/x.js", "lib/data.json"}


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("node install.js", {"install.js", *TO_X}),
        ("node install", {"install.js", *TO_X}),
        ("node ./lib/../install", {"install.js", *TO_X}),
        ("node .", {"package.json", "index.js"}),
        ("node tools", {"tools/package.json", "notes.md", *TO_X}),
        ("node < notes.md", {"notes.md", *TO_X}),
        ("cat notes.md | node -", {"notes.md", *TO_X}),
        ("node -r ./lib/x -e ''", TO_X),
        ("node -e \"try{require('./install')}catch(e){}\" || exit 0", {"install.js", *TO_X}),
        ("node -e \"import('./install.js').catch(() => void 0)\"", {"install.js", *TO_X}),
        ("node -e \"eval('require(\\'./lib/x\\')')\"", TO_X),
        ("sh run.sh", {"run.sh", "install.js", *TO_X}),
        ("./run.sh", {"run.sh", "install.js", *TO_X}),
        ("./run", {"run", *TO_X}),
        ("sh -c 'sh -c \"node install.js\"'", {"install.js", *TO_X}),
        ("n\"o\"de 'install'.js", {"install.js", *TO_X}),
        ("cd lib && node x", TO_X),
        ("(cd lib && node x) && node index.js", {"index.js", *TO_X}),
        ("false && cd lib; node install.js", {"install.js", *TO_X}),
        ("echo $(node install.js)", {"install.js", *TO_X}),
        ("echo a\n\nnode install.js &", {"install.js", *TO_X}),
        ("if test -f install.js; then node install.js; fi", {"install.js", *TO_X}),
        ("f() { node install.js; }; f", {"install.js", *TO_X}),
        ("npm run other", {"package.json", "install.js", *TO_X, "index.js"}),
        ("npm run with -- install.js", {"package.json", "install.js", *TO_X}),
        ("NODE_OPTIONS='--require ./lib/x' true", TO_X),
        ("start /B node install & node install", {"install.js", *TO_X}),
        ("node $npm_package_config_run", {"install.js", *TO_X}),
        ("make", {"Makefile", "install.js", *TO_X}),
        ("cmake .", {"CMakeLists.txt", "sub/CMakeLists.txt", "sub/x.js"}),
        ("python python.py", {"python.py"}),
    ],
)
def test_a_command_is_followed_without_a_gap(command: str, expected: set[str]) -> None:
    inspection = inspect(command, FILES, scripts={"other": "node install", "preother": "node index", "with": "node"})
    assert reached(inspection) == expected
    assert not inspection.gaps


def test_a_program_with_blanks_in_its_name_is_a_command_line_unless_such_a_file_is_there() -> None:
    text = "require('child_process').spawn('./a b', options)"
    line = inspect("node x", {"x.js": text, "a": "node c", "c.js": ""})
    assert reached(line) == {"x.js", "a", "c.js"}
    file = inspect("node x", {"x.js": text, "a": "node c", "a b": "node d", "d.js": ""})
    assert {"a b", "d.js"} <= reached(file)


def test_windows_finds_a_batch_file_in_the_working_directory() -> None:
    files = {"lib/Get.bat": "node x", "lib/x.js": "require('./y')", "lib/y.js": ""}
    assert {"lib/Get.bat", "lib/x.js", "lib/y.js"} <= reached(inspect('cmd /c "cd lib && get"', files))


def test_a_subshell_keeps_its_directory_for_itself() -> None:
    assert kinds(inspect("(cd lib); node x", FILES)) == {"missing"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("require('child_process').execSync('node lib/b.js')", {"lib/b.js"}),
        ("require('child_process').exec(`node ${__dirname}/b.js`)", {"lib/b.js"}),
        ("require('child_process').exec('node \"' + __dirname + '/b.js\"')", {"lib/b.js"}),
        ("require('child_process').spawn(process.execPath, [__dirname + '/b.js'])", {"lib/b.js"}),
        ("require('child_process').spawn('node', ['b.js'], {cwd: __dirname})", {"lib/b.js"}),
        ("require('child_process').exec('node b.js', {cwd: __dirname})", {"lib/b.js"}),
        ("require('child_process').fork(require('path').join(__dirname, 'b'))", {"lib/b.js"}),
        ("require('child_process').fork(require.resolve('./b'))", {"lib/b.js"}),
        ("require('child_process').execFile(__dirname + '/c.sh')", {"lib/c.sh"}),
        ("const {Worker} = require('worker_threads'); new Worker(__dirname + '/b.js')", {"lib/b.js"}),
        ("eval('require(\"./b\")')", {"lib/b.js"}),
        ("require('vm').runInThisContext(`require('${__dirname}/b')`)", {"lib/b.js"}),
        ("require('module').createRequire(__filename)('./b')", {"lib/b.js"}),
        ("require(require('path').resolve('lib', 'b'))", {"lib/b.js"}),
        ("require('example/lib/b')", {"package.json", "lib/b.js"}),
    ],
)
def test_a_file_is_followed_to_what_it_starts(text: str, expected: set[str]) -> None:
    inspection = inspect("node lib/a", {"lib/a.js": text, "lib/b.js": "", "lib/c.sh": "#!/bin/sh\n:"})
    assert reached(inspection) == {"lib/a.js", *expected}
    assert not inspection.gaps


@pytest.mark.parametrize(
    ("command", "files", "kind"),
    [
        ("node $X", {}, GapKind.DYNAMIC),
        ("node lib/*.js", {}, GapKind.DYNAMIC),
        ("node $npm_package_config_x", {}, GapKind.DYNAMIC),
        ("$X", {}, GapKind.DYNAMIC),
        ("eval $X", {}, GapKind.DYNAMIC),
        ("for i in $X; do node $i; done", {}, GapKind.DYNAMIC),
        ("base64 -d <<< $X | sh", {}, GapKind.DYNAMIC),
        ("node a", {"a.js": "require(x)"}, GapKind.DYNAMIC),
        ("node a", {"a.js": "eval(x)"}, GapKind.DYNAMIC),
        ("node a", {"a.js": "require('child_process').exec(x)"}, GapKind.DYNAMIC),
        ("node a", {"a.js": "require('child_process').spawn(x)"}, GapKind.DYNAMIC),
        ("node a", {"a.js": "require('child_process').spawn('node', ['a.js'], o)"}, GapKind.DYNAMIC),
        ("cp b a.js && node a", {"a.js": "", "b": ""}, GapKind.DYNAMIC),
        ("echo x > a.js; node a", {"a.js": ""}, GapKind.DYNAMIC),
        (
            "node a",
            {"a.js": "require('fs').writeFileSync(__dirname + '/b.js', x); require('./b')", "b.js": ""},
            GapKind.DYNAMIC,
        ),
        ("npm run a", {".npmrc": "script-shell=./x"}, GapKind.DYNAMIC),
        ("node a", {"a.js": "require('child_process').exec('git status')", ".git/config": "x"}, GapKind.DYNAMIC),
        ("node gone", {}, GapKind.MISSING),
        ("node Install", {"install.js": ""}, GapKind.MISSING),
        ("sh install", {"install.sh": ""}, GapKind.MISSING),
        ("npm run gone", {}, GapKind.MISSING),
        ("node a", {"a.js": "require('./gone')"}, GapKind.MISSING),
        ("node a", {"a.js": "require('other')"}, GapKind.OUTSIDE),
        ("node a", {"a.js": "require('../../x')"}, GapKind.OUTSIDE),
        ("node ../x", {}, GapKind.OUTSIDE),
        ("node /tmp/x", {}, GapKind.OUTSIDE),
        ("cd .. && node a", {"a.js": ""}, GapKind.OUTSIDE),
        ("cd $X; node a", {"a.js": ""}, GapKind.OUTSIDE),
        ("npm explore other -- node x", {}, GapKind.OUTSIDE),
        ("curl https://a.test | sh", {}, GapKind.DOWNLOADED),
        ("wget https://a.test/x", {}, GapKind.DOWNLOADED),
        ("npm install other", {}, GapKind.DOWNLOADED),
        ("npx other@1", {}, GapKind.DOWNLOADED),
        ("node a", {"a.mjs": "import('https://a.test/x.mjs')", "a.js": "import('./a.mjs')"}, GapKind.DOWNLOADED),
        ("make", {}, GapKind.MISSING),
        ("make", {"Makefile": "all:\n\tnode $(X)"}, GapKind.DYNAMIC),
        ("cmake .", {"CMakeLists.txt": "execute_process(COMMAND node ${X})"}, GapKind.DYNAMIC),
        ("cargo build", {}, GapKind.NATIVE),
        ("./a", {"a": ELF}, GapKind.NATIVE),
        ("node a", {"a.js": "require('./b.node')", "b.node": ELF}, GapKind.NATIVE),
        ("node a", {"a.js": "require('./b')", "b.js": ELF}, GapKind.BINARY),
        ("./.bin/a", {".bin/a": ELF}, GapKind.BINARY),
        ("./a.png", {"a.png": ELF}, GapKind.BINARY),
        ("node a", {"a.js": "require('./b.node')", "b.node": "text"}, GapKind.BINARY),
        ("node a", {"a.js": "process.dlopen(m, x)"}, GapKind.NATIVE),
        ("node a", {"a.js": "import('./b.wasm')", "b.wasm": b"\0asm"}, GapKind.NATIVE),
        ("node a", {"a.js": "WebAssembly.instantiate(x)"}, GapKind.BINARY),
        ("node a", {"a.js": "WebAssembly.compile(x).then(m => new WebAssembly.Instance(m))"}, GapKind.BINARY),
        ("node a", {"a.js": "WebAssembly.compile(x).then(WebAssembly.Module.customSections)"}, GapKind.DYNAMIC),
        (
            "node a",
            {"a.js": "WebAssembly.compile(x).then(m => WebAssembly.Module.customSections(m, 'y'))"},
            GapKind.BINARY,
        ),
        ("node a", {"a.js": "a();\n" * 120_000}, GapKind.TOO_LARGE),
        ("echo 'a", {}, GapKind.UNPARSED),
        ("node a", {"a.js": "a ="}, GapKind.UNPARSED),
        ("python a.py", {"a.py": "exec(x)"}, GapKind.DYNAMIC),
        ("python a.py", {"a.py": "a ="}, GapKind.UNPARSED),
        ("perl a.pl", {"a.pl": ""}, GapKind.UNPARSED),
        ("./a.vbs", {"a.vbs": ""}, GapKind.UNPARSED),
        ("whatever", {}, GapKind.UNKNOWN_PROGRAM),
        ("./a", {"a": "#!/usr/bin/whatever -f\n"}, GapKind.UNKNOWN_PROGRAM),
    ],
)
def test_what_cannot_be_followed_is_a_gap(command: str, files: Files, kind: GapKind) -> None:
    assert kind.value in kinds(inspect(command, files))


def test_a_gap_says_where_and_what() -> None:
    (gap,) = inspect("node lib/a", {"lib/a.js": "\nrequire(name + '.js')"}).gaps
    detail = "requires name.js, known only while running"
    assert gap == Gap(kind=GapKind.DYNAMIC, where="example@1.0.0", detail=detail, path="lib/a.js", line=2)


@pytest.mark.parametrize(
    ("command", "language"),
    [
        ("node LICENSE.txt", Language.JAVASCRIPT),
        ("node < LICENSE.txt", Language.JAVASCRIPT),
        ("sh LICENSE.txt", Language.SHELL),
        ("./LICENSE.txt", Language.SHELL),
        ("python LICENSE.txt", Language.PYTHON),
        ("perl LICENSE.txt", Language.TEXT),
    ],
)
def test_what_runs_a_file_decides_its_language(command: str, language: Language) -> None:
    inspection = inspect(command, {"LICENSE.txt": "x"})
    assert {file.language for file in inspection.files if file.path == "LICENSE.txt"} == {language}


def test_a_file_that_is_both_shell_and_javascript_is_read_as_both() -> None:
    inspection = inspect("sh both && node both", {"both": "node a; // '''\nrequire('./b')", "a.js": "", "b.js": ""})
    assert {file.language for file in inspection.files if file.path == "both"} == {Language.SHELL, Language.JAVASCRIPT}
    assert {"a.js", "b.js"} <= reached(inspection)


def test_typescript_is_told_by_its_extension() -> None:
    inspection = inspect("node a.mts", {"a.mts": "import './b.cts'", "b.cts": ""})
    assert {file.language for file in inspection.files} == {Language.SHELL, Language.TYPESCRIPT}


# ------------------------------------------------------------------ chains and texts


def test_every_file_comes_with_the_chain_that_leads_to_it() -> None:
    inspection = inspect("node a", {"a.js": "require('./b')", "b.js": "eval('require(\"./c\")')", "c.js": ""})
    chains = {file.path: file.via for file in inspection.files}
    assert chains == {
        COMMAND: (),
        "a.js": ("node a",),
        "b.js": ("node a", "a.js"),
        f"{INLINE}1": ("node a", "a.js", "b.js"),
        "c.js": ("node a", "a.js", "b.js", f"{INLINE}1"),
    }


def test_the_shortest_chain_is_told() -> None:
    inspection = inspect("node a; node c", {"a.js": "require('./b')", "b.js": "require('./c')", "c.js": ""})
    assert next(file.via for file in inspection.files if file.path == "c.js") == ("node a; node c",)


def test_texts_that_run_are_told_as_files_with_their_language() -> None:
    inspection = inspect("""sh -c 'node -e "f()"'""")
    told = [(file.path, file.language, file.content) for file in inspection.files]
    assert told == [
        (COMMAND, Language.SHELL, b"""sh -c 'node -e "f()"'"""),
        (f"{INLINE}1", Language.SHELL, b'node -e "f()"'),
        (f"{INLINE}2", Language.JAVASCRIPT, b"f()"),
    ]


def test_a_member_cannot_stand_for_the_command() -> None:
    inspection = inspect("node :command", {":command": "require('./b')", "b.js": ""})
    paths = [file.path for file in inspection.files]
    assert sorted(paths) == ["::command", ":command", "b.js"]
    changed = inspect("node :command", {":command": "require('./b')\n", "b.js": ""})
    assert inspection.fingerprint != changed.fingerprint


def test_a_text_does_not_show_how_we_mark_places() -> None:
    inspection = inspect("node a", {"a.js": "require('child_process').exec(`node ${__dirname}/b`)", "b.js": ""})
    assert all(b"\0" not in file.content for file in inspection.files)
    assert reached(inspection) == {"a.js", "b.js"}


def test_a_package_cannot_mark_places_itself() -> None:
    inspection = inspect("node \0package/b.js; sh c", {"c": "node \0package/b.js", "b.js": ""})
    assert reached(inspection) == {"c"}
    assert inspection.gaps


def test_files_come_in_one_order() -> None:
    files = {"a.js": "require('./z'); require('./b')", "b.js": "", "z.js": ""}
    paths = [file.path for file in inspect("node a", files).files]
    assert paths == sorted(paths)


def test_files_say_whose_they_are() -> None:
    (file, _) = inspect("node a", {"a.js": ""}).files
    assert (file.package, file.location) == ("example", "node_modules/example")


# ------------------------------------------------------------------ what is found in the package


def test_the_packages_own_bin_is_followed() -> None:
    files = {"cli.js": "#!/usr/bin/env node\nrequire('./b')", "b.js": ""}
    inspection = inspect("mine a; npx mine", files, programs={"mine": "cli.js"})
    assert reached(inspection) == {"cli.js", "b.js"}
    assert not inspection.gaps


def test_a_package_inside_this_one_is_followed() -> None:
    files = {"a.js": "require('inner')", "node_modules/inner/package.json": "{}", "node_modules/inner/index.js": ""}
    inspection = inspect("node a", files)
    assert "node_modules/inner/index.js" in reached(inspection)
    assert not inspection.gaps


# ------------------------------------------------------------------ gyp


def test_gyp_files_are_reached_with_the_commands_in_their_text() -> None:
    gyp = "{'targets': [{'sources': ['<!(node index.js > /dev/null 2>&1 && echo stub.c)'], 'includes': ['a.gypi']}]}"
    inspection = inspect(
        "node-gyp rebuild", {"binding.gyp": gyp, "a.gypi": "{}", "index.js": "require('./b')", "b.js": ""}
    )
    assert reached(inspection) == {"binding.gyp", "a.gypi", "index.js", "b.js"}
    assert {file.language for file in inspection.files if file.path.endswith(("gyp", "gypi"))} == {Language.GYP}
    assert not inspection.gaps
    assert [(end.kind, end.detail) for end in inspection.boundaries] == [
        (BoundaryKind.COMPILES, "builds native code with node-gyp")
    ]


def test_a_command_of_a_gyp_file_is_known_by_the_variables_of_one_that_it_includes() -> None:
    gyp = "{'includes': ['build/all.gypi'], 'actions': [{'action': ['<@(make_table)', 'x.h']}]}"
    files = {
        "binding.gyp": gyp,
        "build/all.gypi": "{'variables': {'make_table': ['python3', 'table.in']}}",
        "table.in": "",
    }
    inspection = inspect("node-gyp rebuild", files)
    assert "table.in" in reached(inspection)
    assert not inspection.gaps


def test_variables_of_very_many_gyp_files_are_not_looked_up() -> None:
    beside = {f"{number}.gypi": "{'variables': {'x': 'node a'}}" for number in range(21)}
    inspection = inspect("node-gyp rebuild", {"binding.gyp": "{'a': '<!(<(x))'}", "a.js": "", **beside})
    assert "a.js" not in reached(inspection)
    assert inspection.gaps


def test_a_gyp_file_is_one_in_any_case() -> None:
    inspection = inspect("node-gyp rebuild", {"Binding.GYP": "{'a': '<!(node x)'}", "x.js": ""})
    assert reached(inspection) == {"Binding.GYP", "x.js"}


@pytest.mark.parametrize("text", ["<!@(node x)", ">!(node x)", "^!(node x)", "<!(node -e \"require(\\'./x\\')\")"])
def test_every_expansion_of_gyp_is_read(text: str) -> None:
    assert "x.js" in reached(inspect("node-gyp rebuild", {"binding.gyp": f"['{text}']", "x.js": ""}))


# ------------------------------------------------------------------ what is missing where that is caught


def test_an_optional_file_that_is_not_there_runs_nothing() -> None:
    assert not inspect("node -e \"try{require('./gone')}catch(e){}\"").gaps


def test_a_prepare_script_of_a_release_never_runs_and_makes_no_file() -> None:
    inspection = inspect(
        "node a", {"a.js": "try { require('./gone') } catch {}"}, scripts={"postinstall": "node a", "prepare": "make"}
    )
    assert not inspection.gaps


def test_a_prepare_script_of_a_git_dependency_runs_and_may_make_a_file() -> None:
    scripts = {"postinstall": "node a", "prepare": "make"}
    files = {"package.json": a_manifest(scripts=scripts), "a.js": "try { require('./gone') } catch {}"}
    package = a_package(files, an_artifact(source=Source.GIT))
    script = LifecycleScript(package=package, event=Event.POSTINSTALL, command="node a")
    assert kinds(trace(script, {package.artifact.location: package})) == {"missing"}


@pytest.mark.parametrize(
    ("command", "files", "scripts"),
    [
        ("node a", {"a.js": "require('./gone')"}, {}),
        ("node a", {"a.js": "try { require('./Other') } catch {}", "other.js": ""}, {}),
        ("node a", {"a.js": "require('fs').writeFileSync(x + '/y', z); try { require('./gone') } catch {}"}, {}),
        ("node a; touch gone.js", {"a.js": "try { require('./gone') } catch {}"}, {}),
        ("node a; ls", {"a.js": "try { require('./gone') } catch {}"}, {}),
        ("node a", {"a.js": "try { require('./gone') } catch {}; require(x)"}, {}),
        ("node a", {"a.js": "require('./gone'); try { require('./gone') } catch {}"}, {}),
        ("node a", {"a.js": "try { require('./gone') } catch {}"}, {"install": "node b"}),
        ("node a", {"a.js": "try { require('./gone') } catch {}", "binding.gyp": "{}"}, {}),
    ],
)
def test_an_optional_file_that_may_be_made_is_a_gap(command: str, files: Files, scripts: dict[str, str]) -> None:
    assert "missing" in kinds(inspect(command, files, scripts=scripts))


# ------------------------------------------------------------------ what is written before it runs

WRITE = "require('fs').writeFileSync"


@pytest.mark.parametrize(
    ("text", "files"),
    [
        (f"{WRITE}(__dirname + '/b.js', x); require('./b')", {"b.js": ""}),
        (f"{WRITE}('./lib/../b.js', x); require('./b')", {"b.js": ""}),
        (f"{WRITE}(__dirname + '/b', x); require('./b')", {"b.js": ""}),
        (f"{WRITE}(__dirname + '/b.js', x); require('./b')", {"b.json": ""}),
        (f"{WRITE}(__dirname + '/b.js', x); require('./b')", {"b/index.js": ""}),
        (f"{WRITE}(__dirname + '/b/package.json', x); require('./b')", {"b/index.js": ""}),
        ("require('fs').renameSync('c', 'b.js'); require('./b')", {"b.js": "", "c": ""}),
        (f"{WRITE}('b.sh', x); require('child_process').exec('sh b.sh')", {"b.sh": ""}),
        (f"{WRITE}(x, y); require('./b')", {"b.js": ""}),
        (f"{WRITE}(__dirname + '/' + x, y); require('child_process').fork('./b')", {"b.js": ""}),
        (f"function g() {{ return require('./b') }}\n{WRITE}(x, y); g()", {"b.js": ""}),
        (f"run()\nconst b = require('./b')\nfunction run() {{ {WRITE}(x, y) }}", {"b.js": ""}),
        (f"{{ new Run() }}\nconst b = require('./b')\nfunction Run() {{ {WRITE}(x, y) }}", {"b.js": ""}),
        (f"const b = require('./b')\n{WRITE}(x, y)", {"b.js": "module.exports = () => require('./c')", "c.js": ""}),
        (f"const d = require('./d')('x')\nconst b = require('./b')\n{WRITE}(x, y)", {"b.js": "", "d.js": ""}),
        (f"const d = require('example')('x')\nconst b = require('./b')\n{WRITE}(x, y)", {"b.js": ""}),
        (f"const d = require('tool')(go)\nconst b = require('./b')\nfunction go() {{ {WRITE}(x, y) }}", {"b.js": ""}),
        (f"{WRITE}(x + '/b.js', y); require('./lib/b')", {"lib/b.js": ""}),
        (f"{WRITE}(x + '/lib/package.json', y); require('./lib/b')", {"lib/b.js": ""}),
    ],
)
def test_a_file_that_may_be_replaced_before_it_runs_is_a_gap(text: str, files: Files) -> None:
    assert "dynamic" in kinds(inspect("node a", {"a.js": text, **files}))


@pytest.mark.parametrize(
    ("text", "files"),
    [
        (f"{WRITE}(x, y)", {}),
        (f"{WRITE}(__dirname + '/out.txt', x); require('./b')", {"b.js": ""}),
        ("require('fs').mkdirSync(__dirname + '/lib'); require('./lib/b')", {"lib/b.js": ""}),
        (f"{WRITE}(require('os').tmpdir() + x, y); require('./b')", {"b.js": ""}),
        ("require('./b')", {"b.js": f"module.exports = () => {WRITE}(x, y)"}),
        (f"const b = require('./b')\n{WRITE}(x, y)", {"b.js": "require('./c')", "c.js": ""}),
        (
            "const b = require('./b')\nconst c = require('./c')",
            {"b.js": f"exports.f = () => {WRITE}(x, y)", "c.js": ""},
        ),
        (f"{WRITE}(x + '/out.txt', y); require('./b')", {"b.js": ""}),
        (f"{WRITE}(`./bin/${{x}}`, y); require('./b')", {"b.js": ""}),
    ],
)
def test_a_write_that_can_replace_nothing_is_no_gap(text: str, files: Files) -> None:
    assert not inspect("node a", {"a.js": text, **files}).gaps


def test_what_is_loaded_behind_another_packages_function_that_is_told_a_text_is_loaded_before_a_write() -> None:
    text = f"const log = require('debug')('x')\nconst b = require('./b')\n{WRITE}(x, y)"
    assert kinds(inspect("node a", {"a.js": text, "b.js": ""})) == {"outside-package"}  # debug itself is not here


def test_a_command_that_writes_where_only_running_tells_is_a_gap() -> None:
    assert kinds(inspect("cp b $X && node a", {"a.js": "", "b": ""})) == {"dynamic"}


# ------------------------------------------------------------------ bounds


def test_a_circle_of_files_ends() -> None:
    inspection = inspect("node a", {"a.js": "require('./b')", "b.js": "require('./a')"})
    assert reached(inspection) == {"a.js", "b.js"}


def test_a_circle_of_scripts_ends() -> None:
    assert not inspect("npm run a", scripts={"a": "npm run b", "b": "npm run a"}).gaps


def test_a_circle_of_interpreters_ends() -> None:
    assert "unparsed" in kinds(inspect("./a", {"a": "#!./b\n", "b": "#!./a\n"}))


def test_a_text_that_makes_texts_ends() -> None:
    command = "node -e \"require('child_process').exec('npm run a -- x')\""
    assert kinds(inspect("npm run a", scripts={"a": command})) <= {"too-large"}


def test_more_files_than_are_read_are_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reach, "MOST_TEXTS", 3)
    files = {f"{index}.js": f"require('./{index + 1}')" for index in range(9)}
    inspection = inspect("node 0", files)
    assert "too-large" in kinds(inspection)
    assert len(inspection.files) < 9


def test_more_bytes_than_are_read_are_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reach, "MOST_BYTES", 100)
    assert "too-large" in kinds(inspect("node a", {"a.js": "require('./b')" + " " * 200, "b.js": ""}))


def test_more_time_than_there_is_is_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reach, "MOST_SECONDS", -1.0)
    assert "unparsed" in kinds(inspect("exit 0"))


def test_what_time_cut_short_never_has_the_fingerprint_of_what_is_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = inspect("exit 0")
    monkeypatch.setattr(reach, "MOST_SECONDS", -1.0)
    cut = inspect("exit 0")
    assert {file.path for file in cut.files} == {file.path for file in whole.files}
    assert cut.fingerprint != whole.fingerprint


def test_more_work_than_is_done_is_a_gap_at_the_same_place_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    files = {f"{index}.js": f"require('./{index + 1}'); x({', '.join('abc')})" for index in range(9)}
    monkeypatch.setattr(reach, "MOST_WORK", 100)
    first = inspect("node 0", files)
    assert "too-large" in kinds(first)
    assert 2 < len(first.files) < 9
    assert inspect("node 0", files).fingerprint == first.fingerprint


# ------------------------------------------------------------------ fingerprints


@pytest.mark.parametrize("path", ["install.js", "lib/x.js", "lib/data.json"])
def test_a_changed_file_changes_the_fingerprint(path: str) -> None:
    before, after = inspect("node install", FILES), inspect("node install", {**FILES, path: f"{FILES[path]} "})
    assert before.fingerprint != after.fingerprint


def test_a_changed_file_that_is_not_reached_changes_nothing() -> None:
    before, after = inspect("node install", FILES), inspect("node install", {**FILES, "notes.md": "x"})
    assert before.fingerprint == after.fingerprint


def test_a_changed_inner_script_changes_the_fingerprint() -> None:
    before, after = (inspect("npm run a", scripts={"a": f"echo {text}"}) for text in "xy")
    assert before.fingerprint != after.fingerprint


@given(st.text(max_size=80), st.text(max_size=120))
@settings(max_examples=100, deadline=None)
def test_tracing_never_raises(command: str, text: str) -> None:
    script = a_script(command or "x", {"a.js": text, "binding.gyp": text, "a.json": json.dumps(text)})
    trace(script, {})
    trace(
        LifecycleScript(package=script.package, event=Event.INSTALL, command="node a; sh a.js; ./a.js; node-gyp build"),
        {},
    )


def test_webassembly_that_is_only_compiled_runs_nothing() -> None:
    assert not inspect("node a", {"a.js": "WebAssembly.compile(x).then(() => console.log('sound'))"}).gaps


@pytest.mark.parametrize(
    "text",
    [
        "let f; if (process.env.X) f = 'a'; require('./lib/' + f)",
        "let f = undefined; if (process.env.X) f = 'a'; require(`./lib/${f}`)",
        "function load(f) { require('./lib/' + f) } load('a'); load()",
    ],
)
def test_what_a_name_without_a_value_makes_of_a_path_is_found(text: str) -> None:
    files: Files = {"a.js": text, "lib/a.js": "", "lib/undefined.js": ""}
    assert reached(inspect("node a", files)) == {"a.js", "lib/a.js", "lib/undefined.js"}
    assert not inspect("node a", {"a.js": text, "lib/a.js": ""}).gaps
