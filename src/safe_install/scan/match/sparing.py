"""Rules that semgrep need not try on every text: each file's name says which of them could match in it.

Measured on what the scripts of a lockfile of 1,567 packages reach, 1,741 files: 146 rules read text, and of these and a
text 84 % cannot match, for a word that they need is not there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from safe_install.scan.match.needed import Clause, Pieces, needed_by

MOST = 200
"""Rules that are spared; a name of a file has 255 letters at most."""
_ALL, _EITHER, _PATTERN = "pattern", "pattern-either", "pattern-regex"

Rule = Mapping[str, Any]


class Sparing:
    """``rules``, of which some look only at files whose names bear their `mark`; for semgrep in place of all rules."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules: list[Rule] = []
        self._needs: list[list[int]] = []
        self._clauses: dict[Clause, int] = {}
        always = next((rule["id"] for rule in rules if _reads_text(rule) and "paths" not in rule), None)
        for rule in rules:
            if always is None or rule["id"] == always or not _can_be_spared(rule):
                self.rules.append(rule)  # one looks at everything: what no rule looks at semgrep does not name as read
            else:
                self._divide(rule)
        self._pieces = Pieces(self._clauses)
        self._serves: defaultdict[str, int] = defaultdict(int)
        for clause, bit in self._clauses.items():
            for piece in clause:
                self._serves[piece] |= bit

    def mark(self, content: bytes) -> str:
        """Give the end of a copy's name, a hyphen and a letter for each spared rule: whether it is to look at this text."""
        if not self._needs:
            return ""
        there = 0
        for piece in self._pieces.in_text(content):
            there |= self._serves[piece]
        return "-" + "".join("1" if any(there & need == need for need in needs) else "0" for needs in self._needs)

    def _divide(self, rule: Rule) -> None:
        """Take the patterns of a rule that need something apart from those that may match anywhere."""
        needed = [(pattern, needed_by(pattern[_PATTERN])) for pattern in rule[_EITHER]]
        anywhere = [pattern for pattern, needs in needed if not needs]
        sometimes = [(pattern, needs) for pattern, needs in needed if needs]
        if not sometimes or len(self._needs) == MOST:
            self.rules.append(rule)
            return
        paths = {**rule.get("paths", {}), "include": [f"*-{'?' * len(self._needs)}1*"]}
        self._needs.append([self._bits_of(needs) for _, needs in sometimes])
        self.rules.append({**rule, "id": f"some.{rule['id']}", _EITHER: [one for one, _ in sometimes], "paths": paths})
        if anywhere:
            self.rules.append({**rule, _EITHER: anywhere})

    def _bits_of(self, clauses: Sequence[Clause]) -> int:
        """Give a number with one bit for each clause: a bit has to be set for each, and that is told in one step."""
        bits = 0
        for clause in clauses:
            bits |= self._clauses.setdefault(clause, 1 << len(self._clauses))
        return bits


def _reads_text(rule: Rule) -> bool:
    return list(rule["languages"]) == ["regex"]


def _can_be_spared(rule: Rule) -> bool:
    """Tell whether a rule is a list of patterns and nothing else that decides what it matches."""
    either = rule.get(_EITHER)
    if not _reads_text(rule) or not isinstance(either, list) or "include" in rule.get("paths", {}):
        return False
    others = {key for key in rule if key.startswith(_ALL)} - {_EITHER}
    return not others and all(isinstance(each, dict) and set(each) == {_PATTERN} for each in either)
