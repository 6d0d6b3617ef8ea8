"""The doctor's second half: secrets that lie where an install script, an agent or a repository's reader finds them."""

from __future__ import annotations

import stat
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

from safe_install.advise.secrets import exported, literal, npmrc_tokens
from safe_install.advise.workflows import exposed
from safe_install.diagnosis import Check, State
from safe_install.run.asking import ask

_PROFILES = (".profile", ".bash_profile", ".bashrc", ".zshenv", ".zprofile", ".zshrc", ".config/fish/config.fish")
_CONFIGURATIONS = (
    ".mcp.json",
    ".claude/settings.json",
    ".claude/settings.local.json",
    ".cursor/mcp.json",
    ".vscode/mcp.json",
)
_SENSITIVE = (
    ".env*",
    "*.pem",
    "*.key",
    "id_rsa",
    "id_ed25519",
    ".npmrc",
    ".netrc",
    "credentials.json",
    "service-account*.json",
)
_EXAMPLES = (".example", ".sample", ".template", ".dist", ".schema")
_MOST_BYTES = 1_000_000
_MOST_FILES = 200


def of_the_user(home: Path) -> Iterator[Check]:
    """Check the user's own files: what their shells export, what their .npmrc says and who may read it."""
    found = False
    for name in _PROFILES:
        for secret in exported(_text(home / name)):
            found = True
            yield Check(
                subject="shell profile",
                state=State.CARE,
                told=f"~/{name}:{secret.line} exports {secret.name} ({secret.kind}): every program of every shell gets it",
                fix=f"keep it in the system's keychain, and give it to one command: `safe-install run --secret {secret.name}=…`",
            )
    if not found:
        yield Check(subject="shell profile", state=State.GOOD, told="no secret is exported by a profile")
    yield from _npmrc(home / ".npmrc", "~/.npmrc")


def of_the_project(root: Path, env: Mapping[str, str]) -> Iterator[Check]:
    """Check a project's files: secrets in configurations, files that git would take along, workflows."""
    yield from _npmrc(root / ".npmrc", ".npmrc")
    for name in _CONFIGURATIONS:
        for secret in literal(_text(root / name)):
            told = f"{name}:{secret.line} holds {secret.kind}" + (f" as {secret.name}" if secret.name else "")
            fix = "name a variable instead (${NAME}), and change the secret where it was issued"
            yield Check(subject="configuration", state=State.BAD, told=told, fix=fix)
    yield from _tracked(root, env)
    yield from _workflows(root)


def _npmrc(path: Path, name: str) -> Iterator[Check]:
    for secret in npmrc_tokens(_text(path)):
        told = f"{name}:{secret.line} holds {secret.kind} ({secret.name}) as it is"
        fix = f"write {secret.name}=${{NPM_TOKEN}} and give the variable to the command that needs it"
        yield Check(subject="npmrc", state=State.CARE, told=told, fix=fix)
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & 0o077:
            yield Check(
                subject="npmrc",
                state=State.BAD,
                told=f"{name} can be read by others (mode {mode:o}) and holds a credential",
                fix=f"chmod 600 {name}",
                mend=partial(path.chmod, 0o600),
            )


def _tracked(root: Path, env: Mapping[str, str]) -> Iterator[Check]:
    """Find files that hold secrets as a rule and that git tracks, or would take along with the next ``git add``."""
    listed = ask(("git", "ls-files", "-z", "--", *(f":(glob)**/{name}" for name in _SENSITIVE)), cwd=root, env=env)
    if listed.exit_code != 0:
        return
    for name in [name for name in listed.out.split("\0") if _is_telling(root, name)][:_MOST_FILES]:
        told = f"{_shown(name)} is committed"
        fix = f"git rm --cached {_shown(name)}, add it to .gitignore, and change what is in it where it was issued"
        yield Check(subject="git", state=State.BAD, told=told, fix=fix)
    pattern = (f":(glob)**/{name}" for name in _SENSITIVE)
    others = ask(("git", "ls-files", "-z", "--others", "--exclude-standard", "--", *pattern), cwd=root, env=env)
    unignored = [name for name in others.out.split("\0") if _is_telling(root, name)]
    for name in unignored[:_MOST_FILES]:
        yield Check(
            subject="git",
            state=State.CARE,
            told=f"{_shown(name)} is not ignored by git: the next `git add .` commits it",
            fix=f"add {_shown(name)} to .gitignore",
            mend=partial(_ignore, root, name),
        )


def _is_telling(root: Path, name: str) -> bool:
    """Tell whether a file is one to worry about: no example, and an .npmrc only with a credential in it."""
    if not name or name.endswith(_EXAMPLES) or "node_modules/" in name:
        return False
    return bool(list(npmrc_tokens(_text(root / name)))) if name.endswith(".npmrc") else True


def _ignore(root: Path, name: str) -> None:
    path = root / ".gitignore"
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    path.write_text(before + ("" if not before or before.endswith("\n") else "\n") + f"/{name}\n", encoding="utf-8")


def _workflows(root: Path) -> Iterator[Check]:
    folder = root / ".github" / "workflows"
    for path in sorted([*folder.glob("*.yml"), *folder.glob("*.yaml")])[:_MOST_FILES]:
        for one in exposed(_text(path)):
            yield Check(
                subject="workflow",
                state=State.CARE if one.level == "step" else State.BAD,
                told=f"{path.relative_to(root)}:{one.line} gives {one.name} to a step of job {_shown(one.job)} that installs packages",
                fix=f"move it from the {one.level}'s env to the step that needs it",
            )


def _shown(name: str) -> str:
    return name if name.isprintable() else ascii(name)


def _text(path: Path) -> str:
    """Read a file as far as it is worth reading; empty when it cannot be."""
    try:
        with path.open("rb") as file:
            return file.read(_MOST_BYTES).decode("utf-8", "replace")
    except OSError:
        return ""
