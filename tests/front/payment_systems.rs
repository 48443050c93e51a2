//! Deposits by payment systems: how they begin, and how the payment system ends them.

use domain::ledger::TransactionId;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;
use storage::payments::payment_systems::{self, Unpaid};

use crate::harness::{Answer, Client, Gateway, TestApp, amount, on_both, with};

const SECRET: &str = "a secret that the payment system shares";
const DOLLAR: i64 = 840;
const BITCOIN: i64 = 1000;
const DEPOSITS: &str = "/api/v2/my/deposits/sync";

fn signature(body: &Value, secret: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("a key");
    mac.update(body.to_string().as_bytes());
    let digits = |text: String, byte: u8| text + &format!("{byte:02x}");
    mac.finalize().into_bytes().into_iter().fold(String::new(), digits)
}

/// The report that what was asked for is paid.
fn done(deposit: i64) -> Value {
    json!({"deposit": deposit, "outcome": "done", "reference": format!("ch_{deposit}")})
}

/// A client with a wallet, and a method of a payment system that is asked at a gateway.
struct Setting {
    admin: Client,
    client: Client,
    id: i64,
    wallet: i64,
    connection: i64,
    method: i64,
}

impl Setting {
    fn prepare(app: &TestApp, gateway: &Gateway) -> Self {
        Self::prepare_in(app, gateway, DOLLAR)
    }

    fn prepare_in(app: &TestApp, gateway: &Gateway, currency: i64) -> Self {
        let admin = app.admin().unrecorded();
        let (client, wallet) = app.wallet(&admin, "ann@example.com", currency, "0");
        admin.permit(client, &["deposits"]);
        let connection = json!({
            "name": "acme", "caption": "Acme", "provider": "custom", "enabled": true,
            "settings": {"url": gateway.url, "secret": SECRET},
        });
        let connection = admin.create("/api/v2/connections", &connection);
        let method = json!({
            "name": "acme", "caption": "Acme", "provider": "Acme", "currencyCode": currency, "connectionId": connection,
        });
        let method = admin.create("/api/v2/deposits/methods", &method);
        gateway.answer_with(200, &json!({"type": "redirect", "data": {"url": "https://pay.example.com/1"}}));
        Self { client: app.as_client(client).unrecorded(), id: client, admin, wallet, connection, method }
    }

    fn order(&self) -> Value {
        json!({
            "accountId": self.wallet, "methodId": self.method, "currencyCode": 840, "amount": "100", "data": {"bank": "one"},
        })
    }

    /// A deposit that has begun; its id.
    #[track_caller]
    fn begun(&self) -> i64 {
        let made = self.client.post(DEPOSITS, &self.order()).expect(200);
        assert_eq!(made["transaction"]["status"], json!("inProgress"));
        made["transaction"]["transactionId"].as_i64().expect("an id")
    }

    fn signed(&self, path: &str, body: &Value, secret: &str) -> Answer {
        let nobody = self.client.with_token("").with("X-Signature", &signature(body, secret));
        nobody.post(&format!("/api/v2/deposits/methods/{}/{path}", self.method), body)
    }

    fn report_signed(&self, body: &Value, secret: &str) -> Answer {
        self.signed("reports", body, secret)
    }

    fn report(&self, deposit: i64, fields: &Value) -> Answer {
        self.report_signed(&with(done(deposit), fields), SECRET)
    }

    /// The newest deposit, its status and its comment.
    fn latest(&self) -> (i64, Value, Value) {
        let listed = self.admin.get("/api/v2/transactions?limit=1&filter[type]=deposit").expect(200);
        let deposit = &listed["data"][0];
        let id = deposit["transactionId"].as_i64().expect("an id");
        (id, deposit["status"].clone(), deposit["meta"]["comment"].clone())
    }

    fn status(&self, deposit: i64) -> Value {
        self.admin.get(&format!("/api/v2/transactions/{deposit}")).expect(200)["status"].clone()
    }

    fn balance(&self) -> Value {
        self.admin.statement(self.wallet)["currentBalance"].clone()
    }
}

