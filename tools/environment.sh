#!/usr/bin/env bash
# Create the virtual environment $1 if need be and install the pinned packages of file $2.
# PYTHON names the interpreter; without it the first suitable one on PATH is taken.
set -euo pipefail
venv=$1
requirements=$2

suitable() {
    command -v "$1" >/dev/null 2>&1 &&
        "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

find_python() {
    local name
    if [ -n "${PYTHON:-}" ]; then
        suitable "$PYTHON" && echo "$PYTHON" && return
        echo "PYTHON=$PYTHON is not Python 3.11 or newer." >&2
        return 1
    fi
    for name in python3 python3.11 python3.12 python3.13 python; do
        suitable "$name" && echo "$name" && return
    done
    echo "Claimdesk needs Python 3.11 or newer. Install it, or name it: make PYTHON=/path/to/python3.11" >&2
    return 1
}

# An environment that was moved or whose interpreter went away cannot be mended, only made again.
if ! suitable "$venv/bin/python" || ! "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
    python=$(find_python)
    echo "Creating $venv with $("$python" --version)"
    "$python" -m venv --clear "$venv" || {
        echo "Python could not create an environment; on Debian and Ubuntu: apt-get install python3-venv" >&2
        exit 1
    }
fi
echo "Installing the packages of $requirements (a few minutes the first time)"
"$venv/bin/python" -m pip install --quiet --quiet --requirement "$requirements"
