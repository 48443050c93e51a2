//! Bonuses on accounts that an outside platform keeps: they burn when money has left, and only once the
//! platform has taken the credit back.

use serde_json::{Value, json};

use super::{Trading, act, events, give, on_both, state, trading};
use crate::harness::{Client, Gateway, TestApp, amount};

const UNCHANGED: &str = "0";

/// A trading account with a balance and a bonus of 100 each, kept by an outside platform from now on, and a
/// wallet of the same client; bonuses burn on withdrawal.
struct Outside {
    gateway: Gateway,
    admin: Client,
    trading: Trading,
    wallet: i64,
    bonus: i64,
}

impl Outside {
    fn prepare(app: &TestApp) -> Self {
        let gateway = Gateway::start();
        let admin = app.admin();
        let trading = trading(app, &admin);
        admin.patch("/api/v2/bonuses/settings", &json!({"burnOnWithdrawal": true})).expect(200);
        admin.change_balance(trading.account, "100");
        let wallet = app.open_account(&admin, trading.client, "personal", 840);
        let bonus = give(&admin, trading.account, &json!({}));
        admin.connect(trading.platform, &gateway);
        Self { gateway, admin, trading, wallet, bonus }
    }

    /// A transfer from the trading account to the wallet, by its id.
    #[track_caller]
    fn transfer(&self, amount: &str) -> i64 {
        let made = self.admin.transfer(self.trading.client, [self.trading.account, self.wallet], amount).expect(201);
        made["transactionId"].as_i64().unwrap()
    }

    #[track_caller]
    fn status(&self, transaction: i64) -> Value {
        self.admin.get(&format!("/api/v2/transactions/{transaction}")).expect(200)["status"].clone()
    }

    #[track_caller]
    fn state(&self) -> Value {
        state(&self.admin, self.bonus)
    }

    #[track_caller]
    fn credit(&self) -> Value {
        self.admin.statement(self.trading.account)["credit"].clone()
    }

    /// What the platform was asked for: the changes of balance and of credit.
    fn asked(&self) -> Vec<[String; 2]> {
        let change = |order: &Value, name: &str| order[name].as_str().unwrap().to_owned();
        let orders = self.gateway.orders();
        orders.iter().map(|(_, order)| [change(order, "balanceChange"), change(order, "creditChange")]).collect()
    }
}

/// T11.
#[test]
fn a_transfer_that_fails_burns_nothing() {
    on_both(|app| {
        let outside = Outside::prepare(app);
        outside.gateway.answer(422);
        let transaction = outside.transfer("40");
        assert_eq!(outside.state(), json!("pending"));
        app.run_jobs();
        assert_eq!([outside.status(transaction), outside.state()], [json!("failed"), json!("pending")]);
        assert_eq!(outside.asked(), [["-40", UNCHANGED]], "the platform keeps its credit, too");
        assert_eq!(outside.admin.statement(outside.trading.account)["equity"], amount("200"));
        app.verify();
    });
}

/// T11, T13.
#[test]
fn bonuses_burn_when_the_transfer_is_done_and_the_platform_takes_the_credit_back() {
    on_both(|app| {
        let outside = Outside::prepare(app);
        let transaction = outside.transfer("40");
        assert_eq!([outside.state(), outside.credit()], [json!("pending"), amount("100")], "it is under way");
        app.verify();
        app.run_jobs();
        assert_eq!([outside.status(transaction), outside.state()], [json!("done"), json!("expired")]);
        assert_eq!(outside.asked(), [["-40", UNCHANGED], [UNCHANGED, "-100"]]);
        assert_eq!(outside.admin.statement(outside.trading.account)["equity"], amount("60"));
        assert_eq!(
            events(&outside.admin, outside.bonus),
            ["award", "credit", "computeVolume", "moneyWithdrawn", "confirm"]
        );
        app.verify();
    });
}

