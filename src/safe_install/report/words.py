"""Evidence and judgement in plain words: the sentences that every renderer for people says in the same way.

Whatever comes out of here is plain already: names and texts of packages are made harmless as they are put in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import groupby

from safe_install.judgement import Approval, Denial, Novelty, PolicyException, Reason, Verdict
from safe_install.model import (
    Behaviours,
    Boundary,
    BoundaryKind,
    Finding,
    Gap,
    GapKind,
    Inspection,
    Language,
    ReachableFile,
)
from safe_install.report.plain import plain, plain_name
from safe_install.report.shapes import shapes
from safe_install.story import Confinement

_UNSEEN = {
    GapKind.NOT_FETCHED: "could not be fetched or verified",
    GapKind.REFUSED: "an archive that breaks the rules",
    GapKind.NO_INTEGRITY: "nothing to verify it against",
    GapKind.DYNAMIC: "decided only while running",
    GapKind.OUTSIDE: "outside the package",
    GapKind.MISSING: "named, but not in the package",
    GapKind.DOWNLOADED: "downloaded while running",
    GapKind.BINARY: "binary data",
    GapKind.NATIVE: "native code",
    GapKind.TOO_LARGE: "too large to read",
    GapKind.UNPARSED: "could not be parsed",
    GapKind.UNMATCHED: "not wholly matched with the signatures",
    GapKind.UNKNOWN_PROGRAM: "a program we do not know",
}
_CODE = {Language.JAVASCRIPT, Language.TYPESCRIPT, Language.SHELL, Language.PYTHON, Language.GYP}
_CODE |= {Language.BATCH, Language.POWERSHELL}
_ENDS = 2  # boundaries of one kind that are worth a line each
_NAMED = 8  # names that a sentence on one script lists
_COMPUTED = re.compile(r"\{[^{}]*\}")
_SHORT = 80  # characters of one name among several
_LINKS = 3  # of a chain, that are worth showing


# ------------------------------------------------------------------ numbers and lists


def count(number: int, noun: str) -> str:
    """Count things: ``1 package``, ``1,413 packages``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def listed(names: Iterable[str], *, most: int = 5) -> str:
    """List names as a sentence does; more than ``most`` are counted."""
    told = list(names)
    if len(told) > most:
        told[most - 1 :] = [f"{len(told) - most + 1} more"]
    return " and ".join([", ".join(told[:-1]), told[-1]]) if len(told) > 1 else "".join(told)


def shaped(names: Iterable[str], most: int) -> str:
    """List names as a sentence does; those that begin alike are told as one where they are more than ``most``."""
    told, left = shapes(names, most)
    return listed([*told, *([f"{left:,} more"] if left else [])], most=most)


# ------------------------------------------------------------------ what a script is, does, and hides


def subject(verdict: Verdict) -> str:
    """Name one script: ``esbuild 0.25.1 postinstall``."""
    script = verdict.inspection.script
    artifact = script.package.artifact
    name = plain_name(artifact.name) or "this project"
    return " ".join(word for word in (name, plain_name(artifact.version), script.event.value) if word)


def does(inspection: Inspection) -> tuple[str, ...]:
    """Say what a script does as far as its text tells, one sentence a line; never empty."""
    told = [*_runs(inspection), *_ends(inspection), *behaves(inspection.behaviours)]
    if inspection.script.implied:
        told.insert(0, "is implied: npm builds a package that has a binding.gyp and says nothing else")
    if inspection.harmless:
        told.append("only prints or exits")
    return tuple(told) or ("nothing that its text tells",)


def _runs(inspection: Inspection) -> list[str]:
    location = inspection.script.package.artifact.location
    code = [file for file in inspection.files if file.language in _CODE and not file.inline]
    own = [file for file in code if file.location == location]
    foreign = [file for file in code if file.location != location]
    told = [f"runs {shaped((plain(file.path, limit=_SHORT) for file in own), _NAMED)}"] if own else []
    if foreign:
        packages = sorted({plain_name(file.package) for file in foreign})
        told.append(f"runs {count(len(foreign), 'file')} of {listed(packages)}")
    return told


