"""What brings a package in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from safe_install.model import Artifact, Source
from safe_install.scan.lock.brought import brought_in
from tests.builders import an_artifact


def at(location: str, *names: str, **more: Any) -> Artifact:  # noqa: ANN401
    """Promise a package at a place, with what it depends on."""
    name = location.rpartition("node_modules/")[2]
    return an_artifact(name, location=location, dependencies=dict.fromkeys(names, "*"), **more)


ROOT = at("", "a", "b", source=Source.ROOT)


def ways(*artifacts: Artifact, links: Mapping[str, str] | None = None) -> dict[str, str]:
    """Tell each way in one line."""
    found = brought_in(artifacts, [one.location for one in artifacts], links=links or {})
    return {location: " > ".join(step.name or "." for step in way) for location, way in found.items()}


def test_the_way_goes_from_the_project_over_each_dependency() -> None:
    told = ways(ROOT, at("node_modules/a", "c"), at("node_modules/b"), at("node_modules/c", "d"), at("node_modules/d"))
    assert told["node_modules/d"] == ". > a > c > d"
    assert told["node_modules/a"] == ". > a"


def test_the_shortest_way_is_told() -> None:
    short, long = at("node_modules/a", "d"), at("node_modules/b", "c")
    assert ways(ROOT, short, long, at("node_modules/c", "d"), at("node_modules/d"))["node_modules/d"] == ". > a > d"
    short, long = at("node_modules/b", "d"), at("node_modules/a", "c")
    assert ways(ROOT, short, long, at("node_modules/c", "d"), at("node_modules/d"))["node_modules/d"] == ". > b > d"


def test_a_nested_copy_belongs_to_the_package_that_it_lies_in() -> None:
    told = ways(
        ROOT,
        at("node_modules/a", "c"),
        at("node_modules/b", "c"),
        at("node_modules/c"),
        at("node_modules/b/node_modules/c"),
    )
    assert told["node_modules/c"] == ". > a > c"
    assert told["node_modules/b/node_modules/c"] == ". > b > c"


def test_a_workspace_brings_its_own_dependencies_in() -> None:
    tool = at("packages/tool", "c", source=Source.WORKSPACE)
    told = ways(at("", source=Source.ROOT), tool, at("node_modules/c"), links={"node_modules/tool": "packages/tool"})
    assert told["node_modules/c"] == "packages/tool > c"


def test_a_ring_of_dependencies_ends() -> None:
    assert ways(ROOT, at("node_modules/a", "b"), at("node_modules/b", "a"))["node_modules/b"] == ". > b"


def test_what_nothing_depends_on_has_no_way() -> None:
    assert "node_modules/stray" not in ways(ROOT, at("node_modules/a"), at("node_modules/stray"))
