//! Platforms, products and what belongs to them as they are answered.

use serde_json::json;

use crate::harness::{Bodies, on_both};

#[test]
fn bodies_are_as_they_were_reviewed() {
    on_both(|app| {
        let admin = app.admin();
        let mut bodies = Bodies::of(&admin);
        let platform = json!({
            "name": "mt5", "caption": "MetaTrader", "type": "MetaTrader5", "isDemo": false, "isEnabled": true,
            "groups": ["real", "vip"], "gatewayUrl": "https://gateway.example.com/orders", "terminalUrl": "https://trade.example.com/",
        });
        let platform = bodies.create("/api/v2/platforms", &platform);
        let key = json!({"caption": "feed", "expiresAt": app.time(86_400)});
        bodies.create(&format!("/api/v2/platforms/{platform}/keys"), &key);
        let group = json!({
            "caption": "Forex", "description": "Currencies", "status": "enabled", "type": "payment",
            "resources": [{"key": "caption", "locale": "es_ES", "value": "Divisas"}],
        });
        let group = bodies.create("/api/v2/products/groups", &group);
        let permissions = ["deposit", "enabled", "visible"];
        let named = json!({"name": "Basic", "permissions": permissions, "status": "enabled"});
        bodies.create("/api/v2/products/permissions", &named);
        let product = json!({
            "name": "live", "caption": "Live", "type": "trade", "platformId": platform, "groupId": group, "factory": 1,
            "numericCodes": [840, 978], "platformGroup": ["real", "vip"], "permissions": permissions,
            "defaultAccountPermissions": ["enabled"], "defaultLeverage": 100, "leverages": [50, 100], "maxAccounts": 3,
            "startAmounts": ["1000", 5000], "minDepositAmount": "10.50", "requestRequired": true,
            "autoCreateOnLogin": false, "sendMailSetting": "send", "mailTemplate": "welcome",
            "linkInfo": "https://example.com/live", "agreementLink": "https://example.com/terms",
            "options": {"server": {"name": "a", "apiSecret": "s3cret"}},
            "resources": [{"key": "caption", "locale": "es_ES", "value": "Real"}],
        });
        let product = bodies.create("/api/v2/products", &product);
        let path = format!("/api/v2/products/{product}");
        let currency = json!({"numericCode": 826, "factory": 100, "caption": "Pounds", "platformGroup": ["real"]});
        bodies.create(&format!("{path}/currencies"), &currency);
        let note = json!({
            "title": "Spread", "value": "from 0.1",
            "resources": [{"key": "title", "locale": "es_ES", "value": "Diferencial"}],
        });
        bodies.create(&format!("{path}/preferences"), &note);
        let restriction = json!({"name": "country", "isEnabled": true, "type": "deny", "ids": [2, 1]});
        bodies.create(&format!("{path}/restrictions"), &restriction);
        insta::with_settings!({prepend_module_to_snapshot => false}, {
            insta::assert_snapshot!("bodies", bodies.into_text());
        });
    });
}
