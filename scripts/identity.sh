#!/usr/bin/env bash
# Installs what tests/identity logs in with: a certified OpenID provider into .cache/identity, and Debian's Chromium.
# Exits with 3, after one sentence, where Debian packages are missing and may not be installed.
set -euo pipefail
cd "$(dirname "$0")/.."

missing=()
command -v node >/dev/null || missing+=(nodejs)
command -v npm >/dev/null || missing+=(npm)
[ -x /usr/bin/chromium ] || missing+=(chromium)
[ ${#missing[@]} -eq 0 ] || scripts/debian-packages.sh "Logging in at an identity provider" "${missing[@]}"

scripts/node-env.sh .cache/identity/node requirements/identity-node
