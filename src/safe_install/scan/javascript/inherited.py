"""What every object inherits, and who changes it: ``Object.prototype.shell = …`` makes every ``spawn`` use that shell."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from safe_install.model import GapKind
from safe_install.scan.grammars import Place, kinds, line_of
from safe_install.scan.javascript.caches import is_cache
from safe_install.scan.javascript.constants import Constants
from safe_install.scan.javascript.handing import position
from safe_install.scan.javascript.literals import name_of
from safe_install.scan.javascript.node_builtins import steers
from safe_install.scan.shell.leads import Blind
from safe_install.scan.shell.words import excerpt

_SHARED = frozenset(
    (
        *("Array", "Boolean", "Buffer", "Error", "Function", "Map", "Number", "Object", "Promise", "RegExp", "Set"),
        *("String", "WeakMap"),
    )
)
_MEMBERS = kinds("member_expression subscript_expression")
_SETTING = ("assign", "defineProperties", "defineProperty", "set", "__defineGetter__")
_DEFINING = frozenset(("__defineGetter__", "__defineSetter__"))
"""Methods that every object has and that give it a member."""
_OUTWARD = 8


def pollutes(constants: Constants, member: Place, name: str) -> Iterator[Blind]:
    """Tell of a member, here by its place and name, through which what others inherit is given new members."""
    if name == "getPrototypeOf":
        call = member.above
        shared = call if call is not None and call.kind == "call_expression" and member.field == "function" else None
    else:
        shared = member if name == "__proto__" or (name == "prototype" and _is_shared(constants, member)) else None
    if shared is not None and _is_changed(constants, shared):
        shown = excerpt(constants.said(member.node), 60)
        detail = f"changes what others inherit from {shown}, and with it what runs"
        yield Blind(kind=GapKind.DYNAMIC, detail=detail, line=line_of(member.node))


def replaces(constants: Constants, place: Place, name: str) -> Iterator[Blind]:
    """Tell of a global name that other texts are read by, here by its place, which gets another value or other members."""
    binding = constants.bindings.given(name)
    if binding is not None and binding.owned:
        return
    above = place.above
    taken = (
        above.node.child_by_field_name("property") if above is not None and above.kind == "member_expression" else None
    )
    if above is not None and above.kind in _MEMBERS and place.field == "object":
        is_steered = taken is None or steers(f"{name}.{name_of(taken, constants.source)}")
        is_changed = (
            is_steered and above.field == "left" and above.above is not None and "assignment" in above.above.kind
        )
    elif above is not None and above.kind == "arguments":
        is_changed = _is_first_of_setting(constants, place, above)
    else:
        is_changed = place.field == "left" and above is not None and "assignment" in above.kind
    if is_changed:
        yield Blind(
            kind=GapKind.DYNAMIC, detail=f"changes {name}, and with it what texts mean", line=line_of(place.node)
        )


def sets_members(constants: Constants, call: Node, given: Node) -> bool:
    """Tell whether a call gives its argument new members: ``Object.assign(path, {…})``."""
    return position(call, given) == 0 and _sets(constants, call)


def _is_shared(constants: Constants, member: Place) -> bool:
    """Tell whether ``X.prototype`` is one that objects have which the file did not make."""
    owner = member.node.child_by_field_name("object")
    if owner is None:
        return False
    if owner.type == "identifier":
        name = name_of(owner, constants.source)
        return name in _SHARED and constants.bindings.given(name) is None
    taken = owner.child_by_field_name("property") if owner.type == "member_expression" else None
    return taken is not None and name_of(taken, constants.source) == "constructor"


def _is_changed(constants: Constants, shared: Place) -> bool:
    above = shared.above
    for _ in range(_OUTWARD):
        if above is None or above.kind != "parenthesized_expression":
            break
        shared, above = above, above.above
    if above is None:
        return False
    if above.kind in _MEMBERS and shared.field == "object":
        outer = above.above
        taken = above.node.child_by_field_name("property") or above.node.child_by_field_name("index")
        defines = taken is not None and above.field == "function" and constants.key(taken) in _DEFINING
        return defines or (outer is not None and "assignment" in outer.kind and above.field == "left")
    if above.kind == "arguments" and above.above is not None:
        return _is_first_of_setting(constants, shared, above)
    if above.kind == "variable_declarator" and shared.field == "value":
        name = above.node.child_by_field_name("name")
        binding = constants.bindings.given(constants.bindings.key(name)) if name is not None else None
        return binding is not None and _sets_by_name(constants, binding.handed, changed=binding.changed)
    return False


def _sets_by_name(constants: Constants, handed: list[tuple[Node, Node]], *, changed: bool) -> bool:
    """Tell whether what has a name may be given members: it is assigned to, or handed to a function that does."""
    return changed or any(position(call, given) == 0 and _sets(constants, call) for call, given in handed)


def _is_first_of_setting(constants: Constants, shared: Place, arguments: Place) -> bool:
    first = next(iter(arguments.node.named_children), None)
    call = arguments.above
    return first is not None and call is not None and first.id == shared.node.id and _sets(constants, call.node)


def _sets(constants: Constants, call: Node) -> bool:
    callee = call.child_by_field_name("function")
    if callee is None or constants.said(callee).rpartition(".")[2] not in _SETTING:
        return False
    return not _remembers(constants, callee)


def _remembers(constants: Constants, callee: Node) -> bool:
    """Tell whether a call is of ``cache.set``, where that is nothing but a ``new WeakMap()``: its key gets no member."""
    owner, taken = callee.child_by_field_name("object"), callee.child_by_field_name("property")
    is_set = taken is not None and name_of(taken, constants.source) == "set"
    return is_set and owner is not None and owner.type == "identifier" and is_cache(constants, owner)
