#!/usr/bin/env bash
# Runs every check that needs no server, all of them, and names the ones that failed.
set -euo pipefail
cd "$(dirname "$0")/.."
bin=${VENV:-.venv}/bin
scripts/python-env.sh "${VENV:-.venv}" requirements/test.lock --project

failed=()
check() {
  echo "── $*"
  "$bin/$1" "${@:2}" || failed+=("$*")
}
check ruff check
check ruff format --check
check mypy
check lint-imports
[ ! -e docs/check.py ] || check python docs/check.py
[ ${#failed[@]} -eq 0 ] || { printf 'Failed: %s\n' "${failed[@]}" >&2; exit 1; }
