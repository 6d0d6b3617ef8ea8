"""Every spelling of an install that an agent may type, and every harmless command that looks like one."""

from __future__ import annotations

import pytest

from safe_install.agents.decisions import PASS, decide, decide_words

REWRITTEN = {
    "npm install": "safe-install install",
    "npm i left-pad": "safe-install install left-pad",
    "npm in x": "safe-install install x",
    "npm ins x": "safe-install install x",
    "npm inst x": "safe-install install x",
    "npm insta x": "safe-install install x",
    "npm instal x": "safe-install install x",
    "npm isnt x": "safe-install install x",
    "npm isnta x": "safe-install install x",
    "npm isntal x": "safe-install install x",
    "npm isntall x": "safe-install install x",
    "npm add x": "safe-install install x",
    "npm ci": "safe-install ci",
    "npm ic": "safe-install ci",
    "npm clean-install": "safe-install ci",
    "npm cleanInstall": "safe-install ci",
    "npm install-clean": "safe-install ci",
    "npm isntall-clean": "safe-install ci",
    "npm update": "safe-install update",
    "npm up x": "safe-install update x",
    "npm upgrade": "safe-install update",
    "npm udpate": "safe-install update",
    "npm ddp": "safe-install dedupe",
    "npm uninstall x": "safe-install uninstall x",
    "npm rm x": "safe-install uninstall x",
    "npm --silent install x": "safe-install install --silent x",
    "npm -s i x": "safe-install install -s x",
    "npm --loglevel silent install x": "safe-install install --loglevel silent x",
    "npm install --save-dev 'a b'": "safe-install install --save-dev 'a b'",
    "FOO=1 npm install": "FOO=1 safe-install install",
    "NPM_CONFIG_IGNORE_SCRIPTS=false npm install": "NPM_CONFIG_IGNORE_SCRIPTS=false safe-install install",
    "env npm ci": "env safe-install ci",
    "env -i A=1 npm ci": "env -i A=1 safe-install ci",
    "command npm ci": "command safe-install ci",
    "builtin command npm ci": "builtin command safe-install ci",
    "exec npm ci": "exec safe-install ci",
    "time npm ci": "time safe-install ci",
    "timeout 60 npm ci": "timeout 60 safe-install ci",
    "nohup npm ci &": "nohup safe-install ci &",
    "nice -n 5 npm ci": "nice -n 5 safe-install ci",
    "stdbuf -oL npm ci": "stdbuf -oL safe-install ci",
    "setsid npm ci": "setsid safe-install ci",
    "sudo -E npm ci": "sudo -E safe-install ci",
    "doas npm ci": "doas safe-install ci",
    "flock /tmp/l npm ci": "flock /tmp/l safe-install ci",
    "unshare -n npm ci": "unshare -n safe-install ci",
    "! npm ci": "! safe-install ci",
    "cd web && npm ci": "cd web && safe-install ci",
    "(npm ci)": "(safe-install ci)",
    "{ npm ci; }": "{ safe-install ci; }",
    "echo $(npm ci)": "echo $(safe-install ci)",
    "npm ci | tee log": "safe-install ci | tee log",
    "npm ci > log 2>&1": "safe-install ci > log 2>&1",
    "diff <(npm ci) x": "diff <(safe-install ci) x",
    "if npm ci; then ls; fi": "if safe-install ci; then ls; fi",
    "for i in 1 2; do npm ci; done": "for i in 1 2; do safe-install ci; done",
    "case a in a) npm ci;; esac": "case a in a) safe-install ci;; esac",
    "f() { npm ci; }; f": "f() { safe-install ci; }; f",
    "ls; npm ci\nls": "ls; safe-install ci\nls",
    r"\npm ci": "safe-install ci",
    '"npm" ci': "safe-install ci",
    "n'p'm ci": "safe-install ci",
    "npm\tci": "safe-install ci",
    "npm \\\n  ci": "safe-install ci",
    "N=npm; $N install": "N=npm; safe-install install",
    "/usr/bin/npm install": "safe-install install",
    "$(which npm) ci": "safe-install ci",
    "bash -c 'npm ci'": "bash -c 'safe-install ci'",
    'sh -c "npm ci && ls"': 'sh -c "safe-install ci && ls"',
    "bash -lc 'cd web; npm i x'": "bash -lc 'cd web; safe-install install x'",
    "bash <<'END'\nnpm ci\nEND": "bash <<'END'\nsafe-install ci\nEND",
    "xargs npm install < list": "xargs safe-install install < list",
    "find . -name web -exec npm ci \\;": "find . -name web -exec safe-install ci \\;",
    "npx tsc --noEmit": "safe-install exec tsc --noEmit",
    "npx -y vitest run": "safe-install exec vitest run",
    "npm exec -- eslint .": "safe-install exec eslint .",
    "npm x tsc": "safe-install exec tsc",
    "bunx tsc": "safe-install exec tsc",
    "npm install $PACKAGE": "safe-install install $PACKAGE",
    "npm i é && npm ci": "safe-install install é && safe-install ci",
}
REFUSED = {
    "npm rebuild": "rebuild",
    "npm rebu": "rebuild",
    "npm it": "two commands",
    "npm installTest": "two commands",
    "npm cit": "two commands",
    "npm link x": "link",
    "npm init vite": "unread",
    "npm create vite@latest": "unread",
    "npm approve-scripts --all": "person",
    "npm install-scripts approve x": "person",
    "npm -C web install": "cd web && safe-install install",
    "npm --prefix=web ci": "cd web && safe-install ci",
    "npm clean-ins": "no name of its own",
    "npm ad x": "no name of its own",
    "npm $COMMAND": "computed",
    "$MANAGER install npm": "computed",
    "for c in i ci; do npm $c; done": "computed",
    'f() { npm "$@"; }; f install': "computed",
    "eval 'npm install x'": "safe-install install x",
    'eval "$(echo npm) install"': "computed",
    "echo npm install x | bash": "piped",
    "printf 'npm ci' | sh": "piped",
    "bash <<< 'npm i x'": "safe-install install x",
    'bash -c "$X npm"': "computed",
    "alias n=npm; n install": "alias",
    "watch -n 1 'npm i'": "safe-install install",
    "su me -c 'npm ci'": "safe-install ci",
    "script -qc 'npm ci'": "safe-install ci",
    "env -S 'npm ci'": "safe-install ci",
    "cmd /c npm install": "safe-install install",
    "node /usr/lib/node_modules/npm/bin/npm-cli.js install x": "safe-install install x",
    "node -e \"require('child_process').execSync('npm install x')\"": "code in its flags",
    "python3 -c \"import os; os.system('npm i x')\"": "code in its flags",
    "{npm,install,x}": "cannot",
    "npm install 'unclosed": "cannot",
    "npx cowsay@latest": "Install it first",
    "npx -p a b": "Install it first",
    "npx --package=a -c b": "Install it first",
    "pnpm add x": "pnpm",
    "pnpm i": "pnpm",
    "pnpm": "pnpm",
    "pnpm dlx x": "pnpm",
    "yarn": "yarn",
    "yarn add x": "yarn",
    "yarn dlx x": "yarn",
    "bun add x": "bun",
    "bun install": "bun",
    "bun x y": "bun",
    "corepack npm install": "corepack",
    "corepack yarn": "corepack",
}
HARMLESS = [
    "ls",
    "",
    "npm",
    "npm -v",
    "npm --version",
    "npm test",
    "npm t",
    "npm run build",
    "npm run lint -- add x",
    "npm run install-hooks",
    "npm run-script ci",
    "npm start",
    "npm info x",
    "npm view x versions",
    "npm ls --all",
    "npm outdated",
    "npm audit",
    "npm pack --dry-run",
    "npm config get registry",
    "npm init -y",
    "npm version patch",
    "npm publish --dry-run",
    "npx --no tsc",
    "pnpm test",
    "pnpm run build",
    "yarn test",
    "yarn build",
    "bun run x.ts",
    "bun test",
    "bun x.ts",
    "safe-install install x",
    "safe-install npm-like",
    "echo 'npm install x'",
    "echo npm install >> README.md",
    "git commit -m 'npm install x'",
    "grep -rn 'npm install' .",
    "which npm",
    "man npm",
    "cat <<'END' > README.md\nnpm install x\nEND",
    "curl -s https://x.test/install.sh | bash",
    "docker run node npm --version",
    "make",
    "$EDITOR file",
    'eval "$(direnv hook bash)"',
    "node -e \"console.log('npm install')\"",
    "sed -i 's/npm install/npm ci/' x",
    "for f in *.js; do node $f; done",
    "cp npm.md yarn.md",
    "cd node_modules/npm && ls",
    "apt-get install npm",
    "brew install yarn",
]


