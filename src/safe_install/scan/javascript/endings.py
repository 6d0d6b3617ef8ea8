"""Edges of JavaScript that end where text does, in a known way: programs that are asked who they are, downloads."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Protocol, TypeAlias

from tree_sitter import Node

from safe_install.model import BoundaryKind
from safe_install.scan.javascript import tables
from safe_install.scan.javascript.constants import Constants
from safe_install.scan.javascript.functions import FUNCTIONS
from safe_install.scan.javascript.scopes import plain
from safe_install.scan.javascript.values import Variable, arguments_in
from safe_install.scan.shell.leads import Blind, Ending, Kind, Lead
from safe_install.scan.shell.shell import Command
from safe_install.scan.shell.words import Computed, Word, computed

Seen: TypeAlias = Lead | Blind | Command | Ending

_VERSION = frozenset(("--version", "-v", "-V", "--help", "version", "-version"))
_OUTSIDE = ("/", "~/")
_DEEPEST = 24
_STEPS = 400  # of one question
_NAMES_A_PLACE = re.compile(
    r"node:path\.(?:join|resolve|dirname|basename|normalize)|require\.resolve|process\.cwd|node:os\.(?:tmpdir|homedir|arch|platform)"
    r"|node:url\.fileURLToPath"
)
_SAID_BY_NODE = re.compile(
    r"process\.(?:platform|arch|version|versions\..*|execPath|env\.npm_config_.*)|node:path\.sep|manifest\.(?:name|version)"
)
_ON_TEXT = frozenset(
    ("concat", "join", "padStart", "replace", "slice", "toLowerCase", "toString", "toUpperCase", "trim", "split", "at")
)


def asked_for_version(constants: Constants, command: Command, program: Node | None) -> Ending | None:
    """Tell of a program that is only asked for its version and lies where this file's own path computation says.

    It has to lie outside of every package for certain: elsewhere what lies there can be looked at, and ``x64/run`` is a file
    of the package that runs. So it stays a command, as does one that comes from data.
    """
    said = [word.literal for word in command.arguments]
    start = command.program.parts[0] if command.program.parts else ""
    if program is None or command.program.literal is not None or len(said) != 1 or said[0] not in _VERSION:
        return None
    climbs = any(".." in part for part in command.program.parts if isinstance(part, str))
    if not isinstance(start, str) or not start.startswith(_OUTSIDE) or climbs:
        return None
    if not _Origin(constants).is_place(program):
        return None
    detail = f"asks {command.program.shown} for its version"
    return Ending(kind=BoundaryKind.RUNS_NATIVE, detail=detail, line=command.line)


class _Origin:
    """The question whether an expression is made of nothing but pieces of paths that the file itself names."""

    def __init__(self, constants: Constants) -> None:
        self.constants = constants
        self.steps = 0
        self.asked: set[str] = set()

    def is_place(self, node: Node | None, depth: int = 0) -> bool:
        """Tell whether an expression is a path of the file's own making."""
        self.steps += 1
        if node is None or depth > _DEEPEST or self.steps > _STEPS:
            return False
        match node.type:
            case "string" | "number" | "true" | "false" | "null" | "undefined":
                return True
            case "identifier":
                return self._name(self.constants.bindings.key(node), depth)
            case "parenthesized_expression" | "await_expression" | "template_substitution":
                return all(self.is_place(one, depth + 1) for one in node.named_children)
            case "template_string":
                return all(
                    self.is_place(one, depth + 1) for one in node.named_children if one.type == "template_substitution"
                )
            case "binary_expression" | "array":
                return all(self.is_place(one, depth + 1) for one in node.named_children if one.type != "comment")
            case "ternary_expression":
                return all(
                    self.is_place(node.child_by_field_name(one), depth + 1) for one in ("consequence", "alternative")
                )
            case "member_expression" | "subscript_expression":
                return self._member(node)
            case "call_expression":
                return self._call(node, depth)
            case _:
                return False

    def _name(self, name: str, depth: int) -> bool:
        """Tell whether everything that a name can be is a place; while it is asked it stands for itself."""
        if name in self.asked or name in {"__dirname", "__filename", "undefined"}:
            return True
        binding = self.constants.bindings.given(name)
        if binding is None or binding.anything or binding.symbols or binding.elements or not binding.owned:
            return False
        self.asked.add(name)
        calls = [given for one in binding.parameters for given in self._given(one.name, one.given, one.index)]
        known = all(given is not None for given in calls) and all(not one.path for one in binding.parameters)
        values = [value for value, path in binding.values if not path]
        return (
            known
            and len(values) == len(binding.values)
            and all(self.is_place(one, depth + 1) for one in [*values, *calls])
        )

    def _given(self, name: str, given: Node | None, index: int) -> list[Node | None]:
        """List what the calls of a function give one of its parameters; None stands for what is not known."""
        binding = self.constants.bindings.given(name)
        if given is None and (binding is None or binding.changed or binding.handed):
            return [None]
        calls = [given] if given is not None else binding.calls if binding is not None else []
        rows = [arguments_in(one) if one.type == "arguments" else [] for one in calls]
        return [row[index] if index < len(row) else None for row in rows]

    def _member(self, node: Node) -> bool:
        symbols = self.constants.value(node).symbols
        if symbols:
            return all(_SAID_BY_NODE.fullmatch(symbol) for symbol in symbols)
        return self.constants.value(node).words[:1] != () and all(
            word.literal is not None for word in self.constants.words(node)
        )

    def _call(self, node: Node, depth: int) -> bool:
        callee = node.child_by_field_name("function")
        given = arguments_in(node.child_by_field_name("arguments"))
        if callee is None:
            return False
        symbols = self.constants.value(callee).symbols
        if symbols:
            return all(_NAMES_A_PLACE.fullmatch(one) for one in symbols) and all(
                self.is_place(one, depth + 1) for one in given
            )
        if callee.type == "member_expression":
            taken = callee.child_by_field_name("property")
            on_text = taken is not None and self.constants.said(taken) in _ON_TEXT
            parts = [callee.child_by_field_name("object"), *(one for one in given if one.type != "regex")]
            return on_text and all(self.is_place(one, depth + 1) for one in parts)
        found = tables.functions(self.constants, callee)
        results = [one for function in found if function.type in FUNCTIONS for one in self.constants.results(function)]
        return bool(results) and all(self.is_place(one, depth + 1) for one in results)


