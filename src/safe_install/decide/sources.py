"""From where a project lets its packages come: only from registries that its policy names, when it names any."""

from __future__ import annotations

from collections.abc import Iterable

from safe_install.judgement import Policy
from safe_install.model import Artifact, Finding, Severity


def not_allowed(promised: Iterable[tuple[Artifact, str]], policy: Policy) -> tuple[Finding, ...]:
    """Find each package whose registry (its address, ending with a slash) the policy does not name."""
    if not policy.allowed_registries:
        return ()
    return tuple(
        Finding(
            signature="policy/registry",
            severity=Severity.ERROR,
            message=f"npm is configured to take it from {registry}, which allowed-registries does not name",
            where=artifact.id,
            line=artifact.line,
        )
        for artifact, registry in promised
        if registry not in policy.allowed_registries
    )
