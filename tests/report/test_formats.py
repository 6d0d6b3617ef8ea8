"""Every format of a report: what its readers rely on, and nothing in it that a package could make them obey."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from safe_install.model import Finding, Severity
from safe_install.report.ci import MOST_ANNOTATIONS, between_stop_commands
from safe_install.report.concerns import concerns
from safe_install.report.evidence import alike
from safe_install.report.formats import Format, renderer
from safe_install.report.markdown import LONGEST, MARK
from safe_install.report.markup import tag
from safe_install.story import Report
from tests.report.stories import ESCAPES, STORIES, hostile, hostile_change, many_alike, ordinary

TEXTS = [form for form in Format if form is not Format.TERMINAL]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def _with(report: Report, *findings: Finding) -> Report:
    """Give the ordinary report with more findings on its first script that waits."""
    review = report.reviews[0]
    verdicts = list(review.verdicts)
    at = next(i for i, verdict in enumerate(verdicts) if verdict.decision.value == "review")
    inspection = replace(verdicts[at].inspection, findings=findings)
    verdicts[at] = replace(verdicts[at], inspection=inspection)
    return replace(report, reviews=(replace(review, verdicts=tuple(verdicts)),))


def _found(text: str, *, path: str = "install.js", severity: Severity = Severity.WARNING, line: int = 1) -> Finding:
    return Finding(signature="s", severity=severity, message=text, where="p@1", path=path, line=line, excerpt=text)


# ------------------------------------------------------------------ what holds for all


@pytest.mark.parametrize("form", TEXTS)
@pytest.mark.parametrize("story", STORIES)
def test_every_story_is_told_in_every_format_without_a_character_that_anything_obeys(form: Format, story: str) -> None:
    text = renderer(form)(STORIES[story]())
    assert text
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]", text)


JUNK = ("</td><script>alert(1)</script>", "'; DROP TABLE x; --", "[a](https://x.test)", "@everyone", "${{ secrets.X }}")


@pytest.mark.parametrize("junk", [ESCAPES, *JUNK])
@pytest.mark.parametrize("form", TEXTS)
def test_a_hostile_change_is_told_in_every_format_and_is_obeyed_in_none(form: Format, junk: str) -> None:
    text = renderer(form)(hostile_change(junk))
    assert "rewritten" in text  # the file that changed, or the script that it belongs to, is told
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]", text)
    assert not re.search(r"^::(?!error |warning |notice )", text, re.MULTILINE)
    assert "::add-path" not in text
    match form:
        case Format.HTML:
            assert [name for name, _ in _elements(text)].count("script") == 1
        case Format.JUNIT:
            assert {one.tag for one in ET.fromstring(text).iter()} <= {"testsuite", "testcase", "failure", "system-out"}  # noqa: S314
        case Format.MARKDOWN:
            outside = re.sub(r"^(`{3,}).*?^\1$", "", text, flags=re.MULTILINE | re.DOTALL)
            prose = re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)|<code>.*?</code>", "", outside)
            assert not re.search(r"(?<!\\)(<script|\]\()|@everyone", prose)
        case Format.JSON | Format.SARIF | Format.GITLAB:
            assert json.loads(text)
        case _:
            pass


@pytest.mark.parametrize("form", TEXTS)
def test_what_could_not_be_asked_is_told_in_every_format(form: Format) -> None:
    note = "the records could not be asked"
    assert note in renderer(form)(replace(ordinary(), notes=(note,)))
    assert note not in renderer(form)(ordinary())


@pytest.mark.parametrize("form", TEXTS)
def test_the_same_report_is_told_in_the_same_words(form: Format) -> None:
    assert renderer(form)(ordinary()) == renderer(form)(ordinary())


def test_a_concern_is_known_again_when_its_line_moves_and_not_when_its_contents_change() -> None:
    before = {one.key for one in concerns(_with(ordinary(), _found("same", line=3)))}
    assert {one.key for one in concerns(_with(ordinary(), _found("same", line=9)))} == before
    assert {one.key for one in concerns(_with(ordinary(), _found("other", line=3)))} != before


# ------------------------------------------------------------------ SARIF


def _sarif(report: Report) -> dict[str, Any]:
    run: dict[str, Any] = json.loads(renderer(Format.SARIF)(report))["runs"][0]
    return run


def test_sarif_has_what_github_asks_for() -> None:
    run = _sarif(ordinary())
    rules = {rule["id"]: rule for rule in run["tool"]["driver"]["rules"]}
    assert run["results"]
    for result in run["results"]:
        assert rules[result["ruleId"]] == run["tool"]["driver"]["rules"][result["ruleIndex"]]
        assert result["level"] in {"note", "warning", "error"}
        assert re.fullmatch(r"[0-9a-f]{16}:1", result["partialFingerprints"]["primaryLocationLineHash"])
        (location,) = result["locations"]
        assert location["physicalLocation"]["artifactLocation"]["uri"] == "package-lock.json"
        assert location["physicalLocation"]["region"]["startLine"] >= 1
    for rule in rules.values():
        assert isinstance(rule["properties"]["security-severity"], str)
        assert rule["help"]["text"]
        assert len(rule["properties"]["tags"]) <= 20


def test_sarif_sends_nobody_to_an_explanation_that_there_is_not() -> None:
    rules = {rule["id"]: rule["help"]["text"] for rule in _sarif(hostile())["tool"]["driver"]["rules"]}
    assert "explain env-to-network" in rules["env-to-network"]
    assert not any("explain" in told for rule, told in rules.items() if rule != "env-to-network")


def test_sarif_points_at_the_line_of_the_lockfile() -> None:
    lines = {
        result["locations"][0]["physicalLocation"]["region"]["startLine"] for result in _sarif(ordinary())["results"]
    }
    assert 812 in lines


# ------------------------------------------------------------------ GitHub, GitLab, JUnit


def test_annotations_are_no_more_than_github_shows_and_say_how_many_are_left() -> None:
    many = [_found(f"number {number}", line=number) for number in range(1, 40)]
    lines = renderer(Format.GITHUB)(_with(ordinary(), *many)).splitlines()
    for kind in ("error", "warning", "notice"):
        assert sum(line.startswith(f"::{kind} ") for line in lines) <= MOST_ANNOTATIONS
    assert any("more; the report has them all" in line for line in lines)


def test_no_annotation_is_anything_but_an_annotation() -> None:
    evil = _found("x%0A::add-path::/evil\n::set-output name=a::b", path="a,b:c\n::error::d")
    for report in (hostile(), _with(ordinary(), evil)):
        for line in renderer(Format.GITHUB)(report).split("\n"):
            assert re.match(r"::(error|warning|notice) (file=[^,]*,line=\d+,title=[^,:]*|title=safe-install)::", line)
            assert line.count("::add-path::") == 0


def test_text_between_stop_commands_cannot_end_them() -> None:
    first, second = between_stop_commands("::x::"), between_stop_commands("::x::")
    token = first.split("::")[2].split("\n")[0]
    assert first.endswith(f"::{token}::")
    assert token not in second


def test_gitlab_gets_a_list_with_fingerprints_of_their_own() -> None:
    told = json.loads(renderer(Format.GITLAB)(ordinary()))
    assert {one["severity"] for one in told} <= {"info", "minor", "major", "critical", "blocker"}
    assert len({one["fingerprint"] for one in told}) == len(told)
    assert all(one["location"]["lines"]["begin"] >= 1 for one in told)


def test_junit_fails_what_waits_and_passes_the_rest() -> None:
    suite = ET.fromstring(renderer(Format.JUNIT)(ordinary()))  # noqa: S314 - our own text
    failed = {case.get("name", "") for case in suite if case.find("failure") is not None}
    assert any(name.startswith("esbuild") for name in failed)
    assert len(failed) < len(suite)
    assert suite.get("failures") == str(len(failed))


# ------------------------------------------------------------------ Markdown


def test_markdown_starts_with_its_mark_and_stays_within_what_github_takes() -> None:
    many = [_found("`" * 200 + str(number), line=number) for number in range(1, 2_000)]
    told = renderer(Format.MARKDOWN)(_with(ordinary(), *many))
    assert told.startswith(MARK)
    assert len(told) <= LONGEST + 200
    assert "left out for length" in told


@pytest.mark.parametrize(
    "evil", ["@everyone", "#1", "[a](https://x.test)", "<img src=x>", "**b**", "| c |", "GH-1", "https://x.test"]
)
def test_markdown_shows_foreign_text_as_text(evil: str) -> None:
    told = renderer(Format.MARKDOWN)(_with(ordinary(), _found(f"see {evil} now")))
    prose = [line for line in told.splitlines() if "see " in line and "now" in line and line.startswith("**")]
    assert prose
    assert all(evil not in line for line in prose)


@pytest.mark.parametrize("form", [Format.MARKDOWN, Format.HTML])
def test_what_is_said_of_many_in_the_same_words_is_said_once(form: Format) -> None:
    told = renderer(form)(many_alike())
    assert told.count("mirror.example.test") == 1
    assert told.count("no answer") == 1
    shown = 89 if form is Format.HTML else 10
    assert all(f"package-{number:02}@1.0.0" in told for number in range(1, shown))
    assert "and 79 more" in told or form is Format.HTML


def test_a_gap_is_named_once() -> None:
    told = json.loads(renderer(Format.GITLAB)(many_alike()))
    assert "package-01@1.0.0: could not be fetched or verified (no answer)" in {one["description"] for one in told}


def test_a_fence_is_longer_than_any_in_what_it_holds() -> None:
    told = renderer(Format.MARKDOWN)(_with(ordinary(), _found("```\nescaped\n```")))
    assert "\n````\n```\nescaped\n```\n````\n" in told


# ------------------------------------------------------------------ HTML


class _Elements(HTMLParser):
    """Collects every element with its attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def _elements(page: str) -> list[tuple[str, dict[str, str | None]]]:
    parser = _Elements()
    parser.feed(page)
    return parser.found


