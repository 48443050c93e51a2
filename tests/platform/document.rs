//! The interface against the contract, where its files are beside the repository.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;

use domain::identity::Permission;
use http::Requirement as _;
use serde_json::{Map, Value};

use crate::harness::document;

fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[test]
fn the_kept_document_is_current() {
    let kept = std::fs::read_to_string(repository().join("docs/openapi.json")).unwrap_or_default();
    let current = api::document().unwrap();
    assert!(kept == current, "run: cargo run -- openapi > docs/openapi.json");
}

fn object(value: &Value) -> &Map<String, Value> {
    value.as_object().unwrap()
}

/// Generators make a union of the types of an answer that comes in several.
#[test]
fn every_answer_has_one_type() {
    for (path, methods) in object(&document()["paths"]) {
        for (method, operation) in object(methods) {
            for (status, answer) in object(&operation["responses"]) {
                let types = answer["content"].as_object().map_or(0, Map::len);
                assert!(types <= 1, "{method} {path} {status}");
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
    assert!(unnamed.iter().any(|name| name == "ClientPermissionName"), "{unnamed:?}");
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

/// The lines `name: value` of these sections of the contract's permissions.
fn contract_entries(text: &str, sections: &[&str]) -> BTreeMap<String, String> {
    let mut section = "";
    let mut entries = BTreeMap::new();
    for line in text.lines().filter(|line| !line.trim_start().starts_with('#')) {
        if let Some(name) = line.strip_suffix(':').filter(|name| !name.starts_with(' ')) {
            section = name;
        } else if let Some((name, value)) = line.strip_prefix("  ").and_then(|line| line.split_once(": "))
            && sections.contains(&section)
        {
            entries.insert(name.to_owned(), value.to_owned());
        }
    }
    entries
}

#[test]
fn the_catalogue_of_permissions_is_that_of_the_contract() {
    let Ok(text) = std::fs::read_to_string(repository().join("../shared/contract/permissions.yaml")) else {
        eprintln!("SKIPPED: the contract is not beside the repository");
        return;
    };
    let contract: Vec<String> = contract_entries(&text, &["permissions", "extensions"]).into_keys().collect();
    let known: Vec<&str> = Permission::ALL.iter().map(|permission| permission.as_str()).collect();
    assert_eq!(known, contract);
}

/// The operations of an app as second factor are ours.
const NOT_IN_THE_CONTRACT: [&str; 2] = ["authentication.totp-begin", "authentication.totp-enable"];

#[test]
fn every_served_operation_asks_for_the_permission_of_the_contract() {
    let Ok(text) = std::fs::read_to_string(repository().join("../shared/contract/permissions.yaml")) else {
        eprintln!("SKIPPED: the contract is not beside the repository");
        return;
    };
    let contract = contract_entries(&text, &["operations"]);
    let routes = api::back::routes();
    for route in routes.iter().filter(|route| !NOT_IN_THE_CONTRACT.contains(&route.operation)) {
        let permission = route.requirement.permission().unwrap_or("null");
        assert_eq!(contract.get(route.operation).map(String::as_str), Some(permission), "{}", route.operation);
    }
}

/// The contract marks `categoryId` as required, and answers that it may be left out; the document says what the server
/// asks for.
const MAY_BE_LEFT_OUT: &str = "  POST /api/v2/subscriptions/parameters: body.categoryId: not marked required";

#[test]
fn the_document_keeps_the_contract() {
    let check = repository().join("../shared/contract/check-openapi");
    let has_yaml = Command::new("python3").args(["-c", "import yaml"]).status().is_ok_and(|status| status.success());
    if !check.exists() || !has_yaml {
        eprintln!("SKIPPED: no check-openapi beside the repository, or no python3 with PyYAML");
        return;
    }
    let groups = [
        "back-authentication",
        "back-users",
        "back-user-groups",
        "back-products",
        "back-product-permission-groups",
        "back-system-logs",
        "back-black-and-white-lists",
        "back-client-tags",
        "back-countries",
        "back-clients",
        "back-client-types",
        "back-client-managers",
        "back-client-permissions",
        "back-client-settings",
        "back-addresses",
        "back-phone-numbers",
        "back-profile-changes",
        "back-accounts",
        "back-currencies",
        "back-currency-aliases",
        "back-currency-pairs",
        "back-exchange-rate-providers",
        "back-transactions",
        "back-deposits",
        "back-withdrawals",
        "back-transfers",
        "back-exchanges",
        "back-deposit-methods",
        "back-withdrawal-methods",
        "back-bonuses",
        "ext-bonuses",
        "ext-platforms",
        "back-paid-services",
        "ext-paid-services",
    ];
    let output = Command::new(check).arg(repository().join("docs/openapi.json")).args(groups).output().unwrap();
    let report = String::from_utf8_lossy(&output.stdout);
    let differences: Vec<&str> = report.lines().filter(|line| line.starts_with("  ")).collect();
    let known = differences.is_empty() || differences == [MAY_BE_LEFT_OUT];
    assert!(known && report.lines().last().is_some_and(|line| line.contains(" passed, ")), "{report}");
}
