#!/usr/bin/env bash
# How much memory connections of Socket.IO take that do nothing: those that are connected, and those that listen, too. Needs
# python3.
#   benches/sockets.sh [CONNECTIONS]      BACKOFFICE names a server that is built already
set -euo pipefail
connections=${1:-2000}
root=$(cd "$(dirname "$0")/.." && pwd); cd "$root"
backoffice=${BACKOFFICE:-}
if [ -z "$backoffice" ]; then
  cargo build --release --locked -p backoffice --bin backoffice
  backoffice=target/release/backoffice
fi
dir=$(mktemp -d); server=""
trap '[ -n "$server" ] && kill "$server" 2>/dev/null; rm -rf "$dir"' EXIT
export DATABASE_URL=sqlite://$dir/sockets.db BACKOFFICE_ADMIN_PASSWORD=Secret123 RUST_LOG=warn BACKOFFICE_TRUSTED_PROXIES=127.0.0.1
ulimit -n $((connections + 1000))
"$backoffice" serve --demo --listen 127.0.0.1:8194 >"$dir/log" 2>&1 & server=$!
until curl -sf http://127.0.0.1:8194/readyz >/dev/null; do sleep 0.1; done
python3 - "$server" "$connections" <<'PYTHON'
import json, select, socket, struct, sys, time
server, connections = sys.argv[1], int(sys.argv[2])
def memory():
    lines = dict(line.split(":", 1) for line in open(f"/proc/{server}/status") if line.startswith("Vm"))
    return int(lines["VmRSS"].split()[0]) / 1024
def frame(text):
    # Masked with zeroes.
    data = text.encode()
    length = bytes([0x80 | len(data)]) if len(data) < 126 else bytes([0xFE]) + struct.pack(">H", len(data))
    return b"\x81" + length + bytes(4) + data
def until(stream, end):
    seen = b""
    while end not in seen:
        part = stream.recv(4096)
        assert part, seen
        seen += part
def connect(number):
    stream = socket.create_connection(("127.0.0.1", 8194))
    address = f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}"
    stream.sendall((
        "GET /socket.io/?EIO=3&transport=websocket HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        f"X-Forwarded-For: {address}\r\n\r\n").encode())
    until(stream, b"40")
    return stream
def report(what):
    print(f"{what:<36} {memory():6.1f} MiB, {(memory() - before) * 1024 / connections:5.1f} KiB a connection")
before = memory()
print(f"{'before':<36} {before:6.1f} MiB")
streams = [connect(number) for number in range(connections)]
report(f"{connections} are connected")
for number, stream in enumerate(streams):
    body = {"channel": f"qr.{number:022}"}
    stream.sendall(frame("42" + json.dumps(["subscribe", body])) + frame("2fence"))
    until(stream, b"3fence")
report("they listen")
for _ in range(3):
    time.sleep(20)
    for stream in streams:
        stream.sendall(frame("2fence"))
    for stream in streams:
        until(stream, b"3fence")
report("a minute later")
PYTHON
