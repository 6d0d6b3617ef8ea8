"""What the project tolerates: the text of safe-install.toml to a Policy, strictly, with the line of what is wrong."""

from __future__ import annotations

import base64
import binascii
import difflib
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from safe_install.errors import UsageError
from safe_install.judgement import FEEDS, Policy, PolicyException, Signer
from safe_install.model import Digest, Severity

LONGEST = 86_400  # seconds; a script that needs a day needs a person

_SEVERITIES = {severity.name: severity for severity in (Severity.ERROR, Severity.WARNING, Severity.INFO)}
_TOLD = 60  # characters of a wrong value that are worth showing
_REGISTRY = re.compile(r"https?://[a-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~/-]*)?")
_PRIVATE = re.compile(r"https:|http://(127\.0\.0\.1|localhost)[:/]")
_SCOPE = re.compile(r"@[a-z0-9~-][a-z0-9._~-]{0,213}")
_PACKAGES = re.compile(r"(@[a-z0-9~-][a-z0-9._~-]{0,213}/)?([A-Za-z0-9~_-][\w.~-]{0,213}|\*)", re.ASCII)
_DURATION = re.compile(r"([0-9]{1,4})([mhdw])", re.ASCII)
_UNITS = {"m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
_HOST = re.compile(r"(?!-)[a-z0-9-]+(\.[a-z0-9-]+)*(:[0-9]{1,5})?")

_SHARED = re.compile(  # fsspec chains addresses at "::", so that a colon may only stand before a port
    r"(s3|gs|az|abfs|rediss?)://([A-Za-z0-9._-]+@)?[A-Za-z0-9._-]+(:[0-9]{1,5})?(/[A-Za-z0-9._/-]*)?", re.ASCII
)

Reader = tuple[str, Callable[[Any], Any], str]
"""How a key is read: the field, the reader (ValueError for what is not allowed), and what is allowed in words."""


def read_policy(text: str, *, name: str = "safe-install.toml") -> Policy:
    """Read the policy; a project without the file has `Policy()`.

    UsageError with ``name:line`` for anything that is not TOML, not a known key, or not an allowed value: a
    policy that is half understood would be a looser one than its author wrote.
    """
    settings = settings_of(text, _KEYS, name=name)
    if settings.get("require_signed") and not settings.get("signers"):
        where = f"{name}{_line(text, 'require-signed')}"
        raise UsageError(f"{where}: require-signed needs signers, or no approval would ever count.", hint=_SIGNERS)
    return Policy(**settings)


def settings_of(text: str, keys: Mapping[str, Reader], *, name: str) -> dict[str, Any]:
    """Read a table of settings strictly, each by the reader of its key; UsageError as `read_policy` has it."""
    settings: dict[str, Any] = {}
    for key, value in _parse(text, name).items():
        where = f"{name}{_line(text, key)}"
        if key not in keys:
            raise UsageError(f"{where}: unknown key {key!a}; allowed are {', '.join(keys)}.", hint=_nearest(key, keys))
        field, read, allowed = keys[key]
        try:
            settings[field] = read(value)
        except _PlaceError as error:
            where = f"{name}{_line(text, key, error.number)}"
            raise UsageError(f"{where}: {key}: {error}.", hint=f"Allowed is {allowed}.") from error
        except ValueError as error:
            raise UsageError(f"{where}: {key} is {_told(value)}; allowed is {allowed}.") from error
    return settings


class _PlaceError(ValueError):
    """What is wrong in one of several tables, which is the ``number``-th of them."""

    def __init__(self, message: str, number: int) -> None:
        super().__init__(message)
        self.number = number


def _parse(text: str, name: str) -> Mapping[str, object]:
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        reason = str(error) or "it is nested too deeply"
        raise UsageError(f"{name} is not TOML: {reason}.", hint="Mend the file; nothing was decided.") from error


def _line(text: str, key: str, number: int = 0) -> str:
    """Give ``:line`` of a top-level key or table (the ``number``-th of its name), or nothing when its spelling hides it."""
    spelling = rf"\s*\[*\s*[\"']?{re.escape(key)}[\"']?\s*[\].=]"
    lines = [line for line, told in enumerate(text.splitlines(), start=1) if re.match(spelling, told)]
    return f":{lines[min(number, len(lines) - 1)]}" if lines else ""


def _nearest(key: str, keys: Iterable[str]) -> str | None:
    near = difflib.get_close_matches(key, keys, n=1)
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


def _registries(value: object) -> tuple[str, ...]:
    """Take addresses, each as npm compares them: ending with a slash."""
    if not isinstance(value, list) or not all(isinstance(one, str) and _REGISTRY.fullmatch(one) for one in value):
        raise ValueError
    return tuple(f"{one.rstrip('/')}/" for one in value)


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


def _feeds(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(one in FEEDS for one in value):
        raise ValueError
    return tuple(dict.fromkeys(value))


def _place(value: object) -> str:
    if not isinstance(value, str) or value != value.strip() or not value.isprintable():
        raise ValueError
    return value


def _service(value: object) -> str:
    """Take an address where nobody on the way can answer in the service's place."""
    if not isinstance(value, str) or not _REGISTRY.fullmatch(value) or not _PRIVATE.match(value):
        raise ValueError
    return value.rstrip("/")


def _shared(value: object) -> str:
    """Take an address of storage; a folder, or a server of any other kind, is for a user to name and not for a project."""
    if not isinstance(value, str) or not _SHARED.fullmatch(value) or ".." in value.split("/"):
        raise ValueError
    return value


def _scopes(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(one, str) and _SCOPE.fullmatch(one) for one in value):
        raise ValueError
    return tuple(value)


def _packages(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(one, str) and _PACKAGES.fullmatch(one) for one in value):
        raise ValueError
    return tuple(value)


def _duration(value: object) -> int:
    """Take a whole number with its unit, and give seconds."""
    found = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if not found:
        raise ValueError
    return int(found[1]) * _UNITS[found[2]]


def _yes_or_no(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError  # noqa: TRY004 - every reader refuses in the same way
    return value


def _exceptions(value: object) -> tuple[PolicyException, ...]:
    """Take tables that say for which signature, in which contents, why, by whom and until when."""
    return tuple(PolicyException(**_table(item, number, _EXCEPTION)) for number, item in enumerate(_tables(value)))


def _signers(value: object) -> tuple[Signer, ...]:
    return tuple(Signer(**_table(item, number, _SIGNER)) for number, item in enumerate(_tables(value)))


def _tables(value: object) -> list[object]:
    if not isinstance(value, list) or not value:
        raise ValueError
    return value


def _table(item: object, number: int, keys: Mapping[str, tuple[Callable[[object], object], str]]) -> dict[str, Any]:
    """Read a table that has exactly these keys."""
    if not isinstance(item, dict):
        raise _PlaceError(f"{_told(item)} is no table", number)
    for key in sorted(item.keys() ^ keys.keys()):
        raise _PlaceError(f"{'unknown' if key in item else 'missing'} key {key!a}", number)
    read: dict[str, Any] = {}
    for key, (reader, allowed) in keys.items():
        try:
            read[key] = reader(item[key])
        except ValueError as error:
            raise _PlaceError(f"{key} is {_told(item[key])}; allowed is {allowed}", number) from error
    return read


def _words(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError
    return value


def _fingerprint(value: object) -> Digest:
    if not isinstance(value, str) or not _FINGERPRINT.fullmatch(value):
        raise ValueError
    return Digest(value)


def _day(value: object) -> date:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise ValueError  # noqa: TRY004 - every reader refuses in the same way
    return value


def _public_key(value: object) -> str:
    try:
        raw = base64.b64decode(_words(value), validate=True)
    except binascii.Error as error:
        raise ValueError from error
    if len(raw) != _KEY_LENGTH:
        raise ValueError
    return _words(value)


_FINGERPRINT = re.compile(r"[0-9a-f]{64}")
_KEY_LENGTH = 32  # bytes of an Ed25519 public key
_YES = "true or false"
_SIGNERS = 'signers = [{ name = "ana", key = "…" }], where `safe-install key show` prints the key'
_EXCEPTION: Mapping[str, tuple[Callable[[object], object], str]] = {
    "signature": (_words, "the id of a signature, as safe-install rules lists them"),
    "fingerprint": (_fingerprint, "64 lower-case hexadecimal digits, as --json tells them"),
    "reason": (_words, "a sentence"),
    "author": (_words, "a name"),
    "until": (_day, "a day without quotes, as in 2026-12-31"),
}
_SIGNER: Mapping[str, tuple[Callable[[object], object], str]] = {
    "name": (_words, "a name"),
    "key": (_public_key, "an Ed25519 public key in base64"),
}
_KEYS: Mapping[str, tuple[str, Callable[[object], object], str]] = {
    "block-at": ("block_at", _severity, " or ".join(f'"{name}"' for name in _SEVERITIES)),
    "auto-skip": ("auto_skip", _yes_or_no, _YES),
    "auto-approve": ("auto_approve", _yes_or_no, _YES),
    "require-sandbox": ("require_sandbox", _yes_or_no, _YES),
    "allowed-hosts": ("allowed_hosts", _hosts, 'a list of host names in lower case, as in ["mirror.example.test"]'),
    "allowed-registries": (
        "allowed_registries",
        _registries,
        'a list of addresses, as in ["https://npm.example.test/"]',
    ),
    "signatures": ("signatures", _folders, 'a list of folders of this project, as in ["security/signatures"]'),
    "time-limit": ("time_limit", _seconds, f"a whole number of seconds from 1 to {LONGEST}"),
    "exceptions": (
        "exceptions",
        _exceptions,
        "tables [[exceptions]] with signature, fingerprint, reason, author, until",
    ),
    "signers": ("signers", _signers, _SIGNERS),
    "require-signed": ("require_signed", _yes_or_no, _YES),
    "feeds": ("feeds", _feeds, f"a list of any of {', '.join(FEEDS)}"),
    "require-feeds": ("require_feeds", _yes_or_no, _YES),
    "osv-database": ("osv_database", _place, 'the path of a file or a folder, as in "security/osv-npm.zip"'),
    "osv-api": ("osv_api", _service, 'an address, as in "https://osv.example.test"'),
    "results": ("results", _shared, 'storage, as in "s3://bucket/folder" or "redis://host:6379/0"'),
    "public-scopes": ("public_scopes", _scopes, 'a list of scopes, as in ["@types"]'),
    "minimum-release-age": ("minimum_release_age", _duration, 'a number with m, h, d or w behind it, as in "3d"'),
    "release-age-exclusions": (
        "release_age_exclusions",
        _packages,
        'a list of packages or scopes, as in ["left-pad", "@types/*"]',
    ),
    "too-young": ("too_young", _severity, " or ".join(f'"{name}"' for name in _SEVERITIES)),
}
