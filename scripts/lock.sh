#!/usr/bin/env bash
# Writes the lock files: exact versions with hashes, and no address of any registry, so that each machine uses its own.
# usage: scripts/lock.sh            keeps every version that still fits
#        UPGRADE=1 scripts/lock.sh  takes the newest
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/python-env.sh .cache/lock requirements/lock.lock
export UV_CACHE_DIR="$PWD/.cache/uv"

compile() {
  .cache/lock/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
    --no-emit-index-url --no-header ${UPGRADE:+--upgrade} "$@"
}
# The larger set first; the smaller one is held to its versions, so that one environment can serve both.
compile pyproject.toml requirements/build.in --extra test -o requirements/test.lock
compile pyproject.toml requirements/build.in --constraint requirements/test.lock -o requirements/serve.lock
compile requirements/ldap.in --constraint requirements/test.lock -o requirements/ldap.lock
compile requirements/clients.in -o requirements/clients.lock
compile requirements/clients-source.in --no-deps -o requirements/clients-source.lock
compile requirements/lock.in -o requirements/lock.lock

if command -v npm >/dev/null; then
  for folder in requirements/*-node; do
    (cd "$folder" && npm_config_omit_lockfile_registry_resolved=true \
      npm install --package-lock-only --ignore-scripts --no-audit --no-fund --loglevel=error)
  done
else
  echo "npm is not installed: requirements/*-node/package-lock.json stay as they were." >&2
fi
