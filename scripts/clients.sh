#!/usr/bin/env bash
# Installs the real clients that tests/clients drives into .cache/clients; quick when nothing changed.
# Exits with 3, after one sentence, where Debian packages are missing and may not be installed.
set -euo pipefail
cd "$(dirname "$0")/.."
root=.cache/clients
mkdir -p "$root"

missing=()
command -v node >/dev/null || missing+=(nodejs)
command -v npm >/dev/null || missing+=(npm)
php -r 'exit(extension_loaded("curl") ? 0 : 1);' 2>/dev/null || missing+=(php-cli php-curl)
perl -MMediaWiki::API -e 1 2>/dev/null || missing+=(libmediawiki-api-perl)
[ -x /usr/bin/chromium ] || missing+=(chromium)
[ ${#missing[@]} -eq 0 ] || scripts/debian-packages.sh "Driving the real clients" "${missing[@]}"

scripts/python-env.sh "$root/python" requirements/clients.lock
scripts/node-env.sh "$root/node" requirements/clients-node

exec 9>"$root/.lock"
flock 9

# simplemediawiki is Python 2: its one file is converted, and the three places that the converter cannot know are mended.
key=$(cat requirements/clients-source.lock "$0" | sha256sum | cut -d' ' -f1)
if [ "$(cat "$root/source/.installed" 2>/dev/null)" != "$key" ]; then
  echo "Installing requirements/clients-source.lock into $root/source …" >&2
  rm -rf "$root/source"
  mkdir -p "$root/source"
  python=$root/python/bin/python
  "$python" -m pip -qq --disable-pip-version-check --no-input --retries 10 --timeout 60 download --no-deps \
    --no-binary :all: --no-build-isolation --require-hashes --requirement requirements/clients-source.lock \
    --dest "$root/source"
  tar -xzf "$root"/source/simplemediawiki-*.tar.gz -C "$root/source" --strip-components=1 --wildcards '*/simplemediawiki.py'
  "$python" -W ignore -m fissix --write --nobackups "$root/source/simplemediawiki.py" >/dev/null 2>&1
  sed -i \
    -e 's/^from kitchen.text.converters import to_bytes/to_bytes = lambda s: str(s).encode("utf-8")/' \
    -e 's/from io import StringIO/from io import BytesIO as StringIO/' \
    -e 's/urllib.parse.urlencode(fixed))/urllib.parse.urlencode(fixed).encode())/' "$root/source/simplemediawiki.py"
  PYTHONPATH=$root/source "$python" -c 'import simplemediawiki'
  echo "$key" > "$root/source/.installed"
fi
