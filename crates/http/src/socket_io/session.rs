//! A session: a caller's connection, whichever transport it goes over. A task of its own takes what arrives, one thing
//! after the other, and sends what there is to send.

use std::collections::VecDeque;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use actix_server::GracefulShutdownSignal;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, sleep_until, timeout};

use super::SocketEvents;
use super::engine::{Malformed, Packet};
use super::packet::{self, Incoming};
use super::peer::Outbox;
use super::wire::{Unreachable, Wire};

/// How many packets wait for a poll.
const PACKETS_WAITING: usize = 64;
/// How long a WebSocket may be a session's second transport before it is its only one.
const UPGRADE_TIMEOUT: Duration = Duration::from_secs(10);
/// How long an event may take to be looked at; callers wait so long for the answer to a ping, too.
const EVENT_TIMEOUT: Duration = Duration::from_secs(4);
/// What a ping says over a WebSocket that is to become the transport.
const PROBE: &str = "probe";

/// What arrives for a session.
pub(super) enum Input {
    /// Packets in the body of a call.
    Posted(Vec<Packet>),
    /// A call that waits for packets.
    Polled(oneshot::Sender<Vec<Packet>>),
    /// A WebSocket.
    Attached(Wire),
    /// A frame of the WebSocket with this id.
    Framed(u64, String),
    /// It is closed.
    Detached(u64),
}

/// What packets go over.
pub(super) enum Transport {
    Polling(Polling),
    WebSocket(Wire),
}

/// Packets that wait for a call, or a call that waits for them.
#[derive(Default)]
pub(super) struct Polling {
    packets: VecDeque<Packet>,
    call: Option<oneshot::Sender<Vec<Packet>>>,
}

/// A WebSocket that a session which is polled is to go over.
struct Candidate {
    wire: Wire,
    until: Instant,
    is_probed: bool,
}

/// Why a session ends.
#[derive(Debug)]
enum Ending {
    Closed,
    Malformed,
    Unreachable,
}

impl From<Malformed> for Ending {
    fn from(_: Malformed) -> Self {
        Self::Malformed
    }
}

impl From<Unreachable> for Ending {
    fn from(_: Unreachable) -> Self {
        Self::Unreachable
    }
}

pub(super) struct Session<E: SocketEvents> {
    pub events: Arc<E>,
    pub connection: E::Connection,
    pub inputs: mpsc::Receiver<Input>,
    pub outbox: Outbox,
    /// How long it lasts without a packet.
    pub silence: Duration,
    transport: Transport,
    candidate: Option<Candidate>,
    heard_at: Instant,
}

impl<E: SocketEvents> Session<E> {
    pub fn new(
        events: Arc<E>,
        connection: E::Connection,
        inputs: mpsc::Receiver<Input>,
        outbox: Outbox,
        silence: Duration,
        transport: Transport,
    ) -> Self {
        Self { events, connection, inputs, outbox, silence, transport, candidate: None, heard_at: Instant::now() }
    }

    /// Begins with these packets and goes on until one side ends it.
    pub async fn run(mut self, first: [Packet; 2], stopping: GracefulShutdownSignal) {
        let stopped = stopping.notified();
        let mut stopped = pin!(stopped);
        let mut step = Ok(());
        for packet in first {
            step = if step.is_ok() { self.send(packet).await } else { step };
        }
        while step.is_ok() && !self.outbox.is_too_slow() {
            let silent_at = self.heard_at + self.silence;
            let upgraded_until = self.candidate.as_ref().map_or(silent_at, |candidate| candidate.until);
            step = tokio::select! {
                () = &mut stopped => Err(Ending::Closed),
                () = sleep_until(silent_at) => Err(Ending::Unreachable),
                () = sleep_until(upgraded_until), if self.candidate.is_some() => {
                    self.candidate = None;
                    Ok(())
                }
                input = self.inputs.recv() => match input {
                    Some(input) => self.take(input).await,
                    None => Err(Ending::Closed),
                },
                Some(event) = self.outbox.events.recv(), if self.has_room() => self.send(Packet::Message(event)).await,
            };
        }
        log::debug!("a Socket.IO session ends: {step:?}");
        if let Transport::Polling(Polling { call: Some(call), .. }) = self.transport {
            // Nobody hears it where the caller is gone.
            drop(call.send(vec![Packet::Close]));
        }
    }

    fn has_room(&self) -> bool {
        match &self.transport {
            Transport::Polling(polling) => polling.packets.len() < PACKETS_WAITING,
            Transport::WebSocket(_) => true,
        }
    }

    async fn send(&mut self, packet: Packet) -> Result<(), Ending> {
        match &mut self.transport {
            Transport::Polling(polling) => polling.put(packet),
            Transport::WebSocket(wire) => Ok(wire.send(&packet).await?),
        }
    }

