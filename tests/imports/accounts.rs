//! Accounts of an earlier system.

use serde_json::json;

use super::{faults, imported, outcome};
use crate::harness::on_both;

#[test]
fn accounts_keep_their_numbers() {
    on_both(|app| {
        let admin = app.admin();
        let client = admin.new_client("ann@example.com", &json!({}));
        let product = app.open_product(&admin, "trade", &[840, 978]);
        let file = format!(
            "email;account number;product id;product currency\n\
             Ann@example.com;MT5-0001;{product};usd\n\
             ann@example.com;700001;{product};EUR\n"
        );
        let form = super::form("accounts", &file).text("delimiter", "semicolon");
        let import = super::ended(app, &admin, form.send(&admin.unrecorded(), super::IMPORTS));
        assert_eq!(outcome(&import), ("done", 2, 0), "{import}");
        let accounts = admin.get(&format!("/api/v2/accounts?filter[clientId]={client}&sort_order=asc")).expect(200);
        let shown = |place: usize, field: &str| accounts["data"][place][field].clone();
        assert_eq!((shown(0, "accountNumber"), shown(1, "accountNumber")), (json!("MT5-0001"), json!("700001")));
        let by_hand = admin.new_account(client, product, 978);
        let by_hand = admin.get(&format!("/api/v2/accounts/{by_hand}")).expect(200);
        for field in ["caption", "permissions", "leverage", "type", "product"] {
            assert_eq!(shown(1, field), by_hand[field], "{field}");
        }
        app.verify();
    });
}

#[test]
fn the_same_file_again_changes_nothing_and_another_owner_is_a_fault() {
    on_both(|app| {
        let admin = app.admin();
        for email in ["ann@example.com", "bob@example.com"] {
            admin.new_client(email, &json!({}));
        }
        let product = app.open_product(&admin, "personal", &[840]);
        let file = |email: &str| format!("email,accountNumber,productId,productCurrency\n{email},A1,{product},USD\n");
        assert_eq!(outcome(&imported(app, &admin, "accounts", &file("ann@example.com"))), ("done", 1, 0));
        assert_eq!(outcome(&imported(app, &admin, "accounts", &file("ann@example.com"))), ("done", 0, 1));
        let other = imported(app, &admin, "accounts", &file("bob@example.com"));
        assert_eq!((outcome(&other).0, faults(&other)), ("failed", vec!["2 accountNumber taken".into()]));
    });
}

#[test]
fn the_rules_of_opening_an_account_hold() {
    on_both(|app| {
        let admin = app.admin();
        admin.new_client("ann@example.com", &json!({}));
        admin.new_client("banned@example.com", &json!({"status": "banned"}));
        let [capped, disabled] = [(); 2].map(|()| app.open_product(&admin, "trade", &[840]));
        let path = |product: i64| format!("/api/v2/products/{product}");
        admin.patch(&path(capped), &json!({"maxAccounts": 2})).expect(200);
        admin.patch(&path(disabled), &json!({"status": "disabled"})).expect(200);
        let file = format!(
            "email,accountNumber,productId,productCurrency\n\
             ann@example.com,1,{capped},USD\n\
             ann@example.com,2,{capped},USD\n\
             ann@example.com,3,{capped},USD\n\
             ann@example.com,4,{disabled},USD\n\
             ann@example.com,5,{capped},EUR\n\
             nobody@example.com,6,9999,USD\n\
             banned@example.com,7,{capped},USD\n\
             ann@example.com,1,{capped},USD\n"
        );
        let import = imported(app, &admin, "accounts", &file);
        let expected = [
            "9 accountNumber repeatedLine",
            "4 productId tooManyAccounts",
            "5 productId disabled",
            "6 productCurrency notProductCurrency",
            "7 email unknown",
            "7 productId unknown",
            "8 email clientCannotOpenAccounts",
        ];
        assert_eq!(faults(&import), expected);
        assert_eq!(admin.total("/api/v2/accounts"), 0);
    });
}

#[test]
fn numbers_of_new_accounts_go_on_behind_those_that_were_imported() {
    on_both(|app| {
        let admin = app.admin();
        let client = admin.new_client("ann@example.com", &json!({}));
        let product = app.open_product(&admin, "personal", &[840]);
        let lines = (1_000_001..1_000_020)
            .map(|number| format!("ann@example.com,{number},{product},USD\n"))
            .collect::<Vec<_>>()
            .concat();
        let file = format!("email,accountNumber,productId,productCurrency\n{lines}");
        assert_eq!(outcome(&imported(app, &admin, "accounts", &file)), ("done", 19, 0));
        let opened = [(); 2].map(|()| admin.unrecorded().new_account(client, product, 840));
        let numbers = opened.map(|account| admin.unrecorded().account_number(account));
        assert_ne!(numbers[0], numbers[1]);
        assert_eq!(admin.total("/api/v2/accounts"), 21);
    });
}
