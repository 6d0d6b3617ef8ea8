"""What npm answered before, as long as nothing that its answer depends on is another: two starts of node less at every command.

An answer is found by the programs (what the file system says of the files they are), the whole environment npm would get and
whose process it is; and believed while the three .npmrc files that npm read say what they said, each read again every time. What
npm told of secrets is none of it: of the configuration only what is used is written, and nothing where that could hold one.
"""

from __future__ import annotations

import json
import os
import stat
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from safe_install import __version__
from safe_install.model import Digest, sha256
from safe_install.run.npm_environment import npm_environment
from safe_install.whole_files import read_file, replace_file

USED = frozenset(
    (
        *(
            "registry",
            "replace-registry-host",
            "ca",
            "cafile",
            "strict-ssl",
            "https-proxy",
            "proxy",
            "noproxy",
            "maxsockets",
        ),
        *("fetch-retries", "fetch-retry-factor", "fetch-retry-mintimeout", "fetch-retry-maxtimeout", "fetch-timeout"),
        *("userconfig", "globalconfig", "cache", "omit", "legacy-peer-deps"),
    )
)
"""The settings that we ask npm for; beside them the registries of scopes."""
_SAID = ("node", "node_version", "platform", "arch", "registry", "node_gyp")
_SETTLED = 2.0  # seconds that a file must not have changed in before npm was asked; file systems tell coarse times
_LARGEST = 1 << 20  # bytes
_MOST = 8  # answers
_CODE = ("lib/npm.js", "lib/commands/config.js", "node_modules/npm-install-checks/lib/current-env.js")
"""Files of npm beside its configuration's that take part in an answer."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What node and npm said: ``about`` of themselves, ``config`` as npm gave it, before anything is filled in."""

    about: Mapping[str, object]
    config: Mapping[str, object]


@dataclass(frozen=True, kw_only=True, slots=True)
class Answers:
    """The answers in the file ``path``, to one question: what ``asks`` of this npm, with this environment. It never raises."""

    path: Path
    node: Path
    cli: Path
    env: Mapping[str, str]
    asks: str

    def get(self) -> Answer | None:
        """Give the answer, None when it is not known, or may be another by now."""
        entry: Any = self._entries().get(self._question())
        try:
            about, config = dict(entry["about"]), dict(entry["config"])
            same = entry["said"] == _contents(entry["files"]) and all(isinstance(about[name], str) for name in _SAID)
            return Answer(about=about, config=config) if same and Path(about["node_gyp"]).is_file() else None
        except (TypeError, KeyError, ValueError):
            return None

    def put(self, answer: Answer, began: float) -> None:
        """Keep an answer that npm began to give at ``began`` (`time.time`), if all it depends on is known and as it was then."""
        built_in = str(self.cli.parent.parent / "npmrc")
        files = [built_in, *(str(answer.config.get(key)) for key in ("userconfig", "globalconfig"))]
        said = _contents(files)
        if (
            said is None
            or not self._is_direct(answer)
            or _may_be_secret(answer.config)
            or not _are_settled(files, began)
        ):
            return
        question = self._question()
        entry = {"files": files, "said": said, "about": answer.about, "config": answer.config}
        others = [item for item in self._entries().items() if item[0] != question]
        with suppress(OSError):
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            replace_file(self.path, json.dumps(dict([*others, (question, entry)][-_MOST:])).encode(), durable=False)

    def _is_direct(self, answer: Answer) -> bool:
        """Tell whether node is the program that was found: a version switcher's shim chooses by what nobody knows."""
        return bool(self.env.get("HOME")) and answer.about.get("node") == os.path.realpath(self.node)

    def _question(self) -> Digest:
        user = os.geteuid() if hasattr(os, "geteuid") else 0
        surroundings = sorted(npm_environment(self.env, configured=True).items())
        told = [__version__, self.asks, sorted(USED), surroundings, user, [*map(_state, self._programs())]]
        return sha256(json.dumps(told).encode())

    def _programs(self) -> Iterator[str]:
        """Name the files that answer: node, and npm as far as it reads its configuration."""
        npm = self.cli.parent.parent
        yield os.path.realpath(self.node)
        yield from map(str, (self.cli, npm / "package.json", *(npm / name for name in _CODE)))
        yield from sorted(map(str, (npm / "node_modules" / "@npmcli" / "config").rglob("*")))

    def _entries(self) -> dict[str, Any]:
        try:
            entries = json.loads(read_file(self.path, _LARGEST))
        except (OSError, ValueError, RecursionError):
            return {}
        return entries if isinstance(entries, dict) else {}


def used(config: Mapping[str, object]) -> dict[str, object]:
    """Leave out of a configuration what nobody here asks for: settings of other programs may be secrets."""
    return {
        key: value for key, value in config.items() if key in USED or (key[:1] == "@" and key.endswith(":registry"))
    }


def _state(path: str) -> list[object]:
    """Say of a file what changes when it is written or replaced: no program can set the time of its last change."""
    try:
        found = os.stat(path)  # noqa: PTH116 - some are of folders that may not be read
    except OSError:
        return [path]
    times = [found.st_mtime_ns, found.st_ctime_ns] if not stat.S_ISDIR(found.st_mode) else []
    return [path, found.st_dev, found.st_ino, found.st_size, *times]


def _contents(files: Sequence[str]) -> Digest | None:
    """Name what files hold, or that they are not there; None when that cannot be known."""
    told: list[str] = []
    for path in files:
        try:
            if os.path.lexists(path):
                found = os.stat(path)  # noqa: PTH116
                if not stat.S_ISREG(found.st_mode) or found.st_size > _LARGEST:
                    return None
                told.append(sha256(Path(path).read_bytes()))
            else:
                told.append("")
        except OSError:
            return None
    return sha256(json.dumps([[*files], told]).encode())


def _are_settled(files: Iterable[str], began: float) -> bool:
    """Tell whether npm surely read what these files hold now: none of them came, went or changed while it did."""
    return all(Path(path).is_absolute() and _changed(path) < began - _SETTLED for path in files)


def _changed(path: str) -> float:
    """Say when something was last changed at a place; where nothing is, in the nearest folder around it."""
    while not os.path.lexists(path) and path != os.path.dirname(path):  # noqa: PTH120
        path = os.path.dirname(path)  # noqa: PTH120
    try:
        found = os.stat(path)  # noqa: PTH116
        usual = stat.S_ISREG(found.st_mode) or stat.S_ISDIR(found.st_mode)
        return max(found.st_ctime, os.lstat(path).st_ctime) if usual else time.time()
    except OSError:
        return time.time()


def _may_be_secret(config: Mapping[str, object]) -> bool:
    """Tell whether any setting could hold a password, as an address can; npm tells of none, and this must not rest on that."""
    return any(
        "@" in text for key, value in config.items() for text in _texts(value) if "://" in text or "proxy" in key
    )


def _texts(value: object) -> Iterator[str]:
    yield from map(str, value) if isinstance(value, list) else (str(value),)
