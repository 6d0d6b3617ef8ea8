"""npm unpacks while the scripts are still being read: into a folder of ours, from which the plan moves it to its place.

Nine tenths of an installation are npm's unpacking, and it needs nothing of what the scripts show: every archive is already
fetched, verified and strictly read. Nothing looks into that folder, nothing runs from it, and whatever ends otherwise
than with a plan that installs removes it. Only a tree that stands wholly in one new node_modules can be moved: where folders
are linked into it, or where `npm install` keeps what is there, npm unpacks in the project itself, afterwards.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from safe_install.arguments import Request
from safe_install.decide.judge import blocks
from safe_install.gathering import Arrival
from safe_install.model import Source
from safe_install.project import Project
from safe_install.run.calls import NpmResult, Stock, install
from safe_install.run.compare import Difference, compare
from safe_install.run.process import Onlooker
from safe_install.run.promises import Promises
from safe_install.run.reading_ahead import ReadAhead
from safe_install.story import Review
from safe_install.tools import Tools

NODE_MODULES = "node_modules"
AHEAD = ".node_modules.unpacked-by-safe-install"
_MOUNTS = Path("/proc/self/mountinfo")
_MOVABLE = {Source.ROOT, Source.REGISTRY, Source.REMOTE, Source.BUNDLED}


@dataclass(frozen=True, kw_only=True, slots=True)
class Unpacked:
    """What npm unpacked elsewhere: its own words, the folder to move, and how that differs from what was promised."""

    result: NpmResult
    folder: Path
    differences: tuple[Difference, ...] = ()


@contextlib.contextmanager
def unpacking(
    project: Project, arrival: Arrival, request: Request, tools: Tools
) -> Iterator[Callable[[], Unpacked] | None]:
    """Let npm unpack for the time of a block; the function waits for it, and raises what `install` raises.

    ``project`` is as it would be, with the lockfile that was read. None where it cannot be unpacked elsewhere, or is already known to be blocked.
    What was not moved away when the block ends is removed, and npm stopped.
    """
    with contextlib.ExitStack() as held:
        root = held.enter_context(_room(project)) if _is_movable(project, arrival, request) else None
        if root is None:
            remove_room(project.directory)  # what a run left that was killed when it had moved the tree already
            yield None
            return
        beside = held.enter_context(ThreadPoolExecutor(2))
        stop = Event()
        held.callback(stop.set)
        work = beside.submit(_unpack, root, arrival, request, tools, stop)
        over = Event()
        work.add_done_callback(lambda _: over.set())  # also when it is stopped
        reading = beside.submit(_read_ahead, root, arrival, over)

        def wait() -> Unpacked:
            result, folder = work.result(), root / NODE_MODULES
            if result.exit_code != 0:
                return Unpacked(result=result, folder=folder)
            promises, read = reading.result()
            different = compare(root, arrival.packages, arrival.subject.links, promises, read.digest)
            return Unpacked(result=result, folder=folder, differences=different)

        yield wait


def _is_movable(project: Project, arrival: Arrival, request: Request) -> bool:
    """Tell whether the tree may be unpacked elsewhere and moved, as far as is known before any script was read."""
    subject, place = arrival.subject, project.directory / NODE_MODULES
    replaced = request.command == "ci" or not place.exists()
    seen = Review(target=subject.name, findings=arrival.findings, gaps=arrival.gaps)
    return (
        subject.for_npm
        and replaced
        and can_be_moved(place)
        and not subject.links
        and all(artifact.source in _MOVABLE for artifact in subject.promised)
        and not blocks(seen, subject.policy)
    )


def can_be_moved(folder: Path) -> bool:
    """Tell whether a folder, there or not, can be renamed and another take its place: no link, and no volume of its own.

    A volume that a container mounts from the same disk has the same device number; only the kernel's list of mounts tells it (proc(5)).
    """
    if folder.is_symlink() or folder.is_mount():
        return False
    try:
        mounts = _MOUNTS.read_bytes().splitlines()
    except OSError:  # no Linux
        return True
    written = re.sub(
        rb"[ \t\n\\]", lambda found: b"\\%03o" % found[0][0], os.fsencode(folder.parent.resolve() / folder.name)
    )
    return all(line.split()[4] != written for line in mounts)


@contextlib.contextmanager
def _room(project: Project) -> Iterator[Path | None]:
    """Make a folder beside node_modules with what npm reads of a project, of the same name; None where none can be made.

    Nobody else may look into it, for an .npmrc may hold a token; git is told to pass over it. What a killed run left there is
    removed first.
    """
    folder = project.directory / AHEAD
    remove_room(project.directory)
    root = folder / (project.directory.resolve().name or "project")
    try:
        folder.mkdir(mode=0o700)  # alone: a link that a repository brings is in the way, and not followed
        root.mkdir()
        (folder / ".gitignore").write_text("*\n", encoding="utf-8")
        for name, content in project.files.items():
            (root / name).write_bytes(content)
    except OSError:  # whoever installs in the project itself will say what is wrong with it
        remove_room(project.directory)
        yield None
        return
    try:
        yield root
    finally:
        remove_room(project.directory)


def remove_room(directory: Path) -> None:
    """Remove what a run, or a killed one, had npm unpack in a project and did not move."""
    shutil.rmtree(directory / AHEAD, ignore_errors=True)


def _read_ahead(root: Path, arrival: Arrival, over: Event) -> tuple[Promises, ReadAhead]:
    """Put together what may stand where, and read what npm has written while it writes the rest."""
    promises = Promises(arrival.packages, arrival.subject.links)
    ahead = ReadAhead(root, promises)
    ahead.read_until(over)
    return promises, ahead


def _unpack(root: Path, arrival: Arrival, request: Request, tools: Tools, stop: Event) -> NpmResult:
    return install(
        tools.npm,
        root,
        request.installing,
        env=tools.env,
        stock=Stock(cache=tools.npm_cache, registry=arrival.subject.registries.default),
        omit=request.omit,
        onlooker=Onlooker(lambda _: None, lambda: "nobody waits for it" if stop.is_set() else "", gently=False),
    )
