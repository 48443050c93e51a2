//! The interfaces of the back office, to be served on one listener.

use std::sync::Arc;

use http::Service;

use crate::back::{self, Back};
use crate::context::AppContext;
use crate::sockets::ClientEvents;

/// The interfaces of the back office, put together.
///
/// # Errors
/// Faults of the program: routes that cannot be told apart.
pub fn service(context: &Arc<AppContext>) -> std::io::Result<Service> {
    let service = Service::new::<Back>(context.config.calls.clone(), context, back::routes(), &back::INFO)?;
    Ok(service.with_socket_io(Arc::new(ClientEvents::new(Arc::clone(context)))))
}

/// The OpenAPI document of the back office, as it is served and kept in `docs/openapi.json`.
///
/// # Errors
/// A schema that cannot be written.
pub fn document() -> Result<String, serde_json::Error> {
    http::openapi::document(&back::routes(), &back::INFO)
}
