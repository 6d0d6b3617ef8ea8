"""Make the starter knowledge of real install scripts from what was measured of them.

``python benchmarks/known_scripts.py MEASURED.json`` writes src/safe_install/advise/known-scripts.json. MEASURED.json holds
under ``packages``, for each package and version that was run: event, command, kind, hosts, writes, compiler, can_ignore and notes.
A script is known by its command: another command is another script, and nothing is said of it.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PLACE = Path(__file__).parent.parent / "src" / "safe_install" / "advise" / "known-scripts.json"
DOES = {
    "optional-dep-check": "checks that the package for this platform is there",
    "banner": "prints a notice",
    "native-build-on-request": "builds only where that is asked for",
    "codegen": "generates code from the project",
    "binary-download": "downloads a program",
    "native-download-or-compile": "downloads a built library, or compiles it",
    "native-prebuilt-check": "tries the built library that the package brings",
    "native-compile": "compiles a library",
    "native-compile-optional": "tries to compile an accelerator",
    "git-hooks": "puts hooks into the project's git",
    "project-write": "writes into the project where its package.json asks for it",
    "cache-warmup": "fills a temporary cache",
    "version-check": "compares versions",
    "self-rewrite": "rewrites itself for the Vue that is installed",
}
SKIPPED = {
    "yes": "yes",
    "yes-then-run": "yes",
    "no": "no",
    "mostly": "mostly",
    "yes-if-prebuild-loads": "mostly",
    "yes-for-vue3": "mostly",
    "no-on-linux": "no",
}
GROUPS = {
    "GitHub releases": ["github.com", "objects.githubusercontent.com", "release-assets.githubusercontent.com"],
    "Node headers": ["nodejs.org"],
}
"""Hosts that are only of use together, or to many packages."""
_LATER = re.compile(r"`((?:npx |node node_modules/)[^`]+)`")
_HOST = re.compile(r"[a-z0-9.-]+\.[a-z]+")
_JOINED = " ; "  # how a measurement writes the scripts of two events


def main() -> None:
    """Read what was measured, and write what is known."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("measured", type=Path)
    options = parser.parse_args()
    measured = json.loads(options.measured.read_text(encoding="utf-8"))
    known: dict[str, dict[str, object]] = {}
    for package in measured["packages"]:
        for event, command in scripts(package):
            known.setdefault(f"{package['package']} {event} {command}", entry(package, event, command))
    told = {
        "schema": 1,
        "measured_on": measured["_about"]["measured_on"],
        "scripts": [known[key] for key in sorted(known)],
    }
    PLACE.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    print(f"{len(known)} scripts of {len({one['package'] for one in known.values()})} packages: {PLACE}")


def scripts(package: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Give events and commands, the version in a command left open."""
    if package["command"]:
        events, commands = package["event"].split("+"), package["command"].split(_JOINED)
        for event, command in zip(events, commands, strict=True):
            yield event, command.replace(package["version"], "{version}")


def entry(package: dict[str, Any], event: str, command: str) -> dict[str, object]:
    """Say of one script what a person wants to know before deciding."""
    later = _LATER.search(package["notes"])
    hosts = [found[0] for text in package["needs_network_hosts"] if (found := _HOST.match(text))]
    written = package["writes_outside_package"]
    needs = {
        "network": bool(hosts),
        "compiler": package["needs_compiler"] is True,
        "cache": any(".cache" in text or "/.npm/" in text for text in written),
    }
    return {
        "package": package["package"],
        "event": event,
        "command": command,
        "seen_in": package["version"],
        "does": DOES[package["kind"]],
        "can_be_skipped": SKIPPED[package["can_ignore"]],
        "later": later[1] if later else "",
        "needs": [name for name, wanted in needs.items() if wanted],
        "hosts": hosts,
        "host_groups": list(dict.fromkeys(map(group_of, hosts))),
    }


def group_of(host: str) -> str:
    """Name the group a host belongs to; one that belongs to none stands for itself."""
    return next((name for name, group in GROUPS.items() if host in group), host)


if __name__ == "__main__":
    main()
