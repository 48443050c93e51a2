//! The server of the back office: its interfaces on one listener, and its jobs.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

use actix_web::dev::ServerHandle;
use http::Service;

use crate::back::{self, Back};
use crate::context::AppContext;
use crate::jobs::Jobs;

/// A server that was started.
pub struct RunningServer {
    /// Where it listens.
    pub address: SocketAddr,
    /// Stops it.
    pub handle: ServerHandle,
    server: http::RunningServer,
    jobs: Jobs,
}

impl RunningServer {
    /// Serves until it is stopped, by its handle or by SIGTERM, then ends what is under way.
    ///
    /// # Errors
    /// Those of the sockets.
    pub async fn serve(self) -> std::io::Result<()> {
        let result = self.server.serve().await;
        drop(self.jobs);
        result
    }
}

/// The interfaces of the back office, put together.
///
/// # Errors
/// Faults of the program: routes that cannot be told apart.
pub fn service(context: &Arc<AppContext>) -> std::io::Result<Service> {
    Service::new::<Back>(context.config.calls.clone(), context, back::routes(), &back::INFO)
}

/// The OpenAPI document of the back office, as it is served and kept in `docs/openapi.json`.
///
/// # Errors
/// A schema that cannot be written.
pub fn document() -> Result<String, serde_json::Error> {
    http::openapi::document(&back::routes(), &back::INFO)
}

/// Starts a server on a listener. Within an actix system, as `actix_web::rt::System` makes it.
///
/// # Errors
/// Those of the socket.
pub fn start(
    context: &Arc<AppContext>,
    service: Service,
    listener: TcpListener,
    workers: usize,
) -> std::io::Result<RunningServer> {
    crate::options::seal_stored(context).map_err(std::io::Error::other)?;
    let server = http::start(service, listener, workers)?;
    let (address, handle) = (server.address, server.handle.clone());
    Ok(RunningServer { address, handle, server, jobs: Jobs::start(context)? })
}
