//! What is answered to clients.

use serde_json::json;

use crate::files::PDF;
use crate::harness::form::Form;
use crate::harness::{Bodies, on_both};

#[test]
fn bodies_of_credentials_are_as_they_were_reviewed() {
    on_both(|app| {
        let client = app.admin().new_client("ann@example.com", &json!({}));
        let as_client = app.as_client(client);
        let mut bodies = Bodies::of(&as_client);
        bodies.first_of("/api/v2/my/devices");
        insta::with_settings!({prepend_module_to_snapshot => false}, {
            insta::assert_snapshot!("bodies_credentials", bodies.into_text());
        });
    });
}

#[test]
fn bodies_of_clients_are_as_they_were_reviewed() {
    on_both(|app| {
        let admin = app.admin();
        let fields = json!({
            "middleName": "Q", "nickname": "annie", "birthday": "1990-04-12", "countryId": 1, "city": "Lisbon",
            "phone": "+12025550123", "company": {"fullName": "Doe Limited", "shortName": "Doe"},
        });
        let client = admin.new_client("ann@example.com", &fields);
        let as_client = app.as_client(client);
        let mut bodies = Bodies::of(&as_client);
        bodies.read("/api/v2/my/profile");
        bodies.read("/api/v2/my/permissions");
        insta::with_settings!({prepend_module_to_snapshot => false}, {
            insta::assert_snapshot!("bodies_clients", bodies.into_text());
        });
    });
}

#[test]
fn bodies_of_verification_are_as_they_were_reviewed() {
    on_both(|app| {
        let admin = app.admin();
        let group = admin.create("/api/v2/documents/groups", &json!({"name": "Identity", "type": "one"}));
        let kind = json!({"name": "Passport", "groupId": group, "maxFiles": 2});
        let kind = admin.create("/api/v2/documents/types", &kind);
        let test = admin.create("/api/v2/quizzes", &json!({"caption": "Risks", "details": "What can be lost"}));
        let questions = format!("/api/v2/quizzes/{test}/questions");
        let question = admin.create(&questions, &json!({"question": "Can you lose all?", "type": "close"}));
        let option = json!({"text": "Yes", "isCorrect": true});
        let option = admin.create(&format!("{questions}/{question}/answers"), &option);
        admin.patch(&format!("/api/v2/quizzes/{test}"), &json!({"isVisible": true})).expect(200);
        let level = json!({
            "index": 10, "name": "Verified", "description": "<p>Verified</p>", "options": ["Identity"],
            "requiredTests": [test],
        });
        let level = admin.create("/api/v2/verifications/levels", &level);
        admin.patch("/api/v2/verifications/levels/1", &json!({"nextLevel": level})).expect(200);
        let client = admin.new_client("ann@example.com", &json!({}));
        let as_client = app.as_client(client);
        let mut bodies = Bodies::of(&as_client);
        bodies.first_of("/api/v2/my/verifications/levels");
        bodies.first_of("/api/v2/my/verifications");
        bodies.first_of("/api/v2/my/quizzes");
        let answers = json!({"answers": [{"questionId": question, "answerIds": [option]}]});
        bodies.ask(&format!("/api/v2/my/quizzes/{test}/answers"), &answers, 201);
        bodies.first_of("/api/v2/my/quizzes/results");
        let form = Form::default().text("typeId", &kind.to_string()).file("file", "scan.pdf", PDF);
        bodies.upload("/api/v2/my/documents", form);
        bodies.first_of("/api/v2/my/documents");
        let begun = bodies.read("/api/v2/my/verifications/wizard");
        let form = Form::default().text("uuid", begun["uuid"].as_str().unwrap());
        bodies.upload_to("/api/v2/my/verifications", form, 200);
        insta::with_settings!({prepend_module_to_snapshot => false}, {
            insta::assert_snapshot!("bodies_verification", bodies.into_text());
        });
    });
}
