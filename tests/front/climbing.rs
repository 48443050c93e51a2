//! How clients climb from level to level.

use serde_json::{Value, json};

use crate::files::{PDF, PNG};
use crate::harness::form::Form;
use crate::harness::{Answer, Client, TestApp, on_both};

const START: &str = "/api/v2/my/verifications/wizard";
const RUN: &str = "/api/v2/my/verifications";
const LEVELS: &str = "/api/v2/verifications/levels";

/// A level after the default one that asks for documents of two groups, by its id and those of a type of each.
struct Ladder {
    level: i64,
    passport: i64,
    bill: i64,
}

fn ladder(admin: &Client) -> Ladder {
    let kind = |group: &str, name: &str| {
        let group = admin.create("/api/v2/documents/groups", &json!({"name": group, "type": "one"}));
        admin.create("/api/v2/documents/types", &json!({"name": name, "groupId": group}))
    };
    let (passport, bill) = (kind("Identity", "Passport"), kind("Residence", "Bill"));
    let level = json!({"index": 10, "name": "Verified", "options": ["Identity", "Residence"]});
    let level = admin.create(LEVELS, &level);
    admin.patch(&format!("{LEVELS}/1"), &json!({"nextLevel": level})).expect(200);
    Ladder { level, passport, bill }
}

/// A client who may ask for levels.
fn climber(app: &TestApp, admin: &Client, email: &str) -> (i64, Client) {
    let client = admin.new_client(email, &json!({}));
    admin.permit(client, &["verification"]);
    (client, app.as_client(client))
}

fn send(caller: &Client, uuid: &Value, kind: i64, content: &[u8]) -> Answer {
    let form = Form::default().text("uuid", uuid.as_str().unwrap()).text("typeId", &kind.to_string());
    form.file("file", "scan", content).send(caller, RUN)
}

/// A step without a document.
fn go_on(caller: &Client, uuid: &Value) -> Answer {
    Form::default().text("uuid", uuid.as_str().unwrap()).send(caller, RUN)
}

/// The names of the groups for which documents are missing.
fn missing(step: &Value) -> Vec<&str> {
    let groups = step["data"]["documents"].as_array().unwrap().iter();
    groups.map(|missing| missing["group"]["name"].as_str().unwrap()).collect()
}

fn decide(admin: &Client, request: &Value, decision: &str) {
    admin.post(&format!("/api/v2/applications/{request}/{decision}"), &json!({"resolutionId": 1})).expect(200);
}

#[test]
fn a_client_hands_in_what_the_next_level_asks_for() {
    on_both(|app| {
        let admin = app.admin();
        let ladder = ladder(&admin);
        let (client, as_client) = climber(app, &admin, "ann@example.com");
        let begun = as_client.get(START).expect(200);
        assert_eq!(
            (&begun["code"], &begun["workflow"], &begun["done"]),
            (&json!(200), &json!("documents"), &json!(false))
        );
        assert_eq!(missing(&begun), ["Identity", "Residence"]);
        assert_eq!(begun["data"]["documents"][0]["types"][0]["id"], json!(ladder.passport));
        let first = send(&as_client, &begun["uuid"], ladder.passport, PDF).expect(200);
        assert_eq!((&first["code"], missing(&first)), (&json!(200), vec!["Residence"]));
        let own = as_client.get("/api/v2/my/documents").expect(200)["data"][0].clone();
        assert_eq!((&own["status"], &own["applicationId"]), (&json!("new"), &json!(null)));
        let last = send(&as_client, &begun["uuid"], ladder.bill, PNG).expect(200);
        let told = (&last["code"], &last["done"], &last["workflow"]);
        assert_eq!(told, (&json!(202), &json!(true), &json!("terminate")));
        let request = &last["data"]["applicationId"];
        assert_eq!(
            admin.total("/api/v2/applications?filter[type]=document"),
            0,
            "they belong to the one for the level"
        );
        for document in as_client.get("/api/v2/my/documents").expect(200)["data"].as_array().unwrap() {
            assert_eq!((&document["status"], &document["applicationId"]), (&json!("pending"), request));
        }
        let levels = as_client.get("/api/v2/my/verifications/levels").expect(200);
        assert_eq!(levels["data"][1]["status"], json!("pending"));
        as_client.get(START).refused(409, "requestPending");
        send(&as_client, &begun["uuid"], ladder.bill, PDF).refused(404, "notFound");
        decide(&admin, request, "approve");
        let profile = as_client.get("/api/v2/my/profile").expect(200);
        assert_eq!(profile["verificationLevel"]["id"], json!(ladder.level));
        assert_eq!(as_client.get("/api/v2/my/documents").expect(200)["data"][0]["status"], json!("approved"));
        as_client.get(START).refused(409, "noNextLevel");
        let logs = admin.get("/api/v2/logs/messages?filter[eventName]=client_verification_created").expect(200);
        assert_eq!((&logs["total"], &logs["data"][0]["details"]["id"]), (&json!(3), &json!(client)), "{logs}");
    });
}