@pytest.mark.parametrize("story", STORIES)
def test_the_page_holds_only_our_own_elements_and_no_address(story: str) -> None:
    evil = _found("</code><script>alert(1)</script><img src=x onerror=alert(1)>")
    page = renderer(Format.HTML)(STORIES[story]() if story != "ordinary" else _with(ordinary(), evil))
    elements = _elements(page)
    assert [name for name, _ in elements].count("script") == 1
    assert not {name for name, _ in elements} & {"img", "iframe", "object", "embed", "form", "base", "a"}
    for _, attributes in elements:
        assert not any(key.startswith("on") or key in {"src", "href", "style"} for key in attributes)


def _brought(report: Report, *steps: str) -> Report:
    """Give a report whose scripts are brought in by these packages."""
    review = report.reviews[0]
    verdicts = tuple(replace(verdict, brought_by=steps) for verdict in review.verdicts)
    return replace(report, reviews=(replace(review, verdicts=verdicts),))


def test_the_way_that_brings_a_script_in_is_drawn_and_told() -> None:
    report = _brought(ordinary(), "vite 5.4.0", "<b>evil</b> 1.0.0")
    page = renderer(Format.HTML)(report)
    assert page.count("<svg") == len(alike(report.reviews[0].verdicts))
    assert "this project" in page
    assert "<b>evil" not in page
    assert "vite 5.4.0 > " in renderer(Format.MARKDOWN)(report)
    assert json.loads(renderer(Format.JSON)(report))["verdicts"][0]["brought_by"] == ["vite 5.4.0", "<b>evil</b> 1.0.0"]


