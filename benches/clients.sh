#!/usr/bin/env bash
# What the clients' interface answers in a second while clients sign in, on both databases: 64 connections of 200 clients,
# of 100 calls 2 a sign-in (its wizard and the password, which argon2id checks), 90 a read (own accounts 30, an account 15,
# transactions 25, the profile 10, the menu 5, banners 5) and 8 a transfer between own accounts. The reads are measured
# alone, mixed with all of it, and alone once more while eight further connections do nothing but sign in: what sign-ins
# cost the reads is the difference of the first and the last. In the mix all connections wait for passwords sooner or
# later, so it is as fast as two sign-ins in a hundred calls let it be.
# Needs wrk, curl and python3, and PostgreSQL's programs for its half.
#   benches/clients.sh [SECONDS] [CONNECTIONS]
# BACKOFFICE names a binary to measure, instead of one that is built.
set -euo pipefail
seconds=${1:-10}; connections=${2:-64}
clients=20000; transactions=5; signed_in=200
root=$(cd "$(dirname "$0")/.." && pwd); cd "$root"
ours=${BACKOFFICE:-}
if [ -z "$ours" ]; then
  cargo build --release --locked -q -p backoffice --bin backoffice
  ours="${CARGO_TARGET_DIR:-target}/release/backoffice"
