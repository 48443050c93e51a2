//! The lives of bonuses: every line of the state table through HTTP, with time moved by the test.

use serde_json::{Value, json};

use super::{DAY, act, events, give, on_both, position, program_terms, report, state, terms, trading};
use crate::harness::orders::{ask_transfer, claim};
use crate::harness::{Gateway, amount, with};

/// T01, T04 to T08: given, credited, traded, paid out.
#[test]
fn a_bonus_that_is_traded_in_time_becomes_balance() {
    on_both(|app| {
        let admin = app.admin();
        let trading = trading(app, &admin);
        let bonus = give(&admin, trading.account, &json!({}));
        let given = admin.get(&format!("/api/v2/bonuses/{bonus}")).expect(200);
        assert_eq!(given["state"], json!("pending"), "its turn had come");
        assert_eq!(given["fictiveVolumeComplete"], amount("50"));
        assert_eq!(given["account"], trading.number);
        assert_eq!(given["activateTime"], given["createTime"]);
        let credited = admin.statement(trading.account);
        assert_eq!([&credited["credit"], &credited["equity"]], [&amount("100"), &amount("100")]);
        assert_eq!([&credited["availableBalance"], &credited["currentBalance"]], [&amount("0"), &amount("0")]);
        app.advance(DAY);
        let first = report(&trading, &[position(app, &trading, "a", "49.5", &json!({}))]);
        assert_eq!(first["results"][0]["counted"], json!([{"bonusId": bonus, "lots": amount("49.5")}]));
        app.run_jobs();
        assert_eq!(state(&admin, bonus), json!("pending"));
        report(&trading, &[position(app, &trading, "b", "0.5", &json!({}))]);
        app.run_jobs();
        assert_eq!(state(&admin, bonus), json!("completed"));
        let paid = admin.statement(trading.account);
        assert_eq!([&paid["credit"], &paid["currentBalance"]], [&amount("0"), &amount("100")]);
        assert_eq!([&paid["equity"], &paid["availableBalance"]], [&amount("100"), &amount("100")]);
        assert_eq!(
            events(&admin, bonus),
            ["award", "credit", "computeVolume", "countPosition", "countPosition", "complete", "confirm"]
        );
        let history = admin.get(&format!("/api/v2/bonuses/{bonus}/history")).expect(200);
        let paid_out = history["data"].as_array().unwrap().iter().find(|step| step["event"] == "confirm").unwrap();
        assert_eq!(
            paid_out["postings"],
            json!([{"book": "credit", "amount": amount("-100")}, {"book": "balance", "amount": amount("100")}])
        );
        assert_eq!([&paid_out["from"], &paid_out["to"]], [&json!("onCompleting"), &json!("completed")]);
        app.verify();
    });
}

/// T02.
#[test]
fn a_deposit_and_a_transfer_to_a_trading_account_earn_a_bonus() {
    on_both(|app| {
        let admin = app.admin();
        let trading = trading(app, &admin);
        let preset = with(terms(), &json!({"platformId": trading.platform, "name": "Welcome", "default": true}));
        admin.post("/api/v2/bonuses/presets", &preset).expect(201);
        let deposit = |amount: &str| {
            admin.deposit(trading.account, amount).expect(201);
            app.run_jobs();
            admin.get("/api/v2/bonuses").expect(200)
        };
        assert_eq!(deposit("1000")["total"], json!(0), "automatic bonuses are off at first");
        let settings = json!({"isEnabled": true, "percent": "30", "limit": "300", "minimum": "50"});
        admin.patch("/api/v2/bonuses/settings", &settings).expect(200);
        assert_eq!(deposit("49.99")["total"], json!(0), "below the minimum");
        app.advance(1);
        let earned = deposit("100");
        assert_eq!([&earned["total"], &earned["data"][0]["amount"]], [&json!(1), &amount("30")]);
        assert_eq!(earned["data"][0]["state"], json!("pending"));
        app.advance(1);
        assert_eq!(deposit("2000")["data"][0]["amount"], amount("300"), "cut to the limit");
        // A transfer counts, a balance change does not.
        let wallet = app.open_account(&admin, trading.client, "personal", 840);
        admin.change_balance(wallet, "500");
        admin.change_balance(trading.account, "500");
        app.advance(1);
        admin.transfer(trading.client, [wallet, trading.account], "200").expect(201);
        app.run_jobs();
        let earned = admin.get("/api/v2/bonuses").expect(200);
        assert_eq!([&earned["total"], &earned["data"][0]["amount"]], [&json!(3), &amount("60")]);
        assert_eq!(earned["data"][0]["state"], json!("queued"), "those before it are unfinished");
        admin.patch("/api/v2/bonuses/presets/1", &json!({"default": false})).expect(200);
        assert_eq!(deposit("100")["total"], json!(3), "without a preset there is none");
        app.verify();
    });
}

