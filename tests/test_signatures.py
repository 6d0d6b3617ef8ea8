"""The law of signatures/: one file, one id, one test beside it, and no honest package is stopped."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from safe_install.model import Confidence, Finding, Inspection, Language, ReachableFile, Severity
from safe_install.scan.match.matcher import Matcher
from safe_install.scan.match.semgrep import signatures_directory
from safe_install.scan.match.signature_texts import texts_of
from safe_install.scan.match.signatures import library_of
from safe_install.scan.reach.reach import trace
from tests.builders import a_script, an_inspection

SIGNATURES = Path(__file__).parent.parent / "signatures"
CLEAN = Path(__file__).parent / "clean"
FILES = sorted(SIGNATURES.rglob("*.yaml"))
LIBRARY = library_of(texts_of([SIGNATURES]))
CHAINS = {chain.id for chain in LIBRARY.chains}
LANGUAGES = {f".{language.value}": language for language in Language}
METADATA = {"why", "innocent-when", "look-at", "since", "confidence", "references"}
OPTIONAL = {"worse-with", "quiet-excerpt", "fact", "in-libraries"}
COMMANDS = {".js": "node", ".sh": "sh", ".py": "python3", ".ts": "bun", ".bat": "cmd /c", ".ps1": "powershell -File"}
MARK = re.compile(r"(?:^|\W)(?P<kind>ruleid|ok): *(?P<ids>[a-z0-9, -]+?)\W*$")


def stem(test: Path) -> str:
    """Give the id that a test is for: what stands before the first dot."""
    return test.name.partition(".")[0]


def is_test(path: Path) -> bool:
    return path.suffix not in {".yaml", ".md"} and path.parent.parent == SIGNATURES


TESTS = sorted(path for path in SIGNATURES.rglob("*") if is_test(path))
WHOLE = [path for path in TESTS if path.is_dir() or stem(path) in CHAINS]
WHOLE += [path for path in TESTS if path not in WHOLE and not re.search(MARK.pattern, path.read_text(), re.MULTILINE)]
MARKED = [path for path in TESTS if path not in WHOLE]

every_signature = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)


def entry(path: Path) -> dict[str, Any]:
    """Give the one rule, or the chain, of a signature's file."""
    content = YAML(typ="safe").load(path.read_text())
    (one,) = [content["chain"]] if "chain" in content else content["rules"]
    assert isinstance(one, dict)
    return one


def a_file(path: Path) -> ReachableFile:
    """Reach a test's file; one of data stands for a manifest."""
    name = "package.json" if path.suffix == ".json" else path.name
    return ReachableFile(package="example", path=name, content=path.read_bytes(), language=LANGUAGES[path.suffix])


def as_script(path: Path) -> Inspection:
    """Trace a script that runs a test's file, or the folder of files with the one that a package would run."""
    files = {each.relative_to(path).as_posix(): each.read_bytes() for each in path.rglob("*") if each.is_file()}
    files = files or {path.name: path.read_bytes()}
    start = next((name for name in files if Path(name).stem in {"install", "index", stem(path)}), min(files))
    start = path.name if path.is_file() else start
    command = f"{COMMANDS.get(Path(start).suffix, 'node')} {start}"
    script = a_script(command, files)
    return trace(script, {script.package.artifact.location: script.package})


def unmatched(path: Path) -> Inspection:
    return as_script(path) if stem(path) in CHAINS or path.is_dir() else an_inspection(files=(a_file(path),))


@pytest.fixture(scope="module")
def seen() -> Mapping[Path, Inspection]:
    """Match each test as the only one of its script, all in one start of semgrep."""
    paths = [*TESTS, *(path for path in CLEAN.iterdir() if path.suffix != ".md")]
    return dict(zip(paths, Matcher(SIGNATURES, None).match([*map(unmatched, paths)]), strict=True))


def lines_of(findings: Sequence[Finding], signature: str) -> set[int]:
    return {finding.line for finding in findings if finding.signature == signature}


def marked(path: Path, kind: str) -> set[int]:
    """List the lines below the comments that name this test's signature."""
    lines = enumerate(path.read_text().split("\n"), 1)
    marks = [(number, match) for number, line in lines if (match := MARK.search(line)) and match["kind"] == kind]
    return {number + 1 for number, match in marks if stem(path) in re.split(r"[, ]+", match["ids"])}


# ------------------------------------------------------------------ what a signature's file says


@every_signature
def test_a_signature_is_named_by_its_file(path: Path) -> None:
    assert entry(path)["id"] == path.stem
    assert re.fullmatch(r"[a-z]+(-[a-z]+)+", path.stem)
    assert path.parent.parent == SIGNATURES