fi
dir=$(mktemp -d); chmod 755 "$dir"; server=""; cluster=""
as_postgres() { if [ "$(id -u)" = 0 ]; then (cd / && runuser -u postgres -- "$@"); else "$@"; fi; }
stop_server() { [ -n "$server" ] && { kill "$server" 2>/dev/null && wait "$server" 2>/dev/null || true; }; server=""; }
stop() {
  stop_server
  [ -n "$cluster" ] && as_postgres "$bin/pg_ctl" -D "$cluster" -m immediate stop >/dev/null 2>&1 || true
  rm -rf "$dir"
}
trap stop EXIT
export BACKOFFICE_ADMIN_PASSWORD=Secret123 RUST_LOG=warn BACKOFFICE_SECRET="a secret for the benchmark, kept by nobody"
# Each client calls from an address of their own.
export BACKOFFICE_TRUSTED_PROXIES=127.0.0.1
cat >"$dir/calls.lua" <<'LUA'
local kind, all = os.getenv("KIND"), {}
local function address(n) return string.format("10.%d.%d.%d", n / 65536 % 256, n / 256 % 256, n % 256) end
for line in io.lines(os.getenv("TOKENS")) do
  local id, email, token = line:match("(%S+) (%S+) (%S+)")
  local headers = {["Authorization"] = "Bearer " .. token, ["Content-Type"] = "application/json", ["X-Forwarded-For"] = address(tonumber(id))}
  all[#all + 1] = {id = tonumber(id), email = email, headers = headers}
end
local fingerprint = "eyJ1c2VyX2FnZW50IjoiRmlyZWZveC8xNDAuMCJ9"
local begun = {}
local function any() return all[math.random(#all)] end
-- Sign-ins come from everywhere: an address may make thirty a minute.
local function open() return {["Content-Type"] = "application/json", ["X-Forwarded-For"] = address(math.random(16777216))} end
local function get(path) local client = any(); return wrk.format("GET", "/api/v2/my/" .. path, client.headers) end
local calls = {
  account = function() local client = any(); return wrk.format("GET", "/api/v2/my/accounts/" .. (client.id * 2 - math.random(0, 1)), client.headers) end,
  transfer = function()
    local client = any()
    local one, two = client.id * 2 - 1, client.id * 2
    if math.random(2) == 1 then one, two = two, one end
    local body = string.format('{"amount":"0.01","isInternal":false,"sourceAccountId":%d,"destinationAccountId":%d}', one, two)
    return wrk.format("POST", "/api/v2/my/transfers", client.headers, body)
  end,
  -- A sign-in is begun, and the next one of this thread sends the password of a run that was begun before.
  sign_in = function()
    local uuid = table.remove(begun)
    if not uuid then return wrk.format("GET", "/api/v2/my/signin/wizard", open()) end
    local body = string.format('{"uuid":"%s","email":"%s","password":"Secret123","device_fingerprint":"%s"}', uuid, any().email, fingerprint)
    return wrk.format("POST", "/api/v2/my/signin", open(), body)
  end,
}
function calls.read()
  local n = math.random(90)
  if n <= 30 then return get("accounts?limit=10") elseif n <= 45 then return calls.account()
  elseif n <= 70 then return get("transactions?limit=10") elseif n <= 80 then return get("profile")
  elseif n <= 85 then return get("menus") else return get("banners") end
end
function calls.mixed()
  local n = math.random(102)
  if n <= 4 then return calls.sign_in() elseif n <= 12 then return calls.transfer() else return calls.read() end
end
init = function() math.randomseed(os.time() + tonumber(tostring({}):match("0x(%x+)"), 16) % 1000000) end
request = function() return calls[kind]() end
local threads, statuses = {}, {}
setup = function(thread) threads[#threads + 1] = thread end
response = function(status, _, body)
  answered = answered or ""
  statuses[status] = (statuses[status] or 0) + 1
  if status >= 400 then
    local parts = {}
    for code, times in pairs(statuses) do if code >= 400 then parts[#parts + 1] = code .. ":" .. times end end
    answered = table.concat(parts, " ")
  end
  local uuid = status == 200 and body:match('"workflow":"login"') and body:match('"uuid":"([^"]+)"')
  if uuid then begun[#begun + 1] = uuid end
end
done = function()
  local all = {}
  for _, thread in ipairs(threads) do
    for code, times in (thread:get("answered") or ""):gmatch("(%d+):(%d+)") do all[code] = (all[code] or 0) + tonumber(times) end
  end
  local parts = {}
  for code, times in pairs(all) do parts[#parts + 1] = code .. ": " .. times end
  print("refused with " .. (#parts > 0 and table.concat(parts, ", ") or "nothing"))
end
LUA
token_of() { sed 's/.*"accessToken":{[^}]*"token":"\([^"]*\)".*/\1/'; }
prepare() { # url: the clients, their tokens
  for _ in $(seq $((clients / 500))); do DATABASE_URL=$1 "$ours" demo --clients 500 --transactions "$transactions" >/dev/null; done
  DATABASE_URL=$1 "$ours" serve --listen 127.0.0.1:8293 >>"$dir/log" 2>&1 & server=$!
  until curl -sf "$api/readyz" >/dev/null; do sleep 0.1; done
  local admin id email uuid from token
  admin=$(curl -sf "$api/api/v2/signin" -d '{"email":"admin@example.com","password":"Secret123"}' | token_of)
  # Few clients make the calls of many.
  curl -sf -X PATCH "$api/api/v2/settings" -H "Authorization: Bearer $admin" -d '{"clientRequestsPerMinute":1000000}' >/dev/null
  : >"$dir/tokens"
  # Some clients of the demonstration are not active.
  for id in $(seq $((signed_in * 2))); do
    curl -sf -X PUT "$api/api/v2/clients/$id/password" -H "Authorization: Bearer $admin" -d '{"password":"Secret123","send_mail":false}' >/dev/null || continue
    email=$(curl -sf "$api/api/v2/clients/$id" -H "Authorization: Bearer $admin" | python3 -c 'import json, sys; print(json.load(sys.stdin)["email"])')
    from="X-Forwarded-For: 10.0.$((id / 256)).$((id % 256))"
    uuid=$(curl -sf -H "$from" "$api/api/v2/my/signin/wizard" | sed 's/.*"uuid":"\([^"]*\)".*/\1/')
    token=$(curl -sf -H "$from" "$api/api/v2/my/signin" -d "{\"uuid\":\"$uuid\",\"email\":\"$email\",\"password\":\"Secret123\",\"device_fingerprint\":\"eyJ1c2VyX2FnZW50IjoiRmlyZWZveC8xNDAuMCJ9\"}" | token_of) || continue
    [ -n "$token" ] && echo "$id $email $token" >>"$dir/tokens"
    [ "$(wc -l <"$dir/tokens")" -ge "$signed_in" ] && return
  done
}
load() { # name of the database, connections
  wrk -t2 -c"$2" -d"${seconds}s" --latency -s "$dir/calls.lua" "$api" >"$dir/wrk"
  awk -v database="$1" -v kind="$KIND" '/50%/ {half = $2} /99%/ {most = $2} /requests in/ {all = $1} /refused with/ {refused = $0}
    /Requests\/sec/ {rate = $2} /Socket errors/ {print} END {
    printf "%s %s: %.0f/s, half within %s, 99 %% within %s, %d calls, %s\n", database, kind, rate, half, most, all, refused}' "$dir/wrk"
}
measure() { # name of the database, url
  prepare "$2"
  export TOKENS="$dir/tokens" KIND
  for KIND in read mixed; do load "$1" "$connections"; done
  export KIND=sign_in
  wrk -t2 -c8 -d"$((seconds + 2))s" -s "$dir/calls.lua" "$api" >/dev/null & local signing=$!
  sleep 1
  KIND=read; load "$1, beside sign-ins" "$connections"
  wait "$signing"
  failures=$(curl -sf "$api/metrics" | grep -c 'status="5' || true)
  echo "$1: $failures kinds of answers with 5xx"
  stop_server
  DATABASE_URL=$2 "$ours" ledger verify >&2
}
api=http://127.0.0.1:8293
echo "$connections connections of $signed_in clients, $seconds s each, $clients clients, $((clients * transactions)) transactions, $(nproc) cores"
measure sqlite "sqlite://$dir/ours.db"
bin=${PGBIN:-$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | tail -1)}
[ -x "$bin/initdb" ] || { echo "no PostgreSQL: it is left out"; exit 0; }
mkdir "$dir/pg"; [ "$(id -u)" = 0 ] && chown postgres "$dir/pg"
cluster="$dir/pg/data"
as_postgres "$bin/initdb" -D "$cluster" -U postgres -A trust >/dev/null
as_postgres "$bin/pg_ctl" -D "$cluster" -w -l "$dir/pg/log" -o "-p 5499 -k $dir/pg -c listen_addresses=127.0.0.1" start >/dev/null
"$bin/createdb" -h 127.0.0.1 -p 5499 -U postgres ours
measure postgresql postgres://postgres@127.0.0.1:5499/ours
