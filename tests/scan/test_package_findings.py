"""What a package has fetched from where nobody answers for it, and the settings that it brings, are told."""

from __future__ import annotations

import json
from typing import Any

import pytest

from safe_install.model import Package, Severity, Source
from safe_install.scan.unpack.scripts import package_findings
from tests.builders import Files, a_manifest, a_package, an_artifact

INFO, WARNING, ERROR = Severity.INFO, Severity.WARNING, Severity.ERROR
MAPS = ("dependencies", "optionalDependencies", "peerDependencies")


def package(files: Files | None = None, *, line: int = 0, source: Source = Source.REGISTRY, **manifest: Any) -> Package:  # noqa: ANN401
    files = {"package.json": a_manifest(**manifest), **(files or {})}
    return a_package(files, an_artifact(line=line, source=source, version=manifest.get("version", "1.0.0")))


def told(inspected: Package) -> list[tuple[str, Severity]]:
    return [(finding.signature.removeprefix("package/"), finding.severity) for finding in package_findings(inspected)]


# ------------------------------------------------------------------ dependencies


@pytest.mark.parametrize("key", MAPS)
@pytest.mark.parametrize(
    "text",
    [
        "http://packages.example.test/npm/helper",
        "https://cdn.example.test/helper-1.0.0.tgz",
        "HTTPS://cdn.example.test/helper",
        "git+https://git.example.test/a/b.git",
        "git+ssh://git@git.example.test/a/b.git#main",
        "git://git.example.test/a/b.git",
        "git@git.example.test:a/b.git",
        "github:someone/router#79ac49e",
        "gist:11081aaa281",
        "someone/router",
        "someone/router#semver:^1.0.0",
        " someone/router ",
    ],
)
def test_a_dependency_by_address_blocks(key: str, text: str) -> None:
    manifest: dict[str, Any] = {key: {"helper": text}}
    assert told(package(**manifest)) == [("depends-by-address", ERROR)]


def test_a_dependency_on_a_whole_commit_is_looked_at_and_an_optional_one_blocks() -> None:
    text = "github:someone/router#79ac49eedf774dd4b0cfa308722bc463cfe5885c"
    assert told(package(dependencies={"helper": text})) == [("depends-by-address", WARNING)]
    assert told(package(optionalDependencies={"helper": text})) == [("depends-by-address", ERROR)]


def test_a_lockfile_judges_its_own_addresses() -> None:
    assert told(package(line=7, dependencies={"a": "https://a.example.test/a.tgz"})) == [("depends-by-address", INFO)]
    assert told(package(line=7, overrides={"a": "https://a.example.test/a.tgz"})) == [("replaces-by-address", INFO)]


@pytest.mark.parametrize(
    "text",
    ["^1.0.0", "1.x || >=2.0.0 <3", "latest", "*", "", ">=1.0.0-0 <2.0.0", "npm:helper@^1", "~1.2.3", "1.0.0 - 2.0.0"],
)
def test_a_range_of_a_registrys_package_is_quiet(text: str) -> None:
    assert told(package(dependencies={"helper": text}, peerDependencies={"helper": text})) == []


def test_what_npm_does_not_install_is_quiet() -> None:
    assert told(package(devDependencies={"helper": "github:a/b"}, peerDependenciesMeta={"a": {"optional": True}})) == []


def test_a_project_may_depend_on_what_it_likes() -> None:
    for source in (Source.ROOT, Source.WORKSPACE, Source.LINK):
        assert told(package(source=source, dependencies={"a": "https://a.example.test/a.tgz", "b": "file:b"})) == []


@pytest.mark.parametrize("text", ["file:./vendor/x", "link:../x", "../x", "./x", "/opt/x", "~/x"])
def test_a_dependency_on_a_directory_is_told(text: str) -> None:
    assert told(package(dependencies={"x": text})) == [("depends-on-directory", WARNING)]


def test_an_override_by_address_is_told_however_deep_it_stands() -> None:
    assert told(package(overrides={"a": {"b": {".": "github:a/b"}}})) == [("replaces-by-address", WARNING)]
    assert told(package(resolutions={"a": "https://a.example.test/a.tgz"})) == [("replaces-by-address", WARNING)]
    assert (
        told(package(resolutions={"sax@^1.5.0": "patch:sax@npm%3A1.5.0#./.yarn/a.patch"}, overrides={"a": "1"})) == []
    )


def test_another_package_under_a_name_is_information() -> None:
    assert told(package(dependencies={"lodash": "npm:lodahs-extra@^1"})) == [("depends-under-other-name", INFO)]


def test_a_dependency_on_itself_is_told() -> None:
    assert told(package(dependencies={"example": "^0.9.0"})) == [("depends-on-itself", WARNING)]
    assert told(package(peerDependencies={"example": "^0.9.0"})) == []


