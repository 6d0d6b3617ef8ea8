"""A package.json as the variables that npm makes of it for the package's scripts (run-script's package-envs.js)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

_TOLD = ("name", "version", "config", "engines", "bin")
_MOST = 1000
_LONGEST = 32 * 1024  # bytes; the kernel refuses a single one of 128 KiB, and all of them at some 2 MiB
_DEEPEST = 20


def package_variables(manifest: Mapping[str, object]) -> dict[str, str]:
    """Give the ``npm_package_*`` variables of a manifest, as many and as long as a process can be given.

    What no process can be given (a name with ``=``, a NUL, half a surrogate pair) is left out or replaced.
    """
    variables: dict[str, str] = {}
    for field in _TOLD:
        for name, value in _flat(f"npm_package_{field}", manifest.get(field, ...), 0):
            if len(variables) >= _MOST:
                return variables
            if "=" not in name and "\0" not in name + value and len(name) + len(value) <= _LONGEST:
                variables[_encodable(name)] = _encodable(value)
    return variables


def _flat(name: str, value: object, depth: int) -> Iterator[tuple[str, str]]:
    """Name nested values by their path, the way JavaScript would write them."""
    if value is ... or depth > _DEEPEST:
        return
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _flat(f"{name}_{key}", inner, depth + 1)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _flat(f"{name}_{index}", inner, depth + 1)
    else:
        yield name, _as_javascript(value)


def _as_javascript(value: object) -> str:
    if value is None or value is False:
        return ""
    if value is True:
        return "true"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _encodable(text: str) -> str:
    return text.encode("utf-8", errors="replace").decode()
