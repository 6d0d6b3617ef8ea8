"""Honest packages of the registry that this machine's npm is configured for: packed, unpacked, never installed."""

from __future__ import annotations

import json
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path

LIST = Path(__file__).with_name("honest.txt")
QUIET = ("--ignore-scripts", "--no-audit", "--no-fund", "--silent")


def names(text: str) -> list[str]:
    """Give the ``name@version`` of each line that is no comment."""
    lines = (line.partition("#")[0].strip() for line in text.splitlines())
    return [line for line in lines if line]


def folders(kept: Path) -> dict[str, Path]:
    """Give the unpacked folder of each honest package, fetched into ``kept`` where it is not there yet."""
    return dict(found(kept, folder_of))


def lockfiles(kept: Path) -> dict[str, Path]:
    """Give for each honest package the lockfile of a project that depends on it, likewise."""
    return dict(found(kept, lockfile_of))


def found(kept: Path, get: Callable[[str, Path], Path]) -> Iterator[tuple[str, Path]]:
    """Say which packages npm could not give, and give the others."""
    for package in names(LIST.read_text(encoding="utf-8")):
        try:
            yield package, get(package, kept.resolve() / package.replace("/", "+"))
        except (subprocess.CalledProcessError, tarfile.TarError, OSError) as error:
            print(f"{package} is left out: {error}", file=sys.stderr)


def folder_of(package: str, place: Path) -> Path:
    """Pack one package, and unpack it beside its tarball."""
    folder = place / "folder"
    if not folder.is_dir():
        place.mkdir(parents=True, exist_ok=True)
        npm(place, "pack", package, "--pack-destination", str(place))
        (tarball,) = place.glob("*.tgz")
        with tarfile.open(tarball) as archive:
            archive.extractall(place / "unpacked", filter="data")
        (package_folder,) = (place / "unpacked").iterdir()
        package_folder.rename(folder)
    return folder


def lockfile_of(package: str, place: Path) -> Path:
    """Lock a project whose only dependency is the package; nothing is downloaded but manifests."""
    project = place / "project"
    lockfile = project / "package-lock.json"
    if not lockfile.is_file():
        name, _, version = package.rpartition("@")
        project.mkdir(parents=True, exist_ok=True)
        manifest = {"name": "one-dependency", "version": "1.0.0", "private": True, "dependencies": {name: version}}
        (project / "package.json").write_text(json.dumps(manifest), encoding="utf-8")
        npm(project, "install", "--package-lock-only", "--legacy-peer-deps")
    return lockfile


def npm(place: Path, *words: str) -> None:
    """Run npm with scripts off."""
    subprocess.run(["npm", *words, *QUIET], cwd=place, check=True, capture_output=True)
