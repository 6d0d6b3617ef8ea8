"""A policy is understood wholly or not at all."""

from __future__ import annotations

from datetime import date

import pytest

from safe_install.decide.policy import read_policy
from safe_install.doors.options import FeedName
from safe_install.errors import ExitCode, UsageError
from safe_install.judgement import FEEDS, Policy, PolicyException, Signer
from safe_install.model import Digest, Severity

FULL = """\
# what this project tolerates
block-at = "WARNING"
allowed-hosts = ["mirror.example.test", "localhost:4873"]
allowed-registries = ["https://npm.example.test/team", "http://localhost:4873/"]
signatures = ["security/signatures", ".signatures"]
time-limit = 60
auto-skip = false
auto-approve = true
require-sandbox = false
require-signed = true
signers = [{ name = "ana", key = "qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqo=" }]

[[exceptions]]
signature = "sends-data"
fingerprint = "9e9e9e9e9e9e9e9e9e9e9e9e9e9e9e9e9e9e9e9e9e9e9e9e9e9e9e9e9e9e9e9e"
reason = "our own telemetry, without names"
author = "ana"
until = 2026-12-31
"""
KEY = "qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqo="


def an_exception(**changed: str) -> str:
    """Write one exception, as TOML; an empty value takes the key away."""
    told = {
        "signature": '"s"',
        "fingerprint": f'"{"9e" * 32}"',
        "reason": '"known"',
        "author": '"ana"',
        "until": "2026-12-31",
        **changed,
    }
    return "\n".join(["[[exceptions]]", *(f"{key} = {value}" for key, value in told.items() if value)])


ALLOWED_SEVERITY = 'allowed is "ERROR" or "WARNING" or "INFO"'
REFUSED = {
    "a misspelt key": (
        '\nblock_at = "ERROR"',
        ":2: unknown key 'block_at'; allowed are block-at, auto-skip, ",
    ),
    "a table": ("[block-at]\nx = 1", f":1: block-at is {{'x': 1}}; {ALLOWED_SEVERITY}."),
    "a dotted key": ("time-limit.x = 1", ":1: time-limit is {'x': 1}; allowed is"),
    "a list of tables": ("[[others]]", ":1: unknown key 'others'"),
    "an exception for nothing": ("[[exceptions]]", ":1: exceptions: missing key 'author'."),
    "an exception without an end": (an_exception(until=""), ":1: exceptions: missing key 'until'."),
    "an exception without a reason": (
        an_exception(reason='" "'),
        ":1: exceptions: reason is ' '; allowed is a sentence",
    ),
    "an exception for any contents": (an_exception(fingerprint='"*"'), ":1: exceptions: fingerprint is '*'"),
    "an exception until a moment": (an_exception(until="2026-12-31T00:00:00"), ":1: exceptions: until is "),
    "an exception until a text": (an_exception(until='"2026-12-31"'), ":1: exceptions: until is '2026-12-31'"),
    "an exception that knows more": (an_exception(severity='"INFO"'), ":1: exceptions: unknown key 'severity'."),
    "the second exception": (
        f"{an_exception()}\n\n{an_exception(author='3')}",
        ":8: exceptions: author is 3; allowed is a name",
    ),
    "one exception as a table": ("[exceptions]\nsignature = 's'", ":1: exceptions is {'signature': 's'}; allowed is"),
    "a yes in other words": ("auto-skip = 1", ":1: auto-skip is 1; allowed is true or false."),
    "a yes as text": ('require-sandbox = "false"', ":1: require-sandbox is 'false'; allowed is true or false."),
    "signed by nobody": ("\nrequire-signed = true", ":2: require-signed needs signers"),
    "a short key": ('signers = [{ name = "ana", key = "qqo=" }]', ":1: signers: key is 'qqo='; allowed is an Ed25519"),
    "a key that is none": ('signers = [{ name = "ana", key = "*" }]', ":1: signers: key is '*'"),
    "a signer without a name": (f'signers = [{{ key = "{KEY}" }}]', ":1: signers: missing key 'name'."),
    "a quoted key": ('# a\n"nope" = 1', ":2: unknown key 'nope'"),
    "an unknown severity": ('block-at = "error"', f":1: block-at is 'error'; {ALLOWED_SEVERITY}."),
    "a number as severity": ("block-at = 3", f":1: block-at is 3; {ALLOWED_SEVERITY}."),
    "hosts as text": ('allowed-hosts = "a.test"', ":1: allowed-hosts is 'a.test'; allowed is a list of host names"),
    "a number as hosts": ("allowed-hosts = 7", ":1: allowed-hosts is 7; allowed is a list of host names"),
    "hosts as a table": ("[allowed-hosts]\na = 1", ":1: allowed-hosts is {'a': 1}"),
    "a number as registries": ("allowed-registries = 7", ":1: allowed-registries is 7; allowed is"),
    "an exception in one word": ('exceptions = ["all"]', ":1: exceptions: 'all' is no table"),
    "a signer in one word": ('signers = ["ana"]', ":1: signers: 'ana' is no table"),
    "a key whose spelling hides its line": ('"block\\u002dat" = 3', ": block-at is 3"),
    "an address as host": ('allowed-hosts = ["https://a.test"]', ":1: allowed-hosts is ['https://a.test']"),
    "every host": ('allowed-hosts = ["*"]', ":1: allowed-hosts is ['*']"),
    "a host that looks like another": (
        'allowed-hosts = ["ex\u0430mple.test"]',
        r":1: allowed-hosts is ['ex\u0430mple.test']",
    ),
    "a host in capitals": ('allowed-hosts = ["A.test"]', ":1: allowed-hosts"),
    "a registry without its scheme": ('allowed-registries = ["npm.example.test"]', ":1: allowed-registries is ['npm."),
    "a registry with a password": (
        'allowed-registries = ["https://a:b@npm.test/"]',
        ":1: allowed-registries is ['https:",
    ),
    "a folder elsewhere": ('signatures = ["../signatures"]', ":1: signatures is ['../signatures']; allowed is a list"),
    "a folder of a package": ('signatures = ["node_modules/a"]', ":1: signatures is ['node_modules/a']"),
    "an absolute folder": ('signatures = ["/etc"]', ":1: signatures is ['/etc']"),
    "a folder of Windows": ("signatures = ['C:\\a']", ":1: signatures is"),
    "the project itself": ('signatures = [""]', ":1: signatures is ['']"),
    "no time": ("time-limit = 0", ":1: time-limit is 0; allowed is a whole number of seconds from 1 to 86400."),
    "too much time": ("time-limit = 86401", ":1: time-limit is 86401"),
    "half a second": ("time-limit = 0.5", ":1: time-limit is 0.5"),
    "yes as time": ("time-limit = true", ":1: time-limit is True"),
    "no TOML": (
        'block-at = "ERROR"\ntime-limit 60',
        " is not TOML: ",
    ),
    "a key twice": ("time-limit = 1\ntime-limit = 2", " is not TOML: "),
    "a pit of brackets": ("a = " + "[" * 5000, " is not TOML: "),
}


