//! The interfaces of the back office, to be served on one listener.

use std::sync::Arc;

use http::Service;
use http::openapi::{Document, Info};
use serde_json::json;

use crate::context::AppContext;
use crate::sockets::ClientEvents;
use crate::{back, front, scrape};

/// What the OpenAPI document says of the interfaces.
const INFO: Info = Info {
    title: "Back office",
    version: env!("CARGO_PKG_VERSION"),
    description: "The interfaces of the broker's back office. Staff sign in with POST /api/v2/signin and send the access \
        token as a bearer token. Clients sign in with POST /api/v2/my/signin, and their operations are under /api/v2/my. \
        Programs of users send an API key in the place of the token (POST /api/v2/api-keys). A token of one side is no \
        token of the other.",
    contact: || json!({"name": "The operator of this server"}),
    groups: &[back::GROUPS, front::GROUPS],
    security: || {
        json!({
            "bearer": {"type": "http", "scheme": "bearer", "description": "A user's access token, or an API key."},
            "client": {"type": "http", "scheme": "bearer", "description": "A client's access token."},
            "platformKey": {"type": "http", "scheme": "bearer", "description": "A key of the platform."},
        })
    },
};

/// The interfaces of the back office, put together.
///
/// # Errors
/// Faults of the program: routes that cannot be told apart.
pub fn service(context: &Arc<AppContext>) -> std::io::Result<Service> {
    let routes = back::routes();
    context.set_approvable(back::approvable(&routes));
    let back = Service::new::<back::Back>(context.config.calls.clone(), context, routes, &INFO)?;
    let both = back.with::<front::Front>(context, front::routes())?;
    let all = both.with_socket_io(Arc::new(ClientEvents::new(Arc::clone(context))));
    all.with_metrics(scrape::collectors(context), scrape::refresh(context))
}

/// The OpenAPI document of the back office, as it is served and kept in `docs/openapi.json`.
///
/// # Errors
/// A schema that cannot be written.
pub fn document() -> Result<String, serde_json::Error> {
    let mut document = Document::default();
    document.add(&back::routes())?;
    document.add(&front::routes())?;
    document.write(&INFO)
}
