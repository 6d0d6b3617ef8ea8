"""Every entry of a lockfile becomes the promise that npm would keep, at its exact line."""

from __future__ import annotations

import json
import tracemalloc

import pytest

from safe_install.model import Artifact, Source
from safe_install.scan.lock.lockfile import choose_lockfile, read_lockfile
from tests.scan.locks import TARBALL, a_lock, an_entry, by_location, read, told

GIT = "git+ssh://git@host.example.test/o/r.git#0123456789012345678901234567890123456789"


def source_of(resolved: str, spec: str = "1.0.0") -> Source:
    packages = {"": {"dependencies": {"x": spec}}, "node_modules/x": an_entry(resolved=resolved)}
    return by_location(read(packages))["node_modules/x"].source


def test_a_registry_entry_becomes_an_artifact_with_all_it_says() -> None:
    entry = an_entry(
        dev=True,
        optional=True,
        peer=True,
        hasShrinkwrap=True,
        os=["linux", "!win32"],
        cpu="x64",
        libc=["glibc"],
        engines={"node": ">=20"},
        bin={"x": "./cli.js"},
        dependencies={"a": "^1.0.0"},
    )
    assert by_location(read({"node_modules/x": entry}))["node_modules/x"] == Artifact(
        location="node_modules/x",
        name="x",
        version="1.0.0",
        source=Source.REGISTRY,
        resolved=TARBALL.format("x"),
        integrity="sha512-AAAA",
        line=14,
        dev=True,
        optional=True,
        peer=True,
        os=("linux", "!win32"),
        cpu=("x64",),
        libc=("glibc",),
        engines={"node": ">=20"},
        bin={"x": "cli.js"},
        dependencies={"a": "^1.0.0"},
        has_shrinkwrap=True,
    )


def test_the_root_comes_first_whatever_the_order() -> None:
    packages = {"node_modules/x": an_entry(), "": {"name": "app", "version": "2.0.0", "dependencies": {"x": "1"}}}
    data = json.dumps({"lockfileVersion": 3, "packages": packages}).encode()
    root, x = read_lockfile(data).artifacts
    assert (root.location, root.id, root.source, x.location) == ("", "app@2.0.0", Source.ROOT, "node_modules/x")


def test_a_project_of_nothing_has_a_root_all_the_same() -> None:
    lockfile = read_lockfile(b'{"name": "app", "lockfileVersion": 3, "packages": {}}')
    assert [(artifact.location, artifact.name) for artifact in lockfile.artifacts] == [("", "app")]
    assert (lockfile.root, lockfile.findings) == ({}, ())


def test_an_alias_is_named_by_its_entry_and_a_nested_package_by_its_folder() -> None:
    nested = "node_modules/@s/p/node_modules/@t/q"
    artifacts = by_location(
        read({"node_modules/alias": an_entry("real", name="real"), "node_modules/@s/p": an_entry(), nested: an_entry()})
    )
    assert [artifacts[place].id for place in ("node_modules/alias", "node_modules/@s/p", nested)] == [
        "real@1.0.0",
        "@s/p@1.0.0",
        "@t/q@1.0.0",
    ]


@pytest.mark.parametrize("missing", ["resolved", "integrity", "version"])
def test_what_an_entry_does_not_say_stays_unsaid(missing: str) -> None:
    entry = {key: value for key, value in an_entry().items() if key != missing}
    artifact = by_location(read({"node_modules/x": entry}))["node_modules/x"]
    assert getattr(artifact, missing) == ("" if missing == "version" else None)
    assert artifact.source is Source.REGISTRY


@pytest.mark.parametrize(
    ("resolved", "source"),
    [
        (TARBALL.format("x"), Source.REGISTRY),
        ("https://elsewhere.invalid/x.tgz", Source.REGISTRY),
        ("file:vendor/x-1.0.0.tgz", Source.FILE),
        ("file:../my things/x.tar.gz", Source.FILE),
        (GIT, Source.GIT),
        ("git://host.example.test/o/r.git", Source.GIT),
        ("github:o/r", Source.GIT),
        ("o/r#main", Source.GIT),
        ("https://github.com/o/r", Source.GIT),
    ],
)
def test_the_address_tells_where_the_files_come_from(resolved: str, source: Source) -> None:
    assert source_of(resolved) is source


