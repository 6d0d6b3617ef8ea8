"""Results that come with this program are those that matching gives, and hold for nothing else."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from safe_install.model import Digest, Language, sha256
from safe_install.scan.match import known, matching
from safe_install.scan.match.known import KnownResults, known_results, read, written
from safe_install.scan.match.lines import Lines
from safe_install.scan.match.matcher import Matcher
from safe_install.scan.match.seen import Content, Matched, Sighting, read_back
from safe_install.scan.match.semgrep import signatures_directory
from safe_install.scan.match.signature_texts import texts_of
from safe_install.scan.match.signatures import library_of
from safe_install.scan.remembered import Key, Remembered
from tests.scan.matching import COLLECTOR, RULES, THEFT, a_file, match
from tests.world import World

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent.parent / "benchmarks"))
import known_results as builder  # noqa: E402 - beside the other benchmarks

LONG = "a('" + "é" * 300 + f"'); {THEFT} b('" + "x" * 300 + "')"
TEXTS = {
    "plain": THEFT,
    "later": f"// a\r\n\tf()\n  {THEFT}\n\n{COLLECTOR}",
    "long line": LONG,
    "end of a long line": "x('" + "y" * 400 + f"'); {THEFT}",
    "with a mark": f"\ufeff{THEFT}",
    "nothing": "module.exports = 'quiet as a mouse'",
}
RULE = {"id": "r", "severity": "ERROR", "message": "Says so.", "metadata": {"confidence": "HIGH", "worse-with": ["s"]}}


def shipped(monkeypatch: pytest.MonkeyPatch, packed: bytes) -> None:
    """Let this be what comes with the program."""
    told = read(packed)
    monkeypatch.setattr(known, "_shipped", lambda: told)


def no_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    def started(*_: object) -> None:
        raise AssertionError("semgrep was started")

    monkeypatch.setattr(matching, "run", started)


def made_of(store: Path, contents: dict[str, bytes]) -> tuple[str, dict[Content, known.Places]]:
    """Make results as the builder does, of what was just remembered."""
    version = Matcher(RULES, None).version
    library = library_of(texts_of([RULES]))
    rules = {str(rule["id"]): rule for rule in library.rules}
    kept = Remembered(store).get([Key("js", sha256(data), version) for data in contents.values()])
    said = {}
    for key, text in kept.items():
        content = Content(Digest(key.content), Language.JAVASCRIPT, library=False)
        matched = read_back(text)
        assert matched is not None
        data = next(data for data in contents.values() if sha256(data) == key.content)
        at = builder.places(data, content, matched, rules)
        assert at is not None, data
        said[content] = at
    return version, said


@pytest.mark.semgrep
@pytest.mark.parametrize("name", TEXTS)
def test_what_is_shipped_is_what_matching_gives(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = TEXTS[name].encode()
    matched = match(a_file(data), remembered=Remembered(tmp_path / "store"))
    assert bool(matched.findings) == (name != "nothing")
    version, said = made_of(tmp_path / "store", {name: data})
    assert len(said) == 1
    shipped(monkeypatch, written(version, said))
    no_engine(monkeypatch)
    assert match(a_file(data)) == matched
    with pytest.raises(AssertionError, match="semgrep was started"):
        match(a_file(data + b" "))
    with pytest.raises(AssertionError, match="semgrep was started"):
        match(a_file(data), use_known=False)
    with pytest.raises(AssertionError, match="semgrep was started"):
        match(a_file(data, language=Language.SHELL))


@pytest.mark.semgrep
def test_other_signatures_believe_none_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    match(a_file(THEFT), remembered=Remembered(tmp_path / "store"))
    version, said = made_of(tmp_path / "store", {"": THEFT.encode()})
    shipped(monkeypatch, written(version.replace(version[:4], "0000"), said))
    no_engine(monkeypatch)
    with pytest.raises(AssertionError, match="semgrep was started"):
        match(a_file(THEFT))


def a_sighting(excerpt: str, line: int = 1) -> Sighting:
    """See something by the rule of these tests."""
    told = known.sighting(RULE, Lines(b"f()"), 0, printed=False)
    return Sighting(**{**{name: getattr(told, name) for name in told.__slots__}, "excerpt": excerpt, "line": line})


@pytest.mark.parametrize(
    "matched",
    [
        Matched(sightings=(a_sighting("[base64] f()"),)),
        Matched(sightings=(a_sighting("3 words addressed to a reader, not shown"),)),
        Matched(sightings=(a_sighting("f()"),), layers=((1, "base64"),)),
        Matched(sightings=(a_sighting("f()", line=2),)),
    ],
    ids=["hidden text", "an order to a reader", "a text that hides another", "another line"],
)
def test_what_the_text_alone_does_not_tell_is_not_shipped(matched: Matched) -> None:
    content = Content(sha256(b"f()\n"), Language.JAVASCRIPT, library=False)
    assert builder.places(b"f()\n", content, Matched(sightings=(a_sighting("f()"),)), {"r": RULE}) == (("r", 0, False),)
    assert builder.places(b"f()\n", content, matched, {"r": RULE}) is None


def test_a_sighting_by_a_signature_that_is_gone_is_not_shipped() -> None:
    content = Content(sha256(b"f()\n"), Language.JAVASCRIPT, library=False)
    assert builder.places(b"f()\n", content, Matched(sightings=(a_sighting("f()"),)), {}) is None


def test_the_same_results_are_written_in_the_same_bytes() -> None:
    some = {Content(sha256(bytes([n])), Language.JAVASCRIPT, library=n % 2 == 0): (("r", n, False),) for n in range(9)}
    backwards = dict(reversed(some.items()))
    assert written("v", some) == written("v", backwards)
    made_by, places = read(written("v", some))
    assert made_by == "v"
    assert sorted(places.values()) == sorted(some.values())


@pytest.mark.parametrize("packed", [b"", b"no archive", written("v", {})[:-9], b"\x1f\x8b" + bytes(40)])
def test_an_installation_with_half_of_it_only_takes_longer(
    packed: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / known.FILE).write_bytes(packed)
    monkeypatch.setattr(known, "files", lambda _: tmp_path)
    known._shipped.cache_clear()
    try:
        assert known_results("v", []) == KnownResults({}, {})
    finally:
        known._shipped.cache_clear()


def test_what_is_shipped_was_made_by_these_signatures() -> None:
    """Renew it with ``python benchmarks/known_results.py``, which takes a quarter of an hour; it is not used until then."""
    made_by, places = read(builder.PLACE.read_bytes())
    sight, _, engine = made_by.partition(" ")
    assert sight == Matcher(signatures_directory(), None).version.partition(" ")[0]
    pinned = re.search(r"^semgrep==(\S+)", (HERE.parent.parent / "requirements/run.txt").read_text(), re.MULTILINE)
    assert pinned
    assert engine == pinned[1]
    assert len(places) > 1000


@pytest.mark.npm
@pytest.mark.semgrep
def test_a_set_that_is_made_anew_spares_semgrep_and_changes_nothing(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {
        "i.js": "const { tell } = require('./lib/a');\ntell(process.env.HOME)",
        "lib/a.js": "exports.tell = console.log",
    }
    world.registry.publish("one", "1.0.0", files, scripts={"postinstall": "node i.js"})
    world.registry.publish("two", "1.0.0", {**files, "b.js": THEFT}, scripts={"install": "node i.js && node b"})
    (tmp_path / "packages").write_text("one@1.0.0\ntwo@1.0.0\n")
    monkeypatch.setattr(builder, "PACKAGES", tmp_path / "packages")
    monkeypatch.setattr(builder, "PLACE", tmp_path / known.FILE)
    monkeypatch.setattr(sys, "argv", ["known_results.py"])
    assert builder.main() == 0
    monkeypatch.setattr(sys, "argv", ["known_results.py", "--check"])
    assert builder.main() == 0

    def told() -> object:
        monkeypatch.setenv("SAFE_INSTALL_CACHE", str(tmp_path / f"cache-{len(list(tmp_path.iterdir()))}"))
        return {**world.run("scan", "--json", "one@1.0.0", "two@1.0.0").report, "at": ""}

    without = told()
    shipped(monkeypatch, (tmp_path / known.FILE).read_bytes())
    no_engine(monkeypatch)
    assert told() == without
