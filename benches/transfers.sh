#!/usr/bin/env bash
# Transfers per second through HTTP: on SQLite with full durability, and on PostgreSQL held against
# pgbench (its TPC-B-like script, scale 10, the same number of clients) on the same cluster.
# Needs wrk and curl, and PostgreSQL's programs (initdb, pg_ctl, pgbench) for the second half.
#   benches/transfers.sh [SECONDS] [CONNECTIONS] [RUNS]      RUNS on PostgreSQL, each on a fresh database, with the smallest,
#   the median and the largest ratio
# BACKOFFICE names a binary to measure, instead of one that is built.
set -euo pipefail
seconds=${1:-10}; connections=${2:-32}; runs=${3:-1}
root=$(cd "$(dirname "$0")/.." && pwd); cd "$root"
ours=${BACKOFFICE:-}
if [ -z "$ours" ]; then
  cargo build --release --locked -p backoffice --bin backoffice
  ours="${CARGO_TARGET_DIR:-target}/release/backoffice"
fi
dir=$(mktemp -d); chmod 755 "$dir"; server=""; cluster=""
as_postgres() { if [ "$(id -u)" = 0 ]; then (cd / && runuser -u postgres -- "$@"); else "$@"; fi; }
stop() {
  [ -n "$server" ] && kill "$server" 2>/dev/null && wait "$server" 2>/dev/null || true
  [ -n "$cluster" ] && as_postgres "$bin/pg_ctl" -D "$cluster" -m immediate stop >/dev/null 2>&1 || true
  rm -rf "$dir"
}
trap stop EXIT
export BACKOFFICE_ADMIN_PASSWORD=Secret123 RUST_LOG=warn BACKOFFICE_SECRET="a secret for the benchmark, kept by nobody"
cat >"$dir/transfers.lua" <<'LUA'
-- A transfer of a cent between the wallet and the trading account of a random client.
init = function() math.randomseed(os.time() + tonumber(tostring({}):match("0x(%x+)"), 16) % 100000) end
request = function()
  local client = math.random(1, 1000)
  local wallet, trading = client * 2 - 1, client * 2
  if math.random(2) == 1 then wallet, trading = trading, wallet end
  local body = string.format('{"clientId":%d,"sourceId":%d,"destinationId":%d,"amount":"0.01"}', client, wallet, trading)
  return wrk.format("POST", "/api/v2/transfers", wrk.headers, body)
end
LUA
transfers() { # prints how many transfers a second were stored
  local rounds=$1
  "$ours" demo --clients 1000 --transactions 10 >/dev/null
  "$ours" serve --listen 127.0.0.1:8190 >"$dir/log" 2>&1 & server=$!
  until curl -sf http://127.0.0.1:8190/readyz >/dev/null; do sleep 0.1; done
  local token auth before after
  token=$(curl -sf http://127.0.0.1:8190/api/v2/signin -d '{"email":"admin@example.com","password":"Secret123"}' |
    sed 's/.*"accessToken":{"token":"\([^"]*\)".*/\1/')
  auth="Authorization: Bearer $token"
  total() { curl -sf -g "http://127.0.0.1:8190/api/v2/transactions?limit=1&filter[type]=transfer" -H "$auth" |
    sed 's/{"total":\([0-9]*\).*/\1/'; }
  before=$(total)
  for _ in $(seq "$rounds"); do
    wrk -t2 -c"$connections" -d"${seconds}s" -H "$auth" -s "$dir/transfers.lua" http://127.0.0.1:8190 >>"$dir/wrk"
  done
  after=$(total)
  kill "$server"; wait "$server" 2>/dev/null || true; server=""
  awk '/requests in/ {all += $1} /Non-2xx/ {refused += $NF} END {printf "%d calls, %d refused (no funds); ", all, refused}' \
    "$dir/wrk" >&2; rm "$dir/wrk"
  "$ours" ledger verify >&2
  echo $(((after - before) / (seconds * rounds)))
}
export DATABASE_URL="sqlite://$dir/bench.db"
echo "transfers through HTTP, $connections connections, ${seconds} s, $(nproc) cores"
echo "sqlite (synchronous=FULL): $(transfers 1)/s"
bin=${PGBIN:-$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | tail -1)}
[ -x "$bin/pgbench" ] || { echo "no pgbench: PostgreSQL is left out"; exit 0; }
mkdir "$dir/pg"; [ "$(id -u)" = 0 ] && chown postgres "$dir/pg"
cluster="$dir/pg/data"
as_postgres "$bin/initdb" -D "$cluster" -U postgres -A trust >/dev/null
as_postgres "$bin/pg_ctl" -D "$cluster" -w -l "$dir/pg/log" -o "-p 5499 -k $dir/pg -c listen_addresses=127.0.0.1" start >/dev/null
url="postgres://postgres@127.0.0.1:5499"
"$bin/createdb" -h 127.0.0.1 -p 5499 -U postgres bench
"$bin/pgbench" -h 127.0.0.1 -p 5499 -U postgres -i -s 10 -q bench >/dev/null 2>&1
tpcb() { "$bin/pgbench" -h 127.0.0.1 -p 5499 -U postgres -c "$connections" -j 2 -T "$seconds" bench 2>/dev/null |
  awk '/^tps = .*(without|excluding)/ {print int($3)}'; }
for run in $(seq "$runs"); do
  "$bin/createdb" -h 127.0.0.1 -p 5499 -U postgres "backoffice$run"
  export DATABASE_URL="$url/backoffice$run"
  one=$(tpcb); ours=$(transfers 1); two=$(tpcb)
  ratio=$(awk "BEGIN {printf \"%.2f\", $ours / (($one + $two) / 2)}")
  echo "$ratio" >>"$dir/ratios"
  echo "postgresql: $ours/s; pgbench before and after: $one and $two/s; ratio $ratio"
  "$bin/dropdb" -h 127.0.0.1 -p 5499 -U postgres "backoffice$run"
done
[ "$runs" = 1 ] || sort -n "$dir/ratios" | awk '{all[NR] = $1} END {
  printf "%d runs: smallest %s, median %s, largest %s\n", NR, all[1], all[int((NR + 1) / 2)], all[NR]}'