#[test]
fn a_deposit_is_credited_once_the_payment_system_reports_it() {
    on_both(|app| {
        let gateway = Gateway::start();
        let setting = Setting::prepare(app, &gateway);
        let made = setting.client.post(DEPOSITS, &setting.order()).expect(200);
        let page = json!({"url": "https://pay.example.com/1"});
        assert_eq!((&made["type"], &made["data"]), (&json!("redirect"), &page));
        let deposit = made["transaction"]["transactionId"].as_i64().unwrap();
        let (key, asked) = gateway.orders().last().unwrap().clone();
        assert_eq!(key, format!("deposit-{deposit}"));
        assert_eq!((&asked["amount"], &asked["currency"]), (&json!("100"), &json!("USD")));
        assert_eq!((&asked["data"], &asked["deposit"]), (&json!({"bank": "one"}), &json!(deposit)));
        assert_eq!(setting.balance(), amount("0"));
        for _ in 0..2 {
            setting.report(deposit, &json!({"amount": "100", "providerCommission": "1.5"})).expect(204);
            assert_eq!((setting.status(deposit), setting.balance()), (json!("done"), amount("100")));
        }
        setting.report(deposit, &json!({"outcome": "failed"})).refused(409, "paymentEnded");
        let logs = setting.admin.get("/api/v2/logs/messages?filter[eventName]=operation_updated").expect(200);
        assert_eq!(logs["total"], json!(1), "{logs}");
        app.verify();
    });
}

#[test]
fn only_the_payment_system_reports() {
    on_both(|app| {
        let gateway = Gateway::start();
        let setting = Setting::prepare(app, &gateway);
        let deposit = setting.begun();
        let done = done(deposit);
        let path = format!("/api/v2/deposits/methods/{}/reports", setting.method);
        app.client.post(&path, &done).refused(401, "tokenMissing");
        setting.report_signed(&done, "another secret").refused(401, "tokenInvalid");
        app.client.with("X-Signature", "x").post(&path, &done).refused(401, "tokenInvalid");
        app.client
            .with("X-Signature", "x")
            .post("/api/v2/deposits/methods/1/reports", &done)
            .refused(401, "tokenInvalid");
        let method = format!("/api/v2/deposits/methods/{}", setting.method);
        setting.admin.patch(&method, &json!({"ipWhiteList": ["203.0.113.1"]})).expect(200);
        setting.report(deposit, &json!({})).refused(403, "ipNotAllowed");
        setting.admin.patch(&method, &json!({"ipWhiteList": ["127.0.0.1"]})).expect(200);
        setting.report(deposit, &json!({"outcome": "x"})).expect_faults(400, &[("outcome", "notOneOf")]);
        setting.report(9999, &json!({})).refused(404, "notFound");
        assert_eq!(setting.status(deposit), json!("inProgress"));
        setting.report(deposit, &json!({})).expect(204);
        // A deposit by another method is none of its business.
        let by_hand = setting.admin.deposit(setting.wallet, "1").expect(201)["transactionId"].as_i64().unwrap();
        setting.report(by_hand, &json!({})).refused(404, "notFound");
    });
}

#[test]
fn what_is_not_paid_is_not_credited() {
    on_both(|app| {
        let gateway = Gateway::start();
        let setting = Setting::prepare(app, &gateway);
        let failed = setting.begun();
        setting.report(failed, &json!({"outcome": "failed", "reason": "the card has expired"})).expect(204);
        assert_eq!(setting.latest(), (failed, json!("failed"), json!("the card has expired")));
        assert_eq!(setting.balance(), amount("0"));
    });
}

#[test]
fn another_amount_makes_a_deposit_that_waits_for_a_user() {
    on_both(|app| {
        let gateway = Gateway::start();
        let setting = Setting::prepare(app, &gateway);
        let deposit = setting.begun();
        for _ in 0..2 {
            setting.report(deposit, &json!({"amount": "60"})).expect(204);
        }
        assert_eq!(setting.status(deposit), json!("failed"));
        let comment = json!(format!("paid for deposit {deposit} of 100: inProgress"));
        assert_eq!(setting.latest(), (deposit + 1, json!("pending"), comment));
        // The rest is paid later, and the client pays once more than they meant to.
        for (reference, paid) in [("rest", "40"), ("more", "100")] {
            setting.report(deposit, &json!({"amount": paid, "reference": reference})).expect(204);
        }
        assert_eq!(setting.latest().0, deposit + 3);
        setting.report(deposit, &json!({"amount": "41", "reference": "rest"})).refused(409, "referenceTaken");
        assert_eq!(setting.balance(), amount("0"));
        for waiting in 1..=3 {
            let path = format!("/api/v2/transactions/{}", deposit + waiting);
            setting.admin.patch(&path, &json!({"status": "inProgress"})).expect(200);
        }
        assert_eq!(setting.balance(), amount("200"));
        app.verify();
    });
}