/// T03.
#[test]
fn a_client_claims_a_program_once() {
    on_both(|app| {
        let admin = app.admin();
        let trading = trading(app, &admin);
        let id = admin.create("/api/v2/bonuses/temporary", &program_terms(app, &trading));
        let claim = || claim(&app.database, trading.client, id, trading.account);
        assert_eq!(claim().unwrap_err(), "notInProgramGroup at Account");
        app.run_sql("UPDATE accounts SET platform_group = 'real'");
        let bonus = claim().unwrap();
        app.run_jobs();
        let claimed = admin.get(&format!("/api/v2/bonuses/{bonus}")).expect(200);
        assert_eq!(claimed["temporaryBonus"], json!({"id": id, "name": "Spring"}));
        assert_eq!([&claimed["state"], &claimed["amount"]], [&json!("pending"), &amount("50")]);
        assert_eq!(claim().unwrap_err(), "programAlreadyClaimed");
        admin.delete(&format!("/api/v2/bonuses/temporary/{id}")).expect(204);
        assert_eq!(admin.get(&format!("/api/v2/bonuses/{bonus}")).expect(200), claimed, "what was claimed goes on");
        app.verify();
    });
}

/// T03.
#[test]
fn a_program_is_claimed_for_an_account_on_its_platform_and_in_its_currency() {
    on_both(|app| {
        let admin = app.admin();
        let trading = trading(app, &admin);
        let id = admin.create("/api/v2/bonuses/temporary", &program_terms(app, &trading));
        let elsewhere = app.open_account(&admin, trading.client, "trade", 840);
        let euros = json!({"numericCode": 978, "factory": 1});
        admin.create(&format!("/api/v2/products/{}/currencies", trading.product), &euros);
        let euros = admin.new_account(trading.client, trading.product, 978);
        app.run_sql("UPDATE accounts SET platform_group = 'real'");
        let claim = |account: i64| claim(&app.database, trading.client, id, account);
        assert_eq!(claim(elsewhere).unwrap_err(), "notOnProgramPlatform at Account");
        assert_eq!(claim(euros).unwrap_err(), "notInProgramCurrency at Account");
        claim(trading.account).unwrap();
    });
}

/// T03.
#[test]
fn a_program_that_has_ended_is_not_claimed() {
    on_both(|app| {
        let admin = app.admin();
        let trading = trading(app, &admin);
        let id = admin.create("/api/v2/bonuses/temporary", &program_terms(app, &trading));
        app.run_sql("UPDATE accounts SET platform_group = 'real'");
        app.advance(DAY);
        let claimed = claim(&app.database, trading.client, id, trading.account);
        assert_eq!(claimed.unwrap_err(), "programEnded");
    });
}

/// T09, T13.
#[test]
fn a_bonus_that_is_not_traded_in_time_burns() {
    on_both(|app| {
        let admin = app.admin();
        let trading = trading(app, &admin);
        let first = give(&admin, trading.account, &json!({}));
        app.advance(1);
        let second = give(&admin, trading.account, &json!({"amount": "40"}));
        assert_eq!(state(&admin, second), json!("queued"));
        app.advance(30 * DAY - 2);
        app.run_jobs();
        assert_eq!(state(&admin, first), json!("pending"));
        app.advance(1);
        app.run_jobs();
        assert_eq!([state(&admin, first), state(&admin, second)], [json!("expired"), json!("pending")]);
        assert_eq!(admin.statement(trading.account)["credit"], amount("40"), "the next one has begun");
        assert_eq!(events(&admin, first), ["award", "credit", "computeVolume", "expire", "confirm"]);
        app.verify();
    });
}

