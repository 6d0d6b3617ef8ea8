"""What is worth reading among decoded bytes: text that says something, and in which language."""

from __future__ import annotations

import re

from safe_install.model import Language

SHORTEST = 8  # bytes of a text that says something
_ODD_SHARE = 20  # one byte in so many may be no printable character
_PRINTABLE = bytes([9, 10, 13, *range(32, 127)])
_CONTROLS = bytes([*(code for code in range(32) if code not in (9, 10, 13)), 127])
_SAMPLE = 4096

_WORD = re.compile(
    rb"https?://|wss?://|ftp://|\bfile://|stratum\+tcp"
    rb"|\brequire\b|\beval\b|child_process|\bprocess\.|\bexec(?:Sync|File)?\b|\bspawn|\bfetch\b|\bfunction\b|[\w)]\s?=>\s?[\w({\[]"
    rb"|\bimport\b|\bconst \w|\bvar \w|\blet \w|\breturn\b|\bmodule\b|\bglobalThis\b|__dirname|\bconsole\.|\bwindow\.|\bBuffer\b"
    rb"|\bcurl\b|\bwget\b|/bin/|\bbash\b|\bchmod\b|\bnohup\b|\bsudo\b|rm -rf|\bpython|\bpowershell|\bpwsh\b|cmd\.exe|Invoke-|\bIEX\b"
    rb"|New-Object|\bcertutil|\brundll32|\bregsvr32|\bmshta|\bschtasks|\bcrontab|\blaunchctl|\bsystemctl|\bnode\s-e"
    rb"|/etc/|/tmp/|/proc/|/\.(?:ssh|aws|npmrc|config|docker|kube|gnupg|bash|zsh|profile|env|git|claude|vscode)"
    rb"|\bid_rsa|\bauthorized_keys|\.npmrc|\.netrc|[\w-]\.(?:sh|exe|dll|ps1|bat|vbs|js|mjs|cjs|py)\b|%APPDATA%|%TEMP%|\$HOME\b"
    rb"|\bTOKEN|_TOKEN|SECRET|PASSW|_KEY\b|CREDENTIAL|\bwebhook|\boast|npm publish|_authToken|getenv|\bos\.environ"
    rb"|(?<![\w.-])(?:[a-z0-9](?:[a-z0-9-]{0,40}[a-z0-9])?\.){1,5}"
    rb"(?:com|net|org|io|dev|app|xyz|site|top|ru|cn|me|co|sh|info|biz|cc|tk|pw|ws|online|store|live|fun|in|us|uk|de|eu|link|click"
    rb"|invalid|test|example|onion|local)(?![\w-])"
    rb"|(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?::\d{2,5}|/|$)"
    rb"|[a-z0-9-]\.(?:[a-z0-9-]{1,40}\.){0,4}[a-z]{2,12}(?::\d{2,5}\b|/[\w-])",
    re.IGNORECASE,
)
_HASHBANG = re.compile(
    rb"\A\s*#![^\n]{0,200}?\b(?:(?P<js>node|bun|deno)|(?P<py>python[\d.]*)|(?P<sh>sh|bash|dash|zsh|ksh))\b"
)
_POWERSHELL = re.compile(
    rb"\$env:|\bInvoke-(?:Web|Expr|Rest|Comm)|\bNew-Object\b|\bStart-Process\b|\bSet-Item|\bIEX\b|\[Convert\]|\[System\.|-ExecutionPolicy",
    re.IGNORECASE,
)
_PYTHON = re.compile(
    rb"^[ \t]*(?:import [\w., ]+$|from [\w.]+ import )|^[ \t]*def \w+\([^)\n]{0,200}\):|\bos\.environ\b|\bsubprocess\.|__import__\(",
    re.MULTILINE,
)
_BATCH = re.compile(rb"^@?echo off\b|%(?:APPDATA|TEMP|USERPROFILE|~dp0)", re.IGNORECASE | re.MULTILINE)
_JAVASCRIPT = re.compile(
    rb"\brequire\s*\(|=>|\bfunction\b|\b(?:const|let|var)\s+[\w${\[]|\bprocess\.|\bmodule\.|\beval\s*\(|\bconsole\.|\bimport\s*[({*\"']"
    rb"|\bimport\s+\w+\s+from\b|\bfetch\s*\(|\bglobalThis\b|\bawait\s|\w\.\w+\([^)\n]{0,200}\)\s*(?:;|$)"
)
_SHELL = re.compile(
    rb"^\s*(?:sudo\s+|nohup\s+|env\s+|\(\s*)?(?:curl|wget|bash|sh|cat|echo|chmod|cd|rm|cp|mv|export|tar|unzip|node|npm|npx|python3?|perl"
    rb"|printenv|env|nc|ssh|scp|git|base64|mkdir|sleep|nslookup|dig|ping|kill|crontab|systemctl|launchctl|eval|exec|source|if|for|while"
    rb"|cmd(?:\.exe)?|powershell(?:\.exe)?|certutil|rundll32|regsvr32|mshta|schtasks|reg|start)\s+[^=(\s]"
)
_SHELL_LATER = re.compile(rb"\|\s*(?:ba|z|da)?sh\b|/bin/(?:ba|z|da)?sh\b|&&\s*\w")
_BACKWARDS = re.compile(
    rb"//:s?(?:ptth|sw)|eriuqer|ssecorp|noitcnuf|nruter|\blave\b|\bcexe\b|nwaps\b|hctef\b|\blruc\b|\btegw\b|hs(?:ab)?/nib/|\bhsab\b"
    rb"|llehsrewop|cnys[a-z]{3,12}|koohbew|crmpn\.|\bhss\.|asr_di|nekot|terces|drowssap"
    rb"|(?<![\w-])(?:moc|ten|gro|oi|ved|ppa|zyx|etis|pot|enilno|hs|ur|cc)\.[\w-]{3,40}"
)
"""For a text in lower case: to search for either case takes twice as long."""
_IN_BACKWARDS = (
    b"eriuqer", b"ssecorp", b"noitcnuf", b"nruter", b"lave", b"cexe", b"nwaps", b"hctef", b"lruc", b"tegw", b"hsab",
    b"llehsrewop", b"cnys", b"koohbew", b"asr_di", b"nekot", b"terces", b"drowssap",
)  # fmt: skip
"""Every text in which `_BACKWARDS` finds something holds one of these, or a dot or a slash with one of those beside it:
looking for them first takes a fifth of the time."""
_AT_DOTS = (
    b"crmpn.", b"hss.", b"moc.", b"ten.", b"gro.", b"oi.", b"ved.", b"ppa.", b"zyx.", b"etis.", b"pot.", b"enilno.", b"hs.",
    b"ur.", b"cc.",
)  # fmt: skip
_AT_SLASHES = (b"//:", b"/nib/")


