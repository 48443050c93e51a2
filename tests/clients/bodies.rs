//! Clients and what belongs to them as they are answered.

use serde_json::json;

use crate::harness::{ADMIN_EMAIL, Bodies, on_both};

#[test]
fn bodies_are_as_they_were_reviewed() {
    on_both(|app| {
        let admin = app.admin();
        let mut bodies = Bodies::of(&admin);
        let tag = bodies.create("/api/v2/tags", &json!({"name": "VIP", "type": "clients"}));
        let kind = json!({
            "name": "Fund", "group": "corporative", "default": false, "enabled": true, "wizard": true,
            "resources": [{"key": "name", "locale": "es_ES", "value": "Fondo"}],
        });
        let kind = bodies.create("/api/v2/clients/types", &kind);
        let level = json!({
            "name": "gold", "caption": "Gold", "parentId": 1,
            "permissions": [{"name": "withdrawals", "isEnabled": true}, {"name": "converter", "isEnabled": false}],
        });
        bodies.create("/api/v2/clients/roles", &level);
        let manager = json!({
            "email": ADMIN_EMAIL, "name": "Max", "phone": "+12025550100", "title": "Mr", "default": true,
            "enabled": true,
        });
        let manager = bodies.create("/api/v2/managers", &manager);
        let client = json!({
            "email": "Ann@example.com", "firstName": "Ann", "middleName": "Q", "lastName": "Doe", "nickname": "A",
            "birthday": "1990-02-28", "city": "Bern", "countryId": 1, "typeId": kind, "managerId": manager,
            "tagIds": [tag], "company": {"fullName": "Acme Incorporated", "shortName": "Acme"}, "internalType": "b2b",
            "riskLevel": "high", "status": "active", "locale": "es_ES", "phone": "+1 202 555 0101",
            "password": "Secret123",
        });
        let client = bodies.create("/api/v2/clients", &client);
        let path = format!("/api/v2/clients/{client}");
        let phone = json!({
            "clientId": client, "number": "+12025550102", "ext": "7", "type": "fixed", "confirmed": true,
            "default": true,
        });
        bodies.create("/api/v2/phones", &phone);
        let address = json!({
            "clientId": client, "address": "1 Main St", "city": "Springfield", "state": "IL", "postcode": "62701",
            "countryId": 1, "type": "residential",
        });
        bodies.create("/api/v2/addresses", &address);
        admin.put(&format!("{path}/limits"), &json!({"maxDemoTradingAccounts": 3})).expect(200);
        bodies.read(&format!("{path}/limits"));
        bodies.read(&format!("{path}/settings"));
        admin.permit(client, &["withdrawals"]);
        bodies.read(&format!("{path}/permissions"));
        admin.patch(&path, &json!({"email": "ann.doe@example.com"})).expect(200);
        bodies.first_of(&format!("{path}/changes?filter[type]=email"));
        insta::with_settings!({prepend_module_to_snapshot => false}, {
            insta::assert_snapshot!("bodies", bodies.into_text());
        });
    });
}
