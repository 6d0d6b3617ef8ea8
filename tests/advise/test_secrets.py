"""Secrets in texts are found by name and form, and their values never leave."""

from __future__ import annotations

import pytest

from safe_install.advise.secrets import exported, is_secret_name, literal, npmrc_tokens
from safe_install.advise.workflows import exposed

KEY = "sk-ant-api03-" + "x" * 40


@pytest.mark.parametrize(
    ("line", "name", "kind"),
    [
        (f"export ANTHROPIC_API_KEY={KEY}", "ANTHROPIC_API_KEY", "an Anthropic key"),
        (f'  export FOO="{KEY}"', "FOO", "an Anthropic key"),
        ("export NPM_TOKEN='abc'", "NPM_TOKEN", "a secret by its name"),
        (f"set -gx OPENAI_API_KEY sk-proj-{'x' * 30}", "OPENAI_API_KEY", "an OpenAI key"),
        ("setenv DB_PASSWORD hunter", "DB_PASSWORD", "a secret by its name"),
        (f"export A=ghp_{'a' * 36}", "A", "a GitHub token"),
    ],
)
def test_an_exported_secret_is_found(line: str, name: str, kind: str) -> None:
    (found,) = exported(f"# first\n{line}\n")
    assert (found.line, found.name, found.kind) == (2, name, kind)


@pytest.mark.parametrize(
    "line",
    [
        "export PATH=$HOME/bin:$PATH",
        "export NPM_TOKEN=$(pass npm)",
        'export NPM_TOKEN="$(op read op://vault/npm)"',
        "export GITHUB_TOKEN=`gh auth token`",
        "export API_KEY=$OTHER",
        'export TOKEN=""',
        f"# export KEY={KEY}",
        "export EDITOR=vi",
        "export TOKENIZERS_PARALLELISM=false",
        "export COMPAT=1",
    ],
)
def test_what_is_no_secret_or_is_fetched_is_none(line: str) -> None:
    assert list(exported(line)) == []


def test_no_value_comes_out() -> None:
    assert KEY not in repr(
        [*exported(f"export A={KEY}"), *literal(f'"A": "{KEY}"'), *npmrc_tokens("//r/:_authToken=abc")]
    )


def test_a_literal_secret_is_told_with_its_key() -> None:
    (found,) = literal('{\n  "API": "' + KEY + '"\n}')
    assert (found.line, found.name, found.kind) == (2, "API", "an Anthropic key")


def test_an_npmrc_gives_away_what_is_no_variable() -> None:
    text = "//r.test/:_authToken=abc\n//s.test/:_authToken=${NPM_TOKEN}\n_password=x\nregistry=https://r.test\n"
    assert [(one.line, one.name) for one in npmrc_tokens(text)] == [(1, "_authToken"), (3, "_password")]


@pytest.mark.parametrize("name", ["NPM_TOKEN", "GITHUB_PAT", "MY_API_KEY", "apikey", "DB_PASSWORD"])
def test_names_of_secrets_are_known(name: str) -> None:
    assert is_secret_name(name)


@pytest.mark.parametrize("name", ["PATH", "PWD", "TOKENIZERS", "KEYBOARD", "COMPATIBILITY", "PATTERN"])
def test_names_that_only_look_alike_are_not(name: str) -> None:
    assert not is_secret_name(name)


WORKFLOW = """
env:
  TOKEN: ${{ secrets.A }}
  PLAIN: x
jobs:
  build:
    env:
      KEY: ${{ secrets.B }}
    steps:
      - run: echo hi
      - run: |
          npm ci
        env:
          STEP: ${{ secrets.C }}
  other:
    steps:
      - run: make
        env:
          NOT: ${{ secrets.D }}
"""


def test_secrets_that_reach_an_install_are_found_on_every_level() -> None:
    assert [(one.name, one.level, one.line, one.job) for one in exposed(WORKFLOW)] == [
        ("TOKEN", "workflow", 3, "build"),
        ("KEY", "job", 8, "build"),
        ("STEP", "step", 14, "build"),
    ]


@pytest.mark.parametrize(
    "text", ["", "[]", ": :", "jobs: 3", "jobs: {a: 1}", "jobs: {a: {steps: [1, {run: npm ci}]}}", "&a [*a]", "\x00"]
)
def test_a_workflow_of_another_shape_gives_nothing(text: str) -> None:
    assert exposed(text) == ()
