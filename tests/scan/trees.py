"""A script with packages around it, for tests of what is reached across them."""

from __future__ import annotations

from typing import Any

from safe_install.model import Event, Inspection, LifecycleScript, Package
from safe_install.scan.reach.reach import trace
from tests.builders import Files, a_manifest, a_package, an_artifact


def beside(name: str, files: Files | None = None, *, location: str = "", **manifest: Any) -> Package:  # noqa: ANN401
    """Deliver another package of the registry, at its usual place or at a location."""
    artifact = an_artifact(name, "2.0.0", location=location or f"node_modules/{name}")
    return a_package({"package.json": a_manifest(name, "2.0.0", **manifest), **(files or {})}, artifact)


def inspect(
    command: str,
    files: Files | None = None,
    *packages: Package,
    **manifest: Any,  # noqa: ANN401
) -> Inspection:
    """Trace one postinstall script of the package ``example`` among others."""
    written = a_manifest(**{"scripts": {"postinstall": command}, **manifest})
    package = a_package({"package.json": written, **(files or {})}, an_artifact())
    script = LifecycleScript(package=package, event=Event.POSTINSTALL, command=command)
    return trace(script, {one.artifact.location: one for one in (package, *packages)})


def reached(inspection: Inspection) -> set[str]:
    """Name the files that were reached: those of other packages with their location, texts without a file left out."""
    own = inspection.script.package.artifact.location
    return {
        file.path if file.location == own else f"{file.location.removeprefix('node_modules/')}:{file.path}"
        for file in inspection.files
        if not file.path.startswith(":") and file.path != "package.json"
    }


def kinds(inspection: Inspection) -> set[str]:
    return {gap.kind.value for gap in inspection.gaps}
