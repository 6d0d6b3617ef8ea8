"""Every rule of the strict reader, and what it gives of an archive that breaks none."""

from __future__ import annotations

import gzip
import random
from collections.abc import Callable
from functools import partial

import pytest

from safe_install.errors import IntegrityError, TarballError
from safe_install.model import Digest, Member, Package, sha256
from safe_install.scan.unpack import inflate, tape
from safe_install.scan.unpack.tarball import _OPEN, _Contents, unpack
from tests.archives import ACCEPTED, BLOCK, END, INDEX, MANIFEST, PACKAGE, REFUSED, entry, zipped
from tests.builders import a_manifest, a_tarball, an_artifact

OTHER = entry(b"package/other.js", b"2\n")


def unpacked(data: bytes, reread: Callable[[], bytes] | None = None) -> Package:
    return unpack(an_artifact(), data, reread or (lambda: data))


@pytest.mark.parametrize(("data", "rule"), REFUSED.values(), ids=REFUSED)
def test_an_archive_that_breaks_a_rule_is_refused_by_its_name(data: bytes, rule: str) -> None:
    with pytest.raises(TarballError) as refusal:
        unpacked(data)
    assert rule in refusal.value.message
    assert refusal.value.message.isprintable()


@pytest.mark.parametrize(("data", "files"), ACCEPTED.values(), ids=ACCEPTED)
def test_an_odd_archive_that_breaks_none_is_read_as_npm_writes_it(data: bytes, files: dict[str, bytes]) -> None:
    package = unpacked(data)
    assert dict(package.files) == files
    assert {path: member.digest for path, member in package.members.items()} == {
        path: sha256(content) for path, content in files.items()
    }


def test_a_package_has_its_members_and_its_manifest() -> None:
    manifest = a_manifest(bin={"x": "./cli.js", "y": "missing.js"})
    package = unpacked(
        a_tarball({"package.json": manifest, "run.sh": "echo", "cli.js": "", "a.js": "1"}, executable=("run.sh",))
    )
    assert package.manifest["name"] == "example"
    assert package.members["a.js"] == Member(digest=sha256(b"1"), size=1)
    assert {path for path, member in package.members.items() if member.executable} == {"run.sh", "cli.js"}
    assert "lib" not in package.members


def test_an_archive_larger_than_a_piece_is_read_whole() -> None:
    large = random.Random(0).randbytes(3_000_001)
    package = unpacked(zipped(entry(b"package/large.bin", large), PACKAGE, entry(b"package/after.js", b"1")))
    assert package.members["large.bin"] == Member(digest=sha256(large), size=len(large))
    assert package.files["large.bin"] == large
    assert set(package.members) == {"large.bin", "package.json", "after.js"}


def test_every_cut_of_an_archive_is_refused() -> None:
    raw = PACKAGE + INDEX + END
    for length in range(0, len(raw), 64):
        with pytest.raises(TarballError):
            unpacked(gzip.compress(raw[:length], mtime=0))


def test_too_many_entries_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tape, "MAX_ENTRIES", 1)
    assert unpacked(zipped(PACKAGE)).members
    with pytest.raises(TarballError, match="more than 1 entries"):
        unpacked(zipped(PACKAGE, INDEX))


def test_names_beyond_the_limit_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("safe_install.scan.unpack.tarball.MAX_NAMES", 40)
    assert unpacked(zipped(PACKAGE, INDEX)).members
    with pytest.raises(TarballError, match="names are longer"):
        unpacked(zipped(PACKAGE, INDEX, entry(b"package/a.js")))


def test_a_file_beyond_the_limit_is_refused_by_its_header() -> None:
    with pytest.raises(TarballError, match="larger than 512 MiB"):
        unpacked(zipped(PACKAGE, entry(b"package/a.bin", b"1", size=b"77777777777 ")))


def test_an_archive_beyond_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inflate, "MAX_UNPACKED", BLOCK)
    with pytest.raises(TarballError, match="unpacks to more than"):
        unpacked(zipped(PACKAGE, INDEX))


def test_a_bomb_is_refused_before_it_is_inflated() -> None:
    """One piece is inflated beyond the point from which the ratio counts, of the 300 that are there."""
    inflated = inflate.Inflated(zipped(PACKAGE, entry(b"package/zeros", bytes(300 << 20))))
    with pytest.raises(TarballError, match="times its size"):
        for _ in inflated.pieces(301 << 20):
            pass
    assert inflated._made <= 2 * inflate.MEBIBYTE


def test_a_manifest_beyond_the_limit_is_refused() -> None:
    with pytest.raises(TarballError, match=r"package\.json is larger"):
        unpacked(zipped(entry(b"package/package.json", MANIFEST + bytes(5 << 20))))


