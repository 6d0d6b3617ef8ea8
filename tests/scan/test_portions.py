"""What of a large or repetitive text semgrep is given, and that nothing is lost between the pieces."""

from __future__ import annotations

import pytest

from safe_install.model import Language
from safe_install.scan.match.portions import LARGEST_WHOLE, MOST, OVERLAP, PIECE, WINDOW, portions
from tests.scan.matching import COLLECTOR, a_file, match, signatures

FLOOD = b"process.env.A;"
PAYLOAD = b"require('child_process').exec(atob(process.env.B)); fetch('https://a.example.test/')"


def test_every_byte_of_a_text_that_is_not_too_large_is_in_a_piece() -> None:
    content = bytes(number % 251 for number in range(LARGEST_WHOLE))
    reached = 0
    for start, part in portions(content, Language.TEXT):
        assert start <= reached
        assert content[start : start + len(part)] == part
        reached = start + len(part)
    assert reached == len(content)


@pytest.mark.parametrize("at", [PIECE - 40, 2 * PIECE - OVERLAP - 1, 3 * PIECE])
def test_what_is_shorter_than_the_overlap_is_whole_in_some_piece(at: int) -> None:
    flood = FLOOD * (400_000 // len(FLOOD))
    content = flood[:at] + PAYLOAD + flood[at:]
    assert any(PAYLOAD in part for _, part in portions(content, Language.TEXT))


def test_a_flood_of_one_thing_does_not_push_out_what_says_several() -> None:
    flood = FLOOD * (10_000_000 // len(FLOOD))
    given = list(portions(flood[:6_000_000] + PAYLOAD + flood[6_000_000:], Language.TEXT))
    assert any(PAYLOAD in part for _, part in given)
    assert sum(len(part) for _, part in given) < 2 * (MOST + 4 * WINDOW)


def test_code_is_given_whole() -> None:
    assert list(portions(FLOOD * 10_000, Language.JAVASCRIPT)) == [(0, FLOOD * 10_000)]


def test_a_finding_in_a_later_piece_is_told_at_its_own_line_and_once() -> None:
    lines = "process.env.A;\n" * 20_000
    inspection = match(a_file(f"{lines}{COLLECTOR}\n{lines}", language=Language.TEXT))
    assert signatures(inspection) == {("calls-collector", 20_001)}
