"""What kind of place a path is that a script writes to: whose it is, and what is started from there.

Paths come as `Behaviours.writes_outside` tells them: from the package's root, ``~`` for the home directory, what is
computed in braces or with its ``$``.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

_START = r"(?:^|.*/)"
_KINDS = {
    "agent-settings": re.compile(
        _START
        + r"(?:\.(?:claude|cursor|codex|gemini|windsurf|codeium|continue|roo|kiro|aider|qwen|opencode|amp|cline)(?:/.*|\.json)?"
        r"|(?:CLAUDE|AGENTS|GEMINI|QWEN)(?:\.local)?\.md|\.(?:cursor|windsurf|cline|goose)rules|\.clinerules/.*"
        r"|copilot-instructions\.md|\.github/(?:instructions|prompts|chatmodes)/.*|\.?mcp(?:_config|_settings)?\.json"
        r"|claude_desktop_config\.json|\.aider\.conf\.yml)"
    ),
    "shell-profile": re.compile(
        _START
        + r"(?:\.(?:bashrc|bash_profile|bash_login|bash_logout|bash_aliases|zshrc|zshenv|zprofile|zlogin|profile|xprofile|xinitrc|xsessionrc|cshrc|kshrc)"
        r"|config\.fish|fish/conf\.d/.*|Microsoft\.PowerShell_profile\.ps1|etc/profile(?:\.d/.*)?)"
    ),
    "autostart": re.compile(
        _START
        + r"(?:Launch(?:Agents|Daemons)/.*|\.config/autostart/.*|systemd/(?:user|system)/.*|etc/(?:cron\.\w+/.*|crontab|rc\.local|init\.d/.*"
        r"|ld\.so\.preload|sudoers(?:\.d/.*)?|pam\.d/.*|udev/.*)|spool/cron/.*|Start Menu/Programs/Startup/.*|Startup/[^/]+)"
    ),
    "keys": re.compile(_START + r"\.(?:ssh|gnupg|aws|kube)/.*|.*authorized_keys2?"),
    "git-hooks": re.compile(r".*(?:\.git|\{[^}]*\b[gG]it\w*\b[^}]*\})/hooks/.*|.*\.git/(?:config|info/attributes)|.*\.husky/[^/]+"),
    "pipeline": re.compile(
        r".*\.github/(?:workflows|actions)/.*|.*\.gitlab-ci\.yml|.*\.circleci/.*|.*\bJenkinsfile|.*azure-pipelines\.yml"
        r"|.*bitbucket-pipelines\.yml|.*\.travis\.yml"
    ),
    "editor": re.compile(
        r".*\.vscode/(?:tasks|settings|launch)\.json|.*\.idea/.*|.*\.devcontainer(?:/.*|\.json)|.*\.zed/.*|.*Code/User/.*"
        r"|.*/\.(?:vimrc|exrc|nvim\.lua|envrc|emacs)|.*\.vscode/extensions/.*"
    ),
    "lockfile": re.compile(
        _START + r"(?:package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lockb?|\.pnp\.c?js|\.pnp\.loader\.mjs)"
    ),
    "manager-settings": re.compile(
        _START
        + r"(?:\.npmrc|\.yarnrc(?:\.yml)?|\.pnpmfile\.cjs|bunfig\.toml|pip\.(?:conf|ini)|\.pypirc|\.gitconfig|\.condarc|\.gemrc|\.cargo/config(?:\.toml)?"
        r"|etc/npmrc|nuget\.config)"
    ),
    "manager": re.compile(
        r".*/(?:npm|npx|yarn|pnpm|corepack)(?:-cli)?\.c?js|.*\bnode_modules/(?:npm|corepack|pnpm|yarn)/.*|.*\{[^}]*npm_execpath[^}]*\}.*|.*/_cacache/.*"
    ),
    "home-folder": re.compile(
        r"(?:~|\$\{?HOME\}?|\{(?:process\.env\.(?:HOME|USERPROFILE)|(?:os\.)?homedir\(\)|os\.path\.expanduser\([\"']~/?[\"']\)|(?:pathlib\.)?Path\.home\(\)"
        r"|os\.environ(?:\.get\(|\[)[\"'](?:HOME|USERPROFILE)[\"'][\])])\})"
        r"/(?:\.?\*.*|(?:\.(?:ssh|gnupg|aws|kube|config|bash_history|zsh_history)"
        r"|(?![.{$]|(?:Library/|AppData/|snap/|go/|tmp/|node_modules))[^/]+(?:/.*)?)/?)",
        re.DOTALL,
    ),
    "project-folder": re.compile(
        r"(?:\$\{?INIT_CWD\}?|\{[^}]*INIT_CWD[^}]*\})/?(?:\*|(?:src|lib|app|source|packages|\.git)(?:/\*{0,2})?)?"
    ),
    "sibling": re.compile(r"(?:\./)?\.\./(?:@[^/{}]+/)?(?![.@])[^/{}]+/?"),
    "home-itself": re.compile(r"(?:~|\$\{?HOME\}?|\{process\.env\.(?:HOME|USERPROFILE)\}|\{os\.homedir\(\)\})/?"),
    "project-manifest": re.compile(r"(?:\$\{?INIT_CWD\}?|\{[^}]*INIT_CWD[^}]*\})/package\.json"),
    "project-code": re.compile(
        r"(?:\$\{?INIT_CWD\}?|\{[^}]*INIT_CWD[^}]*\})/(?:(?:src|lib)/)?(?:(?:index|main|app|server)\.[cm]?[jt]sx?|\{[^}]*\.main\b[^}]*\})"
    ),
}  # fmt: skip
_CODE = re.compile(r"(?:/|^|\})(?:[^/.]*|[^/]*\.(?:[cm]?[jt]sx?|json|node|sh|cmd|py|wasm|html?))/?$|[^}]*\}$")
"""Files that run or say what runs, and whole directories; a build writes headers and objects anywhere."""
_SCRATCH = re.compile(r"\{[^{}]*[tT]e?mp\w*\)?\([^{}]*\)\}/[^/]+$")
"""A file in a directory that a function makes for the time being: nx installs packages there, with settings of its own."""
_ABOVE = re.compile(r"(?:\./)?((?:\.\./)+)(.+)", re.DOTALL)
_IN_MODULES = re.compile(r".*(?:^|/)node_modules/((?:@[^/]+/)?[^/]+)/.+", re.DOTALL)


def kinds_of(place: str, name: str, bins: Collection[str]) -> Iterator[str]:
    """Name the kinds that a place outside a package is of; ``name`` and ``bins`` are what the package calls its own."""
    plain = re.sub(r"(?<=/)(?:\./)+", "", place.replace("\\", "/"))
    scratch = {"manager-settings"} if _SCRATCH.match(plain) else set()
    yield from (kind for kind, form in _KINDS.items() if form.fullmatch(plain) and kind not in scratch)
    inside = _IN_MODULES.fullmatch(plain)
    command = re.fullmatch(r".*(?:^|/)(?:node_modules|(?:\.\./)*\.\.)/\.bin/([^/]+)", plain)
    if command and command[1].removesuffix(".cmd") not in bins:
        yield "other-command"
    elif _CODE.search(plain) and (
        _is_other(_beside(plain, name), name) or (inside and _is_other(f"{inside[1]}/", name))
    ):
        yield "neighbour"


def _beside(place: str, name: str) -> str:
    """Give what follows the directory in which a package's neighbours lie; nothing for any other place."""
    above = _ABOVE.fullmatch(place)
    return above[2] if above and above[1].count("../") == 1 + name.startswith("@") else ""


def _is_other(path: str, name: str) -> bool:
    """Tell whether a path below such a directory is another package's; a platform's part of the same one is not."""
    parts = path.split("/")
    scope, _, own = name.rpartition("/")
    is_scoped = parts[0].startswith("@") and len(parts) > 1
    base = parts[1] if is_scoped else parts[0]
    if not base or parts[0].startswith(".") or (is_scoped and scope and parts[0] == scope):
        return False
    if base.startswith("{"):
        return len(parts) > 1 + is_scoped and parts[-1] != "" and not (is_scoped and own in parts[0])
    return (
        base != own and not base.startswith((f"{own}-", f"{own}.")) and own not in parts[0].removeprefix("@").split("/")
    )
