//! The calls of public programs that clients use: their order, what they send, and what they read of the answers.

use serde_json::{Value, json};

use super::second_factors::{code_at, phone_on};
use super::sign_in::{FINGERPRINT, PASSWORD, app_on, code_of, registered, signed_in, with_token};
use crate::harness::{Client, Setup, TestApp, on_both, on_both_with, with};
use crate::identity::sign_in::totp;
use crate::messaging::mail::smtp_server;

const EMAIL: &str = "ann@example.com";
const PHONE: &str = "+12025550123";

const SIGN_IN_WIZARD: &str = "/api/v2/my/signin/wizard";
const SIGN_IN: &str = "/api/v2/my/signin";
const GOOGLE: &str = "/api/v2/my/2fa/google";
const REFRESH: &str = "/api/v2/my/refresh";
const SIGN_UP_WIZARD: &str = "/api/v2/my/signup/wizard";
const SIGN_UP: &str = "/api/v2/my/signup";
const PROFILE: &str = "/api/v2/my/profile";
const ACCOUNTS: &str = "/api/v2/my/accounts";
const ALL_ACCOUNTS: &str = "/api/v2/my/accounts?limit=1000";
const TRANSACTIONS: &str = "/api/v2/my/transactions";
const POLICIES: &str = "/api/v2/my/withdrawals/policies";

/// What a program takes a field for.
#[derive(Clone, Copy, Debug)]
enum Type {
    Flag,
    /// A number that is written as a text.
    Figure,
    List,
    Moment,
    Number,
    Text,
}

use Type::{Figure, Flag, List, Moment, Number, Text};

impl Type {
    fn fits(self, value: &Value) -> bool {
        let text = value.as_str();
        match self {
            Flag => value.is_boolean(),
            Figure => text.is_some_and(|text| text.parse::<f64>().is_ok()),
            List => value.is_array(),
            Moment => text.is_some_and(|text| chrono::DateTime::parse_from_rfc3339(text).is_ok()),
            Number => value.is_number(),
            Text => text.is_some(),
        }
    }
}

/// Fields of an answer by what they are taken for, each by its path.
type Fields = [(Type, &'static str)];

/// Holds that a program finds these fields, as what it takes them for.
#[track_caller]
fn reads(answer: &Value, fields: &Fields) {
    let mut lacking = Vec::new();
    for (kind, paths) in fields {
        for path in paths.split(' ') {
            let value = answer.pointer(&format!("/{}", path.replace('.', "/")));
            if value.is_none_or(|value| !kind.fits(value)) {
                lacking.push(format!("{path} as {kind:?}"));
            }
        }
    }
    assert!(lacking.is_empty(), "{lacking:?} in {answer}");
}

/// The records of a list.
#[track_caller]
fn rows(list: &Value) -> &[Value] {
    reads(list, &[(Number, "total"), (List, "data")]);
    list["data"].as_array().expect("records")
}

/// The latest transaction of a type.
#[track_caller]
fn latest<'a>(list: &'a Value, kind: &str) -> &'a Value {
    rows(list).iter().find(|transaction| transaction["type"] == kind).expect("a transaction")
}

/// A step of a procedure.
const STEP: &Fields = &[(Number, "code"), (Flag, "done"), (Text, "uuid workflow")];

/// The tokens that a step leads to.
const TOKENS: &Fields = &[
    (Text, "data.accessToken.token data.refreshToken.token"),
    (Moment, "data.accessToken.createdAt data.accessToken.expiresAt"),
    (Moment, "data.refreshToken.createdAt data.refreshToken.expiresAt"),
    (List, "data.tfaProviders"),
];

/// An account in any of the programs.
const ACCOUNT: &Fields = &[
    (Number, "accountId currency.minorUnit currency.numericCode group.id group.priority"),
    (Number, "platform.id priority productId rights"),
    (Text, "accountNumber caption currency.alphabeticCode currency.name group.name group.type"),
    (Text, "platform.caption platform.name platform.type type"),
    (Flag, "archive currency.hasDestinationTagOrMemo favourite platform.isDemo"),
    (Figure, "statement.availableBalance statement.currentBalance statement.hold"),
    (List, "permissions"),
];

