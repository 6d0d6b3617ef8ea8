"""What npm would never write into a lockfile is told, at its line, and what it does write is not."""

from __future__ import annotations

import pytest

from safe_install.model import Finding, Severity
from safe_install.scan.lock.lockfile import read_lockfile
from safe_install.scan.lock.tree import LONGEST
from tests.scan.locks import Packages, a_lock, an_entry, by_location, read, signatures, told

HONEST: Packages = {
    "node_modules/all": an_entry(
        **dict.fromkeys(
            ["dev", "optional", "devOptional", "peer", "hasInstallScript", "extraneous", "ideallyInert"], True
        ),
        **dict.fromkeys(["license", "deprecated"], "text"),
        engines=["node >= 0.6"],
        funding=[{"url": "https://fund.example.test"}],
        acceptDependencies={"a": "*"},
        os="linux",
    ),
    "node_modules/.ok": {"link": True, "resolved": "w"},
    "w": {"name": "w", "workspaces": ["x"], "bundleDependencies": False},
}


def only(packages: Packages) -> Finding:
    (finding,) = read(packages).findings
    return finding


def line_of(packages: Packages, text: str) -> int:
    """Find the one line that holds a text."""
    (line,) = (at for at, line in enumerate(a_lock(packages).decode().split("\n"), start=1) if text in line)
    return line


def test_everything_npm_writes_is_quiet() -> None:
    honest = {**HONEST, "node_modules/w": HONEST["node_modules/.ok"]}
    del honest["node_modules/.ok"]
    assert not read(honest).findings


@pytest.mark.parametrize(
    ("key", "value", "signature"),
    [
        ("scripts", {"postinstall": "echo injected"}, "scripts-in-entry"),
        ("gypfile", False, "gypfile-in-entry"),
        ("patched", {"path": "patches/x.patch", "integrity": "sha512-AA"}, "extension-patched"),
        ("packageExtensionsApplied", {"selector": "x"}, "extension-manifest"),
        ("packageExtensionsHash", "sha512-AA", "extension-manifest"),
        ("npmExtensionApplied", True, "extension-program"),
        ("npmExtensionHash", "sha512-AA", "extension-program"),
        ("from", "a@1", "unknown-key"),
        ("bundledDependencies", ["a"], "unknown-key"),
        ("__proto__", {"scripts": {"install": "echo injected"}}, "unknown-key"),
        ("Scripts", {}, "unknown-key"),
    ],
)
@pytest.mark.parametrize("location", ["node_modules/x", "", "w"])
def test_a_key_that_npm_does_not_write_blocks_at_its_own_line(
    location: str, key: str, value: object, signature: str
) -> None:
    base = {"node_modules/w": {"link": True, "resolved": "w"}, "w": {}}
    packages = {**base, location: {**(an_entry() if location.startswith("node") else {}), key: value}}
    finding = only(packages)
    assert (finding.signature, finding.severity) == (f"lockfile/{signature}", Severity.ERROR)
    assert finding.line == line_of(packages, f'"{key}"')
    assert finding.excerpt.startswith(f'"{key}": ')
    assert (finding.where, finding.path) == ("package-lock.json", "package-lock.json")


def test_an_injected_script_is_shown() -> None:
    finding = only({"node_modules/x": an_entry(scripts={"postinstall": "echo injected"})})
    assert finding.excerpt == '"scripts": {"postinstall": "echo injected"}'


@pytest.mark.parametrize("value", ["x" * 10_000, ["x"] * 10_000, {"a": {"b": "x" * 10_000}}])
def test_an_excerpt_is_short(value: object) -> None:
    assert len(only({"node_modules/x": an_entry(evil=value)}).excerpt) == 200


