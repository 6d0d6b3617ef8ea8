"""What may be granted to a script at all: checked when a person names it, and again when a record is read.

A grant is a hole in a wall, so what would be a hole in every wall has no name here: no address instead of a host, no
place from which something else runs later, no variable that chooses which code runs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from safe_install.decide.strict import Reader, WrongError, a_yes, record, texts
from safe_install.judgement import Grants

MOST = 32
"""Grants of one kind to one script; who needs more needs no walls."""
_LABEL = r"(?!-)[a-z0-9-]{1,63}(?<!-)"
_HOST = re.compile(rf"(?:{_LABEL}\.)+(?P<top>[a-z](?:[a-z0-9-]{{0,61}}[a-z0-9]))(?::(?P<port>[1-9][0-9]{{0,4}}))?")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,127}")
_HIGHEST_PORT = 65_535
_LONGEST_HOST = 253
_LONGEST_PATH = 200

_READ_LATER = frozenset(
    {"package.json", "package-lock.json", "npm-shrinkwrap.json", ".npmrc", "binding.gyp"}
    | {"safe-install.toml", "safe-install.approvals.json", "makefile", ".envrc", ".gitattributes", ".gitmodules"}
)
"""Files by which npm, git, a shell or this program decide what runs; compared without case."""
_RUN_LATER = frozenset(
    {".git", ".github", ".gitlab", ".circleci", ".husky", ".vscode", ".idea", ".devcontainer", ".bin", ".hooks"}
    | {
        ".claude",
        ".cursor",
        ".codex",
        ".gemini",
        ".opencode",
        ".windsurf",
        ".agents",
        ".mcp.json",
        "claude.md",
        "agents.md",
    }
)
"""Folders and files from which git, an editor, a CI or a coding agent starts things; compared without case."""
_STEERING = (
    "NODE_OPTIONS",
    "NODE_PATH",
    "LD_",
    "DYLD_",
    "GIT_",
    "BASH_",
    "PYTHON",
    "PERL5",
    "RUBY",
    "JAVA_TOOL_OPTIONS",
)
_STEERING_WHOLE = frozenset(
    {"PATH", "ENV", "HOME", "SHELL", "IFS", "NPM_CONFIG_SCRIPT_SHELL", "NPM_CONFIG_NODE_OPTIONS"}
)
_SECRET = re.compile(
    r"TOKEN|SECRET|PASSW|PASSPHRASE|CREDENTIAL|PRIVATE|API_?KEY|ACCESS_?KEY|_KEY$|_PAT$|_AUTH|AUTH_|^AUTH|COOKIE|SESSION"
    r"|DSN$|DATABASE_URL|CONNECTION_STRING|WEBHOOK|^AWS_|^AZURE_|^GOOGLE_|^GCP_|^SSH_|KUBECONFIG|NETRC|^_",
    re.IGNORECASE,
)


def make_grants(
    *, hosts: Iterable[str] = (), outputs: Iterable[str] = (), env: Iterable[str] = (), cache: bool = False
) -> Grants:
    """Check every grant by name and give them sorted; ValueError says in words which one cannot be given, and why."""
    return Grants(
        hosts=_each("hosts", hosts, why_no_host),
        outputs=_each("outputs", outputs, why_no_output),
        env=_each("env", env, why_no_env),
        cache=cache,
    )


def _each(kind: str, names: Iterable[str], why: Callable[[str], str | None]) -> tuple[str, ...]:
    told = tuple(sorted(set(names)))
    if len(told) > MOST:
        raise ValueError(f"at most {MOST} {kind}")
    for name in told:
        if reason := why(name):
            raise ValueError(f"{name!a} {reason}")
    return told


def why_no_host(host: str) -> str | None:
    """Say why a host cannot be granted, None when it can: a name of two labels or more, in lower case, perhaps a port."""
    found = _HOST.fullmatch(host) if len(host) <= _LONGEST_HOST else None
    if "*" in host:
        return "is a pattern: name each host"
    if host.partition(":")[0] == "localhost":
        return "is this machine, not a host"
    if found is None:
        return "is no host name in lower case, as in downloads.example.com or downloads.example.com:8443"
    if found["port"] and int(found["port"]) > _HIGHEST_PORT:
        return "has no such port"
    return None


def why_no_output(path: str) -> str | None:
    """Say why a path cannot be granted, None when it can: inside the project, and nothing that something else runs later."""
    parts = path.removesuffix("/").split("/")
    if not path or len(path) > _LONGEST_PATH or not path.isprintable() or set(path) & set('\\:*?"<>|$~'):
        return "is no plain path relative to the project, as in dist/native"
    if path.startswith("/") or any(part.rstrip(" .") != part or not part for part in parts):
        return "is no plain path inside the project, as in dist/native"
    folded = [part.casefold() for part in parts]
    if later := next((part for part in folded if part in _RUN_LATER), None):
        return f"is a place from which something is started later ({later})"
    if folded[-1] in _READ_LATER or folded[-1].startswith(".env"):
        return "is a file that decides what runs later"
    if "node_modules" in folded and not _is_place_for_outputs(folded):
        return "is code of other packages; below node_modules only folders like node_modules/.cache can be granted"
    return None


def _is_place_for_outputs(parts: list[str]) -> bool:
    """Tell whether this is a folder like node_modules/.prisma, which is no package's own."""
    return (
        parts[0] == "node_modules" and parts.count("node_modules") == 1 and len(parts) > 1 and parts[1].startswith(".")
    )


def why_no_env(name: str) -> str | None:
    """Say why a variable cannot be granted, None when it can."""
    if not _NAME.fullmatch(name):
        return "is no name of a variable"
    if name.startswith(_STEERING) or name.upper() in _STEERING_WHOLE:
        return "chooses which code runs, so it is never passed on"
    return None


def is_secret(name: str) -> bool:
    """Tell whether a variable by its name holds a credential."""
    return bool(_SECRET.search(name))


# ------------------------------------------------------------------ in a record


def read_grants(value: object) -> Grants:
    """Read the grants of a record; ValueError with the words of what was expected."""
    try:
        grants = make_grants(**record(value, {}, "grants", maybe=_FIELDS))
    except WrongError as wrong:
        raise ValueError(f"grants that can be given ({wrong})") from wrong
    except ValueError as wrong:
        raise ValueError(f"grants that can be given ({wrong})") from wrong
    if grants == Grants():
        raise ValueError("at least one grant, or nothing at all")
    return grants


def grant_fields(grants: Grants) -> dict[str, object]:
    """Give grants as a record has them: only those that are given."""
    told: Mapping[str, object] = {
        "hosts": list(grants.hosts),
        "outputs": list(grants.outputs),
        "env": list(grants.env),
        "cache": grants.cache,
    }
    return {key: value for key, value in told.items() if value}


_FIELDS: Mapping[str, Reader] = {"hosts": texts, "outputs": texts, "env": texts, "cache": a_yes}
