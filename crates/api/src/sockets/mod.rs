//! Events for client programs, over Socket.IO (`docs/rules.md`, Events for client programs).

mod hub;
mod shown;
mod subscription;

use std::net::IpAddr;
use std::sync::Arc;

use domain::clients::ClientId;
use domain::messaging::{OutboxCursor, SocketChannel};
use domain::value::{Locale, Timestamp};
use http::{Event, GateRequest, Peer, Problem, SocketEvents, read};
use storage::Error;
use storage::credentials::{sessions, standing};
use storage::messaging::socket_events;

use crate::context::AppContext;
use hub::{ConnectionId, Hub, Standing, Subscriber};
use subscription::Subscription;

/// How long somebody may wait for a QR code to be scanned.
const QR_CODE_WAIT: chrono::TimeDelta = chrono::TimeDelta::hours(1);

/// The events of an installation, for those who are connected to this server.
pub(crate) struct ClientEvents {
    context: Arc<AppContext>,
    hub: Arc<Hub>,
}

impl ClientEvents {
    pub fn new(context: Arc<AppContext>) -> Self {
        Self { hub: Arc::new(Hub::new(Arc::clone(&context))), context }
    }

    /// What a token gives for the channel of a client: nothing, where it is another's, has ended, or they may not sign in.
    async fn standing_of(
        &self,
        client: ClientId,
        token: &str,
        now: Timestamp,
    ) -> Result<Option<(Standing, OutboxCursor)>, Problem> {
        let Some(hash) = self.context.secret.verify(token) else { return Ok(None) };
        read(&self.context.database, move |conn| {
            let Some(session) = sessions::of_access_token(conn, &hash, now)? else { return Ok(None) };
            if session.client != client || !standing(conn, &[session.id])?.contains(&session.id) {
                return Ok(None);
            }
            let cursor = socket_events::end(conn, now)?;
            Ok::<_, Error>(Some((Standing { session: Some(session.id), ends_at: session.expires_at }, cursor)))
        })
        .await
    }

    async fn subscribe(&self, connection: &Connection, wanted: Subscription) -> Result<bool, Problem> {
        let now = self.context.now();
        // Those who show no token cost a query for each of their few channels, and once.
        let has_it = self.hub.has(connection.id, &wanted.channel);
        match wanted.channel {
            SocketChannel::QrCode(_) if has_it => return Ok(true),
            SocketChannel::QrCode(_) | SocketChannel::Client(_) if !has_it && !self.hub.has_room(connection.id) => {
                return Ok(false);
            }
            SocketChannel::QrCode(_) | SocketChannel::Client(_) => {}
        }
        let granted = match (&wanted.channel, wanted.token) {
            (SocketChannel::Client(client), Some(token)) => self.standing_of(*client, &token, now).await?,
            (SocketChannel::Client(_), None) => None,
            (SocketChannel::QrCode(_), _) => {
                let cursor = read(&self.context.database, move |conn| socket_events::end(conn, now)).await?;
                Some((Standing { session: None, ends_at: now.plus(QR_CODE_WAIT) }, cursor))
            }
        };
        let Some((standing, cursor)) = granted else { return Ok(false) };
        let (id, peer, locale) = (connection.id, connection.peer.clone(), connection.locale.clone());
        let subscriber = Subscriber { connection: id, peer, locale, standing };
        Ok(Arc::clone(&self.hub).subscribe(wanted.channel, subscriber, cursor))
    }
}

/// Somebody who is connected.
pub(crate) struct Connection {
    id: ConnectionId,
    peer: Peer,
    locale: Locale,
    hub: Arc<Hub>,
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.hub.leave(self.id);
    }
}

impl SocketEvents for ClientEvents {
    type Connection = Connection;

    async fn admit(self: Arc<Self>, ip: IpAddr, path: &str) -> Result<(), Problem> {
        let entry = GateRequest { ip, path, bearer: None, is_fresh: false, is_repeated: false };
        self.context.admit(entry, None).await.map(drop)
    }

    fn connected(self: Arc<Self>, peer: Peer, locale: Locale) -> Connection {
        Connection { id: self.hub.next_id(), peer, locale, hub: Arc::clone(&self.hub) }
    }

    async fn received(&self, connection: &mut Connection, event: Event) {
        let Some(wanted) = Subscription::read(&event) else { return };
        let channel = wanted.channel.to_string();
        match self.subscribe(connection, wanted).await {
            Ok(true) => log::debug!("a client program listens on {channel}"),
            Ok(false) => log::debug!("a client program may not listen on {channel}"),
            Err(problem) => log::error!("{channel}: {}", problem.cause.unwrap_or_default()),
        }
    }
}
