#!/usr/bin/env bash
# Makes a virtual environment and installs a lock file into it, every file checked by its hash.
# Does nothing, quickly, while the lock, the interpreter and the place are what they were at the last run.
# usage: scripts/python-env.sh VENV LOCK [--project]
#   --project  installs Wikigate itself as well, in place
#   PYTHON     the interpreter to use (3.11 or newer; default python3)
set -euo pipefail
cd "$(dirname "$0")/.."
venv=$1 lock=$2 project=${3:-}
python=${PYTHON:-python3}

mkdir -p .cache/locks
exec 9>".cache/locks/${venv//\//_}"
flock 9

if ! command -v "$python" >/dev/null || ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
  scripts/debian-packages.sh "A Python environment" python3 python3-venv
fi
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
  { echo "Wikigate needs Python 3.11 or newer; $python is $("$python" -V). Set PYTHON=/path/to/python3.11." >&2; exit 1; }

# test.lock holds serve.lock's packages in the same versions: an environment made from it needs nothing more for serving.
key() { { cat "$1"; [ -z "$project" ] || cat pyproject.toml; realpath "$venv"; "$python" -V; } | sha256sum | cut -d' ' -f1; }
stamp=$venv/.installed
for candidate in "$lock" requirements/test.lock; do
  [ "$candidate" = "$lock" ] || [ "$lock" = requirements/serve.lock ] || continue
  if [ -x "$venv/bin/python" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$(key "$candidate")" ]; then exit 0; fi
done

echo "Installing $lock into $venv …" >&2
# An environment that was moved or whose interpreter is gone cannot be mended.
if ! "$venv/bin/python" -c '' 2>/dev/null || ! grep -qF "$(realpath "$venv")/" "$venv/bin/pip"; then
  "$python" -m venv --clear "$venv"
fi
rm -f "$stamp"
pip=("$venv/bin/python" -m pip -qq --disable-pip-version-check --no-input --retries 10 --timeout 60)
"${pip[@]}" install --require-hashes --requirement "$lock"
if [ -n "$project" ]; then
  "${pip[@]}" install --no-deps --no-build-isolation --no-index --editable .
fi
key "$lock" > "$stamp"
