"""A registry that stumbles, lies, stalls or is gone: tried again, given up, or one sentence for all."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.utils import formatdate
from pathlib import Path

import pytest

from safe_install.errors import RegistryError
from safe_install.model import Gap, GapKind, Package, Source
from safe_install.scan.fetch.cacache import read_content
from safe_install.scan.fetch.limits import Limits
from safe_install.scan.fetch.manners import pause, refusal
from safe_install.scan.fetch.registry import Registry
from safe_install.scan.fetch.trouble import PATIENCE
from tests.builders import an_artifact, integrity
from tests.faults import Cut, Drip, Fault, Huge, Reset, Status
from tests.loopback import LoopbackRegistry
from tests.scan.deliveries import Counter, bytes_of, configured, files_in, promised, unpack

TOKEN = "s3cr3t-t0k3n"
HASTY = Limits(grace=0.5, connect=2, rate=1 << 20)


@pytest.fixture
def counter(registry: LoopbackRegistry, tmp_path: Path) -> Counter:
    return Counter(registry, tmp_path / "cache")


# ------------------------------------------------------------------ tried again


@pytest.mark.parametrize("fault", [Status(500), Status(503), Status(429, retry_after="0"), Cut(5), Reset()])
def test_what_may_pass_is_tried_again(registry: LoopbackRegistry, counter: Counter, fault: Fault) -> None:
    left_pad = registry.publish("left-pad", "1.3.0")
    registry.fault("left-pad", fault, times=2)
    assert bytes_of(counter.one(promised(left_pad))) == left_pad.tarball
    assert len(registry.requests) == 3


def test_what_does_not_pass_is_a_gap_after_npms_number_of_attempts(
    registry: LoopbackRegistry, counter: Counter
) -> None:
    left_pad = registry.publish("left-pad", "1.3.0")
    registry.fault("left-pad", Status(502))
    counter.registries = configured(registry, **{"fetch-retries": 3})
    assert "answered 502" in counter.gap(promised(left_pad)).detail
    assert len(registry.seen("left-pad")) == 4


@pytest.mark.parametrize(
    ("retry_after", "seconds"),
    [
        ("7", 7),
        ("3600", 60),
        (formatdate(time.time() + 3000, usegmt=True), 60),
        (formatdate(time.time() - 3000, usegmt=True), 0),
    ],
)
def test_the_server_may_say_how_long_to_wait_but_not_for_ever(
    registry: LoopbackRegistry, retry_after: str, seconds: float
) -> None:
    assert pause(configured(registry), 0, refusal(429, retry_after, "host")) == seconds


@pytest.mark.parametrize("retry_after", ["", "soon", "-1", "1e9", "²", "9" * 400])
def test_a_strange_retry_after_does_no_harm(registry: LoopbackRegistry, retry_after: str) -> None:
    assert 0 <= pause(configured(registry), 1, refusal(503, retry_after, "host")) <= 60


# ------------------------------------------------------------------ stalling


def test_a_slow_drip_is_given_up(registry: LoopbackRegistry, counter: Counter) -> None:
    left_pad = registry.publish("left-pad", "1.3.0")
    registry.fault("left-pad", Drip(size=1, pause=0.1))
    counter.options["limits"] = HASTY
    counter.registries = configured(registry, **{"fetch-retries": 0})
    assert "too slow" in counter.gap(promised(left_pad)).detail
    assert not list((counter.cache / "_cacache" / "tmp").iterdir())


def test_who_is_slow_but_goes_on_is_waited_for(registry: LoopbackRegistry, counter: Counter) -> None:
    left_pad = registry.publish("left-pad", "1.3.0", tarball=bytes(300_000))
    registry.fault("left-pad", Drip(size=30_000, pause=0.2))
    counter.options["limits"] = Limits(grace=1.2, rate=20_000)
    counter.registries = configured(registry, **{"fetch-retries": 0})
    assert bytes_of(counter.one(promised(left_pad))) == left_pad.tarball


def test_headers_that_never_end_are_given_up(registry: LoopbackRegistry, counter: Counter) -> None:
    with endless_headers() as host:
        counter.options |= {"limits": HASTY, "allowed_hosts": (host,)}
        counter.registries = configured(registry, **{"fetch-retries": 0})
        endless = an_artifact("a", resolved=f"http://{host}/a/-/a-1.0.0.tgz", integrity=integrity(b""))
        assert "too slow" in counter.gap(endless).detail


@contextmanager
def endless_headers() -> Iterator[str]:
    """Answer every request with one header after the other, for ever."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        over = threading.Event()
        thread = threading.Thread(target=_send_headers, args=(server, over))
        thread.start()
        try:
            yield f"127.0.0.1:{server.getsockname()[1]}"
        finally:
            over.set()
            server.shutdown(socket.SHUT_RDWR)
            thread.join()


