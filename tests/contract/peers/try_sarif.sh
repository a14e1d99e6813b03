#!/usr/bin/env bash
# Holds what `check --format sarif` writes to the whole published schema of SARIF 2.1.0.
#
#   tests/contract/peers/try_sarif.sh DIR
#
# DIR gets the schema, out of an npm package of its editors (on PyPI it was found altered only). Takes
# some seconds; run by hand.
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd -P)"
folder="$(mkdir -p "${1:?where may the schema be put?}" && cd "$1" && pwd -P)"
package="microsoft-jest-sarif-1.0.0-beta.0.tgz"
sha512="0357ce84f77a21ce620e4e05f583f0d6a341e1717eefe22f891ef197caf617a4"
sha512+="33424c7972963d2ec1a4dab1318852047016e3a559d29b058606e9004a4890f4"

[[ -f $folder/$package ]] ||
    npm pack --silent --pack-destination "$folder" @microsoft/jest-sarif@1.0.0-beta.0 >"$folder/npm.log"
(cd "$folder" && sha512sum --check --quiet <<<"$sha512  $package")
tar -xzf "$folder/$package" -C "$folder" package/lib/schemas/sarif-2.1.0-rtm.5.json
cd "$root"
exec .venv/bin/python -m tests.contract.peers.sarif_held \
    "$folder/package/lib/schemas/sarif-2.1.0-rtm.5.json"
