"""Files that name one place below the home directory, in a folder that bears the package's own name, and no other."""

from __future__ import annotations

import re
from collections.abc import Iterable

from safe_install.model import Language, ReachableFile

OWN_HOME = "keeps-own-home-folder"
"""The fact, by the name that chains know it by."""
SECRETS = frozenset(
    ("opens-secret-file", "reads-credential-files", "reads-home-secrets", "reads-npm-tokens", "reads-private-settings")
)
"""Signatures of files that others keep secrets in, whatever the package is called."""
_LARGEST = 65_536  # bytes
_SHORTEST = 4  # letters of a name that is no other program's by chance
_HOME = r"(?:\(0,\s{0,3}[\w$.]{1,40}homedir\)\(\)|(?:[\w$]{1,40}\.)?homedir\(\)|process\.env\.(?:HOME|USERPROFILE|APPDATA|LOCALAPPDATA|XDG_CONFIG_HOME|XDG_DATA_HOME))"
_PARENTS = r"(?:\.config|\.cache|\.local|share|state|Library|Application Support|Caches|AppData|Roaming|Local)"
_JOINED = re.compile(
    rf"\b(?:join|resolve)\)?\(\s{{0,9}}{_HOME}(?P<parts>(?:\s{{0,9}},\s{{0,9}}[\"'][\w@. -]{{1,80}}[\"']){{1,8}})\s{{0,9}}\)"
)
_PART = re.compile(r"[\"']([^\"']+)[\"']")
_TAKEN = re.compile(
    r"\{\s{0,9}(?:\w{1,40}\s{0,9},\s{0,9}){0,20}homedir(?:\s{0,9},\s{0,9}\w{1,40}){0,20}\s{0,9},?\s{0,9}\}\s{0,9}(?:=\s{0,9}require\(|from)"
)
_ANY_HOME = re.compile(
    r"homedir|HOME\b|USERPROFILE|APPDATA|userInfo|(?<![\w/.])~/|/(?:home|Users|root)\b", re.IGNORECASE
)


def keeps_to_own_folder(file: ReachableFile, name: str, shown: Iterable[str]) -> bool:
    """Tell whether all that a file of JavaScript names of the home directory is a folder called like the package; ``shown`` are its signatures."""
    if file.language is not Language.JAVASCRIPT or len(file.content) > _LARGEST or SECRETS & set(shown):
        return False
    text = file.content.decode(errors="replace")
    places = [_PART.findall(one["parts"]) for one in _JOINED.finditer(text)]
    rest = _TAKEN.sub("", _JOINED.sub("", text))
    return bool(places) and all(_is_own(parts, name) for parts in places) and _ANY_HOME.search(rest) is None


def _is_own(parts: list[str], name: str) -> bool:
    """Tell whether the first folder that is not one for everybody bears the package's name or its scope's."""
    first = next((part for part in parts if not re.fullmatch(_PARENTS, part)), "")
    own = {one.removeprefix("@") for one in name.split("/")}
    return ".." not in parts and len(first) >= _SHORTEST and first.removeprefix(".") in own
