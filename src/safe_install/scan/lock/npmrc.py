"""An .npmrc: its settings as npm reads them, and what a project's own should not set."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from urllib.parse import SplitResult, urlsplit

from safe_install.model import Finding, Severity
from safe_install.scan.lock.ini import SPACE, Setting, as_text, read_settings
from safe_install.scan.lock.npmrc_keys import (
    CREDENTIALS,
    EXECUTES,
    HARMLESS,
    HARMLESS_VALUES,
    MIRROR,
    NOT_FOR_A_REGISTRY,
    REDIRECTS,
    WEAKENS,
)

_VARIABLE = re.compile(r"(?<!\\)(\\*)\$\{([^${}?]+)(\?)?\}")
_USERINFO = re.compile(r"(?:(?<=//)|(?<==))[^/\s]*@")
_LOCAL = re.compile(r"localhost|127\.[0-9.]+|::1")


def parse_npmrc(text: str, env: Mapping[str, str]) -> dict[str, str]:
    """Give an .npmrc's settings as text, each ``${NAME}`` in keys and values replaced from ``env``.

    As npm's ini and @npmcli/config do: an unset variable stays as it is written, or is empty when written
    ``${NAME?}``; the last of equal keys counts; what stands below a ``[section]`` does not. The items of a list are
    separated by an empty line, which is how npm itself passes lists on.
    """
    raw: dict[str, object] = {}
    for setting in read_settings(text):
        before = raw.get(setting.key)
        if setting.in_section or setting.key == "__proto__":
            continue
        if isinstance(before, list):
            before.append(setting.value)
        elif setting.is_item:
            raw[setting.key] = [setting.value] if setting.key not in raw else [before, setting.value]
        else:
            raw[setting.key] = setting.value
    return {expand(key, env): _as_npm_passes_on(value, env) for key, value in raw.items() if not _is_moved(key, value)}


def _is_moved(key: str, value: object) -> bool:
    """Tell whether ini takes a value for a section, which then sets nothing: an object, or null under a dotted key."""
    return isinstance(value, dict) or (value is None and "." in key)


def expand(text: str, env: Mapping[str, str]) -> str:
    """Replace ``${NAME}`` and ``${NAME?}``; a backslash before one keeps it (@npmcli/config's env-replace.js)."""

    def replacement(found: re.Match[str]) -> str:
        escapes, name, may_be_empty = found.groups()
        if len(escapes) % 2:
            return found[0][(len(escapes) + 1) // 2 :]
        return escapes[len(escapes) // 2 :] + env.get(name, "" if may_be_empty else f"${{{name}}}")

    return _VARIABLE.sub(replacement, text)


def lint_npmrc(text: str, *, name: str = ".npmrc", known_hosts: Collection[str] = ()) -> tuple[Finding, ...]:
    """Report what a project's .npmrc would make npm do, with the line of each key; no secret is in an excerpt.

    ERROR: it starts programs, sends requests elsewhere, takes a protection away, sends a secret in an address, or a
    token to a registry that it chose itself and that is none of ``known_hosts`` (``host`` or ``host:port``, of the
    user's own configuration and the policy). WARNING: npm stops at it. INFO: the registries it names, and
    keys unknown to npm, which only scripts would see, as npm_config_*, and this program does not pass them on
    (honest projects have many, of pnpm and yarn).
    """
    settings = list(read_settings(text))
    hosts = {
        host for setting in settings if _is_registry(setting.key) for host in [_host(as_text(setting.value))] if host
    } - {known.lower() for known in known_hosts}
    return tuple(
        Finding(
            signature=f"npmrc/{signature}",
            severity=severity,
            message=message,
            where=name,
            path=name,
            line=setting.line,
            excerpt=_excerpt(setting, signature),
        )
        for setting in settings
        for signature, severity, message in _judged(setting, hosts)
    )


_Judgement = tuple[str, Severity, str]


def _judged(setting: Setting, hosts: Collection[str]) -> Iterator[_Judgement]:
    if setting.in_section:
        yield "section", Severity.WARNING, "npm takes nothing below a [section] header as a setting of its own."
        return
    key, value = _plain(setting.key), as_text(setting.value)
    if _VARIABLE.search(setting.key):
        yield "variable-in-key", Severity.ERROR, "Which setting this is depends on the environment of whoever installs."
    elif _is_credential(key):
        yield from _credential(setting.key, value, hosts)
    elif _VARIABLE.search(value) and (_is_registry(setting.key) or "://" in value or key in REDIRECTS):
        yield (
            "secret-in-address",
            Severity.ERROR,
            "npm would put variables of whoever installs into an address, and so send them there.",
        )
    elif _is_registry(setting.key):
        yield _registry(setting.key, value)
    else:
        yield from _ordinary(key, value)


def _ordinary(key: str, value: str) -> Iterator[_Judgement]:
    if value.strip().lower() in HARMLESS_VALUES.get(key, ()):
        return
    for signature, rules in (("executes", EXECUTES), ("redirects", REDIRECTS), ("weakens", WEAKENS)):
        if key in rules:
            yield signature, Severity.ERROR, rules[key]
            return
    if MIRROR.search(key):
        yield "redirects", Severity.ERROR, "Install scripts that download programs would fetch them from this address."
    elif key.rpartition(":")[2] not in HARMLESS:
        yield (
            "unknown-key",
            Severity.INFO,
            "npm does not know this key; it would only pass it to scripts, and this program does not.",
        )


def _registry(key: str, value: str) -> _Judgement:
    whose = f"packages of {key.partition(':')[0]}" if key.startswith("@") else "packages"
    parts = _split(value)
    if not parts or parts.scheme not in {"http", "https"} or not parts.hostname:
        return "redirects", Severity.ERROR, "This is no web address that a registry could have."
    if parts.scheme == "http" and not _LOCAL.fullmatch(parts.hostname):
        return "insecure-registry", Severity.WARNING, f"The project fetches {whose} from {parts.hostname} unencrypted."
    return "registry", Severity.INFO, f"The project fetches {whose} from {parts.hostname}."


def _credential(key: str, value: str, hosts: Collection[str]) -> Iterator[_Judgement]:
    """Judge a token or password: a variable in it is sent to the host in its key, whenever npm asks that host."""
    variables = [found[2] for found in _VARIABLE.finditer(value)]
    if not key.startswith("//"):
        yield (
            "unscoped-credential",
            Severity.WARNING,
            "npm stops at credentials that do not say for which registry they are.",
        )
    elif any(NOT_FOR_A_REGISTRY.search(variable) for variable in variables):
        yield (
            "secret-for-registry",
            Severity.ERROR,
            "npm would send this variable, which is no registry's token, to the host in the key.",
        )
    elif variables and (_host(f"https:{key}") or "") in hosts:
        message = (
            "npm would send your token to a registry that only this file chose. If it is yours, name its host in "
            "allowed-hosts of safe-install.toml, or configure the registry in your own .npmrc."
        )
        yield "token-for-project-host", Severity.ERROR, message
    elif not variables and not key.endswith((":username", ":email", ":certfile", ":keyfile")):
        yield (
            "secret-in-file",
            Severity.INFO,
            "A secret stands in a file of the project, for everybody who can read it.",
        )


def _plain(key: str) -> str:
    """Bring the spellings under which npm, or an npm below it, takes a key to one: ``script_shell`` is script-shell."""
    owner, mark, last = key.rpartition(":")
    return f"{owner}{mark}{last[:1]}{last[1:].replace('_', '-').replace('.', '-')}".lower()


def _is_registry(key: str) -> bool:
    return key == "registry" or (key.startswith("@") and key.endswith(":registry"))


def _is_credential(key: str) -> bool:
    return key.rpartition(":")[2] in CREDENTIALS


def _host(address: str) -> str | None:
    parts = _split(address)
    return parts.netloc.rpartition("@")[2].lower() if parts else None


def _split(address: str) -> SplitResult | None:
    try:
        return urlsplit(address.strip())
    except ValueError:
        return None


def _as_npm_passes_on(value: object, env: Mapping[str, str]) -> str:
    items = value if isinstance(value, list) else [value]
    return "\n\n".join(expand(as_text(item).strip(SPACE), env) for item in items)


def _excerpt(setting: Setting, signature: str) -> str:
    """Show the key, and the value where it matters and holds no secret: a variable's name is none."""
    value = as_text(setting.value)
    if (
        signature in _WITHOUT_VALUE
        or _plain(setting.key) == "key"
        or (signature in _OF_CREDENTIALS and not _VARIABLE.fullmatch(value))
    ):
        return setting.key[:_EXCERPT]
    return _USERINFO.sub("…@", f"{setting.key}={value}")[:_EXCERPT]


_WITHOUT_VALUE = {"section", "variable-in-key", "unknown-key", "secret-in-file"}
_OF_CREDENTIALS = {"unscoped-credential", "secret-for-registry", "token-for-project-host"}
_EXCERPT = 200
