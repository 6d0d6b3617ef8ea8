"""Every command npm would run is listed, in npm's order, and what hides a command is told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from safe_install.model import Event, LifecycleScript, Package, Severity, Source
from safe_install.scan.unpack.directory import read_directory
from safe_install.scan.unpack.scripts import lifecycle_scripts, nested_packages, package_findings
from safe_install.scan.unpack.tarball import unpack
from tests.builders import Files, a_manifest, a_package, a_tarball, an_artifact

EVERY = {event.value: f"echo {event.value}" for event in Event} | {
    "prepack": "p", "preuninstall": "u", "start": "s", "preprepublish": "x", "postprepublish": "x"
}  # fmt: skip
DELIVERED = ["preinstall", "install", "postinstall"]
LINKED = ["preinstall", "prepare", "install", "postinstall"]
TREE = ["predependencies", "dependencies", "postdependencies"]
OWN = ["prepublish", "preprepare", "prepare", "postprepare"]


def package(files: Files | None = None, source: Source = Source.REGISTRY, /, **manifest: Any) -> Package:  # noqa: ANN401
    return a_package({"package.json": a_manifest(**manifest), **(files or {})}, an_artifact(source=source))


def events(scripts: tuple[LifecycleScript, ...]) -> list[str]:
    return [script.event.value for script in scripts]


def signatures(inspected: Package) -> list[tuple[str, Severity]]:
    return [(finding.signature, finding.severity) for finding in package_findings(inspected)]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (Source.REGISTRY, DELIVERED),
        (Source.REMOTE, DELIVERED),
        (Source.FILE, DELIVERED),
        (Source.BUNDLED, DELIVERED),
        (Source.LINK, LINKED),
        (Source.WORKSPACE, LINKED),
        (Source.ROOT, [*TREE, *DELIVERED, *OWN]),
        (Source.GIT, [*TREE, *DELIVERED, *OWN]),
    ],
)
def test_each_kind_of_package_runs_its_events_in_order(source: Source, expected: list[str]) -> None:
    scripts = lifecycle_scripts(package({}, source, scripts=EVERY), npm_major=11)
    assert events(scripts) == expected
    assert [script.command for script in scripts] == [f"echo {event}" for event in expected]
    assert not any(script.implied for script in scripts)


def test_npm_12_runs_no_bundled_script_and_the_roots_preinstall_first() -> None:
    assert lifecycle_scripts(package({}, Source.BUNDLED, scripts=EVERY), npm_major=12) == ()
    root = lifecycle_scripts(package({}, Source.ROOT, scripts=EVERY), npm_major=12)
    assert events(root) == ["preinstall", *TREE, "install", "postinstall", *OWN]


def test_a_package_without_scripts_runs_nothing() -> None:
    assert lifecycle_scripts(package({"server.js": "1", "index.js": "2"}), npm_major=11) == ()
    assert lifecycle_scripts(a_package({"index.js": "1"}), npm_major=11) == ()


@pytest.mark.parametrize(
    ("scripts", "expected"),
    [
        ({}, [("install", "node-gyp rebuild", True)]),
        ({"postinstall": "p"}, [("install", "node-gyp rebuild", True), ("postinstall", "p", False)]),
        ({"install": ""}, [("install", "node-gyp rebuild", True)]),
        ({"install": 1, "preinstall": []}, [("install", "node-gyp rebuild", True)]),
        ({"install": "i"}, [("install", "i", False)]),
        ({"install": " "}, [("install", " ", False)]),
        ({"preinstall": "p"}, [("preinstall", "p", False)]),
    ],
)
def test_a_binding_file_means_a_build_unless_a_script_stands_before_it(
    scripts: Mapping[str, Any], expected: list[tuple[str, str, bool]]
) -> None:
    for gypfile in ({}, {"gypfile": False}, {"gypfile": True}):
        built = lifecycle_scripts(package({"binding.gyp": "{}"}, scripts=scripts, **gypfile), npm_major=11)
        assert [(script.event.value, script.command, script.implied) for script in built] == expected


def test_a_binding_file_counts_where_npm_finds_it() -> None:
    assert lifecycle_scripts(a_package({"binding.gyp": "{}"}), npm_major=11)[0].implied
    assert lifecycle_scripts(package({"Binding.GYP": "{}"}), npm_major=11)[0].implied
    assert lifecycle_scripts(package({"lib/binding.gyp": "{}", "other.gyp": "{}"}), npm_major=11) == ()


def test_only_the_roots_own_refusal_to_build_is_heeded() -> None:
    for source, count in ((Source.ROOT, 0), (Source.LINK, 1), (Source.BUNDLED, 1)):
        built = lifecycle_scripts(package({"binding.gyp": "{}"}, source, gypfile=False), npm_major=11)
        assert len(built) == count, source
    assert lifecycle_scripts(package({"binding.gyp": "{}"}, Source.ROOT), npm_major=11)[0].implied


def test_a_directory_is_not_walked_for_its_scripts(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ANN401
    (tmp_path / "package.json").write_text(a_manifest(scripts={"postinstall": "p"}))
    (tmp_path / "binding.gyp").write_text("{}")
    root = read_directory(an_artifact(location="", source=Source.ROOT), tmp_path)
    monkeypatch.setattr("os.scandir", None)
    assert events(lifecycle_scripts(root, npm_major=11)) == ["install", "postinstall"]
    assert package_findings(root) == ()
    assert nested_packages(root, {}) == ((), ())


# ------------------------------------------------------------------ what is told


def with_manifest(text: str) -> Package:
    data = a_tarball({"package.json": text})
    return unpack(an_artifact(), data, lambda: data)


def test_an_honest_package_is_quiet() -> None:
    files = {"lib/git/config": "", ".gitattributes": "", ".gitignore": "", "docs/.npmrc.md": ""}
    honest = package(files, scripts={"postinstall": "node a.js && echo 'ok  then'\t"}, description="a & b")
    assert package_findings(honest) == ()


@pytest.mark.parametrize("path", [".git/config", "test/repo/.git/HEAD", ".GIT/config", "sub/.git"])
def test_a_git_directory_blocks(path: str) -> None:
    assert signatures(package({path: ""})) == [("package/ships-git-directory", Severity.ERROR)]


@pytest.mark.parametrize("path", [".npmrc", "lib/.npmrc", ".NPMRC"])
def test_an_npmrc_is_told(path: str) -> None:
    assert signatures(package({path: "unknown-setting=x\n"})) == [("package/ships-npmrc", Severity.WARNING)]


@pytest.mark.parametrize("text", ["", "save-exact=true\n", "fund=false\naudit=false\n"])
def test_an_npmrc_that_only_says_how_to_tell_things_is_told_as_that(text: str) -> None:
    assert signatures(package({".npmrc": text})) == [("package/ships-npmrc", Severity.INFO)]


def test_a_project_may_have_what_a_package_may_not() -> None:
    assert package_findings(package({".npmrc": "", ".git/config": ""}, Source.ROOT)) == ()


def test_another_name_than_the_lockfiles_is_told() -> None:
    confused = a_package({"package.json": a_manifest("lodash")}, an_artifact("example"))
    assert signatures(confused) == [("package/other-name", Severity.WARNING)]
    elsewhere = a_package({"package.json": a_manifest("lodash")}, an_artifact("example", source=Source.FILE))
    assert package_findings(elsewhere) == ()


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('{"name": "example", "scripts": {}, "scripts": {"install": "a"}}', "scripts"),
        ('{"name": "example", "scripts": {"install": "a", "install": "b"}}', "scripts.install"),
        (
            '{"name": "example", "config": {"x": "a", "x": "b"}, "scripts": {"install": "$npm_package_config_x"}}',
            "config.x",
        ),
    ],
)
def test_a_deciding_key_that_comes_twice_is_told(text: str, key: str) -> None:
    (finding,) = package_findings(with_manifest(text))
    assert (finding.signature, finding.severity, finding.excerpt) == ("package/duplicate-key", Severity.WARNING, key)


@pytest.mark.parametrize(
    "text",
    [
        '{"name": "example", "license": "MIT", "license": "ISC", "scripts": {"install": "a"}}',
        '{"name": "example", "scripts": {"test": "a", "test": "b"}}',
        '{"name": "example", "scriptsx": 1, "scriptsx": 2, "scripts": {"install": "a"}}',
    ],
    ids=["license", "nothing runs", "another key"],
)
def test_a_key_that_decides_nothing_may_come_twice(text: str) -> None:
    assert package_findings(with_manifest(text)) == ()


def test_letters_written_as_escapes_are_told_with_their_line() -> None:
    (finding,) = package_findings(with_manifest('{"name": "example",\n"scripts": {\n"inst\\u0061ll": "a"}}'))
    assert (finding.signature, finding.line) == ("package/escaped-letters", 3)
    assert "inst\\u0061ll" in finding.excerpt


@pytest.mark.parametrize("text", [r"a \u0026 b \u003c c \u00e9 \u2028", r"\\u0061", r"\n\t\""])
def test_escapes_that_serialisers_write_are_not_told(text: str) -> None:
    assert (
        package_findings(
            with_manifest(f'{{"name": "example", "description": "{text}", "scripts": {{"install": "a"}}}}')
        )
        == ()
    )


@pytest.mark.parametrize(
    "command",
    [
        "echo ok\nnode evil.js",
        "echo ok\r",
        "echo ok" + " " * 200 + "; node evil.js",
        "n\u200bode a.js",
        "echo \u202eko",
        "echo \u2028x",
        "a\0b",
    ],
)
def test_a_command_that_hides_a_part_of_itself_is_told(command: str) -> None:
    (finding,) = package_findings(package(scripts={"postinstall": command, "test": command}))
    assert (finding.signature, finding.severity, finding.excerpt) == (
        "package/concealed-command",
        Severity.WARNING,
        command,
    )
