"""Programs of a system that can be told to run something: what, as far as their arguments say."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Sequence

from safe_install.model import GapKind
from safe_install.scan.shell.leads import Blind, Ending, Kind, Lead
from safe_install.scan.shell.program_names import is_flag
from safe_install.scan.shell.shell import Command
from safe_install.scan.shell.words import Word, joined, literal

Found = Iterator[Lead | Blind | Ending | Command]

LONGEST = 1_024  # characters of a text for awk or sed; honest ones have 200
_CALLS = re.compile(
    r"system\s*\(\s*\"((?:[^\"\\]|\\.)*)\"|\"((?:[^\"\\]|\\.)*)\"\s*\|(?:\s*&)?\s*getline|\|\s*&?\s*\"((?:[^\"\\]|\\.)*)\""
)
_RUNS = re.compile(r"\bsystem\s*\(|\|\s*&?\s*getline|\bprint\b[^|;}]*\|")


def awk(command: Command, _: Sequence[Command]) -> Found:
    """Read ``awk 'BEGIN {system("…")}'``; a program in a file is in a language that is not read."""
    for at, word in enumerate(command.arguments):
        text = word.literal or ""
        if text in {"-f", "--file"}:
            yield Blind(kind=GapKind.UNPARSED, detail=f"{command.shown} runs a language that is not read")
            yield from (Lead(kind=Kind.OTHER, target=one, optional=True) for one in command.arguments[at + 1 : at + 2])
        if len(text) > LONGEST:
            yield Blind(kind=GapKind.DYNAMIC, detail=f"{command.shown} runs a long text that is not read")
            continue
        calls = [next(part for part in match if part) for match in _CALLS.findall(text) if any(match)]
        for said in calls:
            yield Lead(kind=Kind.SHELL_TEXT, target=literal(re.sub(r"\\(.)", r"\1", said)))
        if _RUNS.search(text) and not calls:
            yield Blind(kind=GapKind.DYNAMIC, detail=f"{command.shown} runs what it computes")


_SED = re.compile(r"(?:^|[;{}\n]|\d|\$|/)\s*e(?:\s+(.+))?$|s(.)(?:(?!\2).)*\2(?:(?!\2).)*\2[gpiI\d]*e", re.DOTALL)


def sed(command: Command, _: Sequence[Command]) -> Found:
    """Read GNU sed's ``e``, which runs a command or what it has put together."""
    words = [word for word in command.arguments if not is_flag(word)]
    scripts = words[:1] if not any(word.literal == "-e" for word in command.arguments) else words
    for word in scripts:
        text = (word.literal or "").strip()
        if len(text) > LONGEST:
            yield Blind(kind=GapKind.DYNAMIC, detail=f"{command.shown} runs a long text that is not read")
        match = _SED.search(text[:LONGEST])
        if match and match[1]:
            yield Lead(kind=Kind.SHELL_TEXT, target=literal(match[1]))
        elif match:
            yield Blind(kind=GapKind.DYNAMIC, detail=f"{command.shown} runs what it computes")
    if any((word.literal or "").startswith(("-f", "--file")) for word in command.arguments):
        yield Blind(kind=GapKind.UNPARSED, detail=f"{command.shown} runs a language that is not read")


_TAR_RUNS = re.compile(
    r"--(?:checkpoint-action=exec=|to-command=|use-compress-program=|rsh-command=|info-script=|new-volume-script=)(.*)"
)


def tar(command: Command, _: Sequence[Command]) -> Found:
    """Read ``tar --checkpoint-action=exec=TEXT`` and its like."""
    for at, word in enumerate(command.arguments):
        match = _TAR_RUNS.match(word.literal or word.shown)
        if match:
            yield Lead(kind=Kind.SHELL_TEXT, target=literal(match[1]) if word.literal is not None else word)
        elif word.literal in {"-I", "--use-compress-program", "--to-command", "-F"}:
            yield from (Lead(kind=Kind.SHELL_TEXT, target=one) for one in command.arguments[at + 1 : at + 2])


_GIT_RUNS = re.compile(
    r"(?:core\.(?:fsmonitor|sshcommand|editor|pager|gitproxy|askpass)|credential(?:\..*)?\.helper|diff\.external|sequence\.editor"
    r"|alias\.[\w-]+|filter\..*|pager\..*|protocol\.ext\.allow|uploadpack\.packobjectshook|gpg\.program)=!?(.*)",
    re.IGNORECASE,
)
_GIT_FLAGS = re.compile(r"--(?:upload-pack|receive-pack|exec|template|config-env|exec-path)=(.*)")


