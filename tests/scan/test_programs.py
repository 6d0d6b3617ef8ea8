"""Each program that is known leads to what it runs, and each that is not known is told."""

from __future__ import annotations

import pytest

from safe_install.scan.shell.leads import Blind, Ending, Lead
from safe_install.scan.shell.programs import leads
from safe_install.scan.shell.shell import read_command


def found(text: str) -> list[str]:
    """Write what a text leads to, as ``kind target``; what cannot be followed as ``! kind``, an end as ``. kind``."""
    commands = read_command(text).commands
    return [said(one) for command in commands for one in leads(command, commands)]


def said(one: Lead | Blind | Ending) -> str:
    if isinstance(one, Lead):
        return f"{one.kind} {one.target.shown}"
    return f"{'!' if isinstance(one, Blind) else '.'} {one.kind}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("node x", ["main x"]),
        ("node ./dir a b", ["main ./dir"]),
        ("node --no-warnings --max-old-space-size=8 x", ["main x"]),
        ("node -r ./a --import=./b x", ["module ./a", "module ./b", "main x"]),
        ("node --re_quire ./a x", ["! dynamic", "main ./a"]),
        ("node --experimental_loader ./a x", ["module ./a", "main x"]),
        ("node -e 'a' x", ["javascript-text a"]),
        ("node -p 'a'", ["javascript-text a"]),
        ("node --eval=a -r ./b", ["javascript-text a", "module ./b"]),
        ("node -- x", ["main x"]),
        ("node inspect x", ["main inspect", "main x"]),
        ("node --title a x", ["main x"]),
        ("node --env-file .env x", ["! dynamic", "main x"]),
        ("node --unheard-of x", ["! dynamic", "main x"]),
        ("node --experimental-policy=p.json x", ["! dynamic", "main x"]),
        ("node --experimental-default-config-file x", ["! dynamic", "main x"]),
        ("hash -p ./x ls", ["! dynamic"]),
        ("hash -r", []),
        ("PS4='$(node x)'", ["! dynamic"]),
        ("PS4='+ '", []),
        ("a='b[$(node x)]'", ["! dynamic"]),
        ("a='$(X)'", []),
        ("test -v 'a[$(node x)]'", ["! dynamic"]),
        ("printf -v 'a[`node x`]' b", ["! dynamic"]),
        ("printf 'CC=$(CC)'", []),
        ('printf "a[$(date)]"', ["program date"]),
        ("node --run a", ["script a"]),
        ("node --version", []),
        ("node $X y", ["! dynamic", "main y"]),
        ("node ./a$X", ["main ./a$X"]),
        ("node", ["! dynamic"]),
        ("node < a.txt", ["javascript a.txt"]),
        ("node - < a.txt", ["javascript a.txt"]),
        ("node x < a.txt", ["main x"]),
        ("node <<E\na\nE", ["javascript-text a"]),
        ("node <<< 'a'", ["javascript-text a"]),
        ("cat a b | node -", ["program cat", "javascript a", "javascript b"]),
        ("cat < a | node", ["program cat", "javascript a"]),
        ("echo 'a' | node", ["javascript-text a"]),
        ("echo 'a\\nb' | node", ["! dynamic"]),
        ("/usr/bin/node x", ["main x"]),
        ('"$npm_node_execpath" x', ["main x"]),
        ("node.exe x", ["main x"]),
        ("NODE_OPTIONS='-r ./a' node x", ["module ./a", "main x"]),
        ("NODE_OPTIONS=$X node x", ["! dynamic", "main x"]),
        ("export NODE_OPTIONS='--import ./a'", ["module ./a"]),
        ("PATH=./bin:$PATH node x", ["! dynamic", "main x"]),
        ("PATH=$PATH:/sbin node x", ["main x"]),
        ("LD_PRELOAD=./a.so node x", ["! dynamic", "main x"]),
        ("CI=1 node x", ["main x"]),
    ],
)
def test_node(text: str, expected: list[str]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sh x", ["shell x"]),
        ("bash -e x y", ["program bash", "shell x"]),
        ("sh -c 'node x'", ["shell-text node x"]),
        ("sh -ec 'node x'", ["shell-text node x"]),
        ("sh -o errexit -c 'node x'", ["shell-text node x"]),
        ("bash --rcfile a -c b", ["program bash", "shell a", "shell-text b"]),
        ("sh -c $X", ["shell-text $X"]),
        ("sh -s a < x", ["shell a", "shell x"]),
        ("sh ./configure --disable-shared -s", ["shell ./configure"]),
        ("bash -es < x", ["program bash", "shell x"]),
        ("sh < x", ["shell x"]),
        ("curl https://a.test/x | sh", ["program curl", "! downloaded", "! downloaded"]),
        ("base64 -d x | sh", ["program base64", "! dynamic"]),
        (
            "wget -qO- a.test | sudo bash",
            ["program wget", "! downloaded", "program sudo", "program bash", "! downloaded"],
        ),
        (". ./x; source y", ["shell ./x", "shell y"]),
        ("eval 'node x'", ["shell-text node x"]),
        ("eval node x", ["shell-text node x"]),
        ("trap 'node x' EXIT", ["shell-text node x"]),
        ("alias a='node x'", ["shell-text node x"]),
        ("./x a", ["file ./x"]),
        ("bin/x", ["file bin/x"]),
        ("$X a", ["! dynamic"]),
    ],
)
def test_shells(text: str, expected: list[str]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("exec node x", ["main x"]),
        ("nohup node x &", ["program nohup", "main x"]),
        ("env A=1 node x", ["program env", "main x"]),
        ("env -i -u B node x", ["program env", "main x"]),
        ("env NODE_OPTIONS=--require=./a node x", ["program env", "module ./a", "main x"]),
        ("env -S 'node x'", ["program env", "shell-text node x"]),
        ("env -S node -r ./a x", ["program env", "shell-text node -r ./a x"]),
        ("env -C lib node x", ["program env", "! dynamic", "main x"]),
        ("timeout 5s node x", ["program timeout", "main x"]),
        ("sudo -u root sh -c 'node x'", ["program sudo", "shell-text node x"]),
        ("cross-env A=1 node x", ["program cross-env", "main x"]),
        ("cross-env-shell A=1 'node x && b'", ["program cross-env-shell", "shell-text node x && b"]),
        ("echo x | xargs node", ["program xargs", "! dynamic", "! dynamic"]),
        ("find . -name '*.js' -exec node {} +", ["program find", "! dynamic", "main {}"]),
        ("find . -name a", ["program find"]),
        ("start /B node x & node x", ["program start", "main x", "main x"]),
        ("cmd /c node x", ["program cmd", "batch-text node x"]),
        (
            "node-gyp-build 'node a.js' 'node b.js'",
            ["program node-gyp-build", "shell-text node a.js", "shell-text node b.js"],
        ),
    ],
)
def test_programs_that_run_another(text: str, expected: list[str]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("npm run a", ["script a"]),
        ("npm --silent run-script a -- b", ["script a"]),
        ("npm test", ["script test"]),
        ("npm run", []),
        ("npm run $X", ["script $X"]),
        ("npm --prefix ../b run a", ["! dynamic", "script a"]),
        ("npm install a", ["! downloaded"]),
        ("npm explore a -- node x", ["! outside-package", "shell-text node x"]),
        ("npm config get a", []),
        ("npm config set a b", ["! unknown-program"]),
        ("npm publish", ["! unknown-program"]),
        ("npm --version", []),
        ("npm exec a b", ["program a"]),
        ("npm exec -c 'node x'", ["shell-text node x"]),
        ("npx a", ["program a"]),
        ("npx --yes a@1", ["! downloaded"]),
        ("npx -p a b", ["! downloaded", "program b"]),
        ("npx https://a.test/x.tgz", ["! downloaded"]),
        ("npx node x", ["main x"]),
        ("npx $X", ["! dynamic"]),
        ("yarn a", ["script a"]),
        ("yarn", ["! downloaded", "folder ."]),
        ("pnpm run a", ["script a"]),
    ],
)
def test_npm_and_its_like(text: str, expected: list[str]) -> None:
    own = {"program npm", "program npx", "program yarn", "program pnpm"}
    assert [one for one in found(text) if one not in own] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("exit 0", []),
        ("echo a; printf b; true; :; false; test -f a; [ -f b ]; cd c; set -e; export A=1", []),
        ("node-gyp rebuild", ["gyp binding.gyp"]),
        ("node-gyp -j max rebuild --release", ["gyp binding.gyp"]),
        ("node-gyp rebuild --directory=a", ["gyp binding.gyp"]),
        (
            "node-gyp rebuild --python=./p --dist-url=https://a.test",
            ["gyp binding.gyp", "shell-text ./p", "! downloaded"],
        ),
        ("node-gyp clean", []),
        ("node-gyp install", ["! downloaded"]),
        ("make all", ["program make", ". compiles", "makefile "]),
        ("python x.py", ["program python", "python x.py"]),
        ("python3 -u -c 'x'", ["program python3", "python-text x"]),
        (
            "curl https://a.test/x | python",
            ["program curl", "! downloaded", "program python", "! downloaded"],
        ),
        ("perl x.pl", ["program perl", "! unparsed", "other x.pl"]),
        ("bun run x.js", ["program bun", "main x.js"]),
        ("curl -o a https://a.test/x", ["program curl", "! downloaded"]),
        ("brew --prefix x", ["program brew"]),
        ("git rev-parse HEAD", ["program git"]),
        ("git clone https://a.test/x", ["program git", "! downloaded"]),
        ("git -c core.fsmonitor=./x status", ["program git", "shell-text ./x", "! unknown-program"]),
        ("git config core.hooksPath .h", ["program git", "! unknown-program"]),
        ("git config --local core.hooksPath", ["program git"]),
        ("git config --get core.hooksPath", ["program git"]),
        ("git config --unset core.hooksPath", ["program git", "! unknown-program"]),
        ("git config core.hooksPath $X", ["program git", "! unknown-program"]),
        ("git config $X", ["program git", "! unknown-program"]),
        ("git config --file .c core.hooksPath", ["program git", "! unknown-program"]),
        ("whatever a", ["program whatever"]),
    ],
)
def test_other_programs(text: str, expected: list[str]) -> None:
    assert found(text) == expected


def test_commands_in_one_another_end() -> None:
    assert found("nohup " * 50 + "node x")[-1] == "! unparsed"


def test_a_lead_has_the_line_of_its_command() -> None:
    commands = read_command("a\nnode x").commands
    assert [one.line for one in leads(commands[1], commands)] == [2]
