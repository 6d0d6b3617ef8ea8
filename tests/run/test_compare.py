"""Every way in which node_modules can differ from what was verified is seen; nothing else is."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from safe_install.model import Package
from safe_install.run.compare import MOST, Difference, Kind, compare
from tests.builders import Files, a_manifest, a_package, an_artifact
from tests.run.site import Place, unpacked, write_files


def package(location: str, files: Files | None = None, **artifact: Any) -> Package:  # noqa: ANN401
    """Promise a package at a location."""
    name = location.rpartition("node_modules/")[2]
    contents = {"package.json": a_manifest(name), "lib/index.js": "1", **(files or {})}
    return a_package(contents, an_artifact(name, location=location, **artifact))


@pytest.fixture
def packages(tmp_path: Path) -> dict[str, Package]:
    """Unpack two packages and one nested in the first, with a program linked."""
    locations = ("node_modules/a", "node_modules/@s/b", "node_modules/a/node_modules/c")
    promised = {location: package(location) for location in locations}
    promised["node_modules/d"] = package("node_modules/d", {"cli.js": "#!/usr/bin/env node\n"}, bin={"d": "cli.js"})
    unpacked(tmp_path, promised)
    (tmp_path / "node_modules/.bin").mkdir()
    (tmp_path / "node_modules/.bin/d").symlink_to("../d/cli.js")
    return promised


def one(location: str, path: str, kind: Kind) -> tuple[Difference, ...]:
    """Expect exactly this difference."""
    return (Difference(location=location, path=path, kind=kind),)


def test_a_tree_as_promised_has_no_difference(tmp_path: Path, packages: dict[str, Package]) -> None:
    assert compare(tmp_path, packages) == ()


def test_a_changed_file_is_seen_also_when_its_size_is_the_same(tmp_path: Path, packages: dict[str, Package]) -> None:
    write_files(tmp_path, {"node_modules/a/lib/index.js": "2"})
    assert compare(tmp_path, packages) == one("node_modules/a", "lib/index.js", Kind.CHANGED)


def test_an_added_file_is_seen(tmp_path: Path, packages: dict[str, Package]) -> None:
    write_files(tmp_path, {"node_modules/@s/b/binding.gyp": "{}"})
    assert compare(tmp_path, packages) == one("node_modules/@s/b", "binding.gyp", Kind.EXTRA)


def test_an_added_hidden_file_inside_a_package_is_seen(tmp_path: Path, packages: dict[str, Package]) -> None:
    write_files(tmp_path, {"node_modules/a/node_modules/.package-lock.json": "{}"})
    assert compare(tmp_path, packages) == one("node_modules/a", "node_modules/.package-lock.json", Kind.EXTRA)


def test_an_added_folder_is_told_once_and_not_walked(tmp_path: Path, packages: dict[str, Package]) -> None:
    write_files(tmp_path, {f"node_modules/a/build/{number}": "" for number in range(5)})
    assert compare(tmp_path, packages) == one("node_modules/a", "build", Kind.EXTRA)


def test_a_folder_without_a_file_is_no_difference_but_one_with_a_link_is(
    tmp_path: Path, packages: dict[str, Package]
) -> None:
    (tmp_path / "node_modules/@t/empty").mkdir(parents=True)
    assert compare(tmp_path, packages) == ()
    (tmp_path / "node_modules/@t/empty/link").symlink_to("/")
    assert compare(tmp_path, packages) == one("node_modules/@t", "", Kind.EXTRA)


def test_a_package_that_nobody_promised_is_its_own_place(tmp_path: Path, packages: dict[str, Package]) -> None:
    write_files(tmp_path, {"node_modules/evil/package.json": "{}", "node_modules/@s/evil/package.json": "{}"})
    assert [difference.location for difference in compare(tmp_path, packages)] == [
        "node_modules/@s/evil",
        "node_modules/evil",
    ]


def test_a_file_that_could_be_required_as_a_package_is_seen(tmp_path: Path, packages: dict[str, Package]) -> None:
    write_files(tmp_path, {"node_modules/evil.js": ""})
    assert compare(tmp_path, packages) == one("node_modules/evil.js", "", Kind.EXTRA)


def test_a_nested_package_that_nobody_promised_belongs_to_the_package_around_it(
    tmp_path: Path, packages: dict[str, Package]
) -> None:
    write_files(tmp_path, {"node_modules/a/node_modules/evil/package.json": "{}"})
    assert compare(tmp_path, packages) == one("node_modules/a", "node_modules/evil", Kind.EXTRA)


def test_a_missing_file_and_a_missing_package_are_seen(tmp_path: Path, packages: dict[str, Package]) -> None:
    (tmp_path / "node_modules/a/lib/index.js").unlink()
    promised = {**packages, "node_modules/e": package("node_modules/e", {"package.json": "{}"})}
    missing = compare(tmp_path, promised)
    assert [(difference.location, difference.path) for difference in missing] == [
        ("node_modules/a", "lib/index.js"),
        ("node_modules/e", "lib/index.js"),
        ("node_modules/e", "package.json"),
    ]
    assert {difference.kind for difference in missing} == {Kind.MISSING}


def test_without_node_modules_everything_is_missing(tmp_path: Path) -> None:
    assert len(compare(tmp_path, {"node_modules/a": package("node_modules/a")})) == 2
    assert compare(tmp_path, {}) == ()


def test_a_link_in_place_of_a_file_is_not_followed(tmp_path: Path, packages: dict[str, Package]) -> None:
    path = tmp_path / "node_modules/a/lib/index.js"
    path.rename(tmp_path / "same.js")
    path.symlink_to(tmp_path / "same.js")
    assert {difference.kind for difference in compare(tmp_path, packages)} == {Kind.ODD, Kind.MISSING}


def test_a_link_in_place_of_a_package_is_not_followed(tmp_path: Path, packages: dict[str, Package]) -> None:
    (tmp_path / "node_modules/@s/b").rename(tmp_path / "b")
    (tmp_path / "node_modules/@s/b").symlink_to(tmp_path / "b")
    assert Difference(location="node_modules/@s/b", path="", kind=Kind.ODD) in compare(tmp_path, packages)


def test_a_node_modules_that_is_a_link_is_not_followed(tmp_path: Path, packages: dict[str, Package]) -> None:
    (tmp_path / "node_modules").rename(tmp_path / "elsewhere")
    (tmp_path / "node_modules").symlink_to("elsewhere")
    assert Difference(location="node_modules", path="", kind=Kind.ODD) in compare(tmp_path, packages)


def test_a_pipe_is_neither_opened_nor_accepted(tmp_path: Path, packages: dict[str, Package]) -> None:
    os.mkfifo(tmp_path / "node_modules/a/pipe")
    (tmp_path / "node_modules/a/lib/index.js").unlink()
    os.mkfifo(tmp_path / "node_modules/a/lib/index.js")
    assert {difference.kind for difference in compare(tmp_path, packages)} == {Kind.ODD, Kind.MISSING}


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_cannot_be_read_is_not_as_promised(tmp_path: Path, packages: dict[str, Package]) -> None:
    (tmp_path / "node_modules/a/lib/index.js").chmod(0)
    (tmp_path / "node_modules/@s").chmod(0)
    kinds = {(difference.location, difference.kind) for difference in compare(tmp_path, packages)}
    (tmp_path / "node_modules/@s").chmod(0o755)
    assert kinds == {("node_modules/a", Kind.CHANGED), ("node_modules/@s/b", Kind.MISSING)}


def test_a_program_that_would_run_as_its_owner_is_seen(tmp_path: Path, packages: dict[str, Package]) -> None:
    (tmp_path / "node_modules/a/lib/index.js").chmod(0o4755)
    assert compare(tmp_path, packages) == one("node_modules/a", "lib/index.js", Kind.SET_ID)


@pytest.mark.parametrize("target", ["../../evil.sh", "../a/lib/index.js", "/bin/sh", "../d/package.json"])
def test_a_link_in_bin_leads_where_the_lockfile_says(tmp_path: Path, packages: dict[str, Package], target: str) -> None:
    (tmp_path / "node_modules/.bin/d").unlink()
    (tmp_path / "node_modules/.bin/d").symlink_to(target)
    assert compare(tmp_path, packages) == one("node_modules/.bin/d", "", Kind.ODD)


@pytest.mark.parametrize("name", ["sh", "node"])
def test_a_program_in_bin_that_nobody_promised_is_seen(tmp_path: Path, packages: dict[str, Package], name: str) -> None:
    (tmp_path / "node_modules/.bin" / name).symlink_to("../d/cli.js")
    assert compare(tmp_path, packages) == one(f"node_modules/.bin/{name}", "", Kind.ODD)


def test_a_file_in_bin_is_seen(tmp_path: Path, packages: dict[str, Package]) -> None:
    write_files(tmp_path, {"node_modules/.bin/node": "#!/bin/sh\n"})
    assert compare(tmp_path, packages) == one("node_modules/.bin/node", "", Kind.EXTRA)


@pytest.mark.parametrize("name", ["node_modules", "node_modules/a/node_modules"])
def test_a_bin_that_is_no_folder_is_seen(tmp_path: Path, packages: dict[str, Package], name: str) -> None:
    bins = tmp_path / name / ".bin"
    if bins.exists():
        bins.rename(tmp_path / "bins")
    bins.symlink_to(tmp_path)
    assert [difference.kind for difference in compare(tmp_path, packages)] == [Kind.ODD]


def test_what_is_promised_below_a_folder_outside_is_compared_there(tmp_path: Path) -> None:
    location = "../shared/node_modules/e"
    promised = {location: package(location)}
    (tmp_path / "project").mkdir()
    unpacked(tmp_path / "project", promised)
    links = {"node_modules/shared": "../shared"}
    (tmp_path / "project/node_modules").mkdir()
    (tmp_path / "project/node_modules/shared").symlink_to("../../shared")
    assert compare(tmp_path / "project", promised, links) == ()
    write_files(tmp_path, {"shared/node_modules/evil/index.js": ""})
    assert compare(tmp_path / "project", promised, links) == one("../shared/node_modules/evil", "", Kind.EXTRA)


def test_of_two_packages_with_one_program_either_may_have_won(tmp_path: Path, packages: dict[str, Package]) -> None:
    packages["node_modules/e"] = package("node_modules/e", {"d.js": "1"}, bin={"d": "./d.js"})
    unpacked(tmp_path, packages)
    assert compare(tmp_path, packages) == ()
    (tmp_path / "node_modules/.bin/d").unlink()
    (tmp_path / "node_modules/.bin/d").symlink_to("../e/d.js")
    assert compare(tmp_path, packages) == ()


def test_records_and_caches_at_the_top_are_left_alone(tmp_path: Path, packages: dict[str, Package]) -> None:
    write_files(
        tmp_path / "node_modules", {".package-lock.json": "{}", ".safe-install.json": "{}", ".cache/babel/x": ""}
    )
    assert compare(tmp_path, packages) == ()


def test_promised_links_are_no_difference_and_lead_nowhere_else(tmp_path: Path, packages: dict[str, Package]) -> None:
    links = {"node_modules/ws": "packages/ws", "node_modules/@s/ws": "packages/ws"}
    write_files(tmp_path, {"packages/ws/index.js": "", "packages/ws/cli.js": ""})
    (tmp_path / "node_modules/ws").symlink_to("../packages/ws")
    (tmp_path / "node_modules/@s/ws").symlink_to("../../packages/ws")
    (tmp_path / "node_modules/.bin/ws").symlink_to("../ws/cli.js")
    assert compare(tmp_path, packages, links) == ()
    (tmp_path / "node_modules/ws").unlink()
    (tmp_path / "node_modules/ws").symlink_to("../packages/other")
    assert compare(tmp_path, packages, links) == one("node_modules/ws", "", Kind.ODD)


def test_a_program_of_a_linked_folder_leads_into_that_folder(tmp_path: Path, packages: dict[str, Package]) -> None:
    (tmp_path / "node_modules/.bin/ws").symlink_to("../ws/../../evil.sh")
    assert compare(tmp_path, packages, {"node_modules/ws": "packages/ws"}) == one("node_modules/.bin/ws", "", Kind.ODD)


def test_the_node_modules_of_a_workspace_is_compared_as_well(tmp_path: Path, packages: dict[str, Package]) -> None:
    location = "packages/ws/node_modules/e"
    promised = {**packages, location: package(location)}
    unpacked(tmp_path, promised)
    links = {"node_modules/ws": "packages/ws"}
    (tmp_path / "node_modules/ws").symlink_to("../packages/ws")
    assert compare(tmp_path, promised, links) == ()
    write_files(tmp_path, {"packages/ws/node_modules/evil/index.js": ""})
    assert compare(tmp_path, promised, links) == one("packages/ws/node_modules/evil", "", Kind.EXTRA)


def test_what_a_tarball_holds_below_a_nested_package_is_not_expected_there(tmp_path: Path) -> None:
    outer = package("node_modules/a", {"node_modules/c/stale.js": "1", "node_modules/kept/x.js": "1"})
    promised = {"node_modules/a": outer, "node_modules/a/node_modules/c": package("node_modules/a/node_modules/c")}
    unpacked(tmp_path, promised)
    assert compare(tmp_path, promised) == one("node_modules/a/node_modules/c", "stale.js", Kind.EXTRA)
    (tmp_path / "node_modules/a/node_modules/c/stale.js").unlink()
    assert compare(tmp_path, promised) == ()


def test_the_projects_own_folders_are_not_compared(tmp_path: Path, packages: dict[str, Package]) -> None:
    own = {"": package("node_modules/project"), "packages/ws": package("node_modules/ws")}
    assert compare(tmp_path, {**packages, **own}) == ()


def test_a_flood_of_differences_is_cut_off(tmp_path: Path) -> None:
    (tmp_path / "node_modules").mkdir()
    for number in range(MOST + 50):
        (tmp_path / "node_modules" / str(number)).touch()
    assert len(compare(tmp_path, {})) == MOST


@pytest.mark.npm
@pytest.mark.parametrize("shebang", [b"#!/usr/bin/env node\r\n", b"#!/usr/bin/env node\n", b"#!/bin/sh\r\nx\r\n\xff"])
def test_npms_own_change_to_a_program_is_expected_and_no_other(place: Place, shebang: bytes) -> None:
    files: dict[str, str | bytes] = {
        "cli.js": shebang + b"1\r\n",
        "other.js": shebang,
        ".gitignore": "x",
        "lib/a.js": "1",
    }
    place.registry.publish("a", "1.0.0", files, bin={"a": "cli.js"})
    place.registry.publish("b", "1.0.0", {"b.js": "1"}, bin={"b": "b.js", "a": "b.js"}, dependencies={"a": "1.0.0"})
    place.lock(dependencies={"b": "1.0.0"})
    assert place.install().exit_code == 0
    assert compare(place.project, place.packages()) == ()
    program = place.project / "node_modules/a/cli.js"
    program.write_bytes(program.read_bytes() + b"//")
    assert compare(place.project, place.packages()) == one("node_modules/a", "cli.js", Kind.CHANGED)


@pytest.mark.npm
def test_workspaces_aliases_and_nested_duplicates_are_as_npm_leaves_them(place: Place) -> None:
    for version in ("1.0.0", "2.0.0"):
        place.registry.publish("c", version, {"index.js": version}, bin={"c": "index.js"})
    place.registry.publish("a", "1.0.0", {"index.js": "a"}, dependencies={"c": "1.0.0"})
    for name in ("x", "@s/y"):
        manifest = a_manifest(name, bin={name[-1]: "cli.js"}, dependencies={"c": "1.0.0"})
        place.write(
            {f"packages/{name[-1]}/package.json": manifest, f"packages/{name[-1]}/cli.js": "#!/usr/bin/env node\n"}
        )
    place.lock(workspaces=["packages/*"], dependencies={"a": "1.0.0", "c": "2.0.0", "alias": "npm:c@1.0.0"})
    assert place.install().exit_code == 0
    assert place.links() == {"node_modules/x": "packages/x", "node_modules/@s/y": "packages/y"}
    assert compare(place.project, place.packages(), place.links()) == ()
    assert json.loads((place.project / "node_modules/alias/package.json").read_text())["name"] == "c"
