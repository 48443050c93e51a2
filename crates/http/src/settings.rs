use std::time::Duration;

use domain::identity::IpNetwork;

use crate::{ForwardedHeader, WebOrigin};

/// How a server treats calls, whatever they ask for.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The proxies that are believed when they tell where a call comes from.
    pub trusted_proxies: Vec<IpNetwork>,
    /// The header in which they tell it.
    pub forwarded_header: ForwardedHeader,
    /// The origins whose pages may call, beside the server's own.
    pub cors_origins: Vec<WebOrigin>,
    /// How long a call may take, the time in which its body arrives left out; then it is answered 503.
    pub call_timeout: Duration,
    /// How long a body may take to arrive. Large ones get a second more for each 64 KiB that arrived.
    pub body_timeout: Duration,
    /// How long a caller may take to read what was sent, before the connection is given up.
    pub write_timeout: Duration,
    /// How long a WebSocket stays open on which nothing arrives, not even the answer to a ping.
    pub socket_idle_timeout: Duration,
    /// How often callers of Socket.IO ping.
    pub ping_interval: Duration,
    /// How much later than that a ping may come.
    pub ping_timeout: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            trusted_proxies: Vec::new(),
            forwarded_header: ForwardedHeader::default(),
            cors_origins: Vec::new(),
            call_timeout: Duration::from_secs(9),
            body_timeout: Duration::from_secs(30),
            write_timeout: Duration::from_secs(30),
            socket_idle_timeout: Duration::from_mins(1),
            ping_interval: Duration::from_secs(25),
            ping_timeout: Duration::from_secs(5),
        }
    }
}
