"""False credentials where a thief would look: nobody else has a reason to open them, and opening them is seen.

They lie in a folder of ours and are shown read-only in the script's home. The kernel tells us of an open or a read
(inotify, which sees through a bind mount and needs no privilege); a look at the name alone is not told. What build tools
read by themselves (``.npmrc``, ``.gitconfig``, ``.netrc``, a project's ``.env``) is not among them.
"""

from __future__ import annotations

import base64
import ctypes
import json
import os
import secrets
import struct
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from safe_install.run.walls import Access, View

_OPEN, _READ, _LOST = 0x20, 0x01, 0x4000  # inotify(7): IN_OPEN, IN_ACCESS, IN_Q_OVERFLOW
_EVENT = struct.Struct("iIII")
_EVENTS = 64 * 1024
_AT_TOP = (".ssh", ".aws", ".docker", ".claude", ".claude.json", ".config/gh")


class Decoys:
    """One execution's decoys: random, valid nowhere. ``secrets`` are what is worth stealing in them.

    ``were_watched`` tells whether the kernel tells us who opens them.
    """

    def __init__(self, folder: Path, *, in_environment: bool = False) -> None:
        self.folder = folder
        self.environment: Mapping[str, str] = _variables() if in_environment else {}
        self._planted = _files()
        self._names: dict[int, str] = {}
        self.secrets = (*(secret for _, secret in self._planted.values()), *map(str.encode, self.environment.values()))
        for name, (text, _) in self._planted.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
            path.chmod(0o600)
        self._queue = -1
        self.were_watched = False

    def watch(self) -> None:
        """Watch them from now on."""
        self.close()
        self._queue = self._watch()
        self.were_watched = self._queue >= 0

    def views(self, home: Path) -> tuple[View, ...]:
        """Show them in a home."""
        return tuple(View(home / name, Access.READ, self.folder / name) for name in _AT_TOP)

    def touched(self) -> tuple[str, ...]:
        """Name those that were opened or read since they were planted, as they are called in a home; ends the watch."""
        if self._queue < 0:
            return ()
        found: set[str] = set()
        with suppress(BlockingIOError):
            while events := os.read(self._queue, _EVENTS):
                at = 0
                while at < len(events):
                    watch, mask, _, length = _EVENT.unpack_from(events, at)
                    found.add("more than could be noted" if mask & _LOST else f"~/{self._names.get(watch, '?')}")
                    at += _EVENT.size + length
        self.close()
        return tuple(sorted(found))

    def close(self) -> None:
        """End the watch."""
        if self._queue >= 0:
            os.close(self._queue)
            self._queue = -1

    def _watch(self) -> int:
        """Watch every file; -1 where the kernel does not allow that (any more)."""
        libc = ctypes.CDLL(None, use_errno=True)
        if not hasattr(libc, "inotify_init1"):  # macOS
            return -1
        queue: int = libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        for name in self._planted if queue >= 0 else ():
            number = libc.inotify_add_watch(queue, os.fsencode(self.folder / name), _OPEN | _READ)
            if number < 0:
                os.close(queue)
                return -1
            self._names[number] = name
        return queue


def _files() -> Mapping[str, tuple[str, bytes]]:
    """Make up the text of each, and what in it is worth stealing."""
    key, cloud, pushed, session, token = (secrets.token_urlsafe(48) for _ in range(5))
    identity = f"AKIA{base64.b32encode(secrets.token_bytes(10)).decode()}"
    profile = f"[default]\naws_access_key_id = {identity}\naws_secret_access_key = {cloud}\n"
    registry = json.dumps({"auths": {"registry.example.test": {"auth": pushed}}})
    signed_in = json.dumps({"oauth": {"accessToken": session, "refreshToken": key}})
    return {
        ".ssh/id_rsa": _private_key(1200),
        ".ssh/id_ed25519": _private_key(220),
        ".aws/credentials": (profile, cloud.encode()),
        ".docker/config.json": (registry, pushed.encode()),
        ".claude/.credentials.json": (signed_in, session.encode()),
        ".claude.json": (signed_in, key.encode()),
        ".config/gh/hosts.yml": (f"github.com:\n    oauth_token: {token}\n    user: me\n", token.encode()),
    }


def _private_key(size: int) -> tuple[str, bytes]:
    """Make up what looks like one, and give its first line, which whoever takes it takes as well."""
    body = base64.b64encode(secrets.token_bytes(size)).decode()
    lines = [body[at : at + 70] for at in range(0, len(body), 70)]
    text = "\n".join(("-----BEGIN OPENSSH PRIVATE KEY-----", *lines, "-----END OPENSSH PRIVATE KEY-----", ""))
    return text, lines[0].encode()


def _variables() -> Mapping[str, str]:
    """Make up variables that a thief would take; only on request, because a tool may try to log in with one."""
    return {
        "NPM_TOKEN": f"npm_{secrets.token_urlsafe(27)}",
        "ANTHROPIC_API_KEY": f"sk-ant-api03-{secrets.token_urlsafe(69)}AA",
        "AWS_SECRET_ACCESS_KEY": secrets.token_urlsafe(30),
        "GITHUB_TOKEN": f"ghp_{secrets.token_hex(18)}",
    }
