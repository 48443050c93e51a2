//! Who is told of what, and until when.

use chrono::TimeDelta;
use domain::messaging::QrCodeKey;
use domain::payments::MethodDirection;
use serde_json::{Value, json};
use storage::Error;
use storage::messaging::socket_events;

use super::{Witness, deposit, end_deposit};
use crate::harness::orders::ReadyClient;
use crate::harness::socket_io::{Polled, Program, Wired, channel_of, sign_in, sign_in_for};
use crate::harness::{Client, Gateway, TestApp, amount, on_both};
use crate::identity::api_keys::make;

fn prepare(app: &TestApp) -> (Client, ReadyClient) {
    let admin = app.admin();
    let ready = ReadyClient::prepare(app, &admin, MethodDirection::Deposit);
    (admin, ready)
}

#[test]
fn a_client_is_told_that_a_deposit_is_done() {
    on_both(|app| {
        let (admin, ready) = prepare(app);
        let (mut wired, mut polled) = (Wired::open(&app.client), Polled::open(&app.client));
        let (channel, token) = (channel_of(ready.client), sign_in(app, ready.client));
        wired.subscribe(&channel, Some(&token));
        polled.subscribe(&channel, Some(&token));
        let deposit = deposit(app, &admin, &ready);
        let data = wired.event("deposit_done", &channel);
        assert_eq!(polled.event("deposit_done", &channel), data);
        assert_eq!(data["message"], Value::Null);
        let transaction = &data["transaction"];
        assert_eq!(transaction["transactionId"], json!(deposit));
        assert_eq!(transaction["status"], json!("done"));
        assert_eq!(transaction["type"], json!("deposit"));
        assert_eq!(transaction["creditDetails"]["amount"], amount("1078"));
        assert_eq!(transaction["creditDetails"]["account"]["accountId"], json!(ready.account));
        assert_eq!(transaction["debitDetails"]["amount"], amount("1000"));
        assert_eq!(transaction["meta"]["providerCommission"], amount("0"));
        // What is internal is not told.
        assert_eq!(transaction.get("clientId"), None);
        assert_eq!(transaction.get("application"), None);
        assert_eq!(transaction["meta"].get("comment"), None);
        assert_eq!(transaction["meta"].get("verificationStatus"), None);
        assert_eq!(transaction["creditDetails"]["account"].get("clientId"), None);
        wired.hears_nothing();
        polled.hears_nothing();
    });
}

#[test]
fn a_client_is_told_that_a_deposit_failed_in_their_language() {
    on_both(|app| {
        let (admin, ready) = prepare(app);
        let resolution = json!({
            "name": "Card declined", "typeId": 1,
            "resources": [{"key": "name", "locale": "es_ES", "value": "Tarjeta rechazada"}],
        });
        let resolution = admin.create("/api/v2/resolutions", &resolution);
        let mut programs = ["en", "es"].map(|language| Wired::open(&app.client.with("Accept-Language", language)));
        let (channel, token) = (channel_of(ready.client), sign_in(app, ready.client));
        for program in &mut programs {
            program.subscribe(&channel, Some(&token));
        }
        let change = json!({"status": "rejected", "resolutionId": resolution});
        let deposit = end_deposit(app, &admin, &ready, &change);
        let told = programs.each_mut().map(|program| program.event("deposit_failed", &channel));
        assert_eq!(told[0]["transaction"]["transactionId"], json!(deposit));
        assert_eq!(told[0]["transaction"]["status"], json!("rejected"));
        assert_eq!(told[1]["message"], told[1]["transaction"]["resolution"]["name"]);
        assert_eq!([&told[0]["message"], &told[1]["message"]], [&json!("Card declined"), &json!("Tarjeta rechazada")]);
        end_deposit(app, &admin, &ready, &json!({"status": "cancelled"}));
        let cancelled = programs[0].event("deposit_failed", &channel);
        assert_eq!([&cancelled["transaction"]["status"], &cancelled["message"]], [&json!("cancelled"), &Value::Null]);
    });
}

#[test]
fn a_deposit_to_an_outside_platform_is_told_when_it_has_arrived() {
    on_both(|app| {
        let (admin, ready) = prepare(app);
        let gateway = Gateway::start();
        let account = admin.get(&format!("/api/v2/accounts/{}", ready.account)).expect(200);
        admin.connect(admin.platform_of(account["product"]["id"].as_i64().unwrap()), &gateway);
        let mut witness = Witness::of(app, ready.client);
        let first = deposit(app, &admin, &ready);
        witness.program.hears_nothing();
        app.run_jobs();
        witness.hears_of(first);
        gateway.answer(422);
        deposit(app, &admin, &ready);
        app.run_jobs();
        let failed = witness.program.event("deposit_failed", &channel_of(ready.client));
        assert_eq!(failed["transaction"]["status"], json!("failed"));
    });
}

#[test]
fn other_movements_are_not_told() {
    on_both(|app| {
        let (admin, ready) = prepare(app);
        let mut witness = Witness::of(app, ready.client);
        admin.deposit(ready.account, "10").expect(201);
        admin.withdraw(ready.account, "10").expect(201);
        admin.change_balance(ready.account, "10");
        let synchronous = ready.ask_synchronously(app, "1000").unwrap();
        admin.patch(&format!("/api/v2/transactions/{synchronous}"), &json!({"status": "inProgress"})).expect(200);
        let asynchronous = deposit(app, &admin, &ready);
        witness.hears_of(asynchronous);
        witness.program.hears_nothing();
    });
}

