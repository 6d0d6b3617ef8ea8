"""What a lockfile's integrity promises, and what it does not."""

from __future__ import annotations

import pytest

from safe_install.scan.fetch.integrity import read_promise
from tests.builders import integrity

DATA = b"a tarball"
OTHER = b"something else"


def test_a_weaker_hash_never_saves_bytes_that_break_the_stronger() -> None:
    promise = read_promise(f"{integrity(OTHER)} {integrity(DATA, 'sha1')}")
    assert promise is not None
    assert not promise.kept_by(DATA)


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        " ",
        "sha512",
        "sha512-",
        "sha512-@@@@",
        "SHA512-" + integrity(DATA)[7:],
        integrity(DATA).rstrip("="),
        integrity(DATA)[:-4],
        "md5-" + "A" * 22 + "==",
        f"{integrity(OTHER, 'sha1')} sha224-AAAA",
        "sha512-" + integrity(DATA)[7:-3] + "R==",  # the same bytes in a spelling npm would never match
    ],
)
def test_text_that_cannot_be_verified_promises_nothing(text: str | None) -> None:
    assert read_promise(text) is None


def test_only_sha1_is_called_weak() -> None:
    weak, strong = read_promise(integrity(DATA, "sha1")), read_promise(integrity(DATA, "sha256"))
    assert weak is not None
    assert strong is not None
    assert (weak.weak, strong.weak) == (True, False)
