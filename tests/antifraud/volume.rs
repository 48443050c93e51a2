//! A pass costs what is new, and not what there is.

use std::time::{Duration, Instant};

use serde_json::json;
use storage::DatabaseUrl;

use super::{NOTIFICATIONS, lasting, look_for, run, sign_in};
use crate::harness::{TestApp, on_both_with};

/// The address from which everybody signs in.
const BUSY: &str = "10.9.9.9";

/// Every event, with limits.
fn look_for_all(app: &TestApp) {
    let admin = app.admin();
    for event in ["identical_wallet_address", "identical_phone", "identical_email"] {
        look_for(&admin, event, &json!({}));
    }
    look_for(&admin, "verification_level_unauthorised_change", &json!({}));
    look_for(&admin, "identical_ip", &json!({"periodDays": 30}));
    for event in ["withdrawals_without_trading", "frequent_deposits"] {
        look_for(&admin, event, &json!({"threshold": "1000", "periodDays": 30}));
    }
    look_for(&admin, "excessive_deposits_sum", &json!({"threshold": "1000000", "periodDays": 30}));
}

/// Fills the tables: so many sign-ins, from a thousand addresses, and so many deposits with their entries, of as many
/// clients as there are.
fn fill(app: &TestApp, count: i64) {
    const AT_ONCE: i64 = 100_000;
    let numbers = |from: i64| {
        format!(
            "WITH RECURSIVE n (i) AS (SELECT {from} UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {})",
            count.min(from + AT_ONCE)
        )
    };
    for from in (0..count).step_by(usize::try_from(AT_ONCE).unwrap()) {
        let numbers = numbers(from);
        run(
            &app.database,
            format!(
                "{numbers} INSERT INTO client_sign_ins (client_id, ip, status, create_time) \
                 SELECT 1 + i % 1000, '10.0.0.' || (i % 1000), 'success', NOW FROM n"
            ),
        );
        let one = one_euro(app);
        run(
            &app.database,
            format!(
                "{numbers} INSERT INTO transactions (client_id, kind, status, debit_amount, debit_commission, \
                 debit_currency, credit_amount, credit_commission, credit_currency, rate, method_id, usd_worth, \
                 create_time, update_time, processed_time) SELECT 1 + i % 1000, 'deposit', 'done', {one}, {one}, 978, \
                 {one}, {one}, 978, {one}, 1, {one}, NOW, NOW, NOW FROM n"
            ),
        );
        run(
            &app.database,
            format!(
                "{numbers} INSERT INTO entries (transaction_id, step, round, create_time) \
                 SELECT i + 1, 'done', 1, NOW FROM n"
            ),
        );
    }
}

/// An amount as the database keeps it.
fn one_euro(app: &TestApp) -> &'static str {
    match app.database.url() {
        DatabaseUrl::Sqlite(_) => "'0000000000000000000000000001'",
        DatabaseUrl::Postgres(_) => "1",
    }
}

/// How long the jobs take that are due at the next pass.
fn pass(app: &TestApp) -> Duration {
    app.advance(300);
    let begun = Instant::now();
    app.run_jobs();
    begun.elapsed()
}

fn measure(app: &TestApp, count: i64) {
    let admin = app.admin();
    let clients: Vec<i64> = (0..1_000).map(|n| admin.new_client(&format!("c{n}@example.com"), &json!({}))).collect();
    fill(app, count);
    app.database.optimize().unwrap();
    look_for_all(app);
    pass(app);
    let nothing = (0..5).map(|_| pass(app)).max().unwrap();
    assert_eq!(admin.total(NOTIFICATIONS), 0);
    let (_, account) = app.wallet(&admin, "new@example.com", 978, "0");
    for client in &clients[..100] {
        sign_in(app, *client, "10.0.0.1", "success");
    }
    app.rate(&admin, 978, 840, "1.1");
    admin.deposit(account, "1").expect(201);
    let some = pass(app);
    assert_eq!(admin.total(NOTIFICATIONS), 1, "what is new was looked at");
    eprintln!("{count} sign-ins and deposits: {nothing:?} with nothing new, {some:?} with 100 sign-ins and a deposit");
    assert!(nothing < Duration::from_millis(100), "{nothing:?}");
}

#[test]
#[ignore = "takes long: run it to measure"]
fn a_pass_with_nothing_new_over_a_million_sign_ins_and_deposits_takes_no_tenth_of_a_second() {
    on_both_with(&lasting(), |app| measure(app, 1_000_000));
}

/// So many clients, who are like the first, and so many sign-ins of theirs, all from one address.
fn fill_one_address(app: &TestApp, clients: i64, sign_ins: i64) {
    const COPIED: &str = "first_name, last_name, internal_type, risk_level, status, type_id, level_id, locale, \
                          analytics, create_time";
    let first = app.admin().new_client("c0@example.com", &json!({}));
    let numbers = |count| format!("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})");
    let copies = format!(
        "{} INSERT INTO clients (email, email_key, {COPIED}) SELECT 'c' || i || '@x', 'c' || i || '@x', {COPIED} \
         FROM n CROSS JOIN clients",
        numbers(clients - 1)
    );
    run(&app.database, copies);
    let made = format!(
        "{} INSERT INTO client_sign_ins (client_id, ip, status, create_time) \
         SELECT {first} + i % {clients}, '{BUSY}', 'success', NOW FROM n",
        numbers(sign_ins)
    );
    run(&app.database, made);
    app.database.optimize().unwrap();
}

#[test]
#[ignore = "takes long: run it to measure"]
fn a_pass_over_an_address_of_five_thousand_clients_takes_no_tenth_of_a_second() {
    on_both_with(&lasting(), |app| {
        let admin = app.admin();
        fill_one_address(app, 5_000, 200_000);
        look_for(&admin, "identical_ip", &json!({"periodDays": 30}));
        pass(app);
        let nothing = (0..5).map(|_| pass(app)).max().unwrap();
        assert_eq!(admin.total(NOTIFICATIONS), 0);
        sign_in(app, 1, BUSY, "success");
        let first = pass(app);
        assert_eq!(admin.total(NOTIFICATIONS), 1);
        let mut more = Vec::new();
        for client in 2..7 {
            sign_in(app, client, BUSY, "success");
            more.push(pass(app));
        }
        eprintln!("{nothing:?} with nothing new, {first:?} with one sign-in that raises, {more:?} with one each");
        assert!(nothing < Duration::from_millis(100), "{nothing:?}");
    });
}
