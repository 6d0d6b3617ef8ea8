"""How a file takes other modules: ``const { a, b: c } = require("./x")``, ``const x = require("./x")``, ``require("./x").a``."""

from __future__ import annotations

from typing import NamedTuple

from safe_install.scan.grammars import Place, kinds
from safe_install.scan.javascript.held_apart import is_taking, stays
from safe_install.scan.javascript.literals import fragments, name_of

_PLAIN = kinds("identifier shorthand_property_identifier_pattern property_identifier")
_BUILTINS = kinds(
    "assert buffer child_process console constants crypto dns events fs fs/promises http http2 https net os path"
    " perf_hooks querystring readline stream stream/promises string_decoder timers timers/promises tls tty url util zlib"
)
_ALMIGHTY = kinds(
    "_http_agent async_hooks cluster diagnostics_channel domain inspector inspector/promises module process punycode repl"
    " sea sqlite sys test trace_events v8 vm wasi worker_threads"
)
STARTS = "child_process"


class Loaded(NamedTuple):
    """A module, as it is asked for, and the name that a file gives it; nothing where it gives none that matters."""

    module: str
    name: str


def module_of(place: Place, source: bytes) -> Loaded | None:
    """Say what a ``require`` loads; None where that, or what is taken of it, is not said."""
    above = place.above
    given = above.node.child_by_field_name("arguments") if above is not None and place.field == "function" else None
    if above is None or given is None or [one.type for one in given.named_children] != ["string"]:
        return None
    module = fragments(given.named_children[0], source).removeprefix("node:")
    if module in _ALMIGHTY:
        return None
    if (module in _BUILTINS and module != STARTS) or module.endswith(".json"):
        return Loaded(module, "")
    holder = above.above
    name = (
        holder.node.child_by_field_name("name") if holder is not None and holder.kind == "variable_declarator" else None
    )
    if name is not None and name.type == "identifier":
        return Loaded(module, name_of(name, source))
    return Loaded(module, "") if stays(above, source) else None


def is_taken_apart(place: Place, source: bytes) -> str | None:
    """Give the name under which a file has a member that it takes of a module; None where this is no such place."""
    above, inner = place.above, place.node
    if above is None or place.kind not in _PLAIN:
        return None
    if above.kind == "pair_pattern":
        value = above.node.child_by_field_name("value")
        inner, above = value or inner, above.above
        if inner.type != "identifier":
            return None
    declarator = above.above if above is not None and above.kind == "object_pattern" else None
    value = declarator.node.child_by_field_name("value") if declarator is not None else None
    if declarator is None or declarator.kind != "variable_declarator" or value is None or not is_taking(declarator):
        return None
    function = value.child_by_field_name("function") if value.type == "call_expression" else None
    taken = function is not None and source[function.start_byte : function.end_byte] == b"require"
    return name_of(inner, source) if taken else None
