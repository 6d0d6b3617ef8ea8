"""What a proposed change does to the rules by which it is judged: the base's rules hold, and each difference is told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields

from safe_install.decide.approvals import NAME, Approvals, key_of
from safe_install.judgement import Policy
from safe_install.model import Finding, Severity

SIGNATURE = "authority-changed"
POLICY_NAME = "safe-install.toml"
_MOST = 8  # differences of one kind that are told by name


def authority_changed(
    base: tuple[Policy, Approvals], own: tuple[Policy, Approvals], signatures: Mapping[str, str] | None = None
) -> tuple[Finding, ...]:
    """Find what differs between the rules of the base and those of the working tree, one finding a file.

    ``signatures`` says in words, by path, how the project's own signatures differ. Every finding is a WARNING: somebody must
    look, whatever the change is, and nothing that it says counts before it is in the base.
    """
    told = {POLICY_NAME: _policy(base[0], own[0]), NAME: _approvals(base[1], own[1])}
    told |= {path: [how] for path, how in sorted((signatures or {}).items())}
    return tuple(
        Finding(
            signature=SIGNATURE,
            severity=Severity.WARNING,
            message=f"this change differs from its base in what is allowed: {_listed(differences)}; the base's rules hold here",
            where=path,
            path=path,
        )
        for path, differences in told.items()
        if differences
    )


def _policy(base: Policy, own: Policy) -> list[str]:
    changed = [one.name for one in fields(Policy) if getattr(base, one.name) != getattr(own, one.name)]
    return [name.replace("_", "-") for name in changed]


def _approvals(base: Approvals, own: Approvals) -> list[str]:
    """Name each record that is new, gone or not the same."""
    before = {key_of(one): one for one in base.approvals}
    after = {key_of(one): one for one in own.approvals}
    refused, refusing = ({one.package: one for one in side.denials} for side in (base, own))
    return [
        *(f"a yes to {one.package} {one.seen_in}" for key, one in after.items() if key not in before),
        *(f"other terms for {one.package} {one.seen_in}" for key, one in after.items() if before.get(key, one) != one),
        *(f"no more yes to {one.package} {one.seen_in}" for key, one in before.items() if key not in after),
        *(f"a no to {name}" for name, one in refusing.items() if refused.get(name) != one),
        *(f"no more no to {name}" for name in refused if name not in refusing),
    ]


def _listed(differences: Iterable[str]) -> str:
    told = list(differences)
    more = [f"{len(told) - _MOST} more"] if len(told) > _MOST else []
    return ", ".join([*told[:_MOST], *more])
