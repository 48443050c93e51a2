#!/usr/bin/env bash
# How long lists of a million subscriptions take: benches/subscriptions.sh. Needs curl, and python3 for SQLite or psql for PostgreSQL,
# by which the rows are put in; PostgreSQL where DATABASE_URL names one, else SQLite.
set -euo pipefail
cd "$(dirname "$0")/.."
cargo build --release --locked -q -p backoffice
binary="${CARGO_TARGET_DIR:-target}/release/backoffice"
folder="$(mktemp -d)"
export DATABASE_URL="${DATABASE_URL:-sqlite://$folder/subscriptions.db}" BACKOFFICE_ADMIN_PASSWORD=Secret123 RUST_LOG=warn
export BACKOFFICE_SECRET="${BACKOFFICE_SECRET:-a secret for a benchmark, which nobody keeps}"
"$binary" migrate
"$binary" demo --clients 10000 --transactions 0
sql="INSERT INTO paid_service_groups (id, caption, caption_key) VALUES (1, 'g', 'g');
INSERT INTO paid_services (name, name_key, full_name, full_name_key, group_id, is_active, create_time, update_time)
  WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100)
  SELECT 's', 's', 's', 's', 1, TRUE, CURRENT_TIMESTAMP, CURRENT_TIMESTAMP FROM n;
INSERT INTO parameters (name, name_key, caption, caption_key, kind, settings) VALUES ('p', 'p', 'p', 'p', 'text', '{}');
INSERT INTO subscriptions (client_id, service_id, is_active, create_time, update_time)
  SELECT c.id, s.id, (c.id + s.id) % 2 = 0, c.create_time, c.create_time FROM clients c, paid_services s;
INSERT INTO subscription_values (subscription_id, parameter_id, value) SELECT id, (SELECT min(id) FROM parameters), '\"x\"' FROM subscriptions;"
case "$DATABASE_URL" in
  sqlite://*) python3 -c 'import sqlite3, sys; db = sqlite3.connect(sys.argv[1]); db.executescript(sys.argv[2] + "ANALYZE;"); db.commit()' "${DATABASE_URL#sqlite://}" "$sql" ;;
  *) psql -q -v ON_ERROR_STOP=1 "$DATABASE_URL" -c "$sql" -c "VACUUM ANALYZE" ;;
esac
"$binary" serve --listen 127.0.0.1:8098 --read-cache false >"$folder/log" 2>&1 &
server=$!
trap 'kill $server 2>/dev/null; rm -rf "$folder"' EXIT
until curl -sf http://127.0.0.1:8098/readyz >/dev/null; do read -rt 0.1 <> <(:) || true; done
api=http://127.0.0.1:8098/api/v2
token=$(curl -sf $api/signin -H 'Content-Type: application/json' -d '{"email":"admin@example.com","password":"Secret123"}' | grep -o '"token":"[^"]*"' | head -1 | cut -d'"' -f4)
ask() { curl -s -g -o "$folder/answer" -w '%{time_total}' -H "Authorization: Bearer $token" "$api/subscriptions?$1"; }
measure() {
  best=9
  for _ in 1 2 3 4 5; do
    took=$(ask "$1")
    best=$(printf '%s\n%s\n' "$best" "$took" | sort -g | head -1)
  done
  printf '%-45s %5.0f ms  %s\n' "$1" "$(awk "BEGIN {print $best * 1000}")" "$(grep -o '"total":[0-9]*' "$folder/answer")"
}
for query in "limit=10" "filter[clientId]=5000" "filter[serviceId]=50" "filter[serviceId]=50&filter[isActive]=1" "filter[isActive]=1" \
  "filter[serviceId]=50&offset=9000" "offset=900000"; do
  measure "$query"
done
