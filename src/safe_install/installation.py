"""Carry a plan out: npm unpacks, what it unpacked is compared, the approved scripts run. Or nothing has changed."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from safe_install.alone import require_unchanged
from safe_install.arguments import Request
from safe_install.errors import SafeInstallError
from safe_install.model import Artifact, Package
from safe_install.project import Project, replaced
from safe_install.run.built import Builts, has_run, own_key, recall, remember, restore, unexplained
from safe_install.run.calls import NpmResult, Stock
from safe_install.run.calls import install as npm_install
from safe_install.run.compare import Difference, compare
from safe_install.run.execute import Site, execute
from safe_install.run.promises import Promises
from safe_install.run.sandbox import Unconfined
from safe_install.run.walls import Sandbox
from safe_install.scan.lock.selection import optional_set
from safe_install.story import Execution, Outcome, Plan, Step
from safe_install.tools import Tools
from safe_install.unpacking import NODE_MODULES, Unpacked, can_be_moved, remove_room

_BEFORE = ".node_modules.before-safe-install"
_DISCARDED = ".node_modules.discarded-by-safe-install"
_TOLD = 5  # differences that are named
_UNPACKING = "npm unpacks, scripts off"


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """Everything that carrying out one plan needs.

    ``seen`` is the project as it was judged; ``changes`` are the manifests and lockfile to write first; ``promised`` and ``packages`` are what was inspected,
    ``links`` the lockfile's; ``registry`` is the one npm is told, though it is offline.
    """

    seen: Project
    request: Request
    plan: Plan
    changes: Mapping[str, bytes]
    promised: Sequence[Artifact]
    packages: Mapping[str, Package]
    links: Mapping[str, str]
    registry: str

    @property
    def project(self) -> Path:
        """Name the project's folder."""
        return self.seen.directory


class NpmRefusedError(Exception):
    """npm itself failed to install; the project is as it was."""

    def __init__(self, result: NpmResult) -> None:
        super().__init__(result.exit_code)
        self.result = result


def carry_out(
    job: Job, tools: Tools, sandbox: Sandbox | None, unpacked_early: Callable[[], Unpacked] | None = None
) -> Execution:
    """Do what the plan says; ``sandbox`` may be None when it has no steps.

    Where npm was let unpack beside the project already, ``unpacked_early`` waits for that.
    Raises NpmRefusedError, or SafeInstallError when npm unpacked something else than what was inspected: the
    project's files are then as they were, and so is what ``npm ci`` would have replaced; what differs is gone.
    """
    major = tools.npm.version.major
    homes = _homes(job)
    for home in homes:
        _recover(home)
    early = _waited_for(unpacked_early, tools) if unpacked_early else None
    require_unchanged(job.seen, major)
    builts = recall(job.project, own_key(tools.cache)) if job.request.command != "ci" else {}
    anew = [home for home in homes if job.request.command == "ci" or not home.exists()]
    with replaced(job.project, job.changes), _set_aside(anew):
        said, restored = _moved(early, job) if early else _unpacked_here(job, tools, builts)
    done = [step for step in job.plan.steps if has_run(job.project, job.packages, step, builts)]
    require_unchanged(job.seen, major, files=False)
    outcomes = _run(done, job, tools, sandbox)
    return Execution(
        npm_exit_code=0,
        npm_output=said,
        outcomes=outcomes,
        already_run=tuple(done),
        restored=restored,
        removed=tuple(
            sorted({place for o in outcomes if o.tolerated for place in _with_its_set(job, o.step.location)})
        ),
        confined_by=sandbox.name if sandbox and not isinstance(sandbox, Unconfined) else "",
    )


def _waited_for(unpacked_early: Callable[[], Unpacked], tools: Tools) -> Unpacked:
    """Wait for what npm unpacks beside the project; nothing of the project has changed when it is something else."""
    tools.progress.begin(_UNPACKING, None)
    early = unpacked_early()
    tools.progress.end()
    if early.result.exit_code != 0:
        raise NpmRefusedError(early.result)
    if early.differences:
        raise _something_else(early.differences, "node_modules is as it was")
    return early


def _moved(early: Unpacked, job: Job) -> tuple[str, tuple[str, ...]]:
    """Move what npm unpacked beside the project to its place, and give npm's words; of no packages it makes no folder."""
    if early.folder.exists():
        _rename(early.folder, job.project / NODE_MODULES)
    remove_room(job.project)
    return early.result.output, ()


def _unpacked_here(job: Job, tools: Tools, builts: Builts) -> tuple[str, tuple[str, ...]]:
    """Let npm unpack in the project; give its words, and the packages that had to be unpacked again."""
    with ThreadPoolExecutor(1) as beside:
        promises = beside.submit(Promises, job.packages, job.links)  # while npm unpacks
        result = _unpack(job, tools)
        return result.output, _compared(job, tools, builts, promises.result())


