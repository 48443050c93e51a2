//! What an interface has beside JSON bodies and JSON answers, each over real HTTP: other content, answers that a caller
//! has already, downloads, uploads, sockets. The routes belong to the second interface.

mod answers;
mod compression;
mod downloads;
mod sockets;
mod uploads;

use std::sync::Arc;

use api::AppContext;
use http::openapi::Info;
use http::{Route, Service, Settings};
use serde_json::{Value, json};

use super::second_interface::Front;
use crate::harness::{Client, Setup, TestApp, on_both_with};

static INFO: Info = Info {
    title: "Doors",
    version: "1",
    description: "Doors.",
    contact: || json!({"name": "Tests"}),
    groups: &[],
    security: || json!({"client": {"type": "http"}}),
};

/// A server of these routes, with the back office beside them, whose administrator makes the clients.
fn serve(context: &Arc<AppContext>, settings: Settings, routes: Vec<Route<Front>>) -> std::io::Result<Service> {
    Service::new::<Front>(settings, context, routes, &INFO)?.with::<api::back::Back>(context, api::back::routes())
}

/// Runs a test with a client who may call.
fn with_client(service: fn(&Arc<AppContext>) -> std::io::Result<Service>, test: impl Fn(&TestApp, &Client)) {
    on_both_with(&Setup { service: Some(service), ..Setup::default() }, |app| {
        let id = app.admin().new_client("ann@example.com", &json!({}));
        test(app, &app.client.with_token(&id.to_string()));
    });
}

/// An operation in the document of the interface.
fn described(app: &TestApp, method: &str, path: &str) -> Value {
    app.client.unrecorded().get("/openapi.json").expect(200)["paths"][path][method].clone()
}
