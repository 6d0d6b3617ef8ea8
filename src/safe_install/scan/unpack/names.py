"""What a name in an archive becomes on disk, as npm places it, and when two names are one file.

npm drops the first component whatever it is, drops ``.`` components, drops a drive letter, and writes a
``.gitignore`` as ``.npmignore``. A name that npm would skip, move or cut is refused instead, with `TarballError`.
Real archives (50,918 files in 1,689) have ``.`` components (11), one ``.gitignore``, and nothing else of the kind.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from itertools import pairwise

from safe_install.scan.unpack.refusal import refuse, shown

MAX_COMPONENT = 255  # bytes; what file systems take: npm leaves out a file whose name they do not
MAX_PATH = 1_000  # bytes; real: 83
MAX_DEPTH = 64  # real: 6
MAX_NAMES = 8 << 20  # bytes, of all names of an archive; real: 190,000

_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\\]")
_DRIVE = re.compile(r"[A-Za-z]:")


def place(name: str) -> tuple[str, str]:
    """Give the top folder and the path below it, without ``.`` components; the path of the folder itself is empty."""
    if _FORBIDDEN.search(name):
        refuse(f"a name has a backslash or a control character: {shown(name)}")
    parts = name.split("/")
    if parts[-1] == "" and len(parts) > 1:
        parts.pop()
    elif parts[-1] == "." and len(parts) > 1:
        refuse(f"a name ends in a dot component: {shown(name)}")
    if "" in parts or ".." in parts:
        refuse(f"a name is absolute, or has an empty or a '..' component: {shown(name)}")
    below = [part for part in parts[1:] if part != "."]
    _check_lengths(name, below)
    if below and _DRIVE.match(below[0]):
        refuse(f"npm would drop the drive letter of {shown(name)}")
    return parts[0], "/".join(below)


def written(path: str) -> str:
    """Give the path under which npm writes a file (pacote's fetcher.js)."""
    folder, slash, base = path.rpartition("/")
    return f"{folder}{slash}.npmignore" if base == ".gitignore" else path


def fold(path: str) -> str:
    """Give the same text for all names that some file system (macOS, Windows) takes for one."""
    if path.isascii():
        return path.lower()
    return unicodedata.normalize("NFD", unicodedata.normalize("NFD", path).casefold())


def check_clashes(files: Collection[str], directories: Iterable[str]) -> None:
    """Refuse two files, or a file and a directory, that are one name on some file system.

    There, which of the two npm leaves on disk is chance; a verdict must hold on every machine.
    """
    folded = {fold(path): path for path in files}
    if len(folded) != len(files):
        lost = next(path for path in files if folded[fold(path)] != path)
        refuse(f"{shown(lost)} and {shown(folded[fold(lost)])} are one file where case does not count")
    folders = {fold(path) for path in directories}
    ordered = sorted(path.replace("/", "\0") for path in folded.keys() | folders)  # what is below follows at once
    parents = {path.replace("\0", "/") for path, after in pairwise(ordered) if after.startswith(f"{path}\0")}
    if clash := folded.keys() & (folders | parents):
        refuse(f"{shown(folded[min(clash)])} is both a file and a directory")


def _check_lengths(name: str, below: list[str]) -> None:
    if len(below) > MAX_DEPTH or len(name.encode()) > MAX_PATH:
        refuse(f"a name is too long or too deep: {shown(name)}")
    if any(len(part.encode()) > MAX_COMPONENT for part in below):
        refuse(f"a part of a name is too long: {shown(name)}")
