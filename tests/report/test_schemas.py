"""What CI systems take in, by the schemas that others wrote of it (schemas/README.md), and within the sizes that GitHub takes."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import jsonschema
import pytest
import xmlschema

from safe_install.model import Finding, Gap, GapKind, Severity
from safe_install.report.formats import Format, renderer
from safe_install.story import Report, Review
from tests.report.stories import ESCAPES, STORIES, a_report, esbuild, hostile_change, ordinary

SCHEMAS = Path(__file__).parent / "schemas"
SARIF = jsonschema.Draft4Validator(json.loads((SCHEMAS / "sarif-2.1.0-rtm.5.json").read_text()))
JUNIT = xmlschema.XMLSchema11(str(SCHEMAS / "junit-10.xsd"))
GITLAB = jsonschema.Draft202012Validator(
    {  # docs.gitlab.com, "Code Quality report format"
        "type": "array",
        "items": {
            "type": "object",
            "required": ["description", "check_name", "fingerprint", "severity", "location"],
            "properties": {
                "description": {"type": "string", "minLength": 1},
                "check_name": {"type": "string", "minLength": 1},
                "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
                "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
                "location": {
                    "type": "object",
                    "required": ["path", "lines"],
                    "properties": {
                        "path": {"type": "string", "pattern": "^(?!\\./)"},
                        "lines": {
                            "type": "object",
                            "required": ["begin"],
                            "properties": {"begin": {"type": "integer", "minimum": 1}},
                        },
                    },
                },
            },
        },
    }
)


def every_kind() -> Report:
    """Find and miss whatever there is to find and to miss, on a script, on a package, on a setting and on the lockfile."""
    script = esbuild()
    found = [
        Finding(signature=f"s-{severity.name}", severity=severity, message="m", where="esbuild@0.25.1", path="a b.js")
        for severity in Severity
    ]
    gaps = [Gap(kind=kind, where="esbuild@0.25.1", path="a.js", line=3, detail="d") for kind in GapKind]
    inspection = replace(script.inspection, findings=tuple(found), gaps=tuple(gaps))
    settings = Finding(
        signature="settings-changed", severity=Severity.WARNING, message="m", where=".npmrc", path="my app/.npmrc"
    )
    lockfile = Finding(signature="lockfile/x", severity=Severity.ERROR, message="m", where="package-lock.json", line=4)
    review = Review(
        target="packages/my app: 100 %/package-lock.json",
        artifacts=1,
        verdicts=(replace(script, inspection=inspection),),
        findings=(settings, lockfile),
        gaps=tuple(Gap(kind=kind, where="x@1.0.0", detail="was not inspected") for kind in GapKind),
        blocked=True,
    )
    return a_report(exit_code=11, reviews=(review,), notes=("a note",))


def many(number: int) -> Report:
    """Find that many things in one script, each of another signature."""
    script = esbuild()
    found = tuple(
        Finding(signature=f"s-{i}", severity=Severity.WARNING, message=f"{i} " * 200, where="e@1", path=f"{i}.js")
        for i in range(number)
    )
    verdict = replace(script, inspection=replace(script.inspection, findings=found, gaps=()))
    return a_report(exit_code=10, reviews=(Review(target="package-lock.json", artifacts=1, verdicts=(verdict,)),))


def nothing_at_all() -> Report:
    """Look at nothing, as an empty run does."""
    return a_report()


REPORTS: dict[str, Callable[[], Report]] = {
    **STORIES,
    "every-kind": every_kind,
    "nothing-at-all": nothing_at_all,
    "hostile-change": lambda: hostile_change(ESCAPES),
    "quotes": lambda: hostile_change("\"'<&]]>%{}\\"),
}


def _sarif(report: Report) -> dict[str, Any]:
    log: dict[str, Any] = json.loads(renderer(Format.SARIF)(report))
    return log


def _uris(log: dict[str, Any]) -> set[str]:
    return {
        place["physicalLocation"]["artifactLocation"]["uri"]
        for result in log["runs"][0]["results"]
        for place in result["locations"]
    }


@pytest.mark.parametrize("story", REPORTS)
def test_sarif_is_what_its_schema_says(story: str) -> None:
    log = _sarif(REPORTS[story]())
    assert [f"{error.json_path}: {error.message}" for error in SARIF.iter_errors(log)] == []
    for result in log["runs"][0]["results"]:
        (place,) = result["locations"]
        assert place["physicalLocation"]["region"]["startLine"] >= 1  # errata 01: a region says where it starts


@pytest.mark.parametrize("story", REPORTS)
def test_gitlab_gets_what_it_documents(story: str) -> None:
    told = json.loads(renderer(Format.GITLAB)(REPORTS[story]()))
    assert [f"{error.json_path}: {error.message}" for error in GITLAB.iter_errors(told)] == []


@pytest.mark.parametrize("story", REPORTS)
def test_junit_is_what_jenkins_takes(story: str) -> None:
    assert [error.reason for error in JUNIT.iter_errors(renderer(Format.JUNIT)(REPORTS[story]()))] == []


def test_a_schema_would_notice() -> None:
    log = _sarif(ordinary())
    log["runs"][0]["results"][0]["level"] = "fatal"
    assert not SARIF.is_valid(log)
    assert not JUNIT.is_valid("<testsuite name='x' tests='0' failures='0'/>")
    assert not GITLAB.is_valid([{"description": "x"}])


# ------------------------------------------------------------------ places


@pytest.mark.parametrize("story", REPORTS)
def test_a_place_in_sarif_is_a_relative_reference(story: str) -> None:
    for uri in _uris(_sarif(REPORTS[story]())):
        split = urlsplit(uri)
        assert (split.scheme, split.netloc, split.query, split.fragment) == ("", "", "", "")
        assert uri.isascii()
        assert not set(uri) & set(' "<>\\^`{|}')


def test_a_path_with_blanks_and_signs_is_found_again() -> None:
    assert {unquote(uri) for uri in _uris(_sarif(every_kind()))} == {
        "packages/my app: 100 %/package-lock.json",
        "my app/.npmrc",
    }


@pytest.mark.parametrize("form", [Format.SARIF, Format.GITLAB, Format.GITHUB])
def test_a_lockfile_that_was_named_from_here_is_the_same_file(form: Format) -> None:
    review = ordinary().reviews[0]
    told = [
        renderer(form)(replace(ordinary(), reviews=(replace(review, target=target),)))
        for target in ("package-lock.json", "./package-lock.json", "web/../package-lock.json")
    ]
    assert told[1] == told[0]
    assert told[2] == told[0]


# ------------------------------------------------------------------ GitHub's limits ("SARIF support for code scanning")


def test_sarif_stays_within_what_github_takes_and_says_what_it_left_out() -> None:
    text = renderer(Format.SARIF)(many(5_200))
    run = json.loads(text)["runs"][0]
    assert len(run["results"]) == 5_000
    assert len(run["tool"]["driver"]["rules"]) <= 25_000
    assert len(gzip.compress(text.encode())) <= 10_000_000
    assert [one["message"]["text"] for one in run["invocations"][0]["toolExecutionNotifications"]] == [
        "201 further results are left out, for no more than 5,000 are kept; other formats have them all"
    ]


@pytest.mark.parametrize("story", REPORTS)
def test_no_text_in_sarif_is_longer_than_github_shows(story: str) -> None:
    driver = _sarif(REPORTS[story]())["runs"][0]["tool"]["driver"]
    for rule in driver["rules"]:
        assert len(rule["id"]) <= 255
        assert len(rule["name"]) <= 255
        assert len(rule["shortDescription"]["text"]) <= 1024
        assert len(rule["fullDescription"]["text"]) <= 1024
        assert len(rule["properties"]["tags"]) <= 20
        assert 0.0 < float(rule["properties"]["security-severity"]) <= 10.0


@pytest.mark.parametrize("story", REPORTS)
def test_no_two_are_known_by_the_same_mark(story: str) -> None:
    results = _sarif(REPORTS[story]())["runs"][0]["results"]
    told = json.loads(renderer(Format.GITLAB)(REPORTS[story]()))
    for marks in (
        [one["partialFingerprints"]["primaryLocationLineHash"] for one in results],
        [one["fingerprint"] for one in told],
    ):
        assert len(set(marks)) == len(marks)


def test_two_settings_of_one_file_are_known_apart_whatever_else_changed() -> None:
    def marks(*keys: str) -> set[str]:
        found = tuple(
            Finding(
                signature="settings-changed",
                severity=Severity.WARNING,
                message=key,
                where="package.json",
                path="package.json",
            )
            for key in keys
        )
        review = Review(target="package-lock.json", artifacts=1, findings=found)
        told = json.loads(renderer(Format.GITLAB)(a_report(exit_code=10, reviews=(review,))))
        return {one["fingerprint"] for one in told}

    assert marks("husky differs") < marks("husky differs", "overrides differs")
    assert len(marks("husky differs", "overrides differs")) == 2


def test_what_was_not_inspected_is_an_error_in_every_one_of_them() -> None:
    gap = Gap(kind=GapKind.REFUSED, where="x@1.0.0", detail="was not inspected")
    report = a_report(exit_code=11, reviews=(Review(target="package-lock.json", artifacts=1, gaps=(gap,)),))
    assert [result["level"] for result in _sarif(report)["runs"][0]["results"]] == ["error"]
    assert [one["severity"] for one in json.loads(renderer(Format.GITLAB)(report))] == ["blocker"]
    assert renderer(Format.GITHUB)(report).startswith("::error ")
    assert 'failures="1"' in renderer(Format.JUNIT)(report)
