//! One client's life at the broker, from the sign-up to the withdrawal, by the interfaces alone.

use std::sync::mpsc::Receiver;
use std::time::Duration;

use serde_json::{Value, json};
use storage::messaging::events;

use super::bonuses::program;
use super::sign_in::{FINGERPRINT, PASSWORD, app_on, send, with_token};
use crate::files::PDF;
use crate::harness::form::Form;
use crate::harness::{Answer, Client, Setup, TestApp, amount, on_both_with};
use crate::identity::sign_in::totp;
use crate::messaging::mail::{next, smtp_server};

const ACCOUNTS: &str = "/api/v2/my/accounts";
const BONUSES: &str = "/api/v2/my/bonuses";
const PROGRAMS: &str = "/api/v2/my/bonuses/temporary";
const TRANSACTIONS: &str = "/api/v2/my/transactions";
const WITHDRAWALS: &str = "/api/v2/my/withdrawals";
const POLICIES: &str = "/api/v2/my/withdrawals/policies";
const LEVELS: &str = "/api/v2/verifications/levels";

const EMAIL: &str = "ann@example.com";
const DOLLAR: i64 = 840;
const EURO: i64 = 978;
const BITCOIN: i64 = 1000;
const OWN_ADDRESS: &str = "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2";
const OTHER_ADDRESS: &str = "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa";

/// How often the server's threads are waited for, and how long each time.
const TRIES: usize = 500;
const PAUSE: Duration = Duration::from_millis(20);

#[test]
fn a_client_goes_all_the_way() {
    let (url, mails) = smtp_server();
    on_both_with(&Setup { smtp_url: Some(url), ..Setup::default() }, |app| {
        let broker = Broker::set_up(app);
        let registered = sign_up(app, &broker, &mails);
        let wallet = wallet_of(&registered);
        let session = sign_in_by_app(app, &registered);
        climb(&broker, &session.caller, wallet, &mails);
        let trading = open_trading_account(&broker, &session.caller, &mails);
        deposit(&broker, &session.caller, wallet, &mails);
        transfer(&session.caller, [wallet, trading.id], "600");
        assert_eq!(figures(&session.caller, trading.id, ["currentBalance", "credit"]), ["600", "0"].map(amount));
        let bonus = claim(app, &broker, &session.caller, &trading);
        let session = come_back(app, session);
        trade(app, &broker, &session.caller, &trading, bonus);
        transfer(&session.caller, [trading.id, wallet], "190");
        whitelist(app, &session);
        withdraw(app, &broker, &session, wallet, &mails);
        account_records_are_exact(&session.caller, wallet, &trading);
        transactions_are_exact(&session.caller);
        nothing_else_arrives(app, &broker.admin, &mails);
        app.verify();
    });
}

/// What was set up before the first client came.
struct Broker {
    admin: Client,
    level: i64,
    passport: i64,
    platform: i64,
    product: i64,
    deposit_method: i64,
    withdrawal_method: i64,
    feed: Client,
}

impl Broker {
    fn set_up(app: &TestApp) -> Self {
        let admin = app.admin();
        let wizards = admin.get("/api/v2/wizards?filter[type]=registration").expect(200);
        let confirmed = json!({"steps": [{"step": "email_confirmation"}]});
        admin.patch(&format!("/api/v2/wizards/{}", wizards["data"][0]["id"]), &confirmed).expect(200);
        let wallets = app.open_product(&admin, "personal", &[DOLLAR]);
        admin.patch(&format!("/api/v2/products/{wallets}"), &json!({"autoCreateOnLogin": true})).expect(200);
        let (level, passport) = next_level(&admin);
        let (platform, product) = trading_product(&admin);
        let (deposit_method, withdrawal_method) = (deposit_method(app, &admin), withdrawal_method(app, &admin));
        let feed = app.reporter(&admin, platform);
        Self { admin, level, passport, platform, product, deposit_method, withdrawal_method, feed }
    }

    /// Approves the only request of a type.
    #[track_caller]
    fn approve(&self, kind: &str) {
        let asked = self.admin.get(&format!("/api/v2/applications?filter[type]={kind}")).expect(200);
        let request = &asked["data"][0];
        assert_eq!((&asked["total"], &request["status"]), (&json!(1), &json!("pending")), "{asked}");
        let path = format!("/api/v2/applications/{}/approve", request["id"]);
        assert_eq!(self.admin.post(&path, &json!({})).expect(200)["status"], json!("approved"));
    }
}

