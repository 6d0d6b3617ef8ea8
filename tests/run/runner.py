"""Runs steps in a project of their own, as an installation would."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path

from safe_install.run.bubblewrap import Bubblewrap
from safe_install.run.execute import Site, execute
from safe_install.run.landlock import Landlock
from safe_install.run.namespaces import Namespaces
from safe_install.run.npm import Npm
from safe_install.run.paths import find_program
from safe_install.run.walls import Sandbox
from safe_install.story import Outcome, Step
from tests.run.site import unpacked

WALLS: dict[str, Callable[[], Sandbox]] = {
    "bubblewrap": lambda: Bubblewrap(find_program("bwrap", os.environ) or Path("bwrap")),
    "unshare": Namespaces,
    "landlock": Landlock,
}
"""Those who put up walls, by the names that tests and benchmarks have for them."""


class Runner:
    """Runs steps in a project of their own; ``begun`` lists the locations in the order they began."""

    def __init__(self, project: Path, npm: Npm, sandbox: Sandbox) -> None:
        self.project = project
        self.npm = npm
        self.sandbox = sandbox
        self.begun: list[str] = []
        self.decoys_in_env = False

    def run(
        self, *steps: Step, optional_set: Callable[[str], Iterable[str]] = lambda _: (), **env: str
    ) -> tuple[Outcome, ...]:
        """Unpack what is not there yet, and run."""
        packages = {step.location: step.verdict.inspection.script.package for step in steps}
        unpacked(
            self.project,
            {at: package for at, package in packages.items() if not (self.project / at / "package.json").exists()},
        )
        return self.run_as_it_is(*steps, optional_set=optional_set, **env)

    def run_as_it_is(
        self, *steps: Step, optional_set: Callable[[str], Iterable[str]] = lambda _: (), **env: str
    ) -> tuple[Outcome, ...]:
        """Run without unpacking."""
        site = Site(
            project=self.project,
            npm=self.npm,
            npm_command="ci",
            sandbox=self.sandbox,
            env={**os.environ, **env},
            kept=self.project.parent / "kept",
            decoys_in_env=self.decoys_in_env,
        )
        return execute(steps, site, optional_set=optional_set, begin=lambda step: self.begun.append(step.location))


def codes(outcomes: tuple[Outcome, ...]) -> list[int | None]:
    """List the exit codes."""
    return [outcome.exit_code for outcome in outcomes]
