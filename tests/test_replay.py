"""How the replay of approvals counts: a benchmark is worth what its counting is worth."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

HERE = Path(__file__).parent.parent / "benchmarks" / "approvals"
if not HERE.is_dir():
    pytest.skip("the benchmarks are no part of the source distribution", allow_module_level=True)
sys.path.insert(0, str(HERE))

from telling import DEPENDENCY, HIDDEN, MANIFEST, OWN, count, page, plot  # noqa: E402


def a_release(version: str, fingerprint: str = "", **more: Any) -> dict[str, Any]:  # noqa: ANN401
    """Read one release with one script, or without any when there is no fingerprint."""
    script = {
        "event": "install",
        "command": "node a.js",
        "own": {"a.js": "1"},
        "foreign": [],
        "exposed": "",
        "harmless": False,
    }
    scripts = [{**script, **more, "fingerprint": fingerprint}] if fingerprint else []
    return {"version": version, "unread": "", "scripts": scripts}


def test_pins_ask_at_each_upgrade_and_fingerprints_only_where_something_changed() -> None:
    told = count("a", [a_release("1", "x"), a_release("2", "x"), a_release("3", "y"), a_release("4", "y")])
    assert (told.upgrades, told.fingerprints) == (3, 1)


def test_the_first_release_is_no_prompt() -> None:
    assert count("a", [a_release("1", "x")]).upgrades == 0


def test_a_release_without_a_script_asks_nobody_and_the_next_one_with_one_does() -> None:
    told = count("a", [a_release("1", "x"), a_release("2"), a_release("3", "x")])
    assert (told.upgrades, told.fingerprints) == (1, 1)


def test_a_release_that_could_not_be_read_is_left_out_and_counted() -> None:
    told = count("a", [a_release("1", "x"), {**a_release("2", "z"), "unread": "too large"}, a_release("3", "x")])
    assert (told.releases, told.unread, told.upgrades, told.fingerprints) == (2, 1, 1, 0)


@pytest.mark.parametrize(
    ("change", "cause"),
    [
        ({"own": {"a.js": "2"}}, OWN),
        ({"command": "node b.js"}, OWN),
        ({"own": {"a.js": "1", "package.json": "2"}}, MANIFEST),
        ({"own": {"a.js": "2", "package.json": "2"}}, OWN),
        ({"foreign": [["b/b.js", "2"]]}, DEPENDENCY),
        ({"exposed": "2"}, HIDDEN),
    ],
)
def test_a_prompt_says_what_was_different(change: dict[str, Any], cause: str) -> None:
    assert count("a", [a_release("1", "x"), a_release("2", "y", **change)]).causes == {cause: 1}


def test_harmless_scripts_are_counted_apart() -> None:
    assert count("a", [a_release("1", "x"), a_release("2", "y", harmless=True)]).harmless == 1


def test_the_table_and_the_plot_say_the_same_totals() -> None:
    from datetime import date

    counted = [
        count("a", [a_release("1", "x"), a_release("2", "y")]),
        count("<b>", [a_release("1", "x"), a_release("2", "x")]),
    ]
    assert "2 upgrades: pins ask 2 times, fingerprints 1 times (50 %)" in page(counted, {}, date(2026, 1, 1), ["abc"])
    drawn = ET.fromstring(plot(counted))  # noqa: S314 - our own
    assert "2 under pins, 1 under fingerprints" in (drawn.findtext("{http://www.w3.org/2000/svg}title") or "")
