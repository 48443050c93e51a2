//! Currencies, rates and accounts as they are answered.

use serde_json::json;

use crate::harness::{Bodies, on_both};

#[test]
fn bodies_are_as_they_were_reviewed() {
    on_both(|app| {
        let admin = app.admin();
        let mut bodies = Bodies::of(&admin);
        let currency = json!({
            "alphabeticCode": "aaa", "numericCode": 8980, "name": "Aaa", "minorUnit": 3, "enabled": true,
            "markupBuy": "0.5", "markupSell": 1, "blockExplorer": "https://explorer.example.com/{address}",
            "resources": [{"key": "name", "locale": "es_ES", "value": "Áaa"}],
        });
        bodies.create("/api/v2/currencies", &currency);
        let alias = json!({"alphabeticCode": "aab", "name": "Another"});
        bodies.create("/api/v2/currencies/8980/aliases", &alias);
        let provider = json!({
            "name": "Fixed", "provider": "custom", "fromCurrencies": [8980], "toCurrencies": [840, 978],
            "isEnabled": true, "priority": 1, "options": {"rate": "1.25", "baseCurrency": 8980},
        });
        let provider = bodies.create("/api/v2/rates/providers", &provider);
        bodies.read(&format!("/api/v2/rates/providers/{provider}/status"));
        bodies.read("/api/v2/rates/aaa/usd");
        let pair = json!({
            "fromCurrency": 8980, "toCurrency": 840, "isEnabled": true, "isEnabledForAdmin": true,
            "isHedgingEnabled": false, "isRequestRequired": true, "maxAmount": "500.5", "step": 0.5,
            "ratesCustomPriority": ["Fixed"],
        });
        bodies.create("/api/v2/currencies/pairs", &pair);
        let product = admin.new_open_product("practice", "demo", &[840, 978]);
        let terms = json!({"startAmounts": ["1000"], "defaultLeverage": 100, "leverages": [50]});
        admin.patch(&format!("/api/v2/products/{product}"), &terms).expect(200);
        let account = json!({
            "clientId": admin.new_client("ann@example.com", &json!({})), "productId": product, "currencyCode": 978,
            "caption": "Mine", "leverage": 50, "permissions": ["enabled", "trade"], "startAmount": "1000",
        });
        let account = bodies.create("/api/v2/accounts", &account);
        bodies.read(&format!("/api/v2/accounts/{account}/balance"));
        bodies.read(&format!("/api/v2/accounts/{account}/preferences"));
        bodies.read(&format!("/api/v2/accounts/{account}/balances?filter[at]=2026-01-01T00:00:00Z"));
        bodies.read(&format!("/api/v2/accounts/{account}/postings?total=false"));
        let period = "filter[from]=2025-12-01T00:00:00Z&filter[to]=2026-01-02T00:00:00Z";
        bodies.read(&format!("/api/v2/accounts/{account}/statement?{period}"));
        admin.change_balance(account, "-1000");
        bodies.ask(&format!("/api/v2/accounts/{account}/archive"), &json!({}), 200);
        insta::with_settings!({prepend_module_to_snapshot => false}, {
            insta::assert_snapshot!("bodies", bodies.into_text());
        });
    });
}
