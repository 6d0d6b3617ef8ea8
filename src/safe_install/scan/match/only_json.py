"""Packages that write nothing but JSON: whatever place that goes to, what Node runs there is no program any more.

A file of JSON is an error to Node or does nothing, so it cannot be the program that a package starts. To a shell it can be
one, so no file of another language may be there.
"""

from __future__ import annotations

import re

from safe_install.model import Inspection, Language

_LARGEST = 131_072  # bytes of all files that are looked at
_WRITING = re.compile(
    r"\b(?:(?:write|append|output|copy|move)(?:File|Json|JSON)?|cp|rename|link|symlink|open|truncate|exchange|createWriteStream|WriteStream|pipeline)"
    r"(?:Sync)?\b(?<!\bwrite)(?<!\bwriteSync)"
)
"""Functions that write, whoever's they are; to ``write`` one needs what ``open`` or a stream gives."""
_GIVEN = r"(?:[^()]|\((?:[^()]|\([^()]{0,200}\)){0,200}\)){0,400}"
_WRITES_JSON = re.compile(
    rf"\bwriteFile(?:Sync)?\)?\(\s{{0,9}}[\w.$]{{1,80}}\s{{0,9}},\s{{0,9}}JSON\.stringify\({_GIVEN}\)\s{{0,9}}(?:\+\s{{0,9}}[\"'`]\\n[\"'`]\s{{0,9}})?[,)]"
)
_TAKEN = re.compile(
    r"\{\s{0,9}[\w\s,]{1,400}\}\s{0,9}(?:=\s{0,9}require\(|from\s{0,9})[\"'](?:node:)?fs(?:/promises)?[\"']"
)
_OF_JSON = re.compile(r"\bJSON\.(?:parse|stringify)\(")
_OTHERWISE = re.compile(r"\b(?:JSON|stringify)\b")
"""What may have ``JSON.stringify`` give something else."""


def writes_only_json(inspection: Inspection) -> bool:
    """Tell whether every file of a script's package that is run is JavaScript, and writes what ``JSON.stringify`` gives, or nothing."""
    texts = []
    for file in inspection.files:
        if file.language is Language.JSON or (file.inline and file.path == ":command"):
            continue
        if (
            file.language is not Language.JAVASCRIPT
            or file.inline
            or not inspection.script.package.brings(file.location)
        ):
            return False
        texts.append(file.content.decode(errors="replace"))
    return sum(map(len, texts)) <= _LARGEST and all(map(_only_json, texts))


def _only_json(text: str) -> bool:
    rest = _WRITES_JSON.sub("", _TAKEN.sub("", text))
    return _WRITING.search(rest) is None and _OTHERWISE.search(_OF_JSON.sub("", text)) is None
