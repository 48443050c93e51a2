"""Listens on the channel of a client until a deposit is done."""

import json
import os
import queue

import socketio

heard: queue.Queue[dict] = queue.Queue()
client = socketio.Client(reconnection=False)


@client.on("deposit_done")
def deposit_done(channel: str, data: dict) -> None:
    heard.put({"channel": channel, "data": data, "transport": client.transport()})


client.connect(os.environ["BASE_URL"], transports=json.loads(os.environ["TRANSPORTS"]))
authorization = {"headers": {"Authorization": f"Bearer {os.environ['TOKEN']}"}}
client.emit("subscribe", {"channel": os.environ["CHANNEL"], "auth": authorization})
print(json.dumps(heard.get(timeout=30)), flush=True)
client.disconnect()
