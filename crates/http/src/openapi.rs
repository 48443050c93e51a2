//! The OpenAPI document, made from the routes that serve.

use std::collections::BTreeMap;

use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use crate::routes::{Answers, FileField};
use crate::{ErrorAnswer, Interface, Requirement as _, Route};

/// Told in words: with a second type of the answer, generated clients get a union of both for every list.
const CSV_DESCRIPTION: &str = "With `Accept: text/csv`, or `format=csv` in the query, the answer is `text/csv`: a header \
    and a line for each record that matches, whatever `limit` and `offset` say.";

/// What a document says of its interface.
#[derive(Clone, Copy, Debug)]
pub struct Info {
    /// Its title.
    pub title: &'static str,
    /// Its version.
    pub version: &'static str,
    /// What it is, and how a first call is made.
    pub description: &'static str,
    /// How callers show who they are: the parts of `components.securitySchemes`.
    pub security: fn() -> Value,
}

/// The document as text.
///
/// # Errors
/// A schema that cannot be written.
pub fn document<I: Interface>(routes: &[Route<I>], info: &Info) -> Result<String, serde_json::Error> {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.definitions_path = "/components/schemas".into();
        settings.meta_schema = None;
    });
    let mut generator = settings.into_generator();
    let error = generator.subschema_for::<ErrorAnswer>().to_value();
    let mut paths: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    for route in routes {
        let described = describe(route, &error, &mut generator);
        paths.entry(route.path).or_default().insert(route.method.to_lowercase(), described);
    }
    let document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": info.title,
            "version": info.version,
            "description": info.description,
            "license": {"name": "MIT OR Apache-2.0"},
        },
        "paths": paths,
        "components": {
            "schemas": generator.take_definitions(true),
            "securitySchemes": (info.security)(),
        },
    });
    Ok(serde_json::to_string_pretty(&document)? + "\n")
}

fn describe<I: Interface>(route: &Route<I>, error: &Value, generator: &mut SchemaGenerator) -> Value {
    let mut parameters: Vec<Value> = route
        .path
        .split(['{', '}'])
        .skip(1)
        .step_by(2)
        .map(|name| {
            // Rates are asked for by alphabetic codes; everything else has a number.
            let schema = if matches!(name, "baseCurrency" | "quoteCurrency") {
                json!({"type": "string"})
            } else {
                json!({"type": "integer", "minimum": 1})
            };
            json!({"name": name, "in": "path", "required": true, "schema": schema})
        })
        .collect();
    parameters.extend(route.parameters.iter().cloned());
    parameters.push(header("Accept-Language", "The language of texts, such as ja.", &json!({"type": "string"})));
    if matches!(route.answers, Answers::Download(_)) {
        let pattern = json!({"type": "string", "pattern": r"^bytes=(\d+-\d*|-\d+)$"});
        parameters.push(header("Range", "The part of the file that is wanted.", &pattern));
        parameters.push(header(
            "If-Range",
            "The ETag of the file of which a part is wanted.",
            &json!({"type": "string"}),
        ));
    }
    if route.may_be_known() {
        let description = "The ETag of an answer that the caller has.";
        parameters.push(header("If-None-Match", description, &json!({"type": "string"})));
    }
    if route.takes_key {
        let description = "The same key and body within 24 hours get the first answer again.";
        parameters.push(header(
            "Idempotency-Key",
            description,
            &json!({"type": "string", "pattern": "^[!-~]{1,255}$"}),
        ));
    }
    let group = route.operation.split('.').next().unwrap_or_default();
    let mut operation = Map::new();
    let mut describe = |name: &str, value: Value| operation.insert(name.to_owned(), value);
    describe("operationId", operation_id(route).into());
    describe("tags", json!([group]));
    describe("summary", route.summary.into());
    if matches!(route.answers, Answers::List(_)) {
        describe("description", CSV_DESCRIPTION.into());
    }
    describe("parameters", parameters.into());
    describe("responses", responses(route, error, generator));
    describe("security", route.requirement.security());
    if let Some(body) = request_body(route) {
        describe("requestBody", body);
    }
    if let Some(permission) = route.requirement.permission() {
        describe("x-permission", permission.into());
    }
    if route.is_extension {
        describe("x-extension", true.into());
    }
    operation.into()
}

fn request_body<I: Interface>(route: &Route<I>) -> Option<Value> {
    let Some(upload) = &route.upload else {
        let body = route.body.as_ref()?;
        // A body that is left out counts as an empty object.
        let is_required = body.get("required").is_some();
        return Some(json!({"required": is_required, "content": {"application/json": {"schema": body}}}));
    };
    let mut content = Map::new();
    let body = route.body.clone().unwrap_or_else(|| json!({"type": "object", "properties": {}}));
    content.insert("multipart/form-data".into(), json!({"schema": with_files(body.clone(), upload.files)}));
    if upload.takes_json {
        content.insert("application/json".into(), json!({"schema": body}));
    }
    Some(json!({"required": true, "content": content}))
}

