"""A program that is fetched and compared with a digest of the package is told; where the comparison proves nothing it blocks."""

from __future__ import annotations

from base64 import b64encode

import pytest

from tests.builders import Files
from tests.evasions.packages import Seen, hooked, packages

pytestmark = pytest.mark.semgrep

SUM = "ab" * 32
ASKS = "curl -fsSL -o tool https://files.example.invalid/tool\n"
COMPARES = f'echo "{SUM}  tool" | sha256sum -c -'
RUNS = "chmod +x tool\n./tool --version\n"


def script(text: str) -> Files:
    """Make a hook that has the text of a shell script."""
    return hooked("sh a.sh", {"a.sh": text})


def by_platform(given: str) -> Files:
    """Make a hook that has a digest for each platform, the last one as given."""
    return script(
        f'set -eu\ncase "$(uname)" in\n  Linux) sum={SUM} ;;\n  *) {given} ;;\nesac\ntmp=$(mktemp -d)\n'
        'curl -fsSL "https://files.example.invalid/tool" -o "$tmp/tool"\n'
        'echo "$sum  $tmp/tool" | sha256sum -c -\nchmod +x "$tmp/tool"\n"$tmp/tool" --version\n'
    )


EITHER = (
    "if command -v sha256sum >/dev/null 2>&1; then\n  {}\nelse\n"
    f'  echo "{SUM}  tool" | shasum -a 256 -c || exit 1\nfi\n'
)


PIECES = "c''u''rl"
FAILS = 'fail() {\n  echo "tool: $1" >&2\n  exit 1\n}\n'
COMPUTES = "sum=$(sha256sum tool | awk '{print $1}')\n"
DIFFERS = f'if [ "$sum" != "{SUM}" ]; then\n  echo "not the same" >&2\n  exit 1\nfi\n'
WGET = f"if command -v curl >/dev/null 2>&1; then\n  {ASKS}else\n  wget -q -O tool https://files.example.invalid/tool\nfi\n"


@packages(
    errors_stop=script(f"set -e\n{ASKS}{COMPARES}\n{RUNS}"),
    it_stops=script(f"{ASKS}{COMPARES} || {{ echo 'not the same'; exit 1; }}\n{RUNS}"),
    either_tool=script(f"{ASKS}{EITHER.format(COMPARES + ' || exit 1')}{RUNS}"),
    either_fetcher=script(f"set -e\n{WGET}{COMPARES}\n{RUNS}"),
    by_function=script(f"{FAILS}{ASKS}{COMPARES} || fail 'not the same'\n{RUNS}"),
    by_if=script(f"set -e\ntmp=$(mktemp -d)\ntrap 'rm -rf \"$tmp\"' EXIT\n{ASKS}{COMPUTES}{DIFFERS}{RUNS}"),
    negated=script(f"{ASKS}if ! {COMPARES} >/dev/null 2>&1; then\n  echo no\n  exit 1\nfi\n{RUNS}"),
    bracket=script(f'{FAILS}{ASKS}{COMPUTES}[ "$sum" = "{SUM}" ] || fail other\n{RUNS}'),
    platforms=by_platform(f"sum={'cd' * 32}"),
    command=hooked(f"{ASKS.strip()} && {COMPARES} && chmod +x tool && ./tool"),
)
def test_what_is_compared_with_a_digest_of_the_package_is_told(seen: Seen) -> None:
    assert "runs-downloaded-program" in seen.signatures
    assert not seen.blocked


@packages(
    nothing=script(f"set -e\n{ASKS}{RUNS}"),
    goes_on=script(f"{ASKS}{COMPARES}\n{RUNS}"),
    does_not_care=script(f"set -e\n{ASKS}{COMPARES} || true\n{RUNS}"),
    of_another=script(f"set -e\n{ASKS}{COMPARES.replace('tool', 'other')}\n{RUNS}"),
    afterwards=script(f"set -e\n{ASKS}{RUNS}{COMPARES}\n"),
    one_tool=script(f"{ASKS}{EITHER.format(':')}{RUNS}"),
    asked_for=by_platform("sum=$(curl -fsSL https://files.example.invalid/tool.sum)"),
    given=by_platform("sum=$1"),
    two=script(f"set -e\n{ASKS}{COMPARES}\n{ASKS}{RUNS}"),
    replaced=script(f"set -e\nsha256sum() {{ :; }}\n{ASKS}{COMPARES}\n{RUNS}"),
    errors_go_on=script(f"set -e\n{ASKS}set +e\n{COMPARES}\n{RUNS}"),
    inside=script(f"set -e\n(\n{ASKS}{COMPARES}\n) || true\n{RUNS}"),
    not_run=script(f"set -e\n{ASKS}cat > note <<END\n{COMPARES}\nEND\n{RUNS}"),
    only_told=script(f"{ASKS}{COMPUTES}{DIFFERS.replace('exit 1', 'echo')}{RUNS}"),
    of_itself=script(f"{ASKS}{COMPUTES}{DIFFERS.replace(SUM, '$sum')}{RUNS}"),
    of_another_file=script(f"{ASKS}{COMPUTES.replace('tool', 'other')}{DIFFERS}{RUNS}"),
    exits_well=script(f"{ASKS}{COMPARES} || exit 0\n{RUNS}".replace("|| exit 0", "|| echo 'exit 1'")),
    no_end=script(f"{FAILS.replace('exit 1', ':')}{ASKS}{COMPARES} || fail 'not the same'\n{RUNS}"),
    traps=script(f"trap './tool' EXIT\n{ASKS}{COMPARES} || exit 1\n{RUNS}"),
    one_fetcher=script(f"set -e\n{WGET.replace('-O tool', '-O lib/tool')}{COMPARES}\n{RUNS}"),
    in_one_branch=script(f"{WGET.removesuffix('fi' + chr(10))}{COMPARES} || exit 1\nfi\n{RUNS}"),
    in_pieces=script(f"set -e\n{ASKS}{COMPARES}\n{ASKS.replace('curl', PIECES)}{RUNS}"),
    escaped=script(f"set -e\n{ASKS}{COMPARES}\n{ASKS.replace('curl', 'c' + chr(92) + 'url')}{RUNS}"),
    by_windows=script(f"set -e\n{ASKS}{COMPARES}\ncertutil -urlcache -f https://files.example.invalid/t t\n{RUNS}"),
    decoded=script(f"set -e\n{ASKS}{COMPARES}\necho {b64encode((ASKS + RUNS).encode()).decode()} | base64 -d | sh\n"),
    unended=script(f"set -e\n{ASKS.replace('https', chr(34) + 'https')}{COMPARES}\n{RUNS}"),
)
def test_a_comparison_that_proves_nothing_does_not_help(seen: Seen) -> None:
    assert "runs-downloaded-program" in seen.errors