/// A rate, in a list of them or alone.
const RATE: &Fields = &[
    (Text, "currency.alphabeticCode currency.name quoteId"),
    (Number, "currency.minorUnit currency.numericCode"),
    (Figure, "maxAmount rate"),
];

/// What came in by a transaction, and when.
const CREDIT: &Fields = &[
    (Number, "transactionId creditDetails.currency.minorUnit"),
    (Text, "creditDetails.currency.alphabeticCode status"),
    (Figure, "creditDetails.amount creditDetails.commission"),
    (Moment, "createTime updateTime"),
];

/// A fingerprint with a picture of three times so many letters: base64 of
/// `{  "userAgent":"Firefox/140.0","webTimezone":"Europe/Lisbon","canvasCode":"`, the picture, and `"}`.
fn fingerprint(triples: usize) -> String {
    const HEAD: &str =
        "eyAgInVzZXJBZ2VudCI6IkZpcmVmb3gvMTQwLjAiLCJ3ZWJUaW1lem9uZSI6IkV1cm9wZS9MaXNib24iLCJjYW52YXNDb2RlIjoi";
    format!("{HEAD}{}In0=", "QUFB".repeat(triples))
}

/// A program that asks for JSON.
fn scripted(client: &Client) -> Client {
    client.unrecorded().with("Accept", "application/json")
}

/// A program that asks as a browser asks for a page.
fn paged(client: &Client) -> Client {
    client.unrecorded().with("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")
}

/// The sign-in of a scripted program, from its first call on: the last step.
#[track_caller]
fn signs_in(app: &TestApp, fingerprint: &str) -> Value {
    let begun = app.client.unrecorded().get(SIGN_IN_WIZARD).expect(200);
    reads(&begun, STEP);
    let body = json!({"email": EMAIL, "password": PASSWORD, "uuid": begun["uuid"], "device_fingerprint": fingerprint});
    let step = scripted(&app.client).post(SIGN_IN, &body).expect(200);
    reads(&step, STEP);
    step
}

/// Programs take both codes of a step that was accepted for a success.
#[track_caller]
fn is_accepted(step: &Value) {
    reads(step, STEP);
    assert!([json!(200), json!(202)].contains(&step["code"]), "{step}");
}

#[test]
fn a_program_signs_in_and_finds_the_accounts_with_enough_money() {
    on_both(|app| {
        let admin = app.admin();
        let ann = registered(app, EMAIL);
        let wallet = app.open_account(&admin, ann, "personal", 840);
        admin.change_balance(wallet, "150.5");
        app.open_account(&admin, ann, "trade", 978);
        let step = signs_in(app, &fingerprint(8));
        assert_eq!((&step["workflow"], &step["done"]), (&json!("terminate"), &json!(true)));
        reads(&step, TOKENS);
        let as_ann = scripted(&with_token(app, &step)).with("accept-language", "th");
        let listed = as_ann.get(ALL_ACCOUNTS).expect(200);
        let accounts = rows(&listed);
        for account in accounts {
            reads(account, ACCOUNT);
        }
        let money = |account: &Value| {
            account["statement"]["availableBalance"].as_str().and_then(|text| text.parse::<f64>().ok()).unwrap_or(0.0)
        };
        let rich: Vec<&Value> = accounts.iter().filter(|account| money(account) >= 100.0).collect();
        assert_eq!((accounts.len(), rich.len()), (2, 1));
        assert_eq!(rich[0]["accountId"], json!(wallet));
    });
}

