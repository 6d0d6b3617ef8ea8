"""This system's keychain, through ``keyring``, an optional dependency: never a file of ours, never anything in plain text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Protocol

from safe_install.errors import SafeInstallError
from safe_install.whole_files import replace_file

_SERVICE = "safe-install"
_INDEX = "secrets.json"  # names, and which are of production; values are in the keychain alone
_LEAST = 1.0  # keyring gives backends that only pretend (plain files, nothing at all) less


class _Keyring(Protocol):
    """What is used of keyring."""

    def get_password(self, service: str, name: str) -> str | None:
        """Give a value."""

    def set_password(self, service: str, name: str, value: str) -> None:
        """Keep a value."""

    def delete_password(self, service: str, name: str) -> None:
        """Forget a value."""


def value_of(name: str) -> str:
    """Give a value, empty when there is none; SafeInstallError when there is no keychain."""
    return _keychain().get_password(_SERVICE, name) or ""


def keep(name: str, value: str, directory: Path, *, production: bool) -> None:
    """Keep a value under a name."""
    _keychain().set_password(_SERVICE, name, value)
    _write(directory, {**names(directory), name: production})


def forget(name: str, directory: Path) -> None:
    """Forget a value."""
    known = names(directory)
    if name not in known:
        raise SafeInstallError(f"No secret is kept under {name!r}.", hint="`safe-install secret list` names them.")
    _keychain().delete_password(_SERVICE, name)
    _write(directory, {other: production for other, production in known.items() if other != name})


def names(directory: Path) -> dict[str, bool]:
    """List what is kept by name, and whether it is marked as production."""
    try:
        told = json.loads((directory / _INDEX).read_bytes())
        return {str(name): bool(production) for name, production in told.items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, AttributeError) as error:
        raise SafeInstallError(f"{directory / _INDEX} cannot be read.") from error


def _write(directory: Path, known: dict[str, bool]) -> None:
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    replace_file(directory / _INDEX, json.dumps(known, indent=1, sort_keys=True).encode())


def _keychain() -> _Keyring:
    try:
        import keyring
    except ImportError:
        raise SafeInstallError(
            "Keychains need the package keyring, which is not installed.",
            hint="pip install 'safe-install-npm[keychain]', or name another source: cmd:, file: or env:.",
        ) from None
    backend: _Keyring = keyring.get_keyring()
    if not float(getattr(backend, "priority", 0)) >= _LEAST:
        raise SafeInstallError(
            "This machine has no keychain that is unlocked, and nothing is kept in plain text.",
            hint="Use cmd: (op read, vault kv get, pass show …), file: with mode 0600, or env: instead.",
        )
    return backend
