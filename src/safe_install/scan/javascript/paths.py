"""Node's ``path`` and ``url`` functions on words, of which parts may be computed."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Sequence
from urllib.parse import unquote

from safe_install.scan.shell.words import PACKAGE_ROOT, WORKING_DIRECTORY, Computed, Word, computed, joined, literal

MODULES = "\0modules"
"""Stands before a path in another package, as ``require.resolve`` finds it; it stays inside these files."""
_BARE = re.compile(rf"{MODULES}/(?:@[^/]*/)?[^/]*")
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z+.-]*:|/")
_IN_PLACE = re.compile(r"(?:^|/)\.{0,2}$")
"""The end of a relative address that names a directory: ``./a/``, ``.``, ``..``."""
_BLANKS = "".join(map(chr, range(33)))
_NO_LETTER = re.compile(r"[\t\n\r]")
"""What URL leaves out wherever it stands."""
_END_OF_PATH = re.compile(r"[?#]")
_ANCHORS = (PACKAGE_ROOT, WORKING_DIRECTORY, MODULES)


def join(words: Sequence[Word]) -> Word:
    """Join as ``path.join`` does."""
    return normalize([joined((word for word in words if word.parts), "/")])


def normalize(words: Sequence[Word]) -> Word:
    """Take ``.`` and ``..`` out, as far as every part is known."""
    whole = words[0] if words else literal("")
    text = whole.literal
    if text is None:
        return whole
    anchor = next((one for one in _ANCHORS if text.startswith(one)), "")
    rest = text.removeprefix(anchor)
    plain = posixpath.normpath(rest.lstrip("/") if anchor else re.sub("^/+", "/", rest))
    end = "/" if rest.endswith("/") and not plain.endswith("/") else ""
    return literal(f"{anchor}/{plain}{end}" if anchor else f"{plain}{end}")


def resolve(words: Sequence[Word]) -> Word:
    """Join from the last absolute word on; without one the path starts at the working directory."""
    for index in range(len(words) - 1, -1, -1):
        start = words[index].parts[0] if words[index].parts else ""
        if not isinstance(start, str) or start.startswith(("/", *_ANCHORS)):
            return join(words[index:])
    return join([literal(WORKING_DIRECTORY), *words])


def dirname(words: Sequence[Word]) -> Word:
    """Take the last part away; where a package's main file lies is not known, and above a place stands what lies beside it."""
    parts = words[0].parts if words else ()
    last = parts[-1] if parts else ""
    if isinstance(last, str) and _BARE.fullmatch(last):
        return Word((f"{last}/", Computed("the directory of its main file")))
    if not isinstance(last, str) or (len(parts) > 1 and "/" not in last.rstrip("/")):
        return computed("a directory")
    if len(parts) > 1:
        return (
            Word((*parts[:-1], last.rstrip("/").rpartition("/")[0])) if last.strip("/").count("/") else Word(parts[:-1])
        )
    place = last.rstrip("/").removesuffix("/.")
    if place.startswith(_ANCHORS) and (place in _ANCHORS or place.endswith("/..")):
        return literal(f"{place}/..")
    return literal(posixpath.dirname(place) or ".")


def basename(words: Sequence[Word]) -> Word:
    """Keep the last part, without the extension that may be named."""
    parts = words[0].parts if words else ("",)
    last = parts[-1] if parts else ""
    if not isinstance(last, str) or (len(parts) > 1 and "/" not in last.rstrip("/")):
        return computed("a file's name")
    extension = words[1].literal or "" if len(words) > 1 else ""
    return literal(posixpath.basename(last.rstrip("/")).removesuffix(extension))


def without_scheme(word: Word) -> Word:
    """Make the path of a ``file:`` address; any other word stays as it is."""
    first, *rest = word.parts or ("",)
    return Word((first.removeprefix("file://"), *rest)) if isinstance(first, str) and first else word


def url(words: Sequence[Word]) -> Word:
    """Read ``new URL(path, base)``; beside a file, or in a directory, whose address ends with a slash, it is a path."""
    base = (words[1].literal or "").removeprefix("file://") if len(words) > 1 else ""
    if not base.startswith(("/", *_ANCHORS)):
        return words[0]
    address = _as_path(words[0])
    start = address.parts[0] if address.parts else ""
    if isinstance(start, str) and _ABSOLUTE.match(start):
        return address
    place = join([literal(f"{base.rpartition('/')[0]}/"), address])
    text = place.literal
    is_directory = text is not None and _IN_PLACE.search(address.literal or "") is not None
    return literal(f"{(text or '').rstrip('/')}/") if is_directory else place


def _as_path(address: Word) -> Word:
    """Read a relative address as URL does: ``%2e%2e`` is ``../``, blanks around it are none, and ``?`` or ``#`` ends the path."""
    parts: list[str | Computed] = []
    for part in address.parts:
        if not isinstance(part, str):
            parts.append(part)
            continue
        plain = _NO_LETTER.sub("", part if parts else part.lstrip(_BLANKS))
        path = _END_OF_PATH.split(plain, maxsplit=1)[0]
        parts.append(unquote(path.replace("\\", "/")))
        if path != plain:
            break
    return Word(tuple(parts))


def outside(word: Word) -> Word:
    """Write a path in another package as one that leaves this package, for those who do not know `MODULES`."""
    there = f"{PACKAGE_ROOT}/.."
    return Word(tuple(one.replace(MODULES, there) if isinstance(one, str) else one for one in word.parts))


FUNCTIONS: dict[str, Callable[[Sequence[Word]], Word]] = {
    "join": join,
    "normalize": normalize,
    "resolve": resolve,
    "dirname": dirname,
    "basename": basename,
    "toNamespacedPath": normalize,
}
