"""The receipt: what the last installation ran and saw, sealed, shown, and held against the tree."""

from __future__ import annotations

import json
from typing import Any

import pytest

from safe_install.receipts import NAME
from tests.world import World

pytestmark = [pytest.mark.npm, pytest.mark.semgrep, pytest.mark.sandbox]

MAKES = {"install.js": "require('fs').writeFileSync(__dirname + '/made.txt', 'made\\n')\n", "index.js": "1"}
ASKS = {
    "install.js": "require('fs').readFileSync('package.json'); require('dns').lookup('files.example.test', () => {})\n"
}
BY_NODE: dict[str, Any] = {"scripts": {"postinstall": "node install.js"}}


@pytest.fixture
def installed(world: World) -> World:
    """Install a package whose approved script ran, one whose script asks for a host, and one that nobody approved."""
    world.lock(
        world.registry.publish("makes", "1.0.0", MAKES, **BY_NODE),
        world.registry.publish("asks", "1.0.0", ASKS, **BY_NODE),
        world.registry.publish("waits", "1.0.0", {"install.js": MAKES["install.js"] + "//\n"}, **BY_NODE),
    )
    world.approve("makes", "asks")
    assert world.run("ci", "--json").code == 10
    return world


def test_the_receipt_tells_what_ran_what_it_asked_for_and_what_did_not_run(installed: World) -> None:
    told = json.loads(installed.run("receipt", "--json").out)
    by_name = {one["package"]: one for one in told["scripts"]}
    assert {name: one["what"] for name, one in by_name.items()} == {"makes": "ran", "asks": "ran", "waits": "waits"}
    assert by_name["makes"]["written"] == [
        {"path": "node_modules/makes/made.txt", "how": "added", "dropped": "", "code": False}
    ]
    assert by_name["makes"]["walls"][0] == "bubblewrap"
    assert by_name["makes"]["integrity"].startswith("sha512-")
    assert by_name["asks"]["hosts"][0]["name"] == "files.example.test"
    assert by_name["asks"]["denied"]
    page = installed.run("receipt").out
    assert "may not have worked" in page
    assert "files.example.test" in page
    assert "bubblewrap" in page


def test_a_tree_is_what_was_verified_plus_what_receipts_explain_until_somebody_writes_to_it(installed: World) -> None:
    assert installed.run("receipt", "--verify").code == 0
    installed.write("node_modules/makes/made.txt", "evil")
    said = installed.run("receipt", "--verify")
    assert said.code == 11
    assert "made.txt" in said.out


def test_a_file_of_a_package_without_scripts_that_changed_is_found(installed: World) -> None:
    installed.write("node_modules/waits/install.js", "evil")
    said = installed.run("receipt", "--verify")
    assert said.code == 11
    assert "node_modules/waits/install.js" in said.out


def test_a_receipt_that_somebody_else_wrote_proves_nothing(installed: World) -> None:
    told = json.loads(installed.read(NAME))
    told["receipt"]["scripts"] = []
    installed.write(NAME, json.dumps(told))
    said = installed.run("receipt")
    assert said.code == 1
    assert "proves nothing" in said.err


@pytest.mark.parametrize("text", ["", "[]", '{"receipt": 1, "seal": 2}', "[" * 100_000])
def test_a_broken_receipt_is_one_sentence(world: World, text: str) -> None:
    world.lock()
    world.write(NAME, text)
    assert world.run("receipt").code == 1


def test_an_approved_script_that_opens_a_decoy_is_for_somebody_to_look_at(world: World) -> None:
    reads: dict[str, Any] = {"scripts": {"postinstall": "grep -r nothing ~ || true"}}
    world.lock(world.registry.publish("reads", "1.0.0", {"index.js": "1"}, **reads))
    world.approve("reads")
    said = world.run("ci")
    assert said.code == 10
    assert "TOUCHED" in said.out


def test_without_walls_the_receipt_says_so(world: World) -> None:
    world.write("safe-install.toml", "require-sandbox = false\n")
    world.lock(world.registry.publish("makes", "1.0.0", MAKES, **BY_NODE))
    world.approve("makes")
    assert world.run("ci", "--unconfined").code == 0
    told = json.loads(world.run("receipt", "--json").out)
    assert told["confined_by"] == ""
    assert told["scripts"][0]["walls"] == ["none: --unconfined was typed"]


def test_decoys_in_the_environment_are_put_there_on_request(world: World) -> None:
    shows: dict[str, Any] = {"scripts": {"postinstall": 'test -n "$ANTHROPIC_API_KEY"'}}
    world.lock(world.registry.publish("shows", "1.0.0", {"index.js": "1"}, **shows))
    world.approve("shows")
    assert world.run("ci").code == 12
    assert world.run("ci", "--decoys-env").code == 0


def test_help_names_the_decoys(world: World) -> None:
    assert "--decoys-env" in world.run("ci", "--help").out


def test_what_a_script_says_commands_neither_a_terminal_nor_a_ci(world: World) -> None:
    said_by_it = r"::add-path::/evil\n\r::set-env name=A::b\n\x1b[2J\x1b]52;c;ZXZpbA==\x07##[group]x\n"
    files = {"says.js": f'process.stdout.write("{said_by_it}"); process.exitCode = 3'}
    says: dict[str, Any] = {"scripts": {"postinstall": "node says.js"}}
    world.lock(world.registry.publish("says", "1.0.0", files, **says))
    world.approve("says")
    said = world.run("ci")
    assert said.code == 12
    shown = (said.out + said.err).replace("\r", "\n")
    assert "add-path" in shown
    assert "[group]x" in shown
    assert not [line for line in shown.splitlines() if line.lstrip().startswith(("::", "##["))]
    assert not set("\x1b\x07") & set(shown)
