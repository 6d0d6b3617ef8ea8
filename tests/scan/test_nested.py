"""What a package carries in its own node_modules is seen, and judged by what the lockfile says of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from safe_install.model import Artifact, Package, Severity, Source
from safe_install.scan.unpack.nested import homes
from safe_install.scan.unpack.scripts import lifecycle_scripts, nested_packages
from tests.builders import Files, a_manifest, a_package, an_artifact

EVIL = a_manifest("inner", scripts={"postinstall": "echo evil"})


def package(files: Files) -> Package:
    return a_package({"package.json": a_manifest(), **files}, an_artifact())


def bundled(location: str, **more: Any) -> Mapping[str, Artifact]:  # noqa: ANN401
    return {location: an_artifact("inner", location=location, source=Source.BUNDLED, **more)}


def test_a_declared_bundled_package_is_a_package_of_its_own() -> None:
    outer = package({"node_modules/inner/package.json": EVIL, "node_modules/inner/run.js": "1", "run.js": "2"})
    location = "node_modules/example/node_modules/inner"
    (inner,), findings = nested_packages(outer, bundled(location, bundler="node_modules/example"))
    assert findings == ()
    assert (inner.artifact.location, inner.manifest["name"]) == (location, "inner")
    assert set(inner.members) == set(inner.files) == {"package.json", "run.js"}
    assert (inner.files["run.js"], len(inner.files)) == (b"1", 2)
    with pytest.raises(KeyError):
        inner.files["node_modules/inner/run.js"]
    assert [script.command for script in lifecycle_scripts(inner, npm_major=11)] == ["echo evil"]


def test_bundled_packages_are_found_by_scope_and_by_depth() -> None:
    outer = package({"node_modules/@s/a/node_modules/inner/package.json": EVIL, "node_modules/@s/a/index.js": ""})
    locations = ("node_modules/example/node_modules/@s/a", "node_modules/example/node_modules/@s/a/node_modules/inner")
    declared = {**bundled(locations[0]), **bundled(locations[1])}
    packages, findings = nested_packages(outer, declared)
    assert tuple(inner.artifact.location for inner in packages) == locations
    assert "node_modules/inner/package.json" in packages[0].members
    assert findings == ()


def test_an_undeclared_package_with_commands_is_told() -> None:
    outer = package({"node_modules/inner/package.json": EVIL})
    packages, (finding,) = nested_packages(outer, {})
    assert packages == ()
    assert (finding.signature, finding.severity) == ("package/hidden-package", Severity.WARNING)
    assert (finding.where, finding.path, finding.excerpt) == (
        "example@1.0.0",
        "node_modules/inner/package.json",
        "echo evil",
    )


@pytest.mark.parametrize(
    "files",
    [
        {"node_modules/inner/binding.gyp": "{}"},
        {"node_modules/inner/package.json": "{"},
        {"Node_Modules/inner/package.json": EVIL},
        {"node_modules/a/index.js": "", "node_modules/a/node_modules/@s/inner/package.json": EVIL},
    ],
    ids=["built", "unreadable", "another case", "deeper"],
)
def test_other_ways_to_bring_commands_are_told_too(files: Files) -> None:
    _, findings = nested_packages(package(files), {})
    assert [finding.signature for finding in findings] == ["package/hidden-package"]


def test_a_package_that_another_one_bundles_is_not_declared_for_this_one() -> None:
    outer = package({"node_modules/inner/package.json": EVIL})
    declared = bundled("node_modules/example/node_modules/inner", bundler="node_modules/other")
    packages, findings = nested_packages(outer, declared)
    assert (len(packages), len(findings)) == (0, 1)


def test_a_declared_package_that_npm_could_not_read_runs_nothing() -> None:
    outer = package({"node_modules/inner/package.json": "{", "node_modules/inner/a.js": "1"})
    (inner,), _ = nested_packages(outer, bundled("node_modules/example/node_modules/inner"))
    assert inner.manifest == {}
    assert lifecycle_scripts(inner, npm_major=11) == ()


def test_programs_in_a_packages_own_bin_directory_block() -> None:
    _, (finding,) = nested_packages(package({"node_modules/.bin/node": "#!/bin/sh", "node_modules/.bin/sh": ""}), {})
    assert (finding.signature, finding.severity) == ("package/hidden-bin", Severity.ERROR)


@pytest.mark.parametrize(
    "path",
    [
        "test/fixtures/node_modules/inner/package.json",
        "node_modules/a/lib/node_modules/inner/package.json",
        "node_modules",
        "node_modules/package.json",
        "node_modules/@s/package.json",
        "my_node_modules/inner/package.json",
    ],
)
def test_a_package_where_npm_never_looks_is_a_plain_file(path: str) -> None:
    assert nested_packages(package({path: EVIL}), {}) == ((), ())


def test_more_undeclared_packages_than_are_looked_into_are_told() -> None:
    crowd = {f"node_modules/{number:02}/package.json": a_manifest("a") for number in range(30)}
    assert nested_packages(package({path: crowd[path] for path in list(crowd)[:20]}), {}) == ((), ())
    _, (finding, more) = nested_packages(package(crowd | {"node_modules/00/package.json": EVIL}), {})
    assert (finding.path, more.signature, more.excerpt) == (
        "node_modules/00/package.json",
        "package/hidden-package",
        "30 packages",
    )


def test_a_home_is_a_directory() -> None:
    assert homes(["node_modules/a/x", "node_modules/a/y", "node_modules/@s/package.json", "node_modules"]) == {
        "node_modules/a": "node_modules/a/x"
    }


def test_a_harmless_package_inside_is_not_told() -> None:
    assert nested_packages(package({"node_modules/a/package.json": a_manifest("a", scripts={"test": "t"})}), {}) == (
        (),
        (),
    )
