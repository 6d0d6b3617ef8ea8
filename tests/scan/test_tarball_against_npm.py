"""The proof that nothing gets past: what we accept, npm's own pacote extracts to exactly our members."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from safe_install.errors import TarballError
from safe_install.model import Member, sha256
from safe_install.scan.unpack.tarball import unpack
from tests.archives import ACCEPTED, BLOCK, DECOY, END, INDEX, PACKAGE, REFUSED, entry, pax, record, zipped
from tests.builders import an_artifact
from tests.scan.npm_itself import npm_itself

pytestmark = pytest.mark.npm

Members = Mapping[str, Member]


def extracted(archives: Sequence[bytes], place: Path) -> list[Members]:
    """Extract archives with npm's pacote, in one node process; what it refuses to extract is empty."""
    work = []
    for number, data in enumerate(archives):
        archive = place / f"{number}.tgz"
        archive.write_bytes(data)
        work.append((str(archive), str(place / str(number))))
    errors = npm_itself("scan/extract.cjs", work, str(place / "cache"))
    return [{} if error else on_disk(Path(target)) for error, (_, target) in zip(errors, work, strict=True)]


def on_disk(directory: Path) -> Members:
    found = {}
    for path in directory.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            executable = bool(path.stat().st_mode & 0o111)
            name = path.relative_to(directory).as_posix()
            found[name] = Member(digest=sha256(content), size=len(content), executable=executable)
    return found


def ours(data: bytes) -> Members | None:
    try:
        return unpack(an_artifact(), data, lambda: data).members
    except TarballError:
        return None


def test_npm_extracts_what_we_accept_and_nothing_else(tmp_path: Path) -> None:
    archives = [data for data, _ in ACCEPTED.values()]
    for name, data, theirs in zip(ACCEPTED, archives, extracted(archives, tmp_path), strict=True):
        assert ours(data) == theirs, name


def test_most_of_what_we_refuse_npm_would_have_extracted(tmp_path: Path) -> None:
    """The rules are not about archives that nobody could install: npm forgives nearly all of these."""
    theirs = dict(zip(REFUSED, extracted([data for data, _ in REFUSED.values()], tmp_path), strict=True))
    assert sum(map(bool, theirs.values())) > len(REFUSED) * 2 / 3
    decoyed = {name for name, members in theirs.items() if "package.json" in members and is_decoy(members)}
    assert {"entries after one zero block", "a wrong checksum", "two top folders", "a drive without a slash"} <= decoyed


def is_decoy(members: Members) -> bool:
    return members["package.json"].digest == sha256(DECOY)


def test_no_mutation_of_an_archive_is_read_otherwise_than_npm_reads_it(tmp_path: Path) -> None:
    chance = random.Random(2)
    archives = [mutated(chance) for _ in range(250)]
    accepted = 0
    for data, theirs in zip(archives, extracted(archives, tmp_path), strict=True):
        mine = ours(data)
        if mine is not None:
            accepted += 1
            assert mine == theirs, data.hex()
    assert 20 < accepted < len(archives)


def mutated(chance: random.Random) -> bytes:
    """Change some bytes of some headers of an archive, and make the checksums right again, mostly."""
    raw = bytearray(
        entry(b"package/lib/", kind=b"5")
        + pax(record("path", "package/lib/long.js"), record("mtime", "1.5"))
        + entry(b"long.js", b"2", prefix=b"package/lib")
        + entry(b"package/bin/cli", b"3" * 700, mode=b"000755 \x00")
        + PACKAGE
        + INDEX
        + END
    )
    starts = [at for at in range(0, len(raw), BLOCK) if raw[at + 257 : at + 262] == b"ustar"]
    for _ in range(chance.choice((1, 1, 1, 2, 5))):
        start = chance.choice(starts)
        at = start + chance.choice((*range(160), *range(257, 266), *range(329, 360), *range(470, BLOCK + 60)))
        raw[at] = chance.choice(
            (0, 9, 10, 32, 46, 47, 48, 49, 53, 55, 58, 92, 103, 120, 128, 255, chance.randrange(256))
        )
        if chance.random() < 0.9:
            raw[start + 148 : start + 156] = b" " * 8
            raw[start + 148 : start + 156] = b"%06o\x00 " % sum(raw[start : start + BLOCK])
    return zipped(bytes(raw), end=b"")