def says_something(text: bytes) -> bool:
    """Tell whether bytes are text with a word in it that matters to somebody who reads install scripts.

    Measured over the files of 134 honest packages: pictures, fonts, WebAssembly and tables in base64 or numbers
    never do.
    """
    return is_text(text) and _WORD.search(text) is not None


def says_it_backwards(text: bytes) -> bool:
    """Tell whether a text says something when it is read from its end."""
    if not is_text(text):
        return False
    lower = text.lower()
    parts = (*_IN_BACKWARDS, *(_AT_DOTS if b"." in lower else ()), *(_AT_SLASHES if b"/" in lower else ()))
    return any(map(lower.__contains__, parts)) and _BACKWARDS.search(lower) is not None


def is_text(text: bytes) -> bool:
    """Tell whether bytes read as text: long enough, and 95 % of them printable, in ASCII or UTF-8."""
    if len(text) < SHORTEST or not _mostly_printable(text[:_SAMPLE]):
        return False
    return len(text) <= _SAMPLE or _mostly_printable(text)


def _mostly_printable(text: bytes) -> bool:
    size, odd = len(text), len(text.translate(None, _PRINTABLE))
    if odd * _ODD_SHARE <= size:
        return True
    controls = size - len(text.translate(None, _CONTROLS))
    if controls * _ODD_SHARE > size or (size - odd) * 4 < size:
        return False
    try:  # last: what is no text raises, which takes longer than all else
        text[: size - 3 if size == _SAMPLE else None].decode()
    except UnicodeDecodeError:
        return False
    return True


def language_of(text: bytes) -> Language:
    """Guess how a decoded text is meant to be read; `Language.TEXT` where nothing tells."""
    if match := _HASHBANG.match(text):
        kinds = {"js": Language.JAVASCRIPT, "py": Language.PYTHON, "sh": Language.SHELL}
        return kinds[match.lastgroup or "sh"]
    for pattern, language in (
        (_POWERSHELL, Language.POWERSHELL),
        (_BATCH, Language.BATCH),
        (_PYTHON, Language.PYTHON),
        (_SHELL, Language.SHELL),
        (_JAVASCRIPT, Language.JAVASCRIPT),
        (_SHELL_LATER, Language.SHELL),
    ):
        if pattern.search(text):
            return language
    return Language.TEXT