def test_a_key_beside_packages_that_npm_does_not_know_is_a_warning() -> None:
    (finding,) = read({}, comment="hello").findings
    assert (finding.signature, finding.severity, finding.line) == ("lockfile/unknown-key", Severity.WARNING, 13)
    assert not read({}, dependencies={"legacy": {"version": "1.0.0", "requires": {}}}, preserveSymlinks="1").findings


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        (
            '"version": "1.0.0",\n      "resolved"',
            '"version": "9.9.9",\n      "version": "1.0.0",\n      "resolved"',
            16,
        ),
        ('"type": "MIT"', '"type": "ISC", "type": "MIT"', 14),
        ('"node_modules/x": {', '"node_modules/x": {},\n    "node_modules/x": {', 15),
        ('"lockfileVersion"', '"lockfileVersion": 2,\n  "lockfileVersion"', 5),
        ('"packages"', '"packages": {},\n  "packages"', 7),
        ('"requires": true', '"requires": {"a": 1, "a": 2}', 5),
        (
            '"version": "1.0.0",\n      "resolved"',
            '"versi\\u006fn": "9.9.9",\n      "version": "1.0.0",\n      "resolved"',
            16,
        ),
    ],
)
def test_a_key_that_stands_twice_blocks_and_the_last_counts(old: str, new: str, line: int) -> None:
    data = a_lock({"node_modules/x": an_entry(license={"type": "MIT"})}).decode()
    assert data.count(old) == 1
    lockfile = read_lockfile(data.replace(old, new).encode())
    assert told(lockfile) == [("duplicate-key", line)]
    assert by_location(lockfile)["node_modules/x"].version == "1.0.0"


@pytest.mark.parametrize(
    "location",
    [
        "/etc/node_modules/x",
        "node_modules/../../x",
        "node_modules/x/..",
        "./node_modules/x",
        "node_modules//x",
        "node_modules/x/",
        "a/../node_modules/x",
        "node_modules/.bin",
        "node_modules/.bin/sh",
        "node_modules/x/lib",
        "node_modules/node_modules",
        "node_modules/@s",
        "node_modules\\x",
        "C:/x",
        "node_modules/x\u0000",
        "node_modules/x\n",
        "node_modules/\u202ex",
        "node_modules/\u0445",
        "node_modules",
        f"node_modules/{'x' * LONGEST}",
    ],
)
def test_a_location_that_npm_would_not_write_blocks_and_is_no_artifact(location: str) -> None:
    packages = {"": {}, location: an_entry()}
    assert signatures(packages) == ["foreign-location"]
    assert len(read(packages).artifacts) == 1


@pytest.mark.parametrize(
    ("location", "resolved"),
    [
        ("node_modules/.bin", "w"),
        ("../w/./node_modules/x", "w"),
        ("src", "w"),
        ("node_modules/x", "/etc"),
        ("node_modules/x", "node_modules/y"),
        ("node_modules/x", "a\\b"),
        ("node_modules/x", "w\u202e"),
    ],
)
def test_a_link_that_stands_or_leads_where_npm_would_not_put_it_blocks(location: str, resolved: str) -> None:
    packages = {location: {"link": True, "resolved": resolved}, "w": {}, "/etc": {}, "node_modules/y": an_entry("y")}
    packages |= {"a\\b": {}, "w\u202e": {}}
    lockfile = read(packages)
    assert ("foreign-location", line_of(packages, f'"{location}": {{')) in told(lockfile)
    assert lockfile.links == {}


def test_a_directory_that_is_also_to_be_fetched_blocks() -> None:
    packages = {"node_modules/w": {"link": True, "resolved": "w"}, "w": an_entry("evil")}
    assert signatures(packages) == ["foreign-location"]


def test_a_directory_outside_the_project_is_told_but_does_not_block() -> None:
    finding = only(
        {"node_modules/x": {"link": True, "resolved": "../x"}, "../x": {}, "../x/node_modules/y": an_entry("y")}
    )
    assert (finding.signature, finding.severity) == ("lockfile/outside-project", Severity.INFO)


def test_what_is_left_over_from_a_removed_workspace_is_told_and_is_no_artifact() -> None:
    packages = {"old": {"version": "1.0.0", "extraneous": True}, "gone/node_modules/x": an_entry()}
    lockfile = read(packages)
    assert [(f.signature, f.severity) for f in lockfile.findings] == [("lockfile/stray-entry", Severity.INFO)] * 2
    assert len(lockfile.artifacts) == 1


@pytest.mark.parametrize(
    "name", ["../../evil", "@s/", "a/b", ".bin", "a b", "http://evil.invalid/", "node_modules", "a\\b"]
)
def test_a_name_that_no_package_can_have_blocks(name: str) -> None:
    packages = {"node_modules/x": an_entry(name=name)}
    assert (signatures(packages), len(read(packages).artifacts)) == (["unsafe-name"], 1)


@pytest.mark.parametrize("version", ["../1.0.0", "latest", "1.0.0/../2", "^1.0.0", "1.0.0 || 2", "npm:evil@1.0.0"])
def test_a_version_that_no_package_can_have_blocks(version: str) -> None:
    assert signatures({"node_modules/x": an_entry(version=version)}) == ["unsafe-version"]


