//! What users give, set and find: bonuses, presets, programs and settings.

use serde_json::{Value, json};

use super::{DAY, give, on_both, program_terms, terms, trading};
use crate::harness::{amount, with};

#[test]
fn a_bonus_needs_a_live_trading_account_and_right_terms() {
    on_both(|app| {
        let admin = app.admin();
        let (_, wallet) = app.wallet(&admin, "w@example.com", 840, "0");
        let trading = trading(app, &admin);
        let post = |fields: &Value| {
            let body = with(with(terms(), &json!({"accountId": trading.account, "amount": "100"})), fields);
            admin.post("/api/v2/bonuses", &body)
        };
        let faults = [("accountId", "bonusesNotSupported"), ("accountId", "notTradingAccount")];
        post(&json!({"accountId": wallet})).expect_faults(422, &faults);
        post(&json!({"accountId": 99})).refused(422, "unknown");
        post(&json!({"amount": "0.001"})).refused(422, "tooManyPlaces");
        let wrong = post(&json!({
            "amount": "0", "lifetime": 0, "dynamicLots": "0", "scalpingThreshold": -1, "disabledGroups": "EURUSD",
            "enableTrade": "perhaps",
        }));
        assert_eq!(
            wrong.faulty_fields(),
            ["amount", "disabledGroups", "dynamicLots", "enableTrade", "lifetime", "scalpingThreshold"]
        );
        wrong.expect(400);
        admin.post("/api/v2/bonuses", &json!({"accountId": trading.account})).expect(400);
        admin.call("POST", "/api/v2/bonuses", Some(b"{\"enableAutoCredit\": true\"}")).refused(400, "notJson");
        let bonus = give(&admin, trading.account, &json!({"disabledGroups": [], "dynamicLots": 0.5}));
        let archive = format!("/api/v2/accounts/{}/archive", trading.account);
        admin.post(&archive, &json!({})).refused(409, "accountHasMoney");
        admin.delete(&format!("/api/v2/bonuses/{bonus}")).expect(204);
        admin.post(&archive, &json!({})).expect(200);
        post(&json!({})).refused(422, "archived");
    });
}

#[test]
fn bonuses_are_found_by_every_filter_and_masked() {
    on_both(|app| {
        let admin = app.admin();
        let trading = trading(app, &admin);
        let first = give(&admin, trading.account, &json!({}));
        app.advance(1);
        give(&admin, trading.account, &json!({}));
        let found = |filter: &str| {
            let list = admin.get(&format!("/api/v2/bonuses?filter{filter}")).expect(200);
            assert_eq!(list["total"], json!(list["data"].as_array().unwrap().len()));
            list["total"].clone()
        };
        assert_eq!(found("[state]=pending"), json!(1));
        assert_eq!(found("[state]=completed"), json!(0));
        assert_eq!(found(&format!("[account]={}", trading.number.as_str().unwrap())), json!(2));
        assert_eq!(found("[account]=1"), json!(0));
        assert_eq!(found(&format!("[clientEmail]=TRADER{}@example.com", trading.platform)), json!(2));
        assert_eq!(found(&format!("[clientId]={}", trading.client)), json!(2));
        assert_eq!(found("[clientName]=ohn"), json!(2));
        assert_eq!(found("[clientName]=Jane"), json!(0));
        assert_eq!(found("[clientName]=jo"), json!(2), "also less than three letters");
        let ascending = admin.get("/api/v2/bonuses?sort_by=createTime&sort_order=asc").expect(200);
        assert_eq!(ascending["data"][0]["id"], json!(first));
        admin.get("/api/v2/bonuses?sort_by=amount").refused(400, "notOneOf");
        let rights = ["bonuses.read", "systemLogs.read"];
        let (_, reader) = app.user_of("reader", &rights, &json!({"canViewMaskedData": false}));
        let masked = reader.get(&format!("/api/v2/bonuses/{first}")).expect(200);
        assert_ne!(masked["clientName"], json!("John Doe"));
        assert!(!masked["clientEmail"].as_str().unwrap().contains("trader"), "{masked}");
        let log = reader.get("/api/v2/logs/messages?limit=100").expect(200);
        let of_bonuses: Vec<&Value> =
            log["data"].as_array().unwrap().iter().filter(|record| record["eventName"] == "bonus_created").collect();
        assert_eq!(of_bonuses.len(), 2);
        assert!(!format!("{of_bonuses:?}").contains("trader"), "the log tells no more: {of_bonuses:?}");
        reader.post(&format!("/api/v2/bonuses/{first}/hold"), &json!({})).refused(403, "permissionMissing");
    });
}

#[test]
fn bonuses_of_unseen_clients_do_not_exist() {
    on_both(|app| {
        let admin = app.admin();
        let trading = trading(app, &admin);
        let seen = give(&admin, trading.account, &json!({}));
        let tag = admin.new_tag("VIP");
        admin.patch(&format!("/api/v2/clients/{}", trading.client), &json!({"tagIds": [tag]})).expect(200);
        let other = super::trading(app, &admin);
        let unseen = give(&admin, other.account, &json!({}));
        let rights = ["bonuses.create", "bonuses.delete", "bonuses.read", "bonuses.update"];
        let (_, user) = app.user_of("tagged", &rights, &json!({"clientTags": [tag]}));
        assert_eq!(user.total("/api/v2/bonuses"), 1);
        user.get(&format!("/api/v2/bonuses/{seen}")).expect(200);
        let path = format!("/api/v2/bonuses/{unseen}");
        for path in [path.clone(), format!("{path}/history")] {
            user.get(&path).expect(404);
        }
        user.post(&format!("{path}/revoke"), &json!({})).expect(404);
        user.put(&path, &json!({})).expect(404);
        user.delete(&path).expect(404);
        let gift = with(terms(), &json!({"accountId": other.account, "amount": "1"}));
        user.post("/api/v2/bonuses", &gift).refused(422, "unknown");
    });
}

