"""GitHub workflows whose secrets reach an install: an ``env:`` above the step gives them to every script npm starts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

_INSTALLS = re.compile(
    r"(?:^|[\s;&|(])(?:npm\s+(?:ci|i|install|add|update)|yarn(?:\s+(?:install|add)|\s*$)|pnpm\s+(?:i|install|add)|bun\s+(?:i|install|add))\b",
    re.MULTILINE,
)
_SECRET = re.compile(r"\$\{\{[^}]*\bsecrets\.(\w+)")


@dataclass(frozen=True, kw_only=True, slots=True)
class Exposed:
    """A secret that an install step sees: its name, whether it stands on the ``workflow``, ``job`` or ``step``, and its line."""

    name: str
    level: str
    line: int
    job: str


def exposed(text: str) -> tuple[Exposed, ...]:
    """Find the secrets of a workflow that stand in the environment of a step that installs; none in what is no YAML."""
    try:
        workflow = YAML(typ="rt").load(text)
    except (YAMLError, RecursionError, ValueError):
        return ()
    return tuple(dict.fromkeys(_exposed(workflow))) if isinstance(workflow, Mapping) else ()


def _exposed(workflow: Mapping[object, object]) -> Iterator[Exposed]:
    jobs = workflow.get("jobs")
    for name, job in jobs.items() if isinstance(jobs, Mapping) else ():
        steps = job.get("steps") if isinstance(job, Mapping) else None
        for step in steps if isinstance(steps, list) else ():
            if isinstance(step, Mapping) and _INSTALLS.search(str(step.get("run", ""))):
                for level, holder in (("workflow", workflow), ("job", job), ("step", step)):
                    yield from _of(holder, level, str(name))


def _of(holder: Mapping[object, object], level: str, job: str) -> Iterator[Exposed]:
    env = holder.get("env")
    for name, value in env.items() if isinstance(env, Mapping) else ():
        if _SECRET.search(str(value)) and not (level == "step" and str(name) == "NODE_AUTH_TOKEN"):
            place = getattr(env, "lc", None)
            yield Exposed(name=str(name), level=level, line=place.key(name)[0] + 1 if place else 0, job=job)
