#!/usr/bin/env bash
# Serves the order service alone: http://127.0.0.1:8081/docs/
# Options are passed on: scripts/run_order_service.sh --help.
# Paths in them are seen from the project's directory.
set -euo pipefail

source "$(dirname "${BASH_SOURCE[0]}")/prepare.sh"
prepare app
exec "$bin/mock-platform" order-service "$@"
