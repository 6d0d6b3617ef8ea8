"""What an expression of Python is worth, as far as its text tells: constants folded, paths anchored, simple codings undone."""

from __future__ import annotations

import ast
import base64
import binascii
import codecs
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from safe_install.scan.python.names import Names
from safe_install.scan.python_syntax import shown, unparsed
from safe_install.scan.shell.words import LONGEST, PACKAGE_ROOT, Argument, Word, character, computed, joined, literal

DEEPEST = 40  # expressions in one another
MOST_STEPS = 200_000  # for one file: names in names may double at each step
_FIELD = re.compile(r"\{\d*\}")
_PERCENT = re.compile(r"%[sdr]")
_JOINING = frozenset(("os.path.join", "posixpath.join", "ntpath.join", "pathlib.Path", "pathlib.PurePath"))
_SAME = frozenset(
    ("os.path.abspath", "os.path.realpath", "os.path.normpath", "os.fspath", "shlex.quote", "str", "bytes", "bytearray")
)
_SAME_METHODS = frozenset(("encode", "decode", "strip", "absolute", "resolve", "as_posix", "rstrip", "lstrip"))
_DIRECTORY = frozenset(("os.path.dirname", "posixpath.dirname", "ntpath.dirname"))


@dataclass(slots=True)
class Values:
    """The values of one file, at ``path`` in its package when it is one."""

    names: Names
    path: str | None
    steps: int = 0

    def word(self, node: ast.AST | None, depth: int = 0) -> Word:
        """Give what an expression says; what is known only while running is computed."""
        if node is None:
            return literal("")
        self.steps += 1
        if depth > DEEPEST or self.steps > MOST_STEPS:
            return computed("…")
        match node:
            case ast.Constant(value=str() | int() | bytes() as value):
                return literal(value.decode("latin-1") if isinstance(value, bytes) else str(value))
            case ast.Name() | ast.Attribute():
                return self._named(node, depth)
            case ast.BinOp():
                return self._combined(node, depth)
            case ast.JoinedStr(values=parts):
                return joined(self.word(one, depth + 1) for one in parts)
            case ast.FormattedValue(value=inner):
                return self.word(inner, depth + 1)
            case ast.Subscript():
                return self._subscript(node, depth)
            case ast.Call():
                return self._called(node, depth)
            case _:
                return _unknown(node)

    def _subscript(self, node: ast.Subscript, depth: int) -> Word:
        """Read ``sys.argv[1]``, and ``text[::-1]``."""
        match node:
            case ast.Subscript(value=inner, slice=ast.Slice(lower=None, upper=None, step=step)):
                return self._reversed(node, inner, step, depth)
            case ast.Subscript(value=inner, slice=ast.Constant(value=int() as index)):
                known = index > 0 and self._is_arguments(inner)
                return Word((Argument(shown(node), index - 1),)) if known else _unknown(node)
            case _:
                return _unknown(node)

    def _is_arguments(self, node: ast.expr) -> bool:
        """Tell whether an expression is ``sys.argv``, or what ``main(sys.argv)`` has of it."""
        if isinstance(node, ast.Name) and node.id == "argv" and self.names.main.places:
            given = self.names.main.given
            return bool(given) and all(one is not None and self.names.meaning(one) == "sys.argv" for one in given)
        return self.names.meaning(node) == "sys.argv"

    def words(self, node: ast.AST | None) -> list[Word] | None:
        """Give the words of a list or tuple, None when it is none."""
        match node:
            case ast.List(elts=elements) | ast.Tuple(elts=elements):
                return [self.word(one.value if isinstance(one, ast.Starred) else one) for one in elements]
            case ast.Name(id=name):
                value = self.names.value(name)
                return self.words(value) if isinstance(value, ast.List | ast.Tuple) else None
            case ast.BinOp(left=left, op=ast.Add(), right=right) if not isinstance(left, ast.BinOp):
                before, after = self.words(left), self.words(right)
                if before is None and after is None:
                    return None
                return [*(before or [_unknown(left)]), *(after or [_unknown(right)])]
            case ast.Call(func=ast.Attribute(value=text, attr="split"), args=[]):
                said = self.word(text).literal
                return None if said is None else [literal(one) for one in said.split()]
            case ast.Call(func=function, args=[text]) if self.names.meaning(function) == "shlex.split":
                said = self.word(text).literal
                return None if said is None else [literal(one) for one in said.split()]
            case _:
                return None

    def _named(self, node: ast.Name | ast.Attribute, depth: int) -> Word:
        meaning = self.names.meaning(node)
        if meaning == "__file__" and self.path is not None:
            return literal(f"{PACKAGE_ROOT}/{self.path}")
        if meaning == "sys.executable":
            return literal("python3")
        if isinstance(node, ast.Attribute) and node.attr == "parent":
            return _directory(self.word(node.value, depth + 1))
        value = self.names.value(node.id) if isinstance(node, ast.Name) else None
        return _unknown(node) if value is None else self.word(value, depth + 1)

    def _combined(self, node: ast.BinOp, depth: int) -> Word:
        match node.op:
            case ast.Add():
                return joined(self.word(one, depth + 1) for one in _operands(node))
            case ast.Div():  # of pathlib
                return joined([self.word(node.left, depth + 1), self.word(node.right, depth + 1)], "/")
            case ast.Mod():
                given = node.right.elts if isinstance(node.right, ast.Tuple) else [node.right]
                return self._filled(_PERCENT, node.left, given, depth)
            case _:
                return _unknown(node)

    def _filled(self, pattern: re.Pattern[str], template: ast.expr, given: Sequence[ast.expr], depth: int) -> Word:
        """Fill the fields of a template in their order; what does not fit is computed."""
        text = self.word(template, depth + 1).literal
        if text is None or len(text) > LONGEST:
            return _unknown(template)
        pieces = pattern.split(text)
        if len(pieces) != len(given) + 1:
            return joined([literal(pieces[0]), computed(text)])
        words = [self.word(one, depth + 1) for one in given]
        return joined(
            one for piece, word in zip(pieces, [*words, literal("")], strict=True) for one in (literal(piece), word)
        )

    def _reversed(self, node: ast.AST, inner: ast.expr, step: ast.expr | None, depth: int) -> Word:
        """Read ``text[::-1]``."""
        text = self.word(inner, depth + 1).literal
        backward = isinstance(step, ast.UnaryOp) and isinstance(step.op, ast.USub) and unparsed(step.operand) == "1"
        return literal(text[::-1]) if text is not None and backward else _unknown(node)

    def _called(self, node: ast.Call, depth: int) -> Word:
        meaning = self.names.meaning(node.func) or ""
        given = [self.word(one, depth + 1) for one in node.args[:16]]
        if meaning in _JOINING and given:
            return _path(given)
        if meaning in _DIRECTORY and given:
            return _directory(given[0])
        if meaning in _SAME and given:
            return given[0]
        if meaning in _DECODERS and given:
            return _decoded(_DECODERS[meaning], given, node)
        if isinstance(node.func, ast.Attribute):
            return self._method(node, node.func, depth)
        return self._characters(node, depth)

    def _method(self, node: ast.Call, function: ast.Attribute, depth: int) -> Word:
        match function.attr:
            case "format":
                return self._filled(_FIELD, function.value, node.args, depth)
            case "join":
                return self._joined(node, function, depth)
            case "joinpath":
                return _path([self.word(one, depth + 1) for one in [function.value, *node.args]])
            case name if name in _SAME_METHODS:
                return self.word(function.value, depth + 1)
            case _:
                return _unknown(node)

    def _joined(self, node: ast.Call, function: ast.Attribute, depth: int) -> Word:
        """Read ``"".join([…])``, ``"".join(map(chr, […]))`` and ``"".join(chr(c) for c in […])``."""
        between = self.word(function.value, depth + 1).literal
        match node.args:
            case [ast.List(elts=elements) | ast.Tuple(elts=elements)] if between is not None:
                return joined((self.word(one, depth + 1) for one in elements), between)
            case [ast.Call(func=ast.Name(id="map"), args=[ast.Name(id="chr"), source])] if between == "":
                return _of_codes(source, node)
            case [ast.GeneratorExp() | ast.ListComp() as inner] if between == "":
                loop = inner.generators[0]
                plain = unparsed(inner.elt) == f"chr({unparsed(loop.target)})"
                return _of_codes(loop.iter, node) if plain else _unknown(node)
            case _:
                return _unknown(node)

    def _characters(self, node: ast.Call, depth: int) -> Word:
        """Read ``chr(99)``."""
        if isinstance(node.func, ast.Name) and node.func.id == "chr" and node.args:
            code = self.word(node.args[0], depth + 1).literal
            if code is not None and code.isdigit() and len(code) < len("11141110"):
                return literal(character(int(code)))
        return _unknown(node)


