"""What of the system a script sees, whoever puts up the walls: programs, certificates, names; no home, no /run, no real /tmp."""

from __future__ import annotations

from collections.abc import Iterator

SYSTEM_FOLDERS = ("/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
"""Links into /usr on most systems, and folders on others."""
_STORES = ("/nix/store", "/gnu/store")
_LINKER = ("ld.so.cache", "ld.so.conf", "ld.so.conf.d", "alternatives")
_CERTIFICATES = ("ssl/certs", "ssl/openssl.cnf", "ca-certificates", "pki")
_NAMES = ("passwd", "group", "localtime", "os-release", "mime.types", "protocols", "services", "python3")
OWN_SETTINGS = {
    "hosts": "127.0.0.1 localhost sandbox\n::1 localhost\n",
    "resolv.conf": "nameserver 127.0.0.1\n",
    "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\n",
}
"""Files of /etc that are ours, by name."""
SCRATCH_BYTES, TEMPORARY_BYTES = 2**30, 2**28
"""Bounds of the home, and of each other place in memory that can be written."""


def shown_by_system() -> Iterator[str]:
    """List what is shown as it is, read-only, where it exists; /usr and the folders beside it not among it."""
    yield from _STORES
    yield from (f"/etc/{name}" for name in (*_LINKER, *_CERTIFICATES, *_NAMES))
