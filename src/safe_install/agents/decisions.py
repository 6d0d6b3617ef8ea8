"""What a coding agent may run: a command's text → pass it, pass another text in its place, or refuse it with the fix.

Never "allow": whether the agent may run a command at all stays with the user's own permissions. What installs packages
goes through safe-install; what only running would tell, and may install, is refused.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from safe_install.agents.launching import Launch, launches, mentions_manager
from safe_install.agents.npm_words import could_be, npm_command, takes_value
from safe_install.agents.shell_text import Unreadable, Word


class Decision(NamedTuple):
    """``rewritten`` is the text to run instead, ``words`` the same for a program's words; ``refused`` the reason. None: pass."""

    rewritten: str = ""
    refused: str = ""
    words: tuple[str, ...] = ()


PASS = Decision()
_INSTALLS = {"install", "ci", "update", "dedupe", "uninstall"}
_RESERVED = "A person can do it in a terminal of their own."
_REFUSED = {
    "rebuild": "npm rebuild runs lifecycle scripts; `safe-install install` runs the approved ones.",
    "link": "npm link runs lifecycle scripts of what it links. Use a `file:` dependency and `safe-install install`.",
    "install-test": "Run it as two commands: `safe-install install` and `npm test`.",
    "install-ci-test": "Run it as two commands: `safe-install ci` and `npm test`.",
    "approve-scripts": f"Approving scripts is for a person: `safe-install review`. {_RESERVED}",
    "install-scripts": f"Approving scripts is for a person: `safe-install review`. {_RESERVED}",
    "exec": "It may download a package and run it unread.",
    "init": "An initializer is a package that is downloaded and run unread. `npm init -y` needs none.",
}
_OTHERS = {
    "pnpm": frozenset(
        (
            "run",
            "test",
            "t",
            "start",
            "exec",
            "list",
            "ls",
            "why",
            "outdated",
            "audit",
            "licenses",
            "store",
            "pack",
            "publish",
            "root",
            "bin",
            "config",
            "help",
            "view",
            "info",
        )
    ),
    "yarn": frozenset(
        (
            "run",
            "test",
            "start",
            "build",
            "lint",
            "list",
            "why",
            "info",
            "outdated",
            "audit",
            "config",
            "version",
            "versions",
            "help",
            "bin",
            "cache",
            "licenses",
            "pack",
            "publish",
            "workspaces",
            "node",
            "exec",
            "dev",
            "format",
            "typecheck",
        )
    ),
    "bun": frozenset(("run", "test", "build", "pm", "help", "repl", "publish", "outdated", "why", "info")),
}
_ALIASES = {"yarnpkg": "yarn", "cnpm": "npm", "tnpm": "npm", "pnpx": "npx", "bunx": "npx"}
_ONLY_TOLD = frozenset(("-v", "--version", "-h", "--help", "-V"))


def decide(text: str, *, powershell: bool = False) -> Decision:
    """Decide on one command of a shell.

    Of PowerShell only what reads the same in both languages is read: plain words. The rest is refused where it names a
    package manager.
    """
    if powershell and mentions_manager(text) and not _PLAIN.fullmatch(text):
        return Decision(refused=_unreadable("it is more than a plain command of PowerShell"))
    refused = ""
    edits: list[tuple[int, int, bytes]] = []
    for found in launches(text):
        if isinstance(found, Unreadable):
            if mentions_manager(text):
                refused = refused or _unreadable(found.why)
            continue
        outcome = _launch(found)
        if isinstance(outcome, str):
            refused = refused or outcome
        else:
            edits += outcome
    if refused:
        return Decision(refused=refused)
    return Decision(rewritten=_edited(text, edits)) if edits else PASS


_PLAIN = re.compile(r"[\w ./:=@,+~^*\\;|&<>\r\n-]*")


def decide_words(manager: str, words: Sequence[str]) -> Decision:
    """Decide on a package manager that was started with these words."""
    decision = decide(shlex.join([manager, *words]))
    return decision._replace(words=tuple(shlex.split(decision.rewritten)[1:])) if decision.rewritten else decision


def _unreadable(why: str) -> str:
    return (
        f"safe-install cannot tell what this would install: {why}. Write the install as a plain command of its own, "
        "such as `safe-install install NAME` or `safe-install ci`."
    )


def _edited(text: str, edits: Iterable[tuple[int, int, bytes]]) -> str:
    source = text.encode(errors="surrogatepass")
    for start, end, new in sorted(edits, reverse=True):
        source = source[:start] + new + source[end:]
    return source.decode(errors="surrogatepass")


_Outcome = str | list[tuple[int, int, bytes]]


def _launch(launch: Launch) -> _Outcome:
    """Judge one package manager: the reason of a refusal, or what to change in the text; nothing to change is a pass."""
    manager = _ALIASES.get(launch.manager, launch.manager)
    arguments = launch.words[1:]
    if len(arguments) == 1 and arguments[0].text in _ONLY_TOLD:
        return []
    if manager == "npm":
        return _npm(launch.words)
    if manager == "npx":
        return _npx(launch.words)
    if manager == "corepack":
        return "corepack downloads a package manager and runs it. Use `safe-install install` for packages."
    return _other(manager, arguments)


