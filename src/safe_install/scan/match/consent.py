"""What a script only does where a person has asked for it, in a variable of the environment that is named for the package.

    if (process.env.KELPIE_COMPLETION !== "install") {
      console.log("KELPIE_COMPLETION=install npm install would set up completion, too");
      process.exit(0);
    }

Nobody has such a variable who did not set it, so what stands below runs for nobody else. It is told all the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from safe_install.model import Inspection, Language, ReachableFile
from safe_install.scan.grammars import parse_javascript
from safe_install.scan.javascript.node_builtins import builtin

LARGEST = 65_536  # bytes of a file that is looked at
_LAST = 1 << 30  # a line that no file has
_COMMAND = re.compile(r"node (?:\./)?([\w./-]+)")
_ASKS = re.compile(r"\(\s*process\.env\.([A-Z][A-Z0-9]*)_[A-Z0-9_]+\s*!==?\s*[\"'][\w-]{1,40}[\"']\s*\)")
_LEAVES = re.compile(r"process\.exit\(\s*0?\s*\);?")
_TELLS = re.compile(r"console\.(?:log|warn|error|info)\((?:\"[^\"\n]*\"|'[^'\n]*')\);?")
_REQUIRES = re.compile(r"(?:const|let|var)\s+(?:\w+|\{[\w\s,]{1,200}\})\s*=\s*require\([\"']([\w:/]{1,40})[\"']\);?")
_SHORTEST = 4  # letters of a word
_EVERYBODYS = frozenset(
    (
        *(
            "ANDROID",
            "APPDATA",
            "APPVEYOR",
            "ASDF",
            "AZURE",
            "BASH",
            "BITBUCKET",
            "BUILD",
            "BUILDKITE",
            "CARGO",
            "CHROME",
        ),
        *(
            "CIRCLE",
            "CLAUDE",
            "CODEBUILD",
            "CODESPACE",
            "CODESPACES",
            "COLOR",
            "COMMON",
            "COMPUTER",
            "CONDA",
            "CURSOR",
            "DBUS",
        ),
        *(
            "DEBIAN",
            "DESKTOP",
            "DOCKER",
            "DRONE",
            "ELECTRON",
            "FORCE",
            "GITHUB",
            "GITLAB",
            "GNOME",
            "GOOGLE",
            "HEROKU",
            "HOME",
        ),
        *(
            "HOMEBREW",
            "HOST",
            "INIT",
            "INVOCATION",
            "ITERM",
            "JAVA",
            "JENKINS",
            "JETBRAINS",
            "JOURNAL",
            "KITTY",
            "KONSOLE",
        ),
        *(
            "KUBERNETES",
            "LANG",
            "LANGUAGE",
            "LESS",
            "LOCAL",
            "LOGNAME",
            "MAKE",
            "MAIL",
            "MEMORY",
            "NETLIFY",
            "NODE",
            "NUMBER",
        ),
        *(
            "NVIDIA",
            "ONEDRIVE",
            "PATH",
            "PNPM",
            "POWERSHELL",
            "PROCESSOR",
            "PROGRAM",
            "PSMODULE",
            "PYENV",
            "PYTHON",
            "RAILWAY",
        ),
        *(
            "RENDER",
            "RUNNER",
            "RUSTUP",
            "SESSION",
            "SHELL",
            "SNAP",
            "SUDO",
            "SYSTEM",
            "SYSTEMD",
            "TEAMCITY",
            "TERM",
            "TERMINAL",
        ),
        *(
            "TMUX",
            "TRAVIS",
            "USER",
            "USERNAME",
            "VERCEL",
            "VIRTUAL",
            "VOLTA",
            "VSCODE",
            "WARP",
            "WAYLAND",
            "WEZTERM",
            "WINDOWS",
        ),
        *("XAUTHORITY", "YARN", "ZELLIJ"),
    )
)
"""How names begin that machines, shells, tools and pipelines set for everybody."""


def asked_for(inspection: Inspection) -> Iterator[tuple[str, str, int, int]]:
    """Give the lines, as (location or name, path, first, last), that run only where somebody asked for them.

    The command starts the file itself, so that nobody gives it another environment; above the question the file does nothing
    but require Node's own modules, so that nothing below it can be called from there.
    """
    started = _COMMAND.fullmatch(inspection.script.command.strip())
    package = inspection.script.package.artifact
    for file in inspection.files if started else ():
        own = file.location == package.location and not file.inline and file.language is Language.JAVASCRIPT
        if started and own and file.path == started[1].removeprefix("./"):
            line = _below_question(file, package.name)
            if line:
                yield package.location or package.name, file.path, line, _LAST


def _below_question(file: ReachableFile, name: str) -> int:
    """Give the line below the question whether a person asked for it; 0 where there is none."""
    root = parse_javascript(file.content) if len(file.content) <= LARGEST else None
    if root is None or root.has_error or any(one.type.startswith(("import", "export")) for one in root.named_children):
        return 0
    for statement in root.named_children:
        text = (statement.text or b"").decode(errors="replace")
        if statement.type == "if_statement":
            return statement.end_point.row + 2 if _is_question(statement, name) else 0
        required = _REQUIRES.fullmatch(text)
        plain = statement.type in {"comment", "hash_bang_line"} or text.strip("\"';") == "use strict"
        if not plain and (required is None or builtin(required[1]) is None):
            return 0
    return 0


def _is_question(statement: Node, name: str) -> bool:
    """Tell whether a condition leaves the program where a variable that is named for the package has not the wanted value."""
    condition, body = statement.child_by_field_name("condition"), statement.child_by_field_name("consequence")
    asks = _ASKS.fullmatch((condition.text or b"").decode(errors="replace")) if condition is not None else None
    if asks is None or body is None or body.type != "statement_block" or not body.named_children:
        return False
    *tells, last = [(one.text or b"").decode(errors="replace") for one in body.named_children]
    leaves = _LEAVES.fullmatch(last) is not None and all(map(_TELLS.fullmatch, tells))
    word = asks[1]
    words = re.split(r"[^A-Z0-9]+", name.upper())
    return leaves and word in words and len(word) >= _SHORTEST and word not in _EVERYBODYS
