"""Archives built by hand, header by header, so that each breaks exactly one rule, or is odd and breaks none.

``REFUSED`` names the rule an archive breaks by a word of its sentence; ``ACCEPTED`` names the files npm will have
written. The attack samples are inert: their scripts only echo.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Mapping

BLOCK = 512
END = bytes(2 * BLOCK)
USTAR, GNU, OLD = b"ustar\x0000", b"ustar  \x00", bytes(8)
MANIFEST = b'{"name": "example", "version": "1.0.0"}'
DECOY = b'{"name": "example", "version": "1.0.0", "scripts": {"postinstall": "echo decoy"}}'


def header(name: bytes, length: int = 0, *, kind: bytes = b"0", magic: bytes = USTAR, **fields: bytes) -> bytes:
    """Build one header block; ``fields`` overwrite a field's bytes, ``checksum`` the right checksum."""
    values = {
        "name": name,
        "mode": b"000644 \x00",
        "uid": b"",
        "gid": b"",
        "size": b"%011o " % length,
        "mtime": b"03560116604 ",
        "checksum": b" " * 8,
        "kind": kind,
        "link": b"",
        "magic": magic,
        "owner": b"",
        "group": b"",
        "major": b"000000 \x00",
        "minor": b"000000 \x00",
        "prefix": b"",
    }
    widths = (100, 8, 8, 8, 12, 12, 8, 1, 100, 8, 32, 32, 8, 8, 167)
    checksum = fields.pop("checksum", None)
    values |= fields
    filled = [value.ljust(width, b"\0") for value, width in zip(values.values(), widths, strict=True)]
    assert [len(value) for value in filled] == list(widths), name
    filled[6] = checksum if checksum is not None else b"%06o\x00 " % sum(b"".join(filled))
    return b"".join(filled)


def entry(name: bytes, content: bytes = b"", *, kind: bytes = b"0", magic: bytes = USTAR, **fields: bytes) -> bytes:
    """Build a header with its content, padded to whole blocks."""
    return header(name, len(content), kind=kind, magic=magic, **fields) + content + bytes(-len(content) % BLOCK)


def record(key: str, value: str) -> bytes:
    """Build one pax record, whose length counts itself."""
    rest = f" {key}={value}\n".encode()
    length = len(rest) + 1
    while len(str(length)) + len(rest) != length:
        length += 1
    return str(length).encode() + rest


def pax(*records: bytes, kind: bytes = b"x") -> bytes:
    """Build an extension header."""
    return entry(b"PaxHeader/example", b"".join(records), kind=kind)


def long_name(name: bytes) -> bytes:
    """Build GNU's extension header for a long name."""
    return entry(b"././@LongLink", name + b"\0", kind=b"L", magic=GNU)


def zipped(*parts: bytes, end: bytes = END) -> bytes:
    """Compress parts and an end marker, without a date."""
    return gzip.compress(b"".join(parts) + end, mtime=0)


PACKAGE = entry(b"package/package.json", MANIFEST)
EVIL = entry(b"package/package.json", DECOY)
INDEX = entry(b"package/index.js", b"1\n")
LONG = "package/" + "/".join(["a" * 90] * 3) + ".js"
WIDE = "package/" + "é" * 120 + ".js"

