"""A package.json means to us what it means to npm, also where readers of JSON differ."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from safe_install.errors import TarballError
from safe_install.scan.unpack.manifest import MAX_NESTING, bins, declared_scripts, duplicate_keys, read_manifest
from tests.scan.npm_itself import npm_itself

EVIL = b'{"scripts": {"postinstall": "echo evil"}}'
SCRIPTS: Mapping[str, tuple[bytes, dict[str, str]]] = {
    "plain": (EVIL, {"postinstall": "echo evil"}),
    "a byte order mark": (b"\xef\xbb\xbf" + EVIL, {"postinstall": "echo evil"}),
    "an escaped key": (rb'{"scripts": {"p\u006fstinst\u0061ll": "echo evil"}}', {"postinstall": "echo evil"}),
    "the last of two objects": (b'{"scripts": {"postinstall": "echo decoy"}, "scripts": {"install": "a"}}', {"install": "a"}),
    "the last of two scripts": (b'{"scripts": {"install": "decoy", "install": "evil"}}', {"install": "evil"}),
    "an escaped duplicate": (rb'{"scripts": {"install": "decoy", "inst\u0061ll": "evil"}}', {"install": "evil"}),
    "no scripts": (b"{}", {}),
    "scripts that are text": (b'{"scripts": "echo evil"}', {}),
    "scripts that are a list": (b'{"scripts": [{"install": "evil"}]}', {}),
    "scripts that are null": (b'{"scripts": null}', {}),
    "commands that are no text": (b'{"scripts": {"install": ["evil"], "preinstall": 1, "x": {"y": "z"}, "test": "t"}}', {"test": "t"}),
    "white space": (b'{"scripts": {"install": " \\n"}}', {"install": " \n"}),
    "the prototype's names": (
        b'{"__proto__": {"scripts": {"install": "evil"}}, "scripts": {"__proto__": {"install": "evil"}, "constructor": "c"}}',
        {"constructor": "c"},
    ),
    "a prototype that is text": (b'{"scripts": {"toString": "t", "hasOwnProperty": "h"}}', {"toString": "t", "hasOwnProperty": "h"}),
    "bytes that are not UTF-8": (b'{"scripts": {"install": "a \xff\xe2\x82 b"}}', {"install": "a \ufffd\ufffd b"}),
    "a surrogate on its own": (rb'{"scripts": {"install": "a \ud83d b \uDE00\\ud83d"}}', {"install": "a \ufffd b \ufffd\\ud83d"}),
    "a pair of surrogates": (rb'{"scripts": {"install": "\ud83d\uDE00"}}', {"install": "\U0001f600"}),
    "three surrogates": (rb'{"scripts": {"install": "\ud83d\ud83d\uDE00"}}', {"install": "\ufffd\U0001f600"}),
    "numbers that are huge": (b'{"a": 1' + b"0" * 5000 + b', "b": 1e999, "scripts": {"install": "i"}}', {"install": "i"}),
    "line separators": ('{"scripts": {"install": "a\u2028b"}}'.encode(), {"install": "a\u2028b"}),
    "much nesting": (b'{"a": ' + b"[" * 150 + b"]" * 150 + b', "scripts": {"install": "i"}}', {"install": "i"}),
}  # fmt: skip
UNREADABLE: Mapping[str, bytes] = {
    "empty": b"",
    "two byte order marks": b"\xef\xbb\xbf\xef\xbb\xbf{}",
    "UTF-16": EVIL.decode().encode("utf-16"),
    "NaN": b'{"a": NaN}',
    "infinity": b'{"a": -Infinity}',
    "a comment": b"{} // c",
    "a trailing comma": b'{"a": 1,}',
    "single quotes": b"{'a': 1}",
    "a raw line end in text": b'{"a": "b\nc"}',
    "a leading zero": b'{"a": 01}',
    "other white space": "\u00a0{}".encode(),
    "a null": b"null",
    "text": b'"scripts"',
}
LISTED: Mapping[str, bytes] = {"a list": b"[]"}
DEEP = b'{"a": ' + b"[" * (MAX_NESTING + 1) + b"]" * (MAX_NESTING + 1) + b"}"
BINS: Mapping[str, tuple[str, dict[str, str]]] = {
    "text": ('{"name": "a", "bin": "./cli.js"}', {"a": "cli.js"}),
    "text of a scoped name": ('{"name": "@scope/a", "bin": "cli.js"}', {"a": "cli.js"}),
    "text without a name": ('{"bin": "cli.js"}', {}),
    "an object": ('{"name": "a", "bin": {"x": "bin/x.js", "y": "./y"}}', {"x": "bin/x.js", "y": "y"}),
    "a list": ('{"name": "a", "bin": ["bin/x.js", "./y"]}', {"x.js": "bin/x.js", "y": "y"}),
    "names with directories": ('{"name": "a", "bin": {"../../sh": "s", "/usr/bin/node": "n"}}', {"sh": "s", "node": "n"}),
    "names of Windows": (r'{"name": "a", "bin": {"..\\git": "g", "c:npm": "n"}}', {"git": "g", "npm": "n"}),
    "names that are none": ('{"name": "a", "bin": {"": "a", ".": "b", "..": "c", "/": "d", "ok": "e"}}', {"ok": "e"}),
    "targets that leave": ('{"name": "a", "bin": {"x": "../../etc/passwd", "y": "/bin/sh"}}', {"x": "etc/passwd", "y": "bin/sh"}),
    "targets that are none": ('{"name": "a", "bin": {"x": "", "y": 1, "z": null, "w": ["w"]}}', {}),
    "a number": ('{"name": "a", "bin": 7}', {}),
    "the last of two names": ('{"name": "a", "bin": {"sh": "decoy", "x/sh": "evil"}}', {"sh": "evil"}),
    "a directory": ('{"name": "a", "directories": {"bin": "./tools"}}', {"x.js": "tools/x.js", "y": "tools/sub/y"}),
    "a directory beside a bin": ('{"name": "a", "bin": "cli.js", "directories": {"bin": "tools"}}', {"a": "cli.js"}),
    "a directory outside": ('{"name": "a", "directories": {"bin": "../tools"}}', {"x.js": "tools/x.js", "y": "tools/sub/y"}),
}  # fmt: skip
MEMBERS = ("package.json", "cli.js", "tools/x.js", "tools/sub/y", "tools/.hidden", "tools/.dot/z", "toolsmith/no.js")


@pytest.mark.parametrize(("content", "scripts"), SCRIPTS.values(), ids=SCRIPTS)
def test_scripts_are_those_npm_reads(content: bytes, scripts: dict[str, str]) -> None:
    assert declared_scripts(read_manifest(content)) == scripts


def test_an_empty_command_is_none() -> None:
    assert declared_scripts({"scripts": {"install": "", "test": "t"}}) == {"test": "t"}


@pytest.mark.parametrize("content", [*UNREADABLE.values(), *LISTED.values(), DEEP], ids=[*UNREADABLE, *LISTED, "deep"])
def test_what_npm_would_not_read_is_refused(content: bytes) -> None:
    with pytest.raises(TarballError, match=r"package\.json"):
        read_manifest(content)


def test_nesting_without_end_is_refused_and_not_followed() -> None:
    with pytest.raises(TarballError):
        read_manifest(b'{"a":' * 300_000)
    with pytest.raises(TarballError):
        read_manifest(b'{"a": ' + b"[" * 300_000 + b"]" * 300_000 + b"}")


def test_keys_that_come_twice_are_named_by_their_path() -> None:
    content = rb"""{"a": 1, "scripts": {"x": "lost", "x": "lost"}, "b": {"c": 1, "c": 2},
        "scripts": {"install": "a", "inst\u0061ll": "b", "install": "c"}, "bin": {"a": "1"}, "d": 1, "d": 2}"""
    assert duplicate_keys(content) == ("scripts", "d", "scripts.install")
    assert duplicate_keys(EVIL) == ()


@pytest.mark.parametrize(("text", "expected"), BINS.values(), ids=BINS)
def test_bins_are_those_npm_links(text: str, expected: dict[str, str]) -> None:
    assert bins(read_manifest(text.encode()), MEMBERS) == expected


def test_a_bin_directory_needs_to_know_the_members() -> None:
    assert bins({"name": "a", "directories": {"bin": "tools"}}) == {}
    assert bins({"name": "a", "directories": {"bin": "."}}, ("a/x", ".y", "z")) == {"x": "a/x", "z": "z"}
    assert bins({"name": "a", "directories": ["bin"], "bin": ""}, MEMBERS) == {}


@pytest.mark.npm
def test_npm_itself_reads_the_same_scripts_and_bins(tmp_path: Path) -> None:
    contents = [*(c for c, _ in SCRIPTS.values()), *(t.encode() for t, _ in BINS.values()), *UNREADABLE.values()]
    directories = []
    for number, content in enumerate(contents):
        directories.append(tmp_path / str(number))
        for path in MEMBERS:
            file = directories[-1] / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content if path == "package.json" else b"")
    read = npm_itself("scan/normalize.cjs", [str(directory) for directory in directories])
    for theirs, content in zip(read, contents, strict=True):
        if theirs is None:
            with pytest.raises(TarballError):
                read_manifest(content)
        else:
            manifest = read_manifest(content)
            commands = theirs["scripts"] or {}
            assert declared_scripts(manifest) == ({} if isinstance(commands, list) else commands)
            found = {name: path for name, path in theirs["bin"].items() if path != "tools/sub"}  # a directory
            assert bins(manifest, MEMBERS) == found
