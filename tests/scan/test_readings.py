"""A text that many scripts reach is read once."""

from __future__ import annotations

import pytest

from safe_install.model import Language
from safe_install.scan.javascript.javascript import JavaScript, read_javascript
from safe_install.scan.javascript.surroundings import NOWHERE, Surroundings
from safe_install.scan.reach import readings
from safe_install.scan.reach.readings import read


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Start with an empty memory, and list what is really read."""
    texts: list[bytes] = []

    def reading(source: bytes, path: str | None = None, around: Surroundings = NOWHERE) -> JavaScript:
        texts.append(source)
        return read_javascript(source, path, around)

    monkeypatch.setattr(readings, "read_javascript", reading)
    readings.forget()
    return texts


def test_the_same_text_at_the_same_place_is_read_once(counted: list[bytes]) -> None:
    assert read("a()", Language.JAVASCRIPT, "a.js") is read("a()", Language.JAVASCRIPT, "a.js")
    assert counted == [b"a()"]


def test_a_text_means_something_else_at_another_place(counted: list[bytes]) -> None:
    for path in ("a.js", "lib/a.js", None):
        read("require('./b')", Language.JAVASCRIPT, path)
    assert len(counted) == 3


def test_what_is_remembered_is_bounded(counted: list[bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readings, "MOST_REMEMBERED", 2)
    for text in ("a", "b", "c", "a"):
        read(text, Language.JAVASCRIPT, "x.js")
    assert counted == [b"a", b"b", b"c", b"a"]


def test_a_language_without_a_reader_says_nothing() -> None:
    assert read("{}", Language.JSON, "a.json") is None
