//! One operation: its parameters, its body and what it says of itself.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::names::words;
use super::{Schemas, responses};
use crate::routes::{Answers, FileField, NamedSchema};
use crate::{Interface, Requirement as _, Route};

/// Told in words: with a second type of the answer, generated clients get a union of both for every list.
const CSV_DESCRIPTION: &str = "With `Accept: text/csv`, or `format=csv` in the query, the answer is `text/csv`: a header \
    and a line for each record that matches, whatever `limit` and `offset` say.";

const BOTH_METHODS: &str = "PUT does the same as PATCH: what is sent changes, and the rest stays.";

/// The paths of the examples, by the paths of their routes.
pub(super) fn example_paths<I: Interface>(routes: &[Route<I>]) -> BTreeMap<&'static str, &'static str> {
    let declared = |route: &Route<I>| Some((route.path, route.example.as_ref()?.path?));
    routes.iter().rev().filter_map(declared).collect()
}

/// Describes an operation. The example's path is that of another method where the route has none of its own.
pub(super) fn describe<I: Interface>(
    route: &Route<I>,
    example_path: Option<&str>,
    schemas: &mut Schemas,
) -> Result<Value, serde_json::Error> {
    let own_path = route.example.as_ref().and_then(|example| example.path);
    let group = I::group_of(route.operation);
    let (responses, answer) = responses::describe(route, schemas);
    let mut operation = Map::new();
    let mut describe = |name: &str, value: Value| operation.insert(name.to_owned(), value);
    describe("operationId", operation_id(route).into());
    describe("tags", json!([group]));
    describe("summary", route.summary.trim_end_matches('.').into());
    describe("description", description(route).into());
    describe("parameters", parameters(route, own_path.or(example_path)).into());
    describe("responses", responses);
    describe("security", route.requirement.security());
    if let Some(body) = request_body(route, answer.as_ref(), schemas)? {
        describe("requestBody", body);
    }
    if let Some(permission) = route.requirement.permission() {
        describe("x-permission", permission.into());
    }
    if route.replaced_by.is_some() {
        describe("deprecated", true.into());
    }
    if route.is_extension {
        describe("x-extension", true.into());
    }
    Ok(operation.into())
}

fn description<I: Interface>(route: &Route<I>) -> String {
    let permission = route.requirement.permission().map(|permission| format!("Needs the permission `{permission}`."));
    let both = (route.takes_put_and_patch && route.method == "PUT").then_some(BOTH_METHODS);
    let csv = matches!(route.answers, Answers::List(_)).then_some(CSV_DESCRIPTION);
    let parts = [Some(route.description).filter(|text| !text.is_empty()), both, permission.as_deref(), csv];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

fn parameters<I: Interface>(route: &Route<I>, example_path: Option<&str>) -> Vec<Value> {
    let names = route.path.split('/').zip(example_path.unwrap_or(route.path).split('/'));
    let of_path = names.filter_map(|(name, example)| {
        let name = name.strip_prefix('{')?.strip_suffix('}')?;
        Some(path_parameter(name, example))
    });
    let mut parameters: Vec<Value> = of_path.collect();
    parameters.extend(route.parameters.iter().cloned());
    let text = json!({"type": "string"});
    parameters.push(header("Accept-Language", "The language of texts, such as ja.", &text));
    if matches!(route.answers, Answers::Download(_)) {
        let pattern = json!({"type": "string", "pattern": r"^bytes=(\d+-\d*|-\d+)$"});
        parameters.push(header("Range", "The part of the file that is wanted.", &pattern));
        parameters.push(header("If-Range", "The ETag of the file of which a part is wanted.", &text));
    }
    if route.may_be_known() {
        parameters.push(header("If-None-Match", "The ETag of an answer that the caller has.", &text));
    }
    if route.takes_precondition {
        let description =
            "The ETag of the record as the caller has seen it: a record that has changed since is left alone.";
        parameters.push(header("If-Match", description, &text));
    }
    if route.takes_key {
        let key = json!({"type": "string", "pattern": "^[!-~]{1,255}$"});
        let description = "The same key and body within 24 hours get the first answer again.";
        parameters.push(header("Idempotency-Key", description, &key));
    }
    parameters
}

fn path_parameter(name: &str, example: &str) -> Value {
    // Rates are asked for by alphabetic codes, files by keys, services by names; everything else has a number.
    let is_code =
        matches!(name, "alphabeticCode" | "baseCurrency" | "quoteCurrency" | "fileKey" | "provider" | "token" | "type");
    let schema =
        if is_code { json!({"type": "string"}) } else { json!({"type": "integer", "format": "int64", "minimum": 1}) };
    let description = match name {
        "fileKey" => "What the file is found by: the last part of the path that records show.".to_owned(),
        "provider" => "The name of the service, one of those that are listed.".to_owned(),
        "type" => "The name of the type, one of those that are listed.".to_owned(),
        "token" => "The token.".to_owned(),
        "alphabeticCode" => "The alphabetic code of the currency.".to_owned(),
        "baseCurrency" => "The alphabetic code of the currency that is priced.".to_owned(),
        "quoteCurrency" => "The alphabetic code of the currency in which the price is.".to_owned(),
        "currencyId" => "The numeric code of the currency, or the id of the entry where it has one.".to_owned(),
        _ => format!("The id of the {}.", words(name.trim_end_matches("Id"))),
    };
    let example = if is_code { Value::from(example) } else { example.parse::<i64>().map_or(json!(1), Value::from) };
    json!({
        "name": name, "in": "path", "required": true, "description": description, "schema": schema, "example": example,
    })
}

fn request_body<I: Interface>(
    route: &Route<I>,
    answer: Option<&Value>,
    schemas: &mut Schemas,
) -> Result<Option<Value>, serde_json::Error> {
    let Some(upload) = &route.upload else {
        let Some(body) = &route.body else { return Ok(None) };
        // A body that is left out counts as an empty object.
        let is_required = body.schema.get("required").is_some();
        let mut content = json!({"schema": schemas.add_body(body, answer)?});
        let example = route.example.as_ref().and_then(|example| example.body.clone());
        if let (Some(content), Some(example)) = (content.as_object_mut(), example) {
            content.insert("example".into(), example);
        }
        return Ok(Some(json!({"required": is_required, "content": {"application/json": content}})));
    };
    let body =
        route.body.as_ref().map_or_else(|| json!({"type": "object", "properties": {}}), |body| body.schema.clone());
    let mut content = Map::new();
    content.insert("multipart/form-data".into(), json!({"schema": with_files(body.clone(), upload.files)}));
    if upload.takes_json {
        let schema = without_files(body, upload.files);
        let schema = match &route.body {
            Some(NamedSchema { name, .. }) => schemas.add_body(&NamedSchema { name: name.clone(), schema }, answer)?,
            None => schema,
        };
        let mut plain = json!({"schema": schema});
        let example = route.example.as_ref().and_then(|example| example.body.clone());
        if let (Some(plain), Some(example)) = (plain.as_object_mut(), example) {
            plain.insert("example".into(), example);
        }
        content.insert("application/json".into(), plain);
    }
    Ok(Some(json!({"required": true, "content": content})))
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

/// The schema of a body that is JSON, in which there are no files.
fn without_files(mut body: Value, files: &[FileField]) -> Value {
    for field in files.iter().filter(|field| !field.is_required) {
        let none = json!({
            "type": "array", "items": {"type": "string"}, "maxItems": 0, "description": "Files come in a form alone.",
        });
        if let Some(properties) = body.get_mut("properties").and_then(Value::as_object_mut) {
            properties.insert(field.name.to_owned(), none);
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
