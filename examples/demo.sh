#!/bin/sh
# The main job, in three acts, on a copy of vite-react: the checkout stays clean. `make demo` runs this.
set -eu
export CI=true # no questions: the demo must run to its end alone

here=$(cd "$(dirname "$0")" && pwd)
PATH="$here/../.venv/bin:$PATH"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

main() {
  cp -R "$here/vite-react/." "$work"
  cd "$work"
  rm -rf node_modules dist

  title "1. Nobody has approved anything: the packages are installed, no script runs"
  mv safe-install.approvals.json "$work/approved"
  expect 10 safe-install ci

  title "2. With the approval that is committed beside the example: that one script runs, confined"
  mv "$work/approved" safe-install.approvals.json
  if confinable; then
    expect 0 safe-install ci
  else
    echo "Left out: approved scripts run only behind walls, and bubblewrap cannot put them up here."
    echo "On Debian and Ubuntu: apt-get install bubblewrap"
  fi

  title "3. What was installed works"
  expect 0 node_modules/.bin/esbuild --version
  expect 0 node_modules/.bin/vite build

  title "Shown: every package was read before it was on disk, nothing ran unapproved, and the project builds."
}

title() { printf '\n=== %s\n' "$*"; }

expect() { # expect <exit code> <command…>: show it, run it, and stop the demo when it ends otherwise
  wanted=$1
  shift
  printf '\n$ %s\n' "$*"
  got=0
  "$@" </dev/null || got=$?
  [ "$got" -eq "$wanted" ] || { echo "demo: this should have ended with $wanted, but ended with $got" >&2; exit 1; }
}

confinable() {
  bwrap --unshare-user --unshare-net --ro-bind / / true 2>/dev/null
}

main
