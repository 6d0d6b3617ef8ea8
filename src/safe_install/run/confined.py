"""One step inside its walls: what it writes goes to layers, what it asks for is noted, and only then is something kept."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from safe_install.run.changes import Change, TooMuchError, changes_of
from safe_install.run.decoys import Decoys
from safe_install.run.environment import authorities
from safe_install.run.files import private_folder
from safe_install.run.keeping import Keeper, keep
from safe_install.run.layers import Layer, can_overlay, layer_over, layers_for, overlaid
from safe_install.run.npm import Npm
from safe_install.run.paths import system_program
from safe_install.run.porter import Porter
from safe_install.run.process import Ran
from safe_install.run.redact import redacted
from safe_install.run.walls import Access, Sandbox, View, Walls, walls_around
from safe_install.run.watch import Watch
from safe_install.story import Outcome, Step, Written

_MOST_TOLD = 1000  # paths that are listed
_STAGED = {"npm_config_fetch_retries": "0"}
"""Without a name server "no network" sounds like "try again" (EAI_AGAIN), for which npm waits more than a minute."""

Changes = tuple[tuple[Layer, Change], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Ground:
    """What all steps of one execution stand on; ``kept`` is where the caches lie that were granted.

    ``env`` is the environment of our own caller. ``tried`` remembers where an overlay can be mounted.
    """

    project: Path
    npm: Npm
    sandbox: Sandbox
    porter: Porter
    shims: Path
    kept: Path
    env: Mapping[str, str]
    decoys: Decoys
    tried: dict[Path, bool] = field(default_factory=dict)


def run_confined(step: Step, ground: Ground, env_in: Callable[[Path], Mapping[str, str]], scratch: Path) -> Outcome:
    """Run one step and keep what may be kept; ``scratch`` is an empty place that becomes its home.

    ``env_in`` gives its environment for the project as it sees it: the real one, or with reduced walls a staged one.
    Nothing is kept when it fails, is stopped, or gives a decoy away.
    """
    with private_folder() as private, Watch(step, ground.env, private, ground.decoys) as watch:
        shown = private / "project" if ground.sandbox.lacks else ground.project
        layers = (*_layers(step, ground, private, shown), *_cache(step, ground, private, scratch))
        ran = ground.sandbox.run(
            (str(system_program("sh")), "-c", step.verdict.inspection.script.command),
            cwd=Path(os.path.realpath(shown / step.location)),
            env={**watch.decoys.environment, **env_in(shown), **(_STAGED if ground.sandbox.lacks else {})},
            walls=_walls(step, ground, shown, scratch, layers, watch),
        )
        return _outcome(step, ground, ran, layers, watch)


def _layers(step: Step, ground: Ground, private: Path, shown: Path) -> tuple[Layer, ...]:
    """Lay something over what the step may write to: an overlay where the kernel can mount one on all of it."""
    if ground.sandbox.lacks:
        return layers_for(step, ground.project, private, overlay=False, staged=shown)
    for folder in overlaid(step, ground.project):
        if folder not in ground.tried:
            ground.tried[folder] = can_overlay(folder, private)
    overlay = all(ground.tried[folder] for folder in overlaid(step, ground.project))
    return layers_for(step, ground.project, private, overlay=overlay)


def _cache(step: Step, ground: Ground, private: Path, scratch: Path) -> tuple[Layer, ...]:
    """Lay one over the cache folder that was granted: of this package in this project, and nobody else's."""
    if not step.confinement.cache:
        return ()
    whose = f"{ground.project}\0{step.verdict.inspection.script.package.artifact.name}"
    below = ground.kept / hashlib.sha256(whose.encode()).hexdigest()[:32]
    below.mkdir(parents=True, exist_ok=True, mode=0o700)
    if ground.kept not in ground.tried:
        ground.tried[ground.kept] = not ground.sandbox.lacks and can_overlay(below, private)
    seen_at = scratch / "home" / ".cache"
    return (layer_over(below, private / "cache", seen_at=seen_at, copied=not ground.tried[ground.kept]),)