@pytest.mark.parametrize("version", ["99.10.9", "9999.0.0"])
def test_a_version_above_all_others_is_information(version: str) -> None:
    assert told(package(version=version)) == [("high-version", INFO)]
    assert told(package(version="9.9.9")) == told(package(version="89.1.0")) == []


def test_many_odd_dependencies_do_not_flood_the_report() -> None:
    assert len(told(package(dependencies={f"a{number}": "a/b" for number in range(5000)}))) <= 20


@pytest.mark.parametrize("value", [None, [], "a/b", 1, {"a": None}, {"a": ["https://a.example.test"]}])
def test_a_map_of_another_shape_is_no_dependency(value: object) -> None:
    assert told(package(dependencies=value, overrides=value)) == []


# ------------------------------------------------------------------ a shrinkwrap


def shrinkwrapped(entry: dict[str, object], **more: Any) -> Package:  # noqa: ANN401
    top = {"lockfileVersion": 3, "packages": {"": {}, "node_modules/a": {"version": "1.0.0", **entry}}}
    return package({"npm-shrinkwrap.json": json.dumps(top)}, **more)


def test_a_shrinkwrap_that_fetches_unverified_blocks() -> None:
    address = "https://cdn.example.test/a-1.0.0.tgz"
    assert told(shrinkwrapped({"resolved": address})) == [("shrinkwrap-unverified", ERROR)]
    assert told(shrinkwrapped({"resolved": "git+ssh://git@git.example.test/a.git#1"})) == [
        ("shrinkwrap-unverified", ERROR)
    ]
    assert told(shrinkwrapped({"resolved": address, "integrity": "sha512-a"})) == []
    assert told(shrinkwrapped({"resolved": address}, line=3)) == []


def test_a_shrinkwrap_of_the_first_version_is_read_to_its_depth() -> None:
    inner = {"b": {"version": "https://cdn.example.test/b.tgz"}}
    top = {"lockfileVersion": 1, "dependencies": {"a": {"version": "1.0.0", "integrity": "x", "dependencies": inner}}}
    assert told(package({"npm-shrinkwrap.json": json.dumps(top)})) == [("shrinkwrap-unverified", ERROR)]


@pytest.mark.parametrize("text", ["{", "[" * 100_000, "\xff"])
def test_a_shrinkwrap_that_cannot_be_read_is_told(text: str) -> None:
    assert told(package({"npm-shrinkwrap.json": text})) == [("shrinkwrap-unreadable", WARNING)]


# ------------------------------------------------------------------ settings


@pytest.mark.parametrize(
    "text",
    [
        "git=./git.sh",
        "; note\r\n  script-shell = ./sh.js",
        "\ufeffregistry=https://r.example.test/",
        "@scope:registry=https://r.example.test/",
        "//r.example.test/:_authToken=x",
        "node-options=--require ./h.js",
        "ignore-scripts=false",
        '"git" = "./git.sh"',
        "GIT=./git.sh",
    ],
)
def test_an_npmrc_that_commands_npm_blocks(text: str) -> None:
    assert told(package({"sub/.npmrc": text})) == [("ships-npmrc", ERROR)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "package-lock=false",
        "# git=./git.sh",
        "legacy-peer-deps=true\n;registry=x",
        "save-exact = 'true'\r\nfund=no",
    ],
)
def test_an_npmrc_that_only_says_what_npm_prints_and_refuses_is_told_quietly(text: str) -> None:
    assert told(package({".npmrc": text})) == [("ships-npmrc", INFO)]


@pytest.mark.parametrize(
    "text",
    ["sass_binary_site=https://a.test", "fund=${HOME}", "fund", "[a]\nfund=no", "yes=true", "fund=no\nnode-gyp=./x"],
)
def test_any_other_npmrc_is_told(text: str) -> None:
    assert told(package({".npmrc": text})) == [("ships-npmrc", WARNING)]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (".yarnrc.yml", "yarnPath: ./y.cjs\n"),
        (".yarnrc", 'yarn-path "./y.cjs"'),
        ("bunfig.toml", 'preload = ["./p.ts"]'),
        (".pnpmfile.cjs", "module.exports = {}"),
        ("a/.gitconfig", "[alias]"),
    ],
)
def test_settings_of_other_tools_that_start_something_are_told(path: str, text: str) -> None:
    assert told(package({path: text})) == [("ships-tool-settings", WARNING)]
    assert told(package({path: text}, source=Source.ROOT)) == []


def test_settings_that_start_nothing_are_quiet() -> None:
    assert (
        told(package({".yarnrc.yml": "enableScripts: true\nnodeLinker: node-modules\n", "bunfig.toml": "[test]"})) == []
    )


def test_a_scanners_ignore_list_is_information() -> None:
    assert told(package({".semgrepignore": "*"})) == [("ships-ignore-list", INFO)]
