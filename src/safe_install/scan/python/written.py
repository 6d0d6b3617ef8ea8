"""Functions of Python's library that write: which places change, and which of them get new contents."""

from __future__ import annotations

import ast

from safe_install.scan.python.calls import argument
from safe_install.scan.python.values import Values
from safe_install.scan.shell.words import Word

_OPENING = frozenset(("open", "io.open", "codecs.open", "os.fdopen", "gzip.open"))
_WRITING = frozenset("wax+")
_FILLING = {
    **dict.fromkeys(("shutil.copy", "shutil.copy2", "shutil.copyfile", "shutil.copytree", "shutil.move"), (1, "dst")),
    **dict.fromkeys(("os.rename", "os.replace", "os.link", "os.symlink", "os.renames"), (1, "dst")),
    "urllib.request.urlretrieve": (1, "filename"),
    "urllib.urlretrieve": (1, "filename"),
}
_CHANGING = {
    **dict.fromkeys(
        ("os.remove", "os.unlink", "os.rmdir", "os.removedirs", "shutil.rmtree", "os.truncate"), (0, "path")
    ),
    **dict.fromkeys(("os.mkdir", "os.makedirs", "os.chmod", "os.chown", "os.utime", "os.mkfifo"), (0, "path")),
}
_METHODS = frozenset(("write_text", "write_bytes"))
_CHANGING_METHODS = frozenset(("unlink", "touch", "mkdir", "rmdir", "symlink_to", "chmod"))


def written(values: Values, call: ast.Call, meaning: str) -> tuple[list[Word], list[Word]]:
    """Give the places a call changes, and those among them that it fills."""
    if meaning in _OPENING or meaning.endswith(".open"):
        words = _opened(values, call) if meaning in _OPENING else []
        return words, words
    if meaning in _FILLING:
        words = [values.word(argument(call, *_FILLING[meaning]))]
        return words, words
    if meaning in _CHANGING:
        return [values.word(argument(call, *_CHANGING[meaning]))], []
    function = call.func
    if isinstance(function, ast.Attribute) and function.attr in {*_METHODS, *_CHANGING_METHODS}:
        word = values.word(function.value)
        return ([word] if word.is_known else []), ([word] if word.is_known and function.attr in _METHODS else [])
    return [], []


def _opened(values: Values, call: ast.Call) -> list[Word]:
    """Read ``open(PATH, MODE)``; a mode that is not known counts as writing."""
    mode = argument(call, 1, "mode")
    said = "r" if mode is None else values.word(mode).literal
    return [values.word(argument(call, 0, "file"))] if said is None or _WRITING & set(said) else []
