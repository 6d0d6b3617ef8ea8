"""The few kinds of DNS packets that a script's gateway reads and writes (RFC 1035); nothing is ever asked of anybody."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from ipaddress import IPv4Address

_HEADER = struct.Struct("!6H")
_ADDRESS, _INTERNET = 1, 1
_ANSWER, _WANTED, _AVAILABLE = 0x8000, 0x0100, 0x0080
_NO_SUCH_NAME = 3
_LONGEST_NAME, _LONGEST_LABEL = 255, 63
_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Question:
    """One question: its number, the name as it was written (without the last dot), and whether an IPv4 address is asked for."""

    number: int
    name: str
    for_address: bool
    raw: bytes


def read_question(packet: bytes) -> Question | None:
    """Read the question of a query; None for everything that is not a plain query with one question."""
    if len(packet) < _HEADER.size:
        return None
    number, flags, questions, *_ = _HEADER.unpack_from(packet)
    if flags & _ANSWER or questions != 1:
        return None
    labels: list[str] = []
    at = _HEADER.size
    while at < len(packet) and (length := packet[at]):
        if length > _LONGEST_LABEL or at + length - _HEADER.size > _LONGEST_NAME:
            return None
        labels.append(packet[at + 1 : at + 1 + length].decode("ascii", errors="backslashreplace"))
        at += 1 + length
    end = at + 5
    if end > len(packet):
        return None
    kind, family = struct.unpack_from("!2H", packet, at + 1)
    asked = kind == _ADDRESS and family == _INTERNET
    return Question(number, ".".join(labels), asked, packet[_HEADER.size : end])


def no_such_name(question: Question) -> bytes:
    """Answer that the name does not exist."""
    return _reply(question, 0, _NO_SUCH_NAME) + question.raw


def nothing_of_that_kind(question: Question) -> bytes:
    """Answer that the name exists and has nothing of what was asked for, such as an IPv6 address."""
    return _reply(question, 0, 0) + question.raw


def address_is(question: Question, address: IPv4Address) -> bytes:
    """Answer with an address."""
    points_to_the_name = 0xC000 | _HEADER.size
    record = struct.pack("!3HIH", points_to_the_name, _ADDRESS, _INTERNET, _SECONDS, len(address.packed))
    return _reply(question, 1, 0) + question.raw + record + address.packed


def _reply(question: Question, answers: int, code: int) -> bytes:
    return _HEADER.pack(question.number, _ANSWER | _WANTED | _AVAILABLE | code, 1, answers, 0, 0)
