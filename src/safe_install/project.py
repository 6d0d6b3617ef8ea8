"""Where a project's files are: reads them as values, and replaces the few that this program writes, atomically."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from safe_install.decide.approvals import Approvals, read_approvals, write_approvals
from safe_install.decide.policy import read_policy
from safe_install.errors import ApprovalsError, LockfileError, SafeInstallError, UsageError
from safe_install.judgement import Policy
from safe_install.scan.lock.lockfile import choose_lockfile
from safe_install.signing import with_proof
from safe_install.whole_files import alone_with, replace_file

LOCKFILES = ("package-lock.json", "npm-shrinkwrap.json")
POLICY = "safe-install.toml"
APPROVALS = "safe-install.approvals.json"


@dataclass(frozen=True, kw_only=True, slots=True)
class Project:
    """A project's own files, as they were when it was opened.

    ``files`` holds package.json, the lockfiles and .npmrc by name, those that exist; ``lockfile`` is the name
    of the one npm would act on, None when there is none.
    """

    directory: Path
    files: Mapping[str, bytes]
    lockfile: str | None
    policy: Policy
    approvals: Approvals

    @property
    def manifest(self) -> Mapping[str, object]:
        """Give the root package.json, or say in one sentence why it cannot be read."""
        if "package.json" not in self.files:
            raise _no_project(self.directory)
        try:
            manifest = json.loads(_text(self.files["package.json"], "package.json"), parse_int=float)
        except (ValueError, RecursionError) as error:
            why = "it is nested too deeply" if isinstance(error, RecursionError) else error
            raise UsageError(f"package.json is not JSON: {why}.", hint="Mend it first; nothing was changed.") from error
        if not isinstance(manifest, dict):
            raise UsageError("package.json holds no object.", hint="Mend it first; nothing was changed.")
        return manifest

    @property
    def npmrc(self) -> str | None:
        """Give the project's .npmrc, None when it has none."""
        content = self.files.get(".npmrc")
        return None if content is None else content.decode("utf-8-sig", errors="replace")

    @property
    def lockfile_bytes(self) -> bytes:
        """Give the lockfile npm would act on."""
        if self.lockfile is None and "package.json" not in self.files:
            raise _no_project(self.directory)
        if self.lockfile is None:
            raise LockfileError(
                f"There is no package-lock.json in {self.directory}.",
                hint="`safe-install install` makes one, inspects it, and only then installs.",
            )
        return self.files[self.lockfile]

    def with_files(self, files: Mapping[str, bytes], npm_major: int) -> Project:
        """Give the project as it would be with these files."""
        together = {**self.files, **files}
        return replace(
            self, files=together, lockfile=choose_lockfile([n for n in LOCKFILES if n in together], npm_major)
        )


def find_root(start: Path) -> Path:
    """Find the directory npm would work in: the nearest with a package.json, or the workspace root above it."""
    nearest = nearest_package(start)
    for above in nearest.parents:
        manifest = above / "package.json"
        if manifest.is_file() and nearest.resolve() in {
            folder.resolve() for folder in workspaces(above, read_json(manifest))
        }:
            return above
    return nearest


def nearest_package(start: Path) -> Path:
    """Find the nearest directory with a package.json, at or above this one; itself when there is none."""
    return next((folder for folder in (start, *start.parents) if (folder / "package.json").is_file()), start)


def workspaces(root: Path, manifest: Mapping[str, object]) -> list[Path]:
    """List the workspace directories a root package.json names, by npm's globs; a ``!`` pattern takes away."""
    named = manifest.get("workspaces")
    patterns = named.get("packages") if isinstance(named, dict) else named
    chosen: dict[Path, None] = {}
    for pattern in patterns if isinstance(patterns, list) else []:
        text = str(pattern).removeprefix("!").strip().strip("/").removeprefix("./")
        if not text or ".." in PurePosixPath(text).parts:
            continue
        found = [
            folder
            for folder in _matching(root, text)
            if (folder / "package.json").is_file() and "node_modules" not in folder.parts
        ]
        for folder in found:
            if str(pattern).startswith("!"):
                chosen.pop(folder, None)
            else:
                chosen[folder] = None
    return list(chosen)


