"""Variables that Windows itself gives every process, and what they are on nearly every machine."""

from __future__ import annotations

from collections.abc import Mapping

from safe_install.scan.shell.words import WORKING_DIRECTORY

OF_WINDOWS: Mapping[str, str] = {
    "comspec": r"C:\Windows\System32\cmd.exe",
    "systemroot": r"C:\Windows",
    "windir": r"C:\Windows",
    "systemdrive": "C:",
    "os": "Windows_NT",
    "public": r"C:\Users\Public",
    "programfiles": r"C:\Program Files",
    "programfiles(x86)": r"C:\Program Files (x86)",
    "programw6432": r"C:\Program Files",
    "commonprogramfiles": r"C:\Program Files\Common Files",
    "allusersprofile": r"C:\ProgramData",
    "programdata": r"C:\ProgramData",
    "pathext": ".COM;.EXE;.BAT;.CMD;.VBS;.VBE;.JS;.JSE;.WSF;.WSH;.MSC",
    "cd": WORKING_DIRECTORY,
}
"""Values that Windows gives on nearly every machine, whose letters texts are put together from."""


def is_of_windows(name: str) -> bool:
    """Tell whether Windows itself sets a variable, so that its value is taken for known."""
    return name.lower() in OF_WINDOWS
