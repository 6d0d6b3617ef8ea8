"""Scripts → what each shows in the tree around it: recalled where that is remembered, else traced; nothing is matched here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum
from urllib.parse import urlsplit

from safe_install.model import Gap, GapKind, Inspection, LifecycleScript, Package
from safe_install.remembering import noting
from safe_install.scan.reach.tree import Tree
from safe_install.tools import Tools


class How(Enum):
    """In which tree scripts are traced.

    That of a lockfile, or what a package that stands alone would bring along; and at first nothing beside that, which tells what
    to ask for: what was seen then was not matched, and is never the last word.
    """

    LOCKED = ""
    LONE = " lone"
    LONE_AT_FIRST = " lone at first"


def inspected(
    scripts: Sequence[LifecycleScript],
    packages: Mapping[str, Package],
    how: How,
    tools: Tools,
    at_hand: Mapping[int, tuple[Inspection, Tree]] | None = None,
) -> tuple[tuple[Inspection, ...], Mapping[int, Tree | None]]:
    """Recall what scripts showed before in such a tree, and trace the others; ``at_hand`` are those that were just traced in it.

    The trees are of the places of those that are still to be matched; None for one that is not to be remembered.
    """
    tree, at_hand = noting(packages), at_hand or {}
    known = tools.memory.inspections(scripts, tree, about(how, tools)) if tools.memory else [None] * len(scripts)
    inspections: list[Inspection] = []
    trees: dict[int, Tree] = {}
    for at, (script, recalled) in enumerate(zip(scripts, known, strict=True)):
        inspection = recalled
        if inspection is None:
            inspection, trees[at] = at_hand.get(at) or _traced(script, tree.noting(), how, tools)
        inspections.append(inspection)
    if how is not How.LONE_AT_FIRST:
        return tuple(inspections), dict(trees)
    for at, own in trees.items():
        keep(inspections[at], own, how, tools)
    return tuple(inspections), {at: trees.get(at) for at in range(len(inspections))}


def _traced(script: LifecycleScript, tree: Tree, how: How, tools: Tools) -> tuple[Inspection, Tree]:
    return traced(script, tree, lone=how is not How.LOCKED, registry=public_host(tools)), tree


def keep(inspection: Inspection, tree: Tree | None, how: How, tools: Tools) -> None:
    """Remember what a script showed in a tree that noted what was asked of it."""
    if tree is not None and tools.memory is not None:
        tools.memory.keep_inspection(inspection, tree, about(how, tools))


def about(how: How, tools: Tools) -> str:
    """Say all that tracing is told beside the script and the tree around it."""
    return f"{public_host(tools)}{how.value}"


def public_host(tools: Tools) -> str:
    """Name the host of the registry that npm ships with."""
    return urlsplit(tools.public_registry).hostname or ""


def traced(
    script: LifecycleScript, packages: Mapping[str, Package], *, lone: bool = False, registry: str = ""
) -> Inspection:
    """Trace one script; where this program itself fails on it that is a gap, and every file of the package counts.

    A defect of ours that one package meets, or was made to meet, must not hide the report on all the others.
    """
    from safe_install.scan.reach.reach import trace

    try:
        return trace(script, packages, lone=lone, registry=registry)
    except Exception as error:  # noqa: BLE001 - whatever it is
        package = script.package
        detail = f"this program failed on it ({type(error).__name__}); please report that"
        members = tuple((package.artifact.name, path, member.digest) for path, member in package.members.items())
        gap = Gap(kind=GapKind.UNPARSED, where=package.artifact.id, detail=detail)
        return Inspection(script=script, gaps=(gap,), exposed=members)