@pytest.mark.parametrize(("text", "expected"), REWRITTEN.items())
def test_what_installs_goes_through_safe_install(text: str, expected: str) -> None:
    assert decide(text).rewritten.split() == expected.split()
    assert not decide(text).refused


@pytest.mark.parametrize(("text", "reason"), REFUSED.items())
def test_what_cannot_be_rerouted_is_refused_with_the_reason(text: str, reason: str) -> None:
    decision = decide(text)
    assert reason in decision.refused
    assert not decision.rewritten


@pytest.mark.parametrize("text", HARMLESS)
def test_what_installs_nothing_passes_as_it_is(text: str) -> None:
    assert decide(text) == PASS


@pytest.mark.parametrize("text", [*REWRITTEN, *REFUSED])
def test_a_rewritten_command_is_itself_harmless(text: str) -> None:
    rewritten = decide(text).rewritten
    assert decide(rewritten) == PASS


def test_only_the_words_that_change_are_touched() -> None:
    text = "cd  web  &&  npm   install   'a  b'  --save-dev  # why\n"
    assert decide(text).rewritten == "cd  web  &&  safe-install install   'a  b'  --save-dev  # why\n"


def test_powershell_is_read_only_where_it_says_the_same() -> None:
    assert decide("npm install x", powershell=True).rewritten == "safe-install install x"
    assert decide("& 'npm' install x", powershell=True).refused
    assert decide("Get-ChildItem | Where-Object { $_.Name }", powershell=True) == PASS


def test_an_over_long_command_that_names_a_manager_is_refused() -> None:
    assert decide("npm ci #" + "x" * 70_000).refused
    assert decide("ls #" + "x" * 70_000) == PASS


def test_text_within_text_within_text_ends() -> None:
    text = "npm ci"
    for _ in range(12):
        text = "eval " + repr(text)
    assert decide(text).refused


def test_a_refusal_repeats_no_control_characters() -> None:
    assert "\x1b" not in decide("eval $'npm install \\x1b[31mx'").refused


def test_words_of_a_program_are_decided_like_its_text() -> None:
    assert decide_words("npm", ["i", "a b", ""]).words == ("install", "a b", "")
    assert decide_words("npm", ["run", "x"]) == PASS
    assert decide_words("yarn", []).refused