def _ends(inspection: Inspection) -> list[str]:
    """Say where text ends, a few of each kind a line and libraries in one: a boundary's detail is a sentence of ours."""
    own = inspection.script.package.artifact.id
    told: list[str] = []
    for kind in BoundaryKind:
        alike = [one for one in dict.fromkeys(inspection.boundaries) if one.kind is kind]
        lines, left = shapes((end(one, own) for one in alike if kind is not BoundaryKind.LIBRARY), _ENDS + 1)
        told += [*lines, *([f"and {left:,} more like these"] if left else [])]
    libraries = dict.fromkeys(one.where for one in inspection.boundaries if one.kind is BoundaryKind.LIBRARY)
    if libraries:
        told.append(f"uses code of {listed(map(plain_name, libraries))}, not every edge of which was followed")
    return told


def end(boundary: Boundary, own: str) -> str:
    """Say one boundary, from where and how it is checked: what comes from a host is checked or said not to be."""
    verb = "builds native code: " if boundary.kind is BoundaryKind.COMPILES and " " not in boundary.detail else ""
    whose = "" if boundary.where == own else f" (in {plain_name(boundary.where)})"
    source = f" from {plain_name(boundary.host)}" if boundary.host and boundary.host not in boundary.detail else ""
    checked = f", checked against {plain(boundary.verified, limit=_SHORT)}" if boundary.verified else ""
    unchecked = ", checked against nothing" if boundary.kind is BoundaryKind.DOWNLOADS and not boundary.verified else ""
    return f"{verb}{plain(boundary.detail, limit=160)}{source}{checked}{unchecked}{whose}"


def behaves(behaviours: Behaviours) -> list[str]:
    """Say what behaviours are known by name, one kind a sentence."""
    whole = ["reads the whole environment"] if "*" in behaviours.env else []
    told = (
        ("reads from the environment", tuple(name for name in behaviours.env if name not in {"*", "computed"})),
        ("contacts", behaviours.hosts),
        ("starts", behaviours.programs),
        ("writes", behaviours.writes),
        ("writes outside the package", behaviours.writes_outside),
    )
    return [
        *whole,
        *(
            f"{verb} {shaped((plain_name(_known(name), limit=_SHORT) for name in names if _known(name)), _NAMED)}"
            for verb, names in told
            if any(map(_known, names))
        ),
    ]


def _known(name: str) -> str:
    """Leave of a partly computed name what is known; nothing when it starts with what is not."""
    return _COMPUTED.sub("{...}", name) if not name.startswith("{") else ""


def unseen(gaps: Sequence[Gap], own: str) -> tuple[str, ...]:
    """Say what could not be seen, one kind a line: ``native code: bin/tool``. ``own`` is the id of the script's package."""
    by_kind = sorted(dict.fromkeys(gaps), key=lambda gap: tuple(GapKind).index(gap.kind))
    return tuple(
        f"{_UNSEEN[kind]}: {listed([gap_place(gap, own) for gap in some], most=3)}"
        for kind, some in groupby(by_kind, key=lambda gap: gap.kind)
    )


def reach(inspection: Inspection) -> tuple[str, ...]:
    """Say what was not seen, one kind a line, or that the reach is complete; code that runs at import is told elsewhere."""
    own = inspection.script.package.artifact.id
    if inspection.gaps:
        return unseen(inspection.gaps, own)
    if inspection.boundaries:
        return ("complete in text: what it compiles, downloads or loads is no text, and was not read",)
    return ("complete: everything that it runs was read",)


def gap_place(gap: Gap, own: str) -> str:
    """Say where a gap is, and its detail where that says more: ``install.js:48 (require of a variable)``."""
    where, detail = place(gap.where, gap.path, gap.line, own), plain(gap.detail, limit=_SHORT)
    return f"{where} ({detail})" if detail and detail != where else where


def gap_sentence(gap: Gap, *alike: Gap) -> str:
    """Say a gap that concerns no script: ``left-pad@1.3.0: could not be fetched or verified (404)``; with it those ``alike``."""
    places = listed([place(one.where, one.path, one.line) for one in (gap, *alike)])
    return f"{places}: {gap_reason(gap)}"


def gap_reason(gap: Gap) -> str:
    """Say why something was not seen: ``could not be fetched or verified (404)``."""
    detail = plain(gap.detail)
    return f"{_UNSEEN[gap.kind]}{f' ({detail})' if detail else ''}"


