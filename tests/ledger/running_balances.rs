//! What postings keep of the time and the balance, whoever posts at the same time, and what older databases get of it.

use std::sync::Barrier;

use serde_json::{Value, json};
use storage::{Database, Error};

use crate::harness::orders::ReadyClient;
use crate::harness::{Client, Setup, TestApp, databases, on_both, sql};
use domain::payments::MethodDirection;

/// All postings as they are stored.
fn stored(database: &Database) -> Vec<String> {
    let query = "SELECT CAST(entry_id AS TEXT) || ' ' || CAST(line AS TEXT) || ' ' || book || ' ' || \
                 COALESCE(CAST(account_id AS TEXT), '-') || ' ' || CAST(post_time AS TEXT) || ' ' || \
                 COALESCE(CAST(balance_after AS TEXT), '-') FROM postings ORDER BY entry_id, line";
    database.read(move |conn| Ok::<_, Error>(sql::texts(conn, query))).unwrap()
}

/// The migration since which postings keep what they left in their books.
pub const RUNNING_BALANCES: &str = "2026-11-29-000042_running_balances";

#[test]
fn postings_of_an_older_version_get_their_times_and_balances() {
    on_both(|app| {
        let admin = app.admin();
        let ready = ReadyClient::prepare(app, &admin, MethodDirection::Withdrawal);
        let other = app.open_account(&admin, ready.client, "personal", 840);
        for amount in ["1.01", "20", "0.5"] {
            app.advance(7);
            admin.transfer(ready.client, [ready.account, other], amount).expect(201);
            ready.ask(app, "10").unwrap();
        }
        let before = stored(&app.database);
        app.migrate_from_before(RUNNING_BALANCES, String::new());
        assert_eq!(stored(&app.database), before);
        app.verify();
        admin.transfer(ready.client, [other, ready.account], "1").expect(201);
        app.verify();
    });
}

#[test]
fn times_of_an_older_version_that_ran_back_do_not_any_more() {
    on_both(|app| {
        let admin = app.admin();
        let (_, account) = app.wallet(&admin, "a@example.com", 840, "10");
        admin.change_balance(account, "5");
        let of_another_clock = "UPDATE entries SET create_time = '2026-01-01 05:00:00' WHERE id = 1";
        app.migrate_from_before(RUNNING_BALANCES, of_another_clock.to_owned());
        app.verify();
        admin.change_balance(account, "1");
        app.verify();
        let list = admin.get(&format!("/api/v2/accounts/{account}/postings")).expect(200);
        let times: Vec<&Value> = list["data"].as_array().unwrap().iter().map(|posting| &posting["time"]).collect();
        assert_eq!(times, [&json!("2026-01-01T05:00:00+00:00"); 3]);
    });
}

#[test]
fn sixteen_transfers_at_once_leave_balances_that_follow_one_another() {
    const AT_ONCE: usize = 16;
    on_both(|app| {
        let admin = app.admin();
        let (client, hub) = app.wallet(&admin, "a@example.com", 840, "100");
        let product = app.open_product(&admin, "personal", &[840]);
        let others: Vec<i64> = (0..AT_ONCE).map(|_| admin.new_account(client, product, 840)).collect();
        let (base, token) = (&admin.base, admin.token.as_deref().unwrap());
        let barrier = &Barrier::new(AT_ONCE);
        std::thread::scope(|scope| {
            for (number, other) in others.iter().enumerate() {
                scope.spawn(move || {
                    let caller = Client::new(base, std::rc::Rc::default()).with_token(token);
                    barrier.wait();
                    caller.transfer(client, [hub, *other], &format!("{}.01", number % 5)).expect(201);
                });
            }
        });
        app.verify();
        // In which order they come differs.
        let admin = admin.unrecorded();
        let total = admin.total(&format!("/api/v2/accounts/{hub}/postings?filter[book]=balance"));
        assert_eq!(total, i64::try_from(AT_ONCE).unwrap() + 1);
        let now = admin.get(&format!("/api/v2/accounts/{hub}/balances")).expect(200)["balance"].clone();
        // 100 less 30 for the whole dollars, and 16 cents.
        assert_eq!(now, json!("69.840000000000000000"));
    });
}

/// The clock of one of two servers on one database is an hour ahead.
#[test]
fn clocks_that_differ_do_not_let_time_run_back() {
    for url in databases() {
        let setup = Setup { has_lasting_tokens: true, ..Setup::default() };
        let one = TestApp::start(url.clone(), &setup);
        let ahead = TestApp::start(url, &setup);
        ahead.advance(3600);
        let admin = one.admin();
        let (_, account) = one.wallet(&admin, "a@example.com", 840, "10");
        ahead.client.with_token(admin.token.as_deref().unwrap()).change_balance(account, "1");
        admin.change_balance(account, "2");
        one.advance(2 * 3600);
        admin.change_balance(account, "3");
        one.verify();
        let list = admin.get(&format!("/api/v2/accounts/{account}/postings?sort_order=asc")).expect(200);
        let times: Vec<&str> =
            list["data"].as_array().unwrap().iter().map(|posting| posting["time"].as_str().unwrap()).collect();
        let hours = times.iter().map(|time| time.split(['T', ':']).nth(1).unwrap()).collect::<Vec<_>>();
        assert_eq!(hours, ["00", "01", "01", "02"]);
    }
}

/// The clock of one of two servers on one database is an hour ahead.
#[test]
fn a_wrong_clock_stays_with_the_accounts_that_its_server_posts_on() {
    for url in databases() {
        let setup = Setup { has_lasting_tokens: true, ..Setup::default() };
        let one = TestApp::start(url.clone(), &setup);
        let ahead = TestApp::start(url, &setup);
        ahead.advance(3600);
        let admin = one.admin();
        let (client, account) = one.wallet(&admin, "a@example.com", 840, "10");
        let other = one.open_account(&admin, client, "personal", 840);
        ahead.client.with_token(admin.token.as_deref().unwrap()).change_balance(account, "1");
        admin.transfer(client, [account, other], "5").expect(201);
        one.verify();
        let newest = |account: i64| {
            let list = admin.get(&format!("/api/v2/accounts/{account}/postings?limit=1")).expect(200);
            list["data"][0]["time"].as_str().unwrap().split(['T', ':']).nth(1).unwrap().to_owned()
        };
        assert_eq!((newest(account).as_str(), newest(other).as_str()), ("01", "00"));
    }
}
