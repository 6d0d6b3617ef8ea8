"""What several signatures and facts show together, and what a file of signatures may say."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from safe_install.errors import SemgrepError
from safe_install.model import (
    Behaviours,
    Boundary,
    BoundaryKind,
    Confidence,
    Finding,
    Gap,
    GapKind,
    Inspection,
    Language,
    ReachableFile,
    Severity,
)
from safe_install.scan.match.evidence import unreached_manifest, with_evidence
from safe_install.scan.match.facts import is_secret
from safe_install.scan.match.readings import Reading
from safe_install.scan.match.seen import Content, Matched, Seen, Sighting, read_back, written
from safe_install.scan.match.signature_texts import texts_of
from safe_install.scan.match.signatures import Chain, library_of, read_signatures
from tests.builders import an_inspection
from tests.scan.matching import RULES


def a_chain(*steps: tuple[str, ...], **more: Any) -> Chain:  # noqa: ANN401
    told = {"severity": Severity.ERROR, "confidence": Confidence.HIGH, "message": "Does both.", **more}
    return Chain(id="does-both", steps=steps, **told)


def a_sighting(signature: str, line: int = 1) -> Sighting:
    return Sighting(
        signature=signature, severity=Severity.INFO, confidence=Confidence.LOW, message="m", line=line, excerpt=""
    )


def found(
    chain: Chain,
    shown: dict[str, list[Sighting]],
    *,
    layers: tuple[tuple[int, str], ...] = (),
    **more: Any,  # noqa: ANN401
) -> list[Finding]:
    """Give the chain's findings on files named ``package/path``, which show these."""
    files: list[ReachableFile] = []
    seen: dict[Content, Seen] = {}
    for name, sightings in shown.items():
        package, _, path = name.partition("/")
        file = ReachableFile(
            package=package,
            path=path,
            content=name.encode(),
            language=Language.TEXT,
            location=f"node_modules/{package}",
        )
        files.append(file)
        matched = Matched(sightings=tuple(sightings), layers=layers)
        for library in (False, True):
            seen[Content(file.digest, file.language, library)] = Seen(matched, Reading(language=Language.TEXT))
    inspection: Inspection = an_inspection(files=tuple(files), **more)
    for manifest in unreached_manifest(inspection):
        seen[Content(manifest.digest, manifest.language, library=False)] = Seen(
            Matched(), Reading(language=Language.JSON)
        )
    known = with_evidence(inspection, seen, [chain], {})
    return [finding for finding in known.findings if finding.signature == chain.id]


BOTH = {"example/a.js": [a_sighting("reads", 3)], "example/lib/b.js": [a_sighting("sends", 7)]}


def test_two_capabilities_in_two_files_of_a_package_are_one_finding_at_the_last() -> None:
    (finding,) = found(a_chain(("reads", "lists"), ("sends",)), BOTH)
    assert (finding.where, finding.path, finding.line) == ("example@1.0.0", "lib/b.js", 7)
    assert finding.severity is Severity.ERROR
    assert finding.message == "Does both. Together: reads (a.js:3); sends (lib/b.js:7)."


def test_one_capability_alone_is_none() -> None:
    assert found(a_chain(("reads",), ("sends",)), {"example/a.js": [a_sighting("reads"), a_sighting("other")]}) == []


def test_files_of_two_packages_are_not_taken_together() -> None:
    shown = {"example/a.js": [a_sighting("reads")], "other/b.js": [a_sighting("sends")]}
    assert found(a_chain(("reads",), ("sends",)), shown) == []


@pytest.mark.parametrize(("keeps", "severity"), [(False, Severity.WARNING), (True, Severity.ERROR)])
def test_a_chain_across_the_reach_is_less_sure_unless_it_says_otherwise(*, keeps: bool, severity: Severity) -> None:
    shown = {"example/a.js": [a_sighting("reads")], "other/b.js": [a_sighting("sends", 4)]}
    (finding,) = found(a_chain(("reads",), ("sends",), across="reach", keeps_severity=keeps), shown)
    assert (finding.severity, finding.where, finding.line) == (severity, "other", 4)
    assert "reads (example@1.0.0 a.js:1)" in finding.message


