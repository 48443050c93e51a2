//! The bonuses of the client, and programs from which they claim one.

use serde_json::{Value, json};

use crate::bonuses::{give, terms, trading};
use crate::harness::{TestApp, amount, on_both, with};

const BONUSES: &str = "/api/v2/my/bonuses";
const PROGRAMS: &str = "/api/v2/my/bonuses/temporary";

/// A program of 50 that ends in an hour, for accounts of a platform.
pub fn program(app: &TestApp, platform: i64) -> Value {
    let fields = json!({
        "platformId": platform, "name": "Spring", "amount": "50", "currencyCode": 840, "platformGroups": ["real"],
        "expiredAt": app.time(3600),
    });
    with(terms(), &fields)
}

#[test]
fn a_client_sees_their_own_bonuses() {
    on_both(|app| {
        let admin = app.admin();
        let (ann, bob) = (trading(app, &admin), trading(app, &admin));
        let bonus = give(&admin, ann.account, &json!({}));
        let of_bob = give(&admin, bob.account, &json!({}));
        let as_ann = app.as_client(ann.client);
        let listed = as_ann.get(BONUSES).expect(200);
        assert_eq!((&listed["total"], &listed["data"][0]["id"]), (&json!(1), &json!(bonus)));
        let first = &listed["data"][0];
        assert_eq!((&first["requiredVolume"], &first["account"]["number"]), (&amount("50"), &ann.number));
        assert_eq!(as_ann.get(&format!("{BONUSES}/{bonus}")).expect(200), *first);
        as_ann.get(&format!("{BONUSES}/{of_bob}")).refused(404, "notFound");
        as_ann.delete(&format!("{BONUSES}/{bonus}")).expect(405);
    });
}

#[test]
fn a_client_claims_a_program_once_and_before_it_ends() {
    on_both(|app| {
        let admin = app.admin();
        let ann = trading(app, &admin);
        let (_, wallet) = app.wallet(&admin, "bob@example.com", 840, "0");
        let as_ann = app.as_client(ann.client);
        let id = admin.create("/api/v2/bonuses/temporary", &program(app, ann.platform));
        let path = format!("{PROGRAMS}/{id}");
        assert_eq!(as_ann.get(&path).expect(200), as_ann.get(PROGRAMS).expect(200)["data"][0]);
        let claim = |account: i64| as_ann.post(&format!("{path}/claim"), &json!({"accountId": account}));
        claim(wallet).expect_faults(422, &[("accountId", "unknown")]);
        claim(ann.account).expect_faults(422, &[("accountId", "notInProgramGroup")]);
        app.run_sql("UPDATE accounts SET platform_group = 'real'");
        let claimed = claim(ann.account).expect(200);
        assert_eq!((&claimed["caption"], &claimed["amount"]), (&json!("Spring"), &amount("50")));
        claim(ann.account).refused(409, "programAlreadyClaimed");
        assert_eq!(as_ann.total(BONUSES), 1);
        let log = admin.get("/api/v2/logs/messages?filter[eventName]=bonus_created").expect(200);
        assert!(log["data"].to_string().contains(&format!("trader{}@example.com", ann.platform)), "{log}");
        app.advance(600);
        admin.patch(&format!("/api/v2/bonuses/temporary/{id}"), &json!({"expiredAt": app.time(-60)})).expect(200);
        assert_eq!(as_ann.total(PROGRAMS), 0);
        as_ann.get(&path).refused(404, "notFound");
        claim(ann.account).refused(404, "notFound");
    });
}