def _run(done: Sequence[Step], job: Job, tools: Tools, sandbox: Sandbox | None) -> tuple[Outcome, ...]:
    """Run the steps of the plan that are not done, and record what all of them left behind."""
    steps = [step for step in job.plan.steps if step not in done]
    if sandbox is None or not steps:
        return ()
    site = Site(
        project=job.project,
        npm=tools.npm,
        npm_command=job.request.command,
        sandbox=sandbox,
        env=tools.env,
        kept=tools.cache / "kept",
        decoys_in_env=job.request.decoys_in_env,
    )
    tools.progress.begin("running approved scripts", len(steps))
    outcomes = execute(
        steps,
        site,
        optional_set=lambda location: _with_its_set(job, location),
        begin=lambda _: tools.progress.advance(),
    )
    tools.progress.end()
    remember(job.project, job.packages, job.links, outcomes=outcomes, already_run=done, key=own_key(tools.cache))
    return outcomes


def _with_its_set(job: Job, location: str) -> frozenset[str]:
    """Give what npm removes with an optional package that fails."""
    return optional_set(job.promised, location) | {location}


def _unpack(job: Job, tools: Tools) -> NpmResult:
    """Let npm unpack from the private cache."""
    tools.progress.begin(_UNPACKING, None)
    result = npm_install(
        tools.npm,
        job.project,
        job.plan.npm,
        env=tools.env,
        stock=Stock(cache=tools.npm_cache, registry=job.registry),
        omit=job.request.omit,
    )
    tools.progress.end()
    if result.exit_code != 0:
        raise NpmRefusedError(result)
    return result


def _compared(job: Job, tools: Tools, builts: Builts, promises: Promises) -> tuple[str, ...]:
    """Compare what is unpacked with what was inspected; give the packages that had to be unpacked again.

    ``npm install`` keeps folders that were there before, whoever wrote to them since: what no approved script's
    record explains is removed and unpacked once more, and only then believed or refused.
    """
    different = _differences(job, builts, promises)
    restored: tuple[str, ...] = ()
    if different and job.request.command != "ci":
        restored = restore(job.project, different)
        _unpack(job, tools)
        different = _differences(job, builts, promises)
    if different and (job.request.command != "ci" or not all(map(can_be_moved, _homes(job)))):
        restore(job.project, different)
        raise _something_else(different, "what differs was removed")
    if different:
        raise _something_else(different, "node_modules is as it was")
    return restored


def _something_else(different: Sequence[Difference], now: str) -> SafeInstallError:
    told = ", ".join(f"{one.location}/{one.path} ({one.kind})".replace("/ (", " (") for one in different[:_TOLD])
    more = f" and {len(different) - _TOLD} more" if len(different) > _TOLD else ""
    return SafeInstallError(
        f"npm unpacked something else than what was inspected: {told}{more}. Nothing ran, and {now}.",
        hint="Is the disk full? If not, run it again; if it says the same, something here writes to node_modules or the cache.",
    )


def _differences(job: Job, builts: Builts, promises: Promises) -> tuple[Difference, ...]:
    found = compare(job.project, job.packages, job.links, promises)
    return unexplained(job.project, job.packages, found, builts)


def _homes(job: Job) -> list[Path]:
    """List every node_modules of the project and its workspaces, also those yet to be made.

    ``npm ci`` deletes them before it has anything to put in their place; what a killed one left there is put right first.
    """
    homes = {"", *(target.rstrip("/") for target in job.links.values() if not target.startswith(".."))}
    return [job.project / home / NODE_MODULES for home in sorted(homes)]


@contextlib.contextmanager
def _set_aside(folders: Sequence[Path]) -> Iterator[None]:
    """Keep folders beside their place for the time of a block, and put them back if it does not end well.

    What a killed run left beside its place is put back first. One that cannot be moved (a link, or a volume of its own as containers
    have it) stays where it is, and npm empties it.
    """
    for folder in folders:
        _recover(folder)
    absent = [folder for folder in folders if not folder.exists()]
    moved: list[Path] = []
    try:
        for folder in folders:
            if folder.exists() and can_be_moved(folder):
                _rename(folder, folder.with_name(_BEFORE))
                moved.append(folder)
        yield
    except BaseException:
        for folder in absent:
            shutil.rmtree(folder, ignore_errors=True)
        for folder in moved:
            _recover(folder)
        raise
    for folder in moved:
        _rename(folder.with_name(_BEFORE), folder.with_name(_DISCARDED))
        shutil.rmtree(folder.with_name(_DISCARDED), ignore_errors=True)


def _recover(folder: Path) -> None:
    """Put a folder back that was set aside, in the place of whatever half of a new one stands there."""
    shutil.rmtree(folder.with_name(_DISCARDED), ignore_errors=True)
    before = folder.with_name(_BEFORE)
    if before.is_dir():
        shutil.rmtree(folder, ignore_errors=True)
        _rename(before, folder)


def _rename(folder: Path, other: Path) -> None:
    try:
        folder.rename(other)
    except OSError as error:
        raise SafeInstallError(
            f"{folder} cannot be moved: {error.strerror}.", hint="Is the project writable?"
        ) from error
