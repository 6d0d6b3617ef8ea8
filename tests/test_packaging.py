"""What is shipped, and what a fresh clone needs: the wheel, the source distribution, the pins, the example, the image."""

from __future__ import annotations

import configparser
import contextlib
import json
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from collections import Counter
from email.message import Message
from email.parser import HeaderParser
from pathlib import Path
from typing import cast

import pytest
from hatchling import build
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from safe_install import __version__

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
SHEETS = {name: ROOT / "requirements" / f"{name}.txt" for name in ("audit", "build", "run", "test")}
EXAMPLE = ROOT / "examples" / "vite-react"
SIGNATURES = {path.relative_to(ROOT).as_posix() for path in (ROOT / "signatures").rglob("*.yaml")}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """Build the wheel as pip would, without a network."""
    place = tmp_path_factory.mktemp("wheel")
    with contextlib.chdir(ROOT):
        name = build.build_wheel(str(place))
    return zipfile.ZipFile(place / name)


def metadata(wheel: zipfile.ZipFile, name: str) -> str:
    (path,) = (path for path in wheel.namelist() if path.endswith(f".dist-info/{name}"))
    return wheel.read(path).decode()


def about(wheel: zipfile.ZipFile) -> Message:
    return HeaderParser().parsestr(metadata(wheel, "METADATA"))


def pins(sheet: str) -> dict[str, Version]:
    """Give name → version of one sheet of pins."""
    lines = re.findall(r"^([a-z0-9._-]+)==([^ ]+)", SHEETS[sheet].read_text(), re.MULTILINE)
    return {canonicalize_name(name): Version(version) for name, version in lines}


def wanted(sheet: str) -> list[Requirement]:
    """Give what pyproject.toml asks for, by the sheet that has to pin it."""
    groups = cast("dict[str, list[str]]", PROJECT["dependency-groups"])
    run = cast("list[str]", PROJECT["project"]["dependencies"])
    texts = {
        "audit": groups["audit"],
        "build": groups["build"],
        "run": run,
        "test": [*run, *groups["build"], *groups["test"], *groups["lint"]],
    }
    return [Requirement(text) for text in texts[sheet]]


def test_the_wheel_ships_every_module_and_every_signature_and_nothing_else(wheel: zipfile.ZipFile) -> None:
    modules = {
        path.relative_to(ROOT / "src").as_posix()
        for path in (ROOT / "src" / "safe_install").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    signatures = {f"safe_install/{name}" for name in SIGNATURES}
    shipped = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert "safe_install/py.typed" in modules
    assert any(re.search("^chain:", (ROOT / name).read_text(), re.MULTILINE) for name in SIGNATURES)
    assert shipped == modules | signatures


def test_the_wheel_is_named_apart_from_the_other_safe_install(wheel: zipfile.ZipFile) -> None:
    assert about(wheel)["Name"] == "safe-install-npm"
    assert about(wheel)["Version"] == __version__


def test_the_wheel_gives_the_command_and_the_hook(wheel: zipfile.ZipFile) -> None:
    points = configparser.ConfigParser()
    points.read_string(metadata(wheel, "entry_points.txt"))
    assert {name: dict(points[name]) for name in points.sections()} == {
        "console_scripts": {"safe-install": "safe_install.__main__:main", "safe-install-hook": "safe_install.hook:main"}
    }


def test_the_wheel_carries_its_license(wheel: zipfile.ZipFile) -> None:
    assert about(wheel)["License-Expression"] == "Apache-2.0"
    assert metadata(wheel, "licenses/LICENSE") == (ROOT / "LICENSE").read_text()


def test_a_wheel_alone_finds_its_signatures(wheel: zipfile.ZipFile, tmp_path: Path) -> None:
    for name in wheel.namelist():
        wheel.extract(name, tmp_path)
    program = "from safe_install.scan.match.semgrep import signatures_directory; print(signatures_directory())"
    found = subprocess.run(
        [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(tmp_path)!r}); {program}"],
        check=True,
        capture_output=True,
        text=True,
    )
    assert Path(found.stdout.strip()) == tmp_path / "safe_install" / "signatures"


def test_the_source_distribution_can_build_and_test_itself(tmp_path: Path) -> None:
    with contextlib.chdir(ROOT):
        name = build.build_sdist(str(tmp_path))
    with tarfile.open(tmp_path / name) as archive:
        inside = {member.name.split("/", maxsplit=1)[1] for member in archive if member.isfile()}
    roots = ("LICENSE", "README.md", "Makefile", "pyproject.toml", "CHANGELOG.md", "tests/test_packaging.py")
    pinned = {path.relative_to(ROOT).as_posix() for path in SHEETS.values()}
    assert inside >= {
        *roots,
        *pinned,
        *SIGNATURES,
        "src/safe_install/py.typed",
        "examples/vite-react/package-lock.json",
    }
    left_out = (".venv", ".git/", ".ci/", "benchmarks/detection/")
    assert not [name for name in inside if "node_modules" in name or name.startswith(left_out)]


