"""A build helper that everybody knows is described; what only bears its name is read like any other code."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from safe_install.model import Boundary, BoundaryKind, Event, Inspection, LifecycleScript, Package, Source
from safe_install.scan.reach.missing import missing
from safe_install.scan.reach.reach import trace
from tests.builders import Files, a_manifest, a_package, an_artifact
from tests.scan.trees import beside, inspect, kinds, reached

DYNAMIC = "#!/usr/bin/env node\nrequire(x); require('deep')"


def a_helper(name: str = "prebuild-install", program: str = "prebuild-install") -> Package:
    """Deliver a helper whose own code cannot be followed."""
    return beside(name, {"bin.js": DYNAMIC, "index.js": DYNAMIC}, bin={program: "bin.js"})


DEEP = beside("deep", {"index.js": "require(y)"})
ON_GITHUB = {"repository": {"url": "git+https://github.com/a/b.git"}}


def ends(inspection: Inspection) -> set[str]:
    return {end.kind.value for end in inspection.boundaries}


def the(kind: BoundaryKind, inspection: Inspection) -> Boundary:
    (found,) = [end for end in inspection.boundaries if end.kind is kind]
    return found


# ------------------------------------------------------------------ what a helper is


def test_a_known_helper_is_described_and_its_own_edges_are_counted() -> None:
    inspection = inspect("prebuild-install", {}, a_helper(), DEEP, **ON_GITHUB)
    assert not inspection.gaps
    end = the(BoundaryKind.DOWNLOADS, inspection)
    assert (end.where, end.host, end.verified) == ("example@1.0.0", "github.com", "")
    assert "2 edges in its own code are not followed" in end.detail


def test_a_known_helpers_files_are_reached_so_that_they_are_matched() -> None:
    inspection = inspect("prebuild-install", {}, a_helper(), DEEP, **ON_GITHUB)
    assert reached(inspection) == {"prebuild-install:bin.js", "deep:index.js"}


@pytest.mark.parametrize("command", ["node a; prebuild-install", "prebuild-install; node a"])
def test_what_a_helper_and_the_script_both_require_counts_as_the_scripts(command: str) -> None:
    inspection = inspect(command, {"a.js": "require('deep')"}, a_helper(), DEEP, **ON_GITHUB)
    assert the(BoundaryKind.LIBRARY, inspection).where == "deep@2.0.0"


def test_what_only_a_helper_requires_is_told_with_the_helper() -> None:
    assert BoundaryKind.LIBRARY not in {
        end.kind for end in inspect("prebuild-install", {}, a_helper(), DEEP).boundaries
    }


def test_a_helper_that_is_not_here_is_known_by_the_declared_dependency() -> None:
    inspection = inspect("prebuild-install", dependencies={"prebuild-install": "^7.1.0"}, **ON_GITHUB)
    assert not inspection.gaps
    assert "its code was not there to be read" in the(BoundaryKind.DOWNLOADS, inspection).detail
    assert missing(inspection).modules == {"prebuild-install"}


# ------------------------------------------------------------------ what only bears the name


@pytest.mark.parametrize(
    "declared",
    ["https://a.test/x.tgz", "git+https://a.test/x.git", "github:a/b", "a/b", "npm:other@1", "file:../x", "link:x", ""],
)
def test_a_dependency_from_elsewhere_is_not_the_helper(declared: str) -> None:
    inspection = inspect("prebuild-install", dependencies={"prebuild-install": declared})
    assert kinds(inspection) == {"unknown-program"}


def test_an_undeclared_helper_that_is_not_here_is_unknown() -> None:
    assert kinds(inspect("prebuild-install")) == {"unknown-program"}


@pytest.mark.parametrize(
    "change",
    [
        {"name": "other"},
        {"source": Source.GIT},
        {"source": Source.REMOTE},
        {"source": Source.BUNDLED},
        {"source": Source.LINK},
    ],
)
def test_an_installed_package_that_is_not_the_registrys_is_read_like_any_other(change: dict[str, object]) -> None:
    helper = a_helper()
    lookalike = replace(helper, artifact=replace(helper.artifact, **change))  # type: ignore[arg-type]
    inspection = inspect("prebuild-install", {}, lookalike, **ON_GITHUB)
    assert "dynamic" in kinds(inspection)
    assert not inspection.boundaries


def test_another_packages_bin_of_that_name_is_read_like_any_other() -> None:
    inspection = inspect("prebuild-install", {}, a_helper("evil"), **ON_GITHUB)
    assert [(end.kind, end.where) for end in inspection.boundaries] == [(BoundaryKind.LIBRARY, "evil@2.0.0")]


@pytest.mark.parametrize(
    ("command", "files"),
    [
        ("prebuild-install", {"bin.js": DYNAMIC}),
        ("node prebuild-install", {"prebuild-install.js": DYNAMIC}),
        ("node node_modules/prebuild-install/bin", {"node_modules/prebuild-install/bin.js": DYNAMIC}),
        ("node -e \"require('prebuild-install')\"", {"node_modules/prebuild-install/index.js": DYNAMIC}),
    ],
)
def test_a_copy_in_the_package_itself_is_read_like_any_other(command: str, files: Files) -> None:
    manifest = {"bin": {"prebuild-install": "bin.js"}, "dependencies": {"prebuild-install": "^7.1.0"}}
    assert "dynamic" in kinds(inspect(command, files, **manifest, **ON_GITHUB))


def test_a_helpers_cover_ends_at_an_alias() -> None:
    alias = replace(DEEP, artifact=replace(DEEP.artifact, name="evil"))
    inspection = inspect("prebuild-install", {}, a_helper(), alias, **ON_GITHUB)
    assert [gap.where for gap in inspection.gaps] == ["evil@2.0.0"]


def test_a_helpers_cover_ends_at_the_script_s_own_files() -> None:
    helper = beside(
        "prebuild-install", {"bin.js": "#!/usr/bin/env node\nrequire('example/a')"}, bin={"prebuild-install": "bin.js"}
    )
    inspection = inspect("prebuild-install", {"a.js": "require(x)"}, helper, **ON_GITHUB)
    assert [gap.path for gap in inspection.gaps] == ["a.js"]


# ------------------------------------------------------------------ what steers a helper


@pytest.mark.parametrize(
    ("command", "manifest"),
    [
        ("prebuild-install", {"binary": {"host": "https://a.test/x"}}),
        ("prebuild-install", {"binary": {"host": "http://github.com/x"}}),
        ("prebuild-install", {"binary": {"host": "https://github.com:8080/x"}}),
        ("prebuild-install", {"binary": {"host": "https://github.com@a.test/x"}}),
        ("prebuild-install", {"binary": {"host": "https://github.com.a.test/x"}}),
        ("prebuild-install", {"binary": {"host": ["https://a.test/x"]}, **ON_GITHUB}),
        ("prebuild-install --download https://a.test/x.tgz", ON_GITHUB),
        ("prebuild-install -d $X", ON_GITHUB),
        ("node-pre-gyp install", {"binary": {"host": "https://10.0.0.1/x"}}),
        ("install-from-cache --artifact x --host https://a.test", ON_GITHUB),
    ],
)
def test_a_download_from_nobody_knows_where_is_a_gap(command: str, manifest: dict[str, Any]) -> None:
    names = ("prebuild-install", "node-pre-gyp", "install-artifact-from-github")
    inspection = inspect(command, dependencies=dict.fromkeys(names, "1"), **manifest)
    assert "downloaded" in kinds(inspection)


@pytest.mark.parametrize("manifest", [{}, {"repository": "https://a.test/x.git"}, {"binary": {"napi_versions": [8]}}])
def test_prebuild_install_downloads_from_github_or_not_at_all(manifest: dict[str, Any]) -> None:
    inspection = inspect("prebuild-install", dependencies={"prebuild-install": "7"}, **manifest)
    assert not inspection.gaps
    assert the(BoundaryKind.DOWNLOADS, inspection).host == ""
    assert the(BoundaryKind.DOWNLOADS, inspect("prebuild-install", {}, a_helper(), **ON_GITHUB)).host == "github.com"


def test_settings_beside_the_manifest_that_can_change_the_host_are_a_gap() -> None:
    def traced(settings: str) -> set[str]:
        files = {".prebuild-installrc": settings}
        return kinds(inspect("prebuild-install", files, dependencies={"prebuild-install": "1"}, **ON_GITHUB))

    assert traced('{"download": "https://a.test/x"}') == {"dynamic"}
    assert traced("download = https://a.test/x") == {"dynamic"}
    assert traced('{"tag-prefix": "v"}') == set()


def test_the_test_that_node_gyp_build_loads_is_followed() -> None:
    manifest = {"dependencies": {"node-gyp-build": "4"}, "prebuild": {"test": "evil.js"}}
    inspection = inspect("node-gyp-build", {"evil.js": "require(x)", "binding.gyp": "{}"}, **manifest)
    assert "evil.js" in reached(inspection)
    assert kinds(inspection) == {"dynamic"}


def test_the_commands_that_node_gyp_build_is_given_are_followed() -> None:
    files = {"before.js": "", "after.js": "", "binding.gyp": "{}"}
    inspection = inspect('node-gyp-build "node before" "node after"', files, dependencies={"node-gyp-build": "4"})
    assert {"before.js", "after.js", "binding.gyp"} <= reached(inspection)
    assert ends(inspection) == {"compiles", "loads-native-code"}


def test_the_scripts_that_install_from_cache_runs_are_followed() -> None:
    manifest = {
        "dependencies": {"install-artifact-from-github": "1"},
        "scripts": {"install": "x", "verify-build": "node verify", "rebuild": "node-gyp rebuild"},
        **ON_GITHUB,
    }
    inspection = inspect("install-from-cache --artifact a.node", {"verify.js": "require(x)"}, **manifest)
    assert "verify.js" in reached(inspection)
    assert kinds(inspection) == {"dynamic"}
    assert ends(inspection) == {"downloads", "compiles"}


def test_the_options_that_pkg_prebuilds_verify_loads_are_followed() -> None:
    inspection = inspect("pkg-prebuilds-verify ./options", {"options.js": ""}, dependencies={"pkg-prebuilds": "1"})
    assert reached(inspection) == {"options.js"}
    assert not inspection.gaps


def test_what_cmake_js_builds_by_is_read() -> None:
    files = {"CMakeLists.txt": "execute_process(COMMAND node evil.js)", "evil.js": ""}
    inspection = inspect("cmake-js build", files, dependencies={"cmake-js": "8"})
    assert reached(inspection) == {"CMakeLists.txt", "evil.js"}
    assert ends(inspection) == {"compiles"}


def test_node_pre_gyp_that_falls_back_to_a_build_reads_what_it_builds_by() -> None:
    files = {"binding.gyp": "{'a': '<!(node evil.js)'}", "evil.js": ""}
    manifest = {"dependencies": {"@mapbox/node-pre-gyp": "1"}, "binary": {"host": "https://b.s3.amazonaws.com"}}
    inspection = inspect("node-pre-gyp install --fallback-to-build", files, **manifest)
    assert {"binding.gyp", "evil.js"} <= reached(inspection)
    assert ends(inspection) == {"compiles", "downloads", "loads-native-code"}
    assert the(BoundaryKind.DOWNLOADS, inspection).host == "b.s3.amazonaws.com"


def test_napi_postinstall_may_fetch_for_its_own_package_only() -> None:
    declared = {"napi-postinstall": "0.3"}
    assert ends(inspect("napi-postinstall example 1.0.0", dependencies=declared)) == {"installs"}
    assert kinds(inspect("napi-postinstall evil 1.0.0", dependencies=declared)) == {"downloaded"}


def test_only_a_project_may_patch_other_packages() -> None:
    assert kinds(inspect("patch-package", dependencies={"patch-package": "8"})) == {"dynamic"}


@pytest.mark.parametrize(
    ("manifest", "promise"),
    [
        ({"private": False}, {}),
        ({"private": "yes"}, {}),
        ({"private": True}, {"integrity": "sha512-x"}),
        ({"private": True}, {"resolved": "https://a.test/x.tgz"}),
        ({"private": True}, {"source": Source.GIT}),
    ],
)
def test_an_archive_is_no_project_whatever_it_says(manifest: dict[str, Any], promise: dict[str, Any]) -> None:
    assert kinds(a_patcher(manifest, **promise)) == {"dynamic"}


def test_a_directory_that_is_not_to_be_published_is_a_project_whose_patches_are_read() -> None:
    inspection = a_patcher({"private": True})
    assert not inspection.gaps
    assert reached(inspection) == {"patches/left+1.0.0.patch"}
    assert "by 1 patches of its own" in next(end.detail for end in inspection.boundaries)


def a_patcher(manifest: dict[str, Any], **promise: Any) -> Inspection:  # noqa: ANN401 - an artifact's fields
    written = a_manifest(dependencies={"patch-package": "8"}, **manifest)
    files: Files = {"package.json": written, "patches/left+1.0.0.patch": "+evil()"}
    package = a_package(files, an_artifact(**promise))
    script = LifecycleScript(package=package, event=Event.POSTINSTALL, command="patch-package")
    return trace(script, {package.artifact.location: package}, lone=True)


@pytest.mark.parametrize("name", ["nan", "node-addon-api", "detect-libc"])
def test_a_module_of_headers_and_facts_is_nothing_to_follow(name: str) -> None:
    inspection = inspect("node a", {"a.js": f"require('{name}')"}, dependencies={name: "1"})
    assert not inspection.gaps
    assert not inspection.boundaries


def test_a_script_that_only_starts_a_helper_is_not_harmless() -> None:
    assert not inspect("only-allow npm", dependencies={"only-allow": "1"}).harmless
    assert not inspect("only-allow npm", {}, a_helper("only-allow", "only-allow"), DEEP).harmless
