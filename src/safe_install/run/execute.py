"""The approved scripts, one after the other in the plan's order, each checked again the moment before it runs."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from safe_install.model import Digest, sha256
from safe_install.run.confined import Ground, run_confined
from safe_install.run.decoys import Decoys
from safe_install.run.environment import script_environment
from safe_install.run.files import digest_file, drop_set_id, private_folder
from safe_install.run.npm import Npm
from safe_install.run.paths import system_program
from safe_install.run.porter import Porter
from safe_install.run.promises import is_in_node_modules
from safe_install.run.redact import redacted
from safe_install.run.remove import remove
from safe_install.run.shebang import as_linked
from safe_install.run.shims import write_shims
from safe_install.run.walls import Sandbox, Walls
from safe_install.story import Outcome, Step

_CLOCK_TICK = 0.1  # a file's time of change may be that much behind the clock
REFUSED = 126
"""The exit code of a step that was not run: a shell's own for what it found and would not execute."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Site:
    """Where steps run: the project, the npm that installed it and by which of its words, and who confines them.

    ``env`` is the environment of our own caller; of it a script gets an allow-list. ``kept`` is where the caches lie that
    were granted; ``decoys_in_env`` puts false credentials into scripts' environments.
    """

    project: Path
    npm: Npm
    npm_command: str
    sandbox: Sandbox
    env: Mapping[str, str]
    kept: Path
    decoys_in_env: bool = False


def execute(
    steps: Sequence[Step],
    site: Site,
    *,
    optional_set: Callable[[str], Iterable[str]],
    begin: Callable[[Step], None] = lambda _: None,
) -> tuple[Outcome, ...]:
    """Run steps in their order and give what each did, up to the first failure that npm too would not accept.

    When a script of an optional package fails, the package goes and with it everything that ``optional_set`` (npm's:
    what only it needs) names for its location; their steps are left out, and the rest goes on. ``begin`` is told of
    each step before it runs. Raises `SandboxError` when the walls do not stand.
    """
    outcomes: list[Outcome] = []
    removed: set[str] = set()
    with _ground(site) as ground:
        for step in steps:
            if step.location in removed:
                continue
            outcome = _refusal(step, ground)
            if outcome is None:
                begin(step)
                outcome = _run(step, site, ground)
                if outcome.failed and not outcome.leaked and step.verdict.inspection.script.package.artifact.optional:
                    removed |= {step.location, *optional_set(step.location)}
                    remove(ground.project, removed)
                    outcome = replace(outcome, tolerated=True)
            outcomes.append(outcome)
            if outcome.failed and not outcome.tolerated:
                break
    return tuple(outcomes)


@contextmanager
def _ground(site: Site) -> Iterator[Ground]:
    """Prepare what all steps share; the porter starts while the rest is prepared."""
    with Porter() as porter, private_folder() as private:
        if site.sandbox.has_walls and not site.sandbox.lacks:
            porter.start()
        shims = private / "bin"
        write_shims(shims, site.npm, site.env)
        yield Ground(
            project=site.project.resolve(),
            npm=site.npm,
            sandbox=site.sandbox,
            porter=porter,
            shims=shims,
            kept=site.kept,
            env=site.env,
            decoys=Decoys(private / "decoys", in_environment=site.decoys_in_env),
        )


def _run(step: Step, site: Site, ground: Ground) -> Outcome:
    """Run one step as npm would, ``sh -c`` in the package's folder, with a home that nobody used before."""
    with private_folder() as scratch:
        env_in = partial(
            script_environment,
            step,
            site.npm,
            npm_command=site.npm_command,
            shims=ground.shims,
            scratch=scratch,
            parent=site.env,
        )
        if site.sandbox.has_walls:
            return run_confined(step, ground, env_in, scratch)
        return _run_bare(step, ground, env_in(ground.project), scratch)


def _run_bare(step: Step, ground: Ground, env: Mapping[str, str], scratch: Path) -> Outcome:
    """Run one step without walls: what it writes is written, but for the bits that would make it run as its owner."""
    began = time.time() - _CLOCK_TICK
    project = ground.project
    ran = ground.sandbox.run(
        (str(system_program("sh")), "-c", step.verdict.inspection.script.command),
        cwd=Path(os.path.realpath(project / step.location)),
        env=env,
        walls=Walls(views=(), scratch=scratch, time_limit=step.confinement.time_limit),
    )
    places = [place for place in (project / path for path in step.confinement.writable) if place.is_dir()]
    dropped = sorted({os.path.relpath(path, project) for place in places for path in drop_set_id(place, began)})
    told = "".join(f"It made {path} run as its owner; that was undone.\n" for path in dropped)
    return Outcome(
        step=step,
        exit_code=ran.exit_code,
        seconds=ran.seconds,
        output=redacted(ran.output, ground.env, step.confinement.env) + told,
        walls=("none: --unconfined was typed",),
    )


# ------------------------------------------------------------------ is it still what was inspected?


def _refusal(step: Step, ground: Ground) -> Outcome | None:
    """Refuse a step whose files are not those that were inspected, when something else got there in the meantime.

    So is one that was granted a host, where the walls are too low to grant one alone.
    """
    project = ground.project
    folder = project / step.location
    if ground.sandbox.lacks and step.confinement.network:
        hosts = ", ".join(step.confinement.network)
        return _refused(step, f"{ground.sandbox.name} can open no host alone, and it was granted {hosts}")
    if is_in_node_modules(step.location) and Path(os.path.realpath(folder)) != Path(os.path.normpath(folder)):
        return _refused(step, f"{step.location} is a link")
    for path, digest, content in _inspected(step):
        if not _is_still(project / path, digest, content):
            return _refused(step, f"{path} is not the file that was inspected")
    return None


def _refused(step: Step, why: str) -> Outcome:
    return Outcome(step=step, exit_code=REFUSED, seconds=0.0, output=f"Not run: {why}.\n")


def _inspected(step: Step) -> Iterator[tuple[str, Digest, Callable[[], bytes]]]:
    """Yield everything the approval is about: its path in the project, its digest, and a way to its contents.

    Where there is a gap that is every file of the package. Of a folder of the project's own it is only what was
    reached: its other files are read from disk whenever they are asked for, and its own scripts may change them.
    """
    inspection = step.verdict.inspection
    for file in inspection.files:
        if file.inline:  # stands in the command, which the step carries with it
            continue
        yield f"{file.location}/{file.path}".lstrip("/"), file.digest, partial(getattr, file, "content")
    if inspection.gaps and is_in_node_modules(step.location):
        package = inspection.script.package
        for path, member in package.members.items():
            yield f"{step.location}/{path}", member.digest, partial(package.files.__getitem__, path)


def _is_still(path: Path, digest: Digest, content: Callable[[], bytes]) -> bool:
    """Compare a file with its digest; npm may have mended its first line when it linked it into ``.bin``."""
    try:
        found = digest_file(path)[1]
    except OSError:
        return False
    return found == digest or found == sha256(as_linked(content()))
