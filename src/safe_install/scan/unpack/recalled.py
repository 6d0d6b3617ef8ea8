"""A package as it was unpacked before, without inflating its archive: what an archive holds is a fact about its digest.

The names and the manifest are there at once, its very bytes too, since who looks for commands reads them; a member's digest is decoded
when somebody asks for it, and any other file is read from the archive as ever, and compared with its digest.
"""

from __future__ import annotations

import struct
from array import array
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property

from safe_install.errors import TarballError
from safe_install.model import Artifact, Digest, Member, Package, sha256
from safe_install.scan.unpack.manifest import MANIFEST, read_manifest
from safe_install.scan.unpack.tarball import Files

_LENGTHS = struct.Struct("<II")  # of the manifest and of the names
_MEMBER = struct.Struct("<32sQQ?")  # digest, size, where it begins in the inflated archive, executable
_APART = "\0"  # no name holds one: see names.py


def written(package: Package) -> bytes | None:
    """Write down a package that `unpack` made; None for one that was made otherwise."""
    if not isinstance(package.files, Files):
        return None
    manifest = package.files[MANIFEST] if MANIFEST in package.members else b""
    names = _APART.join(package.members).encode("utf-8", "surrogatepass")
    members = (
        _MEMBER.pack(bytes.fromhex(member.digest), member.size, start, member.executable)
        for member, start in zip(package.members.values(), package.files.starts, strict=True)
    )
    return b"".join((_LENGTHS.pack(len(manifest), len(names)), manifest, names, *members))


def read_back(artifact: Artifact, text: bytes, reread: Callable[[], bytes]) -> Package | None:
    """Read what `written` wrote of the same archive; None for anything else. ``reread`` is as for `unpack`."""
    try:
        manifest_length, names_length = _LENGTHS.unpack_from(text)
        end = _LENGTHS.size + manifest_length
        manifest = text[_LENGTHS.size : end]
        names = text[end : end + names_length].decode("utf-8", "surrogatepass").split(_APART)
        read = read_manifest(manifest) if manifest else {}
    except (struct.error, ValueError, TarballError):
        return None
    rows = text[end + names_length :]
    if len(rows) != len(names) * _MEMBER.size:
        return None
    members = _Members(names, rows)
    if (sha256(manifest) if manifest else None) != (members[MANIFEST].digest if MANIFEST in members else None):
        return None
    return Package(
        artifact=artifact,
        manifest=read,
        members=members,
        files=Files(members, members.starts(), reread, manifest or None),
    )


class _Members(Mapping[str, Member]):
    """Members by name; what is known of each stays as it was written until it is asked for."""

    def __init__(self, names: list[str], rows: bytes) -> None:
        self._names = names
        self._rows = rows

    @cached_property
    def _places(self) -> Mapping[str, int]:
        return {name: number * _MEMBER.size for number, name in enumerate(self._names)}

    def __getitem__(self, path: str) -> Member:
        digest, size, _, executable = _MEMBER.unpack_from(self._rows, self._places[path])
        return Member(digest=Digest(digest.hex()), size=size, executable=executable)

    def __contains__(self, path: object) -> bool:
        return path in self._places

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def starts(self) -> array[int]:
        """Give where each member begins in the inflated archive."""
        return array("Q", (start for _, _, start, _ in _MEMBER.iter_unpack(self._rows)))
