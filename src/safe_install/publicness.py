"""What is public: packages of the registry that npm ships with, and the contents that scripts reach in nothing else."""

from __future__ import annotations

from collections.abc import Iterable

from safe_install.gathering import Evidence
from safe_install.judgement import Policy
from safe_install.model import Artifact, Digest, Inspection, Source
from safe_install.scan.fetch.registries import Registries


def public_contents(gathered: Iterable[Evidence]) -> frozenset[Digest]:
    """Name the contents of files that may be spoken of to others.

    They were fetched from the public registry, and so was everything else that the script with them reaches: a text that a
    private package hands to a public one is private. What a policy calls public does not count here, nor what lay on this disk.
    """
    from safe_install.scan.match.evidence import matched_files, unreached_manifest

    return frozenset(
        file.digest
        for evidence in gathered
        for places in [_public_places(evidence)]
        for inspection in evidence.inspections
        if _is_public_throughout(inspection, places)
        for file in (*matched_files(inspection), *unreached_manifest(inspection))
    )


def _public_places(evidence: Evidence) -> frozenset[str]:
    subject = evidence.subject
    fetched = {one.location for one in subject.wanted}
    inside = [one for one in subject.promised if one.source is Source.BUNDLED]
    public = public_of([*subject.wanted, *inside], subject.registries, Policy())
    return frozenset(one.location for one in public if (one.bundler or one.location) in fetched)


def _is_public_throughout(inspection: Inspection, places: frozenset[str]) -> bool:
    own = inspection.script.package.artifact.location
    return own in places and all(file.location in places for file in inspection.files)


def public_of(artifacts: Iterable[Artifact], registries: Registries, policy: Policy) -> list[Artifact]:
    """Choose what comes from the registry that npm ships with, and can hold nothing private.

    Without a login nothing private can come from there. With one a scope may be private, unless the policy says otherwise. What
    is bundled is as public as the package that carries it.
    """
    login = registries.authorization_for(registries.public_registry) is not None
    scopes = policy.public_scopes
    artifacts = [
        one
        for one in artifacts
        if not login or "/" not in one.name or "*" in scopes or one.name.partition("/")[0] in scopes
    ]
    served = {one.location for one in artifacts if one.source is Source.REGISTRY and _is_public(one, registries)}
    return [one for one in artifacts if (one.bundler if one.source is Source.BUNDLED else one.location) in served]


def _is_public(artifact: Artifact, registries: Registries) -> bool:
    public = registries.public_registry
    return registries.registry_for(artifact.name) == public and registries.tarball_url(artifact).startswith(public)