def _send_headers(server: socket.socket, over: threading.Event) -> None:
    with suppress(OSError):
        while True:
            connection, _ = server.accept()
            with connection, suppress(OSError):
                connection.sendall(b"HTTP/1.1 200 OK\r\nX-Long: ")
                while not over.wait(0.05):
                    connection.sendall(b"x")


# ------------------------------------------------------------------ too much


@pytest.mark.parametrize("announced", [True, False])
def test_more_than_is_read_is_a_gap_and_not_kept(
    registry: LoopbackRegistry, counter: Counter, *, announced: bool
) -> None:
    left_pad = registry.publish("left-pad", "1.3.0")
    registry.fault("left-pad", Huge(8 << 20, announced=announced))
    counter.options["limits"] = Limits(tarball=1 << 20)
    gap = counter.gap(promised(left_pad))
    assert (gap.kind, gap.detail) == (GapKind.TOO_LARGE, "it is larger than 1 MB, more than is read")
    assert len(registry.seen("left-pad")) == 1
    assert max(path.stat().st_size for path in files_in(counter.cache)) < 1 << 20


def test_what_announces_to_be_too_much_is_not_begun(registry: LoopbackRegistry, counter: Counter) -> None:
    left_pad = registry.publish("left-pad", "1.3.0")
    registry.fault("left-pad", Huge(8 << 20))
    counter.options["limits"] = Limits(tarball=1 << 20)
    assert isinstance(counter.one(promised(left_pad)), Gap)
    assert not counter.cache.exists()


# ------------------------------------------------------------------ the registry as a whole


@pytest.mark.parametrize(
    ("code", "fix"), [(401, "npm login"), (403, "token"), (503, "try again later"), (500, "try again later")]
)
def test_a_registry_that_fails_for_all_is_one_sentence_with_the_fix(
    registry: LoopbackRegistry, counter: Counter, code: int, fix: str
) -> None:
    published = [registry.publish(f"p{index}", "1.0.0") for index in range(40)]
    registry.fault("/", Status(code))
    counter.registries = configured(registry, **{"fetch-retries": 0})
    with pytest.raises(RegistryError, match=str(code)) as caught:
        counter.deliver(*map(promised, published))
    assert fix in str(caught.value.hint)
    assert len(registry.requests) < 40


def test_one_package_alone_is_enough_when_the_registry_wants_a_login(
    registry: LoopbackRegistry, counter: Counter
) -> None:
    left_pad = registry.publish("left-pad", "1.3.0")
    registry.tokens = {"another"}
    counter.registries = configured(registry, {f"//{registry.host}/:_authToken": TOKEN})
    with pytest.raises(RegistryError, match="wants a login") as caught:
        counter.one(promised(left_pad))
    assert f"npm login --registry=http://{registry.host}/" in str(caught.value.hint)
    assert TOKEN not in f"{caught.value!r}{caught.value.hint}{caught.value.__cause__!r}{caught.value.__context__!r}"


def test_a_registry_that_is_gone_is_one_sentence(registry: LoopbackRegistry, counter: Counter) -> None:
    published = [registry.publish(f"p{index}", "1.0.0") for index in range(3)]
    registry.close()
    with pytest.raises(RegistryError, match="cannot be reached: connection refused") as caught:
        counter.deliver(*map(promised, published))
    assert "is the registry reachable?" in str(caught.value.hint)


def test_a_name_that_is_not_known_is_one_sentence(counter: Counter, registry: LoopbackRegistry) -> None:
    counter.registries = configured(registry, registry="https://registry.invalid/")
    with pytest.raises(RegistryError, match=r"registry\.invalid cannot be reached: its name is not known"):
        counter.one(an_artifact("a", integrity=integrity(b"")))


def test_a_registry_that_has_nothing_at_all_is_the_wrong_one(registry: LoopbackRegistry, counter: Counter) -> None:
    wanted = [an_artifact(f"p{index}", integrity=integrity(str(index).encode())) for index in range(PATIENCE)]
    fine = promised(registry.publish("fine", "1.0.0"))
    assert len(counter.deliver(fine, *wanted)) == PATIENCE + 1
    counter.cache = counter.cache.with_name("other")
    with pytest.raises(RegistryError, match="none of the 8 packages") as caught:
        counter.deliver(*wanted)
    assert "npm config get registry" in str(caught.value.hint)


def test_another_host_that_is_gone_is_only_its_packages_gap(registry: LoopbackRegistry, counter: Counter) -> None:
    with LoopbackRegistry() as elsewhere:
        far = [promised(elsewhere.publish(f"far{n}", "1.0.0", {"n": str(n)}), source=Source.REMOTE) for n in range(12)]
    counter.options["allowed_hosts"] = (elsewhere.host,)
    counter.registries = configured(registry, **{"fetch-retries": 0})
    found = counter.deliver(*far)
    assert {one.detail for one in found.values() if isinstance(one, Gap)} == {
        f"{elsewhere.host} cannot be reached: connection refused"
    }


