"""Data that a script requires, written where it is required: ``require("./commands.json")`` becomes the table itself.

So what a script takes out of a table is known, whichever file the table stands in. But a table is one object, which all get that
require it: of one that two places require, each may find what the other made of it.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from safe_install.model import Package
from safe_install.scan.reach.order import Key, Order
from safe_install.scan.reach.texts import Text
from safe_install.scan.unpack.manifest import MANIFEST

LARGEST = 16_384  # bytes of one table; esbuild's list of platforms has 2,000
MOST = 32  # tables of one text
_REQUIRED = re.compile(
    r"(?<![\w$.])require\(\s{0,8}(?P<quote>[\"'])(?P<path>\.{1,2}/[\w@./-]{1,160}\.json)(?P=quote)\s{0,8}\)"
)


def with_data(
    content: str, package: Package, origin: str | None, without: Collection[str] = ()
) -> tuple[str, tuple[str, ...]]:
    """Give a text with the tables that it requires, each on the line where it is required, and their paths: one for each place.

    The tables at the paths ``without`` are left where they are.
    """
    found = dict(_tables(content, package, origin, without)) if origin is not None and ".json" in content else {}
    put_in = _REQUIRED.sub(lambda match: found.get(match["path"], ("", match[0]))[1], content) if found else content
    return put_in, tuple(found[match["path"]][0] for match in _REQUIRED.finditer(content) if match["path"] in found)


@dataclass(slots=True)
class Tables:
    """The tables of one script's package that were put in: where each is required, by which texts."""

    places: dict[str, set[tuple[str, int]]] = field(default_factory=dict)
    taking: dict[str, list[Text]] = field(default_factory=dict)
    shared: set[str] = field(default_factory=set)
    looked_at: int = 0
    """How many places were known that load anything, when that was last asked."""

    def put_in(self, text: Text) -> tuple[str, tuple[str, ...]]:
        """Give a text of the package with its tables, and the paths of these."""
        content, paths = with_data(text.content, text.owner, text.origin, self.shared)
        for number, path in enumerate(paths):
            self.places.setdefault(path, set()).add((text.file.path, number))
            self.taking.setdefault(path, []).append(text)
        return content, tuple(dict.fromkeys(paths))

    def taken_back(self, location: str, order: Order) -> list[Text]:
        """Give the texts with a table that turned out to be required in another place, too, each once."""
        count = sum(map(len, (*order.loads.values(), *self.places.values())))
        if not self.taking or count == self.looked_at:  # or each text of a library would ask it of all
            return []
        self.looked_at = count
        loaded: set[Key] = {target for targets in order.loads.values() for _, target in targets}
        found = [path for path in self.taking if len(self.places[path]) > 1 or (location, path) in loaded]
        self.shared.update(found)
        return list({id(text): text for path in found for text in self.taking.pop(path)}.values())


def _tables(
    content: str, package: Package, origin: str, without: Collection[str]
) -> Iterator[tuple[str, tuple[str, str]]]:
    for said in list(dict.fromkeys(match["path"] for match in _REQUIRED.finditer(content)))[:MOST]:
        path = posixpath.normpath(posixpath.join(posixpath.dirname(origin), said))
        is_table = path in package.members and package.members[path].size <= LARGEST
        if posixpath.basename(path) == MANIFEST or path in without or not is_table:
            continue
        try:
            table = json.loads(package.files[path])
        except (ValueError, RecursionError):
            continue
        if isinstance(table, dict | list):
            yield said, (path, f"({json.dumps(table)})")
