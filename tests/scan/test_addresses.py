"""Where tarballs may come from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from safe_install.model import Artifact, Severity, Source
from safe_install.scan.fetch.addresses import Registries, lint_addresses, read_registries
from tests.builders import an_artifact, integrity

HOME = "https://registry.example.test/"
PUBLIC = "https://public.example.test/"
SECRET = "s3cr3t-t0k3n"


def registries(config: Mapping[str, object] | None = None, *npmrcs: Mapping[str, str], **env: str) -> Registries:
    """Read a configuration as the project does, with one registry unless the test says otherwise."""
    return read_registries({"registry": HOME, **(config or {})}, npmrcs, public_registry=PUBLIC, env=env)


def problems(artifact: Artifact, of: Registries | None = None, allowed: tuple[str, ...] = ()) -> list[str]:
    return [finding.signature for finding in lint_addresses([artifact], of or registries(), allowed)]


def at(resolved: str | None, name: str = "left-pad", version: str = "1.3.0", **more: Any) -> Artifact:  # noqa: ANN401
    """Promise left-pad at an address."""
    return an_artifact(name, version, resolved=resolved, integrity=integrity(b""), **more)


# ------------------------------------------------------------------ the linter

GOOD = [
    (HOME, "left-pad", f"{HOME}left-pad/-/left-pad-1.3.0.tgz"),
    (HOME, "@scope/pad", f"{HOME}@scope/pad/-/pad-1.3.0.tgz"),
    (HOME, "@scope/pad", f"{HOME}@scope%2fpad/-/pad-1.3.0.tgz"),
    (HOME, "@scope/pad", f"{HOME}@scope/pad/-/@scope/pad-1.3.0.tgz"),
    (
        "https://art.example.test/api/npm/main",
        "left-pad",
        "https://art.example.test/api/npm/main/left-pad/-/left-pad-1.3.0.tgz",
    ),
    (
        "https://nexus.example.test/repository/all/",
        "@a/b",
        "https://nexus.example.test/repository/all/@a/b/-/b-1.3.0.tgz",
    ),
    (
        "https://git.example.test/api/packages/me/npm/",
        "@a/b",
        "https://git.example.test/api/packages/me/npm/%40a%2Fb/-/1.3.0/b-1.3.0.tgz",
    ),
    ("https://hub.example.test", "@a/b", f"https://hub.example.test/download/@a/b/1.3.0/{'0a' * 20}"),
    ("https://hub.example.test/A", "@a/b", f"https://hub.example.test/download/@a/b/1.3.0/{'0a' * 20}"),
    ("http://127.0.0.1:4873/", "left-pad", "http://127.0.0.1:4873/left-pad/-/left-pad-1.3.0.tgz"),
    ("http://plain.example.test/", "left-pad", "http://plain.example.test/left-pad/-/left-pad-1.3.0.tgz"),
    (HOME, "left-pad", f"{PUBLIC}left-pad/-/left-pad-1.3.0.tgz"),
    (HOME, "left-pad", "http://public.example.test/left-pad/-/left-pad-1.3.0.tgz"),
    (HOME, "left-pad", "HTTPS://Registry.Example.TEST:443/left-pad/-/left-pad-1.3.0.tgz"),
]


@pytest.mark.parametrize(("registry", "name", "resolved"), GOOD)
def test_an_address_of_the_packages_own_registry_is_fine(registry: str, name: str, resolved: str) -> None:
    assert problems(at(resolved, name), registries({"registry": registry})) == []


@pytest.mark.parametrize(
    "resolved",
    [
        "https://evil.invalid/left-pad/-/left-pad-1.3.0.tgz",
        "https://registry.example.test.evil.invalid/left-pad/-/left-pad-1.3.0.tgz",
        "https://registry.example.test:8443/left-pad/-/left-pad-1.3.0.tgz",
        "https://registry.example.test:0/left-pad/-/left-pad-1.3.0.tgz",
        "https://127.0.0.1/left-pad/-/left-pad-1.3.0.tgz",
    ],
)
def test_a_foreign_host_blocks(resolved: str) -> None:
    assert problems(at(resolved)) == ["lockfile/foreign-host"]


@pytest.mark.parametrize(
    "path",
    [
        "other/-/other-1.3.0.tgz",
        "other/-/left-pad-1.3.0.tgz",
        "left-pad/-/left-pad-1.3.1.tgz",
        "left-pad/-/other-1.3.0.tgz",
        "@left-pad/left-pad/-/left-pad-1.3.0.tgz",
        "left-pad/-/left-pad-1.3.0.tgz/-/other-1.0.0.tgz",
        "left-pad%2f-%2fleft-pad-1.3.0.tgz",
        "left-pad/%2d/left-pad-1.3.0.tgz",
        "other%2f..%2fleft-pad/-/left-pad-1.3.0.tgz",
        "left-pad/-/left-pad-1.3.0.tgz?of=other",
        "left-pad",
        "",
        f"download/left-pad/1.3.0/{'0a' * 20}",
        "mirror/left-pad/-/left-pad-1.3.0.tgz",
    ],
)
def test_another_packages_tarball_blocks(path: str) -> None:
    assert problems(at(HOME + path)) == ["lockfile/another-package"]


def test_another_repository_of_the_same_host_blocks() -> None:
    of = registries({"registry": "https://art.example.test/api/npm/main/"})
    assert problems(at("https://art.example.test/api/npm/mine/left-pad/-/left-pad-1.3.0.tgz"), of) == [
        "lockfile/another-package"
    ]


@pytest.mark.parametrize(
    "resolved",
    [
        "http://evil.invalid/left-pad/-/left-pad-1.3.0.tgz",
        "http://registry.example.test/left-pad/-/left-pad-1.3.0.tgz",
        "http://127.0.0.1.evil.invalid/left-pad/-/left-pad-1.3.0.tgz",
    ],
)
def test_plain_http_blocks(resolved: str) -> None:
    assert problems(at(resolved)) == ["lockfile/insecure-address"]


@pytest.mark.parametrize(
    "resolved",
    [
        "https://me:pw@registry.example.test/left-pad/-/left-pad-1.3.0.tgz",
        "https://registry.example.test@evil.invalid/left-pad/-/left-pad-1.3.0.tgz",
        "https://registry.example.test/other/../left-pad/-/left-pad-1.3.0.tgz",
        "https://registry.example.test/other/%2e%2e/left-pad/-/left-pad-1.3.0.tgz",
        "https://registry.example.test\\@evil.invalid/left-pad/-/left-pad-1.3.0.tgz",
        "https://registry.example.test/left-pad/-/left-pad-1.3.0.tgz#deadbeef",
        " https://registry.example.test/left-pad/-/left-pad-1.3.0.tgz",
        "https://registry.example.test/left-pad/-/left-pad-1.3.0.tgz\n",
        "https:/registry.example.test/left-pad/-/left-pad-1.3.0.tgz",
        "ftp://registry.example.test/left-pad/-/left-pad-1.3.0.tgz",
        "data:application/gzip;base64,AAAA",
        "//registry.example.test/left-pad/-/left-pad-1.3.0.tgz",
        "https://registry.example.test:99999999/left-pad/-/left-pad-1.3.0.tgz",
        "https://reg\u0131stry.example.test/left-pad/-/left-pad-1.3.0.tgz",
        "",
    ],
)
def test_an_address_that_could_be_read_in_two_ways_blocks(resolved: str) -> None:
    assert problems(at(resolved)) == ["lockfile/odd-address"]


@pytest.mark.parametrize(
    ("name", "version"), [("../evil", "1.0.0"), ("a/b", "1.0.0"), ("a", "../1.0.0"), ("", "1.0.0")]
)
def test_a_name_that_no_registry_has_blocks_even_without_an_address(name: str, version: str) -> None:
    assert problems(at(None, name, version)) == ["lockfile/odd-address"]


def test_an_entry_without_an_address_is_fine() -> None:
    assert problems(at(None)) == []


@pytest.mark.parametrize(
    "source", [Source.FILE, Source.GIT, Source.LINK, Source.WORKSPACE, Source.BUNDLED, Source.ROOT]
)
def test_what_no_registry_serves_is_not_judged_here(source: Source) -> None:
    assert problems(at("git+ssh://git@host.test/a.git#0", source=source)) == []


def test_a_scope_is_held_to_its_own_registry() -> None:
    of = registries({"@mine:registry": "https://mine.example.test"})
    assert problems(at("https://mine.example.test/@mine/a/-/a-1.3.0.tgz", "@mine/a"), of) == []
    assert problems(at(f"{HOME}@mine/a/-/a-1.3.0.tgz", "@mine/a"), of) == ["lockfile/foreign-host"]
    assert problems(at("https://mine.example.test/left-pad/-/left-pad-1.3.0.tgz"), of) == ["lockfile/foreign-host"]


def test_an_allowed_host_serves_any_remote_tarball() -> None:
    remote = at("https://cdn.example.test/builds/42?sig=1", source=Source.REMOTE)
    assert problems(remote) == ["lockfile/foreign-host"]
    assert problems(remote, allowed=("CDN.example.test",)) == []
    assert problems(remote, allowed=("example.test", "cdn.example.test:8443", "cdn.example.test/other")) != []


def test_an_allowed_host_serves_a_registrys_package_only_under_its_name() -> None:
    allowed = ("mirror.example.test",)
    assert problems(at("https://mirror.example.test/npm/left-pad/-/left-pad-1.3.0.tgz"), allowed=allowed) == []
    assert problems(at("https://mirror.example.test/npm/other/-/other-1.3.0.tgz"), allowed=allowed) == [
        "lockfile/another-package"
    ]


def test_an_allowed_host_may_be_narrowed_to_a_path() -> None:
    of = registries({"registry": "https://lab.example.test/api/packages/npm/"})
    ours = at("https://lab.example.test/api/projects/12/npm/@a/b/-/@a/b-1.3.0.tgz", "@a/b")
    theirs = at("https://lab.example.test/api/projects/66/npm/@a/b/-/@a/b-1.3.0.tgz", "@a/b")
    allowed = ("lab.example.test/api/projects/12",)
    assert (problems(ours, of, allowed), problems(theirs, of, allowed)) == ([], ["lockfile/another-package"])


def test_an_encoded_slash_does_not_lead_out_of_the_allowed_path() -> None:
    remote = at("https://cdn.example.test/mine/..%2ftheirs/a.tgz", source=Source.REMOTE)
    assert problems(remote, allowed=("cdn.example.test/mine",)) == ["lockfile/another-package"]


def test_an_allowed_host_is_not_allowed_without_encryption() -> None:
    remote = at("http://cdn.example.test/a.tgz", source=Source.REMOTE)
    assert problems(remote, allowed=("cdn.example.test",)) == ["lockfile/insecure-address"]


def test_a_remote_tarball_of_the_registry_is_held_to_its_name() -> None:
    assert problems(at(f"{HOME}other/-/other-1.0.0.tgz", source=Source.REMOTE)) == ["lockfile/another-package"]


def test_sha1_alone_is_a_warning() -> None:
    weak = an_artifact("a", integrity=integrity(b"", "sha1"))
    both = an_artifact("a", integrity=f"{integrity(b'', 'sha1')} {integrity(b'')}")
    (finding,) = lint_addresses([weak, both], registries(), ())
    assert (finding.signature, finding.severity) == ("lockfile/weak-integrity", Severity.WARNING)


def test_a_finding_says_where_what_and_the_fix_without_the_credentials() -> None:
    (foreign,) = lint_addresses([at("https://evil.invalid/a.tgz?token=x", line=7)], registries(), ())
    assert (foreign.severity, foreign.where, foreign.line) == (Severity.ERROR, "left-pad@1.3.0", 7)
    assert foreign.excerpt == "https://evil.invalid/a.tgz"
    assert "`allowed-hosts`" in foreign.message
    (odd,) = lint_addresses([at(f"https://me:{SECRET}@evil.invalid/a.tgz")], registries(), ())
    assert odd.excerpt == "https://evil.invalid/a.tgz"
    assert SECRET not in str(odd)
