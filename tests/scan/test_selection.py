"""What is selected is what npm puts on disk, and what is removed is what npm removes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from safe_install.scan.lock.lockfile import Lockfile
from safe_install.scan.lock.selection import Platform, optional_set, select
from tests.scan.locks import an_entry, read

LINUX = Platform(os="linux", cpu="x64", libc="glibc", node="20.0.0", npm="11.0.0")
ROOT = {"name": "app", "version": "1.0.0"}


def on_disk(lockfile: Lockfile, platform: Platform = LINUX, omit: Iterable[str] = (), **more: Any) -> set[str]:  # noqa: ANN401
    """Name what is selected by its place, without the root and the first node_modules."""
    selected = select(lockfile.artifacts, platform, frozenset(omit), links=lockfile.links, **more)
    return {artifact.location.removeprefix("node_modules/") for artifact in selected} - {""}


def tree(root: dict[str, object], **entries: dict[str, object]) -> Lockfile:
    """Read a lockfile of packages in the first node_modules."""
    return read(
        {"": {**ROOT, **root}, **{f"node_modules/{name}": an_entry(name, **entry) for name, entry in entries.items()}}
    )


@pytest.mark.parametrize(("wanted", "there"), [("a", "A"), ("@s/x", "@S/X")])
def test_a_name_means_a_package_in_another_case_too_as_it_does_to_npm(wanted: str, there: str) -> None:
    assert on_disk(tree({"dependencies": {wanted: "1"}}, **{there: {}})) == {there}


@pytest.mark.parametrize(
    ("wanted", "fits"),
    [
        ({}, True),
        ({"os": ["linux"]}, True),
        ({"os": "linux"}, True),
        ({"os": ["darwin", "linux"]}, True),
        ({"os": ["darwin"]}, False),
        ({"os": ["!win32"]}, True),
        ({"os": ["!linux"]}, False),
        ({"os": ["!win32", "!darwin"]}, True),
        ({"os": ["!win32", "darwin"]}, False),
        ({"os": ["linux", "!linux"]}, False),
        ({"os": ["any"]}, True),
        ({"os": ["any", "win32"]}, False),
        ({"os": []}, True),
        ({"cpu": ["arm64"]}, False),
        ({"cpu": ["x64"], "os": ["linux"]}, True),
        ({"cpu": ["x64"], "os": ["win32"]}, False),
        ({"libc": ["glibc"]}, True),
        ({"libc": ["musl"]}, False),
        ({"libc": ["!musl"]}, True),
        ({"engines": {"node": ">=18"}}, True),
        ({"engines": {"node": "^22"}}, False),
        ({"engines": {"npm": ">=12"}}, False),
        ({"engines": {"node": "latest"}}, False),
        ({"engines": {"vscode": "^99"}}, True),
        ({"engines": ["node >= 99"]}, True),
    ],
)
def test_an_optional_package_is_there_if_it_is_for_this_platform(wanted: dict[str, object], fits: bool) -> None:  # noqa: FBT001
    lockfile = tree({"optionalDependencies": {"x": "1"}}, x={"optional": True, **wanted})
    assert on_disk(lockfile) == ({"x"} if fits else set())


def test_where_there_is_no_libc_a_package_for_one_is_left_out() -> None:
    lockfile = tree({"optionalDependencies": {"x": "1", "y": "1"}}, x={"libc": ["glibc"]}, y={"libc": ["!musl"]})
    assert on_disk(lockfile, Platform(os="darwin", cpu="arm64")) == set()


def test_without_a_version_of_node_engines_leave_nothing_out() -> None:
    lockfile = tree({"optionalDependencies": {"x": "1"}}, x={"engines": {"node": "^99", "npm": "^99"}})
    assert on_disk(lockfile, Platform(os="linux", cpu="x64")) == {"x"}


def test_a_needed_package_stays_whatever_the_lockfile_calls_it() -> None:
    lockfile = tree({"dependencies": {"x": "1"}}, x={"optional": True, "dev": True, "peer": True, "os": ["win32"]})
    (root, x) = select(lockfile.artifacts, LINUX, frozenset({"dev", "optional", "peer"}))
    assert (x.dev, x.optional, x.peer, root.location) == (False, False, False, "")


def test_an_optional_package_goes_with_all_that_only_it_brings() -> None:
    lockfile = tree(
        {"dependencies": {"a": "1"}, "optionalDependencies": {"o": "1"}},
        a={"dependencies": {"shared": "1"}},
        o={"os": ["win32"], "dependencies": {"own": "1", "shared": "1"}},
        own={"dependencies": {"deeper": "1"}},
        deeper={"dependencies": {"own": "1"}},
        shared={},
    )
    assert on_disk(lockfile) == {"a", "shared"}


def test_an_optional_package_goes_with_those_that_cannot_do_without_it() -> None:
    lockfile = tree(
        {"optionalDependencies": {"o": "1", "other": "1"}},
        o={"dependencies": {"part": "1"}},
        part={"dependencies": {"native": "1"}},
        native={"os": ["win32"]},
        other={"optionalDependencies": {"native": "1"}},
    )
    assert on_disk(lockfile) == {"other"}


def test_two_unfit_packages_take_along_what_only_they_share() -> None:
    lockfile = tree(
        {"optionalDependencies": {"a": "1", "b": "1"}},
        a={"os": ["win32"], "dependencies": {"shared": "1"}},
        b={"os": ["win32"], "dependencies": {"shared": "1"}},
        shared={},
    )
    assert on_disk(lockfile) == set()


def test_what_nobody_depends_on_is_not_installed() -> None:
    lockfile = tree(
        {"dependencies": {"a": "1"}},
        a={"peerDependencies": {"lenient": "1"}, "peerDependenciesMeta": {"lenient": {"optional": True}}},
        lenient={},
        orphan={},
    )
    assert on_disk(lockfile) == {"a"}


def test_a_linked_directory_outside_the_project_finds_nothing_inside_it() -> None:
    packages = {
        "": {**ROOT, "dependencies": {"lib": "file:../lib"}},
        "node_modules/lib": {"link": True, "resolved": "../lib"},
        "../lib": {"dependencies": {"x": "1"}},
        "node_modules/x": an_entry(),
    }
    assert on_disk(read(packages)) == {"../lib"}


def test_a_name_with_folders_in_it_leads_nowhere() -> None:
    packages = {
        "": {**ROOT, "dependencies": {"a": "1", "a/node_modules/b": "1"}},
        "node_modules/a": an_entry("a"),
        "node_modules/a/node_modules/b": an_entry("b"),
    }
    assert on_disk(read(packages)) == {"a"}


KINDS = tree(
    {"dependencies": {"prod": "1"}, "devDependencies": {"dev": "1"}, "optionalDependencies": {"opt": "1"}},
    prod={"peerDependencies": {"peer": "1"}},
    dev={"dependencies": {"both": "1"}},
    opt={"dependencies": {"both": "1"}},
    peer={},
    both={},
)


@pytest.mark.parametrize(
    ("omit", "left"),
    [
        ("", "prod peer dev opt both"),
        ("dev", "prod peer opt both"),
        ("optional", "prod peer dev both"),
        ("dev optional", "prod peer"),
        ("peer", "prod dev opt both"),
        ("dev optional peer", "prod"),
    ],
)
def test_omitting_leaves_out_what_is_wanted_in_no_other_way(omit: str, left: str) -> None:
    assert on_disk(KINDS, omit=omit.split()) == set(left.split())


def test_with_legacy_peer_deps_peers_bring_nothing() -> None:
    assert on_disk(KINDS, legacy_peer_deps=True) == {"prod", "dev", "opt", "both"}


def test_omitting_a_link_leaves_out_its_directory_and_not_what_is_installed_there() -> None:
    packages = {
        "": {**ROOT, "devDependencies": {"lib": "file:../lib"}, "workspaces": ["w"]},
        "node_modules/lib": {"link": True, "resolved": "../lib"},
        "node_modules/w": {"link": True, "resolved": "w"},
        "../lib": {"dependencies": {"x": "1"}},
        "../lib/node_modules/x": an_entry(),
        "w": {"devDependencies": {"y": "1"}},
        "w/node_modules/y": an_entry("y"),
    }
    lockfile = read(packages)
    assert on_disk(lockfile) == {"../lib", "../lib/node_modules/x", "w", "w/node_modules/y"}
    assert on_disk(lockfile, omit=["dev"]) == {"../lib/node_modules/x", "w"}


# ------------------------------------------------------------------ when an optional package fails


def test_a_failed_package_takes_its_optional_set_along() -> None:
    lockfile = tree(
        {"dependencies": {"a": "1"}, "optionalDependencies": {"o": "1"}},
        a={"optionalDependencies": {"part": "1"}, "dependencies": {"shared": "1"}},
        o={"dependencies": {"part": "1", "shared": "1"}},
        part={"dependencies": {"below": "1"}},
        below={},
        shared={},
    )
    removed = optional_set(lockfile.artifacts, "node_modules/part")
    assert {place.removeprefix("node_modules/") for place in removed} == {"part", "o", "below"}


def test_names_are_resolved_to_the_nearest_folder() -> None:
    nested = "node_modules/o/node_modules/x"
    lockfile = read(
        {
            "": {**ROOT, "optionalDependencies": {"o": "1"}},
            "node_modules/o": an_entry("o", dependencies={"x": "1", "@s/y": "1"}),
            nested: an_entry(),
            "node_modules/x": an_entry(),
            "node_modules/@s/y": an_entry("y"),
        }
    )
    assert optional_set(lockfile.artifacts, "node_modules/o") == {"node_modules/o", nested, "node_modules/@s/y"}


def test_the_project_and_its_directories_are_never_removed() -> None:
    packages = {
        "": {**ROOT, "dependencies": {"x": "1"}},
        "node_modules/w": {"link": True, "resolved": "w"},
        "w": {"dependencies": {"x": "1"}},
        "node_modules/x": an_entry(optional=True),
    }
    assert optional_set(read(packages).artifacts, "node_modules/x") == {"node_modules/x"}
