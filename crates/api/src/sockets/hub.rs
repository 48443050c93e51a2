//! Who listens on which channel of this server, and the thread that passes events on to them.
//!
//! Events stand in an outbox that every server reads twice a second while somebody is subscribed to it, however many they
//! are. PostgreSQL could notify servers instead; but every transaction that notifies waits for the others at its commit, each
//! server needs a connection more that nothing else may use, what is told while it is lost must be read from the outbox
//! anyway, and SQLite has nothing like it.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use domain::clients::ClientId;
use domain::credentials::ClientSessionId;
use domain::identity::Scope;
use domain::ledger::TransactionId;
use domain::messaging::{OutboxCursor, SocketChannel, SocketEvent};
use domain::value::{Locale, Timestamp};
use http::Peer;
use serde_json::{Value, json};
use storage::Error;
use storage::credentials::standing;
use storage::ledger::transactions::{self, StoredTransaction};
use storage::messaging::socket_events::{self, StoredSocketEvent};

use super::shown;
use crate::context::AppContext;

/// How often events are looked for.
const POLL_EVERY: Duration = Duration::from_millis(500);
/// How many channels a connection listens on.
const MAX_OF_CONNECTION: usize = 8;
/// How many connections listen on the channel of a client.
const MAX_OF_CLIENT: usize = 64;
/// One page shows a QR code. Another that asks for its token has seen it elsewhere.
const MAX_OF_QR_CODE: usize = 1;

/// A connection of this server.
pub(super) type ConnectionId = u64;

/// For how long somebody may listen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Standing {
    /// As long as this session lasts, where they have shown a token.
    pub session: Option<ClientSessionId>,
    /// And at most until then.
    pub ends_at: Timestamp,
}

/// Somebody who listens on a channel.
pub(super) struct Subscriber {
    pub connection: ConnectionId,
    pub peer: Peer,
    pub locale: Locale,
    pub standing: Standing,
}

pub(super) struct Hub {
    context: Arc<AppContext>,
    next: AtomicU64,
    state: Mutex<State>,
    /// Is told when nobody listens any more.
    deserted: Condvar,
}

#[derive(Default)]
struct State {
    channels: HashMap<SocketChannel, Vec<Subscriber>>,
    of_connection: HashMap<ConnectionId, HashSet<SocketChannel>>,
    /// Up to where the outbox was read; none while nobody reads it.
    cursor: Option<OutboxCursor>,
}

impl Hub {
    pub fn new(context: Arc<AppContext>) -> Self {
        Self { context, next: AtomicU64::new(1), state: Mutex::default(), deserted: Condvar::new() }
    }

