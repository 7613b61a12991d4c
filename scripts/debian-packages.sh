#!/usr/bin/env bash
# Installs Debian packages when it may (root), else says in one sentence which are missing and exits with 3.
# usage: scripts/debian-packages.sh PURPOSE PACKAGE…      PURPOSE completes "… needs": "make test", "the client tests"
set -euo pipefail
purpose=$1
shift
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
  echo "$purpose needs Debian packages that are not installed; run as root: apt-get install $*" >&2
  exit 3
fi
export DEBIAN_FRONTEND=noninteractive
apt=(apt-get -qq -o Acquire::Retries=5 -o DPkg::Lock::Timeout=300)
said=$({ "${apt[@]}" update && "${apt[@]}" install -y --no-install-recommends "$@"; } 2>&1) || { echo "$said" >&2; exit 1; }