#[test]
fn a_program_renews_its_tokens_once_an_answer_is_401() {
    on_both(|app| {
        registered(app, EMAIL);
        let mut step = signs_in(app, &fingerprint(8));
        // One program sends its fingerprint again, the other does not; both send the token that has expired.
        for more in [json!({"deviceFingerprint": fingerprint(8)}), json!({})] {
            app.advance(20 * 60);
            let expired = scripted(&with_token(app, &step));
            let refused = expired.get(ALL_ACCOUNTS).expect(401);
            reads(&refused, &[(Number, "error.code"), (Text, "error.message")]);
            let body = with(json!({"refreshToken": step["data"]["refreshToken"]["token"]}), &more);
            let renewed = expired.post(REFRESH, &body).expect(200);
            is_accepted(&renewed);
            reads(&renewed, TOKENS);
            rows(&scripted(&with_token(app, &renewed)).get(ALL_ACCOUNTS).expect(200));
            step = renewed;
        }
    });
}

#[test]
fn a_program_shows_why_a_sign_in_is_refused_and_tries_again_with_the_same_uuid() {
    on_both(|app| {
        registered(app, EMAIL);
        let program = scripted(&app.client);
        let begun = app.client.unrecorded().get(SIGN_IN_WIZARD).expect(200);
        let send = |fields: &Value| {
            let body = json!({
                "email": EMAIL, "password": PASSWORD, "uuid": begun["uuid"], "device_fingerprint": fingerprint(8),
            });
            program.post(SIGN_IN, &with(body, fields))
        };
        let refused = send(&json!({"password": "Wrong123"})).expect(401);
        reads(&refused, &[(Number, "error.code"), (Text, "error.message"), (List, "error.details")]);
        let refused = send(&json!({"email": "ann"})).expect(400);
        reads(&refused, &[(Text, "error.message error.details.0.issue")]);
        reads(&send(&json!({})).expect(200), TOKENS);
    });
}

#[test]
fn a_program_of_pages_signs_in_shows_accounts_and_transactions_and_signs_out() {
    on_both(|app| {
        let admin = app.admin();
        let ann = registered(app, EMAIL);
        let wallet = app.open_account(&admin, ann, "personal", 840);
        admin.deposit(wallet, "100").expect(201);
        let page = app.client.unrecorded();
        let begun = page.get(SIGN_IN_WIZARD).expect(200);
        is_accepted(&begun);
        let body = json!({
            "uuid": begun["uuid"], "email": EMAIL, "number": "", "password": PASSWORD,
            "device_fingerprint": FINGERPRINT, "recaptchaResponse": "nobody asked for it",
        });
        let step = page.post(SIGN_IN, &body).expect(200);
        is_accepted(&step);
        reads(&step, TOKENS);
        let as_ann = paged(&with_token(app, &step));
        reads(&as_ann.get(PROFILE).expect(200), &[(Text, "email locale info.firstName info.lastName")]);
        let listed = as_ann.get(ACCOUNTS).expect(200);
        assert_eq!(rows(&listed).len(), 1);
        reads(&rows(&listed)[0], ACCOUNT);
        let listed = as_ann.get(TRANSACTIONS).expect(200);
        reads(latest(&listed, "deposit"), CREDIT);
        assert_eq!(as_ann.call("POST", "/api/v2/my/signout", Some(b"")).status, 204);
        as_ann.get(ACCOUNTS).expect(401);
    });
}

#[test]
fn a_program_of_pages_signs_up_by_one_of_several_wizards() {
    on_both(|app| {
        let partners = json!({"name": "Partners", "type": "registration", "steps": []});
        let wizard = app.admin().unrecorded().create("/api/v2/wizards", &partners);
        let page = app.client.unrecorded();
        let start = json!({
            "url": "https://my.example.com/register/{registration}/{code}",
            "utm": {"referral": "", "uri": "https://my.example.com/en/register"},
        });
        let begun = page.post(SIGN_UP_WIZARD, &start).expect(200);
        is_accepted(&begun);
        let chosen = page.post(SIGN_UP, &json!({"wizard_id": wizard, "uuid": begun["uuid"]})).expect(200);
        is_accepted(&chosen);
        // The wizard is named again with the form.
        let form = json!({
            "wizard_id": wizard, "uuid": chosen["uuid"], "email": EMAIL, "password": PASSWORD,
            "password_confirmation": PASSWORD, "device_fingerprint": FINGERPRINT,
        });
        let done = page.post(SIGN_UP, &form).expect(200);
        reads(&done, TOKENS);
        paged(&with_token(app, &done)).get(PROFILE).expect(200);
    });
}

