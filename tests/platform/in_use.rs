//! What something else names is not deleted, whether a foreign key stands for it or not.

use serde_json::{Value, json};

use crate::harness::on_both;

#[test]
fn a_currency_of_a_product_stays_while_there_are_accounts_in_it() {
    on_both(|app| {
        let admin = app.admin();
        let product = app.open_product(&admin, "trade", &[840, 978]);
        let client = admin.new_client("a@example.com", &json!({}));
        let account = admin.new_account(client, product, 840);
        let path = |place: usize| {
            let currencies = admin.get(&format!("/api/v2/products/{product}")).expect(200)["currencies"].clone();
            format!("/api/v2/products/{product}/currencies/{}", currencies[place]["id"])
        };
        let (dollars, euros) = (path(0), path(1));
        admin.delete(&dollars).refused(409, "inUse");
        admin.post(&format!("/api/v2/accounts/{account}/archive"), &json!({})).expect(200);
        admin.delete(&dollars).refused(409, "inUse");
        admin.get(&dollars).expect(200);
        admin.delete(&euros).expect(204);
        // Another product's accounts in the same currency do not count.
        let other = app.open_product(&admin, "trade", &[840, 978]);
        let currencies = admin.get(&format!("/api/v2/products/{other}")).expect(200)["currencies"].clone();
        admin.delete(&format!("/api/v2/products/{other}/currencies/{}", currencies[0]["id"])).expect(204);
    });
}

#[test]
fn a_client_type_stays_while_exchanges_of_its_clients_are_not_hedged() {
    on_both(|app| {
        let admin = app.admin();
        let body = json!({"name": "Pro", "group": "individual"});
        let made = admin.create("/api/v2/clients/types", &body);
        let types = admin.get("/api/v2/transactions/types").expect(200);
        let is_exchange = |kind: &&Value| kind["name"] == "exchange";
        let exchange = types["data"].as_array().unwrap().iter().find(is_exchange).unwrap()["id"].clone();
        let leave_out = |ids: Value| {
            let options = json!({"options": {"notHedgedClientTypes": ids}});
            admin.patch(&format!("/api/v2/transactions/types/{exchange}"), &options).expect(200);
        };
        leave_out(json!([made]));
        admin.delete(&format!("/api/v2/clients/types/{made}")).refused(409, "inUse");
        leave_out(json!([]));
        admin.delete(&format!("/api/v2/clients/types/{made}")).expect(204);
        let options = json!({"options": {"notHedgedClientTypes": [made]}});
        let unknown = admin.patch(&format!("/api/v2/transactions/types/{exchange}"), &options);
        assert_eq!(unknown.faulty_fields(), ["options.notHedgedClientTypes"]);
        unknown.refused(422, "unknown");
    });
}

#[test]
fn a_currency_stays_while_a_custom_rate_is_counted_from_it() {
    on_both(|app| {
        let admin = app.admin();
        admin.new_currency(8980, "AAA");
        let provider = json!({
            "name": "fixed", "provider": "custom", "fromCurrencies": [840], "toCurrencies": [978],
            "options": {"rate": "2", "baseCurrency": 8980},
        });
        let provider = admin.create("/api/v2/rates/providers", &provider);
        admin.delete("/api/v2/currencies/8980").refused(409, "inUse");
        let count_from = |code: i64| {
            let options = json!({"options": {"rate": "2", "baseCurrency": code}});
            admin.patch(&format!("/api/v2/rates/providers/{provider}"), &options)
        };
        count_from(840).expect(200);
        admin.delete("/api/v2/currencies/8980").expect(204);
        let refused = count_from(8980);
        assert_eq!(refused.faulty_fields(), ["options.baseCurrency"]);
        refused.refused(422, "unknown");
    });
}

#[test]
fn a_rate_that_was_once_answered_does_not_keep_a_currency() {
    on_both(|app| {
        let admin = app.admin();
        admin.new_currency(8980, "AAA");
        let provider = app.rate(&admin, 978, 840, "1.1");
        assert_eq!(provider, 1);
        app.run_sql(
            "INSERT INTO rate_quotes (provider_id, from_code, to_code, fetch_time) VALUES (1, 8980, 840, '2026-01-01')",
        );
        admin.delete("/api/v2/currencies/8980").expect(204);
    });
}
