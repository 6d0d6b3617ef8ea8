"""What holds for root holds for everybody: the files on the walls, once more as a user who has no power at all."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import safe_install

pytestmark = [pytest.mark.npm, pytest.mark.sandbox]

HERE = Path(__file__).parent
FILES = {
    "bubblewrap": ["test_bubblewrap.py", "test_keeping.py", "test_decoys.py", "test_gateway.py", "test_execute.py"],
    "unshare": ["test_keeping.py", "test_decoys.py", "test_gateway.py", "test_limits.py"],
}
CASES = [(walls, file) for walls, files in FILES.items() for file in files]
CASES += [("bubblewrap", "test_limits.py"), ("any", "test_sandbox.py")]
CASES += [("Landlock", "test_landlock.py"), ("Landlock", "test_reduced.py")]
NOBODY = 65534


@pytest.fixture(scope="module")
def words() -> list[str]:
    """Give the words that start this Python's twin as nobody; root's own may lie where nobody else may look."""
    setpriv = shutil.which("setpriv")
    if os.geteuid() != 0 or not setpriv:
        pytest.skip("everything ran as a normal user already")
    become = [setpriv, f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--"]
    for python in (sys.executable, f"/usr/bin/python3.{sys.version_info.minor}"):
        again = "import subprocess, sys; subprocess.run([sys.executable, '-c', ''], check=True)"
        if subprocess.run([*become, python, "-c", again], capture_output=True, check=False).returncode == 0:
            return [*become, python]
    pytest.skip("nobody else may start this Python")


@pytest.fixture
def place() -> Iterator[Path]:
    """Give a folder that others may reach, which pytest's own are not."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


@pytest.mark.parametrize(("walls", "file"), CASES)
def test_the_walls_hold_for_a_normal_user(words: list[str], walls: str, file: str, place: Path) -> None:
    os.chown(place, NOBODY, NOBODY)
    paths = [str(Path(safe_install.__file__).parents[1]), str(HERE.parents[1]), str(Path(pytest.__file__).parents[1])]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "HOME": str(place), "TMPDIR": "/tmp"}
    env["SAFE_INSTALL_TEST_WALLS"] = walls
    options = ["-q", "-p", "no:cacheprovider", f"--basetemp={place}/t"]
    ran = subprocess.run(
        [*words, "-B", "-m", "pytest", *options, str(HERE / file)],
        cwd=HERE.parents[1],
        env=env,
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
    )
    assert ran.returncode == 0, ran.stdout[-6000:] + ran.stderr[-2000:]
