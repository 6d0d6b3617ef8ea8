"""npm's reading of its first word, compared with npm's own."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

from safe_install.agents.npm_words import _NAMES, could_be, npm_command

GATED = {
    "install",
    "ci",
    "update",
    "dedupe",
    "uninstall",
    "rebuild",
    "link",
    "exec",
    "init",
    "install-test",
    "install-ci-test",
}


def _as_npm_reads(words: list[str]) -> dict[str, str]:
    """Ask the npm that is installed here what it takes each word for."""
    npm, node = shutil.which("npm"), shutil.which("node")
    assert npm
    assert node
    reading = Path(npm).resolve().parent.parent / "lib" / "utils" / "cmd-list.js"
    code = "const {deref} = require(process.argv[1]);const w = JSON.parse(process.argv[2]);"
    code += "console.log(JSON.stringify(Object.fromEntries(w.map(x => [x, deref(x) || '']))))"
    ran = subprocess.run(
        [node, "-e", code, str(reading), json.dumps(words)], capture_output=True, check=True, text=True
    )
    read: dict[str, str] = json.loads(ran.stdout)
    return read


def test_every_word_that_npm_takes_for_an_install_is_gated() -> None:
    words = sorted(
        {name[:end] for name in _NAMES for end in range(1, len(name) + 1)}
        | {"cleanInstall", "installTest", "runScript"}
    )
    for word, npms in _as_npm_reads(words).items():
        ours = npm_command(word)
        if npms in GATED:
            assert ours == npms or could_be(word, GATED), f"npm takes {word} for {npms}, and this does not"
        elif ours in GATED:
            assert not npms, f"{word} is npm's {npms} and would be gated as {ours}"


def test_a_word_that_is_none_of_npms_is_nothing() -> None:
    assert npm_command("frobnicate") == ""
    assert npm_command("") == ""
