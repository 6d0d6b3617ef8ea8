"""What one text leads to: the files, programs and further texts it names, and what it hides."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from safe_install.model import BoundaryKind, GapKind
from safe_install.scan.shell.words import Word


class Kind(StrEnum):
    """How a lead's target is looked up, and how it is then read."""

    MODULE = "module"  # required or imported by the text that names it: a path, a builtin or a package
    MAIN = "main"  # what ``node TARGET`` runs, from the working directory
    JAVASCRIPT = "javascript"  # this file exactly, as JavaScript: ``node < TARGET``
    SHELL = "shell"  # this file exactly, as shell text: ``sh TARGET``
    PYTHON = "python"
    PYTHON_MODULE = "python-module"  # imported by the Python text that names it: ``a.b``, ``.a`` relative
    BATCH = "batch"  # this file exactly, as a batch file of Windows
    POWERSHELL = "powershell"
    MAKEFILE = "makefile"  # this file, or of none the one ``make`` looks for: see build_files.py
    CMAKE = "cmake"  # this file, or of none the CMakeLists.txt of the directory
    DATA = "data"  # read and not run: it may say what a script then does
    OTHER = "other"  # this file exactly, in a language that is not read
    FILE = "file"  # executed as it is: its content decides
    JAVASCRIPT_TEXT = "javascript-text"  # the target is the text
    SHELL_TEXT = "shell-text"
    PYTHON_TEXT = "python-text"
    BATCH_TEXT = "batch-text"
    POWERSHELL_TEXT = "powershell-text"
    SCRIPT = "script"  # a script of the package's own manifest, as ``npm run`` does
    PROGRAM = "program"  # found on the PATH: a bin of this package, of another one, or of nobody
    GYP = "gyp"  # ``node-gyp`` in the working directory


@dataclass(frozen=True, kw_only=True, slots=True)
class Lead:
    """One edge that can be followed. ``optional``: its failure is caught. ``directory``: see `Command`.

    ``arguments`` are what is given to a script or program beyond its name.
    """

    kind: Kind
    target: Word
    line: int = 1
    optional: bool = False
    directory: Word | None = None
    arguments: tuple[Word, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Blind:
    """One edge that cannot be followed; it becomes a gap where it stands. ``optional``: its failure is caught."""

    kind: GapKind
    detail: str
    line: int = 1
    optional: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Ending:
    """One edge that ends where text does, in a known way; it becomes a boundary where it stands."""

    kind: BoundaryKind
    detail: str
    line: int = 1
    host: str = ""
    verified: str = ""
