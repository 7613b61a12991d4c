#!/usr/bin/env bash
# Installs what tests/ldap needs: a directory server, and python-ldap, which is built from source, into VENV; quick when nothing changed.
# Exits with 3, after one sentence, where Debian packages are missing and may not be installed.
# usage: scripts/ldap.sh VENV
set -euo pipefail
cd "$(dirname "$0")/.."
python=$1/bin/python

missing=()
[ -x /usr/sbin/slapd ] || missing+=(slapd)
if ! "$python" -c 'import ldap' 2>/dev/null; then
  command -v gcc >/dev/null || missing+=(gcc)
  "$python" -c 'import sysconfig, pathlib, sys; sys.exit(not (pathlib.Path(sysconfig.get_path("include")) / "Python.h").exists())' ||
    missing+=(python3-dev)
  [ -f /usr/include/ldap.h ] || missing+=(libldap2-dev)
  [ -f /usr/include/sasl/sasl.h ] || missing+=(libsasl2-dev)
fi
[ ${#missing[@]} -eq 0 ] || scripts/debian-packages.sh "Asking a real directory server" "${missing[@]}"
"$python" -c 'import ldap' 2>/dev/null || "$python" -m pip -qq --disable-pip-version-check --no-input --retries 10 --timeout 60 \
  install --require-hashes --requirement requirements/ldap.lock
