"""What npm is called for: to resolve a new tree, to say whether a lockfile is in sync, to install, and to audit.

Each call gets the hardened flags, a scrubbed environment, and a private folder for its user configuration and
logs, removed afterwards. Nothing that npm or a package writes reaches the terminal from here.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from safe_install.errors import NpmError
from safe_install.run.dying import dying_with_us
from safe_install.run.flags import as_flags, hardened
from safe_install.run.network import without_network
from safe_install.run.npm import Npm
from safe_install.run.npm_environment import npm_environment
from safe_install.run.process import Onlooker, run_to_end

TIME_LIMIT = 3600.0
"""Seconds npm may unpack: a large tree on a slow disk takes its time."""
THINKING_LIMIT = 600.0
"""Seconds npm may resolve or compare: 1,763 entries take it some, and a hostile lockfile of 43 MB took nine minutes and more."""
_AUDIT_LIMIT = 120.0
"""Seconds npm may take to ask what is known: nobody waits longer for advice."""
HURRY = 150.0
"""Seconds npm may resolve what one package depends on; 1,100 packages take 20 from a registry that answers."""
_HURRIED = {
    "fetch-retries": "1",
    "fetch-retry-mintimeout": "500",
    "fetch-retry-maxtimeout": "1000",
    "fetch-timeout": "20000",
}
_ONLINE = {
    "offline": "false",
    "allow-remote": "all",  # npm 11 and 12 take a registry's tarball that bundles for a remote one; foreign ones the linter finds
}
_STRATEGY = "--install-strategy="
_AT_ONCE = ("--require", str(Path(__file__).with_name("at_once.cjs"))) if os.name == "posix" else ()
"""What node loads before npm where npm unpacks: its questions to the file system are answered without threads."""
_UNSAVED = {"update", "dedupe"}  # npm's own default for these: package.json stays as it is, the lockfile changes
_OFFLINE = {
    "offline": "true",
    "allow-remote": "all",  # nothing is fetched, and what lies in the cache was verified
    "save": "false",  # package.json and the lockfile are already what was inspected
    "package-lock-only": "false",
    "strict-ssl": "true",
    "replace-registry-host": "npmjs",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class NpmResult:
    """npm's exit code, and both of its streams as it wrote them: nothing in it is neutralised."""

    exit_code: int
    output: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Stock:
    """Where npm finds what it installs: a cache that holds all of it, and the registry it is told all came from."""

    cache: Path
    registry: str


def resolve(
    npm: Npm,
    staging: Path,
    words: Sequence[str],
    *,
    env: Mapping[str, str],
    npmrc: Mapping[str, str],
    cache: Path,
    omit: Collection[str] = (),
) -> NpmResult:
    """Let npm compute a new package.json and lockfile in a staging copy, with the network on.

    ``words`` are npm's (``("install", "left-pad", "-D")``, ``("update",)``). ``npmrc`` is the whole configuration
    it gets, tokens among it: written to a private file of mode 0600, and removed whatever happens.
    """
    saves = "--save" in words or words[0] not in _UNSAVED
    given = {**_ONLINE, "package-lock-only": "true", "save": str(saves).lower(), "cache": str(cache)}
    flags = (*hardened(npm, omit=omit), *as_flags(npm, given), *_strategy(words, npmrc))
    return _call(npm, staging, (*words, *flags), env=npm_environment(env, network=True), npmrc=npmrc)


def resolve_quickly(
    npm: Npm, staging: Path, *, env: Mapping[str, str], npmrc: Mapping[str, str], cache: Path
) -> NpmResult:
    """Let npm compute a lockfile as `resolve` does, where others wait for it: in `HURRY` seconds at most.

    A registry that does not answer is asked once more only. NpmError when that takes too long.
    """
    given = {**_ONLINE, **_HURRIED, "package-lock-only": "true", "save": "true", "cache": str(cache)}
    words = ("install", *hardened(npm), *as_flags(npm, given), *_strategy((), npmrc))
    return _call(npm, staging, words, env=npm_environment(env, network=True), npmrc=npmrc, end=_End(HURRY))


def _strategy(words: Sequence[str], npmrc: Mapping[str, str]) -> Iterator[str]:
    """Repeat the strategy that was asked for behind our own: where a lockfile is made, it decides what lies where."""
    typed = [word.removeprefix(_STRATEGY) for word in words if word.startswith(_STRATEGY)]
    strategy = (typed or [npmrc.get("install-strategy", "")])[-1]
    if strategy in {"nested", "shallow"}:
        yield f"{_STRATEGY}{strategy}"


