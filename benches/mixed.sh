#!/usr/bin/env bash
# What a server answers in a second when each call asks for another record, on both databases: each kind of call alone,
# and mixed: 35 % a client, 20 % an account, 25 % ten transactions of a client, 10 % ten clients at a random offset, 5 % a
# change of a client, 5 % a transfer. Held against a bare handler that answers the same bytes, against pgbench's
# select-only script on the same cluster and, where another binary is named, against that one in the same run: each kind
# is measured with both in turn. Needs wrk and curl, and PostgreSQL's programs for its half.
#   benches/mixed.sh [SECONDS] [CONNECTIONS] [BINARY]
set -euo pipefail
seconds=${1:-6}; connections=${2:-32}; other=${3:-}
clients=20000; transactions=5; rounds=${ROUNDS:-2}; kinds=${KINDS:-"product client account transactions clients change transfer mixed"}
root=$(cd "$(dirname "$0")/.." && pwd); cd "$root"
cargo build --release --locked -q -p backoffice --bin backoffice --example bare
ours="${CARGO_TARGET_DIR:-target}/release/backoffice"; bare="${CARGO_TARGET_DIR:-target}/release/examples/bare"
dir=$(mktemp -d); chmod 755 "$dir"; servers=(); cluster=""
as_postgres() { if [ "$(id -u)" = 0 ]; then (cd / && runuser -u postgres -- "$@"); else "$@"; fi; }
stop_servers() {
  for server in "${servers[@]}"; do kill "$server" 2>/dev/null && wait "$server" 2>/dev/null || true; done
  servers=()
}
stop() {
  stop_servers
  [ -n "$cluster" ] && as_postgres "$bin/pg_ctl" -D "$cluster" -m immediate stop >/dev/null 2>&1 || true
  rm -rf "$dir"
}
trap stop EXIT
export BACKOFFICE_ADMIN_PASSWORD=Secret123 RUST_LOG=warn BACKOFFICE_SECRET="a secret for the benchmark, kept by nobody"
# An older binary may keep answers in memory, which is not what is measured.
export BACKOFFICE_READ_CACHE=false
cat >"$dir/calls.lua" <<'LUA'
local clients, kind = tonumber(os.getenv("CLIENTS")), os.getenv("KIND")
local headers = {["Authorization"] = "Bearer " .. os.getenv("TOKEN"), ["Content-Type"] = "application/json"}
local function get(path) return wrk.format("GET", "/api/v2/" .. path, headers) end
local function any() return math.random(1, clients) end
local calls = {
  product = function() return get("products/" .. math.random(1, 3)) end,
  client = function() return get("clients/" .. any()) end,
  account = function() return get("accounts/" .. math.random(1, 2 * clients)) end,
  transactions = function() return get("transactions?limit=10&filter%5BclientId%5D=" .. any()) end,
  clients = function() return get("clients?limit=10&offset=" .. math.random(0, clients - 10)) end,
  change = function()
    local body = string.format('{"city":"%d"}', math.random(1, 1000000))
    return wrk.format("PATCH", "/api/v2/clients/" .. any(), headers, body)
  end,
  transfer = function()
    local client = any()
    local one, two = client * 2 - 1, client * 2
    if math.random(2) == 1 then one, two = two, one end
    local body = string.format('{"clientId":%d,"sourceId":%d,"destinationId":%d,"amount":"0.01"}', client, one, two)
    return wrk.format("POST", "/api/v2/transfers", headers, body)
  end,
}
function calls.mixed()
  local n = math.random(100)
  if n <= 35 then return calls.client() elseif n <= 55 then return calls.account()
  elseif n <= 80 then return calls.transactions() elseif n <= 90 then return calls.clients()
  elseif n <= 95 then return calls.change() else return calls.transfer() end
