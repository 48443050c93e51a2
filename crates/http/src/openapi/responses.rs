//! What an operation answers, and how it refuses.

use serde_json::{Map, Value, json};

use super::Schemas;
use crate::routes::{Answers, Approvals};
use crate::{Interface, Requirement as _, Route};

/// The headers of answers that some answer has, by the names under which responses refer to them.
pub(super) fn headers(schemas: &Schemas) -> Value {
    let used = HEADERS.iter().filter(|(name, ..)| schemas.headers.contains(name));
    let described = used.map(|(name, _, kind, description)| {
        ((*name).to_owned(), json!({"description": description, "schema": {"type": kind}}))
    });
    Value::Object(described.collect())
}

/// Each header by its name in the document, with its own, its type and what it says.
const HEADERS: &[(&str, &str, &str, &str)] = &[
    ("AcceptRanges", "Accept-Ranges", "string", "`bytes`: a part of the file may be asked for."),
    ("ContentDisposition", "Content-Disposition", "string", "The name of the file."),
    ("ContentRange", "Content-Range", "string", "Which part of the file this is."),
    (
        "DataAge",
        "X-Data-Age",
        "integer",
        "Where a replica of the database answered: how many seconds the data may be old. It has the caller's own changes.",
    ),
    ("ETag", "ETag", "string", "Tells this form of the record from any other, for `If-None-Match` and `If-Match`."),
    ("Location", "Location", "string", "The path at which the new record, or what waits, is found."),
    ("RequestId", "X-Request-Id", "string", "The id of the call, which is also in the server's log."),
    ("RetryAfter", "Retry-After", "integer", "After how many seconds to try again."),
];

/// References to the headers of these names.
fn refer(names: &[&str], schemas: &mut Schemas) -> Map<String, Value> {
    let named = HEADERS.iter().filter(|(name, ..)| names.contains(name));
    let reference = |(name, header, ..): &(&'static str, &str, &str, &str)| {
        schemas.headers.insert(name);
        ((*header).to_owned(), json!({"$ref": format!("#/components/headers/{name}")}))
    };
    named.map(reference).collect()
}

/// All answers, and the schema of a record that is answered.
pub(super) fn describe<I: Interface>(route: &Route<I>, schemas: &mut Schemas) -> (Value, Option<Value>) {
    let mut responses = Map::new();
    let (content, record) = match route.answers {
        Answers::Nothing | Answers::Socket => (None, None),
        Answers::Record(schema) | Answers::List(schema) => {
            let schema = schema(&mut schemas.generator);
            let mut content = json!({"application/json": {"schema": schema}});
            for form in &route.forms {
                if let (Some(content), Value::Object(form)) = (content.as_object_mut(), file(form)) {
                    content.extend(form);
                }
            }
            (Some(content), Some(schema))
        }
        Answers::Content(media_type) | Answers::Download(media_type) => (Some(file(media_type)), None),
    };
    let mut names = vec!["RequestId"];
    if let Answers::Download(media_type) = route.answers {
        let headers = refer(&["RequestId", "ContentRange", "ETag"], schemas);
        let part =
            json!({"description": "The part that was asked for.", "headers": headers, "content": file(media_type)});
        responses.insert("206".into(), part);
        names.extend(["AcceptRanges", "ContentDisposition"]);
    }
    if !route.forms.is_empty() {
        names.push("ContentDisposition");
    }
    if route.is_tagged || route.may_be_known() {
        names.push("ETag");
    }
    if route.may_be_known() {
        let headers = refer(&["RequestId"], schemas);
        let known = json!({"description": "The caller has this answer already.", "headers": headers});
        responses.insert("304".into(), known);
    }
    if route.may_be_behind() {
        names.push("DataAge");
    }
    if route.status == 201 {
        names.push("Location");
    }
    let mut success = json!({"description": success(route), "headers": refer(&names, schemas)});
    if let (Some(success), Some(content)) = (success.as_object_mut(), &content) {
        success.insert("content".into(), content.clone());
    }
    if route.may_be_there {
        let mut known = success.clone();
        if let Some(known) = known.as_object_mut() {
            known.insert("description".into(), "The record, which was there already.".into());
        }
        responses.insert("200".into(), known);
    }
    responses.insert(route.status.to_string(), success);
    if route.may_wait {
        let headers = refer(&["RequestId"], schemas);
        let mut asked = json!({"description": "It waits for a decision.", "headers": headers});
        let content = content.filter(|_| !route.is_empty_while_waiting);
        if let (Some(asked), Some(content)) = (asked.as_object_mut(), content) {
            asked.insert("content".into(), content);
        }
        responses.insert("202".into(), asked);
    }
    if let Some(approvals) = route.approvals {
        let waits = waits_for_approval(route, approvals, schemas);
        responses.entry("202").or_insert(waits);
    }
    for (status, description) in refusals(route) {
        let names: &[&str] = if status == "429" { &["RequestId", "RetryAfter"] } else { &["RequestId"] };
        let content = json!({"application/json": {"schema": schemas.error}});
        let answer = json!({"description": description, "headers": refer(names, schemas), "content": content});
        responses.insert(status.to_owned(), answer);
    }
    (Value::Object(responses), record)
}