#[test]
fn what_a_payment_system_counts_finer_is_rounded_down() {
    on_both(|app| {
        let gateway = Gateway::start();
        let setting = Setting::prepare(app, &gateway);
        let deposit = setting.begun();
        setting.report(deposit, &json!({"amount": "100.001"})).expect(204);
        assert_eq!((setting.status(deposit), setting.balance()), (json!("done"), amount("100")));
        setting.report(deposit, &json!({"amount": "60.009", "reference": "more"})).expect(204);
        setting
            .admin
            .patch(&format!("/api/v2/transactions/{}", deposit + 1), &json!({"status": "inProgress"}))
            .expect(200);
        assert_eq!(setting.balance(), amount("160"));
        app.verify();
    });
}

#[test]
fn money_of_a_deposit_that_a_platform_refuses_waits_for_a_user() {
    on_both(|app| {
        let gateway = Gateway::start();
        let mut setting = Setting::prepare(app, &gateway);
        let product = app.open_product(&setting.admin, "trade", &[DOLLAR]);
        let platform = Gateway::start();
        setting.admin.connect(setting.admin.platform_of(product), &platform);
        setting.wallet = setting.admin.new_account(setting.id, product, DOLLAR);
        let deposit = setting.begun();
        setting.report(deposit, &json!({})).expect(204);
        platform.answer(422);
        app.run_jobs();
        assert_eq!(setting.status(deposit), json!("failed"));
        let comment = json!(format!("paid, and deposit {deposit} was refused by the platform"));
        assert_eq!(setting.latest(), (deposit + 1, json!("pending"), comment));
        setting.report(deposit, &json!({})).expect(204);
        assert_eq!(setting.latest().0, deposit + 1);
        platform.answer(200);
        setting
            .admin
            .patch(&format!("/api/v2/transactions/{}", deposit + 1), &json!({"status": "inProgress"}))
            .expect(200);
        app.run_jobs();
        assert_eq!(setting.balance(), amount("100"));
        app.verify();
    });
}

#[test]
fn the_same_report_many_times_at_once_credits_once() {
    on_both(|app| {
        let gateway = Gateway::start();
        let setting = Setting::prepare(app, &gateway);
        let deposits: Vec<i64> = (0..4).map(|_| setting.begun()).collect();
        let (base, path) = (&app.client.base, &format!("/api/v2/deposits/methods/{}/reports", setting.method));
        std::thread::scope(|scope| {
            for deposit in deposits.repeat(4) {
                scope.spawn(move || {
                    let report = done(deposit);
                    let caller =
                        Client::new(base, std::rc::Rc::default()).with("X-Signature", &signature(&report, SECRET));
                    caller.post(path, &report).expect(204);
                });
            }
        });
        assert_eq!(setting.balance(), amount("400"));
        app.verify();
    });
}

#[test]
fn a_deposit_that_does_not_begin_has_failed() {
    on_both(|app| {
        let gateway = Gateway::start();
        let setting = Setting::prepare(app, &gateway);
        gateway.answer(422);
        setting.client.post(DEPOSITS, &setting.order()).refused(422, "refusedByPaymentSystem");
        assert_eq!(setting.latest().1, json!("failed"));
        gateway.answer(500);
        setting.client.post(DEPOSITS, &setting.order()).refused(503, "unavailable");
        assert_eq!(setting.latest().1, json!("failed"));
        gateway.answer_with(200, &json!({"type": "preview"}));
        setting.client.post(DEPOSITS, &setting.order()).refused(503, "unavailable");
        let failures = setting.admin.get("/api/v2/logs/messages?filter[eventName]=operation_updated").expect(200);
        assert_eq!(failures["total"], json!(3), "{failures}");
        // A preview asks nobody.
        let asked = gateway.calls().len();
        let preview = with(setting.order(), &json!({"isPretend": true}));
        assert_eq!(setting.client.post(DEPOSITS, &preview).expect(200)["type"], json!("preview"));
        assert_eq!(gateway.calls().len(), asked);
    });
}

#[test]
fn what_was_reported_before_the_payment_system_answered_does_not_fail() {
    on_both(|app| {
        let gateway = Gateway::start();
        let setting = Setting::prepare(app, &gateway);
        let deposit = setting.begun();
        setting.report(deposit, &json!({})).expect(204);
        let id = TransactionId::new(deposit);
        let unheard = app.database.write(move |tx| payment_systems::fail(tx, id, "no answer")).unwrap();
        assert!(matches!(unheard, Unpaid::Settled(_)), "{unheard:?}");
        assert_eq!((setting.status(deposit), setting.balance()), (json!("done"), amount("100")));
    });
}

