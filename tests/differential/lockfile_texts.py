"""Lockfiles as npm could have written them, and as nobody should: trees of every kind of entry, some of them lies."""

from __future__ import annotations

import random
from typing import Any

NAMES = ("a", "b", "c", "d", "e", "f", "@s/g", "@s/h")
TABLES = ("dependencies", "dependencies", "dependencies", "devDependencies", "optionalDependencies", "peerDependencies")
DIRECTORIES = ("libs/one", "packages/two", "packages/@s/three", "../beside")
INTEGRITY = "sha512-" + "A" * 86 + "=="
ADDRESSES = (
    *("https://registry.example.test/{0}/-/x-1.0.0.tgz",) * 120,
    "https://mirror.example.test/x.tgz",
    "http://registry.example.test/{0}/-/x-1.0.0.tgz",
    "file:x.tgz",
    "file:vendor/x.tgz",
    "git+ssh://git@code.example.test/x/y.git#0123456789012345678901234567890123456789",
    "file:libs/one",
)
ODD_LOCATIONS = (
    *(
        "node_modules/a/",
        "node_modules//a",
        "./node_modules/a",
        "node_modules/../a",
        "node_modules/a/../b",
        "a/node_modules",
    ),
    *(
        "node_modules/A",
        "node_modules/@s",
        "node_modules/@s/g/x",
        "node_modules/.bin/a",
        "node_modules/a/lib/node_modules/b",
    ),
    *(
        "nowhere/node_modules/a",
        "node_modules/x/node_modules/y",
        "node_modules/.a",
        "/node_modules/a",
        "..",
        "../x",
        "node_modules",
    ),
    *(
        "node_modules/a b",
        "node_modules/__proto__",
        "__proto__",
        "node_modules/constructor",
        "node_modules/\u00e9",
        "node_modules/a\\b",
    ),
    *(
        "libs/one/node_modules/a",
        "packages/two/node_modules/b",
        "node_modules/a/node_modules",
        "node_modules/node_modules/a",
    ),
)


def a_lockfile(chance: random.Random) -> dict[str, Any]:
    """Write a whole lockfile, with the root's needs, packages in one another, linked directories, and perhaps an oddity."""
    directories = [one for one in DIRECTORIES if chance.random() < 0.3]
    packages: dict[str, Any] = {"": a_root(chance, directories)}
    for directory in directories:
        packages[directory] = needs(chance, {"name": directory.rpartition("/")[2], "version": "1.0.0"}, dev=True)
        packages[f"node_modules/{chance.choice((directory.rpartition('/')[2], 'linked', '@s/linked'))}"] = {
            "link": True,
            "resolved": directory,
        }
    for location in locations(chance, directories):
        packages.setdefault(location, an_entry(chance, location))
    if chance.random() < 0.2:
        packages.setdefault(chance.choice(ODD_LOCATIONS), an_entry(chance, "node_modules/odd"))
    kept = dict(sorted(packages.items()))
    if chance.random() < 0.1:
        kept = dict(chance.sample(sorted(packages.items()), len(packages)))
    return {
        "name": "app",
        "version": "1.0.0",
        "lockfileVersion": chance.choice((2, 3, 3)),
        "requires": True,
        "packages": kept,
    }


def a_root(chance: random.Random, directories: list[str]) -> dict[str, Any]:
    """Write the project's own entry."""
    root = needs(chance, {"name": "app", "version": "1.0.0"}, dev=True, most=6)
    if directories:
        root["workspaces"] = chance.choice((["packages/*", "packages/@s/*"], ["libs/*"], directories))
        linked = chance.choice(directories)
        root.setdefault("dependencies", {})[linked.rpartition("/")[2]] = f"file:{linked}"
    if chance.random() < 0.2:
        root["bundleDependencies"] = chance.sample(NAMES, 2)
    if chance.random() < 0.2:
        root["overrides"] = {chance.choice(NAMES): "1.0.0", chance.choice(NAMES): {chance.choice(NAMES): "2.0.0"}}
    return root


def locations(chance: random.Random, directories: list[str]) -> list[str]:
    """Choose where packages lie: in the project's node_modules, in each other's, in linked directories'."""
    found = [f"node_modules/{name}" for name in NAMES if chance.random() < 0.8]
    homes = [*found, *directories]
    for _ in range(chance.randint(0, 5)):
        if homes:
            inside = f"{chance.choice(homes)}/node_modules/{chance.choice(NAMES)}"
            found.append(inside)
            homes.append(inside)
    return found


def an_entry(chance: random.Random, location: str) -> dict[str, Any]:
    """Write one package's entry, with flags that may be lies."""
    name = location.rpartition("node_modules/")[2]
    entry: dict[str, Any] = {"version": chance.choice(("1.0.0", "1.0.0", "2.0.0-rc.1"))}
    if chance.random() < 0.9:
        entry |= {"resolved": chance.choice(ADDRESSES).format(name), "integrity": INTEGRITY}
    if chance.random() < 0.1:
        entry["name"] = chance.choice(NAMES)
    if chance.random() < 0.01:
        entry["inBundle"] = True
    for flag in ("dev", "optional", "devOptional", "peer", "hasInstallScript"):
        if chance.random() < 0.03:
            entry[flag] = True
    if chance.random() < 0.02:
        entry["bundleDependencies"] = chance.choice((True, chance.sample(NAMES, 2)))
    if chance.random() < 0.1:
        entry |= {"os": [chance.choice(("linux", "!linux", "win32"))], "cpu": [chance.choice(("x64", "!x64"))]}
    return needs(chance, entry)


def needs(chance: random.Random, entry: dict[str, Any], *, dev: bool = False, most: int = 3) -> dict[str, Any]:
    """Let an entry depend on others, in one table or more, on some in two."""
    for _ in range(chance.randint(0, most)):
        table = chance.choice(TABLES)
        if dev or table != "devDependencies" or chance.random() < 0.2:
            entry.setdefault(table, {})[chance.choice(NAMES)] = chance.choice(("1", "^1.0.0", "*", "npm:b@1"))
    if "peerDependencies" in entry and chance.random() < 0.5:
        entry["peerDependenciesMeta"] = {
            name: {"optional": chance.random() < 0.8} for name in entry["peerDependencies"]
        }
    return entry