@pytest.mark.parametrize("version", ["1.0.0", "v1.2.3", "=1.0.0", "1.0.0-rc.1+build.5", "2013.8.26", "0.0.1beta"])
def test_odd_versions_of_real_packages_are_quiet(version: str) -> None:
    assert signatures({"node_modules/x": an_entry(version=version)}) == []


@pytest.mark.parametrize(
    ("resolved", "signature"),
    [
        ("git+ssh://git@host.example.test/o/r.git#main", "git-dependency"),
        ("https://www.github.com/o/r/tree/main", "git-dependency"),
        ("npm:evil@1.0.0", "unknown-address"),
        ("1.0.0", "unknown-address"),
        ("ftp://files.example.test/x.tgz", "unknown-address"),
        ("https://gith%75b.com/o/r", "unknown-address"),
        ("https://registry.example.test\\@evil.invalid/x.tgz", "unknown-address"),
        ("https://registry.example.test/x.tgz\n", "unknown-address"),
        ("", "unknown-address"),
        ("file:lib", "packed-directory"),
        ("../lib", "packed-directory"),
    ],
)
def test_an_address_that_is_no_tarballs_blocks(resolved: str, signature: str) -> None:
    assert signatures({"node_modules/x": an_entry(resolved=resolved)}) == [signature]


def test_credentials_in_an_address_are_not_shown() -> None:
    finding = only({"node_modules/x": an_entry(resolved="git+https://user:hunter2@host.example.test/o/r")})
    assert finding.excerpt == "git+https://…@host.example.test/o/r"


def test_an_entry_that_npm_could_not_install_blocks() -> None:
    assert signatures({"node_modules/x": {"optional": True}}) == ["no-version"]


def test_an_entry_marked_as_bundled_that_npm_would_fetch_blocks_and_is_fetched() -> None:
    packages = {"node_modules/x": an_entry(inBundle=True), "node_modules/y": an_entry("y")}
    lockfile = read(packages)
    assert told(lockfile) == [("bundle-mismatch", line_of(packages, '"node_modules/x"'))]
    assert by_location(lockfile)["node_modules/x"].source == "registry"


def test_an_entry_that_is_bundled_and_not_marked_blocks() -> None:
    packages = {
        "node_modules/x": an_entry(bundleDependencies=["y"], dependencies={"y": "1"}),
        "node_modules/x/node_modules/y": an_entry("y"),
    }
    assert signatures(packages) == ["bundle-mismatch"]


@pytest.mark.parametrize("other", ["node_modules/X", "node_modules/\u212aey"])
def test_two_locations_that_npm_takes_for_one_block(other: str) -> None:
    assert "case-collision" in signatures(
        {"node_modules/x": an_entry(), "node_modules/key": an_entry(), other: an_entry()}
    )


def test_a_package_that_stands_before_the_one_it_lies_in_blocks() -> None:
    packages = {"node_modules/d/node_modules/c": an_entry("c"), "node_modules/d": an_entry("d")}
    found = only(packages)
    assert (found.signature, found.severity) == ("lockfile/child-before-parent", Severity.ERROR)
    assert found.line == line_of(packages, "node_modules/d/node_modules/c")


def test_a_directory_s_packages_may_stand_anywhere_behind_it() -> None:
    link = {"link": True, "resolved": "libs/one"}
    packages = {"libs/one": {"name": "one"}, "libs/one/node_modules/c": an_entry("c"), "node_modules/one": link}
    assert not read(packages).findings


def test_thousands_of_findings_are_cut_and_still_block() -> None:
    packages = {f"node_modules/x{at}": an_entry(scripts={}) for at in range(1_500)}
    findings = read(packages).findings
    assert len(findings) == 1_001
    assert findings[-1].signature == "lockfile/more-findings"
    assert findings[-1].severity is Severity.ERROR


def test_one_entry_with_very_many_keys_is_reported_in_part() -> None:
    findings = read({"node_modules/x": an_entry(**{f"k{at}": 1 for at in range(5_000)})}).findings
    assert len(findings) == 100


def test_what_comes_after_an_entry_with_very_many_keys_is_still_read() -> None:
    data = a_lock({"node_modules/x": an_entry(**{f"k{at}": 1 for at in range(5_000)}), "node_modules/y": an_entry("y")})
    lockfile = read_lockfile(data.replace(b'"k4999": 1', b'"k4999": 1, "k4999": 1'))
    assert "node_modules/y" in by_location(lockfile)
    assert ("duplicate-key", 15) in told(lockfile)
