#!/usr/bin/env bash
# See that the browser tests have a Chromium and fonts with Chinese; offer to install what is missing.
# With CI set the answer is taken to be yes.
set -euo pipefail
missing=()
"${PYTHON:-python3}" -m tools.chromium >/dev/null 2>&1 || missing+=(chromium)
chinese_fonts() { command -v fc-list >/dev/null 2>&1 && [ -n "$(fc-list :lang=zh family)" ]; }
chinese_fonts || missing+=(fontconfig fonts-noto-cjk fonts-noto-color-emoji)
[ ${#missing[@]} -eq 0 ] && exit 0

give_up() {
    echo "The browser tests need a Chromium or Chrome (on PATH, or named by CHROMIUM=/path)" >&2
    echo "and a font with Chinese. Missing here: ${missing[*]}." >&2
    exit 1
}

command -v apt-get >/dev/null 2>&1 || give_up
if [ -z "${CI:-}" ]; then
    [ -t 0 ] || give_up
    read -r -p "Install ${missing[*]} with apt-get? [y/N] " answer
    [[ $answer == [yY]* ]] || give_up
fi
root=()
[ "$(id -u)" -eq 0 ] || root=(sudo)
echo "Installing ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
"${root[@]}" apt-get update -qq >/dev/null || give_up
# Debian has it without windows, too, which is smaller and faster; Ubuntu has not.
if apt-cache show chromium-headless-shell >/dev/null 2>&1; then
    missing=("${missing[@]/#chromium/chromium-headless-shell}")
fi
"${root[@]}" apt-get install -qq -y --no-install-recommends "${missing[@]}" >/dev/null || give_up
