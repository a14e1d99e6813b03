#!/usr/bin/env bash
# Refuses a breaking change of the specs, unless the major version in the spec moves.
#
# Compared with the last release tag (v1.2.3); without one with where origin/main was left, or with
# the commit before. Where there is nothing to compare with, as in a shallow clone, it says so and
# passes. Another project's specs: scripts/check_evolution.sh DIR
set -euo pipefail

source "$(dirname "${BASH_SOURCE[0]}")/prepare.sh"
project="$(cd "${1:-$root}" && pwd -P)"
prepare app
cd "$project"

is_commit() { git rev-parse --verify --quiet "$1^{commit}" >/dev/null; }
last_release() { git describe --tags --abbrev=0 --match 'v[0-9]*' "$1" 2>/dev/null; }
at_head() { [[ "$(git rev-parse "$1^{commit}")" == "$(git rev-parse HEAD)" ]]; }

# Prints a commit and, after it, what it is.
find_base() {
    local tag left
    tag="$(last_release HEAD || true)"
    if [[ -n $tag ]] && at_head "$tag" && git diff --quiet HEAD -- specs; then
        tag="$(last_release HEAD^ || true)" # this is the release: it follows the one before
    fi
    if [[ -n $tag ]]; then
        printf '%s the last release\n' "$tag"
        return
    fi
    left="$(git merge-base HEAD origin/main 2>/dev/null || true)"
    if [[ -n $left ]] && ! at_head "$left"; then
        printf '%s where origin/main was left; there is no release tag\n' "${left:0:12}"
    elif is_commit HEAD^; then
        printf '%s the commit before; there is no release tag\n' "$(git rev-parse --short=12 HEAD^)"
    fi
}

if ! is_commit HEAD 2>/dev/null; then
    say "Evolution: not compared, for this is no git repository with a commit."
    exit 0
fi
base="$(find_base)"
if [[ -z $base ]]; then
    say "Evolution: not compared. There is no release tag, no other origin/main and no commit before;"
    say "a shallow clone has none of them: git fetch --unshallow --tags"
    exit 0
fi
say "Evolution: compared with ${base%% *}, ${base#* }."

# Those of now and those of then: a spec that is gone is a change, too.
specs=()
while IFS= read -r spec; do
    specs+=("$spec")
done < <(
    {
        git ls-tree --name-only "${base%% *}" specs/
        ls specs/*.spec.yaml 2>/dev/null || true
    } | grep '\.spec\.yaml$' | sort -u
)
if [[ ${#specs[@]} -eq 0 ]]; then
    say "There are no specs, now or then."
    exit 0
fi
"$bin/mock-platform" diff --against "${base%% *}" --unless-major "${specs[@]}"
