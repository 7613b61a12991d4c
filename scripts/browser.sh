#!/usr/bin/env bash
# Installs what tests/browser looks at the pages with: Debian's Chromium, and the accessibility checker axe-core into .cache/browser.
# Exits with 3, after one sentence, where Debian packages are missing and may not be installed.
set -euo pipefail
cd "$(dirname "$0")/.."

missing=()
command -v node >/dev/null || missing+=(nodejs)
command -v npm >/dev/null || missing+=(npm)
[ -x /usr/bin/chromium ] || missing+=(chromium)
[ ${#missing[@]} -eq 0 ] || scripts/debian-packages.sh "Looking at the pages in a browser" "${missing[@]}"

scripts/node-env.sh .cache/browser/node requirements/browser-node
