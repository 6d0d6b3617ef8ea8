"""Commands → the package managers that they would start, through wrappers and through texts within texts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from safe_install.agents.shell_text import DEEPEST, Started, Unreadable, Word, read

MANAGERS = frozenset(["npm", "npx", "pnpm", "pnpx", "yarn", "yarnpkg", "bun", "bunx", "corepack", "cnpm", "tnpm"])
_MENTION = re.compile(
    r"(?<![\w.@-])(?:npm|npx|pnpm|pnpx|yarn|yarnpkg|bun|bunx|corepack|cnpm|tnpm)(?![\w-])", re.IGNORECASE
)
_SCRIPTS = {"npm-cli.js": "npm", "npx-cli.js": "npx", "yarn.js": "yarn", "pnpm.cjs": "pnpm", "corepack.js": "corepack"}
_SHELLS = frozenset(["bash", "sh", "zsh", "dash", "ksh", "mksh", "ash", "rbash", "fish", "csh", "tcsh", "busybox"])
_WRAPPERS = frozenset(
    [
        "env",
        "command",
        "builtin",
        "exec",
        "time",
        "timeout",
        "gtimeout",
        "nohup",
        "nice",
        "ionice",
        "stdbuf",
        "setsid",
        "sudo",
        "doas",
        "watch",
        "flock",
        "unshare",
        "chroot",
        "noglob",
        "caffeinate",
        "chrt",
        "taskset",
        "script",
        "su",
        "xargs",
        "find",
        "parallel",
        "entr",
        "strace",
        "ltrace",
        "rlwrap",
        "unbuffer",
        "faketime",
        "dbus-run-session",
        "xvfb-run",
        "direnv",
        "mise",
        "asdf",
        "nvm",
        "fnm",
        "volta",
        "dotenv",
        "cross-env",
        "busybox",
        "coproc",
        "nsenter",
        "runuser",
        "setpriv",
        "systemd-run",
        "firejail",
        "bwrap",
        "proot",
        "fakeroot",
        "arch",
        "rtx",
        "hyperfine",
        "poetry",
        "uv",
        "pipenv",
        "conda",
        "nix-shell",
        "devbox",
    ]
)
_INTERPRETERS = frozenset(["node", "nodejs", "deno", "python", "python3", "ruby", "perl", "php", "tsx", "ts-node"])
_TEXT_FLAGS = frozenset(("-c", "-S", "--split-string", "--command", "--eval", "-e", "-p", "--print", "-pe", "-E", "-r"))
_STARTS = re.compile(r"exec|spawn|fork|system|popen|subprocess|child_process|\$`|`|run\(", re.IGNORECASE)
_WINDOWS = frozenset(("cmd", "powershell", "pwsh"))


class Launch(NamedTuple):
    """One package manager that would be started: its name and its words, the program first."""

    manager: str
    words: tuple[Word, ...]
    plain: bool


def launches(text: str) -> Iterator[Launch | Unreadable]:
    """Yield every package manager that running a text would start, and what may start one unseen."""
    ahead = [(text, 0, 0)]
    while ahead:
        inner, at, depth = ahead.pop()
        if depth > DEEPEST:
            yield Unreadable("texts stand too deep within one another")
            continue
        for part in read(inner, at):
            if isinstance(part, Unreadable):
                yield part
                continue
            for found in _inside(part):
                if isinstance(found, _Text):
                    ahead.append((found.text, found.at, depth + 1))
                else:
                    yield found


def mentions_manager(text: str) -> bool:
    """Tell whether a text names a package manager, however it is quoted."""
    return bool(_MENTION.search(re.sub(r"\\x6e|\\156|\\u006e", "n", re.sub(r"\\\n|['\"\\]", "", text))))


class _Text(NamedTuple):
    """Text that a shell would read, and where it stands."""

    text: str
    at: int


_Found = Iterator[Launch | Unreadable | _Text]


def _inside(started: Started) -> _Found:
    """Look through one command."""
    words, plain = started.words, started.plain
    while words:
        if words[0].text is None:
            yield Unreadable("the program it starts is computed")
            return
        name = program(words[0].text)
        rest = words[1:]
        if name in MANAGERS:
            yield from _managed(name, words, plain=plain)
            return
        if name in _SHELLS and not (name == "busybox" and rest and program(rest[0].text or "") in _SHELLS):
            yield from _shell(name, rest, started)
            return
        if name in _INTERPRETERS:
            yield from _interpreter(rest)
            return
        if name in {"eval", "trap", "."} or name in _WINDOWS or name in {"source", "alias"}:
            yield from _read_by_the_shell(name, rest)
            return
        if name not in _WRAPPERS:
            return
        yield from _texts_of_flags(name, rest)
        at = _next_program(rest)
        if at is None and any(word.text is None for word in rest):
            yield Unreadable(f"what {name} starts is computed")
        words, plain = (rest[at:] if at is not None else ()), False


def program(text: str) -> str:
    """Give a program's plain name: without its folder and without Windows' endings."""
    name = text.replace("\\", "/").rpartition("/")[2]
    return re.sub(r"\.(?:exe|cmd|bat|ps1)$", "", name, flags=re.IGNORECASE).lower() or name


def _managed(name: str, words: tuple[Word, ...], *, plain: bool) -> _Found:
    """Give a package manager; ``corepack npm …`` is npm."""
    if name == "corepack" and len(words) > 1 and program(words[1].text or "").partition("@")[0] in MANAGERS:
        yield Launch("corepack", words, plain)
    else:
        yield Launch(name, words, plain)


def _next_program(words: tuple[Word, ...]) -> int | None:
    """Find where a wrapper's own words end: at the next program that matters."""
    wanted = MANAGERS | _SHELLS | _WRAPPERS | _INTERPRETERS | _WINDOWS | {"eval"}
    return next((at for at, word in enumerate(words) if word.text is not None and program(word.text) in wanted), None)