/// A level that asks for a passport and lets clients withdraw, and the type of that document, by their ids.
fn next_level(admin: &Client) -> (i64, i64) {
    let group = admin.create("/api/v2/documents/groups", &json!({"name": "Identity", "type": "one"}));
    let passport = admin.create("/api/v2/documents/types", &json!({"name": "Passport", "groupId": group}));
    let allowed = ["deposits", "verification", "withdrawals"].map(|name| json!({"name": name, "isEnabled": true}));
    let role = json!({"name": "verified", "caption": "Verified", "permissions": allowed});
    let role = admin.create("/api/v2/clients/roles", &role);
    let level = json!({
        "index": 10, "name": "Verified", "options": ["Identity"], "roleId": role, "mailDescription": "Congratulations!",
    });
    let level = admin.create(LEVELS, &level);
    admin.patch(&format!("{LEVELS}/1"), &json!({"nextLevel": level})).expect(200);
    (level, passport)
}

/// A platform, and a product that opens accounts in its group `real`, by their ids.
fn trading_product(admin: &Client) -> (i64, i64) {
    let platform = json!({"name": "mt5", "caption": "MetaTrader 5", "type": "MetaTrader5"});
    let platform = admin.create("/api/v2/platforms", &platform);
    let group = json!({"caption": "Forex", "description": "", "status": "enabled"});
    let group = admin.create("/api/v2/products/groups", &group);
    let product = json!({
        "numericCodes": [DOLLAR], "factory": 1, "groupId": group, "name": "Live", "platformId": platform,
        "platformGroup": ["real"],
    });
    let product = admin.create("/api/v2/products", &product);
    let allowed = json!(["enabled", "trade", "transferDeposit", "transferWithdrawal", "visible"]);
    let change = json!({
        "status": "enabled", "permissions": allowed, "defaultAccountPermissions": allowed, "defaultLeverage": 100,
        "leverages": [50],
    });
    admin.patch(&format!("/api/v2/products/{product}"), &change).expect(200);
    (platform, product)
}

/// A method that takes euros and charges at most 20 of them, by its id.
fn deposit_method(app: &TestApp, admin: &Client) -> i64 {
    app.rate(admin, EURO, DOLLAR, "1.1");
    let method = admin.new_method("deposits", "sepa");
    let path = format!("/api/v2/deposits/methods/{method}");
    admin.create(&format!("{path}/currencies"), &json!({"currencyCode": EURO, "type": "PS"}));
    let terms = json!({"currencyCode": EURO, "type": "TR", "fixed": "1", "percent": "2.5", "max": "20"});
    admin.create(&format!("{path}/commissions"), &terms);
    method
}

/// A method that pays bitcoins to an address and charges a part of one, by its id.
fn withdrawal_method(app: &TestApp, admin: &Client) -> i64 {
    app.rate(admin, DOLLAR, BITCOIN, "0.00002");
    let method = admin.new_method("withdrawals", "bitcoin");
    let path = format!("/api/v2/withdrawals/methods/{method}");
    admin.create(&format!("{path}/currencies"), &json!({"currencyCode": BITCOIN, "type": "PS"}));
    let terms = json!({"currencyCode": BITCOIN, "type": "TR", "fixed": "0.0005"});
    admin.create(&format!("{path}/commissions"), &terms);
    let address = json!({"name": "wallet_address", "caption": "Address", "type": "text", "rules": ["required"]});
    admin.create(&format!("{path}/attributes"), &address);
    method
}

/// The next mail, which is to the client and about this.
#[track_caller]
fn arrives(mails: &Receiver<String>, subject: &str) -> String {
    let mail = next(mails);
    assert!(mail.contains(&format!("To: {EMAIL}\n")), "{mail}");
    assert!(mail.contains(&format!("Subject: {subject}\n")), "{subject} is awaited: {mail}");
    mail
}

/// The code in a mail, whose text comes before its HTML.
#[track_caller]
fn code_in(mail: &str) -> &str {
    let mut words = mail.split(|letter: char| !letter.is_ascii_alphanumeric());
    let code = words.find(|word| word.len() == 6 && word.bytes().all(|byte| byte.is_ascii_digit()));
    code.unwrap_or_else(|| panic!("no code in {mail}"))
}

