#!/usr/bin/env bash
# Checks everything; stops at the first stage that fails. This is the only definition of green.
# Arguments are passed on to every pytest: scripts/run_all_tests.sh -x
set -euo pipefail

source "$(dirname "${BASH_SOURCE[0]}")/prepare.sh"
prepare tests

stage() {
    local name="$1"
    shift
    printf '\n== %s\n' "$name"
    "$@" || {
        printf '\nFAILED: %s\n' "$name" >&2
        exit 1
    }
}

stage "format"             "$bin/ruff" format --check .
stage "lint"               "$bin/ruff" check .
stage "types"              "$bin/mypy" .
stage "import contracts"   "$bin/lint-imports"
stage "evolution"          scripts/check_evolution.sh
stage "unit tests"         "$bin/python" -m pytest tests/unit "$@"
stage "property tests"     "$bin/python" -m pytest tests/property "$@"
stage "integration tests"  "$bin/python" -m pytest tests/integration "$@"
stage "contract tests"     "$bin/python" -m pytest tests/contract "$@"
printf '\nAll green.\n'
