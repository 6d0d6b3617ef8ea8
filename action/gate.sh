#!/usr/bin/env bash
# The action's one step: run the gate, put its report where GitHub shows it, and end with its verdict.
# Values come by the environment alone; what a package wrote is printed between stop-commands by the formats themselves.
set -euo pipefail

main() {
  local base="${SI_BASE:-${SI_PULL_REQUEST_BASE:-}}"
  [[ -n $base ]] || die "There is no base to compare with: set the input base, or run on a pull request."
  local program="${SI_PROGRAM:-}"
  if [[ -z $program ]]; then
    python3 -m venv "$RUNNER_TEMP/safe-install"
    "$RUNNER_TEMP/safe-install/bin/python" -m pip install --quiet --disable-pip-version-check "safe-install-npm==$SI_VERSION"
    program="$RUNNER_TEMP/safe-install/bin/safe-install"
  fi
  local out="$RUNNER_TEMP/safe-install-report"
  mkdir -p "$out"
  local code=0
  "$program" gate --base "$base" --format json >"$out/report.json" || code=$?
  local status
  case $code in
    0) status=clean ;;
    10) status=review ;;
    11) status=blocked ;;
    *) status=error ;;
  esac
  if [[ $status == error ]]; then
    echo "::error title=safe-install::It could not work (exit code $code), and judged nothing; the log says why."
    printf '%s\n\n' "<!-- safe-install-report -->" "**safe-install could not work** (exit code $code): nothing was judged. The job's log says why." >"$out/report.md"
  else
    told "$program" "$base" github >"$out/annotations.txt" && cat "$out/annotations.txt"
    told "$program" "$base" markdown >"$out/report.md"
    [[ -z ${SI_SARIF:-} ]] || told "$program" "$base" sarif >"$SI_SARIF"
  fi
  head -c 1000000 "$out/report.md" >>"$GITHUB_STEP_SUMMARY"
  {
    echo "status=$status"
    echo "report=$out/report.json"
    echo "markdown=$out/report.md"
  } >>"$GITHUB_OUTPUT"
  case $status in
    clean) ;;
    review) [[ ${SI_FAIL_ON:-review} == blocked ]] || exit "$code" ;;
    *) exit "$code" ;;
  esac
}

# The same judgement in another form; what was matched is remembered, so it costs little.
told() {
  "$1" gate --base "$2" --format "$3" || [[ $? == 10 || $? == 11 ]]
}

die() {
  echo "::error title=safe-install::$1"
  exit 2
}

main
