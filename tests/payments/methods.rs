//! Payment methods of both directions.

use serde_json::json;

use crate::harness::on_both;

const BOTH: [&str; 2] = ["/api/v2/deposits", "/api/v2/withdrawals"];

#[test]
fn a_manual_method_of_each_direction_is_there_from_the_start() {
    on_both(|app| {
        let admin = app.admin();
        for (base, id) in BOTH.into_iter().zip([1, 2]) {
            let page = admin.get(&format!("{base}/methods?filter[provider]=manual")).expect(200);
            assert_eq!((&page["total"], &page["data"][0]["id"]), (&json!(1), &json!(id)));
            assert_eq!(page["data"][0]["isConfigured"], json!(true));
            admin.get(&format!("{base}/methods/{}", 3 - id)).expect(404);
        }
    });
}

#[test]
fn a_method_is_made_changed_and_deleted() {
    for base in BOTH {
        on_both(|app| {
            let admin = app.admin();
            let group = admin.post(&format!("{base}/groups"), &json!({"name": "Fiat"})).expect(201);
            assert_eq!((&group["caption"], &group["priority"]), (&json!("Fiat"), &json!(1)));
            admin.post(&format!("{base}/groups"), &json!({"name": "fiat"})).refused(409, "taken");
            let body = json!({
                "name": "card_1", "caption": "Card", "provider": "Constructor", "currencyCode": 840,
                "groupIds": [group["id"]],
            });
            let made = admin.post(&format!("{base}/methods"), &body).expect(201);
            assert_eq!(made["groups"], json!([{"id": group["id"], "name": "Fiat"}]));
            let kinds: Vec<_> =
                made["currencies"].as_array().unwrap().iter().map(|entry| entry["type"].clone()).collect();
            assert_eq!(kinds, ["TR", "PS"]);
            assert_eq!(made["priority"], json!(2));
            admin.post(&format!("{base}/methods"), &body).refused(409, "taken");
            let refused = admin.post(
                &format!("{base}/methods"),
                &json!({
                    "name": "a b", "caption": "", "provider": "x", "currencyCode": "y",
                }),
            );
            assert_eq!(refused.faulty_fields(), ["caption", "currencyCode", "name"]);
            let refused = admin.post(&format!("{base}/methods"), &json!({
                "name": "x", "caption": "x", "provider": "x", "currencyCode": 7, "groupIds": [99], "connectionId": 1,
            }));
            assert_eq!(refused.faulty_fields(), ["connectionId", "currencyCode", "groupIds.0"]);
            let path = format!("{base}/methods/{}", made["id"]);
            let change = json!({
                "options": {"apiKey": "s3cret", "mode": "live"}, "ipWhiteList": ["10.0.0.1"], "groupIds": [],
                "resultUrl": "https://example.com/back", "resources": [{"key": "caption", "locale": "ja_JP", "value": "カード"}],
            });
            let changed = admin.put(&path, &change).expect(200);
            assert_eq!(changed["options"], json!({"apiKey": "***", "mode": "live"}));
            let back = json!({"options": {"apiKey": "***"}, "timeToFund": "1 day"});
            assert_eq!(admin.patch(&path, &back).expect(200)["options"], json!({"apiKey": "***", "mode": "live"}));
            assert_eq!(admin.with("Accept-Language", "ja").get(&path).expect(200)["caption"], json!("カード"));
            admin.patch(&path, &json!({"provider": "manual"})).refused(400, "fixed");
            admin.patch(&path, &json!({"resultUrl": "javascript:x", "ipWhiteList": ["x"]})).expect(400);
            admin.delete(&format!("{base}/groups/{}", group["id"])).expect(204);
            admin.delete(&path).expect(204);
            admin.get(&path).expect(404);
        });
    }
}

