//! The calls at `/socket.io/`.

use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use actix_server::GracefulShutdownSignal;
use actix_web::http::Method;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::value::Locale;
use logging::LogContext;
use serde_json::json;
use tokio::sync::{mpsc, oneshot};

use super::SocketEvents;
use super::engine::{Packet, decode_payload, encode_payload};
use super::packet;
use super::peer::Peer;
use super::session::{Input, Polling, Session, Transport};
use super::visitors::{MAX_CONNECTIONS, Visit, Visitors};
use super::wire;
use crate::body::read_body;
use crate::headers::locale;
use crate::mounted::{Incoming, Mounted, Outcome, Reply, Taken};
use crate::serve::Shared;
use crate::socket::{MAX_MESSAGE_BYTES, Sockets};
use crate::{Answer, Deadline, Fault, Problem, RequestFault, Texts};

const PREFIX: &str = "/socket.io";
const PATH: &str = "/socket.io/";
const METHODS: [&str; 2] = ["GET", "POST"];
const PROTOCOL: &str = "3";
const TEXT: &str = "text/plain; charset=UTF-8";
/// How many calls and frames wait for a session.
const INPUTS_WAITING: usize = 8;
const ID_BYTES: usize = 15;

/// Socket.IO as a server serves it.
pub(crate) struct SocketMount<E: SocketEvents> {
    events: Arc<E>,
    shared: Arc<Shared>,
    texts: &'static Texts,
    sessions: Arc<Sessions>,
    visitors: Arc<Visitors>,
    sockets: Sockets,
}

/// The sessions of this server, by their ids.
#[derive(Default)]
struct Sessions(Mutex<HashMap<String, mpsc::Sender<Input>>>);

impl Sessions {
    fn get(&self, id: &str) -> Option<mpsc::Sender<Input>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(id).cloned()
    }

    fn put(self: Arc<Self>, id: String, session: mpsc::Sender<Input>) -> Registered {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(id.clone(), session);
        Registered { sessions: self, id }
    }
}

/// A session that is found until this is dropped.
struct Registered {
    sessions: Arc<Sessions>,
    id: String,
}

impl Drop for Registered {
    fn drop(&mut self) {
        self.sessions.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.id);
    }
}

/// What a call asks for.
enum Asked {
    /// A session, by polling.
    Handshake,
    /// What has happened in a session.
    Poll(mpsc::Sender<Input>),
    /// That a session takes packets.
    Post(mpsc::Sender<Input>),
    /// A WebSocket for a session, or with a session of its own.
    Connect(Option<mpsc::Sender<Input>>),
}

impl Asked {
    const fn operation(&self) -> &'static str {
        match self {
            Self::Handshake => "ws.handshake",
            Self::Poll(_) => "ws.poll",
            Self::Post(_) => "ws.post",
            Self::Connect(_) => "ws.connect",
        }
    }
}

impl<E: SocketEvents> Mounted for SocketMount<E> {
    fn prefix(&self) -> &'static str {
        PREFIX
    }

    fn texts(&self) -> &'static Texts {
        self.texts
    }

    fn takes(&self, path: &str) -> Option<Taken> {
        (path == PATH).then(|| Taken { methods: METHODS.to_vec(), headers: Vec::new() })
    }

    /// The libraries send polls with credentials, unless they are told otherwise.
    fn takes_credentials(&self) -> bool {
        true
    }

    fn answer<'a>(self: Arc<Self>, incoming: Incoming<'a>) -> Pin<Box<dyn Future<Output = Outcome> + 'a>> {
        Box::pin(async move {
            let asked = self.asked(&incoming).await;
            let operation = asked.as_ref().map_or("none", Asked::operation);
            let reply = match asked {
                Ok(asked) => self.serve(incoming, asked).await,
                Err(problem) => Err(problem),
            };
            Outcome { operation, route: None, reply, allow: Some(METHODS.join(", ")) }
        })
    }
}