def test_a_tarball_is_remote_when_somebody_asks_for_it_by_address() -> None:
    address = "https://files.example.test/x.tgz"
    assert source_of(address, spec=address) is Source.REMOTE
    assert source_of(address, spec="npm:x@1.0.0") is Source.REGISTRY


def test_the_asker_may_be_nested_and_asks_for_the_nearest() -> None:
    address = "https://files.example.test/y.tgz"
    packages = {
        "node_modules/x": an_entry(dependencies={"y": address}),
        "node_modules/x/node_modules/y": an_entry(resolved=address),
        "node_modules/y": an_entry("y"),
    }
    artifacts = by_location(read(packages))
    assert artifacts["node_modules/x/node_modules/y"].source is Source.REMOTE
    assert artifacts["node_modules/y"].source is Source.REGISTRY


def test_a_workspace_is_one_artifact_at_its_directory_and_its_link_stands_apart() -> None:
    packages = {
        "": {"workspaces": ["packages/*", "!packages/not", "./tools/**"]},
        "node_modules/w": {"resolved": "packages/w", "link": True},
        "node_modules/not": {"resolved": "packages/not", "link": True},
        "node_modules/deep": {"resolved": "tools/a/deep", "link": True},
        "packages/w": {"version": "1.0.0", "devDependencies": {"x": "1"}},
        "packages/not": {"version": "1.0.0"},
        "tools/a/deep": {"name": "@s/deep"},
        "packages/w/node_modules/x": an_entry(devDependencies={"never": "1"}),
    }
    lockfile = read(packages)
    artifacts = by_location(lockfile)
    assert lockfile.links == {
        "node_modules/w": "packages/w",
        "node_modules/not": "packages/not",
        "node_modules/deep": "tools/a/deep",
    }
    assert not lockfile.links.keys() & artifacts.keys()
    assert [artifacts[place].source for place in ("packages/w", "tools/a/deep", "packages/not")] == [
        Source.WORKSPACE,
        Source.WORKSPACE,
        Source.LINK,
    ]
    assert artifacts["tools/a/deep"].name == "@s/deep"
    assert artifacts["packages/w"].dependencies == {"x": "1"}
    assert artifacts["packages/w/node_modules/x"].dependencies == {}
    assert not lockfile.findings


def test_many_links_to_one_directory_are_one_artifact() -> None:
    packages = {
        "node_modules/a": {"resolved": "lib", "link": True},
        "node_modules/b": {"resolved": "./lib/", "link": True},
        "lib": {"version": "1.0.0"},
    }
    lockfile = read(packages)
    assert [(a.location, a.source) for a in lockfile.artifacts] == [("", Source.ROOT), ("lib", Source.LINK)]
    assert lockfile.links == {"node_modules/a": "lib", "node_modules/b": "lib"}


def test_a_project_that_links_itself_or_its_parent_is_read() -> None:
    packages = {
        "node_modules/self": {"resolved": "", "link": True},
        "node_modules/up": {"resolved": "..", "link": True},
        "..": {"version": "1.0.0"},
    }
    lockfile = read(packages)
    assert lockfile.links == {"node_modules/self": "", "node_modules/up": ".."}
    assert [a.location for a in lockfile.artifacts] == ["", ".."]
    assert told(lockfile) == [("outside-project", 19)]


def test_bundled_packages_are_carried_by_the_nearest_that_bundles_them() -> None:
    packages = {
        "node_modules/b": an_entry(bundleDependencies=["c"], dependencies={"c": "1"}),
        "node_modules/b/node_modules/c": {
            "version": "1.0.0",
            "inBundle": True,
            "dependencies": {"d": "1", "e": "1", "outer": "1"},
            "bundleDependencies": ["e"],
        },
        "node_modules/b/node_modules/c/node_modules/e": {"version": "1.0.0", "inBundle": True},
        "node_modules/b/node_modules/d": {"version": "1.0.0", "inBundle": True},
        "node_modules/b/node_modules/own": an_entry("own"),
        "node_modules/outer": an_entry("outer"),
    }
    lockfile = read(packages)
    carried = {
        a.location.removeprefix("node_modules/b/node_modules/"): a.bundler
        for a in lockfile.artifacts
        if a.source is Source.BUNDLED
    }
    assert carried == dict.fromkeys(["c", "c/node_modules/e", "d"], "node_modules/b")
    assert not lockfile.findings