fn sign_up(app: &TestApp, broker: &Broker, mails: &Receiver<String>) -> Client {
    let visitor = app.client.unrecorded();
    let uuid = visitor.post("/api/v2/my/signup/wizard", &json!({})).expect(200)["uuid"].clone();
    let next_step = |body: &Value| visitor.post("/api/v2/my/signup", body).expect(200);
    let form = json!({
        "uuid": uuid, "email": EMAIL, "password": PASSWORD, "password_confirmation": PASSWORD,
        "device_fingerprint": FINGERPRINT, "info": {"givenName": "Ann", "familyName": "Major"},
        "addresses": {"0": {"countryId": 1, "city": "Lisbon"}},
    });
    let awaited = next_step(&form);
    assert_eq!((&awaited["code"], &awaited["workflow"]), (&json!(200), &json!("email_confirmation")), "{awaited}");
    let mail = arrives(mails, "Confirm your address");
    assert_eq!(broker.admin.total("/api/v2/clients"), 0);
    let done = next_step(&json!({"uuid": uuid, "code": code_in(&mail)}));
    assert_eq!((&done["code"], &done["workflow"]), (&json!(202), &json!("terminate")), "{done}");
    for subject in ["Welcome to Back office", "An account was opened for you"] {
        arrives(mails, subject);
    }
    with_token(app, &done).unrecorded()
}

/// The wallet that the sign-up has opened.
#[track_caller]
fn wallet_of(caller: &Client) -> i64 {
    let accounts = caller.get(ACCOUNTS).expect(200);
    let wallet = &accounts["data"][0];
    assert_eq!((&accounts["total"], &wallet["type"]), (&json!(1), &json!("personal")), "{accounts}");
    wallet["accountId"].as_i64().expect("an id")
}

/// A client who has signed in with a code of their app.
struct Session {
    caller: Client,
    refresh_token: Value,
    secret: String,
}

impl Session {
    /// Of the tokens that a step has answered.
    #[track_caller]
    fn begun(app: &TestApp, step: &Value, secret: String) -> Self {
        assert_eq!((&step["code"], &step["done"]), (&json!(202), &json!(true)), "{step}");
        let refresh_token = step["data"]["refreshToken"]["token"].clone();
        Self { caller: with_token(app, step).unrecorded(), refresh_token, secret }
    }
}

/// The next code of the client's app: each works once.
fn code_of_app(app: &TestApp, secret: &str) -> String {
    app.advance(60);
    totp(secret).generate(app.unix_seconds().cast_unsigned()).to_string()
}

fn sign_in_by_app(app: &TestApp, caller: &Client) -> Session {
    let secret = app_on(app, caller);
    caller.post("/api/v2/my/signout", &json!({})).expect(204);
    caller.get(ACCOUNTS).refused(401, "tokenInvalid");
    let step = send(app, EMAIL, PASSWORD).expect(200);
    let told = (&step["workflow"], &step["done"], &step["data"]["accessToken"]);
    assert_eq!(told, (&json!("google"), &json!(false), &Value::Null), "{step}");
    let code = json!({"uuid": step["uuid"], "code": code_of_app(app, &secret)});
    let done = app.client.unrecorded().post("/api/v2/my/2fa/google", &code).expect(200);
    Session::begun(app, &done, secret)
}

/// The client comes back when their access token has expired.
fn come_back(app: &TestApp, session: Session) -> Session {
    app.advance(60 * 60);
    session.caller.get(ACCOUNTS).expect(401);
    let body = json!({"refreshToken": session.refresh_token});
    let renewed = app.client.unrecorded().post("/api/v2/my/refresh", &body).expect(200);
    Session::begun(app, &renewed, session.secret)
}

/// Sends the form of a withdrawal of 500 dollars.
fn ask_to_withdraw(broker: &Broker, caller: &Client, wallet: i64, address: &str) -> Answer {
    let begun = caller.get(&format!("{WITHDRAWALS}/wizard")).expect(200);
    let order = json!({
        "uuid": begun["uuid"], "accountId": wallet, "methodId": broker.withdrawal_method, "amount": "500",
        "currencyCode": BITCOIN, "data": {"wallet_address": address},
    });
    caller.post(WITHDRAWALS, &order)
}

