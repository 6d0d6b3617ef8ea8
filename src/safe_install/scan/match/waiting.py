"""Which places of a very large package are in code that an installation loads and does not run: see reach/deferred.py."""

from __future__ import annotations

from safe_install.model import Inspection


class Waiting:
    """The spans of lines of one script's files that wait for a caller."""

    def __init__(self, inspection: Inspection) -> None:
        self._spans: dict[tuple[str, str], list[tuple[int, int]]] = {}
        name = inspection.script.package.artifact.name
        for location, path, first, last in inspection.put_off:
            self._spans.setdefault((location or name, path), []).append((first, last))

    def has(self, location: str, path: str, line: int) -> bool:
        """Tell whether a place waits; what has no line stands in all of its file."""
        spans = self._spans.get((location, path), ())
        return any(first <= line <= last for first, last in spans) or (bool(spans) and line == 0)
