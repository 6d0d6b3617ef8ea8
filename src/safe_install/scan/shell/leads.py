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
    MAKEFILE = "makefile"  # this file, or of none the one ``make`` looks for: see makefiles.py
    CMAKE = "cmake"  # this file, or of none the CMakeLists.txt of the directory
    CMAKE_MODULE = "cmake-module"  # CMake's own, or one of this name in a directory that the project names
    CARGO = "cargo"  # the Cargo.toml of the directory: one that runs nothing while it is built
    XCODE = "xcode"  # the project of Xcode's in the directory, or this one
    DATA = "data"  # read and not run: it may say what a script then does
    OTHER = "other"  # this file exactly, in a language that is not read
    FILE = "file"  # executed as it is: its content decides
    JAVASCRIPT_TEXT = "javascript-text"  # the target is the text
    SHELL_TEXT = "shell-text"
    PYTHON_TEXT = "python-text"
    BATCH_TEXT = "batch-text"
    POWERSHELL_TEXT = "powershell-text"
    SCRIPT = "script"  # a script of the package's own manifest, as ``npm run`` does
    SCRIPTS_BELOW = "scripts-below"  # a script of that name of each package in a folder below
    FOLDER = "folder"  # the scripts that npm runs when it installs what this folder of the package says
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
    """One edge that cannot be followed; it becomes a gap where it stands. ``optional``: its failure is caught.

    ``variable`` names the environment's variable that decides alone: where no text here sets it, whoever installs does,
    and nothing is hidden. ``place`` is the path of a program in the package that is only asked what it is: where it is
    known how it comes to lie there, nothing more is hidden than that. Of one that ``is_move``, ``moves`` is the directory that a text goes to: where no
    other text loads that one, it is enough to read it as running in both.
    ``file_named``: it is an edge only if any package here has a file of this name, or one may come. ``where_empty`` names a directory: it is an edge only if something lies there or may come there; if it says ``by_others``, other
    scripts, what is fetched and libraries may fill it, too. ``converts`` names a
    program of which it is known that it only makes files of others, if no text here may put another in its place.
    """

    kind: GapKind
    detail: str
    line: int = 1
    optional: bool = False
    variable: str = ""
    place: str = ""
    moves: Word | None = None
    is_move: bool = False
    where_empty: str = ""
    file_named: str = ""
    by_others: bool = False
    converts: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Ending:
    """One edge that ends where text does, in a known way; it becomes a boundary where it stands.

    ``asked`` are the hosts that are certainly all that is asked, nothing where that is not certain.
    """

    kind: BoundaryKind
    detail: str
    line: int = 1
    host: str = ""
    verified: str = ""
    asked: tuple[str, ...] = ()
