//! Clients who tried too often.

use domain::clients::ClientId;
use domain::identity::AttemptOutcome;
use serde_json::json;
use storage::credentials::blocks::{self, CodeOwner};

use super::acting::{HOME, address, guess};
use crate::harness::{Setup, TestApp, on_both, on_both_with};

const BLOCKS: &str = "/api/v2/security/addresses";
const ELSEWHERE: &str = "198.51.100.9";

/// Five wrong passwords.
fn block(app: &TestApp, email: &'static str) {
    for _ in 0..5 {
        assert_eq!(guess(app, email, HOME), None);
    }
}

#[test]
fn a_client_is_blocked_from_where_they_tried_until_the_block_ends() {
    let lasting = Setup { has_lasting_tokens: true, ..Setup::default() };
    on_both_with(&lasting, |app| {
        let admin = app.admin();
        let ann = admin.new_client("ann@example.com", &json!({}));
        block(app, "ann@example.com");
        assert!(guess(app, "ann@example.com", HOME).is_some());
        assert_eq!(guess(app, "ann@example.com", ELSEWHERE), None, "from elsewhere the client may try");
        let listed = admin.get(BLOCKS).expect(200);
        assert_eq!(listed["total"], json!(1));
        let block = &listed["data"][0];
        assert_eq!((&block["clientId"], &block["ip"]), (&json!(ann), &json!(HOME)));
        assert_eq!((&block["createTime"], &block["expireTime"]), (&json!(app.time(0)), &json!(app.time(600))));
        assert_eq!(admin.total(&format!("{BLOCKS}?filter[clientEmail]=ANN@example.com")), 1);
        assert_eq!(admin.total(&format!("{BLOCKS}?filter[ip]={ELSEWHERE}")), 0);
        app.advance(600);
        assert_eq!(admin.total(BLOCKS), 0, "one that has ended is not listed");
        admin.get(&format!("{BLOCKS}/{}", block["id"])).expect(404);
        admin.delete(&format!("{BLOCKS}/{}", block["id"])).expect(404);
        assert_eq!(guess(app, "ann@example.com", HOME), None);
    });
}

#[test]
fn a_client_who_is_unblocked_may_try_at_once() {
    on_both(|app| {
        let admin = app.admin();
        let tag = admin.new_tag("VIP");
        admin.new_client("ann@example.com", &json!({}));
        block(app, "ann@example.com");
        let id = admin.get(BLOCKS).expect(200)["data"][0]["id"].clone();
        let (_, as_eve) =
            app.user_of("eve", &["blockedClients.read", "blockedClients.delete"], &json!({"clientTags": [tag]}));
        as_eve.delete(&format!("{BLOCKS}/{id}")).expect(404);
        admin.delete(&format!("{BLOCKS}/{id}")).expect(204);
        admin.delete(&format!("{BLOCKS}/{id}")).expect(404);
        block(app, "ann@example.com");
        assert_eq!(admin.total(BLOCKS), 1);
    });
}

/// Wrong codes count apart from wrong passwords, and for ten minutes.
#[test]
fn a_client_who_gives_wrong_codes_is_blocked_too() {
    on_both(|app| {
        let admin = app.admin();
        let ann = admin.new_client("ann@example.com", &json!({}));
        let (client, ip) = (ann.into(), address(HOME));
        let wrong_code = || {
            let wrong = app.database.write(move |tx| match blocks::begin_code(tx, client, ip)? {
                Ok(attempt) => {
                    blocks::settle_code(tx, &attempt, client, AttemptOutcome::Failed, ip)?;
                    Ok::<_, storage::Error>(true)
                }
                Err(_) => Ok(false),
            });
            wrong.unwrap()
        };
        for _ in 0..5 {
            assert!(wrong_code());
            app.advance(60);
        }
        assert!(!wrong_code());
        let block = admin.get(BLOCKS).expect(200)["data"][0].clone();
        assert_eq!(block["reason"], json!("Too many wrong codes"));
        assert_eq!(guess(app, "ann@example.com", HOME), None, "passwords are counted apart");
        admin.delete(&format!("{BLOCKS}/{}", block["id"])).expect(204);
        assert!(wrong_code());
    });
}

#[test]
fn wrong_codes_are_limited_from_all_addresses_together() {
    on_both(|app| {
        let admin = app.admin();
        let client: ClientId = admin.new_client("ann@example.com", &json!({})).into();
        let wrong_code = |number: usize| {
            let ip = address(&format!("198.51.100.{}", number / 4));
            let counted = app.database.write(move |tx| {
                let owner = CodeOwner::Client(client);
                if blocks::codes_refused_until(tx, &owner, ip)?.is_some() {
                    return Ok::<_, storage::Error>(0);
                }
                blocks::count_wrong_code(tx, &owner, ip)?;
                Ok(1)
            });
            counted.unwrap()
        };
        assert_eq!((0..100).map(wrong_code).sum::<usize>(), 30);
        assert_eq!(admin.total(BLOCKS), 1);
        let block = admin.get(BLOCKS).expect(200)["data"][0].clone();
        assert_eq!((&block["ip"], &block["expireTime"]), (&json!("198.51.100.7"), &json!(app.time(600))));
        admin.delete(&format!("{BLOCKS}/{}", block["id"])).expect(204);
        assert_eq!(wrong_code(0), 1);
    });
}
