"""Data that a script requires, written where it is required: ``require("./commands.json")`` becomes the table itself.

So what a script takes out of a table is known, whichever file the table stands in.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterator

from safe_install.model import Package
from safe_install.scan.unpack.manifest import MANIFEST

LARGEST = 16_384  # bytes of one table; esbuild's list of platforms has 2,000
MOST = 32  # tables of one text
_REQUIRED = re.compile(
    r"(?<![\w$.])require\(\s{0,8}(?P<quote>[\"'])(?P<path>\.{1,2}/[\w@./-]{1,160}\.json)(?P=quote)\s{0,8}\)"
)


def with_data(content: str, package: Package, origin: str | None) -> tuple[str, tuple[str, ...]]:
    """Give a text with the tables that it requires, each on the line where it is required, and their paths."""
    found = dict(_tables(content, package, origin)) if origin is not None and ".json" in content else {}
    put_in = _REQUIRED.sub(lambda match: found.get(match["path"], ("", match[0]))[1], content) if found else content
    return put_in, tuple(path for path, _ in found.values())


def _tables(content: str, package: Package, origin: str) -> Iterator[tuple[str, tuple[str, str]]]:
    for said in list(dict.fromkeys(match["path"] for match in _REQUIRED.finditer(content)))[:MOST]:
        path = posixpath.normpath(posixpath.join(posixpath.dirname(origin), said))
        if posixpath.basename(path) == MANIFEST or path not in package.members or package.members[path].size > LARGEST:
            continue
        try:
            table = json.loads(package.files[path])
        except (ValueError, RecursionError):
            continue
        if isinstance(table, dict | list):
            yield said, (path, f"({json.dumps(table)})")
