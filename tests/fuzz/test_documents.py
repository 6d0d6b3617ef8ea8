"""Whatever a project's own files become, they are read as npm would, or refused in our own words; nothing else happens."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given

from safe_install.decide.approvals import read_approvals, write_approvals
from safe_install.decide.neighbours import Neighbour
from safe_install.decide.policy import read_policy
from safe_install.errors import ApprovalsError, LockfileError, SafeInstallError, TarballError, UsageError
from safe_install.exchange import broader_notes, export, native_entries
from safe_install.model import Event, Severity
from safe_install.receipts import last_receipt
from safe_install.scan.lock.lint import lint_delivery
from safe_install.scan.lock.lockfile import read_lockfile
from safe_install.scan.lock.npmrc import lint_npmrc, parse_npmrc
from safe_install.scan.lock.selection import Platform, optional_set, select
from safe_install.scan.lock.shrinkwrap import read_shrinkwrap
from safe_install.scan.reach.reach import trace
from safe_install.scan.unpack.scripts import lifecycle_scripts, nested_packages, package_findings
from safe_install.scan.unpack.tarball import unpack
from tests.builders import a_tarball, an_artifact
from tests.fuzz.bounds import tried, within_bounds
from tests.fuzz.inputs import documents, mutated, seeds

HERE = Platform(os="linux", cpu="x64", libc="glibc", node="20.0.0", npm="11.0.0")
NESTED = "[" * 100_000
LOCKS = seeds("tests/fuzz/seeds/lockfile/*")
MANIFESTS = seeds("tests/fuzz/seeds/manifest/*")
APPROVED = seeds("tests/fuzz/seeds/approvals/*")


@given(documents(LOCKS))
@example(f'{{"lockfileVersion": 3, "packages": {{"": {NESTED}')
@tried(150)
def test_a_lockfile(text: str) -> None:
    with within_bounds(), suppress(LockfileError):
        data = text.encode(errors="surrogatepass")
        read_shrinkwrap(data)
        read = read_lockfile(data)
        selected = select(read.artifacts, HERE, links=read.links)
        for artifact in selected:
            optional_set(read.artifacts, artifact.location, links=read.links)
        promised = {entry for entry, value in json.loads(data)["packages"].items() if not value.get("link")}
        blocked = any(found.severity is Severity.ERROR for found in read.findings)
        told = {artifact.location for artifact in read.artifacts} | {found.excerpt for found in read.findings}
        assert blocked or promised <= told, "an entry is neither read nor told"


@given(documents(MANIFESTS))
@example(f'{{"scripts": {{"install": "node a.js"}}, "x": {NESTED}')
@tried(120)
def test_a_manifest(text: str) -> None:
    data = a_tarball(
        {"package.json": text.encode(errors="replace"), "a.js": "", "b.sh": "", "bin/x": "", "lib/y.js": ""}
    )
    with within_bounds(), suppress(TarballError):
        package = unpack(an_artifact(), data, lambda: data)
        scripts = lifecycle_scripts(package, npm_major=11)
        package_findings(package)
        nested_packages(package, {})
        lint_delivery(package, ())
        for script in scripts:
            trace(script, {"node_modules/example": package})
        commands = json.loads(text.encode(errors="replace").decode("utf-8-sig")).get("scripts")
        wanted = commands.get("install") if isinstance(commands, dict) else None
        found = {script.event for script in scripts}
        assert Event.INSTALL in found or not isinstance(wanted, str) or not wanted, "a command is not seen"


@given(mutated(seeds("tests/fuzz/seeds/npmrc/*")))
@tried(150)
def test_npmrc(text: str) -> None:
    with within_bounds():
        parse_npmrc(text, {"TOKEN": "canary", "HOME": "/x"})
        lint_npmrc(text)


@given(mutated(seeds("tests/fuzz/seeds/policy/*", "docs/policy.md")))
@example(f"a = {NESTED}")
@tried(100)
def test_a_policy(text: str) -> None:
    with within_bounds(), suppress(UsageError):
        read_policy(text)


@given(documents(APPROVED))
@example(NESTED)
@tried(150)
def test_approvals_are_read_strictly_and_written_as_they_were_read(text: str) -> None:
    with within_bounds(), suppress(ApprovalsError):
        written = write_approvals(read_approvals(text))
        assert write_approvals(read_approvals(written)) == written


@given(documents(seeds("tests/fuzz/seeds/receipt/*")))
@example(NESTED)
@tried(60)
def test_a_receipt_that_we_did_not_seal_proves_nothing(text: str) -> None:
    with TemporaryDirectory() as place, within_bounds():
        folder = Path(place, "app", "node_modules")
        folder.mkdir(parents=True)
        (folder.parent / "package.json").write_text("{}")
        (folder / ".safe-install.receipt.json").write_bytes(text.encode(errors="surrogatepass"))
        with pytest.raises(SafeInstallError, match="proves nothing"):
            last_receipt(folder.parent, {"SAFE_INSTALL_CACHE": place})


@given(documents(MANIFESTS), mutated(seeds("tests/fuzz/seeds/pnpm/*")))
@example(f'{{"pnpm": {NESTED}', "x: " + NESTED)
@example("{}", "a: &a [*a, *a]\nallowBuilds: *a\n")
@tried(80)
def test_neighbours_files(manifest: str, workspace: str) -> None:
    with TemporaryDirectory() as place, within_bounds():
        root = Path(place)
        (root / "package.json").write_bytes(manifest.encode(errors="surrogatepass"))
        (root / "pnpm-workspace.yaml").write_bytes(workspace.encode(errors="surrogatepass"))
        approvals = read_approvals(APPROVED[0])
        native_entries(root)
        broader_notes(root, approvals)
        for neighbour in Neighbour:
            with suppress(UsageError):
                export(root, neighbour, approvals, date(2026, 2, 1)).write()
