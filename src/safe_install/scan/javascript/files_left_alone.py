"""What of Node's leaves the files alone: all that is not named here may make one, or take one away, by some road."""

from __future__ import annotations

from functools import lru_cache

from tree_sitter import Node

from safe_install.scan.javascript.literals import fragments, name_of
from safe_install.scan.javascript.node_builtins import GLOBALS, MANIFEST

_MODULES = """
assert assert/strict async_hooks buffer constants crypto dns events os path perf_hooks punycode querystring string_decoder
timers timers/promises tty url util util/types
"""
_TELL_MORE = frozenset(("process", "module", "globalThis", "WebAssembly", "Bun", "Deno"))
_ANY_MEMBER = {f"node:{name}" for name in _MODULES.split()} | set(GLOBALS.values()) - _TELL_MORE
_THESE_MEMBERS = {
    "node:fs": (
        "F_OK R_OK W_OK X_OK access accessSync close closeSync constants createReadStream exists existsSync fstat fstatSync"
        " lstat lstatSync opendir opendirSync readFile readFileSync readdir readdirSync readlink readlinkSync realpath"
        " realpathSync stat statSync"
    ),
    "node:module": "builtinModules createRequire isBuiltin",
    "node:child_process": "exec execFile execFileSync execSync fork spawn spawnSync",  # what they start is told
    "process": (
        "argv argv0 arch chdir cwd emit emitWarning env execArgv execPath exit exitCode getegid geteuid getgid getuid hrtime"
        " listeners memoryUsage nextTick off on once pid platform ppid release removeListener stderr stdin stdout umask"
        " uptime version versions"
    ),
    "module": "children exports filename id loaded parent paths",
    "globalThis": "",
}
_MEMBERS = {root: frozenset(names.split()) for root, names in _THESE_MEMBERS.items()}
_STARTING = "node:child_process."
_OPTIONS = frozenset(("cwd", "encoding", "maxBuffer", "shell", "stdio", "timeout", "windowsHide"))


@lru_cache(4_096)
def leaves_alone(symbol: str) -> bool:
    """Tell whether one who calls this leaves all files as they are; what it starts is told by itself."""
    root, _, rest = symbol.partition(".")
    members = _MEMBERS.get(root)
    if members is None:
        return root in _ANY_MEMBER or root in {MANIFEST, "import", "this"}
    return not rest or rest.partition(".")[0] in members


def may_write_by_members(symbol: str) -> bool:
    """Tell whether members of a value are needed to know what it does to files."""
    return symbol in _MEMBERS and symbol != "module"


def starts_as_usual(symbol: str, given: list[Node], source: bytes) -> bool:
    """Tell whether no option says what a child is started with, such as its environment."""
    if not symbol.startswith(_STARTING):
        return True
    last = given[-1] if len(given) > 1 else None
    if last is None or last.type != "object":
        return last is None or last.type in {"array", "arrow_function", "function_expression"}
    keys = [one.child_by_field_name("key") for one in last.named_children if one.type != "comment"]
    return all(
        key is not None
        and (name_of(key, source) if key.type == "property_identifier" else fragments(key, source)) in _OPTIONS
        for key in keys
    )
