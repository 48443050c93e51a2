//! The names and categories in the audit log are those of the contract.

use serde_json::{Value, json};

use crate::harness::{Client, TestApp, on_both};

/// The names that the contract gives to what is done to clients and their transactions.
const OF_THE_CONTRACT: [&str; 13] = [
    "client_address_created",
    "client_address_deleted",
    "client_address_updated",
    "client_created",
    "client_info_updated",
    "client_phone_created",
    "client_phone_deleted",
    "client_service_created",
    "client_service_deleted",
    "client_service_updated",
    "client_updated",
    "operation_created",
    "requests_updated",
];

/// What it has no name for.
const OURS: [&str; 20] = [
    "client_block_deleted",
    "client_deleted",
    "client_device_deleted",
    "client_document_created",
    "client_document_deleted",
    "client_file_created",
    "client_file_deleted",
    "client_file_updated",
    "client_folder_created",
    "client_folder_deleted",
    "client_folder_updated",
    "client_password_updated",
    "client_passwords_updated",
    "client_phone_updated",
    "client_photo_deleted",
    "client_photo_updated",
    "client_second_factor_updated",
    "operation_updated",
    "ticket_message_created",
    "ticket_updated",
];

#[test]
fn what_is_done_to_clients_and_transactions_has_the_names_of_the_contract() {
    let mut names: Vec<String> = TestApp::events()
        .into_iter()
        .filter(|(_, category, _)| *category != "system")
        .map(|(.., name)| name)
        .filter(|name| !OURS.contains(&name.as_str()))
        .collect();
    names.sort();
    names.dedup();
    assert_eq!(names, OF_THE_CONTRACT);
    for (operation, category, name) in TestApp::events() {
        let of_clients = name.starts_with("client_")
            && !["client_tag", "client_type", "client_test", "client_manager"]
                .iter()
                .any(|other| name.starts_with(other));
        let of_tickets = name.starts_with("ticket_") && !name.starts_with("ticket_department");
        let expected = match (of_clients || of_tickets || name.starts_with("requests_"), name.starts_with("operation_"))
        {
            (true, _) => "client",
            (false, true) => "operation",
            (false, false) => "system",
        };
        assert_eq!(category, expected, "{operation}");
    }
}

#[test]
fn every_write_is_logged_as_it_was_reviewed() {
    let lines = TestApp::events()
        .into_iter()
        .map(|(operation, category, name)| format!("{operation:<45} {category:<9} {name}"));
    let events = lines.collect::<Vec<_>>().join("\n");
    insta::with_settings!({prepend_module_to_snapshot => false}, {
        insta::assert_snapshot!("audit_events", events);
    });
}

/// The last record of the log: category, action, name and details.
fn last(admin: &Client) -> (String, Value) {
    let log = admin.get("/api/v2/logs/messages?limit=1").expect(200);
    let record = &log["data"][0];
    let text = |field: &str| record[field].as_str().unwrap().to_owned();
    let [category, action, name] = ["eventCategory", "eventAction", "eventName"].map(text);
    (format!("{category} {action} {name}"), record["details"].clone())
}

