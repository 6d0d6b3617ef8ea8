"""What a text hides behind encodings, layer below layer: read for what it says, never for where it leads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from safe_install.model import Digest, Language, ReachableFile, sha256
from safe_install.scan.unfold.unfold import unfold

DEEPEST = 4
MOST = 100  # of one file


@dataclass(frozen=True, kw_only=True, slots=True)
class Decoded:
    """One layer; ``said`` is how it was found, for chains."""

    content: bytes
    language: Language
    said: str

    @property
    def digest(self) -> Digest:
        """Name the layer's content."""
        return sha256(self.content)


_NOTHING_HIDDEN: set[tuple[Digest, Language]] = set()
"""Files that were found to hide nothing: many scripts of a tree require the same modules."""
MOST_REMEMBERED = 16_384


def unfolded(file: ReachableFile, called: str) -> Iterator[Decoded]:
    """Decode a file, and what is decoded again, at most `DEEPEST` deep; each text once."""
    known = (file.digest, file.language)
    if known in _NOTHING_HIDDEN:
        return
    hides = False
    for one in _layer_by_layer(file, called):
        hides = True
        yield one
    if not hides and len(_NOTHING_HIDDEN) < MOST_REMEMBERED:
        _NOTHING_HIDDEN.add(known)


def _layer_by_layer(file: ReachableFile, called: str) -> Iterator[Decoded]:
    seen = {file.content}
    level = [(file.content, file.language, called)]
    for _ in range(DEEPEST):
        found = [
            Decoded(
                content=layer.content, language=layer.language, said=f"decoded from {layer.how} in {place}:{layer.line}"
            )
            for content, language, place in level
            for layer in unfold(content, language)
        ]
        level = []
        for one in found:
            if one.content not in seen and len(seen) <= MOST:
                seen.add(one.content)
                level.append((one.content, one.language, f"what is {one.said}"))
                yield one
