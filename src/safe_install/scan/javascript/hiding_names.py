"""Names of members that lead to code whatever they are members of."""

from __future__ import annotations

HIDING = frozenset(
    (
        *("_compile", "_extensions", "_linkedBinding", "_load", "_resolveFilename", "createRequire", "dlopen"),
        *("getBuiltinModule", "internalBinding", "mainModule", "runInContext", "runInNewContext", "runInThisContext"),
        *("execFileSync", "execSync", "spawnSync"),
    )
)
_WHEN_RUN = frozenset(("Function", "binding", "constructor", "eval"))


def hides(name: str) -> bool:
    """Tell whether a member of this name, of any value, can lead to code that is not seen."""
    return name in HIDING or name in _WHEN_RUN
