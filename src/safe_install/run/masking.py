"""A stream without certain values in it, also where one is cut in two by the blocks it comes in."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping

_SHORTEST = 8


def in_base64(value: bytes) -> bytes:
    """Encode what stays the same whatever follows the value: whole groups of three bytes; empty when that is too little."""
    whole = base64.b64encode(value[: len(value) // 3 * 3])
    return whole if len(whole) >= _SHORTEST else b""


class Mask:
    """Replaces the values of named secrets, and their base64, by their names; holds back no more than could become one."""

    def __init__(self, secrets: Mapping[str, str]) -> None:
        raw = {name: value.encode(errors="surrogateescape") for name, value in secrets.items()}
        forms = {form: name for name, value in raw.items() for form in (value, in_base64(value)) if form}
        self._forms = {form: f"[{forms[form]}]".encode() for form in sorted(forms, key=len, reverse=True)}
        self._first = re.compile(b"[" + b"".join(re.escape(form[:1]) for form in self._forms) + b"]") if forms else None
        self._held = b""

    def passed(self, block: bytes) -> bytes:
        """Give what may be shown of everything up to the end of this block."""
        text, at, shown = self._held + block, 0, bytearray()
        while self._first and (candidate := self._first.search(text, at)):
            shown += text[at : candidate.start()]
            at = candidate.start()
            if len(text) - at < len(next(iter(self._forms))) and self._may_become_one(text[at:]):
                self._held = text[at:]
                return bytes(shown)
            form = next((form for form in self._forms if text.startswith(form, at)), text[at : at + 1])
            shown += self._forms.get(form, form)
            at += len(form)
        self._held = b""
        return bytes(shown) + text[at:]

    def rest(self) -> bytes:
        """Give what was held back, at the end of the stream; a shorter value may be in it still."""
        rest, self._held = self._held, b""
        for form, name in self._forms.items():
            rest = rest.replace(form, name)
        return rest

    def _may_become_one(self, end: bytes) -> bool:
        return any(form.startswith(end) and form != end for form in self._forms)
