"""One start of the program, and so of semgrep, for the packages of every evasion that is tested."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from safe_install import cli
from tests.builders import as_bytes
from tests.evasions.packages import Seen, seen_in


@pytest.fixture
def seen(target: Mapping[str, str | bytes] | bytes, scanned: Mapping[int, Seen]) -> Seen:
    """Give what the program says of the package that the test is about."""
    return scanned[id(target)]


@pytest.fixture(scope="session")
def scanned(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Mapping[int, Seen]:
    """Scan the packages of all collected tests in one run."""
    folder = tmp_path_factory.mktemp("evasions")
    own = (item for item in request.session.items if Path(__file__).parent in item.path.parents)
    callspecs = (getattr(item, "callspec", None) for item in own)
    targets = [spec.params["target"] for spec in callspecs if spec is not None and "target" in spec.params]
    names = {id(target): _written(target, folder, f"p{number}") for number, target in enumerate(targets)}
    report = _report(folder, list(names.values()))
    return {key: seen_in(report, name) for key, name in names.items()}


def _written(target: Mapping[str, str | bytes] | bytes, folder: Path, name: str) -> str:
    if isinstance(target, bytes):
        (folder / f"{name}.tgz").write_bytes(target)
        return f"{name}.tgz"
    for path, content in target.items():
        file = folder / name / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(as_bytes(content))
    return name


def _report(folder: Path, names: list[str]) -> dict[str, Any]:
    out = StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out):
        patch.setenv("HOME", str(folder / "home"))
        patch.setenv("SAFE_INSTALL_CACHE", str(folder / "cache"))
        patch.chdir(folder)
        cli.run(["scan", "--json", *names])
    report: dict[str, Any] = json.loads(out.getvalue())
    return report
