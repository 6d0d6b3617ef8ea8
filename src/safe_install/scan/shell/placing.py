"""Which places a command may bring other contents to, as far as its words tell: so that nothing runs that was not read.

``cp -r x/. .`` and ``tar xf data.tar`` name no file that they write; ``mv x/run.js .`` names only half of it. Such a place ends
in what is not known, as one does that only running tells. Where a file is removed Node finds another in its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from safe_install.scan.shell.commands import Command
from safe_install.scan.shell.program_names import is_flag, program_name
from safe_install.scan.shell.words import Word, below, computed, inside, listed, literal

_HERE = literal(".")
_COPYING = listed("cp ditto install ln mv")
_INTO_DIRECTORY = ("-t", "--target-directory")
_WITH_VALUE = {
    "cp": listed("-S --suffix -t --target-directory"),
    "install": listed("-m --mode -o --owner -g --group -S --suffix -t --target-directory"),
    "ln": listed("-S --suffix -t --target-directory"),
    "mv": listed("-S --suffix -t --target-directory"),
    "ditto": listed("--arch --bom"),
}
_TARS = listed("bsdtar gtar tar")
_UNPACKING = {
    **dict.fromkeys(_TARS, ("-C", "--directory")),
    **dict.fromkeys(listed("7z 7za 7zz"), ("-o",)),
    "unzip": ("-d",),
    "patch": ("-d", "--directory"),
}
_INFLATING = {
    **dict.fromkeys(listed("gunzip gzip"), (".gz", ".tgz", ".Z", ".z")),
    **dict.fromkeys(listed("bunzip2 bzip2"), (".bz2", ".tbz2")),
    **dict.fromkeys(listed("unxz xz"), (".xz", ".lzma")),
    "zstd": (".zst",),
}
_LEAVES = re.compile(r"--(?:absolute|transform|xform|recursive-unlink|unlink)|-?[a-zA-Z]*P|-s[^=]?")
"""What makes other names of an archive's, or lets them lead out of the directory."""
_GLOB = frozenset("*?[")
_RECURSIVE = frozenset("rRa")


def placed(command: Command) -> Iterator[Word]:
    """Give the places that a command may fill by its arguments: files, and directories of which anything may be filled."""
    name = program_name(command) or ""
    if name in _COPYING:
        yield from _copied(name, command.arguments)
    elif name in _UNPACKING and not _only_packs(name, command.arguments):
        yield from _unpacked(name, command.arguments)
    elif name in _INFLATING:
        yield from _inflated(name, command.arguments)
    elif name in {"rm", "unlink"}:
        yield from (word for word in command.arguments if not is_flag(word) and word.literal)
    elif name == "openssl":
        yield from (after for before, after in pairwise(command.arguments) if before.literal == "-out")
    elif name in {"sed", "gsed"} and any(_edits_in_place(word.literal or "") for word in command.arguments):
        yield from (word for word in command.arguments if not is_flag(word))


def _copied(name: str, words: Sequence[Word]) -> Iterator[Word]:
    """Give what the last word may be, a file or a directory; a directory that is copied may hold any name."""
    plain = list(_without_values(words, _WITH_VALUE[name]))
    flags = [word.literal or "" for word in words if is_flag(word)]
    into = [after for before, after in pairwise(words) if before.literal in _INTO_DIRECTORY]
    into += [literal(flag.partition("=")[2]) for flag in flags if flag.startswith("--target-directory=")]
    sources = plain if into else plain[:-1]
    whole = name in {"ditto", "ln", "mv"} or any(map(_copies_directories, flags))
    for place in into or plain[1:][-1:]:
        yield from (one for source in sources for one in _places(source, place, whole=whole))
        yield from [below(place)] if name == "ditto" else ()
    yield from sources if name == "mv" else ()


def _places(source: Word, place: Word, *, whole: bool) -> Iterator[Word]:
    """Give what may come of one source: the place itself, what is called like it there, and what is below them of a directory."""
    yield place
    last = (source.literal or "").rstrip("/").rpartition("/")[2]
    is_exact = last not in {"", ".", ".."} and not _GLOB & set(last)
    if is_exact:
        yield inside(place, last)
        yield from [below(inside(place, last))] if whole else ()
    is_there = (place.literal or "").endswith(("/", "."))  # a directory that cannot be another's name
    if not is_exact or (whole and not is_there):
        yield below(place)


def _copies_directories(flag: str) -> bool:
    return flag in {"--recursive", "--archive"} or (not flag.startswith("--") and bool(_RECURSIVE & set(flag)))


def directories_named(name: str, words: Sequence[Word]) -> list[Word]:
    """Give the directories that a program which unpacks is told to do it in, ``-C DIR`` or ``-CDIR``."""
    options = _UNPACKING.get(name, ())
    apart = [after for before, after in pairwise(words) if before.literal in options]
    texts = [(word.literal or "", option) for word in words for option in options]
    return apart + [
        literal(text.removeprefix(option).removeprefix("="))
        for text, option in texts
        if text.startswith(option) and text != option
    ]


def _unpacked(name: str, words: Sequence[Word]) -> Iterator[Word]:
    """Give where files are unpacked to; tar takes a second directory from the first one, and may be told to leave both."""
    named = directories_named(name, words)
    yield from (below(place) for place in named or [_HERE])
    if name == "patch":
        yield from (word for word in words if not is_flag(word))
    flags = [word.literal or "" for word in words if is_flag(word) or word is words[0]]
    if name in _TARS and (len(named) > 1 or any(map(_LEAVES.match, flags))):
        yield computed(f"{name} names")


def _only_packs(name: str, words: Sequence[Word]) -> bool:
    """Tell whether tar makes an archive, or lists one; it takes its first word for flags, with a dash or without."""
    if name not in _TARS:
        return name.startswith("7z") and (words[0].literal if words else "") not in {"x", "e"}
    flags = [word.literal or "" for word in words if is_flag(word) or word is words[0]]
    short = {sign for flag in flags if not flag.startswith("--") for sign in flag}
    packs = {"c", "t", "r", "u"} & short or {"--create", "--list", "--append", "--update"} & set(flags)
    return bool(packs) and "x" not in short and not {"--extract", "--get"} & set(flags)


def _inflated(name: str, words: Sequence[Word]) -> Iterator[Word]:
    """Give what a packed file is called without its ending; with a pattern, or a computed name, anything."""
    for word in words:
        text = word.literal
        ending = next((one for one in _INFLATING[name] if text is not None and text.endswith(one)), None)
        if text is not None and ending is not None and not _GLOB & set(text):
            yield literal(text.removesuffix(ending))
        elif not is_flag(word) and (text is None or _GLOB & set(text)):
            yield below(_HERE)


def _edits_in_place(flag: str) -> bool:
    return flag.startswith(("-i", "--in-place")) or (flag.startswith("-") and not flag.startswith("--") and "i" in flag)


def _without_values(words: Sequence[Word], options: frozenset[str]) -> Iterator[Word]:
    """Leave out flags and what belongs to them."""
    before = None
    for word in words:
        if not is_flag(word) and before not in options:
            yield word
        before = word.literal
