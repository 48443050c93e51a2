//! The volume that a bonus asks for: it can be computed from the beginning, and reaching it counts at once.

use serde_json::{Value, json};

use super::{act, events, give, on_both, position, program_terms, report, state, terms, trading};
use crate::harness::orders::claim;
use crate::harness::{amount, with};

/// Amounts with lots per unit that leave no volume, and the rule: more digits than an amount holds, or it rounds to 0.
const WITHOUT_VOLUME: [(&str, &str, &str); 2] = [
    ("1000000000000", "0.000000000000000001", "requiredVolumeTooLarge"),
    ("100", "9999999999999999999999999999", "requiredVolumeRoundsToZero"),
];

#[test]
fn a_bonus_whose_volume_cannot_be_computed_is_refused() {
    on_both(|app| {
        let admin = app.admin();
        let trading = trading(app, &admin);
        for (amount, lots, rule) in WITHOUT_VOLUME {
            let fields = json!({"accountId": trading.account, "amount": amount, "dynamicLots": lots});
            let refused = admin.post("/api/v2/bonuses", &with(terms(), &fields));
            refused.expect_faults(422, &[("dynamicLots", rule)]);
        }
        assert_eq!(admin.total("/api/v2/bonuses"), 0);
        assert_eq!(admin.statement(trading.account)["equity"], amount("0"));
        app.verify();
    });
}

/// It would end in error when it is credited.
#[test]
fn a_bonus_that_the_account_cannot_hold_is_refused() {
    on_both(|app| {
        let admin = app.admin();
        let trading = trading(app, &admin);
        let account = format!("/api/v2/accounts/{}", trading.account);
        admin.change_balance(trading.account, "0.01");
        let fields = json!({
            "accountId": trading.account, "amount": "9999999999999999999999999999", "dynamicLots": "1000000000000",
        });
        let refused = admin.post("/api/v2/bonuses", &with(terms(), &fields));
        assert_eq!(refused.faulty_fields(), ["amount"]);
        refused.refused(422, "amountTooLarge");
        admin.get(&account).expect(200);
        app.verify();
    });
}

#[test]
fn a_program_whose_volume_cannot_be_computed_is_neither_made_nor_left_by_a_change() {
    on_both(|app| {
        let admin = app.admin();
        let trading = trading(app, &admin);
        let programs = "/api/v2/bonuses/temporary";
        let program = program_terms(app, &trading);
        let made = admin.post(programs, &program).expect(201);
        for (amount, lots, rule) in WITHOUT_VOLUME {
            let fields = json!({"amount": amount, "dynamicLots": lots});
            for refused in [
                admin.post(programs, &with(program.clone(), &fields)),
                admin.patch(&format!("{programs}/{}", made["id"]), &fields),
            ] {
                refused.expect_faults(422, &[("dynamicLots", rule)]);
            }
        }
        let alone = json!({"dynamicLots": "9999999999999999999999999999"});
        admin.patch(&format!("{programs}/{}", made["id"]), &alone).refused(422, "requiredVolumeRoundsToZero");
        assert_eq!(admin.get(&format!("{programs}/{}", made["id"])).expect(200), made);
    });
}

/// What was stored before the rule is refused when it is claimed.
#[test]
fn a_claim_whose_volume_cannot_be_computed_is_refused() {
    on_both(|app| {
        let admin = app.admin();
        let trading = trading(app, &admin);
        app.run_sql("UPDATE accounts SET platform_group = 'real'");
        let program = admin.create("/api/v2/bonuses/temporary", &program_terms(app, &trading));
        app.run_sql("UPDATE bonus_programs SET dynamic_lots = '9999999999999999999999999999'");
        let claimed = claim(&app.database, trading.client, program, trading.account);
        assert_eq!(claimed.unwrap_err(), "requiredVolumeRoundsToZero at DynamicLots");
    });
}

/// T02: the deposit is done all the same.
#[test]
fn a_deposit_earns_nothing_by_terms_that_leave_no_volume() {
    on_both(|app| {
        let admin = app.admin();
        let trading = trading(app, &admin);
        let fields = json!({
            "platformId": trading.platform, "name": "Welcome", "default": true,
            "dynamicLots": "9999999999999999999999999999",
        });
        let preset = admin.post("/api/v2/bonuses/presets", &with(terms(), &fields)).expect(201);
        admin.patch("/api/v2/bonuses/settings", &json!({"isEnabled": true, "percent": "10"})).expect(200);
        let deposit = || {
            admin.deposit(trading.account, "100").expect(201);
            app.run_jobs();
            admin.total("/api/v2/bonuses")
        };
        assert_eq!(deposit(), json!(0));
        admin.patch(&format!("/api/v2/bonuses/presets/{}", preset["id"]), &json!({"dynamicLots": "2"})).expect(200);
        assert_eq!(deposit(), json!(1));
        app.verify();
    });
}