@pytest.mark.parametrize("sheet", SHEETS)
def test_every_pin_has_hashes_and_no_sheet_names_a_place(sheet: str) -> None:
    text = "".join(
        line for line in SHEETS[sheet].read_text().splitlines(keepends=True) if not line.lstrip().startswith("#")
    )
    entries = re.split(r"\n(?=\S)", text.replace("\\\n", "").strip())
    names = Counter(entry.partition("==")[0] for entry in entries)
    assert {canonicalize_name(name) for name in names} == set(pins(sheet))
    for entry in entries:  # two versions of one package are for two kinds of machine
        assert names[entry.partition("==")[0]] == 1 or " ; " in entry.partition("--hash")[0], entry
    for entry in entries:
        assert re.fullmatch(r"[a-z0-9._-]+==[^ ]+( ; [^\n]+?)?(\s+--hash=sha256:[0-9a-f]{64})+", entry.strip()), entry


@pytest.mark.parametrize("sheet", SHEETS)
def test_the_pins_hold_everything_that_pyproject_asks_for(sheet: str) -> None:
    found = pins(sheet)
    for requirement in wanted(sheet):
        assert found[canonicalize_name(requirement.name)] in requirement.specifier, f"{requirement}: make pins"


@pytest.mark.parametrize("sheet", ["build", "run"])
def test_the_sheets_agree_so_that_make_test_never_undoes_make_demo(sheet: str) -> None:
    assert pins(sheet).items() <= pins("test").items()


def test_what_builds_the_wheel_is_what_is_pinned() -> None:
    requires = {Requirement(text).name for text in PROJECT["build-system"]["requires"]}
    assert requires == {requirement.name for requirement in wanted("build")}


def test_the_examples_lockfile_works_with_any_registry() -> None:
    lockfile = json.loads((EXAMPLE / "package-lock.json").read_text())
    packages = {location: entry for location, entry in lockfile["packages"].items() if location}
    assert lockfile["lockfileVersion"] == 3
    assert not [location for location, entry in packages.items() if "resolved" in entry]
    assert not [location for location, entry in packages.items() if not entry["integrity"].startswith("sha512-")]


def test_the_examples_lockfile_holds_every_platforms_packages() -> None:
    """What the registry did not have when the lockfile was made, npm leaves out silently, and then refuses the lockfile."""
    packages = json.loads((EXAMPLE / "package-lock.json").read_text())["packages"]
    locked = {location.removeprefix("node_modules/") for location in packages if location.count("node_modules/") == 1}
    wanted = {name for entry in packages.values() for name in entry.get("optionalDependencies", {})}
    assert {"@esbuild/linux-x64", "@esbuild/darwin-arm64"} <= wanted
    assert wanted - locked == set()


def test_the_examples_lockfile_and_manifest_agree_and_esbuild_wants_to_run() -> None:
    lockfile = json.loads((EXAMPLE / "package-lock.json").read_text())["packages"]
    manifest = json.loads((EXAMPLE / "package.json").read_text())
    for kind in ("dependencies", "devDependencies"):
        assert lockfile[""][kind] == manifest[kind]
    assert lockfile["node_modules/esbuild"]["hasInstallScript"]


def test_the_image_copies_only_what_exists_and_is_not_ignored() -> None:
    lines = re.findall(r"^COPY (?!--from)(.+) \S+$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    sources = [source for line in lines for source in line.split()]
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert {"src", "signatures", "pyproject.toml"} <= set(sources)
    for source in sources:
        assert (ROOT / source).exists(), source
        assert source.split("/")[0] in allowed, source


def test_the_image_has_what_the_gate_and_the_walls_need() -> None:
    text = (ROOT / "Dockerfile").read_text().partition("AS build")[0]
    installed = " ".join(re.findall(r"apt-get install -y --no-install-recommends ([^\\]+)", text)).split()
    assert {"bubblewrap", "ca-certificates", "git", "python3"} <= set(installed)
    assert "safe.directory /project" in text


def test_the_image_ends_as_a_numeric_user_and_installs_by_hash() -> None:
    text = (ROOT / "Dockerfile").read_text()
    users = re.findall(r"^USER (\S+)$", text, re.MULTILINE)
    assert users[-1:] == ["1000:1000"]
    installs = re.findall(r"pip install (.+)", text)
    assert installs
    assert all("--require-hashes --only-binary :all:" in line or "--no-index --no-deps" in line for line in installs)


RECIPES = ["Makefile", "Dockerfile", "examples/demo.sh", "pyproject.toml"]
RECIPES += [".ci/run"] if (ROOT / ".ci").is_dir() else []  # no part of the source distribution


@pytest.mark.parametrize("name", RECIPES)
def test_no_recipe_names_an_address(name: str) -> None:
    assert "://" not in (ROOT / name).read_text()


def test_make_help_explains_every_target() -> None:
    (phony,) = re.findall(r"^\.PHONY: (.+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    make = shutil.which("make")
    assert make
    said = subprocess.run(
        [make, "--no-print-directory", "help"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
    assert [line.split()[1] for line in said.splitlines()] == phony.split()


def test_the_changelog_tells_about_this_version() -> None:
    assert f"## [{__version__}]" in (ROOT / "CHANGELOG.md").read_text()
