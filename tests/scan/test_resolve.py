"""A specifier means the file that Node would load."""

from __future__ import annotations

from typing import Any

import pytest

from safe_install.model import Package
from safe_install.scan.reach.resolve import Resolution, Target, placed, resolve_file, resolve_module, resolve_path
from safe_install.scan.shell.words import PACKAGE_ROOT, WORKING_DIRECTORY
from tests.builders import Files, a_manifest, a_package, an_artifact

FILES = {
    **dict.fromkeys(("index.js", "install.js", "LICENSE", "a.json", "b.node", "c.mjs", "d", "d.js", "e.cjs"), ""),
    **dict.fromkeys(("lib/index.js", "lib/x.js", "lib/y/index.json", "tools/package.json", "x.md", "dir/run.js"), ""),
    "tools/package.json": '{"main": "../x.md"}',
    "dir/package.json": '{"main": "run"}',
    "gone/package.json": '{"main": "nowhere"}',
    "gone/index.js": "",
    "out/package.json": '{"main": "../../other/x.js"}',
    "broken/package.json": "{",
    "broken/index.js": "",
    "node_modules/inner/package.json": '{"main": "m.js"}',
    "node_modules/inner/m.js": "",
    "node_modules/inner/sub.js": "",
    "lib/node_modules/near/index.js": "",
}


def package(files: Files = FILES, **manifest: Any) -> Package:  # noqa: ANN401
    return a_package({"package.json": a_manifest("example", **manifest), **files}, an_artifact("example"))


def one(found: list[Resolution]) -> tuple[Target, str]:
    assert len(found) == 1
    return found[0].target, found[0].name


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("install.js", "install.js"),
        ("install", "install.js"),
        ("./install", "install.js"),
        ("LICENSE", "LICENSE"),
        ("a", "a.json"),
        ("b", "b.node"),
        ("c", "c.mjs"),
        ("e", "e.cjs"),
        ("d", "d"),
        (".", "index.js"),
        ("./", "index.js"),
        ("lib", "lib/index.js"),
        ("lib/", "lib/index.js"),
        ("lib/y", "lib/y/index.json"),
        ("lib/../install", "install.js"),
        ("lib//x", "lib/x.js"),
        ("tools", "x.md"),
        ("dir", "dir/run.js"),
        ("gone", "gone/index.js"),
        ("broken", "broken/index.js"),
    ],
)
def test_node_finds_a_file_as_it_does(path: str, expected: str) -> None:
    found = resolve_path(package(), path)
    assert (found.target, found.name) == (Target.OWN, expected)


def test_the_manifest_that_decided_is_told() -> None:
    assert resolve_path(package(), "tools").manifests == ("tools/package.json",)


@pytest.mark.parametrize("path", ["nothing", "Install.js", "lib/z", "install.js/", ""])
def test_a_file_that_is_not_there_is_missing(path: str) -> None:
    where = package({"install.js": ""})
    assert resolve_path(where, path).target is Target.MISSING


@pytest.mark.parametrize("path", ["../x", "/etc/passwd", "lib/../../x", "~/x", "out", "file:///etc/x"])
def test_a_path_that_leaves_the_package_is_outside(path: str) -> None:
    assert resolve_path(package(), path).target is Target.OUTSIDE


def test_a_shell_takes_a_path_as_it_is() -> None:
    assert resolve_file(package(), "install").target is Target.MISSING
    assert resolve_file(package(), "./install.js").target is Target.OWN


@pytest.mark.parametrize(
    ("specifier", "directory", "expected"),
    [
        ("./x", "lib", (Target.OWN, "lib/x.js")),
        ("..", "lib", (Target.OWN, "index.js")),
        ("./x.js?v=1", "lib", (Target.OWN, "lib/x.js")),
        ("./%78.js", "lib", (Target.OWN, "lib/x.js")),
        (f"{PACKAGE_ROOT}/lib/x", "dir", (Target.OWN, "lib/x.js")),
        (f"file://{PACKAGE_ROOT}/lib/x.js", "dir", (Target.OWN, "lib/x.js")),
        (f"{WORKING_DIRECTORY}/x", "lib", (Target.OWN, "lib/x.js")),
        ("fs", "", (Target.BUILTIN, "fs")),
        ("node:fs/promises", "", (Target.BUILTIN, "fs/promises")),
        ("node:test", "", (Target.BUILTIN, "test")),
        ("test", "", (Target.OUTSIDE, "test")),
        ("other", "", (Target.OUTSIDE, "other")),
        ("other/lib/x", "", (Target.OUTSIDE, "other")),
        ("@a/b/c", "", (Target.OUTSIDE, "@a/b")),
        ("inner", "lib", (Target.OWN, "node_modules/inner/m.js")),
        ("inner/sub", "", (Target.OWN, "node_modules/inner/sub.js")),
        ("near", "lib", (Target.OWN, "lib/node_modules/near/index.js")),
        ("near", "", (Target.OUTSIDE, "near")),
        ("https://a.test/x.mjs", "", (Target.REMOTE, "https://a.test/x.mjs")),
        ("data:text/javascript,1", "", (Target.REMOTE, "data:text/javascript,1")),
        ("../other/x", "", (Target.OUTSIDE, "../other/x")),
    ],
)
def test_a_specifier_means_one_thing(specifier: str, directory: str, expected: tuple[Target, str]) -> None:
    assert one(resolve_module(package(), specifier, directory)) == expected