/// T11, T23, T24.
#[test]
fn a_platform_that_does_not_take_the_credit_back_leaves_the_bonus_to_a_user() {
    on_both(|app| {
        let outside = Outside::prepare(app);
        outside.gateway.answer_credit(422);
        let transaction = outside.transfer("40");
        app.run_jobs();
        assert_eq!([outside.status(transaction), outside.state()], [json!("done"), json!("error")]);
        assert_eq!(outside.credit(), amount("100"), "both books still agree");
        app.verify();
        outside.gateway.answer_credit(200);
        act(&outside.admin, outside.bonus, "continue");
        app.run_jobs();
        assert_eq!([outside.state(), outside.credit()], [json!("expired"), amount("0")]);
        app.verify();
    });
}

/// T11: a user says that what the platform never answered has happened.
#[test]
fn bonuses_burn_when_a_user_calls_a_transfer_done() {
    on_both(|app| {
        let outside = Outside::prepare(app);
        outside.gateway.answer(0);
        let transaction = outside.transfer("40");
        for _ in 0..8 {
            app.run_jobs();
            app.advance(1_000);
        }
        assert_eq!([outside.status(transaction), outside.state()], [json!("partial"), json!("pending")]);
        outside.gateway.answer(200);
        let path = format!("/api/v2/transactions/{transaction}");
        outside.admin.patch(&path, &json!({"status": "done"})).expect(200);
        assert_eq!(outside.state(), json!("processing"), "the platform is asked");
        app.run_jobs();
        assert_eq!([outside.state(), outside.credit()], [json!("expired"), amount("0")]);
        app.verify();
    });
}

/// T11: the money leaves an account of ours for one that a platform keeps.
#[test]
fn bonuses_of_our_own_account_burn_when_the_other_platform_confirms() {
    on_both(|app| {
        let gateway = Gateway::start();
        let admin = app.admin();
        let trading = trading(app, &admin);
        admin.patch("/api/v2/bonuses/settings", &json!({"burnOnWithdrawal": true})).expect(200);
        admin.change_balance(trading.account, "100");
        let bonus = give(&admin, trading.account, &json!({}));
        let product = app.open_product(&admin, "trade", &[840]);
        let destination = admin.new_account(trading.client, product, 840);
        admin.connect(admin.platform_of(product), &gateway);
        for (answer, expected) in [(422, "pending"), (200, "expired")] {
            gateway.answer(answer);
            admin.transfer(trading.client, [trading.account, destination], "40").expect(201);
            assert_eq!(state(&admin, bonus), json!("pending"));
            app.run_jobs();
            assert_eq!(state(&admin, bonus), json!(expected));
            app.verify();
        }
        assert_eq!(admin.statement(trading.account)["equity"], amount("60"));
    });
}

/// T11: a withdrawal by hand, too.
#[test]
fn bonuses_burn_when_the_platform_has_let_a_withdrawal_go() {
    on_both(|app| {
        let outside = Outside::prepare(app);
        outside.admin.withdraw(outside.trading.account, "1000").refused(422, "insufficientFunds");
        outside.admin.withdraw(outside.trading.account, "10").expect(201);
        assert_eq!(outside.state(), json!("pending"));
        app.run_jobs();
        assert_eq!(outside.state(), json!("expired"));
        app.verify();
    });
}

/// MONEY.md: available is judged as after the burning.
#[test]
fn what_the_burning_will_take_is_not_available() {
    on_both(|app| {
        let outside = Outside::prepare(app);
        let own = {
            let trading = trading(app, &outside.admin);
            outside.admin.change_balance(trading.account, "100");
            give(&outside.admin, trading.account, &json!({}));
            trading
        };
        let own_wallet = app.open_account(&outside.admin, own.client, "personal", 840);
        for (trading, wallet) in [(&outside.trading, outside.wallet), (&own, own_wallet)] {
            let figures = json!({"figures": [{
                "accountNumber": trading.number, "pnl": "0", "margin": "70", "time": app.time(0),
            }]});
            trading.feed.post(&format!("/api/v2/platforms/{}/figures", trading.platform), &figures).expect(200);
            assert_eq!(outside.admin.statement(trading.account)["availableBalance"], amount("100"));
            outside.admin.transfer(trading.client, [trading.account, wallet], "31").refused(422, "insufficientFunds");
            outside.admin.transfer(trading.client, [trading.account, wallet], "30").expect(201);
        }
        app.run_jobs();
        assert_eq!(outside.state(), json!("expired"));
        app.verify();
    });
}

