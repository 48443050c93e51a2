//! WebSocket connections: a route's handler exchanges messages with a caller who passed the gate.

use std::future::Future;
use std::io::ErrorKind;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use actix_server::GracefulShutdownSignal;
use actix_web::web::{Bytes, Payload};
use actix_web::{HttpRequest, HttpResponse};
use actix_ws::{AggregatedMessage, AggregatedMessageStream, CloseCode, Closed, ProtocolError, Session};
use logging::LogContext;
use tokio::sync::Semaphore;
use tokio::sync::mpsc::{self, OwnedPermit};
use tokio::time::{Instant, MissedTickBehavior, interval_at};

use crate::origins::{WebOrigin, may_open_socket};
use crate::{CallFault, Problem, Settings};

/// The largest message that a caller may send.
pub(crate) const MAX_MESSAGE_BYTES: usize = 64 * 1024;
/// How many messages wait in each direction.
const MESSAGES_WAITING: usize = 16;

/// What callers and handlers send each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// A text.
    Text(String),
    /// Anything else.
    Bytes(Bytes),
}

/// The handler's end of a WebSocket. It closes when the handler returns; what was sent until then arrives.
pub struct Socket {
    incoming: mpsc::Receiver<Message>,
    outgoing: mpsc::Sender<Message>,
}

impl Socket {
    /// The next message of the caller; none once they are gone, or the server stops.
    pub async fn receive(&mut self) -> Option<Message> {
        self.incoming.recv().await
    }

    /// What sends messages from elsewhere, for as long as the handler has not returned.
    pub(crate) fn sender(&self) -> mpsc::Sender<Message> {
        self.outgoing.clone()
    }

    /// Sends a message, once there is room for it. Tells whether the socket was still open.
    pub async fn send(&self, message: Message) -> bool {
        self.outgoing.send(message).await.is_ok()
    }
}

/// Opens a few sockets at a time.
pub(crate) struct Sockets {
    places: Arc<Semaphore>,
    idle_timeout: Duration,
    origins: Vec<WebOrigin>,
}

impl Sockets {
    /// At most so many at once.
    pub fn new(settings: &Settings, most: usize) -> Self {
        let places = Arc::new(Semaphore::new(most));
        Self { places, idle_timeout: settings.socket_idle_timeout, origins: settings.cors_origins.clone() }
    }

    /// Turns a call into a WebSocket, which runs on after its answer.
    ///
    /// # Errors
    /// A 403 for a page of an origin that is not allowed, a 426 where the call does not ask for one, and a 503 where too
    /// many are open.
    pub fn open<F: Future<Output = ()> + 'static>(
        &self,
        request: &HttpRequest,
        payload: Payload,
        stopping: GracefulShutdownSignal,
        handler: impl FnOnce(Socket) -> F,
    ) -> Result<HttpResponse, Problem> {
        if !may_open_socket(&self.origins, request.headers()) {
            return Err(Problem::forbidden(CallFault::OriginNotAllowed));
        }
        let place = Arc::clone(&self.places).try_acquire_owned();
        let place = place.map_err(|_| Problem::unavailable("too many sockets are open"))?;
        let upgraded = actix_ws::handle(request, payload).map_err(|_| Problem::upgrade_required())?;
        let (response, session, messages) = upgraded;
        let messages = messages.max_frame_size(MAX_MESSAGE_BYTES).aggregate_continuations();
        let messages = messages.max_continuation_size(MAX_MESSAGE_BYTES);
        let (to_handler, incoming) = mpsc::channel(MESSAGES_WAITING);
        let (outgoing, from_handler) = mpsc::channel(MESSAGES_WAITING);
        let handled = handler(Socket { incoming, outgoing });
        let exchange =
            Exchange { session: session.clone(), messages, to_handler, from_handler, idle_timeout: self.idle_timeout };
        drop(actix_web::rt::spawn(LogContext::current().hold(async move {
            let code = exchange.run(handled, stopping).await;
            log::debug!("a WebSocket closes: {code:?}");
            // Nobody hears it where the caller is gone.
            drop(session.close(Some(code.into())).await);
            drop(place);
        })));
        Ok(response)
    }
}

