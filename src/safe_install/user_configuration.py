"""What a user says once for all of their projects: ``safe-install/config.toml`` in the folder for configuration.

Whose results are believed stands here and nowhere else: a project that is cloned must not choose who calls it clean.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from safe_install.decide.policy import Reader, settings_of
from safe_install.errors import UsageError

NAME = "config.toml"
_KEY_BYTES = 32
_OTHERS_WRITE = 0o022


@dataclass(frozen=True, kw_only=True, slots=True)
class UserConfiguration:
    """Where results are shared, and whose are believed. Empty: nothing of that kind.

    ``results`` is a folder or an address, ``results_keys`` are Ed25519 keys (base64) whose results are believed, and
    ``results_signing_key`` is what signs: ``keychain``, or the path of a file.
    """

    results: str = ""
    results_keys: tuple[str, ...] = ()
    results_signing_key: str = ""


def read_user_configuration(env: Mapping[str, str]) -> UserConfiguration:
    """Read the user's configuration; nothing is shared without one. UsageError with ``file:line`` for anything that is wrong in it."""
    path = place(env)
    try:
        text = path.read_bytes().decode("utf-8-sig")
        others = path.stat().st_mode & _OTHERS_WRITE
    except (FileNotFoundError, NotADirectoryError):
        return UserConfiguration()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read.", hint="Make it a file of UTF-8 text that you may read.") from error
    if others:
        raise UsageError(f"{path} may be written by others.", hint=f"chmod go-w {path}")
    return UserConfiguration(**settings_of(text, _KEYS, name=str(path)))


def place(env: Mapping[str, str]) -> Path:
    """Say where the file is."""
    home = env.get("XDG_CONFIG_HOME")
    return (Path(home, "safe-install") if home else platformdirs.user_config_path("safe-install")) / NAME


def _address(value: object) -> str:
    """Take a folder by its whole path, or an address; what is relative would be another place in each project."""
    if not isinstance(value, str) or not value.isprintable() or not (value.startswith("/") or "://" in value):
        raise ValueError
    return value


def _key(value: object) -> str:
    try:
        if isinstance(value, str) and len(base64.b64decode(value, validate=True)) == _KEY_BYTES:
            return value
    except binascii.Error:
        pass
    raise ValueError


def _keys(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise ValueError  # noqa: TRY004 - every reader refuses in the same way
    return tuple(_key(one) for one in value)


def _source(value: object) -> str:
    if not isinstance(value, str) or not (value == "keychain" or value.startswith("/")):
        raise ValueError
    return value


_KEYS: Mapping[str, Reader] = {
    "results": ("results", _address, 'a folder or an address, as in "/srv/results" or "s3://bucket/folder"'),
    "results-keys": ("results_keys", _keys, "a list of Ed25519 public keys, 32 bytes in base64 each"),
    "results-signing-key": ("results_signing_key", _source, '"keychain", or the whole path of a file'),
}