def test_a_chain_across_the_reach_is_as_sure_as_any_within_one_package() -> None:
    (finding,) = found(a_chain(("reads",), ("sends",), across="reach"), BOTH)
    assert finding.severity is Severity.ERROR


def test_a_chain_within_one_file_asks_for_one_file() -> None:
    chain = a_chain(("reads",), ("sends",), across="file")
    assert found(chain, BOTH) == []
    assert len(found(chain, {"example/a.js": [a_sighting("reads"), a_sighting("sends", 2)]})) == 1


def test_what_is_unseen_in_a_library_is_no_step_of_what_another_package_does() -> None:
    shown = {"example/a.js": [a_sighting("reads")], "other/b.js": [a_sighting("asks")]}
    gap = Gap(kind=GapKind.DOWNLOADED, where="other@2.0.0", detail="fetches", path="b.js", line=2)
    chain = a_chain(("reads",), ("fact:gap:downloaded",))
    assert found(chain, shown, gaps=(gap,)) == []
    assert len(found(a_chain(("asks",), ("fact:gap:downloaded",)), shown, gaps=(gap,))) == 1
    unread = replace(gap, path="c.js")
    assert found(chain, shown, gaps=(unread,)) == []
    assert len(found(chain, shown, gaps=(replace(gap, where="example@1.0.0"),))) == 1


def test_what_explains_a_chain_takes_it_away() -> None:
    chain = a_chain(("reads",), ("sends",), unless=("asks",))
    assert found(chain, BOTH | {"example/c.js": [a_sighting("asks")]}) == []
    assert len(found(chain, BOTH | {"other/c.js": [a_sighting("asks")]})) == 1


def test_an_ordered_chain_reads_downwards() -> None:
    chain = a_chain(("reads",), ("sends",), ordered=True, across="file")
    assert found(chain, {"example/a.js": [a_sighting("sends", 2), a_sighting("reads", 9)]}) == []
    upwards = {"example/a.js": [a_sighting("sends", 2), a_sighting("reads", 3), a_sighting("sends", 9)]}
    (finding,) = found(chain, upwards)
    assert finding.line == 9


@pytest.mark.parametrize(
    ("fact", "evidence"),
    [
        ("env-secret", {"behaviours": Behaviours(env=("NPM_TOKEN",))}),
        ("env-whole", {"behaviours": Behaviours(env=("*",))}),
        ("contacts:*", {"behaviours": Behaviours(hosts=("a.example.test",))}),
        ("contacts:*.example.test", {"behaviours": Behaviours(hosts=("a.example.test",))}),
        ("contacts:a.example.test", {"behaviours": Behaviours(hosts=("a.example.test",))}),
        ("starts-programs", {"behaviours": Behaviours(programs=("tar",))}),
        ("starts:tar", {"behaviours": Behaviours(programs=("tar",))}),
        ("writes-outside", {"behaviours": Behaviours(writes_outside=("~/.bashrc",))}),
        ("gap:dynamic", {"gaps": (Gap(kind=GapKind.DYNAMIC, where="example@1.0.0", detail="d"),)}),
        ("boundary:*", {"boundaries": (Boundary(kind=BoundaryKind.DOWNLOADS, where="example@1.0.0", detail="d"),)}),
        ("decoded-layer", {"layers": ((5, "base64"),)}),
    ],
)
def test_a_fact_of_our_own_reading_is_a_step(fact: str, evidence: dict[str, Any]) -> None:
    chain = a_chain((f"fact:{fact}",), ("sends",))
    shown = {"example/a.js": [a_sighting("sends")]}
    assert len(found(chain, shown, **evidence)) == 1
    assert found(chain, shown) == []


def test_a_fact_on_the_script_says_nothing_about_another_package() -> None:
    chain = a_chain(("fact:env-secret",), ("sends",))
    assert found(chain, {"other/a.js": [a_sighting("sends")]}, behaviours=Behaviours(env=("NPM_TOKEN",))) == []


def test_a_fact_on_another_host_is_no_step() -> None:
    hosts = Behaviours(hosts=("b.test",))
    assert (
        found(a_chain(("fact:contacts:a.test",), ("sends",)), {"example/a": [a_sighting("sends")]}, behaviours=hosts)
        == []
    )


