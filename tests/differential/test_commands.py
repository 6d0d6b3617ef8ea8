"""Every program that a shell starts for a command is in our list of what the command starts, or there is a gap."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from safe_install.model import Event, LifecycleScript
from safe_install.scan.reach.reach import trace
from tests.builders import a_manifest, a_package, an_artifact
from tests.differential.shell_texts import FILES, PROGRAMS, Writer
from tests.effort import chances

BINS = {name: f"bin/{name}" for name in PROGRAMS}
NOTING = '#!/bin/sh\necho {} >> "$NOTES"\ncase $# in 3) exit 1;; esac\n'
TOOLS = a_package(
    {"package.json": a_manifest("tools", bin=BINS), **dict.fromkeys(BINS.values(), "#!/bin/sh\n:\n")},
    an_artifact("tools", bin=BINS),
)
TEXT = "text.sh"
"""The texts are files: a script's command is read as Windows would read it as well, and most of these mean nothing there."""
USUAL = ("sh", "cat", "env", "xargs", "nice", "timeout", "find")
SHELLS = [name for name in ("dash", "bash", "sh") if shutil.which(name)][:2]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Make a package's folder, and a PATH that has the inert programs and a few usual ones."""
    path = tmp_path / "path"
    path.mkdir()
    for name in PROGRAMS:
        (path / name).write_text(NOTING.format(name))
        (path / name).chmod(0o755)
    for name in USUAL:
        (path / name).symlink_to(str(shutil.which(name)))
    for name, text in FILES.items():
        file = tmp_path / "package" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        file.chmod(0o755)
    return tmp_path


def started_by(shell: str, text: str, place: Path) -> set[str]:
    """Let a shell run the text, and give the programs that it started."""
    notes = place / "notes"
    notes.write_text("")
    environment = {"PATH": str(place / "path"), "HOME": str(place), "NOTES": str(notes)}
    (place / "package" / TEXT).write_text(text)
    done = subprocess.run(
        ["/bin/sh", "-c", 'ulimit -t 5 -f 100; exec "$0" "$1"', str(shutil.which(shell)), TEXT],
        cwd=place / "package",
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert done.returncode >= 0, text
    return set(notes.read_text().split())


def listed(text: str) -> tuple[set[str], bool]:
    """Give the programs that we say the text starts, and whether we say that something could not be seen."""
    package = a_package({"package.json": a_manifest("example"), **FILES, TEXT: text}, an_artifact())
    script = LifecycleScript(package=package, event=Event.POSTINSTALL, command=f"sh {TEXT}")
    found = trace(script, {"node_modules/example": package, "node_modules/tools": TOOLS})
    reached = {os.path.basename(file.path) for file in found.files if file.location == "node_modules/tools"}  # noqa: PTH119
    return reached & set(PROGRAMS), bool(found.gaps)


def test_what_a_shell_starts_is_listed_or_told(place: Path) -> None:
    missed, started, told = [], 0, 0
    for chance in chances(150):
        text = Writer(chance).text()
        ours, has_gap = listed(text)
        told += has_gap
        for shell in SHELLS:
            theirs = started_by(shell, text, place)
            started += len(theirs)
            if not theirs <= ours and not has_gap:
                missed.append((shell, text, sorted(theirs - ours)))
    assert not missed, "\n".join(map(str, missed))
    assert started > told  # most is understood, else nothing would be compared