    pub fn next_id(&self) -> ConnectionId {
        self.next.fetch_add(1, Ordering::Relaxed)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Somebody listens on a channel from now on, in the place of what they listened to there before. Tells whether there
    /// is room for them. The cursor is behind what was there when their right to it was looked up.
    pub fn subscribe(self: Arc<Self>, channel: SocketChannel, subscriber: Subscriber, cursor: OutboxCursor) -> bool {
        let mut state = self.state();
        if !state.add(channel, subscriber) {
            return false;
        }
        if state.cursor.is_none() {
            state.cursor = Some(cursor);
            let hub = Arc::clone(&self);
            let thread = std::thread::Builder::new().name("socket-events".to_owned()).spawn(move || hub.follow());
            if let Err(error) = thread {
                log::error!("there is no thread that passes events on: {error}");
                *state = State::default();
                return false;
            }
        }
        true
    }

    /// Whether a connection listens on a channel.
    pub fn has(&self, connection: ConnectionId, channel: &SocketChannel) -> bool {
        self.state().of_connection.get(&connection).is_some_and(|own| own.contains(channel))
    }

    /// Whether another channel can be listened on over a connection.
    pub fn has_room(&self, connection: ConnectionId) -> bool {
        self.state().of_connection.get(&connection).is_none_or(|own| own.len() < MAX_OF_CONNECTION)
    }

    /// A connection has ended.
    pub fn leave(&self, connection: ConnectionId) {
        let mut state = self.state();
        for channel in state.of_connection.remove(&connection).unwrap_or_default() {
            state.retain(&channel, |subscriber| subscriber.connection != connection);
        }
        if state.channels.is_empty() {
            self.deserted.notify_all();
        }
    }

    /// Passes events on until nobody listens.
    fn follow(&self) {
        let mut generation = None;
        loop {
            let state = self.state();
            let waited = self.deserted.wait_timeout_while(state, POLL_EVERY, |state| !state.channels.is_empty());
            let (mut state, _) = waited.unwrap_or_else(PoisonError::into_inner);
            state.end_at(self.context.now());
            if state.channels.is_empty() {
                state.cursor = None;
                return;
            }
            drop(state);
            // On SQLite no event was written where nothing was.
            let database = &self.context.database;
            let now = (!database.is_shared()).then(|| database.generation());
            if now.is_some() && now == generation {
                continue;
            }
            match self.pass_on() {
                Ok(()) => generation = now,
                Err(error) => log::error!("events are not passed on: {error}"),
            }
        }
    }

    /// Passes on what came since the last look. Where the database fails, the next look does.
    fn pass_on(&self) -> Result<(), Error> {
        let mut cursor = self.state().cursor.clone().unwrap_or_default();
        let new = self.new_events(&mut cursor)?;
        let (sessions, transactions) = self.concerned(&new);
        let (ended, transactions) = if new.is_empty() {
            Default::default()
        } else {
            self.context.database.read(move |conn| {
                let standing = standing(conn, &sessions)?;
                let ended: HashSet<_> = sessions.iter().copied().filter(|one| !standing.contains(one)).collect();
                let mut found = HashMap::new();
                for (id, client) in &transactions {
                    match transactions::get(conn, &Scope::Client(*client), *id) {
                        Ok(transaction) => drop(found.insert(*id, transaction)),
                        Err(Error::NotFound) => log::error!("client {client} has no transaction {id} to be told of"),
                        Err(error) => return Err(error),
                    }
                }
                Ok::<_, Error>((ended, found))
            })?
        };
        let now = self.context.now();
        cursor.settle(now);
        let mut state = self.state();
        state.cursor = Some(cursor);
        state.end_at(now);
        for event in &new {
            let stored = event.transaction.and_then(|id| transactions.get(&id));
            state.deliver(event, &ended, |subscriber| self.data(event, stored, &subscriber.locale));
        }
        Ok(())
    }

    /// What was not read before, of channels that somebody listens on. Who does is asked after it was read: somebody who has
    /// begun before it was written must hear of it.
    fn new_events(&self, cursor: &mut OutboxCursor) -> Result<Vec<StoredSocketEvent>, Error> {
        let mut new = Vec::new();
        let mut above = Some(cursor.floor());
        while let Some(id) = above {
            let (events, has_more) = self.context.database.read(move |conn| socket_events::above(conn, id))?;
            above = events.last().map(|event| event.id).filter(|_| has_more);
            let state = self.state();
            for event in events {
                if cursor.take(event.id, event.create_time) && state.channels.contains_key(&event.channel) {
                    new.push(event);
                }
            }
        }
        Ok(new)
    }

    /// The sessions of those who may be told of events, and the transactions that those are about, with their clients.
    fn concerned(&self, events: &[StoredSocketEvent]) -> (Vec<ClientSessionId>, Vec<(TransactionId, ClientId)>) {
        let state = self.state();
        let subscribers = events.iter().filter_map(|event| state.channels.get(&event.channel)).flatten();
        let sessions: HashSet<_> = subscribers.filter_map(|subscriber| subscriber.standing.session).collect();
        let transaction_of = |event: &StoredSocketEvent| match event.channel {
            SocketChannel::Client(client) => event.transaction.map(|transaction| (transaction, client)),
            SocketChannel::QrCode(_) => None,
        };
        let transactions: HashSet<_> = events.iter().filter_map(transaction_of).collect();
        (sessions.into_iter().collect(), transactions.into_iter().collect())
    }

    /// What is told of an event; nothing where that cannot be read.
    fn data(&self, event: &StoredSocketEvent, stored: Option<&StoredTransaction>, locale: &Locale) -> Option<Value> {
        match event.event {
            SocketEvent::DepositDone | SocketEvent::DepositFailed => {
                let shown = shown::of_deposit(stored?.clone(), locale);
                shown.inspect_err(|error| log::error!("event {}: {error}", event.id)).ok()
            }
            SocketEvent::SigninToken => {
                let token = self.context.secret.open(event.sealed_token.as_deref()?)?;
                Some(json!({"token": String::from_utf8(token).ok()?}))
            }
        }
    }
}

impl State {
    fn add(&mut self, channel: SocketChannel, subscriber: Subscriber) -> bool {
        let id = subscriber.connection;
        let own = self.of_connection.get(&id);
        if own.is_none_or(|own| !own.contains(&channel)) {
            let most = match channel {
                SocketChannel::Client(_) => MAX_OF_CLIENT,
                SocketChannel::QrCode(_) => MAX_OF_QR_CODE,
            };
            if own.is_some_and(|own| own.len() >= MAX_OF_CONNECTION)
                || self.channels.get(&channel).is_some_and(|others| others.len() >= most)
            {
                return false;
            }
        }
        if subscriber.standing.session.is_some() {
            subscriber.peer.set_known(true);
        }
        self.of_connection.entry(id).or_default().insert(channel.clone());
        let subscribers = self.channels.entry(channel).or_default();
        subscribers.retain(|other| other.connection != id);
        subscribers.push(subscriber);
        true
    }