def test_what_the_project_itself_bundles_is_fetched_like_any_other() -> None:
    packages = {
        "": {"bundleDependencies": ["x"], "dependencies": {"x": "1"}},
        "node_modules/x": an_entry(inBundle=True),
    }
    lockfile = read(packages)
    assert (by_location(lockfile)["node_modules/x"].source, lockfile.findings) == (Source.REGISTRY, ())


def test_all_kinds_of_dependencies_are_merged_as_npm_merges_them() -> None:
    packages = {
        "node_modules/x": an_entry(
            peerDependencies={"peer": "1", "lenient": "2", "both": "3"},
            peerDependenciesMeta={"lenient": {"optional": True}},
            dependencies={"both": "4", "twice": "5", "plain": "6"},
            optionalDependencies={"twice": "7"},
        )
    }
    artifact = by_location(read(packages))["node_modules/x"]
    assert artifact.dependencies == {"peer": "1", "lenient": "2", "both": "4", "twice": "7", "plain": "6"}
    assert artifact.optional_dependencies == {"lenient": "2", "twice": "7"}
    assert artifact.kinds == {"peer": "peer", "lenient": "peerOptional", "twice": "optional"}


@pytest.mark.parametrize(
    "text", [b"%s", b"\xef\xbb\xbf%s", b"\n\n%s", b"%s\r\n"], ids=["plain", "BOM", "blank lines", "CRLF end"]
)
def test_every_entry_stands_at_its_line(text: bytes) -> None:
    data = text % a_lock(
        {"node_modules/a": an_entry(), "node_modules/a/node_modules/b": an_entry(), "node_modules/c": an_entry()}
    )
    lines = data.decode().split("\n")
    for artifact in read_lockfile(data).artifacts:
        assert lines[artifact.line - 1].strip() == f'"{artifact.location}": {{'


def test_look_alike_text_does_not_move_a_line() -> None:
    decoy = '{\n    "node_modules/x": {\n'
    data = a_lock(
        {
            "node_modules/aa": an_entry(deprecated=decoy, funding={"node_modules/x": {"packages": {}}}),
            "node_modules/x": an_entry(),
        }
    )
    data = data.replace(
        b'"lockfileVersion"', b'"requires": {"packages": {"node_modules/x": {}}},\n\n  "lockfileVersion"', 1
    )
    x = by_location(read_lockfile(data))["node_modules/x"]
    assert data.decode().split("\n")[x.line - 1] == '    "node_modules/x": {'


def test_an_escaped_key_is_the_location_that_it_spells() -> None:
    data = (
        a_lock({"node_modules/x": an_entry()})
        .replace(b'"node_modules/x"', rb'"node_modul\u0065s/x"')
        .replace(b'"packages"', rb'"pack\u0061ges"')
    )
    assert by_location(read_lockfile(data)).keys() == {"", "node_modules/x"}


def test_npm_12_no_longer_reads_a_shrinkwrap() -> None:
    both = ["package-lock.json", "npm-shrinkwrap.json"]
    assert [choose_lockfile(both, major) for major in (10, 11, 12, 13)] == [both[1], both[1], both[0], both[0]]
    assert choose_lockfile(["npm-shrinkwrap.json"], 12) is None
    assert choose_lockfile(["package-lock.json"], 11) == "package-lock.json"
    assert choose_lockfile([], 11) is None


def test_reading_takes_a_few_times_the_memory_of_the_text() -> None:
    data = a_lock({f"node_modules/p{n}": an_entry(license="MIT", dependencies={"x": "1"}) for n in range(2_000)})
    tracemalloc.start()
    try:
        promised = len(read_lockfile(data).artifacts)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert promised == 2_001
    assert most < 7 * len(data)