#[test]
fn one_preset_of_a_platform_is_the_default() {
    on_both(|app| {
        let admin = app.admin();
        let trading = trading(app, &admin);
        let presets = "/api/v2/bonuses/presets";
        let preset = |name: &str, fields: &Value| {
            let base = json!({"platformId": trading.platform, "name": name, "default": true});
            admin.post(presets, &with(with(terms(), &base), fields))
        };
        let first = preset("First", &json!({})).expect(201);
        assert_eq!(first["platform"]["type"], json!("MetaTrader5"));
        app.advance(1);
        let second = preset("Second", &json!({})).expect(201);
        let is_default =
            |preset: &Value| admin.get(&format!("{presets}/{}", preset["id"])).expect(200)["default"].clone();
        assert_eq!([is_default(&first), is_default(&second)], [json!(false), json!(true)]);
        admin.patch(&format!("{presets}/{}", first["id"]), &json!({"default": true, "platformId": 99})).expect(200);
        assert_eq!([is_default(&first), is_default(&second)], [json!(true), json!(false)]);
        let total = |filter: &str| admin.total(&format!("{presets}?filter{filter}"));
        assert_eq!(total("[default]=true"), json!(1));
        assert_eq!(total("[platform]=metatrader5"), json!(2));
        assert_eq!(total("[platform]=MetaTrader"), json!(0), "whole, whatever its case");
        assert_eq!(total("[name]=sec"), json!(1));
        preset("x", &json!({"platformId": 99})).refused(422, "unknown");
        let wallets = json!({"name": "wallets", "caption": "W", "type": "personal"});
        let wallets = admin.create("/api/v2/platforms", &wallets);
        preset("x", &json!({"platformId": wallets})).refused(422, "bonusesNotSupported");
        preset("", &json!({"lifetime": 0})).expect(400);
        admin.put(&format!("{presets}/{}", first["id"]), &json!({"dynamicLots": "0"})).refused(400, "notPositive");
        admin.delete(&format!("{presets}/{}", second["id"])).expect(204);
        admin.get(&format!("{presets}/{}", second["id"])).expect(404);
        admin.get(&format!("{presets}{}", first["id"])).expect(404);
    });
}

#[test]
fn a_program_is_checked_when_it_is_made_and_may_be_ended_early() {
    on_both(|app| {
        let admin = app.admin();
        let trading = trading(app, &admin);
        let programs = "/api/v2/bonuses/temporary";
        let program = |fields: &Value| admin.post(programs, &with(program_terms(app, &trading), fields));
        let made = program(&json!({})).expect(201);
        assert_eq!(made["currency"]["alphabeticCode"], json!("USD"));
        let wrong = program(&json!({"platformId": 99, "currencyCode": 7, "expiredAt": app.time(-1)}));
        let faults = [("currencyCode", "unknown"), ("expiredAt", "endInPast"), ("platformId", "unknown")];
        wrong.expect_faults(422, &faults);
        program(&json!({"amount": "1.001"})).refused(422, "tooManyPlaces");
        program(&json!({"expiredAt": "tomorrow"})).refused(400, "notDateTime");
        let path = format!("{programs}/{}", made["id"]);
        let ended = admin.put(&path, &json!({"expiredAt": app.time(-DAY), "amount": "125"})).expect(200);
        assert_eq!(ended["amount"], amount("125"));
        let total = |filter: &str| admin.total(&format!("{programs}?filter{filter}"));
        assert_eq!([total("[name]=SPR"), total("[id]=1"), total("[id]=2")], [json!(1), json!(1), json!(0)]);
        admin.delete(&format!("/api/v2/platforms/{}", trading.platform)).refused(409, "inUse");
    });
}

#[test]
fn the_settings_are_changed_one_by_one() {
    on_both(|app| {
        let admin = app.admin();
        let settings = "/api/v2/bonuses/settings";
        assert_eq!(admin.get(settings).expect(200)["isEnabled"], json!(false));
        let changed = admin.patch(settings, &json!({"percent": "12.5", "limit": 300})).expect(200);
        assert_eq!([&changed["percent"], &changed["limit"]], [&amount("12.5"), &amount("300")]);
        assert_eq!(admin.put(settings, &json!({"limit": null})).expect(200)["limit"], json!(null));
        let wrong = admin.patch(settings, &json!({"percent": "1000.1", "minimum": "-1", "burnOnWithdrawal": "x"}));
        assert_eq!(wrong.faulty_fields(), ["burnOnWithdrawal", "minimum", "percent"]);
        app.user_with("nobody", &["bonuses.read"]).get(settings).refused(403, "permissionMissing");
    });
}