/// T10.
#[test]
fn bonuses_burn_when_the_balance_falls_below_zero_where_that_is_on() {
    on_both(|app| {
        let admin = app.admin();
        let trading = trading(app, &admin);
        let bonus = give(&admin, trading.account, &json!({}));
        report(&trading, &[position(app, &trading, "a", "1", &json!({"profit": "-10.50"}))]);
        app.run_jobs();
        assert_eq!(state(&admin, bonus), json!("pending"), "it is off");
        assert_eq!(admin.statement(trading.account)["currentBalance"], amount("-10.5"));
        admin.patch("/api/v2/bonuses/settings", &json!({"burnIfBalanceNegative": true})).expect(200);
        report(&trading, &[position(app, &trading, "b", "1", &json!({"profit": "-0.01"}))]);
        app.run_jobs();
        assert_eq!(state(&admin, bonus), json!("expired"));
        assert_eq!(admin.statement(trading.account)["credit"], amount("0"));
        app.verify();
    });
}

/// T11.
#[test]
fn bonuses_burn_when_money_leaves_where_that_is_on() {
    on_both(|app| {
        let admin = app.admin();
        let trading = trading(app, &admin);
        admin.deposit(trading.account, "100").expect(201);
        let first = give(&admin, trading.account, &json!({}));
        app.advance(1);
        let queued = give(&admin, trading.account, &json!({}));
        let withdraw = |amount: &str| admin.withdraw(trading.account, amount);
        withdraw("10").expect(201);
        assert_eq!(state(&admin, first), json!("pending"), "it is off");
        admin.patch("/api/v2/bonuses/settings", &json!({"burnOnWithdrawal": true})).expect(200);
        withdraw("1000").refused(422, "insufficientFunds");
        assert_eq!(state(&admin, first), json!("pending"), "what is refused burns nothing");
        admin.change_balance(trading.account, "-5");
        assert_eq!(state(&admin, first), json!("pending"), "a balance change burns nothing");
        withdraw("10").expect(201);
        assert_eq!([state(&admin, first), state(&admin, queued)], [json!("expired"), json!("queued")]);
        assert_eq!(events(&admin, first), ["award", "credit", "computeVolume", "moneyWithdrawn", "confirm"]);
        app.run_jobs();
        assert_eq!(state(&admin, queued), json!("pending"));
        app.verify();
    });
}

/// T11: what waits takes the money when it is done, not when it is asked for.
#[test]
fn bonuses_burn_when_what_was_held_is_carried_out() {
    on_both(|app| {
        let admin = app.admin();
        let trading = trading(app, &admin);
        admin.patch("/api/v2/bonuses/settings", &json!({"burnOnWithdrawal": true})).expect(200);
        admin.change_balance(trading.account, "100");
        admin.permit(trading.client, &["internal_transfers"]);
        let bonus = give(&admin, trading.account, &json!({}));
        let (_, other) = app.wallet(&admin, "b@example.com", 840, "0");
        let id = ask_transfer(&app.database, trading.client, [trading.account, other], "40").unwrap();
        assert_eq!(state(&admin, bonus), json!("pending"));
        admin.patch(&format!("/api/v2/transactions/{id}"), &json!({"status": "inProgress"})).expect(200);
        assert_eq!(state(&admin, bonus), json!("expired"));
        assert_eq!(admin.statement(trading.account)["equity"], amount("60"));
        app.verify();
    });
}