def git_settings(command: Command) -> Found:
    """Read ``git -c core.fsmonitor=TEXT``, ``core.hooksPath`` and the flags that name a program."""
    for word in command.arguments:
        text = word.literal or word.shown
        match = _GIT_RUNS.match(text) or _GIT_FLAGS.match(text)
        if match:
            yield Lead(kind=Kind.SHELL_TEXT, target=literal(match[1]))
        elif re.match(r"core\.hookspath=", text, re.IGNORECASE):
            yield Blind(kind=GapKind.DYNAMIC, detail=f"{command.shown} lets git run hooks from elsewhere")
        elif text.startswith("ext::"):
            yield Lead(kind=Kind.SHELL_TEXT, target=literal(text.removeprefix("ext::")))


_SSH_RUNS = re.compile(r"(?:-o)?(?:ProxyCommand|LocalCommand|KnownHostsCommand|ProxyUseFdpass)[= ](.*)", re.IGNORECASE)


def ssh_settings(command: Command) -> Found:
    """Read ``ssh -o ProxyCommand=TEXT``, which runs here."""
    for word in command.arguments:
        match = _SSH_RUNS.match(word.literal or "")
        if match:
            yield Lead(kind=Kind.SHELL_TEXT, target=literal(match[1]))


def editor(command: Command, _: Sequence[Command]) -> Found:
    """Read ``vim -c ':!TEXT'``; an editor is no part of an installation."""
    for word in command.arguments:
        text = (word.literal or "").lstrip("+:")
        if text.startswith("!"):
            yield Lead(kind=Kind.SHELL_TEXT, target=literal(text[1:]))
    yield Blind(kind=GapKind.DYNAMIC, detail=f"{command.shown} starts an editor, which runs its own language")


def library(command: Command, _: Sequence[Command]) -> Found:
    """Read ``regsvr32 X.dll`` and ``rundll32 X.dll,Entry``: code that is no text."""
    yield Blind(kind=GapKind.NATIVE, detail=f"{command.shown} runs native code or a script of Windows'")
    for word in command.arguments:
        path = (word.literal or "").partition(",")[0].replace("\\", "/")
        if path and not path.startswith(("/", "-")):
            yield Lead(kind=Kind.OTHER, target=literal(path), optional=True)


def powershell(command: Command, _: Sequence[Command]) -> Found:
    """Read ``powershell -File FILE``, ``-Command TEXT`` and ``-EncodedCommand BASE64``; flags may be cut short."""
    words = list(command.arguments)
    while words:
        word = words.pop(0)
        flag = (word.literal or "").lower().lstrip("-/") if is_flag(word, "-/") else ""
        if not flag:
            yield _given([word, *words])
            return
        if flag in {"file", "f", "fi", "fil"} and words:
            yield Lead(kind=Kind.POWERSHELL, target=_slashed(words[0]), arguments=tuple(words[1:]))
            return
        if "command".startswith(flag) and words:
            yield Lead(kind=Kind.POWERSHELL_TEXT, target=joined(words, " "))
            return
        if ("encodedcommand".startswith(flag) or flag in {"ec", "enc"}) and words:
            yield _decoded(words[0])
            return
        if flag.startswith(("ex", "ep", "w", "inputf", "outputf", "ver", "psc", "con")):
            del words[:1]


def _given(words: list[Word]) -> Lead:
    """Read what stands without a flag: a script's path, or a text."""
    if len(words) == 1 and (words[0].literal or "").lower().endswith(".ps1"):
        return Lead(kind=Kind.POWERSHELL, target=_slashed(words[0]))
    return Lead(kind=Kind.POWERSHELL_TEXT, target=joined(words, " "))


def _decoded(word: Word) -> Lead | Blind:
    text = word.literal or ""
    try:
        said = base64.b64decode(text + "=" * (-len(text) % 4)).decode("utf-16-le", errors="replace")
    except (binascii.Error, ValueError):
        return Blind(kind=GapKind.DYNAMIC, detail="powershell is given an encoded text that cannot be decoded")
    return (
        Lead(kind=Kind.POWERSHELL_TEXT, target=literal(said))
        if said
        else Blind(kind=GapKind.DYNAMIC, detail="an encoded text")
    )


def _slashed(word: Word) -> Word:
    return Word(tuple(part.replace("\\", "/") if isinstance(part, str) else part for part in word.parts))


def openssl(command: Command, _: Sequence[Command]) -> Found:
    """Read ``openssl s_client``, which talks to the network; its other verbs only compute."""
    if any(word.literal in {"s_client", "s_server", "ocsp", "engine"} for word in command.arguments):
        yield Blind(kind=GapKind.DOWNLOADED, detail=f"{command.shown} talks to the network")


def busybox(command: Command, _: Sequence[Command]) -> Found:
    """Read ``busybox APPLET …``."""
    words = command.arguments
    if words and not is_flag(words[0]):
        yield Command(
            program=words[0],
            arguments=words[1:],
            redirects=command.redirects,
            subshell=command.subshell,
            piped=command.piped,
            line=command.line,
        )
