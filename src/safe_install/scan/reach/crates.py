"""A crate of Rust's, by its Cargo.toml: whether building it runs anything but the compiler."""

from __future__ import annotations

import posixpath
import tomllib
from collections.abc import Collection, Mapping

LARGEST = 65_536  # bytes of one Cargo.toml
_KNOWN = frozenset(("package", "lib", "bin", "features", "profile", "dependencies", "badges", "lints", "workspace"))
"""Tables that are understood; ``build-dependencies``, ``target``, ``patch`` and ``replace`` bring further crates."""
_BUILD_SCRIPT = "build.rs"
_STEERING = (_BUILD_SCRIPT, "rust-toolchain", "rust-toolchain.toml")


def is_plain_crate(content: bytes, members: Collection[str]) -> bool:
    """Tell whether ``cargo build`` compiles one crate there, with no build script, no macro, no dependency and no settings.

    cargo looks for settings and for a workspace in every directory above, too: so nothing of that kind may be in the package.
    """
    names = {posixpath.basename(path).casefold() for path in members}
    others = [path for path in members if posixpath.basename(path).casefold() == "cargo.toml"]
    has_settings = any(f"/{path}".casefold().find("/.cargo/") >= 0 for path in members)
    if len(content) > LARGEST or has_settings or len(others) > 1 or names & set(_STEERING):
        return False
    try:
        told = tomllib.loads(content.decode())
    except (ValueError, RecursionError):
        return False
    return told.keys() <= _KNOWN and not told.get("dependencies") and _compiles_only(told)


def build_script(content: bytes) -> str:
    """Name the program that cargo compiles and runs before a crate, from where its Cargo.toml stands; it need not be there."""
    try:
        package = tomllib.loads(content[:LARGEST].decode(errors="replace")).get("package")
    except (ValueError, RecursionError):
        return _BUILD_SCRIPT
    named = package.get("build") if isinstance(package, Mapping) else None
    return named if isinstance(named, str) else _BUILD_SCRIPT


def _compiles_only(told: Mapping[str, object]) -> bool:
    """Tell whether a manifest names no build script and makes no macro; an empty workspace is one crate."""
    package, library = told.get("package"), told.get("lib", {})
    if not isinstance(package, Mapping) or not isinstance(library, Mapping) or told.get("workspace"):
        return False
    is_macro = any(library.get(key) for key in ("proc-macro", "proc_macro", "plugin"))
    crate_types = library.get("crate-type", library.get("crate_type", []))
    makes_macro = not isinstance(crate_types, list) or "proc-macro" in crate_types
    return not package.keys() & {"build", "links", "workspace", "metabuild"} and not is_macro and not makes_macro
