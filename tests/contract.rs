//! The interface against the contract, where its files are beside the repository.

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

#[test]
fn the_catalogue_of_permissions_is_that_of_the_contract() {
    let Ok(text) = std::fs::read_to_string(repository().join("../shared/contract/permissions.yaml")) else {
        eprintln!("SKIPPED: the contract is not beside the repository");
        return;
    };
    let mut section = "";
    let mut known = 0;
    for line in text.lines() {
        if let Some(name) = line.strip_suffix(':').filter(|name| !name.starts_with(' ')) {
            section = match name {
                "operations" => "operations",
                "permissions" | "extensions" => "permissions",
                _ => "",
            };
        }
        let Some((name, value)) = line.strip_prefix("  ").and_then(|line| line.split_once(": ")) else { continue };
        match section {
            "operations" if !name.starts_with('#') => {
                let operation: Operation = name.parse().unwrap_or_else(|_| panic!("no operation {name}"));
                let permission = operation.permission().map_or("null", Permission::as_str);
                assert_eq!(permission, value, "{name}");
                known += 1;
            }
            "permissions" => {
                assert!(name.parse::<Permission>().is_ok(), "no permission {name}");
                known += 1;
            }
            _ => {}
        }
    }
    let ours = 2; // the two operations of an app as second factor
    assert_eq!(known + ours, Operation::ALL.len() + Permission::ALL.len());
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