/// T12, T13, T17, T18, T21.
#[test]
fn a_bonus_that_was_taken_back_can_be_given_again() {
    on_both(|app| {
        let admin = app.admin();
        let trading = trading(app, &admin);
        let bonus = give(&admin, trading.account, &json!({}));
        let path = format!("/api/v2/bonuses/{bonus}");
        app.advance(DAY);
        report(&trading, &[position(app, &trading, "a", "20", &json!({}))]);
        act(&admin, bonus, "revoke");
        assert_eq!(state(&admin, bonus), json!("expired"));
        report(&trading, &[position(app, &trading, "b", "20", &json!({}))]);
        // Nothing to do without a volume; not above 0 is wrong.
        assert_eq!(admin.put(&path, &json!({})).expect(200)["state"], json!("expired"));
        admin.put(&path, &json!({"fictiveVolumeComplete": "0"})).expect(400);
        admin.post(&format!("{path}/reactivate"), &json!({"lifetime": 0})).refused(400, "outOfRange");
        admin.post(&format!("{path}/reactivate"), &json!({"lifetime": 7})).expect(204);
        let again = admin.get(&path).expect(200);
        assert_eq!([&again["state"], &again["lifetime"]], [&json!("pending"), &json!(7)]);
        assert_eq!(again["fictiveVolume"], amount("20"), "what was traded is kept, what was traded meanwhile is not");
        assert_eq!(admin.statement(trading.account)["credit"], amount("100"));
        act(&admin, bonus, "revoke");
        let again = admin.patch(&path, &json!({"fictiveVolumeComplete": "20"})).expect(200);
        assert_eq!(again["state"], json!("completed"), "it was traded already");
        assert_eq!(admin.statement(trading.account)["currentBalance"], amount("100"));
        let other = give(&admin, trading.account, &json!({}));
        act(&admin, other, "revoke");
        admin.delete(&format!("/api/v2/bonuses/{other}")).expect(204);
        admin.get(&format!("/api/v2/bonuses/{other}")).expect(404);
        app.verify();
    });
}

/// T14, T15, T16.
#[test]
fn a_pause_stops_the_clock_and_the_volume() {
    on_both(|app| {
        let admin = app.admin();
        let trading = trading(app, &admin);
        let bonus = give(&admin, trading.account, &json!({}));
        let expiry = || admin.get(&format!("/api/v2/bonuses/{bonus}")).expect(200)["expireTime"].clone();
        assert_eq!(expiry(), json!("2026-01-31T00:00:00+00:00"));
        act(&admin, bonus, "continue");
        assert_eq!(expiry(), json!("2026-03-02T00:00:00+00:00"), "one lifetime more");
        app.advance(DAY);
        act(&admin, bonus, "hold");
        app.advance(100 * DAY);
        app.run_jobs();
        let held = report(&trading, &[position(app, &trading, "a", "60", &json!({}))]);
        assert_eq!(held["results"][0]["reason"], json!("onHold"));
        assert_eq!(state(&admin, bonus), json!("hold"));
        assert_eq!(admin.statement(trading.account)["credit"], amount("100"));
        act(&admin, bonus, "continue");
        assert_eq!(expiry(), json!("2026-06-10T00:00:00+00:00"), "moved by the pause");
        let late = json!({"openTime": app.time(-DAY), "closeTime": app.time(-60)});
        let late = report(&trading, &[position(app, &trading, "b", "60", &late)]);
        assert_eq!(late["results"][0]["reason"], json!("outsideWindow"), "closed during the pause");
        app.run_jobs();
        assert_eq!(state(&admin, bonus), json!("pending"));
    });
}

