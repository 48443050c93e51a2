//! What the audit log tells of what clients do about themselves where no record is answered.

use domain::clients::ClientId;
use domain::value::List;
use serde_json::Value;
use storage::audit::{Action, Actor, Category, Subject, record};
use storage::{Error, Tx};

use super::Call;

/// Writes that a client did something to what belongs to them.
pub(super) fn note(
    tx: &mut Tx<'_>,
    call: &Call,
    (client, email): (ClientId, &str),
    (resource, action): (&'static str, Action),
    details: &Value,
) -> Result<(), Error> {
    let actor = Actor {
        id: None,
        email: email.to_owned(),
        groups: List::default(),
        ip: call.ip.to_string(),
        request_id: call.request_id.clone(),
        operation: call.operation,
    };
    let subject = Subject { resource, category: Category::Client, client: Some(client) };
    record(tx, &actor, &subject, action, details)
}