/// T20: the platform is asked before a running bonus goes.
#[test]
fn a_bonus_is_cancelled_when_the_platform_has_taken_the_credit_back() {
    on_both(|app| {
        let outside = Outside::prepare(app);
        let path = format!("/api/v2/bonuses/{}", outside.bonus);
        let behind = give(&outside.admin, outside.trading.account, &json!({}));
        outside.admin.delete(&path).expect(204);
        assert_eq!([outside.state(), outside.credit()], [json!("processing"), amount("100")]);
        outside.admin.delete(&path).refused(409, "bonusStepNotAllowed");
        app.run_jobs();
        outside.admin.get(&path).expect(404);
        assert_eq!(outside.asked(), [[UNCHANGED, "-100"], [UNCHANGED, "100"]]);
        assert_eq!(state(&outside.admin, behind), json!("pending"), "the next one has begun");
        app.verify();
    });
}

/// T24: it is asked once.
#[test]
fn what_the_platform_was_asked_for_is_not_tried_again_before_it_answers() {
    on_both(|app| {
        let outside = Outside::prepare(app);
        let bonus = format!("/api/v2/bonuses/{}", outside.bonus);
        outside.admin.delete(&bonus).expect(204);
        outside.admin.post(&format!("{bonus}/continue"), &json!({})).refused(409, "platformNotAnswered");
        app.run_jobs();
        assert_eq!(outside.asked(), [[UNCHANGED, "-100"]]);
        app.verify();
    });
}

/// T20, T23, T24: what the platform refuses is for a user to decide: to ask again, or to let it go.
#[test]
fn a_cancelled_bonus_whose_credit_is_not_taken_back_is_decided_by_a_user() {
    on_both(|app| {
        let outside = Outside::prepare(app);
        let path = format!("/api/v2/bonuses/{}", outside.bonus);
        act(&outside.admin, outside.bonus, "hold");
        outside.gateway.answer_credit(403);
        outside.admin.delete(&path).expect(204);
        app.run_jobs();
        let failed = outside.admin.get(&path).expect(200);
        assert_eq!([&failed["state"], &failed["error"]], [&json!("error"), &json!("403: {}")]);
        assert_eq!(outside.credit(), amount("100"));
        act(&outside.admin, outside.bonus, "continue");
        app.run_jobs();
        assert_eq!(outside.state(), json!("error"), "it still refuses");
        outside.admin.delete(&path).expect(204);
        outside.admin.get(&path).expect(404);
        assert_eq!(outside.credit(), amount("0"), "the user has decided");
        app.run_jobs();
        app.verify();
    });
}

/// T20, T24: asked again, it goes.
#[test]
fn a_cancelled_bonus_goes_when_the_platform_takes_the_credit_back_later() {
    on_both(|app| {
        let outside = Outside::prepare(app);
        let path = format!("/api/v2/bonuses/{}", outside.bonus);
        outside.gateway.answer_credit(403);
        outside.admin.delete(&path).expect(204);
        app.run_jobs();
        assert_eq!(outside.state(), json!("error"));
        outside.gateway.answer_credit(200);
        act(&outside.admin, outside.bonus, "continue");
        app.run_jobs();
        outside.admin.get(&path).expect(404);
        assert_eq!(outside.credit(), amount("0"));
        app.verify();
    });
}
