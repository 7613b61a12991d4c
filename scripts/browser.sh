#!/usr/bin/env bash
# Installs what tests/browser looks at the pages with: Debian's Chromium, and the accessibility checker axe-core into .cache/browser.
# Exits with 3, after one sentence, where Debian packages are missing and may not be installed.
set -euo pipefail
cd "$(dirname "$0")/.."
root=.cache/browser
mkdir -p "$root"

missing=()
command -v node >/dev/null || missing+=(nodejs)
command -v npm >/dev/null || missing+=(npm)
[ -x /usr/bin/chromium ] || missing+=(chromium)
[ ${#missing[@]} -eq 0 ] || scripts/debian-packages.sh "Looking at the pages in a browser" "${missing[@]}"

exec 9>"$root/.lock"
flock 9
key=$(sha256sum < requirements/browser-node/package-lock.json | cut -d' ' -f1)
if [ "$(cat "$root/node/.installed" 2>/dev/null)" != "$key" ]; then
  echo "Installing requirements/browser-node into $root/node …" >&2
  rm -rf "$root/node"
  mkdir -p "$root/node"
  cp requirements/browser-node/package.json requirements/browser-node/package-lock.json "$root/node/"
  (cd "$root/node" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error --fetch-retries=5 >/dev/null)
  echo "$key" > "$root/node/.installed"
fi
