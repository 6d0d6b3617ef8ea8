"""The last releases of a package as the registry tells them, and what each one's scripts come to.

Everything is what the registry answers that this machine's npm is configured for. What was asked and read once is kept
in a folder, so that a run that was stopped goes on where it was.
"""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from packaging.version import InvalidVersion, Version

from safe_install.gathering import gather
from safe_install.model import Inspection, sha256
from safe_install.scan.fetch.limits import Limits
from safe_install.scan.fetch.packument import choose
from safe_install.scan.fetch.registries import Registries
from safe_install.scan.fetch.registry import Registry
from safe_install.subjects import Subject
from safe_install.tools import Tools

RELEASES = 20
LARGEST = 20 << 20  # bytes of a tarball that is still fetched
AFTERWARDS = timedelta(days=1)
"""From a release to the day that it is looked at: the packages that it is made of come out minutes after it."""
_SPOILT = re.compile(r"[^A-Za-z0-9@._-]")
Read = dict[str, Any]
"""What is kept of one release: version, day, the commit that read it, why it was left out, and its scripts."""


class OnTheDay(Tools):
    """Tools that see the registry as it was: npm chooses dependencies that were there on ``now``.

    ``cache`` is the package's own folder, in which npm's answers stay; downloads lie beside the folders of all.
    """

    @property
    def npm_cache(self) -> Path:
        """Keep what was downloaded for all packages in one place."""
        return self.cache.parent / "downloads" / "npm"

    @property
    def resolving_cache(self) -> Path:
        """Let npm keep what it was told of all packages in one place."""
        return self.cache.parent / "downloads" / "resolving"

    def registries(self, project_npmrc: str | None) -> Registries:
        """Add npm's own setting for that, which goes the way that every setting goes."""
        registries = super().registries(project_npmrc)
        return replace(registries, credentials={**registries.credentials, "before": self.now.isoformat()})

    def registry(self, registries: Registries, directory: Path, allowed_hosts: tuple[str, ...] = ()) -> Registry:
        """Fetch nothing that is larger than `LARGEST`."""
        opened = super().registry(registries, directory, allowed_hosts)
        opened.limits = Limits(tarball=LARGEST)
        return opened


def history(name: str, kept: Path, tools: Tools, *, anew: bool = False) -> Iterator[Read]:
    """Read the last releases of a package, oldest first, each once; ``anew`` reads again what was fetched before."""
    folder = kept / _SPOILT.sub("+", name)
    folder.mkdir(parents=True, exist_ok=True)
    for version, (day, dist) in releases(name, folder).items():
        place = folder / f"{_SPOILT.sub('+', version)}.json"
        if anew or not place.is_file():
            told = read(name, version, datetime.fromisoformat(day), dist, replace(tools, cache=folder))
            place.write_text(json.dumps(told, indent=1), encoding="utf-8")
        yield json.loads(place.read_text(encoding="utf-8"))


def releases(name: str, folder: Path) -> Mapping[str, tuple[str, Mapping[str, object]]]:
    """Give the last stable releases in the order of their versions, each with its day and where it lies."""
    answer = folder / "releases.json"
    if not answer.is_file():
        days = told_by_npm(name, "time")
        last = sorted(filter(stable, told_by_npm(name, "versions")), key=Version)[-RELEASES:]
        wanted = " || ".join(last)
        dists = {one["version"]: one["dist"] for one in told_by_npm(f"{name}@{wanted}", "version", "dist")}
        found = {version: (days[version], dists[version]) for version in last if version in dists}
        answer.write_text(json.dumps(found), encoding="utf-8")
    known: dict[str, tuple[str, Mapping[str, object]]] = json.loads(answer.read_text(encoding="utf-8"))
    return known


def told_by_npm(package: str, *fields: str) -> Any:  # noqa: ANN401 - as npm writes it
    """Ask npm."""
    said = subprocess.run(["npm", "view", package, *fields, "--json"], check=True, capture_output=True, text=True)
    return json.loads(said.stdout)


def stable(version: str) -> bool:
    """Tell whether a version is no pre-release."""
    try:
        return "-" not in version and not Version(version).is_prerelease
    except InvalidVersion:
        return False


def read(name: str, version: str, day: datetime, dist: Mapping[str, object], tools: Tools) -> Read:
    """Fetch one release and trace its scripts, with what npm would have installed beside it then."""
    artifact = choose({"versions": {version: {"dist": dist}}}, name, version)
    then = OnTheDay(**{field: getattr(tools, field) for field in Tools.__slots__} | {"now": day + AFTERWARDS})
    with tempfile.TemporaryDirectory(prefix="replay-") as empty:
        subject = Subject(
            name=artifact.id,
            directory=Path(empty),
            registries=then.registries(None),
            wanted=(artifact,),
            promised=(artifact,),
            lone=True,
        )
        (evidence,) = gather([subject], then)
    unread = "; ".join(gap.detail for gap in evidence.gaps)
    scripts = [] if unread else [kept_of(one) for one in evidence.inspections]
    return {
        "version": version,
        "day": day.date().isoformat(),
        "reader": reader(),
        "unread": unread,
        "scripts": scripts,
    }


@cache
def reader() -> str:
    """Name the commit of this checkout: what a release comes to depends on the reader."""
    said = subprocess.run(
        ["git", "-C", str(Path(__file__).parent), "rev-parse", "--short", "HEAD"],
        capture_output=True,
        text=True,
        check=False,
    )
    return said.stdout.strip() or "a copy without history"


def kept_of(inspection: Inspection) -> Read:
    """Keep of one script what tells why its fingerprint is another one than that of the release before."""
    home = inspection.script.package.artifact.location
    own = {file.path: file.identity for file in inspection.files if file.location == home}
    foreign = {f"{file.package}/{file.path}": file.identity for file in inspection.files if file.location != home}
    return {
        "event": inspection.script.event.value,
        "command": inspection.script.command,
        "fingerprint": inspection.fingerprint,
        "harmless": inspection.harmless,
        "own": own,
        "foreign": sorted(foreign.items()),
        "exposed": sha256(json.dumps(sorted(set(inspection.exposed))).encode()) if inspection.exposed else "",
        "gaps": len(inspection.gaps),
    }
