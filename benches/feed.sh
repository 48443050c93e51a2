#!/usr/bin/env bash
# How many closed positions a second a platform can report, in batches of 500, each with a result that is posted and each
# counting for a bonus: benches/feed.sh [SECONDS]. Needs python3; PostgreSQL where DATABASE_URL names one, else SQLite.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds="${1:-10}"
cargo build --release --locked -q -p backoffice
folder="$(mktemp -d)"
export DATABASE_URL="${DATABASE_URL:-sqlite://$folder/feed.db}" BACKOFFICE_ADMIN_PASSWORD=Secret123 RUST_LOG=warn
export BACKOFFICE_SECRET="${BACKOFFICE_SECRET:-a secret for a benchmark, which nobody keeps}"
"${CARGO_TARGET_DIR:-target}/release/backoffice" serve --listen 127.0.0.1:8099 >"$folder/log" 2>&1 &
server=$!
trap 'kill $server 2>/dev/null; rm -rf "$folder"' EXIT
until curl -sf http://127.0.0.1:8099/readyz >/dev/null; do read -rt 0.1 <> <(:) || true; done
python3 - "$seconds" <<'PYTHON'
import datetime, json, sys, threading, time, urllib.request

BASE, SECONDS, BATCH, ACCOUNTS = "http://127.0.0.1:8099/api/v2", float(sys.argv[1]), 500, 50

def call(path, body, token=None):
    request = urllib.request.Request(BASE + path, json.dumps(body).encode(), {"Content-Type": "application/json"})
    if token:
        request.add_header("Authorization", "Bearer " + token)
    with urllib.request.urlopen(request) as response:
        return json.load(response)

admin = call("/signin", {"email": "admin@example.com", "password": "Secret123"})["accessToken"]["token"]
mark = str(time.time_ns())
platform = call("/platforms", {"name": mark, "caption": "MT5", "type": "MetaTrader5"}, admin)["id"]
group = call("/products/groups", {"caption": "g", "description": "", "status": "enabled"}, admin)["id"]
product = call("/products", {"numericCodes": [840], "factory": 1, "groupId": group, "name": mark, "platformId": platform}, admin)["id"]
request = urllib.request.Request(f"{BASE}/products/{product}", json.dumps({"status": "enabled", "defaultAccountPermissions": ["enabled"]}).encode(),
    {"Content-Type": "application/json", "Authorization": "Bearer " + admin}, method="PATCH")
urllib.request.urlopen(request).read()
client = call("/clients", {"email": mark + "@example.com", "firstName": "A", "lastName": "B"}, admin)["clientId"]
numbers = []
for _ in range(ACCOUNTS):
    account = call("/accounts", {"clientId": client, "productId": product, "currencyCode": 840}, admin)
    numbers.append(account["accountNumber"])
    call("/bonuses", {"accountId": account["accountId"], "amount": "1000000", "lifetime": 30, "dynamicLots": "0.01",
        "enableAutoCredit": True, "scalpingThreshold": 0, "enableTrade": False, "disabledGroups": []}, admin)
key = call(f"/platforms/{platform}/keys", {"caption": "bench"}, admin)["key"]
counts = [0, 0]

def feed(worker):
    number = 0
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        now = datetime.datetime.now(datetime.timezone.utc).isoformat()
        trades = [{"externalId": f"{worker}-{number + i}", "accountNumber": numbers[(worker + 2 * i) % ACCOUNTS], "symbol": "EURUSD",
            "lots": "0.1", "openTime": now, "closeTime": now, "profit": "0.05"} for i in range(BATCH)]
        report = call(f"/platforms/{platform}/trades", {"trades": trades}, key)
        number += BATCH
        counts[worker] += report["accepted"]
        assert all(result["counted"] for result in report["results"]), report["results"][0]

begun = time.monotonic()
workers = [threading.Thread(target=feed, args=(worker,)) for worker in range(2)]
for worker in workers: worker.start()
for worker in workers: worker.join()
print(f"{sum(counts) / (time.monotonic() - begun):.0f} positions/s ({sum(counts)} accepted, batches of {BATCH}, 2 connections, {ACCOUNTS} accounts)")
PYTHON
kill $server; wait $server 2>/dev/null || true
"${CARGO_TARGET_DIR:-target}/release/backoffice" ledger verify
