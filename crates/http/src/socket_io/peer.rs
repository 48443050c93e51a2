use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::Value;
use tokio::sync::mpsc;

use super::packet;
use super::visitors::Visit;

/// How many events wait for a caller who does not take them; one more, and they are given up.
const EVENTS_WAITING: usize = 64;

/// A caller's end of a connection, to which events are sent.
#[derive(Clone)]
pub struct Peer {
    events: mpsc::Sender<String>,
    is_too_slow: Arc<AtomicBool>,
    visit: Arc<Visit>,
}

/// The other end of it.
pub(super) struct Outbox {
    pub events: mpsc::Receiver<String>,
    is_too_slow: Arc<AtomicBool>,
}

impl Peer {
    pub(super) fn new(visit: Visit) -> (Self, Outbox) {
        let (sender, events) = mpsc::channel(EVENTS_WAITING);
        let is_too_slow = Arc::new(AtomicBool::new(false));
        let outbox = Outbox { events, is_too_slow: Arc::clone(&is_too_slow) };
        (Self { events: sender, is_too_slow, visit: Arc::new(visit) }, outbox)
    }

    /// Sends an event, without waiting. Tells whether there was room for it: a caller who takes nothing is given up.
    #[must_use]
    pub fn send(&self, name: &str, arguments: &[Value]) -> bool {
        let sent = self.events.try_send(packet::event(name, arguments)).is_ok();
        if !sent {
            self.is_too_slow.store(true, Ordering::SeqCst);
        }
        sent
    }

    /// Notes whether it is known who they are: of the others one address has a few connections only.
    pub fn set_known(&self, is_known: bool) {
        self.visit.set_known(is_known);
    }
}

impl Outbox {
    /// Whether there was once no room.
    pub fn is_too_slow(&self) -> bool {
        self.is_too_slow.load(Ordering::SeqCst)
    }
}
