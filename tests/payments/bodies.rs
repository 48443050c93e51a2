//! Payment methods and transactions as they are answered.

use serde_json::json;

use crate::harness::{Bodies, MANUAL_DEPOSIT, MANUAL_WITHDRAWAL, Setup, on_both, on_both_with};

#[test]
fn bodies_of_methods_are_as_they_were_reviewed() {
    on_both(|app| {
        let admin = app.admin();
        let mut bodies = Bodies::of(&admin);
        for base in ["/api/v2/deposits", "/api/v2/withdrawals"] {
            let group = json!({
                "name": "cards", "caption": "Cards", "isEnabled": true, "priority": 2,
                "resources": [{"key": "caption", "locale": "es_ES", "value": "Tarjetas"}],
            });
            let group = bodies.create(&format!("{base}/groups"), &group);
            let method = json!({
                "name": "card", "caption": "Card", "provider": "Constructor", "currencyCode": 840, "connectionId": null,
                "groupIds": [group], "isEnabled": true, "priority": 2,
            });
            let method = bodies.create(&format!("{base}/methods"), &method);
            let path = format!("{base}/methods/{method}");
            let currency = json!({
                "currencyCode": 978, "type": "TR", "isEnabled": true, "minAmount": 5, "maxAmount": "10000.50",
            });
            bodies.create(&format!("{path}/currencies"), &currency);
            let commission = json!({
                "currencyCode": 840, "type": "TR", "fixed": "0.5", "percent": "2.5", "min": 1, "max": "20",
            });
            bodies.create(&format!("{path}/commissions"), &commission);
            let attribute = json!({
                "name": "bank", "caption": "Bank", "type": "autocomplete", "rules": ["required"],
                "options": [{"key": "a", "value": "A"}],
                "resources": [{"key": "caption", "locale": "es_ES", "value": "Banco"}],
            });
            bodies.create(&format!("{path}/attributes"), &attribute);
            let restriction = json!({"name": "client_type", "isEnabled": true, "type": "allow", "ids": [2, 1]});
            bodies.create(&format!("{path}/restrictions"), &restriction);
        }
        insta::with_settings!({prepend_module_to_snapshot => false}, {
            insta::assert_snapshot!("bodies_of_methods", bodies.into_text());
        });
    });
}

#[test]
fn bodies_of_transactions_are_as_they_were_reviewed() {
    let setup = Setup { red_above_usd: Some("50"), ..Setup::default() };
    on_both_with(&setup, |app| {
        let admin = app.admin();
        let client = admin.new_client("ann@example.com", &json!({}));
        let product = admin.new_open_product("wallets", "personal", &[840, 978]);
        let [dollars, more, euros] = [840, 840, 978].map(|currency| admin.new_account(client, product, currency));
        app.rate(&admin, 840, 978, "0.9");
        let pair = json!({"fromCurrency": 840, "toCurrency": 978, "isEnabledForAdmin": true});
        admin.create("/api/v2/currencies/pairs", &pair);
        let mut bodies = Bodies::of(&admin);
        let deposit = json!({
            "accountId": dollars, "methodId": MANUAL_DEPOSIT, "amount": "100", "vendorCommission": "2",
            "providerCommission": "1.5",
        });
        let deposit = bodies.create("/api/v2/deposits", &deposit);
        let withdrawal = json!({
            "accountId": dollars, "methodId": MANUAL_WITHDRAWAL, "amount": "20", "vendorCommission": "1",
            "providerCommission": "0.5",
        });
        bodies.create("/api/v2/withdrawals", &withdrawal);
        let transfer = json!({"clientId": client, "sourceId": dollars, "destinationId": more, "amount": "30"});
        bodies.create("/api/v2/transfers", &transfer);
        let exchange = json!({
            "clientId": client, "sourceId": dollars, "destinationId": euros, "type": "sell", "sourceAmount": "10",
            "rate": "0.95",
        });
        bodies.create_without(&["destinationAmount"], "/api/v2/exchanges", &exchange);
        bodies.ask(&format!("/api/v2/transactions/{deposit}/check"), &json!({}), 202);
        bodies.first_of("/api/v2/monitoring/transactions");
        bodies.first_of("/api/v2/transactions/types");
        insta::with_settings!({prepend_module_to_snapshot => false}, {
            insta::assert_snapshot!("bodies_of_transactions", bodies.into_text());
        });
    });
}