def test_a_registry_that_goes_away_midway_is_one_sentence(registry: LoopbackRegistry, counter: Counter) -> None:
    published = [registry.publish(f"p{index}", "1.0.0", {"n": str(index)}) for index in range(60)]
    counter.registries = configured(registry, maxsockets=1, **{"fetch-retries": 0})
    delivering = Registry(counter.registries, cache=counter.cache).deliver(map(promised, published), unpack)
    assert isinstance(next(delivering)[1], Package)
    registry.fault("/", Status(503))
    with pytest.raises(RegistryError, match="answered 503"):
        list(delivering)
    assert len(registry.requests) < 10 + 3 * PATIENCE


def test_some_failures_among_many_are_each_their_own_gap(registry: LoopbackRegistry, counter: Counter) -> None:
    published = [registry.publish(f"p{index}", "1.0.0", {"n": str(index)}) for index in range(40)]
    for index in range(0, 40, 4):
        registry.fault(f"/p{index}/", Status(403))
    counter.registries = configured(registry, maxsockets=1)
    found = counter.deliver(*map(promised, published))
    assert sum(isinstance(one, Package) for one in found.values()) == 30


def test_what_was_fetched_before_the_registry_failed_is_kept(registry: LoopbackRegistry, counter: Counter) -> None:
    first = registry.publish("first", "1.0.0")
    counter.one(promised(first))
    registry.close()
    with pytest.raises(RegistryError):
        counter.deliver(promised(first), an_artifact("second", integrity=integrity(b"")))
    assert read_content(counter.cache, first.integrity) == first.tarball


def test_a_cache_that_cannot_be_written_ends_the_run(
    registry: LoopbackRegistry, counter: Counter, tmp_path: Path
) -> None:
    (tmp_path / "cache").write_text("a file, not a directory")
    left_pad = registry.publish("left-pad", "1.3.0")
    with pytest.raises(RegistryError, match="cannot write to the cache"):
        counter.one(promised(left_pad))


# ------------------------------------------------------------------ leaving early


def test_a_reader_who_leaves_ends_the_rest(registry: LoopbackRegistry, counter: Counter) -> None:
    quick = registry.publish("quick", "1.0.0")
    slow = [registry.publish(f"slow{index}", "1.0.0") for index in range(20)]
    registry.fault("slow", Drip(size=1, pause=0.5))
    delivering = Registry(counter.registries, cache=counter.cache).deliver(
        [promised(quick), *map(promised, slow)], unpack
    )
    next(delivering)
    delivering.close()  # type: ignore[attr-defined]  # it is a generator, and promises only to iterate
    assert not list((counter.cache / "_cacache" / "tmp").iterdir())
    assert [thread.name for thread in threading.enumerate() if thread.name.startswith("safe-install")] == []


INTERRUPTED = """
import sys
from pathlib import Path
from tests.builders import an_artifact, integrity
from tests.scan.deliveries import unpack
from safe_install.scan.fetch.addresses import Registries
from safe_install.scan.fetch.registry import Registry
url, cache = sys.argv[1], Path(sys.argv[2])
wanted = [an_artifact(f"slow{n}", resolved=f"{url}slow{n}/-/slow{n}-1.0.0.tgz", integrity=integrity(b"")) for n in range(30)]
registry = Registry(Registries(default=url, public_registry=url), cache=cache)
try:
    print("ready", flush=True)
    list(registry.deliver(wanted, unpack))
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""


def test_ctrl_c_stops_at_once_and_leaves_nothing_half_written(registry: LoopbackRegistry, tmp_path: Path) -> None:
    for index in range(30):
        registry.publish(f"slow{index}", "1.0.0")
    registry.fault("slow", Drip(size=1, pause=5))
    command = [sys.executable, "-c", INTERRUPTED, registry.url, str(tmp_path / "cache")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout
        assert run.stdout.readline() == "ready\n"
        while len(registry.requests) < 15:
            time.sleep(0.01)
        run.send_signal(signal.SIGINT)
        assert run.communicate(timeout=20)[0] == "interrupted\n"
    assert files_in(tmp_path / "cache") == []


def test_a_registry_that_fails_for_everything_it_is_asked_is_the_registry_s_failure(
    registry: LoopbackRegistry, counter: Counter
) -> None:
    wanted = [promised(registry.publish(name, "1.0.0")) for name in ("left-pad", "right-pad")]
    registry.fault(".tgz", Status(503))
    with pytest.raises(RegistryError, match="503") as failed:
        counter.deliver(*wanted)
    assert "try again later" in (failed.value.hint or "")