/// T23: one that was stored before the rule ends in error, and says why in a sentence.
#[test]
fn the_error_of_a_bonus_is_a_sentence() {
    on_both(|app| {
        let admin = app.admin();
        let trading = trading(app, &admin);
        let first = give(&admin, trading.account, &json!({}));
        let queued = give(&admin, trading.account, &json!({}));
        app.run_sql("UPDATE bonuses SET dynamic_lots = '0.000000000000000001', amount = '1000000000000' WHERE id = 2");
        act(&admin, first, "revoke");
        app.run_jobs();
        let failed = admin.get(&format!("/api/v2/bonuses/{queued}")).expect(200);
        assert_eq!(
            [&failed["state"], &failed["error"]],
            [&json!("error"), &json!("dynamicLots makes the required volume too large")]
        );
    });
}

/// T16: answers write years with four digits.
#[test]
fn a_bonus_is_not_extended_beyond_the_year_9999() {
    on_both(|app| {
        let admin = app.admin();
        let trading = trading(app, &admin);
        let bonus = give(&admin, trading.account, &json!({"lifetime": 36_500}));
        let path = format!("/api/v2/bonuses/{bonus}");
        let extend = || admin.post(&format!("{path}/continue"), &json!({}));
        let extensions: Vec<u16> = (0..100).map(|_| extend().status).take_while(|status| *status == 204).collect();
        assert_eq!(extensions.len(), 78);
        extend().refused(422, "bonusEndTooLate");
        let expiry = admin.get(&path).expect(200)["expireTime"].clone();
        assert!(expiry.as_str().unwrap().starts_with("99"), "{expiry}");
        app.run_jobs();
        assert_eq!(state(&admin, bonus), json!("pending"));
    });
}

/// A share of lots that does not fit beside a large volume is cut off; the rest counts.
#[test]
fn lots_that_have_more_digits_than_a_volume_holds_are_cut_off() {
    on_both(|app| {
        let admin = app.admin();
        let trading = trading(app, &admin);
        let bonus = give(&admin, trading.account, &json!({"dynamicLots": "0.000000000000001"}));
        app.advance(86_400);
        let lots = |id: &str, lots: &str| position(app, &trading, id, lots, &json!({}));
        let told = report(
            &trading,
            &[lots("a", "10000000000"), lots("b", "5.000000000000000001"), lots("c", "0.000000000000000001")],
        );
        let counted: Vec<&Value> = told["results"].as_array().unwrap().iter().map(|result| &result["reason"]).collect();
        assert_eq!(counted, [&Value::Null; 3]);
        let volume = admin.get(&format!("/api/v2/bonuses/{bonus}")).expect(200)["fictiveVolume"].clone();
        assert_eq!(volume, amount("10000000005"));
    });
}

/// T07 follows T06 at once: nothing comes between the volume and the payout.
#[test]
fn a_bonus_whose_volume_is_reached_is_not_burnt_any_more() {
    on_both(|app| {
        let admin = app.admin();
        let trading = trading(app, &admin);
        let settings = json!({"burnOnWithdrawal": true, "burnIfBalanceNegative": true});
        admin.patch("/api/v2/bonuses/settings", &settings).expect(200);
        admin.deposit(trading.account, "20").expect(201);
        let bonus = give(&admin, trading.account, &json!({}));
        app.advance(86_400);
        report(&trading, &[position(app, &trading, "a", "50", &json!({}))]);
        assert_eq!(state(&admin, bonus), json!("onCompleting"), "before the engine has looked");
        for action in ["revoke", "hold", "continue"] {
            admin.post(&format!("/api/v2/bonuses/{bonus}/{action}"), &json!({})).refused(409, "bonusStepNotAllowed");
        }
        admin.delete(&format!("/api/v2/bonuses/{bonus}")).refused(409, "bonusStepNotAllowed");
        admin.withdraw(trading.account, "5").expect(201);
        app.advance(40 * 86_400);
        report(&trading, &[position(app, &trading, "b", "1", &json!({"profit": "-25"}))]);
        app.run_jobs();
        assert_eq!(state(&admin, bonus), json!("completed"));
        assert_eq!(admin.statement(trading.account)["currentBalance"], amount("90"));
        assert_eq!(events(&admin, bonus), ["award", "credit", "computeVolume", "countPosition", "complete", "confirm"]);
        app.verify();
    });
}

/// The position that reaches the volume takes the balance below 0, too.
#[test]
fn a_loss_with_the_last_lots_does_not_burn_the_bonus() {
    on_both(|app| {
        let admin = app.admin();
        let trading = trading(app, &admin);
        admin.patch("/api/v2/bonuses/settings", &json!({"burnIfBalanceNegative": true})).expect(200);
        let bonus = give(&admin, trading.account, &json!({}));
        app.advance(86_400);
        let trades = ["a", "b", "c"].map(|id| position(app, &trading, id, "25", &json!({"profit": "-10"})));
        let told = report(&trading, &trades);
        let reasons: Vec<&Value> = told["results"].as_array().unwrap().iter().map(|result| &result["reason"]).collect();
        assert_eq!(reasons, [&Value::Null, &Value::Null, &json!("noBonus")], "what comes later is not needed");
        app.run_jobs();
        assert_eq!(state(&admin, bonus), json!("completed"));
        assert_eq!(admin.statement(trading.account)["currentBalance"], amount("70"));
        app.verify();
    });
}
