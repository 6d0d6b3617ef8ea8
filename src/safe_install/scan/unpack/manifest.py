"""A package.json as npm reads it: JSON.parse behind a byte order mark, then npm's normalisation of two keys.

Sources: json-parse-even-better-errors, @npmcli/package-json (read-package.js, normalize.js) and
npm-normalize-package-bin, in npm 11.19.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections import Counter
from collections.abc import Collection, Mapping
from typing import NoReturn

from safe_install.errors import TarballError
from safe_install.scan.unpack.bin_field import inside, normalised_bin

MANIFEST = "package.json"
MAX_MANIFEST = 1 << 20  # bytes; real: 41,107
DECIDING = ("scripts", "bin", "config", "directories")  # the objects that say which command runs
MAX_NESTING = 200  # honest manifests nest less than 10 deep; readers downstream recurse

_ESCAPE = re.compile(
    r"\\(?:[^u]|u(?!d[89a-f])|ud[89ab][0-9a-f]{2}\\ud[c-f][0-9a-f]{2}|(?P<lone>ud[89a-f][0-9a-f]{2}))", re.IGNORECASE
)


def read_manifest(content: bytes) -> Mapping[str, object]:
    """Parse a package.json to what npm would see; raise `TarballError` when it is no JSON object.

    As in JSON.parse: the last of two equal keys wins, ``__proto__`` is a key like any other, NaN is no number,
    bytes that are not UTF-8 become U+FFFD. Lone surrogates too, as they do on their way to a shell.
    """
    text = _text(content)
    try:
        manifest = json.loads(text, parse_int=_number, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise TarballError("its package.json is not JSON") from error
    if not isinstance(manifest, dict):
        raise TarballError("its package.json is not a JSON object")
    if text.count("{") + text.count("[") > MAX_NESTING and _depth(manifest) > MAX_NESTING:
        raise TarballError(f"its package.json is nested more than {MAX_NESTING} deep")
    return manifest


def duplicate_keys(content: bytes) -> tuple[str, ...]:
    """Name the keys that come more than once at the top or in an object that decides what runs; npm takes the last.

    A key inside is named ``scripts.install``. Raise `TarballError` as `read_manifest` does.
    """
    read_manifest(content)
    top = json.loads(_text(content), parse_int=_number, object_pairs_hook=_Pairs)
    twice = _twice(top)
    for key, inner in dict(top).items():
        if key in DECIDING and isinstance(inner, _Pairs):
            twice += (f"{key}.{name}" for name in _twice(inner))
    return tuple(twice)


def declared_scripts(manifest: Mapping[str, object]) -> dict[str, str]:
    """Give the scripts npm knows: those whose value is text, and not empty (npm runs no empty command)."""
    scripts = manifest.get("scripts")
    if not isinstance(scripts, Mapping):
        return {}
    return {name: command for name, command in scripts.items() if isinstance(command, str) and command}


def bins(manifest: Mapping[str, object], members: Collection[str] = ()) -> dict[str, str]:
    """Give command name → file, whatever form ``bin`` has; ``directories.bin`` needs to know the ``members``.

    npm reads ``directories.bin`` when it packs and when it reads a directory, but links by the lockfile, which may
    not know of it (sshpk): compare a lockfile's bin with both answers.
    """
    declared, name = manifest.get("bin"), manifest.get("name")
    if declared:
        return normalised_bin(declared, name if isinstance(name, str) else None)
    directories = manifest.get("directories")
    folder = directories.get("bin") if isinstance(directories, Mapping) else None
    return _in_directory(folder, members) if isinstance(folder, str) and folder else {}


# ------------------------------------------------------------------ JSON.parse


def _text(content: bytes) -> str:
    text = content.decode("utf-8", errors="replace").removeprefix("\ufeff")
    return _ESCAPE.sub(lambda escape: r"\ufffd" if escape["lone"] else escape[0], text) if "\\u" in text else text


def _number(digits: str) -> float:
    return int(digits) if len(digits) < 300 else float(digits)  # noqa: PLR2004 - int() refuses thousands of digits


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _depth(value: object) -> int:
    level, depth = [value], 0
    while level:
        level = [child for parent in level for child in _children(parent)]
        depth += 1
    return depth


def _children(value: object) -> Collection[object]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


class _Pairs(list[tuple[str, object]]):
    """An object's pairs before the last of equal keys wins."""


def _twice(pairs: _Pairs) -> list[str]:
    return [key for key, count in Counter(key for key, _ in pairs).items() if count > 1]


# ------------------------------------------------------------------ directories.bin


def _in_directory(folder: str, members: Collection[str]) -> dict[str, str]:
    """Take every file below the folder that is not hidden, by its last name."""
    below = inside(folder)
    prefix = f"{below}/" if below else ""
    found = sorted(path for path in members if path.startswith(prefix))
    seen = [path for path in found if not any(part.startswith(".") for part in path[len(prefix) :].split("/"))]
    return {posixpath.basename(path): path for path in seen}
