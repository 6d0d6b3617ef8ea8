"""What every agent's settings share: lists of hooks by event, ours among a user's own; values in, values out."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from typing import Any

Settings = dict[str, Any]
HOOK = "safe-install-hook"
"""The text by which a hook is known as ours: in its command, or in one of its words."""


def added(settings: Mapping[str, Any], entries: Mapping[str, Settings]) -> Settings:
    """Give the settings with one entry more for each of these events; TypeError when they have another shape."""
    new: Settings = copy.deepcopy(dict(settings))
    hooks = table(new, "hooks")
    for event, entry in entries.items():
        values(hooks, event).append(entry)
    return new


def taken_out(settings: Mapping[str, Any], events: Iterable[str]) -> Settings:
    """Give the settings without our handlers at these events; what a user wrote stays, and nothing empty is left."""
    new: Settings = copy.deepcopy(dict(settings))
    hooks = table(new, "hooks")
    for event in events:
        kept = [entry for entry in (_own_taken_out(entry) for entry in values(hooks, event)) if entry is not None]
        put(hooks, event, kept)
    put(new, "hooks", hooks)
    return new


def table(settings: Settings, key: str) -> Settings:
    """Give the object under a key, made where there is none; TypeError when it is something else."""
    found = settings.setdefault(key, {})
    if not isinstance(found, dict):
        raise TypeError(f"{key} is no object")
    return found


def values(settings: Settings, key: str) -> list[Any]:
    """Give the list under a key, made where there is none; TypeError when it is something else."""
    found = settings.setdefault(key, [])
    if not isinstance(found, list):
        raise TypeError(f"{key} is no list")
    return found


def put(settings: Settings, key: str, value: list[Any] | Settings) -> None:
    """Set a key, or take it away when there is nothing to set."""
    if value:
        settings[key] = value
    else:
        settings.pop(key, None)


def _own_taken_out(entry: object) -> object | None:
    """Give one entry of an event without our handler; None when nothing else was in it."""
    if not isinstance(entry, dict) or not isinstance(entry.get("hooks"), list):
        return entry
    kept = [handler for handler in entry["hooks"] if not _is_own(handler)]
    if kept == entry["hooks"]:
        return entry
    return {**entry, "hooks": kept} if kept else None


def _is_own(handler: object) -> bool:
    if not isinstance(handler, dict):
        return False
    said = [str(handler.get("command", "")), *map(str, handler.get("args") or ())]
    return any(HOOK in word for word in said)
