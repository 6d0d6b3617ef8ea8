"""npm's configuration → `Registries`.

``config`` is what ``npm config ls -l --json`` prints: npm's own merge of what it was shown, without whatever is
secret. The .npmrc files and the environment come again on top of it, in npm's order (environment, project, user,
global): they hold the tokens and passwords, and npm need not have been shown the project's file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from safe_install.errors import UsageError
from safe_install.scan.fetch.registries import Registries
from safe_install.scan.fetch.urls import read_address, without_secrets

HIDDEN = "(protected)"
_SCOPE = re.compile(r"(@[^:/]+):registry")
_CREDENTIAL = re.compile(r"//.+:(?:_authToken|_auth|username|_password|certfile|keyfile)")


def read_registries(
    config: Mapping[str, object],
    npmrcs: Sequence[Mapping[str, str]],
    *,
    public_registry: str,
    env: Mapping[str, str],
) -> Registries:
    """Put together where npm would fetch from; ``npmrcs`` are parsed and expanded, lowest precedence first.

    `UsageError` for a registry or proxy that no request could be sent to.
    """
    written = _written(npmrcs, env)
    settings = {**{key: value for key, value in config.items() if value != HIDDEN}, **written}
    default = _registry("registry", _text(settings.get("registry")) or public_registry)
    proxies = _proxies(settings, {name.lower(): value for name, value in env.items()})
    return Registries(
        default=default,
        public_registry=_registry("public registry", public_registry),
        scopes={found[1]: _registry(key, settings[key]) for key in settings if (found := _SCOPE.fullmatch(key))},
        replace_host=_text(settings.get("replace-registry-host")) or "npmjs",
        credentials={key: value for key, value in written.items() if value and _CREDENTIAL.fullmatch(key)},
        ca=_certificates(settings.get("ca")),
        cafile=_text(settings.get("cafile")),
        extra_cafile=env.get("NODE_EXTRA_CA_CERTS") or None,
        strict_ssl=settings.get("strict-ssl") not in {False, "false"},
        https_proxy=proxies[0],
        http_proxy=proxies[1],
        noproxy=_noproxy(settings.get("noproxy"), env),
        maxsockets=max(1, round(_number(settings, "maxsockets", 15))),
        fetch_retries=max(0, round(_number(settings, "fetch-retries", 2))),
        fetch_retry_factor=_number(settings, "fetch-retry-factor", 10),
        fetch_retry_mintimeout=_number(settings, "fetch-retry-mintimeout", 10_000) / 1000,
        fetch_retry_maxtimeout=_number(settings, "fetch-retry-maxtimeout", 60_000) / 1000,
        fetch_timeout=_number(settings, "fetch-timeout", 300_000) / 1000,
    )


def _written(npmrcs: Sequence[Mapping[str, str]], env: Mapping[str, str]) -> dict[str, str]:
    """Merge the files and the environment's ``npm_config_*`` as @npmcli/config does."""
    merged: dict[str, str] = {}
    for npmrc in npmrcs:
        merged.update(npmrc)
    for name, value in env.items():
        if name.lower().startswith("npm_config_") and value:
            key = name[len("npm_config_") :]
            merged[key if key.startswith("//") else key[:1].lower() + key[1:].replace("_", "-").lower()] = value
    return merged


def _registry(what: str, value: object) -> str:
    """Check a registry's address and end it with one slash."""
    address = read_address(str(value))
    if address is None or address.query:
        raise UsageError(
            f"npm's {what} is {without_secrets(str(value))!r}, which is not a plain http(s) address",
            hint="correct it in .npmrc; credentials belong under //host/:_authToken, not into the address",
        )
    return f"{address.origin}{address.path.rstrip('/')}/"


def _proxies(settings: Mapping[str, object], env: Mapping[str, str]) -> tuple[str | None, str | None]:
    """Give the proxies for https and for http; npm uses https-proxy for both, then proxy, then the environment."""
    configured = _text(settings.get("https-proxy")) or _text(settings.get("proxy"))
    for_https = configured or env.get("https_proxy") or None
    for_http = for_https or env.get("http_proxy") or env.get("proxy") or None
    return _proxy(for_https), _proxy(for_http)


def _proxy(url: str | None) -> str | None:
    """Check a proxy's address, which may hold a password and so is never shown."""
    if url is not None and not (urlsplit(url).scheme in {"http", "https"} and urlsplit(url).hostname):
        raise UsageError(
            "npm's proxy is not an http(s) address", hint="correct https-proxy in .npmrc, or the variable HTTPS_PROXY"
        )
    return url


def _noproxy(value: object, env: Mapping[str, str]) -> tuple[str, ...]:
    """List the domains of npm's noproxy (a list, or text with commas or lines), or else of the environment's."""
    usual = next((value for name, value in env.items() if name.lower() == "no_proxy"), "")
    for source in (",".join(map(str, value)) if isinstance(value, list) else str(value or ""), usual):
        if domains := tuple(filter(None, re.split(r"[\s,]+", source))):
            return domains
    return ()


def _certificates(value: object) -> tuple[str, ...]:
    texts = value if isinstance(value, list) else [value]
    return tuple(str(text).replace("\\n", "\n") for text in texts if text and text != "null")


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value and value not in {"null", "false"} else None


def _number(settings: Mapping[str, object], key: str, usual: float) -> float:
    try:
        return float(str(settings.get(key, usual)))
    except ValueError:
        return usual
