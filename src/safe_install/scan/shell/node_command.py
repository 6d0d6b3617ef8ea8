"""``node``'s own command line, from ``node --help`` of versions 20 to 25: what it runs, loads and hides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from safe_install.model import GapKind
from safe_install.scan.shell.leads import Blind, Kind, Lead
from safe_install.scan.shell.words import Word, literal

_TEXT = frozenset(("--eval", "-e", "--print", "-p", "-pe", "-ep"))
_MODULE = frozenset(("--require", "-r", "--import", "--loader", "--experimental-loader"))
_SCRIPT = "--run"
_HIDING = {
    "--env-file": "settings, NODE_OPTIONS among them, from a file",
    "--env-file-if-exists": "settings, NODE_OPTIONS among them, from a file",
    "--experimental-config-file": "settings from a file",
    "--experimental-policy": "a policy that can put modules in the place of others",
    "--policy-integrity": "a policy that can put modules in the place of others",
    "--openssl-config": "a configuration that can load libraries",
    "--snapshot-blob": "what it runs from a heap snapshot",
}
_HIDING_ALONE = {"--experimental-default-config-file": "settings from node.config.json"}
_QUIET = frozenset(
    (
        *("--conditions", "-C", "--diagnostic-dir", "--disable-warning", "--dns-result-order", "--icu-data-dir"),
        *("--input-type", "--max-http-header-size", "--redirect-warnings", "--title", "--unhandled-rejections"),
    )
)
"""Flags that take a value and load nothing."""
_QUIET_ALONE = (
    *("--abort-on-", "--check", "-c", "--enable-source-maps", "--experimental-", "--expose-gc", "--harmony", "--max-"),
    *("--no-", "--pending-", "--permission", "--preserve-symlinks", "--stack-", "--throw-", "--trace-", "--use-"),
)
"""Beginnings of flags that take no value, or take it after ``=``, and load nothing."""
_TELLING = frozenset(("--version", "-v", "--help", "-h", "--v8-options", "--completion-bash"))


def node_command(words: Sequence[Word]) -> tuple[list[Lead | Blind], bool]:
    """Read node's arguments: what they lead to, and whether its program comes from standard input.

    A flag that is not known here is told as such and taken to have no value, so that what follows it is read.
    """
    found: list[Lead | Blind] = []
    waiting = list(words)
    has_program = told = False
    while waiting:
        word = waiting.pop(0)
        start = word.parts[0] if word.parts else ""
        if not isinstance(start, str):
            found.append(Blind(kind=GapKind.DYNAMIC, detail=f"node is given {word.shown}, known only while running"))
            told = True
        elif start == "-":
            return found, not (has_program or told)
        elif start == "--" or not start.startswith("-"):
            found += [] if has_program else _main(word, waiting)
            return found, False
        elif start in _TELLING:
            return found, False
        else:
            has_program |= _name(start) in {*_TEXT, _SCRIPT}
            found += _flag(word, waiting)
    return found, not (has_program or told)


def _main(word: Word, waiting: list[Word]) -> Iterator[Lead]:
    """Take the program's file; after ``--`` and ``inspect`` it is the next word, and ``inspect`` may be a file's name."""
    if word.literal != "--":
        optional = word.literal == "inspect" and bool(waiting)
        yield Lead(kind=Kind.MAIN, target=word, optional=optional, arguments=tuple(waiting))
    if waiting and word.literal in {"--", "inspect"}:
        yield Lead(kind=Kind.MAIN, target=waiting[0], arguments=tuple(waiting[1:]))


def _flag(word: Word, waiting: list[Word]) -> Iterator[Lead | Blind]:
    """Read one flag, taking its value from the waiting words when it is not in the flag itself."""
    text = word.literal
    name = _name(text if text is not None else word.shown)
    given = text is None or "=" in text
    value = literal((text or "").partition("=")[2]) if text is not None else word
    if not given and name in {*_TEXT, *_MODULE, *_HIDING, *_QUIET, _SCRIPT} and waiting:
        value = waiting.pop(0)
    if name in _TEXT:
        yield Lead(kind=Kind.JAVASCRIPT_TEXT, target=value)
    elif name in _MODULE:
        yield Lead(kind=Kind.MODULE, target=value)
    elif name == _SCRIPT:
        yield Lead(kind=Kind.SCRIPT, target=value)
    elif name in _HIDING or name in _HIDING_ALONE:
        yield Blind(kind=GapKind.DYNAMIC, detail=f"node {name} takes {(_HIDING | _HIDING_ALONE)[name]}")
    elif name not in _QUIET and not name.startswith(_QUIET_ALONE):
        yield Blind(kind=GapKind.DYNAMIC, detail=f"node is given {name}, which is not known here")


def _name(text: str) -> str:
    """Spell a flag the usual way: node takes ``--env_file`` for ``--env-file``."""
    name = text.partition("=")[0]
    return f"--{name[2:].replace('_', '-')}" if name.startswith("--") else name
