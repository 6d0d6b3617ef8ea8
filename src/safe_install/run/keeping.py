"""What of a script's writes is kept: looked at first, then copied below without following a link on the way."""

from __future__ import annotations

import os
import posixpath
import secrets
import shutil
import stat
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from safe_install.errors import SafeInstallError
from safe_install.run.changes import Change, Kind
from safe_install.run.layers import Layer
from safe_install.run.promises import is_in_node_modules
from safe_install.story import Step, Written

_CODE = frozenset({".js", ".cjs", ".mjs", ".json", ".node"})
_OWN_RECORDS = frozenset({"safe-install.toml", "safe-install.approvals.json"})
_OWN_RECORD = ".safe-install"
_PLAIN_MODE = 0o777
_BLOCK = 1024 * 1024
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


@dataclass(frozen=True, kw_only=True, slots=True)
class Keeper:
    """Knows which places one step's writes are kept at: ``homes``, folders of the real project, and not ``others`` in them."""

    project: Path
    homes: tuple[Path, ...]
    others: tuple[Path, ...]
    package: Path | None

    @classmethod
    def of(cls, step: Step, project: Path, beside: Iterable[Path] = ()) -> Keeper:
        """Read it from a step's confinement: its folder without the packages nested in it, and the granted outputs.

        Of the layers ``beside``, those outside of the project (a cache) are kept as they are.
        """
        inside = is_in_node_modules(step.location)
        folder = Path(os.path.realpath(project / step.location))
        outputs = tuple(project / output for output in step.confinement.outputs)
        others = (folder / "node_modules",) if inside else ()
        caches = (path for path in beside if not path.is_relative_to(project) and path != folder)
        homes = (folder, *outputs, *caches)
        return cls(project=project, homes=homes, others=others, package=folder if inside else None)

    def judge(self, layer: Layer, change: Change) -> str:
        """Say why a change is dropped; empty when it is kept."""
        place = layer.path / change.path
        if not change.path.isprintable():
            return "its name has characters that are not for names"
        if _is_own_record(place, self.project):
            return "it is safe-install's own record"
        homes = [home for home in self.homes if place.is_relative_to(home)]
        if not homes or (len(homes) == 1 and any(place.is_relative_to(other) for other in self.others)):
            return "it is not in the package's folder" if self.package else "it is not in its folder"
        if place in homes and change.kind is not Kind.FOLDER:
            return "it is the folder itself"
        if change.kind is Kind.ODD:
            return "it is neither a file nor a link"
        if change.kind is Kind.LINK and not self._stays_inside(place, change.target):
            return "it is a link that leads out"
        return ""

    def told(self, layer: Layer, change: Change, why: str = "") -> Written:
        """Tell one change by its path as the project has it; ``why`` nothing at all is kept, if so."""
        place = layer.path / change.path
        inside = self.package is not None and place.is_relative_to(self.package)
        return Written(
            path=layer.called(change.path),
            how=change.how,
            dropped=self.judge(layer, change) or why,
            code=inside and change.was_there and place.suffix.lower() in _CODE,
        )

    def _stays_inside(self, place: Path, target: str) -> bool:
        """Tell whether a link leads to a place that is kept; ``..`` after a name may climb out of another link."""
        parts = target.split("/")
        climbs = next((at for at, part in enumerate(parts) if part not in {"..", "."}), len(parts))
        if not target or target.startswith("/") or ".." in parts[climbs:]:
            return False
        end = Path(posixpath.normpath(place.parent / target))
        return any(end.is_relative_to(home) for home in self.homes)


def _is_own_record(place: Path, project: Path) -> bool:
    if place.parent == project and place.name in _OWN_RECORDS:
        return True
    return place.parent.name == "node_modules" and place.name.startswith((_OWN_RECORD, ".package-lock.json"))


# ------------------------------------------------------------------ copying


def keep(layer: Layer, changes: Iterable[Change]) -> tuple[str, ...]:
    """Make the folder below what the script saw, change by change; give the paths that lost the bits of a set-id file.

    Raises SafeInstallError when something cannot be written; what was written until then stays.
    """
    bare: list[str] = []
    with _Folders(layer.below) as folders:
        for change in changes:
            above, _, name = change.path.rpartition("/")
            try:
                _apply(change, folders.open(above), name)
            except OSError as error:
                raise SafeInstallError(
                    f"What a script wrote to {layer.path / change.path} could not be kept: {error.strerror}."
                ) from error
            if change.kind is Kind.FILE and change.mode & (stat.S_ISUID | stat.S_ISGID):
                bare.append(change.path)
    return tuple(bare)


class _Folders:
    """Opens folders below one, step by step and through no link; the last one stays open for the next file in it."""

    def __init__(self, root: Path) -> None:
        self._root = os.open(root, _FOLDER)
        self._open = self._root
        self._path = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._forget()
        os.close(self._root)

    def open(self, path: str) -> int:
        """Give the descriptor of a folder, which stays ours."""
        if path != self._path:
            self._forget()
            for part in path.split("/"):
                inner = os.open(part, _FOLDER, dir_fd=self._open)
                self._forget()
                self._open = inner
            self._path = path
        return self._open

    def _forget(self) -> None:
        if self._open != self._root:
            os.close(self._open)
        self._open, self._path = self._root, ""


def _apply(change: Change, folder: int, name: str) -> None:
    """Do one change in an open folder; a file is complete before it takes its name, and never written in place.

    In place would be in the store as well, where a package manager made the tree of hard links.
    """
    there = _mode_at(folder, name)
    if there is not None and (stat.S_ISDIR(there) or change.kind in {Kind.NOTHING, Kind.FOLDER}):
        _remove_at(folder, name, there)
    fresh = f".{name[:100]}.{secrets.token_hex(8)}"
    if change.kind is Kind.FOLDER:
        os.mkdir(name, (change.mode & _PLAIN_MODE) | stat.S_IRWXU, dir_fd=folder)
    elif change.kind is not Kind.NOTHING:
        try:
            if change.kind is Kind.LINK:
                os.symlink(change.target, fresh, dir_fd=folder)
            else:
                _copy(change, folder, fresh)
            os.replace(fresh, name, src_dir_fd=folder, dst_dir_fd=folder)
        except BaseException:
            with suppress(OSError):
                os.unlink(fresh, dir_fd=folder)
            raise


def _copy(change: Change, folder: int, name: str) -> None:
    """Copy one file, with its time, which build tools compare."""
    opened = os.open(change.source, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(opened, "rb") as source:
        fresh = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600, dir_fd=folder)
        with os.fdopen(fresh, "wb", buffering=0) as target:
            found = os.fstat(source.fileno())
            shutil.copyfileobj(source, target, _BLOCK)
            os.fchmod(target.fileno(), change.mode & _PLAIN_MODE)
            os.utime(target.fileno(), ns=(found.st_atime_ns, found.st_mtime_ns))


def _mode_at(folder: int, name: str) -> int | None:
    try:
        return os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode
    except FileNotFoundError:
        return None


def _remove_at(folder: int, name: str, mode: int) -> None:
    if stat.S_ISDIR(mode):
        shutil.rmtree(name, dir_fd=folder)
    else:
        os.unlink(name, dir_fd=folder)
