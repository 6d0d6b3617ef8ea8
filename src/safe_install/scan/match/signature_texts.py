"""The files of signatures as texts: all that is needed to name what is looked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from safe_install.errors import SemgrepError


def texts_of(directories: Sequence[Path]) -> tuple[Mapping[Path, str], ...]:
    """Read every file of signatures below each directory; `SemgrepError` where there is none, or one cannot be read."""
    found = []
    for number, directory in enumerate(directories):
        paths = sorted([*directory.rglob("*.yaml"), *directory.rglob("*.yml")])
        if not paths:
            raise SemgrepError(f"there are no signatures in {directory}", hint=_repair(number, directory))
        found.append({path: _text(path) for path in paths})
    return tuple(found)


def _repair(number: int, directory: Path) -> str:
    return f"put rules into {directory}, or leave it out of the policy" if number else "install safe-install anew"


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise wrong(path, f"it cannot be read: {error}") from error


def wrong(path: Path, what: str, line: int | None = None) -> SemgrepError:
    """Say what is wrong with a file of signatures, and where."""
    where = f"{path}:{line}" if line is not None else str(path)
    return SemgrepError(f"the signature {path.stem} is broken: {what} ({where})", hint=f"correct or remove {path}")
