"""How long it takes to start: the hook on one command of an agent, ``--version``, ``exec``; against a bare Python.

``python benchmarks/start.py`` prints a table; medians of wall and of CPU milliseconds, taken in turns so that what else the
machine does falls on all alike.
"""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROUNDS = 15
EVENT = {"hook_event_name": "PreToolUse", "tool_name": "Bash", "tool_input": {"command": "cd web && npm install x"}}
STARTS = {
    "a bare Python": [sys.executable, "-c", "pass"],
    "safe-install-hook, an install": [
        *(sys.executable, "-m", "safe_install.hook"),
        *("pre-tool-use", "--host", "claude-code"),
    ],
    "safe-install --version": [sys.executable, "-m", "safe_install", "--version"],
    "safe-install exec true": [sys.executable, "-m", "safe_install", "exec", "true"],
}


def main() -> None:
    """Print the table."""
    print(table())


def table() -> str:
    """Measure every start, in turns."""
    tools = Path(tempfile.mkdtemp(prefix="safe-install-"), "node_modules", ".bin")
    tools.mkdir(parents=True)
    (tools / "true").symlink_to("/bin/true")
    took: dict[str, list[tuple[float, float]]] = {name: [] for name in STARTS}
    for _ in range(ROUNDS):
        for name, words in STARTS.items():
            took[name].append(once(words, tools.parent.parent))
    lines = [f"| start, median of {ROUNDS} | wall, ms | CPU, ms |", "|---|---|---|"]
    for name, each in took.items():
        wall, cpu = (statistics.median(column) for column in zip(*each, strict=True))
        lines.append(f"| {name} | {wall:.0f} | {cpu:.0f} |")
    return "\n".join(lines)


def once(words: list[str], where: Path) -> tuple[float, float]:
    """Start once in a folder; give milliseconds of wall and of CPU."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(words, cwd=where, input=json.dumps(EVENT), text=True, capture_output=True, check=False)
    wall = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall * 1000, (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1000


if __name__ == "__main__":
    main()
