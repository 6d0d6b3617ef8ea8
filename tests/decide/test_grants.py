"""What may be granted at all: a hole in one wall, never one in every wall."""

from __future__ import annotations

import pytest

from safe_install.decide.grants import MOST, is_secret, make_grants, why_no_env, why_no_host, why_no_output
from safe_install.judgement import Grants


@pytest.mark.parametrize("host", ["downloads.example.test", "a.b-c.test:8443", "xn--bcher-kva.test"])
def test_a_host_is_granted_by_its_name(host: str) -> None:
    assert why_no_host(host) is None


@pytest.mark.parametrize(
    "host",
    [
        "",
        "*",
        "*.test",
        "*.example.test",
        "example",
        "localhost",
        "localhost:80",
        "127.0.0.1",
        "2130706433",
        "0x7f.1",
        "10.0.0.0x1",
        "[::1]",
        "::1",
        "Example.test",
        "exampl\u0435.test",
        "example.test:0",
        "example.test:65536",
        "example.test/path",
        "https://example.test",
        "user@example.test",
        "example.test.",
        "-a.test",
        "a..test",
        "a.test\n",
        f"{'a' * 64}.test",
        ".".join(["a" * 60] * 5) + ".test",
    ],
)
def test_what_is_no_name_of_one_host_is_not_granted(host: str) -> None:
    assert why_no_host(host)


@pytest.mark.parametrize(
    "path", ["dist", "build/Release/", "packages/a/native", "node_modules/.cache/tool", "node_modules/.prisma/client"]
)
def test_a_folder_of_the_project_may_be_written(path: str) -> None:
    assert why_no_output(path) is None


@pytest.mark.parametrize(
    "path",
    [
        "",
        ".",
        "..",
        "/etc",
        "~/x",
        "a/../b",
        "a//b",
        "./a",
        "C:\\a",
        "a\\b",
        "dist/*",
        "$HOME",
        "a\nb",
        "a\u202eb",
        "dist. ",
        ".git/hooks",
        ".git",
        ".GIT/config",
        "sub/.git/hooks/pre-commit",
        ".husky",
        ".github/workflows",
        ".vscode",
        ".claude/settings.json",
        "package.json",
        "packages/a/Package.json",
        ".npmrc",
        ".env",
        ".env.local",
        "safe-install.approvals.json",
        "node_modules",
        "node_modules/other",
        "node_modules/.bin",
        "packages/a/node_modules/.cache",
        "node_modules/a/node_modules/.cache",
        "node_modules/.cache/node_modules/a",
        "packages/.a/node_modules/b",
        "x" * 201,
    ],
)
def test_what_something_else_runs_later_is_not_granted(path: str) -> None:
    assert why_no_output(path)


@pytest.mark.parametrize("name", ["SHARP_MIRROR", "http_proxy", "npm_config_sharp_binary_host"])
def test_a_variable_is_granted_by_its_name(name: str) -> None:
    assert why_no_env(name) is None
    assert not is_secret(name)


@pytest.mark.parametrize(
    "name", ["", "*", "1A", "A-B", "A=B", "NODE_OPTIONS", "LD_PRELOAD", "PATH", "BASH_ENV", "GIT_SSH_COMMAND", "ENV"]
)
def test_what_chooses_which_code_runs_is_never_granted(name: str) -> None:
    assert why_no_env(name)


@pytest.mark.parametrize(
    "name",
    [
        "NPM_TOKEN",
        "GITHUB_TOKEN",
        "DATABASE_URL",
        "AWS_PROFILE",
        "MY_API_KEY",
        "db_password",
        "SSH_AUTH_SOCK",
        "SIGNING_KEY",
    ],
)
def test_a_name_like_that_of_a_credential_is_known(name: str) -> None:
    assert is_secret(name)


def test_grants_are_sorted_and_said_once() -> None:
    assert make_grants(hosts=["b.test", "a.test", "b.test"], cache=True) == Grants(
        hosts=("a.test", "b.test"), cache=True
    )


def test_which_grant_is_wrong_is_said() -> None:
    with pytest.raises(ValueError, match=r"'127\.0\.0\.1' is no host name"):
        make_grants(hosts=["a.test", "127.0.0.1"])


def test_there_is_an_end_to_what_one_script_gets() -> None:
    with pytest.raises(ValueError, match=f"at most {MOST} env"):
        make_grants(env=[f"A{number}" for number in range(MOST + 1)])


def test_a_pattern_is_told_to_be_one() -> None:
    assert why_no_host("*.example.test") == "is a pattern: name each host"
