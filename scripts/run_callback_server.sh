#!/usr/bin/env bash
# Serves the callback server alone: http://127.0.0.1:8082/docs/
# Options are passed on: scripts/run_callback_server.sh --help.
# Paths in them are seen from the project's directory.
set -euo pipefail

source "$(dirname "${BASH_SOURCE[0]}")/prepare.sh"
prepare app
exec "$bin/mock-platform" callback-server "$@"
