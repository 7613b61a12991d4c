#!/usr/bin/env bash
# Installs what tests/identity logs in with: a certified OpenID provider into .cache/identity, and Debian's Chromium.
# Exits with 3, after one sentence, where Debian packages are missing and may not be installed.
set -euo pipefail
cd "$(dirname "$0")/.."
root=.cache/identity
mkdir -p "$root"

missing=()
command -v node >/dev/null || missing+=(nodejs)
command -v npm >/dev/null || missing+=(npm)
[ -x /usr/bin/chromium ] || missing+=(chromium)
[ ${#missing[@]} -eq 0 ] || scripts/debian-packages.sh "Logging in at an identity provider" "${missing[@]}"

exec 9>"$root/.lock"
flock 9
key=$(cat requirements/identity-node/package-lock.json <(node --version) | sha256sum | cut -d' ' -f1)
if [ "$(cat "$root/node/.installed" 2>/dev/null)" != "$key" ]; then
  echo "Installing requirements/identity-node into $root/node …" >&2
  rm -rf "$root/node"
  mkdir -p "$root/node"
  cp requirements/identity-node/package.json requirements/identity-node/package-lock.json "$root/node/"
  (cd "$root/node" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error --fetch-retries=5 >/dev/null)
  echo "$key" > "$root/node/.installed"
fi