impl<E: SocketEvents> SocketMount<E> {
    pub fn new(events: Arc<E>, shared: Arc<Shared>, texts: &'static Texts) -> Self {
        let sockets = Sockets::new(&shared.settings, MAX_CONNECTIONS);
        let visitors = Arc::new(Visitors::new(shared.metrics.socket_io_connections.clone()));
        Self { events, shared, texts, sessions: Arc::default(), visitors, sockets }
    }

    /// What a call asks for, which may come from its address.
    async fn asked(&self, incoming: &Incoming<'_>) -> Result<Asked, Problem> {
        let request = incoming.request;
        incoming.deadline.hold(Arc::clone(&self.events).admit(incoming.ip, request.path())).await?;
        if request.path() != PATH {
            return Err(Problem::no_such_path());
        }
        let is_post = request.method() == Method::POST;
        if !is_post && request.method() != Method::GET {
            return Err(Problem::method_not_allowed());
        }
        let query: HashMap<_, _> = url::form_urlencoded::parse(request.query_string().as_bytes()).collect();
        let mut faults = Vec::new();
        let mut refuse = |name: &str, fault: RequestFault| faults.push(Fault::sent(name, fault));
        match query.get("EIO") {
            None => refuse("EIO", RequestFault::Required),
            Some(version) if version != PROTOCOL => refuse("EIO", RequestFault::UnknownValue),
            Some(_) => {}
        }
        let session = query.get("sid").map(|id| self.sessions.get(id));
        if let Some(None) = session {
            refuse("sid", RequestFault::UnknownValue);
        }
        let session = session.flatten();
        let asked = match (query.get("transport").map(AsRef::as_ref), is_post, session) {
            (Some("polling"), false, None) => Some(Asked::Handshake),
            (Some("polling"), false, Some(session)) => Some(Asked::Poll(session)),
            (Some("polling"), true, Some(session)) => Some(Asked::Post(session)),
            (Some("polling"), true, None) => {
                if !query.contains_key("sid") {
                    refuse("sid", RequestFault::Required);
                }
                None
            }
            (Some("websocket"), false, session) => Some(Asked::Connect(session)),
            (Some(_), ..) => {
                refuse("transport", RequestFault::UnknownValue);
                None
            }
            (None, ..) => {
                refuse("transport", RequestFault::Required);
                None
            }
        };
        match asked {
            Some(asked) if faults.is_empty() => Ok(asked),
            Some(_) | None => Err(Problem::bad_request(faults)),
        }
    }

    async fn serve(&self, incoming: Incoming<'_>, asked: Asked) -> Result<Reply, Problem> {
        let Incoming { request, payload, ip, mut deadline, stopping, .. } = incoming;
        match asked {
            Asked::Handshake => {
                let visit = self.visitors.enter(ip)?;
                let beginning = self.beginning(visit, locale(request.headers()), stopping)?;
                let session = beginning.run(Transport::Polling(Polling::default()));
                self.poll(session, deadline).await
            }
            Asked::Poll(session) => self.poll(session, deadline).await,
            Asked::Post(session) => {
                let timeout = self.shared.settings.body_timeout;
                let body = deadline.leave_out(read_body(request, payload, timeout)).await?;
                if body.len() > MAX_MESSAGE_BYTES {
                    return Err(Problem::too_large(MAX_MESSAGE_BYTES));
                }
                let packets = decode_payload(&body);
                let is_malformed = packets.is_err();
                // What cannot be read ends the session.
                hand_over(&session, Input::Posted(packets.unwrap_or(vec![Packet::Close])), deadline).await?;
                if is_malformed {
                    return Err(Problem::bad_request(vec![RequestFault::InvalidValue.into()]));
                }
                Ok(Reply::Whole(Answer::content(TEXT, "ok".into())))
            }
            Asked::Connect(Some(session)) => {
                let attach = |socket| async move {
                    let (wire, carrier) = wire::split(socket);
                    if session.send(Input::Attached(wire)).await.is_ok() {
                        carrier.run(session).await;
                    }
                };
                self.sockets.open(request, payload, stopping, attach).map(Reply::Upgrade)
            }
            Asked::Connect(None) => {
                let visit = self.visitors.enter(ip)?;
                let beginning = self.beginning(visit, locale(request.headers()), stopping.clone())?;
                let begin = |socket| async move {
                    let (wire, carrier) = wire::split(socket);
                    carrier.run(beginning.run(Transport::WebSocket(wire))).await;
                };
                self.sockets.open(request, payload, stopping, begin).map(Reply::Upgrade)
            }
        }
    }

