"""What waits to be read in a trace: the texts of the script's own package first, then those of libraries."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from safe_install.model import Language
from safe_install.scan.reach.arguments import Given
from safe_install.scan.reach.installed import Places
from safe_install.scan.reach.texts import Text


@dataclass(slots=True)
class Unread:
    """Texts that wait, each once for every way in which it runs; the limits shall not spare own ones."""

    own: deque[Text] = field(default_factory=deque)
    libraries: deque[Text] = field(default_factory=deque)
    seen: set[tuple[str, str, Language, Places, str, bool, Given, str]] = field(default_factory=set)
    leaves_libraries: bool = False
    """Whether no further texts of libraries are taken in."""

    def add(self, text: Text, *, is_own: bool) -> None:
        """Let a text wait, once for each set of places where it may run, and once more without cover."""
        key = (text.file.location, text.file.path, text.file.language, text.places, text.asked, text.shared, text.given)
        if (*key, "") in self.seen or (*key, text.program) in self.seen:
            return
        self.seen.add((*key, text.program))
        if is_own:
            self.own.append(text)
        elif not self.leaves_libraries:
            self.libraries.append(text)

    def next(self) -> Text:
        """Give the text that is to be read now."""
        return self.own.popleft() if self.own else self.libraries.popleft()

    def leave_libraries(self) -> tuple[Text, int]:
        """Give up the texts of libraries: the last of them, and how many they are."""
        left, count = self.libraries[-1], len(self.libraries)
        self.libraries.clear()
        self.leaves_libraries = True
        return left, count