/// What goes on between a caller and a handler.
struct Exchange {
    session: Session,
    messages: AggregatedMessageStream,
    to_handler: mpsc::Sender<Message>,
    from_handler: mpsc::Receiver<Message>,
    idle_timeout: Duration,
}

impl Exchange {
    /// Carries messages until one side ends; tells why.
    async fn run(mut self, handled: impl Future<Output = ()>, stopping: GracefulShutdownSignal) -> CloseCode {
        let (mut handled, mut stopping) = (pin!(handled), pin!(stopping.notified()));
        let mut is_handled = false;
        let pause = self.idle_timeout / 2;
        let mut pings = interval_at(Instant::now() + pause, pause);
        pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut heard_at = Instant::now();
        loop {
            let step = tokio::select! {
                () = &mut handled, if !is_handled => {
                    is_handled = true;
                    // What it has sent already still goes out.
                    self.from_handler.close();
                    Ok(())
                }
                () = &mut stopping => Err(CloseCode::Away),
                message = self.from_handler.recv() => match message {
                    Some(message) => send(&mut self.session, message).await,
                    None => Err(CloseCode::Normal),
                },
                (room, message) = receive(&self.to_handler, &mut self.messages) => {
                    heard_at = Instant::now();
                    self.take(room, message).await
                }
                _ = pings.tick() => {
                    if heard_at.elapsed() < self.idle_timeout { told(self.session.ping(&[]).await) } else { Err(CloseCode::Away) }
                }
            };
            if let Err(code) = step {
                return code;
            }
        }
    }

    /// Takes what a caller sent, for which there is room unless the handler has ended.
    async fn take(
        &mut self,
        room: Option<OwnedPermit<Message>>,
        message: Option<Result<AggregatedMessage, ProtocolError>>,
    ) -> Result<(), CloseCode> {
        let message = match message {
            None | Some(Ok(AggregatedMessage::Close(_))) => return Err(CloseCode::Normal),
            Some(Err(ProtocolError::Io(error))) if error.kind() == ErrorKind::InvalidData => {
                return Err(CloseCode::Invalid);
            }
            // The library tells of parts that are too large together by a plain error; a connection that broke hears
            // no code.
            Some(Err(ProtocolError::Overflow | ProtocolError::Io(_))) => return Err(CloseCode::Size),
            Some(Err(_)) => return Err(CloseCode::Protocol),
            Some(Ok(AggregatedMessage::Ping(payload))) => return told(self.session.pong(&payload).await),
            Some(Ok(AggregatedMessage::Pong(_))) => return Ok(()),
            Some(Ok(AggregatedMessage::Text(text))) => Message::Text(text.to_string()),
            Some(Ok(AggregatedMessage::Binary(bytes))) => Message::Bytes(bytes),
        };
        if let Some(room) = room {
            drop(room.send(message));
        }
        Ok(())
    }
}

/// Waits for room first: a handler that takes nothing holds its caller up, and not the server's memory.
async fn receive(
    to_handler: &mpsc::Sender<Message>,
    messages: &mut AggregatedMessageStream,
) -> (Option<OwnedPermit<Message>>, Option<Result<AggregatedMessage, ProtocolError>>) {
    let room = to_handler.clone().reserve_owned().await.ok();
    (room, messages.recv().await)
}

async fn send(session: &mut Session, message: Message) -> Result<(), CloseCode> {
    told(match message {
        Message::Text(text) => session.text(text).await,
        Message::Bytes(bytes) => session.binary(bytes).await,
    })
}

fn told(sent: Result<(), Closed>) -> Result<(), CloseCode> {
    sent.map_err(|Closed| CloseCode::Abnormal)
}
