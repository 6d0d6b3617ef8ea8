"""Archives put together of every kind of entry: what we accept, npm's own pacote extracts to exactly our members.

tests/scan/test_tarball_against_npm.py changes the bytes of one archive; here the entries themselves are chosen.
"""

from __future__ import annotations

import gzip
import random
from pathlib import Path

import pytest

from tests.archives import END, GNU, MANIFEST, OLD, USTAR, entry, pax, record, zipped
from tests.effort import chances
from tests.scan.test_tarball_against_npm import extracted, ours

pytestmark = pytest.mark.npm

TOPS = (*("package",) * 100, "pkg", ".", "", "package/..", "/package", "..", "PACKAGE", "package\\x")
HONEST = (
    "index.js",
    "lib/a.js",
    "lib/b.js",
    "bin/cli",
    "a/b/c/d/e.js",
    "binding.gyp",
    "README.md",
    ".gitignore",
    "lib/.npmignore",
)
ODD = (
    *("./x.js", "lib//y.js", "lib/./z.js", "lib/../w.js", "../out.js", "lib", "lib/", "Lib/A.js", "é.js", "e\u0301.js"),
    *("node_modules/c/package.json", ".npmignore", ".npmrc", "lib/.gitignore", "con", "a:b", "a\\b", "n" * 99),
    *(
        " x",
        "x.",
        "d/" * 60 + "x",
        "C:/x",
        "C:x",
        "\t",
        "x\ny",
        "x\0y",
        "-",
        "~",
        "node_modules/.bin/node",
        "package.json",
    ),
    *("lib/a.js/", "lib/a.js/x"),
)
NAMES = (*HONEST * 25, *ODD)
KINDS = (
    *(b"0",) * 100,
    b"\0",
    b"7",
    b"1",
    b"2",
    b"5",
    b"3",
    b"6",
    b"g",
    b"x",
    b"L",
    b"K",
    b"N",
    b"S",
    b"M",
    b"Z",
    b"4",
)
MODES = (
    *(b"000644 \x00",) * 6,
    b"000755 \x00",
    b"000000 \x00",
    b"777777 \x00",
    b"000111 \x00",
    b"\x80" + bytes(7),
    b"        ",
)
SIZES = (0, 1, 3, 511, 512, 513, 1_500)
WRITTEN = (
    "path",
    "linkpath",
    "size",
    "mtime",
    "mode",
    "uid",
    "GNU.sparse.name",
    "SCHILY.xattr.x",
    "hdrcharset",
    "charset",
)


def an_entry(chance: random.Random) -> bytes:
    """Build one entry, mostly an honest file; perhaps with a pax header, a long name or a prefix before it."""
    top, name = chance.choice(TOPS), chance.choice(NAMES)
    path = f"{top}/{name}".encode()
    kind = chance.choice(KINDS)
    content = MANIFEST if name == "package.json" else bytes([chance.randrange(97, 123)]) * chance.choice(SIZES)
    fields = {"link": chance.choice((b"", b"", b"package/index.js", b"../x", b"/etc/passwd"))} if kind in b"12" else {}
    before, prefix = b"", b""
    if len(path) > 100:
        if chance.random() < 0.5:
            before = pax(record("path", path.decode()))
        else:
            before = entry(b"././@LongLink", path + b"\0", kind=b"L", magic=GNU)
        path = path[:100]
    elif chance.random() < 0.15 and b"/" in path:
        prefix, _, path = path.rpartition(b"/")
    if chance.random() < 0.12:
        key = chance.choice(WRITTEN)
        before += pax(record(key, chance.choice((f"package/{chance.choice(NAMES)}", "3", "1.5", "", "../x", "0"))))
    magic = chance.choice((*(USTAR,) * 10, GNU, OLD))
    if kind in b"125" and chance.random() < 0.8:
        content = b""
    return before + entry(path, content, kind=kind, magic=magic, mode=chance.choice(MODES), prefix=prefix, **fields)


def an_archive(chance: random.Random) -> bytes:
    """Build an archive of a manifest and up to eight entries, with a clean or an odd end, in one gzip member or two."""
    entries = [entry(b"package/package.json", MANIFEST)] if chance.random() < 0.9 else []
    entries += [an_entry(chance) for _ in range(chance.randint(0, 5))]
    chance.shuffle(entries)
    raw = b"".join(entries)
    end = chance.choice((*(END,) * 8, b"", bytes(512), bytes(10_240), END + b"x" * 512, END + raw[:1024]))
    if chance.random() < 0.05:
        half = len(raw) // 2
        return gzip.compress(raw[:half], mtime=0) + gzip.compress(raw[half:] + end, mtime=0)
    return zipped(raw, end=end)


def test_what_is_accepted_is_what_npm_extracts(tmp_path: Path) -> None:
    archives = [an_archive(chance) for chance in chances(250)]
    accepted = 0
    for number, (data, theirs) in enumerate(zip(archives, extracted(archives, tmp_path), strict=True)):
        mine = ours(data)
        if mine is not None:
            accepted += 1
            assert mine == theirs, f"{number}: {gzip.decompress(data)[:2_000]!r}"
    assert accepted > len(archives) / 10
