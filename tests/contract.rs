//! The interface against the contract, where its files are beside the repository.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;

use domain::identity::{Operation, Permission};

fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[test]
fn the_kept_document_is_current() {
    let kept = std::fs::read_to_string(repository().join("docs/openapi.json")).unwrap_or_default();
    let current = api::document().unwrap();
    assert!(kept == current, "run: cargo run -- openapi > docs/openapi.json");
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
const NOT_IN_THE_CONTRACT: [Operation; 2] = [Operation::AuthenticationTotpBegin, Operation::AuthenticationTotpEnable];

#[test]
fn every_served_operation_asks_for_the_permission_of_the_contract() {
    let Ok(text) = std::fs::read_to_string(repository().join("../shared/contract/permissions.yaml")) else {
        eprintln!("SKIPPED: the contract is not beside the repository");
        return;
    };
    let contract = contract_entries(&text, &["operations"]);
    for operation in Operation::ALL.iter().filter(|operation| !NOT_IN_THE_CONTRACT.contains(operation)) {
        let permission = operation.permission().map_or("null", Permission::as_str);
        let documented = contract.get(operation.as_str()).map(String::as_str);
        assert_eq!(documented, Some(permission), "{}", operation.as_str());
    }
}

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
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}
