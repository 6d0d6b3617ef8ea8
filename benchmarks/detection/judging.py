"""What a scanner thinks of packages: safe-install, and GuardDog beside it. Both are child processes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

AT_ONCE = 25  # packages of one safe-install process; one semgrep start serves them all
LONGEST = 1800  # seconds a child may take
FINISHED = {0, 10, 11}  # safe-install judged; anything else means that it could not
SERIOUS = {"WARNING", "ERROR"}
SUSPICIOUS = {"suspicious", "high_risk"}  # GuardDog's labels, from its threshold on


@dataclass(frozen=True, kw_only=True, slots=True)
class Judgement:
    """What a scanner thinks of one package. Failed: it gave no answer, which counts as neither."""

    flagged: bool = False
    blocked: bool = False
    failed: bool = False


Report = Mapping[str, Any]  # a scanner's JSON
Judgements = dict[Path, Judgement]


def ours(targets: Sequence[Path], cache: Path) -> Judgements:
    """Have safe-install judge package folders, tarballs or lockfiles, many in one process."""
    judged: Judgements = {}
    for start in range(0, len(targets), AT_ONCE):
        some = targets[start : start + AT_ONCE]
        judged |= ours_at_once(some, cache)
        print(f"safe-install: {start + len(some)} of {len(targets)}", file=sys.stderr)
    return judged


def ours_at_once(targets: Sequence[Path], cache: Path) -> Judgements:
    """Judge a few targets in one process; when it fails, each half alone, so that one package spoils only itself."""
    report = scan(targets, cache)
    if report is not None:
        return {target: judgement(report, str(target)) for target in targets}
    if len(targets) == 1:
        return {targets[0]: Judgement(failed=True)}
    half = len(targets) // 2
    return ours_at_once(targets[:half], cache) | ours_at_once(targets[half:], cache)


def scan(targets: Sequence[Path], cache: Path) -> Report | None:
    """Run ``safe-install scan TARGETS --json``; None when it could not judge."""
    command = [str(Path(sys.executable).with_name("safe-install")), "scan", *map(str, targets), "--json"]
    env = {"SAFE_INSTALL_CACHE": str(cache)} | os.environ
    try:
        done = subprocess.run(command, capture_output=True, env=env, cwd=cache.parent, timeout=LONGEST, check=False)
    except subprocess.TimeoutExpired:
        return None
    return json.loads(done.stdout) if done.returncode in FINISHED else None


def judgement(report: Report, target: str, package: str | None = None) -> Judgement:
    """Read what schema 1 says of one target; of one ``name@version`` of a lockfile, where ``package`` names it."""
    verdicts = [
        verdict
        for verdict in report["verdicts"]
        if verdict["target"] == target and package in {None, f"{verdict['package']}@{verdict['version']}"}
    ]
    own = [finding for finding in report["findings"] if finding["target"] == target and package is None]
    gaps = [gap for gap in report["gaps"] if gap["target"] == target and package is None]
    return Judgement(
        flagged=bool(gaps) or serious(own) or any(v["gaps"] or serious(v["findings"]) for v in verdicts),
        blocked=any(f["severity"] == "ERROR" for f in own) or any(v["decision"] == "block" for v in verdicts),
    )


def serious(findings: Sequence[Report]) -> bool:
    """Tell whether one of the findings asks for somebody's attention."""
    return any(finding["severity"] in SERIOUS for finding in findings)


def as_dependencies(lockfiles: Mapping[str, Path], cache: Path) -> dict[str, Judgement]:
    """Judge each ``name@version`` in the lockfile of a project that depends on it."""
    found = {}
    for package, lockfile in lockfiles.items():
        report = scan([lockfile], cache)
        found[package] = judgement(report, str(lockfile), package) if report else Judgement(failed=True)
        print(f"safe-install: {package} as a dependency", file=sys.stderr)
    return found


def guarddog(program: str, folders: Sequence[Path]) -> Judgements:
    """Have GuardDog judge package folders, one process each, as its local scan wants it."""
    judged: Judgements = {}
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for folder, found in zip(folders, pool.map(partial(guarddog_on, program), folders), strict=True):
            judged[folder] = found
            if len(judged) % AT_ONCE == 0:
                print(f"GuardDog: {len(judged)} of {len(folders)}", file=sys.stderr)
    return judged


def guarddog_on(program: str, folder: Path) -> Judgement:
    """Run GuardDog's local scan on one folder."""
    command = [program, "npm", "scan", str(folder), "--output-format=json"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST, check=False)
        label = json.loads(done.stdout)["risk_score"]["label"]
    except (subprocess.TimeoutExpired, ValueError, KeyError):
        return Judgement(failed=True)
    return Judgement(flagged=label in SUSPICIOUS, blocked=label == "high_risk")