    /// Waits for packets; the session ends the wait when it ends.
    async fn poll(&self, session: mpsc::Sender<Input>, deadline: Deadline) -> Result<Reply, Problem> {
        let (call, packets) = oneshot::channel();
        hand_over(&session, Input::Polled(call), deadline).await?;
        drop(session);
        let silence = self.silence();
        let packets = tokio::time::timeout(silence + silence, packets).await;
        let packets = packets.map_err(|_| Problem::unavailable("a poll was not answered"))?.map_err(|_| gone())?;
        Ok(Reply::Whole(Answer::content(TEXT, encode_payload(&packets).into())))
    }

    fn silence(&self) -> Duration {
        self.shared.settings.ping_interval + self.shared.settings.ping_timeout
    }

    /// A session that is to begin.
    fn beginning(
        &self,
        visit: Visit,
        locale: Locale,
        stopping: GracefulShutdownSignal,
    ) -> Result<Beginning<E>, Problem> {
        let mut id = [0; ID_BYTES];
        getrandom::fill(&mut id).map_err(|error| Problem::internal(error.to_string()))?;
        Ok(Beginning {
            id: URL_SAFE_NO_PAD.encode(id),
            events: Arc::clone(&self.events),
            sessions: Arc::clone(&self.sessions),
            visit,
            locale,
            stopping,
            ping_interval: self.shared.settings.ping_interval,
            ping_timeout: self.shared.settings.ping_timeout,
        })
    }
}

/// A session that is to begin.
struct Beginning<E: SocketEvents> {
    id: String,
    events: Arc<E>,
    sessions: Arc<Sessions>,
    visit: Visit,
    locale: Locale,
    stopping: GracefulShutdownSignal,
    ping_interval: Duration,
    ping_timeout: Duration,
}

impl<E: SocketEvents> Beginning<E> {
    /// Begins it, in a task of its own.
    fn run(self, transport: Transport) -> mpsc::Sender<Input> {
        let Self { id, events, sessions, visit, locale, stopping, ping_interval, ping_timeout } = self;
        let upgrades: &[&str] = if matches!(transport, Transport::Polling(_)) { &["websocket"] } else { &[] };
        let open = json!({
            "sid": id,
            "upgrades": upgrades,
            "pingInterval": milliseconds(ping_interval),
            "pingTimeout": milliseconds(ping_timeout),
        });
        let first = [Packet::Open(open.to_string()), Packet::Message(packet::CONNECTED.to_owned())];
        let (sender, inputs) = mpsc::channel(INPUTS_WAITING);
        let (peer, outbox) = Peer::new(visit);
        let connection = Arc::clone(&events).connected(peer, locale);
        let silence = ping_interval + ping_timeout;
        let session = Session::new(events, connection, inputs, outbox, silence, transport);
        let registered = sessions.put(id, sender.clone());
        drop(actix_web::rt::spawn(LogContext::current().hold(async move {
            session.run(first, stopping).await;
            drop(registered);
        })));
        sender
    }
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

async fn hand_over(session: &mpsc::Sender<Input>, input: Input, deadline: Deadline) -> Result<(), Problem> {
    deadline.hold(async { session.send(input).await.map_err(|_| gone()) }).await
}

/// The session has ended, or is polled no more.
fn gone() -> Problem {
    Problem::bad_request(vec![Fault::sent("sid", RequestFault::UnknownValue)])
}
