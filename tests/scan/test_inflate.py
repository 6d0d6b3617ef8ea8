"""Archives are inflated by zlib-ng, or by Python's zlib where it is not: both give the same bytes, or refuse for the same reason."""

from __future__ import annotations

import random
import zlib

import pytest

from safe_install.errors import TarballError
from safe_install.scan.unpack import inflate
from tests.archives import ACCEPTED, END, INDEX, PACKAGE, REFUSED, entry, zipped
from tests.effort import chances

zlib_ng = pytest.importorskip("zlib_ng.zlib_ng", reason="there is no wheel of zlib-ng for this machine")
SEEDS = (zipped(PACKAGE, INDEX), zipped(PACKAGE, entry(b"package/a.js", b"a(b);\n" * 3_000)))
INCOMPLETE = bytes.fromhex(
    "1f8b08000000000000ff000500faffb1c313b99905fd410ec0000c8330fcff477ede14e5de1cca2991000008009957294a17000000"
)
STRATEGIES = (zlib.Z_DEFAULT_STRATEGY, zlib.Z_FILTERED, zlib.Z_HUFFMAN_ONLY, zlib.Z_RLE, zlib.Z_FIXED)


def told(reader: object, data: bytes, monkeypatch: pytest.MonkeyPatch) -> tuple[bytes, str]:
    """Give what a reader makes of a stream: the bytes before the end marker's second half, and the refusal."""
    monkeypatch.setattr(inflate, "zlib", reader)
    taken: list[bytes] = []
    try:
        inflated = inflate.Inflated(data)
        while (block := inflated.take(inflate.BLOCK)) != inflate.ZEROS:
            taken.append(block)
        inflated.end()
    except TarballError as refusal:
        return b"".join(taken), refusal.message
    return b"".join(taken), ""


def deflated(chance: random.Random) -> bytes:
    """Write a stream in one of the ways in which deflate may write it."""
    letters = bytes(chance.choices(b"abcdefgh\n", k=chance.randint(0, 4_000)))
    content = chance.choice((letters, chance.randbytes(chance.randint(0, 900)), letters[:9] * 400))
    writer = zlib.compressobj(chance.randint(0, 9), zlib.DEFLATED, 31, chance.randint(1, 9), chance.choice(STRATEGIES))
    return writer.compress(entry(b"package/a.js", content) + END) + writer.flush()


def damaged(data: bytes, chance: random.Random) -> bytes:
    """Change, cut or lengthen a stream: at its head, where the codes are told, or anywhere."""
    changed = bytearray(data)
    for _ in range(chance.randint(1, 3)):
        match chance.randint(0, 5):
            case 0:
                del changed[chance.randrange(2, len(changed) + 1) :]
            case 1:
                changed += chance.choice((b"\0" * 9, b"x", data, chance.randbytes(9)))
            case _:
                at = chance.randrange(min(len(changed), chance.choice((12, 60, 400, 1 << 20))))
                changed[at] ^= 1 << chance.randrange(8)
    return bytes(changed)


@pytest.mark.parametrize("data", [data for data, _ in (*REFUSED.values(), *ACCEPTED.values())])
def test_both_inflate_an_odd_archive_alike(data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    assert told(zlib_ng, data, monkeypatch) == told(zlib, data, monkeypatch)


def test_both_inflate_a_damaged_stream_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    refused = 0
    for chance in chances(1_500):
        data = damaged(chance.choice((*SEEDS, deflated(chance))), chance)
        by_zlib_ng, by_zlib = told(zlib_ng, data, monkeypatch), told(zlib, data, monkeypatch)
        assert by_zlib_ng == by_zlib, data.hex()
        refused += bool(by_zlib[1])
    assert refused > 1_000


def test_a_code_that_zlib_refuses_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A block whose codes leave room for others, as igzip reads it."""
    by_zlib_ng, by_zlib = told(zlib_ng, INCOMPLETE, monkeypatch), told(zlib, INCOMPLETE, monkeypatch)
    assert by_zlib_ng == by_zlib == (b"", "the archive is refused: its gzip stream is damaged")
