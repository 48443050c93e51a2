//! Socket.IO 2 over Engine.IO 3, at `/socket.io/`: by long polling, over a socket, or by the first and then the other.
//!
//! Crates that speak protocol 3 are made for hyper and tower, or have not been kept for years; its few packets are written
//! by hand over the sockets of `actix-ws`.

mod engine;
mod mount;
mod packet;
mod peer;
mod session;
mod visitors;
mod wire;

use std::future::Future;
use std::net::IpAddr;
use std::sync::Arc;

use domain::value::Locale;

use crate::Problem;

pub(crate) use mount::SocketMount;
pub use packet::Event;
pub use peer::Peer;

/// What stands behind the connections.
pub trait SocketEvents: Send + Sync + 'static {
    /// What is kept for a connection; dropped when it ends.
    type Connection: 'static;

    /// Whether the address may connect.
    ///
    /// # Errors
    /// A 403.
    fn admit(self: Arc<Self>, ip: IpAddr, path: &str) -> impl Future<Output = Result<(), Problem>>;

    /// Somebody has connected, who reads these languages.
    fn connected(self: Arc<Self>, peer: Peer, locale: Locale) -> Self::Connection;

    /// They have sent an event. Their next packet is looked at afterwards.
    fn received(&self, connection: &mut Self::Connection, event: Event) -> impl Future<Output = ()>;
}
