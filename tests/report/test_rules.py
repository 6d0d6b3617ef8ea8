"""A signature is told so that a stranger can decide by it."""

from __future__ import annotations

import json
from dataclasses import replace

from safe_install.model import Confidence, Severity, Signature
from safe_install.report.page import Line
from safe_install.report.rules import as_json, explanation, rules

STEALS = Signature(
    id="steals-things",
    effect="theft",
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    message="Steals things.",
    why="They are not its own.",
    innocent_when=("somebody asked it to", "it is a thing of its own"),
    look_at="where the things go",
    since="0.2.0",
    references=("a theft, 2026-01-01",),
    steps=(("takes", "copies"), ("leaves",)),
)
LOOKS = replace(STEALS, id="looks-at-things", severity=Severity.INFO, steps=(), languages=("js",), own=True)


def said(lines: list[Line]) -> str:
    return "\n".join(f"{line.label} {line.text}" for line in lines)


def test_the_list_stands_by_effect_and_starts_with_the_worst() -> None:
    told = said(list(rules([LOOKS, STEALS])))
    assert (
        told.index("theft")
        < told.index("ERROR steals-things")
        < told.index("INFO looks-at-things (this project's own)")
    )
    assert "2 signatures: 1 ERROR, 0 WARNING and 1 INFO." in told


def test_one_is_explained_with_everything_that_its_file_says() -> None:
    told = said(list(explanation(STEALS)))
    for words in (
        "blocks the installation",
        "They are not its own.",
        "when it is a thing of its own",
        "where the things go",
    ):
        assert words in told
    assert "seen in a theft, 2026-01-01" in told
    assert "needs takes or copies" in told
    assert "since 0.2.0, in theft" in told


def test_what_a_project_wrote_into_its_own_signature_is_shown_as_text() -> None:
    told = said(list(explanation(replace(STEALS, message="a\x1b[31mb", why="::add-path::/x"))))
    assert "\x1b" not in told
    assert "::add-path" not in told


def test_programs_get_the_keys_of_the_file() -> None:
    (looks, steals) = sorted(json.loads(as_json([STEALS, LOOKS])), key=lambda one: one["id"])
    assert steals["innocent-when"] == ["somebody asked it to", "it is a thing of its own"]
    assert steals["steps"] == [["takes", "copies"], ["leaves"]]
    assert looks["own"] is True