def _texts_of_flags(name: str, words: tuple[Word, ...]) -> _Found:
    """Read the text that ``su -c``, ``script -c``, ``flock -c`` and ``env -S`` take, and what ``watch`` joins to one."""
    for flag, word in pairwise(words):
        if flag.text in _TEXT_FLAGS or (flag.text and re.fullmatch(r"-[a-zA-Z]*c", flag.text)):
            if word.text is None:
                yield Unreadable(f"the text that {name} runs is computed")
            else:
                yield _Text(word.text, -1)
    for word in words:
        if name in {"watch", "parallel", "entr", "hyperfine", "env", "nix-shell", "xvfb-run"} and " " in (
            word.text or ""
        ):
            yield _Text((word.text or "").removeprefix("--split-string=").removeprefix("-S"), -1)


def _shell(name: str, words: tuple[Word, ...], started: Started) -> _Found:
    """Read what a shell is told: by ``-c``, by its input, or in a file that is not looked into."""
    for at, word in enumerate(words):
        if word.text is None:
            yield Unreadable(f"what {name} runs is computed")
            return
        if re.fullmatch(r"[-+][a-zA-Z]*c[a-zA-Z]*", word.text):
            text = next((other for other in words[at + 1 :] if not (other.text or "").startswith(("-", "+"))), None)
            yield from _quoted(text, f"the text that {name} runs is computed")
            return
        if not word.text.startswith(("-", "+")) and not (at and words[at - 1].text in {"-o", "+o", "-O", "+O"}):
            return
    if started.fed is None:
        yield Unreadable(f"{name} runs what is piped into it")
    elif started.fed:
        yield _Text(started.fed, started.fed_at)


def _quoted(word: Word | None, why: str) -> _Found:
    """Read the text in a word; it is in place when its quotes hold it as it is."""
    if word is None or word.text is None:
        yield Unreadable(why)
        return
    inside = word.end - word.start - 2 == len(word.text.encode())
    yield _Text(word.text, word.start + 1 if word.start >= 0 and inside else -1)


def _interpreter(words: tuple[Word, ...]) -> _Found:
    """Read what an interpreter is given: npm's own program, or code in its flags that starts a package manager."""
    for at, word in enumerate(words):
        said = word.text or ""
        if program(said) in _SCRIPTS:
            yield Launch(_SCRIPTS[program(said)], tuple(Word(other.text) for other in words[at:]), plain=False)
            return
        if not said.startswith("-") and not (at and words[at - 1].text in _TEXT_FLAGS):
            return
        is_code = at and words[at - 1].text in _TEXT_FLAGS
        if is_code and (word.text is None or (mentions_manager(said) and _STARTS.search(said))):
            yield Unreadable("code in its flags may start a package manager")


def _read_by_the_shell(name: str, words: tuple[Word, ...]) -> _Found:
    """Read what the shell itself takes for text."""
    if name in {"source", "."}:
        if words and words[0].text is None:
            yield Unreadable("it runs what another command prints")
        return
    if name == "alias":
        for word in words:
            if word.text is None or mentions_manager(word.text.partition("=")[2]):
                yield Unreadable("an alias hides a package manager")
        return
    if name == "trap":
        words = words[:1]
    told = [word.text for word in words if not (name in _WINDOWS and (word.text or "-").startswith(("/", "-")))]
    if any(text is None for text in told):
        yield Unreadable(f"the text that {name} runs is computed")
    else:
        yield _Text(" ".join(text or "" for text in told), -1)
