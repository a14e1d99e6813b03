#!/usr/bin/env bash
# Looks at the console through a real browser, headless. Arguments are passed on to pytest.
# Pictures of it end up in $SCREENSHOTS, build/screenshots unless you say so.
set -euo pipefail

source "$(dirname "${BASH_SOURCE[0]}")/prepare.sh"
prepare tests

find_browser() {
    local candidate
    for candidate in ${BROWSER_UNDER_TEST:-} chromium chromium-browser google-chrome google-chrome-stable; do
        command -v "$candidate" && return
    done
    return 1
}

install_browser() {
    if ! command -v apt-get >/dev/null; then
        return 1
    elif [[ $EUID -eq 0 ]]; then
        say "Installing Debian's chromium ..."
        apt-get update -qq >&2 &&
            DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
                chromium fonts-noto-core fonts-noto-mono >&2
    else
        return 1
    fi
}

if ! browser="$(find_browser)"; then
    if ! install_browser || ! browser="$(find_browser)"; then
        say "No chromium here, and no way to install it. Do one of these, and start this again:"
        say "  Debian, Ubuntu   sudo apt-get install chromium"
        say "  Fedora           sudo dnf install chromium"
        say "  anywhere         BROWSER_UNDER_TEST=/path/to/chrome $0"
        exit 1
    fi
fi

if ! "$bin/python" -c 'import playwright' 2>/dev/null; then
    say "Installing what drives the browser ..."
    "$bin/python" -m pip install --quiet --disable-pip-version-check --editable "${root}[dev,browser]" >&2
fi

export BROWSER_UNDER_TEST="$browser"
export SCREENSHOTS="${SCREENSHOTS:-$root/build/screenshots}"
exec "$bin/python" -m pytest tests/browser "$@"
