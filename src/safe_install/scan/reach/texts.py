"""What waits to be read in a trace."""

from __future__ import annotations

from dataclasses import dataclass

from safe_install.model import Package, ReachableFile
from safe_install.scan.reach.arguments import Given
from safe_install.scan.reach.installed import Places


@dataclass(frozen=True, kw_only=True, slots=True)
class Text:
    """Something to read: ``called`` so in chains; ``origin`` is the file whose ``__dirname`` and modules it has.

    ``content`` differs from the file's for a text with paths that start at a known place: see words.py. ``program``
    is the known program whose code it is; ``by_cmd``: on Windows, cmd.exe reads it and no shell. ``asked``: see `ToFile`.
    ``given`` is what it is started with, ``shared``: see `ToFile`.
    """

    owner: Package
    file: ReachableFile
    called: str
    content: str
    places: Places
    origin: str | None = None
    program: str = ""
    by_cmd: bool = False
    asked: str = ""
    given: Given = None
    shared: bool = False


def without_nul(text: str) -> str:
    """Leave no NUL in what a package wrote: it is the sign of places that this program knows."""
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}")
