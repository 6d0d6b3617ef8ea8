"""Which package of the tree provides a program: the nearest ``node_modules/.bin`` on a script's PATH."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from safe_install.model import Package
from safe_install.scan.reach.on_demand import promised
from safe_install.scan.unpack.manifest import bins


@dataclass(slots=True)
class Provided:
    """The programs of a tree, by name; collected when the first is asked for."""

    packages: Mapping[str, Package]
    _by_name: dict[str, dict[str, str]] = field(default_factory=dict)
    _collected: bool = False

    def place_of(self, location: str, name: str) -> str | None:
        """Find where the package lies whose bin a script of the package at ``location`` would run under this name.

        An artifact's bin is the lockfile's, which npm links; the manifest's counts too where the package is here, or one could
        hide from us.
        """
        if not self._collected:
            self._collect()
        by_folder = self._by_name.get(name, {})
        return next((by_folder[folder] for folder in _folders(location) if folder in by_folder), None)

    def _collect(self) -> None:
        self._collected = True
        for location, artifact, package in promised(self.packages):
            folder = location.rpartition("node_modules/")[0] + "node_modules"
            for name in {*(bins(package.manifest, package.members) if package else ()), *artifact.bin}:
                self._by_name.setdefault(name, {}).setdefault(folder, location)


def _folders(location: str) -> Iterator[str]:
    """Name the node_modules of a place and of everything around it, nearest first."""
    parts = location.split("/") if location else []
    for size in range(len(parts), -1, -1):
        if not parts[:size] or parts[size - 1] != "node_modules":
            yield "/".join([*parts[:size], "node_modules"])
