//! The departments of the help desk.

use serde_json::{Value, json};

use super::{DEPARTMENTS, TICKETS, ids, path, submit};
use crate::harness::on_both;

fn department(id: i64) -> String {
    format!("{DEPARTMENTS}/{id}")
}

#[test]
fn support_is_there_from_the_start() {
    on_both(|app| {
        let page = app.admin().get(DEPARTMENTS).expect(200);
        assert_eq!((&page["total"], &page["data"][0]["name"]), (&json!(1), &json!("Support")));
    });
}

#[test]
fn departments_are_listed_by_name_whatever_its_case() {
    on_both(|app| {
        let admin = app.admin();
        for name in ["payments", "Verification", "Accounts"] {
            admin.create(DEPARTMENTS, &json!({"name": name}));
        }
        let names = |query: &str| -> Vec<Value> {
            let page = admin.get(&format!("{DEPARTMENTS}?{query}")).expect(200);
            page["data"].as_array().unwrap().iter().map(|department| department["name"].clone()).collect()
        };
        assert_eq!(names(""), ["Accounts", "payments", "Support", "Verification"]);
        assert_eq!(names("sort_by=name&sort_order=desc&limit=1"), ["Verification"]);
    });
}

#[test]
fn a_name_is_there_once_whatever_its_case() {
    on_both(|app| {
        let admin = app.admin();
        admin.post(DEPARTMENTS, &json!({"name": "SUPPORT"})).expect_faults(409, &[("name", "taken")]);
        let id = admin.create(DEPARTMENTS, &json!({"name": "Payments"}));
        admin.patch(&department(id), &json!({"name": "support"})).expect_faults(409, &[("name", "taken")]);
        admin.patch(&department(id), &json!({"name": "PAYMENTS"})).expect(200);
        let wrong = json!({"name": " ", "resources": [{"key": "name"}]});
        admin.post(DEPARTMENTS, &wrong).expect_faults(
            400,
            &[("name", "empty"), ("resources.0.locale", "required"), ("resources.0.value", "required")],
        );
        admin.patch(&department(99), &json!({})).expect(404);
    });
}

#[test]
fn a_department_is_called_as_the_caller_reads_it() {
    on_both(|app| {
        let admin = app.admin();
        let ann = admin.new_client("ann@example.com", &json!({}));
        let ticket = submit(app, ann, "Help");
        let spanish = admin.with("Accept-Language", "es");
        assert_eq!(spanish.get(DEPARTMENTS).expect(200)["data"][0]["name"], json!("Soporte"));
        let read = spanish.get(&path(ticket)).expect(200);
        assert_eq!(read["department"]["name"], json!("Soporte"));
        assert_eq!(read["fields"][0], json!({"id": 1, "name": "Department", "value": "Soporte"}));
        // Sent back as it was read, it stays what it is.
        spanish.patch(&department(1), &json!({"name": "Soporte"})).expect(200);
        assert_eq!(admin.get(DEPARTMENTS).expect(200)["data"][0]["name"], json!("Support"));
        admin.patch(&department(1), &json!({"name": "Help desk"})).expect(200);
        assert_eq!(admin.get(&path(ticket)).expect(200)["department"]["name"], json!("Help desk"));
    });
}

#[test]
fn neither_the_last_department_nor_one_with_tickets_is_deleted() {
    on_both(|app| {
        let admin = app.admin();
        admin.delete(&department(1)).refused(409, "lastDepartment");
        let other = admin.create(DEPARTMENTS, &json!({"name": "Payments"}));
        let ann = admin.new_client("ann@example.com", &json!({}));
        let ticket = submit(app, ann, "Help");
        admin.patch(&path(ticket), &json!({"status": "closed"})).expect(200);
        admin.delete(&department(1)).refused(409, "inUse");
        admin.patch(&path(ticket), &json!({"departmentId": other})).expect(200);
        admin.delete(&department(1)).expect(204);
        let last = admin.delete(&department(other));
        last.expect_faults(409, &[("-", "inUse"), ("-", "lastDepartment")]);
        admin.delete(&department(1)).expect(404);
        assert_eq!(ids(&admin.get(&format!("{TICKETS}?filter[departmentId]={other}")).expect(200)), [ticket]);
    });
}
