"""What one voice of the world said of a tree."""

from __future__ import annotations

from dataclasses import dataclass

from safe_install.model import Finding


@dataclass(frozen=True, kw_only=True, slots=True)
class Advice:
    """Findings, remarks worth a note, and who or what could not be asked, as sentences."""

    findings: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()
    unasked: tuple[str, ...] = ()
