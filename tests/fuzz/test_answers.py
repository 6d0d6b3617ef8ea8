"""Whatever others answer (a registry, a feed, semgrep, a coding agent), it ends in our own words or in an answer of use."""

from __future__ import annotations

import io
import json
import sys
from contextlib import redirect_stderr, redirect_stdout, suppress
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from unittest.mock import patch

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from safe_install import hook
from safe_install.advise.kept import Kept
from safe_install.advise.npm_audit import read_audit
from safe_install.advise.osv import known_malicious
from safe_install.advise.publications import as_kept, from_kept, read_publications
from safe_install.advise.records import Named, UnavailableError, read_record
from safe_install.advise.registry_signatures import read_keys
from safe_install.advise.workflows import exposed
from safe_install.agents.decisions import decide
from safe_install.agents.hosts import HOSTS
from safe_install.errors import SafeInstallError, SemgrepError
from safe_install.model import Language
from safe_install.scan.fetch.integrity import read_promise
from safe_install.scan.fetch.packument import choose, read_packument
from safe_install.scan.match.matching import _decoded
from safe_install.scan.match.seen import read_back, written
from safe_install.scan.match.sightings import matches
from safe_install.scan.match.staging import File, staged
from tests.builders import an_artifact
from tests.fuzz.bounds import tried, within_bounds
from tests.fuzz.inputs import documents, mutated, seeds
from tests.fuzz.test_output import TEXTS

NESTED = "[" * 100_000
NOW = datetime(2026, 1, 1, tzinfo=UTC)
EVENTS = seeds("tests/fuzz/seeds/hook/*")
COMMANDS = (*seeds("tests/fuzz/seeds/command/*"), "npx tool && pnpm add x | cat\n", "bun install; yarn\n")


@given(documents(seeds("tests/fuzz/seeds/registry/packument.json")))
@example(NESTED)
@tried(150)
def test_a_packument(text: str) -> None:
    body = text.encode(errors="surrogatepass")
    with within_bounds():
        for publication in read_publications(body, ("1.0.0",)).values():
            from_kept(json.loads(json.dumps(as_kept(publication))))
        with suppress(SafeInstallError):
            artifact = choose(read_packument(body), "a", "1.0.0")
            assert artifact.integrity is None or read_promise(artifact.integrity)


@given(documents(seeds("tests/fuzz/seeds/registry/*.json")))
@example(NESTED)
@tried(150)
def test_other_answers_of_registries_and_feeds(text: str) -> None:
    body = text.encode(errors="surrogatepass")
    with within_bounds():
        with suppress(SafeInstallError, UnavailableError):
            read_audit(text, [an_artifact("a")])
        with suppress(SafeInstallError, UnavailableError):
            read_keys(body)
        with suppress(ValueError, RecursionError):
            told = json.loads(text)
            assert not isinstance(told, dict) or read_record(told) is None or told["id"]
        with TemporaryDirectory() as place:
            kept = Kept(path=Path(place, "kept.json"), now=NOW)
            with suppress(SafeInstallError, UnavailableError):
                known_malicious([Named("a", "1.0.0")], "https://osv.example.test", lambda *_: body, kept)


@given(mutated(seeds("docs/recipes/*.yml", "tests/fuzz/seeds/pnpm/*")))
@example("a: &a [*a]\njobs: *a\n")
@example(NESTED)
@tried(60)
def test_a_workflow(text: str) -> None:
    with within_bounds():
        exposed(text)


@given(documents(seeds("tests/fuzz/seeds/semgrep/*")))
@example(NESTED)
@example('{"results": null}')
@example('{"errors": [null]}')
@example('{"paths": {"scanned": [1]}}')
@tried(150)
def test_what_semgrep_says(text: str) -> None:
    with within_bounds(), staged([File(b"a()\n", Language.JAVASCRIPT)], lambda _: "") as stage:
        named = text.replace("0.js", next(iter(stage.copies)))
        answer = _decoded(named.encode(errors="surrogatepass"))
        with suppress(SemgrepError):
            for matched in matches(answer or {}, stage, {}).values():
                assert answer or matched.doubts
                assert matched.doubts or read_back(written(matched)) == matched


@given(documents(EVENTS), st.sampled_from(sorted(HOSTS)))
@example(NESTED, "claude-code")
@tried(200)
def test_an_event_is_answered_with_json_or_blocked(text: str, host: str) -> None:
    out, err = io.StringIO(), io.StringIO()
    given_in = SimpleNamespace(buffer=io.BytesIO(text.encode(errors="surrogatepass")))
    with (
        within_bounds(),
        patch.object(sys, "stdin", given_in),
        patch.object(sys, "argv", ["x", "pre-tool-use", "--host", host]),
        redirect_stdout(out),
        redirect_stderr(err),
        pytest.raises(SystemExit) as ended,
    ):
        hook.main()
    assert ended.value.code in {0, 2}
    if out.getvalue():
        json.loads(out.getvalue())
    assert ended.value.code == 0 or err.getvalue().isprintable() or err.getvalue().count("\n") == 1


@given(mutated(COMMANDS))
@tried(200)
def test_what_installs_first_is_never_let_through_for_what_follows(text: str) -> None:
    with within_bounds():
        decision = decide(f"npm install evil\n{text}")
        assert decision.rewritten or decision.refused
        assert not decision.rewritten.startswith("npm install evil")
        assert decide(f"npm install evil; {text}", powershell=True) != decide("true")
        assert decision.refused.isprintable()


@given(
    st.sampled_from(["npm --prefix '{}' install", "npx '{}'", "npm '{}' ci", "npm install '{}' && $x", "pnpm '{}'"]),
    TEXTS,
)
@tried(80)
def test_a_refusal_quotes_nothing_that_a_terminal_obeys(command: str, text: str) -> None:
    assert decide(command.format(text)).refused.isprintable()
