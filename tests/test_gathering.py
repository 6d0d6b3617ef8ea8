"""What one package does to this program stays that package's own matter."""

from __future__ import annotations

import pytest

from safe_install.scan.reach.reach import trace
from tests.world import World

pytestmark = [pytest.mark.npm, pytest.mark.semgrep]


def test_a_defect_of_ours_is_a_gap_of_the_package_that_meets_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails_on_one(script: object, *rest: object, **more: object) -> object:
        if script.package.artifact.name == "meets":  # type: ignore[attr-defined]
            raise IndexError("a defect")
        return trace(script, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr("safe_install.scan.reach.reach.trace", fails_on_one)
    files = {"a.js": "console.log('hello')\n"}
    world.lock(
        world.registry.publish("meets", "1.0.0", files, scripts={"install": "node a"}),
        world.registry.publish("other", "1.0.0", files, scripts={"install": "node a"}),
    )
    said = world.run("scan", "--json")
    assert said.verdicts == {"meets install": "review", "other install": "skip"}
    assert "this program failed on it (IndexError)" in said.report["verdicts"][0]["gaps"][0]["detail"]
