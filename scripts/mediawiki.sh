#!/usr/bin/env bash
# Brings what serving the real MediaWiki 1.43 needs: PHP from Debian, and Debian's mediawiki package unpacked into
# .cache/mediawiki (not installed: no web server, no database server comes with it). Quick when it is there.
# Exits with 3, after one sentence, where Debian packages are missing and may not be installed.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD/.cache/mediawiki

has() { php -m 2>/dev/null | grep -qix "$1"; }
missing=()
has standard || missing+=(php-cli)
has pdo_sqlite || missing+=(php-sqlite3)
for extension in apcu intl mbstring xml; do has "$extension" || missing+=("php-$extension"); done
[ ${#missing[@]} -eq 0 ] || scripts/debian-packages.sh "Serving the real MediaWiki" "${missing[@]}"

mkdir -p "$root"
exec 9>"$root/.lock"
flock 9
[ ! -e "$root/.installed" ] || exit 0
echo "Fetching Debian's mediawiki package into .cache/mediawiki …" >&2
command -v apt-get >/dev/null || { echo "MediaWiki comes from Debian's package, and this machine has no apt-get." >&2; exit 3; }

# MediaWiki 1.43 is in Debian 13. An older Debian reads that release's list from its own mirror, in a folder of its own.
apt=(apt-get -qq -o Acquire::Retries=5)
if ! apt-cache policy mediawiki | grep -q 'Candidate: .*1\.43\.'; then
  mirror=$(sed -nE 's/^URIs: *([^ ]+).*/\1/p; s/^deb +(\[[^]]*\] +)?([^ ]+) .*/\2/p' \
    $(ls /etc/apt/sources.list /etc/apt/sources.list.d/*.{sources,list} 2>/dev/null) | grep -v security | grep -m1 debian)
  mkdir -p "$root/lists/partial" "$root/archives/partial"
  printf 'Types: deb\nURIs: %s\nSuites: trixie\nComponents: main\nSigned-By: /usr/share/keyrings/debian-archive-keyring.gpg\n' \
    "$mirror" > "$root/next.sources"
  apt+=(-o "Dir::Etc::SourceList=$root/next.sources" -o Dir::Etc::SourceParts=- -o "Dir::State::Lists=$root/lists"
    -o "Dir::Cache=$root" -o APT::Sandbox::User="$(id -un)")
  "${apt[@]}" update >/dev/null
fi
(cd "$root" && "${apt[@]}" download mediawiki mediawiki-classes >/dev/null)
for package in "$root"/*.deb; do dpkg-deb -x "$package" "$root"; done
rm -rf "$root"/*.deb "$root/lists" "$root/archives" "$root"/*.bin "$root/next.sources"
touch "$root/.installed"