REFUSED: Mapping[str, tuple[bytes, str]] = {
    # the stream around the archive
    "no gzip at all": (PACKAGE + END, "not gzip"),
    "empty": (b"", "not gzip"),
    "a zlib stream": (zlib.compress(PACKAGE + END), "not gzip"),
    "cut gzip": (zipped(PACKAGE)[:-9], "cut short"),
    "damaged gzip": (zipped(PACKAGE)[:20] + b"\xff\xff\xff\xff" + zipped(PACKAGE)[24:], "damaged"),
    "wrong gzip checksum": (zipped(PACKAGE)[:-8] + b"abcd" + zipped(PACKAGE)[-4:], "damaged"),
    "a second gzip member": (gzip.compress(PACKAGE, mtime=0) + zipped(EVIL), "end marker"),
    "a gzip member after the end": (zipped(PACKAGE) + zipped(EVIL), "gzip stream"),
    "garbage after gzip": (zipped(PACKAGE) + b"garbage", "gzip stream"),
    "garbage behind zeros after gzip": (zipped(PACKAGE) + bytes(9) + b"garbage", "gzip stream"),
    "a bomb": (zipped(PACKAGE, entry(b"package/zeros", bytes(1 << 22))), "times its size"),
    # the archive's frame
    "no end marker": (zipped(PACKAGE, end=b""), "end marker"),
    "half an end marker": (zipped(PACKAGE, end=bytes(BLOCK)), "end marker"),
    "cut inside a file": (zipped(PACKAGE, end=header(b"package/a.js", 9999)), "end marker"),
    "entries after one zero block": (zipped(PACKAGE, bytes(BLOCK), EVIL), "zero block"),
    "entries after the end marker": (zipped(PACKAGE, END, EVIL), "end marker"),
    "garbage after the end marker": (zipped(PACKAGE, end=END + bytes(BLOCK - 1) + b"x"), "end marker"),
    "not whole blocks": (zipped(PACKAGE, end=END + bytes(7)), "whole number of blocks"),
    "no files": (zipped(), "no file"),
    "only a directory": (zipped(entry(b"package/", kind=b"5")), "no file"),
    # headers
    "a wrong checksum": (zipped(PACKAGE, entry(b"package/a.js", b"1", checksum=b"000001\x00 "), EVIL), "checksum"),
    "a checksum with no end": (zipped(header(b"package/a", checksum=b"00012345"), PACKAGE), "checksum"),
    "a signed checksum": (zipped(entry("package/é".encode(), checksum=b"-00001\x00 "), PACKAGE), "checksum"),
    "a block that only looks like zeros": (zipped(PACKAGE, bytes(148) + b"zz" + bytes(362), EVIL), "checksum"),
    "a base-256 size": (zipped(PACKAGE, entry(b"package/a.js", b"1", size=b"\x80" + bytes(10) + b"\x01")), "size"),
    "a size with a tail": (zipped(PACKAGE, entry(b"package/a.js", b"1", size=b"00000001 2 ")), "size"),
    "a size that is no number": (zipped(PACKAGE, header(b"package/a.js", size=b"\x00")), "size"),
    "a mode that is no number": (zipped(PACKAGE, entry(b"package/a.js", b"1", mode=b"rwx")), "mode"),
    "a user id that is no number": (zipped(PACKAGE, entry(b"package/a.js", EVIL, uid=b"\x90" * 8)), "base-256"),
    "a user id beyond all": (zipped(PACKAGE, entry(b"package/a.js", EVIL, uid=b"\x80" + b"\xff" * 7)), "base-256"),
    "a date that is no number": (
        zipped(PACKAGE, entry(b"package/a.js", EVIL, prefix=bytes(131) + b"\x90" * 12)),
        "base-256",
    ),
    "an unknown format": (zipped(PACKAGE, entry(b"package/a.js", magic=b"ustar\x00  ")), "tar format"),
    "a prefix that npm ignores": (zipped(PACKAGE, entry(b"a.js", magic=GNU, prefix=b"package/lib")), "prefix"),
    "a name that goes on": (zipped(PACKAGE, entry(b"package/a.js\x00\nb.js")), "after its end"),
    "no name": (zipped(PACKAGE, entry(b"", EVIL)), "no name"),
    "a set-user-id mode": (zipped(PACKAGE, entry(b"package/a.js", mode=b"004755 \x00")), "sets the user"),
    # kinds of entries
    "a symbolic link": (zipped(PACKAGE, entry(b"package/a.js", kind=b"2", link=b"/etc/passwd")), "link"),
    "a hard link": (zipped(PACKAGE, entry(b"package/a.js", kind=b"1", link=b"package/package.json")), "link"),
    "a file with a link's target": (zipped(PACKAGE, entry(b"package/a.js", EVIL, link=b"b.js")), "link"),
    "a link's target hidden behind a zero": (zipped(PACKAGE, entry(b"package/a.js", EVIL, link=b"\x00\nb")), "link"),
    "a device": (zipped(PACKAGE, entry(b"package/a", kind=b"3")), "neither"),
    "a pipe": (zipped(PACKAGE, entry(b"package/a", kind=b"6")), "neither"),
    "a contiguous file": (zipped(PACKAGE, entry(b"package/a", b"1", kind=b"7")), "neither"),
    "a sparse file": (zipped(PACKAGE, entry(b"package/a", b"1", kind=b"S")), "neither"),
    "an unknown kind": (zipped(PACKAGE, entry(b"package/a", EVIL, kind=b"!")), "neither"),
    "a directory with a size": (zipped(PACKAGE, entry(b"package/lib/", EVIL, kind=b"5")), "has a size"),
    "a file named as a directory": (zipped(PACKAGE, entry(b"package/lib/", EVIL)), "has a size"),
    # names
    "two top folders": (zipped(PACKAGE, entry(b"other/package.json", DECOY)), "top folder"),
    "a hidden top folder": (zipped(PACKAGE, entry(b"./package/package.json", DECOY)), "top folder"),
    "a file without a folder": (zipped(PACKAGE, entry(b"package", b"1")), "inside the top folder"),
    "one path, two contents": (zipped(PACKAGE, EVIL), "twice"),
    "one path by a dot, two contents": (zipped(PACKAGE, entry(b"package/./package.json", DECOY)), "twice"),
    "an ignore file under both names": (
        zipped(PACKAGE, entry(b"package/.npmignore", b"a"), entry(b"package/.gitignore", b"b")),
        "twice",
    ),
    "a dot at the end": (zipped(PACKAGE, entry(b"package/.gitignore/.", b"a")), "dot component"),
    "dots that leave": (zipped(PACKAGE, entry(b"package/../../a.js", b"1")), "'..'"),
    "dots that stay": (zipped(PACKAGE, entry(b"package/lib/../a.js", b"1")), "'..'"),
    "an absolute name": (zipped(PACKAGE, entry(b"/package/a.js", b"1")), "absolute"),
    "an empty component": (zipped(PACKAGE, entry(b"package//a.js", b"1")), "empty"),
    "a drive": (zipped(PACKAGE, entry(b"package/c:/a.js", b"1")), "drive"),
    "a drive without a slash": (zipped(PACKAGE, entry(b"package/c:package.json", DECOY)), "drive"),
    "a backslash": (zipped(PACKAGE, entry(rb"package/lib\a.js", b"1")), "backslash"),
    "a control character": (zipped(PACKAGE, entry(b"package/a\x1b[2J.js", b"1")), "control"),
    "not UTF-8": (zipped(PACKAGE, entry(b"package/\xff.js", b"1")), "UTF-8"),
    "a surrogate": (zipped(PACKAGE, entry(b"package/\xed\xa0\x80.js", b"1")), "UTF-8"),
    "names of one file where case does not count": (
        zipped(PACKAGE, entry(b"package/Index.js", b"2"), INDEX),
        "case does not count",
    ),
    "names of one file in two spellings": (
        zipped(PACKAGE, entry("package/\u00e9".encode(), b"1"), entry("package/e\u0301".encode(), b"2")),
        "case does not count",
    ),
    "a manifest where case does not count": (zipped(entry(b"package/Package.json", DECOY)), "case does not count"),
    "a file and a directory": (
        zipped(PACKAGE, entry(b"package/lib", b"1"), entry(b"package/lib/a.js", b"2")),
        "both a file and a directory",
    ),
    "a directory and a file": (
        zipped(PACKAGE, entry(b"package/lib/", kind=b"5"), entry(b"package/lib", b"1")),
        "both a file and a directory",
    ),
    "a name too long for a disk": (zipped(PACKAGE, long_name(b"package/" + b"a" * 256), entry(b"a", b"1")), "too long"),
    "a tree too deep": (zipped(PACKAGE, long_name(b"package" + b"/a" * 65), entry(b"a", b"1")), "too deep"),
    # extension headers
    "a size in an extension": (zipped(PACKAGE, pax(record("size", "512")), entry(b"package/a.js", b"1")), "two sizes"),
    "a size in an extension that is no number": (
        zipped(PACKAGE, pax(record("size", "0x1")), entry(b"package/a.js", b"1")),
        "not a number",
    ),
    "a link's target in an extension": (zipped(PACKAGE, pax(record("linkpath", "b.js")), INDEX), "linkpath"),
    "a sparse map in an extension": (zipped(PACKAGE, pax(record("GNU.sparse.size", "9")), INDEX), "GNU.sparse"),
    "a path for all": (zipped(pax(record("path", "package/package.json"), kind=b"g"), INDEX, PACKAGE), "global"),
    "a size for all": (zipped(pax(record("size", "0"), kind=b"g"), PACKAGE), "global"),
    "two extensions": (
        zipped(PACKAGE, pax(record("path", "package/a.js")), long_name(b"package/b.js"), INDEX),
        "two extension headers",
    ),
    "a comment between extension and file": (
        zipped(PACKAGE, pax(record("path", "package/a.js")), pax(record("comment", "c"), kind=b"g"), INDEX),
        "two extension headers",
    ),
    "an extension of nothing": (zipped(PACKAGE, pax(record("path", "package/a.js"))), "describes nothing"),
    "an empty extension": (zipped(PACKAGE, pax(), INDEX), "empty or too long"),
    "an empty path": (zipped(PACKAGE, pax(record("path", "")), INDEX), "path is empty"),
    "a path with a line end": (
        zipped(PACKAGE, pax(record("comment", "x\n23 path=package/evil.js")), INDEX),
        "malformed",
    ),
    "a record that lies about its length": (zipped(PACKAGE, pax(b"99 path=package/a.js\n"), INDEX), "as long as"),
    "a record with a padded length": (zipped(PACKAGE, pax(b"021 path=package/a.js\n"), INDEX), "as long as"),
    "a path twice": (
        zipped(PACKAGE, pax(record("path", "package/a.js"), record("path", "package/b.js")), INDEX),
        "twice",
    ),
    "a path that npm may decode in halves": (
        zipped(PACKAGE, pax(record("path", WIDE), record("comment", "c" * BLOCK)), INDEX),
        "more than one block",
    ),
    # manifests
    "a manifest that is no JSON": (zipped(entry(b"package/package.json", b"{")), "not JSON"),
    "a manifest that is no object": (zipped(entry(b"package/package.json", b"[]")), "not a JSON object"),
}

