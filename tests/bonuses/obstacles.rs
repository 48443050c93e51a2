//! Bonuses whose account, product, platform, currency or client is disabled or gone: a disabled thing stops
//! what is new, what runs goes on, and an archived account takes no more credit.

use serde_json::{Value, json};

use super::{Trading, act, events, give, on_both, position, program_terms, report, state, terms, trading};
use crate::harness::{Client, Gateway, TestApp, amount, orders, with};

/// What can be disabled under a bonus, and how a user switches it off and on again.
fn switches(admin: &Client, trading: &Trading) -> [(&'static str, String, Value, Value); 4] {
    let account = admin.get(&format!("/api/v2/accounts/{}", trading.account)).expect(200);
    let product = format!("/api/v2/products/{}", account["product"]["id"]);
    let all = account["permissions"].clone();
    let some: Vec<&Value> = all.as_array().unwrap().iter().filter(|name| **name != json!("enabled")).collect();
    let status = |status: &str| json!({"status": status});
    [
        (
            "platform",
            format!("/api/v2/platforms/{}", trading.platform),
            json!({"isEnabled": false}),
            json!({"isEnabled": true}),
        ),
        ("product", product, status("disabled"), status("enabled")),
        ("currency", "/api/v2/currencies/840".to_owned(), json!({"enabled": false}), json!({"enabled": true})),
        (
            "permission",
            format!("/api/v2/accounts/{}", trading.account),
            json!({"permissions": some}),
            json!({"permissions": all}),
        ),
    ]
}

fn gift(trading: &Trading) -> Value {
    with(terms(), &json!({"accountId": trading.account, "amount": "100"}))
}

/// A program that every account of the platform fits, by its id.
fn program(app: &TestApp, admin: &Client, trading: &Trading) -> i64 {
    app.run_sql("UPDATE accounts SET platform_group = 'real'");
    admin.create("/api/v2/bonuses/temporary", &program_terms(app, trading))
}

fn claim(app: &TestApp, trading: &Trading, program: i64) -> Result<i64, String> {
    orders::claim(&app.database, trading.client, program, trading.account)
}

/// Switches automatic bonuses on: a tenth of each deposit.
fn earn(admin: &Client, trading: &Trading) {
    let preset = with(terms(), &json!({"platformId": trading.platform, "name": "Welcome", "default": true}));
    admin.post("/api/v2/bonuses/presets", &preset).expect(201);
    admin.patch("/api/v2/bonuses/settings", &json!({"isEnabled": true, "percent": "10"})).expect(200);
}

fn deposit(admin: &Client, trading: &Trading) {
    admin.deposit(trading.account, "100").expect(201);
}

/// T17, T18, T21.
#[test]
fn an_archived_account_takes_no_more_credit() {
    on_both(|app| {
        let admin = app.admin();
        let trading = trading(app, &admin);
        let bonus = give(&admin, trading.account, &json!({}));
        act(&admin, bonus, "revoke");
        admin.post(&format!("/api/v2/accounts/{}/archive", trading.account), &json!({})).expect(200);
        let path = format!("/api/v2/bonuses/{bonus}");
        let refused = admin.post(&format!("{path}/reactivate"), &json!({})).refused(409, "archived");
        assert_eq!(refused["error"]["message"], json!("This account is archived."));
        admin.put(&path, &json!({"fictiveVolumeComplete": "10"})).refused(409, "archived");
        admin.patch(&path, &json!({"fictiveVolumeComplete": "10"})).refused(409, "archived");
        admin.post("/api/v2/bonuses", &gift(&trading)).refused(422, "archived");
        app.run_jobs();
        assert_eq!(state(&admin, bonus), json!("expired"));
        assert_eq!(admin.statement(trading.account)["credit"], amount("0"));
        admin.delete(&path).expect(204);
        app.verify();
    });
}

/// One that was claimed and waits to be credited.
#[test]
fn an_account_with_an_unfinished_bonus_is_not_archived() {
    on_both(|app| {
        let admin = app.admin();
        let trading = trading(app, &admin);
        let program = program(app, &admin, &trading);
        let claimed = claim(app, &trading, program).unwrap();
        let archive = format!("/api/v2/accounts/{}/archive", trading.account);
        admin.post(&archive, &json!({})).refused(409, "accountHasOpenBonus");
        admin.delete(&format!("/api/v2/bonuses/{claimed}")).expect(204);
        admin.post(&archive, &json!({})).expect(200);
    });
}

/// T01, T02, T03, T17, T18.
#[test]
fn what_is_disabled_takes_no_new_bonus() {
    on_both(|app| {
        let admin = app.admin();
        let trading = trading(app, &admin);
        let program = program(app, &admin, &trading);
        let expired = give(&admin, trading.account, &json!({}));
        act(&admin, expired, "revoke");
        let path = format!("/api/v2/bonuses/{expired}");
        let rules = [
            "accountPlatformDisabled",
            "accountProductDisabled",
            "accountCurrencyDisabled",
            "accountPermissionMissing",
        ];
        for ((_, switch, off, on), rule) in switches(&admin, &trading).into_iter().zip(rules) {
            admin.patch(&switch, &off).expect(200);
            admin.post("/api/v2/bonuses", &gift(&trading)).expect_faults(422, &[("accountId", rule)]);
            let claimed = claim(app, &trading, program).unwrap_err();
            assert!(claimed.starts_with(&format!("{rule} at Account")), "{claimed}");
            admin.post(&format!("{path}/reactivate"), &json!({})).refused(422, rule);
            admin.put(&path, &json!({"fictiveVolumeComplete": "10"})).refused(422, rule);
            admin.patch(&switch, &on).expect(200);
        }
        assert_eq!(state(&admin, expired), json!("expired"));
        act(&admin, expired, "reactivate");
        assert_eq!(state(&admin, expired), json!("pending"));
        claim(app, &trading, program).unwrap();
        app.verify();
    });
}

/// T02.
#[test]
fn a_deposit_to_a_disabled_platform_or_product_earns_nothing() {
    on_both(|app| {
        let admin = app.admin();
        let trading = trading(app, &admin);
        earn(&admin, &trading);
        for (_, switch, off, on) in switches(&admin, &trading).into_iter().take(2) {
            admin.patch(&switch, &off).expect(200);
            deposit(&admin, &trading);
            admin.patch(&switch, &on).expect(200);
            assert_eq!(admin.total("/api/v2/bonuses"), 0, "{switch}");
        }
        deposit(&admin, &trading);
        assert_eq!(admin.total("/api/v2/bonuses"), 1);
        app.verify();
    });
}

/// T04: what waits goes on.
#[test]
fn a_queued_bonus_is_credited_whatever_was_disabled_meanwhile() {
    on_both(|app| {
        let admin = app.admin();
        let trading = trading(app, &admin);
        for (what, switch, off, on) in switches(&admin, &trading) {
            let first = give(&admin, trading.account, &json!({}));
            let queued = give(&admin, trading.account, &json!({}));
            admin.patch(&switch, &off).expect(200);
            act(&admin, first, "revoke");
            app.run_jobs();
            assert_eq!(state(&admin, queued), json!("pending"), "{what}");
            act(&admin, queued, "revoke");
            admin.patch(&switch, &on).expect(200);
        }
        app.verify();
    });
}

/// T05 to T08, T14 to T16.
#[test]
fn a_running_bonus_goes_on_whatever_was_disabled_meanwhile() {
    on_both(|app| {
        let admin = app.admin();
        let trading = trading(app, &admin);
        for (place, (what, switch, off, on)) in switches(&admin, &trading).into_iter().enumerate() {
            let bonus = give(&admin, trading.account, &json!({}));
            admin.patch(&switch, &off).expect(200);
            for action in ["hold", "continue", "continue"] {
                act(&admin, bonus, action);
            }
            app.advance(86_400);
            report(&trading, &[position(app, &trading, &place.to_string(), "50", &json!({}))]);
            app.run_jobs();
            assert_eq!(state(&admin, bonus), json!("completed"), "{what}");
            admin.patch(&switch, &on).expect(200);
        }
        app.verify();
    });
}

/// T04: it was waiting when its client was removed.
#[test]
fn a_removed_client_is_credited_nothing() {
    on_both(|app| {
        let admin = app.admin();
        let trading = trading(app, &admin);
        let program = program(app, &admin, &trading);
        let claimed = claim(app, &trading, program).unwrap();
        admin.delete(&format!("/api/v2/clients/{}", trading.client)).expect(204);
        app.run_jobs();
        let failed = admin.get(&format!("/api/v2/bonuses/{claimed}")).expect(200);
        assert_eq!([&failed["state"], &failed["error"]], [&json!("error"), &json!("The client was removed.")]);
        assert_eq!(admin.statement(trading.account)["credit"], amount("0"));
        app.verify();
    });
}

/// T01, T12, T14 to T21, T24: every write to a removed client is a conflict.
#[test]
fn bonuses_of_a_removed_client_stay_as_they_are() {
    on_both(|app| {
        let gateway = Gateway::start();
        let admin = app.admin();
        let trading = trading(app, &admin);
        let expired = give(&admin, trading.account, &json!({}));
        act(&admin, expired, "revoke");
        admin.connect(trading.platform, &gateway);
        gateway.answer(422);
        let failed = give(&admin, trading.account, &json!({}));
        let queued = give(&admin, trading.account, &json!({}));
        app.run_jobs();
        let states = || [expired, failed, queued].map(|bonus| state(&admin, bonus));
        let before = states();
        assert_eq!(before, ["expired", "error", "queued"].map(|state| json!(state)));
        admin.delete(&format!("/api/v2/clients/{}", trading.client)).expect(204);
        for bonus in [expired, failed, queued] {
            let path = format!("/api/v2/bonuses/{bonus}");
            for action in ["continue", "hold", "reactivate", "revoke"] {
                admin.post(&format!("{path}/{action}"), &json!({})).refused(409, "clientRemoved");
            }
            admin.put(&path, &json!({"fictiveVolumeComplete": "10"})).refused(409, "clientRemoved");
            admin.delete(&path).refused(409, "clientRemoved");
        }
        let refused = admin.post("/api/v2/bonuses", &gift(&trading)).refused(409, "clientRemoved");
        assert_eq!(refused["error"]["message"], json!("The client was removed."));
        gateway.answer(200);
        app.run_jobs();
        assert_eq!(states(), before);
        assert_eq!(events(&admin, expired).last().unwrap(), "confirm");
        app.verify();
    });
}

/// Users go on working on a banned client, money included; clients and the system begin nothing new.
#[test]
fn a_banned_client_gets_bonuses_from_users_alone() {
    on_both(|app| {
        let admin = app.admin();
        let trading = trading(app, &admin);
        let program = program(app, &admin, &trading);
        earn(&admin, &trading);
        let client = format!("/api/v2/clients/{}", trading.client);
        let bonuses = || admin.total("/api/v2/bonuses");
        admin.patch(&client, &json!({"status": "banned"})).expect(200);
        deposit(&admin, &trading);
        assert_eq!(bonuses(), json!(0));
        assert_eq!(claim(app, &trading, program).unwrap_err(), "clientNotActive");
        let given = give(&admin, trading.account, &json!({}));
        act(&admin, given, "revoke");
        act(&admin, given, "reactivate");
        assert_eq!(state(&admin, given), json!("pending"));
        admin.patch(&client, &json!({"status": "inactive"})).expect(200);
        assert_eq!(claim(app, &trading, program).unwrap_err(), "clientNotActive");
        deposit(&admin, &trading);
        assert_eq!(bonuses(), json!(2), "a client whose registration is incomplete still earns");
        app.verify();
    });
}

#[test]
fn a_preset_is_made_and_marked_as_default_on_platforms_in_use() {
    on_both(|app| {
        let admin = app.admin();
        let trading = trading(app, &admin);
        let presets = "/api/v2/bonuses/presets";
        let preset = with(terms(), &json!({"platformId": trading.platform, "name": "Welcome", "default": false}));
        let made = admin.post(presets, &preset).expect(201);
        let path = format!("{presets}/{}", made["id"]);
        let platform = format!("/api/v2/platforms/{}", trading.platform);
        admin.patch(&platform, &json!({"isEnabled": false})).expect(200);
        for refused in [admin.post(presets, &preset), admin.patch(&path, &json!({"default": true}))] {
            assert_eq!(refused.faulty_fields(), ["platformId"]);
            refused.refused(422, "disabled");
        }
        admin.patch(&path, &json!({"name": "Later", "lifetime": 7})).expect(200);
        admin.patch(&platform, &json!({"isEnabled": true})).expect(200);
        admin.patch(&path, &json!({"default": true})).expect(200);
        admin.patch(&platform, &json!({"isEnabled": false})).expect(200);
        admin.patch(&path, &json!({"default": true, "lifetime": 8})).expect(200);
        admin.delete(&path).expect(204);
    });
}

#[test]
fn a_program_is_made_and_opened_again_with_a_platform_and_a_currency_in_use() {
    on_both(|app| {
        let admin = app.admin();
        let trading = trading(app, &admin);
        let programs = "/api/v2/bonuses/temporary";
        let program = program_terms(app, &trading);
        let path = format!("{programs}/{}", admin.post(programs, &program).expect(201)["id"]);
        let [platform, _, currency, _] = switches(&admin, &trading);
        for (what, switch, off, on) in [&platform, &currency] {
            admin.patch(switch, off).expect(200);
            let field = if *what == "platform" { "platformId" } else { "currencyCode" };
            let refused = admin.post(programs, &program);
            assert_eq!(refused.faulty_fields(), [field]);
            refused.refused(422, "disabled");
            admin.patch(&path, &json!({"amount": "60", "expiredAt": app.time(43_200)})).expect(200);
            admin.patch(&path, &json!({"expiredAt": app.time(-1)})).expect(200);
            let refused = admin.put(&path, &json!({"expiredAt": app.time(86_400)}));
            assert_eq!(refused.faulty_fields(), [field]);
            refused.refused(422, "disabled");
            admin.patch(switch, on).expect(200);
            admin.put(&path, &json!({"expiredAt": app.time(86_400)})).expect(200);
        }
        for (_, switch, off, _) in [&platform, &currency] {
            admin.patch(switch, off).expect(200);
        }
        let refused = admin.post(programs, &with(program, &json!({"expiredAt": app.time(-1)})));
        assert_eq!(refused.faulty_fields(), ["currencyCode", "expiredAt", "platformId"]);
    });
}
