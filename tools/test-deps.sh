#!/usr/bin/env bash
# What tests use besides npm's packages: a Chromium and a Firefox for the browser stories, a PostgreSQL for moving to one's own,
# disks that fail, clocks that are wrong. Installed with apt-get where that is possible (as root, on Debian and Ubuntu);
# otherwise what is missing is named, and what needs it is skipped.
set -u

have_chromium() {
  [ -n "${CHROMIUM:-}" ] && [ -x "$CHROMIUM" ] && return 0
  command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null
}

have_firefox() {
  [ -n "${FIREFOX:-}" ] || command -v firefox-esr >/dev/null || command -v firefox >/dev/null
}

have_postgres() {
  compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null
}

# For disks whose writes fail; what they are for needs root.
have_faulty_disks() {
  [ "$(id -u)" != 0 ] || { command -v nbdkit && command -v nbdfuse; } >/dev/null
}

have_faketime() {
  compgen -G '/usr/lib/*/faketime/libfaketimeMT.so.1' >/dev/null
}

install() {
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || return 0
  echo "Installing $* for the tests"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq && apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

# The package would make a cluster and start it: the tests make their own.
without_cluster() {
  local settings=/etc/postgresql-common/createcluster.conf
  [ -f "$settings" ] && sed -i -E 's/^#? *create_main_cluster.*/create_main_cluster = false/' "$settings"
}

have_chromium || install chromium fonts-dejavu-core
have_firefox || install firefox-esr
have_postgres || { install postgresql-common && without_cluster && install postgresql; }
have_faulty_disks || install nbdkit libnbd-bin
have_faketime || install faketime

have_chromium || echo 'Chromium is missing: install it (apt-get install chromium), or name one in CHROMIUM.' >&2
have_firefox || echo 'Firefox is missing: install it (apt-get install firefox-esr), or name one in FIREFOX.' >&2
have_postgres || echo 'PostgreSQL is missing: install it (apt-get install postgresql).' >&2
have_faulty_disks || echo 'Faulty disks cannot be made: install them (apt-get install nbdkit libnbd-bin).' >&2
have_faketime || echo 'Wrong clocks cannot be made: install faketime (apt-get install faketime).' >&2
exit 0
