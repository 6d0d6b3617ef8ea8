"""Signatures matched against everything that scripts reach: one start of semgrep for all that is new.

Semgrep gets copies that we wrote, an environment that we made and no network (see `staging` for what that stops).
What it left out, half parsed or did not finish is a gap; what it finished is remembered by content.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import site
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from importlib import metadata
from pathlib import Path
from typing import Any, NamedTuple

from packaging.specifiers import SpecifierSet
from packaging.version import InvalidVersion, Version

from safe_install.errors import SemgrepError
from safe_install.model import Digest, Inspection, Language, sha256
from safe_install.scan.match import normalise, readings, staging
from safe_install.scan.match.evidence import is_library, matched_files, unreached_manifest, with_evidence
from safe_install.scan.match.readings import reading
from safe_install.scan.match.remembered import Key, Remembered
from safe_install.scan.match.seen import Matched, Seen, read_back, written
from safe_install.scan.match.sightings import matches
from safe_install.scan.match.signatures import read_library
from safe_install.scan.match.staging import File, Stage, staged
from safe_install.scan.unfold import unfold

SUPPORTED = SpecifierSet(">=1.150,<2")
_FIX = f"python -m pip install 'semgrep{SUPPORTED}'"
_QUICK = ("--experimental", "--x-parmap", "--x-ignore-semgrepignore-files")
"""Starts in 0.3 s instead of 4 to 6. The x-flags are promised to nobody, so semgrep may refuse them one day."""
_HARDENED = (
    *("--metrics=off", "--disable-version-check"),  # else 100 s of retries where there is no network
    *("--disable-nosem", "--no-git-ignore", "--max-target-bytes=0", "--no-rewrite-rule-ids"),
    *("--timeout=5", "--timeout-threshold=1", "--max-memory=1500", "--strict", "--json", "--verbose"),
)
_LARGEST_ANSWER = 64 << 20  # bytes
_PER_FILE = 0.25  # seconds beside the time limit; 0.05 measured
_LONGEST = 600.0  # seconds of one start, for however many files
_AGAIN = 300.0  # seconds for all further starts, after one that was brought down
_GLANCE = 0.5  # seconds between two looks at how much it has said

Content = tuple[Digest, Language, bool]
"""Names what semgrep is given: a digest, the language it is read as, and whether it is a library's."""


class Ended(NamedTuple):
    """How a start of semgrep ended. Without a code it was stopped, and ``errors`` says why."""

    code: int | None
    output: bytes
    errors: str


def signatures_directory() -> Path:
    """Find the signatures: those installed with this package, else those of the checkout it runs from."""
    package = Path(__file__).resolve().parents[2]
    checkout = package.parent.parent / "signatures" if package.parent.name == "src" else None
    for directory in (package / "signatures", checkout):
        if directory is not None and directory.is_dir():
            return directory
    raise SemgrepError("the signatures are missing from this installation", hint="install safe-install anew")


class Engine(NamedTuple):
    """A semgrep that we can use."""

    executable: Path
    version: str


def find_engine() -> Engine:
    """Find the semgrep beside our own Python, else on PATH, and see that its version is supported.

    Raises `SemgrepError` with the command that helps.
    """
    beside = shutil.which("semgrep", path=str(Path(sys.executable).parent))
    found = beside or shutil.which("semgrep", path=_outside_packages(os.environ.get("PATH", os.defpath)))
    if found is None:
        raise SemgrepError("semgrep is not installed", hint=_FIX)
    version = _installed_version() if beside else _told_version(Path(found))
    try:
        supported = Version(version) in SUPPORTED
    except InvalidVersion:
        supported = False
    if not supported:
        raise SemgrepError(f"semgrep {version or 'of unknown version'} is not supported", hint=_FIX)
    return Engine(Path(found), version)


def _outside_packages(path: str) -> str:
    """Leave out of PATH what a project's packages could have put there."""
    entries = (entry for entry in path.split(os.pathsep) if Path(entry).is_absolute())
    return os.pathsep.join(entry for entry in entries if "node_modules" not in Path(entry).parts)


def _installed_version() -> str:
    try:
        return metadata.version("semgrep")
    except metadata.PackageNotFoundError:
        return ""


