//! A WebSocket that carries a session, or is going to.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};

use super::engine::Packet;
use super::session::Input;
use crate::socket::{Message, Socket};

/// How long a frame waits for room: a caller who does not read is given up.
const ROOM_TIMEOUT: Duration = Duration::from_secs(10);

/// The session's end of a WebSocket, which closes when this is dropped.
pub(super) struct Wire {
    pub id: u64,
    outgoing: mpsc::Sender<Message>,
    _open: oneshot::Sender<()>,
}

/// The caller does not read, or is gone.
#[derive(Debug)]
pub(super) struct Unreachable;

impl Wire {
    pub async fn send(&self, packet: &Packet) -> Result<(), Unreachable> {
        let sent = tokio::time::timeout(ROOM_TIMEOUT, self.outgoing.send(Message::Text(packet.encode()))).await;
        if sent.is_ok_and(|sent| sent.is_ok()) { Ok(()) } else { Err(Unreachable) }
    }
}

/// A socket in two: what the session gets, and what carries frames to it.
pub(super) fn split(socket: Socket) -> (Wire, Carrier) {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let id = NEXT.fetch_add(1, Ordering::Relaxed);
    let (open, closed) = oneshot::channel();
    let outgoing = socket.sender();
    (Wire { id, outgoing, _open: open }, Carrier { id, socket, closed })
}

/// Carries frames to a session until either side ends.
pub(super) struct Carrier {
    id: u64,
    socket: Socket,
    closed: oneshot::Receiver<()>,
}

impl Carrier {
    pub async fn run(mut self, session: mpsc::Sender<Input>) {
        loop {
            let message = tokio::select! {
                _ = &mut self.closed => return,
                message = self.socket.receive() => message,
            };
            let input = match message {
                Some(Message::Text(text)) => Input::Framed(self.id, text),
                // Nothing binary is taken.
                Some(Message::Bytes(_)) | None => Input::Detached(self.id),
            };
            let is_end = matches!(input, Input::Detached(_));
            if session.send(input).await.is_err() || is_end {
                return;
            }
        }
    }
}
