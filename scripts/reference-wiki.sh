#!/usr/bin/env bash
# Serves a real MediaWiki 1.43 to look at, until interrupted: installs what is missing, prints the address and the account.
# usage: scripts/reference-wiki.sh [--port N]
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/mediawiki.sh
exec "${VENV:-.venv}/bin/python" -m tests.conformance.reference_wiki "$@"