def place(where: str, path: str, line: int, own: str = "") -> str:
    """Say where something is, ``install.js:48``; the package is named unless it is the script's ``own``."""
    within = [plain(path, limit=_SHORT)] if path else []
    whose = [] if path and where in {own, path} else [plain_name(where)]
    return " ".join([*whose, *within]) + (f":{line}" if line else "")


def chain(finding: Finding, files: Iterable[ReachableFile]) -> str:
    """Say through which files a script comes to a finding, or nothing when the command itself names the file."""
    reached = (file.via[1:] for file in files if file.path == finding.path and finding.where.startswith(file.package))
    via = next(reached, ())
    return " > ".join(plain(step, limit=80) for step in via[:_LINKS]) + (" > …" if len(via) > _LINKS else "")


# ------------------------------------------------------------------ judgement

_STEPS = 8  # of a way that are shown
_NOVELTY = {Novelty.NEW: "new here", Novelty.CHANGED: "not as before", Novelty.SAME: "as before"}


def way(verdict: Verdict) -> str:
    """Say which dependencies bring a package in: ``vite 5.4.0 > esbuild 0.25.1``."""
    artifact = verdict.inspection.script.package.artifact
    steps = [*verdict.brought_by, f"{artifact.name} {artifact.version}".strip()]
    shown = steps if len(steps) <= _STEPS else [*steps[: _STEPS - 2], "…", steps[-1]]
    return " > ".join(plain_name(step) if step != "…" else step for step in shown)


def standing(verdict: Verdict) -> str:
    """Say how a script stands with the people of the project: never approved, changed since, approved by."""
    told = _stands(verdict)
    return f"{_NOVELTY[verdict.novelty]}, {told}" if verdict.novelty else told


def _stands(verdict: Verdict) -> str:
    reasons = verdict.reasons
    if verdict.denial:
        return f"denied by {_who(verdict.denial)}"
    if verdict.approval:
        seen = "approved" if Reason.APPROVED in reasons else f"unchanged since {_seen(verdict.approval)}, approved"
        return f"{seen} by {_who(verdict.approval)}"
    if Reason.AUTO_APPROVED in reasons:
        return "read wholly, nothing found: the policy lets it run unasked"
    if verdict.previous and Reason.UNSIGNED in reasons:
        return f"approved by {_who(verdict.previous)}, but not signed by a signer of the policy"
    if verdict.previous and Reason.DATED_AHEAD in reasons:
        return f"approved by {_who(verdict.previous)}, a day yet to come: a clock is wrong, or the record is forged"
    if verdict.previous and Reason.EXPIRED in reasons:
        return f"approved by {_who(verdict.previous)} until {verdict.previous.until}, which is over"
    if verdict.previous:
        return f"changed since {_seen(verdict.previous)}, approved by {_who(verdict.previous)}"
    if Reason.SKIPPABLE in reasons:
        return "only prints or exits"
    return "never approved" if Reason.NEVER_APPROVED in reasons else "approved, but no approval overrides this"


def exceptions(verdict: Verdict) -> tuple[str, ...]:
    """Say what the policy bears with in a script, and what it no longer does."""
    holding = (f"{_excepted(one)} counts less until {one.until}" for one in verdict.exceptions)
    over = (f"{_excepted(one)} counted less until {one.until}, which is over" for one in verdict.lapsed)
    return *holding, *over


def _excepted(one: PolicyException) -> str:
    author, reason = plain(one.author, limit=60), plain(one.reason, limit=_SHORT)
    return f'{plain(one.signature, limit=_SHORT)}, says {author} in safe-install.toml ("{reason}"),'


def _who(record: Approval | Denial) -> str:
    why = f' ("{plain(record.why, limit=80)}")' if record.why else ""
    return f"{plain(record.by, limit=60)} on {record.on}{why}"


def _seen(approval: Approval) -> str:
    return plain_name(approval.seen_in) or "then"


def walls(confinement: Confinement) -> str:
    """Say how a step is confined."""
    hosts = f"may reach {listed(map(plain_name, confinement.network))}" if confinement.network else "no network"
    env = f", sees {listed(map(plain_name, confinement.env))}" if confinement.env else ""
    writable = "its own directory" if len(confinement.writable) == 1 else listed(map(plain, confinement.writable))
    return f"may write {writable}, {hosts}{env}, {count(confinement.time_limit, 'second')} at most"