#[test]
fn a_server_signs_a_client_up_and_goes_on_with_their_token() {
    on_both(|app| {
        let server = scripted(&app.client);
        let utm = json!({"utm_uri": "https://my.example.com/en/auth/sign-up", "utm_referrer": "https://example.com/"});
        let begun = server.post(SIGN_UP_WIZARD, &json!({"utm": utm})).expect(200);
        let form = json!({
            "email": EMAIL, "password": PASSWORD, "password_confirmation": PASSWORD,
            "info": {"givenName": "Ann", "familyName": "Major", "birthday": "1990-04-12"},
            "phones": {"0": {"phone": PHONE}}, "requirements": {"adult": true, "resident": true},
            "uuid": begun["uuid"], "device_fingerprint": FINGERPRINT,
        });
        let done = server.post(SIGN_UP, &form).expect(200);
        assert_eq!(done["code"], json!(202), "{done}");
        reads(&done, TOKENS);
        let as_ann = with_token(app, &done).unrecorded();
        rows(&as_ann.get(ALL_ACCOUNTS).expect(200));
        for query in ["offset=0&limit=100", "offset=0&limit=10&filter%5Btype%5D=deposit"] {
            rows(&as_ann.get(&format!("{TRANSACTIONS}?{query}")).expect(200));
        }
    });
}

#[test]
fn a_program_of_pages_converts_at_the_rate_that_it_was_told() {
    on_both(|app| {
        let admin = app.admin();
        let pair = json!({"fromCurrency": 840, "toCurrency": 978, "isEnabled": true, "maxAmount": "500"});
        admin.create("/api/v2/currencies/pairs", &pair);
        app.rate(&admin, 840, 978, "0.9");
        let (ann, dollars) = app.wallet(&admin, EMAIL, 840, "100");
        let euros = app.open_account(&admin, ann, "personal", 978);
        admin.permit(ann, &["converter"]);
        let as_ann = paged(&app.as_client(ann));
        assert_eq!(rows(&as_ann.get(ACCOUNTS).expect(200)).len(), 2);
        let listed = as_ann.get("/api/v2/my/rates/USD").expect(200);
        reads(&rows(&listed)[0], RATE);
        let rate = as_ann.get("/api/v2/my/rates/USD/EUR").expect(200);
        reads(&rate, RATE);
        let order = json!({
            "amount": "10", "destinationAccountId": euros, "quoteId": rate["quoteId"], "sourceAccountId": dollars,
        });
        as_ann.post("/api/v2/my/exchanges", &order).expect(201);
        let listed = as_ann.get(TRANSACTIONS).expect(200);
        let exchange = latest(&listed, "exchange");
        reads(exchange, CREDIT);
        reads(exchange, &[(Figure, "debitDetails.amount foreignExchangeRate")]);
        reads(exchange, &[(Text, "debitDetails.currency.alphabeticCode"), (Number, "debitDetails.currency.minorUnit")]);
    });
}

