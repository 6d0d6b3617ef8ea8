"""Other tools' lists: read as they mean them, believed in nothing but a no, and written as narrow as they can be."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from safe_install.decide.neighbours import Entry, Neighbour, broader, denied_by, entries, flags_for, merged
from safe_install.judgement import Approval, Denial
from safe_install.model import Digest, Event

NPM, PNPM, BUN, LAVAMOAT = Neighbour.NPM, Neighbour.PNPM, Neighbour.BUN, Neighbour.LAVAMOAT
TODAY = date(2026, 1, 14)


def a_yes(package: str, version: str) -> Approval:
    return Approval(
        package=package, event=Event.INSTALL, fingerprint=Digest("0" * 64), seen_in=version, by="ana", on=TODAY
    )


def test_each_tools_list_is_read_where_it_stands() -> None:
    manifest: dict[str, Any] = {
        "allowScripts": {"a": True, "@s/b@1.0.0 || 1.0.1": True, "c": False, "d@*": False, "e@2.0.0": False},
        "pnpm": {"onlyBuiltDependencies": ["f"], "neverBuiltDependencies": ["g"], "ignoredBuiltDependencies": ["h"]},
        "trustedDependencies": ["i"],
        "lavamoat": {"allowScripts": {"x>y>@s/j": True, "k#3.0.0": False}},
    }
    told = entries(manifest, {"allowBuilds": {"l": True, "m@1.0.0": True, "n": False}})
    assert {(one.of, one.name, one.allowed, one.versions) for one in told} == {
        (NPM, "a", True, ()),
        (NPM, "@s/b", True, ("1.0.0", "1.0.1")),
        (NPM, "c", False, ()),
        (NPM, "d", False, ()),
        (NPM, "e", False, ("2.0.0",)),
        (PNPM, "f", True, ()),
        (PNPM, "g", False, ()),
        (PNPM, "h", False, ()),
        (BUN, "i", True, ()),
        (LAVAMOAT, "@s/j", True, ()),
        (LAVAMOAT, "k", False, ("3.0.0",)),
        (PNPM, "l", True, ()),
        (PNPM, "m", True, ("1.0.0",)),
        (PNPM, "n", False, ()),
    }
    assert denied_by(NPM, told) == ("c", "d")
    assert denied_by(PNPM, told) == ("g", "h", "n")
    assert denied_by(BUN, told) == ()


@pytest.mark.parametrize("value", [None, [], "a", {"a": "yes"}, {"": True}, {"git+ssh://x": True}, {"a b": True}, 3])
def test_what_is_no_list_or_no_name_is_left_out(value: object) -> None:
    assert entries({"allowScripts": value, "trustedDependencies": 3, "pnpm": value, "lavamoat": value}, {}) == ()


def test_a_yes_to_more_than_was_read_is_broader() -> None:
    told = [
        Entry(of=NPM, name="read", allowed=True, versions=("1.0.0",)),
        Entry(of=NPM, name="read", allowed=True, versions=("1.0.0", "2.0.0")),
        Entry(of=BUN, name="read", allowed=True),
        Entry(of=NPM, name="never", allowed=True, versions=("1.0.0",)),
        Entry(of=NPM, name="no", allowed=False),
    ]
    assert broader(told, [a_yes("read", "1.0.0")]) == tuple(told[1:4])


def test_our_records_are_pinned_where_a_tool_can_pin() -> None:
    yes, no = [a_yes("a", "1.0.0"), a_yes("a", "1.0.1"), a_yes(".", "1.0.0")], [Denial(package="b", by="ana", on=TODAY)]
    assert flags_for(NPM, yes, no) == {"a@1.0.0 || 1.0.1": True, "b": False}
    assert flags_for(PNPM, yes, no) == {"a@1.0.0 || 1.0.1": True, "b": False}
    assert flags_for(BUN, yes, no) == {"a": True, "b": False}
    assert flags_for(LAVAMOAT, yes, no) == {"a": True, "b": False}


def test_the_projects_own_scripts_and_a_version_that_is_none_go_into_no_other_list() -> None:
    no = Denial(package=".", by="ana", on=TODAY)
    assert flags_for(NPM, [a_yes(".", "1.0.0"), a_yes("a", ""), a_yes("b", "1.0.0 || *")], [no]) == {}


def test_a_broader_key_to_the_same_package_gives_way_and_others_stay() -> None:
    there = {"a": True, "a@0.9.0": True, "z": True, "b": True}
    assert merged({"a@1.0.0": True, "b": False}, there) == {"a@1.0.0": True, "b": False, "z": True}
