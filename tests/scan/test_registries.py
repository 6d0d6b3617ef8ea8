"""What npm's configuration says of registries, and who is shown which credential."""

from __future__ import annotations

import base64
import json
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from safe_install.errors import UsageError
from safe_install.run.calls import as_npmrc
from safe_install.scan.fetch.addresses import Registries, read_registries
from tests.builders import an_artifact

HOME = "https://registry.example.test/"
PUBLIC = "https://public.example.test/"
SECRET = "s3cr3t-t0k3n"


def registries(config: Mapping[str, object] | None = None, *npmrcs: Mapping[str, str], **env: str) -> Registries:
    """Read a configuration as the project does, with one registry unless the test says otherwise."""
    return read_registries({"registry": HOME, **(config or {})}, npmrcs, public_registry=PUBLIC, env=env)


# ------------------------------------------------------------------ npm's host replacement


@pytest.mark.parametrize(
    ("value", "resolved", "fetched"),
    [
        ("npmjs", f"{PUBLIC}a/-/a-1.0.0.tgz", "https://art.example.test/npm/a/-/a-1.0.0.tgz"),
        ("npmjs", "https://other.example.test/a.tgz", "https://other.example.test/a.tgz"),
        ("never", f"{PUBLIC}a/-/a-1.0.0.tgz", f"{PUBLIC}a/-/a-1.0.0.tgz"),
        ("always", "https://other.example.test:81/npm/a.tgz", "https://art.example.test/npm/a.tgz"),
        ("other.example.test", "https://other.example.test/a.tgz", "https://art.example.test/npm/a.tgz"),
        ("other.example.test:81", "https://other.example.test:81/a.tgz", "https://art.example.test/a.tgz"),
        (
            "https://other.example.test/old/",
            "https://other.example.test/old/a.tgz",
            "https://art.example.test/npm/a.tgz",
        ),
        (
            "https://other.example.test/old/",
            "https://other.example.test/older/a.tgz",
            "https://other.example.test/older/a.tgz",
        ),
    ],
)
def test_the_host_is_replaced_as_npm_replaces_it(value: str, resolved: str, fetched: str) -> None:
    of = registries({"registry": "https://art.example.test/npm", "replace-registry-host": value})
    assert of.tarball_url(an_artifact("a", resolved=resolved)) == fetched


def test_a_tarball_without_address_is_at_its_usual_place() -> None:
    of = registries({"@s:registry": "https://mine.example.test/npm"})
    assert of.tarball_url(an_artifact("a", "2.0.0")) == f"{HOME}a/-/a-2.0.0.tgz"
    assert of.tarball_url(an_artifact("@s/a", "2.0.0")) == "https://mine.example.test/npm/@s/a/-/a-2.0.0.tgz"


# ------------------------------------------------------------------ credentials

TOKENS = {
    "//registry.example.test/:_authToken": SECRET,
    "//art.example.test/api/npm/main/:_authToken": "main",
    "//art.example.test/api:_authToken": "api",
    "//basic.example.test/:_auth": "bWU6cHc=",
    "//user.example.test/:username": "me",
    "//user.example.test/:_password": base64.b64encode(b"pw").decode(),
    "//half.example.test/:username": "me",
    "//port.example.test:8443/:_authToken": "port",
    "//plain.example.test/:_authToken": "plain",
    "//127.0.0.1:4873/:_authToken": "local",
    "//mtls.example.test/:certfile": "/c.pem",
    "//mtls.example.test/:keyfile": "/k.pem",
}


@pytest.mark.parametrize(
    ("url", "header"),
    [
        (f"{HOME}left-pad/-/left-pad-1.3.0.tgz", f"Bearer {SECRET}"),
        ("https://art.example.test/api/npm/main/a", "Bearer main"),
        ("https://art.example.test/api/npm/other/a", "Bearer api"),
        ("https://art.example.test/else", None),
        ("https://basic.example.test/a", "Basic bWU6cHc="),
        ("https://user.example.test/a", "Basic bWU6cHc="),
        ("https://half.example.test/a", None),
        ("https://port.example.test:8443/a", "Bearer port"),
        ("https://port.example.test/a", None),
        ("https://registry.example.test.evil.invalid/a", None),
        ("http://registry.example.test/a", None),
        ("http://plain.example.test/a", None),
        ("http://127.0.0.1:4873/a", "Bearer local"),
        ("https://mtls.example.test/a", None),
        ("https://me@registry.example.test/a", None),
    ],
)
def test_a_token_is_shown_to_its_own_host_and_path_alone(url: str, header: str | None) -> None:
    assert registries({}, TOKENS).authorization_for(url) == header


def test_a_token_goes_over_plain_http_only_to_a_registry_configured_so() -> None:
    of = registries({"registry": "http://plain.example.test/"}, TOKENS)
    assert of.authorization_for("http://plain.example.test/a") == "Bearer plain"


def test_a_registrys_token_is_shown_on_the_rest_of_its_host_as_npm_does() -> None:
    of = registries(
        {"registry": "https://art.example.test/api/npm/main/"}, {"//art.example.test/api/npm/main/:_authToken": "main"}
    )
    assert of.authorization_for("https://art.example.test/elsewhere") == "Bearer main"


