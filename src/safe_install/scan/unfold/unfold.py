"""Text in disguise → layers: what a file holds in base64, numbers, escapes, ciphers, packers and invisible characters.

An attacker hides the address, the path or the whole payload; honest install scripts hide pictures, fonts and
WebAssembly. So what is decoded is a layer only when it is text with a word that matters (see `worth`). Everything is
bounded, linear in the file, and nothing is evaluated.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from safe_install.model import Digest, Language, sha256
from safe_install.scan.unfold.ciphers import in_place
from safe_install.scan.unfold.decodings import Patience, texts_in
from safe_install.scan.unfold.invisible import invisible_texts
from safe_install.scan.unfold.packers import packed_texts
from safe_install.scan.unfold.pieces import Piece, keys_in, pieces_in
from safe_install.scan.unfold.worth import language_of, says_something

VERSION = "1"
"""Raise it when any file would be unfolded differently, so that what was remembered is matched anew."""

MOST_LAYERS = 200  # of one file
MOST_BYTES = 1 << 20  # of all layers of one file
LARGEST = 2 << 20  # bytes of a file that is looked through; a larger one is a gap already
_LARGEST_WHOLE = 1 << 20  # bytes of a file whose every byte is looked at for ciphers
_MOST_REMEMBERED = 24 << 20  # bytes of what was unfolded in this process
_EACH = 400  # bytes that remembering one takes beside
_MOST_KEYED = 600  # pieces that are tried with the keys of their file; honest files have 30
_SHORT = 64  # bytes of a piece; nine of ten are no longer
_MOST_BARREN = 50_000  # pieces, 5 MB
_PACKED = (Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TEXT)
_LINE_END = re.compile(rb"\r\n?|\n")


@dataclass(frozen=True, kw_only=True, slots=True)
class Layer:
    """One text that a file hides: what it says, as what it may be read, the line where it begins, and how it was hidden.

    ``line`` is 1-based, in the file; ``how`` names the encodings from the outside in: ``base64, gzip``.
    """

    content: bytes = field(repr=False)
    language: Language
    line: int
    how: str


@dataclass(slots=True)
class _Remembered:
    """What was unfolded, by what it was: tracing and matching ask for the same files, and many scripts share them."""

    layers: dict[tuple[Digest, Language], tuple[Layer, ...]] = field(default_factory=dict)
    size: int = 0

    def put(self, key: tuple[Digest, Language], layers: tuple[Layer, ...]) -> None:
        """Remember one, and nothing else when there is too much."""
        size = sum(len(layer.content) for layer in layers) + _EACH
        if self.size + size > _MOST_REMEMBERED:
            self.layers.clear()
            self.size = 0
        self.layers[key] = layers
        self.size += size


_REMEMBERED = _Remembered()
_BARREN: set[bytes] = set()
"""Short pieces that hide nothing without a key, as they stand: a third of those in a tree of packages stood in another file."""


def unfold(content: bytes, language: Language) -> tuple[Layer, ...]:
    """Decode what a file hides, one round: a layer may hide further layers, for which the caller calls again.

    At most `MOST_LAYERS` layers and `MOST_BYTES`, in the order of the file. Nothing is refused and nothing raises.
    """
    if len(content) > LARGEST:
        return ()
    key = (sha256(content), language)
    if (known := _REMEMBERED.layers.get(key)) is None:
        known = _unfold(content, language)
        _REMEMBERED.put(key, known)
    return known


def _unfold(content: bytes, language: Language) -> tuple[Layer, ...]:
    line_ends: list[int] = []
    layers: dict[bytes, Layer] = {}
    size = 0
    for start, how, text in _texts(content, language):
        if text in layers or text in content:
            continue
        size += len(text)
        if len(layers) >= MOST_LAYERS or size > MOST_BYTES:
            break
        line_ends = line_ends or _line_ends(content)
        line = bisect.bisect_left(line_ends, start) + 1
        layers[text] = Layer(content=text, language=language_of(text), line=line, how=how)
    return tuple(sorted(layers.values(), key=lambda layer: layer.line))


def _texts(content: bytes, language: Language) -> Iterator[tuple[int, str, bytes]]:
    """Give every decoded text that says something, where it begins, and how it was hidden."""
    source, patience = _readable(content), Patience()
    for start, how, text in (*invisible_texts(source), *(packed_texts(source) if language in _PACKED else ())):
        yield from ((start, steps, plain) for steps, plain in texts_in(text, (), patience, how))
    keys = keys_in(source)
    for count, piece in enumerate(pieces_in(source)):
        keys = keys if count < _MOST_KEYED else ()
        yield from ((piece.start, how, text) for how, text in _texts_in(piece, keys, patience))
    if len(source) <= _LARGEST_WHOLE:
        yield from (found for found in in_place(source) if says_something(found[2]))


def _texts_in(piece: Piece, keys: Sequence[bytes], patience: Patience) -> Iterator[tuple[str, bytes]]:
    """Give the texts in one piece; a short one that hid none, and that no key is tried on, is not looked into again."""
    alone = not (piece.how or keys) and len(piece.data) <= _SHORT
    if alone and piece.data in _BARREN:
        return
    found = False
    for text in texts_in(piece.data, keys, patience, piece.how, hidden=piece.hidden):
        found = True
        yield text
    if alone and not found and patience.unspent and len(_BARREN) < _MOST_BARREN:
        _BARREN.add(piece.data)


def _readable(content: bytes) -> bytes:
    """Give UTF-8 for a file in UTF-16, as Windows writes its scripts; other files as they are."""
    for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if content.startswith(mark):
            return content[2:].decode(encoding, errors="replace").encode()
    return content


def _line_ends(content: bytes) -> list[int]:
    return [match.start() for match in _LINE_END.finditer(content)]