def _walls(step: Step, ground: Ground, shown: Path, scratch: Path, layers: Sequence[Layer], watch: Watch) -> Walls:
    home = scratch / "home"
    here = [layer for layer in layers if not layer.path.is_relative_to(home)]
    at_home = [View(layer.path, Access.WRITE, layer.seen) for layer in layers if layer.path.is_relative_to(home)]
    walls = walls_around(step, project=ground.project, npm=ground.npm, shims=ground.shims, scratch=scratch, layers=here)
    trusted = [*authorities(ground.env).values()] if step.confinement.network else []
    trusted += [shown] if ground.sandbox.lacks else []
    return replace(
        walls,
        views=(*walls.views, *(View(path, Access.READ) for path in trusted)),
        at_home=(*watch.decoys.views(home), *at_home),
        layers=tuple(layers),
        before=partial(watch.begin, sandbox=ground.sandbox, porter=ground.porter),
        watch=watch.limits.exceeded,
    )


# ------------------------------------------------------------------ what came of it


def _outcome(step: Step, ground: Ground, ran: Ran, layers: Sequence[Layer], watch: Watch) -> Outcome:
    """Look at what was written and said, keep it or not, and tell it."""
    changes, too_much = _changes(layers)
    hosts, touched, leaked = watch.end(ran.output, changes)
    why = _why_nothing_is_kept(ran, too_much=too_much, leaked=bool(leaked))
    keeper = Keeper.of(step, ground.project, beside=[layer.path for layer in layers])
    written, bare = _kept(changes, keeper, why)
    told = "".join(f"It made {path} run as its owner; that was undone.\n" for path in bare)
    told += f"{_sentence(why)}\n" if why and written else ""
    return Outcome(
        step=step,
        exit_code=ran.exit_code,
        seconds=ran.seconds,
        output=redacted(ran.output, ground.env, step.confinement.env) + told,
        stopped=ran.stopped or ("it wrote too many files" if too_much else ""),
        hosts=hosts,
        written=written,
        touched=touched,
        leaked=leaked,
        walls=(ground.sandbox.name, *_of_layers(layers), *watch.told, *ground.sandbox.lacks),
    )


def _changes(layers: Iterable[Layer]) -> tuple[Changes, bool]:
    try:
        return tuple((layer, change) for layer in layers for change in changes_of(layer)), False
    except TooMuchError:
        return (), True


def _why_nothing_is_kept(ran: Ran, *, too_much: bool, leaked: bool) -> str:
    if leaked:
        return "it gave a decoy away"
    if too_much:
        return "it wrote too many files"
    return "" if ran.exit_code == 0 else "it did not end well"


def _sentence(why: str) -> str:
    return f"Nothing that it wrote was kept: {why}."


def _kept(changes: Changes, keeper: Keeper, why: str) -> tuple[tuple[Written, ...], tuple[str, ...]]:
    """Keep what may be kept, all of one layer in one go; tell every path, and those that lost their set-id bits."""
    told: list[tuple[Written, Change]] = []
    bare: list[str] = []
    for layer in dict.fromkeys(layer for layer, _ in changes):
        judged = [(keeper.told(layer, change, why), change) for other, change in changes if other is layer]
        bare += [layer.called(path) for path in keep(layer, [change for one, change in judged if not one.dropped])]
        told += judged
    shown = [one for one, change in told if change.is_worth_telling]
    shown.sort(key=lambda one: (not one.dropped, not one.code, one.path))
    return tuple(shown[:_MOST_TOLD]), tuple(bare)


def _of_layers(layers: Sequence[Layer]) -> tuple[str, ...]:
    copied = any(layer.copied for layer in layers)
    return ("it wrote to a copy of its folder (no overlay here)" if copied else "it wrote to an overlay",)
