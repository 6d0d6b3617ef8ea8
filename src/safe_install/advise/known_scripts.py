"""What was measured of real install scripts, as one line of advice; it approves nothing and changes no verdict.

known-scripts.json beside this file is made by benchmarks/known_scripts.py. A script is known by its package, event and
command; what its files hold may be something else today, which is why this is advice and no evidence.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from safe_install.model import LifecycleScript, Source

_NEEDS = {"network": "a network", "compiler": "a compiler", "cache": "a cache"}


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownScript:
    """One script as it was measured: what it does, whether it can be skipped, what it needs, and what does the job later.

    ``hosts`` are all that it was seen to ask for, ``host_groups`` the same in fewer words.
    """

    does: str
    can_be_skipped: str
    later: str
    needs: tuple[str, ...]
    hosts: tuple[str, ...]
    host_groups: tuple[str, ...]


def known_script(script: LifecycleScript) -> KnownScript | None:
    """Give what is known of a script; None for one that was never measured, or that comes from no registry."""
    artifact = script.package.artifact
    if artifact.source is not Source.REGISTRY:
        return None
    command = script.command.replace(artifact.version, "{version}") if artifact.version else script.command
    return _known().get((artifact.name, script.event.value, command))


def advice(script: LifecycleScript) -> str:
    """Say in one line what is known of a script; empty for one that is not known."""
    known = known_script(script)
    if known is None:
        return ""
    return "; ".join(part for part in (f"it {known.does}", _without(known), _needs(known)) if part)


def _without(known: KnownScript) -> str:
    if known.later:
        return f"skip it, and `{known.later}` does it later"
    told = {"yes": "can be skipped", "mostly": "can mostly be skipped"}
    return told.get(known.can_be_skipped, "the package does not work without it")


def _needs(known: KnownScript) -> str:
    places = f" ({', '.join(known.host_groups)})" if "network" in known.needs else ""
    told = [_NEEDS[need] + (places if need == "network" else "") for need in known.needs]
    return f"needs {', '.join(told)}" if told and known.can_be_skipped != "yes" else ""


@cache
def _known() -> Mapping[tuple[str, str, str], KnownScript]:
    """Read the file once; it is part of this program."""
    told = json.loads(files("safe_install.advise").joinpath("known-scripts.json").read_text(encoding="utf-8"))
    return {(one["package"], one["event"], one["command"]): _read(one) for one in told["scripts"]}


def _read(one: Mapping[str, str | list[str]]) -> KnownScript:
    return KnownScript(
        does=str(one["does"]),
        can_be_skipped=str(one["can_be_skipped"]),
        later=str(one["later"]),
        needs=tuple(one["needs"]),
        hosts=tuple(one["hosts"]),
        host_groups=tuple(one["host_groups"]),
    )
