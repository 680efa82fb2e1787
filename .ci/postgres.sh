#!/bin/sh
# A throw-away PostgreSQL with PostGIS for the tests.
#
#   .ci/postgres.sh start   makes and starts a cluster, prints its URL
#   .ci/postgres.sh stop    stops it and removes all of it
#
#   KAIMEN_TEST_POSTGRES=$(.ci/postgres.sh start) go test ./data/postgis
#
# It answers on a Unix socket alone, in a folder that only its owner may enter,
# so it takes no port and needs no password. It keeps nothing safe (fsync off).
# KAIMEN_POSTGRES_DIR names the folder, so that two may run side by side.
# Needs PostgreSQL 15 or later and PostGIS (Debian: postgresql-15-postgis-3).
set -eu

user=$(id -u)
dir=${KAIMEN_POSTGRES_DIR:-${TMPDIR:-/tmp}/kaimen-postgres-$user}

# PostgreSQL does not run as root: there, its own user takes over.
as_owner() {
    if [ "$user" = 0 ]; then
        runuser -u postgres -- "$@"
    else
        "$@"
    fi
}

# The newest of the versions beside each other, else whatever is on PATH.
find_bin() {
    found=$(find /usr/lib/postgresql/*/bin/pg_ctl 2>/dev/null | sort -V | tail -n 1)
    [ -n "$found" ] || found=$(command -v pg_ctl) || {
        echo "postgres.sh: no pg_ctl found: install postgresql and postgis" >&2
        exit 1
    }
    dirname "$found"
}

start() {
    bin=$(find_bin)
    if ! as_owner "$bin/pg_ctl" -D "$dir/data" status >/dev/null 2>&1; then
        create "$bin"
    fi
    echo "postgres:///kaimen?host=$dir&user=kaimen"
}

create() {
    bin=$1
    rm -rf "$dir"
    mkdir -m 700 "$dir"
    [ "$user" != 0 ] || chown postgres: "$dir"
    cd "$dir"
    # An order of text other than byte by byte, as most servers have it, so
    # that the tests see what depends on it.
    as_owner "$bin/initdb" -D "$dir/data" -U kaimen -A trust -E UTF8 --locale=C.UTF-8 \
        --locale-provider=icu --icu-locale=en --no-sync >"$dir/initdb.log" 2>&1 ||
        fail "initdb"
    cat >>"$dir/data/postgresql.conf" <<EOF
listen_addresses = ''
unix_socket_directories = '$dir'
fsync = off
synchronous_commit = off
full_page_writes = off
max_connections = 200
EOF
    as_owner "$bin/pg_ctl" -D "$dir/data" -l "$dir/data/server.log" -w -t 60 start >/dev/null || fail "start"
    as_owner "$bin/createdb" -h "$dir" -U kaimen kaimen || fail "createdb"
    as_owner "$bin/psql" -h "$dir" -U kaimen -q -v ON_ERROR_STOP=1 -c 'CREATE EXTENSION postgis' kaimen >&2 ||
        fail "create extension postgis"
}

fail() {
    echo "postgres.sh: $1 failed; the end of its logs:" >&2
    tail -n 20 "$dir"/*.log "$dir"/data/*.log >&2
    exit 1
}

stop() {
    bin=$(find_bin)
    if as_owner "$bin/pg_ctl" -D "$dir/data" status >/dev/null 2>&1; then
        as_owner "$bin/pg_ctl" -D "$dir/data" -m immediate -w stop >/dev/null
    fi
    rm -rf "$dir"
}

case ${1:-} in
start) start ;;
stop) stop ;;
*)
    echo "usage: $0 start|stop" >&2
    exit 2
    ;;
esac