#[test]
fn a_program_of_pages_saves_an_address_for_withdrawals() {
    let (url, mails) = smtp_server();
    on_both_with(&Setup { smtp_url: Some(url), ..Setup::default() }, |app| {
        let as_ann = paged(&app.as_client(app.admin().new_client(EMAIL, &json!({}))));
        let list = format!("{POLICIES}?limit=100&offset=0");
        assert!(rows(&as_ann.get(&list).expect(200)).is_empty());
        let begun = as_ann.get(&format!("{POLICIES}/wizard")).expect(200);
        assert_eq!(begun["code"], json!(200));
        let address = json!({
            "uuid": begun["uuid"], "walletAddress": "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2", "currencyCode": 1000,
            "noDestinationTag": true, "destinationTag": null,
        });
        let step = as_ann.post(POLICIES, &address).expect(200);
        assert_eq!(step["code"], json!(200), "{step}");
        // The program asks for no code; the client confirms the address elsewhere.
        let code = json!({"uuid": begun["uuid"], "code": code_of(&mails)});
        as_ann.post(&format!("{POLICIES}/confirm"), &code).expect(200);
        let listed = as_ann.get(&list).expect(200);
        let texts = "walletAddress currency.alphabeticCode currency.name";
        reads(&rows(&listed)[0], &[(Text, texts), (Number, "currency.minorUnit currency.numericCode")]);
        assert_eq!(rows(&listed)[0].get("destinationTag"), Some(&Value::Null));
    });
}

#[test]
fn a_program_of_pages_finds_the_paths_that_it_knows() {
    on_both(|app| {
        let as_ann = paged(&app.as_client(app.admin().new_client(EMAIL, &json!({}))));
        // What it has functions for, beside what its pages call.
        let known = "authorizations clients/types countries currencies/USD/paired deposits/groups deposits/methods \
                     devices permissions products/currencies products/groups settings withdrawals/currencies \
                     withdrawals/groups withdrawals/methods withdrawals/patterns withdrawals/wizard";
        for path in known.split(' ') {
            let answer = as_ann.get(&format!("/api/v2/my/{path}"));
            assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        }
    });
}

/// The code that an app shows now.
fn code_of_app(app: &TestApp, secret: &str) -> String {
    totp(secret).generate(app.unix_seconds().cast_unsigned()).to_string()
}

#[test]
fn a_program_asks_for_a_code_of_the_app() {
    on_both(|app| {
        registered(app, EMAIL);
        let (ann, _) = signed_in(app, EMAIL, PASSWORD);
        let secret = app_on(app, &ann);
        app.advance(60);
        let step = signs_in(app, &fingerprint(8));
        let code = json!({"code": code_of_app(app, &secret), "uuid": step["uuid"]});
        reads(&scripted(&app.client).post(GOOGLE, &code).expect(200), TOKENS);
    });
}

#[test]
fn a_program_asks_for_a_code_of_the_phone_and_then_for_one_of_two_second_factors() {
    on_both(|app| {
        registered(app, EMAIL);
        let (ann, _) = signed_in(app, EMAIL, PASSWORD);
        let service = phone_on(app, &ann);
        let by_phone = signs_in(app, &fingerprint(8));
        let code = json!({"code": code_at(&service), "uuid": by_phone["uuid"]});
        reads(&scripted(&app.client).post("/api/v2/my/2fa/sms", &code).expect(200), TOKENS);
        let secret = app_on(app, &ann);
        app.advance(60);
        let by_either = signs_in(app, &fingerprint(8));
        let types = by_either["data"]["tfaProviders"].as_array().expect("second factors").iter();
        assert_eq!(types.map(|factor| &factor["type"]).collect::<Vec<_>>(), [&json!("google"), &json!("sms")]);
        // It chooses by itself, and sends the code at once.
        let code = json!({"code": code_of_app(app, &secret), "uuid": by_either["uuid"]});
        reads(&scripted(&app.client).post(GOOGLE, &code).expect(200), TOKENS);
    });
}

#[test]
fn a_program_sends_a_fingerprint_with_a_large_picture() {
    on_both(|app| {
        registered(app, EMAIL);
        // One that was recorded from a browser has 12,356 letters.
        let fingerprint = fingerprint(3_000);
        let step = signs_in(app, &fingerprint);
        let token = &step["data"]["refreshToken"]["token"];
        let body = json!({"refreshToken": token, "deviceFingerprint": fingerprint});
        reads(&scripted(&app.client).post(REFRESH, &body).expect(200), TOKENS);
    });
}
