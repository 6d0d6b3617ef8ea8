"""Values from plain dictionaries, so that a test shows only what it is about."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import tarfile
from collections.abc import Mapping
from typing import Any

from safe_install.model import Artifact, Event, Inspection, LifecycleScript, Member, Package, Source, sha256

Files = Mapping[str, str | bytes]


def as_bytes(text: str | bytes) -> bytes:
    """Encode text as the file it stands for."""
    return text.encode() if isinstance(text, str) else text


def a_manifest(name: str = "example", version: str = "1.0.0", **more: Any) -> str:  # noqa: ANN401
    """Write a package.json."""
    return json.dumps({"name": name, "version": version, **more})


def a_tarball(files: Files, *, top: str = "package", executable: tuple[str, ...] = ()) -> bytes:
    """Pack files as npm would: one top folder, gzip, no dates."""
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for path, text in files.items():
            content = as_bytes(text)
            member = tarfile.TarInfo(f"{top}/{path}")
            member.size, member.mode = len(content), 0o755 if path in executable else 0o644
            archive.addfile(member, io.BytesIO(content))
    return gzip.compress(raw.getvalue(), mtime=0)


def integrity(data: bytes, algorithm: str = "sha512") -> str:
    """Write the subresource-integrity text of bytes."""
    return f"{algorithm}-{base64.b64encode(hashlib.new(algorithm, data).digest()).decode()}"


def an_artifact(name: str = "example", version: str = "1.0.0", **more: Any) -> Artifact:  # noqa: ANN401
    """Promise a registry package at its usual place."""
    return Artifact(
        **{"location": f"node_modules/{name}", "name": name, "version": version, "source": Source.REGISTRY, **more}
    )


def a_package(files: Files, artifact: Artifact | None = None) -> Package:
    """Deliver files without an archive; the manifest is read from package.json when there is one."""
    contents = {path: as_bytes(text) for path, text in files.items()}
    manifest = json.loads(contents.get("package.json", b"{}"))
    return Package(
        artifact=artifact or an_artifact(manifest.get("name", "example"), manifest.get("version", "1.0.0")),
        manifest=manifest,
        members={path: Member(digest=sha256(content), size=len(content)) for path, content in contents.items()},
        files=contents,
    )


def a_script(
    command: str, files: Files | None = None, *, event: Event = Event.POSTINSTALL, name: str = "example"
) -> LifecycleScript:
    """Declare one script in a package that holds these files."""
    files = {"package.json": a_manifest(name, scripts={event.value: command}), **(files or {})}
    return LifecycleScript(package=a_package(files, an_artifact(name)), event=event, command=command)


def an_inspection(command: str = "node install.js", **more: Any) -> Inspection:  # noqa: ANN401
    """Inspect one script, with whatever evidence a test names."""
    return Inspection(script=more.pop("script", None) or a_script(command), **more)