def test_every_setting_is_read() -> None:
    policy = read_policy(FULL)
    assert policy == Policy(
        block_at=Severity.WARNING,
        allowed_hosts=("mirror.example.test", "localhost:4873"),
        allowed_registries=("https://npm.example.test/team/", "http://localhost:4873/"),
        signatures=("security/signatures", ".signatures"),
        time_limit=60,
        auto_skip=False,
        auto_approve=True,
        require_sandbox=False,
        require_signed=True,
        signers=(Signer(name="ana", key=KEY),),
        exceptions=(
            PolicyException(
                signature="sends-data",
                fingerprint=Digest("9e" * 32),
                reason="our own telemetry, without names",
                author="ana",
                until=date(2026, 12, 31),
            ),
        ),
    )


@pytest.mark.parametrize("text", ["", "\n", "# nothing yet\n"])
def test_an_empty_policy_is_the_strict_default(text: str) -> None:
    assert read_policy(text) == Policy()


@pytest.mark.parametrize(("text", "told"), REFUSED.values(), ids=REFUSED)
def test_what_is_not_understood_is_refused_with_its_line(text: str, told: str) -> None:
    with pytest.raises(UsageError) as refusal:
        read_policy(text)
    assert refusal.value.message.startswith("safe-install.toml" + told)
    assert refusal.value.exit_code == ExitCode.USAGE


def test_a_near_miss_is_named() -> None:
    with pytest.raises(UsageError) as refusal:
        read_policy("timelimit = 5", name="policy.toml")
    assert refusal.value.message.startswith("policy.toml:1:")
    assert refusal.value.hint == "Did you mean time-limit?"


def test_a_long_wrong_value_is_told_in_short() -> None:
    with pytest.raises(UsageError) as refusal:
        read_policy(f'block-at = "{"x" * 5000}"')
    assert len(refusal.value.message) < 200


def test_the_default_is_strict() -> None:
    policy = read_policy("")
    assert (policy.block_at, policy.require_sandbox, policy.auto_approve) == (Severity.ERROR, True, False)
    assert (policy.allowed_hosts, policy.exceptions) == ((), ())


def test_a_flag_and_a_policy_name_the_same_feeds() -> None:
    assert tuple(FeedName) == FEEDS


def test_whom_to_ask_and_how_old_a_release_must_be() -> None:
    policy = read_policy(
        'feeds = ["osv", "npm-audit"]\nrequire-feeds = true\nosv-database = "records.zip"\n'
        'osv-api = "https://osv.example.test/"\npublic-scopes = ["@types"]\nminimum-release-age = "3d"\n'
        'release-age-exclusions = ["left-pad", "@types/*", "@types/node"]\ntoo-young = "ERROR"\n'
    )
    assert policy.feeds == ("osv", "npm-audit")
    assert policy.require_feeds
    assert (policy.osv_database, policy.osv_api) == ("records.zip", "https://osv.example.test")
    assert policy.public_scopes == ("@types",)
    assert policy.minimum_release_age == 3 * 86_400
    assert policy.release_age_exclusions == ("left-pad", "@types/*", "@types/node")
    assert policy.too_young is Severity.ERROR


@pytest.mark.parametrize(
    "text",
    [
        'feeds = ["everybody"]',
        'feeds = "osv"',
        'osv-database = " "',
        'osv-api = "file:///records"',
        'osv-api = "http://osv.example.test"',
        'osv-api = "https://user:word@osv.example.test"',
        'public-scopes = ["types"]',
        'public-scopes = ["*"]',
        "minimum-release-age = 3",
        'minimum-release-age = "3"',
        'minimum-release-age = "-3d"',
        'minimum-release-age = "3 days"',
        'release-age-exclusions = ["*/*"]',
        'release-age-exclusions = ["[a-z]*"]',
        'too-young = "block"',
    ],
)
def test_a_wrong_word_on_whom_to_ask_is_refused_with_its_line(text: str) -> None:
    with pytest.raises(UsageError, match=r"safe-install\.toml:1"):
        read_policy(text)
