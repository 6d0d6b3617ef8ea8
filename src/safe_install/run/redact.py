"""What a script may not say aloud: the values of the caller's secrets, and of what it was granted."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from safe_install.run.masking import in_base64

_SHORTEST = 8  # a shorter value stands in too much that is no secret
_WORDS = "TOKEN|SECRET|PASS(WORD|WD|PHRASE)?|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY|AUTH|CREDENTIALS?|COOKIE|SESSION"
_SECRET_NAME = re.compile(rf"(^|_)({_WORDS}|DSN|CONNECTION_STRING|DATABASE_URL|WEBHOOK(_URL)?|PAT)(_|$)", re.IGNORECASE)
_FAMILIES = ("AWS_", "AZURE_", "GOOGLE_", "GCP_", "CLOUDFLARE_", "VAULT_", "GH_", "ANTHROPIC_", "OPENAI_", "HF_")


def redacted(text: str, env: Mapping[str, str], granted: Collection[str] = ()) -> str:
    """Replace every value of a variable whose name sounds like a secret, or was granted, by its name; base64 of it too."""
    values = {value: name for name, value in env.items() if len(value) >= _SHORTEST and is_secret(name, granted)}
    for value in sorted(values, key=len, reverse=True):
        for form in (value, in_base64(value.encode(errors="surrogateescape")).decode()):
            text = text.replace(form, f"[{values[value]}]") if form else text
    return text


def is_secret(name: str, granted: Collection[str] = ()) -> bool:
    """Tell whether a variable's value is nobody's business, by its name."""
    return name in granted or name.startswith(_FAMILIES) or _SECRET_NAME.search(name) is not None
