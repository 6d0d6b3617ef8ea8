"""Native libraries that a package's own gyp file builds, and that it also brings along built, for each platform."""

from __future__ import annotations

import posixpath
import re

from safe_install.model import Package
from safe_install.scan import contents
from safe_install.scan.gyp.targets import read_targets

FEWEST = 3  # systems: what somebody built for everybody is there for several, what was built for one victim is not
_BUILD_FILE = "binding.gyp"
_SYSTEMS = {"linux": "an ELF", "android": "an ELF", "freebsd": "an ELF", "darwin": "a Mach-O", "win32": "a Windows"}
_FOR = re.compile(
    rf"(?P<system>{'|'.join(_SYSTEMS)})-(?:x64|arm64|ia32|arm|armv[67]|ppc64|ppc|s390x|riscv64|loong64|mips64el)(?:[-.+][\w.+-]*)?"
)


def is_prebuilt(package: Package, path: str) -> bool:
    """Tell whether a library is what the package's sources give, built before: what node-gyp-build loads likewise.

    It has the name of a target of binding.gyp, whose sources are there; it lies in a directory that names its platform,
    beside those for others; and it is of its platform's kind.
    """
    directory, name = posixpath.split(path)
    stem, extension = posixpath.splitext(name)
    if extension != ".node" or _BUILD_FILE not in package.members or not _is_of_its_platform(package, path):
        return False
    sources = read_targets(package.files[_BUILD_FILE].decode(errors="replace")).get(stem, ())
    around = posixpath.dirname(directory)
    beside = [one for one in package.members if posixpath.basename(one) == name and _around(one) == around]
    platforms = [_FOR.fullmatch(posixpath.basename(posixpath.dirname(one))) for one in beside]
    has_sources = any(posixpath.normpath(source) in package.members for source in sources)
    return has_sources and None not in platforms and len({one["system"] for one in platforms if one}) >= FEWEST


def _around(path: str) -> str:
    return posixpath.dirname(posixpath.dirname(path))


def _is_of_its_platform(package: Package, path: str) -> bool:
    """Tell whether a library is of the kind of the platform that its directory names."""
    found = _FOR.fullmatch(posixpath.basename(posixpath.dirname(path)))
    said = contents.native(package.files[path]) or ""
    return found is not None and said.startswith(_SYSTEMS[found["system"]])