fn climb(broker: &Broker, caller: &Client, wallet: i64, mails: &Receiver<String>) {
    ask_to_withdraw(broker, caller, wallet, OWN_ADDRESS).refused(403, "clientPermissionMissing");
    let begun = caller.get("/api/v2/my/verifications/wizard").expect(200);
    assert_eq!((&begun["code"], &begun["workflow"]), (&json!(200), &json!("documents")), "{begun}");
    let form = Form::default().text("uuid", begun["uuid"].as_str().expect("a uuid"));
    let form = form.text("typeId", &broker.passport.to_string()).file("file", "passport.pdf", PDF);
    let handed_in = form.send(caller, "/api/v2/my/verifications").expect(200);
    assert_eq!((&handed_in["code"], &handed_in["done"]), (&json!(202), &json!(true)), "{handed_in}");
    let document = || caller.get("/api/v2/my/documents").expect(200)["data"][0]["status"].clone();
    let level = || caller.get("/api/v2/my/profile").expect(200)["verificationLevel"]["id"].clone();
    assert_eq!((document(), level()), (json!("pending"), json!(1)));
    broker.approve("verification");
    assert_eq!((document(), level()), (json!("approved"), json!(broker.level)));
    let mail = arrives(mails, "Your request is approved");
    assert!(mail.contains("Congratulations!"), "{mail}");
}

/// An account on the platform.
struct TradingAccount {
    id: i64,
    number: String,
}

fn open_trading_account(broker: &Broker, caller: &Client, mails: &Receiver<String>) -> TradingAccount {
    let wish = json!({"productId": broker.product, "currencyCode": DOLLAR, "caption": "Mine", "leverage": 50});
    let opened = caller.post(ACCOUNTS, &wish).expect(201);
    let told = (&opened["type"], &opened["platform"]["id"], &opened["leverage"]);
    assert_eq!(told, (&json!("trade"), &json!(broker.platform), &json!(50)), "{opened}");
    let number = opened["accountNumber"].as_str().expect("a number").to_owned();
    let mail = arrives(mails, "An account was opened for you");
    assert!(mail.contains(&number), "{mail}");
    TradingAccount { id: opened["accountId"].as_i64().expect("an id"), number }
}

/// What the record of an account says it is worth.
#[track_caller]
fn statement(caller: &Client, account: i64) -> Value {
    caller.get(&format!("{ACCOUNTS}/{account}")).expect(200)["statement"].clone()
}

/// Some figures of it.
#[track_caller]
fn figures<const N: usize>(caller: &Client, account: i64, names: [&str; N]) -> [Value; N] {
    let statement = statement(caller, account);
    names.map(|name| statement[name].clone())
}

/// 1000 euros, less 20, at 1.1.
fn deposit(broker: &Broker, caller: &Client, wallet: i64, mails: &Receiver<String>) {
    let order = json!({
        "accountId": wallet, "methodId": broker.deposit_method, "currencyCode": EURO, "amount": "1000",
    });
    let made = caller.post("/api/v2/my/deposits/sync", &order).expect(200);
    assert_eq!((&made["type"], &made["transaction"]["status"]), (&json!("message"), &json!("pending")), "{made}");
    assert_eq!(figures(caller, wallet, ["currentBalance"]), [amount("0")]);
    broker.approve("deposit");
    let done = caller.get(&format!("{TRANSACTIONS}/{}", made["transaction"]["transactionId"])).expect(200);
    let told = (&done["status"], &done["debitDetails"]["commission"], &done["creditDetails"]["amount"]);
    assert_eq!(told, (&json!("done"), &amount("20"), &amount("1078")), "{done}");
    assert_eq!(figures(caller, wallet, ["currentBalance", "availableBalance"]), ["1078", "1078"].map(amount));
    arrives(mails, "Your deposit of 1000 EUR has arrived");
    arrives(mails, "Your request is approved");
}

#[track_caller]
fn transfer(caller: &Client, [source, destination]: [i64; 2], sum: &str) {
    let order = json!({
        "amount": sum, "isInternal": false, "sourceAccountId": source, "destinationAccountId": destination,
    });
    let made = caller.post("/api/v2/my/transfers", &order).expect(201);
    assert_eq!((&made["type"], &made["status"]), (&json!("transfer"), &json!("done")), "{made}");
}

/// Has the engine run until a bonus is in this state: the server's own threads may be at it already.
#[track_caller]
fn becomes(app: &TestApp, caller: &Client, bonus: i64, state: &str) -> Value {
    for _ in 0..TRIES {
        app.run_jobs();
        let shown = caller.get(&format!("{BONUSES}/{bonus}")).expect(200);
        if shown["state"] == state {
            return shown;
        }
        std::thread::sleep(PAUSE);
    }
    panic!("the bonus is never {state}");
}