#[test]
fn currencies_and_commissions_keep_each_other() {
    for base in BOTH {
        on_both(|app| {
            let admin = app.admin();
            let body = json!({"name": "card", "caption": "Card", "provider": "Constructor", "currencyCode": 840});
            let method = admin.post(&format!("{base}/methods"), &body).expect(201);
            let path = format!("{base}/methods/{}", method["id"]);
            let (currencies, commissions) = (format!("{path}/currencies"), format!("{path}/commissions"));
            let entry = |kind: usize| method["currencies"][kind]["id"].clone();
            admin.delete(&format!("{currencies}/{}", entry(0))).refused(409, "lastAccountCurrency");
            let terms = json!({"currencyCode": 840, "type": "TR", "percent": "2.5"});
            let commission = admin.post(&commissions, &terms).expect(201);
            assert_eq!(commission["percent"], json!("2.500000000000000000"));
            admin.post(&commissions, &terms).refused(409, "taken");
            admin
                .post(&commissions, &json!({"currencyCode": 978, "type": "TR", "fixed": 1}))
                .refused(422, "notMethodCurrency");
            admin.post(&commissions, &json!({"currencyCode": 840, "type": "PSP"})).refused(400, "commissionMissing");
            admin
                .post(&commissions, &json!({"currencyCode": 840, "type": "PSP", "percent": 101}))
                .refused(400, "aboveMaximum");
            admin
                .post(&commissions, &json!({"currencyCode": 840, "type": "PSP", "fixed": 1, "min": 5, "max": 4}))
                .refused(400, "minimumAboveMaximum");
            let one = format!("{commissions}/{}", commission["id"]);
            admin.patch(&one, &json!({"percent": null})).refused(400, "commissionMissing");
            admin.patch(&one, &json!({"percent": null, "fixed": "0.5"})).expect(200);
            admin.patch(&one, &json!({"currencyCode": 978})).refused(400, "fixed");
            admin.delete(&format!("{currencies}/{}", entry(1))).refused(409, "currencyHasCommission");
            admin.delete(&one).expect(204);
            admin.delete(&format!("{currencies}/{}", entry(1))).expect(204);
            let limited = json!({"currencyCode": 978, "type": "TR", "minAmount": 5, "maxAmount": "10.5"});
            let made = admin.post(&currencies, &limited).expect(201);
            let one = format!("{currencies}/{}", made["id"]);
            admin.patch(&one, &json!({"maxAmount": 4})).refused(400, "minimumAboveMaximum");
            admin.patch(&one, &json!({"minAmount": "0.001"})).refused(422, "tooManyPlaces");
            let of_payment_system = json!({"currencyCode": 978, "type": "PS", "minAmount": 5});
            admin.post(&currencies, &of_payment_system).expect_faults(400, &[("minAmount", "limitsOfAccountsOnly")]);
            admin.patch(&one, &json!({"isEnabled": false, "minAmount": null})).expect(200);
            assert_eq!(admin.total(&format!("{currencies}?filter[isEnabled]=0&filter[type]=TR")), 1);
            assert_eq!(
                admin.total(&format!("{base}/methods?filter[tradersRoomCurrencyNumericCode]=978&sort_by=createTime")),
                2
            );
            admin.get(&format!("{base}/methods/99/currencies")).expect(404);
        });
    }
}

#[test]
fn constructor_methods_ask_for_fields_of_their_own() {
    for (base, manual) in BOTH.into_iter().zip([1, 2]) {
        on_both(|app| {
            let admin = app.admin();
            let body = json!({"name": "bank", "caption": "Bank", "provider": "Constructor", "currencyCode": 840});
            let method = admin.post(&format!("{base}/methods"), &body).expect(201);
            let attributes = format!("{base}/methods/{}/attributes", method["id"]);
            let field = json!({
                "name": "iban", "caption": "IBAN", "type": "autocomplete", "rules": ["required"],
                "options": [{"key": "a", "value": "A"}],
            });
            let made = admin.post(&attributes, &field).expect(201);
            assert_eq!(made["options"], json!([{"key": "a", "value": "A"}]));
            admin.post(&attributes, &field).refused(409, "taken");
            let refused =
                admin.post(&attributes, &json!({"name": "x", "caption": "x", "type": "text", "options": [{"key": 1}]}));
            assert_eq!(refused.faulty_fields(), ["options.0.key", "options.0.value"]);
            let of_manual = format!("{base}/methods/{manual}/attributes");
            admin.post(&of_manual, &field).refused(422, "notConstructorMethod");
            assert_eq!(admin.total(&of_manual), 0);
            let one = format!("{attributes}/{}", made["id"]);
            assert_eq!(admin.get(&one).expect(200), made);
            admin.delete(&one).expect(204);
        });
    }
}

#[test]
fn restrictions_name_what_exists() {
    for (base, manual) in BOTH.into_iter().zip([1, 2]) {
        on_both(|app| {
            let admin = app.admin();
            let restrictions = format!("{base}/methods/{manual}/restrictions");
            let body = json!({"name": "client_type", "isEnabled": true, "type": "allow", "ids": [1, 99]});
            assert_eq!(admin.post(&restrictions, &body).faulty_fields(), ["ids.1"]);
            let body = json!({"name": "client_type", "isEnabled": true, "type": "allow", "ids": [2]});
            let made = admin.post(&restrictions, &body).expect(201);
            admin.post(&restrictions, &body).refused(409, "taken");
            admin.delete("/api/v2/clients/types/2").refused(409, "inUse");
            let one = format!("{restrictions}/{}", made["id"]);
            admin.patch(&one, &json!({"name": "country"})).refused(400, "fixed");
            assert_eq!(admin.patch(&one, &json!({"type": "deny", "ids": []})).expect(200)["ids"], json!([]));
            assert_eq!(admin.total(&format!("{restrictions}?filter[name]=country")), 0);
            admin.delete(&one).expect(204);
        });
    }
}