/// The schema of a body with its files.
fn with_files(mut body: Value, files: &[FileField]) -> Value {
    for field in files {
        let file = json!({"type": "string", "format": "binary", "description": limit_of(field)});
        let file = if field.max_count == 1 {
            file
        } else {
            json!({"type": "array", "items": file, "maxItems": field.max_count})
        };
        if let Some(properties) = body.get_mut("properties").and_then(Value::as_object_mut) {
            properties.insert(field.name.to_owned(), file);
        }
        if let Some(body) = body.as_object_mut().filter(|_| field.is_required) {
            let required = body.entry("required").or_insert_with(|| json!([]));
            required.as_array_mut().into_iter().for_each(|required| required.push(field.name.into()));
        }
    }
    body
}

fn limit_of(field: &FileField) -> String {
    format!("A file of at most {} bytes.", field.max_bytes)
}

/// PUT and PATCH of one operation are told apart, since an id must be unique.
fn operation_id<I: Interface>(route: &Route<I>) -> String {
    match route.method {
        "PUT" => format!("{}.put", route.operation),
        _ => route.operation.to_string(),
    }
}

fn header(name: &str, description: &str, schema: &Value) -> Value {
    json!({"name": name, "in": "header", "required": false, "description": description, "schema": schema})
}

fn responses<I: Interface>(route: &Route<I>, error: &Value, generator: &mut SchemaGenerator) -> Value {
    let mut responses = Map::new();
    let mut success = match route.answers {
        Answers::Nothing => json!({"description": "Done."}),
        Answers::Socket => json!({"description": "The connection becomes a WebSocket."}),
        Answers::Record(schema) => {
            json!({"description": "Done.", "content": {"application/json": {"schema": schema(generator)}}})
        }
        Answers::List(schema) => {
            let total = json!({"type": "integer", "description": "how many match; left out with total=false"});
            let schema = json!({
                "type": "object",
                "properties": {"total": total, "data": {"type": "array", "items": schema(generator)}},
                "required": ["data"],
            });
            json!({"description": "Done.", "content": {"application/json": {"schema": schema}}})
        }
        Answers::Content(media_type) | Answers::Download(media_type) => {
            json!({"description": "Done.", "content": {bare(media_type): {"schema": content_schema(media_type)}}})
        }
    };
    let text = json!({"schema": {"type": "string"}});
    let mut headers = Map::new();
    if let Answers::Download(media_type) = route.answers {
        let range = json!({"Content-Range": text, "ETag": text});
        let content = json!({bare(media_type): {"schema": content_schema(media_type)}});
        let part = json!({"description": "The part that was asked for.", "headers": range, "content": content});
        responses.insert("206".into(), part);
        headers.extend(["Accept-Ranges", "Content-Disposition"].map(|name| (name.to_owned(), text.clone())));
    }
    if route.may_be_known() {
        headers.insert("ETag".into(), text);
        responses.insert("304".into(), json!({"description": "The caller has this answer already."}));
    }
    if let Some(success) = success.as_object_mut().filter(|_| !headers.is_empty()) {
        success.insert("headers".into(), headers.into());
    }
    responses.insert(route.status.to_string(), success);
    for (status, description) in refusals(route) {
        let answer = json!({"description": description, "content": {"application/json": {"schema": error}}});
        responses.insert(status.to_owned(), answer);
    }
    Value::Object(responses)
}

/// A media type without its parameters.
fn bare(media_type: &str) -> &str {
    media_type.split(';').next().unwrap_or(media_type)
}

fn content_schema(media_type: &str) -> Value {
    if media_type.starts_with("text/") {
        json!({"type": "string"})
    } else {
        json!({"type": "string", "format": "binary"})
    }
}

fn refusals<I: Interface>(route: &Route<I>) -> Vec<(&'static str, &'static str)> {
    let mut refusals = vec![("403", "Not allowed.")];
    let (needs_caller, takes_own_key) = (route.requirement.needs_caller(), route.requirement.takes_own_key());
    let has_body = route.body.is_some() || route.upload.is_some();
    if needs_caller || has_body {
        refusals.push(("401", "No valid token, or wrong credentials."));
    }
    if route.is_limited || (!needs_caller && !takes_own_key) {
        refusals.push(("429", "Too many attempts."));
    }
    if route.path.contains('{') {
        refusals.push(("404", "No such record."));
    }
    if has_body || !route.parameters.is_empty() || route.takes_key {
        refusals.push(("400", "The request is not valid; details names every fault."));
    }
    if matches!(route.answers, Answers::Socket) {
        refusals.push(("426", "The call does not ask for a WebSocket."));
    }
    if matches!(route.answers, Answers::Download(_)) {
        refusals.push(("416", "The part lies beyond the end of the file."));
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