ACCEPTED: Mapping[str, tuple[bytes, Mapping[str, bytes]]] = {
    "an ordinary archive": (zipped(PACKAGE, INDEX), {"package.json": MANIFEST, "index.js": b"1\n"}),
    "no manifest": (zipped(INDEX), {"index.js": b"1\n"}),
    "another top folder": (zipped(entry(b"zzz/package.json", MANIFEST)), {"package.json": MANIFEST}),
    "a dot as top folder": (zipped(entry(b"./package.json", MANIFEST)), {"package.json": MANIFEST}),
    "dot components": (
        zipped(PACKAGE, entry(b"package/./dist/./a.js", b"1")),
        {"package.json": MANIFEST, "dist/a.js": b"1"},
    ),
    "one path twice, one content": (
        zipped(PACKAGE, entry(b"package/./package.json", MANIFEST)),
        {"package.json": MANIFEST},
    ),
    "directories": (
        zipped(entry(b"package", kind=b"5"), entry(b"package/empty/", kind=b"5"), entry(b"package/old/"), PACKAGE),
        {"package.json": MANIFEST},
    ),
    "an ignore file": (
        zipped(PACKAGE, entry(b"package/a/.gitignore", b"x")),
        {"package.json": MANIFEST, "a/.npmignore": b"x"},
    ),
    "an ignore file in other case": (
        zipped(PACKAGE, entry(b"package/a/.GitIgnore", b"x")),
        {"package.json": MANIFEST, "a/.GitIgnore": b"x"},
    ),
    "old headers": (
        zipped(entry(b"package/package.json", MANIFEST, kind=b"\0", magic=OLD)),
        {"package.json": MANIFEST},
    ),
    "GNU headers": (zipped(entry(b"package/package.json", MANIFEST, magic=GNU)), {"package.json": MANIFEST}),
    "a prefix": (
        zipped(PACKAGE, entry(b"a.js", b"1", prefix=b"package/lib")),
        {"package.json": MANIFEST, "lib/a.js": b"1"},
    ),
    "a long prefix": (
        zipped(PACKAGE, entry(b"a.js", b"1", prefix=b"package/" + b"bbbb/" * 28 + b"c")),
        {"package.json": MANIFEST, "bbbb/" * 28 + "c/a.js": b"1"},
    ),
    "dates behind the prefix": (
        zipped(PACKAGE, entry(b"a.js", b"1", prefix=b"package".ljust(131, b"\0") + b"14522265600\x00" * 2)),
        {"package.json": MANIFEST, "a.js": b"1"},
    ),
    "a large user id": (
        zipped(PACKAGE, entry(b"package/a.js", b"1", uid=b"\x80\x00\x00\x00n\x07'>")),
        {"package.json": MANIFEST, "a.js": b"1"},
    ),
    "a GNU long name": (
        zipped(PACKAGE, long_name(LONG.encode()), entry(LONG.encode()[:100], b"1", magic=GNU)),
        {"package.json": MANIFEST, LONG.removeprefix("package/"): b"1"},
    ),
    "a pax path": (
        zipped(
            PACKAGE, pax(record("path", LONG), record("mtime", "1.5"), record("SCHILY.dev", "3")), entry(b"x", b"1")
        ),
        {"package.json": MANIFEST, LONG.removeprefix("package/"): b"1"},
    ),
    "a pax path with a prefix": (
        zipped(PACKAGE, pax(record("path", "package/p.js")), entry(b"x", b"1", prefix=b"package/lib")),
        {"package.json": MANIFEST, "p.js": b"1"},
    ),
    "a pax path outside ASCII": (
        zipped(PACKAGE, pax(record("path", "package/é.js")), entry(b"package/\xc3", b"1")),
        {"package.json": MANIFEST, "é.js": b"1"},
    ),
    "a pax size that repeats the header's": (
        zipped(PACKAGE, pax(record("size", "1"), record("NODETAR.type", "File")), entry(b"package/a.js", b"1")),
        {"package.json": MANIFEST, "a.js": b"1"},
    ),
    "a global comment": (
        zipped(pax(record("comment", "0123456789abcdef"), kind=b"g"), PACKAGE),
        {"package.json": MANIFEST},
    ),
    "a tape's worth of zeros": (zipped(PACKAGE, end=bytes(20 * BLOCK)), {"package.json": MANIFEST}),
    "zeros after gzip": (zipped(PACKAGE) + bytes(99), {"package.json": MANIFEST}),
    "a byte order mark": (
        zipped(entry(b"package/package.json", b"\xef\xbb\xbf" + MANIFEST)),
        {"package.json": b"\xef\xbb\xbf" + MANIFEST},
    ),
    "a folder of test fixtures": (
        zipped(PACKAGE, entry(b"package/test/node_modules/a/index.js", b"1")),
        {"package.json": MANIFEST, "test/node_modules/a/index.js": b"1"},
    ),
    "a package inside": (
        zipped(PACKAGE, entry(b"package/node_modules/a/package.json", DECOY)),
        {"package.json": MANIFEST, "node_modules/a/package.json": DECOY},
    ),
}
