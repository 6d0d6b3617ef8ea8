"""A registry's signature counts for the contents that get installed: those that the lockfile promises."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime

import pytest

from safe_install.advise.publications import Publication
from safe_install.advise.records import UnavailableError
from safe_install.advise.registry_signatures import Key, on_signature, read_keys
from safe_install.story import TreeChange, TreeKind

CHANGE = TreeChange(kind=TreeKind.UPDATED, name="good", before="1.0.0", after="1.0.1", line=7)
SIGNATURE = base64.b64encode(b"signature").decode()
AFTER = Publication(
    at=datetime(2026, 1, 2, tzinfo=UTC), integrity="sha512-registrys", signatures=(("a", SIGNATURE), ("b", "!"))
)


def found(integrity: str, *, signed: str, key: Key | None = None) -> list[str]:
    """Judge a signature that holds for one text only."""
    texts: list[str] = []

    def check(der: bytes, signature: bytes, text: bytes) -> bool:
        texts.append(text.decode())
        return (der, signature, text) == (b"key", b"signature", signed.encode())

    return [one.signature for one in on_signature(CHANGE, AFTER, integrity, {"a": key or Key(der=b"key")}, check)]


def test_the_lockfiles_promise_counts_and_not_what_the_registry_says_today() -> None:
    assert found("sha512-lockfiles", signed="good@1.0.1:sha512-registrys") == ["registry-signature-invalid"]
    assert found("sha512-lockfiles", signed="good@1.0.1:sha512-lockfiles") == []


@pytest.mark.parametrize("integrity", ["", "sha1-old", "sha512-one sha512-two"])
def test_a_promise_that_no_registry_signs_falls_back_to_the_registrys_own(integrity: str) -> None:
    assert found(integrity, signed="good@1.0.1:sha512-registrys") == []


@pytest.mark.parametrize(
    ("end", "good"), [(datetime(2026, 1, 3, tzinfo=UTC), True), (datetime(2026, 1, 1, tzinfo=UTC), False)]
)
def test_a_key_signs_nothing_after_its_end(end: datetime, *, good: bool) -> None:
    told = found("", signed="good@1.0.1:sha512-registrys", key=Key(der=b"key", expires=end))
    assert told == ([] if good else ["registry-signature-invalid"])


def test_keys_of_another_kind_or_with_an_unreadable_end_are_not_used() -> None:
    good = {"keyid": "a", "key": SIGNATURE, "keytype": "ecdsa-sha2-nistp256", "expires": None}
    others = [
        {**good, "keyid": "b", "keytype": "rsa"},
        {**good, "keyid": "c", "expires": "never"},
        {**good, "key": 1},
        1,
    ]
    assert read_keys(json.dumps({"keys": [good, *others]}).encode()).keys() == {"a"}
    with pytest.raises(UnavailableError):
        read_keys(json.dumps({"keys": others}).encode())
