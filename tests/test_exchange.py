"""Denials come in from other tools, our records go out, and a person sees what changes first."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pexpect
import pytest
from ruamel.yaml import YAML

from safe_install.decide.approvals import Approvals, write_approvals
from safe_install.decide.neighbours import Neighbour
from safe_install.errors import UsageError
from safe_install.exchange import broader_notes, export
from safe_install.judgement import Approval, Denial
from safe_install.model import Digest, Event
from tests.test_consent import at_a_terminal
from tests.world import World

TODAY = date(2026, 1, 14)
YES = Approval(
    package="@s/builds", event=Event.INSTALL, fingerprint=Digest("0" * 64), seen_in="1.0.0", by="ana", on=TODAY
)
OLD = replace(YES, package="old", until=date(2026, 1, 13))
RECORDS = Approvals(approvals=(YES, OLD), denials=(Denial(package="bad", by="ana", on=TODAY),))


def test_npm_gets_pins_and_the_file_keeps_its_indent_and_its_other_keys(tmp_path: Path) -> None:
    text = '{\n\t"name": "app",\n\t"allowScripts": {\n\t\t"z": true,\n\t\t"bad": true\n\t},\n\t"version": "1.0.0"\n}\n'
    (tmp_path / "package.json").write_text(text)
    made = export(tmp_path, Neighbour.NPM, RECORDS, TODAY).after.decode()
    assert json.loads(made) == {
        "name": "app",
        "allowScripts": {"@s/builds@1.0.0": True, "bad": False, "z": True},
        "version": "1.0.0",
    }
    assert made.startswith('{\n\t"name"')
    assert made.endswith("}\n")


@pytest.mark.parametrize("text", [b"[]", b"1", b"\xff{}", b"[" * 100_000])
def test_a_package_json_that_is_none_is_refused_and_left(tmp_path: Path, text: bytes) -> None:
    (tmp_path / "package.json").write_bytes(text)
    with pytest.raises(UsageError, match=r"package\.json"):
        export(tmp_path, Neighbour.NPM, RECORDS, TODAY)


def test_half_a_surrogate_in_package_json_stays_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text('{"name": "\\ud800"}')
    made = export(tmp_path, Neighbour.NPM, RECORDS, TODAY).after
    assert json.loads(made)["name"] == "\ud800"


def test_pnpm_gets_a_block_and_every_other_line_stays(tmp_path: Path) -> None:
    path = tmp_path / "pnpm-workspace.yaml"
    path.write_text("# ours\npackages:\n- 'a/*'   # spaced\nallowBuilds:\n  z: true\n  bad: true\n\nlast: 1\n")
    made = export(tmp_path, Neighbour.PNPM, RECORDS, TODAY).after.decode()
    assert made.startswith("# ours\npackages:\n- 'a/*'   # spaced\nallowBuilds:\n")
    assert made.endswith("last: 1\n")
    assert YAML(typ="safe").load(made)["allowBuilds"] == {"@s/builds@1.0.0": True, "bad": False, "z": True}


def test_pnpm_gets_a_new_file_where_there_is_none(tmp_path: Path) -> None:
    made = export(tmp_path, Neighbour.PNPM, RECORDS, TODAY)
    assert (made.before, made.after) == (None, b'allowBuilds:\n  "@s/builds@1.0.0": true\n  bad: false\n')


def test_bun_and_lavamoat_get_names(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text('{"trustedDependencies": ["bad", "z"], "lavamoat": {"x": 1}}')
    bun = json.loads(export(tmp_path, Neighbour.BUN, RECORDS, TODAY).after)
    assert bun["trustedDependencies"] == ["@s/builds", "z"]
    lavamoat = json.loads(export(tmp_path, Neighbour.LAVAMOAT, RECORDS, TODAY).after)
    assert lavamoat["lavamoat"] == {"x": 1, "allowScripts": {"@s/builds": True, "bad": False}}


def test_a_file_that_changed_meanwhile_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text("{}")
    made = export(tmp_path, Neighbour.NPM, RECORDS, TODAY)
    (tmp_path / "package.json").write_text('{"name": "other"}')
    with pytest.raises(UsageError, match="changed meanwhile"):
        made.write()
    assert (tmp_path / "package.json").read_text() == '{"name": "other"}'


@pytest.mark.parametrize("text", ["a: [", "allowBuilds: {a: true", "\x00"])
def test_a_workspace_file_that_is_no_yaml_is_told_and_stops_no_scan(tmp_path: Path, text: str) -> None:
    (tmp_path / "pnpm-workspace.yaml").write_text(text)
    with pytest.raises(UsageError, match="cannot be read"):
        export(tmp_path, Neighbour.PNPM, RECORDS, TODAY)
    assert broader_notes(tmp_path, RECORDS) == ()


@pytest.mark.npm
def test_a_list_that_lets_more_run_than_was_read_is_told_and_lets_nothing_run(world: World) -> None:
    world.lock(world.registry.publish("plain", "1.0.0"), allowScripts={"builds": True}, trustedDependencies=["plain"])
    said = " ".join(world.run("scan").out.split())
    assert "npm's own list lets builds run whatever is in them; this program does not go by it" in said
    assert "bun's own list lets plain run" in said


@pytest.mark.npm
def test_what_npm_denies_is_denied_here_and_what_it_allows_is_not_allowed(world: World) -> None:
    world.lock(allowScripts={"bad": False, "good": True, "@s/builds": False})
    world.write("safe-install.approvals.json", write_approvals(Approvals(approvals=(YES,))))
    assert world.run("approvals", "import", "--from", "npm").code == 1
    child = at_a_terminal(world, "approvals", "import", "--from", "npm")
    child.expect("approved here: @s/builds")
    child.expect("Denied bad in")
    child.expect(pexpect.EOF)
    told = json.loads(world.read("safe-install.approvals.json"))
    assert [one["package"] for one in told["approvals"]] == ["@s/builds"]
    assert [(one["package"], one["why"]) for one in told["denials"]] == [("bad", "from allowScripts in package.json")]


@pytest.mark.npm
def test_our_records_are_written_for_npm_once_a_person_has_seen_how(world: World) -> None:
    world.lock()
    world.write("safe-install.approvals.json", write_approvals(replace(RECORDS, approvals=(YES,))))
    before = world.read("package.json")
    said = world.run("approvals", "export", "--to", "npm", "--dry-run")
    assert '+   "allowScripts": {' in said.out
    told = world.run("approvals", "export", "--to", "npm", "--dry-run", "--json").report
    assert (told["did"], told["file"]) == ("would-export", "package.json")
    assert json.loads(told["text"])["allowScripts"] == {"@s/builds@1.0.0": True, "bad": False}
    assert world.read("package.json") == before
    child = at_a_terminal(world, "approvals", "export", "--to", "npm")
    child.expect(r"Type ([0-9a-f]{6}) to write")
    child.sendline(child.match[1])
    child.expect(r"Wrote package\.json")
    child.expect(pexpect.EOF)
    assert json.loads(world.read("package.json"))["allowScripts"] == {"@s/builds@1.0.0": True, "bad": False}
