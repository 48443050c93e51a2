//! The document of the interface: kept as it is served, and fit for generators of clients.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::harness::{document, repository};

#[test]
fn the_kept_document_is_current() {
    let kept = std::fs::read_to_string(repository().join("docs/openapi.json")).unwrap_or_default();
    let current = api::document().unwrap();
    assert!(kept == current, "run: cargo run -- openapi > docs/openapi.json");
}

fn object(value: &Value) -> &Map<String, Value> {
    value.as_object().unwrap()
}

/// Generators make a union of the types of an answer that comes in several, so only those do that callers choose a form of.
#[test]
fn every_answer_has_one_type() {
    for (path, methods) in object(&document()["paths"]) {
        for (method, operation) in object(methods) {
            let is_chosen = operation["responses"].get("406").is_some();
            for (status, answer) in object(&operation["responses"]) {
                let types = answer["content"].as_object().map_or(0, Map::len);
                assert!(types <= 1 || is_chosen && status == "200", "{method} {path} {status}");
            }
        }
    }
}

#[test]
fn every_list_says_that_it_is_to_be_had_as_csv() {
    let document = document();
    let is_list = |operation: &&Value| {
        operation["parameters"].as_array().is_some_and(|all| all.iter().any(|parameter| parameter["name"] == "sort_by"))
    };
    let lists: Vec<&Value> =
        object(&document["paths"]).values().filter_map(|methods| methods.get("get")).filter(is_list).collect();
    assert!(lists.len() > 50, "{}", lists.len());
    for list in lists {
        assert!(list["description"].as_str().is_some_and(|text| text.contains("text/csv")), "{list}");
    }
}

fn operations(document: &Value) -> impl Iterator<Item = &Value> {
    object(&document["paths"]).values().flat_map(|methods| object(methods).values())
}

#[test]
fn every_operation_says_more_than_its_summary() {
    let document = document();
    let groups: BTreeSet<&str> =
        document["tags"].as_array().unwrap().iter().map(|group| group["name"].as_str().unwrap()).collect();
    for operation in operations(&document) {
        let text = |name: &str| operation[name].as_str().unwrap();
        let description = text("description");
        let is_standard = ["Needs the permission", "PUT does the same", "With `Accept"]
            .iter()
            .any(|own| description.starts_with(own));
        assert!(!is_standard && !description.starts_with(text("summary")), "{}: {description}", text("operationId"));
        assert!(groups.contains(operation["tags"][0].as_str().unwrap()), "{} is in no group", text("operationId"));
    }
}

#[test]
fn every_body_and_every_answer_in_json_has_a_name() {
    let document = document();
    for operation in operations(&document) {
        let answers = object(&operation["responses"]).values().map(|answer| &answer["content"]);
        for content in answers.chain([&operation["requestBody"]["content"]]) {
            let schema = &content["application/json"]["schema"];
            assert!(schema.is_null() || schema["$ref"].is_string(), "{}: {schema}", operation["operationId"]);
        }
    }
}

#[test]
fn put_and_patch_take_the_same_body() {
    let document = document();
    let methods = object(&document["paths"]).values();
    let pairs = methods.filter_map(|methods| methods.get("put").zip(methods.get("patch")));
    assert!(pairs.clone().count() > 30);
    for (put, patch) in pairs {
        assert_eq!(put["requestBody"], patch["requestBody"], "{}", put["operationId"]);
    }
}

#[test]
fn every_field_is_described() {
    let document = document();
    for (name, schema) in object(&document["components"]["schemas"]) {
        for (field, property) in schema["properties"].as_object().into_iter().flatten() {
            assert!(property["description"].is_string(), "{name}.{field}");
        }
    }
}

/// An enumeration says what each of its values means.
#[test]
fn every_value_is_described() {
    let document = document();
    for (name, schema) in object(&document["components"]["schemas"]) {
        let description = schema["description"].as_str().unwrap_or_default();
        for value in schema["enum"].as_array().into_iter().flatten() {
            let value = value.as_str().expect("a text");
            assert!(description.contains(&format!("`{value}`: ")), "{name}.{value}");
        }
    }
}

/// What has a number at its end has the name of something else.
#[test]
fn every_schema_has_a_name_of_its_own() {
    let document = document();
    for name in object(&document["components"]["schemas"]).keys() {
        assert!(!name.ends_with(|last: char| last.is_ascii_digit()), "{name}");
    }
}

/// Generators name what has no name after the schema and the field that it stands in.
#[test]
fn what_has_no_name_gets_none_that_is_taken() {
    let document = document();
    let schemas = object(&document["components"]["schemas"]);
    let mut unnamed = Vec::new();
    for (name, schema) in schemas {
        name_parts(name, schema, &mut unnamed);
    }
    for name in &unnamed {
        assert!(!schemas.contains_key(name), "{name} is both a schema and what generators call a field");
    }
    assert!(unnamed.iter().any(|name| name == "SystemLogEventAction"), "{unnamed:?}");
}

/// The names of the enumerations and objects within a schema that have none of their own.
fn name_parts(name: &str, schema: &Value, unnamed: &mut Vec<String>) {
    for (field, property) in schema["properties"].as_object().into_iter().flatten() {
        let mut letters = field.chars();
        let capital = letters.next().map(char::to_uppercase).into_iter().flatten();
        let name = format!("{name}{}{}", capital.collect::<String>(), letters.as_str());
        let nullable = property["anyOf"].as_array().into_iter().flatten();
        for part in nullable.chain([property]) {
            let part = if part["items"].is_object() { &part["items"] } else { part };
            if part["enum"].is_array() || part["properties"].is_object() {
                unnamed.push(name.clone());
            }
            name_parts(&name, part, unnamed);
        }
    }
}

/// The calls of which the snapshots of bodies hold an answer.
fn snapshots() -> BTreeSet<String> {
    let contexts = std::fs::read_dir(repository().join("tests")).unwrap().flatten();
    let folders = contexts.filter_map(|context| std::fs::read_dir(context.path().join("snapshots")).ok());
    let files = folders.flatten().flatten().filter(|file| file.file_name().display().to_string().starts_with("bodies"));
    let texts: String = files.map(|file| std::fs::read_to_string(file.path()).unwrap()).collect();
    let calls = texts.lines().filter(|line| line.starts_with("GET /") || line.starts_with("POST /"));
    calls.map(|line| line.split(": ").next().unwrap_or(line).to_owned()).collect()
}

/// A new resource gets a test of its bodies, see `harness/bodies.rs`.
#[test]
fn every_body_is_among_the_snapshots() {
    let snapshots = snapshots();
    let document = document();
    let mut missing = Vec::new();
    for (path, methods) in object(&document["paths"]) {
        for method in ["get", "post"].into_iter().filter(|method| methods.get(method).is_some()) {
            let mut answers = object(&methods[method]["responses"]).iter();
            let has_body = answers.any(|(status, answer)| {
                status.starts_with('2') && answer.pointer("/content/application~1json").is_some()
            });
            let call = format!("{} {path}", method.to_uppercase());
            if has_body && !snapshots.contains(&call) {
                missing.push(call);
            }
        }
    }
    assert!(missing.is_empty(), "no snapshot has {}", missing.join(", "));
}
