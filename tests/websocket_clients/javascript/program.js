// Listens on the channel of a client until a deposit is done.

const io = require("socket.io-client");

const { BASE_URL, CHANNEL, TOKEN, TRANSPORTS } = process.env;
const socket = io(BASE_URL, { transports: JSON.parse(TRANSPORTS), reconnection: false });
const fail = (cause) => {
  console.error(cause);
  process.exit(1);
};
setTimeout(() => fail("nothing was heard"), 30_000).unref();
socket.on("connect_error", fail);
socket.on("error", fail);
socket.on("connect", () => {
  socket.emit("subscribe", { channel: CHANNEL, auth: { headers: { Authorization: `Bearer ${TOKEN}` } } });
});
socket.on("deposit_done", (channel, data) => {
  console.log(JSON.stringify({ channel, data, transport: socket.io.engine.transport.name }));
  socket.close();
});
