"""What semgrep is spared: only what cannot match, whatever the pattern and the text."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from safe_install.model import Language
from safe_install.scan.match import matching
from safe_install.scan.match.matching import Matching
from safe_install.scan.match.needed import EDGE, Pieces, needed_by
from safe_install.scan.match.seen import Matched
from safe_install.scan.match.semgrep import find_engine
from safe_install.scan.match.signature_texts import texts_of
from safe_install.scan.match.signatures import Library, library_of
from safe_install.scan.match.sparing import Rule, Sparing
from safe_install.scan.match.staging import File
from tests.fuzz.bounds import tried

ROOT = Path(__file__).parents[2]
SIGNATURES = ROOT / "signatures"
LANGUAGES = {
    ".js": Language.JAVASCRIPT,
    ".ts": Language.TYPESCRIPT,
    ".sh": Language.SHELL,
    ".py": Language.PYTHON,
    ".json": Language.JSON,
    ".gyp": Language.GYP,
}


@pytest.fixture(scope="module")
def library() -> Library:
    return library_of(texts_of([SIGNATURES]))


def may_match(pattern: str, text: str) -> bool:
    needs = needed_by(pattern)
    there = Pieces(needs).in_text(text.encode())
    return not any(map(there.isdisjoint, needs))


@pytest.mark.parametrize(
    ("pattern", "needs"),
    [
        ("process\\.env", [{"process.env"}]),
        ("(?i)Web.?Hook", [{"web"}, {"hook"}]),
        (r"\b(?:curl|wget)\b", [{f"{EDGE}curl{EDGE}", f"{EDGE}wget{EDGE}"}]),
        (r"\b(?:ba)?sh\s+-c", [{f"sh{EDGE}"}, {f"{EDGE}-c"}]),
        (r"(?<![\w.])nc(?!\w)", [{f"{EDGE}nc{EDGE}"}]),
        ("a(?:bc|de){2,3}f", [{"bc", "de"}]),
        ("(?<made>rm) -rf (?=home)", [{f"rm{EDGE}"}, {" -rf "}]),
        (r"[\x{E0000}-\x{E007F}]{4}", [{"\x80\x80"}]),
        ("eval(?:x|[a-z])?", [{"eval"}]),
    ],
)
def test_a_pattern_needs_what_stands_in_all_that_it_matches(pattern: str, needs: Sequence[set[str]]) -> None:
    assert [set(clause) for clause in needed_by(pattern)] == needs


@pytest.mark.parametrize(
    "pattern",
    [
        "(?x) ev al",
        "(eval",
        "eval)",
        r"\Qeval(\E",
        "(?|eval|exec)",
        "eval|[a-z]+",
        "(?:eval)?",
        "e{0}",
        "(?(?=a)eval|exec)",
        "(*ACCEPT)eval",
        "évaluer",
        "(" * 1000 + "eval" + ")" * 1000,
        "|".join(f"word{n}" for n in range(61)),
    ],
)
def test_what_is_not_understood_or_not_sure_needs_nothing(pattern: str) -> None:
    assert needed_by(pattern) == ()


@pytest.mark.parametrize(
    ("pattern", "text", "may"),
    [
        (r"\bnc\b", "function", False),
        (r"\bnc\b", "run(nc)", True),
        (r"\bnc\b", "é" + "nc", True),
        (r"sh\b", "push it", True),
        (r"sh\b", "shell", False),
        ("process.env", "process xenv", True),
        ("process\\.env", "process env", False),
        ("(?i)task", "TA\u017f\u212a", True),
        ("(?i)task", "TASK", True),
        ("[\\x{200B}-\\x{200F}]{4}", "plain", False),
        ("[\\x{200B}-\\x{200F}]{4}", "\u200b" * 4, True),
        ("abcdef", "x" * 100 + "abcdef" + "y" * 100, True),
        ("abcdef", "x" * 100 + "abcde_f" + "y" * 100, False),
    ],
)
def test_a_text_without_what_is_needed_cannot_match(pattern: str, text: str, may: bool) -> None:  # noqa: FBT001
    assert may_match(pattern, text) is may


MATCHED = {
    "a": "a", "k": "k\u212a", "s": "s\u017f", "S": "Ss", "_": "_", r"\.": ".", " ": " ", ".": "ak.",
    r"\w": "ak_", r"\s": " ", r"\W": " .é", "[a]": "a", "[as]": "as", "[^a]": "k. ", "[ .-]": " .-",
    r"\b": "", "^": "", r"(?<!\w)": "", r"(?!\w)": "", r"(?<![\w.])": "", "(?=a)": "", "(?!s)": "",
}  # fmt: skip
"""Characters that each part of a pattern may match."""
LETTERS = [("a", "a"), ("k", "k")]
TIMES = {
    "": (1, 1),
    "+": (1, 3),
    "++": (1, 3),
    "{2}": (2, 2),
    "{1,}": (1, 3),
    "?": (0, 1),
    "*": (0, 3),
    "{0,2}": (0, 2),
}


@st.composite
def patterns_and_texts(draw: st.DrawFn, depth: int = 2) -> tuple[str, str]:
    """Write a pattern and a text that it likely matches; only of single characters there may be any number."""
    pattern = text = ""
    for _ in range(draw(st.integers(1, 4))):
        branches = [draw(patterns_and_texts(depth - 1)) for _ in range(draw(st.integers(0, depth)))]
        times = draw(st.sampled_from(["", "", *(TIMES if not branches else ("+", "?", "{2}", "{0,2}"))]))
        count = draw(st.integers(*TIMES[times]))
        if branches:
            pattern += f"(?:{'|'.join(branch for branch, _ in branches)}){times}"
            text += "".join(draw(st.sampled_from(branches))[1] for _ in range(count))
        else:
            part, among = draw(st.sampled_from(LETTERS) | st.sampled_from(sorted(MATCHED.items())))
            pattern += part + (times if among else "")
            text += "".join(draw(st.sampled_from(among)) for _ in range(count)) if among else ""
    return pattern, text[:40]


@given(
    both=patterns_and_texts(),
    flags=st.sampled_from(["", "(?i)"]),
    before=st.text("ak. ", max_size=2),
    after=st.text("ak. ", max_size=2),
)
@example((r"(?:\ba|s)k", "sk"), "", "", "")
@example((r"\bs", "\u017f"), "(?i)", "a", "")
@example(("sa+k", "saak"), "", "", "")
@example(("kk[a]", "kka"), "", "", "")
@example((r"\b(?:a|k)+\b", "ak"), "", "", "")
@tried(500)
def test_whatever_matches_was_not_spared(both: tuple[str, str], flags: str, before: str, after: str) -> None:
    pattern, text = flags + both[0], before + both[1] + after
    matches = re.search(pattern, text, re.MULTILINE) or re.search(pattern, text, re.MULTILINE | re.ASCII)
    assert matches is None or may_match(pattern, text)


class Everything(Sparing):
    """Spares nothing."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        super().__init__(())
        self.rules = list(rules)