def _told_version(executable: Path) -> str:
    """Ask a semgrep that is not of our own environment for its version."""
    try:
        told = subprocess.run(
            [executable, "--version", "--experimental"], env=_environment(executable, Path(os.devnull)),
            cwd="/", stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=30, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return (told.stdout.split() or [""])[-1]


def _environment(executable: Path, home: Path) -> dict[str, str]:
    """Make the whole environment of the child; nothing of ours is passed on but where Python's packages are."""
    return {
        "PATH": os.pathsep.join((str(executable.parent), os.defpath)),  # it calls uname
        "HOME": str(home),
        "TMPDIR": str(home),
        "LC_ALL": "C.UTF-8",
        "PYTHONUTF8": "1",
        "PYTHONUSERBASE": site.getuserbase(),  # which would follow HOME
        "SEMGREP_SEND_METRICS": "off",
        "SEMGREP_ENABLE_VERSION_CHECK": "0",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "core.fsmonitor",  # a command, which semgrep's file discovery would run
        "GIT_CONFIG_VALUE_0": "false",
        **({"SYSTEMROOT": os.environ["SYSTEMROOT"]} if "SYSTEMROOT" in os.environ else {}),
    }


class Matcher:
    """Matches the signatures below one directory or several, ours first; ``remembered`` is what earlier runs found.

    ``time_limit`` is in seconds, for one start of semgrep; a quarter of a second is added for each file. What a
    hostile file breaks costs the others another start, and not their evidence. ``signatures`` are told to people.
    Raises `SemgrepError` when there are no signatures, one is broken, or there is no semgrep.
    """

    def __init__(
        self,
        signatures: Path | Sequence[Path],
        remembered: Remembered | None,
        *,
        jobs: int | None = None,
        time_limit: int = 60,
    ) -> None:
        directories = [signatures] if isinstance(signatures, Path) else [*signatures]
        self._library = read_library(directories)
        self.signatures = self._library.signatures
        self.digest = sha256(json.dumps(sorted(self._library.files.values())).encode())
        self._rules = json.dumps({"rules": self._library.rules}, default=str).encode()
        self._sight = _digest_of(self._rules)
        self._engine = find_engine()
        self._remembered = remembered
        self._jobs = jobs or max(1, min(8, os.cpu_count() or 1))
        self._time_limit = time_limit
        self._front_end: tuple[str, ...] = _QUICK

    @property
    def engine(self) -> str:
        """Name the engine and its version."""
        return f"semgrep {self._engine.version}"

    def match(self, inspections: Sequence[Inspection]) -> tuple[Inspection, ...]:
        """Add to each inspection, in order, what its files show, and a gap for each that was not wholly matched.

        Raises `SemgrepError` when nothing can be matched at all.
        """
        files = {
            (file.digest, file.language, is_library(each, file)): file.content
            for each in inspections
            for file in (*matched_files(each), *unreached_manifest(each))
        }
        readings = {key: reading(content, key[1], library=key[2]) for key, content in files.items()}
        contents = {(key[0], readings[key].language, readings[key].library): one for key, one in files.items()}
        matched = self._recall(contents)
        matched |= self._match({key: content for key, content in contents.items() if key not in matched})
        seen = {key: Seen(matched[key[0], how.language, how.library], how) for key, how in readings.items()}
        chains, libraries = self._library.chains, {one.id: one.in_libraries for one in self.signatures}
        return tuple(with_evidence(inspection, seen, chains, libraries) for inspection in inspections)

    def _recall(self, contents: Iterable[Content]) -> dict[Content, Matched]:
        """Give what earlier runs found in these very contents, with these signatures and this engine."""
        if self._remembered is None:
            return {}
        keys = {self._key(content): content for content in contents}
        found = {keys[key]: read_back(text) for key, text in self._remembered.get(keys).items()}
        return {content: matched for content, matched in found.items() if matched is not None}

    def _match(self, contents: Mapping[Content, bytes]) -> dict[Content, Matched]:
        """Match what is new, and remember what of it is complete."""
        if not contents:
            return {}
        patience = min(self._time_limit + _PER_FILE * len(contents), _LONGEST)
        files = [File(content, language, library) for (_, language, library), content in contents.items()]
        results = self._batch(files, patience, time.monotonic() + min(4 * patience, patience + _AGAIN))
        matched = dict(zip(contents, results, strict=True))
        if self._remembered is not None:
            complete = {key: result for key, result in matched.items() if not result.doubts}
            self._remembered.put({self._key(key): written(result) for key, result in complete.items()})
        return matched

    def _key(self, content: Content) -> Key:
        digest, language, library = content
        return Key(digest, f"{language}{'-library' if library else ''}", self._sight, self._engine.version)

    def _batch(self, files: Sequence[File], patience: float, until: float) -> list[Matched]:
        """Match files in one start; when something brings that down, in halves, until the culprit stands alone."""
        if (left := until - time.monotonic()) <= 0:
            return [Matched(doubts="there was no time left to match it")] * len(files)
        with staged(files) as stage:
            answer = self._ask(stage, min(patience, left))
            if not isinstance(answer, str):
                found = matches(answer, stage, self._library.places)
                return [found[number] for number in range(len(files))]
        if len(files) == 1:
            return [Matched(doubts=answer)]
        half = len(files) // 2
        return [
            *self._batch(files[:half], patience / 2, until),
            *self._batch(files[half:], patience / 2, until),
        ]

    def _ask(self, stage: Stage, patience: float) -> dict[str, Any] | str:
        """Run semgrep over a stage. Give its answer, or in words why these files brought it down."""
        ended = self._run(stage, patience)
        if "unknown option" in ended.errors and not ended.output:
            self._front_end = ()
            ended = self._run(stage, patience)
        if ended.code is None:
            return ended.errors
        answer = _decoded(ended.output)
        if answer is None:
            self._see_that_it_works(ended)
            return f"semgrep broke down on it (exit {ended.code})"
        if answer.get("version") != self._engine.version:
            raise SemgrepError(f"semgrep calls itself {answer.get('version')}, not {self._engine.version}", hint=_FIX)
        return answer

    def _see_that_it_works(self, ended: Ended) -> None:
        """Blame the files only if semgrep works without them."""
        with staged([File(b"", Language.TEXT)]) as empty:
            if _decoded(self._run(empty, self._time_limit).output) is None:
                last = (ended.errors.strip().splitlines() or ["no word"])[-1]
                raise SemgrepError(f"semgrep does not work (exit {ended.code}): {last[:300]}", hint=_FIX)

    def _run(self, stage: Stage, patience: float) -> Ended:
        config = stage.home / "rules.json"
        config.write_bytes(self._rules)
        command = [
            *(str(self._engine.executable), "scan", *self._front_end, *_HARDENED),
            *(f"--jobs={self._jobs}", f"--config={config}", "."),
        ]
        return _run(command, stage, _environment(self._engine.executable, stage.home), patience)


def _digest_of(rules: bytes) -> Digest:
    """Name everything on our side that a result depends on: the rules, and how we spell, read and unfold files."""
    versions = (normalise.VERSION, readings.VERSION, staging.VERSION, unfold.VERSION)
    return sha256(json.dumps([*versions, sha256(rules)]).encode())


def _decoded(output: bytes) -> dict[str, Any] | None:
    """Read semgrep's JSON, which need not be UTF-8 where a file is not."""
    try:
        answer = json.loads(output.decode(errors="replace"))
    except ValueError:
        return None
    return answer if isinstance(answer, dict) else None


def _run(command: Sequence[str], stage: Stage, environment: Mapping[str, str], patience: float) -> Ended:
    """Run a command in the stage's files until it ends, says too much or takes too long; leave none of it running."""
    output, errors = stage.home / "output", stage.home / "errors"
    with output.open("wb") as out, errors.open("wb") as err:
        process = subprocess.Popen(
            command, cwd=stage.files, env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=err,
            start_new_session=True,
        )  # fmt: skip
        try:
            why = _wait(process, output, time.monotonic() + patience)
        finally:
            _end(process)
    if why:
        return Ended(None, b"", why)
    return Ended(process.returncode, output.read_bytes(), errors.read_text(errors="replace")[-4000:])


def _wait(process: subprocess.Popen[bytes], output: Path, end: float) -> str:
    """Wait for the end; give in words what had to be stopped instead."""
    while time.monotonic() < end:
        with suppress(subprocess.TimeoutExpired):
            process.wait(max(0.0, min(_GLANCE, end - time.monotonic())))
            return ""
        if output.stat().st_size > _LARGEST_ANSWER:
            return "semgrep said more about it than we read"
    return "semgrep did not finish in time"


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill what still runs, with everything it started."""
    if process.returncode is not None:
        return
    process.kill()
    if hasattr(os, "killpg"):
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()
