"""Files that are written back as they were read but for one text, whose replacement names nothing that was not there.

``fs.writeFileSync(file, fs.readFileSync(file, "utf8").replace("slice(0, 60)", "slice(0, 120)"))`` moves a limit. It gives the
file no function, no module, no address and no text that it did not have.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache

from tree_sitter import Node

from safe_install.scan.grammars import line_of, parse_javascript, places
from safe_install.scan.javascript.bindings import Bindings
from safe_install.scan.javascript.constants import Constants
from safe_install.scan.javascript.literals import name_of

_WRITES = frozenset(("writeFileSync", "writeFile"))
_READS = frozenset(("node:fs.readFileSync",))
_REPLACES = frozenset(("replace", "replaceAll"))
_LARGEST = 65_536  # bytes of a file that is looked at
_COMMENT = re.compile(r"/\*(?:(?!\*/).){0,200}\*/", re.DOTALL)
_PLAIN = re.compile(r"[\w\s.,;:()\[\]{}<>=!&|?+*%-]{1,400}", re.ASCII)
"""No quotes, so no texts; no slashes, so no comments that begin here and no patterns; no escapes."""
_WORD = re.compile(r"[A-Za-z_]\w*|\d+")
_LONGEST_NUMBER = 6


@lru_cache(maxsize=16)
def edits_without_new_names(source: bytes) -> frozenset[int]:
    """List the lines of which all that they write is a file that was read, with such a text in place of another."""
    root = parse_javascript(source) if len(source) <= _LARGEST else None
    if root is None or root.has_error:
        return frozenset()
    found = list(places(root))
    bindings = Bindings(source)
    for place in found:
        bindings.note(place)
    constants = Constants(source, None, bindings)
    calls = [place.node for place in found if place.kind == "call_expression"]
    alone = {line for line, count in Counter(map(line_of, calls)).items() if count == 1}
    writing = [call for call in calls if line_of(call) in alone and _method(call, source) in _WRITES]
    return frozenset(line_of(call) for call in writing if _writes_back(constants, call))


def _writes_back(constants: Constants, call: Node) -> bool:
    file, text = _given(call, 0), _only_value(constants, _given(call, 1))
    if file is None or text is None or _method(text, constants.source) not in _REPLACES:
        return False
    read = _only_value(constants, _owner(text))
    called = read.child_by_field_name("function") if read is not None and read.type == "call_expression" else None
    if read is None or called is None or constants.value(called).symbols != _READS:
        return False  # anybody's readFileSync may give any text
    return _is_same_file(constants, file, _given(read, 0)) and _puts_in_nothing_new(constants, text)


def _is_same_file(constants: Constants, file: Node, read: Node | None) -> bool:
    """Tell whether two names are one that is given a value only once."""
    if read is None or file.type != "identifier" or read.type != "identifier":
        return False
    key = constants.bindings.key(file)
    binding = constants.bindings.names.get(key)
    once = binding is not None and len(binding.values) == 1 and not binding.anything and not binding.parameters
    return once and key == constants.bindings.key(read) and not constants.bindings.evaluates


def _puts_in_nothing_new(constants: Constants, call: Node) -> bool:
    old, new = (_text(constants, _given(call, at)) for at in (0, 1))
    if old is None or new is None:
        return False
    bare = _COMMENT.sub(" ", new)
    words = set(_WORD.findall(bare)) - set(_WORD.findall(old))
    return _PLAIN.fullmatch(bare) is not None and all(
        word.isdecimal() and len(word) <= _LONGEST_NUMBER for word in words
    )


def _text(constants: Constants, node: Node | None) -> str | None:
    value = constants.exact(node) if node is not None else None
    return value.words[0].literal if value is not None else None


def _only_value(constants: Constants, node: Node | None) -> Node | None:
    """Give the one expression that stands for what a name holds, or the expression itself."""
    if node is None or node.type != "identifier":
        return node
    found = constants.bindings.single(constants.bindings.key(node))
    return found[0] if found is not None and not found[1] else None


def _method(call: Node, source: bytes) -> str:
    """Name the method that is called."""
    called = call.child_by_field_name("function") if call.type == "call_expression" else None
    taken = (
        called.child_by_field_name("property") if called is not None and called.type == "member_expression" else None
    )
    return name_of(taken, source) if taken is not None else ""


def _owner(call: Node) -> Node | None:
    called = call.child_by_field_name("function")
    return called.child_by_field_name("object") if called is not None else None


def _given(call: Node, at: int) -> Node | None:
    arguments = call.child_by_field_name("arguments")
    words = [one for one in arguments.named_children if one.type != "comment"] if arguments is not None else []
    return words[at] if at < len(words) else None
