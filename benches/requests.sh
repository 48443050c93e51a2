#!/usr/bin/env bash
# How long lists of requests take with a million of them, each call with another filter and offset, and how much memory fifty
# uploads at once take. Needs python3, and psql where DATABASE_URL names a PostgreSQL.
#   DATABASE_URL=... benches/requests.sh [REQUESTS]      an empty database; without DATABASE_URL a SQLite file of its own
set -euo pipefail
requests=${1:-1000000}
root=$(cd "$(dirname "$0")/.." && pwd); cd "$root"
cargo build --release --locked -p backoffice --bin backoffice
dir=$(mktemp -d); server=""
trap '[ -n "$server" ] && kill "$server" 2>/dev/null; rm -rf "$dir"' EXIT
export DATABASE_URL=${DATABASE_URL:-sqlite://$dir/requests.db} BACKOFFICE_ADMIN_PASSWORD=Secret123 RUST_LOG=warn
export BACKOFFICE_SECRET=${BACKOFFICE_SECRET:-"a secret for the benchmark, kept by nobody"} BACKOFFICE_STORAGE=local:$dir/files
target/release/backoffice demo --clients 20000 --transactions 10
kinds="'profile', 'address', 'verification', 'external', 'partner', 'investment'"
asked="CASE kind WHEN 'profile' THEN '{\"type\":\"profile\",\"firstName\":\"Maria\",\"lastName\":\"Lopez\"}'
  WHEN 'address' THEN '{\"type\":\"address\",\"address\":\"1 Main St\",\"city\":\"Lisbon\",\"country\":1,\"postcode\":null,\"state\":null}'
  WHEN 'verification' THEN '{\"type\":\"verification\",\"level\":3}' ELSE '{\"type\":\"' || kind || '\"}' END"
if [[ $DATABASE_URL == postgres* ]]; then
  psql -q "$DATABASE_URL" <<SQL
INSERT INTO requests (client_id, kind, status, create_time, ip, asked)
SELECT client, kind, status, time, '192.0.2.1', $asked FROM (SELECT 1 + floor(random() * 20000)::int AS client,
  (ARRAY[$kinds])[1 + floor(random() * 6)::int] AS kind, (ARRAY['approved','approved','approved','approved','approved','approved',
  'approved','approved','rejected','pending'])[1 + floor(random() * 10)::int] AS status,
  timestamp '2025-01-01' + number * interval '1 minute' AS time FROM generate_series(1, $requests) AS number) AS one;
ANALYZE;
SQL
else
  python3 - "${DATABASE_URL#sqlite://}" "$requests" <<PYTHON
import random, sqlite3, sys, datetime
database = sqlite3.connect(sys.argv[1])
kinds, begin = [$kinds], datetime.datetime(2025, 1, 1)
rows = ((random.randint(1, 20000), random.choice(kinds), random.choice(["approved"] * 8 + ["rejected", "pending"]),
         f"{begin + datetime.timedelta(minutes=number):%Y-%m-%d %H:%M:%S}.000000") for number in range(int(sys.argv[2])))
database.executemany("INSERT INTO requests (client_id, kind, status, create_time, ip) VALUES (?, ?, ?, ?, '192.0.2.1')", rows)
database.execute("""UPDATE requests SET asked = $asked WHERE asked IS NULL AND transaction_id IS NULL""")
database.commit()
database.execute("ANALYZE")
PYTHON
fi
serve() {
  [ -z "$server" ] || { kill "$server"; wait "$server" || true; }
  target/release/backoffice serve --listen 127.0.0.1:8193 >>"$dir/log" 2>&1 & server=$!
  until curl -sf http://127.0.0.1:8193/readyz >/dev/null; do sleep 0.1; done
}
cat >"$dir/calls.py" <<'PYTHON'
import http.client, json
def connection():
    return http.client.HTTPConnection("127.0.0.1", 8193)
def call(connection, method, path, body=None, headers={}):
    connection.request(method, path, body, {"Authorization": "Bearer " + token, **headers})
    answer = connection.getresponse()
    return answer.status, answer.read()
one, token = connection(), ""
credentials = json.dumps({"email": "admin@example.com", "password": "Secret123"})
token = json.loads(call(one, "POST", "/api/v2/signin", credentials)[1])["accessToken"]["token"]
PYTHON
serve
(cd "$dir" && python3 - <<'PYTHON'
import random, statistics, time
from calls import call, one
kinds, statuses = ["profile", "address", "verification", "external", "partner", "investment"], ["1", "3", "0", "2", "127"]
pick, below = random.choice, random.randrange
lists = {
    "all, first page": lambda: "",
    "all, at an offset": lambda: f"&offset={below(500000)}",
    "by status": lambda: f"&filter[statusId]={pick(statuses)}&offset={below(20000)}",
    "by type": lambda: f"&filter[type]={pick(kinds)}&offset={below(50000)}",
    "by status and type": lambda: f"&filter[type]={pick(kinds)}&filter[statusId]={pick(statuses)}&offset={below(1500)}",
    "of a client": lambda: f"&filter[clientId]={below(1, 20000)}",
    "of a client, both": lambda: f"&filter[clientId]={below(1, 20000)}&filter[type]={pick(kinds)}&filter[statusId]={pick(statuses)}",
}
for name, query in lists.items():
    times = []
    for _ in range(60):
        path, begun = "/api/v2/applications?limit=20" + query(), time.time()
        status, body = call(one, "GET", path)
        assert status == 200, (path, body)
        times.append((time.time() - begun) * 1000)
    print(f"{name:<20} median {statistics.median(times):6.1f} ms, largest {max(times):6.1f} ms")
PYTHON
)
# A server that has read nothing yet, so that no cache counts.
serve
(cd "$dir" && python3 - "$server" <<'PYTHON'
import sys, threading, time
from calls import call, connection
def memory():
    lines = (line.split(":") for line in open(f"/proc/{sys.argv[1]}/status") if line.startswith("Vm"))
    sizes = {name: int(size.split()[0]) // 1024 for name, size in lines}
    return f"memory {sizes['VmRSS']} MiB, at most {sizes['VmHWM']} MiB"
print("before the uploads:", memory())
content = b"x" * (6 << 20)
form = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.bin"\r\n\r\n' + content + b"\r\n--b--\r\n"
def upload():
    status, body = call(connection(), "POST", "/api/v2/clients/1/files", form, {"Content-Type": "multipart/form-data; boundary=b"})
    assert status == 201, body
for _ in range(3):
    threads = [threading.Thread(target=upload) for _ in range(50)]
    begun = time.time()
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    print(f"50 uploads of 6 MiB: {time.time() - begun:.2f} s, {memory()}")
PYTHON
)
