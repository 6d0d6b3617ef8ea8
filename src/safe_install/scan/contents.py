"""What a file's bytes are, whatever its name says."""

from __future__ import annotations

_NATIVE = {
    b"\x7fELF": "an ELF program",
    b"MZ": "a Windows program",
    b"\xfe\xed\xfa\xce": "a Mach-O program",
    b"\xfe\xed\xfa\xcf": "a Mach-O program",
    b"\xce\xfa\xed\xfe": "a Mach-O program",
    b"\xcf\xfa\xed\xfe": "a Mach-O program",
    b"\xca\xfe\xba\xbe": "a Mach-O program or a Java class",
    b"\xca\xfe\xba\xbf": "a Mach-O program",
    b"\0asm": "WebAssembly",
    b"!<arch>\n": "an archive of native code",
}


def native(content: bytes) -> str | None:
    """Say which native program bytes are, None for anything else."""
    return next((said for magic, said in _NATIVE.items() if content.startswith(magic)), None)


def interpreter(content: bytes) -> str | None:
    """Give the command of a file's ``#!`` line, None without one; the kernel reads 255 bytes of it."""
    if not content.startswith(b"#!"):
        return None
    return content[2:256].split(b"\n")[0].decode(errors="replace").strip()
