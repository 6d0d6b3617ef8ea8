"""What a commit of this repository holds, asked of git without letting the repository steer it.

Only commands that read objects are called: no hook, no filter, no pager, no text conversion and no fetching belongs to
them, and objects that stand in for others (git replace) are not heeded, or a commit would hold what somebody chose here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from safe_install.errors import SafeInstallError, UsageError
from safe_install.run.paths import find_in, system_path
from safe_install.run.process import HALF, Ran, run_to_end

_TIME_LIMIT = 60.0
_MOST = 2 * HALF  # bytes of one answer
_HARDENED = ("--no-pager", "--literal-pathspecs", "-c", "core.fsmonitor=false", "-c", "protocol.allow=never")
_ENVIRONMENT = {
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",
    "LC_ALL": "C",
}
_OF_THE_CALLER = ("HOME", "XDG_CONFIG_HOME")  # where the user says which directories are safe
_COMMIT = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")
_ENTRY = re.compile(r"(?P<mode>[0-7]{6}) (?P<kind>[a-z]+) (?P<id>[0-9a-f]+)\t(?P<path>.+)", re.DOTALL)
_A_FILE = {"100644", "100755"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Repository:
    """The repository around a folder; every path is relative to that folder."""

    folder: Path
    env: Mapping[str, str] = field(repr=False)

    def commit(self, ref: str) -> str:
        """Name the commit that a branch, a tag or an id is now; UsageError when it is none."""
        words = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
        told = self._ask(*words) if ref.isprintable() and ref else None
        name = told.output.strip() if told and told.exit_code == 0 else ""
        if not _COMMIT.fullmatch(name):
            hint = "Fetch it first; a shallow checkout may not have it (fetch-depth: 0)."
            raise UsageError(f"{ref!a} is no commit of a git repository here.", hint=hint)
        return name

    def file(self, commit: str, path: str) -> str | None:
        """Give the text of a file as a commit has it, None when it has none.

        UsageError where something else than a file stands there: a link would name contents outside of the commit.
        """
        entries = self._entries(commit, path)
        if not entries:
            return None
        ((found, mode, blob),) = entries[:1]
        if found != path or mode not in _A_FILE or len(entries) > 1:
            raise UsageError(f"{path} is no plain file in the base commit.", hint="Make it one there first.")
        return self._asked("cat-file", "blob", blob)

    def tree(self, commit: str, path: str) -> dict[str, str]:
        """Give git's ids of all files below a path as a commit has them, by path."""
        return {found: blob for found, _, blob in self._entries(commit, path, "-r")}

    def _entries(self, commit: str, path: str, *words: str) -> list[tuple[str, str, str]]:
        told = self._asked("ls-tree", "-z", *words, commit, "--", path)
        found = [_ENTRY.fullmatch(entry) for entry in told.split("\0") if entry]
        return [(entry["path"], entry["mode"], entry["id"]) for entry in found if entry]

    def _asked(self, *words: str) -> str:
        told = self._ask(*words)
        if told.exit_code != 0:
            raise SafeInstallError(
                "git cannot read the base commit.", hint="Is the checkout whole?", detail=told.output
            )
        if len(told.output.encode()) > _MOST:  # its middle was left out: half an answer would be taken for a whole one
            raise SafeInstallError(
                "git has more to tell of the base commit than is read.", hint="Check that commit out."
            )
        return told.output

    def _ask(self, *words: str) -> Ran:
        """Call git; what it complains about is dropped, for it would stand among what it says."""
        path = system_path(self.env)
        git = find_in("git", path)
        if git is None:
            raise SafeInstallError("There is no git here.", hint="Install git, or leave --base out.")
        told = {name: self.env[name] for name in _OF_THE_CALLER if name in self.env}
        env = {**told, **_ENVIRONMENT, "PATH": ":".join(path)}
        argv = (str(git), *_HARDENED, *words)
        return run_to_end(argv, cwd=self.folder, env=env, time_limit=_TIME_LIMIT, complaints=False)
