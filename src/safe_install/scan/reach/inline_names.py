"""The names of texts that are no files of a package: commands, texts that are evaluated, and what a text hides."""

from __future__ import annotations

from dataclasses import dataclass, field

from safe_install.model import Language, Package
from safe_install.scan.reach.outcomes import ToText

COMMAND = ":command"
INLINE = ":inline-"
DECODED = ":decoded-"


@dataclass(slots=True)
class InlineNames:
    """The names that one trace has given: `INLINE` and `DECODED`, each with a number."""

    inlined: dict[tuple[str, str, Language, str | None], str] = field(default_factory=dict)
    """By location, text, language and origin."""
    decoded: set[tuple[str, str]] = field(default_factory=set)
    """By location and digest."""

    def inline(self, outcome: ToText, origin: str | None) -> str:
        """Name a text that runs; one text of one package has one name."""
        key = (outcome.owner.artifact.location, outcome.text, outcome.language, origin)
        if key not in self.inlined:
            self.inlined[key] = unused(f"{INLINE}{len(self.inlined) + 1}", outcome.owner)
        return self.inlined[key]

    def hidden(self, digest: str, owner: Package, location: str) -> str | None:
        """Name a text that another one hides; None where it has a name."""
        key = (location, digest)
        if key in self.decoded:
            return None
        self.decoded.add(key)
        return unused(f"{DECODED}{len(self.decoded)}", owner)


def unused(name: str, package: Package) -> str:
    """Make a name that no member has, or one file could stand for another in the fingerprint."""
    while name in package.members:
        name = f":{name}"
    return name
