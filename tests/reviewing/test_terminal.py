"""What a terminal sends, as keys; and what cannot be drawn on."""

from __future__ import annotations

import pytest

from safe_install.errors import ApprovalsError
from safe_install.reviewing.keys import Key
from safe_install.reviewing.terminal import keys_in, require_screen


@pytest.mark.parametrize(
    ("sent", "keys"),
    [
        (b"jk", ["j", "k"]),
        (b"\x1b[A\x1bOB\x1b[6~\x1b[H", [Key.UP, Key.DOWN, Key.PAGE_DOWN, Key.HOME]),
        (b"\r\x7f\x1b", [Key.ENTER, Key.BACK, Key.ESCAPE]),
        ("é語".encode(), ["é", "語"]),
        (b"\x1b[1;5Aa", ["a"]),
        (b"\x1b[200~x\x1b[201~", ["x"]),
        (b"\x00\x07\x1c\xff\x80", []),
        ("\u202e\u200b".encode(), []),
    ],
)
def test_keys_are_read_and_what_is_none_is_dropped(sent: bytes, keys: list[str]) -> None:
    assert keys_in(sent) == keys


@pytest.mark.parametrize("term", ["dumb", "", "unknown"])
def test_what_cannot_be_drawn_on_is_refused_with_the_other_way(term: str) -> None:
    with pytest.raises(ApprovalsError, match="drawn on") as refused:
        require_screen({"TERM": term})
    assert "safe-install approve" in (refused.value.hint or "")
