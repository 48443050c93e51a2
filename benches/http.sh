#!/usr/bin/env bash
# Holds the server's speed against a bare actix handler that answers the same JSON: an authenticated
# read of one product, and a filtered list of ten with its total, both on SQLite. Needs wrk and curl.
#   benches/http.sh [SECONDS] [CONNECTIONS]
set -euo pipefail
seconds=${1:-8}; connections=${2:-32}; rounds=3
root=$(cd "$(dirname "$0")/.." && pwd); cd "$root"
cargo build --release --locked -p backoffice --bin backoffice --example bare
dir=$(mktemp -d); pids=()
trap 'kill "${pids[@]}" 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$dir"' EXIT
export DATABASE_URL="sqlite://$dir/bench.db" BACKOFFICE_ADMIN_PASSWORD=Secret123 RUST_LOG=warn
target/release/backoffice serve --demo --listen 127.0.0.1:8180 >"$dir/log" & pids+=($!)
until curl -sf http://127.0.0.1:8180/readyz >/dev/null; do sleep 0.1; done
token=$(curl -sf http://127.0.0.1:8180/api/v2/signin -d '{"email":"admin@example.com","password":"Secret123"}' |
  sed 's/.*"accessToken":{"token":"\([^"]*\)".*/\1/')
auth="Authorization: Bearer $token"
for n in $(seq 1 200); do
  curl -sf http://127.0.0.1:8180/api/v2/products -H "$auth" -o /dev/null -d '{"numericCodes":[840,978],"factory":1,
    "groupId":1,"name":"bench-'"$n"'","platformId":1,"permissions":["visible","enabled"],"leverages":[1,10,100]}'
done
one=/api/v2/products/1
list='/api/v2/products?limit=10&offset=0&sort_by=id&filter%5BplatformId%5D=1&filter%5Bstatus%5D=disabled'
rate() { wrk -t2 -c"$connections" -d"${seconds}s" -H "$auth" "$1" | tee -a "$dir/wrk" | awk '/Requests\/sec/ {print $2}'; }
measure() { # name, path, port of the bare handler
  curl -sf "http://127.0.0.1:8180$2" -H "$auth" >"$dir/$1.json"
  target/release/examples/bare "127.0.0.1:$3" "$dir/$1.json" & pids+=($!)
  until curl -sf "http://127.0.0.1:$3/" >/dev/null; do sleep 0.1; done
  for _ in $(seq $rounds); do
    echo "$(rate "http://127.0.0.1:$3/") $(rate "http://127.0.0.1:8180$2")"
  done | awk -v name="$1" '{bare += $1; served += $2} END {
    printf "%-8s bare %8.0f/s  server %8.0f/s  ratio %.2f\n", name, bare / NR, served / NR, served / bare}'
}
echo "wrk: $connections connections, $seconds s, mean of $rounds rounds, $(nproc) cores, bare and server in turn"
measure product "$one" 8181
measure list "$list" 8182
if grep -E 'Non-2xx' "$dir/wrk"; then echo "some answers were errors"; exit 1; fi
