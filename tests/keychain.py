"""A keychain for tests: keyring's own interface, kept in one file whose place a variable says."""

from __future__ import annotations

import json
import os
from pathlib import Path

from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError


class Keychain(KeyringBackend):  # type: ignore[misc] # keyring is half typed
    """Keeps passwords where ``TEST_KEYCHAIN`` says."""

    priority = 1

    def get_password(self, service: str, username: str) -> str | None:
        """Give a password."""
        kept = self._kept().get(f"{service}/{username}")
        return kept if isinstance(kept, str) else None

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep a password."""
        self._place().write_text(json.dumps({**self._kept(), f"{service}/{username}": password}))

    def delete_password(self, service: str, username: str) -> None:
        """Keep everything: no test deletes."""
        raise PasswordDeleteError(f"{service}/{username}")

    def _kept(self) -> dict[str, object]:
        kept: dict[str, object] = json.loads(self._place().read_text()) if self._place().exists() else {}
        return kept

    def _place(self) -> Path:
        return Path(os.environ["TEST_KEYCHAIN"])
