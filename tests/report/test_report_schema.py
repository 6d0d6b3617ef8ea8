"""``docs/report.schema.json`` is what ``--json`` prints: every report fits it, and every word of ours is in it."""

from __future__ import annotations

import json
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from safe_install.judgement import Decision, Novelty, Reason
from safe_install.model import BoundaryKind, Confidence, Event, GapKind, Severity
from safe_install.report.formats import Format, renderer
from safe_install.story import Report, TreeKind
from tests.report.stories import ESCAPES, STORIES, hostile_change, ordinary
from tests.report.test_schemas import every_kind, many
from tests.world import World

ROOT = Path(__file__).parents[2]
SCHEMA: dict[str, Any] = json.loads((ROOT / "docs" / "report.schema.json").read_text(encoding="utf-8"))
VALID = jsonschema.Draft202012Validator(SCHEMA)
REPORTS: dict[str, Callable[[], Report]] = {
    **STORIES,
    "every-kind": every_kind,
    "many": lambda: many(20),
    "hostile-change": lambda: hostile_change(ESCAPES),
}
WORDS: dict[tuple[str, str], type[StrEnum]] = {
    ("script", "event"): Event,
    ("finding", "confidence"): Confidence,
    ("gap", "kind"): GapKind,
    ("boundary", "kind"): BoundaryKind,
    ("verdict", "decision"): Decision,
    ("tree_change", "kind"): TreeKind,
}


def _wrong(told: object) -> list[str]:
    return [f"{error.json_path}: {error.message[:200]}" for error in VALID.iter_errors(told)]


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("story", REPORTS)
def test_every_report_fits(story: str) -> None:
    assert _wrong(json.loads(renderer(Format.JSON)(REPORTS[story]()))) == []


@pytest.mark.parametrize(
    "path", sorted((ROOT / "tests" / "histories").glob("*/report.json")), ids=lambda p: p.parent.name
)
def test_a_real_comparison_fits(path: Path) -> None:
    assert _wrong(json.loads(path.read_text(encoding="utf-8"))) == []


@pytest.mark.npm
@pytest.mark.semgrep
@pytest.mark.sandbox
def test_an_installation_that_ran_a_script_fits(world: World) -> None:
    files = {"install.js": "require('fs').writeFileSync(__dirname + '/made', '1')\n"}
    world.lock(world.registry.publish("builds", "1.0.0", files, scripts={"postinstall": "node install.js"}))
    world.approve("builds")
    said = world.run("ci", "--json")
    assert said.report["execution"]["outcomes"]
    assert _wrong(said.report) == []


@pytest.mark.parametrize(("noun", "key"), WORDS)
def test_every_word_that_can_be_said_is_described(noun: str, key: str) -> None:
    assert SCHEMA["$defs"][noun]["properties"][key]["enum"] == [word.value for word in WORDS[noun, key]]


def test_so_are_the_words_of_lists_and_those_that_may_be_missing() -> None:
    verdict = SCHEMA["$defs"]["verdict"]["properties"]
    assert set(verdict["reasons"]["items"]["enum"]) == {reason.value for reason in Reason}
    assert verdict["novelty"]["anyOf"][0]["enum"] == [novelty.value for novelty in Novelty]
    assert SCHEMA["$defs"]["finding"]["properties"]["severity"]["enum"] == [one.name for one in sorted(Severity)]


@pytest.mark.parametrize("damage", ["another", "missing", "word"])
def test_a_key_too_many_or_too_few_would_be_seen(damage: str) -> None:
    told = json.loads(renderer(Format.JSON)(ordinary()))
    match damage:
        case "another":
            told["verdicts"][0]["more"] = 1
        case "missing":
            del told["verdicts"][0]["behaviours"]["hosts"]
        case _:
            told["verdicts"][0]["decision"] = "perhaps"
    assert _wrong(told)