/// T19, T20, T22.
#[test]
fn a_bonus_is_cancelled_until_it_is_paid_out() {
    on_both(|app| {
        let admin = app.admin();
        let trading = trading(app, &admin);
        let running = give(&admin, trading.account, &json!({}));
        let queued = give(&admin, trading.account, &json!({}));
        admin.delete(&format!("/api/v2/bonuses/{queued}")).expect(204);
        assert_eq!(admin.statement(trading.account)["credit"], amount("100"));
        admin.delete(&format!("/api/v2/bonuses/{running}")).expect(204);
        assert_eq!(admin.statement(trading.account)["credit"], amount("0"));
        admin.delete(&format!("/api/v2/bonuses/{running}")).expect(404);
        admin.get(&format!("/api/v2/bonuses/{running}/history")).expect(404);
        assert_eq!(admin.total("/api/v2/bonuses"), 0);
        let done = give(&admin, trading.account, &json!({}));
        app.advance(DAY);
        report(&trading, &[position(app, &trading, "a", "50", &json!({}))]);
        app.run_jobs();
        admin.delete(&format!("/api/v2/bonuses/{done}")).refused(409, "bonusStepNotAllowed");
        app.verify();
    });
}

/// T23, T24.
#[test]
fn a_step_that_the_platform_refuses_waits_for_a_user() {
    on_both(|app| {
        let gateway = Gateway::start();
        let admin = app.admin();
        let trading = trading(app, &admin);
        admin.connect(trading.platform, &gateway);
        gateway.answer(422);
        let bonus = give(&admin, trading.account, &json!({}));
        assert_eq!(state(&admin, bonus), json!("queued"), "the platform is asked first");
        admin.delete(&format!("/api/v2/bonuses/{bonus}")).refused(409, "bonusBeingCredited");
        app.run_jobs();
        let failed = admin.get(&format!("/api/v2/bonuses/{bonus}")).expect(200);
        assert_eq!([&failed["state"], &failed["error"]], [&json!("error"), &json!("422: {}")]);
        assert_eq!(admin.statement(trading.account)["credit"], amount("0"), "nothing moved");
        let behind = give(&admin, trading.account, &json!({}));
        assert_eq!(state(&admin, behind), json!("queued"), "those behind it wait");
        gateway.answer(200);
        act(&admin, bonus, "continue");
        app.run_jobs();
        assert_eq!(state(&admin, bonus), json!("pending"));
        assert_eq!(admin.statement(trading.account)["credit"], amount("100"));
        // The payout fails, too; the one before it is not repeated.
        gateway.answer(409);
        app.advance(DAY);
        report(&trading, &[position(app, &trading, "a", "50", &json!({}))]);
        app.run_jobs();
        assert_eq!(state(&admin, bonus), json!("error"));
        gateway.answer(200);
        act(&admin, bonus, "continue");
        assert_eq!(state(&admin, bonus), json!("onCompleting"));
        app.run_jobs();
        assert_eq!([state(&admin, bonus), state(&admin, behind)], [json!("completed"), json!("pending")]);
        let changes: Vec<Value> = gateway.orders().iter().map(|(_, order)| order["creditChange"].clone()).collect();
        assert_eq!(changes, [json!("100"), json!("100"), json!("-100"), json!("-100"), json!("100")]);
        // One in error is cancelled, with what it has.
        gateway.answer(400);
        act(&admin, behind, "revoke");
        app.run_jobs();
        assert_eq!(state(&admin, behind), json!("error"));
        admin.delete(&format!("/api/v2/bonuses/{behind}")).expect(204);
        assert_eq!(admin.statement(trading.account)["credit"], amount("0"));
        app.verify();
    });
}

#[test]
fn a_platform_that_never_answered_is_asked_under_the_same_key() {
    on_both(|app| {
        let gateway = Gateway::start();
        let admin = app.admin();
        let trading = trading(app, &admin);
        admin.connect(trading.platform, &gateway);
        gateway.answer(503);
        let bonus = give(&admin, trading.account, &json!({}));
        for _ in 0..8 {
            assert_eq!(state(&admin, bonus), json!("queued"));
            app.run_jobs();
            app.advance(1_000);
        }
        assert_eq!(state(&admin, bonus), json!("error"));
        gateway.answer(200);
        act(&admin, bonus, "continue");
        app.run_jobs();
        assert_eq!(state(&admin, bonus), json!("pending"));
        let keys: std::collections::BTreeSet<String> = gateway.orders().into_iter().map(|(key, _)| key).collect();
        assert_eq!(keys.len(), 1, "it may have happened at the first time");
    });
}

