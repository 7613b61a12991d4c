#!/usr/bin/env bash
# Runs the tests: all of them, or one of the suites that need more than Python. What such a suite needs is installed first;
# where that is not allowed, `make test` leaves the suite out and says so, and CI takes that for a failure.
# usage: scripts/test.sh [--only browser|clients|conformance|identity|ldap] [PYTEST ARGUMENT…]
set -euo pipefail
cd "$(dirname "$0")/.."
venv=${VENV:-.venv}
only=
if [ "${1:-}" = --only ]; then
  only=$2
  shift 2
fi
scripts/python-env.sh "$venv" requirements/test.lock --project

parts_of() {
  case $1 in
    browser) scripts/browser.sh ;;
    clients) scripts/clients.sh ;;
    identity) scripts/identity.sh ;;
    ldap) scripts/ldap.sh "$venv" ;;
    conformance)
      [ -x /usr/bin/chromium ] || scripts/debian-packages.sh "Running MediaWiki's own client in a browser" chromium || return
      [ -n "${WIKIGATE_ORACLE:-}" ] || scripts/mediawiki.sh
      ;;
  esac
}

if [ -n "$only" ]; then
  parts_of "$only"
  exec "$venv/bin/pytest" -q -m "$only" "tests/$only" "$@"
fi

# The documents' examples call these; where they may not be installed, the tests of those pages are left out.
programs=()
for program in curl jq; do command -v "$program" >/dev/null || programs+=("$program"); done
[ ${#programs[@]} -eq 0 ] || scripts/debian-packages.sh "Running the documents' examples" "${programs[@]}" || true

without=()
for suite in browser clients conformance identity ldap; do
  parts_of "$suite" || without+=("$suite")
done
say_without() { for suite in "${without[@]}"; do echo "Left out: $suite (the reason stands above)" >&2; done; }
say_without
chosen=$(printf ' and not %s' "${without[@]}")
status=0
"$venv/bin/pytest" -q -n auto ${without:+-m "${chosen# and }"} "$@" || status=$?
say_without
[ "${CI:-}" != true ] || [ ${#without[@]} -eq 0 ] || exit 1
exit "$status"