#[test]
fn a_disabled_connection_begins_nothing_and_still_reports() {
    on_both(|app| {
        let gateway = Gateway::start();
        let setting = Setting::prepare(app, &gateway);
        let deposit = setting.begun();
        setting
            .admin
            .patch(&format!("/api/v2/connections/{}", setting.connection), &json!({"enabled": false}))
            .expect(200);
        let by_hand = setting.client.post(DEPOSITS, &setting.order()).expect(200);
        assert_eq!((&by_hand["type"], &by_hand["transaction"]["status"]), (&json!("message"), &json!("pending")));
        assert_eq!(gateway.orders().len(), 1);
        setting.report(deposit, &json!({})).expect(204);
        assert_eq!((setting.status(deposit), setting.balance()), (json!("done"), amount("100")));
    });
}

#[test]
fn a_repeated_call_begins_one_payment() {
    on_both(|app| {
        let gateway = Gateway::start();
        let setting = Setting::prepare(app, &gateway);
        let keyed = |key: &str| setting.client.with("Idempotency-Key", key);
        let first = keyed("one").post(DEPOSITS, &setting.order()).expect(200);
        assert_eq!(keyed("one").post(DEPOSITS, &setting.order()).expect(200), first);
        assert_eq!((first["type"].clone(), gateway.orders().len()), (json!("redirect"), 1));
        gateway.answer(422);
        for _ in 0..2 {
            keyed("two").post(DEPOSITS, &setting.order()).refused(422, "refusedByPaymentSystem");
        }
        assert_eq!(gateway.orders().len(), 2);
        // What may pass another time is tried again.
        gateway.answer(500);
        keyed("three").post(DEPOSITS, &setting.order()).refused(503, "unavailable");
        gateway.answer(200);
        assert_eq!(keyed("three").post(DEPOSITS, &setting.order()).expect(200)["type"], json!("redirect"));
        assert_eq!(gateway.orders().len(), 4);
    });
}

#[test]
fn money_for_a_deposit_that_has_ended_makes_one_that_waits_for_a_user() {
    on_both(|app| {
        let gateway = Gateway::start();
        let mut setting = Setting::prepare(app, &gateway);
        let deposit = setting.begun();
        app.advance(3 * 24 * 3600 - 1);
        app.sweep();
        setting.admin = app.admin().unrecorded();
        assert_eq!(setting.status(deposit), json!("inProgress"));
        app.advance(1);
        app.sweep();
        assert_eq!(setting.status(deposit), json!("failed"));
        for _ in 0..2 {
            setting.report(deposit, &json!({"amount": "99"})).expect(204);
        }
        let (late, status, comment) = setting.latest();
        assert_eq!((late, status), (deposit + 1, json!("pending")));
        assert_eq!(comment, json!(format!("paid for deposit {deposit} of 100: failed")));
        assert_eq!(setting.balance(), amount("0"));
        setting.admin.patch(&format!("/api/v2/transactions/{late}"), &json!({"status": "inProgress"})).expect(200);
        assert_eq!((setting.status(late), setting.balance()), (json!("done"), amount("99")));
        app.verify();
    });
}

#[test]
fn money_on_its_way_to_a_platform_is_reported_as_often_as_one_likes() {
    on_both(|app| {
        let gateway = Gateway::start();
        let mut setting = Setting::prepare(app, &gateway);
        let product = app.open_product(&setting.admin, "trade", &[840]);
        let platform = Gateway::start();
        setting.admin.connect(setting.admin.platform_of(product), &platform);
        setting.wallet = setting.admin.new_account(setting.id, product, 840);
        let deposit = setting.begun();
        for _ in 0..2 {
            setting.report(deposit, &json!({})).expect(204);
            assert_eq!(setting.status(deposit), json!("inProgress"));
        }
        setting.report(deposit, &json!({"outcome": "failed"})).refused(409, "paymentEnded");
        // Nobody waits for the payment any more.
        app.advance(4 * 24 * 3600);
        setting.admin = app.admin().unrecorded();
        app.sweep();
        app.run_jobs();
        assert_eq!((setting.status(deposit), setting.balance()), (json!("done"), amount("100")));
        assert_eq!(platform.orders().len(), 1);
        app.verify();
    });
}

/// A client with a wallet in bitcoins who has an address.
fn with_address(app: &TestApp, gateway: &Gateway) -> Setting {
    let setting = Setting::prepare_in(app, gateway, BITCOIN);
    app.rate(&setting.admin, BITCOIN, 840, "50000");
    let data = json!({"address": "bc1qann", "network": "bitcoin"});
    gateway.answer_with(200, &json!({"type": "address", "data": data}));
    setting
}

