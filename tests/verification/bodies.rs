//! Resolutions, levels, documents and tests as they are answered.

use domain::verification::Answer;
use serde_json::json;

use crate::harness::orders::answer_test;
use crate::harness::{Bodies, on_both};

#[test]
fn bodies_are_as_they_were_reviewed() {
    on_both(|app| {
        let admin = app.admin();
        let mut bodies = Bodies::of(&admin);
        let kind = bodies.create("/api/v2/resolutions/types", &json!({"name": "Documents", "enabled": true}));
        let resolution = json!({
            "name": "Out of date", "typeId": kind, "enabled": true,
            "resources": [{"key": "name", "locale": "es_ES", "value": "Caducado"}],
        });
        bodies.create("/api/v2/resolutions", &resolution);
        let group = json!({
            "name": "Identity", "type": "one", "caption": "Who you are", "description": "<b>One</b> of these",
            "enabled": true, "priority": 2, "resources": [{"key": "caption", "locale": "es_ES", "value": "Quién es"}],
        });
        let group = bodies.create("/api/v2/documents/groups", &group);
        let kind = json!({
            "name": "Passport", "groupId": group, "caption": "Your passport", "description": "The page with your picture",
            "enabled": true, "example": "samples/passport.png", "maxFiles": 3, "priority": 1,
            "resources": [{"key": "description", "locale": "es_ES", "value": "La página con su foto"}],
        });
        bodies.create("/api/v2/documents/types", &kind);
        let test = json!({"caption": "Risks", "details": "What can be lost", "isVisible": false, "priority": 1});
        let test = bodies.create("/api/v2/quizzes", &test);
        let questions = format!("/api/v2/quizzes/{test}/questions");
        let question = json!({"question": "Can you lose all?", "type": "close", "isVisible": true});
        let question = bodies.create(&questions, &question);
        bodies.create(&format!("{questions}/{question}/answers"), &json!({"text": "Yes", "isCorrect": true}));
        let level = json!({
            "index": 10, "name": "Verified", "description": "<p>Verified</p>", "mailDescription": "You are verified.",
            "nextLevel": null, "roleId": 1, "wizard": "DocumentsWizard", "default": false, "visible": true,
            "sustainable": false, "options": ["Identity"], "requiredTests": [test],
            "limits": {"depositDaily": "1000", "automaticWithdrawal": "50.5"},
        });
        let level = bodies.create("/api/v2/verifications/levels", &level);
        let restriction = json!({"name": "client_type", "isEnabled": true, "type": "allow", "ids": [1]});
        bodies.create(&format!("/api/v2/verifications/levels/{level}/restrictions"), &restriction);
        let client = admin.new_client("ann@example.com", &json!({}));
        admin.patch(&format!("/api/v2/clients/{client}"), &json!({"verificationLevelId": level})).expect(200);
        bodies.first_of("/api/v2/verifications");
        let questions = format!("/api/v2/quizzes/{test}");
        admin.patch(&questions, &json!({"isVisible": true})).expect(200);
        let answers = [Answer { question: question.into(), text: None, options: vec![1.into()] }];
        answer_test(&app.database, client, test, &answers).unwrap();
        bodies.first_of(&format!("/api/v2/clients/{client}/quizzes"));
        insta::with_settings!({prepend_module_to_snapshot => false}, {
            insta::assert_snapshot!("bodies", bodies.into_text());
        });
    });
}
