"""Programs that lie in a package under the name of a picture, a font, a text or other data, and are named by what its script reaches.

How one comes to be started may be past finding out: copied, renamed, by a language that is not read. That it is handled at all is enough.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from safe_install.model import Inspection, Language, Package, ReachableFile
from safe_install.scan import contents

DISGUISE = "names-disguised-program"
"""The fact, by the name that chains know it by."""
_ENDING = re.compile(
    rb"\.(?:png|jpe?g|gif|ico|bmp|webp|svg|ttf|otf|eot|woff2?|mp[34]|wav|ogg|pdf|txt|md|csv|tsv|json|css|html?|xml|ya?ml|log|map"
    rb"|dat|data|db|lock|ini|cfg|conf)(?![\w-])",
    re.IGNORECASE,
)
_STEM = re.compile(rb"[\w@.+-]+$")
_LONGEST = 80  # letters of a name
_HEAD = 64  # bytes, among which a program has a zero and a text has none
_LARGEST = 1 << 20  # bytes of a file that is looked through
_MOST = 1_000  # names in one file


def disguised_programs(inspection: Inspection) -> Iterator[tuple[str, str, int]]:
    """Give location, path and line where each file of the package that is reached first names such a program; data does nothing with it."""
    package = inspection.script.package
    named = {
        (file.location, file.path): list(_names(file))
        for file in inspection.files
        if file.language is not Language.JSON and package.brings(file.location)
    }
    wanted = {name for names in named.values() for name, _ in names}
    paths = [path for path in package.members if posixpath.basename(path) in wanted] if wanted else []
    programs = {posixpath.basename(path) for path in paths if _is_program(package, path)}
    for (location, path), names in named.items():
        yield from [(location, path, line) for name, line in names if name in programs][:1]


def _names(file: ReachableFile) -> Iterator[tuple[str, int]]:
    """List the names of data in a file's text, and their lines."""
    text, line, at = file.content[:_LARGEST], 1, 0
    for number, one in enumerate(_ENDING.finditer(text)):
        if number >= _MOST:
            break
        stem = _STEM.search(text, max(0, one.start() - _LONGEST), one.start())
        line, at = line + text.count(b"\n", at, one.start()), one.start()
        if stem is not None:
            yield (stem[0] + one[0]).decode(errors="replace"), line


def _is_program(package: Package, path: str) -> bool:
    """Tell whether a member is a program for some system; WebAssembly and archives of objects are data to a build."""
    head = package.files[path][:_HEAD]
    said = contents.native(head)
    return said is not None and "program" in said and b"\0" in head