def _operands(node: ast.expr) -> Iterator[ast.expr]:
    """Give the operands of a chain of ``+``, which may be long, in their order."""
    right: list[ast.expr] = []
    while isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        right.append(node.right)
        node = node.left
    yield node
    yield from reversed(right)


def _path(words: Sequence[Word]) -> Word:
    """Join a path's parts; one that starts at the root leaves out what stands before it."""
    start = max(
        (at for at, word in enumerate(words) if (word.literal or "").startswith(("/", PACKAGE_ROOT))), default=0
    )
    return joined([word for word in words[start:] if word.parts], "/")


def _directory(word: Word) -> Word:
    text = word.literal
    if text is None:
        return computed(f"the directory of {word.shown}")
    before, slash, _ = text.rpartition("/")
    return literal(before if slash else ".")


def _unknown(node: ast.AST) -> Word:
    return computed(shown(node))


def _of_codes(source: ast.expr, node: ast.AST) -> Word:
    """Put characters together from a list of their codes."""
    codes = source.elts if isinstance(source, ast.List | ast.Tuple) else []
    numbers = [code.value for code in codes if isinstance(code, ast.Constant) and isinstance(code.value, int)]
    return literal("".join(map(character, numbers))) if numbers and len(numbers) == len(codes) else _unknown(node)


def _decoded(decode: Callable[[str], str], given: Sequence[Word], node: ast.AST) -> Word:
    text = given[0].literal
    if text is None:
        return _unknown(node)
    try:
        return literal(decode(text))
    except (ValueError, binascii.Error, LookupError):
        return _unknown(node)


def _base64(text: str) -> str:
    return base64.b64decode(text + "=" * (-len(text) % 4)).decode(errors="replace")


def _hexadecimal(text: str) -> str:
    return bytes.fromhex(text).decode(errors="replace")


_DECODERS: dict[str, Callable[[str], str]] = {
    "base64.b64decode": _base64,
    "base64.urlsafe_b64decode": lambda text: _base64(text.replace("-", "+").replace("_", "/")),
    "base64.decodebytes": _base64,
    "base64.b32decode": lambda text: base64.b32decode(text).decode(errors="replace"),
    "base64.b85decode": lambda text: base64.b85decode(text).decode(errors="replace"),
    "binascii.a2b_base64": _base64,
    "binascii.unhexlify": _hexadecimal,
    "binascii.a2b_hex": _hexadecimal,
    "bytes.fromhex": _hexadecimal,
    "bytearray.fromhex": _hexadecimal,
    "codecs.decode": lambda text: codecs.decode(text, "rot13"),
}
