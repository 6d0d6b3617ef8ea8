"""npm's words → a Request: what is asked of npm, with only flags that are known to be harmless.

npm has some hundred and fifty options. Many of them redirect, execute or switch protection off
(``--script-shell``, ``--registry`` in a hostile alias, ``--ignore-scripts=false``), and npm 12 adds new ones. So
a flag is passed on only when it is listed here; any other is refused by name, never dropped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from safe_install.errors import UsageError

COMMANDS = {
    "install": "install",
    "i": "install",
    "add": "install",
    "in": "install",
    "ci": "ci",
    "clean-install": "ci",
    "ic": "ci",
    "uninstall": "uninstall",
    "remove": "uninstall",
    "rm": "uninstall",
    "un": "uninstall",
    "r": "uninstall",
    "update": "update",
    "up": "update",
    "upgrade": "update",
    "dedupe": "dedupe",
    "ddp": "dedupe",
}
"""npm's own names for what is replaced here."""

_SHORT = {
    "-D": "--save-dev",
    "-O": "--save-optional",
    "-P": "--save-prod",
    "-E": "--save-exact",
    "-B": "--save-bundle",
    "-S": "--save",
    "-w": "--workspace",
    "-ws": "--workspaces",
    "-iwr": "--include-workspace-root",
    "-s": "--silent",
    "-q": "--quiet",
    "-d": "--verbose",
}
_SAVING = {
    "--save",
    "--save-dev",
    "--save-optional",
    "--save-prod",
    "--save-peer",
    "--save-exact",
    "--save-bundle",
}
_RESOLVING = {"--before", "--min-release-age", "--prefer-dedupe", "--save-prefix", "--tag"}
_CHOOSING = {"--workspace", "--workspaces", "--include-workspace-root"}
"""These choose whose package.json changes; what is installed is always the whole tree of the lockfile."""
_SWITCHES = _SAVING | {
    "--include-workspace-root",
    "--legacy-peer-deps",
    "--strict-peer-deps",
    "--prefer-dedupe",
    "--workspaces",
}
_VALUED = {
    "--before",
    "--include",
    "--install-strategy",
    "--min-release-age",
    "--omit",
    "--save-prefix",
    "--tag",
    "--workspace",
}
_SAID_BY_US = {
    "--audit",
    "--fund",
    "--no-audit",
    "--no-fund",
    "--no-progress",
    "--progress",
    "--quiet",
    "--silent",
    "--verbose",
    "--ignore-scripts",
    "--prefer-offline",
    "--no-update-notifier",
}
"""Accepted and not passed on: npm always gets our own values for these."""
_DECOYS = "--decoys-env"
"""Our own, and none of npm's."""
_CHOICES = {
    "--omit": {"dev", "optional", "peer"},
    "--include": {"dev", "optional", "peer", "prod"},
    "--install-strategy": {"hoisted", "nested", "shallow"},
}
_REFUSED = {
    "--global": "it installs outside of any lockfile; use npm itself for tools that you trust",
    "-g": "it installs outside of any lockfile; use npm itself for tools that you trust",
    "--force": "it switches npm's own protections off",
    "-f": "it switches npm's own protections off",
    "--no-package-lock": "without a lockfile there is nothing that could be inspected before it is installed",
    "--no-save": "what no lockfile records cannot be inspected before it is installed",
    "--script-shell": "approved scripts run under a shell that a package cannot choose",
    "--foreground-scripts": "scripts run one after the other anyway, and their output is in the report",
    "--registry": "set it in your own .npmrc (npm config set registry …), which is read",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """What is asked: npm's command, the packages it names, and the flags it gets.

    ``decoys_in_env`` puts false credentials into the environments of scripts. ``omit`` is the dependency types to leave out, ``included`` those named by ``--include``; ``scripts`` is false for ``--ignore-scripts``: then nothing
    runs, whatever is approved.
    """

    command: str
    specs: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    omit: frozenset[str] = field(default=frozenset())
    included: frozenset[str] = field(default=frozenset())
    scripts: bool = True
    quiet: bool = False
    decoys_in_env: bool = False

    @property
    def changes_tree(self) -> bool:
        """Tell whether npm must resolve anew: anything but ``ci`` and a bare ``install``."""
        return bool(self.specs) or self.command not in {"ci", "install"}

    @property
    def resolving(self) -> tuple[str, ...]:
        """Give npm's words for the staging copy: what was asked, all flags, and the packages last."""
        return ("install" if self.command == "ci" else self.command, *self.flags, *self.specs)

    @property
    def installing(self) -> tuple[str, ...]:
        """Give npm's words for the project itself, whose manifests and lockfile by then say what was asked."""
        dropped = _SAVING | _RESOLVING | _CHOOSING
        kept = tuple(flag for flag in self.flags if flag.partition("=")[0] not in dropped)
        return ("ci" if self.command == "ci" else "install", *kept)


def read_request(command: str, words: Sequence[str]) -> Request:
    """Sort npm's words into packages and flags; UsageError names the first that cannot be passed on."""
    specs: list[str] = []
    flags: list[tuple[str, str | None]] = []
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if word == "--":
            specs += rest
            break
        if word.startswith("-") and word != "-":
            flags.append(_read_flag(word, rest))
        else:
            specs.append(word)
    _check_specs(command, specs)
    names = {name for name, _ in flags}
    passed = [
        name if value is None else f"{name}={value}" for name, value in flags if name not in {*_SAID_BY_US, _DECOYS}
    ]
    return Request(
        command=COMMANDS[command],
        specs=tuple(specs),
        flags=tuple(passed),
        omit=_omitted(flags),
        included=frozenset(value for name, value in flags if name == "--include" and value),
        scripts="--ignore-scripts" not in names,
        quiet=bool(names & {"--silent", "--quiet"}),
        decoys_in_env=_DECOYS in names,
    )


def _read_flag(word: str, rest: list[str]) -> tuple[str, str | None]:
    """Read one flag, taking its value from ``rest`` where it has one."""
    name, equals, value = word.partition("=")
    name = _SHORT.get(name, "--omit" if name == "--production" else name)
    if word in {"--production", "--only=prod", "--only=production"}:
        return "--omit", "dev"
    if name in _VALUED:
        if not equals:
            if not rest or rest[0].startswith("-"):
                raise UsageError(f"{word} needs a value.")
            value = rest.pop(0)
        if name in _CHOICES and value not in _CHOICES[name]:
            raise UsageError(f"{name} takes {' or '.join(sorted(_CHOICES[name]))}, not {value!r}.")
        return name, value
    if name in _SWITCHES | _SAID_BY_US | {_DECOYS} and (not equals or value == "true"):
        return name, None
    raise UsageError(
        f"{word} is not passed on to npm"
        + (f": {_REFUSED[name]}." if name in _REFUSED else ", because what it does there is not known here."),
        hint=f"Passed on: {', '.join(sorted(_SWITCHES | _VALUED))}.",
    )


def _check_specs(command: str, specs: list[str]) -> None:
    for spec in specs:
        if not spec or spec.startswith("-") or " " in spec or not spec.isprintable():
            raise UsageError(f"{spec!r} is no package name.")
    if COMMANDS[command] == "ci" and specs:
        raise UsageError(
            "ci takes no packages: it installs exactly what the lockfile says.", hint=f"safe-install {' '.join(specs)}"
        )
    if COMMANDS[command] == "uninstall" and not specs:
        raise UsageError("uninstall needs the name of a package.")
    if COMMANDS[command] == "dedupe" and specs:
        raise UsageError("dedupe takes no packages.")


def _omitted(flags: Sequence[tuple[str, str | None]]) -> frozenset[str]:
    """Give the dependency types left out; npm lets ``--include`` win over ``--omit``."""
    omit = {value for name, value in flags if name == "--omit" and value}
    return frozenset(omit - {value for name, value in flags if name == "--include"})