#[test]
fn an_address_is_given_once_and_each_payment_to_it_makes_a_deposit() {
    on_both(|app| {
        let gateway = Gateway::start();
        let setting = with_address(app, &gateway);
        let order = json!({"accountId": setting.wallet, "methodId": setting.method, "currencyCode": BITCOIN});
        for _ in 0..2 {
            let made = setting.client.post(DEPOSITS, &order).expect(200);
            let data = json!({"address": "bc1qann", "network": "bitcoin"});
            assert_eq!((&made["type"], &made["transaction"], &made["data"]), (&json!("address"), &Value::Null, &data));
        }
        assert_eq!(gateway.orders().len(), 1);
        assert_eq!(gateway.orders()[0].0, format!("address-{}-{}-{BITCOIN}", setting.wallet, setting.method));
        let paid = |address: &str, reference: &str| {
            let payment =
                json!({"address": address, "currency": "BTC", "reference": reference, "amount": "0.123456789"});
            setting.signed("payments", &payment, SECRET)
        };
        paid("bc1qbob", "a:0").refused(404, "notFound");
        for reference in ["a:0", "a:0", "a:1"] {
            paid("bc1qann", reference).expect(204);
        }
        assert_eq!(setting.balance(), amount("0.24691356"));
        assert_eq!(setting.latest().1, json!("done"));
        let other = json!({"address": "bc1qann", "currency": "ETH", "reference": "c:0", "amount": "1"});
        setting.signed("payments", &other, SECRET).refused(404, "notFound");
        // The money is here, whatever the method is now.
        let method = format!("/api/v2/deposits/methods/{}", setting.method);
        setting.admin.patch(&method, &json!({"isEnabled": false})).expect(200);
        paid("bc1qann", "b:0").expect(204);
        assert_eq!((setting.latest().1, setting.balance()), (json!("pending"), amount("0.24691356")));
        setting.admin.delete(&method).refused(409, "inUse");
        app.verify();
    });
}

#[test]
fn money_for_a_client_who_is_gone_waits_for_a_user() {
    on_both(|app| {
        let gateway = Gateway::start();
        let setting = with_address(app, &gateway);
        let order = json!({"accountId": setting.wallet, "methodId": setting.method, "currencyCode": BITCOIN});
        setting.client.post(DEPOSITS, &order).expect(200);
        setting.admin.delete(&format!("/api/v2/clients/{}", setting.id)).expect(204);
        let payment = json!({"address": "bc1qann", "currency": "BTC", "reference": "a:0", "amount": "0.5"});
        setting.signed("payments", &payment, SECRET).expect(204);
        let (deposit, status, comment) = setting.latest();
        assert_eq!((status, comment), (json!("pending"), json!("paid, and refused: clientNotActive")));
        let approval = json!({"status": "inProgress"});
        setting.admin.patch(&format!("/api/v2/transactions/{deposit}"), &approval).refused(409, "clientRemoved");
        app.verify();
    });
}

#[test]
fn an_address_is_one_accounts() {
    on_both(|app| {
        let gateway = Gateway::start();
        let setting = with_address(app, &gateway);
        let order = |account: i64| json!({"accountId": account, "methodId": setting.method, "currencyCode": BITCOIN});
        setting.client.post(DEPOSITS, &order(setting.wallet)).expect(200);
        let other = app.open_account(&setting.admin, setting.id, "trade", BITCOIN);
        setting.client.post(DEPOSITS, &order(other)).refused(503, "unavailable");
        gateway.answer_with(200, &json!({"type": "redirect", "data": {}}));
        setting.client.post(DEPOSITS, &order(other)).refused(503, "unavailable");
    });
}

#[test]
fn fiat_and_previews_need_an_amount() {
    on_both(|app| {
        let gateway = Gateway::start();
        let setting = Setting::prepare(app, &gateway);
        let order = with(setting.order(), &json!({"amount": null}));
        setting.client.post(DEPOSITS, &order).expect_faults(422, &[("amount", "amountMissing")]);
        let preview = with(order.clone(), &json!({"isPretend": true}));
        setting.client.post(DEPOSITS, &preview).expect_faults(400, &[("amount", "amountMissing")]);
        let unknown = with(order, &json!({"methodId": 99}));
        setting.client.post(DEPOSITS, &unknown).expect_faults(422, &[("methodId", "unknown")]);
        assert!(gateway.orders().is_empty());
    });
}
