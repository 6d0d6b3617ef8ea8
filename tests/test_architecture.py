"""The house rules that a reviewer relies on: who may import whom, and which library works in which file."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

HOUSE = Path(__file__).parent.parent / "src" / "safe_install"
FOUNDATION = {"model", "judgement", "story", "summary", "errors", "shell_grammar", "whole_files"}
HALLWAY = {
    "advising",
    "alone",
    "publishing",
    "publicness",
    "sharing",
    "shared_stores",
    "user_configuration",
    "agent_setup",
    "arguments",
    "authority",
    "beside",
    "claude_diagnosis",
    "diagnosis",
    "hygiene",
    "beside_answers",
    "exchange",
    "former",
    "fleet",
    "fleet_crew",
    "fleet_entries",
    "fleet_work",
    "gate",
    "comparing",
    "surroundings",
    "keeping",
    "narrowing",
    "gathering",
    "local_tool",
    "own_signatures",
    "signing",
    "project",
    "staging",
    "temporary",
    "tools",
    "tool_server",
    "subjects",
    "tracing",
    "typed_where",
    "receipts",
    "remembering",
    "resolving",
    "installation",
    "unpacking",
    "pipeline",
}
ROOMS = {"advise", "agents", "scan", "decide", "run", "report"}
LIBRARIES = {
    "requests": {"scan/fetch/client.py"},
    "urllib3": {"scan/fetch/client.py", "scan/fetch/sockets.py"},
    "subprocess": {"scan/match/semgrep.py", "run/"},
    "typer": {"cli.py", "doors/"},
    "rich": {"doors/doorway.py", "report/terminal.py", "report/progress.py", "report/screen.py"},
    "mcp": {"tool_server.py"},
    "cryptography": {"signing.py"},
    "redis": {"shared_stores.py"},
    "fsspec": {"shared_stores.py"},
    "distributed": {"fleet_crew.py"},
    "keyring": {"signing.py", "run/keychain.py"},
    "sqlite3": {"scan/remembered.py"},
}
NO_FILES = ("decide/", "model.py", "judgement.py", "story.py", "errors.py")
FILE_ACCESS = {"pathlib", "os", "shutil", "tempfile", "io"}

SCAN = {
    "fetch": set[str](),
    "shell": set[str](),
    "unpack": set[str](),
    "lock": {"unpack"},
    "javascript": {"shell"},
    "gyp": {"shell"},
    "python": {"shell"},
    "windows": {"shell"},
    "unfold": {"javascript", "shell"},
    "reach": {"gyp", "javascript", "lock", "python", "shell", "unfold", "unpack", "windows"},
    "match": {"javascript", "shell", "unfold"},
}
"""Which parts of the scan room lean on which others; what lies beside them, all may use."""

MODULES = sorted(HOUSE.rglob("*.py"))


def floor(module: str) -> int:
    """Give the height of a module: foundation 0, rooms 1, hallway 2, doors 3."""
    head = module.split(".", maxsplit=1)[0]
    return 0 if head in FOUNDATION else 1 if head in ROOMS else 2 if head in HALLWAY else 3


def imports(path: Path) -> list[str]:
    """List every module a file imports, wherever in the file."""
    found: list[str] = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            if node.module == "safe_install":
                found += [f"safe_install.{alias.name}" for alias in node.names if not alias.name.startswith("__")]
            else:
                found.append(node.module or "")
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(HOUSE)))
def test_imports_go_one_way(path: Path) -> None:
    here = path.relative_to(HOUSE).as_posix()
    if here in {"__init__.py", "__main__.py"}:
        return
    me = here.removesuffix(".py").replace("/", ".")
    for name in imports(path):
        library = name.split(".")[0]
        if library == "safe_install":
            other = name.removeprefix("safe_install.")
            same_room = me.split(".")[0] == other.split(".")[0]
            assert same_room or floor(other) < floor(me) or floor(me) == floor(other) in {0, 2, 3}, (
                f"{here} imports {other}"
            )
        elif library in LIBRARIES:
            assert any(
                here == place or (place.endswith("/") and here.startswith(place)) for place in LIBRARIES[library]
            ), f"{here} imports {library}"
        elif library in FILE_ACCESS:
            assert not here.startswith(NO_FILES), f"{here} imports {library}, but works on values only"


@pytest.mark.parametrize("part", SCAN)
def test_the_parts_of_the_scan_room_lean_on_each_other_one_way(part: str) -> None:
    for path in sorted((HOUSE / "scan" / part).glob("*.py")):
        for name in imports(path):
            _, _, inside = name.partition("safe_install.scan.")
            other = inside.partition(".")[0]
            assert other not in SCAN or other in {part, *SCAN[part]}, f"{path.name} imports {name}"


def test_every_door_is_known_by_its_commands() -> None:
    from importlib import import_module

    from safe_install.cli import _DOORS

    not_opened = {"__init__", "doorway", "options", "telling", "neighbours"}  # the last one approvals opens
    doors = {path.stem for path in (HOUSE / "doors").glob("*.py")} - not_opened
    assert set(_DOORS) == doors
    for module, commands in _DOORS.items():
        assert commands == import_module(f"safe_install.doors.{module}").COMMANDS
