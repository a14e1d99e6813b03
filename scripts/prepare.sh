# Sets up what the other scripts need. Sourced by them: `prepare app` or `prepare tests`.
#
# Afterwards the working directory is the project's, $bin has its commands, and .env has a signing
# secret. Nothing is done twice; scripts that start at the same moment wait for each other.

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)"
venv="$root/.venv"
bin="$venv/bin"

say() { printf '%s\n' "$*" >&2; }

# Asked, not looked up: version managers put commands on the path that do not run.
is_fit() {
    "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

# $PYTHON when it is set, else the newest that is known to work, else whatever is there.
find_python() {
    local candidate candidates=(python3.13 python3.12 python3.11 python3 python)
    [[ -n ${PYTHON:-} ]] && candidates=("$PYTHON")
    for candidate in "${candidates[@]}"; do
        if is_fit "$candidate"; then
            command -v "$candidate"
            return
        fi
    done
    say "No Python 3.11 or newer with venv and pip among: ${candidates[*]}. Install one, e.g.:"
    say "  Debian, Ubuntu   sudo apt-get install python3 python3-venv"
    say "  Fedora           sudo dnf install python3"
    say "  macOS            brew install python@3.13"
    return 1
}

# What has to be installed: changes when pyproject.toml, the place or the extras change.
wanted_stamp() {
    "$1" - "$root" "$2" <<'PYTHON'
import hashlib, pathlib, sys
root, extras = sys.argv[1:]
project = pathlib.Path(root, "pyproject.toml").read_bytes()
print(hashlib.sha256(project).hexdigest(), root, extras)
PYTHON
}

is_installed() {
    local stamp="$venv/.installed-$2"
    [[ -f $stamp && "$(<"$stamp")" == "$(wanted_stamp "$1" "$2")" ]]
}

install() {
    local python="$1" extras="$2"
    if ! is_fit "$bin/python"; then
        say "Making a virtual environment in $venv ..."
        rm -rf "$venv"
        "$python" -m venv "$venv"
    fi
    if is_installed "$python" "$extras" || is_installed "$python" tests; then
        return
    fi
    say "Installing the project and what it needs (a minute or so, once) ..."
    local target="$root"
    [[ $extras == tests ]] && target="${root}[dev]"
    "$bin/python" -m pip install --quiet --disable-pip-version-check --editable "$target" >&2
    wanted_stamp "$python" "$extras" >"$venv/.installed-$extras"
}

# A random secret that signs the callbacks, readable by its owner only.
make_env_file() {
    [[ -e $root/.env ]] && return
    say "Making $root/.env with a random signing secret ..."
    (
        umask 077
        "$1" - >"$root/.env.new" <<'PYTHON'
import base64, secrets
print("# Made up for this machine. All settings: .env.example")
print("ORDER_CALLBACK_SECRET=whsec_" + base64.b64encode(secrets.token_bytes(32)).decode())
PYTHON
        mv "$root/.env.new" "$root/.env"
    )
}

prepare() {
    local python
    python="$(find_python)"
    # A lock on the directory itself: it leaves no file behind, and ends with the process.
    exec 9<"$root"
    "$python" -c 'import fcntl; fcntl.flock(9, fcntl.LOCK_EX)'
    install "$python" "$1"
    make_env_file "$python"
    exec 9<&-
    cd "$root"
}
