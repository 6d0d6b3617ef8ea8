"""A lockfile that cannot be read is refused in one sentence, with the place and the fix, and never in another way."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from safe_install.errors import LockfileError
from safe_install.scan.lock.lockfile import Lockfile, read_lockfile
from safe_install.scan.lock.lockfile_text import LARGEST
from safe_install.scan.lock.selection import Platform, select
from tests.scan.locks import a_lock, an_entry
from tests.scan.npm_itself import npm_itself

GOOD = a_lock({"node_modules/x": an_entry()})


def trouble(data: bytes, name: str = "package-lock.json") -> LockfileError:
    with pytest.raises(LockfileError) as caught:
        read_lockfile(data, name=name)
    assert "\n" not in caught.value.message
    assert caught.value.hint
    return caught.value


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "is empty"),
        (b" \n\t", "is empty"),
        (b"\xef\xbb\xbf", "is empty"),
        (GOOD[:-2], "is cut off: it ends in line 19"),
        (GOOD[:-30], "is cut off: it ends in line 17"),
        (GOOD[:3], "is cut off: it ends in line 2"),
        (GOOD + b"}", "is not JSON at line 20, column 2: text after the end"),
        (GOOD.replace(b'"name": "app"', b'"name": \xff', 1), r"is not UTF-8 text \(byte [0-9]+\)"),
        (GOOD.decode().encode("utf-16"), r"is not UTF-8 text \(byte 0\)"),
        (b"[]", "is not JSON at line 1, column 1: expected an object"),
        (b"null", "expected an object"),
        (b"{'a': 1}", "expected a key in double quotes"),
        (b'{"a": NaN}', "NaN is no JSON value"),
        (b'{"a": 1,}', "expected a key"),
        (b'{"a" 1}', "expected ':'"),
        (b'{"a": 1 "b": 2}', "expected ','"),
        (GOOD.rstrip()[:-1] + b',"packages": 1}', "packages: expected an object"),
        (b'{"a": "\\ud800"}', "half of a character"),
        (b'{"a": ' + b"1" * 5000 + b"}", "is not JSON"),
        (b'{"a":' * 100_000, "is cut off|nested too deeply"),
        (b'{"a":' + b"[" * 1_000_000, "nested too deeply"),
        (b" " * (LARGEST + 1), "more than 67,108,864 are not read"),
    ],
)
def test_what_is_no_lockfile_is_refused_with_the_place(data: bytes, message: str) -> None:
    with pytest.raises(LockfileError, match=message):
        read_lockfile(data)
    trouble(data)


@pytest.mark.parametrize(
    ("top", "message"),
    [
        ({"lockfileVersion": 5}, "is of lockfileVersion 5; this program reads 2 to 4"),
        ({"lockfileVersion": 0}, "is of lockfileVersion 0"),
        ({"lockfileVersion": "3"}, "lockfileVersion: expected a number from 2 to 4"),
        ({"lockfileVersion": True}, "lockfileVersion: expected a number"),
        ({"lockfileVersion": 3.0}, "lockfileVersion: expected a number"),
        ({"lockfileVersion": None}, "lockfileVersion: expected a number"),
        ({"packages": []}, "packages: expected an object"),
        ({"packages": None}, "packages: expected an object"),
        ({"packages": {"node_modules/x": []}}, r'packages\["node_modules/x"\]: expected an object'),
    ],
)
def test_an_unknown_version_or_shape_is_refused(top: dict[str, object], message: str) -> None:
    with pytest.raises(LockfileError, match=message):
        read_lockfile(a_lock({}, **top))


@pytest.mark.parametrize("version", [2, 3, 4])
def test_versions_2_to_4_are_read(version: int) -> None:
    assert read_lockfile(a_lock({"node_modules/x": an_entry()}, lockfileVersion=version)).version == version


@pytest.mark.parametrize(
    "data", [b'{"lockfileVersion": 1, "dependencies": {}}', b'{"dependencies": {}}', b'{"lockfileVersion": 1}']
)
def test_version_1_is_refused_with_the_command_that_converts_it(data: bytes) -> None:
    refusal = trouble(data, "npm-shrinkwrap.json")
    assert refusal.message.startswith("npm-shrinkwrap.json is of lockfileVersion 1")
    assert "`npm install --package-lock-only --ignore-scripts --lockfile-version=3`" in str(refusal.hint)


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("version", 1, "text"),
        ("name", ["x"], "text"),
        ("resolved", True, "text"),
        ("integrity", None, "text"),
        ("integrity", {"sha512": "x"}, "text"),
        ("dev", "false", "true or false"),
        ("optional", 1, "true or false"),
        ("inBundle", None, "true or false"),
        ("link", "true", "true or false"),
        ("os", {"linux": True}, "a list of texts"),
        ("dependencies", ["a"], "an object"),
        ("dependencies", "a", "an object"),
        ("optionalDependencies", None, "an object"),
        ("peerDependenciesMeta", [], "an object"),
        ("bundleDependencies", "a", "a list of names"),
    ],
)
def test_a_value_of_the_wrong_type_is_named_by_its_path(key: str, value: object, expected: str) -> None:
    with pytest.raises(LockfileError) as caught:
        read_lockfile(a_lock({"node_modules/x": an_entry(**{key: value})}))
    assert caught.value.message == f'package-lock.json: packages["node_modules/x"].{key}: expected {expected}.'


@pytest.mark.parametrize(
    ("key", "value", "path"),
    [
        ("cpu", ["x64", 1], "cpu[1]"),
        ("dependencies", {"a": 1}, 'dependencies["a"]'),
        ("peerDependenciesMeta", {"a": True}, 'peerDependenciesMeta["a"]'),
    ],
)
def test_the_path_leads_into_lists_and_objects(key: str, value: object, path: str) -> None:
    refusal = trouble(a_lock({"node_modules/x": an_entry(**{key: value})}))
    assert f'packages["node_modules/x"].{path}: expected' in refusal.message


def test_hostile_text_in_a_message_is_escaped_and_short() -> None:
    refusal = trouble(a_lock({"\x1b[2Jnode_modules/" + "x" * 10_000: 1}))
    assert "\x1b" not in refusal.message
    assert len(refusal.message) < 250


@pytest.mark.parametrize("resolved", ["gone", "../gone", "node_modules/y"])
def test_a_link_to_nothing_is_refused_as_npm_would(resolved: str) -> None:
    packages = {
        "node_modules/x": {"link": True, "resolved": resolved},
        "node_modules/y": {"link": True, "resolved": ""},
    }
    assert "expected a directory with an entry of its own" in trouble(a_lock(packages)).message


def test_a_link_without_a_target_is_refused() -> None:
    assert (
        ".resolved: expected the directory that is linked"
        in trouble(a_lock({"node_modules/x": {"link": True}})).message
    )


def test_the_project_itself_is_no_link() -> None:
    packages = {"": {"link": True, "resolved": "w"}, "w": {}}
    assert 'packages[""].link: expected no link' in trouble(a_lock(packages)).message


CONFLICT = b"<<<<<<< HEAD\n%s\n||||||| base\n=======\n%s\n>>>>>>> branch\n" % (GOOD, GOOD)
INSIDE_VALUES = a_lock(
    {
        "node_modules/decoy": an_entry(license="<<<<<<<", deprecated="x"),
        "node_modules/x": an_entry(license="=======", deprecated=">>>>>>>"),
    }
)


@pytest.mark.parametrize("data", [CONFLICT, GOOD.replace(b"{", b"{\n<<<<<<< mine\n", 1), INSIDE_VALUES])
def test_a_merge_conflict_is_named_as_one(data: bytes) -> None:
    assert "the marks of a merge conflict" in trouble(data).message


@pytest.mark.npm
def test_npm_reads_other_entries_where_the_marks_of_a_conflict_stand_inside_values() -> None:
    """Why valid JSON is refused: npm drops the lines between marks, wherever they stand, before it parses."""
    text = """{"lockfileVersion": 3, "packages": {
"decoy": {"license": "<<<<<<<"},
"shown": {},
"a": {"license": "======="},
"hidden": {},
"b": {"license": ">>>>>>>"},
"end": {} }}"""
    (seen,) = npm_itself("scan/npm_readers.cjs", [text], "conflict")
    assert seen["packages"].keys() != json.loads(text)["packages"].keys()
    assert "the marks of a merge conflict" in trouble(text.encode()).message


# ------------------------------------------------------------------ whatever the bytes


def outcome(data: bytes) -> Lockfile | LockfileError:
    try:
        return read_lockfile(data)
    except LockfileError as error:
        return error


@settings(deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", errors="replace")))
def test_any_bytes_are_a_lockfile_or_a_lockfile_error(data: bytes) -> None:
    assert isinstance(outcome(data), Lockfile | LockfileError)


JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
LOCATION = st.sampled_from(
    [
        "",
        "node_modules/a",
        "node_modules/a/node_modules/b",
        "w",
        "w/node_modules/a",
        "..",
        "/",
        "node_modules/.bin",
        "a\\b",
    ]
)
NAMES = st.dictionaries(
    st.sampled_from(["a", "b", "w"]), st.sampled_from(["1", "https://x.example.test/x.tgz", "file:w"]), max_size=3
)
ENTRY = st.fixed_dictionaries(
    {},
    optional={
        "version": st.sampled_from(["1.0.0", "", "../x"]) | JSON,
        "resolved": LOCATION
        | st.sampled_from(["https://[x", "file:a.tgz", "github:a/b", "https://x.example.test/x.tgz"]),
        "link": st.booleans(),
        "inBundle": st.booleans(),
        "bundleDependencies": st.lists(st.sampled_from(["a", "b"])) | st.booleans(),
        "workspaces": st.lists(st.sampled_from(["*", "**", "!w", "w", "[", ""])) | JSON,
        "dependencies": NAMES,
        "peerDependencies": NAMES,
        "bin": JSON,
        "scripts": JSON,
        "engines": JSON,
    },
)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.dictionaries(LOCATION, ENTRY | JSON, max_size=5), st.integers(min_value=1))
def test_any_entries_are_a_lockfile_or_a_lockfile_error(packages: dict[str, object], cut: int) -> None:
    data = json.dumps({"lockfileVersion": 3, "packages": packages}, indent=1).encode()
    read = outcome(data)
    if isinstance(read, Lockfile):
        selected = select(read.artifacts, Platform(os="linux", cpu="x64", node="20.0.0"), links=read.links)
        assert {artifact.location for artifact in selected} <= {artifact.location for artifact in read.artifacts}
    with contextlib.suppress(LockfileError):
        read_lockfile(data[: cut % len(data)])
        pytest.fail("a lockfile that is cut off was read")
