#!/usr/bin/env bash
# How many webhooks a second reach a local receiver, and what writing events costs a transfer: transfers with a listener of
# every operation against transfers of a server without one, in turn. Needs wrk, curl and python3; psql where DATABASE_URL names a
# PostgreSQL.
#   DATABASE_URL=... benches/webhooks.sh [EVENTS] [SECONDS]      an empty database; without DATABASE_URL a SQLite file
set -euo pipefail
events=${1:-5000}; seconds=${2:-4}
root=$(cd "$(dirname "$0")/.." && pwd); cd "$root"
cargo build --release --locked -q -p backoffice --bin backoffice
binary="${CARGO_TARGET_DIR:-target}/release/backoffice"
dir=$(mktemp -d); server=""; receiver=""
trap '[ -n "$server" ] && kill "$server" 2>/dev/null; [ -n "$receiver" ] && kill "$receiver" 2>/dev/null; rm -rf "$dir"' EXIT
export DATABASE_URL=${DATABASE_URL:-sqlite://$dir/webhooks.db} BACKOFFICE_ADMIN_PASSWORD=Secret123 RUST_LOG=error
export BACKOFFICE_SECRET=${BACKOFFICE_SECRET:-"a secret for the benchmark, kept by nobody"} BACKOFFICE_STORAGE=local:$dir/files
"$binary" demo --clients 2000 --transactions 5 >/dev/null
cat >"$dir/receiver.py" <<'PYTHON'
import socketserver, sys
counts = [0]
class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        length = 0
        while (line := self.rfile.readline().strip()):
            if line.lower().startswith(b"content-length:"): length = int(line.split(b":")[1])
        self.rfile.read(length)
        counts[0] += 1
        open(sys.argv[1], "w").write(str(counts[0]))
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address, daemon_threads, request_queue_size = True, True, 256
Server(("127.0.0.1", 8197), Handler).serve_forever()
PYTHON
python3 "$dir/receiver.py" "$dir/count" & receiver=$!
echo 0 >"$dir/count"
"$binary" serve --listen 127.0.0.1:8196 >"$dir/log" 2>&1 & server=$!
until curl -sf http://127.0.0.1:8196/readyz >/dev/null; do sleep 0.1; done
base=http://127.0.0.1:8196/api/v2
TOKEN=$(curl -sf $base/signin -d '{"email":"admin@example.com","password":"Secret123"}' | sed 's/.*"accessToken":{"token":"\([^"]*\)".*/\1/')
export TOKEN
call() { curl -sf -X "$1" "$base/$2" -H "Authorization: Bearer $TOKEN" -d "$3"; }
call PATCH settings '{"webhookHttpHosts":["127.0.0.1"]}' >/dev/null
listener=$(call POST events/listeners '{"event":"SuccessfulOperation","handler":"SuccessfulOperation","workflow":"SendWebhookWorkflow",
  "workflowOptions":{"url":"http://127.0.0.1:8197/"},"isEnabled":false}' | sed 's/^{"id":\([0-9]*\).*/\1/')
cat >"$dir/transfers.lua" <<'LUA'
local headers = {["Authorization"] = "Bearer " .. os.getenv("TOKEN")}
init = function() math.randomseed(os.time() + tonumber(tostring({}):match("0x(%x+)"), 16) % 1000000) end
request = function()
  local client = math.random(1, 2000)
  local one, two = client * 2 - 1, client * 2
  if math.random(2) == 1 then one, two = two, one end
  return wrk.format("POST", "/api/v2/transfers", headers,
    string.format('{"clientId":%d,"sourceId":%d,"destinationId":%d,"amount":"0.01"}', client, one, two))
end
LUA
transfers() { wrk -t2 -c32 -d"${seconds}s" -s "$dir/transfers.lua" http://127.0.0.1:8196 | awk '/Requests\/sec/ {print $2}'; }
rest() { # until everything that waits was posted
  until [ "$(call GET 'events/deliveries?limit=1&filter%5Bstatus%5D=pending' '' | sed 's/.*"total":\([0-9]*\).*/\1/')" = 0 ]; do sleep 0.2; done
}
# A backlog of so many events, posted as fast as it goes.
call PATCH "events/listeners/$listener" '{"isEnabled":true}' >/dev/null
python3 - "$events" <<'PYTHON'
import http.client, json, os, sys, threading
def work(numbers):
    connection = http.client.HTTPConnection("127.0.0.1", 8196)
    for number in numbers:
        client = number % 2000 + 1
        body = {"clientId": client, "sourceId": client * 2 - 1, "destinationId": client * 2, "amount": "0.01"}
        connection.request("POST", "/api/v2/transfers", json.dumps(body), {"Authorization": "Bearer " + os.environ["TOKEN"]})
        connection.getresponse().read()
threads = [threading.Thread(target=work, args=(range(part, int(sys.argv[1]), 8),)) for part in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
PYTHON
begun=$(date +%s.%N); before=$(cat "$dir/count"); rest; after=$(cat "$dir/count")
awk -v n=$((after - before)) -v b="$begun" -v e="$(date +%s.%N)" 'BEGIN {printf "%d webhooks of a backlog in %.1f s: %.0f/s\n", n, e - b, n / (e - b)}'
for round in 1 2 3; do
  call PATCH "events/listeners/$listener" '{"isEnabled":true}' >/dev/null; with=$(transfers)
  call PATCH "events/listeners/$listener" '{"isEnabled":false}' >/dev/null; sleep 1; rest; without=$(transfers); sleep 1
  awk -v w="$with" -v o="$without" 'BEGIN {printf "transfers with a listener %.0f/s, without %.0f/s, ratio %.2f\n", w, o, w / o}'
done
