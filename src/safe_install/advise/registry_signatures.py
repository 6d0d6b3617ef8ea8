"""What a registry signed: that this name and version has these contents, by a key that it publishes.

Source: npm's "ECDSA registry signatures": ``GET /-/npm/v1/keys``, ``dist.signatures`` of a version, and the signed text
``name@version:integrity``. The keys come from the registry itself, so this tells a mirror, a cache or a proxy that changed
something, and not a registry that lies.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from safe_install.advise.publications import Publication, moment
from safe_install.advise.records import UnavailableError
from safe_install.model import Finding, Severity
from safe_install.story import TreeChange

INVALID, MISSING = "registry-signature-invalid", "registry-signature-missing"
LARGEST = 1 << 20
_KIND = "ecdsa-sha2-nistp256"
_MOST_KEYS = 100

Check = Callable[[bytes, bytes, bytes], bool]
"""Tells whether a key (DER, SubjectPublicKeyInfo) made a signature (DER) of a text."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Key:
    """One of a registry's keys; ``expires`` is when it stopped signing, None while it still does."""

    der: bytes
    expires: datetime | None = None


def read_keys(body: bytes) -> dict[str, Key]:
    """Read a registry's keys by their ids; UnavailableError when these are none that can be used."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        told = None
    listed = told.get("keys") if isinstance(told, dict) else None
    usable = [one for one in listed[:_MOST_KEYS] if isinstance(one, dict)] if isinstance(listed, list) else []
    keys = dict(filter(None, map(_key, usable)))
    if not keys:
        raise UnavailableError("it publishes no key that can be used")
    return keys


def _key(told: Mapping[str, object]) -> tuple[str, Key] | None:
    name, text, until = told.get("keyid"), told.get("key"), told.get("expires")
    der = _bytes(text)
    if told.get("keytype") != _KIND or not isinstance(name, str) or not der:
        return None
    expires = moment(until)
    return None if until is not None and expires is None else (name, Key(der=der, expires=expires))


def on_signature(
    change: TreeChange, after: Publication, integrity: str, keys: Mapping[str, Key], check: Check
) -> Iterator[Finding]:
    """Tell what is wrong with the registry's signature of a version that comes in; ``integrity`` is the lockfile's, or empty.

    What counts is the lockfile's own promise, where the registry signs by its algorithm: that is what gets installed.
    """
    ours = integrity.startswith("sha512-") and " " not in integrity
    promised = integrity if ours else after.integrity
    signed = f"{change.name}@{change.after}:{promised}".encode()
    usable = [(keys[name], _bytes(signature)) for name, signature in after.signatures if name in keys]
    if not usable:
        why = "by a key that it does not publish" if after.signatures else "not at all"
        yield _finding(change, MISSING, Severity.WARNING, f"the registry publishes keys, and signed this version {why}")
    elif not any(_holds(key, signature, signed, after.at, check) for key, signature in usable):
        why = (
            "the registry's signature is not one of these contents: somebody changed them, or the signature, on the way"
        )
        yield _finding(change, INVALID, Severity.ERROR, why)


def _holds(key: Key, signature: bytes, signed: bytes, at: datetime | None, check: Check) -> bool:
    """Tell whether one signature is good; a key signs nothing that was published after its end."""
    lapsed = key.expires is not None and (at is None or at > key.expires)
    return bool(signature) and not lapsed and check(key.der, signature, signed)


def _finding(change: TreeChange, signature: str, severity: Severity, message: str) -> Finding:
    where = f"{change.name}@{change.after}"
    return Finding(signature=signature, severity=severity, message=message, where=where, line=change.line)


def _bytes(text: object) -> bytes:
    try:
        return base64.b64decode(text, validate=True) if isinstance(text, str) else b""
    except (binascii.Error, ValueError):
        return b""
