"""Which real install scripts work behind the walls, without a network and without a grant; writes a table.

python benchmarks/sandbox/needs.py script-needs.json [--only NAME …] [--outputs PATH …] [--walls landlock] [--time-limit 120] [--output benchmarks/sandbox/NEEDS.md]

Each package is fetched with this machine's npm, scripts off, into a project of its own. Its scripts run behind walls
alone: what they do without walls is never tried here, but told beside by the measurements in script-needs.json.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from safe_install.model import Event
from safe_install.run.execute import Site, execute
from safe_install.run.npm import Npm, find_npm
from safe_install.run.walls import Sandbox
from safe_install.story import Outcome, Step
from tests.run.runner import WALLS
from tests.run.site import a_step

FETCHING = 300  # seconds
MOST = 3  # paths that are named
EVENTS = (Event.PREINSTALL, Event.INSTALL, Event.POSTINSTALL)


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("needs", type=Path)
    words.add_argument("--only", nargs="*", default=[])
    words.add_argument("--outputs", nargs="*", default=[], help="granted to each, to see what that changes")
    words.add_argument("--walls", choices=WALLS, default="bubblewrap")
    words.add_argument("--time-limit", type=int, default=120)
    words.add_argument("--output", type=Path, default=Path(__file__).with_name("NEEDS.md"))
    asked = words.parse_args()
    entries = [one for one in json.loads(asked.needs.read_text())["packages"] if one["command"]]
    entries = [one for one in entries if not asked.only or one["package"] in asked.only]
    npm = find_npm(os.environ)
    able = frozenset(name_of(entry) for entry in entries if can_work_here(entry))
    rows: dict[str, str] = {}
    for entry in entries:
        rows[name_of(entry)] = measured(entry, npm, WALLS[asked.walls](), asked.time_limit, tuple(asked.outputs))
        print(rows[name_of(entry)], flush=True)
        asked.output.write_text(page(rows, able, asked.walls))


def name_of(entry: dict[str, Any]) -> str:
    return f"{entry['package']}@{entry['version']}"


def measured(entry: dict[str, Any], npm: Npm, walls: Sandbox, time_limit: int, outputs: tuple[str, ...]) -> str:
    """Fetch one package, run its scripts, and give its row."""
    name = name_of(entry)
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder).resolve()
        project.chmod(0o755)  # reduced walls make root somebody else
        (project / "package.json").write_text('{"name": "needs", "version": "1.0.0"}')
        location = f"node_modules/{entry['package']}"
        if not fetched(name, project, npm) or not (project / location / "package.json").is_file():
            return f"| {name} | could not be fetched | | | | | |"
        site = Site(
            project=project,
            npm=npm,
            npm_command="install",
            sandbox=walls,
            env=os.environ,
            kept=project / "kept",
        )
        outcomes = execute(list(steps(project, location, time_limit, outputs)), site, optional_set=lambda _: ())
    told = (
        result(outcomes),
        seconds(outcomes),
        hosts(outcomes),
        dropped(outcomes),
        grant(outcomes, entry),
        recorded(entry),
    )
    return f"| {name} | {' | '.join(told)} |"


def fetched(name: str, project: Path, npm: Npm) -> bool:
    """Fetch a package and what it needs, with scripts off."""
    words = ("install", name, "--ignore-scripts", "--no-audit", "--no-fund", "--silent")
    try:
        ran = subprocess.run(
            (npm.node, npm.cli, *words), cwd=project, capture_output=True, check=False, timeout=FETCHING
        )
    except subprocess.TimeoutExpired:
        return False
    return ran.returncode == 0


def steps(project: Path, location: str, time_limit: int, outputs: tuple[str, ...]) -> Iterator[Step]:
    """Give the scripts npm would run, the implied one too."""
    manifest = (project / location / "package.json").read_bytes()
    scripts = dict(json.loads(manifest).get("scripts", {}))
    if (project / location / "binding.gyp").is_file() and not scripts.keys() & {"preinstall", "install"}:
        scripts["install"] = "node-gyp rebuild"
    for event in EVENTS:
        if event.value in scripts:
            yield a_step(
                scripts[event.value],
                {"package.json": manifest},
                location=location,
                event=event,
                time_limit=time_limit,
                outputs=outputs,
            )


def result(outcomes: tuple[Outcome, ...]) -> str:
    codes = ["stopped" if outcome.exit_code is None else str(outcome.exit_code) for outcome in outcomes]
    doubt = " (something was denied)" if any(outcome.denied for outcome in outcomes) and set(codes) == {"0"} else ""
    touched = " **opened a decoy**" if any(outcome.touched for outcome in outcomes) else ""
    return ("works" if set(codes) == {"0"} else f"exit {', '.join(codes)}") + doubt + touched


def seconds(outcomes: tuple[Outcome, ...]) -> str:
    return f"{sum(outcome.seconds for outcome in outcomes):.1f}"


def hosts(outcomes: tuple[Outcome, ...]) -> str:
    return ", ".join(dict.fromkeys(host.name for outcome in outcomes for host in outcome.hosts))


def dropped(outcomes: tuple[Outcome, ...]) -> str:
    paths = [one.path for outcome in outcomes for one in outcome.written if one.dropped and not outcome.failed]
    return ", ".join(paths[:MOST]) + (f" and {len(paths) - MOST} more" if len(paths) > MOST else "")


def grant(outcomes: tuple[Outcome, ...], entry: dict[str, Any]) -> str:
    """Tell what would have to be granted: the places of which it lost something, and for one that failed its known hosts."""
    if any(outcome.exit_code != 0 or outcome.stopped for outcome in outcomes):
        return ", ".join(f"host {host}" for host in entry["needs_network_hosts"])
    lost = [
        one.path for outcome in outcomes for one in outcome.written if one.dropped and "node_gyp_bins" not in one.path
    ]
    return ", ".join(dict.fromkeys(f"output {'/'.join(path.split('/')[:2])}" for path in lost)) or "none"


def can_work_here(entry: dict[str, Any]) -> bool:
    """Tell whether it ended with 0 in any of the ways that were tried without walls, none of which had the open network."""
    seen = entry["observed"].values()
    return any(set(told["exit"]) == {0} for told in seen if isinstance(told, dict) and told.get("exit"))


def recorded(entry: dict[str, Any]) -> str:
    """Tell how it ended where it was measured with a clean environment and local headers, before there were walls."""
    seen = entry["observed"]
    told = seen.get("no_network_local_headers") or seen.get("no_network_no_headers") or {}
    return ", ".join(map(str, told.get("exit") or ["?"]))


def page(rows: dict[str, str], able: frozenset[str], walls: str) -> str:
    """Write the table; ``able`` are those that can work here at all."""
    worked = {name for name, row in rows.items() if "| works" in row}
    fetched = {name for name, row in rows.items() if "could not be fetched" not in row}
    head = (
        "| package | behind the walls, no grant | s | hosts it wanted | dropped | what to grant | exit without walls |\n"
        "|---|---|---|---|---|---|---|\n"
    )
    share = 100 * len(worked & able) // max(1, len(fetched & able))
    return (
        f"# Real install scripts behind the walls ({walls})\n\n"
        f"`python benchmarks/sandbox/needs.py script-needs.json --walls {walls}`\n\n"
        f"{len(worked)} of {len(fetched)} end with 0 without a network and without a grant. Of the {len(fetched & able)} that "
        f"ended with 0 without walls where there is no open network either, it is {len(worked & able)} ({share} %).\n\n"
        f"{head}" + "\n".join(rows.values()) + "\n"
    )


if __name__ == "__main__":
    main()
