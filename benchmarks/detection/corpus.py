"""The corpus: one text file is one package. README.md says how a sample is written; nothing here runs one."""

from __future__ import annotations

import base64
import binascii
import gzip
import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Literal

HERE = Path(__file__).parent
OTHERS = ("second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")
"""Corpora by people who had read no signature, each in a folder of that name."""
EVASIONS = 48  # how many the catalogue numbers

Label = Literal["attack", "benign"]
Part = Literal["seen", "held-out"]
Half = Literal["open", "closed"]

MEMBER = re.compile(r"-- (?P<path>\S.*?)(?: \((?P<form>base64|gzip base64)\))? --")
CLASS = re.compile(r"C(?:0[1-9]|[12][0-9]|3[0-6])|none")
FIELDS = {"label", "class", "technique", "evasions", "expect", "incident", "says", "inert"}
EXPECTED = {"blocked", "flagged", "quiet"}


class SampleError(Exception):
    """A text that is no sample; the sentence says why and in which file."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sample:
    """One labelled package: what its header says, and its files by POSIX path relative to the package."""

    corpus: str
    name: str
    part: Part
    label: Label
    class_: str
    technique: str
    evasions: tuple[int, ...]
    incident: str
    says: str
    expect: str
    files: Mapping[str, bytes]

    @property
    def half(self) -> Half:
        """Say by its name alone in which half it is: open, where the SHA-256 of ``<class>/<name>``, read as a number, is even."""
        digest = hashlib.sha256(f"{self.class_}/{self.name}".encode()).digest()
        return "closed" if digest[-1] % 2 else "open"

    @property
    def title(self) -> str:
        """Name the sample within the whole corpus: part, class and name."""
        return f"{self.part}/{self.label}/{self.class_}/{self.name}"


def samples(root: Path = HERE) -> Iterator[Sample]:
    """Read the whole corpus in the order of its paths. Raises SampleError."""
    for path in sorted(root.rglob("*.txt")):
        if place_of(path, root) is not None:
            yield read(path, root)


def place_of(path: Path, root: Path) -> tuple[Part, Label] | None:
    """Say which part and label a file's folder stands for; None where no sample lives (honest.txt)."""
    folders = path.relative_to(root).parts[:-1]
    folders = folders[1:] if corpus_of(path, root) != "first" else folders
    part: Part = "held-out" if folders[:1] == ("held-out",) else "seen"
    kind = folders[1:2] if folders[:1] in {("held-out",), ("seen",)} else folders[:1]
    labels: dict[str, Label] = {"attacks": "attack", "benign": "benign"}
    return (part, labels[kind[0]]) if kind and kind[0] in labels else None


def corpus_of(path: Path, root: Path = HERE) -> str:
    """Say which corpus a file belongs to: first, or the name of one of the others; first too where ``root`` is one."""
    folder = path.relative_to(root).parts[0]
    return folder if folder in OTHERS else "first"


def read(path: Path, root: Path = HERE) -> Sample:
    """Read one sample. Raises SampleError."""
    place = place_of(path, root)
    if place is None:
        raise SampleError(f"{path} is in no folder of samples")
    try:
        header, files = parse(path.read_bytes().decode("utf-8"))
        return sample(path.stem, *place, header, files, corpus=corpus_of(path))
    except (SampleError, UnicodeDecodeError, binascii.Error, gzip.BadGzipFile) as error:
        raise SampleError(f"{path.relative_to(root)}: {error}") from None


def sample(
    name: str,
    part: Part,
    label: Label,
    header: Mapping[str, str],
    files: Mapping[str, bytes],
    *,
    corpus: str = "first",
) -> Sample:
    """Make a sample of what was parsed, and refuse a header that says too little or something else."""
    if missing := {"label", "class", "says"} - header.keys():
        raise SampleError(f"the header does not say {', '.join(sorted(missing))}")
    if header["label"] != label:
        raise SampleError(f"label {header['label']} does not belong into this folder")
    if not CLASS.fullmatch(header["class"]):
        raise SampleError(f"there is no class {header['class']}")
    if label == "attack" and header["class"] == "none":
        raise SampleError("an attack has a class")
    if header.get("expect", "quiet") not in EXPECTED:
        raise SampleError(f"nothing is expected as {header['expect']}")
    return Sample(
        corpus=corpus,
        name=name,
        part=part,
        label=label,
        class_=header["class"],
        technique=header.get("technique", ""),
        evasions=numbers(header.get("evasions", "none")),
        incident=header.get("incident", "none"),
        says=header["says"],
        expect=header.get("expect", ""),
        files=files,
    )


def numbers(text: str) -> tuple[int, ...]:
    """Read ``32, 36`` or ``none``."""
    if text == "none":
        return ()
    found = [word.strip() for word in text.split(",")]
    if not all(word.isdecimal() and 1 <= int(word) <= EVASIONS for word in found):
        raise SampleError(f"evasions: {text}")
    return tuple(map(int, found))


def parse(text: str) -> tuple[dict[str, str], dict[str, bytes]]:
    """Take a sample apart into its header and its files; lines end with LF alone, so that CR and U+2028 stay text."""
    header: dict[str, str] = {}
    files: dict[str, bytes] = {}
    where: re.Match[str] | None = None
    body: list[str] = []
    for line in text.removesuffix("\n").split("\n"):
        member = MEMBER.fullmatch(line)
        if member:
            keep(files, where, body)
            where, body = member, []
        elif where:
            body.append(line)
        elif line:
            key, value = field(line)
            if key in header:
                raise SampleError(f"{key} is said twice")
            header[key] = value
    keep(files, where, body)
    if "package.json" not in files:
        raise SampleError("a package without package.json")
    return header, files


def field(line: str) -> tuple[str, str]:
    """Read one line of the header."""
    key, colon, value = line.partition(":")
    if not colon or key not in FIELDS or not value.strip():
        raise SampleError(f"this is no header line: {line[:60]}")
    return key, value.strip()


def keep(files: dict[str, bytes], where: re.Match[str] | None, body: list[str]) -> None:
    """Put a finished member to the files."""
    if where is None:
        return
    path, form = safe(where["path"]), where["form"]
    if path in files:
        raise SampleError(f"{path} is there twice")
    if form is None:
        files[path] = "".join(line + "\n" for line in body).encode()
        return
    packed = base64.b64decode("".join(body).strip(), validate=True)
    files[path] = gzip.decompress(packed) if form.startswith("gzip") else packed


def safe(path: str) -> str:
    """Refuse a path that would leave the package's folder."""
    parts = PurePosixPath(path).parts
    if path.startswith("/") or ".." in parts or "\\" in path or str(PurePosixPath(path)) != path:
        raise SampleError(f"{path} is no plain path inside a package")
    return path


def unpack(sample: Sample, folder: Path) -> Path:
    """Write a sample's files below ``folder``, and give the package's own folder, which no other sample shares.

    Nothing is made executable: what is read needs no permission to run.
    """
    package = folder / sample.part / sample.label / sample.class_ / sample.name
    for path, content in sample.files.items():
        place = package / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    return package
