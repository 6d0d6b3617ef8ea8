"""The terminal itself: keys as they are typed, the alternate screen, and both put back however it ends.

Works where there is a terminal of POSIX, over SSH too; Ctrl-C stays what it is. Nothing but this file reads keys.
"""

from __future__ import annotations

import contextlib
import os
import re
import select
import shutil
import signal
import sys
from collections.abc import Iterator, Mapping
from types import FrameType

from safe_install.errors import ApprovalsError
from safe_install.reviewing.keys import Key

_ENTER = "\x1b[?1049h\x1b[?25l"
_LEAVE = "\x1b[?25h\x1b[?1049l"
_PATIENCE = 0.05  # seconds in which the rest of an escape sequence follows, over a slow line too
_BLOCK = 4096
_KEY = re.compile(rb"\x1b[\[O][0-9;?<]{0,30}[@-~]|[\xc0-\xff][\x80-\xbf]{0,3}|.", re.DOTALL)
"""A control sequence, a character of UTF-8, or a byte."""
_CUT = re.compile(
    rb"(?:\x1b(?:[\[O][0-9;?<]{0,30})?|[\xc0-\xdf]|[\xe0-\xef][\x80-\xbf]?|[\xf0-\xff][\x80-\xbf]{0,2})\Z"
)
_KEYS = {
    b"\x1b[A": Key.UP,
    b"\x1bOA": Key.UP,
    b"\x1b[B": Key.DOWN,
    b"\x1bOB": Key.DOWN,
    b"\x1b[C": Key.RIGHT,
    b"\x1bOC": Key.RIGHT,
    b"\x1b[D": Key.LEFT,
    b"\x1bOD": Key.LEFT,
    b"\x1b[5~": Key.PAGE_UP,
    b"\x1b[6~": Key.PAGE_DOWN,
    b"\x1b[H": Key.HOME,
    b"\x1bOH": Key.HOME,
    b"\x1b[1~": Key.HOME,
    b"\x1b[F": Key.END,
    b"\x1bOF": Key.END,
    b"\x1b[4~": Key.END,
    b"\r": Key.ENTER,
    b"\n": Key.ENTER,
    b"\x7f": Key.BACK,
    b"\x08": Key.BACK,
    b"\x1b": Key.ESCAPE,
}


def require_screen(env: Mapping[str, str]) -> None:
    """Stop with ApprovalsError where no page can be drawn."""
    drawable = env.get("TERM", "") not in {"", "dumb", "unknown"} and sys.stdout.isatty()
    if not drawable or sys.platform == "win32":
        raise ApprovalsError(
            "A review needs a terminal that can be drawn on, and this one says that it cannot.",
            hint="`safe-install scan` shows the same evidence, and `safe-install approve NAME` asks line by line.",
        )


class Screen:
    """A terminal in our hands: `typed` gives keys, or nothing when its size changed; `show` puts up a drawing."""

    def __init__(self, wakes: int) -> None:
        self._wakes = wakes

    @property
    def size(self) -> tuple[int, int]:
        """Give columns and lines, as they are now."""
        told = shutil.get_terminal_size()
        with contextlib.suppress(OSError):
            told = os.get_terminal_size(sys.stdout.fileno())
        return (told.columns or 80), (told.lines or 24)

    def show(self, drawing: str) -> None:
        """Put up one whole screen."""
        sys.stdout.write(drawing)
        sys.stdout.flush()

    def typed(self) -> list[str]:
        """Wait for keys; EOFError when the terminal is gone."""
        stdin = sys.stdin.fileno()
        ready, _, _ = select.select([stdin, self._wakes], [], [])
        if self._wakes in ready:
            os.read(self._wakes, _BLOCK)
        if stdin not in ready:
            return []
        content = os.read(stdin, _BLOCK)
        if not content:
            raise EOFError
        while _is_cut(content) and select.select([stdin], [], [], _PATIENCE)[0]:
            content += os.read(stdin, _BLOCK)
        return keys_in(content)


@contextlib.contextmanager
def screen() -> Iterator[Screen]:
    """Take the terminal over for a block, and give it back as it was."""
    import termios
    import tty

    stdin = sys.stdin.fileno()
    before = termios.tcgetattr(stdin)
    wakes, wake = os.pipe()
    os.set_blocking(wake, False)

    def resized(_number: int, _frame: FrameType | None) -> None:
        with contextlib.suppress(BlockingIOError):
            os.write(wake, b"r")

    former = signal.signal(signal.SIGWINCH, resized)
    try:
        tty.setcbreak(stdin)
        changed = termios.tcgetattr(stdin)
        changed[6][termios.VSUSP] = b"\0"  # a shell in the middle of a page would draw over it
        termios.tcsetattr(stdin, termios.TCSANOW, changed)
        sys.stdout.write(_ENTER)
        yield Screen(wakes)
    finally:
        with contextlib.suppress(OSError, termios.error):  # it may be gone
            sys.stdout.write(_LEAVE)
            sys.stdout.flush()
            termios.tcsetattr(stdin, termios.TCSAFLUSH, before)
        signal.signal(signal.SIGWINCH, former)
        os.close(wakes)
        os.close(wake)


def keys_in(content: bytes) -> list[str]:
    """Read the keys in what a terminal sent; a sequence that is none of ours is dropped whole, and so are other controls."""
    found: list[str] = []
    for part in _KEY.findall(content):
        text = part.decode("utf-8", "ignore")
        if part in _KEYS:
            found.append(_KEYS[part])
        elif text and text.isprintable():
            found.append(text)
    return found


def _is_cut(content: bytes) -> bool:
    """Tell whether what was read may go on: an escape sequence or a character that is not whole."""
    return _CUT.search(content) is not None
