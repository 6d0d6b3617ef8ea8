"""Malicious-package records from files: exports, folders, lists, and what is wrong with them."""

from __future__ import annotations

import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from safe_install.advise import osv_database
from safe_install.advise.kept import Kept
from safe_install.advise.osv_database import known_in, read_database
from safe_install.advise.records import Named, UnavailableError
from tests.osv import a_record

BAD = a_record("MAL-2026-1", "bad", "1.0.0")


def zipped(path: Path, *records: dict[str, Any], **texts: bytes) -> Path:
    """Write an export as the service publishes it: one file for each record."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for record in records:
            archive.writestr(f"{record['id']}.json", json.dumps(record))
        for name, text in texts.items():
            archive.writestr(f"{name}.json", text)
    return path


def ids(path: Path, name: str, version: str = "1.0.0") -> list[str]:
    return [record.id for record in read_database(path, {name}).on(Named(name, version))]


def test_an_export_a_list_one_record_and_a_folder_say_the_same(tmp_path: Path) -> None:
    other = a_record("MAL-2026-2", "worse")
    (tmp_path / "one.json").write_text(json.dumps(BAD))
    (tmp_path / "list.json").write_text(json.dumps([other, BAD]))
    (tmp_path / "folder" / "npm" / "bad").mkdir(parents=True)
    (tmp_path / "folder" / "npm" / "bad" / "MAL-2026-1.json").write_text(json.dumps(BAD, indent=2))
    zipped(tmp_path / "all.zip", BAD, other)
    for name in ("one.json", "list.json", "folder", "all.zip"):
        assert ids(tmp_path / name, "bad") == ["MAL-2026-1"]
        assert ids(tmp_path / name, "bad", "1.0.1") == []


def test_a_name_that_is_spelled_with_escapes_is_the_same_name(tmp_path: Path) -> None:
    text = json.dumps(BAD).replace('"bad"', '"b\\u0061d"').encode()
    assert ids(zipped(tmp_path / "all.zip", escaped=text), "bad") == ["MAL-2026-1"]


@pytest.mark.parametrize(
    "change",
    [
        {"withdrawn": "2026-01-01T00:00:00Z"},
        {"id": "GHSA-1"},
        {"affected": [{"package": {"ecosystem": "PyPI", "name": "bad"}, "versions": ["1.0.0"]}]},
        {"affected": [{"package": "bad"}]},
        {"affected": "bad"},
    ],
)
def test_what_is_no_record_of_this_package_is_no_hit(tmp_path: Path, change: dict[str, Any]) -> None:
    assert ids(zipped(tmp_path / "all.zip", {**BAD, **change}, a_record("MAL-2", "other")), "bad") == []


def test_a_record_of_malice_by_another_name_counts(tmp_path: Path) -> None:
    record = {**BAD, "id": "GHSA-1", "aliases": ["MAL-2026-1"]}
    assert ids(zipped(tmp_path / "all.zip", record), "bad") == ["MAL-2026-1"]


def test_a_record_without_versions_is_about_all_of_them(tmp_path: Path) -> None:
    record = {**BAD, "affected": [{"package": {"ecosystem": "npm", "name": "bad"}}]}
    assert ids(zipped(tmp_path / "all.zip", record), "bad", "7.0.0") == ["MAL-2026-1"]


def test_what_cannot_be_read_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(osv_database, "LARGEST_RECORD", 1000)
    broken = b'{"id": "MAL-3", "affected": [{"package": {"name": "bad"'
    path = zipped(tmp_path / "all.zip", BAD, broken=broken, huge=b" " * 2000, deep=b"[" * 900 + b'"MAL-"')
    database = read_database(path, {"bad"})
    assert database.unread == 3
    assert database.on(Named("bad", "1.0.0"))


@pytest.mark.parametrize("content", [b"", b"nothing", b"[]", b'[{"id": "MAL-1", ', b"PK\x03\x04 but no archive"])
def test_a_database_without_records_is_none(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "all.json"
    path.write_bytes(content)
    with pytest.raises(UnavailableError):
        read_database(path, {"bad"})


def test_a_folder_without_records_is_none(tmp_path: Path) -> None:
    with pytest.raises(UnavailableError):
        read_database(tmp_path, {"bad"})


def test_a_member_that_lies_about_its_contents_is_counted(tmp_path: Path) -> None:
    path = zipped(tmp_path / "all.zip", BAD, a_record("MAL-2", "other"))
    data = bytearray(path.read_bytes())
    data[60:64] = b"\xff\xff\xff\xff"  # inside the first member's compressed bytes
    path.write_bytes(data)
    assert read_database(path, {"bad"}).unread == 1


def test_what_a_file_says_is_remembered_by_its_contents(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, packages = zipped(tmp_path / "all.zip", BAD), [Named("bad", "1.0.0"), Named("good", "1.0.0")]
    kept = Kept(path=tmp_path / "kept.json", now=datetime(2026, 1, 1, tzinfo=UTC))
    first = known_in(path, packages, kept)
    assert first[0].keys() == {Named("bad", "1.0.0")}
    with monkeypatch.context() as patched:
        patched.delattr(osv_database, "read_database")
        assert known_in(path, packages, Kept(path=kept.path, now=kept.now)) == first
    zipped(path, BAD, a_record("MAL-2", "good"))
    assert known_in(path, packages, kept)[0].keys() == set(packages)


def test_what_was_read_in_part_is_not_remembered(tmp_path: Path) -> None:
    path = zipped(tmp_path / "all.zip", BAD, broken=b'{"id": "MAL-3", "affected": [{"package": {"name": "bad"')
    kept = Kept(path=tmp_path / "kept.json", now=datetime(2026, 1, 1, tzinfo=UTC))
    assert [known_in(path, [Named("bad", "1.0.0")], kept)[1] for _ in range(2)] == [1, 1]