@pytest.mark.parametrize(
    "name", ["NPM_TOKEN", "AWS_SECRET_ACCESS_KEY", "GITHUB_TOKEN", "API_KEY", "DB_PASSWORD", "x_auth"]
)
def test_a_name_that_says_secret_is_one(name: str) -> None:
    assert is_secret(name)


@pytest.mark.parametrize(
    "name", ["npm_config__auth", "HTTPS_PROXY", "KEYBOARD", "AUTHOR", "npm_package_token", "SSH_AUTH_SOCK"]
)
def test_a_name_that_only_resembles_one_is_none(name: str) -> None:
    assert not is_secret(name)


def test_layers_are_remembered_with_what_was_seen() -> None:
    matched = Matched(sightings=(a_sighting("reads"),), layers=((3, "base64, gzip"),))
    assert read_back(written(matched)) == matched
    assert read_back(b'[{"signature": "of an older version"}]') is None


# ------------------------------------------------------------------ what a file of signatures may say


def test_rules_and_chains_are_told_alike() -> None:
    told = {signature.id: signature for signature in read_signatures([RULES])}
    assert told["reports-and-sends"].steps == (("reports-host",), ("opens-network", "fact:contacts:*"))
    assert told["reports-and-sends"].effect == "together"
    assert told["calls-collector"].languages == ("regex",)
    assert not told["calls-collector"].own


def write(directory: Path, text: str, name: str = "does-it") -> Path:
    directory.mkdir(exist_ok=True)
    (directory / f"{name}.yaml").write_text(text)
    return directory


RULE = "rules:\n- {id: does-it, languages: [regex], severity: ERROR, message: Does., pattern-regex: x}\n"
CHAIN = "chain: {id: does-it, severity: ERROR, message: Does., steps: [[calls-collector]]%s}\n"


def test_a_projects_own_folder_is_added(tmp_path: Path) -> None:
    library = library_of(texts_of([RULES, write(tmp_path, RULE)]))
    assert [signature.id for signature in library.signatures if signature.own] == ["does-it"]
    assert "does-it" in {rule["id"] for rule in library.rules}


def test_a_chain_never_reaches_semgrep(tmp_path: Path) -> None:
    library = library_of(texts_of([RULES, write(tmp_path, CHAIN % "")]))
    assert "does-it" not in {rule["id"] for rule in library.rules}
    assert "does-it" in {chain.id for chain in library.chains}


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("rules: [\n", r"it is no YAML.*does-it\.yaml:\d"),
        ("other: 1\n", "neither rules: nor chain:"),
        (RULE.replace("does-it", "Does It"), r"kebab-case \(.*does-it\.yaml:2\)"),
        (RULE.replace("ERROR", "GRAVE"), "its severity 'GRAVE' is none of"),
        (RULE.replace("[regex]", "[cobol]"), "languages are not among"),
        (RULE.replace("languages: [regex], ", ""), "it has no languages:"),
        (RULE.replace("does-it", "calls-collector"), r"the name of .*calls-collector\.yaml too"),
        (CHAIN.replace("calls-collector", "calls-nobody") % "", "calls-nobody is no signature and no fact"),
        (CHAIN.replace("calls-collector", "'fact:is-odd'") % "", "fact:is-odd is no signature and no fact"),
        (CHAIN.replace("calls-collector", "'fact:makes-codes'") % "", "fact:makes-codes is no signature and no fact"),
        (CHAIN.replace("calls-collector", "'fact:gap:dynamics'") % "", "fact:gap:dynamics is no signature and no fact"),
        (CHAIN % ", within: file", "a chain has no within:"),
        (CHAIN % ", across: world", "across: is none of file, package, reach"),
    ],
)
def test_a_mistake_is_told_with_its_file(tmp_path: Path, written: str, said: str) -> None:
    with pytest.raises(SemgrepError, match=said):
        library_of(texts_of([RULES, write(tmp_path, written)]))


def test_an_empty_folder_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(SemgrepError, match="there are no signatures in"):
        library_of(texts_of([RULES, tmp_path]))