    async fn take(&mut self, input: Input) -> Result<(), Ending> {
        match input {
            Input::Posted(packets) => {
                self.heard_at = Instant::now();
                for packet in packets {
                    self.take_packet(packet).await?;
                }
                Ok(())
            }
            Input::Polled(call) => {
                self.heard_at = Instant::now();
                let is_probed = self.candidate.as_ref().is_some_and(|candidate| candidate.is_probed);
                match &mut self.transport {
                    Transport::Polling(polling) => polling.answer(call, is_probed),
                    // The call is refused, since nothing comes by this way any more.
                    Transport::WebSocket(_) => {}
                }
                Ok(())
            }
            Input::Attached(wire) => {
                if let Transport::Polling(_) = &self.transport {
                    let until = Instant::now() + UPGRADE_TIMEOUT;
                    self.candidate = Some(Candidate { wire, until, is_probed: false });
                }
                Ok(())
            }
            Input::Framed(id, text) => self.take_frame(id, &text).await,
            Input::Detached(id) => {
                if self.is_carried_by(id) {
                    return Err(Ending::Closed);
                }
                self.candidate.take_if(|candidate| candidate.wire.id == id);
                Ok(())
            }
        }
    }

    fn is_carried_by(&self, id: u64) -> bool {
        matches!(&self.transport, Transport::WebSocket(wire) if wire.id == id)
    }

    async fn take_frame(&mut self, id: u64, text: &str) -> Result<(), Ending> {
        if self.is_carried_by(id) {
            self.heard_at = Instant::now();
            return self.take_packet(Packet::decode(text)?).await;
        }
        let Some(mut candidate) = self.candidate.take_if(|candidate| candidate.wire.id == id) else { return Ok(()) };
        match Packet::decode(text) {
            Ok(Packet::Ping(text)) => {
                candidate.is_probed |= text == PROBE;
                if candidate.wire.send(&Packet::Pong(text)).await.is_ok() {
                    self.release_poll(candidate.is_probed);
                    self.candidate = Some(candidate);
                }
                Ok(())
            }
            Ok(Packet::Upgrade) => self.upgrade(candidate.wire).await,
            // It is closed, and the session goes on as before.
            Ok(Packet::Open(_) | Packet::Close | Packet::Pong(_) | Packet::Message(_) | Packet::Noop)
            | Err(Malformed) => Ok(()),
        }
    }

    /// Ends a poll for which there is nothing, so that the caller can stop polling.
    fn release_poll(&mut self, is_probed: bool) {
        if let Transport::Polling(polling) = &mut self.transport
            && is_probed
            && let Some(call) = polling.call.take()
        {
            drop(call.send(vec![Packet::Noop]));
        }
    }

    /// From now on the session goes over the WebSocket, with what has waited for a poll.
    async fn upgrade(&mut self, wire: Wire) -> Result<(), Ending> {
        self.heard_at = Instant::now();
        self.release_poll(true);
        let before = std::mem::replace(&mut self.transport, Transport::WebSocket(wire));
        if let Transport::Polling(polling) = before {
            for packet in polling.packets {
                self.send(packet).await?;
            }
        }
        Ok(())
    }

    async fn take_packet(&mut self, packet: Packet) -> Result<(), Ending> {
        match packet {
            Packet::Ping(text) => self.send(Packet::Pong(text)).await,
            Packet::Message(text) => self.take_message(Incoming::decode(&text)?).await,
            Packet::Close => Err(Ending::Closed),
            // It goes over this transport already.
            Packet::Upgrade | Packet::Pong(_) | Packet::Noop | Packet::Open(_) => Ok(()),
        }
    }

    async fn take_message(&mut self, message: Incoming) -> Result<(), Ending> {
        match message {
            Incoming::Connect(namespace) if namespace == packet::DEFAULT_NAMESPACE => Ok(()),
            Incoming::Connect(namespace) => self.send(Packet::Message(packet::no_such_namespace(&namespace))).await,
            Incoming::Disconnect => Err(Ending::Closed),
            Incoming::Event(event) => {
                let name = event.name.clone();
                if timeout(EVENT_TIMEOUT, self.events.received(&mut self.connection, event)).await.is_err() {
                    log::warn!("the event {name:?} of a Socket.IO session was not looked at in time");
                }
                Ok(())
            }
            Incoming::Ignored => Ok(()),
        }
    }
}

impl Polling {
    /// Keeps a packet until there is a call for it.
    fn put(&mut self, packet: Packet) -> Result<(), Ending> {
        if self.packets.len() >= PACKETS_WAITING {
            return Err(Ending::Unreachable);
        }
        self.packets.push_back(packet);
        if let Some(call) = self.call.take() {
            self.answer(call, false);
        }
        Ok(())
    }

    /// Answers a call, or has it wait for a packet.
    fn answer(&mut self, call: oneshot::Sender<Vec<Packet>>, is_impatient: bool) {
        // One call waits at a time; the caller has forgotten an earlier one.
        if let Some(earlier) = self.call.take() {
            drop(earlier.send(vec![Packet::Noop]));
        }
        if !self.packets.is_empty() {
            let packets: Vec<Packet> = self.packets.drain(..).collect();
            if let Err(unsent) = call.send(packets) {
                self.packets.extend(unsent);
            }
        } else if is_impatient {
            drop(call.send(vec![Packet::Noop]));
        } else {
            self.call = Some(call);
        }
    }
}
