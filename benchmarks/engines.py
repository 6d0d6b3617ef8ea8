"""Try two engines on a local cluster of two workers, with jobs as a fleet has them: small words in, a summary out.

    python benchmarks/engines.py processes|dask|ray [NUMBER]

Prints seconds until the first job is done, seconds and CPU seconds for all, MB of all processes, and MB that the engine takes installed.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import sys
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from fleet import memory_below

_WORK = 200_000  # bytes that one job reads and hashes over and over, some 20 ms
_INSTALLED = {"processes": (), "dask": ("distributed", "dask", "tornado", "msgpack"), "ray": ("ray",)}

Jobs = Iterable[int]


def job(number: int) -> dict[str, object]:
    digest = hashlib.sha256(b"x" * _WORK)
    for _ in range(100):
        digest.update(b"x" * _WORK)
    return {"number": number, "digest": digest.hexdigest(), "scripts": ["a script"] * 40}


def processes(jobs: Jobs) -> Iterable[object]:
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as executor:
        yield from executor.map(job, jobs)


def dask(jobs: Jobs) -> Iterable[object]:
    from distributed import Client, LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster, Client(cluster) as client:
        yield from client.get_executor(pure=False).map(job, jobs)


def ray(jobs: Jobs) -> Iterable[object]:
    import ray as engine

    engine.init(num_cpus=2, include_dashboard=False, log_to_driver=False, logging_level="error")
    remote = engine.remote(job)
    for reference in [remote.remote(number) for number in jobs]:
        yield engine.get(reference)
    engine.shutdown()


def main(name: str, number: int) -> None:
    engines: dict[str, Callable[[Jobs], Iterable[object]]] = {"processes": processes, "dask": dask, "ray": ray}
    started = time.monotonic()
    first, most, done = 0.0, 0.0, 0
    for _ in engines[name](range(number)):
        done += 1
        if done == 1:
            first = time.monotonic() - started
        if done == number // 2:
            most = memory_below(os.getpid())
    wall, times = time.monotonic() - started, os.times()
    cpu = times.user + times.system + times.children_user + times.children_system
    size = sum(size_of(package) for package in _INSTALLED[name]) / 1e6
    print(f"| {name} | {first:.1f} | {wall:.1f} | {cpu:.1f} | {most:.0f} | {size:.0f} |")
    assert done == number


def size_of(package: str) -> int:
    found = importlib.util.find_spec(package)
    places = list(found.submodule_search_locations or ()) if found else []
    return sum(path.stat().st_size for place in places for path in Path(place).rglob("*") if path.is_file())


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 500)  # noqa: PLR2004 - the second word