    /// Ends what has lasted as long as it may.
    fn end_at(&mut self, now: Timestamp) {
        let over = self.channels.iter().filter(|(_, all)| all.iter().any(|one| one.standing.ends_at <= now));
        let over: Vec<SocketChannel> = over.map(|(channel, _)| channel.clone()).collect();
        for channel in over {
            self.retain(&channel, |subscriber| subscriber.standing.ends_at > now);
        }
    }

    /// Tells those who listen of an event, but for those whose session has ended. Who has come since that was looked up was
    /// looked up as they came.
    fn deliver(
        &mut self,
        event: &StoredSocketEvent,
        ended: &HashSet<ClientSessionId>,
        data: impl Fn(&Subscriber) -> Option<Value>,
    ) {
        let channel = Value::from(event.channel.to_string());
        self.retain(&event.channel, |subscriber| {
            if subscriber.standing.session.is_some_and(|session| ended.contains(&session)) {
                return false;
            }
            // One who takes nothing is given up by their connection.
            data(subscriber).is_none_or(|data| subscriber.peer.send(event.event.as_str(), &[channel.clone(), data]))
        });
    }

    /// Keeps those who listen on a channel for whom this holds.
    fn retain(&mut self, channel: &SocketChannel, mut keeps: impl FnMut(&Subscriber) -> bool) {
        let Some(subscribers) = self.channels.get_mut(channel) else { return };
        let gone: Vec<Subscriber> = subscribers.extract_if(.., |subscriber| !keeps(subscriber)).collect();
        if subscribers.is_empty() {
            self.channels.remove(channel);
        }
        for subscriber in gone {
            let id = subscriber.connection;
            let Some(own) = self.of_connection.get_mut(&id) else { continue };
            own.remove(channel);
            let is_known = own.iter().any(|channel| matches!(channel, SocketChannel::Client(_)));
            if own.is_empty() {
                self.of_connection.remove(&id);
            }
            subscriber.peer.set_known(is_known);
        }
    }
}
