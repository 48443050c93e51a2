//! What is found in sign-ins and profiles.

use serde_json::json;

use super::{DAY, SETTINGS, clients_of, close, facts_of, found, lasting, look_for, sign_in};
use crate::harness::{ADMIN_EMAIL, Client, on_both, on_both_with};

fn clients<const N: usize>(admin: &Client, names: [&str; N]) -> [i64; N] {
    names.map(|name| admin.new_client(&format!("{name}@example.com"), &json!({})))
}

#[test]
fn clients_who_sign_in_from_one_address_are_found_once() {
    on_both_with(&lasting(), |app| {
        let admin = app.admin();
        let [ann, bob, carol, dave] = clients(&admin, ["ann", "bob", "carol", "dave"]);
        look_for(&admin, "identical_ip", &json!({"periodDays": 7}));
        for (client, ip, status) in [
            (ann, "192.0.2.1", "success"),
            (ann, "192.0.2.1", "success"),
            (bob, "192.0.2.2", "success"),
            (carol, "192.0.2.1", "failure"),
        ] {
            sign_in(app, client, ip, status);
        }
        assert!(found(app, &admin).is_empty(), "one client alone");
        sign_in(app, bob, "192.0.2.1", "success");
        let raised = found(app, &admin);
        assert_eq!(raised.len(), 1);
        assert_eq!(clients_of(&raised[0]), [ann, bob]);
        assert_eq!(facts_of(&raised[0]), json!({"ipAddress": "192.0.2.1", "periodDays": 7}));
        sign_in(app, ann, "192.0.2.1", "success");
        assert_eq!(found(app, &admin), raised, "nothing is new");
        sign_in(app, carol, "192.0.2.1", "success");
        let joined = found(app, &admin);
        assert_eq!((joined.len(), clients_of(&joined[0])), (1, vec![ann, bob, carol]));
        close(&admin, 1);
        sign_in(app, ann, "192.0.2.1", "success");
        assert_eq!(found(app, &admin).len(), 1, "users have seen these clients");
        sign_in(app, dave, "192.0.2.1", "success");
        let again = found(app, &admin);
        assert_eq!(again.len(), 2, "another client takes part");
        assert_eq!((&again[1]["status"], clients_of(&again[1])), (&json!("open"), vec![ann, bob, carol, dave]));
    });
}

#[test]
fn sign_ins_before_the_period_do_not_count_and_those_before_the_event_was_enabled_do() {
    on_both_with(&lasting(), |app| {
        let admin = app.admin();
        let [ann, bob, carol] = clients(&admin, ["ann", "bob", "carol"]);
        sign_in(app, ann, "192.0.2.1", "success");
        app.advance(2 * DAY);
        sign_in(app, bob, "192.0.2.1", "success");
        look_for(&admin, "identical_ip", &json!({"periodDays": 3}));
        assert!(found(app, &admin).is_empty(), "what was there is not looked for");
        app.advance(DAY);
        sign_in(app, carol, "192.0.2.1", "success");
        assert_eq!(clients_of(&found(app, &admin)[0]), [bob, carol]);
    });
}

#[test]
fn exceptions_are_not_looked_at() {
    on_both_with(&lasting(), |app| {
        let admin = app.admin();
        let [ann, bob] = clients(&admin, ["ann", "bob"]);
        let office = admin.new_client("tester@office.example", &json!({}));
        let fields = json!({"periodDays": 7, "exceptions": ["10.0.*", "*@office.example"]});
        look_for(&admin, "identical_ip", &fields);
        for client in [ann, bob] {
            sign_in(app, client, "10.0.0.7", "success");
        }
        for client in [ann, office] {
            sign_in(app, client, "192.0.2.1", "success");
        }
        assert!(found(app, &admin).is_empty());
        look_for(&admin, "identical_ip", &json!({"exceptions": []}));
        sign_in(app, ann, "10.0.0.7", "success");
        assert_eq!(clients_of(&found(app, &admin)[0]), [ann, bob]);
    });
}

#[test]
fn what_was_just_written_waits_for_what_began_before_it() {
    on_both(|app| {
        let admin = app.admin();
        let [ann, bob] = clients(&admin, ["ann", "bob"]);
        look_for(&admin, "identical_ip", &json!({"periodDays": 7}));
        app.advance(270);
        for client in [ann, bob] {
            sign_in(app, client, "192.0.2.1", "success");
        }
        app.advance(30);
        app.run_jobs();
        assert_eq!(admin.total(super::NOTIFICATIONS), 0);
        assert_eq!(found(app, &admin).len(), 1, "at the next pass");
    });
}

