"""What the project tolerates: the text of safe-install.toml to a Policy, strictly, with the line of what is wrong."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Callable, Mapping
from typing import Any

from safe_install.errors import UsageError
from safe_install.judgement import Policy
from safe_install.model import Severity

LONGEST = 86_400  # seconds; a script that needs a day needs a person

_SEVERITIES = {severity.name: severity for severity in (Severity.ERROR, Severity.WARNING, Severity.INFO)}
_TOLD = 60  # characters of a wrong value that are worth showing
_HOST = re.compile(r"(?!-)[a-z0-9-]+(\.[a-z0-9-]+)*(:[0-9]{1,5})?")


def read_policy(text: str, *, name: str = "safe-install.toml") -> Policy:
    """Read the policy; a project without the file has `Policy()`.

    UsageError with ``name:line`` for anything that is not TOML, not a known key, or not an allowed value: a
    policy that is half understood would be a looser one than its author wrote.
    """
    settings: dict[str, Any] = {}
    for key, value in _parse(text, name).items():
        where = f"{name}{_line(text, key)}"
        if key not in _KEYS:
            raise UsageError(f"{where}: unknown key {key!a}; allowed are {', '.join(_KEYS)}.", hint=_nearest(key))
        field, read, allowed = _KEYS[key]
        try:
            settings[field] = read(value)
        except ValueError as error:
            raise UsageError(f"{where}: {key} is {_told(value)}; allowed is {allowed}.") from error
    return Policy(**settings)


def _parse(text: str, name: str) -> Mapping[str, object]:
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        reason = str(error) or "it is nested too deeply"
        raise UsageError(f"{name} is not TOML: {reason}.", hint="Mend the file; nothing was decided.") from error


def _line(text: str, key: str) -> str:
    """Give ``:line`` of a top-level key or table, or nothing when its spelling hides it."""
    spelling = rf"\s*\[*\s*[\"']?{re.escape(key)}[\"']?\s*[\].=]"
    lines = (number for number, line in enumerate(text.splitlines(), start=1) if re.match(spelling, line))
    return f":{number}" if (number := next(lines, None)) else ""


def _nearest(key: str) -> str | None:
    near = difflib.get_close_matches(key, _KEYS, n=1)
    return f"Did you mean {near[0]}?" if near else None


def _told(value: object) -> str:
    shown = ascii(value)
    return shown if len(shown) <= _TOLD else f"{shown[:_TOLD]}..."


# ------------------------------------------------------------------ one reader per kind of value; ValueError when not allowed


def _severity(value: object) -> Severity:
    if not isinstance(value, str) or value not in _SEVERITIES:
        raise ValueError
    return _SEVERITIES[value]


def _hosts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(host, str) and _HOST.fullmatch(host) for host in value):
        raise ValueError
    return tuple(value)


def _folders(value: object) -> tuple[str, ...]:
    """Take folders of the project's own; what a package brings, or what lies elsewhere, is nobody's policy."""
    if not isinstance(value, list) or not all(isinstance(folder, str) and _is_own(folder) for folder in value):
        raise ValueError
    return tuple(value)


def _is_own(folder: str) -> bool:
    parts = folder.split("/")
    foreign = {"..", "node_modules"}.intersection(parts) or "\\" in folder or ":" in folder
    return bool(folder) and folder.isprintable() and not folder.startswith(("/", "~")) and not foreign


def _seconds(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= LONGEST:
        raise ValueError
    return value


_KEYS: Mapping[str, tuple[str, Callable[[object], object], str]] = {
    "block-at": ("block_at", _severity, " or ".join(f'"{name}"' for name in _SEVERITIES)),
    "allowed-hosts": ("allowed_hosts", _hosts, 'a list of host names in lower case, as in ["mirror.example.test"]'),
    "signatures": ("signatures", _folders, 'a list of folders of this project, as in ["security/signatures"]'),
    "time-limit": ("time_limit", _seconds, f"a whole number of seconds from 1 to {LONGEST}"),
}
