#!/usr/bin/env bash
# What tests use besides npm's packages: a Chromium for the browser stories. Installed with apt-get where that is possible
# (as root, on Debian and Ubuntu); otherwise what is missing is named, and the suites that need it are skipped.
set -u

have_chromium() {
  [ -n "${CHROMIUM:-}" ] && [ -x "$CHROMIUM" ] && return 0
  command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null
}

if have_chromium; then exit 0; fi

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo 'Installing chromium for the browser tests'
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null
fi

if ! have_chromium; then
  echo 'Chromium is missing: install it (apt-get install chromium), or name one in CHROMIUM.' >&2
fi
exit 0