end
-- Each thread of wrk has a state of its own, and a seed of its own.
init = function() math.randomseed(os.time() + tonumber(tostring({}):match("0x(%x+)"), 16) % 1000000) end
request = function() return calls[kind]() end
LUA
token_of() {
  curl -sf "$1/api/v2/signin" -d '{"email":"admin@example.com","password":"Secret123"}' |
    sed 's/.*"accessToken":{"token":"\([^"]*\)".*/\1/'
}
rate() { # address: calls a second
  wrk -t2 -c"$connections" -d"${seconds}s" -s "$dir/calls.lua" "$1" | tee -a "$dir/wrk" | awk '/Requests\/sec/ {print $2}'
}
start() { # binary, url, port
  DATABASE_URL=$2 "$1" serve --listen "127.0.0.1:$3" >>"$dir/log" 2>&1 & servers+=($!)
  until curl -sf "http://127.0.0.1:$3/readyz" >/dev/null; do sleep 0.1; done
}
# In chunks that one loader loads: other binaries may have two, and then a client's accounts are not 2n - 1 and 2n.
load() {
  for _ in $(seq $((clients / 500))); do DATABASE_URL=$2 "$1" demo --clients 500 --transactions "$transactions" >/dev/null; done
}
path_of() {
  case $1 in
    product) echo products/1 ;; account) echo accounts/1 ;; clients) echo 'clients?limit=10' ;;
    transactions) echo 'transactions?limit=10&filter%5BclientId%5D=1' ;; *) echo clients/1 ;;
  esac
}
measure() { # name of the database, url, url of the other binary's own database
  local tokens=() kind
  load "$ours" "$2"; start "$ours" "$2" 8290; tokens[0]=$(token_of http://127.0.0.1:8290)
  if [ -n "$other" ]; then load "$other" "$3"; start "$other" "$3" 8291; tokens[1]=$(token_of http://127.0.0.1:8291); fi
  export CLIENTS=$clients
  for kind in $kinds; do
    export KIND=$kind
    curl -sf -g "http://127.0.0.1:8290/api/v2/$(path_of "$kind")" -H "Authorization: Bearer ${tokens[0]}" >"$dir/answer.json"
    "$bare" 127.0.0.1:8292 "$dir/answer.json" & local handler=$!
    until curl -sf http://127.0.0.1:8292/ >/dev/null; do sleep 0.1; done
    for _ in $(seq "$rounds"); do
      local now before=0
      now=$(TOKEN=${tokens[0]} rate http://127.0.0.1:8290)
      [ -n "$other" ] && before=$(TOKEN=${tokens[1]} rate http://127.0.0.1:8291)
      echo "$now $before $(TOKEN=none rate http://127.0.0.1:8292)"
    done | awk -v database="$1" -v kind="$kind" '{now += $1; before += $2; bare += $3} END {
      printf "%-10s %-12s %8.0f/s", database, kind, now / NR
      if (before) printf "   before %8.0f/s   ratio %.2f", before / NR, now / before
      printf "   bare %8.0f/s\n", bare / NR}'
    kill "$handler"; wait "$handler" 2>/dev/null || true
  done
  stop_servers
  DATABASE_URL=$2 "$ours" ledger verify >&2
}
echo "$connections connections, $seconds s, mean of $rounds rounds, $clients clients, $((clients * transactions)) transactions, $(nproc) cores"
[ "${ONLY:-sqlite}" = sqlite ] && measure sqlite "sqlite://$dir/ours.db" "sqlite://$dir/other.db"
[ "${ONLY:-postgres}" = postgres ] || exit 0
bin=${PGBIN:-$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | tail -1)}
[ -x "$bin/pgbench" ] || { echo "no pgbench: PostgreSQL is left out"; exit 0; }
mkdir "$dir/pg"; [ "$(id -u)" = 0 ] && chown postgres "$dir/pg"
cluster="$dir/pg/data"
as_postgres "$bin/initdb" -D "$cluster" -U postgres -A trust >/dev/null
as_postgres "$bin/pg_ctl" -D "$cluster" -w -l "$dir/pg/log" -o "-p 5498 -k $dir/pg -c listen_addresses=127.0.0.1" start >/dev/null
for name in bench ours other; do "$bin/createdb" -h 127.0.0.1 -p 5498 -U postgres "$name"; done
"$bin/pgbench" -h 127.0.0.1 -p 5498 -U postgres -i -s 10 -q bench >/dev/null 2>&1
select_only() { "$bin/pgbench" -h 127.0.0.1 -p 5498 -U postgres -S -M prepared -c "$connections" -j 2 -T "$seconds" bench 2>/dev/null |
  awk '/^tps = .*(without|excluding)/ {print int($3)}'; }
one=$(select_only)
measure postgresql postgres://postgres@127.0.0.1:5498/ours postgres://postgres@127.0.0.1:5498/other
echo "pgbench -S before and after: $one and $(select_only)/s"
# One transfer in eight is refused, since the account is empty (422): few of all calls.
awk '/requests in/ {all += $1} /Non-2xx/ {refused += $NF} END {
  printf "%d calls, %d refused\n", all, refused; exit refused > all / 200 ? 1 : 0}' "$dir/wrk"