/// T25: what the state does not know is 409 and moves nothing.
#[test]
fn what_the_state_does_not_know_is_refused() {
    on_both(|app| {
        let admin = app.admin();
        let trading = trading(app, &admin);
        let running = give(&admin, trading.account, &json!({}));
        let queued = give(&admin, trading.account, &json!({}));
        let refuse = |bonus: i64, actions: &[&str]| {
            for action in actions {
                let refused = admin.post(&format!("/api/v2/bonuses/{bonus}/{action}"), &json!({}));
                refused.refused(409, "bonusStepNotAllowed");
            }
        };
        let set_volume = |bonus: i64| {
            let body = json!({"fictiveVolumeComplete": "10"});
            admin.put(&format!("/api/v2/bonuses/{bonus}"), &body).refused(409, "bonusStepNotAllowed");
        };
        refuse(queued, &["continue", "hold", "reactivate", "revoke"]);
        set_volume(queued);
        refuse(running, &["reactivate"]);
        set_volume(running);
        act(&admin, running, "hold");
        refuse(running, &["hold", "reactivate", "revoke"]);
        act(&admin, running, "continue");
        act(&admin, running, "revoke");
        refuse(running, &["continue", "hold", "revoke"]);
        admin.post("/api/v2/bonuses/99/hold", &json!({})).expect(404);
        app.verify();
    });
}

#[test]
fn bonuses_of_an_account_follow_one_another_unless_they_are_credited_at_once() {
    on_both(|app| {
        let admin = app.admin();
        let trading = trading(app, &admin);
        let first = give(&admin, trading.account, &json!({}));
        let second = give(&admin, trading.account, &json!({}));
        let at_once = give(&admin, trading.account, &json!({"enableAutoCredit": true}));
        let third = give(&admin, trading.account, &json!({}));
        let states = || [first, second, at_once, third].map(|bonus| state(&admin, bonus));
        assert_eq!(states(), ["pending", "queued", "pending", "queued"].map(|state| json!(state)));
        act(&admin, first, "hold");
        app.run_jobs();
        assert_eq!(state(&admin, second), json!("queued"), "one on hold keeps its place");
        act(&admin, first, "continue");
        act(&admin, first, "revoke");
        app.run_jobs();
        assert_eq!(states(), ["expired", "pending", "pending", "queued"].map(|state| json!(state)));
        admin.delete(&format!("/api/v2/bonuses/{second}")).expect(204);
        app.run_jobs();
        assert_eq!(state(&admin, third), json!("queued"), "the one that was credited at once is before it");
        app.verify();
    });
}

/// A hundred thousand that run and none that is due: the engine's look costs next to nothing.
#[test]
fn a_pass_of_the_engine_with_nothing_due_is_short() {
    on_both(|app| {
        let admin = app.admin();
        let trading = trading(app, &admin);
        give(&admin, trading.account, &json!({}));
        app.run_sql(
            "INSERT INTO bonuses (client_id, account_id, state, amount, lifetime, dynamic_lots, enable_auto_credit, \
             scalping_threshold, enable_trade, disabled_groups, volume, required_volume, credited, activate_time, \
             expire_time, pauses, round, due_at, is_removed, create_time, update_time) \
             WITH RECURSIVE numbers (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM numbers WHERE i < 100000) \
             SELECT client_id, account_id, state, amount, lifetime, dynamic_lots, enable_auto_credit, \
             scalping_threshold, enable_trade, disabled_groups, volume, required_volume, credited, activate_time, \
             expire_time, pauses, round, due_at, is_removed, create_time, update_time FROM bonuses, numbers",
        );
        let passes = (0..5).map(|_| {
            let begun = std::time::Instant::now();
            app.run_jobs();
            begun.elapsed()
        });
        let shortest = passes.min().unwrap();
        assert!(shortest < std::time::Duration::from_millis(50), "{shortest:?}");
        eprintln!("a pass over 100,001 bonuses with nothing due: {shortest:?}");
    });
}