# ------------------------------------------------------------------ downloads

_CLIENTS = frozenset(
    (
        *("axios", "bent", "follow-redirects", "got", "make-fetch-happen", "needle", "node-fetch", "phin", "request"),
        *("superagent", "undici", "@cypress/request", "download", "minipass-fetch", "cross-fetch", "wget-improved"),
    )
)
_ASKING = frozenset(("fetch", "node:http.get", "node:http.request", "node:https.get", "node:https.request"))
_DIGEST = re.compile(
    rb"""['"`](?:[0-9a-fA-F]{64}|[0-9a-fA-F]{96}|[0-9a-fA-F]{128}|sha(?:256|512)-[A-Za-z0-9+/=]{43,90})['"`]"""
)
_LISTED_DIGESTS = re.compile(rb"(?i)checksums?\.json|integrity|shasums?\.json")
_SERVED_DIGESTS = re.compile(rb"(?i)\.(?:sha256|sha512|sha1|md5)\b|shasums|checksum|x-goog-hash|etag")
_MOST_HOSTS = 4
IN_PACKAGE = "a checksum that stands in the package"


def asks_network(symbols: Iterable[str]) -> bool:
    """Tell whether a function fetches what an address names."""
    return not _ASKING.isdisjoint(symbols)


class Fetching(Protocol):
    """What the uses of a file say about what it fetches: see uses.py."""

    @property
    def asked(self) -> Sequence[int]:
        """The lines of the calls that fetch something."""

    @property
    def addresses(self) -> Sequence[Word]:
        """What these calls ask."""


def addresses(constants: Constants, given: Sequence[Node]) -> Iterator[Word]:
    """Give what a call that fetches asks; where an answer sends it on is for that answer to say."""
    for word in constants.words(given[0]) if given else (computed(),):
        sent_on = _SENT_ON.fullmatch("".join(part.source for part in word.parts if isinstance(part, Computed)))
        if sent_on is None or len(word.parts) != 1 or not _is_an_answer(constants, sent_on["answer"]):
            yield word


_SENT_ON = re.compile(r"(?P<answer>[\w$]+)\.headers\.location")


def _is_an_answer(constants: Constants, name: str) -> bool:
    """Tell whether a name is nothing but what functions are called back with."""
    held = [one for key, one in constants.bindings.names.items() if plain(key) == name and one.bound]
    return bool(held) and all(one.anything and not (one.values or one.symbols or one.elements) for one in held)


def downloads(source: bytes, uses: Fetching, found: Iterable[Seen], hosts: Collection[str]) -> Ending | None:
    """Tell of a file that fetches something, unless it evaluates text that it does not say; the caller knows that it keeps it.

    ``verified`` is what the file says about a checksum; that it is compared rightly is not known.
    """
    clients = [
        one for one in found if isinstance(one, Lead) and one.kind is Kind.MODULE and one.target.literal in _CLIENTS
    ]
    lines = [*uses.asked, *(one.line for one in clients)]
    evaluates = any(
        isinstance(one, Lead) and one.kind is Kind.JAVASCRIPT_TEXT and one.target.literal is None for one in found
    )
    if not lines or not hosts or evaluates:
        return None
    shown = sorted(hosts)
    host = ", ".join(shown[:_MOST_HOSTS]) + (" and others" if len(shown) > _MOST_HOSTS else "")
    detail = f"downloads from {host} and keeps what it gets"
    asked = () if clients else _asked(uses.addresses)
    return Ending(
        kind=BoundaryKind.DOWNLOADS,
        detail=detail,
        line=min(lines),
        host=host,
        verified=_verified(source),
        asked=asked,
    )


OF_VARIABLE = "$"
"""Stands before the name of a variable of the environment among hosts."""
_MIRROR = re.compile(r"(?:_|^)(?:mirror|host|cdn|cdnurl|url|site|base|baseurl|server)$", re.IGNORECASE)
"""How variables are called by which a person says where to fetch from instead."""
_ADDRESS = re.compile(r"https://(?P<host>[\w.-]+)/.*", re.DOTALL)


def _asked(words: Sequence[Word]) -> tuple[str, ...]:
    """Name the hosts of addresses that all begin with one, and variables that name a mirror; nothing when some do not."""
    starts = [word.parts[0] if word.parts else "" for word in words]
    found = [_host_of(start) for start in starts]
    return tuple(sorted({one for one in found if one})) if None not in found else ()


def _host_of(start: str | Computed) -> str | None:
    if isinstance(start, Variable):
        return f"{OF_VARIABLE}{start.name}" if _MIRROR.search(start.name) else None
    address = _ADDRESS.fullmatch(start) if isinstance(start, str) else None
    return address["host"].lower() if address is not None else None


def _verified(source: bytes) -> str:
    """Say in words against what a file compares what it downloads."""
    if b"createHash" not in source and b"integrity" not in source:
        return ""
    if _DIGEST.search(source) or _LISTED_DIGESTS.search(source):
        return IN_PACKAGE
    return "a checksum from the network" if _SERVED_DIGESTS.search(source) else ""