def test_no_two_signatures_have_one_name() -> None:
    assert len({path.stem for path in FILES}) == len(FILES)


@every_signature
def test_a_signature_tells_a_stranger_what_it_saw(path: Path) -> None:
    one = entry(path)
    assert re.fullmatch(r"[A-Z][^.$\n]{20,150}\.", one["message"]), "one sentence, and nothing that a package wrote"
    assert one["severity"] in Severity.__members__


@every_signature
def test_a_signature_says_why_and_when_it_is_wrong(path: Path) -> None:
    one, metadata = entry(path), entry(path)["metadata"]
    needed = METADATA if path.stem in CHAINS else METADATA | {"reads"}
    assert needed <= metadata.keys() <= needed | OPTIONAL
    assert metadata["confidence"] in Confidence.__members__
    assert metadata["innocent-when"]
    assert all(isinstance(when, str) for when in metadata["innocent-when"])
    assert re.fullmatch(r"\d+\.\d+\.\d+", metadata["since"])
    assert metadata["references"] or one["severity"] == "INFO"


@every_signature
def test_a_signature_says_whether_it_reads_code_or_text(path: Path) -> None:
    rule = entry(path)
    if path.stem not in CHAINS:
        reads = rule["metadata"]["reads"]
        assert reads in {"code", "text", "everything", "manifest"}
        assert reads == "manifest" or (reads == "code") == (rule["languages"] != ["regex"])


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
    for pattern in patterns_in(entry(path)):
        bare = re.sub(r"\\.", "e", pattern).replace("(?s:.*)", "")
        bare = re.sub(r"\[\^?\]?[^\]]*\]", "c", bare)
        assert not re.search(r"(?<![*+?}])[*+](?!\+)|\{\d+,\}(?!\+)", bare), f"possessive or bounded: {pattern}"
        assert all(int(most) <= 400 for most in re.findall(r"[{,](\d+)\}", bare))


@every_signature
def test_what_makes_a_signature_worse_is_a_signature(path: Path) -> None:
    assert set(entry(path)["metadata"].get("worse-with", ())) <= {other.stem for other in FILES}


@every_signature
def test_a_signature_has_a_test_beside_it_that_fires_and_one_that_does_not(path: Path) -> None:
    beside = [test for test in TESTS if stem(test) == path.stem and test.parent == path.parent]
    whole = [test for test in beside if test in WHOLE]
    assert any(test.name.startswith(f"{path.stem}.ok") for test in whole) or any(
        marked(test, "ok") for test in beside if test in MARKED
    )
    assert any(not test.name.startswith(f"{path.stem}.ok") for test in whole) or any(
        marked(test, "ruleid") for test in beside if test in MARKED
    )


@pytest.mark.parametrize("path", TESTS, ids=lambda path: path.name)
def test_a_test_belongs_to_a_signature(path: Path) -> None:
    assert path.parent / f"{stem(path)}.yaml" in FILES


def test_the_index_is_up_to_date() -> None:
    rows = [
        f"| [{path.stem}]({path.relative_to(SIGNATURES).as_posix()}) | {one['severity']} | {one['message']} |"
        for path in FILES
        for one in [entry(path)]
    ]
    table = [line for line in (SIGNATURES / "README.md").read_text().splitlines() if line.startswith("| [")]
    assert table == rows


def test_the_program_uses_these_signatures() -> None:
    assert signatures_directory() == SIGNATURES


# ------------------------------------------------------------------ what a signature sees


@pytest.mark.semgrep
@pytest.mark.parametrize("path", MARKED, ids=lambda path: path.name)
def test_a_signature_sees_what_its_test_says_and_nothing_else(path: Path, seen: Mapping[Path, Inspection]) -> None:
    found = lines_of(seen[path].findings, stem(path))
    assert marked(path, "ruleid") <= found
    assert not marked(path, "ok") & found


@pytest.mark.semgrep
@pytest.mark.parametrize("path", WHOLE, ids=lambda path: path.name)
def test_a_signature_is_shown_by_a_whole_test_unless_that_is_ok(path: Path, seen: Mapping[Path, Inspection]) -> None:
    shown = bool(lines_of(seen[path].findings, stem(path)))
    assert shown != path.name.startswith(f"{stem(path)}.ok")


@pytest.mark.semgrep
@pytest.mark.parametrize("path", [*CLEAN.glob("*.[!m]*")], ids=lambda path: path.name)
def test_an_honest_script_is_not_stopped(path: Path, seen: Mapping[Path, Inspection]) -> None:
    def grave(finding: Finding) -> bool:
        return finding.severity is Severity.ERROR

    assert [finding for finding in seen[path].findings if grave(finding)] == []
    assert seen[path].gaps == ()
