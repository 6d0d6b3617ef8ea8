"""Node's ``path`` and ``url`` functions on words, of which parts may be computed."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Sequence

from safe_install.scan.shell.words import PACKAGE_ROOT, WORKING_DIRECTORY, Word, computed, joined, literal

_ANCHORS = (PACKAGE_ROOT, WORKING_DIRECTORY)


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
    """Take the last part away."""
    text = words[0].literal if words else None
    return computed("a directory") if text is None else literal(posixpath.dirname(text.rstrip("/")) or ".")


def basename(words: Sequence[Word]) -> Word:
    """Keep the last part, without the extension that may be named."""
    text = words[0].literal if words else None
    if text is None:
        return computed("a file's name")
    extension = words[1].literal or "" if len(words) > 1 else ""
    return literal(posixpath.basename(text.rstrip("/")).removesuffix(extension))


def without_scheme(word: Word) -> Word:
    """Make the path of a ``file:`` address; any other word stays as it is."""
    first, *rest = word.parts or ("",)
    return Word((first.removeprefix("file://"), *rest)) if isinstance(first, str) and first else word


def url(words: Sequence[Word]) -> Word:
    """Read ``new URL(path, base)``; beside a file it is a path."""
    base = words[1].literal if len(words) > 1 else None
    if base is None or not base.startswith(f"file://{PACKAGE_ROOT}"):
        return words[0]
    return join([literal(posixpath.dirname(base.removeprefix("file://"))), words[0]])


FUNCTIONS: dict[str, Callable[[Sequence[Word]], Word]] = {
    "join": join,
    "normalize": normalize,
    "resolve": resolve,
    "dirname": dirname,
    "basename": basename,
    "toNamespacedPath": normalize,
}
