"""The file of people's decisions: read strictly, written readably, the same for the same records."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safe_install.decide.approvals import Approvals, in_force, read_approvals, signed_text, write_approvals
from safe_install.errors import ApprovalsError
from safe_install.judgement import Approval, Denial, Grants
from safe_install.model import Digest, Event
from tests.builders import a_script, an_inspection

TODAY = date(2026, 1, 14)
ESBUILD = Approval(
    package="esbuild",
    event=Event.POSTINSTALL,
    fingerprint=Digest("9e" * 32),
    seen_in="0.25.1",
    by="ana@example.test",
    on=TODAY,
    why="places its own binary; read install.js",
)
FUNDING = Denial(package="funding", by="bob@example.test", on=TODAY, why="only begs")
BOTH = Approvals(approvals=(ESBUILD,), denials=(FUNDING,))

WRITTEN = f"""\
{{
  "schema": 1,
  "approvals": [
    {{
      "package": "esbuild",
      "event": "postinstall",
      "fingerprint": "{"9e" * 32}",
      "seen_in": "0.25.1",
      "by": "ana@example.test",
      "on": "2026-01-14",
      "why": "places its own binary; read install.js",
      "until": null
    }}
  ],
  "denials": [
    {{
      "package": "funding",
      "by": "bob@example.test",
      "on": "2026-01-14",
      "why": "only begs"
    }}
  ]
}}
"""


def edited(path: str, value: Any) -> str:  # noqa: ANN401 - any JSON
    """Write both records with one value changed; ``...`` takes the key away."""
    told = json.loads(WRITTEN)
    *way, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    place = told
    for step in way:
        place = place[step]
    if value is ...:
        del place[last]
    else:
        place[last] = value
    return json.dumps(told)


GRANTED = replace(
    ESBUILD,
    grants=Grants(hosts=("downloads.example.test",), outputs=("dist/native",), env=("NODE_MIRROR",), cache=True),
    integrity=f"sha512-{'A' * 86}==",
    beside=(("@esbuild/linux-x64@0.25.1", f"sha512-{'B' * 86}=="), ("node-gyp@11.0.0", f"sha512-{'C' * 86}==")),
    signature=f"{'D' * 86}==",
)
NEWER: dict[str, Any] = json.loads(write_approvals(Approvals(approvals=(GRANTED,))))["approvals"][0]


def with_new(**changed: Any) -> str:  # noqa: ANN401 - any JSON
    """Write a record that has every newer field, with some changed."""
    return json.dumps({"schema": 1, "approvals": [{**NEWER, **changed}], "denials": []})


REFUSED = {
    "an empty grant": (with_new(grants={}), "approvals[0].grants: expected at least one grant"),
    "a grant of everything": (with_new(grants={"all": True}), "approvals[0].grants: expected grants that can be given"),
    "a pattern for a host": (
        with_new(grants={"hosts": ["*"]}),
        "approvals[0].grants: expected grants that can be given",
    ),
    "an output where git looks": (with_new(grants={"outputs": [".git/hooks"]}), "approvals[0].grants: expected grants"),
    "a no as grant": (with_new(grants={"cache": False}), "approvals[0].grants: expected grants that can be given"),
    "an integrity that is none": (with_new(integrity="yes"), "approvals[0].integrity: expected an integrity"),
    "an empty integrity": (with_new(integrity=""), "approvals[0].integrity: expected an integrity"),
    "neighbours as a list": (
        with_new(beside=["node-gyp@11.0.0"]),
        "approvals[0].beside: expected integrities by name@version",
    ),
    "no neighbours, and yet told": (with_new(beside={}), "approvals[0].beside: expected integrities by name@version"),
    "a neighbour without version": (
        with_new(beside={"a": NEWER["integrity"]}),
        "approvals[0].beside: expected integrities by name@version",
    ),
    "a signature that is none": (with_new(signature="ana"), "approvals[0].signature: expected an Ed25519 signature"),
    "half a no": (edited("denials.0.blocks", False), "denials[0].blocks: expected true, or nothing at all"),
    "another schema": (
        edited("schema", 2),
        "schema: expected 1, which is all that this version of safe-install reads, found 2",
    ),
    "a schema that only equals one": (edited("schema", True), "schema: expected 1"),
    "no schema": (edited("schema", ...), "the file: missing key 'schema'"),
    "an unknown key": (edited("trusted", []), "the file: unknown key 'trusted'"),
    "records that are no list": (edited("approvals", {}), "approvals: expected a list, found {}"),
    "a record that is no object": (
        edited("approvals.0", "esbuild"),
        "approvals[0]: expected an object, found 'esbuild'",
    ),
    "an unknown key in a record": (edited("approvals.0.any_version", True), "approvals[0]: unknown key 'any_version'"),
    "no fingerprint": (edited("approvals.0.fingerprint", ...), "approvals[0]: missing key 'fingerprint'"),
    "a fingerprint for everything": (
        edited("approvals.0.fingerprint", "*"),
        "approvals[0].fingerprint: expected 64 lower-case",
    ),
    "a fingerprint in capitals": (
        edited("approvals.0.fingerprint", "9E" * 32),
        "approvals[0].fingerprint: expected 64",
    ),
    "a fingerprint with a line end": (edited("approvals.0.fingerprint", "9e" * 32 + "\n"), "approvals[0].fingerprint"),
    "an event that npm has not": (
        edited("approvals.0.event", "*"),
        "approvals[0].event: expected one of predependencies, ",
    ),
    "nobody": (edited("approvals.0.by", ""), "approvals[0].by: expected a name, found ''"),
    "a package without a name": (edited("denials.0.package", ""), "denials[0].package: expected a name, found ''"),
    "a number as version": (edited("approvals.0.seen_in", 25), "approvals[0].seen_in: expected text, found 25"),
    "a day that is none": (edited("approvals.0.on", "2026-02-30"), "approvals[0].on: expected a day, as in 2026-01-31"),
    "a day in another form": (edited("approvals.0.on", "20260114"), "approvals[0].on: expected a day"),
    "a day in other digits": (edited("approvals.0.on", "\u0662026-01-14"), "approvals[0].on: expected a day"),
    "for ever in other words": (edited("approvals.0.until", False), "approvals[0].until: expected text, found False"),
    "hostile text": (
        edited("denials.0.on", "\x1b[2J\u202e"),
        r"denials[0].on: expected a day, as in 2026-01-31, found '\x1b[2J\u202e'",
    ),
    "the same yes twice": (
        edited("approvals", [json.loads(WRITTEN)["approvals"][0]] * 2),
        "approvals[1]: repeats approvals[0]",
    ),
    "the same no twice": (edited("denials", [json.loads(WRITTEN)["denials"][0]] * 3), "denials[1]: repeats denials[0]"),
    "a key twice": (
        '{"schema": 1, "approvals": [], "approvals": []}',
        "the key 'approvals' stands twice in one object",
    ),
    "no object": ("[]", "the file: expected an object, found []"),
    "nothing": ("", "not JSON (Expecting value: line 1 column 1 (char 0))"),
    "half a file": (WRITTEN[:80], "not JSON ("),
    "a pit of brackets": ("[" * 100_000, "not JSON (nested too deeply)"),
    "a number without end": ('{"schema": ' + "1" * 5000 + "}", "not JSON ("),
}


def test_a_record_is_written_so_that_a_diff_can_be_read() -> None:
    assert write_approvals(BOTH) == WRITTEN


def test_what_was_written_is_read_back() -> None:
    assert read_approvals(WRITTEN) == BOTH


def test_the_order_of_records_does_not_matter() -> None:
    others = [replace(ESBUILD, event=event) for event in (Event.INSTALL, Event.PREINSTALL)]
    others += [replace(ESBUILD, package="a"), replace(ESBUILD, fingerprint=Digest("0" * 64))]
    told = write_approvals(Approvals(approvals=(ESBUILD, *others)))
    assert told == write_approvals(Approvals(approvals=(*reversed(others), ESBUILD)))
    found = [(record["package"], record["event"], record["fingerprint"][0]) for record in json.loads(told)["approvals"]]
    assert found == [
        ("a", "postinstall", "9"),
        ("esbuild", "install", "9"),
        ("esbuild", "postinstall", "0"),
        ("esbuild", "postinstall", "9"),
        ("esbuild", "preinstall", "9"),
    ]


def test_one_more_approval_changes_no_line_of_another() -> None:
    before = write_approvals(BOTH).splitlines()
    after = write_approvals(BOTH.with_approval(replace(ESBUILD, package="aaa"))).splitlines()
    assert [line for line in after if line not in before] == ['      "package": "aaa",', "    },"]
    assert [line for line in before if line not in after] == []


TEXT = st.text(st.characters(), max_size=20)
NAMES = st.text(st.characters(), min_size=1, max_size=20)
DAYS = st.dates()
RECORDS = st.builds(
    Approvals,
    approvals=st.lists(
        st.builds(
            Approval,
            package=NAMES,
            event=st.sampled_from(Event),
            fingerprint=st.text("0123456789abcdef", min_size=64, max_size=64).map(Digest),
            seen_in=TEXT,
            by=NAMES,
            on=DAYS,
            why=TEXT,
            until=st.none() | DAYS,
        ),
        max_size=3,
        unique_by=lambda approval: (approval.package, approval.event, approval.fingerprint),
    ).map(tuple),
    denials=st.lists(
        st.builds(Denial, package=NAMES, by=NAMES, on=DAYS, why=TEXT),
        max_size=2,
        unique_by=lambda denial: denial.package,
    ).map(tuple),
)


@given(RECORDS)
def test_any_records_come_back_the_same_and_readable(records: Approvals) -> None:
    told = write_approvals(records)
    again = read_approvals(told)
    assert set(again.approvals) == set(records.approvals)
    assert set(again.denials) == set(records.denials)
    assert write_approvals(again) == told
    assert told.endswith("}\n")
    assert all(line.isprintable() for line in told.splitlines())
    told.encode()


@pytest.mark.parametrize(("text", "told"), REFUSED.values(), ids=REFUSED)
def test_what_is_not_understood_is_refused_with_its_place(text: str, told: str) -> None:
    with pytest.raises(ApprovalsError) as refusal:
        read_approvals(text)
    assert refusal.value.message.startswith(f"safe-install.approvals.json: {told}")
    assert refusal.value.hint


def test_a_merge_conflict_is_told_with_its_line() -> None:
    text = WRITTEN.replace('      "seen_in"', '<<<<<<< HEAD\n      "seen_in"')
    with pytest.raises(ApprovalsError, match=r"approvals\.json:8: a merge conflict is not resolved\.$") as refusal:
        read_approvals(text)
    assert refusal.value.hint is not None
    assert "records of both sides" in refusal.value.hint


def test_text_that_only_speaks_of_conflicts_is_none() -> None:
    kept = BOTH.with_approval(replace(ESBUILD, why="<<<<<<< HEAD\n=======\n"))
    assert read_approvals(write_approvals(kept)).approvals[0].why == "<<<<<<< HEAD\n=======\n"


def test_a_name_stays_readable_and_what_would_deceive_a_reviewer_does_not_pass_unseen() -> None:
    told = write_approvals(BOTH.with_approval(replace(ESBUILD, by="Zoë 山田", why="fine\u202eenif\u200b\U000e0041")))
    assert '"by": "Zoë 山田"' in told
    assert r'"why": "fine\u202eenif\u200b\udb40\udc41"' in told


def test_a_new_yes_takes_the_place_of_one_to_the_same_contents_only() -> None:
    again, other = replace(ESBUILD, by="eve@example.test"), replace(ESBUILD, fingerprint=Digest("1" * 64))
    assert BOTH.with_approval(again).approvals == (again,)
    assert BOTH.with_approval(other).approvals == (ESBUILD, other)


def test_the_later_word_of_a_person_holds() -> None:
    no = Denial(package="esbuild", by="bob@example.test", on=TODAY)
    denied = BOTH.with_denial(no)
    assert denied == Approvals(approvals=(), denials=(FUNDING, no))
    assert denied.with_approval(ESBUILD) == BOTH
    assert denied.with_denial(replace(no, why="again")).denials == (FUNDING, replace(no, why="again"))


def test_an_update_leaves_the_old_value_as_it_was() -> None:
    before = write_approvals(BOTH)
    BOTH.with_denial(Denial(package="esbuild", by="bob", on=TODAY))
    assert write_approvals(BOTH) == before


@pytest.mark.parametrize(
    ("until", "holds"), [(None, True), (date(2026, 1, 15), True), (TODAY, True), (date(2026, 1, 13), False)]
)
def test_the_last_day_is_included(until: date | None, holds: bool) -> None:  # noqa: FBT001 - a parameter
    assert in_force(replace(ESBUILD, until=until), TODAY) is holds


def test_an_approval_is_found_by_package_event_and_fingerprint_together() -> None:
    inspection = an_inspection(script=a_script("node install.js", name="esbuild"))
    exact = replace(ESBUILD, fingerprint=inspection.fingerprint)
    assert Approvals(approvals=(exact,)).exact(inspection) == exact
    for other in (
        replace(exact, package="esbuild2"),
        replace(exact, event=Event.INSTALL),
        replace(exact, fingerprint=Digest("0" * 64)),
    ):
        assert Approvals(approvals=(other,)).exact(inspection) is None
    assert Approvals(approvals=(replace(exact, event=Event.INSTALL),)).latest(inspection) is None


def test_the_latest_record_is_the_one_a_change_is_compared_with() -> None:
    inspection = an_inspection(script=a_script("node install.js", name="esbuild"))
    newer = replace(ESBUILD, on=date(2026, 5, 1), fingerprint=Digest("0" * 64))
    assert Approvals(approvals=(newer, ESBUILD)).latest(inspection) == newer
    assert Approvals(approvals=(ESBUILD, newer)).latest(inspection) == newer


def test_grants_integrities_and_a_signature_come_back_as_they_were_written() -> None:
    blocking = replace(FUNDING, blocks=True)
    both = Approvals(approvals=(GRANTED,), denials=(blocking,))
    assert read_approvals(write_approvals(both)) == both


def test_what_is_empty_is_not_written_so_that_old_files_do_not_change() -> None:
    assert write_approvals(read_approvals(WRITTEN)) == WRITTEN


def test_what_is_signed_is_the_whole_record_but_the_signature() -> None:
    assert signed_text(GRANTED) == signed_text(replace(GRANTED, signature=""))
    assert signed_text(GRANTED) != signed_text(replace(GRANTED, grants=Grants()))


def test_a_yes_is_taken_back_for_one_version_or_for_all() -> None:
    other = replace(ESBUILD, fingerprint=Digest("8d" * 32), seen_in="0.26.0")
    both = Approvals(approvals=(ESBUILD, other), denials=(FUNDING,))
    assert both.without("esbuild", "0.26.0").approvals == (ESBUILD,)
    assert both.without("esbuild") == Approvals(denials=(FUNDING,))
    assert both.without("funding").denials == ()


def test_a_record_of_a_day_to_come_is_not_in_force() -> None:
    assert in_force(ESBUILD, TODAY)
    assert not in_force(ESBUILD, date(2026, 1, 13))
