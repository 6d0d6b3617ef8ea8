"""The launcher that a project or a plugin carries: finds safe-install-hook, and without it refuses installs alone.

A hook whose program is missing blocks every command under ``onFailure: "block"``, ``ls`` too (Claude Code 2.1.330). Copied
as it is into .claude/hooks; standard library only, any Python from 3.8 on.
"""

import json
import os
import re
import shutil
import sys

_MANAGERS = re.compile(r"(?<![\w.@-])(?:npm|npx|pnpm|pnpx|yarn|bun|bunx|corepack)(?![\w-])")
_HINT = (
    "safe-install is not installed, and packages are installed through it here. A person installs it with "
    "`pipx install safe-install-npm`."
)


def main() -> int:
    """Hand the event on; without the program refuse what names a package manager."""
    hook = shutil.which("safe-install-hook")
    if hook:
        os.execv(hook, [hook, *sys.argv[1:]])  # noqa: S606 - to become it is the point
    event = sys.stdin.buffer.read()
    if "session-start" in sys.argv:
        said = {"hookEventName": "SessionStart", "additionalContext": _HINT}
    elif not _MANAGERS.search(str((json.loads(event).get("tool_input") or {}).get("command", ""))):
        return 0
    elif "claude-code" not in sys.argv:
        sys.stderr.write(_HINT)  # the one answer that all hosts take for a refusal
        return 2
    else:
        said = {"hookEventName": "PreToolUse", "permissionDecision": "deny", "permissionDecisionReason": _HINT}
    sys.stdout.write(json.dumps({"hookSpecificOutput": said}))
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Exception as error:  # noqa: BLE001 - any fault must block, and say so
        sys.stderr.write(f"safe-install's launcher failed ({type(error).__name__}).\n")
        sys.exit(2)
