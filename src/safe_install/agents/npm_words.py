"""npm's own reading of its first word: aliases, camel case, and abbreviations that fit one name only.

Source: npm 12.2.0, lib/utils/cmd-list.js; npm 10 and 11 know fewer names, so that an abbreviation may mean more there.
"""

from __future__ import annotations

import re
from collections.abc import Collection

_COMMANDS = frozenset(
    [
        "access",
        "adduser",
        "approve-scripts",
        "audit",
        "bugs",
        "cache",
        "ci",
        "completion",
        "config",
        "dedupe",
        "deny-scripts",
        "deprecate",
        "diff",
        "dist-tag",
        "docs",
        "doctor",
        "edit",
        "exec",
        "explain",
        "explore",
        "find-dupes",
        "fund",
        "get",
        "help",
        "help-search",
        "init",
        "install",
        "install-ci-test",
        "install-scripts",
        "install-test",
        "link",
        "ll",
        "login",
        "logout",
        "ls",
        "org",
        "outdated",
        "owner",
        "pack",
        "ping",
        "pkg",
        "prefix",
        "profile",
        "prune",
        "publish",
        "query",
        "rebuild",
        "repo",
        "restart",
        "root",
        "run",
        "sbom",
        "search",
        "set",
        "shrinkwrap",
        "stage",
        "star",
        "stars",
        "start",
        "stop",
        "team",
        "test",
        "token",
        "trust",
        "undeprecate",
        "uninstall",
        "unpublish",
        "unstar",
        "update",
        "version",
        "view",
        "whoami",
        "hook",
    ]
)
_ALIASES = dict(
    pair.split("=")
    for pair in [
        "author=owner",
        "home=docs",
        "issues=bugs",
        "info=view",
        "show=view",
        "find=search",
        "add=install",
        "unlink=uninstall",
        "remove=uninstall",
        "rm=uninstall",
        "r=uninstall",
        "un=uninstall",
        "rb=rebuild",
        "list=ls",
        "ln=link",
        "create=init",
        "i=install",
        "it=install-test",
        "cit=install-ci-test",
        "u=update",
        "up=update",
        "c=config",
        "s=search",
        "se=search",
        "tst=test",
        "t=test",
        "ddp=dedupe",
        "v=view",
        "run-script=run",
        "clean-install=ci",
        "clean-install-test=install-ci-test",
        "x=exec",
        "why=explain",
        "la=ll",
        "verison=version",
        "ic=ci",
        "innit=init",
        "in=install",
        "ins=install",
        "inst=install",
        "insta=install",
        "instal=install",
        "isnt=install",
        "isnta=install",
        "isntal=install",
        "isntall=install",
        "install-clean=ci",
        "isntall-clean=ci",
        "hlep=help",
        "dist-tags=dist-tag",
        "upgrade=update",
        "udpate=update",
        "rum=run",
        "sit=install-ci-test",
        "urn=run",
        "ogr=org",
        "add-user=adduser",
    ]
)
_NAMES = sorted(_COMMANDS | set(_ALIASES))


def npm_command(word: str) -> str:
    """Give the command that npm takes a word for; empty when it is none of npm's."""
    word = re.sub("[A-Z]", lambda match: f"-{match[0].lower()}", word)
    if word in _COMMANDS:
        return word
    if word in _ALIASES:
        return _ALIASES[word]
    fitting = [name for name in _NAMES if word and name.startswith(word)]
    return _ALIASES.get(fitting[0], fitting[0]) if len(fitting) == 1 else ""


def could_be(word: str, wanted: Collection[str]) -> bool:
    """Tell whether another npm, which knows fewer names, may take an abbreviation for one of these commands."""
    return bool(word) and any(name.startswith(word) and _ALIASES.get(name, name) in wanted for name in _NAMES)


_WITH_VALUE = frozenset(
    [
        "-C",
        "--prefix",
        "-w",
        "--workspace",
        "--loglevel",
        "--registry",
        "--cache",
        "--userconfig",
        "--globalconfig",
        "--tag",
        "--omit",
        "--include",
        "--before",
        "--only",
        "--install-strategy",
        "--save-prefix",
        "--script-shell",
        "--shell",
        "--node-options",
        "--min-release-age",
        "--fetch-retries",
        "--fetch-timeout",
        "--maxsockets",
        "--cpu",
        "--os",
        "--libc",
        "--access",
        "--auth-type",
        "--otp",
        "--scope",
        "--depth",
        "--proxy",
        "--https-proxy",
        "--noproxy",
        "--ca",
        "--cafile",
        "--cert",
        "--key",
        "--call",
        "-c",
        "--package",
        "-p",
        "--allow-git",
        "--allow-remote",
        "--heading",
        "--init-module",
        "--location",
        "-L",
        "--editor",
        "--viewer",
        "--logs-dir",
        "--logs-max",
        "--message",
        "-m",
        "--searchlimit",
        "--umask",
        "--user-agent",
        "--usage-of",
        "--which",
        "--diff",
        "--replace-registry-host",
        "--strict-ssl-of",
    ]
)
"""npm's flags that take the next word with them; of any other one npm takes the next word for a command or a package."""


def takes_value(flag: str) -> bool:
    """Tell whether a flag of npm takes the next word with it."""
    return flag in _WITH_VALUE