def test_a_client_certificate_belongs_to_its_host() -> None:
    of = registries({}, TOKENS)
    assert of.certificate_for("https://mtls.example.test/a") == ("/c.pem", "/k.pem")
    assert of.certificate_for(HOME) is None


def test_the_project_beats_the_user_and_the_environment_beats_both() -> None:
    key = "//registry.example.test/:_authToken"
    user, project = {key: "user"}, {key: "project"}
    assert registries({}, user, project).authorization_for(HOME) == "Bearer project"
    assert registries({}, user, project, **{f"npm_config_{key}": "env"}).authorization_for(HOME) == "Bearer env"


def test_no_secret_is_in_the_representation() -> None:
    of = registries({"https-proxy": f"http://me:{SECRET}@proxy.example.test:1"}, TOKENS)
    assert SECRET not in repr(of) + str(of)


# ------------------------------------------------------------------ the rest of the configuration


def test_the_project_says_where_to_fetch_from_even_when_npm_was_not_shown_its_file() -> None:
    project = {"registry": "https://art.example.test/npm", "@s:registry": "https://mine.example.test"}
    of = registries({"registry": HOME, "@s:registry": HOME}, {"registry": HOME}, project)
    assert of.registry_for("a") == "https://art.example.test/npm/"
    assert of.registry_for("@s/a") == "https://mine.example.test/"
    assert registries({}, project, npm_config_registry=PUBLIC).registry_for("a") == PUBLIC


def test_lists_in_a_file_are_the_lines_that_npm_makes_of_them() -> None:
    of = registries({}, {"noproxy": "a.test\n\nb.test", "ca": "AAA\n\nBBB", "registry": "null"})
    assert (of.noproxy, of.ca, of.default) == (("a.test", "b.test"), ("AAA\n\nBBB",), PUBLIC)


def test_what_npm_hides_is_read_from_the_files() -> None:
    of = registries({"https-proxy": "(protected)"}, {"https-proxy": "http://me:pw@proxy.example.test:1"})
    assert of.proxy_for(HOME) == "http://me:pw@proxy.example.test:1"


def test_proxies_are_those_that_npm_would_use() -> None:
    of = registries({"noproxy": ["example.test"]}, HTTPS_PROXY="http://p.test:1", http_proxy="http://q.test:1")
    assert of.proxy_for("https://host.test/") == "http://p.test:1"
    assert of.proxy_for("http://host.test/") == "http://p.test:1"
    assert of.proxy_for(HOME) is None
    assert of.proxy_for("https://badexample.test/") == "http://p.test:1"
    assert registries({}, http_proxy="http://q.test:1").proxy_for(HOME) is None
    assert registries({}, HTTPS_PROXY="http://p.test:1", NO_PROXY=".example.test, x").proxy_for(HOME) is None


@pytest.mark.parametrize(
    "config",
    [
        {"registry": "ftp://registry.example.test/"},
        {"registry": f"https://me:{SECRET}@registry.example.test/"},
        {"@s:registry": "registry.example.test"},
        {"https-proxy": f"socks5://me:{SECRET}@proxy.test"},
    ],
)
def test_a_configuration_that_cannot_work_is_refused_without_showing_secrets(config: Mapping[str, object]) -> None:
    with pytest.raises(UsageError) as caught:
        registries(config)
    assert caught.value.hint
    assert SECRET not in caught.value.message


def test_npms_numbers_become_seconds() -> None:
    of = registries({"fetch-timeout": 1500, "fetch-retry-maxtimeout": 60000, "maxsockets": 3, "fetch-retries": "x"})
    assert (of.fetch_timeout, of.fetch_retry_maxtimeout, of.maxsockets, of.fetch_retries) == (1.5, 60, 3, 2)


def test_origins_are_all_the_configured_registries() -> None:
    of = registries({"@s:registry": "http://mine.example.test:81/npm"})
    assert of.origins() == {"https://registry.example.test", "http://mine.example.test:81"}


@pytest.mark.npm
def test_npm_reads_the_written_npmrc_as_we_mean_it(tmp_path: Path) -> None:
    token = 'odd;#"tok=en${HOME}'
    of = registries(
        {"@s:registry": "https://mine.example.test/npm", "ca": ["AAA\nBBB", "CCC"], "strict-ssl": False},
        {"//registry.example.test/:_authToken": token},
    )
    npmrc = tmp_path / "npmrc"
    npmrc.write_text(as_npmrc(of.as_npmrc()))
    script = (
        "const ini=require(process.argv[1]+'/npm/node_modules/ini');"
        "const expand=require(process.argv[1]+'/npm/node_modules/@npmcli/config/lib/env-replace.js');"
        "const read=ini.parse(require('fs').readFileSync(process.argv[2],'utf8'));"
        "for(const key in read)read[key]=typeof read[key]==='string'?expand(read[key],process.env):read[key];"
        "console.log(JSON.stringify(read))"
    )
    root = subprocess.run(["npm", "root", "-g"], capture_output=True, text=True, check=True).stdout.strip()  # noqa: S607
    told = subprocess.run(["node", "-e", script, root, str(npmrc)], capture_output=True, text=True, check=True)  # noqa: S607
    read = json.loads(told.stdout)
    assert read["//registry.example.test/:_authToken"] == token
    assert read["@s:registry"] == "https://mine.example.test/npm/"
    assert read["ca"] == "AAA\nBBB\nCCC"
