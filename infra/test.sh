#!/usr/bin/env bash
# `make test`: every check there is, in the order in which failures are cheapest to hear of.
# With --long, the suites that have a long form run that too.
set -euo pipefail
cd "$(dirname "$0")/.."

bin=.venv/bin
long=(-m "not long")
[ "${1:-}" = "--long" ] && long=()

step() { printf '\n== %s\n' "$1"; }

step "Format, lint, types, import contracts"
"$bin/ruff" format --check --quiet .
"$bin/ruff" check --quiet .
"$bin/mypy"
"$bin/lint-imports" | tail -n 20

step "Browser"
HOLDFAST_CHROMIUM="$("$bin/python" -m infra.browser)"
export HOLDFAST_CHROMIUM
echo "$HOLDFAST_CHROMIUM"

# Two processes, one per core; whole files stay together, so that the cloud and the browser start
# once in each. Without coverage, which nearly doubles what Python 3.11 takes: `make coverage`.
step "Tests"
"$bin/pytest" -q -n 2 --dist loadfile --no-loadscope-reorder "${long[@]}" --durations=10
