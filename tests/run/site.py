"""A project to install into, and steps to run there, in as few words as a test needs."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from safe_install.judgement import Decision, Reason, Verdict
from safe_install.model import (
    Artifact,
    Event,
    Gap,
    GapKind,
    Inspection,
    Language,
    LifecycleScript,
    Package,
    ReachableFile,
    Source,
)
from safe_install.run import calls
from safe_install.run.calls import NpmResult, Stock
from safe_install.run.npm import Npm
from safe_install.scan.fetch.cacache import write_content
from safe_install.scan.unpack.tarball import unpack
from safe_install.story import Confinement, Step
from tests.builders import Files, a_manifest, a_package, an_artifact, as_bytes
from tests.loopback import LoopbackRegistry


@dataclass
class Place:
    """A project with a private cache, and the registry that its lockfile names."""

    npm: Npm
    registry: LoopbackRegistry
    project: Path
    cache: Path
    env: dict[str, str] = field(default_factory=lambda: dict(os.environ))

    @classmethod
    def make(cls, folder: Path, npm: Npm, registry: LoopbackRegistry) -> Place:
        """Make the folders."""
        (folder / "project").mkdir()
        return cls(npm, registry, (folder / "project").resolve(), folder / "cache")

    def write(self, files: Files) -> None:
        """Write files of the project's own."""
        write_files(self.project, files)

    def lock(self, **manifest: Any) -> NpmResult:  # noqa: ANN401
        """Write package.json, and let npm make its lockfile; what the registry holds is then in the cache."""
        self.write({"package.json": a_manifest("project", **manifest)})
        for versions in self.registry.packages.values():
            for published in versions.values():
                write_content(self.cache, published.tarball, [published.integrity])
        settings = {"registry": self.registry.url}
        return calls.resolve(
            self.npm, self.project, ("install",), env=self.env, npmrc=settings, cache=self.cache.with_name("metadata")
        )

    def install(self, *words: str, omit: Sequence[str] = ()) -> NpmResult:
        """Install with npm, offline."""
        return calls.install(
            self.npm,
            self.project,
            words or ("ci",),
            env=self.env,
            stock=Stock(cache=self.cache, registry=self.registry.url),
            omit=omit,
        )

    def entries(self) -> dict[str, Any]:
        """Read the lockfile's entries."""
        entries: dict[str, Any] = json.loads((self.project / "package-lock.json").read_text())["packages"]
        return entries

    def packages(self) -> dict[str, Package]:
        """Give the packages of the lockfile's registry entries, by location."""
        published = {one.integrity: one for versions in self.registry.packages.values() for one in versions.values()}
        packages = {}
        for location, entry in self.entries().items():
            if (data := published.get(entry.get("integrity", ""))) is not None:
                artifact = Artifact(
                    location=location,
                    name=data.name,
                    version=data.version,
                    source=Source.REGISTRY,
                    resolved=data.url,
                    integrity=data.integrity,
                    optional=entry.get("optional", False),
                    bin=entry.get("bin", {}),
                )
                packages[location] = unpack(artifact, data.tarball, lambda data=data: data.tarball)  # type: ignore[misc]
        return packages

    def links(self) -> dict[str, str]:
        """Give the lockfile's links."""
        return {location: entry["resolved"] for location, entry in self.entries().items() if entry.get("link")}

    def tree(self) -> dict[str, str | bytes]:
        """Read every file and link below every node_modules, by path."""
        found: dict[str, str | bytes] = {}
        for path in sorted(self.project.rglob("*")):
            if "node_modules" in path.parts and (path.is_symlink() or not path.is_dir()):
                name = path.relative_to(self.project).as_posix()
                found[name] = str(path.readlink()) if path.is_symlink() else path.read_bytes()
        return found

    def modes(self) -> dict[str, str]:
        """Give the permissions of every file below every node_modules, by path."""
        return {name: oct((self.project / name).lstat().st_mode) for name in self.tree()}


def write_files(folder: Path, files: Files) -> None:
    """Write files below a folder."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(as_bytes(content))


def unpacked(project: Path, packages: Mapping[str, Package]) -> None:
    """Write packages where they are promised, as npm would."""
    for location, package in packages.items():
        write_files(project / location, package.files)


def a_step(
    command: str,
    files: Files | None = None,
    *,
    location: str = "node_modules/example",
    event: Event = Event.POSTINSTALL,
    reached: Sequence[str] = (),
    gap: bool = False,
    artifact: Mapping[str, Any] | None = None,
    **confinement: Any,  # noqa: ANN401
) -> Step:
    """Approve one script at one place; ``reached`` names the files its approval is about."""
    name = location.rpartition("node_modules/")[2] or "project"
    files = {"package.json": a_manifest(name, scripts={event.value: command}), **(files or {})}
    package = a_package(files, an_artifact(name, **{"location": location, **(artifact or {})}))
    inspection = Inspection(
        script=LifecycleScript(package=package, event=event, command=command),
        files=tuple(
            ReachableFile(
                package=name, path=path, content=as_bytes(files[path]), language=Language.TEXT, location=location
            )
            for path in reached
        ),
        gaps=(Gap(kind=GapKind.DYNAMIC, where=name, detail="computed"),) if gap else (),
    )
    verdict = Verdict(inspection=inspection, decision=Decision.ALLOW, reasons=(Reason.APPROVED,))
    walls = Confinement(**{"writable": (location or ".",), "time_limit": 30, **confinement})
    return Step(verdict=verdict, location=location, confinement=walls)
