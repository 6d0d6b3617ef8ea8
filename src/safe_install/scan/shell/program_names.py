"""Which programs there are: what a shell does itself, what a system has, what ours puts first."""

from __future__ import annotations

import re

from safe_install.scan.shell.commands import Command
from safe_install.scan.shell.words import Word, listed

TRUSTED = frozenset(("node", "sh", "node-gyp"))
"""Programs that our runner puts before every package's bin, so that no package can take their place."""
BUILTINS = listed(
    ". : [ [[ alias break builtin cd command continue declare echo eval exec exit export false hash local printf pwd read"
    " readonly return set shift source test times trap true type typeset ulimit umask unset wait"
) | {""}
"""What a shell does itself, before it looks for a program."""
SHELLS = frozenset(("sh", "bash", "dash", "ash", "zsh", "ksh"))
OTHER_LANGUAGES = listed(
    "perl ruby php lua luajit osascript cscript wscript tclsh expect Rscript julia gdb sqlite3 emacs m4 bc dc guile java"
    " groovy swift ghc racket"
)
POWERSHELLS = frozenset(("powershell", "pwsh"))
PYTHONS = frozenset(("python", "python2", "python3", "py", "pypy", "pypy3"))
AWKS = frozenset(("awk", "gawk", "mawk", "nawk"))
EDITORS = frozenset(("vim", "vi", "nvim", "ex", "ed", "nano", "less", "more", "man"))
NETWORK = listed(
    "curl wget aria2c ftp lftp nc ncat netcat ssh scp sftp rsync certutil bitsadmin gh pip pip3 brew apt apt-get gem"
    " nslookup dig host ping telnet socat http xh axel yum dnf apk pacman choco winget scoop docker podman aws gcloud az"
    " kubectl sendmail mail tftp smbclient svn hg"
)
COMPILERS = listed(
    "gcc g++ cc c++ clang clang++ cl ld link mcs lld ar ranlib ml ml64 armasm64 as nasm nvcc yasm rustc swiftc clang-cl strip lipo codesign"
    " install_name_tool dlltool windres lib"
)
"""Programs that make native code of sources, or change native code, and run nothing of it."""
BUILDERS = listed(
    "ninja cargo go msbuild meson scons gradle mvn bazel xcodebuild xmake ant waf devenv dotnet zig stack cabal autoreconf"
    " automake autoconf libtoolize vcbuild aclocal autoheader glibtoolize"
)
"""Programs that run what a package's build files say, in languages that are not read."""
CONVERTERS = listed("cwebp fc-cache gif2webp msgfmt ngcc optipng pngquant rsvg-convert woff2_compress zopfli")
"""Programs that make files of others, and run nothing that these or their arguments name.

None of them makes code, as tsc does, or unpacks it, as brotli does; ngcc loads settings, which bear its name.
"""
ON_DEMAND = frozenset(("only-allow",))
"""What honest scripts have npx fetch, and what only looks at who runs it."""
WRAPPERS = listed(
    "builtin command call doas env exec ionice nice nohup setsid stdbuf sudo time timeout unbuffer chrt taskset caffeinate"
    " arch linux32 linux64 winpty xcrun xvfb-run"
)
QUIET = listed(
    "basename cat chmod chown cp cut date dirname head hostname id ln ls mkdir mktemp mv readlink realpath rm rmdir sleep"
    " tail tee touch tr uname wc which whoami getconf lsb_release nproc isainfo sw_vers sysctl where where.exe 7z 7za 7zz"
    " base64 bunzip2 bzip2 c++filt cksum cmp column comm cygpath df diff ditto du egrep expr fgrep file fold free getent"
    " grep gunzip gzip hdiutil hexdump iconv install jq kill ldconfig ldd locale logger md5 md5sum nl nm objdump od openssl"
    " otool paste patch pgrep pkg-config pkgconf ps pwd readelf rev seq sha1sum sha256sum sha512sum shasum sort split stat"
    " stty sync tac test tput tty uniq unlink unxz unzip uptime vm_stat vswhere wslpath xattr xcode-select xxd xz yes zcat"
    " zip zstd clear reset chcp findstr tasklist ver systeminfo true false icu-config llvm-config system_profiler lipo"
    " plutil cups-config curl-config freetype-config mariadb_config mysql_config pcre-config pg_config sdl2-config"
    " xml2-config xslt-config pushd popd dirs gdal-config geos-config krb5-config odbc_config getcap getfacl groups ioreg"
    " logname lsblk lscpu lsmod lspci lsusb mdfind mdls modinfo nvidia-smi sha384sum size strings uuidgen"
)
"""Programs that run nothing else: of every system, of bash alone (pushd), and what says how something is linked with (-config)."""
SYSTEM = listed(
    "find git xargs npm npx pnpm yarn yarnpkg make gmake nmake cmake sed gsed tar bsdtar gtar mshta msiexec regsvr32"
    " rundll32 regasm installutil busybox toybox cmd start nodejs"
).union(QUIET, SHELLS, OTHER_LANGUAGES, POWERSHELLS, PYTHONS, NETWORK, COMPILERS, BUILDERS, WRAPPERS, AWKS, EDITORS)
"""Programs that come with a system or with Node, unless a package's bin stands before them."""

_EXTENSION = re.compile(r"\.(?:exe|cmd|bat)$", re.IGNORECASE)
_NODE_ITSELF = frozenset(("$npm_node_execpath", "${npm_node_execpath}", "$NODE", "${NODE}"))
_NPM_ITSELF = frozenset(("$npm_execpath", "${npm_execpath}"))


def program_name(command: Command) -> str | None:
    """Name a program as these tables do: without directory and Windows' extension; None when it is computed.

    A relative path stays a path: it is a file of the package's.
    """
    name = command.program.literal
    if name is None:
        shown = command.program.shown
        return "node" if shown in _NODE_ITSELF else "npm" if shown in _NPM_ITSELF else None
    if "/" in name and not name.startswith("/"):
        return name
    return _EXTENSION.sub("", name.rpartition("/")[2])


def is_flag(word: Word, signs: str = "-") -> bool:
    """Tell whether a word starts with a sign, so that it is a flag and no file."""
    start = word.parts[0] if word.parts else ""
    return isinstance(start, str) and start[:1] != "" and start[0] in signs
