//! What the audit log tells of what clients do about themselves where no record is answered.

use domain::clients::ClientId;
use domain::value::List;
use http::routes::Resource;
use serde_json::{Value, json};
use storage::audit::{Action, Actor, Category, Subject, record};
use storage::{Error, Tx};

use super::{Call, Front};
use crate::Problem;

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
        api_key: None,
        email: email.to_owned(),
        groups: List::default(),
        ip: call.ip.to_string(),
        request_id: call.request_id.clone(),
        operation: call.operation,
    };
    let subject = Subject { resource, category: Category::Client, client: Some(client) };
    record(tx, &actor, &subject, action, details)
}

/// Writes that a client made, changed or removed a record, where the call answers something else.
pub(super) fn note_record<A: Resource<Front>>(
    tx: &mut Tx<'_>,
    call: &Call,
    action: Action,
    made: &A,
) -> Result<(), Problem> {
    let caller = call.caller()?;
    let actor = Actor {
        id: None,
        api_key: None,
        email: caller.session.email.clone(),
        groups: List::default(),
        ip: call.ip.to_string(),
        request_id: call.request_id.clone(),
        operation: call.operation,
    };
    let side = match action {
        Action::Add | Action::Update => "new",
        Action::Delete => "old",
    };
    let mut details = json!({"id": made.id(), side: made.recorded()?});
    if let (Some(kind), Some(fields)) = (made.kind(), details.as_object_mut()) {
        fields.insert("type".to_owned(), kind.into());
    }
    let subject = Subject { resource: A::NAME, category: A::CATEGORY, client: made.client() };
    Ok(record(tx, &actor, &subject, action, &details)?)
}
