"""Which programs there are: what a shell does itself, what a system has, what ours puts first."""

from __future__ import annotations

import re

from safe_install.scan.shell.shell import Command
from safe_install.scan.shell.words import Word

TRUSTED = frozenset(("node", "sh", "node-gyp"))
"""Programs that our runner puts before every package's bin, so that no package can take their place."""
BUILTINS = frozenset(
    (
        *("", ".", ":", "[", "[[", "alias", "break", "builtin", "cd", "command", "continue", "declare", "echo", "eval"),
        *("exec", "exit", "export", "false", "hash", "local", "printf", "pwd", "read", "readonly", "return", "set"),
        *("shift", "source", "test", "times", "trap", "true", "type", "typeset", "ulimit", "umask", "unset", "wait"),
    )
)
"""What a shell does itself, before it looks for a program."""
SHELLS = frozenset(("sh", "bash", "dash", "ash", "zsh", "ksh"))
OTHER_LANGUAGES = frozenset(("perl", "ruby", "php", "lua", "osascript", "cscript", "wscript", "pwsh", "powershell"))
PYTHONS = frozenset(("python", "python2", "python3", "py"))
NETWORK = frozenset(
    (
        *("curl", "wget", "aria2c", "ftp", "lftp", "nc", "ncat", "netcat", "ssh", "scp", "sftp", "rsync", "certutil"),
        *("bitsadmin", "gh", "pip", "pip3", "brew", "apt", "apt-get", "gem", "nslookup", "dig", "host", "ping"),
    )
)
COMPILERS = frozenset(
    (
        "make",
        "gmake",
        "cmake",
        "ninja",
        "gcc",
        "g++",
        "cc",
        "c++",
        "clang",
        "clang++",
        "cargo",
        "rustc",
        "go",
        "msbuild",
    )
)
WRAPPERS = frozenset(
    (
        *("builtin", "command", "doas", "env", "exec", "ionice", "nice", "nohup", "setsid", "stdbuf", "sudo", "time"),
        "timeout",
    )
)
QUIET = frozenset(
    (
        *("arch", "basename", "cat", "chmod", "chown", "cp", "cut", "date", "dirname", "head", "hostname", "id", "ln"),
        *("ls", "mkdir", "mktemp", "mv", "readlink", "realpath", "rm", "rmdir", "sleep", "tail", "tee", "touch", "tr"),
        *("uname", "wc", "which", "whoami", "getconf", "lsb_release", "nproc", "sw_vers", "sysctl"),
    )
)
"""Programs of every system that run nothing else."""
SYSTEM = frozenset(
    {*QUIET, *SHELLS, *OTHER_LANGUAGES, *PYTHONS, *NETWORK, *COMPILERS, *WRAPPERS, "find", "git", "xargs", "npm", "npx"}
)
"""Programs that come with a system or with Node, unless a package's bin stands before them."""

_EXTENSION = re.compile(r"\.(?:exe|cmd|bat)$", re.IGNORECASE)
_NODE_ITSELF = frozenset(("$npm_node_execpath", "${npm_node_execpath}", "$NODE", "${NODE}"))
_NPM_ITSELF = frozenset(("$npm_execpath", "${npm_execpath}"))


def program_name(command: Command) -> str | None:
    """Name a program as these tables do: without directory and Windows' extension; None when it is computed.

    A relative path stays a path: it is a file of the package's.
    """
    name = command.program.literal
    if name is None:
        shown = command.program.shown
        return "node" if shown in _NODE_ITSELF else "npm" if shown in _NPM_ITSELF else None
    if "/" in name and not name.startswith("/"):
        return name
    return _EXTENSION.sub("", name.rpartition("/")[2])


def is_flag(word: Word, signs: str = "-") -> bool:
    """Tell whether a word starts with a sign, so that it is a flag and no file."""
    start = word.parts[0] if word.parts else ""
    return isinstance(start, str) and start[:1] != "" and start[0] in signs
