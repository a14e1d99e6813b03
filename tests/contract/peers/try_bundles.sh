#!/usr/bin/env bash
# Gives bundles of our specs, in both forms, to other people's tools; fails at the first refusal.
#
#   tests/contract/peers/try_bundles.sh DIR
#
# DIR holds the tools, and gets the bundles. What it lacks is installed there, from npm and PyPI:
# @redocly/cli, @stoplight/prism-cli, datamodel-code-generator. Takes a minute; run by hand.
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd -P)"
tools="$(mkdir -p "${1:?where may the tools be installed?}" && cd "$1" && pwd -P)"
node="$tools/node_modules/.bin"
python="$root/.venv/bin/python"
port="${PORT:-19210}"

[[ -x $node/redocly && -x $node/prism ]] ||
    npm install --no-audit --no-fund --prefix "$tools" @redocly/cli @stoplight/prism-cli
if [[ ! -x $tools/venv/bin/datamodel-codegen ]]; then
    "$python" -m venv "$tools/venv"
    "$tools/venv/bin/pip" install --quiet datamodel-code-generator
fi

# The status that Prism answers a GET with, once it is up; it is told to stop afterwards.
ask_prism() {
    local bundle="$1" path="$2" prism status
    "$node/prism" mock -p "$port" "$bundle" >"$tools/prism.log" 2>&1 &
    prism=$!
    status="$(curl -s -o "$tools/answer.json" -w '%{http_code}' --retry 40 --retry-delay 1 \
        --retry-connrefused "http://127.0.0.1:$port$path" || true)"
    kill "$prism"
    wait "$prism" 2>/dev/null || true
    printf '%s' "$status"
}

declare -A asked=(
    [order-service]=/orders
    [callback-server]=/inboxes/my-test/records
    [shared-contracts]=/health
)
for spec in "${!asked[@]}"; do
    for form in 3.0 3.1; do
        bundle="$tools/$spec-$form.yaml"
        options=(--contract -o "$bundle")
        [[ $form == 3.1 ]] && options+=(--openapi 3.1)
        (cd "$root" && "$python" -m mock_platform bundle "specs/$spec.spec.yaml" "${options[@]}")
        "$python" -m openapi_spec_validator "$bundle"
        REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true \
            "$node/redocly" lint "$bundle" >"$tools/redocly.log" 2>&1 || {
            cat "$tools/redocly.log"
            exit 1
        }
        "$tools/venv/bin/datamodel-codegen" --formatters builtin --input "$bundle" \
            --input-file-type openapi --output-model-type pydantic_v2.BaseModel \
            --output "$tools/models.py" 2>/dev/null
        (cd "$tools" && venv/bin/python -c 'import models')
        status="$(ask_prism "$bundle" "${asked[$spec]}")"
        [[ $status == 200 ]] || {
            printf 'Prism answered %s\n' "$status"
            cat "$tools/prism.log" "$tools/answer.json"
            exit 1
        }
        printf '%s in %s: valid, linted, modelled, served\n' "$spec" "$form"
    done
done