#[test]
fn nobody_listens_on_the_channel_of_a_client_without_a_token_of_theirs() {
    on_both(|app| {
        let (admin, ready) = prepare(app);
        let channel = channel_of(ready.client);
        let other = admin.new_client("other@example.com", &json!({}));
        let banned = admin.new_client("banned@example.com", &json!({}));
        let expired = sign_in_for(app, ready.client, TimeDelta::minutes(1));
        let of_other = sign_in(app, other);
        app.advance(60);
        let mut tampered = sign_in(app, ready.client);
        tampered.pop();
        let (_, key) = make(&admin, "k", &["clients.read"], &json!({}));
        let tokens = [
            None,
            Some(String::new()),
            Some("rubbish".to_owned()),
            Some(tampered),
            Some(of_other.clone()),
            Some(expired),
            admin.token.clone(),
            key.token,
        ];
        let mut programs: Vec<Wired> = tokens.iter().map(|_| Wired::open(&app.client)).collect();
        for (program, token) in programs.iter_mut().zip(&tokens) {
            program.subscribe(&channel, token.as_deref());
        }
        // One's own token is none for another's channel, before and after.
        programs[0].subscribe(&channel_of(other), Some(&of_other));
        let of_banned = sign_in(app, banned);
        admin.patch(&format!("/api/v2/clients/{banned}"), &json!({"status": "banned"})).expect(200);
        programs[0].subscribe(&channel_of(banned), Some(&of_banned));
        let mut witness = Witness::of(app, ready.client);
        let deposit = deposit(app, &admin, &ready);
        witness.hears_of(deposit);
        programs.iter_mut().for_each(Wired::hears_nothing);
    });
}

#[test]
fn a_subscription_ends_with_its_token() {
    on_both(|app| {
        let (admin, ready) = prepare(app);
        let (mut program, channel) = (Wired::open(&app.client), channel_of(ready.client));
        program.subscribe(&channel, Some(&sign_in_for(app, ready.client, TimeDelta::minutes(20))));
        app.advance(20 * 60 - 1);
        let first = deposit(app, &admin, &ready);
        assert_eq!(program.event("deposit_done", &channel)["transaction"]["transactionId"], json!(first));
        let mut witness = Witness::of(app, ready.client);
        app.advance(1);
        let second = deposit(app, &admin, &ready);
        witness.hears_of(second);
        program.hears_nothing();
        // A new token, over the same connection.
        program.subscribe(&channel, Some(&sign_in(app, ready.client)));
        let third = deposit(app, &admin, &ready);
        assert_eq!(program.event("deposit_done", &channel)["transaction"]["transactionId"], json!(third));
    });
}

#[test]
fn a_subscription_ends_with_its_session() {
    on_both(|app| {
        let (admin, ready) = prepare(app);
        let (mut program, channel) = (Wired::open(&app.client), channel_of(ready.client));
        program.subscribe(&channel, Some(&sign_in(app, ready.client)));
        let password = json!({"password": "Qwerty123", "send_mail": false});
        admin.put(&format!("/api/v2/clients/{}/password", ready.client), &password).expect(204);
        let mut witness = Witness::of(app, ready.client);
        let deposit = deposit(app, &admin, &ready);
        witness.hears_of(deposit);
        program.hears_nothing();
    });
}

#[test]
fn a_banned_client_is_told_nothing_more() {
    on_both(|app| {
        let (admin, ready) = prepare(app);
        let mut witness = Witness::of(app, ready.client);
        let told = deposit(app, &admin, &ready);
        witness.hears_of(told);
        let pending = ready.ask(app, "1000").unwrap();
        let status = |status: &str| {
            admin.patch(&format!("/api/v2/clients/{}", ready.client), &json!({"status": status})).expect(200);
        };
        status("banned");
        let rejected = json!({"status": "cancelled"});
        admin.patch(&format!("/api/v2/transactions/{pending}"), &rejected).expect(200);
        // Told after it, over another client's connection.
        let other = QrCodeKey::new("a-qr-code-of-somebody-else").unwrap();
        let mut fence = Wired::open(&app.client);
        fence.subscribe("qr.a-qr-code-of-somebody-else", None);
        let sealed = app.outbound.secret.seal(b"token").unwrap();
        let put = app.database.write(move |tx| {
            socket_events::put_token(tx, other.clone(), &sealed)?;
            Ok::<_, Error>(())
        });
        put.unwrap();
        fence.event("signin_token", "qr.a-qr-code-of-somebody-else");
        witness.program.hears_nothing();
        // What was missed is not told later.
        status("active");
        witness.program.subscribe(&channel_of(ready.client), Some(&sign_in(app, ready.client)));
        let later = deposit(app, &admin, &ready);
        witness.hears_of(later);
    });
}

#[test]
fn what_happened_before_is_not_told() {
    on_both(|app| {
        let (admin, ready) = prepare(app);
        deposit(app, &admin, &ready);
        let mut witness = Witness::of(app, ready.client);
        let told = deposit(app, &admin, &ready);
        witness.hears_of(told);
        witness.program.hears_nothing();
        app.advance(600);
        drop(witness);
        let mut witness = Witness::of(app, ready.client);
        let told = deposit(app, &admin, &ready);
        witness.hears_of(told);
    });
}

#[test]
fn what_was_told_is_forgotten_after_an_hour() {
    on_both(|app| {
        let (admin, ready) = prepare(app);
        let kept = || app.database.read(|conn| Ok::<_, Error>(socket_events::above(conn, 0)?.0.len())).unwrap();
        deposit(app, &admin, &ready);
        app.advance(3_600);
        app.sweep();
        assert_eq!(kept(), 1);
        app.advance(1);
        app.sweep();
        assert_eq!(kept(), 0);
    });
}
