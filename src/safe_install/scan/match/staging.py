"""Copies of reached files, written by us for semgrep, under names that say nothing but the language.

Semgrep never sees a package's tree. So no ``.git/config`` can make it run a command, no ``.semgrepignore`` can
empty the scan, and no ``tests/``, ``*.min.js`` or missing extension can hide a file (measured with 1.182).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from safe_install.model import Language
from safe_install.scan.match.layers import layers_of
from safe_install.scan.match.normalise import AsWritten, Normalised, normalise
from safe_install.scan.match.portions import portions
from safe_install.scan.unfold.unfold import Layer

VERSION = "3"
"""Raise it when the same file would be staged differently."""

SECONDS = 20.0  # of CPU for spelling and unfolding all files of one start; a file of 256 KB made for it takes 2
SECONDS_PER_FILE = 0.05  # honest files take 0.01
BOM = b"\xef\xbb\xbf"
_SCRIPT = (Language.JAVASCRIPT, Language.TYPESCRIPT)  # whose plain spelling knows the mark, and the way back over it
_AS_CODE = frozenset((Language.JAVASCRIPT, Language.TYPESCRIPT, Language.PYTHON, Language.SHELL))


class File(NamedTuple):
    """What is to be matched; a ``library`` file as text, of which nothing but its comments is known."""

    content: bytes
    language: Language
    library: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Copy:
    """One staged copy: of which file (a number of the caller's), and the way back to its original.

    A copy of a ``layer`` has its text for the original; ``guessed``: nobody knows that it is in this language. It is
    the part of the spelling from ``start`` on.
    """

    file: int
    original: bytes
    spelling: Normalised
    layer: Layer | None = None
    start: int = 0

    @property
    def guessed(self) -> bool:
        """Tell whether the language is a guess, so that not being able to parse it proves nothing."""
        return self.layer is not None

    def origin(self, offset: int) -> int:
        """Give the place in the original of a byte of the copy."""
        return max(0, min(self.spelling.origin(offset + self.start), len(self.original)))


@dataclass(frozen=True, kw_only=True, slots=True)
class Stage:
    """A directory of copies, and a home for semgrep that holds nothing of the user's; ``layers`` by file.

    The ``hurried`` files are there as they were written only, for want of time. ``mark`` gives a part of a copy's name
    from its content.
    """

    files: Path
    home: Path
    copies: dict[str, Copy] = field(default_factory=dict)
    layers: dict[int, tuple[Layer, ...]] = field(default_factory=dict)
    hurried: set[int] = field(default_factory=set)
    mark: Callable[[bytes], str] = lambda _: ""

    @property
    def unwhole(self) -> frozenset[int]:
        """Name the files that were not wholly understood before semgrep saw them."""
        return frozenset(copy.file for copy in self.copies.values() if not copy.spelling.whole and not copy.guessed)


@contextmanager
def staged(files: Sequence[File], mark: Callable[[bytes], str]) -> Iterator[Stage]:
    """Write each file, its plain spelling and what it hides into a private directory that is then removed."""
    with TemporaryDirectory(prefix="safe-install-") as private:  # mode 0700
        root = Path(private)
        stage = Stage(files=root / "files", home=root / "home", mark=mark)
        stage.files.mkdir()
        stage.home.mkdir()
        # An empty list of our own takes the place of semgrep's, which leaves out tests and minified files.
        (stage.files / ".semgrepignore").touch()
        deadline = time.thread_time() + SECONDS + len(files) * SECONDS_PER_FILE
        for number, file in enumerate(files):
            if time.thread_time() > deadline:
                stage.hurried.add(number)
            _put_file(stage, number, file)
        yield stage


def original_of(content: bytes, language: Language) -> bytes:
    """Give UTF-8 without a mark for a file in UTF-16, which Windows' own interpreters run, and for one with a mark."""
    for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if content.startswith(mark):
            return content[2:].decode(encoding, errors="replace").encode(errors="replace")
    return content if language in _SCRIPT else content.removeprefix(BOM)


def _put_file(stage: Stage, number: int, file: File) -> None:
    """Stage a file with everything that it hides."""
    content, language, library = file
    original = original_of(content, language)
    if library:
        stage.layers[number] = ()
        spelling = AsWritten(content=_valid(original), language=language)
        _write(stage, Copy(file=number, original=original, spelling=spelling), Language.TEXT)
        return
    if number in stage.hurried:
        stage.layers[number] = ()
        _write(stage, Copy(file=number, original=original, spelling=Normalised(content=_valid(original))), language)
        return
    normalised = _put(stage, number, original, language)
    stage.layers[number] = layers_of(original, language, normalised.texts)
    for layer in stage.layers[number]:
        _put(stage, number, layer.content, layer.language, layer)


def _put(stage: Stage, number: int, content: bytes, language: Language, layer: Layer | None = None) -> Normalised:
    """Stage a text, and its plain spelling where that differs.

    The original is then read as text only, which costs a tenth: all its code is in the plain copy too. Where our
    grammar was at a loss both are read as code. Where the plain copy holds what calls give, another one holds the calls.
    A decoded text is always read as text too, for its language is a guess.
    """
    text = _valid(content)
    normalised = normalise(text, language)
    as_text = (normalised.changed and normalised.whole) or (layer is not None and language in _AS_CODE)
    spellings = [(Language.TEXT if as_text else language, replace(normalised, content=text, anchors=((0, 0),)))]
    if normalised.changed or (as_text and layer is not None):
        spellings.append((language, normalised))
    if normalised.worked_out:
        spellings.append((language, normalise(text, language, work_out=False)))
    for suffix, spelling in spellings:
        _write(stage, Copy(file=number, original=content, spelling=spelling, layer=layer), suffix)
    return normalised


def _write(stage: Stage, copy: Copy, language: Language) -> None:
    for start, part in portions(copy.spelling.content, language):
        name = f"{len(stage.copies) + 1:04d}{stage.mark(part)}.{language.value}"
        (stage.files / name).write_bytes(part)
        stage.copies[name] = replace(copy, start=start)


def _valid(content: bytes) -> bytes:
    """Put a question mark for each byte that is not UTF-8: one such byte blinds every signature that reads text."""
    return content.decode(errors="surrogateescape").encode(errors="replace")
