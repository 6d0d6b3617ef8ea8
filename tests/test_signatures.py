"""The law of signatures/: one file, one id, one test beside it, and no honest package is stopped."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from safe_install.model import Confidence, Finding, Inspection, Language, ReachableFile, Severity
from safe_install.scan.match.semgrep import Matcher, find_engine, signatures_directory
from tests.builders import an_inspection

SIGNATURES = Path(__file__).parent.parent / "signatures"
CLEAN = Path(__file__).parent / "clean"
RULES = sorted(SIGNATURES.rglob("*.yaml"))
TESTS = sorted(path for path in SIGNATURES.rglob("*.*") if path.suffix not in {".yaml", ".md"})
LANGUAGES = {f".{language.value}": language for language in Language}
METADATA = {"why", "innocent-when", "look-at", "since", "confidence", "reads", "references"}

every_signature = pytest.mark.parametrize("path", RULES, ids=lambda path: path.stem)


def rule_in(path: Path) -> dict[str, Any]:
    (rule,) = YAML(typ="safe").load(path.read_text())["rules"]
    assert isinstance(rule, dict)
    return rule


def a_file(path: Path) -> ReachableFile:
    return ReachableFile(package="example", path=path.name, content=path.read_bytes(), language=LANGUAGES[path.suffix])


def matched(paths: list[Path]) -> Mapping[Path, Inspection]:
    """Match each file as the only one of its script."""
    inspections = [an_inspection(files=(a_file(path),)) for path in paths]
    return dict(zip(paths, Matcher(SIGNATURES, None).match(inspections), strict=True))


@pytest.fixture(scope="module")
def seen() -> Mapping[Path, Inspection]:
    return matched([*TESTS, *(path for path in CLEAN.iterdir() if path.suffix != ".md")])


@every_signature
def test_a_signature_is_named_by_its_file(path: Path) -> None:
    assert rule_in(path)["id"] == path.stem
    assert re.fullmatch(r"[a-z]+(-[a-z]+)+", path.stem)


def test_no_two_signatures_have_one_name() -> None:
    assert len({path.stem for path in RULES}) == len(RULES)


@every_signature
def test_a_signature_tells_a_stranger_what_it_saw(path: Path) -> None:
    rule = rule_in(path)
    assert re.fullmatch(r"[A-Z][^.$\n]{20,150}\.", rule["message"]), "one sentence, and nothing that a package wrote"
    assert rule["severity"] in Severity.__members__


@every_signature
def test_a_signature_says_why_and_when_it_is_wrong(path: Path) -> None:
    metadata = rule_in(path)["metadata"]
    assert METADATA <= metadata.keys() <= METADATA | {"worse-with"}
    assert metadata["confidence"] in Confidence.__members__
    assert metadata["innocent-when"]
    assert all(isinstance(when, str) for when in metadata["innocent-when"])
    assert re.fullmatch(r"\d+\.\d+\.\d+", metadata["since"])
    assert metadata["references"] or rule_in(path)["severity"] == "INFO"


@every_signature
def test_a_signature_says_whether_it_reads_code_or_text(path: Path) -> None:
    rule = rule_in(path)
    assert (rule["metadata"]["reads"] == "code") == (rule["languages"] != ["regex"])
    assert rule["metadata"]["reads"] in {"code", "text", "everything"}


def patterns_in(rule: object) -> Iterator[str]:
    """List every regular expression by which a signature reads text."""
    if isinstance(rule, dict):
        yield from (text for key, text in rule.items() if key in {"pattern-regex", "pattern-not-regex"})
        yield from (text for value in rule.values() for text in patterns_in(value))
    elif isinstance(rule, list):
        yield from (text for value in rule for text in patterns_in(value))


@every_signature
def test_no_text_can_make_a_pattern_run_away(path: Path) -> None:
    """Past ten million steps semgrep takes "I gave up" for "nothing there", and says so to nobody."""
    for pattern in patterns_in(rule_in(path)):
        bare = re.sub(r"\\.", "e", pattern).replace("(?s:.*)", "")
        bare = re.sub(r"\[\^?\]?[^\]]*\]", "c", bare)
        assert not re.search(r"(?<![*+?}])[*+](?!\+)|\{\d+,\}(?!\+)", bare), f"possessive or bounded: {pattern}"
        assert all(int(most) <= 400 for most in re.findall(r"[{,](\d+)\}", bare))


@every_signature
def test_what_makes_a_signature_worse_is_a_signature(path: Path) -> None:
    assert set(rule_in(path)["metadata"].get("worse-with", ())) <= {other.stem for other in RULES}


@every_signature
def test_a_signature_has_a_test_beside_it_that_fires_and_one_that_does_not(path: Path) -> None:
    beside = "".join(test.read_text() for test in TESTS if test.with_suffix(".yaml") == path)
    assert f" ruleid: {path.stem}\n" in beside
    assert f" ok: {path.stem}\n" in beside


@pytest.mark.parametrize("path", TESTS, ids=lambda path: path.name)
def test_a_test_belongs_to_a_signature(path: Path) -> None:
    assert path.with_suffix(".yaml") in RULES


def test_the_index_is_up_to_date() -> None:
    rows = [
        f"| [{path.stem}]({path.relative_to(SIGNATURES).as_posix()}) | {rule['severity']} | {rule['message']} |"
        for path in RULES
        for rule in [rule_in(path)]
    ]
    table = [line for line in (SIGNATURES / "README.md").read_text().splitlines() if line.startswith("| [")]
    assert table == rows


def test_the_program_uses_these_signatures() -> None:
    assert signatures_directory() == SIGNATURES


@pytest.mark.semgrep
def test_every_signature_passes_its_own_test() -> None:
    told = subprocess.run(
        [find_engine().executable, "scan", "--test", "--experimental", "--json", SIGNATURES],
        capture_output=True,
        text=True,
        check=False,
    )
    answer = json.loads(told.stdout)
    failed = [
        (name, match["expected_lines"], match["reported_lines"])
        for result in answer["results"].values()
        for name, check in result["checks"].items()
        if not check["passed"]
        for match in check["matches"].values()
        if match["expected_lines"] != match["reported_lines"]
    ]
    assert failed == []
    assert answer["config_missing_tests"] == answer["config_with_errors"] == []
    assert len(answer["results"]) == len(RULES)


@pytest.mark.semgrep
@pytest.mark.parametrize("path", TESTS, ids=lambda path: path.name)
def test_what_is_shipped_sees_what_was_tested(path: Path, seen: Mapping[Path, Inspection]) -> None:
    lines = path.read_text().split("\n")
    due = {number + 1 for number, line in enumerate(lines, 1) if line.strip().endswith(f" ruleid: {path.stem}")}
    found = {finding.line for finding in seen[path].findings if finding.signature == path.stem}
    assert due <= found


@pytest.mark.semgrep
@pytest.mark.parametrize("path", [*CLEAN.glob("*.[!m]*")], ids=lambda path: path.name)
def test_an_honest_script_is_not_stopped(path: Path, seen: Mapping[Path, Inspection]) -> None:
    def grave(finding: Finding) -> bool:
        return finding.severity is Severity.ERROR

    assert [finding for finding in seen[path].findings if grave(finding)] == []
    assert seen[path].gaps == ()