def test_every_box_of_the_picture_stands_beside_the_others_and_holds_nothing() -> None:
    page = renderer(Format.HTML)(_brought(ordinary(), "vite 5.4.0", "rollup 4.0.0"))
    drawn = ET.fromstring(page[page.index("<svg") : page.index("</svg>") + 6])  # noqa: S314 - our own text
    assert [one.tag for one in drawn].count("rect") == 4
    assert [one.text for one in drawn.findall("text")][:3] == ["this project", "vite 5.4.0", "rollup 4.0.0"]
    assert not any(len(one) for one in drawn)


def test_the_pages_policy_allows_nothing_but_its_own_style_and_script() -> None:
    (policy,) = [a["content"] for _, a in _elements(renderer(Format.HTML)(ordinary())) if "http-equiv" in a]
    assert policy is not None
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert "http" not in policy


def test_text_becomes_an_element_only_as_one() -> None:
    assert tag("p", "<b>", tag("i", "&"), class_='"x"').text == '<p class="&quot;x&quot;">&lt;b&gt;<i>&amp;</i></p>'


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not here")
@pytest.mark.parametrize("story", ["ordinary", "hostile"])
def test_chromium_shows_the_page_runs_our_script_and_refuses_nothing_of_ours(story: str, tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    page.write_text(renderer(Format.HTML)(STORIES[story]()), encoding="utf-8")
    shown = os.environ.get("SCREENSHOTS", str(tmp_path))
    ran = subprocess.run(
        [
            *(str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
            *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
            *(f"--user-data-dir={tmp_path}/profile", "--window-size=1100,1600", f"--screenshot={shown}/{story}.png"),
            *("--enable-logging=stderr", "--v=0", "--dump-dom", page.as_uri()),
        ],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert 'data-ready=""' in ran.stdout, "the script did not run"
    assert "Content Security Policy" not in ran.stderr