/// 50 dollars for 25 lots.
fn claim(app: &TestApp, broker: &Broker, caller: &Client, account: &TradingAccount) -> i64 {
    let id = broker.admin.create("/api/v2/bonuses/temporary", &program(app, broker.platform));
    assert_eq!(caller.get(PROGRAMS).expect(200)["data"][0]["id"], json!(id));
    let claimed = caller.post(&format!("{PROGRAMS}/{id}/claim"), &json!({"accountId": account.id})).expect(200);
    let told = (&claimed["state"], &claimed["amount"], &claimed["requiredVolume"]);
    assert_eq!(told, (&json!("queued"), &amount("50"), &amount("25")), "{claimed}");
    let bonus = claimed["id"].as_i64().expect("an id");
    becomes(app, caller, bonus, "pending");
    let names = ["currentBalance", "credit", "equity", "availableBalance"];
    assert_eq!(figures(caller, account.id, names), ["600", "50", "650", "600"].map(amount));
    bonus
}

/// The platform reports what was closed, and then what is open.
fn trade(app: &TestApp, broker: &Broker, caller: &Client, account: &TradingAccount, bonus: i64) {
    let path = format!("/api/v2/platforms/{}", broker.platform);
    let position = |id: &str, lots: &str, profit: &str| {
        json!({
            "externalId": id, "accountNumber": account.number, "symbol": "EURUSD", "lots": lots, "profit": profit,
            "openTime": app.time(-1800), "closeTime": app.time(0),
        })
    };
    let trades = json!({"trades": [position("1", "10", "-20.50"), position("2", "15", "70.25")]});
    let report = broker.feed.post(&format!("{path}/trades"), &trades).expect(200);
    let results = report["results"].as_array().expect("results").iter();
    let counted: Vec<Value> = results.map(|result| result["counted"].clone()).collect();
    let lots = ["10", "15"].map(|lots| json!([{"bonusId": bonus, "lots": amount(lots)}]));
    assert_eq!((&report["accepted"], counted.as_slice()), (&json!(2), lots.as_slice()), "{report}");
    let completed = becomes(app, caller, bonus, "completed");
    assert_eq!(completed["completedVolume"], amount("25"));
    let names = ["currentBalance", "credit", "equity"];
    assert_eq!(figures(caller, account.id, names), ["699.75", "0", "699.75"].map(amount));
    let open = json!({"accountNumber": account.number, "pnl": "-9.75", "margin": "200", "time": app.time(0)});
    let report = broker.feed.post(&format!("{path}/figures"), &json!({"figures": [open]})).expect(200);
    assert_eq!(report["accepted"], json!(1), "{report}");
}

fn whitelist(app: &TestApp, session: &Session) {
    let caller = &session.caller;
    let uuid = caller.get(&format!("{POLICIES}/wizard")).expect(200)["uuid"].clone();
    let address = json!({"uuid": uuid, "name": "Savings", "walletAddress": OWN_ADDRESS, "currencyCode": BITCOIN});
    let step = caller.post(POLICIES, &address).expect(200);
    assert_eq!((&step["workflow"], &step["data"]["provider"]), (&json!("google"), &json!("google")), "{step}");
    assert_eq!(caller.total(POLICIES), 0);
    let code = json!({"uuid": uuid, "code": code_of_app(app, &session.secret)});
    let added = caller.post(&format!("{POLICIES}/confirm"), &code).expect(200);
    assert_eq!((&added["code"], &added["data"]["walletAddress"]), (&json!(202), &json!(OWN_ADDRESS)), "{added}");
    caller.put(&format!("{POLICIES}/enable"), &json!({})).expect(204);
    let listed = caller.get(POLICIES).expect(200);
    assert_eq!((&listed["total"], &listed["data"][0]["isEnabled"]), (&json!(1), &json!(true)), "{listed}");
}