fn waits_for_approval<I: Interface>(route: &Route<I>, approvals: &Approvals<I>, schemas: &mut Schemas) -> Value {
    let headers = refer(&["RequestId", "Location"], schemas);
    if matches!(route.answers, Answers::Nothing) {
        // Generated clients without unions take the first success for the only one, and would read a body out of 204.
        return json!({
            "description": "It waits for a second user's approval, which is at Location and is the body as well; \
                nothing has changed.",
            "headers": headers,
        });
    }
    json!({
        "description": "It waits for a second user's approval, and nothing has changed.",
        "headers": headers,
        "content": {"application/json": {"schema": (approvals.schema)(&mut schemas.generator)}},
    })
}

fn success<I: Interface>(route: &Route<I>) -> &'static str {
    match (&route.answers, route.status) {
        (Answers::Socket, _) => "The connection becomes a WebSocket.",
        (Answers::List(_), _) => "The records of the page that was asked for.",
        (Answers::Content(_) | Answers::Download(_), _) => "The content.",
        (Answers::Nothing, _) => "Done.",
        (Answers::Record(_), 201) => "The new record.",
        (Answers::Record(_), 202) => "The record; what was asked for is done later.",
        (Answers::Record(_), _) => "The record as it is now.",
    }
}

/// Content of a media type, whose parameters are left out.
fn file(media_type: &str) -> Value {
    let bare = media_type.split(';').next().unwrap_or(media_type);
    let schema = if bare.starts_with("text/") {
        json!({"type": "string"})
    } else {
        json!({"type": "string", "format": "binary"})
    };
    json!({bare: {"schema": schema}})
}

fn refusals<I: Interface>(route: &Route<I>) -> Vec<(&'static str, &'static str)> {
    let mut refusals = vec![("403", "Not allowed.")];
    let (needs_caller, takes_own_key) = (route.requirement.needs_caller(), route.requirement.takes_own_key());
    let has_body = route.body.is_some() || route.upload.is_some();
    if needs_caller || has_body {
        refusals.push(("401", "No valid token, or wrong credentials."));
    }
    if route.requirement.is_counted() || route.is_limited || (!needs_caller && !takes_own_key) {
        refusals.push(("429", "Too many calls or attempts."));
    }
    if route.path.contains('{') {
        refusals.push(("404", "No such record."));
    }
    if has_body || !route.parameters.is_empty() || route.takes_key {
        refusals.push(("400", "The request is not valid; details names every fault."));
    }
    if !route.forms.is_empty() {
        refusals.push(("406", "None of the media types that are accepted can be answered."));
    }
    if matches!(route.answers, Answers::Socket) {
        refusals.push(("426", "The call does not ask for a WebSocket."));
    }
    if matches!(route.answers, Answers::Download(_)) {
        refusals.push(("416", "The part lies beyond the end of the file."));
    }
    if route.takes_precondition {
        refusals.push(("412", "The record is not what `If-Match` says: it has changed."));
    }
    if route.method != "GET" {
        refusals.push(("409", "It collides with what is stored."));
        refusals.push(("413", "The body is too large."));
        refusals.push(("422", "A rule refuses it."));
    }
    if route.upload.is_some_and(|upload| !upload.takes_json) {
        refusals.push(("415", "The body is not of multipart/form-data."));
    }
    refusals.push(("500", "A fault of the server."));
    refusals.push(("503", "The server cannot do this now."));
    refusals
}
