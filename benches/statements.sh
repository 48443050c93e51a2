#!/usr/bin/env bash
# How long balances and statements of the past take on an account with very many postings: each call at another time, in
# milliseconds, median and largest. Needs curl, python3 and sqlite3, and PostgreSQL's programs for its half.
#   benches/statements.sh [POSTINGS] [CALLS]
# BACKOFFICE names a binary to measure, instead of one that is built.
set -euo pipefail
postings=${1:-10000000}; calls=${2:-41}
root=$(cd "$(dirname "$0")/.." && pwd); cd "$root"
ours=${BACKOFFICE:-}
if [ -z "$ours" ]; then
  cargo build --release --locked -q -p backoffice --bin backoffice
  ours="${CARGO_TARGET_DIR:-target}/release/backoffice"
fi
dir=$(mktemp -d -p "${TMPDIR:-/tmp}"); chmod 755 "$dir"; server=""; cluster=""
as_postgres() { if [ "$(id -u)" = 0 ]; then (cd / && runuser -u postgres -- "$@"); else "$@"; fi; }
stop_server() { [ -n "$server" ] && { kill "$server" 2>/dev/null && wait "$server" 2>/dev/null || true; }; server=""; }
stop() {
  stop_server
  [ -n "$cluster" ] && as_postgres "$bin/pg_ctl" -D "$cluster" -m immediate stop >/dev/null 2>&1 || true
  rm -rf "$dir"
}
trap stop EXIT
export BACKOFFICE_ADMIN_PASSWORD=Secret123 RUST_LOG=warn BACKOFFICE_SECRET="a secret for the benchmark, kept by nobody"
export BACKOFFICE_STORAGE="local:$dir/files"
# Postings of a dollar, one a second since 2015, as the ledger keeps them: on the book `balance` of an account that has no other.
into_entries="INSERT INTO entries (id, step, create_time)"
into_postings="INSERT INTO postings (entry_id, line, book, account_id, currency_code, amount, post_time, balance_after)"
load_sqlite() {
  local numbers="WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < $postings)"
  local time="datetime('2015-01-01', '+' || n || ' seconds')"
  sqlite3 "$1" "PRAGMA cache_size = -500000; BEGIN IMMEDIATE;
    $into_entries $numbers SELECT 1000000 + n, 'done', $time FROM numbers;
    $into_postings $numbers SELECT 1000000 + n, 1, 'balance', $2, 840, '1', $time, printf('%028d', n) FROM numbers; COMMIT;" >/dev/null
}
load_postgres() {
  local numbers="FROM generate_series(1, $postings) AS numbers (n)" time="TIMESTAMP '2015-01-01' + n * INTERVAL '1 second'"
  "$bin/psql" -q -v ON_ERROR_STOP=1 "$1" -c "$into_entries SELECT 1000000 + n, 'done', $time $numbers" \
    -c "$into_postings SELECT 1000000 + n, 1, 'balance', $2, 840, 1, $time, n $numbers" -c "VACUUM (ANALYZE) postings"
}
cat >"$dir/measure.py" <<'PY'
import datetime, random, sys, time, urllib.request
base, token, account, postings, calls = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5])
begin = datetime.datetime(2015, 1, 1)
def at(second): return (begin + datetime.timedelta(seconds=second)).strftime("%Y-%m-%dT%H:%M:%SZ")
def ask(path, accept="application/json"):
    request = urllib.request.Request(base + path, headers={"Authorization": "Bearer " + token, "Accept": accept})
    begun = time.perf_counter()
    with urllib.request.urlopen(request) as answer: body = answer.read()
    return (time.perf_counter() - begun) * 1000, body
def measure(name, make, times=calls, accept="application/json"):
    random.seed(7)
    took = sorted(ask(make(random.randrange(30_000, postings)), accept)[0] for _ in range(times))
    print(f"  {name:<46} {took[len(took) // 2]:8.1f} {took[-1]:8.1f}")
def statement(lines): return lambda second: f"/api/v2/accounts/{account}/statement?filter[from]={at(second - lines)}&filter[to]={at(second)}"
measure("the balances at a time of the past", lambda second: f"/api/v2/accounts/{account}/balances?filter[at]={at(second)}")
measure("a statement of 1,000 lines", statement(1_000))
measure("a statement of 20,000 lines", statement(20_000), 5)
measure("the same as CSV", statement(20_000), 5, "text/csv")
measure("the same as PDF", statement(20_000), 3, "application/pdf")
measure("the newest ten postings, total=false", lambda _: f"/api/v2/accounts/{account}/postings?limit=10&total=false")
PY
measure() { # name, url, loader, place
  # A client with a wallet; the account of the second client has no history of its own.
  DATABASE_URL=$2 "$ours" demo --clients 1 --transactions 0 >/dev/null
  DATABASE_URL=$2 "$ours" serve --listen 127.0.0.1:8294 >>"$dir/log" 2>&1 & server=$!
  until curl -sf http://127.0.0.1:8294/readyz >/dev/null; do sleep 0.1; done
  local token begun=$SECONDS
  token=$(curl -sf http://127.0.0.1:8294/api/v2/signin -d '{"email":"admin@example.com","password":"Secret123"}' |
    sed 's/.*"accessToken":{"token":"\([^"]*\)".*/\1/')
  "$3" "$4" 1
  echo "$1: $postings postings loaded in $((SECONDS - begun)) s; median and largest of $calls calls, in ms"
  python3 "$dir/measure.py" http://127.0.0.1:8294 "$token" 1 "$postings" "$calls"
  stop_server
}
measure SQLite "sqlite://$dir/ours.db" load_sqlite "$dir/ours.db"
bin=${PGBIN:-$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | tail -1)}
[ -x "$bin/initdb" ] || { echo "no initdb: PostgreSQL is left out"; exit 0; }
mkdir "$dir/pg"; [ "$(id -u)" = 0 ] && chown postgres "$dir/pg"
cluster="$dir/pg/data"
as_postgres "$bin/initdb" -D "$cluster" -U postgres -A trust >/dev/null
as_postgres "$bin/pg_ctl" -D "$cluster" -w -l "$dir/pg/log" -o "-p 5497 -k $dir/pg -c listen_addresses=127.0.0.1 -c max_wal_size=4GB" start >/dev/null
"$bin/createdb" -h 127.0.0.1 -p 5497 -U postgres ours
url=postgres://postgres@127.0.0.1:5497/ours
measure "PostgreSQL" "$url" load_postgres "$url"
