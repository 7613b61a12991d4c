#!/usr/bin/env bash
# Installs the npm packages of a locked set into a folder; quick when nothing changed.
# usage: scripts/node-env.sh FOLDER SET      (SET holds package.json and package-lock.json)
set -euo pipefail
cd "$(dirname "$0")/.."
folder=$1 set=$2
mkdir -p "$(dirname "$folder")"
exec 9>"$folder.lock"
flock 9
key=$(cat "$set/package-lock.json" <(node --version) | sha256sum | cut -d' ' -f1)
[ "$(cat "$folder/.installed" 2>/dev/null)" != "$key" ] || exit 0
echo "Installing $set into $folder …" >&2
rm -rf "$folder"
mkdir -p "$folder"
cp "$set/package.json" "$set/package-lock.json" "$folder/"
(cd "$folder" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error --fetch-retries=5 >/dev/null)
echo "$key" > "$folder/.installed"
