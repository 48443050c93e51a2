//! Tests of what clients know.

use serde_json::json;

use crate::harness::on_both;

const TESTS: &str = "/api/v2/quizzes";

#[test]
fn a_test_is_shown_once_it_can_be_taken() {
    on_both(|app| {
        // A question that is refused after it was written leaves a gap in PostgreSQL's ids.
        let admin = app.admin().unrecorded();
        admin.post(TESTS, &json!({"caption": "Risks", "isVisible": true})).refused(422, "testWithoutQuestions");
        let id = admin.create(TESTS, &json!({"caption": "Risks"}));
        let test = format!("{TESTS}/{id}");
        let show = || admin.patch(&test, &json!({"isVisible": true}));
        show().refused(422, "testWithoutQuestions");
        let close = admin.create(&format!("{test}/questions"), &json!({"question": "Can you lose?", "type": "close"}));
        let poll = admin.create(&format!("{test}/questions"), &json!({"question": "How often?", "type": "poll"}));
        let told = show().expect(422);
        assert_eq!(told["error"]["details"].as_array().unwrap().len(), 2, "{told}");
        let options = |question: i64| format!("{test}/questions/{question}/answers");
        admin.create(&options(poll), &json!({"text": "Daily"}));
        let wrong = admin.create(&options(close), &json!({"text": "No"}));
        show().refused(422, "questionWithoutRightOption");
        let right = admin.create(&options(close), &json!({"text": "Yes", "isCorrect": true}));
        show().expect(200);
        // What it needs stays.
        admin.patch(&format!("{}/{right}", options(close)), &json!({"isCorrect": false})).expect(422);
        admin.delete(&format!("{}/{right}", options(close))).refused(409, "questionWithoutRightOption");
        admin.delete(&format!("{}/{wrong}", options(close))).expect(204);
        let lone = admin.get(&options(poll)).expect(200)["data"][0]["id"].clone();
        admin.delete(&format!("{}/{lone}", options(poll))).refused(409, "questionWithoutOptions");
        let hidden = json!({"question": "More?", "type": "questionnaire"});
        admin.post(&format!("{test}/questions"), &hidden).expect_faults(422, &[("isVisible", "questionNotReady")]);
        let both = json!({"isVisible": false, "type": "open"});
        admin.patch(&format!("{test}/questions/{close}"), &both).expect_faults(409, &[("type", "openQuestionOptions")]);
        admin.patch(&format!("{test}/questions/{close}"), &json!({"isVisible": false})).expect(200);
        admin
            .patch(&format!("{test}/questions/{poll}"), &json!({"isVisible": false}))
            .refused(422, "testWithoutQuestions");
        admin.delete(&format!("{test}/questions/{poll}")).refused(409, "testWithoutQuestions");
        assert_eq!(admin.total(&format!("{test}/questions")), 2, "nothing is left of what was refused");
    });
}

#[test]
fn a_question_answered_in_words_has_no_options() {
    on_both(|app| {
        let admin = app.admin();
        let test = admin.create(TESTS, &json!({"caption": "Risks"}));
        let questions = format!("{TESTS}/{test}/questions");
        let open = admin.create(&questions, &json!({"question": "Why?", "type": "open"}));
        let option = json!({"text": "Because"});
        admin.post(&format!("{questions}/{open}/answers"), &option).refused(422, "openQuestionOptions");
        let poll = admin.create(&questions, &json!({"question": "How?", "type": "poll"}));
        let option = admin.create(&format!("{questions}/{poll}/answers"), &option);
        let become_open = || admin.patch(&format!("{questions}/{poll}"), &json!({"type": "open"}));
        become_open().expect_faults(409, &[("type", "openQuestionOptions")]);
        admin.delete(&format!("{questions}/{poll}/answers/{option}")).expect(204);
        become_open().expect(200);
    });
}

#[test]
fn questions_and_options_are_found_below_their_own_only() {
    on_both(|app| {
        let admin = app.admin();
        let [one, other] = ["One", "Other"].map(|caption| admin.create(TESTS, &json!({"caption": caption})));
        let question = |test: i64| {
            admin.create(&format!("{TESTS}/{test}/questions"), &json!({"question": "How?", "type": "poll"}))
        };
        let [own, foreign] = [question(one), question(other)];
        let option = admin.create(&format!("{TESTS}/{one}/questions/{own}/answers"), &json!({"text": "So"}));
        admin.get(&format!("{TESTS}/{one}/questions/{foreign}")).expect(404);
        admin.get(&format!("{TESTS}/{other}/questions/{foreign}/answers/{option}")).expect(404);
        admin.patch(&format!("{TESTS}/{other}/questions/{own}/answers/{option}"), &json!({"text": "a"})).expect(404);
        admin.post(&format!("{TESTS}/99/questions"), &json!({"question": "How?", "type": "poll"})).expect(404);
        admin.call("POST", &format!("{TESTS}/{one}"), Some(b"{}")).expect(405);
        admin.delete(&format!("{TESTS}/{one}")).expect(204);
        admin.get(&format!("{TESTS}/{one}/questions")).expect(404);
    });
}

#[test]
fn a_test_that_a_level_asks_for_stays() {
    on_both(|app| {
        let admin = app.admin();
        let test = admin.create(TESTS, &json!({"caption": "Risks"}));
        let level = json!({"index": 10, "name": "Verified", "requiredTests": [test, test]});
        let level = admin.create("/api/v2/verifications/levels", &level);
        let path = format!("{TESTS}/{test}");
        assert_eq!(admin.get(&path).expect(200)["requiredForLevelsId"], json!([level]));
        admin.delete(&path).refused(409, "inUse");
        admin.patch(&format!("/api/v2/verifications/levels/{level}"), &json!({"requiredTests": []})).expect(200);
        admin.delete(&path).expect(204);
    });
}