def _npm(words: tuple[Word, ...]) -> _Outcome:
    """Judge npm by the command that it would take its words for."""
    flags, at = _subcommand(words)
    if at is None:
        dynamic = any(word.text is None for word in words[1:])
        return _unreadable("npm's command is computed") if dynamic else []
    told = words[at].text
    if told is None:
        return _unreadable("npm's command is computed")
    command = npm_command(told)
    if command in _INSTALLS:
        return _rerouted(words, flags, at, command)
    if command == "exec":
        return _npx((words[0], *words[at + 1 :]))
    if command == "init" and not _positional(words[at + 1 :]):
        return []
    if not command and could_be(told, _INSTALLS | _REFUSED.keys()):
        return _unreadable(f"npm's command {_printable(told)} is no name of its own")
    if flags and any(npm_command(word.text or "") in _INSTALLS for word in words[at:]) and _is_unsure(words[:at]):
        return _unreadable("a flag before npm's command may take the next word with it")
    return _REFUSED.get(command, [])


def _subcommand(words: tuple[Word, ...]) -> tuple[list[Word], int | None]:
    """Find npm's command behind the flags that stand before it."""
    flags: list[Word] = []
    at = 1
    while at < len(words):
        said = words[at].text
        if said is None or not said.startswith("-") or said == "--":
            return flags, (at + 1 if said == "--" and at + 1 < len(words) else at if said != "--" else None)
        flags.append(words[at])
        if takes_value(said) and at + 1 < len(words):
            at += 1
            flags.append(words[at])
        at += 1
    return flags, None


def _is_unsure(words: tuple[Word, ...]) -> bool:
    return any((word.text or "").startswith("--") and "=" not in (word.text or "") for word in words)


def _positional(words: tuple[Word, ...]) -> list[Word]:
    return [word for word in words if word.text is None or not word.text.startswith("-")]


def _rerouted(words: tuple[Word, ...], flags: list[Word], at: int, command: str) -> _Outcome:
    """Put safe-install in npm's place; flags that stood before the command stand behind it."""
    folder = next((after for flag, after in pairwise(flags) if flag.text in {"-C", "--prefix"}), None)
    told = folder.text if folder else _equals(words, "--prefix=")
    if told is not None or folder is not None:
        return f"Go to the folder first: `cd {shlex.quote(_printable(told) if told else '…')} && {_plain(command, words[at + 1 :])}`."
    if words[0].start < 0 or words[at].start < 0:
        return f"Write it as a plain command of its own: `{_plain(command, words[at + 1 :])}`."
    before = words[at - 1].end
    return [(words[0].start, words[0].end, f"safe-install {command}".encode()), (before, words[at].end, b"")]


def _equals(words: tuple[Word, ...], prefix: str) -> str | None:
    return next((word.text.removeprefix(prefix) for word in words if word.text and word.text.startswith(prefix)), None)


def _plain(command: str, words: tuple[Word, ...]) -> str:
    """Write the command that does the same; what is computed is left to whoever types it."""
    said = [shlex.quote(_printable(word.text)) if word.text is not None else "…" for word in words]
    kept = [one for one in said if not one.startswith("--prefix")]
    return " ".join(["safe-install", command, *kept])


def _printable(text: str) -> str:
    return re.sub(r"[^ -~]", "?", text)[:200]


def _npx(words: tuple[Word, ...]) -> _Outcome:
    """Let only that run which is installed here: ``safe-install exec`` downloads nothing."""
    rest = words[1:]
    while rest and rest[0].text in _HARMLESS_FLAGS:
        rest = rest[1:]
    if rest and rest[0].text == "--" and len(rest) > 1:
        rest = rest[1:]
    if any(word.text in {"--no", "--no-install"} for word in words[1 : len(words) - len(rest)]):
        return []
    named = rest[0].text if rest else None
    if named is None or not re.fullmatch(r"(?:@[\w.-]+/)?[\w.-]+", named) or named.startswith("-"):
        return f"{_REFUSED['exec']} Install it first: `safe-install install --save-dev NAME`, then `safe-install exec NAME`."
    if words[0].start < 0:
        return f"Write it as a plain command of its own: `{_plain('exec', rest)}`."
    return [(words[0].start, rest[0].start, b"safe-install exec ")]


_HARMLESS_FLAGS = frozenset(
    ("-y", "--yes", "--no", "--no-install", "-q", "--quiet", "-s", "--silent", "--prefer-offline", "--offline")
)


def _other(manager: str, words: tuple[Word, ...]) -> _Outcome:
    """Pass what of another package manager installs nothing."""
    known = _OTHERS[manager]
    first = next(iter(_positional(words)), None)
    if first is not None and first.text in known:
        return []
    if first is not None and manager == "bun" and first.text and re.search(r"\.(?:[cm]?[jt]sx?|html)$", first.text):
        return []
    return (
        f"{manager} would install packages unread here. In a project with a package-lock.json use "
        "`safe-install install`; else a person decides in a terminal of their own."
    )
