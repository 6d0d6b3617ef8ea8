"""Whatever bytes come as a package, they are read within bounds or refused, and every member that is listed can be read."""

from __future__ import annotations

import gzip
from contextlib import suppress

from hypothesis import example, given
from hypothesis import strategies as st

from safe_install.errors import TarballError
from safe_install.model import sha256
from safe_install.scan.unpack.tarball import unpack
from tests.archives import BLOCK, END, INDEX, PACKAGE, entry, pax, record, zipped
from tests.builders import an_artifact
from tests.fuzz.bounds import tried, within_bounds

HONEST = (
    entry(b"package/lib/", kind=b"5")
    + pax(record("path", "package/lib/long.js"), record("mtime", "1.5"))
    + entry(b"long.js", b"2", prefix=b"package/lib")
    + entry(b"package/bin/cli", b"3" * 700, mode=b"000755 \x00")
    + PACKAGE
    + INDEX
    + END
)
Edit = tuple[int, bytes]
EDITS = st.lists(
    st.tuples(
        st.integers(0, len(HONEST) - 1),
        st.sampled_from((b"\0", b"/", b"..", b"7", b"x", b"L", b"\x80", b"0" * 11, b"5", b"\xff" * 8, b" ")),
    ),
    max_size=5,
)


def edited(edits: list[Edit], *, sums: bool) -> bytes:
    """Write over some bytes, and make the headers' checksums right again."""
    raw = bytearray(HONEST)
    for at, new in edits:
        raw[at : at + len(new)] = new
    for start in range(0, len(raw), BLOCK) if sums else ():
        if raw[start + 257 : start + 262] == b"ustar":
            raw[start + 148 : start + 156] = b" " * 8
            raw[start + 148 : start + 156] = b"%06o\x00 " % sum(raw[start : start + BLOCK])
    return bytes(raw)


def read(data: bytes) -> None:
    """Read an archive and each of its members."""
    with within_bounds(), suppress(TarballError):
        package = unpack(an_artifact(), data, lambda: data)
        for path, member in package.members.items():
            assert sha256(package.files[path]) == member.digest
            assert not path.startswith("/")
            assert ".." not in path.split("/")


@given(EDITS, st.booleans(), st.integers(0, 3))
@tried(300)
def test_an_archive_with_other_bytes(edits: list[Edit], sums: bool, repeated: int) -> None:  # noqa: FBT001 - drawn
    raw = edited(edits, sums=sums)
    read(zipped(raw[: len(raw) - len(END)] * repeated + raw, end=b""))


@given(EDITS, st.lists(st.tuples(st.integers(0, 400), st.binary(max_size=9)), max_size=4), st.integers(0, 500))
@tried(200)
def test_a_compressed_stream_with_other_bytes(edits: list[Edit], on_top: list[Edit], cut: int) -> None:
    data = bytearray(gzip.compress(edited(edits, sums=True), mtime=0))
    for at, new in on_top:
        data[at : at + len(new)] = new
    read(bytes(data[: len(data) - cut] if cut < 100 else data))


@given(st.binary(max_size=2_000))
@example(b"")
@example(gzip.compress(b""))
@example(gzip.compress(bytes(64 << 20)))
@tried(100)
def test_any_bytes(data: bytes) -> None:
    read(data)
    read(gzip.compress(data))