/// A client with an address, a phone number and a service.
fn of_client(app: &TestApp, admin: &Client) {
    let check = |expected: &str| assert_eq!(last(admin).0, expected);
    let client = admin.new_client("ann@example.com", &json!({}));
    check("client ADD client_created");
    let path = format!("/api/v2/clients/{client}");
    admin.patch(&path, &json!({"firstName": "Ann"})).expect(200);
    check("client UPDATE client_updated");
    admin.patch(&format!("{path}/limits"), &json!({"maxDemoTradingAccounts": "3"})).expect(200);
    check("client UPDATE client_info_updated");
    admin.patch(&format!("{path}/settings"), &json!({"settings": {"commonTheme": "dark-theme"}})).expect(200);
    check("client UPDATE client_info_updated");
    let body = json!({"permissions": [{"name": "deposits", "isEnabled": false}]});
    admin.put(&format!("{path}/permissions"), &body).expect(200);
    check("client UPDATE client_info_updated");

    let phone = admin.create("/api/v2/phones", &json!({"clientId": client, "number": "+12025550124"}));
    check("client ADD client_phone_created");
    admin.delete(&format!("/api/v2/phones/{phone}")).expect(204);
    check("client DELETE client_phone_deleted");

    let address =
        json!({"clientId": client, "address": "Main St 1", "city": "Bern", "countryId": 1, "type": "residential"});
    let address = admin.create("/api/v2/addresses", &address);
    check("client ADD client_address_created");
    admin.patch(&format!("/api/v2/addresses/{address}"), &json!({"city": "Basel"})).expect(200);
    check("client UPDATE client_address_updated");
    admin.delete(&format!("/api/v2/addresses/{address}")).expect(204);
    check("client DELETE client_address_deleted");

    let group = admin.create("/api/v2/subscriptions/groups", &json!({"caption": "g"}));
    let service = json!({"name": "s", "fullName": "s", "groupId": group, "isActive": 1});
    let service = admin.create("/api/v2/subscriptions/services", &service);
    let body = json!({"clientId": client, "serviceId": service, "isActive": 0});
    let subscription = format!("/api/v2/subscriptions/{}", admin.create("/api/v2/subscriptions", &body));
    check("client ADD client_service_created");
    app.advance(1);
    admin.patch(&subscription, &json!({"isActive": 1})).expect(200);
    check("client UPDATE client_service_updated");
    admin.delete(&subscription).expect(204);
    check("client DELETE client_service_deleted");
    admin.delete(&path).expect(204);
    check("client DELETE client_deleted");
}

#[test]
fn what_is_done_to_a_client_is_logged_under_the_names_of_the_contract() {
    on_both(|app| of_client(app, &app.admin()));
}

#[test]
fn a_change_of_further_personal_data_alone_has_a_name_of_its_own() {
    on_both(|app| {
        let admin = app.admin();
        let path = format!("/api/v2/clients/{}", admin.new_client("ann@example.com", &json!({})));
        admin.patch(&path, &json!({"city": "Bern", "nickname": "A"})).expect(200);
        assert_eq!(last(&admin).0, "client UPDATE client_info_updated");
        admin.patch(&path, &json!({"city": "Basel", "riskLevel": "high"})).expect(200);
        assert_eq!(last(&admin).0, "client UPDATE client_updated");
    });
}

#[test]
fn a_users_operations_with_money_are_logged_with_the_id_and_type_of_the_transaction() {
    on_both(|app| {
        let admin = app.admin();
        let (client, account) = app.wallet(&admin, "ann@example.com", 840, "0");
        let product = app.open_product(&admin, "personal", &[840]);
        let other = admin.new_account(client, product, 840);
        let method = admin.get("/api/v2/deposits/methods?filter[name]=manual").expect(200)["data"][0]["id"].clone();
        let deposit = json!({"accountId": account, "methodId": method, "amount": "100"});
        let transfer = json!({"clientId": client, "sourceId": account, "destinationId": other, "amount": "1"});
        for (path, body, kind) in
            [("/api/v2/deposits", deposit, "deposit"), ("/api/v2/transfers", transfer, "transfer")]
        {
            let made = admin.post(path, &body).expect(201);
            let (event, details) = last(&admin);
            assert_eq!(event, "operation ADD operation_created");
            assert_eq!((&details["id"], &details["type"]), (&made["transactionId"], &made["type"]));
            assert_eq!(details["type"], json!(kind));
        }
        admin.change_balance(account, "-1");
        let (event, details) = last(&admin);
        assert_eq!(event, "operation ADD operation_created");
        let newest = admin.get("/api/v2/transactions?limit=1").expect(200)["data"][0].clone();
        assert_eq!((&details["id"], &details["type"]), (&newest["transactionId"], &json!("withdrawal")));
        let path = format!("/api/v2/transactions/{}", newest["transactionId"]);
        app.advance(1);
        admin.patch(&path, &json!({"comment": "seen"})).expect(200);
        assert_eq!(last(&admin).0, "operation UPDATE operation_updated");
    });
}

#[test]
fn records_of_an_earlier_version_get_the_names_of_the_contract_by_the_migration() {
    on_both(|app| {
        let admin = app.admin();
        of_client(app, &admin);
        app.wallet(&admin, "bob@example.com", 840, "1");
        let log = || admin.get("/api/v2/logs/messages?limit=100").expect(200)["data"].clone();
        let before = log();
        app.migrate_from_before("2026-11-28-000015_access", String::new());
        assert_eq!(log(), before);
    });
}
