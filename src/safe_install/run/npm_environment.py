"""The environment of npm itself: made from an allow-list, never the parent's with something taken away."""

from __future__ import annotations

import os
from collections.abc import Mapping

from safe_install.run.paths import system_path, trusted_path

_SPOKEN = ("LANG", "LANGUAGE", "TZ", "TERM", "NO_COLOR", "FORCE_COLOR")
_CERTIFICATES = ("NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE", "SSL_CERT_DIR")
_NPM_LIVES_IN = ("HOME", "USER", "LOGNAME", "TMPDIR")
_PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")
_PLACES = {"registry", "cache", "userconfig", "globalconfig", "prefix", "replace_registry_host"}
_TRUST = {"cafile", "ca", "strict_ssl", "proxy", "https_proxy", "http_proxy", "noproxy", "no_proxy"}
_CHOICE = {"legacy_peer_deps", "strict_peer_deps", "engine_strict", "install_links", "prefer_dedupe", "omit", "include"}
_CHOICE |= {"tag", "before", "min_release_age", "save", "save_exact", "save_prefix", "lockfile_version"}
_PATIENCE = {"maxsockets", "fetch_retries", "fetch_timeout", "omit_lockfile_registry_resolved"}
_CONFIGURED = frozenset(_PLACES | _TRUST | _CHOICE | _PATIENCE)
"""Settings that only say where packages come from and how versions are chosen; none of them names a program."""


def npm_environment(parent: Mapping[str, str], *, network: bool = False, configured: bool = False) -> dict[str, str]:
    """Make the environment of a call of npm itself.

    ``network`` adds the proxies. ``configured`` adds the ``npm_config_*`` of `_CONFIGURED` and of scopes, for
    the one call that asks how npm is configured. What could run code (NODE_OPTIONS, ``npm_config_git``) or is
    nobody's business (tokens) has no way in.
    """
    env = _copied(parent, (*_NPM_LIVES_IN, *_SPOKEN, *_CERTIFICATES))
    env |= {name: value for name, value in parent.items() if name.startswith("LC_")}
    env["PATH"] = os.pathsep.join(dict.fromkeys((*trusted_path(parent), *system_path(parent))))
    if network:
        env |= {name: value for name, value in parent.items() if name.lower() in _PROXIES}
    if configured:
        env |= {name: value for name, value in parent.items() if _is_setting(name)}
    return env


def _copied(parent: Mapping[str, str], names: tuple[str, ...]) -> dict[str, str]:
    return {name: parent[name] for name in names if name in parent}


def _is_setting(name: str) -> bool:
    lower = name.lower()
    if not lower.startswith("npm_config_"):
        return False
    key = lower.removeprefix("npm_config_")
    return key.replace("-", "_") in _CONFIGURED or (key.startswith("@") and key.endswith(":registry"))
