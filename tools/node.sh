#!/usr/bin/env bash
# Install the type checker of the browser code. Only developers need it: the workbench runs without Node.
set -euo pipefail
if ! command -v npm >/dev/null 2>&1 || ! node -e 'process.exit(Number(process.versions.node.split(".")[0] < 20))'; then
    echo "The checks of the browser code need Node 20 or newer with npm, and found none on PATH." >&2
    echo "Install it (nodejs.org, or apt-get install nodejs npm) and run make again." >&2
    exit 1
fi
npm ci --silent --no-audit --no-fund
