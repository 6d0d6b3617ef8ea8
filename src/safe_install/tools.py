"""What touches the world, made once per run: npm's own answers, the registries, the matcher, the clock."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

import platformdirs

from safe_install.errors import UsageError
from safe_install.remembering import Memory
from safe_install.report.progress import Progress
from safe_install.run.dying import dying_with_us
from safe_install.run.npm import Npm, ask_npm
from safe_install.scan.fetch.addresses import Registries, read_registries
from safe_install.scan.fetch.registry import Registry
from safe_install.scan.lock.npmrc import parse_npmrc
from safe_install.scan.lock.selection import Platform
from safe_install.scan.match.matcher import Matcher
from safe_install.scan.match.semgrep import signatures_directory
from safe_install.scan.remembered import Remembered, Results
from safe_install.sharing import Sharing
from safe_install.user_configuration import UserConfiguration, place, read_user_configuration


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """Whom the command line wants to be asked beside those of the policy (`FEEDS`), and whether nothing passes without."""

    feeds: tuple[str, ...] = ()
    database: str = ""
    required: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Tools:
    """Everything a run needs of the world; ``cache`` holds the private npm cache and the remembered results."""

    env: Mapping[str, str]
    npm: Npm
    config: Mapping[str, object]
    public_registry: str
    matcher: Matcher
    progress: Progress
    cache: Path
    now: datetime
    memory: Memory | None = None
    configuration: UserConfiguration = field(default_factory=UserConfiguration)
    sharing: Sharing | None = None
    asked: Asked = Asked()

    @property
    def platform(self) -> Platform:
        """Name this machine as npm would."""
        npm = self.npm
        return Platform(os=npm.platform, cpu=npm.arch, libc=npm.libc, node=str(npm.node_version), npm=str(npm.version))

    @property
    def npm_cache(self) -> Path:
        """Give the private cache from which npm installs, in npm's own layout."""
        return self.cache / "npm"

    @property
    def resolving_cache(self) -> Path:
        """Give the cache npm may fill itself while it resolves; nothing is ever installed from it."""
        return self.cache / "resolving"

    def system_programs(self) -> frozenset[str]:
        """List the programs of the system, which no package's bin should shadow."""
        folders = [Path(folder) for folder in ("/usr/local/bin", "/usr/bin", "/bin", "/usr/sbin", "/sbin")]
        return frozenset(entry.name for folder in folders if folder.is_dir() for entry in folder.iterdir())

    def setting(self, key: str, project_npmrc: str | None) -> object:
        """Give one of npm's settings as it holds for a project: what its own .npmrc says comes before the user's."""
        own = parse_npmrc(project_npmrc, self.env) if project_npmrc is not None else {}
        return own.get(key, own.get(f"{key}[]", self.config.get(key)))

    def registries(self, project_npmrc: str | None) -> Registries:
        """Read npm's configuration; the project's part only when the linter found nothing that blocks in it."""
        own = [_npmrc(self.config.get(key), self.env) for key in ("globalconfig", "userconfig")]
        project = parse_npmrc(project_npmrc, self.env) if project_npmrc is not None else {}
        return read_registries(self.config, [*own, project], public_registry=self.public_registry, env=self.env)

    def with_signatures(self, folders: Sequence[Path]) -> Tools:
        """Match the signatures in these folders beside our own; SemgrepError for one that is broken.

        Nothing is shared then: what they say is the project's own.
        """
        store = self.memory.store if self.memory else None
        matcher = _matcher(store, folders, self.env)
        return replace(self, matcher=matcher, memory=_memory(store, matcher), sharing=None)

    def sharing_at(self, address: str) -> Tools:
        """Share results where the user says; where a policy says they are only read, if the user believes anybody's and named no place."""
        own = self.configuration.results
        if (
            not address
            or self.memory is None
            or (own and address != own)
            or not (own or self.configuration.results_keys)
        ):
            return self
        store = self.memory.store
        sharing = Sharing(store, self.configuration, cache=self.cache, address=address)
        matcher = _matcher(sharing, (), self.env)
        return replace(self, matcher=matcher, memory=_memory(store, matcher, sharing.trust), sharing=sharing)

    def registry(self, registries: Registries, directory: Path, allowed_hosts: tuple[str, ...] = ()) -> Registry:
        """Open the way to the registries for one project."""
        return Registry(
            registries,
            cache=self.npm_cache,
            user_cache=self._user_cache(),
            project=directory,
            allowed_hosts=allowed_hosts,
        )

    def _user_cache(self) -> Path | None:
        path = self.config.get("cache")
        return Path(path) if isinstance(path, str) and path else None


def make_tools(env: Mapping[str, str], progress: Progress, now: datetime) -> Tools:
    """Ask npm what it is and how it is configured, and open the stores; nothing is sent anywhere."""
    cache = own_cache(env)
    own = project_around(cache) is None
    store = Remembered(cache / "remembered.sqlite") if own else None
    with ThreadPoolExecutor(1) as beside:  # npm takes a third of a second to answer
        asked = beside.submit(ask_npm, env, cache / "npm-answers.json" if own else None)
        matcher = _matcher(store, (), env)
        memory = _memory(store, matcher)
        npm, config, public_registry = asked.result()
    configuration = UserConfiguration() if project_around(place(env)) else read_user_configuration(env)
    tools = Tools(
        env=env,
        npm=npm,
        config=config,
        public_registry=public_registry,
        matcher=matcher,
        progress=progress,
        cache=cache,
        now=now,
        memory=memory,
        configuration=configuration,
    )
    return tools.sharing_at(configuration.results)


def project_around(cache: Path) -> Path | None:
    """Find the project that a cache lies in: whoever commits to it, or writes to it as its scripts do, could remember for us."""
    return next((folder for folder in cache.absolute().parents if (folder / "package.json").is_file()), None)


def own_cache(env: Mapping[str, str]) -> Path:
    """Give the folder that holds what safe-install remembers, outside of every project.

    UsageError when somebody else can write there: he could say of any file that it was found clean, and seal records.
    """
    cache = Path(env.get("SAFE_INSTALL_CACHE") or platformdirs.user_cache_dir("safe-install"))
    if sys.platform != "win32" and cache.is_dir():
        found = cache.stat()
        strange = found.st_uid not in {os.geteuid(), 0}
        if strange or found.st_mode & stat.S_IWOTH:
            why = f"belongs to another user ({found.st_uid})" if strange else "can be written by everybody"
            raise UsageError(
                f"The cache in {cache} {why}, and what it says would be believed.",
                hint="Let SAFE_INSTALL_CACHE name a folder of your own, or take it over: chown, chmod o-w.",
            )
    return cache


def _matcher(store: Results | None, folders: Sequence[Path], env: Mapping[str, str]) -> Matcher:
    use_known = env.get("SAFE_INSTALL_KNOWN_RESULTS") != "no"
    return Matcher([signatures_directory(), *folders], store, before=dying_with_us, use_known=use_known)


def _memory(store: Remembered | None, matcher: Matcher, trust: str = "") -> Memory | None:
    """Open the memory of what scripts show; what rests on others' results is forgotten when they are no longer believed."""
    return Memory(store, f"{matcher.digest} {matcher.engine} {trust}".rstrip()) if store else None


def _npmrc(path: object, env: Mapping[str, str]) -> dict[str, str]:
    """Read one .npmrc of the user's own, empty when there is none."""
    if not isinstance(path, str) or not os.path.isfile(path):  # noqa: PTH113 - npm's own text, absolute or not
        return {}
    return parse_npmrc(Path(path).read_text(encoding="utf-8", errors="replace"), env)
