"""Files that write into their own package's directory and nowhere else: what comes to lie there, it could have been delivered with."""

from __future__ import annotations

import posixpath
import re
from functools import lru_cache

from safe_install.model import Inspection, Language
from safe_install.scan.grammars import Place, kinds, parse_javascript, places
from safe_install.scan.javascript.bindings import Bindings
from safe_install.scan.javascript.call_values import called_name
from safe_install.scan.javascript.constants import Constants
from safe_install.scan.javascript.given import nth
from safe_install.scan.javascript.literals import name_of
from safe_install.scan.javascript.values import arguments_in
from safe_install.scan.shell.words import PACKAGE_ROOT, Word

_CODE = {Language.JAVASCRIPT, Language.TYPESCRIPT}
_LARGEST = 262_144  # bytes of a file that is looked at
_PLACE = {
    **dict.fromkeys(
        ("appendFile", "createWriteStream", "outputFile", "outputJson", "writeFile", "writeJSON", "writeJson"), 0
    ),
    **dict.fromkeys(("copy", "copyFile", "cp", "move", "rename"), 1),
}
"""Functions that write, whoever's they are, and which argument says where; ``Sync`` may follow."""
_NAMES = kinds(
    "identifier property_identifier shorthand_property_identifier shorthand_property_identifier_pattern string_fragment"
)
_LINKS = re.compile(rb"\bsymlink|\blink(?:Sync)?\b|\bln\b|mklink|junction", re.IGNORECASE)
_LINKS_IN_CODE = re.compile(
    rb"\bsymlink|\blink(?:Sync)?\s*(?:[(,}=:;)\]]|\.\s*[\w$]|\bas\b|[\"'`]\s*\])|\bln\b|mklink|junction", re.IGNORECASE
)
"""Of JavaScript, whose sentences may speak of links: ``link`` where code can stand behind it."""


def makes_links(inspection: Inspection) -> bool:
    """Tell whether a script may link a place of its own to another one: what is written there then comes to lie elsewhere."""
    command = inspection.script.command.encode(errors="replace")
    return _LINKS.search(command) is not None or any(
        (_LINKS_IN_CODE if one.language in _CODE else _LINKS).search(one.content) for one in inspection.files
    )


@lru_cache(maxsize=16)
def writes_only_into_itself(source: bytes, path: str) -> bool:
    """Tell whether every call that is named like one that writes names a place below its package's directory, and no other."""
    root = parse_javascript(source) if len(source) <= _LARGEST else None
    if root is None or root.has_error:
        return False
    found = list(places(root))
    bindings = Bindings(source)
    for place in found:
        bindings.note(place)
    constants = Constants(source, path, bindings)
    written = []
    for place in found:
        callee = place.node.child_by_field_name("function") if place.kind == "call_expression" else None
        at = _PLACE.get(called_name(callee, source).removesuffix("Sync")) if callee is not None else None
        if at is not None:
            written.append(constants.words(nth(arguments_in(place.node.child_by_field_name("arguments")), at)))
    is_sure = (
        not bindings.evaluates and not constants.gave_up and not any(_is_another_name(one, source) for one in found)
    )
    return is_sure and bool(written) and all(words and all(map(_is_own, words)) for words in written)


def _is_another_name(place: Place, source: bytes) -> bool:
    """Tell whether such a function is named where it is neither called nor imported as it is, so that another name may stand for it."""
    if place.kind not in _NAMES or name_of(place.node, source).removesuffix("Sync") not in _PLACE:
        return False
    above = place.above
    is_member = above is not None and above.kind == "member_expression" and place.field == "property"
    said = above if is_member and above is not None else place
    call = said.above
    is_called = call is not None and call.kind == "call_expression" and said.field == "function"
    is_imported = above is not None and above.kind == "import_specifier" and len(above.node.named_children) == 1
    return not (is_called or is_imported or place.kind == "shorthand_property_identifier_pattern")


def _is_own(word: Word) -> bool:
    text = (word.literal or "").removeprefix("file://")
    if not text.startswith(f"{PACKAGE_ROOT}/"):
        return False
    place = posixpath.normpath(text.removeprefix(f"{PACKAGE_ROOT}/"))
    return not place.startswith(("..", "/")) and "node_modules" not in place
