"""``safe-install scan name@version``: which version that is, as the registry tells it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from safe_install.errors import RegistryError, UsageError
from safe_install.model import Artifact, Package, Source
from safe_install.scan.fetch.limits import Limits
from safe_install.scan.fetch.packument import choose, read_packument
from safe_install.scan.fetch.registry import Registry
from tests.builders import integrity
from tests.faults import Huge, Status, WrongBytes
from tests.loopback import LoopbackRegistry
from tests.scan.deliveries import configured, unpack
from tests.scan.npm_itself import npm_itself


@pytest.fixture
def asked(registry: LoopbackRegistry, tmp_path: Path) -> Registry:
    return Registry(configured(registry), cache=tmp_path / "cache")


@pytest.mark.parametrize(
    ("spec", "version"), [("", "2.0.0"), ("latest", "2.0.0"), ("old", "1.0.0"), ("1.0.0", "1.0.0"), ("v1.0.0", "1.0.0")]
)
def test_a_version_or_tag_becomes_a_promise(
    registry: LoopbackRegistry, asked: Registry, spec: str, version: str
) -> None:
    published = {
        one.version: one for one in (registry.publish("@s/a", "1.0.0"), registry.publish("@s/a", "2.0.0", {"b": ""}))
    }
    registry.tags["@s/a"]["old"] = "1.0.0"
    one = published[version]
    promise = asked.resolve("@s/a", spec)
    assert promise == Artifact(
        location="node_modules/@s/a",
        name="@s/a",
        version=version,
        source=Source.REGISTRY,
        resolved=one.url,
        integrity=one.integrity,
    )
    ((_, delivered),) = asked.deliver([promise], unpack)
    assert isinstance(delivered, Package)


RELEASES = ("1.0.0", "1.2.0", "1.10.0", "2.0.0-beta.1", "2.0.0", "2.1.0", "3.0.0-rc.1")
RANGES = (
    "^1.0.0",
    "~1.2",
    "1",
    "1.x",
    "*",
    ">=1 <2",
    "1.0.0 || 2.0.0",
    "1.0.0 - 1.5",
    ">1.5 <=2",
    "<2.0.0",
    "^3",
    "^9",
    "2.1 - x",
)


@pytest.mark.parametrize("latest", RELEASES)
@pytest.mark.parametrize("deprecated", [(), ("1.10.0", "2.0.0"), ("1.0.0", "1.2.0", "1.10.0")])
def test_a_range_is_the_release_that_npm_takes(latest: str, deprecated: Sequence[str]) -> None:
    versions = {
        version: {"name": "a", "version": version} | ({"deprecated": "no more"} if version in deprecated else {})
        for version in RELEASES
    }
    packument = {"name": "a", "versions": versions, "dist-tags": {"latest": latest}}
    taken = npm_itself("scan/pick.cjs", [[packument, spec] for spec in RANGES])
    assert [chosen(packument, spec) for spec in RANGES] == taken
    assert len({*taken}) >= 4  # it does tell them apart


def chosen(packument: Mapping[str, object], spec: str) -> str | None:
    try:
        return choose(packument, "a", spec).version
    except UsageError:
        return None


@pytest.mark.parametrize("spec", ["^9", "1.0.0 - 1.0.5 - 2", ">1 <1", "1..0"])
def test_a_range_that_no_release_lies_in_is_refused(registry: LoopbackRegistry, asked: Registry, spec: str) -> None:
    registry.publish("a", "1.0.0")
    with pytest.raises(UsageError, match="the registry has no version") as caught:
        asked.resolve("a", spec)
    assert caught.value.hint == "try a@1.0.0"


@pytest.mark.parametrize("spec", ["9.9.9", "beta", "__proto__", "1.0.0-x"])
def test_a_version_that_is_not_there_is_refused(registry: LoopbackRegistry, asked: Registry, spec: str) -> None:
    registry.publish("a", "1.0.0")
    with pytest.raises(UsageError, match=f"no version {spec} of a"):
        asked.resolve("a", spec)


def test_a_package_that_is_not_there_is_refused(asked: Registry) -> None:
    with pytest.raises(UsageError, match="no package a: "):
        asked.resolve("a")


@pytest.mark.parametrize("name", ["", "../a", "@s", "@s/", "a/b", "a?b", "a b", ".a", "http://host.test/a"])
def test_what_is_no_name_is_never_asked_for(registry: LoopbackRegistry, asked: Registry, name: str) -> None:
    with pytest.raises(UsageError, match="not a package's name"):
        asked.resolve(name)
    assert registry.requests == []


@pytest.mark.parametrize(
    "fault", [Status(500), WrongBytes(b"[]"), WrongBytes(b"[" * 100_000), WrongBytes(b'{"versions":[]}'), Huge(2 << 20)]
)
def test_an_answer_that_is_no_package_is_one_sentence(
    registry: LoopbackRegistry, asked: Registry, fault: Status
) -> None:
    registry.fault("/a", fault)
    asked.limits = Limits(packument=1 << 20)
    with pytest.raises(RegistryError):
        asked.resolve("a")


@pytest.mark.parametrize(
    ("dist", "promise"),
    [
        ({"integrity": integrity(b"x"), "shasum": "0" * 40}, integrity(b"x")),
        ({"shasum": "11f6ad8ec52a2984abaafd7c3b516503785c2072"}, integrity(b"x", "sha1")),
        ({"integrity": "nonsense", "shasum": "11f6ad8ec52a2984abaafd7c3b516503785c2072"}, integrity(b"x", "sha1")),
        ({"integrity": 7, "shasum": "xyz"}, None),
        ({}, None),
        ("dist", None),
    ],
)
def test_what_the_registry_says_of_integrity_is_the_promise(dist: Any, promise: str | None) -> None:  # noqa: ANN401
    packument = read_packument(json.dumps({"name": "other", "versions": {"1.0.0": {"dist": dist}}}).encode())
    artifact = choose(packument, "a", "1.0.0")
    assert (artifact.name, artifact.integrity) == ("a", promise)


@pytest.mark.registry
def test_a_real_registry_delivers_what_it_promises(tmp_path: Path) -> None:
    from tests.scan.deliveries import configured_here

    asked = Registry(configured_here(), cache=tmp_path)
    promise = asked.resolve("left-pad", "1.3.0")
    ((_, delivered),) = asked.deliver([promise], unpack)
    assert isinstance(delivered, Package)
