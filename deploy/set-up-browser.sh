#!/bin/sh
# Makes a Chromium that the tests of the pages can start. Safe to repeat: one that is there is left alone.
# Debian's own package where there is one, without windows if it can be had; elsewhere the one that Playwright brings.
set -eu
cd "$(dirname "$0")/.."

say() { printf '%s\n' "$*" >&2; }

if [ -x /usr/bin/chromium-headless-shell ]; then
    exit 0
fi
if grep -qs '^ID=debian' /etc/os-release && command -v apt-get >/dev/null 2>&1; then
    as_root=""
    [ "$(id -u)" = 0 ] || as_root="sudo -n"
    say "Memasang: chromium-headless-shell"
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq >/dev/null 2>&1 || true
    if $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium-headless-shell >/dev/null 2>&1; then
        exit 0
    fi
fi
if [ -x /usr/bin/chromium ]; then
    exit 0
fi
say "Memasang Chromium untuk pengujian …"
.venv/bin/playwright install chromium >/dev/null || {
    say "Berhenti: pengujian halaman memerlukan Chromium. Minta pengelola komputer memasang paket chromium, lalu ulangi make test."
    exit 1
}
