"""Whose rules hold: those of the branch that a change goes into, and not those that the change brings along."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from safe_install.decide.approvals import Approvals, read_approvals
from safe_install.decide.authority import authority_changed
from safe_install.decide.policy import read_policy
from safe_install.errors import SafeInstallError
from safe_install.judgement import Policy
from safe_install.model import Finding, Severity
from safe_install.project import APPROVALS, POLICY, Project, read_own_approvals, read_own_policy
from safe_install.run.git import Repository
from safe_install.signing import with_proof

_SHA1 = 40  # hexadecimal digits of a git id, in a repository that does not use sha-256


@dataclass(frozen=True, kw_only=True, slots=True)
class Authority:
    """The rules of a base commit, and how those of the working tree differ."""

    commit: str
    policy: Policy
    approvals: Approvals
    findings: tuple[Finding, ...]


def authority(directory: Path, base: str, env: Mapping[str, str]) -> Authority:
    """Read the policy and the approvals of the project in ``directory`` as the commit ``base`` has them.

    A file that the base does not have counts as the strict default. A file of the working tree that cannot be read is a
    finding and stops nothing, for it rules nothing. UsageError when ``base`` is no commit, or its files cannot be read.
    """
    repository = Repository(folder=directory, env=env)
    commit = repository.commit(base)
    policy_text, approvals_text = repository.file(commit, POLICY), repository.file(commit, APPROVALS)
    policy = read_policy(policy_text, name=f"{base}:{POLICY}") if policy_text is not None else Policy()
    approvals = Approvals()
    if approvals_text is not None:
        approvals = read_approvals(approvals_text, name=f"{base}:{APPROVALS}")
    changed = tuple(_changed(directory, repository, commit, (policy, approvals)))
    return Authority(commit=commit, policy=policy, approvals=with_proof(approvals, policy), findings=changed)


def under(project: Project, rules: Authority) -> Project:
    """Give a project under the rules of its base."""
    return replace(project, policy=rules.policy, approvals=rules.approvals)


def _changed(directory: Path, repository: Repository, commit: str, base: tuple[Policy, Approvals]) -> Iterator[Finding]:
    try:
        own = read_own_policy(directory), read_own_approvals(directory)
    except SafeInstallError as error:
        yield Finding(
            signature="authority-changed",
            severity=Severity.WARNING,
            message=f"what is allowed here cannot be read: {error.message} The base's rules hold",
            where=POLICY if POLICY in error.message else APPROVALS,
        )
        own = base
    yield from authority_changed(base, own, dict(_signatures(directory, repository, commit, base[0])))


def _signatures(directory: Path, repository: Repository, commit: str, policy: Policy) -> Iterator[tuple[str, str]]:
    """Say how each of the project's own signature files differs from the base."""
    for folder in policy.signatures:
        before = repository.tree(commit, folder)
        paths = sorted(path for path in (directory / folder).rglob("*") if path.is_file())
        here = {path.relative_to(directory).as_posix(): path for path in paths}
        for path in sorted(before.keys() | here.keys()):
            if path not in before:
                yield path, "a new signature file"
            elif path not in here:
                yield path, "a signature file is gone"
            elif _git_id(here[path].read_bytes(), before[path]) != before[path]:
                yield path, "a signature file is another"


def _git_id(content: bytes, like: str) -> str:
    """Give git's id of contents, by the algorithm of another id."""
    made = hashlib.sha1(usedforsecurity=False) if len(like) == _SHA1 else hashlib.sha256()
    made.update(b"blob %d\0" % len(content) + content)
    return made.hexdigest()