def samples() -> list[File]:
    """Give what signatures are tested with, each alone, and all of one language in one text."""
    files = [
        File(path.read_bytes(), LANGUAGES[path.suffix])
        for path in sorted(SIGNATURES.rglob("*"))
        if path.suffix in LANGUAGES
    ]
    together = {
        language: b"\n".join(file.content for file in files if file.language is language)
        for language in LANGUAGES.values()
    }
    texts = [File(content, Language.TEXT) for content in together.values()]
    return [*files, *texts]


@pytest.mark.semgrep
def test_with_and_without_it_the_same_is_found(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    files = samples()
    spared = matched(library, files)
    monkeypatch.setattr(matching, "Sparing", Everything)
    assert matched(library, files) == spared
    assert sum(len(each.sightings) for each in spared) > len(library.rules)


def matched(library: Library, files: Sequence[File]) -> list[Matched]:
    one = Matching(library, find_engine(), None, jobs=2, time_limit=300, before=lambda: (), use_known=False)
    return one._batch(files, 300, time.monotonic() + 300)


def test_of_the_rules_for_text_most_are_spared(library: Library) -> None:
    sparing = Sparing(library.rules)
    assert sparing.mark(b"module.exports = (a, b) => a + b;\n").count("1") < 10
    assert len(sparing.mark(b"")) > 100
    assert {rule["id"].rpartition(".")[2] for rule in sparing.rules} == {rule["id"] for rule in library.rules}
