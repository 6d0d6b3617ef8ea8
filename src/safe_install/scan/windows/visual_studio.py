r"""Where Microsoft's compiler is found: its installer's own ``vswhere.exe`` says, and batch files beside the compiler set it up.

https://github.com/microsoft/vswhere/wiki/Find-VC. Only by its whole path: a bare name is looked for where the script runs first.
"""

from __future__ import annotations

import re

VISUAL_STUDIO = r"C:\Program Files\Microsoft Visual Studio\2022\Community"
"""Stands for the directory that ``vswhere.exe`` names: which edition it is, only running tells."""
_FINDS = re.compile(
    r"\s*\"+C:\\Program Files \(x86\)\\Microsoft Visual Studio\\Installer\\vswhere(?:\.exe)?\"\s[^&|<>\"]{0,400}-property\s+installationPath\s*\"?\s*",
    re.IGNORECASE,
)
_SETS_UP = re.compile(
    r"\"?C:\\Program Files(?: \(x86\))?\\Microsoft Visual Studio\\\d{4}\\\w+\\(?:VC\\Auxiliary\\Build\\vcvars\w{2,12}|Common7\\Tools\\(?:VsDevCmd"
    r"|VsMSBuildCmd))\.bat\"?",
    re.IGNORECASE,
)


def finds_visual_studio(command: str) -> bool:
    """Tell whether a command says nothing but where Visual Studio is installed."""
    return _FINDS.fullmatch(command) is not None


def sets_up_compiler(program: str) -> bool:
    """Tell whether a program is a batch file of Visual Studio's own that only sets variables for its compiler."""
    return _SETS_UP.fullmatch(program) is not None