@pytest.fixture(autouse=True)
def nothing_is_kept(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every file be read from its archive, but where a test is about those that are kept."""
    room = 1_000_000 if "kept" in request.node.name else 0
    monkeypatch.setattr("safe_install.scan.unpack.tarball._SMALL", _Contents(room))
    monkeypatch.setattr("safe_install.scan.unpack.tarball._LARGE", _Contents(room))


@pytest.mark.parametrize("size", [2, 200_000])
def test_files_that_were_read_and_verified_are_kept_by_their_contents(size: int) -> None:
    reads: list[str] = []
    archive = zipped(PACKAGE, entry(b"package/index.js", b"1" * size))

    def reread() -> bytes:
        reads.append("a")
        return archive

    package = unpacked(archive, reread)
    other = unpacked(archive, lambda: b"gone")
    for _ in range(3):
        assert package.files["index.js"] == b"1" * size
    assert other.files["index.js"] == b"1" * size
    assert reads == ["a"]


def test_files_give_way_to_others_and_not_to_one_for_which_there_is_no_room() -> None:
    contents = _Contents(3)
    for name, content in (("a", b"12"), ("b", b"34"), ("c", b"5678")):
        contents.put(Digest(name), content)
    assert [contents.get(Digest(name)) for name in "abc"] == [None, b"34", None]


def test_a_large_archive_is_opened_no_farther_than_to_a_file_that_stands_early_in_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("safe_install.scan.unpack.tarball._FAR", 1_000)
    reads: list[str] = []
    archive = zipped(PACKAGE, INDEX, entry(b"package/tool", b"x" * 3_000))

    def reread() -> bytes:
        reads.append("a")
        return archive

    package = unpacked(archive, reread)
    for _ in range(2):
        assert package.files["index.js"] == b"1\n"
    assert len(list(_OPEN)[-1].inflated) < 3_000
    assert reads == ["a"]
    assert package.files["tool"] == b"x" * 3_000
    assert package.files["index.js"] == b"1\n"
    assert reads == ["a", "a"]


def test_a_manifest_is_never_read_again() -> None:
    package = unpacked(zipped(INDEX, PACKAGE), lambda: b"gone")
    assert package.files["package.json"] == MANIFEST


def test_nothing_is_read_again_until_a_file_is_wanted() -> None:
    def unwanted() -> bytes:
        raise AssertionError

    package = unpacked(zipped(PACKAGE, INDEX), unwanted)
    assert set(package.files) == {"package.json", "index.js"}
    assert len(package.files) == 2
    with pytest.raises(AssertionError):
        package.files["index.js"]


def test_a_burst_of_reads_opens_the_archive_once() -> None:
    data, reads = zipped(PACKAGE, INDEX, OTHER), 0

    def reread() -> bytes:
        nonlocal reads
        reads += 1
        return data

    package = unpacked(data, reread)
    assert (package.files["index.js"], package.files["other.js"]) == (b"1\n", b"2\n")
    assert reads == 1


def test_archives_stay_open_while_there_is_room(monkeypatch: pytest.MonkeyPatch) -> None:
    reads: list[str] = []
    data = zipped(PACKAGE, INDEX, OTHER)
    monkeypatch.setattr("safe_install.scan.unpack.tarball.KEPT", 7_000)

    def reread(name: str) -> bytes:
        reads.append(name)
        return data

    several = [unpacked(data, partial(reread, name)) for name in "abcabc"]
    for package in (*several[:2], *several[:2]):
        assert package.files["other.js"] == b"2\n"
    assert reads == ["a", "b"]
    for package in several:
        assert package.files["other.js"] == b"2\n"
    assert several[0].files["index.js"] == b"1\n"
    assert reads == [*"ab", *"cabc", "a"]


def test_an_archive_too_large_to_stay_open_is_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("safe_install.scan.unpack.tarball.KEPT", 1)
    package = unpacked(zipped(PACKAGE, INDEX, OTHER))
    assert (package.files["index.js"], package.files["other.js"]) == (b"1\n", b"2\n")
    assert [archive.inflated for archive in _OPEN] == [b""]


@pytest.mark.parametrize(
    "later",
    [
        zipped(PACKAGE, entry(b"package/index.js", b"2\n")),
        zipped(PACKAGE),
        zipped(PACKAGE, INDEX)[:40],
        b"",
    ],
    ids=["changed", "gone", "cut", "empty"],
)
@pytest.mark.parametrize("kept", [0, 1 << 20], ids=["searched", "opened"])
def test_bytes_that_changed_since_are_not_given(later: bytes, kept: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("safe_install.scan.unpack.tarball.KEPT", kept)
    package = unpacked(zipped(PACKAGE, INDEX), lambda: later)
    with pytest.raises(IntegrityError):
        package.files["index.js"]


def test_what_is_no_member_is_a_key_error() -> None:
    package = unpacked(zipped(PACKAGE))
    for path in ("index.js", "package/package.json", "./package.json", ""):
        assert path not in package.files
        with pytest.raises(KeyError):
            package.files[path]
