"""The flags that every call of npm gets, so that nothing a project says in its .npmrc can steer it.

The command line beats the environment, which beats a project's .npmrc, for every key; no switch makes npm
leave that file unread. Each key here is one that executes, redirects, or makes "installed" untrue.
"""

from __future__ import annotations

from collections.abc import Collection

from safe_install.run.npm import Npm
from safe_install.run.paths import system_program

OMITTABLE = ("dev", "optional", "peer")
_SAYS_NOTHING = (
    "audit",
    "fund",
    "update-notifier",
    "progress",
    "color",
    "unicode",
    "timing",
    "json",
    "parseable",
    "usage",
)
_OTHERWISE = ("dry-run", "force", "global", "prefer-online", "foreground-scripts", "rebuild-bundle")
_AS_LOCKED = {"package-lock": "true", "install-strategy": "hoisted", "bin-links": "true", "workspaces": "null"}


def hardened(npm: Npm, *, omit: Collection[str] = ()) -> tuple[str, ...]:
    """Give the flags for this npm: those that it does not know (npm 12 refuses them) are left out.

    No lifecycle script runs under them: ``ignore-scripts`` stops npm 11 and 12, and the ``prepare`` scripts that
    npm 10 runs all the same get a shell that does nothing. ``git`` is a program that fails, because a
    repository's own .npmrc chooses the git of the npm that prepares it.
    """
    settings = {
        "ignore-scripts": "true",
        "script-shell": str(system_program("true")),
        "node-options": "",
        "git": str(system_program("false")),
        "allow-git": "none",
        "dangerously-allow-all-scripts": "false",
        "ignore-extension": "true",
        "location": "project",
        "umask": "0022",
        "loglevel": "notice",
        "heading": "npm",
        "logs-max": "0",
        "os": npm.platform,
        "cpu": npm.arch,
        **({"libc": npm.libc} if npm.libc else {}),
        **_AS_LOCKED,
        **dict.fromkeys((*_SAYS_NOTHING, *_OTHERWISE), "false"),
    }
    return (*as_flags(npm, settings), *_wanted(omit))


def as_flags(npm: Npm, settings: dict[str, str]) -> tuple[str, ...]:
    """Write settings as ``--key=value``, those that this npm knows."""
    return tuple(f"--{key}={value}" for key, value in settings.items() if key in npm.settings)


def _wanted(omit: Collection[str]) -> tuple[str, ...]:
    """Say of each kind of dependency whether it is wanted: what the project's .npmrc omits is included by name."""
    return tuple(f"--{'omit' if kind in omit else 'include'}={kind}" for kind in OMITTABLE)
