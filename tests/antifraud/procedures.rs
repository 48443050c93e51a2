//! The steps by which users resolve notifications.

use serde_json::{Value, json};

use super::PROCEDURES;
use crate::harness::{ADMIN_EMAIL, Client, on_both, with};

fn step(fields: &Value) -> Value {
    with(json!({"type": "identical_ip", "caption": "Call both", "emails": [ADMIN_EMAIL]}), fields)
}

fn captions(admin: &Client, query: &str) -> Vec<String> {
    let page = admin.get(&format!("{PROCEDURES}?{query}")).expect(200);
    let steps = page["data"].as_array().unwrap();
    steps.iter().map(|step| step["caption"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_step_is_made_changed_and_deleted() {
    on_both(|app| {
        let admin = app.admin();
        let (_, _) = app.user_of("ann", &[], &json!({}));
        let emails = json!({"emails": ["ANN@example.com", ADMIN_EMAIL, "ann@example.com"]});
        let id = admin.create(PROCEDURES, &step(&emails));
        let path = format!("{PROCEDURES}/{id}");
        let made = admin.get(&path).expect(200);
        assert_eq!(made["emails"], json!([ADMIN_EMAIL, "ann@example.com"]), "each once, in the order of the users");
        let same = json!({"emails": ["ann@example.com", ADMIN_EMAIL]});
        assert_eq!(admin.patch(&path, &same).expect(200), made);
        let changed =
            json!({"caption": "Freeze", "type": "arbitrage_triangle", "priority": 7, "emails": [ADMIN_EMAIL]});
        let changed = admin.patch(&path, &changed).expect(200);
        assert_eq!((&changed["type"], &changed["priority"]), (&json!("arbitrage_triangle"), &json!(7)));
        assert_eq!(changed["emails"], json!([ADMIN_EMAIL]));
        admin.put(&path, &json!({"caption": "x"})).refused(405, "methodNotAllowed");
        admin.delete(&path).expect(204);
        admin.get(&path).expect(404);
    });
}

#[test]
fn a_new_step_is_the_last_of_its_type() {
    on_both(|app| {
        let admin = app.admin();
        let priority = |fields: &Value| admin.post(PROCEDURES, &step(fields)).expect(201)["priority"].clone();
        assert_eq!(priority(&json!({})), json!(1));
        assert_eq!(priority(&json!({"priority": 5})), json!(5));
        assert_eq!(priority(&json!({"priority": 5})), json!(5), "two may share a place");
        assert_eq!(priority(&json!({})), json!(6));
        assert_eq!(priority(&json!({"type": "identical_phone"})), json!(1));
    });
}

#[test]
fn only_users_are_in_charge() {
    on_both(|app| {
        let admin = app.admin();
        let (ann, _) = app.user_of("ann", &[], &json!({}));
        let emails = json!({"emails": [ADMIN_EMAIL, "nobody@example.com", "ann@example.com", "none@example.com"]});
        let told = admin.post(PROCEDURES, &step(&emails));
        let told = told.expect_faults(422, &[("emails.1", "notUserEmail"), ("emails.3", "notUserEmail")]);
        let issue = told["error"]["details"][0]["issue"].as_str().unwrap();
        assert!(issue.contains("nobody@example.com"), "{issue}");
        let both = json!({"emails": [ADMIN_EMAIL, "ann@example.com"]});
        let path = format!("{PROCEDURES}/{}", admin.create(PROCEDURES, &step(&both)));
        let shown = || admin.get(&path).expect(200)["emails"].clone();
        admin.patch(&format!("/api/v2/users/{ann}"), &json!({"email": "anna@example.com"})).expect(200);
        assert_eq!(shown(), json!([ADMIN_EMAIL, "anna@example.com"]), "the user is in charge, whatever their address");
        admin.delete(&format!("/api/v2/users/{ann}")).expect(204);
        assert_eq!(shown(), json!([ADMIN_EMAIL]));
        let gone = json!({"emails": ["anna@example.com"]});
        admin.patch(&path, &gone).expect_faults(422, &[("emails.0", "notUserEmail")]);
    });
}

#[test]
fn a_step_of_a_wrong_form_is_refused_with_all_its_faults() {
    on_both(|app| {
        let admin = app.admin();
        let missing = [("caption", "required"), ("emails", "required"), ("type", "required")];
        admin.post(PROCEDURES, &json!({})).expect_faults(400, &missing);
        let wrong = json!({"type": "identical", "caption": "", "emails": ["x"], "priority": 0});
        let faults = [("caption", "empty"), ("emails.0", "notEmail"), ("priority", "outOfRange"), ("type", "notOneOf")];
        admin.post(PROCEDURES, &wrong).expect_faults(400, &faults);
        admin.post(PROCEDURES, &step(&json!({"emails": []}))).expect_faults(400, &[("emails", "empty")]);
    });
}

#[test]
fn steps_are_found_by_id_part_of_the_caption_and_priority() {
    on_both(|app| {
        let admin = app.admin();
        for (caption, priority) in [("Call both", 2), ("Compare_documents", 1), ("Freeze", 2)] {
            admin.create(PROCEDURES, &step(&json!({"caption": caption, "priority": priority})));
            app.advance(1);
        }
        for (query, expected) in [
            ("", vec!["Freeze", "Compare_documents", "Call both"]),
            ("sort_by=createTime&sort_order=asc", vec!["Call both", "Compare_documents", "Freeze"]),
            ("filter[id]=2", vec!["Compare_documents"]),
            ("filter[caption]=E_D", vec!["Compare_documents"]),
            ("filter[priority]=2", vec!["Freeze", "Call both"]),
        ] {
            assert_eq!(captions(&admin, query), expected, "{query}");
        }
        admin.get(&format!("{PROCEDURES}?filter[type]=x")).expect_faults(400, &[("filter[type]", "unknownFilter")]);
    });
}
