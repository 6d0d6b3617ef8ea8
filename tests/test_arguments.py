"""npm's words: what is passed on, what is said by us, what is refused by name."""

from __future__ import annotations

import pytest

from safe_install import cli
from safe_install.arguments import Request, read_request
from safe_install.errors import ExitCode, UsageError


@pytest.mark.parametrize(
    ("command", "words", "resolving", "installing"),
    [
        ("install", "", "install", "install"),
        ("i", "left-pad", "install left-pad", "install"),
        ("add", "-D left-pad@1.3.0", "install --save-dev left-pad@1.3.0", "install"),
        (
            "install",
            "left-pad -E -w packages/a",
            "install --save-exact --workspace=packages/a left-pad",
            "install",
        ),
        ("install", "left-pad --tag next --save-prefix=~", "install --tag=next --save-prefix=~ left-pad", "install"),
        ("ci", "--omit dev", "install --omit=dev", "ci --omit=dev"),
        ("ci", "--omit=dev --include dev", "install --omit=dev --include=dev", "ci --omit=dev --include=dev"),
        ("ci", "--production", "install --omit=dev", "ci --omit=dev"),
        ("rm", "left-pad", "uninstall left-pad", "install"),
        ("up", "", "update", "install"),
        ("ddp", "--legacy-peer-deps", "dedupe --legacy-peer-deps", "install --legacy-peer-deps"),
        ("install", "--no-audit --no-fund --prefer-offline --silent", "install", "install"),
    ],
)
def test_words_become_what_npm_is_told(command: str, words: str, resolving: str, installing: str) -> None:
    request = read_request(command, words.split())
    assert " ".join(request.resolving) == resolving
    assert " ".join(request.installing) == installing


@pytest.mark.parametrize(
    ("words", "omit"),
    [
        ("--omit=dev --omit=peer", {"dev", "peer"}),
        ("--omit dev --include dev", set()),
        ("--only=prod", {"dev"}),
        ("", set()),
    ],
)
def test_what_is_left_out_is_what_npm_would_leave_out(words: str, omit: set[str]) -> None:
    assert read_request("ci", words.split()).omit == omit


def test_ignore_scripts_is_heard_here_and_not_passed_on() -> None:
    request = read_request("install", ["--ignore-scripts"])
    assert request == Request(command="install", scripts=False)


@pytest.mark.parametrize(
    ("command", "words", "sentence"),
    [
        ("install", "--script-shell=./evil", "a package cannot choose"),
        ("install", "--ignore-scripts=false", "not passed on"),
        ("install", "--git=./evil", "not known here"),
        ("install", "-g left-pad", "outside of any lockfile"),
        ("install", "--force", "protections off"),
        ("install", "--no-package-lock", "without a lockfile"),
        ("install", "--no-save left-pad", "no lockfile records"),
        ("install", "--registry=https://registry.example.test", "npmrc"),
        ("install", "--omit", "needs a value"),
        ("install", "--omit=everything", "takes dev or optional or peer"),
        ("ci", "left-pad", "takes no packages"),
        ("uninstall", "", "needs the name"),
        ("dedupe", "left-pad", "takes no packages"),
        ("install", "-- --registry=x", "is no package name"),
    ],
)
def test_a_word_that_cannot_be_passed_on_is_refused_with_its_reason(command: str, words: str, sentence: str) -> None:
    with pytest.raises(UsageError) as refused:
        read_request(command, words.split())
    assert sentence in str(refused.value)
    assert refused.value.exit_code is ExitCode.USAGE


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("outdated", "npm outdated, or to add a package of that name: safe-install install outdated"),
        ("test", "npm test, or"),
        ("why", "npm why, or"),
        ("preveiw", "Did you mean preview? Or to add"),
        ("aprove", "Did you mean approve?"),
        ("gates", "Did you mean gate?"),
    ],
)
def test_a_first_word_that_is_a_mistake_installs_nothing(
    word: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run([word, "left-pad"]) == ExitCode.USAGE
    assert told in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "read"),
    [
        ("left-pad", "install left-pad"),
        ("outdated@1.0.0", "install outdated@1.0.0"),
        ("./test", "install ./test"),
        ("@types/test", "install @types/test"),
        ("-D outdated", "install -D outdated"),
        ("isntall left-pad", "install left-pad"),
        ("cli", "install cli"),
        ("plain", "install plain"),
        ("", "install"),
    ],
)
def test_any_other_first_word_is_a_package_or_npms_own_name_for_it(words: str, read: str) -> None:
    assert " ".join(cli._as_npm_would_read(words.split())) == read