#[test]
fn what_was_handed_in_before_counts_unless_it_was_rejected() {
    on_both(|app| {
        let admin = app.admin();
        let ladder = ladder(&admin);
        let (_, as_client) = climber(app, &admin, "ann@example.com");
        let hand_in = |kind: i64| {
            let form = Form::default().text("typeId", &kind.to_string()).file("file", "scan", PDF);
            form.send(&as_client, "/api/v2/my/documents").expect(201)["applicationId"].clone()
        };
        let [passport, bill] = [ladder.passport, ladder.bill].map(hand_in);
        decide(&admin, &passport, "approve");
        decide(&admin, &bill, "reject");
        let begun = as_client.get(START).expect(200);
        assert_eq!(missing(&begun), ["Residence"]);
        let uuid = &begun["uuid"];
        go_on(&as_client, uuid).refused(422, "documentsMissing");
        hand_in(ladder.bill);
        assert_eq!(as_client.get(START).expect(200)["workflow"], json!("apply"));
        go_on(&as_client, uuid).refused(404, "notFound");
        let begun = as_client.get(START).expect(200);
        let handed_in = go_on(&as_client, &begun["uuid"]).expect(200);
        assert_eq!((&handed_in["code"], missing(&handed_in).len()), (&json!(202), 0));
        decide(&admin, &handed_in["data"]["applicationId"], "reject");
        assert_eq!(as_client.get(START).expect(200)["code"], json!(200), "they may start again");
    });
}

#[test]
fn a_procedure_belongs_to_its_client_and_expires() {
    on_both(|app| {
        let admin = app.admin();
        let ladder = ladder(&admin);
        let (ann, as_ann) = climber(app, &admin, "ann@example.com");
        let (bob, as_bob) = climber(app, &admin, "bob@example.com");
        let uuid = as_ann.get(START).expect(200)["uuid"].clone();
        send(&as_bob, &uuid, ladder.passport, PDF).refused(404, "notFound");
        send(&as_ann, &uuid, ladder.passport, PDF).expect(200);
        let without_file = Form::default().text("uuid", uuid.as_str().unwrap()).text("typeId", "1");
        without_file.send(&as_ann, RUN).expect_faults(400, &[("file", "required")]);
        let with_data = |data: &str| {
            Form::default().text("uuid", uuid.as_str().unwrap()).text("data", data).file("file", "scan", PDF)
        };
        with_data("bill").send(&as_ann, RUN).expect_faults(400, &[("data", "notObject")]);
        let other = format!("{{\"typeId\": {}}}", ladder.passport);
        with_data(&other).send(&as_ann, RUN).expect(200);
        let without_type = Form::default().text("uuid", uuid.as_str().unwrap()).file("file", "scan", PDF);
        without_type.send(&as_ann, RUN).expect_faults(400, &[("typeId", "required")]);
        Form::default().send(&as_ann, RUN).expect_faults(400, &[("uuid", "required")]);
        app.advance(31 * 60);
        let (admin, as_ann, as_bob) = (app.admin(), app.as_client(ann), app.as_client(bob));
        send(&as_ann, &uuid, ladder.bill, PDF).refused(404, "notFound");
        let none = json!({"permissions": [{"name": "verification", "isEnabled": false}]});
        admin.put(&format!("/api/v2/clients/{bob}/permissions"), &none).expect(200);
        as_bob.get(START).refused(403, "permissionMissing");
        go_on(&as_bob, &uuid).refused(403, "permissionMissing");
    });
}

#[test]
fn the_next_level_alone_can_be_asked_for_by_those_who_passed_its_tests() {
    on_both(|app| {
        let admin = app.admin();
        let ladder = ladder(&admin);
        let (_, as_client) = climber(app, &admin, "ann@example.com");
        let above = admin.create(LEVELS, &json!({"index": 20, "name": "Above"}));
        let ask = |level: &str| as_client.get(&format!("{START}?levelId={level}"));
        ask(&above.to_string()).expect_faults(422, &[("levelId", "levelNotNext")]);
        ask("99").expect_faults(422, &[("levelId", "unknown")]);
        ask("next").expect_faults(400, &[("levelId", "notInteger")]);
        let level = format!("{LEVELS}/{}", ladder.level);
        admin.patch(&level, &json!({"visible": false})).expect(200);
        as_client.get(START).refused(409, "noNextLevel");
        let test = admin.create("/api/v2/quizzes", &json!({"caption": "Risks"}));
        let question = json!({"question": "Why?", "type": "open"});
        let question = admin.create(&format!("/api/v2/quizzes/{test}/questions"), &question);
        admin.patch(&format!("/api/v2/quizzes/{test}"), &json!({"isVisible": true})).expect(200);
        admin.patch(&level, &json!({"visible": true, "requiredTests": [test]})).expect(200);
        let refused = ask(&ladder.level.to_string()).refused(422, "testsNotPassed");
        assert!(refused["error"]["message"].as_str().unwrap().contains("Risks"), "{refused}");
        let answers = json!({"answers": [{"questionId": question, "text": "Markets move."}]});
        as_client.post(&format!("/api/v2/my/quizzes/{test}/answers"), &answers).expect(201);
        as_client.get(START).refused(422, "testsNotPassed");
        let asked = admin.get("/api/v2/applications?filter[type]=clientTest").expect(200);
        decide(&admin, &asked["data"][0]["id"], "approve");
        as_client.get(START).expect(200);
    });
}