#[test]
fn an_event_that_is_switched_off_is_not_looked_for() {
    on_both_with(&lasting(), |app| {
        let admin = app.admin();
        let [ann, bob] = clients(&admin, ["ann", "bob"]);
        look_for(&admin, "identical_ip", &json!({"periodDays": 7}));
        admin.patch(SETTINGS, &json!({"events": [{"event": "identical_ip", "isEnabled": false}]})).expect(200);
        for client in [ann, bob] {
            sign_in(app, client, "192.0.2.1", "success");
        }
        assert!(found(app, &admin).is_empty());
    });
}

#[test]
fn a_number_that_two_clients_have_confirmed_is_found() {
    on_both(|app| {
        let admin = app.admin();
        let [ann, bob, carol] = clients(&admin, ["ann", "bob", "carol"]);
        look_for(&admin, "identical_phone", &json!({}));
        let add = |client: i64, confirmed: bool| {
            let phone = json!({"clientId": client, "number": "+12025550123", "confirmed": confirmed});
            admin.create("/api/v2/phones", &phone)
        };
        add(ann, true);
        let of_bob = add(bob, false);
        assert!(found(app, &admin).is_empty(), "one of them has not confirmed it");
        admin.patch(&format!("/api/v2/phones/{of_bob}"), &json!({"confirmed": true})).expect(200);
        let raised = found(app, &admin);
        assert_eq!((raised.len(), clients_of(&raised[0])), (1, vec![ann, bob]));
        assert_eq!(facts_of(&raised[0]), json!({"phone": "+12025550123"}));
        add(carol, true);
        assert_eq!(clients_of(&found(app, &admin)[0]), [ann, bob, carol]);
    });
}

#[test]
fn an_address_that_another_client_once_had_is_found() {
    on_both(|app| {
        let admin = app.admin();
        look_for(&admin, "identical_email", &json!({"exceptions": ["*@office.example"]}));
        let change = |client: i64, email: &str| {
            admin.patch(&format!("/api/v2/clients/{client}"), &json!({"email": email})).expect(200);
        };
        let [ann, bob] = clients(&admin, ["ann", "bob"]);
        change(ann, "Anna@example.com");
        change(bob, "bob@office.example");
        assert!(found(app, &admin).is_empty());
        let carol = admin.new_client("ANN@example.com", &json!({}));
        let raised = found(app, &admin);
        assert_eq!((raised.len(), clients_of(&raised[0])), (1, vec![ann, carol]));
        assert_eq!(facts_of(&raised[0]), json!({"email": "ann@example.com"}));
        change(carol, "carol@example.com");
        change(bob, "ann@example.com");
        let raised = found(app, &admin);
        assert_eq!((raised.len(), clients_of(&raised[0])), (1, vec![ann, bob, carol]));
    });
}

#[test]
fn a_level_that_is_changed_by_somebody_else_is_found() {
    on_both_with(&lasting(), |app| {
        let admin = app.admin();
        let (ann, as_ann) = app.user_of("ann", &["clients.update"], &json!({"canViewMaskedData": true}));
        let client = admin.new_client("client@example.com", &json!({}));
        let level = admin.create("/api/v2/verifications/levels", &json!({"name": "Gold", "index": 10}));
        let exceptions = json!({"exceptions": [ADMIN_EMAIL]});
        look_for(&admin, "verification_level_unauthorised_change", &exceptions);
        let set = |caller: &Client, level: i64| {
            let path = format!("/api/v2/clients/{client}");
            caller.patch(&path, &json!({"verificationLevelId": level})).expect(200);
        };
        set(&admin, level);
        admin.new_client("other@example.com", &json!({}));
        assert!(found(app, &admin).is_empty(), "the administrator may, and a first level does not count");
        set(&as_ann, 1);
        set(&as_ann, level);
        let raised = found(app, &admin);
        assert_eq!(raised.len(), 2, "each change is one of its own");
        let facts = json!({"userId": ann, "level": "Gold", "previousLevel": "Not verified"});
        assert_eq!((clients_of(&raised[1]), facts_of(&raised[1])), (vec![client], facts));
    });
}
