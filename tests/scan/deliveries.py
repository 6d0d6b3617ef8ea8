"""What the tests of deliveries share: a `Registry` on a loopback registry, with no time lost."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from safe_install.model import Artifact, Gap, Package
from safe_install.scan.fetch.addresses import Registries, read_registries
from safe_install.scan.fetch.registry import Registry
from tests.builders import a_package, an_artifact
from tests.loopback import LoopbackRegistry, Published

Result = dict[str, Package | Gap]


def unpack(artifact: Artifact, data: bytes, _: Callable[[], bytes]) -> Package:
    """Deliver a package that holds the tarball itself, so that a test can see which bytes came."""
    return a_package({"tarball": data, "package.json": "{}"}, artifact)


def promised(published: Published, **more: Any) -> Artifact:  # noqa: ANN401
    """Promise a published version as a lockfile would."""
    facts = {"resolved": published.url, "integrity": published.integrity, **more}
    return an_artifact(published.name, published.version, **facts)


def configured(registry: LoopbackRegistry, /, *npmrcs: dict[str, str], **config: object) -> Registries:
    """Configure npm for the loopback registry, with no time lost between attempts."""
    patience = {"registry": registry.url, "fetch-retry-mintimeout": 0, **config}
    return read_registries(patience, npmrcs, public_registry="https://public.example.test/", env={})


def configured_here() -> Registries:
    """Read this machine's own npm configuration, for tests marked ``registry``."""
    told = subprocess.run(["npm", "config", "ls", "-l", "--json"], capture_output=True, text=True, check=True)  # noqa: S607
    config = json.loads(told.stdout)
    return read_registries(config, [], public_registry=config["registry"], env=os.environ)


class Counter:
    """A `Registry` for tests: what it delivered by location, and how to make another on the same cache."""

    def __init__(self, registry: LoopbackRegistry, cache: Path) -> None:
        self.loopback, self.cache = registry, cache
        self.registries = configured(registry)
        self.options: dict[str, Any] = {}

    def deliver(self, *artifacts: Artifact) -> Result:
        counter = Registry(self.registries, cache=self.cache, **self.options)
        return {artifact.location: what for artifact, what in counter.deliver(artifacts, unpack)}

    def one(self, artifact: Artifact) -> Package | Gap:
        return self.deliver(artifact)[artifact.location]

    def gap(self, artifact: Artifact) -> Gap:
        """Deliver one artifact that cannot be had, beside one that can: a registry that works for others."""
        fine = self.loopback.publish("fine", "1.0.0")
        found = self.deliver(artifact, promised(fine))
        assert isinstance(found["node_modules/fine"], Package)
        gap = found[artifact.location]
        assert isinstance(gap, Gap)
        return gap


def bytes_of(delivered: Package | Gap) -> bytes:
    assert isinstance(delivered, Package), delivered
    return delivered.files["tarball"]


def files_in(cache: Path) -> list[Path]:
    return [path for path in cache.rglob("*") if path.is_file()]