/// 500 dollars at 0.00002, less 0.0005 bitcoins.
fn withdraw(app: &TestApp, broker: &Broker, session: &Session, wallet: i64, mails: &Receiver<String>) {
    let caller = &session.caller;
    let names = ["currentBalance", "hold", "availableBalance"];
    let elsewhere = ask_to_withdraw(broker, caller, wallet, OTHER_ADDRESS);
    elsewhere.expect_faults(422, &[("data.wallet_address", "addressNotWhitelisted")]);
    let step = ask_to_withdraw(broker, caller, wallet, OWN_ADDRESS).expect(200);
    assert_eq!((&step["code"], &step["workflow"]), (&json!(200), &json!("google")), "{step}");
    assert_eq!(figures(caller, wallet, names), ["668", "0", "668"].map(amount));
    let code = json!({"uuid": step["uuid"], "code": code_of_app(app, &session.secret)});
    let made = caller.post(&format!("{WITHDRAWALS}/wizard"), &code).expect(200);
    assert_eq!((&made["code"], &made["data"]["status"]), (&json!(202), &json!("pending")), "{made}");
    let told = json!([{"key": "wallet_address", "value": OWN_ADDRESS}]);
    assert_eq!(made["data"]["meta"]["providerOptions"], told);
    assert_eq!(figures(caller, wallet, names), ["668", "500", "168"].map(amount));
    broker.approve("withdrawal");
    arrives(mails, "Your request is approved");
    let path = format!("/api/v2/transactions/{}", made["data"]["transactionId"]);
    assert_eq!(broker.admin.get(&path).expect(200)["status"], json!("inProgress"));
    assert_eq!(broker.admin.patch(&path, &json!({"status": "done"})).expect(200)["status"], json!("done"));
    arrives(mails, "Your withdrawal of 500 USD is done");
}

fn account_records_are_exact(caller: &Client, wallet: i64, trading: &TradingAccount) {
    let exact = |account: i64| {
        let mut statement = statement(caller, account);
        statement.as_object_mut().expect("a statement").remove("updateTime");
        statement
    };
    let of_wallet = json!({
        "availableBalance": amount("168"), "currentBalance": amount("168"), "credit": amount("0"),
        "equity": amount("168"), "freeMargin": null, "hold": amount("0"), "margin": null, "marginLevel": null,
        "pnl": amount("0"),
    });
    assert_eq!(exact(wallet), of_wallet);
    let of_trading = json!({
        "availableBalance": amount("300"), "currentBalance": amount("509.75"), "credit": amount("0"),
        "equity": amount("500"), "freeMargin": amount("300"), "hold": amount("0"), "margin": amount("200"),
        "marginLevel": amount("2.5"), "pnl": amount("-9.75"),
    });
    assert_eq!(exact(trading.id), of_trading);
    assert_eq!(caller.total(ACCOUNTS), 2);
}

/// The newest first.
fn transactions_are_exact(caller: &Client) {
    let listed = caller.get(TRANSACTIONS).expect(200);
    let side =
        |side: &Value| [&side["amount"], &side["commission"], &side["currency"]["alphabeticCode"]].map(Value::clone);
    let told = |transaction: &Value| {
        let head = ["type", "status"].map(|name| transaction[name].clone());
        json!([head, side(&transaction["debitDetails"]), side(&transaction["creditDetails"])])
    };
    let told: Vec<Value> = listed["data"].as_array().expect("transactions").iter().map(told).collect();
    let side = |sum: &str, commission: &str, currency: &str| json!([amount(sum), amount(commission), currency]);
    let expected = [
        json!([["withdrawal", "done"], side("500", "0", "USD"), side("0.0095", "0.0005", "BTC")]),
        json!([["transfer", "done"], side("190", "0", "USD"), side("190", "0", "USD")]),
        json!([["transfer", "done"], side("600", "0", "USD"), side("600", "0", "USD")]),
        json!([["deposit", "done"], side("1000", "20", "EUR"), side("1078", "0", "USD")]),
    ];
    assert_eq!((told.as_slice(), &listed["total"]), (expected.as_slice(), &json!(4)), "{listed}");
}

/// Mails go out in their order, so the next one is the one that is written now.
fn nothing_else_arrives(app: &TestApp, admin: &Client, mails: &Receiver<String>) {
    while app.database.read(events::is_waiting).expect("an answer") {
        std::thread::sleep(PAUSE);
    }
    let user = json!({"name": "Eve", "email": "eve@example.com", "password": PASSWORD, "sendNotify": "1"});
    admin.post("/api/v2/users", &user).expect(201);
    let mail = next(mails);
    assert!(mail.contains("Subject: Your access to the back office\n"), "{mail}");
}
