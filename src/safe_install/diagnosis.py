"""``safe-install doctor``: proves instead of assuming. Each check says what was tried, and the fix where there is one."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from safe_install.agent_setup import Scope, others_file
from safe_install.agents.other_settings import CODEX, GEMINI, has_hook
from safe_install.errors import SafeInstallError
from safe_install.run.npm import ask_npm
from safe_install.run.sandbox import choose_sandbox
from safe_install.scan.match.known import known_results
from safe_install.scan.match.matcher import Matcher
from safe_install.scan.match.semgrep import signatures_directory


class State(StrEnum):
    """How a check ended."""

    GOOD = "good"
    CARE = "care"  # something a person should mend
    BAD = "bad"  # a protection that is believed in and is not there


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """One check: its ``subject``, how it ended, what was seen, and what mends it.

    ``mend`` does what is safe to do without asking; None where a person must.
    """

    subject: str
    state: State
    told: str
    fix: str = ""
    mend: Callable[[], None] | None = None


def the_program(env: Mapping[str, str]) -> Iterator[Check]:
    """Check what safe-install itself needs: npm, Node, walls that hold, and signatures with their engine."""
    try:
        npm, _, _ = ask_npm(env)
    except SafeInstallError as error:
        yield Check(subject="npm", state=State.BAD, told=error.message, fix=error.hint or "")
        return
    yield Check(subject="npm", state=State.GOOD, told=f"npm {npm.version}, Node {npm.node_version}")
    try:
        sandbox = choose_sandbox(npm, env)
    except SafeInstallError as error:
        yield Check(subject="sandbox", state=State.BAD, told=error.message, fix=error.hint or "")
    else:
        told = "; ".join((f"{sandbox.name} was tried, and its walls hold", *sandbox.lacks))
        fix = "bubblewrap, and a system that allows namespaces, have whole walls" if sandbox.lacks else ""
        state = State.CARE if sandbox.lacks else State.GOOD
        yield Check(subject="sandbox", state=state, told=told, fix=fix)
    yield _the_signatures()
    if "ANTHROPIC_API_KEY" in env:
        yield Check(
            subject="environment",
            state=State.CARE,
            told="ANTHROPIC_API_KEY is in this shell's environment: every program that it starts can read it",
            fix="log in with `claude auth login` instead, or keep the key where one command gets it",
        )


def _the_signatures() -> Check:
    """Read every signature, find semgrep, and say whether the results that come along hold for the two."""
    try:
        matcher = Matcher(signatures_directory(), None)
        count, known = len(matcher.signatures), known_results(matcher.version, ()).places
    except SafeInstallError as error:
        return Check(subject="signatures", state=State.BAD, told=error.message, fix=error.hint or "")
    told = f"{count} and {matcher.engine}"
    if known:
        return Check(
            subject="signatures", state=State.GOOD, told=f"{told}; results for {len(known):,} files come along"
        )
    told += "; the results that come along were made with another, so everything is matched here"
    return Check(subject="signatures", state=State.GOOD, told=told)


def other_agents(root: Path, env: Mapping[str, str]) -> Iterator[Check]:
    """Look whether the hook stands in the settings of the other agents that are used here; they are not asked."""
    for other in (CODEX, GEMINI):
        files = [others_file(other, scope, root, env) for scope in (Scope.USER, Scope.PROJECT)]
        if any(has_hook(read_settings(file), other) for file in files):
            told = "the hook stands in its settings, by its documents: whether the program asks it was not tried"
            yield Check(subject=other.name, state=State.GOOD, told=told)
        elif any(file.parent.is_dir() for file in files):
            told = "no hook is registered in its settings: its installs do not come through safe-install"
            yield Check(subject=other.name, state=State.CARE, told=told, fix=f"safe-install init {other.name}")


def read_settings(path: Path) -> Mapping[str, Any]:
    """Read an agent's settings; nothing where there are none that can be read."""
    try:
        settings = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return settings if isinstance(settings, dict) else {}