def _matching(root: Path, pattern: str) -> list[Path]:
    """List what a glob matches; nothing where Python knows no such pattern: what npm makes of it, npm will say."""
    try:
        return sorted(root.glob(pattern))
    except (ValueError, IndexError, OSError):
        return []


def open_project(directory: Path, npm_major: int, *, rules: bool = True) -> Project:
    """Read a project's own files; errors name the file and the fix. Without ``rules`` its policy and approvals stay unread."""
    files = {
        name: content
        for name in ("package.json", *LOCKFILES, ".npmrc")
        if (content := _read(directory / name)) is not None
    }
    policy = read_own_policy(directory) if rules else Policy()
    return Project(
        directory=directory,
        files=files,
        lockfile=choose_lockfile([name for name in LOCKFILES if name in files], npm_major),
        policy=policy,
        approvals=with_proof(read_own_approvals(directory), policy) if rules else Approvals(),
    )


def read_own_policy(directory: Path) -> Policy:
    """Read a project's policy; the strict default when there is no file, or when the folder came with a package."""
    content = None if _came_with_a_package(directory) else _read(directory / POLICY)
    return read_policy(_text(content, POLICY)) if content is not None else Policy()


def read_own_approvals(directory: Path) -> Approvals:
    """Read a project's approvals as they are now; none when there is no file, or when the folder came with a package."""
    content = None if _came_with_a_package(directory) else _read(directory / APPROVALS)
    return read_approvals(_text(content, APPROVALS, ApprovalsError)) if content is not None else Approvals()


def _came_with_a_package(directory: Path) -> bool:
    """Tell whether a folder lies in a node_modules: whoever made the package wrote the files in it, and rules nothing here."""
    return "node_modules" in directory.resolve().parts


def change_approvals(directory: Path, change: Callable[[Approvals], Approvals]) -> Path:
    """Change the records as they are at this moment, one run after the other, and replace the file at once.

    What another run wrote since somebody looked is kept: ``change`` gets it. ApprovalsError for a file that cannot be
    read (a merge conflict, for one) or that its owner made read-only; the file is then as it was.
    """
    path = directory / APPROVALS
    with alone_with(directory):
        before = read_own_approvals(directory)
        after = change(before)
        if after != before:
            if path.exists() and not path.stat().st_mode & 0o222:
                raise ApprovalsError(f"{APPROVALS} is read-only.", hint=f"chmod u+w {APPROVALS}, if you may change it.")
            write_atomically(path, write_approvals(after).encode())
    return path


def write_atomically(path: Path, content: bytes) -> None:
    """Replace a file by rename, keeping its mode; a full disk or a read-only folder leaves the old one."""
    try:
        mode = path.stat().st_mode & 0o777 if path.exists() else 0o644
        replace_file(path, content, mode)
    except OSError as error:
        raise SafeInstallError(
            f"{path.name} could not be written: {error.strerror}.", hint="Nothing was changed."
        ) from error


@contextlib.contextmanager
def replaced(directory: Path, files: Mapping[str, bytes]) -> Iterator[None]:
    """Write these files for the time of a block, and put the old ones back if it does not end well."""
    before = {name: _read(directory / name) for name in files}
    try:
        for name, content in files.items():
            write_atomically(directory / name, content)
        yield
    except BaseException:
        for name, old in before.items():
            if old is None:
                (directory / name).unlink(missing_ok=True)
            else:
                write_atomically(directory / name, old)
        raise


def _no_project(directory: Path) -> UsageError:
    return UsageError(f"There is no package.json in {directory}.", hint="Run this in a project, or `npm init` first.")


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise SafeInstallError(
            f"{path.name} cannot be read: {error.strerror}.",
            hint="Make it a file that you may read; nothing was changed.",
        ) from error


def _text(content: bytes, name: str, kind: type[SafeInstallError] = UsageError) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise kind(
            f"{name} is not UTF-8 text (byte {error.start:,}).", hint="Save it as UTF-8; nothing was changed."
        ) from error


def read_json(path: Path) -> Mapping[str, object]:
    """Read a manifest beside the project's own; empty when it cannot be read, for npm will say so itself."""
    try:
        value = json.loads(path.read_bytes().decode("utf-8-sig"))
    except (ValueError, OSError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
