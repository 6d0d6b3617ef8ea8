"""Secrets that lie about in texts: by the name they are given, and by the forms that their makers gave them.

Only where, which name and what kind come out of here, never a value. The forms are those that the vendors document; an own
small, exact set instead of an entropy guess, which finds everything.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_FORMS = {
    "an Anthropic key": r"sk-ant-(?:api|admin|oat|ort)\d{2}-[\w-]{20,}",
    "an OpenAI key": r"sk-(?:proj|svcacct|admin)-[\w-]{20,}",
    "a GitHub token": r"gh[pousr]_[A-Za-z0-9]{36,}|github_pat_\w{22,}",
    "a GitLab token": r"glpat-[\w-]{20,}",
    "an npm token": r"npm_[A-Za-z0-9]{36}",
    "an AWS key id": r"(?:AKIA|ASIA)[A-Z2-7]{16}",
    "a Google key": r"AIza[\w-]{35}",
    "a Slack token": r"xox[abposr]-[\w-]{10,}",
    "a Stripe key": r"[sr]k_live_[A-Za-z0-9]{20,}",
    "a SendGrid key": r"SG\.[\w-]{22}\.[\w-]{43}",
    "a PyPI token": r"pypi-AgEIcHlwaS5vcmc[\w-]{20,}",
    "a Hugging Face token": r"hf_[A-Za-z0-9]{30,}",
    "a private key": r"-----BEGIN [A-Z ]*PRIVATE KEY-----",
}
_FORM = re.compile("|".join(f"(?P<f{at}>{form})" for at, form in enumerate(_FORMS.values())))
_NAME = re.compile(
    r"(?:^|_)(?:TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY|SECRET_?KEY|CREDENTIALS?|PAT)(?:_|$)",
    re.IGNORECASE,
)
_EXPORT = re.compile(r"^\s*(?:export\s+|set\s+-\w*x\w*\s+|setenv\s+)(?:--\s+)?(\w+)(?:=|\s+)(\S.*)$")
_INDIRECT = re.compile(r"^[\"']?(?:\$\(|`|\$\{?\w|op://|vault:|keychain:)")
_LONGEST_LINE = 4_096
_IN_ADDRESS = re.compile(r"(?<=://)[^\s/@:]{0,256}:[^\s/@]{1,256}(?=@)")
_SHORTEST_VALUE = 8  # characters; a shorter one would take ordinary words along


@dataclass(frozen=True, kw_only=True, slots=True)
class Secret:
    """A secret in a text: its line (1-based), the name it is given (may be empty), and what kind it is, in words."""

    line: int
    name: str
    kind: str


def is_secret_name(name: str) -> bool:
    """Tell whether a variable of this name holds a secret as a rule."""
    return bool(_NAME.search(name))


def exported(profile: str) -> Iterator[Secret]:
    """Find the secrets that a shell's profile exports with their value in it; one that a command fetches is none."""
    for number, line in enumerate(profile.splitlines(), start=1):
        found = _EXPORT.match(line[:_LONGEST_LINE])
        if found and not _INDIRECT.match(found[2]) and found[2] not in {'""', "''"}:
            kind = _kind(found[2]) or ("a secret by its name" if is_secret_name(found[1]) else "")
            if kind:
                yield Secret(line=number, name=found[1], kind=kind)


def literal(text: str) -> Iterator[Secret]:
    """Find the secrets that stand in a configuration as they are."""
    for number, line in enumerate(text.splitlines(), start=1):
        kind = _kind(line[:_LONGEST_LINE])
        if kind:
            key = re.match(r"\s*[\"']?([\w./:@-]{1,80})[\"']?\s*[:=]", line)
            yield Secret(line=number, name=key[1] if key else "", kind=kind)


def npmrc_tokens(text: str) -> Iterator[Secret]:
    """Find what an .npmrc gives away: a token or a password that is written out instead of ``${NAME}``."""
    for number, line in enumerate(text.splitlines(), start=1):
        found = re.match(r"\s*((?:\S*:)?_(?:authToken|auth|password))\s*=\s*(\S+)", line[:_LONGEST_LINE])
        if found and not found[2].strip("\"'").startswith("${"):
            yield Secret(line=number, name=found[1].rpartition(":")[2], kind="a registry's credential")


def redacted(text: str, values: Iterable[str] = ()) -> str:
    """Give a text without what has the form of a secret, stands in an address as a password, or is one of these values."""
    for value in sorted(values, key=len, reverse=True):
        if len(value) >= _SHORTEST_VALUE:
            text = text.replace(value, "[a secret]")
    text = _IN_ADDRESS.sub("[credentials]", text)
    return _FORM.sub(lambda found: f"[{list(_FORMS)[int((found.lastgroup or 'f0')[1:])]}]", text)


def _kind(text: str) -> str:
    found = _FORM.search(text)
    return list(_FORMS)[int((found.lastgroup or "f0")[1:])] if found else ""
