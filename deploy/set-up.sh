#!/bin/sh
# Makes everything that `make demo` and `make test` need, on a machine with only git, make and Python 3.11 or newer.
# Safe to repeat: what is there is left alone. Uses apt where it may; otherwise says in one line what to install.
set -eu
cd "$(dirname "$0")/.."

say() { printf '%s\n' "$*" >&2; }
stop() { say "Berhenti: $*"; exit 1; }

apt_install() {
    if ! command -v apt-get >/dev/null 2>&1; then
        stop "pasang dulu paket ini dengan pengelola paket sistem Anda: $*"
    elif [ "$(id -u)" = 0 ]; then
        as_root=""
    elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
        as_root="sudo -n"
    else
        stop "minta pengelola komputer menjalankan: sudo apt-get install --no-install-recommends $*"
    fi
    say "Memasang: $*"
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq >/dev/null 2>&1 || true
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null \
        || stop "apt-get tidak dapat memasang: $*"
}

# 1. Python
python=""
for candidate in python3 python3.13 python3.12 python3.11; do
    if command -v "$candidate" >/dev/null 2>&1 \
        && "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null; then
        python=$(command -v "$candidate")
        break
    fi
done
[ -n "$python" ] || stop "perlu Python 3.11, 3.12, atau 3.13 (paket python3)."

# 2. uv, in a small environment of its own
uv=.uv/bin/uv
if [ ! -x "$uv" ]; then
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
        apt_install "python$version-venv"
    fi
    say "Memasang uv …"
    "$python" -m venv .uv
    .uv/bin/pip install --quiet --disable-pip-version-check "uv>=0.9,<1"
fi

# 3. The locked environment, compiled (without bytecode every start costs seconds)
say "Menyiapkan lingkungan Python …"
UV_PYTHON_DOWNLOADS=never "$uv" sync --quiet --frozen --compile-bytecode --python "$python"

# 4. The libraries that draw the documents
missing=$(.venv/bin/python deploy/missing_libraries.py)
# shellcheck disable=SC2086 # the names are meant as several words
[ -z "$missing" ] || apt_install $missing
say "Siap."
