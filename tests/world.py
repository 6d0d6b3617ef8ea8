"""A project and a registry to try the whole program on: real npm, real sockets, real semgrep."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any

from tests.loopback import LoopbackRegistry, Published


@dataclass(frozen=True)
class Said:
    """What one command line answered."""

    code: int
    out: str
    err: str

    @property
    def report(self) -> dict[str, Any]:
        """The report of ``--json``."""
        report: dict[str, Any] = json.loads(self.out)
        return report

    @property
    def verdicts(self) -> dict[str, str]:
        """Decisions by ``package event``."""
        return {f"{v['package']} {v['event']}": v["decision"] for v in self.report["verdicts"]}


@dataclass
class World:
    """One project folder that is configured for one loopback registry."""

    folder: Path
    registry: LoopbackRegistry
    locked: dict[str, dict[str, Any]] = field(default_factory=dict)

    def lock(
        self, *published: Published, at: Mapping[str, str] | None = None, resolved: bool = True, **root: object
    ) -> None:
        """Write package.json and a lockfile that has these packages; ``at`` gives another location by name."""
        dependencies = {
            one.name: one.version for one in published if not (at or {}).get(one.name, "").count("node_modules/") > 1
        }
        manifest = {
            "name": "app",
            "version": "1.0.0",
            **({"dependencies": dependencies} if dependencies else {}),
            **root,
        }
        self.locked = {"": {k: v for k, v in manifest.items() if k != "scripts"}}
        for one in published:
            self.locked[(at or {}).get(one.name, f"node_modules/{one.name}")] = self.registry.lock_entry(
                one, resolved=resolved
            )
        self.write("package.json", json.dumps(manifest, indent=2))
        self.write_lock()

    def write_lock(self, **more: object) -> None:
        """Write the lockfile from ``locked``."""
        lock = {
            "name": "app",
            "version": "1.0.0",
            "lockfileVersion": 3,
            "requires": True,
            "packages": self.locked,
            **more,
        }
        self.write("package-lock.json", json.dumps(lock, indent=2))

    def write(self, name: str, text: str) -> None:
        """Write one file of the project."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def read(self, name: str) -> str:
        """Read one file of the project."""
        return (self.folder / name).read_text()

    def has(self, name: str) -> bool:
        """Tell whether something stands there."""
        return (self.folder / name).exists()

    def run(self, *words: str) -> Said:
        """Run one command line in this process."""
        from safe_install import cli

        out, err = StringIO(), StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            code = cli.run(words)
        return Said(int(code), out.getvalue(), err.getvalue())

    def tree(self, *names: str) -> dict[str, bytes]:
        """Read every file under these names, by path."""
        paths = [path for name in names for path in [self.folder / name, *(self.folder / name).rglob("*")]]
        return {
            str(path.relative_to(self.folder)): path.read_bytes()
            for path in paths
            if path.is_file() and not path.is_symlink()
        }

    def approve(self, *names: str) -> None:
        """Write the approvals a person would have given, for the scripts as they are now."""
        report = self.run("scan", "--json").report
        records = [
            {
                "package": verdict["package"],
                "event": verdict["event"],
                "fingerprint": verdict["fingerprint"],
                "seen_in": verdict["version"],
                "by": "ana@example.test",
                "on": "2026-01-14",
                "why": "read it",
                "until": None,
            }
            for verdict in report["verdicts"]
            if verdict["package"] in names
        ]
        records = list({(one["package"], one["event"], one["fingerprint"]): one for one in records}.values())
        assert records, f"no scripts of {names} in {report['verdicts']}"
        self.write("safe-install.approvals.json", json.dumps({"schema": 1, "approvals": records, "denials": []}))


def npm(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the real npm in a folder, scripts off."""
    return subprocess.run(
        ["npm", *words, "--ignore-scripts", "--no-audit", "--no-fund"],  # noqa: S607 - the npm of this machine
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