@pytest.mark.parametrize(
    ("manifest", "specifier", "expected"),
    [
        ({}, "example", "index.js"),
        ({"main": "install"}, "example", "install.js"),
        ({}, "example/lib/x", "lib/x.js"),
        ({"exports": "./install.js"}, "example", "install.js"),
        ({"exports": {".": "./install.js"}}, "example", "install.js"),
        ({"exports": {"require": "./install.js"}}, "example", "install.js"),
        ({"exports": {"types": "./a.json", "node": {"default": "./install.js"}}}, "example", "install.js"),
        ({"exports": {"./a": "./lib/x.js"}}, "example/a", "lib/x.js"),
        ({"exports": {"./l/*": "./lib/*.js"}}, "example/l/x", "lib/x.js"),
        ({"exports": {"./*": "./d.js", "./l/*": "./lib/*.js"}}, "example/l/x", "lib/x.js"),
        ({"exports": ["./install.js"]}, "example", "install.js"),
        ({"imports": {"#a": "./lib/x.js"}}, "#a", "lib/x.js"),
        ({"imports": {"#a/*": {"node": "./lib/*.js"}}}, "#a/x", "lib/x.js"),
        ({"imports": {"#a": "inner"}}, "#a", "node_modules/inner/m.js"),
    ],
)
def test_a_package_finds_itself(manifest: dict[str, Any], specifier: str, expected: str) -> None:
    assert one(resolve_module(package(**manifest), specifier, "lib")) == (Target.OWN, expected)


def test_every_condition_that_node_may_choose_is_followed() -> None:
    where = package(exports={".": {"import": "./c.mjs", "require": "./d.js", "browser": "./index.js"}})
    assert [found.name for found in resolve_module(where, "example", "")] == ["c.mjs", "d.js"]


@pytest.mark.parametrize(
    "manifest",
    [
        {"exports": {"./b": "./x"}},
        {"exports": {"./a": None}},
        {"exports": {"./a": {"browser": "./d.js"}}},
        {"imports": {"#b": "./x"}},
        {"imports": {"#a": "#a"}},
        {"imports": {"#a": "*" * 1000}},
    ],
)
def test_what_is_not_exported_is_missing(manifest: dict[str, Any]) -> None:
    specifier = "#a" if "imports" in manifest else "example/a"
    assert one(resolve_module(package(**manifest), specifier, ""))[0] is Target.MISSING


@pytest.mark.parametrize("imports", [None, [], "x", {"#a": 1}, {"#a": []}, {"*": "./*"}])
def test_a_manifest_of_another_shape_decides_nothing(imports: object) -> None:
    assert one(resolve_module(package(imports=imports), "#a", ""))[0] is Target.MISSING


@pytest.mark.parametrize(
    ("path", "directory", "expected"),
    [
        ("x", "", "x"),
        ("x", "lib", "lib/x"),
        ("../x", "lib", "x"),
        ("../../x", "lib", None),
        ("/x", "lib", None),
        (f"{PACKAGE_ROOT}/x", "lib", "x"),
        (f"{PACKAGE_ROOT}/../x", "lib", None),
        (PACKAGE_ROOT, "lib", ""),
        (f"{WORKING_DIRECTORY}/x", "lib", "lib/x"),
        ("file:///x", "", None),
        ("~/x", "", None),
    ],
)
def test_a_path_is_placed_in_the_package(path: str, directory: str, expected: str | None) -> None:
    assert placed(path, directory) == expected
