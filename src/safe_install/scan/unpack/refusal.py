"""How an archive is refused: one sentence that names the rule it breaks."""

from __future__ import annotations

from typing import NoReturn

from safe_install.errors import TarballError

_SHOWN = 80  # characters of a name in a sentence


def refuse(rule: str) -> NoReturn:
    """Refuse the archive for the rule it breaks."""
    raise TarballError(f"the archive is refused: {rule}")


def shown(name: str | bytes) -> str:
    """Quote a name for one sentence: ASCII, short."""
    text = ascii(name).removeprefix("b")
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…'"
