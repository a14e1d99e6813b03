#!/usr/bin/env bash
# Has other people's clients send what `export` writes, and compares what arrives with the examples.
#
#   tests/contract/peers/try_exports.sh DIR
#
# DIR gets the clients, from npm: httpyac (for the JetBrains form) and newman (for Postman's). curl is
# taken as it is installed. The client of VS Code runs in VS Code only. Takes a minute; run by hand.
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd -P)"
tools="$(mkdir -p "${1:?where may the clients be installed?}" && cd "$1" && pwd -P)"

[[ -x $tools/node_modules/.bin/httpyac && -x $tools/node_modules/.bin/newman ]] ||
    npm install --no-audit --no-fund --prefix "$tools" httpyac@6.16.7 newman@6
cd "$root"
exec .venv/bin/python -m tests.contract.peers.exports_sent "$tools/node_modules/.bin"
