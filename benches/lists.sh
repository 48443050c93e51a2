#!/usr/bin/env bash
# How long lists take with a million clients and a million transactions: each call five times, the
# median in milliseconds, every answer read from the database. Needs curl.
#   DATABASE_URL=... benches/lists.sh [CLIENTS]      loads what is missing; without DATABASE_URL a SQLite file of its own
set -euo pipefail
clients=${1:-1000000}
root=$(cd "$(dirname "$0")/.." && pwd); cd "$root"
cargo build --release --locked -p backoffice --bin backoffice
dir=$(mktemp -d); server=""
trap '[ -n "$server" ] && kill "$server" 2>/dev/null; rm -rf "$dir"' EXIT
export DATABASE_URL=${DATABASE_URL:-sqlite://$dir/lists.db} BACKOFFICE_ADMIN_PASSWORD=Secret123 RUST_LOG=warn
export BACKOFFICE_SECRET=${BACKOFFICE_SECRET:-"a secret for the benchmark, kept by nobody"}
base=http://127.0.0.1:8191
start() {
  target/release/backoffice serve --listen 127.0.0.1:8191 >"$dir/log" 2>&1 & server=$!
  until curl -sf $base/readyz >/dev/null; do sleep 0.1; done
  token=$(curl -sf $base/api/v2/signin -d '{"email":"admin@example.com","password":"Secret123"}' |
    sed 's/.*"accessToken":{"token":"\([^"]*\)".*/\1/')
}
get() { curl -sf -g "$base/api/v2/$1" -H "Authorization: Bearer $token" "${@:2}"; }
start
there=$(get 'clients?limit=1' | sed 's/{"total":\([0-9]*\).*/\1/')
if [ "$there" -lt "$((clients * 9 / 10))" ]; then
  kill "$server"; wait "$server" 2>/dev/null || true
  target/release/backoffice demo --clients "$clients" --transactions 1
  start
fi
measure() {
  local times
  for _ in 1 2 3 4 5; do get "$1" -o /dev/null -w '%{time_total}\n'; done | sort -n | sed -n 3p |
    awk -v path="$1" '{printf "%8.1f ms  %s\n", $1 * 1000, path}'
}
for path in 'clients' 'clients?filter[email]=client500000@example.com' 'clients?filter[statusIds]=3' \
  'clients?sort_by=createTime&sort_order=asc' 'clients?filter[name]=nakamura' 'clients?offset=900000' 'clients?total=false' \
  'transactions' 'transactions?filter[status]=pending' 'transactions?filter[status]=done' \
  'transactions?sort_by=createTime&sort_order=asc' 'transactions?sort_by=creditAmount' \
  'transactions?filter[type]=deposit&limit=100' 'transactions?offset=900000' 'transactions?total=false'; do measure "$path"; done
# Without the total a list costs what its page costs, so these hardly grow: compare with benches/lists.sh 10000.
middle=$((clients / 2))
for path in 'clients?total=false' "clients?filter[email]=client$middle@example.com&total=false" 'clients?filter[statusIds]=3&total=false' \
  'clients?sort_by=createTime&sort_order=asc&total=false' 'transactions?total=false' 'transactions?filter[status]=pending&total=false' \
  'transactions?sort_by=createTime&sort_order=asc&total=false'; do measure "$path"; done
begun=$(date +%s%N)
lines=$(get 'transactions?format=csv' | wc -l)
echo "export: $lines lines in $((($(date +%s%N) - begun) / 1000000)) ms, server at most $(awk '/VmHWM/ {print int($2 / 1024)}' "/proc/$server/status") MiB"