def check_in_sync(
    npm: Npm,
    staging: Path,
    *,
    env: Mapping[str, str],
    npmrc: Mapping[str, str],
    cache: Path,
    omit: Collection[str] = (),
) -> NpmResult:
    """Ask npm whether ``npm ci`` would accept this package.json and lockfile; its words when it would not.

    A lockfile in sync needs no network to say so; only one that is not makes npm look up what is missing.
    """
    flags = {**_ONLINE, "dry-run": "true", "cache": str(cache)}
    asked = ("ci", *hardened(npm, omit=omit))
    offline = as_flags(npm, {**flags, "offline": "true"})
    told = _call(npm, staging, (*asked, *offline), env=npm_environment(env), npmrc=npmrc)
    if told.exit_code == 0:
        return told
    online = as_flags(npm, flags)
    return _call(npm, staging, (*asked, *online), env=npm_environment(env, network=True), npmrc=npmrc)


def audit(
    npm: Npm, staging: Path, words: Sequence[str], *, env: Mapping[str, str], npmrc: Mapping[str, str], cache: Path
) -> NpmResult:
    """Ask npm what its registry knows of a lockfile, as JSON; ``words`` stand behind ``audit``. It writes nothing.

    npm sends the name and version of every package of the tree to the registry that it is configured for.
    """
    given = {
        **_ONLINE,
        "cache": str(cache),
        "audit": "true",
        "json": "true",
        "audit-level": "none",
        "loglevel": "silent",
    }
    given |= {} if words else {"package-lock-only": "true"}
    flags = (*hardened(npm), *as_flags(npm, given))
    return _call(
        npm,
        staging,
        ("audit", *words, *flags),
        env=npm_environment(env, network=True),
        npmrc=npmrc,
        end=_End(_AUDIT_LIMIT),
    )


def install(
    npm: Npm,
    project: Path,
    words: Sequence[str],
    *,
    env: Mapping[str, str],
    stock: Stock,
    omit: Collection[str] = (),
    onlooker: Onlooker | None = None,
) -> NpmResult:
    """Let npm unpack what the lockfile promises, from this stock alone and with all scripts off.

    ``words`` is ``("ci",)`` or ``("install",)``; package.json and the lockfile stay as they are. npm is offline by
    its own flag, and has no network at all where the system can take it away. NpmError where an ``onlooker`` stops it.
    """
    given = {**_OFFLINE, "cache": str(stock.cache), "registry": stock.registry}
    flags = (*hardened(npm, omit=omit), *as_flags(npm, given))
    return _call(
        replace(npm, loaded=_AT_ONCE),
        project,
        (*words, *flags),
        env=npm_environment(env),
        npmrc={},
        before=without_network(env),
        end=_End(TIME_LIMIT, onlooker),
    )


@dataclass(frozen=True, slots=True)
class _End:
    """When a call is ended that does not end: after so many seconds, or when an onlooker wants that."""

    seconds: float
    onlooker: Onlooker | None = None


_THOUGHT = _End(THINKING_LIMIT)


def _call(
    npm: Npm,
    where: Path,
    words: Sequence[str],
    *,
    env: Mapping[str, str],
    npmrc: Mapping[str, str],
    before: Sequence[str] = (),
    end: _End = _THOUGHT,
) -> NpmResult:
    with tempfile.TemporaryDirectory(prefix="safe-install-") as private:
        userconfig = Path(private, "npmrc")
        with os.fdopen(os.open(userconfig, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(as_npmrc(npmrc))
        own = {"prefix": str(where), "userconfig": str(userconfig), "globalconfig": os.devnull, "logs-dir": private}
        argv = (*before, *dying_with_us(), *npm.argv, *words, *as_flags(npm, own))
        try:
            ran = run_to_end(argv, cwd=where, env=env, time_limit=end.seconds, onlooker=end.onlooker)
        except OSError as error:
            raise NpmError(
                f"npm could not be started: {error.strerror}.", hint="Install Node.js and npm again."
            ) from error
    if ran.stopped:
        raise NpmError(f"npm was stopped: {ran.stopped}.", refused=True)
    if ran.exit_code is None:
        raise NpmError(f"npm did not end within {end.seconds / 60:.0f} minutes.", refused=True)
    said = [line for line in ran.output.splitlines(keepends=True) if "logs-max=0" not in line]  # of our own flag
    return NpmResult(exit_code=ran.exit_code, output="".join(said))


_KEY = re.compile(r"[^\s=;#\[][^\r\n=]*")


def as_npmrc(settings: Mapping[str, str]) -> str:
    """Write settings so that npm reads back exactly these: quoted, and with no ``${NAME}`` left to expand."""
    lines = []
    for key, value in settings.items():
        if not _KEY.fullmatch(key):
            raise NpmError(f"{key!r} is no npm setting.")
        literal = re.sub(r"(\\*)\$\{", r"\1\1\\${", value)
        lines.append(f"{key} = {json.dumps(literal)}\n")
    return "".join(lines)
